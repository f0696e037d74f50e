//! Clients with certificates (RFC 8705).

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use doorward::client::{self, ClientSettings, NewClient, RegistrationError};
use doorward::config::ClientCertificates;
use doorward::domain::{ClientAuthMethod, ClientCertificate, GrantType, Seen};
use doorward::jose::JwkSet;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, StatusCode};
use rcgen::{CertificateParams, DistinguishedName, DnType, SanType};
use serde_json::json;

use super::stage::{Answer, CALLBACK, Stage, VERIFIER, claims, encoded, new_client};
use crate::outbound::serve;
use crate::support::{Authority, Shown};

const ROBOT: [(&str, &str); 2] = [("grant_type", "client_credentials"), ("client_id", "robot")];

impl Stage {
    /// A request that comes with a certificate.
    async fn send_with(&self, mut request: Request<Body>, certificate: &ClientCertificate) -> Answer {
        request.extensions_mut().insert(Seen {
            certificate: Some(Arc::new(certificate.clone())),
            ..self.bare.seen()
        });
        self.send(request).await
    }

    async fn ask_by_certificate(&self, fields: &[(&str, &str)], certificate: &ClientCertificate) -> Answer {
        let request = Request::post("/token").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send_with(request.body(encoded(fields).into()).unwrap(), certificate)
            .await
    }

    /// The client `robot`, which acts for itself and is known by its certificate.
    async fn robot(&mut self, method: ClientAuthMethod, settings: ClientSettings, keys: &[&Shown]) {
        let robot = NewClient {
            auth_method: method,
            grant_types: vec![GrantType::ClientCredentials],
            service_account_id: Some(self.robot),
            jwks: (!keys.is_empty()).then(|| JwkSet {
                keys: keys.iter().map(|shown| shown.jwk.clone()).collect(),
            }),
            settings,
            ..new_client(self, "robot")
        };
        self.register(robot).await;
    }
}

async fn trusting(authority: &Authority) -> Stage {
    Stage::with(|config| {
        config.server.client_certificates = ClientCertificates::Proxy;
        config.oauth.mtls_trust_anchors_file = Some(authority.file.clone());
    })
    .await
}

/// A certificate with every kind of name.
fn named() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    for (kind, value) in [
        (DnType::CountryName, "DE"),
        (DnType::OrganizationName, "Northbeam, Ltd"),
        (DnType::CommonName, "robot"),
    ] {
        params.distinguished_name.push(kind, value);
    }
    params.subject_alt_names = vec![
        SanType::DnsName("robot.northbeam.test".try_into().unwrap()),
        SanType::URI("spiffe://northbeam.test/robot".try_into().unwrap()),
        SanType::Rfc822Name("robot@northbeam.test".try_into().unwrap()),
        SanType::IpAddress("192.0.2.7".parse::<IpAddr>().unwrap()),
    ];
    params
}

fn settings(name: &str, value: &str) -> ClientSettings {
    let text = json!({ format!("tls_client_auth_{name}"): value });
    serde_json::from_value(text).unwrap()
}

#[tokio::test]
async fn a_certificate_of_a_trusted_issuer_proves_the_client_that_it_names() {
    let authority = Authority::new();
    let shown = authority.issue(&named());
    for (name, value, expected) in [
        ("subject_dn", r"CN=robot,O=Northbeam\, Ltd,C=DE", true),
        ("subject_dn", r"cn=robot, 2.5.4.10=Northbeam\2C Ltd, C=DE", true),
        ("subject_dn", r"C=DE,O=Northbeam\, Ltd,CN=robot", false),
        ("subject_dn", "CN=robot", false),
        ("subject_dn", r"CN=other,O=Northbeam\, Ltd,C=DE", false),
        ("san_dns", "robot.northbeam.test", true),
        ("san_dns", "ROBOT.northbeam.test", true),
        ("san_dns", "northbeam.test", false),
        ("san_dns", "*.northbeam.test", false),
        ("san_uri", "spiffe://northbeam.test/robot", true),
        ("san_uri", "spiffe://northbeam.test/robot/2", false),
        ("san_email", "robot@northbeam.test", true),
        ("san_email", "rob@northbeam.test", false),
        ("san_ip", "192.0.2.7", true),
        ("san_ip", "192.0.2.8", false),
        ("san_ip", "2001:db8::7", false),
    ] {
        let mut stage = trusting(&authority).await;
        let settings = settings(name, value);
        stage.robot(ClientAuthMethod::TlsClientAuth, settings, &[]).await;
        let answer = stage.ask_by_certificate(&ROBOT, &shown.certificate).await;
        if expected {
            assert_eq!(answer.status, StatusCode::OK, "{name} {value}: {answer:?}");
            assert_eq!(answer.text("token_type"), "Bearer");
        } else {
            assert_eq!(answer.error(), (401, "invalid_client".into()), "{name} {value}");
        }
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_proves_nothing() {
    let authority = Authority::new();
    let mut stage = trusting(&authority).await;
    let settings = settings("san_dns", "robot.northbeam.test");
    stage.robot(ClientAuthMethod::TlsClientAuth, settings, &[]).await;
    let mut expired = named();
    expired.not_after = rcgen::date_time_ymd(2026, 1, 1);
    let mut early = named();
    early.not_before = rcgen::date_time_ymd(2030, 1, 1);
    let mut for_servers = named();
    for_servers.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    for refused in [
        Authority::new().issue(&named()),
        authority.issue(&expired),
        authority.issue(&early),
        authority.issue(&for_servers),
        Shown::self_signed(),
    ] {
        let answer = stage.ask_by_certificate(&ROBOT, &refused.certificate).await;
        assert_eq!(answer.error(), (401, "invalid_client".into()));
    }
    let broken = ClientCertificate {
        certificate: vec![0x30, 0x80],
        chain: vec![vec![1]],
    };
    let answer = stage.ask_by_certificate(&ROBOT, &broken).await;
    assert_eq!(answer.error(), (401, "invalid_client".into()));
    let answer = stage.token("robot", &ROBOT).await;
    assert_eq!(
        answer.error(),
        (401, "invalid_client".into()),
        "without certificate"
    );
    let good = authority.issue(&named());
    let two = [ROBOT[0], ROBOT[1], ("client_secret", "x")];
    let answer = stage.ask_by_certificate(&two, &good.certificate).await;
    assert_eq!(answer.error(), (401, "invalid_client".into()), "two methods");
    assert_eq!(
        stage.ask_by_certificate(&ROBOT, &good.certificate).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_certificate_that_was_good_a_moment_ago_is_not_believed_beyond_its_end() {
    let authority = Authority::new();
    let mut stage = trusting(&authority).await;
    let settings = settings("san_dns", "robot.northbeam.test");
    stage.robot(ClientAuthMethod::TlsClientAuth, settings, &[]).await;
    let now = u64::try_from(stage.op().now.as_seconds()).unwrap();
    let mut ending = named();
    ending.not_after = rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(now + 90);
    let shown = authority.issue(&ending);
    for (seconds, expected) in [(0, 200), (10, 200), (40, 200), (39, 200), (2, 401)] {
        stage.advance(Duration::from_secs(seconds));
        let answer = stage.ask_by_certificate(&ROBOT, &shown.certificate).await;
        assert_eq!(answer.status, expected, "{seconds} {answer:?}");
    }
}

#[tokio::test]
async fn without_trust_anchors_no_chain_is_believed() {
    let authority = Authority::new();
    let mut stage = Stage::new().await;
    let settings = settings("san_dns", "robot.northbeam.test");
    stage.robot(ClientAuthMethod::TlsClientAuth, settings, &[]).await;
    let answer = stage
        .ask_by_certificate(&ROBOT, &authority.issue(&named()).certificate)
        .await;
    assert_eq!(answer.error(), (401, "invalid_client".into()));
}

#[tokio::test]
async fn a_self_signed_certificate_proves_the_client_that_has_registered_its_key() {
    let (first, second, other) = (Shown::self_signed(), Shown::self_signed(), Shown::self_signed());
    let mut stage = Stage::new().await;
    let method = ClientAuthMethod::SelfSignedTlsClientAuth;
    let settings = ClientSettings::default();
    stage.robot(method, settings, &[&first, &second]).await;
    for shown in [&first, &second] {
        let answer = stage.ask_by_certificate(&ROBOT, &shown.certificate).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    }
    let answer = stage.ask_by_certificate(&ROBOT, &other.certificate).await;
    assert_eq!(answer.error(), (401, "invalid_client".into()));
    let answer = stage.token("robot", &ROBOT).await;
    assert_eq!(answer.error(), (401, "invalid_client".into()));
}

#[tokio::test]
async fn the_key_of_a_certificate_may_be_one_that_the_client_publishes() {
    let (own, other) = (Shown::self_signed(), Shown::self_signed());
    let jwks = json!({ "keys": [own.jwk] }).to_string();
    let port = serve(Router::new().route("/jwks", get(|| async { jwks }))).await;
    let mut stage =
        Stage::with(|config| config.outbound.allowed_networks = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let settings = ClientSettings {
        jwks_uri: Some(format!("http://127.0.0.1:{port}/jwks")),
        ..ClientSettings::default()
    };
    let method = ClientAuthMethod::SelfSignedTlsClientAuth;
    stage.robot(method, settings, &[]).await;
    let answer = stage.ask_by_certificate(&ROBOT, &own.certificate).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let answer = stage.ask_by_certificate(&ROBOT, &other.certificate).await;
    assert_eq!(answer.error(), (401, "invalid_client".into()));
}

/// A public client whose tokens are bound to its certificate, and what it was given.
async fn native(own: &ClientCertificate) -> (Stage, Answer) {
    let mut stage = Stage::new().await;
    let native = NewClient {
        auth_method: ClientAuthMethod::None,
        settings: ClientSettings {
            tls_client_certificate_bound_access_tokens: true,
            ..ClientSettings::default()
        },
        ..new_client(&stage, "native")
    };
    stage.register(native).await;
    let code = stage.code(&[("client_id", Some("native"))]).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "native"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let answer = stage.token("native", &fields).await;
    assert_eq!(answer.error(), (400, "invalid_request".into()), "no certificate");
    let tokens = stage.ask_by_certificate(&fields, own).await;
    assert_eq!(tokens.text("token_type"), "Bearer");
    (stage, tokens)
}

#[tokio::test]
async fn a_bound_token_is_good_over_its_own_certificate_only() {
    let (own, other) = (Shown::self_signed(), Shown::self_signed());
    let (stage, tokens) = native(&own.certificate).await;
    let token = tokens.text("access_token");
    let expected = json!({ "x5t#S256": own.certificate.thumbprint() });
    assert_eq!(claims(&token)["cnf"], expected);
    let userinfo = |scheme: &str| {
        let request = Request::get("/userinfo").header(AUTHORIZATION, format!("{scheme} {token}"));
        request.body(Body::empty()).unwrap()
    };
    let answer = stage.send_with(userinfo("Bearer"), &own.certificate).await;
    assert_eq!(answer.status, StatusCode::OK);
    let answer = stage.send_with(userinfo("Bearer"), &other.certificate).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let challenge = answer.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("invalid_token"), "{challenge}");
    let answer = stage.send(userinfo("Bearer")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let answer = stage.send_with(userinfo("DPoP"), &own.certificate).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_refresh_token_of_a_public_client_is_bound_to_its_certificate() {
    let (own, other) = (Shown::self_signed(), Shown::self_signed());
    let (stage, tokens) = native(&own.certificate).await;
    let refresh_token = tokens.text("refresh_token");
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", "native"),
        ("refresh_token", &refresh_token),
    ];
    let answer = stage.ask_by_certificate(&fields, &other.certificate).await;
    assert_eq!(answer.error(), (400, "invalid_grant".into()));
    let answer = stage.ask_by_certificate(&fields, &own.certificate).await;
    assert_eq!(answer.status, StatusCode::OK);
}

async fn refused(stage: &Stage, method: ClientAuthMethod, settings: ClientSettings) -> RegistrationError {
    let new = NewClient {
        auth_method: method,
        settings,
        ..new_client(stage, "refused")
    };
    client::create(&mut stage.op(), new).await.unwrap_err()
}

#[tokio::test]
async fn a_client_is_registered_with_what_its_method_needs() {
    let stage = Stage::new().await;
    let by_issuer = ClientAuthMethod::TlsClientAuth;
    let mut two = settings("san_dns", "a.test");
    two.tls_client_auth_san_uri = Some("https://a.test".to_owned());
    for settings in [
        ClientSettings::default(),
        two,
        settings("subject_dn", "robot"),
        settings("san_ip", "host"),
        settings("san_dns", ""),
    ] {
        let error = refused(&stage, by_issuer, settings).await;
        assert!(matches!(error, RegistrationError::Certificate), "{error}");
    }
    let named = settings("san_dns", "a.test");
    let error = refused(&stage, ClientAuthMethod::ClientSecretBasic, named).await;
    assert!(matches!(error, RegistrationError::Certificate), "{error}");
    let self_signed = ClientAuthMethod::SelfSignedTlsClientAuth;
    let error = refused(&stage, self_signed, ClientSettings::default()).await;
    assert!(matches!(error, RegistrationError::CertificateKeys), "{error}");
    let both = ClientSettings {
        dpop_bound_access_tokens: true,
        tls_client_certificate_bound_access_tokens: true,
        ..ClientSettings::default()
    };
    let error = refused(&stage, ClientAuthMethod::ClientSecretBasic, both).await;
    assert!(matches!(error, RegistrationError::TwoBindings), "{error}");
}

async fn metadata(stage: &Stage) -> serde_json::Value {
    let answer = stage.get("/.well-known/openid-configuration", "").await;
    answer.json()
}

#[tokio::test]
async fn discovery_tells_of_certificates_where_they_are_taken() {
    let off = metadata(&Stage::new().await).await;
    assert_eq!(off["tls_client_certificate_bound_access_tokens"], false);
    assert!(off.get("mtls_endpoint_aliases").is_none());
    let named = |said: &serde_json::Value, method: &str| {
        let methods = said["token_endpoint_auth_methods_supported"].as_array().unwrap();
        methods.contains(&json!(method))
    };
    assert!(!named(&off, "tls_client_auth") && !named(&off, "self_signed_tls_client_auth"));
    let authority = Authority::new();
    let stage = Stage::with(|config| {
        config.server.client_certificates = ClientCertificates::Proxy;
        config.oauth.mtls_trust_anchors_file = Some(authority.file.clone());
        config.oauth.mtls_address = Some("https://mtls.test".parse().unwrap());
    });
    let on = metadata(&stage.await).await;
    assert_eq!(on["tls_client_certificate_bound_access_tokens"], true);
    assert!(named(&on, "tls_client_auth") && named(&on, "self_signed_tls_client_auth"));
    assert_eq!(
        on["mtls_endpoint_aliases"]["token_endpoint"],
        "https://mtls.test/token"
    );
}
