//! "Sign in again" after a short while, up to each request: whoever is slow, has two tabs or an old form comes to an end.

use std::time::Duration;

use doorward::domain::ClientAuthMethod;
use serde_json::json;

use super::add;
use crate::signin::{PASSWORD, SECRET, Town, authorize, enter_password, is_signed_in};
use crate::support::{Browser, Page};

const BACK: &str = "https://desk.example/back";

/// A town where the desk asks to sign in again after so many minutes.
async fn town(minutes: u32) -> Town {
    let town = Town::new().await;
    town.person("rosa").await;
    town.register("desk", ClientAuthMethod::None, BACK).await;
    let rule = json!({
        "name": "Again", "when": { "clients": ["desk"] }, "then": { "do": "again", "after_minutes": minutes },
    });
    add(&town, rule).await;
    town
}

fn has_code(page: &Page) -> bool {
    page.location().is_some_and(|to| to.contains("code="))
}

async fn desk(browser: &Browser) -> Page {
    browser.get(&authorize("desk", BACK, &[])).await
}

/// Signs in from the first page on, as far as the password leads.
async fn sign_in(browser: &Browser, page: &Page) -> Page {
    let page = browser.submit(page, &[("username", "rosa")]).await;
    browser.submit(&page, &[("password", PASSWORD)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_asks_anew_and_is_answered_by_its_own_sign_in() {
    let town = town(0).await;
    let browser = town.browser();
    assert!(is_signed_in(&enter_password(&browser, "rosa", PASSWORD).await));
    for _ in 0..2 {
        town.wait(Duration::from_secs(1));
        let page = desk(&browser).await;
        assert!(page.has_field("username"), "{}", page.text());
        town.wait(Duration::from_secs(30));
        let page = sign_in(&browser, &page).await;
        assert!(has_code(&page), "{}", page.text());
    }
    town.wait(Duration::from_secs(1));
    let silent = browser.get(&authorize("desk", BACK, &[("prompt", "none")])).await;
    let to = silent.location().unwrap();
    assert!(to.contains("error=login_required"), "{to}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_longer_than_the_age_still_comes_to_the_end() {
    for minutes in [0, 1] {
        let town = town(minutes).await;
        let rosa = town.id_of("rosa").await;
        town.give_authenticator(rosa).await;
        let browser = town.browser();
        let page = desk(&browser).await;
        town.wait(Duration::from_mins(4));
        let page = browser.submit(&page, &[("username", "rosa")]).await;
        town.wait(Duration::from_mins(4));
        let page = browser.submit(&page, &[("password", PASSWORD)]).await;
        assert!(page.has_field("code"), "{}", page.text());
        town.wait(Duration::from_mins(4));
        let page = browser.submit(&page, &[("code", &town.code(SECRET))]).await;
        assert!(has_code(&page), "{minutes}: {}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_tabs_one_sign_in_answers_both_and_none_that_is_opened_later() {
    let town = town(0).await;
    let browser = town.browser();
    let (one, other) = (desk(&browser).await, desk(&browser).await);
    town.wait(Duration::from_mins(2));
    let stale = browser.submit(&other, &[("username", "rosa")]).await;
    assert!(has_code(&sign_in(&browser, &one).await));
    town.wait(Duration::from_mins(2));
    // The other tab is looked at again, or its old form is sent.
    let page = browser.get(&other.url).await;
    assert!(has_code(&page), "{}", page.text());
    let page = browser.submit(&stale, &[("password", PASSWORD)]).await;
    assert!(!page.has_field("username"), "{}", page.text());
    town.wait(Duration::from_secs(1));
    let later = desk(&browser).await;
    assert!(later.has_field("username"), "{}", later.text());
    // A form of the tab that is over leads to no dead end, and proves nothing for the new one.
    browser.submit(&one, &[("username", "rosa")]).await;
    assert!(browser.get(&later.url).await.has_field("username"));
    assert!(has_code(&sign_in(&browser, &later).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_minute_means_after_a_minute() {
    let town = town(1).await;
    let browser = town.browser();
    assert!(has_code(&sign_in(&browser, &desk(&browser).await).await));
    town.wait(Duration::from_secs(50));
    assert!(has_code(&desk(&browser).await));
    town.wait(Duration::from_secs(11));
    assert!(desk(&browser).await.has_field("username"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_house_let_five_minutes_pass() {
    let town = Town::new().await;
    town.person("rosa").await;
    add(
        &town,
        json!({ "name": "Always", "then": { "do": "again", "after_minutes": 0 } }),
    )
    .await;
    let browser = town.browser();
    assert!(is_signed_in(&enter_password(&browser, "rosa", PASSWORD).await));
    town.wait(Duration::from_secs(280));
    let page = browser.get("/account/password").await;
    assert!(page.has_field("new"), "{}", page.text());
    town.wait(Duration::from_secs(21));
    let page = browser.get("/account/password").await;
    assert!(
        page.has_field("password") && !page.has_field("new"),
        "{}",
        page.text()
    );
    let page = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert!(page.has_field("new"), "{}", page.text());
}
