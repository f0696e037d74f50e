//! Signed request objects (RFC 9101, OpenID Connect Core section 6.1).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get;
use data_encoding::BASE64URL_NOPAD;
use doorward::client::{ClientSettings, NewClient};
use doorward::domain::ClientProfile;
use doorward::jose::Algorithm;
use http::StatusCode;
use serde_json::{Value, json};

use super::prover::{Prover, by_uri};
use super::stage::{Answer, CALLBACK, ISSUER, Stage, encoded};
use crate::outbound::serve;

async fn stage(settings: ClientSettings) -> (Stage, Prover) {
    let mut stage = Stage::new().await;
    let prover = Prover::new("prover", Algorithm::Es256);
    let client = NewClient {
        settings,
        ..prover.client(&stage)
    };
    stage.register(client).await;
    (stage, prover)
}

/// The object with what OAuth and OpenID Connect ask beside it, and a state that is not its own.
fn beside(object: &str) -> String {
    Stage::request(&[("client_id", Some("prover")), ("request", Some(object))])
}

async fn error(stage: &Stage, object: &str) -> (String, String) {
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let answer = stage.get(&beside(object), &cookie).await;
    assert!(answer.location().starts_with(CALLBACK), "{answer:?}");
    assert_eq!(answer.parameter("code"), None);
    (
        answer.parameter("error").unwrap(),
        answer.parameter("error_description").unwrap(),
    )
}

async fn code(stage: &Stage, path: &str) -> Answer {
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let answer = stage.get(path, &cookie).await;
    assert!(answer.parameter("code").is_some(), "{answer:?}");
    answer
}

#[tokio::test]
async fn the_parameters_of_a_signed_object_are_the_ones_that_count() {
    let (stage, prover) = stage(ClientSettings::default()).await;
    let object = prover.object(&stage, &[("max_age", json!(1_000)), ("scope", json!("openid"))]);
    let answer = code(&stage, &beside(&object)).await;
    assert_eq!(answer.parameter("state").as_deref(), Some("state of the object"));
    let alone = encoded(&[("client_id", "prover"), ("request", &object)]);
    code(&stage, &format!("/authorize?{alone}")).await;
    for typ in ["JWT", "application/oauth-authz-req+jwt"] {
        let object = prover.sign(typ, &prover.claims(&stage, &[]));
        code(&stage, &beside(&object)).await;
    }
    let lists = prover.object(&stage, &[("aud", json!(["https://other.test", ISSUER]))]);
    code(&stage, &beside(&lists)).await;
    // RFC 9101 section 4 advises to name both, and no more.
    let nameless = prover.object(&stage, &[("iss", Value::Null), ("aud", Value::Null)]);
    code(&stage, &beside(&nameless)).await;
    // OpenID Connect Core section 6.1 asks for no end.
    let endless = prover.object(&stage, &[("exp", Value::Null), ("nbf", Value::Null)]);
    code(&stage, &beside(&endless)).await;
}

#[tokio::test]
async fn an_object_that_cannot_be_believed_is_refused() {
    let (stage, prover) = stage(ClientSettings::default()).await;
    let stranger = Prover::new("prover", Algorithm::Es256);
    let now = stage.op().now.as_seconds();
    let unsigned = {
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let claims = prover.claims(&stage, &[]);
        format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims))
    };
    let mut bad = vec![
        unsigned,
        stranger.object(&stage, &[]),
        prover.sign("at+jwt", &prover.claims(&stage, &[])),
        "x.y.z".to_owned(),
    ];
    for (name, value) in [
        ("iss", json!("desk")),
        ("aud", json!("https://other.test")),
        ("sub", json!("prover")),
        ("exp", json!(now)),
        ("exp", json!("soon")),
        ("nbf", json!(now + 11)),
        ("client_id", json!("desk")),
        ("client_id", Value::Null),
        ("request", json!("x.y.z")),
        ("request_uri", json!("urn:x")),
        ("nonce", json!("a\0b")),
        ("resource", json!(["https://a.test/\0"])),
    ] {
        bad.push(prover.object(&stage, &[(name, value)]));
    }
    for object in &bad {
        let (told, _) = error(&stage, object).await;
        assert_eq!(told, "invalid_request_object", "{object}");
    }
    let other_type = prover.object(&stage, &[("response_type", json!("id_token"))]);
    assert_eq!(error(&stage, &other_type).await.0, "invalid_request");
    let both = format!("{}&request_uri=urn%3Ax", beside(&prover.object(&stage, &[])));
    let answer = stage.get(&both, "").await;
    assert_eq!(answer.parameter("error").as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn a_bad_object_without_a_proven_address_beside_it_ends_on_a_page() {
    let (stage, prover) = stage(ClientSettings::default()).await;
    let expired = prover.object(&stage, &[("exp", json!(1))]);
    let elsewhere = prover.object(&stage, &[("redirect_uri", json!("https://evil.test/"))]);
    for object in [expired, elsewhere] {
        let query = encoded(&[("client_id", "prover"), ("request", &object)]);
        let answer = stage.get(&format!("/authorize?{query}"), "").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.body.contains("Reference:"), "{}", answer.body);
    }
}

#[tokio::test]
async fn an_object_can_be_pushed() {
    let (stage, prover) = stage(ClientSettings::default()).await;
    let object = prover.object(&stage, &[]);
    let pushed = prover.post(&stage, "/par", &[("request", &object)]).await;
    assert_eq!(pushed.status, StatusCode::CREATED, "{pushed:?}");
    let answer = code(&stage, &by_uri("prover", &pushed)).await;
    assert_eq!(answer.parameter("state").as_deref(), Some("state of the object"));
    for (name, value, told) in [
        ("client_id", json!("desk"), "invalid_request_object"),
        ("iss", json!("desk"), "invalid_request_object"),
        ("request_uri", json!("urn:x"), "invalid_request_object"),
        ("redirect_uri", json!("https://evil.test/"), "invalid_request"),
        ("scope", json!("unknown:scope"), "invalid_scope"),
    ] {
        let object = prover.object(&stage, &[(name, value)]);
        let refused = prover.post(&stage, "/par", &[("request", &object)]).await;
        assert_eq!(refused.error(), (400, told.to_owned()), "{name}");
    }
}

#[tokio::test]
async fn a_client_can_be_held_to_signed_objects_of_one_algorithm() {
    let (stage, prover) = stage(ClientSettings {
        require_signed_request_object: true,
        request_object_signing_alg: Some(Algorithm::Es256),
        ..ClientSettings::default()
    })
    .await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let plain = Stage::request(&[("client_id", Some("prover"))]);
    let answer = stage.get(&plain, &cookie).await;
    assert_eq!(answer.parameter("error").as_deref(), Some("invalid_request"));
    let pushed = prover.push(&stage, &[]).await;
    assert_eq!(pushed.error(), (400, "invalid_request".to_owned()));
    code(&stage, &beside(&prover.object(&stage, &[]))).await;
    let pushed = prover
        .post(&stage, "/par", &[("request", &prover.object(&stage, &[]))])
        .await;
    code(&stage, &by_uri("prover", &pushed)).await;
}

#[tokio::test]
async fn message_signing_holds_an_object_to_an_hour() {
    let (stage, prover) = stage(ClientSettings {
        profile: ClientProfile::Fapi2MessageSigning,
        ..ClientSettings::default()
    })
    .await;
    let now = stage.op().now.as_seconds();
    let pushed = async |changes: &[(&str, Value)]| {
        let mut all = vec![("response_mode", json!("jwt"))];
        all.extend_from_slice(changes);
        let object = prover.object(&stage, &all);
        prover.post(&stage, "/par", &[("request", &object)]).await
    };
    assert_eq!(pushed(&[]).await.status, StatusCode::CREATED);
    let edge = [("nbf", json!(now - 3_600)), ("exp", json!(now + 1))];
    assert_ne!(pushed(&edge).await.status, StatusCode::CREATED, "61 minutes long");
    let whole = [("nbf", json!(now - 3_590)), ("exp", json!(now + 10))];
    assert_eq!(pushed(&whole).await.status, StatusCode::CREATED);
    for changes in [
        [("nbf", Value::Null), ("exp", json!(now + 60))],
        [("nbf", json!(now)), ("exp", Value::Null)],
        [("nbf", json!(now)), ("exp", json!(now + 3_601))],
        [("nbf", json!(now - 3_601)), ("exp", json!(now + 60))],
    ] {
        let refused = pushed(&changes).await;
        let told = (400, "invalid_request_object".to_owned());
        assert_eq!(refused.error(), told, "{changes:?}");
        assert!(
            refused.text("error_description").contains("'fresh request'"),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn an_object_at_a_registered_address_is_fetched_and_no_other_address_is_called() {
    let loopback = Stage::with(|config| {
        config.outbound.allowed_networks = vec!["127.0.0.0/8".parse().unwrap()];
    });
    let mut stage = loopback.await;
    let prover = Prover::new("prover", Algorithm::Es256);
    let published = Arc::new(Mutex::new((StatusCode::OK, String::new())));
    let (told, asked) = (Arc::clone(&published), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&asked);
    let answer = move || {
        count.fetch_add(1, Ordering::SeqCst);
        std::future::ready(told.lock().unwrap().clone())
    };
    let port = serve(Router::new().route("/{name}", get(answer))).await;
    let address = format!("http://127.0.0.1:{port}/object");
    let settings = ClientSettings {
        request_uris: vec![format!("{address}#first")],
        ..ClientSettings::default()
    };
    let client = NewClient {
        settings,
        ..prover.client(&stage)
    };
    stage.register(client).await;
    let publish = |status, text: &str| *published.lock().unwrap() = (status, text.to_owned());
    let ask = |uri: &str| Stage::request(&[("client_id", Some("prover")), ("request_uri", Some(uri))]);

    publish(StatusCode::OK, &format!("{}\n", prover.object(&stage, &[])));
    let answer = code(&stage, &ask(&address)).await;
    assert_eq!(answer.parameter("state").as_deref(), Some("state of the object"));
    code(&stage, &ask(&format!("{address}#second"))).await;
    assert_eq!(asked.load(Ordering::SeqCst), 2);

    let refused = async |uri: &str| {
        let answer = stage.get(&ask(uri), "").await;
        assert!(answer.location().starts_with(CALLBACK), "{answer:?}");
        answer.parameter("error").unwrap()
    };
    let other = format!("http://127.0.0.1:{port}/other");
    for uri in [other.as_str(), "https://a.test/object", "urn:x", "object"] {
        assert_eq!(refused(uri).await, "invalid_request_uri", "{uri}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    publish(StatusCode::NOT_FOUND, &prover.object(&stage, &[]));
    assert_eq!(refused(&address).await, "invalid_request_uri");
    publish(StatusCode::OK, &"x".repeat(33 * 1_024));
    assert_eq!(refused(&address).await, "invalid_request_uri");
    publish(StatusCode::OK, "x.y.z");
    assert_eq!(refused(&address).await, "invalid_request_object");
}
