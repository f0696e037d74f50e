//! The pages as people see them in Chromium: on the phone and on the desktop, without a violation of accessibility.

use crate::journey::chromium::Chromium;
use crate::signin::{PASSWORD, SECRET};

use super::{grow_old, town};

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_an_account_is_accessible_on_the_phone_and_on_the_desktop() {
    let town = town().await;
    town.give_authenticator(town.id_of("rosa").await).await;
    let browser = Chromium::start().await;
    let at = |path: &str| format!("{}{path}", town.server.issuer);
    browser.open(&at("/account")).await;
    browser.fill("username", "rosa").await;
    browser.click("#continue").await;
    browser.fill("password", PASSWORD).await;
    browser.click("#continue").await;
    browser.fill("code", &town.code(SECRET)).await;
    browser.click("#continue").await;
    browser.find(".rows").await;
    for page in [
        "",
        "/password",
        "/authenticators",
        "/authenticators/add",
        "/recovery-codes",
        "/email",
        "/language",
        "/sessions",
        "/applications",
        "/requests",
        "/activity",
        "/data",
    ] {
        browser.open(&at(&format!("/account{page}"))).await;
        browser.find("h1").await;
        browser.look(&format!("account{}", page.replace('/', "-"))).await;
    }
    browser.open(&at("/account/authenticators")).await;
    browser.click(".rows a").await;
    browser.find("#remove").await;
    browser.look("account-authenticator").await;
    browser.open(&at("/account/recovery-codes")).await;
    browser.click("#make").await;
    browser.find(".codes").await;
    browser.look("account-codes").await;
    browser.open(&at("/account?ui_locales=de")).await;
    browser.look("account-german").await;

    browser.prefer_dark().await;
    for page in ["", "/password", "/authenticators", "/sessions", "/activity"] {
        browser.open(&at(&format!("/account{page}"))).await;
        browser.find("h1").await;
        let name = format!("account{}-dark", page.replace('/', "-"));
        browser.look(&name).await;
    }

    grow_old(&town);
    browser.open(&at("/account/password")).await;
    browser.find("input[name=password]").await;
    browser.look("account-fresh").await;
    browser.close().await;
}
