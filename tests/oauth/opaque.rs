//! Opaque access tokens, for applications that want them.

use std::time::Duration;

use doorward::access::{self, AccessError};
use doorward::domain::TokenFormat;
use doorward::storage::Sql;
use http::StatusCode;

use super::exchange::{self, ACCESS_TOKEN, JWT, exchange, of_ada};
use super::stage::{AUDIENCE, Answer, ISSUER, Stage};

const CREDENTIALS: [(&str, &str); 1] = [("grant_type", "client_credentials")];

async fn choose(stage: &Stage, format: TokenFormat) {
    let mut op = stage.op();
    access::set_token_format(&mut op, stage.organisation, stage.application, format)
        .await
        .unwrap();
    op.commit().await.unwrap();
}

/// A stage whose application has opaque tokens.
async fn stage() -> Stage {
    let mut stage = Stage::new().await;
    choose(&stage, TokenFormat::Opaque).await;
    stage.register_robot("robot").await;
    stage
}

async fn tokens(stage: &Stage, scope: &str) -> Answer {
    let code = stage.code(&[("scope", Some(scope))]).await;
    stage.redeem("desk", &code).await
}

async fn kept(stage: &Stage) -> Vec<String> {
    const KEPT: Sql = Sql::new("SELECT claims FROM opaque_token ORDER BY expires_at");
    let mut tx = stage.bare.house.storage.read().await.unwrap();
    tx.query(KEPT).all(|row| row.get("claims")).await.unwrap()
}

#[tokio::test]
async fn an_opaque_token_says_nothing_and_is_understood_everywhere() {
    let stage = stage().await;
    let tokens = tokens(&stage, "openid profile f:read").await;
    let token = tokens.text("access_token");
    assert!(token.starts_with("dwa_"), "{token}");
    assert_eq!(token.len(), 47);
    assert!(!token.contains('.'));
    assert_eq!(tokens.text("token_type"), "Bearer");
    let about = stage.userinfo(&token).await;
    assert_eq!(about.status, StatusCode::OK, "{about:?}");
    assert_eq!(about.json()["sub"], stage.ada.to_string());
    let told = stage.introspect("desk", &token).await;
    assert_eq!(told["active"], true);
    assert_eq!(told["iss"], ISSUER);
    assert_eq!(told["aud"], AUDIENCE);
    assert_eq!(told["scope"], "f:read openid profile");
    assert_eq!(told["roles"], serde_json::json!(["analyst"]));
    assert_eq!(told["username"], "ada");
    assert!(told["sid"].is_string() && told["jti"].is_string());
    let kept = kept(&stage).await;
    assert_eq!(kept.len(), 1);
    assert!(!kept[0].contains(&token[4..]), "the token itself is not kept");
}

#[tokio::test]
async fn all_grants_give_tokens_of_the_applications_form() {
    let stage = stage().await;
    let tokens = tokens(&stage, "openid f:read").await;
    let refreshed = stage.refresh("desk", &tokens.text("refresh_token")).await;
    let of_robot = stage.token("robot", &CREDENTIALS).await;
    assert_ne!(tokens.text("access_token"), refreshed.text("access_token"));
    for (client, answer) in [("desk", &tokens), ("desk", &refreshed), ("robot", &of_robot)] {
        let token = answer.text("access_token");
        assert!(token.starts_with("dwa_"), "{client}");
        assert_eq!(stage.introspect(client, &token).await["active"], true, "{client}");
    }
    assert_eq!(kept(&stage).await.len(), 3);
    choose(&stage, TokenFormat::Jwt).await;
    let signed = stage.token("robot", &CREDENTIALS).await.text("access_token");
    assert_eq!(signed.split('.').count(), 3);
    // Those that were given out live to their end.
    let told = stage.introspect("robot", &of_robot.text("access_token")).await;
    assert_eq!(told["active"], true);
    assert_eq!(stage.bare.events("application.changed").await.len(), 2);
}

#[tokio::test]
async fn an_exchanged_token_is_called_what_it_is() {
    let stage = exchange::stage().await;
    choose(&stage, TokenFormat::Opaque).await;
    let subject = of_ada(&stage).await.text("access_token");
    let subject = ("subject_token", subject.as_str());
    for fields in [&[subject][..], &[subject, ("requested_token_type", ACCESS_TOKEN)]] {
        let answer = exchange(&stage, "gateway", fields).await;
        assert_eq!(answer.text("issued_token_type"), ACCESS_TOKEN, "{answer:?}");
        assert!(answer.text("access_token").starts_with("dwa_"));
    }
    let before = kept(&stage).await.len();
    let as_jwt = ("requested_token_type", JWT);
    let refused = exchange(&stage, "gateway", &[subject, as_jwt]).await;
    assert_eq!(refused.error(), (400, "invalid_request".to_owned()));
    assert!(
        refused.text("error_description").contains("opaque"),
        "{refused:?}"
    );
    assert_eq!(kept(&stage).await.len(), before);
    // The endpoints of this server have their own form, whatever the application has chosen.
    let here = [subject, as_jwt, ("resource", ISSUER)];
    let answer = exchange(&stage, "gateway", &here).await;
    assert_eq!(answer.text("issued_token_type"), JWT, "{answer:?}");
    assert_eq!(answer.text("access_token").split('.').count(), 3);
}

#[tokio::test]
async fn a_refused_request_keeps_no_token() {
    let stage = stage().await;
    let refused = stage
        .token("robot", &[CREDENTIALS[0], ("scope", "f:export")])
        .await;
    assert_eq!(refused.error(), (400, "invalid_scope".to_owned()));
    let code = stage.code(&[]).await;
    stage.redeem("desk", &code).await;
    let again = stage.redeem("desk", &code).await;
    assert_eq!(again.error(), (400, "invalid_grant".to_owned()));
    assert_eq!(kept(&stage).await.len(), 1);
}

#[tokio::test]
async fn an_opaque_token_is_revoked_with_its_family_or_alone() {
    let stage = stage().await;
    let tokens = tokens(&stage, "openid").await;
    let access = tokens.text("access_token");
    assert_eq!(stage.userinfo(&access).await.status, StatusCode::OK);
    assert_eq!(stage.revoke("desk", &access).await.status, StatusCode::OK);
    assert_eq!(stage.userinfo(&access).await.status, StatusCode::UNAUTHORIZED);
    let refused = stage.refresh("desk", &tokens.text("refresh_token")).await;
    assert_eq!(refused.error(), (400, "invalid_grant".to_owned()));

    let one = stage.token("robot", &CREDENTIALS).await.text("access_token");
    let other = stage.token("robot", &CREDENTIALS).await.text("access_token");
    assert_eq!(stage.introspect("robot", &one).await["active"], true);
    assert_eq!(stage.revoke("robot", &one).await.status, StatusCode::OK);
    assert_eq!(stage.introspect("robot", &one).await["active"], false);
    assert_eq!(stage.introspect("robot", &other).await["active"], true);
}

#[tokio::test]
async fn an_opaque_token_expires_and_is_swept() {
    let stage = stage().await;
    let token = stage.token("robot", &CREDENTIALS).await.text("access_token");
    stage.advance(Duration::from_secs(299));
    assert_eq!(stage.introspect("robot", &token).await["active"], true);
    stage.advance(Duration::from_secs(1));
    assert_eq!(stage.introspect("robot", &token).await["active"], false);
    stage.advance(Duration::from_secs(1));
    let mut op = stage.op();
    assert_eq!(doorward::oauth::sweep(&mut op).await.unwrap(), 1);
    op.commit().await.unwrap();
    assert!(kept(&stage).await.is_empty());
    assert_eq!(stage.introspect("robot", &token).await["active"], false);
}

#[tokio::test]
async fn a_text_of_that_look_that_was_never_given_out_opens_nothing() {
    let stage = stage().await;
    let token = tokens(&stage, "openid").await.text("access_token");
    let flipped = if token.ends_with('A') { "B" } else { "A" };
    let near = format!("{}{flipped}", &token[..token.len() - 1]);
    for text in ["dwa_", "dwa_x", &near, &token.to_uppercase()] {
        assert_eq!(
            stage.userinfo(text).await.status,
            StatusCode::UNAUTHORIZED,
            "{text}"
        );
        assert_eq!(stage.introspect("desk", text).await["active"], false, "{text}");
    }
}

#[tokio::test]
async fn the_form_is_chosen_by_the_applications_own_organisation() {
    let stage = stage().await;
    let stranger = stage.stranger().await;
    let mut op = stage.op();
    let stranger = doorward::person::find(&mut op, stranger).await.unwrap().unwrap();
    let foreign = (stranger.organisation_id, stage.application, TokenFormat::Jwt);
    let refused = access::set_token_format(&mut op, foreign.0, foreign.1, foreign.2).await;
    assert!(matches!(refused, Err(AccessError::ApplicationUnknown)));
}
