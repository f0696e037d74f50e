//! Clients that register themselves: RFC 7591, RFC 7592, OpenID Connect Registration.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use doorward::client::{self, ApplicationType, Approval, NewRegistrationToken, Policy};
use doorward::config::{Registration, StatementIssuer};
use doorward::domain::{ClientAuthMethod, ClientId, ClientStatus};
use doorward::jose::{Algorithm, JwkSet, SigningKey};
use http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{Method, Request};
use serde_json::{Value, json};

use super::stage::{Answer, CALLBACK, ISSUER, Stage, scopes};
use crate::outbound::serve;

pub(super) async fn stage() -> Stage {
    Stage::with(|config| {
        config.oauth.registration = Registration::Token;
        config.outbound.allowed_networks = vec!["127.0.0.0/8".parse().unwrap()];
        config.outbound.strangers_use_allowed_networks = true;
    })
    .await
}

pub(super) fn policy(stage: &Stage) -> Policy {
    Policy {
        scopes: scopes("openid profile offline_access f:read"),
        application_id: Some(stage.application),
        approval: false,
        ..Policy::plain(stage.organisation)
    }
}

pub(super) async fn token_of(stage: &Stage, uses: Option<u32>, policy: Policy) -> String {
    let mut op = stage.op();
    let new = NewRegistrationToken {
        name: "A test".to_owned(),
        policy,
        uses,
        life: Some(Duration::from_hours(24)),
    };
    let (_, token) = client::create_registration_token(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    token.expose().to_owned()
}

pub(super) async fn token(stage: &Stage) -> String {
    token_of(stage, None, policy(stage)).await
}

pub(super) async fn send(
    stage: &Stage,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = body.map_or_else(Body::empty, |body| body.to_string().into());
    let request = request.header(CONTENT_TYPE, "application/json");
    stage.send(request.body(body).unwrap()).await
}

pub(super) async fn register(stage: &Stage, token: &str, body: &Value) -> Answer {
    send(stage, Method::POST, "/register", Some(token), Some(body)).await
}

pub(super) fn plain() -> Value {
    json!({ "redirect_uris": [CALLBACK], "client_name": "My app" })
}

/// The path of a client's own endpoint and its token.
pub(super) fn own(answer: &Answer) -> (String, String) {
    let address = answer.text("registration_client_uri");
    let path = address.strip_prefix(ISSUER).unwrap().to_owned();
    (path, answer.text("registration_access_token"))
}

#[tokio::test]
async fn a_client_registers_itself_and_is_told_what_it_is() {
    let stage = stage().await;
    let token = token(&stage).await;
    let mut asked = plain();
    asked["scope"] = json!("openid f:read f:write");
    asked["grant_types"] = json!(["authorization_code", "refresh_token"]);
    asked["unheard_of"] = json!({ "a": 1 });
    let answer = register(&stage, &token, &asked).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["pragma"], "no-cache");
    let told = answer.json();
    assert_eq!(told["client_name"], "My app");
    assert_eq!(told["redirect_uris"], json!([CALLBACK]));
    assert_eq!(told["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(told["response_types"], json!(["code"]));
    assert_eq!(
        told["scope"], "f:read openid",
        "what the policy does not allow is left out"
    );
    assert_eq!(told["client_secret_expires_at"], 0);
    assert_eq!(
        told["client_id_issued_at"],
        stage.bare.house.clock.now().as_seconds()
    );
    assert!(told.get("unheard_of").is_none(), "what is unknown is not echoed");
    assert_eq!(told["client_secret"].as_str().unwrap().len(), 43);
    let id = ClientId::parse(&answer.text("client_id")).unwrap();
    let found = client::find_active(&mut stage.op(), &id).await.unwrap().unwrap();
    assert!(found.consent_required, "people are asked");
    assert_eq!(found.application_id, Some(stage.application));
    let event = &stage.bare.events("client.changed").await[0];
    assert_eq!(event["reason"], "registered itself");
    assert!(
        !event
            .to_string()
            .contains(told["client_secret"].as_str().unwrap())
    );
}

#[tokio::test]
async fn a_token_is_needed_and_works_as_often_as_it_says() {
    let stage = stage().await;
    let missing = send(&stage, Method::POST, "/register", None, Some(&plain())).await;
    assert_eq!(missing.status, 401);
    assert_eq!(missing.headers[WWW_AUTHENTICATE], "Bearer realm=\"doorward\"");
    let wrong = register(&stage, "wrong", &plain()).await;
    assert_eq!(wrong.error(), (401, "invalid_token".to_owned()));
    let challenge = wrong.headers[WWW_AUTHENTICATE].to_str().unwrap();
    assert!(challenge.contains("error=\"invalid_token\""));

    let once = token_of(&stage, Some(1), policy(&stage)).await;
    let refused = register(&stage, &once, &json!({ "redirect_uris": ["/x"] })).await;
    assert_eq!(refused.status, 400, "a refusal uses nothing up");
    assert_eq!(register(&stage, &once, &plain()).await.status, 201);
    assert_eq!(register(&stage, &once, &plain()).await.status, 401);

    let lasting = token(&stage).await;
    stage.advance(Duration::from_hours(24));
    assert_eq!(register(&stage, &lasting, &plain()).await.status, 401, "expired");
    let refusals = stage.bare.events("client.registration").await;
    assert_eq!(refusals.len(), 5);
}

#[tokio::test]
async fn a_revoked_token_registers_nothing() {
    let stage = stage().await;
    let token = token(&stage).await;
    let mut op = stage.op();
    let listed = client::list_registration_tokens(&mut op).await.unwrap();
    assert!(
        client::revoke_registration_token(&mut op, listed[0].id)
            .await
            .unwrap()
    );
    assert!(
        !client::revoke_registration_token(&mut op, listed[0].id)
            .await
            .unwrap()
    );
    op.commit().await.unwrap();
    assert_eq!(register(&stage, &token, &plain()).await.status, 401);
}

#[tokio::test]
async fn registration_is_off_unless_it_is_turned_on() {
    let stage = Stage::new().await;
    let token = token(&stage).await;
    let refused = register(&stage, &token, &plain()).await;
    assert_eq!(refused.error(), (403, "access_denied".to_owned()));
    let metadata = stage.get("/.well-known/openid-configuration", "").await.json();
    assert!(metadata.get("registration_endpoint").is_none());
    let on = self::stage().await;
    let metadata = on.get("/.well-known/openid-configuration", "").await.json();
    assert_eq!(metadata["registration_endpoint"], format!("{ISSUER}/register"));
}

#[tokio::test]
async fn who_registers_openly_waits_without_rights() {
    let stage = Stage::with(|config| {
        config.oauth.registration = Registration::Open;
        config.oauth.registration_organisation = "northbeam".to_owned();
    })
    .await;
    let answer = send(&stage, Method::POST, "/register", None, Some(&plain())).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let id = ClientId::parse(&answer.text("client_id")).unwrap();
    assert!(client::find_active(&mut stage.op(), &id).await.unwrap().is_none());
    let credentials = [("grant_type", "authorization_code"), ("client_id", id.as_str())];
    let secret = answer.text("client_secret");
    let fields = [credentials.as_slice(), &[("client_secret", secret.as_str())]].concat();
    let refused = stage.post("/token", "", &fields).await;
    assert_eq!(refused.error(), (401, "invalid_client".to_owned()));

    let mut op = stage.op();
    assert_eq!(client::pending(&mut op).await.unwrap()[0].id, id);
    let seen = client::digest(&client::pending(&mut op).await.unwrap()[0]);
    let approved = client::approve(&mut op, &id, &seen).await.unwrap();
    assert!(matches!(approved, Approval::Approved));
    let again = client::approve(&mut op, &id, &seen).await.unwrap();
    assert!(matches!(again, Approval::NotWaiting), "it waits no more");
    op.commit().await.unwrap();
    assert!(client::find_active(&mut stage.op(), &id).await.unwrap().is_some());

    let (path, own_token) = own(&answer);
    let mut changed = plain();
    changed["client_id"] = json!(id);
    changed["client_name"] = json!("Your bank");
    let answer = send(&stage, Method::PUT, &path, Some(&own_token), Some(&changed)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let found = client::find(&mut stage.op(), &id).await.unwrap().unwrap();
    assert_eq!(found.status, ClientStatus::Pending, "what has changed waits anew");
    let mut op = stage.op();
    assert!(client::refuse(&mut op, &id).await.unwrap());
    op.commit().await.unwrap();
    let found = client::find(&mut stage.op(), &id).await.unwrap().unwrap();
    assert_eq!(found.status, ClientStatus::Disabled);
}

#[tokio::test]
async fn from_one_address_not_everything_is_registered_openly() {
    let stage = Stage::with(|config| {
        config.oauth.registration = Registration::Open;
        config.oauth.registration_organisation = "northbeam".to_owned();
    })
    .await;
    let mut statuses = Vec::new();
    for _ in 0..21 {
        let answer = send(&stage, Method::POST, "/register", None, Some(&plain())).await;
        statuses.push(answer.status.as_u16());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 20);
    assert_eq!(statuses[20], 429);
}

/// Changes that make good metadata bad, with the code of each refusal.
fn bad_changes() -> Vec<(Value, &'static str)> {
    let key = SigningKey::generate(Algorithm::Es256).unwrap().public_jwk();
    let mut private = json!(key);
    private["d"] = json!("c2VjcmV0");
    let (metadata, redirect) = ("invalid_client_metadata", "invalid_redirect_uri");
    let table = [
        (json!({ "redirect_uris": [] }), redirect),
        (json!({ "redirect_uris": null }), redirect),
        (json!({ "redirect_uris": "https://a.example/" }), redirect),
        (json!({ "redirect_uris": ["https://a.example/#x"] }), redirect),
        (json!({ "redirect_uris": ["http://a.example/"] }), redirect),
        (json!({ "redirect_uris": ["javascript:alert(1)"] }), redirect),
        (json!({ "redirect_uris": ["https://me@a.example/"] }), redirect),
        (json!({ "redirect_uris": [1] }), redirect),
        (
            json!({ "redirect_uris": ["com.example.app:/cb"], "application_type": "web" }),
            redirect,
        ),
        (json!({ "redirect_uris": ["com.example.app:/cb"] }), redirect),
        (json!({ "application_type": "desktop" }), metadata),
        (json!({ "profile": "fapi3" }), metadata),
        (json!({ "grant_types": ["password"] }), metadata),
        (json!({ "grant_types": ["client_credentials"] }), metadata),
        (json!({ "grant_types": "authorization_code" }), metadata),
        (json!({ "grant_types": ["refresh_token"] }), metadata),
        (json!({ "response_types": ["token"] }), metadata),
        (json!({ "response_types": ["code token"] }), metadata),
        (json!({ "token_endpoint_auth_method": "magic" }), metadata),
        (
            json!({ "token_endpoint_auth_method": "private_key_jwt" }),
            metadata,
        ),
        (
            json!({ "jwks": { "keys": [key] }, "jwks_uri": "https://a.example/jwks" }),
            metadata,
        ),
        (json!({ "jwks": { "keys": [private] } }), metadata),
        (
            json!({ "jwks": { "keys": [{ "kty": "oct", "k": "c2VjcmV0" }] } }),
            metadata,
        ),
        (json!({ "jwks": "x" }), metadata),
        (json!({ "jwks_uri": "http://a.example/jwks" }), metadata),
        (json!({ "jwks_uri": "https://169.254.169.254/" }), metadata),
        (json!({ "logo_uri": "javascript:alert(1)" }), metadata),
        (json!({ "policy_uri": "x" }), metadata),
        (json!({ "contacts": "me" }), metadata),
        (json!({ "client_name": 7 }), metadata),
        (json!({ "client_name": "x".repeat(201) }), metadata),
        (json!({ "scope": ["openid"] }), metadata),
        (json!({ "subject_type": "magic" }), metadata),
        (
            json!({ "sector_identifier_uri": "https://127.0.0.1:1/sector" }),
            metadata,
        ),
        (json!({ "software_statement": "x" }), "invalid_software_statement"),
    ];
    let algorithms = bad_algorithms().map(|changes| (changes, metadata));
    table.into_iter().chain(algorithms).collect()
}

/// Algorithms that are none, or not of a key pair, or without a key that verifies them.
fn bad_algorithms() -> [Value; 5] {
    let signed_requests = "backchannel_authentication_request_signing_alg";
    [
        json!({ "id_token_signed_response_alg": "none" }),
        json!({ "id_token_signed_response_alg": "HS256" }),
        json!({ signed_requests: "none" }),
        json!({ signed_requests: "HS256" }),
        json!({ signed_requests: "ES256" }),
    ]
}

#[tokio::test]
async fn metadata_that_are_not_valid_are_refused_by_the_code_of_their_kind() {
    let stage = stage().await;
    let token = token(&stage).await;
    for (changes, expected) in bad_changes() {
        let mut body = plain();
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        let answer = register(&stage, &token, &body).await;
        assert_eq!(answer.error(), (400, expected.to_owned()), "{changes}");
    }
    assert!(
        stage.bare.events("client.created").await.len() <= 1,
        "the stage's own only"
    );
}

#[tokio::test]
async fn the_older_name_of_ed25519_is_read_of_what_the_client_signs_alone() {
    let stage = Stage::with(|config| {
        config.oauth.registration = Registration::Token;
        config.keys.algorithms = Algorithm::ALL.to_vec();
    })
    .await;
    let token = token(&stage).await;
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap().public_jwk();
    let ask = async |member: &str, name: &str| {
        let mut body = plain();
        body["jwks"] = json!({ "keys": [key] });
        body[member] = json!(name);
        register(&stage, &token, &body).await
    };
    for (member, is_theirs) in [
        ("token_endpoint_auth_signing_alg", true),
        ("request_object_signing_alg", true),
        ("backchannel_authentication_request_signing_alg", true),
        ("id_token_signed_response_alg", false),
        ("userinfo_signed_response_alg", false),
        ("authorization_signed_response_alg", false),
        ("introspection_signed_response_alg", false),
    ] {
        let specified = ask(member, "Ed25519").await;
        assert_eq!(specified.status, 201, "{member} {specified:?}");
        assert_eq!(specified.json()[member], "Ed25519");
        let older = ask(member, "EdDSA").await;
        assert_eq!(older.status == 201, is_theirs, "{member} {older:?}");
        if !is_theirs {
            assert_eq!(older.error(), (400, "invalid_client_metadata".to_owned()));
        }
    }
}

#[tokio::test]
async fn others_begin_a_sign_in_at_an_address_over_https_alone() {
    let stage = stage().await;
    let token = token(&stage).await;
    for (member, address, expected) in [
        ("initiate_login_uri", "https://desk.test/begin", 201),
        ("initiate_login_uri", "http://127.0.0.1:8000/begin", 400),
        ("client_uri", "http://127.0.0.1:8000/", 201),
    ] {
        let mut body = plain();
        body[member] = json!(address);
        let answer = register(&stage, &token, &body).await;
        assert_eq!(answer.status, expected, "{member} {address} {answer:?}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_object_is_refused() {
    let stage = stage().await;
    let token = token(&stage).await;
    let send = async |kind: &str, body: &str| {
        let request = Request::post("/register")
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .header(CONTENT_TYPE, kind)
            .body(body.to_owned().into())
            .unwrap();
        stage.send(request).await.error()
    };
    let code = "invalid_client_metadata".to_owned();
    for body in ["", "[]", "{", "1", r#"{"client_name":"a","client_name":"b"}"#] {
        assert_eq!(
            send("application/json", body).await,
            (400, code.clone()),
            "{body}"
        );
    }
    assert_eq!(send("text/plain", "{}").await, (415, code));
}

#[tokio::test]
async fn a_policy_bounds_hosts_and_methods() {
    let stage = stage().await;
    let strict = Policy {
        redirect_hosts: vec!["desk.test".to_owned()],
        auth_methods: vec![ClientAuthMethod::PrivateKeyJwt],
        ..policy(&stage)
    };
    let token = token_of(&stage, None, strict).await;
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let jwks = JwkSet {
        keys: vec![key.public_jwk()],
    };
    let mut body = plain();
    let refused = register(&stage, &token, &body).await;
    assert_eq!(refused.error(), (400, "invalid_client_metadata".to_owned()));
    body["token_endpoint_auth_method"] = json!("private_key_jwt");
    body["jwks"] = json!(jwks);
    let answer = register(&stage, &token, &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert!(answer.json().get("client_secret").is_none());
    body["redirect_uris"] = json!([CALLBACK, "https://elsewhere.test/"]);
    let refused = register(&stage, &token, &body).await;
    assert_eq!(refused.error(), (400, "invalid_redirect_uri".to_owned()));
}

#[tokio::test]
async fn a_native_application_may_have_an_address_of_its_own_scheme() {
    let stage = stage().await;
    let token = token(&stage).await;
    let body = json!({
        "redirect_uris": ["com.example.app:/cb", "http://127.0.0.1/cb"],
        "application_type": "native",
        "token_endpoint_auth_method": "none",
    });
    let answer = register(&stage, &token, &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert!(answer.json().get("client_secret").is_none());
    let id = ClientId::parse(&answer.text("client_id")).unwrap();
    let found = client::find(&mut stage.op(), &id).await.unwrap().unwrap();
    assert_eq!(found.settings.application_type, Some(ApplicationType::Native));
}

#[tokio::test]
async fn what_a_client_is_told_of_itself_it_may_send_back() {
    let stage = stage().await;
    let token = token(&stage).await;
    for (addresses, kind) in [([CALLBACK], "web"), (["com.example.app:/cb"], "native")] {
        let asked = json!({ "redirect_uris": addresses, "application_type": kind });
        let made = register(&stage, &token, &asked).await;
        let (path, own_token) = own(&made);
        let mut body = made.json();
        assert_eq!(body["application_type"], kind);
        for ours in [
            "registration_client_uri",
            "registration_access_token",
            "client_id_issued_at",
            "client_secret_expires_at",
        ] {
            body.as_object_mut().unwrap().remove(ours);
        }
        let sent = send(&stage, Method::PUT, &path, Some(&own_token), Some(&body)).await;
        assert_eq!(sent.status, 200, "{sent:?}");
        let told = sent.json();
        for (name, value) in body.as_object().unwrap() {
            assert!(name == "client_secret" || told[name] == *value, "{name}");
        }
    }
}

#[tokio::test]
async fn a_client_reads_changes_and_ends_its_registration() {
    let stage = stage().await;
    let token = token(&stage).await;
    let mut body = plain();
    body["client_uri"] = json!("https://desk.test/");
    let made = register(&stage, &token, &body).await;
    let (path, first) = own(&made);
    let read = send(&stage, Method::GET, &path, Some(&first), None).await;
    assert_eq!(read.status, 200);
    assert_eq!(read.json()["client_uri"], "https://desk.test/");
    assert!(
        read.json().get("client_secret").is_none(),
        "only its hash is kept"
    );

    let mut changed = plain();
    changed["client_id"] = json!(made.text("client_id"));
    changed["client_secret"] = json!(made.text("client_secret"));
    changed["client_name"] = json!("Another name");
    let answer = send(&stage, Method::PUT, &path, Some(&first), Some(&changed)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["client_name"], "Another name");
    assert_eq!(answer.json()["client_secret"], made.json()["client_secret"]);
    assert!(
        answer.json().get("client_uri").is_none(),
        "what is left out is gone"
    );
    let (_, second) = own(&answer);
    assert_ne!(first, second);
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(send(&stage, method, &path, Some(&first), None).await.status, 401);
    }

    let gone = send(&stage, Method::DELETE, &path, Some(&second), None).await;
    assert_eq!(gone.status, 204);
    let after = send(&stage, Method::GET, &path, Some(&second), None).await;
    assert_eq!(after.error(), (401, "invalid_token".to_owned()));
    let id = ClientId::parse(&made.text("client_id")).unwrap();
    assert!(client::find_active(&mut stage.op(), &id).await.unwrap().is_none());
}

#[tokio::test]
async fn an_update_says_what_it_must_and_nothing_that_is_ours() {
    let stage = stage().await;
    let token = token(&stage).await;
    let made = register(&stage, &token, &plain()).await;
    let (path, own_token) = own(&made);
    let id = made.text("client_id");
    for change in [
        json!({ "client_id": null }),
        json!({ "client_id": "other" }),
        json!({ "client_secret": "wrong" }),
        json!({ "registration_access_token": own_token }),
        json!({ "registration_client_uri": path }),
        json!({ "client_secret_expires_at": 0 }),
        json!({ "client_id_issued_at": 1 }),
        json!({ "grant_types": ["client_credentials"] }),
    ] {
        let mut body = plain();
        body["client_id"] = json!(id);
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let answer = send(&stage, Method::PUT, &path, Some(&own_token), Some(&body)).await;
        assert_eq!(
            answer.error(),
            (400, "invalid_client_metadata".to_owned()),
            "{change}"
        );
    }
    let read = send(&stage, Method::GET, &path, Some(&own_token), None).await;
    assert_eq!(read.status, 200, "a refusal changes no token");
}

#[tokio::test]
async fn a_client_reaches_no_registration_but_its_own() {
    let stage = stage().await;
    let token = token(&stage).await;
    let (one, other) = (
        register(&stage, &token, &plain()).await,
        register(&stage, &token, &plain()).await,
    );
    let ((path, _), (_, foreign)) = (own(&one), own(&other));
    let mut body = plain();
    body["client_id"] = json!(one.text("client_id"));
    for (path, token) in [
        (path.as_str(), Some(foreign.as_str())),
        (path.as_str(), Some(token.as_str())),
        (path.as_str(), None),
        ("/register/desk", Some(foreign.as_str())),
        ("/register/nobody", Some(foreign.as_str())),
        ("/register/a%20b", Some(foreign.as_str())),
    ] {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let answer = send(&stage, method, path, token, Some(&body)).await;
            assert_eq!(answer.status, 401, "{path} {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_client_that_changes_its_method_gets_what_it_needs_for_it() {
    let stage = stage().await;
    let token = token(&stage).await;
    let mut body = plain();
    body["token_endpoint_auth_method"] = json!("none");
    let made = register(&stage, &token, &body).await;
    let (path, first) = own(&made);
    body["client_id"] = json!(made.text("client_id"));
    body["token_endpoint_auth_method"] = json!("client_secret_post");
    let answer = send(&stage, Method::PUT, &path, Some(&first), Some(&body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let (id, secret) = (made.text("client_id"), answer.text("client_secret"));
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", id.as_str()),
        ("client_secret", secret.as_str()),
    ];
    let answer = stage.post("/token", "", &fields).await;
    assert_eq!(
        answer.error(),
        (400, "invalid_request".to_owned()),
        "it is believed"
    );
}

#[tokio::test]
async fn a_sector_lists_all_addresses_of_a_client() {
    let stage = stage().await;
    let token = token(&stage).await;
    let sector = json!([CALLBACK, "https://other.test/cb"]).to_string();
    let port = serve(Router::new().route("/sector", get(|| async { sector }))).await;
    let mut body = plain();
    body["sector_identifier_uri"] = json!(format!("http://127.0.0.1:{port}/sector"));
    let answer = register(&stage, &token, &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    body["redirect_uris"] = json!([CALLBACK, "https://third.test/cb"]);
    let refused = register(&stage, &token, &body).await;
    assert_eq!(refused.error(), (400, "invalid_client_metadata".to_owned()));
}

#[tokio::test]
async fn a_software_statement_of_a_trusted_issuer_wins_over_the_document() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let jwks = json!({ "keys": [key.public_jwk()] }).to_string();
    let port = serve(Router::new().route("/jwks", get(|| async { jwks }))).await;
    let stage = Stage::with(|config| {
        config.oauth.registration = Registration::Token;
        config.outbound.allowed_networks = vec!["127.0.0.0/8".parse().unwrap()];
        config.oauth.software_statement_issuers = vec![StatementIssuer {
            issuer: "https://trust.test".to_owned(),
            jwks_uri: format!("http://127.0.0.1:{port}/jwks"),
        }];
    })
    .await;
    let token = token(&stage).await;
    let statement = |key: &SigningKey, claims: Value| key.sign("JWT", claims.to_string().as_bytes()).unwrap();
    let claims = json!({ "iss": "https://trust.test", "client_name": "Vetted", "software_id": "4711" });
    let mut body = plain();
    let signed = statement(&key, claims.clone());
    body["software_statement"] = json!(signed);
    let answer = register(&stage, &token, &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.json()["client_name"], "Vetted");
    assert_eq!(answer.json()["software_id"], "4711");
    assert_eq!(answer.json()["software_statement"], signed, "as it came");

    let stranger = SigningKey::generate(Algorithm::Es256).unwrap();
    let elsewhere = json!({ "iss": "https://elsewhere.test", "client_name": "X" });
    let expired = json!({ "iss": "https://trust.test", "exp": 1 });
    for (text, expected) in [
        (statement(&stranger, claims), "invalid_software_statement"),
        (statement(&key, expired), "invalid_software_statement"),
        (statement(&key, elsewhere), "unapproved_software_statement"),
    ] {
        body["software_statement"] = json!(text);
        let refused = register(&stage, &token, &body).await;
        assert_eq!(refused.error(), (400, expected.to_owned()));
    }
}
