//! PKCE: required of everybody, but for clients that an administrator has let off it.

use doorward::client::{ClientSettings, NewClient, Policy};
use doorward::domain::{ClientAuthMethod, ClientProfile};
use doorward::jose::{Algorithm, JwkSet, SigningKey};
use serde_json::{Value, json};

use super::registration::{own, plain, policy, register, send, stage, token, token_of};
use super::stage::{Answer, CALLBACK, Stage, VERIFIER, new_client, scopes};

const WITHOUT: [(&str, Option<&str>); 2] = [("code_challenge", None), ("code_challenge_method", None)];

/// A stage with a client that is let off PKCE.
async fn with_old() -> Stage {
    let mut stage = Stage::new().await;
    let old = NewClient {
        settings: ClientSettings {
            require_pkce: Some(false),
            ..ClientSettings::default()
        },
        ..new_client(&stage, "old")
    };
    stage.register(old).await;
    stage
}

/// A request without PKCE, further changed.
fn without<'a>(client: &'a str, changes: &[(&'a str, Option<&'a str>)]) -> Vec<(&'a str, Option<&'a str>)> {
    let mut all = vec![("client_id", Some(client))];
    all.extend(WITHOUT);
    all.extend_from_slice(changes);
    all
}

async fn asked(stage: &Stage, changes: &[(&str, Option<&str>)]) -> Answer {
    let (_, cookie) = stage.signed_in(stage.ada).await;
    stage.get(&Stage::request(changes), &cookie).await
}

async fn redeem(stage: &Stage, client: &str, code: &str, verifier: Option<&str>) -> Answer {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
    ];
    fields.extend(verifier.map(|verifier| ("code_verifier", verifier)));
    stage.token(client, &fields).await
}

fn refused(answer: &Answer, description: &str) {
    assert_eq!(answer.parameter("error").as_deref(), Some("invalid_request"));
    let told = answer.parameter("error_description").unwrap();
    assert!(told.contains(description), "{told}");
    assert_eq!(answer.parameter("code"), None);
}

#[tokio::test]
async fn a_client_that_is_let_off_gets_tokens_by_its_nonce() {
    let stage = with_old().await;
    let code = asked(&stage, &without("old", &[])).await;
    let code = code.parameter("code").unwrap();
    let tokens = redeem(&stage, "old", &code, None).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    let pushed = stage.push("old", &WITHOUT).await;
    assert_eq!(pushed.status, 201, "{pushed:?}");
}

#[tokio::test]
async fn without_pkce_a_request_has_openid_and_a_nonce() {
    let stage = with_old().await;
    let needed = "the scope openid and a nonce are needed";
    for change in [("nonce", None), ("nonce", Some("")), ("scope", Some("f:read"))] {
        let answer = asked(&stage, &without("old", &[change])).await;
        refused(&answer, needed);
        let pushed = stage.push("old", &without("old", &[change])).await;
        assert_eq!(pushed.error(), (400, "invalid_request".to_owned()), "{change:?}");
    }
    let method = ("code_challenge_method", Some("S256"));
    refused(
        &asked(&stage, &without("old", &[method])).await,
        "code_challenge is missing",
    );
    let plain = [
        ("client_id", Some("old")),
        ("code_challenge_method", Some("plain")),
    ];
    refused(&asked(&stage, &plain).await, "S256");
    // Whoever is not let off is refused as ever.
    let answer = asked(&stage, &without("desk", &[])).await;
    refused(&answer, "code_challenge is missing");
}

#[tokio::test]
async fn a_challenge_that_was_sent_is_held() {
    let stage = with_old().await;
    let with = [("client_id", Some("old"))];
    let wrong = VERIFIER.replace('d', "e");
    for (verifier, expected) in [
        (Some(VERIFIER), None),
        (Some(wrong.as_str()), Some("invalid_grant")),
        (None, Some("invalid_request")),
    ] {
        let code = asked(&stage, &with).await.parameter("code").unwrap();
        let answer = redeem(&stage, "old", &code, verifier).await;
        match expected {
            None => assert_eq!(answer.status, 200, "{answer:?}"),
            Some(error) => assert_eq!(answer.error(), (400, error.to_owned())),
        }
    }
}

#[tokio::test]
async fn a_verifier_for_a_code_without_challenge_is_refused() {
    let stage = with_old().await;
    let code = asked(&stage, &without("old", &[]))
        .await
        .parameter("code")
        .unwrap();
    let answer = redeem(&stage, "old", &code, Some(VERIFIER)).await;
    assert_eq!(
        answer.error(),
        (400, "invalid_grant".to_owned()),
        "RFC 9700 section 4.8.2"
    );
    let again = redeem(&stage, "old", &code, None).await;
    assert_eq!(again.error(), (400, "invalid_grant".to_owned()), "it is spent");
}

#[tokio::test]
async fn only_clients_that_authenticate_under_the_baseline_are_let_off() {
    let stage = Stage::new().await;
    let settings = |profile| ClientSettings {
        require_pkce: Some(false),
        profile,
        ..ClientSettings::default()
    };
    let public = NewClient {
        auth_method: ClientAuthMethod::None,
        settings: settings(ClientProfile::Baseline),
        ..new_client(&stage, "page")
    };
    let fapi = NewClient {
        auth_method: ClientAuthMethod::PrivateKeyJwt,
        jwks: Some(JwkSet {
            keys: vec![SigningKey::generate(Algorithm::Es256).unwrap().public_jwk()],
        }),
        settings: settings(ClientProfile::Fapi2Security),
        ..new_client(&stage, "bank")
    };
    for new in [public, fapi] {
        let error = doorward::client::create(&mut stage.op(), new).await.unwrap_err();
        assert_eq!(error.field(), Some("require_pkce"), "{error}");
    }
}

/// What a client is told of `require_pkce` when it registers.
async fn told(stage: &Stage, token: &str, more: Value) -> Value {
    let mut body = plain();
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let answer = register(stage, token, &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["require_pkce"].clone()
}

#[tokio::test]
async fn a_policy_lets_its_clients_off_unless_they_ask_to_be_held() {
    let stage = stage().await;
    let lax = Policy {
        without_pkce: true,
        ..policy(&stage)
    };
    let lax = token_of(&stage, None, lax).await;
    let public = json!({ "token_endpoint_auth_method": "none" });
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let fapi = json!({
        "profile": "fapi2-security", "token_endpoint_auth_method": "private_key_jwt",
        "jwks": { "keys": [key.public_jwk()] },
    });
    assert_eq!(told(&stage, &lax, json!({})).await, json!(false));
    assert_eq!(
        told(&stage, &lax, json!({ "require_pkce": true })).await,
        json!(true)
    );
    assert_eq!(
        told(&stage, &lax, public.clone()).await,
        Value::Null,
        "it is held to PKCE"
    );
    assert_eq!(
        told(&stage, &lax, fapi.clone()).await,
        Value::Null,
        "it is held to PKCE"
    );
    for mut asked in [public, fapi] {
        asked["require_pkce"] = json!(false);
        asked["redirect_uris"] = json!([CALLBACK]);
        let refused = register(&stage, &lax, &asked).await;
        assert_eq!(refused.error(), (400, "invalid_client_metadata".to_owned()));
        assert!(refused.text("error_description").contains("require_pkce"));
    }
    let strict = token(&stage).await;
    let mut asked = plain();
    asked["require_pkce"] = json!(false);
    let refused = register(&stage, &strict, &asked).await;
    assert_eq!(refused.error(), (400, "invalid_client_metadata".to_owned()));
    assert_eq!(told(&stage, &strict, json!({})).await, Value::Null);
}

#[tokio::test]
async fn a_client_that_changes_itself_stays_within_its_policy() {
    let stage = stage().await;
    let strict = register(&stage, &token(&stage).await, &plain()).await;
    let (path, own_token) = own(&strict);
    let mut body = plain();
    body["client_id"] = json!(strict.text("client_id"));
    body["require_pkce"] = json!(false);
    let refused = send(&stage, http::Method::PUT, &path, Some(&own_token), Some(&body)).await;
    assert_eq!(refused.error(), (400, "invalid_client_metadata".to_owned()));
    let lax = Policy {
        without_pkce: true,
        ..policy(&stage)
    };
    let lax = register(&stage, &token_of(&stage, None, lax).await, &plain()).await;
    let (path, own_token) = own(&lax);
    body["client_id"] = json!(lax.text("client_id"));
    body["token_endpoint_auth_method"] = json!("none");
    let refused = send(&stage, http::Method::PUT, &path, Some(&own_token), Some(&body)).await;
    assert_eq!(refused.error(), (400, "invalid_client_metadata".to_owned()));
    body["require_pkce"] = Value::Null;
    let changed = send(&stage, http::Method::PUT, &path, Some(&own_token), Some(&body)).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(changed.json()["require_pkce"], Value::Null);
}

#[tokio::test]
async fn the_scope_that_brings_the_nonce_back_must_be_the_clients() {
    let mut stage = with_old().await;
    let bare = NewClient {
        settings: ClientSettings {
            require_pkce: Some(false),
            ..ClientSettings::default()
        },
        scopes: scopes("f:read"),
        ..new_client(&stage, "bare")
    };
    stage.register(bare).await;
    let answer = asked(&stage, &without("bare", &[])).await;
    assert_eq!(
        answer.parameter("error").as_deref(),
        Some("invalid_scope"),
        "{answer:?}"
    );
    // With a challenge it may ask for what it has.
    let answer = asked(&stage, &[("client_id", Some("bare"))]).await;
    assert!(answer.parameter("code").is_some(), "{answer:?}");
}
