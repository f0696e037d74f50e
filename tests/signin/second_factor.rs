//! Authenticators, recovery codes, and going from one factor to two.

use std::time::Duration;

use doorward::domain::{PersonStatus, Subject};
use doorward::person;
use regex_lite::Regex;

use super::{PASSWORD, SECRET, Town, enter_password, is_signed_in};
use crate::support::{Browser, Page};

/// The key that the page of enrolment shows, as an authenticator app takes it.
fn key_of(page: &Page) -> String {
    let key = Regex::new(r#"(?s)id="key"[^>]*>([A-Z2-7 ]+)<"#).unwrap();
    key.captures(&page.body).unwrap()[1].replace(' ', "")
}

fn codes_of(page: &Page) -> Vec<String> {
    let code = Regex::new("<code>([A-Z2-7-]+)</code>").unwrap();
    code.captures_iter(&page.body)
        .map(|found| found[1].to_owned())
        .collect()
}

/// Enrols on the page at hand; answers the secret, the recovery codes, and the page after them.
async fn enrol(town: &Town, browser: &Browser, page: &Page) -> (String, Vec<String>, Page) {
    let secret = key_of(page);
    let shown = browser.submit(page, &[("code", &town.code(&secret))]).await;
    let codes = codes_of(&shown);
    let after = browser.press(&shown, "continue").await;
    (secret, codes, after)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_leads_through_enrolment_at_the_first_sign_in() {
    let town = Town::new().await;
    let id = town.person("rosa").await;
    town.demand_second_factor(id).await;
    let browser = town.browser();
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(
        page.body.contains("<svg") && page.has_field("code"),
        "{}",
        page.body
    );
    assert!(
        !page.body.contains("style="),
        "the policy of pages allows no style"
    );
    assert!(
        !is_signed_in(&browser.get("/").await),
        "not before it is enrolled"
    );
    let wrong = browser.submit(&page, &[("code", "000000")]).await;
    assert!(wrong.text().contains("did not fit"), "{}", wrong.text());
    assert_eq!(key_of(&wrong), key_of(&page), "the secret stays");
    let (secret, codes, home) = enrol(&town, &browser, &wrong).await;
    assert_eq!(codes.len(), 10);
    assert!(is_signed_in(&home), "{}", home.text());
    assert_eq!(town.events("factor.totp.enrolled").await.len(), 2);
    assert_eq!(town.events("factor.recovery_codes.made").await.len(), 1);

    let other = town.browser();
    let page = enter_password(&other, "rosa", PASSWORD).await;
    assert!(!page.body.contains("<svg"));
    town.wait(Duration::from_secs(30));
    let home = other.submit(&page, &[("code", &town.code(&secret))]).await;
    assert!(is_signed_in(&home), "{}", home.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_factor_that_is_enrolled_is_asked_for_without_any_rule() {
    let town = Town::new().await;
    let id = town.person("rosa").await;
    town.give_authenticator(id).await;
    let browser = town.browser();
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(page.has_field("code"), "{}", page.text());
    assert!(
        page.body
            .contains("inputmode=\"numeric\" autocomplete=\"one-time-code\"")
    );
    assert!(!is_signed_in(&browser.get("/").await));
    let home = browser.submit(&page, &[("code", &town.code(SECRET))]).await;
    assert!(is_signed_in(&home), "{}", home.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_once_even_in_two_browsers_at_the_same_time() {
    let town = Town::new().await;
    let id = town.person("rosa").await;
    town.give_authenticator(id).await;
    let (one, two) = (town.browser(), town.browser());
    let page_one = enter_password(&one, "rosa", PASSWORD).await;
    let page_two = enter_password(&two, "rosa", PASSWORD).await;
    let code = town.code(SECRET);
    let code = [("code", code.as_str())];
    let (first, second) = tokio::join!(one.submit(&page_one, &code), two.submit(&page_two, &code));
    let signed_in = [&first, &second]
        .into_iter()
        .filter(|page| is_signed_in(page))
        .count();
    assert_eq!(signed_in, 1);
    let reasons = town.events("signin.totp").await;
    assert!(
        reasons
            .iter()
            .any(|(_, reason)| reason == "the code was used before"),
        "{reasons:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_code_does_not_work_after_a_later_one() {
    let town = Town::new().await;
    let id = town.person("rosa").await;
    town.give_authenticator(id).await;
    let earlier = town.code(SECRET);
    town.wait(Duration::from_secs(30));
    let browser = town.browser();
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(is_signed_in(
        &browser.submit(&page, &[("code", &town.code(SECRET))]).await
    ));
    let other = town.browser();
    let page = enter_password(&other, "rosa", PASSWORD).await;
    let refused = other.submit(&page, &[("code", &earlier)]).await;
    assert!(!is_signed_in(&refused));
    assert!(refused.text().contains("did not work"), "{}", refused.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_stands_in_once_and_tells_how_many_are_left() {
    let town = Town::new().await;
    let id = town.person("rosa").await;
    town.demand_second_factor(id).await;
    let browser = town.browser();
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    let (_, codes, _) = enrol(&town, &browser, &page).await;

    let other = town.browser();
    let page = enter_password(&other, "rosa", PASSWORD).await;
    let link = Regex::new(r#"id="recovery" href="([^"]+)""#).unwrap();
    let path = link.captures(&page.body).unwrap()[1].to_owned();
    let page = other.get(&path).await;
    let wrong = other.submit(&page, &[("code", "ABCD-ABCD-ABCD-ABCD")]).await;
    assert!(
        wrong.text().contains("recovery code did not work"),
        "{}",
        wrong.text()
    );
    let typed = codes[3].to_lowercase().replace('-', " ");
    let told = other.submit(&wrong, &[("code", &typed)]).await;
    assert!(told.text().contains("9 recovery codes left"), "{}", told.text());
    assert!(!is_signed_in(&other.get("/").await), "not before it is told");
    assert!(is_signed_in(&other.press(&told, "continue").await));

    let third = town.browser();
    let page = enter_password(&third, "rosa", PASSWORD).await;
    let path = link.captures(&page.body).unwrap()[1].to_owned();
    let page = third.get(&path).await;
    let again = third.submit(&page, &[("code", &codes[3])]).await;
    assert!(again.text().contains("did not work"), "{}", again.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_too_weak_is_asked_for_the_second_factor_only() {
    let town = Town::new().await;
    let id = town.person("rosa").await;
    let browser = town.browser();
    assert!(is_signed_in(&enter_password(&browser, "rosa", PASSWORD).await));
    assert!(
        is_signed_in(&browser.get("/signin").await),
        "nothing is asked of a session that is enough"
    );
    town.give_authenticator(id).await;
    town.demand_second_factor(id).await;
    let page = browser.get("/signin").await;
    assert!(
        page.has_field("code") && !page.has_field("password"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("rosa"));
    let home = browser.submit(&page, &[("code", &town.code(SECRET))]).await;
    assert!(is_signed_in(&home), "{}", home.text());
    let ended = town.events("session.ended").await;
    assert_eq!(
        ended,
        [("success".into(), "replaced by a new authentication".into())]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_up_ends_with_the_session_it_stands_on() {
    let town = Town::new().await;
    let id = town.person("rosa").await;
    let browser = town.browser();
    let home = enter_password(&browser, "rosa", PASSWORD).await;
    town.give_authenticator(id).await;
    town.demand_second_factor(id).await;
    let page = browser.get("/signin").await;
    assert!(page.has_field("code"));
    browser.press(&home, "sign-out").await;
    let after = browser.submit(&page, &[("code", &town.code(SECRET))]).await;
    assert!(
        after.has_field("username") && !after.has_field("code"),
        "{}",
        after.text()
    );
    assert!(!is_signed_in(&browser.get("/").await));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_at_the_second_factor_is_over_once_the_account_was_switched_off() {
    let town = Town::new().await;
    let id = town.person("rosa").await;
    town.give_authenticator(id).await;
    let set = async |status: PersonStatus| {
        let (mut op, subject) = (town.op(), Subject::Person(id));
        let set = person::set_status(&mut op, town.organisation, subject, status, "a test");
        set.await.unwrap();
        op.commit().await.unwrap();
    };
    let (early, late) = (town.browser(), town.browser());
    let waits_early = enter_password(&early, "rosa", PASSWORD).await;
    let waits_late = enter_password(&late, "rosa", PASSWORD).await;
    set(PersonStatus::Disabled).await;
    let refused = early.submit(&waits_early, &[("code", &town.code(SECRET))]).await;
    assert!(!is_signed_in(&refused) && !is_signed_in(&early.get("/").await));
    let (outcome, reason) = town.events("signin.refused").await.remove(0);
    assert!(
        outcome == "refused" && reason.contains("may not sign in"),
        "{reason}"
    );
    // Nor does it go on when the account is on again.
    set(PersonStatus::Active).await;
    town.wait(Duration::from_secs(30));
    let asked = late.submit(&waits_late, &[("code", &town.code(SECRET))]).await;
    assert!(asked.has_field("username"), "{}", asked.text());
    assert!(!is_signed_in(&late.get("/").await));
    assert!(town.events("signin.completed").await.is_empty());
}
