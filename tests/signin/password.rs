//! Name and password.

use std::time::Duration;

use doorward::domain::{PersonId, PersonStatus, Secret, Subject};
use doorward::factor::password::{self, Unfit};
use doorward::person;
use doorward::storage::Sql;

use super::{PASSWORD, Town, enter_password, identify, is_signed_in};
use crate::support::{Browser, free_ports};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_and_out() {
    let town = Town::new().await;
    town.person("rosa@northbeam.example").await;
    let browser = town.browser();
    assert!(browser.get("/").await.text().contains("Nobody is signed in"));
    let home = enter_password(&browser, "Rosa@Northbeam.example ", PASSWORD).await;
    assert!(is_signed_in(&home), "{}", home.body);
    assert!(home.text().contains("Northbeam"));
    assert!(home.text().contains("Name of rosa@northbeam.example"));
    let out = browser.press(&home, "sign-out").await;
    assert!(out.text().contains("You are signed out"), "{}", out.text());
    assert!(browser.get("/").await.text().contains("Nobody is signed in"));
    assert_eq!(
        town.events("signin.completed").await,
        [("success".into(), String::new())]
    );
    assert_eq!(
        town.events("session.ended").await,
        [("success".into(), "the person signed out".into())]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_page_is_readable_by_password_managers() {
    let town = Town::new().await;
    town.person("rosa").await;
    let page = identify(&town.browser(), "rosa").await;
    for part in [
        "name=\"username\" type=\"text\" value=\"rosa\" autocomplete=\"username\" readonly",
        "type=\"password\" autocomplete=\"current-password\"",
        "id=\"continue\"",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let (scripts, of_files) = ("<script", "<script src=\"/static/");
    assert_eq!(
        page.body.matches(scripts).count(),
        page.body.matches(of_files).count(),
        "none is inline"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_name_gets_the_same_pages_and_is_not_told() {
    let town = Town::new().await;
    town.person("rosa").await;
    let known = enter_password(&town.browser(), "rosa", "wrong password").await;
    let unknown = enter_password(&town.browser(), "rose", "wrong password").await;
    let plain = |page: &crate::support::Page| {
        let text = page.text();
        text.replace("rosa", "X").replace("rose", "X")
    };
    assert_eq!(plain(&known), plain(&unknown));
    assert_eq!(known.status, unknown.status);
    assert!(known.text().contains("do not fit together"));
    let told = town.events("signin.password").await;
    let reasons: Vec<&str> = told.iter().map(|(_, reason)| reason.as_str()).collect();
    assert_eq!(reasons, ["wrong password", "no such account"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_taken_whole_and_exactly() {
    let town = Town::new().await;
    let id = town.person("rosa").await;
    let long = "å".repeat(512);
    let mut op = town.op();
    let set = |text: String| Secret::new(text);
    assert_eq!(
        password::set(&mut op, id, &set(format!("{long}x")))
            .await
            .unwrap(),
        Err(Unfit::TooLong)
    );
    assert_eq!(
        password::set(&mut op, id, &set("rosa".into())).await.unwrap(),
        Err(Unfit::TooShort)
    );
    assert_eq!(
        password::set(&mut op, id, &set(long.clone())).await.unwrap(),
        Ok(())
    );
    op.commit().await.unwrap();
    for wrong in [&long[..long.len() - 2], &long.to_uppercase(), &format!("{long}x")] {
        let page = enter_password(&town.browser(), "rosa", wrong).await;
        assert!(!is_signed_in(&page), "{wrong}");
    }
    town.wait(Duration::from_secs(2));
    assert!(is_signed_in(
        &enter_password(&town.browser(), "rosa", &long).await
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_sign_in_gets_the_answer_of_a_wrong_password() {
    let town = Town::new().await;
    let id = town.person("rosa").await;
    let mut op = town.op();
    person::set_status(
        &mut op,
        town.organisation,
        Subject::Person(id),
        PersonStatus::Disabled,
        "a test",
    )
    .await
    .unwrap();
    op.commit().await.unwrap();
    let page = enter_password(&town.browser(), "rosa", PASSWORD).await;
    assert!(page.text().contains("do not fit together"), "{}", page.text());
    let (outcome, reason) = town.events("signin.password").await.remove(0);
    assert_eq!(outcome, "refused");
    assert!(reason.contains("may not sign in"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_failures_in_a_row_even_the_right_password_waits() {
    let town = Town::new().await;
    town.person("rosa").await;
    let browser = town.browser();
    let mut page = identify(&browser, "rosa").await;
    for _ in 0..3 {
        page = browser.submit(&page, &[("password", "wrong")]).await;
    }
    let refused = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert!(!is_signed_in(&refused));
    let (_, reason) = town.events("signin.password").await.pop().unwrap();
    assert_eq!(reason, "locked after failures");
    town.wait(Duration::from_secs(2));
    let home = browser.submit(&refused, &[("password", PASSWORD)]).await;
    assert!(is_signed_in(&home), "{}", home.text());
    // A success begins the count anew.
    let other = town.browser();
    let page = enter_password(&other, "rosa", "wrong").await;
    assert!(is_signed_in(
        &other.submit(&page, &[("password", PASSWORD)]).await
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_sent_at_once_count_one_by_one() {
    let town = Town::with(|config| {
        config.signin.failures_before_lock = 5;
        config.signin.attempts_per_address = 1_000;
    })
    .await;
    town.person("rosa").await;
    let mut guesses = Vec::new();
    for _ in 0..12 {
        let browser = town.browser();
        let page = identify(&browser, "rosa").await;
        guesses.push(tokio::spawn(async move {
            browser.submit(&page, &[("password", "wrong")]).await
        }));
    }
    for guess in guesses {
        assert!(guess.await.unwrap().status.is_success());
    }
    let right = enter_password(&town.browser(), "rosa", PASSWORD).await;
    assert!(!is_signed_in(&right), "the lock holds for the right one too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hash_of_other_parameters_is_made_anew_at_the_next_sign_in() {
    let town = Town::new().await;
    let id = town.person("rosa").await;
    let before = stored_hash(&town, id).await;
    assert!(before.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{before}");

    // Another server on the same data, with stronger parameters.
    let mut config = town.server.house.config.clone();
    config.server.listen.set_port(free_ports(1));
    let address = format!("http://localhost:{}", config.server.listen.port());
    config.server.issuer = address.parse().unwrap();
    config.signin.argon2_passes = 2;
    let stronger = Box::pin(doorward::server::start(config, doorward::op::Clock::system()))
        .await
        .unwrap();
    let browser = Browser::new(&address);
    assert!(is_signed_in(&enter_password(&browser, "rosa", PASSWORD).await));
    let after = stored_hash(&town, id).await;
    assert!(after.starts_with("$argon2id$v=19$m=64,t=2,p=1$"), "{after}");
    assert!(is_signed_in(
        &enter_password(&Browser::new(&address), "rosa", PASSWORD).await
    ));
    assert_eq!(stored_hash(&town, id).await, after, "once");
    stronger.stop().await.unwrap();
}

async fn stored_hash(town: &Town, person: PersonId) -> String {
    const HASH: Sql = Sql::new("SELECT hash FROM password WHERE person_id = $1");
    let mut tx = town.server.house.storage.read().await.unwrap();
    let query = tx.query(HASH).bind(&person);
    query.one(|row| row.get("hash")).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_passwords_of_two_people_are_stored_as_different_hashes() {
    let town = Town::new().await;
    let (one, other) = (town.person("rosa").await, town.person("mete").await);
    assert_ne!(stored_hash(&town, one).await, stored_hash(&town, other).await);
}
