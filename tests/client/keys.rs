//! Keys that a client publishes itself (`jwks_uri`), and secrets that authenticate assertions (`client_secret_jwt`).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::hmac;
use axum::Router;
use axum::response::IntoResponse as _;
use axum::routing::get;
use data_encoding::BASE64URL_NOPAD;
use doorward::client::{self, AddSecretError, ClientAuthError, ClientSettings, NewClient, RegistrationError};
use doorward::domain::ClientAuthMethod::{ClientSecretBasic, ClientSecretJwt, None as Public, PrivateKeyJwt};
use doorward::jose::{Algorithm, JwkSet, SigningKey};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::{Stage, basic, id};
use crate::outbound::serve;
use crate::support::START;

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const ISSUER: &str = "http://localhost:8080";

/// What a client publishes, and how often it was asked.
#[derive(Clone, Default)]
struct Published {
    body: Arc<Mutex<(StatusCode, String)>>,
    asked: Arc<AtomicUsize>,
}

impl Published {
    async fn serve(&self) -> String {
        let this = self.clone();
        let answer = move || {
            this.asked.fetch_add(1, Ordering::SeqCst);
            let (status, body) = this.body.lock().unwrap().clone();
            std::future::ready((status, [(CONTENT_TYPE, "application/json")], body).into_response())
        };
        let port = serve(Router::new().route("/jwks", get(answer))).await;
        format!("http://127.0.0.1:{port}/jwks")
    }

    fn say(&self, status: StatusCode, keys: &[&SigningKey]) {
        let keys: Vec<_> = keys.iter().map(|key| key.public_jwk()).collect();
        *self.body.lock().unwrap() = (status, json!({ "keys": keys }).to_string());
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn claims(stage: &Stage, jti: &str) -> Value {
    let now = stage.bare.house.clock.now().as_seconds();
    json!({ "iss": "app", "sub": "app", "aud": ISSUER, "jti": jti, "exp": now + 60 })
}

pub(super) fn signed(stage: &Stage, key: &SigningKey, jti: &str) -> String {
    let assertion = key
        .sign("JWT", claims(stage, jti).to_string().as_bytes())
        .unwrap();
    format!("client_assertion_type={TYPE}&client_assertion={assertion}")
}

fn tagged(alg: &str, claims: &Value, secret: &str) -> String {
    let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let signed = format!(
        "{}.{}",
        encode(&json!({ "alg": alg, "typ": "JWT" })),
        encode(claims)
    );
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = BASE64URL_NOPAD.encode(hmac::sign(&key, signed.as_bytes()).as_ref());
    format!("client_assertion_type={TYPE}&client_assertion={signed}.{tag}")
}

pub(super) async fn register(stage: &Stage, change: impl FnOnce(&mut NewClient)) {
    let mut new = stage.client(PrivateKeyJwt);
    change(&mut new);
    let mut op = stage.bare.op();
    client::create(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
}

pub(super) fn at(address: &str) -> ClientSettings {
    ClientSettings {
        jwks_uri: Some(address.to_owned()),
        ..ClientSettings::default()
    }
}

#[tokio::test]
async fn keys_are_fetched_once_and_again_for_a_new_key() {
    let (stage, published) = (Stage::calling().await, Published::default());
    let (old, new) = (
        SigningKey::generate(Algorithm::Es256).unwrap(),
        SigningKey::generate(Algorithm::Ed25519).unwrap(),
    );
    published.say(StatusCode::OK, &[&old]);
    let address = published.serve().await;
    register(&stage, |new| new.settings = at(&address)).await;
    for jti in ["1", "2", "3"] {
        assert!(stage.authenticate(None, &signed(&stage, &old, jti)).await.is_ok());
    }
    assert_eq!(published.asked(), 1);

    // An unknown key asks again, but not at once.
    published.say(StatusCode::OK, &[&old, &new]);
    let early = stage.authenticate(None, &signed(&stage, &new, "4")).await;
    assert!(matches!(
        early,
        Err(ClientAuthError::Assertion("algorithm or key not registered"))
    ));
    assert_eq!(published.asked(), 1);
    stage.bare.house.clock.advance(Duration::from_mins(1));
    assert!(stage.authenticate(None, &signed(&stage, &new, "5")).await.is_ok());
    assert_eq!(published.asked(), 2);
}

#[tokio::test]
async fn the_last_keys_are_used_while_there_are_no_newer_ones_to_be_had() {
    let (stage, published) = (Stage::calling().await, Published::default());
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    published.say(StatusCode::OK, &[&key]);
    let address = published.serve().await;
    register(&stage, |new| new.settings = at(&address)).await;
    assert!(stage.authenticate(None, &signed(&stage, &key, "1")).await.is_ok());
    published.say(StatusCode::INTERNAL_SERVER_ERROR, &[]);
    stage.bare.house.clock.advance(Duration::from_hours(1));
    assert!(stage.authenticate(None, &signed(&stage, &key, "2")).await.is_ok());
    assert_eq!(published.asked(), 2);
    stage.bare.house.clock.advance(Duration::from_hours(23));
    assert!(stage.authenticate(None, &signed(&stage, &key, "3")).await.is_ok());
    // A day beyond their time, which was a quarter of an hour.
    stage.bare.house.clock.advance(Duration::from_mins(30));
    assert!(
        stage
            .authenticate(None, &signed(&stage, &key, "4"))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn keys_that_may_not_or_cannot_be_fetched_prove_nothing() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let published = Published::default();
    published.say(StatusCode::OK, &[&key]);
    let address = published.serve().await;
    let closed = Stage::new().await;
    register(&closed, |new| new.settings = at(&address)).await;
    assert!(
        closed
            .authenticate(None, &signed(&closed, &key, "1"))
            .await
            .is_err()
    );
    assert_eq!(published.asked(), 0, "loopback is not listed");

    let stage = Stage::calling().await;
    *published.body.lock().unwrap() = (StatusCode::OK, "x".repeat(100_000));
    register(&stage, |new| new.settings = at(&address)).await;
    assert!(
        stage
            .authenticate(None, &signed(&stage, &key, "1"))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn keys_are_given_one_way_and_fit_the_algorithm() {
    let stage = Stage::new().await;
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let jwks = JwkSet {
        keys: vec![key.public_jwk()],
    };
    let mut op = stage.bare.op();
    let twice = NewClient {
        jwks: Some(jwks.clone()),
        settings: at("https://app.example/jwks"),
        ..stage.client(PrivateKeyJwt)
    };
    let refused = client::create(&mut op, twice).await;
    assert!(matches!(refused, Err(RegistrationError::KeysTwice)));
    for (method, alg, expected) in [
        (PrivateKeyJwt, "HS256", "token_endpoint_auth_signing_alg"),
        (PrivateKeyJwt, "PS256", "jwks"),
        (ClientSecretJwt, "ES256", "token_endpoint_auth_signing_alg"),
        (PrivateKeyJwt, "none", "token_endpoint_auth_signing_alg"),
    ] {
        let mut new = stage.client(method);
        new.jwks = Some(jwks.clone());
        new.settings.token_endpoint_auth_signing_alg = Some(alg.to_owned());
        let refused = client::create(&mut op, new).await.unwrap_err();
        assert_eq!(refused.field(), Some(expected), "{method:?} {alg}");
    }
}

#[tokio::test]
async fn an_rsa_key_without_algorithm_verifies_both_of_its_kind() {
    let stage = Stage::new().await;
    let key = SigningKey::generate(Algorithm::Ps256).unwrap();
    let mut jwk = key.public_jwk();
    jwk.alg = None;
    register(&stage, |new| new.jwks = Some(JwkSet { keys: vec![jwk] })).await;
    assert!(stage.authenticate(None, &signed(&stage, &key, "1")).await.is_ok());
}

#[tokio::test]
async fn a_tag_of_the_secret_is_believed_and_nothing_else() {
    let stage = Stage::new().await;
    let secret = stage.create(ClientSecretJwt, None).await.unwrap();
    let secret = secret.expose();
    let good = tagged("HS256", &claims(&stage, "1"), secret);
    assert!(stage.authenticate(None, &good).await.is_ok());
    let again = stage.authenticate(None, &good).await;
    assert!(matches!(again, Err(ClientAuthError::Assertion("used before"))));
    for (alg, with) in [("HS256", "another"), ("none", secret), ("HS512", secret)] {
        let form = tagged(alg, &claims(&stage, "2"), with);
        assert!(stage.authenticate(None, &form).await.is_err(), "{alg}");
    }
    let by_header = stage.authenticate(Some(&basic("app", secret)), "").await;
    assert!(
        matches!(by_header, Err(ClientAuthError::Method)),
        "the registered method only"
    );
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    assert!(
        stage
            .authenticate(None, &signed(&stage, &key, "3"))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn two_secrets_live_at_once_and_each_can_be_removed() {
    let stage = Stage::new().await;
    let first = stage.create(ClientSecretBasic, None).await.unwrap();
    let mut op = stage.bare.op();
    let life = Some(Duration::from_hours(1));
    let second = client::add_secret(&mut op, &id("app"), life).await.unwrap();
    let third = client::add_secret(&mut op, &id("app"), None).await;
    assert!(matches!(third, Err(AddSecretError::TooMany)));
    op.commit().await.unwrap();
    for secret in [&first, &second] {
        let header = basic("app", secret.expose());
        assert!(stage.authenticate(Some(&header), "").await.is_ok());
    }

    let mut op = stage.bare.op();
    let listed = client::list_secrets(&mut op, &id("app")).await.unwrap();
    assert_eq!(listed.len(), 2);
    let lasting = listed.iter().find(|one| one.expires_at.is_none()).unwrap();
    assert!(
        !client::remove_secret(&mut op, &id("app"), "000000000000")
            .await
            .unwrap()
    );
    assert!(
        client::remove_secret(&mut op, &id("app"), &lasting.id)
            .await
            .unwrap()
    );
    op.commit().await.unwrap();
    assert!(
        stage
            .authenticate(Some(&basic("app", first.expose())), "")
            .await
            .is_err()
    );
    let header = basic("app", second.expose());
    assert!(stage.authenticate(Some(&header), "").await.is_ok());
    stage.bare.house.clock.advance(Duration::from_hours(1));
    assert!(
        stage.authenticate(Some(&header), "").await.is_err(),
        "it has ended"
    );
}

#[tokio::test]
async fn the_last_use_of_a_secret_is_known_to_the_minute() {
    let stage = Stage::new().await;
    let secret = stage.create(ClientSecretBasic, None).await.unwrap();
    let header = basic("app", secret.expose());
    let used = async || {
        let mut op = stage.bare.op();
        client::write_uses(&mut op).await.unwrap();
        let listed = client::list_secrets(&mut op, &id("app")).await.unwrap();
        op.commit().await.unwrap();
        listed[0].last_used_at
    };
    assert_eq!(used().await, None);
    stage.authenticate(Some(&header), "").await.unwrap();
    assert_eq!(used().await, Some(START));
    stage.bare.house.clock.advance(Duration::from_secs(30));
    stage.authenticate(Some(&header), "").await.unwrap();
    assert_eq!(used().await, Some(START), "not more often than once a minute");
    stage.bare.house.clock.advance(Duration::from_secs(31));
    stage.authenticate(Some(&header), "").await.unwrap();
    assert_eq!(used().await, Some(START.plus(Duration::from_secs(61))));
}

#[tokio::test]
async fn a_client_without_secrets_gets_none() {
    let stage = Stage::new().await;
    stage.create(Public, None).await;
    let mut op = stage.bare.op();
    let refused = client::add_secret(&mut op, &id("app"), None).await;
    assert!(matches!(refused, Err(AddSecretError::NoSecrets)));
    let unknown = client::add_secret(&mut op, &id("nobody"), None).await;
    assert!(matches!(unknown, Err(AddSecretError::Unknown)));
}
