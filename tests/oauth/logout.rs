//! Sign-out asked by applications.

use doorward::domain::{ClientId, Subject};
use doorward::{client, person, session};
use http::StatusCode;

use super::stage::{AFTER_LOGOUT, Answer, Stage, encoded};

/// Signs Ada in and lets the application have tokens by that session.
async fn begun(stage: &Stage) -> (String, Answer) {
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let answer = stage.get(&Stage::request(&[]), &cookie).await;
    let tokens = stage.redeem("desk", &answer.parameter("code").unwrap()).await;
    (cookie, tokens)
}

async fn logout(stage: &Stage, cookie: &str, fields: &[(&str, &str)]) -> Answer {
    stage.get(&format!("/logout?{}", encoded(fields)), cookie).await
}

async fn is_signed_in(stage: &Stage, cookie: &str) -> bool {
    let answer = stage.get(&Stage::request(&[]), cookie).await;
    answer.parameter("code").is_some()
}

#[tokio::test]
async fn an_application_with_an_id_token_of_the_person_signs_them_out() {
    let stage = Stage::new().await;
    let (cookie, tokens) = begun(&stage).await;
    // An expired hint does as well.
    stage.advance(std::time::Duration::from_secs(1_000));
    let hint = tokens.text("id_token");
    let fields = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", AFTER_LOGOUT),
        ("state", "s &"),
    ];
    let answer = logout(&stage, &cookie, &fields).await;
    assert_eq!(answer.location(), "https://desk.test/bye?state=s+%26");
    assert!(!is_signed_in(&stage, &cookie).await);
    let refreshed = stage.refresh("desk", &tokens.text("refresh_token")).await;
    assert_eq!(refreshed.error(), (400, "invalid_grant".to_owned()));
    assert_eq!(stage.bare.events("session.ended").await.len(), 1);
    assert_eq!(stage.bare.events("oauth.token.revoked").await.len(), 1);
    // Once more, with nobody signed in: back to the application all the same.
    assert_eq!(
        logout(&stage, "", &fields).await.location(),
        "https://desk.test/bye?state=s+%26"
    );
}

#[tokio::test]
async fn a_link_alone_signs_nobody_out() {
    let stage = Stage::new().await;
    let (cookie, _) = begun(&stage).await;
    let stranger = stage.stranger().await;
    let (_, strange) = stage.signed_in(stranger).await;
    let (_, of_ada) = begun(&stage).await;
    let hint = of_ada.text("id_token");
    let forged = format!("{}x", &hint[..hint.len() - 1]);
    for (cookie, fields) in [
        (&cookie, vec![]),
        (
            &cookie,
            vec![("client_id", "desk"), ("post_logout_redirect_uri", AFTER_LOGOUT)],
        ),
        (&cookie, vec![("id_token_hint", "x.y.z")]),
        (&cookie, vec![("id_token_hint", forged.as_str())]),
        // Of her too, but of another session.
        (&cookie, vec![("id_token_hint", hint.as_str())]),
        (&strange, vec![("id_token_hint", hint.as_str())]),
    ] {
        let answer = logout(&stage, cookie, &fields).await;
        assert_eq!(answer.status, StatusCode::OK, "{fields:?} {answer:?}");
        assert!(answer.body.contains("id=\"continue\""));
    }
    assert!(is_signed_in(&stage, &cookie).await);
    assert!(stage.bare.events("session.ended").await.is_empty());
}

#[tokio::test]
async fn an_id_token_of_a_session_that_this_one_has_replaced_is_one_of_this_session() {
    let stage = Stage::new().await;
    let (old, cookie) = stage.signed_in(stage.ada).await;
    let answer = stage.get(&Stage::request(&[]), &cookie).await;
    let tokens = stage.redeem("desk", &answer.parameter("code").unwrap()).await;
    let mut op = stage.op();
    let standing = person::may_sign_in(&mut op, Subject::Person(stage.ada)).await;
    let standing = standing.unwrap().unwrap();
    let (_, token) = session::start(&mut op, &standing, old.strength.clone(), (Some(old.id), None))
        .await
        .unwrap();
    let cookie = session::start_cookie(&op.house, &token);
    op.commit().await.unwrap();
    let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
    assert!(is_signed_in(&stage, cookie).await);
    let hint = tokens.text("id_token");
    let answer = logout(&stage, cookie, &[("id_token_hint", hint.as_str())]).await;
    assert_eq!(answer.location(), "/logout/done");
    assert!(!is_signed_in(&stage, cookie).await);
}

#[tokio::test]
async fn a_person_who_says_yes_is_signed_out_and_led_back() {
    let stage = Stage::new().await;
    for (fields, to) in [
        (vec![], "/logout/done"),
        (
            vec![
                ("client_id", "desk"),
                ("post_logout_redirect_uri", AFTER_LOGOUT),
                ("state", "x"),
            ],
            "https://desk.test/bye?state=x",
        ),
    ] {
        let (cookie, _) = begun(&stage).await;
        let page = logout(&stage, &cookie, &fields).await;
        let cookies = format!("{}; {cookie}", page.cookies());
        let token = page.hidden("form_token");
        let bare = stage.post("/logout/confirm", &cookies, &fields).await;
        assert_eq!(bare.status, StatusCode::FORBIDDEN);
        let sent: Vec<_> = fields
            .iter()
            .copied()
            .chain([("form_token", token.as_str())])
            .collect();
        let answer = stage.post("/logout/confirm", &cookies, &sent).await;
        assert_eq!(answer.location(), to);
        assert!(!is_signed_in(&stage, &cookie).await);
    }
    let done = stage.get("/logout/done", "").await;
    assert!(done.body.contains("You are signed out"), "{}", done.body);
}

#[tokio::test]
async fn nothing_leads_to_an_address_that_is_not_registered() {
    let stage = Stage::new().await;
    let (cookie, tokens) = begun(&stage).await;
    let hint = tokens.text("id_token");
    for fields in [
        vec![("post_logout_redirect_uri", AFTER_LOGOUT)],
        vec![
            ("client_id", "desk"),
            ("post_logout_redirect_uri", "https://evil.test/"),
        ],
        vec![
            ("id_token_hint", hint.as_str()),
            ("post_logout_redirect_uri", "https://desk.test/bye/"),
        ],
        vec![("id_token_hint", hint.as_str()), ("client_id", "other")],
        vec![
            ("client_id", "nobody"),
            ("post_logout_redirect_uri", AFTER_LOGOUT),
        ],
        vec![("client_id", "a b")],
    ] {
        let answer = logout(&stage, &cookie, &fields).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{fields:?}");
        // Links to the same page in other languages keep its query; nothing leads away.
        assert!(!answer.body.contains("href=\"http"), "{}", answer.body);
    }
    assert!(is_signed_in(&stage, &cookie).await);
    // Nobody is signed in and no ID token is shown: a page, not a redirect.
    let fields = [("client_id", "desk"), ("post_logout_redirect_uri", AFTER_LOGOUT)];
    assert_eq!(logout(&stage, "", &fields).await.location(), "/logout/done");
}

#[tokio::test]
async fn a_client_that_may_not_be_used_leads_nowhere() {
    let stage = Stage::new().await;
    let mut op = stage.op();
    client::disable(&mut op, &ClientId::parse("desk").unwrap())
        .await
        .unwrap();
    op.commit().await.unwrap();
    let fields = [("client_id", "desk"), ("post_logout_redirect_uri", AFTER_LOGOUT)];
    assert_eq!(logout(&stage, "", &fields).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_sign_out_by_form_is_made_a_link() {
    let stage = Stage::new().await;
    let (cookie, tokens) = begun(&stage).await;
    let hint = tokens.text("id_token");
    let fields = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", AFTER_LOGOUT),
    ];
    let answer = stage.post("/logout", "", &fields).await;
    let followed = stage.get(answer.location(), &cookie).await;
    assert_eq!(followed.location(), AFTER_LOGOUT);
    let twice = [("client_id", "desk"), ("client_id", "desk")];
    let answer = stage.post("/logout", "", &twice).await;
    assert_eq!(answer.cookies(), "", "the browser keeps those that it has");
    let refused = stage.get(answer.location(), &cookie).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.body.contains("Reference:"), "{}", refused.body);
}
