//! The sample application pushes its requests (RFC 9126) and binds its tokens to a key (RFC 9449).

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD as URL;
use doorward::domain::Token;
use doorward::jose::{Algorithm, SigningKey};
use reqwest::Response;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use url::Url;

use super::demo::Demo;
use crate::support::Browser;

const DESK: &str = "feedback-desk";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Of the verifier (RFC 7636 appendix B).
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn http() -> reqwest::Client {
    let builder = reqwest::Client::builder().cookie_store(true);
    builder.redirect(Policy::none()).build().unwrap()
}

fn location(answer: &Response) -> String {
    answer.headers()["location"].to_str().unwrap().to_owned()
}

/// Signs the analyst in where an application has sent the browser; answers where it goes on.
async fn sign_in(demo: &Demo, browser: &Browser, address: &str) -> String {
    let person = demo.person("analyst", "Northbeam");
    let of_person = |name: &str| person[name].as_str().unwrap();
    let page = browser.get(address).await;
    let page = browser
        .submit(&page, &[("username", of_person("username"))])
        .await;
    let page = browser
        .submit(&page, &[("password", of_person("password"))])
        .await;
    let page = browser.press(&page, "allow").await;
    page.location()
        .unwrap_or_else(|| panic!("{}", page.text()))
        .to_owned()
}

/// That an authorization address tells who asks and the name of a pushed request, and nothing else.
fn assert_names_only(demo: &Demo, address: &str) {
    assert!(address.starts_with(&format!("{}/authorize?", demo.issuer())));
    let address = Url::parse(address).unwrap();
    let told: BTreeMap<_, _> = address.query_pairs().into_owned().collect();
    assert_eq!(told.keys().collect::<Vec<_>>(), ["client_id", "request_uri"]);
    assert_eq!(told["client_id"], DESK);
    assert!(told["request_uri"].starts_with("urn:ietf:params:oauth:request_uri:"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_brings_the_name_of_a_pushed_request_only_also_for_a_step_up() {
    use_the_desk(&Demo::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_takes_up_the_nonce_that_the_provider_asks_for() {
    let demo = Demo::start_with(&[("DOORWARD_OAUTH__DPOP_NONCE", "required")]).await;
    use_the_desk(&demo).await;
}

/// Signs in at the desk and asks for an export, looking at each address to which the browser is sent.
async fn use_the_desk(demo: &Demo) {
    let (http, browser) = (http(), Browser::new(demo.issuer()));
    let ask = async |path: &str| {
        let address = format!("{}{path}", demo.application());
        http.get(address).send().await.unwrap()
    };
    let address = location(&ask("/signin").await);
    assert_names_only(demo, &address);
    let back = sign_in(demo, &browser, &address).await;
    let back = back.strip_prefix(demo.application()).unwrap();
    assert_eq!(location(&ask(back).await), "/");
    let home = ask("/").await.text().await.unwrap();
    assert!(home.contains("(PAR)") && home.contains("(DPoP)"), "{home}");

    let step_up = location(&ask("/export").await);
    assert_names_only(demo, &step_up);
    let page = browser.get(&step_up).await;
    assert!(
        page.has_field("code"),
        "a second factor is asked: {}",
        page.text()
    );

    let listed = demo.run(&["audit", "list"]);
    let story = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(story.contains("pushed an authorization request"), "{story}");
    assert!(story.contains("was given tokens"), "{story}");
}

/// A proof of a key for a request.
pub(crate) fn prove(key: &SigningKey, method: &str, address: &str, token: Option<&str>) -> String {
    let mut jwk = serde_json::to_value(key.public_jwk()).unwrap();
    let members = jwk.as_object_mut().unwrap();
    members.retain(|name, _| ["kty", "crv", "x", "y"].contains(&name.as_str()));
    let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk });
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let mut claims = json!({
        "jti": uuid::Uuid::now_v7().to_string(), "htm": method, "htu": address, "iat": now,
    });
    if let Some(token) = token {
        claims["ath"] = URL.encode(&Token::presented(token).digest().0).into();
    }
    let part = |value: Value| URL.encode(value.to_string().as_bytes());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = key.sign_bytes(message.as_bytes()).unwrap();
    format!("{message}.{}", URL.encode(&signature))
}

/// Another program that has got hold of the desk's secret, but not of its key.
struct Other<'a> {
    demo: &'a Demo,
    http: reqwest::Client,
    key: SigningKey,
}

impl Other<'_> {
    fn secret(&self) -> &str {
        let clients = self.demo.table["clients"].as_array().unwrap();
        let desk = clients.iter().find(|one| one["client_id"] == DESK).unwrap();
        desk["client_secret"].as_str().unwrap()
    }

    fn request(&self) -> Vec<(&'static str, String)> {
        vec![
            ("response_type", "code".to_owned()),
            ("client_id", DESK.to_owned()),
            ("redirect_uri", format!("{}/callback", self.demo.application())),
            ("scope", "openid feedback:read feedback:export".to_owned()),
            ("state", "s".to_owned()),
            ("code_challenge", CHALLENGE.to_owned()),
            ("code_challenge_method", "S256".to_owned()),
        ]
    }

    async fn post(&self, path: &str, fields: &[(&str, String)], proof: Option<String>) -> (u16, Value) {
        let request = self
            .http
            .post(format!("{}{path}", self.demo.issuer()))
            .basic_auth(DESK, Some(self.secret()));
        let request = match proof {
            Some(proof) => request.header("dpop", proof),
            None => request,
        };
        let answer = request.form(fields).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn code(&self) -> String {
        let (status, pushed) = self.post("/par", &self.request(), None).await;
        assert_eq!(status, 201, "{pushed}");
        let mut address = Url::parse(&format!("{}/authorize", self.demo.issuer())).unwrap();
        address
            .query_pairs_mut()
            .append_pair("client_id", DESK)
            .append_pair("request_uri", pushed["request_uri"].as_str().unwrap());
        let browser = Browser::new(self.demo.issuer());
        let back = sign_in(self.demo, &browser, address.as_str()).await;
        let back = Url::parse(&back).unwrap();
        let (_, code) = back.query_pairs().find(|(name, _)| name == "code").unwrap();
        code.into_owned()
    }

    /// A token that is bound to a key of this program.
    async fn token(&self) -> String {
        let fields = [
            ("grant_type", "authorization_code".to_owned()),
            ("code", self.code().await),
            ("redirect_uri", format!("{}/callback", self.demo.application())),
            ("code_verifier", VERIFIER.to_owned()),
        ];
        let (status, refused) = self.post("/token", &fields, None).await;
        assert_eq!(
            (status, refused["error"].as_str()),
            (400, Some("invalid_dpop_proof"))
        );
        let address = format!("{}/token", self.demo.issuer());
        let proof = prove(&self.key, "POST", &address, None);
        let (status, given) = self.post("/token", &fields, Some(proof)).await;
        assert_eq!(
            (status, given["token_type"].as_str()),
            (200, Some("DPoP")),
            "{given}"
        );
        given["access_token"].as_str().unwrap().to_owned()
    }

    /// Shows a token to a resource; answers the status and the challenge.
    async fn show(&self, address: &str, shown: &str, proof: Option<&str>) -> (u16, String) {
        let mut request = self.http.get(address).header("authorization", shown);
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        let answer = request.send().await.unwrap();
        let challenge = answer.headers().get("www-authenticate");
        let challenge = challenge.map(|value| value.to_str().unwrap().to_owned());
        (answer.status().as_u16(), challenge.unwrap_or_default())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_the_desk_serves_nobody_without_its_key() {
    let demo = Demo::start().await;
    let other = Other {
        demo: &demo,
        http: http(),
        key: SigningKey::generate(Algorithm::Es256).unwrap(),
    };
    let unpushed = Url::parse_with_params(&format!("{}/authorize", demo.issuer()), other.request()).unwrap();
    let page = Browser::new(demo.issuer()).get(unpushed.as_str()).await;
    let told = page.location().unwrap_or_else(|| panic!("{}", page.text()));
    assert!(told.contains("error=invalid_request"), "{told}");

    let token = other.token().await;
    let (bearer, bound) = (format!("Bearer {token}"), format!("DPoP {token}"));
    let userinfo = format!("{}/userinfo", demo.issuer());
    let api = format!("{}/api/feedback", demo.application());
    for address in [&userinfo, &api] {
        let (status, challenge) = other.show(address, &bearer, None).await;
        assert_eq!(status, 401, "{address}");
        assert!(challenge.contains("invalid_token"), "{challenge}");
        let (status, _) = other.show(address, &bound, None).await;
        assert_eq!(status, 401, "{address}");

        let stranger = SigningKey::generate(Algorithm::Es256).unwrap();
        let proof = prove(&stranger, "GET", address, Some(&token));
        let (status, challenge) = other.show(address, &bound, Some(&proof)).await;
        assert_eq!(status, 401, "{address}");
        assert!(
            challenge.starts_with("DPoP ") && challenge.contains("error=\"invalid_token\""),
            "{challenge}"
        );

        let proof = prove(&other.key, "GET", address, Some(&token));
        assert_eq!(other.show(address, &bearer, Some(&proof)).await.0, 401);
        assert_eq!(
            other.show(address, &bound, Some(&proof)).await.0,
            200,
            "{address}"
        );
        let (status, challenge) = other.show(address, &bound, Some(&proof)).await;
        assert_eq!(status, 401, "{address}: a proof serves once");
        assert!(challenge.contains("invalid_dpop_proof"), "{challenge}");
    }
    let export = format!("{}/api/export", demo.application());
    let proof = prove(&other.key, "GET", &export, Some(&token));
    let (_, challenge) = other.show(&export, &bound, Some(&proof)).await;
    assert!(
        challenge.starts_with("DPoP error=\"insufficient_user_authentication\""),
        "{challenge}"
    );

    let listed = demo.run(&["audit", "list"]);
    let story = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(story.contains("was refused tokens"), "{story}");
}
