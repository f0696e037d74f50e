//! Clients whose id is the address of their metadata.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::response::IntoResponse as _;
use axum::routing::get;
use doorward::client;
use doorward::config::ClientIdMetadata;
use doorward::domain::{ClientAuthMethod, ClientId};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::stage::{CALLBACK, ISSUER, Stage};
use crate::outbound::serve_tls;

/// A server of documents, and the stage that trusts its authority.
struct Elsewhere {
    stage: Stage,
    body: Arc<Mutex<(StatusCode, String)>>,
    id: ClientId,
}

impl Elsewhere {
    async fn new(mode: ClientIdMetadata, hosts: &[&str]) -> Self {
        let body = Arc::new(Mutex::new((StatusCode::OK, String::new())));
        let said = Arc::clone(&body);
        let answer = move || {
            let (status, body) = said.lock().unwrap().clone();
            std::future::ready((status, [(CONTENT_TYPE, "application/json")], body).into_response())
        };
        let (port, authority) = serve_tls(Router::new().route("/client.json", get(answer))).await;
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        let stage = Stage::with(|config| {
            config.oauth.client_id_metadata = mode;
            config.oauth.client_id_metadata_hosts = hosts;
            "northbeam".clone_into(&mut config.oauth.registration_organisation);
            config.outbound.allowed_networks =
                vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
            config.outbound.extra_roots = vec![authority];
        })
        .await;
        let id = ClientId::parse(&format!("https://localhost:{port}/client.json")).unwrap();
        let this = Self { stage, body, id };
        this.say(&this.document());
        this
    }

    fn document(&self) -> Value {
        json!({ "client_id": self.id, "client_name": "Reader", "redirect_uris": [CALLBACK] })
    }

    fn say(&self, document: &Value) {
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
    assert!(client::approve(&mut op, &waiting.id).await.unwrap());
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
    }
}
