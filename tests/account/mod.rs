//! Tests of the pages on which people look after their own account, as a person's browser sees them.

mod access;
mod activity;
pub(crate) mod attestation;
mod authenticators;
mod data;
mod fresh;
mod home;
mod look;
mod passkeys;
mod password;
mod recovery;
mod sessions;

use std::time::Duration;

use regex_lite::Regex;

use crate::signin::{PASSWORD, SECRET, Town, enter_password, is_signed_in};
use crate::support::{Browser, Page};

/// A town in which rosa lives, who has a password only.
async fn town() -> Town {
    let town = Town::new().await;
    town.person("rosa").await;
    town
}

/// A browser in which rosa has signed in by her password a moment ago.
async fn rosa(town: &Town) -> Browser {
    signed_in(town, "rosa").await
}

async fn signed_in(town: &Town, username: &str) -> Browser {
    let browser = town.browser();
    let home = enter_password(&browser, username, PASSWORD).await;
    assert!(is_signed_in(&home), "{}", home.text());
    browser
}

/// A browser of somebody whose authenticator has the usual secret.
async fn signed_in_with_code(town: &Town, username: &str) -> Browser {
    let browser = town.browser();
    let page = enter_password(&browser, username, PASSWORD).await;
    let home = browser.submit(&page, &[("code", &town.code(SECRET))]).await;
    assert!(is_signed_in(&home), "{}", home.text());
    browser
}

/// Long enough for the sign-in not to be fresh any more, and for another code.
fn grow_old(town: &Town) {
    town.wait(Duration::from_secs(301));
}

/// The form token of a page, for forms that no page offers.
pub(crate) fn token_of(page: &Page) -> String {
    let token = Regex::new(r#"name="form_token" value="([^"]+)""#).unwrap();
    token.captures(&page.body).unwrap()[1].to_owned()
}

/// The key that a page of enrolment shows, as an authenticator app takes it.
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

/// The addresses of the authenticators that a page lists.
fn authenticators_of(page: &Page) -> Vec<String> {
    let link = Regex::new(r#"href="(/account/authenticators/[0-9a-f-]{36})""#).unwrap();
    link.captures_iter(&page.body)
        .map(|found| found[1].to_owned())
        .collect()
}

/// Adds an authenticator; answers its secret and what was shown after it.
async fn add(town: &Town, browser: &Browser, name: &str) -> (String, Page) {
    let page = browser.get("/account/authenticators/add").await;
    let secret = key_of(&page);
    let fields = [("name", name), ("code", &town.code(&secret))];
    let shown = browser.submit(&page, &fields).await;
    (secret, shown)
}
