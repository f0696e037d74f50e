//! Somebody at the door: the first start, a new account, a device that is trusted, a session that is ended, a rule that keeps out.

use std::time::Duration;

use doorward::domain::OrganisationId;
use doorward::rule;
use doorward::signin::setup;
use serde_json::json;

use super::{Somebody, browser, key, say};
use crate::journey::chromium::Chromium;
use crate::signin::{PASSWORD, SECRET, Town, authorize, enter_password, is_signed_in};
use crate::support::Server;

const NEW_PASSWORD: &str = "nine quiet harbours at dawn";

/// Long enough for a code that was not used yet.
const NEXT_CODE: Duration = Duration::from_secs(31);

pub(super) async fn walk(keys: bool) {
    let browser = browser(keys).await;
    first_start(&browser, keys).await;
    let town = Town::with(|config| config.signin.account_creation = true).await;
    for name in ["rosa", "ben"] {
        town.person(name).await;
    }
    let me = Somebody::new(&browser, &town, keys);
    new_account(&me).await;
    trust(&me).await;
    distrust(&me).await;
    sessions(&me).await;
    refused(&me).await;
    me.has_seen("door");
    browser.close().await;
}

/// By the link of the set-up the first organisation is made, and its administrator with a second factor.
async fn first_start(browser: &Chromium, keys: bool) {
    let server = Server::start().await;
    let mut op = server.op();
    let link = setup::make_link(&mut op).await.unwrap();
    op.commit().await.unwrap();
    let organisation = OrganisationId::new(server.op().now, [7; 10]);
    let town = Town { server, organisation };
    let me = Somebody::new(browser, &town, keys);
    me.open(&link).await;
    me.fill("organisation", "Northbeam").await;
    me.fill("slug", "northbeam").await;
    me.fill("name", "Ada Admin").await;
    me.fill("username", "ada").await;
    me.fill("password", "short").await;
    me.press("#continue").await;
    me.is_told(".notice.error").await;
    me.fill("password", PASSWORD).await;
    me.press("#continue").await;
    let key = key(&me).await;
    me.fill("code", &town.code(&key)).await;
    me.press("#continue").await;
    me.browser.find(".codes").await;
    me.press("#continue").await;
    me.press("#console").await;
    me.press("#sign-out").await;
    me.has_seen("first start");
}

/// Whoever comes from an application makes an account, at the second try, and signs out by a question.
async fn new_account(me: &Somebody<'_>) {
    let callback = format!("{}/livez", me.town.server.issuer);
    me.town.create_client(me.town.new_client("desk", &callback)).await;
    me.open(&authorize("desk", &callback, &[])).await;
    me.press("#create").await;
    me.fill("name", "Grace").await;
    me.fill("username", "a b").await;
    me.fill("password", NEW_PASSWORD).await;
    me.press("#continue").await;
    me.is_told(".notice.error").await;
    me.fill("username", "grace").await;
    me.fill("password", NEW_PASSWORD).await;
    me.press("#continue").await;
    me.press("#allow").await;
    assert!(me.browser.address().await.contains("code="));
    me.open("/logout").await;
    assert!(
        me.town.events("session.ended").await.is_empty(),
        "it is only asked"
    );
    me.press("#continue").await;
    nobody(me).await;
    assert_eq!(me.town.events("session.ended").await.len(), 1);
}

/// Nobody is signed in any more.
async fn nobody(me: &Somebody<'_>) {
    me.open("/").await;
    let text = me.browser.text().await;
    assert!(text.contains("Nobody is signed in"), "{text}");
}

/// It was somebody else who sat here before; Rosa trusts the device, and then not any more.
async fn trust(me: &Somebody<'_>) {
    let rosa = me.town.id_of("rosa").await;
    me.town.give_authenticator(rosa).await;
    let then = json!({ "do": "second_factor", "remember_days": 7 });
    let rule = json!({ "name": "Rosa", "when": { "people": ["rosa"] }, "then": then });
    crate::rule::add(me.town, rule).await;
    me.open("/signin").await;
    me.fill("username", "ben").await;
    me.press("#continue").await;
    me.press("#restart").await;
    me.fill("username", "rosa").await;
    me.press("#continue").await;
    me.fill("password", PASSWORD).await;
    me.press("#continue").await;
    me.fill("code", &me.town.code(SECRET)).await;
    me.tick("trust").await;
    me.press("#continue").await;
    me.press("#sign-out").await;
    say(me, "rosa", PASSWORD).await;
    me.browser.find("#sign-out").await;
    me.open("/account/sessions").await;
    me.press("#distrust-1").await;
    assert_eq!(me.town.events("device.distrusted").await.len(), 1);
    // The session rested on that trust.
    me.town.wait(NEXT_CODE);
    me.fill("code", &me.town.code(SECRET)).await;
    me.press("#continue").await;
    me.browser.find("#sign-out").await;
    assert!(!me.browser.has("#distrust-1").await);
    me.press("#sign-out").await;
    say(me, "rosa", PASSWORD).await;
    me.browser.find("input[name=code]").await;
    me.press("#restart").await;
    me.browser.find("input[name=username]:not([readonly])").await;
}

/// She trusts two devices, and then none of them.
async fn distrust(me: &Somebody<'_>) {
    let elsewhere = me.town.browser();
    me.town.wait(NEXT_CODE);
    let page = enter_password(&elsewhere, "rosa", PASSWORD).await;
    let code = me.town.code(SECRET);
    let home = elsewhere
        .submit(&page, &[("code", &code), ("trust", "yes")])
        .await;
    assert!(is_signed_in(&home), "{}", home.text());
    me.town.wait(NEXT_CODE);
    say(me, "rosa", PASSWORD).await;
    me.fill("code", &me.town.code(SECRET)).await;
    me.tick("trust").await;
    me.press("#continue").await;
    me.open("/account/sessions").await;
    me.press("#trust").await;
    me.browser.find(".notice.success").await;
    let rosa = me.town.id_of("rosa").await;
    let left = rule::trusted(&mut me.town.op(), rosa).await.unwrap();
    assert!(left.is_empty(), "{left:?}");
    me.press("#sign-out").await;
}

/// Ben ends one session elsewhere, and then the one here.
async fn sessions(me: &Somebody<'_>) {
    let elsewhere = me.town.browser();
    assert!(is_signed_in(&enter_password(&elsewhere, "ben", PASSWORD).await));
    say(me, "ben", PASSWORD).await;
    me.open("/account/sessions").await;
    me.press("main form[action='/account/sessions']:has([name=session]) button")
        .await;
    me.browser.find(".notice.success").await;
    assert!(!is_signed_in(&elsewhere.get("/").await));
    me.press("main form[action='/logout/confirm'] button").await;
    nobody(me).await;
}

/// A rule keeps Ben out: he signs out everywhere, and lets somebody else in.
async fn refused(me: &Somebody<'_>) {
    let elsewhere = me.town.browser();
    assert!(is_signed_in(&enter_password(&elsewhere, "ben", PASSWORD).await));
    say(me, "ben", PASSWORD).await;
    me.browser.find("#sign-out").await;
    let then = json!({ "do": "refuse", "sentence": "Not today." });
    let rule = json!({ "name": "Ben", "when": { "people": ["ben"] }, "then": then });
    crate::rule::add(me.town, rule).await;
    me.open("/account/sessions").await;
    me.is_told(".notice.error").await;
    me.press("#everywhere").await;
    nobody(me).await;
    let text = elsewhere.get("/").await.text();
    assert!(text.contains("Nobody is signed in"), "{text}");
    say(me, "ben", PASSWORD).await;
    me.is_told(".notice.error").await;
    assert!(!me.browser.has("#everywhere").await);
    me.press("#restart").await;
    me.browser.find("input[name=username]").await;
}
