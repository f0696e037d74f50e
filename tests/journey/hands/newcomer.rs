//! Somebody who was invited by mail, is asked for a second factor, and loses all of it.

use doorward::domain::Username;
use doorward::enrolment::{self, Delivery, Invitation};
use doorward::person::{self, NewPerson};

use super::{Somebody, browser, by_mail, key, say, town};

const FIRST: &str = "nine quiet harbours at dawn";
const SECOND: &str = "seven quiet harbours at dusk";

pub(super) async fn walk(keys: bool) {
    let town = town().await;
    town.person("keeper").await;
    let browser = browser(keys).await;
    let me = Somebody::new(&browser, &town, keys);
    let mut person = NewPerson::named(town.organisation, Username::parse("kim").unwrap(), "Kim Aydin");
    person.email = Some("kim@northbeam.example".to_owned());
    let invitation = Invitation {
        person,
        department: None,
        roles: Vec::new(),
    };
    let mut op = town.op();
    let (kim, _) = enrolment::invite(&mut op, invitation, Delivery::Mail)
        .await
        .unwrap();
    op.commit().await.unwrap();
    by_mail(&me, "/enrol/").await;
    me.press("#begin").await;
    me.fill("new", FIRST).await;
    me.fill("again", "something else").await;
    me.press("#set").await;
    me.is_told(".notice.error").await;
    me.fill("new", FIRST).await;
    me.fill("again", FIRST).await;
    me.press("#set").await;
    me.press("#sign-in").await;
    first_sign_in(&me).await;

    let mut op = town.op();
    let found = person::find(&mut op, kim).await.unwrap().unwrap();
    let asked = enrolment::help(&mut op, &found, "known by voice", Delivery::Mail).await;
    assert!(asked.unwrap().is_ok());
    op.commit().await.unwrap();
    by_mail(&me, "/enrol/").await;
    me.press("#begin").await;
    me.fill("new", SECOND).await;
    me.fill("again", SECOND).await;
    me.press("#set").await;
    let key = key(&me).await;
    me.fill("code", &town.code(&key)).await;
    me.press("#confirm").await;
    me.browser.find(".codes").await;
    say(&me, "kim", SECOND).await;
    me.browser.find("input[name=code]").await;
    me.has_seen("newcomer");
    browser.close().await;
}

/// A rule asks for a second factor, which is set up on the way by what is written on the page.
async fn first_sign_in(me: &Somebody<'_>) {
    let rule = serde_json::json!({ "name": "All", "when": { "people": ["kim"] }, "then": { "do": "second_factor" } });
    crate::rule::add(me.town, rule).await;
    say(me, "kim", FIRST).await;
    let key = key(me).await;
    me.fill("code", "000000").await;
    me.press("#continue").await;
    me.is_told(".notice.error").await;
    me.fill("code", &me.town.code(&key)).await;
    me.press("#continue").await;
    me.browser.find(".codes").await;
    me.press("#continue").await;
    me.browser.find(".rows").await;
    me.press("#sign-out").await;
}
