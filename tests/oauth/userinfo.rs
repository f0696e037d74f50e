//! The userinfo endpoint.

use axum::body::Body;
use data_encoding::BASE64URL_NOPAD as URL;
use doorward::domain::Actor;
use doorward::keys;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, StatusCode};

use super::stage::{Stage, encoded};

async fn access_token(stage: &Stage, scope: &str) -> String {
    let code = stage.code(&[("scope", Some(scope))]).await;
    stage.redeem("desk", &code).await.text("access_token")
}

fn challenge(answer: &super::stage::Answer) -> &str {
    answer.headers["www-authenticate"].to_str().unwrap()
}

#[tokio::test]
async fn scopes_decide_which_claims_are_told() {
    let stage = Stage::new().await;
    let by_rule = serde_json::json!({
        "sub": stage.ada.to_string(), "roles": ["analyst"], "department": "insights"
    });
    let token = access_token(&stage, "openid").await;
    assert_eq!(stage.userinfo(&token).await.json(), by_rule);
    let token = access_token(&stage, "openid profile email").await;
    let told = stage.userinfo(&token).await;
    assert_eq!(told.headers["cache-control"], "no-store");
    let mut whole = by_rule;
    for (name, value) in [
        ("name", serde_json::json!("ada Example")),
        ("given_name", "ada".into()),
        ("family_name", "Example".into()),
        ("preferred_username", "ada".into()),
        ("locale", "en".into()),
        ("updated_at", stage.bare.house.clock.now().as_seconds().into()),
        ("email", "ada@example.test".into()),
        ("email_verified", true.into()),
    ] {
        whole[name] = value;
    }
    assert_eq!(told.json(), whole);
    // Repeated use is answered the same.
    assert_eq!(stage.userinfo(&token).await.json(), whole);
    let post = Request::post("/userinfo").header(AUTHORIZATION, format!("Bearer {token}"));
    assert_eq!(stage.send(post.body(Body::empty()).unwrap()).await.json(), whole);
}

#[tokio::test]
async fn a_bearer_without_a_good_token_is_told_why() {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    let robot = [("grant_type", "client_credentials")];
    let of_robot = stage.token("robot", &robot).await.text("access_token");
    let code = stage.code(&[]).await;
    let tokens = stage.redeem("desk", &code).await;
    let good = tokens.text("access_token");
    let (rest, signature) = good.rsplit_once('.').unwrap();
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    let forged = format!("{rest}.{flipped}{}", &signature[1..]);
    for bad in [
        "x",
        "x.y.z",
        &forged,
        &tokens.text("id_token"),
        &tokens.text("refresh_token"),
        &of_robot,
    ] {
        let answer = stage.userinfo(bad).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{bad}");
        assert!(
            challenge(&answer).contains("error=\"invalid_token\", error_description=\"the token is"),
            "{bad}"
        );
    }
    let nothing = stage.get("/userinfo", "").await;
    assert_eq!(nothing.status, StatusCode::UNAUTHORIZED);
    assert!(!challenge(&nothing).contains("error"));
    for one in nothing.headers.get_all("www-authenticate") {
        assert!(
            one.to_str().unwrap().contains(
                "resource_metadata=\"http://localhost:8080/.well-known/oauth-protected-resource/userinfo\""
            ),
            "{one:?}"
        );
    }
    let malformed = stage.userinfo("a b").await;
    assert_eq!(malformed.status, StatusCode::BAD_REQUEST);
    let without_openid = access_token(&stage, "f:read").await;
    assert_eq!(
        stage.userinfo(&without_openid).await.status,
        StatusCode::UNAUTHORIZED,
        "it is not meant for this endpoint"
    );
}

#[tokio::test]
async fn a_token_may_be_in_a_form_but_not_in_a_query_and_not_twice() {
    let stage = Stage::new().await;
    let token = access_token(&stage, "openid").await;
    let fields = encoded(&[("access_token", &token)]);
    let by_form = || Request::post("/userinfo").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = stage.send(by_form().body(fields.clone().into()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.json()["sub"], stage.ada.to_string());
    let both = by_form().header(AUTHORIZATION, format!("Bearer {token}"));
    let twice = by_form().body(format!("{fields}&{fields}").into()).unwrap();
    for wrong in [both.body(fields.clone().into()).unwrap(), twice] {
        let answer = stage.send(wrong).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(
            challenge(&answer).contains("error=\"invalid_request\""),
            "{answer:?}"
        );
    }
    let wrong = by_form().body("access_token=x".into()).unwrap();
    assert_eq!(stage.send(wrong).await.status, StatusCode::UNAUTHORIZED);
    let nothing = by_form().body(Body::empty()).unwrap();
    assert_eq!(stage.send(nothing).await.status, StatusCode::UNAUTHORIZED);
    let other_type = Request::post("/userinfo").header(CONTENT_TYPE, "application/json");
    let answer = stage.send(other_type.body(fields.clone().into()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let answer = stage.get(&format!("/userinfo?{fields}"), "").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_expired_token_is_refused_also_when_it_was_used_before() {
    let stage = Stage::new().await;
    let token = access_token(&stage, "openid offline_access").await;
    assert_eq!(stage.userinfo(&token).await.status, StatusCode::OK);
    stage.advance(std::time::Duration::from_secs(299));
    assert_eq!(stage.userinfo(&token).await.status, StatusCode::OK);
    stage.advance(std::time::Duration::from_secs(1));
    assert_eq!(stage.userinfo(&token).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_disabled_person_is_told_of_no_more() {
    let stage = Stage::new().await;
    let token = access_token(&stage, "openid").await;
    assert_eq!(stage.userinfo(&token).await.status, StatusCode::OK);
    let mut op = stage.op();
    let subject = doorward::domain::Subject::Person(stage.ada);
    let disabled = doorward::domain::PersonStatus::Disabled;
    doorward::person::set_status(&mut op, stage.organisation, subject, disabled, "a test")
        .await
        .unwrap();
    op.commit().await.unwrap();
    assert_eq!(stage.userinfo(&token).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_revoked_key_ends_tokens_that_were_verified_before() {
    let stage = Stage::new().await;
    let token = access_token(&stage, "openid").await;
    assert_eq!(stage.userinfo(&token).await.status, StatusCode::OK);
    let header = URL.decode(token.split('.').next().unwrap().as_bytes()).unwrap();
    let header: serde_json::Value = serde_json::from_slice(&header).unwrap();

    let replica = stage.bare.replica().await;
    let ahead = stage.bare.house.clock.now().since(replica.house.clock.now());
    replica.house.clock.advance(ahead);
    let id = header["kid"].as_str().unwrap();
    keys::revoke(&replica.house, &Actor::Operator, id).await.unwrap();
    assert_eq!(
        stage.userinfo(&token).await.status,
        StatusCode::OK,
        "the replica is told later, and has not verified it again"
    );
    // What a replica does when it is told, and every minute.
    keys::reload(&stage.bare.house).await.unwrap();
    let refused = stage.userinfo(&token).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(challenge(&refused).contains("invalid_token"));
    let token = access_token(&stage, "openid").await;
    assert_eq!(stage.userinfo(&token).await.status, StatusCode::OK);
}
