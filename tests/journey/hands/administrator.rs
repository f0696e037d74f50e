//! An administrator goes through the console: rules, roll-outs, exceptions, people, accounts for emergencies.

use doorward::access;
use doorward::domain::Right;

use super::{Somebody, browser, say, town};
use crate::admin::give_rights;
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};

pub(super) async fn walk(keys: bool) {
    let town = town().await;
    let ada = town.person("ada").await;
    give_rights(&town, ada, access::ADMINISTRATOR, Right::ALL).await;
    let ben = town.person("ben").await;
    town.give_address(ben, "ben@northbeam.example", true).await;
    let his = town.browser();
    assert!(is_signed_in(&enter_password(&his, "ben", PASSWORD).await));
    let browser = browser(keys).await;
    let me = Somebody::new(&browser, &town, keys);
    say(&me, "ada", PASSWORD).await;
    me.press("#console").await;
    rule(&me).await;
    exception(&me).await;
    roll_out(&me).await;
    invite(&me).await;
    people(&me).await;
    assert!(!is_signed_in(&his.get("/").await), "his session was ended");
    emergencies(&me, &town).await;
    me.has_seen("administrator");
    browser.close().await;
}

/// A rule is drafted, refused once, replayed and switched on.
async fn rule(me: &Somebody<'_>) {
    me.press("nav.side a[href='/admin/rules']").await;
    me.press("#new").await;
    me.fill("name", "Second factor for Ben").await;
    me.fill("when_people", "nobody-of-that-name").await;
    me.choose("do", "second_factor").await;
    me.press("#save").await;
    me.is_told(".notice.error").await;
    me.fill("when_people", "ben").await;
    me.press("#save").await;
    me.press("#replay").await;
    me.browser.find("table").await;
    me.press("#back").await;
    me.press("#on").await;
    me.browser.find(".notice.success").await;
}

async fn exception(me: &Somebody<'_>) {
    me.fill("exception_person", "nobody-of-that-name").await;
    me.date("exception_until", (&year(me), "12", "30")).await;
    me.fill("exception_reason", "Waits for the new key").await;
    me.press("#except").await;
    me.is_told(".notice.error").await;
    me.fill("exception_person", "ben").await;
    me.date("exception_until", (&year(me), "12", "30")).await;
    me.fill("exception_reason", "Waits for the new key").await;
    me.press("#except").await;
    me.press("#readmit-1").await;
    me.browser.find(".notice.success").await;
}

/// The year of a day that lies ahead, and not more than a year.
fn year(me: &Somebody<'_>) -> String {
    let now = doorward::domain::rfc3339::written(me.town.op().now);
    let next = now[..4].parse::<u32>().unwrap() + 1;
    if &now[5..10] < "12-30" {
        now[..4].to_owned()
    } else {
        next.to_string()
    }
}

async fn roll_out(me: &Somebody<'_>) {
    me.press("nav.side a[href='/admin/roll-outs']").await;
    me.press("#new").await;
    me.fill("name", "A factor for Ben").await;
    me.fill("when_people", "ben").await;
    me.choose("factor", "any").await;
    me.fill("grace_days", "many").await;
    me.press("#save").await;
    me.is_told(".notice.error").await;
    me.fill("grace_days", "14").await;
    me.press("#save").await;
    me.press("#on").await;
    me.browser.find("table").await;
    me.press("#remind").await;
    me.press("#draft").await;
}

async fn invite(me: &Somebody<'_>) {
    me.press("nav.side a[href='/admin/people']").await;
    me.press("#invite").await;
    me.fill("username", "kim").await;
    me.fill("name", "Kim Aydin").await;
    me.fill("email", "no address").await;
    me.press("#send").await;
    me.is_told(".notice.error").await;
    me.fill("email", "kim@northbeam.example").await;
    me.press("#send").await;
    me.browser.find(".notice.success").await;
}

/// Somebody is found, helped, and their sessions are ended.
async fn people(me: &Somebody<'_>) {
    me.open("/admin/people").await;
    me.fill("name", "ben").await;
    me.press("#search").await;
    me.press("main .rows a").await;
    me.press("#end").await;
    me.press("#help").await;
    me.fill("reason", "Lost the phone, known by voice").await;
    me.press("#ask").await;
    me.browser.find(".notice.success").await;
    me.press("nav.side a[href='/admin/coverage']").await;
    me.browser.find("table").await;
}

/// An account is marked, used, reviewed, and its mark is ended.
async fn emergencies(me: &Somebody<'_>, town: &Town) {
    town.person("emergency").await;
    me.press("nav.side a[href='/admin/break-glass']").await;
    me.fill("username", "nobody-of-that-name").await;
    me.fill("reason", "The safe in the board room").await;
    me.press("#mark").await;
    me.is_told(".notice.error").await;
    me.fill("username", "emergency").await;
    me.fill("reason", "The safe in the board room").await;
    me.press("#mark").await;
    me.browser.find("[id^=unmark-]").await;
    assert!(is_signed_in(
        &enter_password(&town.browser(), "emergency", PASSWORD).await
    ));
    me.open("/admin/break-glass").await;
    me.fill("note", "It was the drill").await;
    me.press("[id^=review-]").await;
    me.fill("why", "The safe is gone").await;
    me.press("[id^=unmark-]").await;
    me.browser.find(".notice.success").await;
}
