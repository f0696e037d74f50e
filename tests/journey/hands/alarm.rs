//! Somebody reads of a sign-in that was not theirs, says so, and is led back by two administrators who agree.

use doorward::access;
use doorward::domain::{RecoveryNeedsTwo, Right};

use super::{Somebody, browser, by_mail, say};
use crate::admin::give_rights;
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};

const NEW_PASSWORD: &str = "nine quiet harbours at noon";

pub(super) async fn walk(keys: bool) {
    let town = Town::with(|config| {
        config.mail.kept = true;
        config.signin.recovery_needs_two = RecoveryNeedsTwo::Everybody;
    })
    .await;
    for (name, role) in [("ada", access::ADMINISTRATOR), ("ben", "second")] {
        let id = town.person(name).await;
        give_rights(&town, id, role, Right::ALL).await;
    }
    let rosa = town.person("rosa").await;
    town.give_address(rosa, "rosa@northbeam.example", true).await;
    let browsers = [town.browser(), town.browser()];
    for browser in &browsers {
        assert!(is_signed_in(&enter_password(browser, "rosa", PASSWORD).await));
    }
    let browser = browser(keys).await;
    let me = Somebody::new(&browser, &town, keys);
    not_me(&me).await;
    for browser in &browsers {
        assert!(!is_signed_in(&browser.get("/").await), "all sessions have ended");
    }
    ask(&me).await;
    agree(&me).await;
    come_back(&me).await;
    me.has_seen("alarm");
    browser.close().await;
}

/// The link of the notice asks first, does what it says once, and is gone.
async fn not_me(me: &Somebody<'_>) {
    by_mail(me, "/account/not-me/").await;
    assert!(me.town.events("account.not_me").await.is_empty());
    me.press("#not-me").await;
    assert!(!me.browser.has("#not-me").await);
    let text = me.browser.text().await;
    assert!(text.contains("The account is held"), "{text}");
    assert_eq!(me.town.events("account.not_me").await.len(), 1);
    by_mail(me, "/account/not-me/").await;
    assert!(!me.browser.has("#not-me").await, "it is used up");
}

/// Finds her in the console, and opens the page of help.
async fn find_her(me: &Somebody<'_>) {
    me.press("#console").await;
    me.press("nav.side a[href='/admin/people']").await;
    me.fill("name", "rosa").await;
    me.press("#search").await;
    me.press("main .rows a").await;
    me.press("#help").await;
}

/// One administrator asks, and cannot agree with herself.
async fn ask(me: &Somebody<'_>) {
    say(me, "ada", PASSWORD).await;
    find_her(me).await;
    me.fill("reason", " ").await;
    me.press("#ask").await;
    me.is_told(".notice.error").await;
    me.fill("reason", "Somebody else was in, known by voice").await;
    me.press("#ask").await;
    me.browser.find(".notice.success").await;
    assert!(!me.browser.has("#agree").await, "she has asked herself");
    assert!(issued(me).await.is_empty());
    me.press("#sign-out").await;
}

/// Another one agrees.
async fn agree(me: &Somebody<'_>) {
    say(me, "ben", PASSWORD).await;
    find_her(me).await;
    me.press("#agree").await;
    me.browser.find(".notice.success").await;
    assert!(!me.browser.has("#agree").await, "it waits for nobody any more");
    assert_eq!(issued(me).await.len(), 1);
    me.press("#sign-out").await;
}

/// The passes that were truly given out.
async fn issued(me: &Somebody<'_>) -> Vec<(String, String)> {
    let mut issued = me.town.events("pass.issued").await;
    issued.retain(|(outcome, _)| outcome == "success");
    issued
}

/// She sets a new password by the pass, and is in again.
async fn come_back(me: &Somebody<'_>) {
    by_mail(me, "/enrol/").await;
    me.press("#begin").await;
    me.fill("new", NEW_PASSWORD).await;
    me.fill("again", NEW_PASSWORD).await;
    me.press("#set").await;
    me.press("#sign-in").await;
    say(me, "rosa", NEW_PASSWORD).await;
    me.browser.find("#sign-out").await;
    let text = me.browser.text().await;
    assert!(text.contains("Name of rosa"), "{text}");
}
