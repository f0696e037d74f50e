//! What rules ask of people who sign in.

use std::time::Duration;

use doorward::domain::{ClientAuthMethod, RuleMode};
use doorward::rule::{self, Change};
use regex_lite::Regex;
use serde_json::json;

use super::{add, change};
use crate::signin::{PASSWORD, SECRET, Town, authorize, enter_password, is_signed_in, passkey};
use crate::support::{Browser, Page};

const BACK: &str = "https://desk.example/back";

async fn enter_code(town: &Town, browser: &Browser, page: &Page, trust: bool) -> Page {
    let code = town.code(SECRET);
    let fields = [("code", code.as_str()), ("trust", "yes")];
    browser
        .submit(page, if trust { &fields } else { &fields[..1] })
        .await
}

/// Where an authorization request leads at once.
async fn led(browser: &Browser, address: &str) -> String {
    let page = browser.get(address).await;
    page.location().map_or_else(|| page.url.clone(), str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_leads_whom_it_means_through_enrolment_and_nobody_else() {
    let town = Town::new().await;
    town.person("rosa").await;
    town.person("ben").await;
    let rule = json!({ "name": "Rosa", "when": { "people": ["rosa"] }, "then": { "do": "second_factor" } });
    add(&town, rule).await;
    let page = enter_password(&town.browser(), "rosa", PASSWORD).await;
    assert!(
        page.has_field("code") && page.body.contains("<svg"),
        "{}",
        page.text()
    );
    assert!(is_signed_in(
        &enter_password(&town.browser(), "ben", PASSWORD).await
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_reads_the_sentence_after_the_password_and_can_be_somebody_else() {
    let town = Town::new().await;
    town.person("rosa").await;
    town.person("ben").await;
    let sentence = "Contractors sign in <from> the office only.";
    let rule = json!({
        "name": "Office only",
        "when": { "people": ["rosa"] },
        "unless": { "networks": ["198.51.100.0/24"] },
        "then": { "do": "refuse", "sentence": sentence },
    });
    add(&town, rule).await;
    let browser = town.browser();
    let wrong = enter_password(&browser, "rosa", "not the password").await;
    assert!(!wrong.text().contains("office only"), "{}", wrong.text());
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(
        page.body
            .contains("Contractors sign in &#60;from&#62; the office only."),
        "{}",
        page.body
    );
    assert!(!is_signed_in(&browser.get("/").await));
    let refused = ("refused".to_owned(), "a rule of the organisation".to_owned());
    assert_eq!(town.events("signin.refused").await, [refused]);
    assert_eq!(
        town.details("signin.refused").await["rules"],
        json!(["Office only"])
    );
    let again = browser.press(&page, "restart").await;
    assert!(again.has_field("username"), "{}", again.text());
    assert!(is_signed_in(&enter_password(&browser, "ben", PASSWORD).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_counts_for_a_session_that_was_there_before_it() {
    let town = Town::new().await;
    town.person("rosa").await;
    town.register("desk", ClientAuthMethod::None, BACK).await;
    let browser = town.browser();
    assert!(is_signed_in(&enter_password(&browser, "rosa", PASSWORD).await));
    let rule = json!({
        "name": "Not at the desk",
        "when": { "people": ["rosa"], "clients": ["desk"] },
        "then": { "do": "refuse", "sentence": "The desk is closed." },
    });
    add(&town, rule).await;
    let page = browser.get(&authorize("desk", BACK, &[])).await;
    assert!(page.text().contains("The desk is closed."), "{}", page.text());
    let silent = led(&browser, &authorize("desk", BACK, &[("prompt", "none")])).await;
    assert!(silent.contains("error=access_denied"), "{silent}");
    // The pages of the house are no client of it.
    assert!(is_signed_in(&browser.get("/").await));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_refused_with_a_session_may_sign_out_everywhere() {
    let town = Town::new().await;
    town.person("ada").await;
    town.person("rosa").await;
    let (here, elsewhere) = (town.browser(), town.browser());
    for browser in [&here, &elsewhere] {
        assert!(is_signed_in(&enter_password(browser, "rosa", PASSWORD).await));
    }
    let rule = json!({
        "name": "Not Rosa",
        "when": { "people": ["rosa"] },
        "then": { "do": "refuse", "sentence": "Not today." },
    });
    add(&town, rule).await;
    // Without a session there is none to end.
    let refused = enter_password(&town.browser(), "rosa", PASSWORD).await;
    assert!(refused.text().contains("Not today."), "{}", refused.text());
    assert!(!refused.body.contains("everywhere"), "{}", refused.text());

    let refused = here.get("/account/sessions").await;
    assert!(refused.text().contains("Not today."), "{}", refused.text());
    let out = here.press(&refused, "everywhere").await;
    assert!(out.text().contains("Nobody is signed in"), "{}", out.text());
    for browser in [&here, &elsewhere] {
        let page = browser.get("/").await;
        assert!(page.text().contains("Nobody is signed in"), "{}", page.text());
    }
    let ended = town.events("session.ended").await;
    assert_eq!(ended.len(), 2, "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_asks_for_more_than_the_rest_of_the_application() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    town.give_authenticator(rosa).await;
    town.register("desk", ClientAuthMethod::None, BACK).await;
    let rule = json!({
        "name": "Fresh for profiles",
        "when": { "clients": ["desk"], "scopes": ["profile"] },
        "then": { "do": "again", "after_minutes": 10 },
    });
    add(&town, rule).await;
    let browser = town.browser();
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(is_signed_in(&enter_code(&town, &browser, &page, false).await));
    let asks = async |scope: &str| {
        let query = authorize("desk", BACK, &[]).replace("openid+profile", scope);
        led(&browser, &query).await
    };
    assert!(asks("openid+profile").await.contains("code="));
    town.wait(Duration::from_secs(601));
    assert!(asks("openid").await.contains("code="), "the rest goes on");
    assert!(asks("openid+profile").await.contains("/signin/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_device_is_spared_the_second_factor_as_long_as_the_rule_allows() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    town.give_authenticator(rosa).await;
    let rule = json!({ "name": "Second factor", "then": { "do": "second_factor", "remember_days": 7 } });
    let id = add(&town, rule).await;
    let browser = town.browser();
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(
        page.text().contains("Do not ask on this device for 7 days"),
        "{}",
        page.text()
    );
    let home = enter_code(&town, &browser, &page, true).await;
    assert!(is_signed_in(&home), "{}", home.text());
    assert_eq!(town.events("device.trusted").await.len(), 1);
    browser.press(&home, "sign-out").await;

    town.wait(Duration::from_hours(24));
    assert!(is_signed_in(&enter_password(&browser, "rosa", PASSWORD).await));
    let told = town.details("signin.completed").await;
    assert_eq!(told["acr"], "urn:doorward:acr:1", "what truly happened");
    assert_eq!(told["device"], "trusted");
    // Another browser, and this one for somebody else, are asked.
    let other = town.browser();
    assert!(!is_signed_in(&enter_password(&other, "rosa", PASSWORD).await));

    // She sees it, and can end it.
    let sessions = browser.get("/account/sessions").await;
    assert!(
        sessions.text().contains("Devices that you trust"),
        "{}",
        sessions.text()
    );
    // The rule has the last word.
    let page = browser.get("/").await;
    browser.press(&page, "sign-out").await;
    let shorter = json!({ "name": "Second factor", "then": { "do": "second_factor" } });
    change(&town, Change::Define(id, super::definition(shorter)))
        .await
        .unwrap();
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(page.has_field("code"), "{}", page.text());
    assert!(
        !page.has_field("trust"),
        "nothing is remembered where nothing may be"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_trusted_with_a_second_factor_only_and_where_a_rule_offers_it() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    town.give_authenticator(rosa).await;
    let browser = town.browser();
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(!page.has_field("trust"), "no rule offers it");
    let code = town.code(SECRET);
    let home = say_trust(&browser, &page, "totp", ("code", &code)).await;
    assert!(is_signed_in(&home), "{}", home.text());
    assert!(town.events("device.trusted").await.is_empty());
    browser.press(&home, "sign-out").await;
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(page.has_field("code"), "what is enrolled is asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn trust_in_a_device_is_neither_taken_nor_enough_where_more_is_asked() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    town.give_authenticator(rosa).await;
    let mut phone = passkey::give(&town, rosa, true).await;
    town.register("desk", ClientAuthMethod::None, BACK).await;
    let lenient = json!({ "name": "Second factor", "then": { "do": "second_factor", "remember_days": 30 } });
    add(&town, lenient).await;
    let strict = json!({ "name": "Passkeys", "then": { "do": "phishing_resistant" } });
    let strict = add(&town, strict).await;
    let browser = town.browser();
    let leave = async || {
        let home = browser.get("/").await;
        browser.press(&home, "sign-out").await;
    };
    // Nobody is offered it under the stricter rule, and who says it all the same is not heard.
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(!page.has_field("code") && !page.has_field("trust"));
    let answer = phone.get(&passkey::options(&page));
    let home = say_trust(&browser, &page, "passkey", ("answer", &answer)).await;
    assert!(is_signed_in(&home), "{}", home.text());
    assert!(town.events("device.trusted").await.is_empty());
    let account = browser.get("/account").await.text();
    assert!(account.contains("no code stands in for it"), "{account}");
    leave().await;
    change(&town, Change::Switch(strict, RuleMode::Draft))
        .await
        .unwrap();
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(page.has_field("code"), "it is trusted by nobody");
    assert!(is_signed_in(&enter_code(&town, &browser, &page, true).await));
    leave().await;
    assert!(is_signed_in(&enter_password(&browser, "rosa", PASSWORD).await));
    leave().await;
    // It spares nobody what an application asks, nor the stricter rule.
    let asks = authorize("desk", BACK, &[("acr_values", "urn:doorward:acr:2")]);
    let page = browser.get(&asks).await;
    let page = browser.submit(&page, &[("username", "rosa")]).await;
    let page = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert!(page.has_field("code"), "{}", page.text());
    change(&town, Change::Switch(strict, RuleMode::On)).await.unwrap();
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(!is_signed_in(&browser.get("/").await));
    let answer = phone.get(&passkey::options(&page));
    let home = browser.submit(&page, &[("answer", &answer)]).await;
    assert!(is_signed_in(&home), "{}", home.text());
}

/// Sends an answer of a step with the word that the device is trusted, whether the page offers that or not.
async fn say_trust(browser: &Browser, page: &Page, place: &str, answer: (&str, &str)) -> Page {
    let value = |name: &str| {
        let field = Regex::new(&format!(r#"name="{name}" value="([^"]*)""#)).unwrap();
        field.captures(&page.body).unwrap()[1].to_owned()
    };
    let (token, revision) = (value("form_token"), value("revision"));
    let forged = [
        ("form_token", token.as_str()),
        ("revision", &revision),
        answer,
        ("trust", "yes"),
    ];
    browser.post(&format!("{}/{place}", page.url), &forged).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_trusts_a_device_can_end_that() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    town.give_authenticator(rosa).await;
    let rule = json!({ "name": "Second factor", "then": { "do": "second_factor", "remember_days": 30 } });
    add(&town, rule).await;
    let browser = town.browser();
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    enter_code(&town, &browser, &page, true).await;
    let other = town.browser();
    town.wait(Duration::from_secs(31));
    let page = enter_password(&other, "rosa", PASSWORD).await;
    enter_code(&town, &other, &page, true).await;
    let sessions = browser.get("/account/sessions").await;
    assert!(sessions.has_button("trust") && sessions.has_button("distrust-2"));
    let trusted = async || rule::trusted(&mut town.op(), rosa).await.unwrap();
    let newest = trusted().await[0].id;
    let after = browser.press(&sessions, "distrust-1").await;
    let left = trusted().await;
    assert!(left.len() == 1 && left[0].id != newest, "the other one stays");
    assert!(!after.has_button("trust"), "one has a button of its own");
    let again = browser.press(&sessions, "distrust-1").await;
    assert_eq!(again.status, 404);
    assert_eq!(town.events("device.distrusted").await.len(), 1);
    // Nobody ends the trust in what is somebody else's.
    let id = town.person("ben").await;
    town.give_authenticator(id).await;
    let ben = town.browser();
    let page = enter_password(&ben, "ben", PASSWORD).await;
    assert!(is_signed_in(&enter_code(&town, &ben, &page, false).await));
    let token = crate::account::token_of(&ben.get("/account/sessions").await);
    let fields = [
        ("form_token", token.as_str()),
        ("device", &left[0].id.to_string()),
    ];
    assert_eq!(ben.post("/account/sessions", &fields).await.status, 404);
    assert_eq!(trusted().await.len(), 1);
    let after = browser.press(&after, "distrust-1").await;
    assert!(
        !after.text().contains("Devices that you trust"),
        "{}",
        after.text()
    );
    assert_eq!(town.events("device.distrusted").await.len(), 2);
    let page = browser.get("/").await;
    browser.press(&page, "sign-out").await;
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(page.has_field("code"));
    // It is one that she has signed in with all the same.
    town.wait(Duration::from_secs(31));
    assert!(is_signed_in(&enter_code(&town, &browser, &page, false).await));
    assert_eq!(town.details("signin.completed").await["device"], "known");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_the_trust_in_devices() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    town.give_authenticator(rosa).await;
    let rule = json!({ "name": "Second factor", "then": { "do": "second_factor", "remember_days": 30 } });
    add(&town, rule).await;
    let browser = town.browser();
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(is_signed_in(&enter_code(&town, &browser, &page, true).await));
    let mut op = town.op();
    let fresh = doorward::domain::Secret::new("nine violet staircases".to_owned());
    doorward::factor::password::set(&mut op, rosa, &fresh)
        .await
        .unwrap()
        .unwrap();
    op.commit().await.unwrap();
    let page = browser.get("/").await;
    browser.press(&page, "sign-out").await;
    let page = enter_password(&browser, "rosa", "nine violet staircases").await;
    assert!(page.has_field("code"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_reports_asks_nothing_and_is_told() {
    let town = Town::new().await;
    town.person("rosa").await;
    let rule = json!({ "name": "Everybody", "then": { "do": "refuse", "sentence": "No." } });
    let id = super::draft(&town, rule).await;
    change(&town, Change::Switch(id, RuleMode::Report)).await.unwrap();
    assert!(is_signed_in(
        &enter_password(&town.browser(), "rosa", PASSWORD).await
    ));
    let told = town.details("signin.completed").await;
    assert_eq!(
        told["reported"],
        json!({ "rules": ["Everybody"], "acr": null, "max_age_seconds": null, "enrol": null, "refused": true })
    );
    assert!(told.get("rules").is_none(), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unusual_sign_in_is_told_and_can_be_asked_for_more() {
    let town = Town::new().await;
    town.person("rosa").await;
    let rule =
        json!({ "name": "Risky", "when": { "risk": ["medium", "high"] }, "then": { "do": "second_factor" } });
    add(&town, rule).await;
    let browser = town.browser();
    for _ in 0..5 {
        town.wait(Duration::from_hours(24));
        let home = enter_password(&browser, "rosa", PASSWORD).await;
        assert!(is_signed_in(&home), "{}", home.text());
        browser.press(&home, "sign-out").await;
    }
    assert_eq!(town.details("signin.completed").await["risk"], "low");
    // On another device, at another time of day.
    town.wait(Duration::from_hours(24 + 8));
    let page = enter_password(&town.browser(), "rosa", PASSWORD).await;
    assert!(page.has_field("code"), "{}", page.text());
    town.wait(Duration::from_hours(16));
    assert!(
        is_signed_in(&enter_password(&town.browser(), "rosa", PASSWORD).await),
        "a new device alone is low"
    );
    let told = town.details("signin.completed").await;
    assert_eq!(told["risk_signals"], json!({ "new_device": 25 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_factor_that_has_to_be_there_is_told_until_its_day_and_asked_for_from_then_on() {
    let town = Town::new().await;
    town.person("rosa").await;
    let rule = json!({ "name": "Soon", "then": { "do": "enrol", "factor": "any", "grace_days": 14 } });
    add(&town, rule).await;
    town.wait(Duration::from_hours(24 * 13));
    let browser = town.browser();
    assert!(is_signed_in(&enter_password(&browser, "rosa", PASSWORD).await));
    let account = browser.get("/account").await.text();
    assert!(account.contains("set up a second factor before"), "{account}");
    town.wait(Duration::from_hours(24));
    let page = enter_password(&town.browser(), "rosa", PASSWORD).await;
    assert!(
        page.has_field("code") && page.body.contains("<svg"),
        "{}",
        page.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_trusted_device_a_password_adds_nothing_to_what_guards_the_account() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    town.give_authenticator(rosa).await;
    let rule = json!({ "name": "Second factor", "then": { "do": "second_factor", "remember_days": 30 } });
    add(&town, rule).await;
    let browser = town.browser();
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    let home = enter_code(&town, &browser, &page, true).await;
    browser.press(&home, "sign-out").await;
    // This browser could make a passkey, which is offered to whoever has proven all that they have.
    let page = crate::signin::identify(&browser, "rosa").await;
    let after = browser
        .submit(&page, &[("password", PASSWORD), ("passkeys", "yes")])
        .await;
    assert!(is_signed_in(&after), "{}", after.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_began_for_an_application_is_asked_for_more_at_the_pages_of_the_house() {
    let town = Town::new().await;
    town.person("rosa").await;
    town.register("desk", ClientAuthMethod::None, BACK).await;
    let rule = json!({
        "name": "But for the desk", "unless": { "clients": ["desk"] }, "then": { "do": "second_factor" },
    });
    add(&town, rule).await;
    let browser = town.browser();
    let page = browser.get(&authorize("desk", BACK, &[])).await;
    let page = browser.submit(&page, &[("username", "rosa")]).await;
    let done = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert!(done.location().is_some_and(|to| to.contains("code=")));
    for path in ["/account", "/account/activity", "/account/data"] {
        let page = browser.get(path).await;
        assert!(page.body.contains("<svg"), "{path}: {}", page.text());
    }
    assert!(
        led(&browser, &authorize("desk", BACK, &[]))
            .await
            .contains("code=")
    );
}
