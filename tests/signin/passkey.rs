//! Passkeys: alone, as a second factor, and what none of them is.

use std::time::Duration;

use doorward::domain::{PersonId, PersonStatus, Subject};
use doorward::factor::passkey::{self, Challenge, Removal};
use doorward::person;
use http::StatusCode;
use regex_lite::Regex;

use super::{PASSWORD, Town, enter_password, is_signed_in};
use crate::support::{Authenticator, Page};

/// Gives a person a passkey.
async fn give(town: &Town, id: PersonId, synced: bool) -> Authenticator {
    let mut op = town.op();
    let owner = person::find(&mut op, id).await.unwrap().unwrap();
    let challenge = Challenge::of(&op, "test", &[]);
    let options = passkey::request_new(&mut op, &owner, challenge)
        .await
        .unwrap()
        .unwrap();
    let (made, answer) = Authenticator::create(&options, &town.server.issuer, synced);
    let enrolled = passkey::enrol(&mut op, &owner, challenge, (&answer, "  My\nphone ")).await;
    assert!(enrolled.unwrap());
    op.commit().await.unwrap();
    made
}

/// What the page asks passkeys for.
fn options(page: &Page) -> String {
    let found = Regex::new(r#"data-options="([^"]*)""#).unwrap();
    let text = &found
        .captures(&page.body)
        .unwrap_or_else(|| panic!("{}", page.body))[1];
    text.replace("&#34;", "\"").replace("&quot;", "\"")
}

fn wrong(page: &Page) -> bool {
    page.text().contains("That was not a passkey of this account")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_signs_in_without_a_name_and_without_a_password() {
    for (synced, key) in [(true, "swk"), (false, "hwk")] {
        let town = Town::new().await;
        let rosa = town.person("rosa").await;
        // A second factor is asked of her, which the passkey is as well.
        town.demand_second_factor(rosa).await;
        let mut phone = give(&town, rosa, synced).await;
        let browser = town.browser();
        let page = browser.get("/signin").await;
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self'"), "{policy}");
        let home = browser
            .submit(&page, &[("answer", &phone.get(&options(&page)))])
            .await;
        assert!(is_signed_in(&home), "{}", home.text());
        assert_eq!(
            town.events("signin.passkey").await,
            [("success".into(), String::new())]
        );
        let told = town.details("signin.completed").await;
        assert_eq!(told["acr"], "urn:doorward:acr:3");
        assert_eq!(told["amr"], serde_json::json!([key, "user", "mfa"]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_answers_one_step_of_one_browser_once() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    let mut phone = give(&town, rosa, true).await;
    let (browser, other) = (town.browser(), town.browser());
    let page = browser.get("/signin").await;
    let elsewhere = other.get("/signin").await;
    assert_ne!(options(&page), options(&elsewhere));
    let answer = phone.get(&options(&page));
    let stolen = other.submit(&elsewhere, &[("answer", &answer)]).await;
    assert!(wrong(&stolen), "{}", stolen.text());
    assert!(is_signed_in(&browser.submit(&page, &[("answer", &answer)]).await));
    // Neither the form nor the answer works again.
    browser.post("/signout", &[]).await;
    let again = browser.submit(&page, &[("answer", &answer)]).await;
    assert!(!is_signed_in(&again) || again.status != StatusCode::OK || again.url.contains("/signin/"));
    let fresh = town.browser();
    let page = fresh.get("/signin").await;
    assert!(wrong(&fresh.submit(&page, &[("answer", &answer)]).await));
    let reasons: Vec<String> = town
        .events("signin.passkey")
        .await
        .into_iter()
        .map(|(_, why)| why)
        .collect();
    assert!(
        reasons
            .iter()
            .filter(|why| *why == "the passkey answered another request")
            .count()
            >= 2
    );
}

type Change = fn(&mut Authenticator);

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_good_proves_nothing() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    let changes: [(Change, &str); 3] = [
        (
            |one| one.origin = "https://evil.example".to_owned(),
            "the passkey answered another origin",
        ),
        (|one| one.verifies = false, "the person was not verified"),
        (|one| one.counter = 7, ""),
    ];
    for (change, why) in changes {
        let mut phone = give(&town, rosa, true).await;
        change(&mut phone);
        let browser = town.browser();
        let page = browser.get("/signin").await;
        let after = browser
            .submit(&page, &[("answer", &phone.get(&options(&page)))])
            .await;
        let last = town.events("signin.passkey").await.pop().unwrap();
        assert_eq!(last.1, why, "{last:?}");
        assert_eq!(is_signed_in(&after), why.is_empty());
        if why.is_empty() {
            // A copy of the key has counted less.
            phone.counter = 3;
            let browser = town.browser();
            let page = browser.get("/signin").await;
            let after = browser
                .submit(&page, &[("answer", &phone.get(&options(&page)))])
                .await;
            assert!(wrong(&after), "{}", after.text());
            let last = town.events("signin.passkey").await.pop().unwrap();
            assert_eq!(last.1, "the counter of the passkey went back");
        }
    }
    for answer in ["", "{}", "no JSON", "[]"] {
        let browser = town.browser();
        let page = browser.get("/signin").await;
        let after = browser.submit(&page, &[("answer", answer)]).await;
        assert!(wrong(&after), "{answer}: {}", after.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_password_a_passkey_is_the_second_factor_of_its_own_person_only() {
    let town = Town::new().await;
    let (rosa, ben) = (town.person("rosa").await, town.person("ben").await);
    let mut key = give(&town, rosa, false).await;
    let mut bens = give(&town, ben, false).await;
    let browser = town.browser();
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(
        page.text().contains("Confirm with your passkey"),
        "{}",
        page.text()
    );
    assert!(!page.has_field("code"), "she has no authenticator");
    let stranger = browser
        .submit(&page, &[("answer", &bens.get(&options(&page)))])
        .await;
    assert!(wrong(&stranger), "{}", stranger.text());
    let home = browser
        .submit(&stranger, &[("answer", &key.get(&options(&stranger)))])
        .await;
    assert!(is_signed_in(&home), "{}", home.text());
    let told = town.details("signin.completed").await;
    assert_eq!(told["amr"], serde_json::json!(["pwd", "hwk", "user", "mfa"]));
    // An authenticator that has verified its holder once is held to it.
    key.verifies = false;
    let other = town.browser();
    let page = enter_password(&other, "rosa", PASSWORD).await;
    assert!(wrong(
        &other
            .submit(&page, &[("answer", &key.get(&options(&page)))])
            .await
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_that_is_removed_or_of_somebody_who_may_not_sign_in_opens_nothing() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    let mut phone = give(&town, rosa, true).await;
    let mut op = town.op();
    let own = passkey::list(&mut op, rosa).await.unwrap();
    assert_eq!(
        (own.len(), own[0].name.as_str(), own[0].synced),
        (1, "My phone", true)
    );
    let ben = town.person("ben").await;
    let removal = passkey::remove(&mut op, ben, own[0].id).await.unwrap();
    assert_eq!(removal, Removal::Unknown);
    assert!(passkey::rename(&mut op, rosa, own[0].id, "").await.unwrap());
    let removal = passkey::remove(&mut op, rosa, own[0].id).await.unwrap();
    assert_eq!(removal, Removal::Removed);
    op.commit().await.unwrap();
    let browser = town.browser();
    let page = browser.get("/signin").await;
    assert!(wrong(
        &browser
            .submit(&page, &[("answer", &phone.get(&options(&page)))])
            .await
    ));
    let mut second = give(&town, rosa, true).await;
    let mut op = town.op();
    let (subject, disabled) = (Subject::Person(rosa), PersonStatus::Disabled);
    person::set_status(&mut op, town.organisation, subject, disabled, "a test")
        .await
        .unwrap();
    op.commit().await.unwrap();
    let page = browser.get("/signin").await;
    let after = browser
        .submit(&page, &[("answer", &second.get(&options(&page)))])
        .await;
    assert!(!is_signed_in(&after) && wrong(&after), "{}", after.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_credential_is_enrolled_once() {
    let town = Town::new().await;
    let (rosa, ben) = (town.person("rosa").await, town.person("ben").await);
    let mut op = town.op();
    let owner = person::find(&mut op, rosa).await.unwrap().unwrap();
    let challenge = Challenge::of(&op, "test", &[]);
    let asked = passkey::request_new(&mut op, &owner, challenge)
        .await
        .unwrap()
        .unwrap();
    let (_, answer) = Authenticator::create(&asked, &town.server.issuer, true);
    let other = Challenge::of(&op, "test", &["other"]);
    assert!(
        !passkey::enrol(&mut op, &owner, other, (&answer, "x"))
            .await
            .unwrap(),
        "another challenge"
    );
    assert!(
        passkey::enrol(&mut op, &owner, challenge, (&answer, "x"))
            .await
            .unwrap()
    );
    let ben = person::find(&mut op, ben).await.unwrap().unwrap();
    assert!(
        !passkey::enrol(&mut op, &ben, challenge, (&answer, "x"))
            .await
            .unwrap(),
        "it is Rosa's"
    );
    assert!(
        !passkey::enrol(&mut op, &owner, challenge, ("{}", "x"))
            .await
            .unwrap()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_removals_at_once_one_leaves_the_factor_that_a_rule_demands() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    town.demand_second_factor(rosa).await;
    for synced in [true, false] {
        give(&town, rosa, synced).await;
    }
    let own = passkey::list(&mut town.op(), rosa).await.unwrap();
    let remove = async |id| {
        let mut op = town.op();
        let removal = passkey::remove(&mut op, rosa, id).await.unwrap();
        op.commit().await.unwrap();
        removal
    };
    // The first is under way while the second begins, which waits for it.
    let mut first = town.op();
    let removal = passkey::remove(&mut first, rosa, own[0].id).await.unwrap();
    assert_eq!(removal, Removal::Removed);
    let second = remove(own[1].id);
    let mut second = std::pin::pin!(second);
    let early = tokio::time::timeout(Duration::from_millis(200), &mut second).await;
    assert!(early.is_err(), "{early:?}");
    let (committed, removal) = tokio::join!(first.commit(), second);
    committed.unwrap();
    assert_eq!(removal, Removal::LastRequired);
    let left = passkey::list(&mut town.op(), rosa).await.unwrap();
    assert_eq!(left.len(), 1);
    // One that is not hers is not there, whatever a rule says.
    let gone = own.iter().find(|one| one.id != left[0].id).unwrap();
    assert_eq!(remove(gone.id).await, Removal::Unknown);
}
