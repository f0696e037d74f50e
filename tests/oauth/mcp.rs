//! The walk of an MCP client, which knows the address of a resource and nothing else: from the refusal of the resource to its
//! metadata (RFC 9728), to that of the authorization server (RFC 8414), in as the client of its own document, and back with a
//! token for that resource alone (RFC 8707).

use std::future::{Ready, ready};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use doorward::access::{self, Holder, NewApplication, NewGrant, NewPermission, NewRole, Period};
use doorward::config::{ClientIdMetadata, Config};
use doorward::domain::{PersonId, Scope, Sensitivity, Subject};
use doorward::jose::{Expectations, JwkSet, PublicKey, verify};
use doorward::op::House;
use http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::stage::{CALLBACK, VERIFIER, challenge, claims, encoded};
use crate::outbound::{serve, serve_tls};
use crate::signin::{PASSWORD, Town};
use crate::support::{Browser, Page};

/// The path of the issuer, whose metadata then have a well-known address before it.
const PATH: &str = "/tenant/one";
const METADATA: &str = "/.well-known/oauth-protected-resource";

/// A resource of somebody else, which takes the tokens of one issuer that are for it alone.
#[derive(Clone, Default)]
struct Resource {
    address: Arc<OnceLock<String>>,
    house: Arc<OnceLock<Arc<House>>>,
}

impl Resource {
    async fn begin(&self) -> String {
        let routes = Router::new()
            .route("/mcp", get(Self::serve))
            .route(&format!("{METADATA}/mcp"), get(Self::tell))
            .with_state(self.clone());
        let address = format!("http://127.0.0.1:{}/mcp", serve(routes).await);
        self.address.set(address.clone()).unwrap();
        address
    }

    fn address(&self) -> &str {
        self.address.get().unwrap()
    }

    fn issuer(&self) -> &str {
        self.house.get().unwrap().config.server.issuer_text()
    }

    fn tell(State(this): State<Self>) -> Ready<Response> {
        ready(document(&json!({
            "resource": this.address(), "authorization_servers": [this.issuer()], "scopes_supported": ["notes:read"],
        })))
    }

    async fn serve(State(this): State<Self>, headers: HeaderMap) -> Response {
        if let Some(subject) = this.subject(&headers).await {
            return subject.into_response();
        }
        let (origin, path) = this.address().split_at(this.address().len() - "/mcp".len());
        let told = format!("Bearer resource_metadata=\"{origin}{METADATA}{path}\"");
        (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, told)]).into_response()
    }

    /// Whose token was shown, if it is one for here.
    async fn subject(&self, headers: &HeaderMap) -> Option<String> {
        let shown = headers.get(AUTHORIZATION)?.to_str().unwrap();
        let told = reqwest::get(format!("{}/jwks", self.issuer())).await.unwrap();
        let set: JwkSet = told.json().await.unwrap();
        let keys = set
            .keys
            .iter()
            .map(|jwk| PublicKey::from_jwk(jwk, jwk.algorithm().unwrap()));
        let keys: Vec<PublicKey> = keys.map(Result::unwrap).collect();
        let expected = Expectations {
            typ: Some("at+jwt"),
            issuer: self.issuer(),
            audiences: &[self.address()],
            required: &["sub"],
        };
        let now = self.house.get().unwrap().clock.now();
        let token = verify(shown.strip_prefix("Bearer ")?, &keys, &expected, now).ok()?;
        token.claims["sub"].as_str().map(str::to_owned)
    }
}

fn document(value: &Value) -> Response {
    ([(CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

/// Where the client publishes itself; the page takes no notice of its query.
async fn documents() -> (String, Vec<u8>) {
    let base = Arc::new(OnceLock::<String>::new());
    let told = Arc::clone(&base);
    let about = move || {
        let about = document(&json!({
            "client_id": format!("{}/client?of=reader", told.get().unwrap()), "client_name": "Reader",
            "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none",
        }));
        ready(about)
    };
    let (port, authority) = serve_tls(Router::new().route("/client", get(about))).await;
    base.set(format!("https://localhost:{port}")).unwrap();
    (base.get().unwrap().clone(), authority)
}

fn open(config: &mut Config, resource: &str, authority: Vec<u8>) {
    config.server.issuer.set_path(PATH);
    config.oauth.client_id_metadata = ClientIdMetadata::Listed;
    config.oauth.client_id_metadata_hosts = vec!["localhost".to_owned()];
    "northbeam".clone_into(&mut config.oauth.registration_organisation);
    config.oauth.registration_applications = vec![resource.to_owned()];
    config.oauth.registration_scopes = vec!["notes:read".to_owned()];
    config.outbound.allowed_networks = vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
    config.outbound.strangers_use_allowed_networks = true;
    config.outbound.extra_roots = vec![authority];
}

/// The operator knows the resource, and who may use it.
async fn make_known(town: &Town, resource: &str, rosa: PersonId) {
    let mut op = town.op();
    let permission = NewPermission {
        name: Scope::parse("notes:read").unwrap(),
        title: "Read notes".into(),
        purpose: "For whoever writes them.".into(),
        sensitivity: Sensitivity::Normal,
    };
    let new = NewApplication {
        organisation_id: town.organisation,
        name: "Notes".into(),
        audience: resource.into(),
        shared: false,
        token_format: doorward::domain::TokenFormat::Jwt,
        permissions: vec![permission],
    };
    let application = access::create_application(&mut op, new).await.unwrap();
    let role = NewRole {
        organisation_id: town.organisation,
        name: "writer".into(),
        about: access::RoleAbout {
            purpose: "Writes notes".into(),
            permissions: access::Permitted::of(application, ["notes:read"]),
            ..access::RoleAbout::titled("Writer")
        },
    };
    let role = access::create_role(&mut op, role).await.unwrap();
    let from = op.now;
    let grant = NewGrant {
        organisation_id: town.organisation,
        holder: Holder::Subject(Subject::Person(rosa)),
        role,
        within: Vec::new(),
        period: Period::from(from),
        reason: "a test".into(),
        source: doorward::domain::GrantSource::Direct,
    };
    access::give(&mut op, grant).await.unwrap();
    op.commit().await.unwrap();
}

/// What the client has found out on its way, and the person beside it.
struct Walk {
    _town: Town,
    browser: Browser,
    /// The address of the resource, which is its name too.
    resource: String,
    documents: String,
    rosa: PersonId,
    /// Of the authorization server, once it is found.
    metadata: Value,
}

type Changes<'a> = &'a [(&'a str, Option<&'a str>)];

impl Walk {
    async fn begin() -> Self {
        let resource = Resource::default();
        let address = resource.begin().await;
        let (documents, authority) = documents().await;
        let town = Town::with(|config| open(config, &address, authority)).await;
        assert!(resource.house.set(Arc::clone(&town.server.house)).is_ok());
        let rosa = town.person("rosa").await;
        make_known(&town, &address, rosa).await;
        let browser = Browser::new(town.server.issuer.strip_suffix(PATH).unwrap());
        let mut walk = Self {
            _town: town,
            browser,
            resource: address,
            documents,
            rosa,
            metadata: Value::Null,
        };
        walk.metadata = walk.discover().await;
        walk
    }

    fn client_id(&self) -> String {
        format!("{}/client?of=reader", self.documents)
    }

    /// From the address of the resource to the metadata of its authorization server.
    async fn discover(&self) -> Value {
        let refused = reqwest::get(&self.resource).await.unwrap();
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
        let challenge = refused.headers()[WWW_AUTHENTICATE].to_str().unwrap();
        let (_, rest) = challenge.split_once("resource_metadata=\"").unwrap();
        let of_resource = told(rest.trim_end_matches('"')).await;
        // RFC 9728 section 3.3.
        assert_eq!(of_resource["resource"], self.resource);
        let issuer = url::Url::parse(of_resource["authorization_servers"][0].as_str().unwrap()).unwrap();
        // RFC 8414 section 3.1: before the path of the issuer, which has one.
        let mut address = issuer.clone();
        address.set_path(&format!(
            "/.well-known/oauth-authorization-server{}",
            issuer.path()
        ));
        let metadata = told(address.as_str()).await;
        assert_eq!(metadata["issuer"], issuer.as_str());
        assert_eq!(metadata["client_id_metadata_document_supported"], true);
        assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
        metadata
    }

    fn endpoint(&self, name: &str) -> &str {
        self.metadata[name].as_str().unwrap()
    }

    /// The browser with an authorization request, as far as it gets without being asked anything.
    async fn ask(&self, changes: Changes<'_>) -> Page {
        let (client_id, challenge) = (self.client_id(), challenge());
        let mut parameters = vec![
            ("client_id", client_id.as_str()),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid notes:read"),
            ("resource", self.resource.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in changes {
            parameters.retain(|(known, _)| known != name);
            parameters.extend(value.map(|value| (*name, value)));
        }
        let endpoint = self.endpoint("authorization_endpoint");
        self.browser
            .get(&format!("{endpoint}?{}", encoded(&parameters)))
            .await
    }

    /// A code for Rosa, who signs in and allows what is asked, each where it has to be.
    async fn code(&self, changes: Changes<'_>) -> String {
        let mut page = self.ask(changes).await;
        for (field, value) in [("username", "rosa"), ("password", PASSWORD)] {
            if page.has_field(field) {
                page = self.browser.submit(&page, &[(field, value)]).await;
            }
        }
        if page.has_button("allow") {
            assert!(page.text().contains("Read notes"), "{}", page.text());
            page = self.browser.press(&page, "allow").await;
        }
        assert_eq!(value(&page, "iss").as_deref(), Some(self.endpoint("issuer")));
        value(&page, "code").unwrap()
    }

    async fn redeem(&self, code: &str, resource: &str) -> (StatusCode, Value) {
        let client_id = self.client_id();
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", client_id.as_str()),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
            ("resource", resource),
        ];
        let client = reqwest::Client::builder().build().unwrap();
        let request = client.post(self.endpoint("token_endpoint")).form(&fields);
        let answer = request.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    /// What the resource answers to a token.
    async fn show(&self, token: &str) -> (StatusCode, String) {
        let client = reqwest::Client::builder().build().unwrap();
        let request = client.get(&self.resource).bearer_auth(token);
        let answer = request.send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }
}

async fn told(address: &str) -> Value {
    let answer = reqwest::get(address).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{address}");
    answer.json().await.unwrap()
}

/// A parameter with which the browser is sent back to the client.
fn value(page: &Page, name: &str) -> Option<String> {
    let back = page.location().unwrap_or_else(|| panic!("{}", page.text()));
    assert!(back.starts_with(CALLBACK), "{back}");
    let back = url::Url::parse(back).unwrap();
    let mut pairs = back.query_pairs();
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_knows_a_resource_only_comes_back_with_a_token_for_it() {
    let walk = Walk::begin().await;
    let code = walk.code(&[]).await;
    let (status, tokens) = walk.redeem(&code, &walk.resource).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    let token = tokens["access_token"].as_str().unwrap();
    let said = claims(token);
    assert_eq!(said["aud"], walk.resource);
    assert_eq!(said["client_id"], walk.client_id());
    assert_eq!(said["scope"], "notes:read");
    assert_eq!(walk.show(token).await, (StatusCode::OK, walk.rosa.to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_another_resource_opens_nothing_here() {
    let walk = Walk::begin().await;
    let issuer = walk.endpoint("issuer").to_owned();
    let unknown = "https://elsewhere.test/mcp";
    let answer = walk.ask(&[("resource", Some(unknown))]).await;
    // Nobody has signed in yet: what is wrong with a request is told before.
    assert_eq!(value(&answer, "error").as_deref(), Some("invalid_target"));
    for other in [unknown, issuer.as_str()] {
        let code = walk.code(&[]).await;
        let (status, refused) = walk.redeem(&code, other).await;
        assert_eq!(
            (status.as_u16(), &refused["error"]),
            (400, &json!("invalid_target"))
        );
    }
    let code = walk.code(&[("resource", Some(&issuer))]).await;
    let (status, tokens) = walk.redeem(&code, &issuer).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(claims(token)["aud"], issuer);
    assert_eq!(walk.show(token).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_pkce_or_with_the_document_of_another_address_gets_nothing() {
    let walk = Walk::begin().await;
    let without = [("code_challenge", None), ("code_challenge_method", None)];
    let plain = [("code_challenge_method", Some("plain"))];
    for changes in [&without[..], &plain[..]] {
        let answer = walk.ask(changes).await;
        assert_eq!(value(&answer, "error").as_deref(), Some("invalid_request"));
    }
    // The page answers whatever its query is, and speaks of one address only.
    for query in ["", "?", "?of=writer", "?of=reader&v=2"] {
        let id = format!("{}/client{query}", walk.documents);
        let answer = walk.ask(&[("client_id", Some(&id))]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{id}");
        assert_eq!(answer.location(), None, "nobody is told");
        assert!(!answer.has_field("username"), "{}", answer.text());
    }
    assert!(walk.ask(&[]).await.has_field("username"));
}
