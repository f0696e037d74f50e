//! Invitations, and the pages of a pass.

use std::time::Duration;

use doorward::domain::{PersonStatus, Subject};
use doorward::enrolment;
use doorward::person;

use super::{invite, key_of, letters, options, town};
use crate::signin::{Town, enter_password, identify, is_signed_in};
use crate::support::{Authenticator, Browser, Page};

const PASSWORD: &str = "nine quiet harbours";

async fn begun(browser: &Browser, link: &str) -> Page {
    let page = browser.get(link).await;
    browser.press(&page, "begin").await
}

async fn set_password(browser: &Browser, page: &Page, new: &str) -> Page {
    browser.submit(page, &[("new", new), ("again", new)]).await
}

/// Gives the town a role that demands a second factor.
async fn strict_role(town: &Town) {
    let someone = town.person("someone").await;
    town.demand_second_factor(someone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_person_sets_a_passkey_and_signs_in_with_it() {
    let town = town().await;
    let link = invite(&town, &[]).await;
    let (_, to, text) = letters(&town).await.remove(0);
    assert_eq!(to, "kim@northbeam.example");
    assert!(text.contains("Northbeam has made an account for you"), "{text}");
    let browser = town.browser();
    browser.get(&format!("{link}?ui_locales=de")).await;
    let page = begun(&browser, &link).await;
    let (mut phone, answer) = Authenticator::create(&options(&page), &town.server.issuer, true);
    let done = browser
        .submit(&page, &[("answer", &answer), ("name", "Phone")])
        .await;
    assert!(done.text().contains("Alles ist eingerichtet"), "{}", done.text());
    assert!(
        !done.body.contains("<code>"),
        "no codes where there is no password"
    );
    assert!(!is_signed_in(&browser.get("/").await), "a pass signs nobody in");
    let used = browser.get(&link).await;
    assert_eq!(used.status, 410);
    let told = used.text();
    assert!(
        told.contains("Er wurde benutzt") && told.contains("melden Sie sich an"),
        "{told}"
    );
    assert!(used.body.contains("href=\"/signin\""), "{}", used.body);
    let other = town.browser();
    let page = other.get("/signin").await;
    let home = other
        .submit(&page, &[("answer", &phone.get(&options(&page)))])
        .await;
    assert!(is_signed_in(&home), "{}", home.text());
    let account = other.get("/account?ui_locales=en").await.text();
    assert!(
        account.contains("Your account opens by one passkey alone"),
        "{account}"
    );
    let codes = other.get("/account/recovery-codes").await;
    assert!(
        !codes.has_button("make") && codes.text().contains("your account has no password"),
        "{}",
        codes.text()
    );
    let mut op = town.op();
    let kim = person::find(&mut op, town.id_of("kim").await)
        .await
        .unwrap()
        .unwrap();
    assert!(kim.email_verified, "whoever has the link has read the mail");
    assert_eq!(
        kim.locale.as_deref(),
        Some("de"),
        "of whoever has none it is that of the page"
    );
    let steps = town.events("pass.used").await;
    assert_eq!(steps.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_alone_is_enough_where_no_rule_demands_more() {
    let town = town().await;
    let link = invite(&town, &[]).await;
    let browser = town.browser();
    let page = begun(&browser, &link).await;
    let done = set_password(&browser, &page, PASSWORD).await;
    assert!(done.text().contains("All is set"), "{}", done.text());
    assert!(is_signed_in(
        &enter_password(&town.browser(), "kim", PASSWORD).await
    ));
}

/// Somebody of whom a second factor is demanded has set a password.
async fn one_thing_more() -> (Town, Browser, Page) {
    let town = town().await;
    strict_role(&town).await;
    let link = invite(&town, &["manager"]).await;
    let browser = town.browser();
    let page = begun(&browser, &link).await;
    let page = set_password(&browser, &page, PASSWORD).await;
    (town, browser, page)
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_rule_demands_a_second_factor_the_pass_is_not_used_up_before_there_is_one() {
    let (town, browser, page) = one_thing_more().await;
    assert!(page.text().contains("One thing more"), "{}", page.text());
    let early = enter_password(&town.browser(), "kim", PASSWORD).await;
    assert!(
        !early.has_field("code") && !is_signed_in(&early),
        "the account is held"
    );
    let wrong = browser.submit(&page, &[("code", "000000")]).await;
    assert_eq!(wrong.status, 422);
    let secret = key_of(&wrong);
    let done = browser.submit(&wrong, &[("code", &town.code(&secret))]).await;
    assert!(done.text().contains("All is set"), "{}", done.text());
    assert!(done.body.contains("<code>"), "recovery codes are shown, once");
    town.wait(Duration::from_mins(1));
    let other = town.browser();
    let page = enter_password(&other, "kim", PASSWORD).await;
    let home = other.submit(&page, &[("code", &town.code(&secret))]).await;
    assert!(is_signed_in(&home), "{}", home.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_beside_the_password_of_a_pass_brings_recovery_codes() {
    let (town, browser, page) = one_thing_more().await;
    let (_, answer) = Authenticator::create(&options(&page), &town.server.issuer, true);
    let done = browser
        .submit(&page, &[("answer", &answer), ("name", "Phone")])
        .await;
    assert_eq!(done.body.matches("<code>").count(), 10, "{}", done.text());
    let code = done.body.split("<code>").nth(1).unwrap();
    let code = code.split("</code>").next().unwrap();
    let other = town.browser();
    let asked = enter_password(&other, "kim", PASSWORD).await;
    let page = other.get(&format!("{}/recovery", asked.url)).await;
    let used = other.submit(&page, &[("code", code)]).await;
    assert!(used.text().contains("Recovery code used"), "{}", used.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn to_read_the_page_uses_nothing_up_and_another_browser_cannot_go_on() {
    let town = town().await;
    let link = invite(&town, &[]).await;
    for _ in 0..3 {
        assert_eq!(town.browser().get(&link).await.status, 200);
    }
    let (browser, other) = (town.browser(), town.browser());
    let others = other.get(&link).await;
    let page = begun(&browser, &link).await;
    assert_eq!(other.get(&link).await.status, 410);
    assert_eq!(other.press(&others, "begin").await.status, 410);
    assert!(
        set_password(&browser, &page, PASSWORD)
            .await
            .text()
            .contains("All is set")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_does_not_fit_is_refused_and_the_pass_stays() {
    let town = town().await;
    let link = invite(&town, &[]).await;
    let browser = town.browser();
    let page = begun(&browser, &link).await;
    for (new, again) in [
        ("short", "short"),
        ("kim@northbeam.example", "kim@northbeam.example"),
        (PASSWORD, "x"),
    ] {
        let refused = browser.submit(&page, &[("new", new), ("again", again)]).await;
        assert_eq!(refused.status, 422, "{new}");
    }
    assert!(
        set_password(&browser, &page, PASSWORD)
            .await
            .text()
            .contains("All is set")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_is_not_at_hand_does_nothing() {
    let town = town().await;
    let link = invite(&town, &[]).await;
    let browser = town.browser();
    let page = browser.get(&link).await;
    let token = regex_lite::Regex::new(r#"name="form_token" value="([^"]+)""#).unwrap();
    let token = token.captures(&page.body).unwrap()[1].to_owned();
    for act in ["password", "totp", "passkey", "x"] {
        let fields = [
            ("form_token", token.as_str()),
            ("act", act),
            ("new", PASSWORD),
            ("again", PASSWORD),
        ];
        let page = browser.post(&link, &fields).await;
        assert!(page.has_button("begin"), "{act}: {}", page.text());
    }
    assert!(town.events("factor.password.set").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_is_over_when_it_is_old_taken_back_or_of_somebody_who_may_not_sign_in() {
    let town = town().await;
    let link = invite(&town, &[]).await;
    let kim = town.id_of("kim").await;
    let set = async |status: PersonStatus| {
        let mut op = town.op();
        let subject = Subject::Person(kim);
        person::set_status(&mut op, town.organisation, subject, status, "a test")
            .await
            .unwrap();
        op.commit().await.unwrap();
    };
    set(PersonStatus::Disabled).await;
    let gone = town.browser().get(&link).await;
    assert_eq!(gone.status, 410);
    set(PersonStatus::Active).await;
    assert_eq!(town.browser().get(&link).await.status, 200);
    let mut op = town.op();
    let (open, next) = enrolment::list(&mut op, town.organisation, None).await.unwrap();
    assert_eq!((open.len(), next), (1, None));
    assert!(
        enrolment::take_back(&mut op, town.organisation, open[0].id)
            .await
            .unwrap()
    );
    op.commit().await.unwrap();
    let taken = town.browser().get(&link).await;
    assert_eq!(taken.status, 410);
    let never = town.browser().get("/enrol/x").await;
    assert_eq!(never.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_good_for_a_week() {
    let town = town().await;
    let link = invite(&town, &[]).await;
    town.wait(Duration::from_hours(7 * 24 - 1));
    assert_eq!(town.browser().get(&link).await.status, 200);
    town.wait(Duration::from_hours(1));
    assert_eq!(town.browser().get(&link).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_invited_and_has_not_come_looks_like_anybody_to_strangers() {
    let town = town().await;
    invite(&town, &[]).await;
    let known = identify(&town.browser(), "kim").await;
    let unknown = identify(&town.browser(), "nobody").await;
    let shape = |page: &Page, name: &str| page.text().replace(name, "NAME");
    let (known, unknown) = (shape(&known, "kim"), shape(&unknown, "nobody"));
    assert_eq!(known, unknown);
    assert!(!is_signed_in(
        &enter_password(&town.browser(), "kim", PASSWORD).await
    ));
}
