//! Recovery codes: counted, and made anew.

use std::time::Duration;

use super::{PASSWORD, add, codes_of, rosa, token_of, town};
use crate::signin::{enter_password, is_signed_in};

#[tokio::test(flavor = "multi_thread")]
async fn new_codes_are_shown_once_and_end_the_old_ones() {
    let town = town().await;
    let browser = rosa(&town).await;
    let (secret, shown) = add(&town, &browser, "Phone").await;
    let old = codes_of(&shown);
    let page = browser.get("/account/recovery-codes").await;
    assert!(
        page.text().contains("You have 10 recovery codes left"),
        "{}",
        page.text()
    );
    assert!(codes_of(&page).is_empty(), "they are not shown again");

    // The session has proven a password only so far.
    let asked = browser.press(&page, "make").await;
    assert!(asked.has_field("code"), "{}", asked.text());
    town.wait(Duration::from_secs(30));
    let page = browser.submit(&asked, &[("code", &town.code(&secret))]).await;
    let new = codes_of(&browser.press(&page, "make").await);
    assert_eq!(new.len(), 10);
    assert!(new.iter().all(|code| !old.contains(code)));
    assert_eq!(town.events("factor.recovery_codes.made").await.len(), 2);

    let other = town.browser();
    let asked = enter_password(&other, "rosa", PASSWORD).await;
    let page = other.get(&format!("{}/recovery", asked.url)).await;
    let refused = other.submit(&page, &[("code", &old[0])]).await;
    assert!(refused.text().contains("did not work"), "{}", refused.text());
    let used = other.submit(&refused, &[("code", &new[0])]).await;
    let home = other.press(&used, "continue").await;
    assert!(is_signed_in(&home), "{}", home.text());
    assert!(
        browser
            .get("/account/recovery-codes")
            .await
            .text()
            .contains("You have 9 recovery codes left")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_authenticator_there_are_none_to_make() {
    let town = town().await;
    let browser = rosa(&town).await;
    let page = browser.get("/account/recovery-codes").await;
    assert!(!page.has_button("make"), "{}", page.text());
    let token = token_of(&page);
    let refused = browser
        .post("/account/recovery-codes", &[("form_token", &token)])
        .await;
    assert_eq!(refused.status, 409);
    assert_eq!(town.events("factor.recovery_codes.made").await.len(), 0);
}
