//! Refresh tokens: rotation, lost answers, replays, ends.

use std::time::Duration;

use http::StatusCode;

use super::stage::{Answer, Stage, claims, new_client};

async fn first(stage: &Stage, scope: &str) -> Answer {
    let code = stage.code(&[("scope", Some(scope))]).await;
    stage.redeem("desk", &code).await
}

fn refused(answer: &Answer) -> bool {
    answer.error() == (400, "invalid_grant".to_owned())
}

#[tokio::test]
async fn each_refresh_gives_another_token() {
    let stage = Stage::new().await;
    let begun = first(&stage, "openid f:read").await;
    let second = stage.refresh("desk", &begun.text("refresh_token")).await;
    assert_eq!(second.status, StatusCode::OK, "{second:?}");
    assert_ne!(second.text("refresh_token"), begun.text("refresh_token"));
    let (before, after) = (claims(&begun.text("id_token")), claims(&second.text("id_token")));
    assert_eq!(before["sub"], after["sub"]);
    assert_eq!(before["auth_time"], after["auth_time"]);
    assert_eq!(after.get("nonce"), None);
    let third = stage.refresh("desk", &second.text("refresh_token")).await;
    assert_eq!(third.status, StatusCode::OK, "{third:?}");
    let events = stage.bare.events("oauth.token.refreshed").await;
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["details"]["repeated"], false);
}

#[tokio::test]
async fn a_lost_answer_is_given_again_within_the_grace_time() {
    let stage = Stage::new().await;
    let begun = first(&stage, "openid").await.text("refresh_token");
    let lost = stage.refresh("desk", &begun).await.text("refresh_token");
    stage.advance(Duration::from_secs(30));
    let again = stage.refresh("desk", &begun).await;
    assert_eq!(again.text("refresh_token"), lost);
    assert_eq!(stage.refresh("desk", &lost).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_replay_after_the_grace_time_revokes_the_family() {
    let stage = Stage::new().await;
    let begun = first(&stage, "openid").await;
    let next = stage.refresh("desk", &begun.text("refresh_token")).await;
    stage.advance(Duration::from_secs(31));
    assert!(refused(
        &stage.refresh("desk", &begun.text("refresh_token")).await
    ));
    assert!(refused(&stage.refresh("desk", &next.text("refresh_token")).await));
    assert_eq!(
        stage.userinfo(&next.text("access_token")).await.status,
        StatusCode::UNAUTHORIZED
    );
    let revoked = stage.bare.events("oauth.token.revoked").await;
    assert_eq!(revoked[0]["reason"], "a refresh token was used twice");
}

#[tokio::test]
async fn a_predecessor_whose_successor_was_used_revokes_the_family() {
    let stage = Stage::new().await;
    let begun = first(&stage, "openid").await.text("refresh_token");
    let second = stage.refresh("desk", &begun).await.text("refresh_token");
    let third = stage.refresh("desk", &second).await.text("refresh_token");
    assert!(refused(&stage.refresh("desk", &begun).await));
    assert!(refused(&stage.refresh("desk", &third).await));
}

#[tokio::test]
async fn two_refreshes_at_once_get_the_same_successor() {
    let stage = Stage::new().await;
    let begun = first(&stage, "openid").await.text("refresh_token");
    let (one, two) = tokio::join!(stage.refresh("desk", &begun), stage.refresh("desk", &begun));
    assert_eq!(one.status, StatusCode::OK, "{one:?}");
    assert_eq!(one.text("refresh_token"), two.text("refresh_token"));
    let next = stage.refresh("desk", &one.text("refresh_token")).await;
    assert_eq!(next.status, StatusCode::OK, "{next:?}");
}

#[tokio::test]
async fn without_grace_of_two_refreshes_at_once_the_second_revokes_the_family() {
    let stage = Stage::with(|config| config.tokens.refresh_grace = Duration::ZERO).await;
    let begun = first(&stage, "openid").await.text("refresh_token");
    let next = stage.refresh("desk", &begun).await.text("refresh_token");
    stage.advance(Duration::from_millis(1));
    assert!(refused(&stage.refresh("desk", &begun).await));
    assert!(refused(&stage.refresh("desk", &next).await));
}

#[tokio::test]
async fn a_token_shown_by_another_client_revokes_the_family() {
    let mut stage = Stage::new().await;
    let other = new_client(&stage, "other");
    stage.register(other).await;
    let begun = first(&stage, "openid").await.text("refresh_token");
    assert!(refused(&stage.refresh("other", &begun).await));
    assert!(refused(&stage.refresh("desk", &begun).await));
}

#[tokio::test]
async fn a_token_that_was_never_given_out_is_refused() {
    let stage = Stage::new().await;
    let begun = first(&stage, "openid").await.text("refresh_token");
    let long = format!("dwr_{}", "A".repeat(5_000));
    for hostile in [
        "x",
        "dwr_",
        &begun[..begun.len() - 1],
        &format!("{begun}A"),
        &long,
    ] {
        assert!(refused(&stage.refresh("desk", hostile).await), "{hostile}");
    }
    assert_eq!(stage.refresh("desk", &begun).await.status, StatusCode::OK);
    let missing = stage.token("desk", &[("grant_type", "refresh_token")]).await;
    assert_eq!(missing.error(), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn scopes_can_be_narrowed_and_not_widened() {
    let stage = Stage::new().await;
    let begun = first(&stage, "openid f:read").await.text("refresh_token");
    let ask = |token: String, scope: &'static str| {
        let stage = &stage;
        async move {
            let fields = [
                ("grant_type", "refresh_token"),
                ("refresh_token", token.as_str()),
                ("scope", scope),
            ];
            stage.token("desk", &fields).await
        }
    };
    let wider = ask(begun.clone(), "openid f:write").await;
    assert_eq!(wider.error(), (400, "invalid_scope".to_owned()));
    let narrow = ask(begun, "f:read").await;
    assert_eq!(narrow.text("scope"), "f:read");
    assert_eq!(narrow.json().get("id_token"), None);
    let whole = stage.refresh("desk", &narrow.text("refresh_token")).await;
    assert_eq!(whole.text("scope"), "f:read openid");
}

#[tokio::test]
async fn a_refresh_token_ends_with_its_session_unless_offline() {
    let stage = Stage::new().await;
    for (scope, lives) in [("openid", false), ("openid offline_access", true)] {
        let (session, cookie) = stage.signed_in(stage.ada).await;
        let answer = stage
            .get(&Stage::request(&[("scope", Some(scope))]), &cookie)
            .await;
        let begun = stage.redeem("desk", &answer.parameter("code").unwrap()).await;
        let mut op = stage.op();
        doorward::session::end(&mut op, &session, "a test").await.unwrap();
        op.commit().await.unwrap();
        let answer = stage.refresh("desk", &begun.text("refresh_token")).await;
        assert_eq!(answer.status == StatusCode::OK, lives, "{scope}: {answer:?}");
        let told = stage.userinfo(&begun.text("access_token")).await;
        assert_eq!(told.status == StatusCode::OK, lives, "{scope}: {told:?}");
    }
}

#[tokio::test]
async fn a_family_has_an_absolute_end() {
    let stage = Stage::with(|config| config.tokens.refresh_token_life = Duration::from_mins(10)).await;
    let begun = first(&stage, "openid offline_access").await.text("refresh_token");
    stage.advance(Duration::from_secs(599));
    let next = stage.refresh("desk", &begun).await.text("refresh_token");
    stage.advance(Duration::from_secs(1));
    assert!(refused(&stage.refresh("desk", &next).await));
}

#[tokio::test]
async fn families_are_kept_for_a_day_after_their_end() {
    let stage = Stage::with(|config| config.tokens.refresh_token_life = Duration::from_mins(10)).await;
    first(&stage, "openid offline_access").await;
    for (hours, swept) in [(24, 0), (1, 1), (1, 0)] {
        stage.advance(Duration::from_hours(hours));
        let mut op = stage.op();
        assert_eq!(
            doorward::oauth::sweep(&mut op).await.unwrap(),
            swept,
            "after {hours} hours"
        );
        op.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_raised_epoch_ends_every_family_of_the_person() {
    let stage = Stage::new().await;
    let begun = first(&stage, "openid offline_access").await;
    let mut op = stage.op();
    let subject = doorward::domain::Subject::Person(stage.ada);
    doorward::person::raise_epoch(&mut op, stage.organisation, subject, "a test")
        .await
        .unwrap();
    op.commit().await.unwrap();
    assert!(refused(
        &stage.refresh("desk", &begun.text("refresh_token")).await
    ));
    assert_eq!(
        stage.userinfo(&begun.text("access_token")).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_client_without_the_grant_gets_no_refresh_token() {
    let mut stage = Stage::new().await;
    let short = doorward::client::NewClient {
        grant_types: vec![doorward::domain::GrantType::AuthorizationCode],
        ..new_client(&stage, "short")
    };
    stage.register(short).await;
    let changes = [
        ("client_id", Some("short")),
        ("scope", Some("openid offline_access")),
    ];
    let code = stage.code(&changes).await;
    let answer = stage.redeem("short", &code).await;
    assert_eq!(answer.text("scope"), "openid");
    assert_eq!(answer.json().get("refresh_token"), None);
    assert_eq!(
        stage.userinfo(&answer.text("access_token")).await.status,
        StatusCode::OK
    );
}
