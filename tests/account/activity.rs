//! Recent activity in words: one's own, and nothing of others.

use super::{PASSWORD, rosa, signed_in, token_of, town};
use crate::signin::enter_password;

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_to_the_account_is_told_the_newest_first() {
    let town = town().await;
    enter_password(&town.browser(), "rosa", "a wrong guess").await;
    let browser = rosa(&town).await;
    let text = browser.get("/account/activity").await.text();
    let place = |told: &str| text.find(told).unwrap_or_else(|| panic!("{told}: {text}"));
    assert!(place("You signed in") < place("The right password was given"));
    assert!(place("The right password was given") < place("A wrong password was given"));
    assert!(place("A wrong password was given") < place("The password was set"));
    assert!(place("by an administrator") > place("The password was set"));
    assert!(place("The account was made") > place("The password was set"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_others_is_told() {
    let town = town().await;
    town.person("ada").await;
    enter_password(&town.browser(), "ada", "a wrong guess").await;
    signed_in(&town, "ada").await;
    let browser = rosa(&town).await;
    let page = browser.get("/account/activity").await;
    assert!(!page.text().contains("A wrong password"), "{}", page.text());
    assert_eq!(page.text().matches("You signed in").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn older_events_are_on_the_next_page() {
    let town = town().await;
    let browser = rosa(&town).await;
    let token = token_of(&browser.get("/account").await);
    for _ in 0..55 {
        let answer = browser.post("/account/data", &[("form_token", &token)]).await;
        assert_eq!(answer.status, 200);
    }
    let page = browser.get("/account/activity").await;
    assert_eq!(page.text().matches("You downloaded your data").count(), 50);
    assert!(!page.text().contains("You signed in"));
    let older = regex_lite::Regex::new(r#"id="older" href="([^"]+)""#).unwrap();
    let older = older.captures(&page.body).unwrap()[1].to_owned();
    let next = browser.get(&older).await;
    assert_eq!(next.text().matches("You downloaded your data").count(), 5);
    assert!(next.text().contains("You signed in") && next.body.contains("id=\"newest\""));
    assert!(!next.body.contains("id=\"older\""));
    assert_eq!(browser.get("/account/activity?after=nonsense").await.status, 400);
    assert!(!next.text().contains(PASSWORD));
}
