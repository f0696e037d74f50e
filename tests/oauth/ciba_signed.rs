//! Signed authentication requests (OpenID CIBA Core section 7.1.1).

use data_encoding::BASE64URL_NOPAD;
use doorward::client::{self, CibaSettings, ClientSettings, NewClient};
use doorward::domain::{ClientProfile, GrantType, Limit};
use doorward::jose::{Algorithm, JwkSet, SigningKey};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::prover::Prover;
use super::stage::{Answer, ISSUER, Stage, claims};

const ENDPOINT: &str = "/backchannel_authentication";
const HERE: &str = "/account/requests";

fn signing(algorithm: Algorithm) -> ClientSettings {
    ClientSettings {
        ciba: CibaSettings {
            backchannel_authentication_request_signing_alg: Some(algorithm),
            ..CibaSettings::default()
        },
        ..ClientSettings::default()
    }
}

/// A client that asks for people and signs, where it may ask the same person as often as a test needs.
async fn stage() -> (Stage, Prover) {
    let often = Limit {
        burst: 100,
        refill: std::time::Duration::from_secs(1),
    };
    let mut stage = Stage::with(|config| {
        config.limits.backchannel_waiting = 100;
        config.limits.backchannel_requests = often;
        config.limits.backchannel_requests_per_person = often;
    })
    .await;
    let prover = Prover::new("prover", Algorithm::Es256);
    let client = NewClient {
        settings: signing(Algorithm::Es256),
        ..asking(&stage, &prover)
    };
    stage.register(client).await;
    (stage, prover)
}

fn asking(stage: &Stage, prover: &Prover) -> NewClient {
    NewClient {
        grant_types: vec![GrantType::Ciba],
        redirect_uris: Vec::new(),
        ..prover.client(stage)
    }
}

/// The claims of a good request, changed: `null` leaves one out.
fn request(stage: &Stage, changes: &[(&str, Value)]) -> Value {
    let op = stage.op();
    let now = op.now.as_seconds();
    let good = json!({
        "iss": "prover", "aud": ISSUER, "iat": now, "nbf": now, "exp": now + 300, "jti": op.token().expose(),
        "scope": "openid f:read", "login_hint": "ada", "binding_message": "W4SCT"
    });
    let mut claims: Map<String, Value> = good.as_object().unwrap().clone();
    for (name, value) in changes {
        claims.insert((*name).to_owned(), value.clone());
    }
    claims.retain(|_, value| !value.is_null());
    Value::Object(claims)
}

fn signed(stage: &Stage, prover: &Prover, changes: &[(&str, Value)]) -> String {
    prover.sign("JWT", &request(stage, changes))
}

async fn ask(stage: &Stage, prover: &Prover, object: &str) -> Answer {
    prover.post(stage, ENDPOINT, &[("request", object)]).await
}

fn bad_request() -> (u16, String) {
    (400, "invalid_request".to_owned())
}

#[tokio::test]
async fn a_signed_request_is_asked_and_redeemed_like_a_plain_one() {
    let (stage, prover) = stage().await;
    let asked = ask(&stage, &prover, &signed(&stage, &prover, &[])).await;
    assert_eq!(asked.status, StatusCode::OK, "{asked:?}");
    assert_eq!(asked.json()["expires_in"], 300);
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let page = stage.get(HERE, &cookie).await;
    for shown in ["The prover", "W4SCT", "Title of f:read"] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    let cookies = format!("{cookie}; {}", page.cookies());
    let (token, id) = (page.hidden("form_token"), page.hidden("request"));
    let fields = [
        ("form_token", token.as_str()),
        ("request", &id),
        ("decision", "allow"),
    ];
    assert_eq!(stage.post(HERE, &cookies, &fields).await.location(), HERE);
    let auth_req_id = asked.text("auth_req_id");
    let fields = [
        ("grant_type", "urn:openid:params:grant-type:ciba"),
        ("auth_req_id", auth_req_id.as_str()),
    ];
    let tokens = prover.post(&stage, "/token", &fields).await;
    assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
    assert_eq!(claims(&tokens.text("id_token"))["sub"], stage.ada.to_string());
    assert_eq!(claims(&tokens.text("access_token"))["scope"], "f:read openid");
}

#[tokio::test]
async fn its_values_are_texts_and_an_expiry_may_be_a_number() {
    let (stage, prover) = stage().await;
    for expiry in [json!(60), json!("60")] {
        let object = signed(&stage, &prover, &[("requested_expiry", expiry.clone())]);
        let asked = ask(&stage, &prover, &object).await;
        assert_eq!(asked.status, StatusCode::OK, "{expiry}: {asked:?}");
        assert_eq!(asked.json()["expires_in"], 60, "{expiry}");
    }
    let typed = prover.sign("oauth-authz-req+jwt", &request(&stage, &[]));
    assert_eq!(ask(&stage, &prover, &typed).await.status, StatusCode::OK);
    let several = signed(&stage, &prover, &[("aud", json!(["https://other.test", ISSUER]))]);
    assert_eq!(ask(&stage, &prover, &several).await.status, StatusCode::OK);
    // What is asked inside is held against the same rules.
    for (name, value, error) in [
        ("scope", Value::Null, "invalid_request"),
        ("scope", json!("f:read"), "invalid_scope"),
        ("login_hint", Value::Null, "invalid_request"),
        ("id_token_hint", json!("x"), "invalid_request"),
        ("login_hint", json!("nobody"), "unknown_user_id"),
        ("binding_message", json!("a\nb"), "invalid_binding_message"),
        ("requested_expiry", json!(0), "invalid_request"),
        ("requested_expiry", json!(-1), "invalid_request"),
    ] {
        let object = signed(&stage, &prover, &[(name, value.clone())]);
        let answer = ask(&stage, &prover, &object).await;
        assert_eq!(answer.error(), (400, error.to_owned()), "{name} {value}");
    }
}

#[tokio::test]
async fn a_request_says_from_whom_and_for_whom_it_is_and_when() {
    let (stage, prover) = stage().await;
    let now = stage.op().now.as_seconds();
    let mut changes = vec![
        ("iss", json!("desk")),
        ("iss", json!(["prover"])),
        ("aud", json!("https://other.test")),
        ("aud", json!([])),
        ("sub", json!("prover")),
        ("exp", json!(now)),
        ("exp", json!("soon")),
        ("exp", json!(now + 3_601)),
        ("nbf", json!(now + 11)),
        ("nbf", json!(now - 3_601)),
        ("iat", json!(now + 11)),
        ("iat", json!("now")),
        ("jti", json!("")),
        ("jti", json!(7)),
        ("request", json!("x.y.z")),
        ("request_uri", json!("urn:x")),
        ("binding_message", json!("a\0b")),
    ];
    let needed = ["iss", "aud", "exp", "iat", "nbf", "jti"];
    changes.extend(needed.map(|name| (name, Value::Null)));
    for (name, value) in changes {
        let object = signed(&stage, &prover, &[(name, value.clone())]);
        let answer = ask(&stage, &prover, &object).await;
        assert_eq!(answer.error(), bad_request(), "{name} {value}");
    }
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let page = stage.get(HERE, &cookie).await;
    assert!(
        page.body.contains("No application waits for you"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_request_is_signed_by_the_client_with_its_one_algorithm() {
    let (mut stage, prover) = stage().await;
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let body = part(&request(&stage, &[]));
    let stranger = Prover::new("prover", Algorithm::Es256);
    for object in [
        format!("{}.{body}.", part(&json!({ "alg": "none" }))),
        format!("{}.{body}.{body}", part(&json!({ "alg": "HS256" }))),
        signed(&stage, &stranger, &[]),
        prover.sign("at+jwt", &request(&stage, &[])),
        "x.y.z".to_owned(),
    ] {
        let answer = ask(&stage, &prover, &object).await;
        assert_eq!(answer.error(), bad_request(), "{object}");
    }
    // One of its keys, but not of the algorithm that it has registered.
    let other = Prover::new("other", Algorithm::Ed25519);
    let main = SigningKey::generate(Algorithm::Es256).unwrap();
    let client = NewClient {
        jwks: Some(JwkSet {
            keys: vec![main.public_jwk(), other.key.public_jwk()],
        }),
        settings: signing(Algorithm::Es256),
        ..asking(&stage, &other)
    };
    stage.register(client).await;
    let from_other = request(&stage, &[("iss", json!("other"))]);
    let wrong = other.sign("JWT", &from_other);
    assert_eq!(ask(&stage, &other, &wrong).await.error(), bad_request());
    let right = main.sign("JWT", from_other.to_string().as_bytes()).unwrap();
    assert_eq!(ask(&stage, &other, &right).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_request_counts_once() {
    let (stage, prover) = stage().await;
    let named = [("jti", json!("once"))];
    let object = signed(&stage, &prover, &named);
    assert_eq!(ask(&stage, &prover, &object).await.status, StatusCode::OK);
    assert_eq!(ask(&stage, &prover, &object).await.error(), bad_request());
    let of_the_same_name = signed(
        &stage,
        &prover,
        &[named[0].clone(), ("binding_message", json!("other"))],
    );
    assert_eq!(
        ask(&stage, &prover, &of_the_same_name).await.error(),
        bad_request()
    );
}

#[tokio::test]
async fn nothing_of_a_signed_request_stands_outside_and_nothing_unsigned_is_asked() {
    let (mut stage, prover) = stage().await;
    for name in [
        "scope",
        "client_notification_token",
        "acr_values",
        "login_hint_token",
        "id_token_hint",
        "login_hint",
        "binding_message",
        "user_code",
        "requested_expiry",
        "resource",
        "authorization_details",
    ] {
        let object = signed(&stage, &prover, &[]);
        let fields = [("request", object.as_str()), (name, "x")];
        let answer = prover.post(&stage, ENDPOINT, &fields).await;
        assert_eq!(answer.error(), bad_request(), "{name}");
    }
    let plain = [("scope", "openid f:read"), ("login_hint", "ada")];
    let answer = prover.post(&stage, ENDPOINT, &plain).await;
    assert_eq!(answer.error(), bad_request());
    // Who has not said so signs nothing.
    let other = Prover::new("other", Algorithm::Es256);
    let client = asking(&stage, &other);
    stage.register(client).await;
    let object = signed(&stage, &other, &[("iss", json!("other"))]);
    assert_eq!(ask(&stage, &other, &object).await.error(), bad_request());
    assert_eq!(other.post(&stage, ENDPOINT, &plain).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_algorithm_is_registered_with_a_key_for_it_and_by_the_rules_of_the_profile() {
    let (stage, _) = stage().await;
    let member = "backchannel_authentication_request_signing_alg";
    let prover = Prover::new("late", Algorithm::Es256);
    let weak = Prover::new("late", Algorithm::Rs256);
    let without_key = NewClient {
        settings: signing(Algorithm::Ps256),
        ..asking(&stage, &prover)
    };
    let fapi = ClientSettings {
        profile: ClientProfile::Fapi2Security,
        ..signing(Algorithm::Rs256)
    };
    let too_weak = NewClient {
        settings: fapi,
        ..asking(&stage, &weak)
    };
    for (new, field) in [(without_key, member), (too_weak, "jwks")] {
        let refused = client::create(&mut stage.op(), new).await.unwrap_err();
        assert_eq!(refused.field(), Some(field));
    }
    let metadata = stage.get("/.well-known/openid-configuration", "").await.json();
    let supported = metadata["backchannel_authentication_request_signing_alg_values_supported"].clone();
    assert_eq!(supported, metadata["request_object_signing_alg_values_supported"]);
    assert!(!supported.to_string().contains("HS256") && !supported.to_string().contains("none"));
}
