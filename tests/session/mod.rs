//! Tests of sessions and of what a browser still has to do, called by their door.

use std::time::Duration;

use doorward::domain::{Acr, Amr, Digest32, PersonId, SessionId, Strength, Subject, Token};
use doorward::person::{self, NewOrganisation, NewPerson};
use doorward::session::continuation::{self, NewContinuation};
use doorward::session::requirement::Required;
use doorward::session::{self, Session};
use http::HeaderMap;
use http::header::COOKIE;

use crate::support::{Bare, START};

async fn person(bare: &Bare) -> PersonId {
    let mut op = bare.op();
    let organisation = NewOrganisation {
        slug: "northbeam".to_owned(),
        name: "Northbeam".to_owned(),
    };
    let organisation_id = person::create_organisation(&mut op, organisation).await.unwrap();
    let username = doorward::domain::Username::parse("rosa").unwrap();
    let new = NewPerson::named(organisation_id, username, "Rosa");
    let id = person::create(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    id
}

async fn start(bare: &Bare, person: PersonId, replaces: Option<SessionId>) -> (Session, Token) {
    let mut op = bare.op();
    let standing = person::may_sign_in(&mut op, Subject::Person(person))
        .await
        .unwrap()
        .unwrap();
    let strength = Strength {
        acr: Acr::One,
        amr: vec![Amr::Password],
        authenticated_at: op.now,
    };
    let begun = session::start(&mut op, &standing, strength, (replaces, None))
        .await
        .unwrap();
    op.commit().await.unwrap();
    begun
}

fn cookie(token: &Token) -> HeaderMap {
    let value = format!("doorward_session={}", token.expose());
    HeaderMap::from_iter([(COOKIE, value.parse().unwrap())])
}

async fn lives(bare: &Bare, token: &Token) -> bool {
    let mut op = bare.op();
    session::current(&mut op, &cookie(token)).await.unwrap().is_some()
}

#[tokio::test]
async fn a_session_is_found_by_its_cookie_and_by_nothing_else() {
    let bare = Bare::new().await;
    let id = person(&bare).await;
    let (begun, token) = start(&bare, id, None).await;
    let mut op = bare.op();
    let found = session::current(&mut op, &cookie(&token)).await.unwrap().unwrap();
    assert_eq!(found.id, begun.id);
    assert_eq!(found.strength, begun.strength);
    for other in [begun.id.to_string(), String::new(), "x".repeat(43)] {
        assert!(!lives(&bare, &Token::presented(&other)).await, "{other}");
    }
    assert!(
        session::current(&mut op, &HeaderMap::new())
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_new_authentication_ends_the_session_before_it() {
    let bare = Bare::new().await;
    let id = person(&bare).await;
    let (first, old) = start(&bare, id, None).await;
    assert!(lives(&bare, &old).await);
    let (second, new) = start(&bare, id, Some(first.id)).await;
    assert_ne!(first.id, second.id);
    assert_ne!(old.expose(), new.expose());
    assert!(!lives(&bare, &old).await);
    assert!(lives(&bare, &new).await);
    let ended = bare.events("session.ended").await;
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0]["session"], first.id.to_string());
}

#[tokio::test]
async fn an_ended_session_is_dead_at_once() {
    let bare = Bare::new().await;
    let id = person(&bare).await;
    let (begun, token) = start(&bare, id, None).await;
    assert!(lives(&bare, &token).await, "it is in the cache now");
    let mut op = bare.op();
    session::end(&mut op, &begun, "a test").await.unwrap();
    session::end(&mut op, &begun, "a test").await.unwrap();
    op.commit().await.unwrap();
    assert!(!lives(&bare, &token).await);
    let mut op = bare.op();
    assert!(session::living(&mut op, begun.id).await.unwrap().is_none());
    assert_eq!(bare.events("session.ended").await.len(), 1, "it ended once");
}

#[tokio::test]
async fn a_session_ends_when_its_person_may_not_act_any_more() {
    let bare = Bare::new().await;
    let id = person(&bare).await;
    let (begun, token) = start(&bare, id, None).await;
    assert!(lives(&bare, &token).await);
    let mut op = bare.op();
    person::raise_epoch(&mut op, begun.organisation_id, Subject::Person(id), "a test")
        .await
        .unwrap();
    op.commit().await.unwrap();
    assert!(!lives(&bare, &token).await);
    let (_, fresh) = start(&bare, id, None).await;
    assert!(lives(&bare, &fresh).await);
}

#[tokio::test]
async fn use_keeps_a_session_from_going_idle_but_not_from_its_end() {
    let bare = Bare::new().await;
    let id = person(&bare).await;
    let (_, token) = start(&bare, id, None).await;
    let minutes = |minutes: u64| Duration::from_mins(minutes);
    let mut used = 0;
    // The last sight is written beside the request: each step waits for it.
    while used < 12 * 60 - 50 {
        bare.house.clock.advance(minutes(50));
        used += 50;
        assert!(lives(&bare, &token).await, "after {used} minutes");
        written(&bare, used).await;
    }
    bare.house.clock.advance(minutes(50));
    assert!(!lives(&bare, &token).await, "after twelve hours");
}

/// Waits until the last sight of the one session is `minutes` after its start.
async fn written(bare: &Bare, minutes: u64) {
    const SEEN: doorward::storage::Sql = doorward::storage::Sql::new("SELECT seen_at FROM session");
    let expected = START.plus(Duration::from_mins(minutes));
    for _ in 0..500 {
        let mut tx = bare.house.storage.read().await.unwrap();
        let seen: doorward::domain::Timestamp = tx.query(SEEN).one(|row| row.get("seen_at")).await.unwrap();
        if seen == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the last sight was not written");
}

#[tokio::test]
async fn a_session_that_nobody_uses_ends() {
    let bare = Bare::new().await;
    let id = person(&bare).await;
    let (_, token) = start(&bare, id, None).await;
    bare.house.clock.advance(Duration::from_hours(1));
    assert!(!lives(&bare, &token).await);
}

#[tokio::test]
async fn only_a_digest_of_the_cookie_is_stored() {
    const HASHES: doorward::storage::Sql = doorward::storage::Sql::new("SELECT token_hash FROM session");
    let bare = Bare::new().await;
    let id = person(&bare).await;
    let (_, token) = start(&bare, id, None).await;
    let mut tx = bare.house.storage.read().await.unwrap();
    let stored: Vec<u8> = tx.query(HASHES).one(|row| row.get("token_hash")).await.unwrap();
    assert_eq!(stored, token.digest().0);
    let cookie = session::start_cookie(&bare.house, &token);
    let cookie = cookie.to_str().unwrap();
    assert!(cookie.contains("Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
    assert!(!cookie.contains("Domain"), "for this very host: {cookie}");
}

const BROWSER: Digest32 = Digest32([1; 32]);

async fn open(bare: &Bare, required: Required) -> continuation::Continuation {
    let mut op = bare.op();
    let new = NewContinuation {
        request: serde_json::json!({ "state": "x" }),
        required,
        login_hint: Some("rosa".to_owned()),
        return_to: "/authorize/continue",
        ..NewContinuation::default()
    };
    let opened = continuation::open(&mut op, &BROWSER, new).await.unwrap();
    op.commit().await.unwrap();
    opened
}

#[tokio::test]
async fn a_continuation_is_found_by_its_own_browser_only() {
    let bare = Bare::new().await;
    let opened = open(&bare, Required::second_factor()).await;
    let mut op = bare.op();
    let found = continuation::find(&mut op, opened.id, &BROWSER)
        .await
        .unwrap()
        .unwrap();
    let asked = Required::second_factor().opened(opened.opened_at);
    assert_eq!(found.required, asked);
    assert_eq!(found.request["state"], "x");
    assert_eq!(found.login_hint.as_deref(), Some("rosa"));
    let other = Digest32([2; 32]);
    assert!(
        continuation::find(&mut op, opened.id, &other)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_continuation_is_finished_once_and_not_proven_after_that() {
    let bare = Bare::new().await;
    let id = person(&bare).await;
    let (begun, _) = start(&bare, id, None).await;
    let opened = open(&bare, Required::default()).await;
    let mut op = bare.op();
    assert!(continuation::finish(&mut op, opened.id).await.unwrap());
    assert!(!continuation::finish(&mut op, opened.id).await.unwrap());
    continuation::prove(&mut op, opened.id, &begun).await.unwrap();
    let found = continuation::find(&mut op, opened.id, &BROWSER)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.proven_session_id, None);
}

#[tokio::test]
async fn a_continuation_leads_back_into_this_house_only() {
    let bare = Bare::new().await;
    for to in [
        "https://evil.example/",
        "//evil.example/",
        "/a?b=c",
        "",
        "/\\evil.example",
    ] {
        let mut op = bare.op();
        let new = NewContinuation {
            return_to: to,
            ..NewContinuation::default()
        };
        let opened = continuation::open(&mut op, &BROWSER, new).await;
        assert!(opened.is_err(), "{to}");
    }
}

#[tokio::test]
async fn what_is_over_is_swept_after_a_day() {
    let bare = Bare::new().await;
    let id = person(&bare).await;
    let (_, token) = start(&bare, id, None).await;
    open(&bare, Required::default()).await;
    let mut op = bare.op();
    assert_eq!(session::sweep(&mut op).await.unwrap(), 0);
    op.commit().await.unwrap();
    assert!(lives(&bare, &token).await);
    bare.house.clock.advance(Duration::from_hours(37));
    let mut op = bare.op();
    assert_eq!(session::sweep(&mut op).await.unwrap(), 2);
}
