//! `id_token_hint` at the authorization endpoint (OpenID Connect Core section 3.1.2.1).

use std::time::Duration;

use doorward::client::NewClient;
use doorward::domain::{Actor, PersonId};
use doorward::jose::Algorithm;
use doorward::keys::{self, KeyUse};
use doorward::session::continuation;
use http::StatusCode;

use super::stage::{AFTER_LOGOUT, Answer, CALLBACK, Stage, encoded, new_client};

/// A stage with the client `open`, to which people of each organisation may sign in.
async fn stage() -> Stage {
    let mut stage = Stage::new().await;
    let open = NewClient {
        shared: true,
        ..new_client(&stage, "open")
    };
    stage.register(open).await;
    stage
}

/// The tokens that a client gets for a person.
async fn tokens(stage: &Stage, client: &str, person: PersonId) -> Answer {
    let (_, cookie) = stage.signed_in(person).await;
    let path = Stage::request(&[("client_id", Some(client)), ("scope", Some("openid"))]);
    let answer = stage.get(&path, &cookie).await;
    stage.redeem(client, &answer.parameter("code").unwrap()).await
}

async fn ask(stage: &Stage, cookie: &str, hint: &str, changes: &[(&str, Option<&str>)]) -> Answer {
    let own = [
        ("client_id", Some("open")),
        ("scope", Some("openid")),
        ("id_token_hint", Some(hint)),
    ];
    let all: Vec<_> = own.iter().chain(changes).copied().collect();
    stage.get(&Stage::request(&all), cookie).await
}

#[tokio::test]
async fn the_person_of_the_hint_goes_on_even_after_its_expiry() {
    let stage = stage().await;
    let hint = tokens(&stage, "open", stage.ada).await.text("id_token");
    stage.advance(Duration::from_secs(4_000));
    let (_, cookie) = stage.signed_in(stage.ada).await;
    for prompt in [None, Some("none")] {
        let answer = ask(&stage, &cookie, &hint, &[("prompt", prompt)]).await;
        assert!(answer.parameter("code").is_some(), "{prompt:?} {answer:?}");
    }
}

#[tokio::test]
async fn another_person_than_that_of_the_hint_is_no_answer() {
    let stage = stage().await;
    let hint = tokens(&stage, "open", stage.ada).await.text("id_token");
    let (_, strange) = stage.signed_in(stage.stranger().await).await;
    for cookie in ["", strange.as_str()] {
        let silent = ask(&stage, cookie, &hint, &[("prompt", Some("none"))]).await;
        assert_eq!(silent.parameter("error").as_deref(), Some("login_required"));
        let asked = ask(&stage, cookie, &hint, &[]).await;
        assert!(asked.location().starts_with("/signin/"), "{asked:?}");
    }
}

#[tokio::test]
async fn the_sign_in_that_a_hint_asks_for_is_for_that_person() {
    let stage = stage().await;
    let hint = tokens(&stage, "open", stage.ada).await.text("id_token");
    let sam = stage.stranger().await;
    for (person, error) in [(stage.ada, None), (sam, Some("login_required"))] {
        let begun = ask(&stage, "", &hint, &[("login_hint", Some("sam"))]).await;
        let id = begun
            .location()
            .strip_prefix("/signin/")
            .unwrap()
            .parse()
            .unwrap();
        let (session, cookie) = stage.signed_in(person).await;
        let mut op = stage.op();
        continuation::prove(&mut op, id, &session).await.unwrap();
        op.commit().await.unwrap();
        let browser = begun.cookies();
        let token = browser.split_once("doorward_browser=").unwrap().1;
        let digest = doorward::domain::Token::presented(token).digest();
        let found = continuation::find(&mut stage.op(), id, &digest).await.unwrap();
        assert_eq!(
            found.unwrap().login_hint.as_deref(),
            Some("ada"),
            "the token says it surer than a name"
        );
        let answer = stage
            .get(
                &format!("/authorize/continue?continuation={id}"),
                &format!("{browser}; {cookie}"),
            )
            .await;
        assert!(answer.location().starts_with(CALLBACK), "{answer:?}");
        assert_eq!(answer.parameter("error").as_deref(), error);
        assert_eq!(answer.parameter("code").is_some(), error.is_none());
    }
    let refused = stage.bare.events("oauth.authorization").await;
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0]["on_behalf_of"], sam.to_string());
}

#[tokio::test]
async fn a_hint_that_is_not_ours_for_this_client_is_refused() {
    let stage = stage().await;
    let own = tokens(&stage, "open", stage.ada).await;
    let of_another = tokens(&stage, "desk", stage.ada).await.text("id_token");
    let hint = own.text("id_token");
    let forged = format!("{}x", &hint[..hint.len() - 1]);
    let access_token = own.text("access_token");
    let (_, cookie) = stage.signed_in(stage.ada).await;
    for wrong in ["x.y.z", &forged, &of_another, &access_token, &"a".repeat(15_000)] {
        for prompt in [None, Some("none")] {
            let answer = ask(&stage, &cookie, wrong, &[("prompt", prompt)]).await;
            assert_eq!(
                answer.parameter("error").as_deref(),
                Some("invalid_request"),
                "{wrong} {prompt:?}"
            );
        }
    }
}

/// Where a sign-out leads for which the hint alone says who asks: back to the application, or nowhere.
async fn signs_out(stage: &Stage, hint: &str) -> bool {
    let fields = [
        ("id_token_hint", hint),
        ("post_logout_redirect_uri", AFTER_LOGOUT),
    ];
    let answer = stage.get(&format!("/logout?{}", encoded(&fields)), "").await;
    answer.status == StatusCode::SEE_OTHER && answer.location() == AFTER_LOGOUT
}

#[tokio::test]
async fn a_hint_is_believed_as_long_as_its_key_is_held() {
    let stage = stage().await;
    let hint = tokens(&stage, "open", stage.ada).await.text("id_token");
    let (house, kind) = (&stage.bare.house, (KeyUse::Token, Algorithm::Es256));
    keys::rotate(house, Actor::Operator, kind.0, kind.1, false)
        .await
        .unwrap();
    let lives = &house.config.tokens;
    let held = house.config.keys.overlap + lives.access_token_life.max(lives.id_token_life);
    // The key ceases to sign, is held for a while, and is gone.
    for (passed, is_held) in [
        (house.config.keys.overlap, true),
        (held.saturating_sub(Duration::from_secs(1)), true),
        (Duration::from_secs(1), false),
    ] {
        stage.advance(passed);
        let (_, cookie) = stage.signed_in(stage.ada).await;
        let answer = ask(&stage, &cookie, &hint, &[]).await;
        assert_eq!(answer.parameter("code").is_some(), is_held, "{answer:?}");
        if !is_held {
            let error = answer.parameter("error");
            assert_eq!(error.as_deref(), Some("invalid_request"));
        }
        assert_eq!(signs_out(&stage, &hint).await, is_held);
    }
}
