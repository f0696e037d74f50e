//! The server speaks TLS itself when it has a certificate, and plain http to this machine and listed proxies only.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use doorward::config::Config;
use http::{Request, StatusCode, Version};
use reqwest::{Client, ClientBuilder};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tower::ServiceExt as _;

use crate::support::{Certificate, Server};

/// Longer than anything here takes; only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

fn speak_tls(config: &mut Config, certificate: &Certificate) {
    config.server.issuer = format!("https://localhost:{}", config.server.listen.port())
        .parse()
        .unwrap();
    config.server.tls = Some(certificate.files.clone());
    config.server.header_timeout = Duration::from_secs(1);
}

fn client(certificate: &Certificate) -> ClientBuilder {
    Client::builder().tls_certs_only([certificate.root.clone()])
}

async fn discover(server: &Server, client: ClientBuilder) -> Version {
    let asked = client
        .build()
        .unwrap()
        .get(server.url("/.well-known/openid-configuration"));
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.headers().contains_key("strict-transport-security"));
    let version = answer.version();
    let metadata: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(metadata["issuer"], server.issuer.as_str());
    assert!(server.issuer.starts_with("https://"));
    version
}

#[tokio::test(flavor = "multi_thread")]
async fn discovery_is_read_over_tls_in_both_versions_of_http() {
    let certificate = Certificate::new();
    let server = Server::start_with(|config| speak_tls(config, &certificate)).await;
    let both = discover(&server, client(&certificate)).await;
    assert_eq!(both, Version::HTTP_2);
    let one = discover(&server, client(&certificate).http1_only()).await;
    assert_eq!(one, Version::HTTP_11);
    let old = client(&certificate).tls_version_max(reqwest::tls::Version::TLS_1_2);
    assert_eq!(discover(&server, old).await, Version::HTTP_2);

    let stranger = Certificate::new();
    let distrusting = client(&stranger).build().unwrap();
    assert!(distrusting.get(server.url("/livez")).send().await.is_err());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_tls_is_closed_on_its_port() {
    let certificate = Certificate::new();
    let server = Server::start_with(|config| speak_tls(config, &certificate)).await;
    for said in [&b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"[..], b""] {
        let mut connection = TcpStream::connect(server.house.config.server.listen)
            .await
            .unwrap();
        connection.write_all(said).await.unwrap();
        let mut answer = Vec::new();
        let closed = tokio::time::timeout(PATIENCE, connection.read_to_end(&mut answer)).await;
        assert!(closed.is_ok(), "the connection hangs");
        assert!(!answer.starts_with(b"HTTP/"), "{answer:?}");
    }
    discover(&server, client(&certificate)).await;
    server.stop().await;
}

/// What the server answers to a peer, as its listener tells where the peer is.
async fn status_for(server: &Server, peer: &str, path: &str) -> StatusCode {
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    let peer = SocketAddr::new(peer.parse().unwrap(), 4_711);
    request.extensions_mut().insert(ConnectInfo(peer));
    let router = doorward::server::router(server.house.clone());
    router.oneshot(request).await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_is_for_this_machine_and_listed_proxies() {
    let server = Server::start_with(|config| {
        config.server.issuer = "https://id.example.org".parse().unwrap();
        config.server.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    })
    .await;
    for (peer, expected) in [
        ("127.0.0.1", StatusCode::OK),
        ("::1", StatusCode::OK),
        ("10.1.2.3", StatusCode::OK),
        ("::ffff:10.1.2.3", StatusCode::OK),
        ("192.0.2.7", StatusCode::MISDIRECTED_REQUEST),
        ("2001:db8::7", StatusCode::MISDIRECTED_REQUEST),
    ] {
        let discovery = status_for(&server, peer, "/.well-known/openid-configuration").await;
        assert_eq!(discovery, expected, "{peer}");
        assert_eq!(
            status_for(&server, peer, "/livez").await,
            StatusCode::OK,
            "{peer}"
        );
        assert_eq!(
            status_for(&server, peer, "/readyz").await,
            StatusCode::OK,
            "{peer}"
        );
    }
    server.stop().await;

    let certificate = Certificate::new();
    let server = Server::start_with(|config| speak_tls(config, &certificate)).await;
    assert_eq!(status_for(&server, "192.0.2.7", "/jwks").await, StatusCode::OK);
    server.stop().await;
}
