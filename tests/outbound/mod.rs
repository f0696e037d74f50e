//! Tests of outbound: what a server at the other end can and cannot make it do.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use axum_server::tls_rustls::RustlsConfig;
use doorward::config::Loaded;
use doorward::outbound::{Allowed, Outbound, OutboundError, Post, Rules};
use http::StatusCode;
use http::header::{
    ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE, USER_AGENT,
};

use crate::support::{Bare, Database};

const JSON: &str = "application/json";

/// A server on a free loopback port, gone with the test's runtime.
pub(crate) async fn serve(router: Router) -> u16 {
    let handle = axum_server::Handle::<SocketAddr>::new();
    let server = axum_server::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).handle(handle.clone());
    tokio::spawn(server.serve(router.into_make_service()));
    handle.listening().await.unwrap().port()
}

/// The same over TLS, as `localhost`; with the authority that its certificate is from.
pub(crate) async fn serve_tls(router: Router) -> (u16, Vec<u8>) {
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let tls = RustlsConfig::from_der(vec![cert.der().to_vec()], signing_key.serialize_der())
        .await
        .unwrap();
    let handle = axum_server::Handle::<SocketAddr>::new();
    let server = axum_server::bind_rustls(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), tls);
    tokio::spawn(server.handle(handle.clone()).serve(router.into_make_service()));
    let port = handle.listening().await.unwrap().port();
    (port, cert.der().to_vec())
}

fn rules(listed: &[&str]) -> Rules {
    Rules {
        allowed: Allowed::new(listed.iter().map(|text| text.parse().unwrap()).collect()),
        extra_roots: Vec::new(),
        timeout: Duration::from_secs(20),
        at_once: 64,
        at_once_to_one: 4,
    }
}

fn outbound() -> Outbound {
    Outbound::new(rules(&["127.0.0.0/8", "::1/128"]))
}

/// What the request carried, as text.
async fn mirror(request: Request) -> String {
    let header = |name| {
        let value = request.headers().get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or("-")
            .to_owned()
    };
    let start = [USER_AGENT, ACCEPT, CONTENT_TYPE, AUTHORIZATION, COOKIE]
        .map(header)
        .join("|");
    let body = axum::body::to_bytes(request.into_body(), 1_000).await.unwrap();
    format!("{start}|{}", String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_document_is_fetched_with_its_type_and_age() {
    let document = || async {
        let headers = [
            (CONTENT_TYPE, "application/json; charset=utf-8"),
            (CACHE_CONTROL, "max-age=60"),
            (SET_COOKIE, "a=b"),
        ];
        (headers, r#"{"keys":[]}"#).into_response()
    };
    let port = serve(
        Router::new()
            .route("/", get(document))
            .route("/mirror", get(mirror)),
    )
    .await;
    let outbound = outbound();
    let found = outbound
        .get(&format!("http://127.0.0.1:{port}/"), JSON, 100)
        .await
        .unwrap();
    assert_eq!(found.status, StatusCode::OK);
    assert!(found.is_json());
    assert_eq!(found.max_age, Some(Duration::from_mins(1)));
    assert_eq!(found.body, br#"{"keys":[]}"#);
    let mirrored = outbound
        .get(&format!("http://localhost:{port}/mirror"), JSON, 100)
        .await
        .unwrap();
    assert_eq!(
        mirrored.body, b"doorward|application/json|-|-|-|",
        "no cookie comes back"
    );
}

#[tokio::test]
async fn what_is_posted_arrives_with_its_type() {
    let port = serve(Router::new().route("/", post(mirror))).await;
    let address = format!("http://127.0.0.1:{port}/");
    let outbound = outbound();
    let mut ping = Post::json(&serde_json::json!({ "auth_req_id": "x" }));
    ping.bearer = Some("token");
    for (sent, expected) in [
        (
            Post::form(&[("logout_token", "a.b&c")]),
            "doorward|*/*|application/x-www-form-urlencoded|-|-|logout_token=a.b%26c",
        ),
        (
            ping,
            r#"doorward|*/*|application/json|Bearer token|-|{"auth_req_id":"x"}"#,
        ),
        (
            Post::jwt("application/secevent+jwt", "a.b.c"),
            "doorward|*/*|application/secevent+jwt|-|-|a.b.c",
        ),
    ] {
        let found = outbound.post(&address, sent, 1_000).await.unwrap();
        assert_eq!(String::from_utf8(found.body).unwrap(), expected);
    }
}

#[tokio::test]
async fn networks_that_are_not_listed_are_not_called() {
    let called = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&called);
    let port = serve(Router::new().fallback(move || {
        counter.fetch_add(1, Ordering::SeqCst);
        std::future::ready("reached")
    }))
    .await;
    let closed = Outbound::new(rules(&[]));
    for (host, expected) in [
        ("http://127.0.0.1", OutboundError::Address),
        ("http://localhost", OutboundError::Address),
        ("https://127.0.0.1", OutboundError::Address),
        ("https://[::ffff:127.0.0.1]", OutboundError::Address),
        ("https://localhost", OutboundError::Address),
        ("https://0.0.0.0", OutboundError::Address),
    ] {
        let refused = closed.get(&format!("{host}:{port}/"), JSON, 100).await;
        assert_eq!(refused.unwrap_err(), expected, "{host}");
    }
    let unknown = closed.get("https://nowhere.invalid/", JSON, 100).await;
    assert_eq!(unknown.unwrap_err(), OutboundError::Name);
    assert_eq!(called.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let called = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&called);
    let elsewhere = move || {
        counter.fetch_add(1, Ordering::SeqCst);
        std::future::ready("reached")
    };
    let away = || async { (StatusCode::FOUND, [(LOCATION, "/elsewhere")]) };
    let router = Router::new()
        .route("/", get(away))
        .route("/elsewhere", get(elsewhere));
    let port = serve(router).await;
    let found = outbound()
        .get(&format!("http://127.0.0.1:{port}/"), JSON, 100)
        .await
        .unwrap();
    assert_eq!(found.status, StatusCode::FOUND);
    assert_eq!(called.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_answer_that_is_too_large_or_never_ends_is_given_up() {
    let endless = || async {
        let chunks = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>("x".repeat(1_000)));
        axum::body::Body::from_stream(chunks)
    };
    let silent = || std::future::pending::<&str>();
    let router = Router::new()
        .route("/large", get(|| async { "x".repeat(101) }))
        .route("/fits", get(|| async { "x".repeat(100) }))
        .route("/endless", get(endless))
        .route("/silent", get(silent));
    let port = serve(router).await;
    let at = |path: &str| format!("http://127.0.0.1:{port}{path}");
    let patient = outbound();
    assert_eq!(
        patient.get(&at("/fits"), JSON, 100).await.unwrap().body.len(),
        100
    );
    for path in ["/large", "/endless"] {
        let refused = patient.get(&at(path), JSON, 100).await;
        assert_eq!(refused.unwrap_err(), OutboundError::Large, "{path}");
    }
    let hasty = Outbound::new(Rules {
        timeout: Duration::from_millis(50),
        ..rules(&["127.0.0.0/8"])
    });
    let refused = hasty.get(&at("/silent"), JSON, 100).await;
    assert_eq!(refused.unwrap_err(), OutboundError::Slow);
}

#[tokio::test]
async fn a_host_that_answers_slowly_takes_few_places() {
    let (under_way, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counters = (Arc::clone(&under_way), Arc::clone(&most));
    let slow = move || {
        let (under_way, most) = counters.clone();
        async move {
            let now = under_way.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(now, Ordering::SeqCst);
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            under_way.fetch_sub(1, Ordering::SeqCst);
        }
    };
    let port = serve(Router::new().route("/", get(slow))).await;
    let outbound = outbound();
    let address = format!("http://127.0.0.1:{port}/");
    let calls = (0..40).map(|_| outbound.get(&address, JSON, 100));
    let found = futures_util::future::join_all(calls).await;
    assert!(found.iter().all(Result::is_ok));
    assert!(most.load(Ordering::SeqCst) <= 4);
}

#[tokio::test]
async fn an_authority_of_ones_own_is_believed_only_if_it_is_listed() {
    let router = Router::new().route("/", get(|| async { "safe" }));
    let (port, authority) = serve_tls(router).await;
    let address = format!("https://localhost:{port}/");

    let stranger = outbound().get(&address, JSON, 100).await;
    assert_eq!(stranger.unwrap_err(), OutboundError::Connection);
    let listed = Outbound::new(Rules {
        extra_roots: vec![authority],
        ..rules(&["127.0.0.0/8", "::1/128"])
    });
    assert_eq!(listed.get(&address, JSON, 100).await.unwrap().body, b"safe");
}

#[tokio::test]
async fn the_authorities_of_the_file_that_the_configuration_names_are_believed() {
    let router = Router::new().route("/", get(|| async { "safe" }));
    let (port, authority) = serve_tls(router).await;
    let address = format!("https://localhost:{port}/");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.pem");
    let text = data_encoding::BASE64.encode(&authority);
    let pem = format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
    std::fs::write(&file, pem).unwrap();
    for (named, expected) in [
        (true, Ok(b"safe".to_vec())),
        (false, Err(OutboundError::Connection)),
    ] {
        let file = if named { file.to_str().unwrap() } else { "" };
        let said = [
            ("DOORWARD_OUTBOUND__CA_FILE", file),
            ("DOORWARD_OUTBOUND__ALLOWED_NETWORKS", "127.0.0.0/8, ::1/128"),
            ("DOORWARD_OUTBOUND__STRANGERS_USE_ALLOWED_NETWORKS", "true"),
        ];
        let said = said.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = Loaded::read(None, said.into_iter()).unwrap().config;
        let database = Arc::new(Database::new().await);
        let house = Bare::on(database, config).await.house;
        for outbound in [&house.outbound, &house.outbound_to_strangers] {
            let answer = outbound.get(&address, JSON, 100).await;
            assert_eq!(answer.map(|answer| answer.body), expected);
        }
    }
}

#[tokio::test]
async fn listed_networks_are_open_to_addresses_of_strangers_only_where_the_configuration_says_so() {
    let router = Router::new().route("/", get(|| async { "inside" }));
    let port = serve(router).await;
    let address = format!("http://127.0.0.1:{port}/");
    for (open, listed, expected) in [
        ("false", "127.0.0.0/8", Err(OutboundError::Address)),
        ("true", "127.0.0.0/8", Ok(b"inside".to_vec())),
        ("true", "10.0.0.0/8", Err(OutboundError::Address)),
    ] {
        let said = [
            ("DOORWARD_OUTBOUND__ALLOWED_NETWORKS", listed),
            ("DOORWARD_OUTBOUND__STRANGERS_USE_ALLOWED_NETWORKS", open),
        ];
        let said = said.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = Loaded::read(None, said.into_iter()).unwrap().config;
        let database = Arc::new(Database::new().await);
        let house = Bare::on(database, config).await.house;
        let answer = house.outbound_to_strangers.get(&address, JSON, 100).await;
        assert_eq!(answer.map(|answer| answer.body), expected, "{open} {listed}");
        let ours = house.outbound.get(&address, JSON, 100).await;
        assert_eq!(
            ours.is_ok(),
            listed == "127.0.0.0/8",
            "an administrator may name it"
        );
    }
}
