//! Sessions: seen with where they are, ended one by one or all but this one.

use std::time::Duration;

use regex_lite::Regex;

use super::{rosa, signed_in, token_of, town};
use crate::rule::place::with_places;
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};
use crate::support::{Browser, Page};

fn ids_of(page: &Page) -> Vec<String> {
    let id = Regex::new(r#"name="session" value="([0-9a-f-]{36})""#).unwrap();
    id.captures_iter(&page.body)
        .map(|found| found[1].to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_session_is_listed_once_this_one_first_and_ended_alone() {
    let town = town().await;
    let (browser, other, third) = (rosa(&town).await, rosa(&town).await, rosa(&town).await);
    let page = browser.get("/account/sessions").await;
    let ids = ids_of(&page);
    assert_eq!(ids.len(), 3);
    assert_eq!(page.text().matches("This is where you are now").count(), 1);
    assert!(
        page.text().contains("127.0.0.1") || page.text().contains("::1"),
        "{}",
        page.text()
    );
    let hers = ids_of(&other.get("/account/sessions").await);
    assert!(hers[1..].contains(&ids[0]), "its own is the first");

    let fields = [("form_token", token_of(&page)), ("session", hers[0].clone())];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let done = browser.post("/account/sessions", &fields).await;
    assert!(done.text().contains("Ended"), "{}", done.text());
    assert_eq!(ids_of(&done).len(), 2);
    assert!(!is_signed_in(&other.get("/").await));
    assert!(is_signed_in(&third.get("/").await));
    assert!(is_signed_in(&browser.get("/").await));
    let again = browser.post("/account/sessions", &fields).await;
    assert_eq!(again.status, 404, "it has ended already");
    let ended = town.events("session.ended").await;
    assert_eq!(ended, [("success".to_owned(), "the person ended it".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_others_are_ended_by_one_button_and_the_applications_are_told() {
    let town = town().await;
    let (browser, other, third) = (rosa(&town).await, rosa(&town).await, rosa(&town).await);
    let page = browser.get("/account/sessions").await;
    let done = browser.press(&page, "others").await;
    assert_eq!(ids_of(&done).len(), 1);
    assert!(!done.has_button("others"));
    for ended in [other, third] {
        assert!(!is_signed_in(&ended.get("/").await));
    }
    assert!(is_signed_in(&browser.get("/").await));
    assert_eq!(town.jobs("session.ended").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_this_one_signs_out() {
    let town = town().await;
    let browser = rosa(&town).await;
    let page = browser.get("/account/sessions").await;
    let (token, id) = (token_of(&page), ids_of(&page).remove(0));
    let out = browser
        .post("/account/sessions", &[("form_token", &token), ("session", &id)])
        .await;
    assert!(out.text().contains("Nobody is signed in"), "{}", out.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_somebody_else_is_not_ended() {
    let town = town().await;
    town.person("ada").await;
    let (browser, hers) = (rosa(&town).await, signed_in(&town, "ada").await);
    let id = ids_of(&hers.get("/account/sessions").await).remove(0);
    let page = browser.get("/account/sessions").await;
    assert!(!page.body.contains(&id));
    let token = token_of(&page);
    for (session, status) in [(id.as_str(), 404), ("nonsense", 400), ("", 400)] {
        let fields = [("form_token", token.as_str()), ("session", session)];
        let refused = browser.post("/account/sessions", &fields).await;
        assert_eq!(refused.status, status, "{session}");
    }
    browser
        .press(&rosa_and_more(&town, &browser).await, "others")
        .await;
    assert!(is_signed_in(&hers.get("/").await));
}

/// The page once there is another session to end.
async fn rosa_and_more(town: &crate::signin::Town, browser: &crate::support::Browser) -> Page {
    rosa(town).await;
    browser.get("/account/sessions").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_idle_for_too_long_is_not_listed() {
    let town = town().await;
    rosa(&town).await;
    town.wait(Duration::from_secs(3_601));
    let browser = rosa(&town).await;
    assert_eq!(ids_of(&browser.get("/account/sessions").await).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_tells_city_and_country_where_they_are_known() {
    let town = Town::with(with_places).await;
    town.person("rosa").await;
    let browser = Browser::from_address(&town.server.issuer, "192.0.2.7");
    enter_password(&browser, "rosa", PASSWORD).await;
    let page = browser.get("/account/sessions").await.text();
    assert!(page.contains("Berlin, Germany · 192.0.2.7"), "{page}");
    let page = browser.get("/account/sessions?ui_locales=de").await.text();
    assert!(page.contains("Berlin, Deutschland · 192.0.2.7"), "{page}");
    let nowhere = Browser::from_address(&town.server.issuer, "203.0.113.200");
    enter_password(&nowhere, "rosa", PASSWORD).await;
    let page = nowhere.get("/account/sessions").await.text();
    assert!(
        page.contains("203.0.113.200") && !page.contains("· 203.0.113.200"),
        "{page}"
    );
}
