//! `private_key_jwt` (RFC 7523).

use doorward::client::{self, ClientAct, ClientAuthError};
use doorward::domain::ClientAuthMethod::{ClientSecretBasic, PrivateKeyJwt};
use doorward::domain::ClientProfile;
use doorward::http::Form;
use doorward::jose::{Algorithm, JwkSet, SigningKey};
use http::HeaderMap;
use serde_json::{Value, json};

use super::{Stage, basic, id};
use crate::support::START;

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const ISSUER: &str = "http://localhost:8080";

async fn stage(algorithm: Algorithm) -> (Stage, SigningKey) {
    let stage = Stage::new().await;
    let key = SigningKey::generate(algorithm).unwrap();
    let jwks = JwkSet {
        keys: vec![key.public_jwk()],
    };
    assert!(
        stage.create(PrivateKeyJwt, Some(jwks)).await.is_none(),
        "there is no secret"
    );
    (stage, key)
}

fn claims(jti: &str) -> Value {
    json!({ "iss": "app", "sub": "app", "aud": ISSUER, "jti": jti, "exp": START.as_seconds() + 60 })
}

fn form(key: &SigningKey, claims: &Value) -> String {
    let assertion = key.sign("JWT", claims.to_string().as_bytes()).unwrap();
    format!("client_assertion_type={TYPE}&client_assertion={assertion}")
}

#[tokio::test]
async fn an_assertion_is_believed_with_every_algorithm() {
    for &algorithm in Algorithm::ALL {
        let (stage, key) = stage(algorithm).await;
        let plain = form(&key, &claims("1"));
        assert!(stage.authenticate(None, &plain).await.is_ok(), "{algorithm}");
        let named = format!("client_id=app&{}", form(&key, &claims("2")));
        assert!(stage.authenticate(None, &named).await.is_ok(), "{algorithm}");
        let mut listed = claims("3");
        listed["aud"] = json!([ISSUER]);
        let form = form(&key, &listed);
        assert!(stage.authenticate(None, &form).await.is_ok(), "{algorithm}");
    }
}

#[tokio::test]
async fn an_assertion_may_say_by_its_type_what_it_is_for() {
    let (stage, key) = stage(Algorithm::Es256).await;
    for (typ, good) in [
        ("client-authentication+jwt", true),
        ("application/client-authentication+jwt", true),
        ("authorization-grant+jwt", false),
        ("at+jwt", false),
        ("dpop+jwt", false),
    ] {
        let assertion = key.sign(typ, claims(typ).to_string().as_bytes()).unwrap();
        let form = format!("client_assertion_type={TYPE}&client_assertion={assertion}");
        assert_eq!(stage.authenticate(None, &form).await.is_ok(), good, "{typ}");
    }
}

#[tokio::test]
async fn the_address_of_an_endpoint_is_an_audience_only_where_the_installation_says_so() {
    for (allowed, profile, good) in [
        (false, ClientProfile::Baseline, false),
        (true, ClientProfile::Baseline, true),
        (true, ClientProfile::Fapi2Security, false),
    ] {
        let stage = Stage::with(|config| config.oauth.endpoints_as_audience = allowed).await;
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let mut new = stage.client(PrivateKeyJwt);
        new.settings.profile = profile;
        new.jwks = Some(JwkSet {
            keys: vec![key.public_jwk()],
        });
        stage.register(new).await;
        for (at, path) in ["/token", "/par", "/backchannel_authentication"]
            .into_iter()
            .enumerate()
        {
            let mut to_the_endpoint = claims(&at.to_string());
            to_the_endpoint["aud"] = json!(format!("{ISSUER}{path}"));
            let found = stage.authenticate(None, &form(&key, &to_the_endpoint)).await;
            assert_eq!(found.is_ok(), good, "{path} {allowed} {profile:?}");
        }
        let found = stage.authenticate(None, &form(&key, &claims("issuer"))).await;
        assert!(found.is_ok(), "{found:?}");
        // FAPI 2.0 section 5.3.2.1, item 8: as one text.
        let mut listed = claims("a list");
        listed["aud"] = json!([ISSUER]);
        let found = stage.authenticate(None, &form(&key, &listed)).await;
        assert_eq!(found.is_ok(), profile == ClientProfile::Baseline, "{found:?}");
    }
}

#[tokio::test]
async fn the_keys_of_a_profile_sign_with_its_algorithms_only() {
    for (algorithm, good) in [(Algorithm::Ps256, true), (Algorithm::Rs256, false)] {
        let stage = Stage::new().await;
        let key = SigningKey::generate(algorithm).unwrap();
        let mut jwk = key.public_jwk();
        // Which of the two it signs with, the client alone knows.
        jwk.alg = None;
        let mut new = stage.client(PrivateKeyJwt);
        new.settings.profile = ClientProfile::Fapi2Security;
        new.jwks = Some(JwkSet { keys: vec![jwk] });
        stage.register(new).await;
        let found = stage.authenticate(None, &form(&key, &claims("1"))).await;
        assert_eq!(found.is_ok(), good, "{algorithm} {found:?}");
    }
}

#[tokio::test]
async fn an_assertion_works_once() {
    let (stage, key) = stage(Algorithm::Es256).await;
    let form = form(&key, &claims("once"));
    assert!(stage.authenticate(None, &form).await.is_ok());
    let refused = stage.authenticate(None, &form).await;
    assert!(
        matches!(refused, Err(ClientAuthError::Assertion("used before"))),
        "{refused:?}"
    );
    assert_eq!(stage.refusals().await, ["assertion refused: used before"]);
}

/// An act that was begun with an assertion.
async fn begun(stage: &Stage, form: &str) -> ClientAct {
    let form = Form::parse(form).unwrap();
    client::authenticate(stage.bare.op(), &HeaderMap::new(), &form)
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn the_writer_is_free_until_the_act_ends() {
    let (stage, key) = stage(Algorithm::Es256).await;
    let mut act = begun(&stage, &form(&key, &claims("late"))).await;
    assert!(!act.op().is_writing());
    act.commit().await.unwrap().unwrap();
}

#[tokio::test]
async fn of_an_act_with_an_assertion_that_was_used_before_nothing_stays() {
    let (stage, key) = stage(Algorithm::Es256).await;
    let form = form(&key, &claims("twice"));
    let mut late = begun(&stage, &form).await;
    begun(&stage, &form).await.commit().await.unwrap().unwrap();
    assert!(client::disable(late.op(), &id("app")).await.unwrap());
    let refusal = late.commit().await.unwrap().unwrap_err();
    assert_eq!(refusal.reason(), ClientAuthError::Assertion("used before"));
    assert_eq!(stage.refusals().await, ["assertion refused: used before"]);
    assert!(stage.bare.events("client.changed").await.is_empty());
    let found = client::find_active(&mut stage.bare.op(), &id("app"))
        .await
        .unwrap();
    assert!(found.is_some(), "it was not disabled");
}

#[tokio::test]
async fn an_act_that_was_given_up_has_used_no_assertion() {
    let (stage, key) = stage(Algorithm::Es256).await;
    let form = form(&key, &claims("given up"));
    drop(begun(&stage, &form).await);
    assert!(stage.authenticate(None, &form).await.is_ok());
}

#[tokio::test]
async fn of_two_equal_assertions_at_once_one_works() {
    let (stage, key) = stage(Algorithm::Es256).await;
    let form = form(&key, &claims("race"));
    let (one, two) = tokio::join!(stage.authenticate(None, &form), stage.authenticate(None, &form));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
}

#[tokio::test]
async fn each_claim_of_an_assertion_is_checked() {
    let (stage, key) = stage(Algorithm::Es256).await;
    let now = START.as_seconds();
    let mut host = 0;
    for (name, value, reason) in [
        ("iss", json!("other"), "iss"),
        ("iss", Value::Null, "iss"),
        (
            "aud",
            json!([ISSUER, "https://other.example"]),
            "aud is not one name",
        ),
        ("aud", json!("https://other.example"), "aud"),
        ("aud", json!(format!("{ISSUER}/")), "aud"),
        ("aud", Value::Null, "aud"),
        ("exp", Value::Null, "exp"),
        ("exp", json!(now), "expired"),
        ("exp", json!(now + 301), "exp lies too far ahead"),
        ("nbf", json!(now + 11), "not valid yet"),
        ("iat", json!(now + 11), "not valid yet"),
        ("jti", Value::Null, "set of required claims"),
        ("jti", json!(7), "jti is not a text of 1 to 256 bytes"),
        ("jti", json!(""), "jti is not a text of 1 to 256 bytes"),
        (
            "jti",
            json!("x".repeat(257)),
            "jti is not a text of 1 to 256 bytes",
        ),
    ] {
        let mut claims = claims("claims");
        match &value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value.clone(),
        }
        // Each from another address, so that the limit of failures says nothing here.
        host += 1;
        let refused = stage.authenticate_from(host, None, &form(&key, &claims)).await;
        assert!(
            matches!(refused, Err(ClientAuthError::Assertion(found)) if found == reason),
            "{name} {value}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn the_subject_must_be_the_client_and_known() {
    let (stage, key) = stage(Algorithm::Es256).await;
    let with = |name: &str, value: Value| {
        let mut claims = claims("subject");
        claims[name] = value;
        form(&key, &claims)
    };
    let refused = stage.authenticate(None, &with("sub", json!("nobody"))).await;
    assert!(matches!(refused, Err(ClientAuthError::Unknown)), "{refused:?}");
    let refused = stage.authenticate(None, &with("sub", Value::Null)).await;
    assert!(matches!(refused, Err(ClientAuthError::Malformed)), "{refused:?}");
    let contradicting = format!("client_id=other&{}", form(&key, &claims("x")));
    let refused = stage.authenticate(None, &contradicting).await;
    assert!(matches!(refused, Err(ClientAuthError::Malformed)), "{refused:?}");
}

#[tokio::test]
async fn only_the_registered_keys_with_their_algorithm_verify() {
    let (stage, key) = stage(Algorithm::Rs256).await;
    let other = SigningKey::generate(Algorithm::Es256).unwrap();
    let refused = stage.authenticate(None, &form(&other, &claims("1"))).await;
    let unknown_key = "algorithm or key not registered";
    assert!(
        matches!(refused, Err(ClientAuthError::Assertion(text)) if text == unknown_key),
        "{refused:?}"
    );
    // The very key, but with another algorithm than the registered one.
    let same = SigningKey::from_pkcs8(Algorithm::Ps256, &key.to_pkcs8().unwrap()).unwrap();
    let refused = stage.authenticate(None, &form(&same, &claims("2"))).await;
    assert!(
        matches!(refused, Err(ClientAuthError::Assertion(text)) if text == unknown_key),
        "{refused:?}"
    );
    let tampered = form(&key, &claims("3"));
    let (start, _) = tampered.rsplit_once('.').unwrap();
    let unsigned = format!("{start}.");
    let refused = stage.authenticate(None, &unsigned).await;
    assert!(
        matches!(refused, Err(ClientAuthError::Assertion("wrong signature"))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn an_assertion_of_another_type_or_for_another_purpose_is_refused() {
    let (stage, key) = stage(Algorithm::Es256).await;
    let assertion = key.sign("at+jwt", claims("typ").to_string().as_bytes()).unwrap();
    let form_of =
        |kind: &str, assertion: &str| format!("client_assertion_type={kind}&client_assertion={assertion}");
    let refused = stage.authenticate(None, &form_of(TYPE, &assertion)).await;
    assert!(
        matches!(refused, Err(ClientAuthError::Assertion("wrong typ"))),
        "{refused:?}"
    );
    let saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
    let refused = stage.authenticate(None, &form_of(saml, &assertion)).await;
    assert!(matches!(refused, Err(ClientAuthError::Malformed)), "{refused:?}");
}

#[tokio::test]
async fn an_assertion_beside_a_secret_is_refused() {
    let (stage, key) = stage(Algorithm::Es256).await;
    let refused = stage
        .authenticate(Some(&basic("app", "s")), &form(&key, &claims("1")))
        .await;
    assert!(matches!(refused, Err(ClientAuthError::Several)), "{refused:?}");
}

#[tokio::test]
async fn a_client_with_a_secret_cannot_use_an_assertion() {
    let stage = Stage::new().await;
    stage.create(ClientSecretBasic, None).await;
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let refused = stage.authenticate(None, &form(&key, &claims("1"))).await;
    assert!(matches!(refused, Err(ClientAuthError::Method)), "{refused:?}");
}
