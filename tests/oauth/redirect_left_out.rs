//! Authorization requests without `redirect_uri` (RFC 6749 sections 3.1.2.3 and 4.1.3).

use doorward::client::{ClientSettings, NewClient};
use doorward::domain::{ClientProfile, RedirectUri};
use doorward::jose::Algorithm;
use http::StatusCode;
use serde_json::{Value, json};

use super::prover::{Prover, by_uri};
use super::stage::{Answer, CALLBACK, Stage, VERIFIER, encoded, new_client};

/// What makes a request of OAuth alone of the good one, without an address.
const BARE: [(&str, Option<&str>); 2] = [("redirect_uri", None), ("scope", Some("f:read"))];

async fn redeem(stage: &Stage, client: &str, code: &str, redirect_uri: Option<&str>) -> Answer {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("code_verifier", VERIFIER),
    ];
    fields.extend(redirect_uri.map(|uri| ("redirect_uri", uri)));
    stage.token(client, &fields).await
}

/// A client of these addresses, beside the one of the stage.
async fn client_at(stage: &mut Stage, id: &str, addresses: &[&str]) {
    let new = NewClient {
        redirect_uris: addresses
            .iter()
            .map(|uri| RedirectUri::register(uri).unwrap())
            .collect(),
        ..new_client(stage, id)
    };
    stage.register(new).await;
}

/// A page of ours; nothing is redirected.
fn assert_page(answer: &Answer, sentence: &str) {
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{answer:?}");
    assert!(answer.body.contains(sentence), "{}", answer.body);
}

const NOT_SAID: &str = "did not say where";

#[tokio::test]
async fn the_only_address_of_a_client_need_not_be_named() {
    let stage = Stage::new().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    for named_later in [None, Some(CALLBACK)] {
        let answer = stage.get(&Stage::request(&BARE), &cookie).await;
        assert!(answer.location().starts_with(CALLBACK), "{answer:?}");
        assert_eq!(answer.parameter("state").as_deref(), Some("state of a test"));
        let code = answer.parameter("code").unwrap();
        let tokens = redeem(&stage, "desk", &code, named_later).await;
        assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
        assert_eq!(tokens.json()["scope"], "f:read");
    }
    // Errors go there too.
    let unknown = [BARE[0], ("scope", Some("unknown:scope"))];
    let answer = stage.get(&Stage::request(&unknown), &cookie).await;
    assert!(answer.location().starts_with(CALLBACK), "{answer:?}");
    assert_eq!(answer.parameter("error").as_deref(), Some("invalid_scope"));
}

#[tokio::test]
async fn an_address_that_the_token_request_names_is_the_one_that_was_meant() {
    let stage = Stage::new().await;
    let code = stage.code(&BARE).await;
    let other = redeem(&stage, "desk", &code, Some("https://desk.test/other")).await;
    assert_eq!(other.error(), (400, "invalid_grant".to_owned()));
    let spent = redeem(&stage, "desk", &code, None).await;
    assert_eq!(spent.error(), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn an_address_that_was_named_is_named_again() {
    let stage = Stage::new().await;
    let code = stage.code(&[("scope", Some("f:read"))]).await;
    let without = redeem(&stage, "desk", &code, None).await;
    assert_eq!(without.error(), (400, "invalid_request".to_owned()));
    let right = redeem(&stage, "desk", &code, Some(CALLBACK)).await;
    assert_eq!(right.status, StatusCode::OK, "{right:?}");
}

#[tokio::test]
async fn an_openid_request_and_a_client_with_several_addresses_name_it() {
    let mut stage = Stage::new().await;
    client_at(&mut stage, "two", &[CALLBACK, "https://desk.test/second"]).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    for changes in [
        vec![("redirect_uri", None)],
        vec![("redirect_uri", None), ("scope", Some("f:read openid"))],
        vec![BARE[0], BARE[1], ("client_id", Some("two"))],
    ] {
        assert_page(&stage.get(&Stage::request(&changes), &cookie).await, NOT_SAID);
        let client = changes.iter().find(|(name, _)| *name == "client_id");
        let client = client.and_then(|(_, id)| *id).unwrap_or("desk");
        let pushed = stage.push(client, &changes).await;
        assert_eq!(pushed.error(), (400, "invalid_request".to_owned()), "{changes:?}");
    }
    // A second value of a parameter that may be there once only hides nothing.
    let repeated = format!("{}&scope=openid", Stage::request(&BARE));
    assert_page(&stage.get(&repeated, &cookie).await, "Reference:");
}

#[tokio::test]
async fn a_loopback_address_that_is_not_named_is_taken_as_it_is_registered() {
    let mut stage = Stage::new().await;
    client_at(&mut stage, "native", &["http://127.0.0.1:7777/cb"]).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let ask = [BARE[0], BARE[1], ("client_id", Some("native"))];
    let answer = stage.get(&Stage::request(&ask), &cookie).await;
    assert!(
        answer.location().starts_with("http://127.0.0.1:7777/cb?code="),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_pushed_request_may_leave_it_out_too() {
    let stage = Stage::new().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let pushed = stage.push("desk", &BARE).await;
    assert_eq!(pushed.status, StatusCode::CREATED, "{pushed:?}");
    let answer = stage.get(&by_uri("desk", &pushed), &cookie).await;
    let code = answer.parameter("code").unwrap();
    let tokens = redeem(&stage, "desk", &code, None).await;
    assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
}

#[tokio::test]
async fn a_request_object_may_leave_it_out_and_a_bad_one_is_answered_nowhere() {
    let mut stage = Stage::new().await;
    let prover = Prover::new("prover", Algorithm::Es256);
    let client = prover.client(&stage);
    stage.register(client).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let bare = [("redirect_uri", Value::Null), ("scope", json!("f:read"))];
    let object = prover.object(&stage, &bare);
    let query = encoded(&[("client_id", "prover"), ("request", &object)]);
    let answer = stage.get(&format!("/authorize?{query}"), &cookie).await;
    assert!(answer.parameter("code").is_some(), "{answer:?}");
    let openid = prover.object(&stage, &[("redirect_uri", Value::Null)]);
    let expired = prover.object(&stage, &[bare[0].clone(), bare[1].clone(), ("exp", json!(1))]);
    for object in [openid, expired] {
        let query = encoded(&[("client_id", "prover"), ("scope", "f:read"), ("request", &object)]);
        let answer = stage.get(&format!("/authorize?{query}"), &cookie).await;
        assert_page(&answer, "Reference:");
    }
}

#[tokio::test]
async fn a_client_of_fapi_names_it_always() {
    let mut stage = Stage::new().await;
    let prover = Prover::new("prover", Algorithm::Es256);
    let client = NewClient {
        settings: ClientSettings {
            profile: ClientProfile::Fapi2Security,
            ..ClientSettings::default()
        },
        ..prover.client(&stage)
    };
    stage.register(client).await;
    let refused = prover.push(&stage, &BARE).await;
    assert_eq!(refused.error(), (400, "invalid_request".to_owned()));
    let told = refused.text("error_description");
    assert!(told.contains("'named address'"), "{told}");
    let named = prover.push(&stage, &[BARE[1]]).await;
    assert_eq!(named.status, StatusCode::CREATED, "{named:?}");
}
