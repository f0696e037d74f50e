//! Tokens of the demonstration, to show to an API.

use doorward::jose::{Algorithm, SigningKey};
use serde_json::Value;
use url::Url;

use crate::journey::demo::Demo;
use crate::journey::desk::{CHALLENGE, VERIFIER, prove};
use crate::journey::main_job::code;
use crate::support::Browser;

/// A client of programs and one of people.
const PROGRAM: &str = "feedback-export";
const APPLICATION: &str = "own-application";

/// Values of `Authorization`.
pub(super) struct Tokens {
    /// Of Elif, who answers feedback of Türkiye only.
    pub(super) person: String,
    /// Of a program that may read.
    pub(super) program: String,
    /// One that is bound to a key, shown without a proof of it.
    pub(super) bound: String,
    /// Of Elif, for another resource.
    pub(super) elsewhere: String,
}

/// The secret of a client of the demonstration.
pub(super) fn secret(demo: &Demo, id: &str) -> String {
    let clients = demo.table["clients"].as_array().unwrap();
    let client = clients.iter().find(|client| client["client_id"] == id).unwrap();
    client["client_secret"].as_str().unwrap().to_owned()
}

impl Tokens {
    pub(super) async fn of(demo: &Demo) -> Self {
        let browser = Browser::new(demo.issuer());
        let application = "https://cx.northbeam.example";
        let person = of_person(demo, &browser, application).await;
        let elsewhere = of_person(demo, &browser, demo.issuer()).await;
        let by_itself = [("grant_type", "client_credentials")];
        let program = token(demo, PROGRAM, &by_itself, None).await;
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let proof = prove(&key, "POST", &format!("{}/token", demo.issuer()), None);
        let bound = token(demo, PROGRAM, &by_itself, Some(proof)).await;
        Self {
            person,
            program,
            bound,
            elsewhere,
        }
    }
}

/// A token of Elif for a resource, by a code.
async fn of_person(demo: &Demo, browser: &Browser, resource: &str) -> String {
    let callback = "http://127.0.0.1:1/callback";
    let parameters = [
        ("response_type", "code"),
        ("client_id", APPLICATION),
        ("redirect_uri", callback),
        ("scope", "openid feedback:read feedback:edit"),
        ("resource", resource),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let address = Url::parse_with_params(&format!("{}/authorize", demo.issuer()), parameters).unwrap();
    let back = sign_in(browser, address.as_str(), elif(demo)).await;
    let back = Url::parse(&back).unwrap();
    let (_, code) = back.query_pairs().find(|(name, _)| name == "code").unwrap();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", callback),
        ("code_verifier", VERIFIER),
    ];
    token(demo, APPLICATION, &fields, None).await
}

/// Elif, the first who answers feedback.
pub(super) fn elif(demo: &Demo) -> &Value {
    let person = demo.person("support_agent", "Northbeam");
    assert_eq!(person["username"], "elif.yilmaz@northbeam.example");
    person
}

/// Signs a person in where an application has sent the browser, as far as it is asked; answers where it goes on.
pub(super) async fn sign_in(browser: &Browser, address: &str, person: &Value) -> String {
    let mut page = browser.get(address).await;
    for field in ["username", "password"] {
        if page.has_field(field) {
            let value = person[field].as_str().unwrap();
            page = browser.submit(&page, &[(field, value)]).await;
        }
    }
    if page.has_field("code") {
        let code = code(person["totp_secret"].as_str().unwrap());
        page = browser.submit(&page, &[("code", &code)]).await;
    }
    if page.has_button("allow") {
        page = browser.press(&page, "allow").await;
    }
    page.location()
        .unwrap_or_else(|| panic!("{}", page.text()))
        .to_owned()
}

async fn token(demo: &Demo, client: &str, fields: &[(&str, &str)], proof: Option<String>) -> String {
    let mut request = reqwest::Client::builder()
        .build()
        .unwrap()
        .post(format!("{}/token", demo.issuer()))
        .basic_auth(client, Some(secret(demo, client)))
        .form(fields);
    if let Some(proof) = proof {
        request = request.header("dpop", proof);
    }
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    let token = answer["access_token"].as_str();
    format!("Bearer {}", token.unwrap_or_else(|| panic!("{answer}")))
}
