//! The `claims` parameter and its kin: claims by name, a subject, classes of authentication, ages.

use std::time::Duration;

use doorward::client::{ClientSettings, NewClient};
use serde_json::json;

use super::stage::{Answer, CALLBACK, Stage, claims, new_client, scopes};

async fn ask(stage: &Stage, changes: &[(&str, Option<&str>)]) -> Answer {
    let (_, cookie) = stage.signed_in(stage.ada).await;
    stage.get(&Stage::request(changes), &cookie).await
}

#[tokio::test]
async fn claims_can_be_asked_for_by_name_and_place() {
    let stage = Stage::new().await;
    let asked = json!({
        "id_token": { "email": null, "auth_time": { "essential": true }, "unknown": { "value": 1 } },
        "userinfo": { "given_name": { "essential": true }, "https://other.test/claim": null },
        "other": 1
    })
    .to_string();
    let changes = [
        ("claims", Some(asked.as_str())),
        ("scope", Some("openid offline_access")),
    ];
    let answer = ask(&stage, &changes).await;
    let first = stage.redeem("desk", &answer.parameter("code").unwrap()).await;
    let refreshed = stage.refresh("desk", &first.text("refresh_token")).await;
    for tokens in [first, refreshed] {
        let token = claims(&tokens.text("id_token"));
        assert_eq!(token["email"], "ada@example.test");
        assert_eq!(token.get("given_name"), None);
        assert_eq!(token.get("email_verified"), None);
        let told = stage.userinfo(&tokens.text("access_token")).await.json();
        assert_eq!(told["given_name"], "ada");
        assert_eq!(told.get("email"), None);
    }
}

#[tokio::test]
async fn a_claim_of_a_scope_that_the_client_may_not_have_is_not_given() {
    let mut stage = Stage::new().await;
    let narrow = NewClient {
        scopes: scopes("openid f:read"),
        ..new_client(&stage, "narrow")
    };
    stage.register(narrow).await;
    let asked = r#"{"id_token":{"email":{"essential":true}},"userinfo":{"email":null}}"#;
    let changes = [("claims", Some(asked)), ("client_id", Some("narrow"))];
    let answer = ask(&stage, &changes).await;
    let tokens = stage.redeem("narrow", &answer.parameter("code").unwrap()).await;
    assert_eq!(claims(&tokens.text("id_token")).get("email"), None);
    let told = stage.userinfo(&tokens.text("access_token")).await.json();
    assert_eq!(told.get("email"), None);
}

#[tokio::test]
async fn whoever_is_asked_for_consent_sees_the_claims_by_name_too() {
    let mut stage = Stage::new().await;
    let careful = NewClient {
        consent_required: true,
        ..new_client(&stage, "careful")
    };
    stage.register(careful).await;
    let asked = r#"{"userinfo":{"email":null}}"#;
    let changes = [("claims", Some(asked)), ("client_id", Some("careful"))];
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let answer = stage.get(&Stage::request(&changes), &cookie).await;
    let cookies = format!("{}; {cookie}", answer.cookies());
    let page = stage.get(answer.location(), &cookies).await;
    assert!(page.body.contains("See your e-mail address"), "{}", page.body);
}

#[tokio::test]
async fn a_malformed_wish_is_refused() {
    let stage = Stage::new().await;
    let long = format!("{{\"userinfo\":{{\"{}\":null}}}}", "a".repeat(5_000));
    for text in [
        "x",
        "[]",
        "null",
        r#"{"userinfo":1}"#,
        r#"{"id_token":[]}"#,
        r#"{"id_token":{"name":true}}"#,
        r#"{"id_token":{"name":{"essential":"yes"}}}"#,
        r#"{"id_token":{"name":{"values":"x"}}}"#,
        r#"{"id_token":{"sub":{"value":1}}}"#,
        r#"{"id_token":{"sub":{"values":["a","b"]}}}"#,
        long.as_str(),
    ] {
        let answer = ask(&stage, &[("claims", Some(text))]).await;
        let told = answer.parameter("error");
        assert_eq!(told.as_deref(), Some("invalid_request"), "{text}");
    }
}

#[tokio::test]
async fn a_request_for_one_subject_is_for_nobody_else() {
    let stage = Stage::new().await;
    let of = |sub: &str| json!({ "id_token": { "sub": { "value": sub } } }).to_string();
    let stranger = stage.stranger().await.to_string();
    let (hers, others, nobodys) = (of(&stage.ada.to_string()), of(&stranger), of("nobody"));
    let answer = ask(&stage, &[("claims", Some(&hers)), ("prompt", Some("none"))]).await;
    assert!(answer.parameter("code").is_some());
    let answer = ask(&stage, &[("claims", Some(&others)), ("prompt", Some("none"))]).await;
    assert_eq!(answer.parameter("error").as_deref(), Some("login_required"));
    let answer = ask(&stage, &[("claims", Some(&others))]).await;
    assert!(answer.location().starts_with("/signin/"), "{answer:?}");
    let answer = ask(&stage, &[("claims", Some(&nobodys))]).await;
    assert_eq!(answer.parameter("error").as_deref(), Some("login_required"));
}

#[tokio::test]
async fn a_class_that_is_essential_is_reached_or_refused() {
    let stage = Stage::new().await;
    let essential = |values: &[&str]| {
        json!({ "id_token": { "acr": { "essential": true, "values": values } } }).to_string()
    };
    let (one, two) = ("urn:doorward:acr:1", "urn:doorward:acr:2");
    let answer = ask(&stage, &[("claims", Some(&essential(&[one])))]).await;
    assert!(answer.location().starts_with(CALLBACK));
    assert!(answer.parameter("code").is_some());
    let answer = ask(&stage, &[("claims", Some(&essential(&["x", two])))]).await;
    assert!(answer.location().starts_with("/signin/"), "{answer:?}");
    let unmet = essential(&["urn:unknown"]);
    let answer = ask(&stage, &[("claims", Some(&unmet))]).await;
    let told = answer.parameter("error");
    assert_eq!(told.as_deref(), Some("unmet_authentication_requirements"));
    // A wish that is voluntary is passed over.
    let voluntary = r#"{"id_token":{"acr":{"value":"urn:unknown"}}}"#;
    let answer = ask(&stage, &[("claims", Some(voluntary))]).await;
    assert!(answer.parameter("code").is_some());
    let silent = essential(&[two]);
    let answer = ask(&stage, &[("claims", Some(&silent)), ("prompt", Some("none"))]).await;
    let told = answer.parameter("error");
    assert_eq!(told.as_deref(), Some("interaction_required"));
}

#[tokio::test]
async fn a_registration_can_say_what_requests_leave_open() {
    let mut stage = Stage::new().await;
    let strict = NewClient {
        settings: ClientSettings {
            default_max_age: Some(60),
            default_acr_values: vec!["urn:unknown".to_owned(), "urn:doorward:acr:1".to_owned()],
            require_auth_time: true,
            ..ClientSettings::default()
        },
        ..new_client(&stage, "strict")
    };
    let second = NewClient {
        settings: ClientSettings {
            default_acr_values: vec!["urn:doorward:acr:2".to_owned()],
            ..ClientSettings::default()
        },
        ..new_client(&stage, "second")
    };
    stage.register(strict).await;
    stage.register(second).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    stage.advance(Duration::from_secs(61));
    for (client, change, enough) in [
        ("strict", ("max_age", None), false),
        ("strict", ("max_age", Some("100")), true),
        ("second", ("acr_values", None), false),
        ("second", ("acr_values", Some("urn:doorward:acr:1")), true),
    ] {
        let path = Stage::request(&[("client_id", Some(client)), change]);
        let answer = stage.get(&path, &cookie).await;
        assert_eq!(
            answer.location().starts_with(CALLBACK),
            enough,
            "{client} {change:?}"
        );
    }
}

#[tokio::test]
async fn the_next_page_speaks_the_language_that_was_asked_for() {
    let stage = Stage::new().await;
    let changes = [("ui_locales", Some("fr de")), ("display", Some("popup"))];
    let answer = stage.get(&Stage::request(&changes), "").await;
    assert!(answer.location().ends_with("?ui_locales=de"), "{answer:?}");
    let unknown = stage
        .get(&Stage::request(&[("ui_locales", Some("fr"))]), "")
        .await;
    assert!(!unknown.location().contains("ui_locales"), "{unknown:?}");
}
