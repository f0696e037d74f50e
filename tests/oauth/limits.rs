//! Limits on what somebody makes the server fetch or put on record who has proven nothing.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::routing::get;
use doorward::client::{ClientSettings, NewClient};
use doorward::config::Registration;
use doorward::domain::{ClientAuthMethod, Limit};
use doorward::jose::Algorithm;
use http::{Method, Request};
use serde_json::json;

use super::prover::Prover;
use super::registration::{plain, send};
use super::stage::{CALLBACK, Stage, VERIFIER, encoded, new_client};
use crate::outbound::serve;

/// Two at once, and one more each minute.
const NARROW: Limit = Limit {
    burst: 2,
    refill: Duration::from_mins(1),
};

/// The same request from an address of its own.
fn from(address: &str, mut request: Request<Body>) -> Request<Body> {
    let peer: SocketAddr = format!("{address}:50000").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

#[tokio::test]
async fn request_objects_of_one_application_are_fetched_so_often_for_one_network() {
    let narrow = Stage::with(|config| {
        config.outbound.allowed_networks = vec!["127.0.0.0/8".parse().unwrap()];
        config.limits.request_objects_per_address = NARROW;
    });
    let mut stage = narrow.await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let answer = move || {
        count.fetch_add(1, Ordering::SeqCst);
        std::future::ready("no object")
    };
    let port = serve(Router::new().route("/object", get(answer))).await;
    let address = format!("http://127.0.0.1:{port}/object");
    for id in ["prover", "other"] {
        let client = NewClient {
            settings: ClientSettings {
                request_uris: vec![address.clone()],
                ..ClientSettings::default()
            },
            ..Prover::new(id, Algorithm::Es256).client(&stage)
        };
        stage.register(client).await;
    }
    let ask = async |id: &str, network: &str| {
        let path = Stage::request(&[("client_id", Some(id)), ("request_uri", Some(&address))]);
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = stage.send(from(network, request)).await;
        assert!(answer.location().starts_with(CALLBACK), "{answer:?}");
        assert_eq!(answer.parameter("code"), None);
        let description = answer.parameter("error_description").unwrap();
        (answer.parameter("error").unwrap(), description)
    };
    let fetched = "invalid_request_object";
    for _ in 0..2 {
        assert_eq!(ask("prover", "192.0.2.1").await.0, fetched);
    }
    let (error, description) = ask("prover", "192.0.2.1").await;
    assert_eq!(error, "temporarily_unavailable");
    assert!(description.contains("push the request instead"), "{description}");
    assert_eq!(asked.load(Ordering::SeqCst), 2, "nobody was called");
    // Another network and another application do not wait for it.
    assert_eq!(ask("prover", "192.0.2.2").await.0, fetched);
    assert_eq!(ask("other", "192.0.2.1").await.0, fetched);
    stage.advance(Duration::from_mins(1));
    assert_eq!(ask("prover", "192.0.2.1").await.0, fetched);
    assert_eq!(asked.load(Ordering::SeqCst), 5);
}

#[tokio::test]
async fn refused_registrations_of_one_network_are_on_record_so_often_and_answered_alike() {
    let stage = Stage::with(|config| {
        config.oauth.registration = Registration::Token;
        config.limits.registration_refusals = NARROW;
    })
    .await;
    let records = async || stage.bare.events("client.registration").await.len();
    for _ in 0..4 {
        let answer = send(&stage, Method::POST, "/register", Some("wrong"), Some(&plain())).await;
        assert_eq!(answer.error(), (401, "invalid_token".to_owned()));
        assert!(
            !answer.headers.contains_key("retry-after"),
            "it is no limit of requests"
        );
    }
    assert_eq!(records().await, 2);
    let elsewhere = Request::post("/register")
        .header("authorization", "Bearer wrong")
        .header("content-type", "application/json")
        .body(plain().to_string().into())
        .unwrap();
    let answer = stage.send(from("192.0.2.1", elsewhere)).await;
    assert_eq!(answer.error(), (401, "invalid_token".to_owned()));
    assert_eq!(records().await, 3, "another network has a count of its own");
    stage.advance(Duration::from_mins(1));
    send(&stage, Method::POST, "/register", Some("wrong"), Some(&json!({}))).await;
    assert_eq!(records().await, 4);
}

#[tokio::test]
async fn refused_requests_of_applications_without_a_secret_are_on_record_so_often_and_answered_alike() {
    let mut stage = Stage::with(|config| config.limits.request_refusals = NARROW).await;
    let native = NewClient {
        auth_method: ClientAuthMethod::None,
        ..new_client(&stage, "native")
    };
    stage.register(native).await;
    let records = async || stage.bare.events("oauth.token.refused").await.len();
    for _ in 0..4 {
        let answer = stage.redeem("native", "unknown").await;
        assert_eq!(answer.error(), (400, "invalid_grant".to_owned()));
        assert!(
            !answer.headers.contains_key("retry-after"),
            "it is no limit of requests"
        );
    }
    assert_eq!(records().await, 2);
    // Whoever has proven who it is, is on record always; and another network has a count of its own.
    for _ in 0..3 {
        let answer = stage.redeem("desk", "unknown").await;
        assert_eq!(answer.error(), (400, "invalid_grant".to_owned()));
    }
    assert_eq!(records().await, 5);
    let fields = [
        ("client_id", "native"),
        ("grant_type", "authorization_code"),
        ("code", "unknown"),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let request = stage.token_request("native", &encoded(&fields));
    stage.send(from("192.0.2.1", request)).await;
    assert_eq!(records().await, 6);
    stage.advance(Duration::from_mins(1));
    stage.redeem("native", "unknown").await;
    assert_eq!(records().await, 7);
}

#[tokio::test]
async fn authorization_requests_that_name_nobody_are_on_record_so_often_and_answered_alike() {
    let stage = Stage::with(|config| config.limits.request_refusals = NARROW).await;
    let records = async || stage.bare.events("oauth.authorization").await.len();
    for _ in 0..4 {
        let answer = stage
            .get(&Stage::request(&[("client_id", Some("nobody"))]), "")
            .await;
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(!answer.headers.contains_key("location"));
    }
    assert_eq!(records().await, 2);
    // What an application that is known is refused is told to it, and is on record always.
    for _ in 0..3 {
        let answer = stage
            .get(&Stage::request(&[("response_type", Some("token"))]), "")
            .await;
        assert_eq!(
            answer.parameter("error").as_deref(),
            Some("unsupported_response_type")
        );
    }
    assert_eq!(records().await, 5);
    stage.advance(Duration::from_mins(1));
    stage
        .get(
            &Stage::request(&[("redirect_uri", Some("https://evil.test/"))]),
            "",
        )
        .await;
    assert_eq!(records().await, 6);
}
