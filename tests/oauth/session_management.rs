//! Applications that ask by a frame whether the person is still signed in.

use doorward::domain::Token;
use doorward::session;
use http::StatusCode;
use http::header::COOKIE;

use super::stage::{ISSUER, Stage, encoded};

async fn stage() -> Stage {
    Stage::with(|config| config.oauth.session_management = true).await
}

#[tokio::test]
async fn nothing_of_it_is_there_unless_it_is_switched_on() {
    let stage = Stage::new().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let answer = stage.get(&Stage::request(&[]), &cookie).await;
    assert_eq!(answer.parameter("session_state"), None);
    assert_eq!(
        stage.get("/session/check", "").await.status,
        StatusCode::NOT_FOUND
    );
    let told = stage.get("/.well-known/openid-configuration", "").await.json();
    assert_eq!(told.get("check_session_iframe"), None);
    let token = Token::presented("x");
    assert!(session::state_cookie(&stage.bare.house, &token).is_none());
}

#[tokio::test]
async fn a_response_says_the_state_that_the_frame_computes() {
    let stage = stage().await;
    let told = stage.get("/.well-known/openid-configuration", "").await.json();
    assert_eq!(told["check_session_iframe"], format!("{ISSUER}/session/check"));
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let answer = stage.get(&Stage::request(&[]), &cookie).await;
    let told = answer.parameter("session_state").unwrap();
    assert!(!told.contains(' '));
    let frame = stage.get("/session/check", "").await;
    assert!(frame.body.contains("data-cookie=\"doorward_state\""), "{frame:?}");
    let (hash, salt) = told.split_once('.').unwrap();

    // As static/js/check_session.js does, with the cookie that came with the session.
    let (_, token) = cookie.split_once('=').unwrap();
    let set = session::state_cookie(&stage.bare.house, &Token::presented(token)).unwrap();
    let set = set.to_str().unwrap();
    assert!(!set.contains("HttpOnly"), "a script reads it: {set}");
    let value = set
        .split(';')
        .next()
        .unwrap()
        .strip_prefix("doorward_state=")
        .unwrap();
    assert!(!token.contains(value) && !value.contains(token));
    let text = format!("desk https://desk.test {value} {salt}");
    let digest = Token::presented(&text).digest().0;
    assert_eq!(data_encoding::BASE64URL_NOPAD.encode(&digest), hash);

    let (_, other) = stage.signed_in(stage.ada).await;
    let headers = http::HeaderMap::from_iter([(COOKIE, other.parse().unwrap())]);
    let of_other = session::browser_state(&stage.bare.house, &headers).unwrap();
    assert_ne!(of_other, value, "another with each session");
    // Without openid there is no session to speak of.
    let plain = stage
        .get(&Stage::request(&[("scope", Some("f:read"))]), &cookie)
        .await;
    assert!(plain.parameter("code").is_some());
    assert_eq!(plain.parameter("session_state"), None);
}

#[tokio::test]
async fn the_frame_may_be_in_pages_of_other_sites_and_runs_our_script_only() {
    let stage = stage().await;
    let frame = stage.get("/session/check", "").await;
    assert_eq!(frame.status, StatusCode::OK);
    let policy = frame.headers["content-security-policy"].to_str().unwrap();
    assert_eq!(
        policy,
        "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
    );
    assert!(!frame.headers.contains_key("x-frame-options"));
    assert!(
        frame
            .body
            .contains("/js/check_session.js\" data-cookie=\"doorward_state\"></script>")
    );
    // All other pages stay out of frames.
    let page = stage.get("/logout/done", "").await;
    assert_eq!(page.headers["x-frame-options"], "DENY");
}

#[tokio::test]
async fn a_sign_out_takes_the_state_away() {
    let stage = stage().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let answer = stage.get(&Stage::request(&[]), &cookie).await;
    let tokens = stage.redeem("desk", &answer.parameter("code").unwrap()).await;
    let hint = tokens.text("id_token");
    let out = stage
        .get(
            &format!("/logout?{}", encoded(&[("id_token_hint", &hint)])),
            &cookie,
        )
        .await;
    assert!(out.cookies().contains("doorward_state="), "{out:?}");
}
