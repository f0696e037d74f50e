//! Clients whose id is the address of their metadata.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::response::IntoResponse as _;
use axum::routing::get;
use doorward::client;
use doorward::config::ClientIdMetadata;
use doorward::domain::{ClientAuthMethod, ClientId, Endpoint, GrantType};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::stage::{CALLBACK, ISSUER, Stage};
use crate::outbound::serve_tls;

/// A server of documents, and the stage that trusts its authority.
pub(super) struct Elsewhere {
    pub(super) stage: Stage,
    body: Arc<Mutex<(StatusCode, String)>>,
    asked: Arc<AtomicUsize>,
    pub(super) id: ClientId,
}

impl Elsewhere {
    pub(super) async fn new(mode: ClientIdMetadata, hosts: &[&str]) -> Self {
        Self::at("client.json", mode, hosts).await
    }

    /// With the document at another path.
    async fn at(path: &str, mode: ClientIdMetadata, hosts: &[&str]) -> Self {
        let body = Arc::new(Mutex::new((StatusCode::OK, String::new())));
        let said = Arc::clone(&body);
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let answer = move || {
            count.fetch_add(1, Ordering::SeqCst);
            let (status, body) = said.lock().unwrap().clone();
            std::future::ready((status, [(CONTENT_TYPE, "application/json")], body).into_response())
        };
        let sector = json!([CALLBACK]).to_string();
        let routes = Router::new()
            .route(&format!("/{path}"), get(answer))
            .route("/sector.json", get(|| async { sector }));
        let (port, authority) = serve_tls(routes).await;
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        let stage = Stage::with(|config| {
            config.oauth.client_id_metadata = mode;
            config.oauth.client_id_metadata_hosts = hosts;
            "northbeam".clone_into(&mut config.oauth.registration_organisation);
            config.outbound.allowed_networks =
                vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
            config.outbound.strangers_use_allowed_networks = true;
            config.outbound.extra_roots = vec![authority];
        })
        .await;
        let id = ClientId::parse(&format!("https://localhost:{port}/{path}")).unwrap();
        let this = Self {
            stage,
            body,
            asked,
            id,
        };
        this.say(&this.document());
        this
    }

    pub(super) fn document(&self) -> Value {
        json!({ "client_id": self.id, "client_name": "Reader", "redirect_uris": [CALLBACK] })
    }

    pub(super) fn say(&self, document: &Value) {
        *self.body.lock().unwrap() = (StatusCode::OK, document.to_string());
    }

    async fn found(&self) -> Option<Arc<client::Client>> {
        client::find_active(&mut self.stage.op(), &self.id).await.unwrap()
    }
}

#[tokio::test]
async fn a_document_of_a_listed_host_is_a_client() {
    let elsewhere = Elsewhere::new(ClientIdMetadata::Listed, &["localhost"]).await;
    let found = elsewhere.found().await.unwrap();
    assert_eq!(found.name, "Reader");
    assert_eq!(found.auth_method, ClientAuthMethod::None);
    assert!(found.consent_required, "people are asked");
    let stage = &elsewhere.stage;
    let metadata = stage
        .get("/.well-known/oauth-authorization-server", "")
        .await
        .json();
    assert_eq!(metadata["client_id_metadata_document_supported"], true);

    let (_, cookie) = stage.signed_in(stage.ada).await;
    let asked = Stage::request(&[
        ("client_id", Some(elsewhere.id.as_str())),
        ("scope", Some("openid")),
    ]);
    let answer = stage.get(&asked, &cookie).await;
    assert!(
        answer.location().starts_with("/authorize/continue"),
        "the question of consent is open: {answer:?}"
    );
    let cookies = format!("{}; {cookie}", answer.cookies());
    let page = stage.get(answer.location(), &cookies).await;
    for told in [
        "Published at",
        "<dd>localhost</dd>",
        "Answer goes to",
        "<dd>desk.test</dd>",
        "has registered itself",
    ] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
}

#[tokio::test]
async fn a_document_that_changes_is_read_anew_when_its_time_is_up() {
    let elsewhere = Elsewhere::new(ClientIdMetadata::Listed, &["localhost"]).await;
    assert_eq!(elsewhere.found().await.unwrap().name, "Reader");
    let mut changed = elsewhere.document();
    changed["client_name"] = json!("Writer");
    elsewhere.say(&changed);
    assert_eq!(elsewhere.found().await.unwrap().name, "Reader");
    elsewhere.stage.advance(Duration::from_hours(1));
    assert_eq!(elsewhere.found().await.unwrap().name, "Writer");
    *elsewhere.body.lock().unwrap() = (StatusCode::NOT_FOUND, String::new());
    elsewhere.stage.advance(Duration::from_hours(2));
    assert!(elsewhere.found().await.is_some(), "for a day");
    elsewhere.stage.advance(Duration::from_hours(48));
    assert!(elsewhere.found().await.is_none());
}

#[tokio::test]
async fn a_document_works_as_soon_as_it_is_mended() {
    let elsewhere = Elsewhere::new(ClientIdMetadata::Listed, &["localhost"]).await;
    *elsewhere.body.lock().unwrap() = (StatusCode::OK, "{".to_owned());
    assert!(elsewhere.found().await.is_none());
    elsewhere.say(&elsewhere.document());
    assert!(elsewhere.found().await.is_some(), "no failure is remembered");
    // How often we knock is bounded by who makes us.
    let broken = Elsewhere::new(ClientIdMetadata::Listed, &["localhost"]).await;
    *broken.body.lock().unwrap() = (StatusCode::NOT_FOUND, String::new());
    for _ in 0..30 {
        assert!(broken.found().await.is_none());
    }
    assert_eq!(broken.asked.load(Ordering::SeqCst), 20);
}

#[tokio::test]
async fn the_root_of_a_host_may_be_a_client() {
    let elsewhere = Elsewhere::at("", ClientIdMetadata::Listed, &["localhost"]).await;
    assert!(elsewhere.id.as_str().ends_with('/'));
    assert!(elsewhere.found().await.is_some());
}

#[tokio::test]
async fn a_client_whose_document_has_long_gone_is_none_any_more() {
    let elsewhere = Elsewhere::new(ClientIdMetadata::Listed, &["localhost"]).await;
    assert!(elsewhere.found().await.is_some());
    let ask = async || {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", elsewhere.id.as_str()),
            ("code", "none"),
            ("redirect_uri", CALLBACK),
            ("code_verifier", "none"),
        ];
        elsewhere.stage.post("/token", "", &fields).await.error()
    };
    assert_eq!(ask().await.0, 400, "it is believed");
    *elsewhere.body.lock().unwrap() = (StatusCode::NOT_FOUND, String::new());
    elsewhere.stage.advance(Duration::from_hours(24));
    assert_eq!(ask().await.0, 400, "for a day beyond its time");
    elsewhere.stage.advance(Duration::from_hours(2));
    for _ in 0..2 {
        assert_eq!(ask().await, (401, "invalid_client".to_owned()));
    }
    elsewhere.say(&elsewhere.document());
    elsewhere.stage.advance(Duration::from_mins(1));
    assert_eq!(ask().await.0, 400, "it is there again");
}

#[tokio::test]
async fn the_use_of_what_a_client_was_given_fetches_nothing() {
    let elsewhere = Elsewhere::new(ClientIdMetadata::Listed, &["localhost"]).await;
    assert!(elsewhere.found().await.is_some());
    elsewhere.stage.advance(Duration::from_hours(3));
    let known = client::known_active(&mut elsewhere.stage.op(), &elsewhere.id).await;
    assert!(known.unwrap().is_some());
    assert_eq!(elsewhere.asked.load(Ordering::SeqCst), 1);
    elsewhere.stage.advance(Duration::from_hours(24));
    let known = client::known_active(&mut elsewhere.stage.op(), &elsewhere.id).await;
    assert!(known.unwrap().is_none(), "too old");
}

#[tokio::test]
async fn the_sector_of_a_document_is_held_against_its_addresses() {
    for (redirects, good) in [
        (json!([CALLBACK]), true),
        (json!([CALLBACK, "https://elsewhere.test/cb"]), false),
    ] {
        let elsewhere = Elsewhere::new(ClientIdMetadata::Listed, &["localhost"]).await;
        let mut document = elsewhere.document();
        document["redirect_uris"] = redirects;
        document["subject_type"] = json!("pairwise");
        document["sector_identifier_uri"] =
            json!(elsewhere.id.as_str().replace("client.json", "sector.json"));
        elsewhere.say(&document);
        assert_eq!(elsewhere.found().await.is_some(), good);
    }
}

#[tokio::test]
async fn other_hosts_wait_for_approval_or_are_not_asked() {
    let closed = Elsewhere::new(ClientIdMetadata::Listed, &["app.example"]).await;
    assert!(closed.found().await.is_none());
    assert!(
        client::find(&mut closed.stage.op(), &closed.id)
            .await
            .unwrap()
            .is_none()
    );
    let off = Elsewhere::new(ClientIdMetadata::Off, &["localhost"]).await;
    assert!(off.found().await.is_none());

    let waiting = Elsewhere::new(ClientIdMetadata::Approval, &[]).await;
    assert!(waiting.found().await.is_none());
    let mut op = waiting.stage.op();
    let seen = client::digest(&client::pending(&mut op).await.unwrap()[0]);
    let approved = client::approve(&mut op, &waiting.id, &seen).await.unwrap();
    assert!(matches!(approved, client::Approval::Approved));
    op.commit().await.unwrap();
    assert!(waiting.found().await.is_some());
    let mut changed = waiting.document();
    changed["redirect_uris"] = json!(["https://elsewhere.test/cb"]);
    waiting.say(&changed);
    waiting.stage.advance(Duration::from_hours(1));
    assert!(waiting.found().await.is_none(), "what has changed waits anew");
}

#[tokio::test]
async fn a_document_that_breaks_a_rule_is_no_client() {
    for change in [
        json!({ "client_id": "https://localhost/other.json" }),
        json!({ "client_id": null }),
        json!({ "client_secret": "s" }),
        json!({ "client_secret_expires_at": 0 }),
        json!({ "token_endpoint_auth_method": "client_secret_basic" }),
        json!({ "token_endpoint_auth_method": "client_secret_jwt" }),
        json!({ "redirect_uris": [] }),
        json!({ "redirect_uris": ["http://app.example/"] }),
        json!({ "grant_types": ["client_credentials"] }),
        json!({ "padding": "x".repeat(20_000) }),
    ] {
        let elsewhere = Elsewhere::new(ClientIdMetadata::Listed, &["localhost"]).await;
        let mut document = elsewhere.document();
        for (name, value) in change.as_object().unwrap() {
            document[name] = value.clone();
        }
        elsewhere.say(&document);
        assert!(elsewhere.found().await.is_none(), "{change}");
    }
}

#[tokio::test]
async fn our_own_interfaces_say_whose_tokens_they_take() {
    let stage = Stage::new().await;
    for (path, resource) in [
        ("", ISSUER.to_owned()),
        ("/userinfo", format!("{ISSUER}/userinfo")),
    ] {
        let answer = stage
            .get(&format!("/.well-known/oauth-protected-resource{path}"), "")
            .await;
        assert_eq!(answer.status, 200);
        let told = answer.json();
        assert_eq!(told["resource"], resource);
        assert_eq!(told["authorization_servers"], json!([ISSUER]));
        assert_eq!(told["bearer_methods_supported"], json!(["header", "body"]));
        assert_eq!(told["tls_client_certificate_bound_access_tokens"], false);
        let algorithms = told["dpop_signing_alg_values_supported"].as_array().unwrap();
        assert!(algorithms.contains(&json!("ES256")));
        let scopes = told["scopes_supported"].as_array().unwrap();
        assert!(scopes.contains(&json!("openid")) && scopes.contains(&json!("offline_access")));
    }
}

#[tokio::test]
async fn our_own_interfaces_promise_nothing_that_is_off() {
    let refreshless = Stage::with(|config| {
        config
            .oauth
            .grant_types
            .retain(|grant| *grant != GrantType::RefreshToken);
    });
    let (refreshless, bare) = (
        refreshless.await,
        Stage::with(|config| config.oauth.endpoints.retain(|one| *one != Endpoint::Userinfo)).await,
    );
    for path in ["", "/userinfo"] {
        let address = format!("/.well-known/oauth-protected-resource{path}");
        let told = refreshless.get(&address, "").await.json();
        let scopes = told["scopes_supported"].as_array().unwrap();
        assert!(scopes.contains(&json!("openid")), "{path}");
        assert!(!scopes.contains(&json!("offline_access")), "{path}");
        let gone = bare.get(&address, "").await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "{path} {gone:?}");
    }
    // That of administrators has nothing to do with either.
    for stage in [&refreshless, &bare] {
        let address = "/.well-known/oauth-protected-resource/admin/v1";
        let told = stage.get(address, "").await.json();
        assert_eq!(told["bearer_methods_supported"], json!(["header"]));
        assert!(
            !told["scopes_supported"]
                .as_array()
                .unwrap()
                .contains(&json!("openid"))
        );
    }
}

#[tokio::test]
async fn one_network_makes_the_server_fetch_so_many_documents_and_no_more() {
    let elsewhere = Elsewhere::new(ClientIdMetadata::Listed, &["localhost"]).await;
    let (stage, asked) = (&elsewhere.stage, || elsewhere.asked.load(Ordering::SeqCst));
    *elsewhere.body.lock().unwrap() = (StatusCode::NOT_FOUND, String::new());
    let path = Stage::request(&[
        ("client_id", Some(elsewhere.id.as_str())),
        ("scope", Some("openid")),
    ]);
    // `client_documents_per_address = "20, then one every 10s"`.
    for _ in 0..20 {
        let answer = stage.get(&path, "").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{answer:?}");
    }
    assert_eq!(asked(), 20);
    elsewhere.say(&elsewhere.document());
    let answer = stage.get(&path, "").await;
    assert_eq!(
        answer.status,
        StatusCode::BAD_REQUEST,
        "nobody was asked: {answer:?}"
    );
    assert_eq!(asked(), 20);
    stage.advance(Duration::from_secs(10));
    let answer = stage.get(&path, "").await;
    assert!(answer.location().starts_with("/signin/"), "{answer:?}");
    assert_eq!(asked(), 21);
}

#[tokio::test]
async fn another_network_does_not_wait_for_the_documents_that_one_has_asked_for() {
    let elsewhere = Elsewhere::new(ClientIdMetadata::Listed, &["localhost"]).await;
    *elsewhere.body.lock().unwrap() = (StatusCode::NOT_FOUND, String::new());
    let path = Stage::request(&[("client_id", Some(elsewhere.id.as_str()))]);
    for _ in 0..21 {
        elsewhere.stage.get(&path, "").await;
    }
    assert_eq!(elsewhere.asked.load(Ordering::SeqCst), 20);
    elsewhere.say(&elsewhere.document());
    // By an act that was seen from an address of its own.
    assert_eq!(elsewhere.found().await.unwrap().name, "Reader");
}
