//! The pages as people see them in Chromium, on the phone and on the desktop; and an invited person who does all of it there.

use doorward::enrolment::{self, Delivery};
use doorward::person;
use serde_json::json;

use super::{invite, linked, rosa, signed_in, town};
use crate::journey::chromium::Chromium;
use crate::signin::{PASSWORD, Town};

/// A device that makes passkeys and verifies who holds it, always willing.
async fn give_device(browser: &Chromium) {
    let cdp = browser.driver.cdp();
    cdp.send_raw("WebAuthn.enable", json!({})).await.unwrap();
    let options = json!({
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": true,
        "hasUserVerification": true,
        "isUserVerified": true,
        "automaticPresenceSimulation": true,
    });
    let asked = json!({ "options": options });
    cdp.send_raw("WebAuthn.addVirtualAuthenticator", asked)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_person_makes_a_passkey_in_the_browser_and_signs_in_with_it() {
    let town = town().await;
    let link = invite(&town, &[]).await;
    let at = |path: &str| format!("{}{path}", town.server.issuer);
    let browser = Chromium::start().await;
    give_device(&browser).await;
    browser.open(&at("/demo/mail")).await;
    browser.look("demo-mail").await;
    browser.click(".rows a").await;
    browser.find(".letter").await;
    browser.look("demo-mail-one").await;
    browser.click(".letter").await;
    assert_eq!(browser.address().await, at(&link));
    browser.find("#begin").await;
    browser.look("enrol-begin").await;
    browser.click("#begin").await;
    browser.find("#use-passkey").await;
    browser.look("enrol-first").await;
    browser.click("#use-passkey").await;
    browser.find("#sign-in").await;
    browser.look("enrol-done").await;
    // The browser offers it in the field of the name; the device here says yes at once.
    browser.open(&at("/signin")).await;
    browser.find(".rows").await;
    browser.open(&at("/account/email")).await;
    browser.find("#change").await;
    browser.look("account-email").await;
    browser.fill("email", "kim@home.example").await;
    browser.click("#change").await;
    browser.find("#confirm").await;
    browser.prefer_dark().await;
    browser.look("account-email-code-dark").await;
    browser.close().await;
}

/// The link of a recovery, shown.
async fn recovery(town: &Town) -> String {
    let id = town.id_of("rosa").await;
    let mut op = town.op();
    let found = person::find(&mut op, id).await.unwrap().unwrap();
    let asked = enrolment::help(&mut op, &found, "known by voice", Delivery::Mail)
        .await
        .unwrap();
    assert!(asked.is_ok());
    op.commit().await.unwrap();
    linked(town, "recovery").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_back_to_an_account_is_accessible_in_the_light_and_in_the_dark() {
    let town = town().await;
    let rosa = rosa(&town).await;
    signed_in(&town).await;
    signed_in(&town).await;
    let at = |path: &str| format!("{}{path}", town.server.issuer);
    let browser = Chromium::start().await;
    browser.open(&at(&linked(&town, "new-device").await)).await;
    browser.find("#not-me").await;
    browser.look("not-me").await;
    browser.click("#not-me").await;
    browser.find("main:not(:has(form))").await;
    browser.look("not-me-done").await;
    town.give_authenticator(rosa).await;
    browser.prefer_dark().await;
    browser.open(&at(&recovery(&town).await)).await;
    browser.find("#begin").await;
    browser.look("recover-begin-dark").await;
    browser.click("#begin").await;
    browser.fill("new", PASSWORD).await;
    browser.fill("again", "something else").await;
    browser.click("#set").await;
    browser.find(".notice.error").await;
    browser.look("recover-wrong-dark").await;
    browser.fill("new", PASSWORD).await;
    browser.fill("again", PASSWORD).await;
    browser.click("#set").await;
    browser.find("#confirm").await;
    browser.look("recover-second-dark").await;
    let key = browser.find("#key").await.text().await.unwrap().replace(' ', "");
    browser.fill("code", &town.code(&key)).await;
    browser.click("#confirm").await;
    browser.find(".codes").await;
    browser.look("recover-done-dark").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_set_anew_in_the_browser() {
    let town = town().await;
    let rosa = rosa(&town).await;
    town.give_authenticator(rosa).await;
    let mut op = town.op();
    doorward::factor::recovery::make(&mut op, rosa).await.unwrap();
    op.commit().await.unwrap();
    let browser = Chromium::start().await;
    browser.open(&format!("{}/signin", town.server.issuer)).await;
    browser.fill("username", "rosa").await;
    browser.click("#continue").await;
    browser.click("#forgotten summary").await;
    browser.look("reset-offered").await;
    browser.click("#reset").await;
    browser.find("#again").await;
    browser.look("reset-code").await;
    super::reset::work(&town).await;
    browser.fill("code", "000000").await;
    browser.click("#continue").await;
    browser.find(".notice.error").await;
    browser.look("reset-code-wrong").await;
    browser.fill("code", &super::reset::mailed(&town).await).await;
    browser.click("#continue").await;
    browser.find("#recovery-code").await;
    browser.look("reset-second").await;
    browser.fill("code", &town.code(crate::signin::SECRET)).await;
    browser.click("#continue").await;
    browser.fill("new", "nine blue doorways").await;
    browser.look("reset-set").await;
    browser.fill("again", "nine blue doorways").await;
    browser.click("#set").await;
    browser.find("#sign-in").await;
    browser.look("reset-done").await;
    browser.click("#sign-in").await;
    browser.fill("password", "nine blue doorways").await;
    browser.click("#continue").await;
    browser.find("#code").await;
    browser.close().await;
}
