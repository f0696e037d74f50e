//! Everything but passkeys, twice: without scripts, and with nothing but a keyboard.

mod administrator;
mod alarm;
mod application;
mod door;
mod drafter;
mod forgotten;
mod giver;
mod hand;
mod keeper;
mod newcomer;
mod pages;
mod person;

use crate::journey::chromium::Chromium;
use crate::signin::Town;
use hand::Somebody;

/// A town whose mails are kept.
async fn town() -> Town {
    Town::with(|config| config.mail.kept = true).await
}

/// A browser in which no script runs, for whoever has a pointer; or one for whoever has keys only.
async fn browser(keys: bool) -> Chromium {
    let browser = Chromium::start().await;
    browser.driver.set_window_rect(0, 0, 1280, 900).await.unwrap();
    if !keys {
        let asked = serde_json::json!({ "value": true });
        let cdp = browser.driver.cdp();
        cdp.send_raw("Emulation.setScriptExecutionDisabled", asked)
            .await
            .unwrap();
    }
    browser
}

/// Says the name and the password.
async fn say(somebody: &Somebody<'_>, name: &str, password: &str) {
    somebody.open("/signin").await;
    somebody.fill("username", name).await;
    somebody.press("#continue").await;
    somebody.fill("password", password).await;
    somebody.press("#continue").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_look_after_their_account_without_scripts() {
    person::walk(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_look_after_their_account_by_keyboard() {
    person::walk(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn newcomers_and_those_who_have_lost_everything_get_in_without_scripts() {
    newcomer::walk(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn newcomers_and_those_who_have_lost_everything_get_in_by_keyboard() {
    newcomer::walk(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_does_all_of_the_console_without_scripts() {
    administrator::walk(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_does_all_of_the_console_by_keyboard() {
    administrator::walk(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_after_applications_and_products_does_it_without_scripts() {
    application::walk(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_after_applications_and_products_does_it_by_keyboard() {
    application::walk(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_not_there_says_so_and_two_administrators_lead_them_back_without_scripts() {
    alarm::walk(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_not_there_says_so_and_two_administrators_lead_them_back_by_keyboard() {
    alarm::walk(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_puts_right_what_is_there_without_scripts() {
    keeper::walk(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_puts_right_what_is_there_by_keyboard() {
    keeper::walk(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_gives_access_and_ends_it_without_scripts() {
    giver::walk(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_gives_access_and_ends_it_by_keyboard() {
    giver::walk(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_brings_a_policy_into_force_without_scripts() {
    drafter::walk(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_brings_a_policy_into_force_by_keyboard() {
    drafter::walk(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_to_the_door_is_let_in_or_kept_out_without_scripts() {
    door::walk(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_to_the_door_is_let_in_or_kept_out_by_keyboard() {
    door::walk(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_forgotten_the_password_sets_a_new_one_without_scripts() {
    forgotten::walk(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_forgotten_the_password_sets_a_new_one_by_keyboard() {
    forgotten::walk(true).await;
}

/// Follows the link of the newest letter that has one to such an address.
async fn by_mail(me: &Somebody<'_>, address: &str) {
    me.open("/demo/mail").await;
    for letter in me.browser.attributes(".rows a", "href").await {
        me.open(&letter).await;
        if me.browser.has(&format!("a.letter[href*='{address}']")).await {
            me.press("a.letter").await;
            return;
        }
    }
    panic!("no letter: {}", me.browser.text().await);
}

/// The secret of a new authenticator, as the page writes it.
async fn key(me: &Somebody<'_>) -> String {
    let key = me.browser.find("#key").await;
    key.text().await.unwrap().replace(' ', "")
}
