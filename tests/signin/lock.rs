//! Locks after wrong guesses: strangers lock out strangers, and somebody who looks after accounts ends it.

use std::time::Duration;

use doorward::domain::PersonId;
use doorward::factor::lockout::{self, Lock, Refusal};
use doorward::person;

use super::{PASSWORD, Town, enter_password, identify, is_signed_in};
use crate::support::Browser;

pub(crate) const BEFORE_LOCK: u32 = 5;

pub(crate) async fn town() -> Town {
    Town::with(|config| {
        config.signin.failures_before_lock = BEFORE_LOCK;
        config.signin.attempts_per_address = 1_000;
    })
    .await
}

/// So many wrong passwords by one browser, each after the wait that the one before brought.
pub(crate) async fn guess(town: &Town, browser: &Browser, name: &str, times: u32) {
    let mut page = identify(browser, name).await;
    for _ in 0..times {
        page = browser.submit(&page, &[("password", "wrong")]).await;
        town.wait(Duration::from_secs(10));
    }
}

async fn enters(browser: &Browser) -> bool {
    is_signed_in(&enter_password(browser, "rosa", PASSWORD).await)
}

async fn locks(town: &Town, person: PersonId) -> Vec<Lock> {
    lockout::locks(&mut town.op(), person).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_a_name_locks_it_for_strangers_and_never_for_its_owner() {
    let town = town().await;
    let rosa = town.person("rosa").await;
    let own = town.browser();
    assert!(enters(&own).await);
    guess(&town, &town.browser(), "rosa", BEFORE_LOCK).await;
    assert!(!enters(&town.browser()).await, "strangers wait");
    let told = locks(&town, rosa).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (told[0].factor, told[0].known_browsers, told[0].failures),
        ("password", false, i64::from(BEFORE_LOCK))
    );
    // That it began is an event of its own, beside the failures.
    assert_eq!(town.events("factor.locked").await.len(), 1);
    let event = town.details("factor.locked").await;
    assert_eq!(
        (
            &event["factor"],
            &event["known_browsers"],
            event["until"].is_string()
        ),
        (&"password".into(), &false.into(), true)
    );
    let page = own.get("/").await;
    own.press(&page, "sign-out").await;
    assert!(enters(&own).await, "the owner's own browser does not");
    assert!(
        !enters(&town.browser()).await,
        "which opens nothing for strangers"
    );

    // By it one guesses no longer than others.
    let page = own.get("/").await;
    own.press(&page, "sign-out").await;
    guess(&town, &own, "rosa", BEFORE_LOCK).await;
    assert!(!enters(&own).await);
    assert!(locks(&town, rosa).await.iter().any(|lock| lock.known_browsers));
    town.wait(Duration::from_mins(16));
    assert!(enters(&own).await && enters(&town.browser()).await);
    assert!(locks(&town, rosa).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_fifty_guesses_strangers_wait_until_somebody_ends_it() {
    let town = town().await;
    let rosa = town.person("rosa").await;
    let own = town.browser();
    assert!(enters(&own).await);
    let stranger = town.browser();
    for _ in 0..50 {
        let page = identify(&stranger, "rosa").await;
        stranger.submit(&page, &[("password", "wrong")]).await;
        town.wait(Duration::from_mins(16));
    }
    town.wait(Duration::from_hours(24 * 20));
    assert!(!enters(&town.browser()).await);
    assert!(enters(&own).await);
    let told = locks(&town, rosa).await;
    assert_eq!((told.len(), told[0].until), (1, None), "{told:?}");

    let unlock = async |reason: &str| {
        let mut op = town.op();
        let person = person::find(&mut op, rosa).await.unwrap().unwrap();
        let unlocked = lockout::unlock(&mut op, &person, reason).await;
        op.conclude(unlocked).await.unwrap()
    };
    assert_eq!(unlock("  ").await, Err(Refusal::Reason));
    assert_eq!(unlock("the guessing is over").await, Ok(()));
    assert_eq!(unlock("once more").await, Err(Refusal::NotLocked));
    assert!(enters(&town.browser()).await);
    assert_eq!(
        town.events("factor.unlocked").await,
        [("success".into(), "the guessing is over".into())]
    );
    assert_eq!(town.details("factor.unlocked").await["factors"][0], "password");
}
