//! Somebody has forgotten the password alone: a code by mail, a recovery code, then their authenticator.

use std::time::Duration;

use doorward::factor::recovery;

use super::{Somebody, browser, say, town};
use crate::enrolment::reset::{mailed_to, work};
use crate::signin::SECRET;

const NEW: &str = "nine blue doorways";

pub(super) async fn walk(keys: bool) {
    let town = town().await;
    let rosa = town.person("rosa").await;
    town.give_address(rosa, "rosa@northbeam.example", true).await;
    town.give_authenticator(rosa).await;
    let mut op = town.op();
    let codes = recovery::make(&mut op, rosa).await.unwrap();
    op.commit().await.unwrap();
    let browser = browser(keys).await;
    let me = Somebody::new(&browser, &town, keys);
    me.open("/reset-password").await;
    me.fill("username", " ").await;
    me.press("#ask").await;
    me.is_told(".notice.error").await;
    me.fill("username", "rosa").await;
    me.press("#ask").await;
    me.press("#again").await;
    work(&town).await;
    me.fill("code", "000000").await;
    me.press("#continue").await;
    me.is_told(".notice.error").await;
    me.fill("code", &mailed_to(&town, "rosa@northbeam.example").await)
        .await;
    me.press("#continue").await;
    me.push("details summary").await;
    me.fill_at("#recovery-code", "AAAA-AAAA-AAAA-AAAA").await;
    me.press("#recover").await;
    me.is_told(".notice.error").await;
    me.fill_at("#recovery-code", &codes[0]).await;
    me.press("#recover").await;
    me.fill("new", NEW).await;
    me.fill("again", "something else").await;
    me.press("#set").await;
    me.is_told(".notice.error").await;
    me.fill("new", NEW).await;
    me.fill("again", NEW).await;
    me.press("#set").await;
    me.press("#sign-in").await;
    // Once more from the page of the password, with the authenticator.
    me.fill("username", "rosa").await;
    me.press("#continue").await;
    me.push("#forgotten summary").await;
    // Mails of one moment have no order.
    town.wait(Duration::from_secs(1));
    me.press("#reset").await;
    work(&town).await;
    me.fill("code", &mailed_to(&town, "rosa@northbeam.example").await)
        .await;
    me.press("#continue").await;
    me.fill_at("#code", &town.code(SECRET)).await;
    me.press("#continue").await;
    me.browser.find("input[name=new]").await;
    town.wait(Duration::from_secs(31));
    say(&me, "rosa", NEW).await;
    me.fill("code", &town.code(SECRET)).await;
    me.press("#continue").await;
    me.browser.find("#sign-out").await;
    me.has_seen("forgotten");
    browser.close().await;
}
