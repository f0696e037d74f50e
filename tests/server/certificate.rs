//! Certificates of clients come by our own listener or by a listed proxy, as it is configured, and in no other way.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use data_encoding::BASE64;
use doorward::client::{self, ClientSettings, NewClient};
use doorward::config::{ClientCertificates, Mtls};
use doorward::domain::{ClientAuthMethod, ClientId, GrantType, Scopes};
use doorward::jose::{Algorithm, JwkSet};
use doorward::person::{self, NewOrganisation};
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use tower::ServiceExt as _;

use crate::support::{Certificate, Server, Shown};

const BODY: &str = "grant_type=client_credentials&client_id=robot";
const FORM: &str = "application/x-www-form-urlencoded";

/// A client that is known by its certificate and may do nothing: an answer tells whether it was believed.
async fn register(server: &Server, shown: &Shown) {
    let mut op = server.op();
    let new = NewOrganisation {
        slug: "northbeam".to_owned(),
        name: "Northbeam".to_owned(),
    };
    let organisation_id = person::create_organisation(&mut op, new).await.unwrap();
    let robot = NewClient {
        id: ClientId::parse("robot").unwrap(),
        organisation_id,
        name: "Robot".to_owned(),
        auth_method: ClientAuthMethod::SelfSignedTlsClientAuth,
        jwks: Some(JwkSet {
            keys: vec![shown.jwk.clone()],
        }),
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        grant_types: vec![GrantType::ClientCredentials],
        scopes: Scopes::default(),
        application_id: None,
        service_account_id: None,
        shared: false,
        consent_required: false,
        signing_algorithm: Algorithm::Es256,
        claim_rules: Vec::new(),
        settings: ClientSettings::default(),
    };
    client::create(&mut op, robot).await.unwrap();
    op.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_listener_asks_for_a_certificate_and_does_without() {
    let own = Certificate::new();
    let server = Server::start_with(|config| {
        let port = config.server.listen.port();
        config.server.issuer = format!("https://localhost:{port}").parse().unwrap();
        config.server.tls = Some(own.files.clone());
        config.server.client_certificates = ClientCertificates::Listener;
    })
    .await;
    let (shown, other) = (Shown::self_signed(), Shown::self_signed());
    register(&server, &shown).await;
    for version in [reqwest::tls::Version::TLS_1_2, reqwest::tls::Version::TLS_1_3] {
        for (with, expected) in [
            (Some(&shown), "unauthorized_client"),
            (Some(&other), "invalid_client"),
            (None, "invalid_client"),
        ] {
            let mut client = reqwest::Client::builder()
                .tls_certs_only([own.root.clone()])
                .tls_version_min(version)
                .tls_version_max(version);
            if let Some(shown) = with {
                let identity = reqwest::Identity::from_pem(shown.pem.as_bytes()).unwrap();
                client = client.identity(identity);
            }
            let request = client.build().unwrap().post(server.url("/token"));
            let answer = request
                .header(CONTENT_TYPE, FORM)
                // Nobody but a listed proxy is believed.
                .header("client-cert", told(&shown))
                .body(BODY)
                .send()
                .await
                .unwrap();
            let said: serde_json::Value = answer.json().await.unwrap();
            assert_eq!(said["error"], expected, "{version:?}");
        }
    }
    server.stop().await;
}

/// Asks for a token; with a certificate, if there is one.
async fn ask(address: &str, own: &Certificate, with: Option<&Shown>) -> serde_json::Value {
    let mut client = reqwest::Client::builder().tls_certs_only([own.root.clone()]);
    if let Some(shown) = with {
        client = client.identity(reqwest::Identity::from_pem(shown.pem.as_bytes()).unwrap());
    }
    let request = client.build().unwrap().post(format!("{address}/token"));
    let answer = request.header(CONTENT_TYPE, FORM).body(BODY).send().await;
    answer.unwrap().json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_beside_asks_for_certificates_and_the_other_does_not() {
    let own = Certificate::new();
    let port = crate::support::free_ports(1);
    let beside = format!("https://localhost:{port}");
    let server = Server::start_with(|config| {
        config.server.client_certificates = ClientCertificates::Listener;
        config.server.mtls = Some(Mtls {
            listen: SocketAddr::from(([127, 0, 0, 1], port)),
            tls: own.files.clone(),
        });
        config.oauth.mtls_address = Some(beside.parse().unwrap());
    })
    .await;
    let (shown, other) = (Shown::self_signed(), Shown::self_signed());
    register(&server, &shown).await;
    for (with, expected) in [
        (Some(&shown), "unauthorized_client"),
        (Some(&other), "invalid_client"),
        (None, "invalid_client"),
    ] {
        assert_eq!(ask(&beside, &own, with).await["error"], expected);
    }
    assert_eq!(
        ask(&server.issuer, &own, Some(&shown)).await["error"],
        "invalid_client"
    );
    let discovery = reqwest::get(server.url("/.well-known/openid-configuration"))
        .await
        .unwrap();
    let told: serde_json::Value = discovery.json().await.unwrap();
    assert_eq!(told["token_endpoint"], format!("{}/token", server.issuer));
    assert_eq!(
        told["mtls_endpoint_aliases"]["token_endpoint"],
        format!("{beside}/token")
    );
    assert_eq!(told["tls_client_certificate_bound_access_tokens"], true);
    server.stop().await;
    let closed = reqwest::Client::builder()
        .tls_certs_only([own.root.clone()])
        .build()
        .unwrap();
    assert!(
        closed.get(&beside).send().await.is_err(),
        "it stops with the server"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_server_speaks_tls_too_people_are_asked_for_no_certificate() {
    let own = Certificate::new();
    let port = crate::support::free_ports(1);
    let beside = format!("https://localhost:{port}");
    let server = Server::start_with(|config| {
        let issuer = format!("https://localhost:{}", config.server.listen.port());
        config.server.issuer = issuer.parse().unwrap();
        config.server.tls = Some(own.files.clone());
        config.server.client_certificates = ClientCertificates::Listener;
        config.server.mtls = Some(Mtls {
            listen: SocketAddr::from(([127, 0, 0, 1], port)),
            tls: own.files.clone(),
        });
        config.oauth.mtls_address = Some(beside.parse().unwrap());
    })
    .await;
    let shown = Shown::self_signed();
    register(&server, &shown).await;
    assert_eq!(
        ask(&beside, &own, Some(&shown)).await["error"],
        "unauthorized_client"
    );
    assert_eq!(
        ask(&server.issuer, &own, Some(&shown)).await["error"],
        "invalid_client"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_is_told_before_anything_is_begun() {
    let own = Certificate::new();
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let listen = taken.local_addr().unwrap();
    let database = crate::support::Database::new().await;
    let folder = tempfile::tempdir().unwrap();
    let mut config = crate::support::config(&database, folder.path());
    config.server.client_certificates = ClientCertificates::Listener;
    config.server.mtls = Some(Mtls {
        listen,
        tls: own.files.clone(),
    });
    let refused = doorward::server::start(config, doorward::op::Clock::system()).await;
    let refused = refused.unwrap_err().to_string();
    assert_eq!(refused, format!("cannot listen on {listen}"));
}

fn told(shown: &Shown) -> String {
    format!(":{}:", BASE64.encode(&shown.certificate.certificate))
}

async fn post(server: &Server, peer: &str, certificate: &str) -> (StatusCode, serde_json::Value) {
    let request = Request::post("/token")
        .header(CONTENT_TYPE, FORM)
        .header("client-cert", certificate);
    let mut request = request.body(Body::from(BODY)).unwrap();
    let peer = SocketAddr::new(peer.parse().unwrap(), 4_711);
    request.extensions_mut().insert(ConnectInfo(peer));
    let router = doorward::server::router(server.house.clone());
    let answer = router.oneshot(request).await.unwrap();
    let status = answer.status();
    let body = axum::body::to_bytes(answer.into_body(), 100_000).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listed_proxy_tells_the_certificate_and_nobody_else_does() {
    let shown = Shown::self_signed();
    for (on, expected) in [
        (ClientCertificates::Proxy, "unauthorized_client"),
        (ClientCertificates::Off, "invalid_client"),
    ] {
        let server = Server::start_with(|config| {
            config.server.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
            config.server.client_certificates = on;
        })
        .await;
        register(&server, &shown).await;
        let (_, said) = post(&server, "10.1.2.3", &told(&shown)).await;
        assert_eq!(said["error"], expected);
        let (_, said) = post(&server, "127.0.0.1", &told(&shown)).await;
        assert_eq!(said["error"], "invalid_client", "this machine is not listed");
        let (status, _) = post(&server, "127.0.0.1", "nonsense").await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "it is not even read");
        let (status, _) = post(&server, "10.1.2.3", "nonsense").await;
        let refused = match on {
            ClientCertificates::Proxy => StatusCode::BAD_REQUEST,
            _ => StatusCode::UNAUTHORIZED,
        };
        assert_eq!(status, refused);
        server.stop().await;
    }
}
