//! An administrator puts right what is there: rules, who has to agree to a recovery, a factor, a link, somebody who waits.

use doorward::domain::{ApplicationId, RecoveryNeedsTwo, Right};
use doorward::factor::{lockout, removal};
use doorward::{access, enrolment, person, rule};
use serde_json::json;

use super::{Somebody, browser, say};
use crate::admin::give_rights;
use crate::admin::reach::furnish;
use crate::signin::lock::{BEFORE_LOCK, guess};
use crate::signin::{PASSWORD, Town};

pub(super) async fn walk(keys: bool) {
    let town = Town::with(|config| {
        config.mail.kept = true;
        config.signin.failures_before_lock = BEFORE_LOCK;
    })
    .await;
    let ada = town.person("ada").await;
    give_rights(&town, ada, access::ADMINISTRATOR, Right::ALL).await;
    let ben = town.person("ben").await;
    town.give_address(ben, "ben@northbeam.example", true).await;
    for name in ["First", "Second"] {
        let when = json!({ "people": ["ben"] });
        let rule = json!({ "name": name, "when": when, "then": { "do": "second_factor" } });
        crate::rule::add(&town, rule).await;
    }
    let browser = browser(keys).await;
    let me = Somebody::new(&browser, &town, keys);
    say(&me, "ada", PASSWORD).await;
    me.press("#console").await;
    rules(&me).await;
    history(&me).await;
    check(&me).await;
    access(&me, furnish(&town, ben).await).await;
    recovery(&me).await;
    held(&me).await;
    factor(&me).await;
    lock(&me).await;
    link(&me).await;
    me.has_seen("keeper");
    browser.close().await;
}

/// The names of the rules in their order, and how they are switched.
async fn listed(me: &Somebody<'_>) -> Vec<(String, String)> {
    let set = rule::current(&mut me.town.op(), me.town.organisation)
        .await
        .unwrap();
    let rules = set.rules.iter();
    rules
        .map(|one| (one.definition.name.clone(), one.mode.as_str().to_owned()))
        .collect()
}

/// A rule is switched to report only, given another name, moved and removed.
async fn rules(me: &Somebody<'_>) {
    me.press("nav.side a[href='/admin/rules']").await;
    me.press("main .rules li:last-child a").await;
    me.press("#report").await;
    me.browser.find(".notice.success").await;
    me.fill("name", " ").await;
    me.press("#save").await;
    me.is_told(".notice.error").await;
    me.fill("name", "Anew").await;
    me.press("#save").await;
    me.browser.find(".notice.success").await;
    me.press("#up").await;
    me.browser.find(".notice.success").await;
    let is = |name: &str, mode: &str| (name.to_owned(), mode.to_owned());
    assert_eq!(listed(me).await, [is("Anew", "report"), is("First", "on")]);
    me.press("main .rules li:first-child a").await;
    me.press("#down").await;
    assert_eq!(listed(me).await, [is("First", "on"), is("Anew", "report")]);
    me.press("main .rules li:last-child a").await;
    me.press("#remove").await;
    me.browser.find(".notice.success").await;
    assert_eq!(listed(me).await, [is("First", "on")]);
}

/// What was done to the rules, and how they were at the second change.
async fn history(me: &Somebody<'_>) {
    me.press("#history").await;
    let text = me.browser.text().await;
    assert!(
        text.contains("Anew: removed") && text.contains("First: switched to"),
        "{text}"
    );
    me.press("main .rows li:last-child a").await;
    let text = me.browser.text().await;
    assert!(text.contains("First\n") && !text.contains("Second\n"), "{text}");
    me.press("#back").await;
    me.press("#back").await;
}

/// What would be asked of Ben, and that nobody is asked whose name is a slip of the pen.
async fn check(me: &Somebody<'_>) {
    me.press("#check").await;
    me.fill("person", "nobody-of-that-name").await;
    me.press("#ask").await;
    me.is_told(".notice.error").await;
    me.fill("person", "ben").await;
    me.fill("address", "192.0.2.7").await;
    me.choose("device", "known").await;
    me.press("#ask").await;
    let answer = me.browser.find("#answer").await.text().await.unwrap();
    assert!(answer.contains("First"), "{answer}");
    me.press("#answer .rules a").await;
    me.browser.find("#replay").await;
}

/// Why Ben may not read in the Americas, who may where he may, and why he is among them.
async fn access(me: &Somebody<'_>, application: ApplicationId) {
    me.press("nav.side a[href='/admin/access/why']").await;
    me.fill("person", "nobody-of-that-name").await;
    me.choose("action", &format!("{application} feedback:read")).await;
    me.fill("type", "feedback").await;
    me.fill("id", "f-1").await;
    me.fill("properties", "region = americas").await;
    me.press("#ask").await;
    me.is_told(".notice.error").await;
    me.fill("person", "ben").await;
    me.press("#ask").await;
    let answer = me.browser.find("#answer").await.text().await.unwrap();
    assert!(
        answer.starts_with("No") && answer.contains("Americas"),
        "{answer}"
    );
    me.press("#others").await;
    me.fill("properties", "region = emea").await;
    me.press("#ask").await;
    me.press("#answer .rows a").await;
    let answer = me.browser.find("#answer").await.text().await.unwrap();
    assert!(answer.starts_with("Yes"), "{answer}");
}

/// Two have to agree before an administrator is helped.
async fn recovery(me: &Somebody<'_>) {
    me.press("nav.side a[href='/admin/recovery']").await;
    me.choose("needs_two", "administrators").await;
    me.press("#set").await;
    me.browser.find(".notice.success").await;
    let rule = enrolment::recovery_rule(&mut me.town.op(), me.town.organisation).await;
    assert_eq!(rule.unwrap().needs_two, RecoveryNeedsTwo::Administrators);
}

/// Somebody waits for help, and a link leads to where they get it.
async fn held(me: &Somebody<'_>) {
    let cem = me.town.person("cem").await;
    let mut op = me.town.op();
    let found = person::find(&mut op, cem).await.unwrap().unwrap();
    let held = person::hold(&mut op, &found, Some("new-device"), "a test").await;
    held.unwrap();
    op.commit().await.unwrap();
    me.press("nav.side a[href='/admin/people']").await;
    me.press("#held").await;
    me.press("main .rows a").await;
    let address = me.browser.address().await;
    assert!(address.ends_with(&format!("/{cem}/help")), "{address}");
    me.browser.find("#ask").await;
}

/// One of two authenticators is removed, with a reason.
async fn factor(me: &Somebody<'_>) {
    let ben = me.town.id_of("ben").await;
    for _ in 0..2 {
        me.town.give_authenticator(ben).await;
    }
    me.open(&format!("/admin/people/{ben}")).await;
    me.fill_at("[id^=reason-]:not(#reason-unlock)", " ").await;
    me.press("[id^=remove-]").await;
    me.is_told(".notice.error").await;
    me.fill_at("[id^=reason-]:not(#reason-unlock)", "Sold the phone")
        .await;
    me.press("[id^=remove-]").await;
    me.browser.find(".notice.success").await;
    let left = removal::list(&mut me.town.op(), ben).await.unwrap();
    assert_eq!(left.len(), 1);
}

/// Strangers have guessed too often; with a reason the lock is ended.
async fn lock(me: &Somebody<'_>) {
    let ben = me.town.id_of("ben").await;
    guess(me.town, &me.town.browser(), "ben", BEFORE_LOCK).await;
    assert_eq!(lockout::locks(&mut me.town.op(), ben).await.unwrap().len(), 1);
    me.open(&format!("/admin/people/{ben}")).await;
    me.fill_at("#reason-unlock", " ").await;
    me.press("#unlock").await;
    me.is_told(".notice.error").await;
    me.fill_at("#reason-unlock", "They were strangers").await;
    me.press("#unlock").await;
    me.browser.find(".notice.success").await;
    assert!(lockout::locks(&mut me.town.op(), ben).await.unwrap().is_empty());
}

/// A link that is not to be used any more is taken back.
async fn link(me: &Somebody<'_>) {
    me.press("#help").await;
    me.fill("reason", "Lost the phone, known by voice").await;
    me.press("#ask").await;
    me.browser.find(".notice.success").await;
    me.open(&format!("/admin/people/{}", me.town.id_of("ben").await))
        .await;
    me.press("#take-back").await;
    me.browser.find(".notice.success").await;
    assert!(!me.browser.has("#take-back").await);
    assert_eq!(me.town.events("pass.ended").await.len(), 1);
}
