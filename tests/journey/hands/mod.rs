//! Everything but passkeys, twice: without scripts, and with nothing but a keyboard.

mod administrator;
mod hand;
mod newcomer;
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

/// The secret of a new authenticator, as the page writes it.
async fn key(me: &Somebody<'_>) -> String {
    let key = me.browser.find("#key").await;
    key.text().await.unwrap().replace(' ', "")
}
