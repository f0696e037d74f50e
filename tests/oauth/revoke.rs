//! Token revocation (RFC 7009), and what ends all at once.

use std::time::Duration;

use axum::body::Body;
use doorward::client::{self, NewClient};
use doorward::domain::{Actor, ClientAuthMethod, ClientId};
use doorward::oauth::revocation;
use doorward::person;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, StatusCode};

use super::stage::{Answer, CALLBACK, Stage, VERIFIER, new_client};

const CREDENTIALS: [(&str, &str); 1] = [("grant_type", "client_credentials")];

async fn tokens(stage: &Stage, scope: &str) -> Answer {
    let code = stage.code(&[("scope", Some(scope))]).await;
    stage.redeem("desk", &code).await
}

async fn robot_token(stage: &Stage, client: &str) -> String {
    stage.token(client, &CREDENTIALS).await.text("access_token")
}

async fn is_active(stage: &Stage, client: &str, token: &str) -> bool {
    stage.introspect(client, token).await["active"] == true
}

#[tokio::test]
async fn a_refresh_token_ends_with_all_that_grew_out_of_it() {
    let stage = Stage::new().await;
    let tokens = tokens(&stage, "openid f:read").await;
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    assert_eq!(stage.userinfo(&access).await.status, StatusCode::OK);
    assert!(is_active(&stage, "desk", &access).await);
    assert!(is_active(&stage, "desk", &refresh).await);
    for _ in 0..2 {
        let answer = stage.revoke("desk", &refresh).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.body, "");
    }
    assert_eq!(stage.userinfo(&access).await.status, StatusCode::UNAUTHORIZED);
    assert!(!is_active(&stage, "desk", &access).await);
    assert!(!is_active(&stage, "desk", &refresh).await);
    let refused = stage.refresh("desk", &refresh).await;
    assert_eq!(refused.error(), (400, "invalid_grant".to_owned()));
    let events = stage.bare.events("oauth.token.revoked").await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0]["outcome"], "success");
    assert_eq!(events[0]["on_behalf_of"], stage.ada.to_string());
    assert_eq!(events[0]["actor"]["id"], "desk");
}

#[tokio::test]
async fn an_access_token_takes_its_refresh_token_with_it() {
    let stage = Stage::new().await;
    let tokens = tokens(&stage, "openid f:read").await;
    let access = tokens.text("access_token");
    assert_eq!(stage.revoke("desk", &access).await.status, StatusCode::OK);
    assert_eq!(stage.userinfo(&access).await.status, StatusCode::UNAUTHORIZED);
    let refused = stage.refresh("desk", &tokens.text("refresh_token")).await;
    assert_eq!(refused.error(), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn a_refresh_token_that_was_used_before_ends_its_family_too() {
    let stage = Stage::new().await;
    let first = tokens(&stage, "openid").await;
    let second = stage.refresh("desk", &first.text("refresh_token")).await;
    let revoked = stage.revoke("desk", &first.text("refresh_token")).await;
    assert_eq!(revoked.status, StatusCode::OK);
    let refused = stage.refresh("desk", &second.text("refresh_token")).await;
    assert_eq!(refused.error(), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn a_token_of_a_machine_ends_alone_and_is_listed_until_it_expires() {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    let (one, other) = (
        robot_token(&stage, "robot").await,
        robot_token(&stage, "robot").await,
    );
    assert!(is_active(&stage, "robot", &one).await);
    for _ in 0..2 {
        assert_eq!(stage.revoke("robot", &one).await.status, StatusCode::OK);
    }
    assert!(!is_active(&stage, "robot", &one).await);
    assert!(is_active(&stage, "robot", &other).await);
    let events = stage.bare.events("oauth.token.revoked").await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0]["target"]["type"], "token");
    let swept = async || {
        let mut op = stage.op();
        let swept = doorward::oauth::sweep(&mut op).await.unwrap();
        op.commit().await.unwrap();
        swept
    };
    assert_eq!(swept().await, 0);
    stage.advance(Duration::from_secs(299));
    assert!(!is_active(&stage, "robot", &one).await);
    stage.advance(Duration::from_secs(2));
    assert_eq!(swept().await, 1);
    assert!(!is_active(&stage, "robot", &one).await);
}

#[tokio::test]
async fn a_hint_of_the_type_is_no_more_than_a_hint() {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    for hint in ["refresh_token", "access_token", "id_token", "unheard of", ""] {
        let tokens = tokens(&stage, "openid").await;
        let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
        let of_robot = robot_token(&stage, "robot").await;
        for (client, token) in [("desk", &refresh), ("robot", &of_robot)] {
            let fields = [("token", token.as_str()), ("token_type_hint", hint)];
            let told = stage.ask("/introspect", client, &fields).await.json();
            assert_eq!(told["active"], true, "{client} {hint}");
            let answer = stage.ask("/revoke", client, &fields).await;
            assert_eq!(answer.status, StatusCode::OK, "{client} {hint}");
            assert!(!is_active(&stage, client, token).await, "{client} {hint}");
        }
        assert!(!is_active(&stage, "desk", &access).await, "{hint}");
    }
}

#[tokio::test]
async fn what_was_never_given_out_or_has_expired_is_answered_as_revoked() {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    let expired = robot_token(&stage, "robot").await;
    stage.advance(Duration::from_secs(301));
    let good = robot_token(&stage, "robot").await;
    let forged = format!("{good}x");
    for token in [
        "x",
        "a.b.c",
        "dwr_AAAA",
        "dwa_unknown",
        &expired,
        &forged,
        "\u{fc}\u{20ac}",
    ] {
        let answer = stage.revoke("robot", token).await;
        assert_eq!(answer.status, StatusCode::OK, "{token}");
        assert_eq!(answer.body, "");
    }
    assert!(stage.bare.events("oauth.token.revoked").await.is_empty());
    assert!(is_active(&stage, "robot", &good).await);
}

#[tokio::test]
async fn the_token_of_another_client_stays_and_the_try_is_on_record() {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    stage.register_robot("other").await;
    let tokens = tokens(&stage, "openid").await;
    let of_robot = robot_token(&stage, "robot").await;
    let access = tokens.text("access_token");
    for token in [&access, &tokens.text("refresh_token"), &of_robot] {
        let answer = stage.revoke("other", token).await;
        assert_eq!(answer.error(), (400, "invalid_grant".to_owned()));
    }
    assert_eq!(stage.userinfo(&access).await.status, StatusCode::OK);
    assert!(is_active(&stage, "robot", &of_robot).await);
    let refreshed = stage.refresh("desk", &tokens.text("refresh_token")).await;
    assert_eq!(refreshed.status, StatusCode::OK);
    let events = stage.bare.events("oauth.token.revoked").await;
    assert_eq!(events.len(), 3);
    for event in events {
        assert_eq!(event["outcome"], "refused");
        assert_eq!(event["actor"]["id"], "other");
        assert_eq!(event["reason"], "the token was issued to another client");
    }
}

#[tokio::test]
async fn an_id_token_is_of_no_type_that_can_be_revoked() {
    let stage = Stage::new().await;
    let tokens = tokens(&stage, "openid").await;
    let answer = stage.revoke("desk", &tokens.text("id_token")).await;
    assert_eq!(answer.error(), (400, "unsupported_token_type".to_owned()));
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert!(is_active(&stage, "desk", &tokens.text("access_token")).await);
}

#[tokio::test]
async fn a_request_that_is_no_revocation_is_refused_by_its_name() {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    let token = robot_token(&stage, "robot").await;
    for fields in [
        &[][..],
        &[("token", "")],
        &[("token_type_hint", "access_token")],
        &[("token", token.as_str()), ("token", token.as_str())],
    ] {
        let answer = stage.ask("/revoke", "robot", fields).await;
        assert_eq!(answer.error(), (400, "invalid_request".to_owned()), "{fields:?}");
    }
    let form = "application/x-www-form-urlencoded";
    let anonymous = Request::post("/revoke").header(CONTENT_TYPE, form);
    let body = format!("token={token}");
    let answer = stage.send(anonymous.body(body.clone().into()).unwrap()).await;
    assert_eq!(answer.error(), (401, "invalid_client".to_owned()));
    let wrong = Request::post("/revoke")
        .header(CONTENT_TYPE, form)
        .header(AUTHORIZATION, "Basic cm9ib3Q6d3Jvbmc=");
    let answer = stage.send(wrong.body(body.clone().into()).unwrap()).await;
    assert_eq!(answer.error(), (401, "invalid_client".to_owned()));
    assert!(answer.headers.contains_key("www-authenticate"));
    let json = Request::post("/revoke").header(CONTENT_TYPE, "application/json");
    let answer = stage.send(json.body("{}".into()).unwrap()).await;
    assert_eq!(answer.error(), (415, "invalid_request".to_owned()));
    let get = Request::get(format!("/revoke?{body}"));
    let answer = stage.send(get.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(is_active(&stage, "robot", &token).await);
}

#[tokio::test]
async fn a_public_client_revokes_its_own_by_its_name() {
    let mut stage = Stage::new().await;
    let public = NewClient {
        auth_method: ClientAuthMethod::None,
        ..new_client(&stage, "spa")
    };
    stage.register(public).await;
    let code = stage.code(&[("client_id", Some("spa"))]).await;
    let fields = [
        ("client_id", "spa"),
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let tokens = stage.token("spa", &fields).await;
    let access = tokens.text("access_token");
    assert_eq!(stage.userinfo(&access).await.status, StatusCode::OK);
    let refresh = tokens.text("refresh_token");
    let fields = [("client_id", "spa"), ("token", refresh.as_str())];
    let answer = stage.ask("/revoke", "spa", &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(stage.userinfo(&access).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn all_that_a_person_has_ends_at_once() {
    let stage = Stage::new().await;
    let lasting = tokens(&stage, "openid offline_access").await;
    let pending = stage.code(&[]).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    assert_eq!(
        stage.get("/account/applications", &cookie).await.status,
        StatusCode::OK
    );
    let mut op = stage.op();
    op.actor = Actor::Operator;
    let ada = person::find(&mut op, stage.ada).await.unwrap().unwrap();
    let ending = revocation::end_all_of_person(&mut op, &ada, "a test")
        .await
        .unwrap();
    op.commit().await.unwrap();
    assert_eq!(ending.authorizations, 1);
    assert_eq!(ending.sessions, 3);
    let access = lasting.text("access_token");
    assert_eq!(stage.userinfo(&access).await.status, StatusCode::UNAUTHORIZED);
    assert!(!is_active(&stage, "desk", &access).await);
    assert!(!is_active(&stage, "desk", &lasting.text("refresh_token")).await);
    let refused = stage.refresh("desk", &lasting.text("refresh_token")).await;
    assert_eq!(refused.error(), (400, "invalid_grant".to_owned()));
    let refused = stage.redeem("desk", &pending).await;
    assert_eq!(refused.error(), (400, "invalid_grant".to_owned()));
    let again = stage.get("/account/applications", &cookie).await;
    assert!(again.location().starts_with("/signin/"), "{again:?}");
    let events = stage.bare.events("oauth.person.revoked").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["details"]["sessions"], 3);
    let anew = tokens(&stage, "openid").await.text("access_token");
    assert_eq!(stage.userinfo(&anew).await.status, StatusCode::OK);
}

#[tokio::test]
async fn all_of_a_client_ends_at_once_and_nothing_of_others() {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    stage.register_robot("other").await;
    let tokens = tokens(&stage, "openid").await;
    let pending = stage.code(&[]).await;
    let of_robot = robot_token(&stage, "robot").await;
    let of_other = robot_token(&stage, "other").await;
    assert!(is_active(&stage, "robot", &of_robot).await);
    assert!(is_active(&stage, "other", &of_other).await);
    for (id, authorizations) in [("desk", 1), ("robot", 0)] {
        let mut op = stage.op();
        op.actor = Actor::Operator;
        let id = ClientId::parse(id).unwrap();
        let client = client::find(&mut op, &id).await.unwrap().unwrap();
        let ended = revocation::end_all_of_client(&mut op, &client, "a test").await;
        assert_eq!(ended.unwrap(), authorizations);
        op.commit().await.unwrap();
    }
    let access = tokens.text("access_token");
    assert_eq!(stage.userinfo(&access).await.status, StatusCode::UNAUTHORIZED);
    let refused = stage.refresh("desk", &tokens.text("refresh_token")).await;
    assert_eq!(refused.error(), (400, "invalid_grant".to_owned()));
    let refused = stage.redeem("desk", &pending).await;
    assert_eq!(refused.error(), (400, "invalid_grant".to_owned()));
    assert!(!is_active(&stage, "robot", &of_robot).await);
    assert!(is_active(&stage, "other", &of_other).await);
    assert_eq!(stage.bare.events("oauth.client.revoked").await.len(), 2);
    stage.advance(Duration::from_millis(2));
    let anew = robot_token(&stage, "robot").await;
    assert!(is_active(&stage, "robot", &anew).await);
}
