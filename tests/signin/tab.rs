//! Two tabs, the back button, stale forms, second submissions, other browsers: never a dead end.

use std::time::Duration;

use super::{PASSWORD, SECRET, Town, enter_password, identify, is_signed_in};

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_an_earlier_step_leads_to_the_step_at_hand() {
    let town = Town::new().await;
    let id = town.person("rosa").await;
    town.give_authenticator(id).await;
    let browser = town.browser();
    let first = browser.get("/signin").await;
    let second = browser.submit(&first, &[("username", "rosa")]).await;
    let third = browser.submit(&second, &[("password", PASSWORD)]).await;
    assert!(third.has_field("code"));
    for stale in [
        browser.submit(&first, &[("username", "someone-else")]).await,
        browser.submit(&second, &[("password", "wrong")]).await,
    ] {
        assert_eq!(stale.status, 200);
        assert!(
            stale.has_field("code"),
            "still at the same step: {}",
            stale.text()
        );
    }
    let home = browser.submit(&third, &[("code", &town.code(SECRET))]).await;
    assert!(is_signed_in(&home));
    let failures: Vec<_> = town
        .events("signin.password")
        .await
        .into_iter()
        .filter(|(outcome, _)| outcome == "refused")
        .collect();
    assert!(failures.is_empty(), "a stale form is no failure");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_typed_for_somebody_else_counts_for_nobody() {
    let town = Town::new().await;
    town.person("rosa").await;
    town.person("mete").await;
    let browser = town.browser();
    let of_rosa = identify(&browser, "rosa").await;
    let start = browser.press(&of_rosa, "restart").await;
    let of_mete = browser.submit(&start, &[("username", "mete")]).await;
    let stale = browser
        .submit(&of_rosa, &[("password", "what rosa would type")])
        .await;
    assert!(stale.body.contains("value=\"mete\"") && stale.has_field("password"));
    assert_eq!(town.events("signin.password").await, []);
    let home = browser.submit(&of_mete, &[("password", PASSWORD)]).await;
    assert!(home.text().contains("Name of mete"), "{}", home.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_cannot_be_skipped_by_calling_its_address() {
    let town = Town::new().await;
    let id = town.person("rosa").await;
    town.give_authenticator(id).await;
    let browser = town.browser();
    let page = identify(&browser, "rosa").await;
    let here = page.url.clone();
    let code = town.code(SECRET);
    for path in ["totp", "enrol", "recovery-codes", "recovery"] {
        let form = hidden(&page);
        let mut fields: Vec<(&str, &str)> = form
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        fields.push(("code", &code));
        let after = browser.post(&format!("{here}/{path}"), &fields).await;
        assert!(after.has_field("password"), "{path}: {}", after.text());
    }
    assert!(!is_signed_in(&browser.get("/").await));
}

/// Form token and revision of a page.
fn hidden(page: &crate::support::Page) -> Vec<(String, String)> {
    let field = regex_lite::Regex::new(r#"<input type="hidden" name="([^"]+)" value="([^"]*)">"#).unwrap();
    let mut found: Vec<(String, String)> = field
        .captures_iter(&page.body)
        .map(|field| (field[1].to_owned(), field[2].to_owned()))
        .collect();
    found.sort();
    found.dedup();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_submission_and_the_back_button_end_at_a_page_that_helps() {
    let town = Town::new().await;
    town.person("rosa").await;
    let browser = town.browser();
    let page = identify(&browser, "rosa").await;
    let home = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert!(is_signed_in(&home));
    let again = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert_eq!(again.status, 200);
    assert!(again.text().contains("This sign-in is done"), "{}", again.text());
    let back = browser.get(&page.url).await;
    assert!(back.text().contains("This sign-in is done"), "{}", back.text());
    assert_eq!(town.events("signin.completed").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_form_sent_twice_at_once_signs_in_once() {
    let town = Town::new().await;
    town.person("rosa").await;
    let browser = town.browser();
    let page = identify(&browser, "rosa").await;
    let password = [("password", PASSWORD)];
    let (one, two) = tokio::join!(browser.submit(&page, &password), browser.submit(&page, &password));
    assert!(one.status.is_success() && two.status.is_success());
    assert!(is_signed_in(&browser.get("/").await));
    assert_eq!(town.events("signin.completed").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_with_two_sign_ins_do_not_disturb_each_other() {
    let town = Town::new().await;
    town.person("rosa").await;
    town.person("mete").await;
    let browser = town.browser();
    let one = identify(&browser, "rosa").await;
    let two = identify(&browser, "mete").await;
    assert_ne!(one.url, two.url);
    assert!(browser.get(&one.url).await.body.contains("value=\"rosa\""));
    let home = browser.submit(&two, &[("password", PASSWORD)]).await;
    assert!(home.text().contains("Name of mete"), "{}", home.text());
    let other = browser.submit(&one, &[("password", PASSWORD)]).await;
    assert!(other.text().contains("Name of rosa"), "{}", other.text());
    assert_eq!(
        town.events("session.ended").await,
        [("success".into(), "replaced by a new authentication".into())],
        "the session before it is over"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_browser_cannot_go_on_with_a_sign_in() {
    let town = Town::new().await;
    let id = town.person("rosa").await;
    town.give_authenticator(id).await;
    let page = enter_password(&town.browser(), "rosa", PASSWORD).await;
    let thief = town.browser();
    let refused = thief.get(&page.url).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("another browser"), "{}", refused.text());
    let posted = thief.submit(&page, &[("code", &town.code(SECRET))]).await;
    assert!(!is_signed_in(&posted));
    assert!(!is_signed_in(&thief.get("/").await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_site_is_refused() {
    let town = Town::new().await;
    town.person("rosa").await;
    let browser = town.browser();
    let page = identify(&browser, "rosa").await;
    let forged = browser
        .post(
            &format!("{}/password", page.url),
            &[("password", PASSWORD), ("revision", "1")],
        )
        .await;
    assert_eq!(forged.status, 403);
    assert!(!is_signed_in(&browser.get("/").await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_left_open_too_long_says_so() {
    let town = Town::new().await;
    town.person("rosa").await;
    let browser = town.browser();
    let page = identify(&browser, "rosa").await;
    town.wait(Duration::from_mins(31));
    let late = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert_eq!(late.status, 410);
    assert!(late.text().contains("too long"), "{}", late.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_can_begin_again_in_the_same_tab() {
    let town = Town::new().await;
    town.person("rosa").await;
    town.person("mete").await;
    let browser = town.browser();
    let page = identify(&browser, "rosa").await;
    let start = browser.press(&page, "restart").await;
    assert!(start.has_field("username") && !start.has_field("password"));
    let page = browser.submit(&start, &[("username", "mete")]).await;
    let home = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert!(home.text().contains("Name of mete"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_in_addresses_and_forms_is_answered_with_a_page() {
    let town = Town::new().await;
    let browser = town.browser();
    for path in [
        "/signin/1",
        "/signin/%00",
        "/signin/00000000-0000-7000-8000-000000000000",
    ] {
        let page = browser.get(path).await;
        assert!(page.status.is_client_error(), "{path}: {}", page.status);
        assert!(page.body.contains("<h1>"), "{path}");
    }
    let start = browser.get("/signin").await;
    let empty = browser.submit(&start, &[("username", " ")]).await;
    assert!(empty.text().contains("Enter your username"), "{}", empty.text());
    let odd = browser
        .submit(&empty, &[("username", "<b>\u{202e}\" or 1=1")])
        .await;
    assert_eq!(odd.status, 200);
    assert!(!odd.body.contains("<b>"));
}
