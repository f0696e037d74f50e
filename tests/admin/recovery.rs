//! Before whose recovery two have to agree, as an organisation asks it.

use std::time::Duration;

use doorward::access;
use doorward::domain::{Actor, PersonId, RecoveryNeedsTwo, Right, ServiceAccountId};
use doorward::enrolment::{self, Asked, Delivery, NotSet, RecoveryRule};
use doorward::job::{Worked, work_on_next};
use doorward::op::Op;
use doorward::{mail, person};
use http::Method;
use serde_json::json;

use super::api::{caller, keeper_with, refused};
use super::give_rights;
use crate::break_glass::reachable;
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};
use crate::support::Browser;

const HERE: &str = "/admin/recovery";

/// A town whose installation asks for two so often, with an administrator, and the browser in which she is signed in.
async fn town(least: RecoveryNeedsTwo) -> (Town, PersonId, Browser) {
    let town = Town::with(|config| {
        config.mail.kept = true;
        config.signin.recovery_needs_two = least;
    })
    .await;
    let ada = reachable(&town, "ada").await;
    give_rights(&town, ada, access::ADMINISTRATOR, Right::ALL).await;
    let browser = town.browser();
    assert!(is_signed_in(&enter_password(&browser, "ada", PASSWORD).await));
    (town, ada, browser)
}

/// Whether the recovery of somebody waits for a second administrator.
async fn waits(town: &Town, by: PersonId, whose: PersonId) -> bool {
    let mut op = Op::inside(&town.server.house, Actor::Person(by));
    let person = person::find(&mut op, whose).await.unwrap().unwrap();
    let asked = enrolment::help(&mut op, &person, "lost all", Delivery::Mail).await;
    matches!(op.conclude(asked).await.unwrap().unwrap(), Asked::Waits(_))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_asks_for_two_and_all_who_keep_its_rules_are_told() {
    let (town, ada, browser) = town(RecoveryNeedsTwo::Nobody).await;
    let (max, rosa) = (reachable(&town, "max").await, reachable(&town, "rosa").await);
    give_rights(&town, max, "keeper", &[Right::RulesManage]).await;
    assert!(!waits(&town, ada, rosa).await);
    let page = browser.get(HERE).await;
    assert!(
        page.text().contains("before the recovery of: nobody"),
        "{}",
        page.text()
    );
    for (needs_two, of_rosa, of_max) in [("administrators", false, true), ("everybody", true, true)] {
        let done = browser
            .press_with(&page, "set", &[("needs_two", needs_two)])
            .await;
        assert!(done.text().contains("Saved"), "{}", done.text());
        assert_eq!(waits(&town, ada, rosa).await, of_rosa, "{needs_two}");
        assert_eq!(waits(&town, ada, max).await, of_max, "{needs_two}");
    }
    let home = browser.get("/admin").await;
    assert!(
        home.text().contains("Two must agree for: everybody"),
        "{}",
        home.text()
    );
    // What says nothing new tells nobody anything.
    browser
        .press_with(&page, "set", &[("needs_two", "everybody")])
        .await;
    assert_eq!(town.events("recovery.rule.changed").await.len(), 2);
    while work_on_next(&town.server.house, &enrolment::jobs())
        .await
        .unwrap()
        == Worked::Attempted
    {}
    let mails = mail::list(&mut town.op()).await.unwrap();
    let mut to: Vec<String> = mails
        .into_iter()
        .filter(|one| one.kind == "recovery-rule")
        .map(|one| one.to.to_string())
        .collect();
    to.sort();
    let both = ["ada", "max"].map(|name| vec![format!("{name}@northbeam.example"); 2]);
    assert_eq!(to, both.concat());
    let wrong = browser.press_with(&page, "set", &[("needs_two", "some")]).await;
    assert_eq!(wrong.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_lowered_counts_a_day_later_and_no_program_lowers_it() {
    let (town, ada, browser) = town(RecoveryNeedsTwo::Nobody).await;
    let rosa = reachable(&town, "rosa").await;
    let page = browser.get(HERE).await;
    browser
        .press_with(&page, "set", &[("needs_two", "everybody")])
        .await;
    let program = ServiceAccountId::from_bytes([7; 16]);
    let mut op = Op::inside(&town.server.house, Actor::ServiceAccount(program));
    let set = enrolment::set_recovery_rule(&mut op, town.organisation, RecoveryNeedsTwo::Nobody).await;
    assert_eq!(op.conclude(set).await.unwrap(), Err(NotSet::Program));

    let lowered = browser.press_with(&page, "set", &[("needs_two", "nobody")]).await;
    let text = lowered.text();
    assert!(text.contains("before the recovery of: everybody"), "{text}");
    assert!(text.contains("What is lowered counts a day later"), "{text}");
    town.wait(Duration::from_hours(23));
    assert!(waits(&town, ada, rosa).await);
    town.wait(Duration::from_hours(1));
    assert!(!waits(&town, ada, rosa).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_asks_for_less_than_the_installation_and_readers_change_nothing() {
    let (town, ada, browser) = town(RecoveryNeedsTwo::Administrators).await;
    let page = browser.get(HERE).await;
    assert!(
        page.text()
            .contains("asks it of whoever holds a right over Doorward everywhere"),
        "{}",
        page.text()
    );
    assert!(!page.body.contains("value=\"nobody\""), "{}", page.body);
    let refused = browser.press_with(&page, "set", &[("needs_two", "nobody")]).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text().contains("asks for more than that"),
        "{}",
        refused.text()
    );
    let mut op = town.op();
    let set = enrolment::set_recovery_rule(&mut op, town.organisation, RecoveryNeedsTwo::Nobody).await;
    assert_eq!(
        set.unwrap(),
        Err(NotSet::TooLittle(RecoveryNeedsTwo::Administrators))
    );
    drop(op);
    let refused = town.events("recovery.rule.changed").await;
    assert!(
        refused.iter().all(|(outcome, _)| outcome == "refused"),
        "{refused:?}"
    );
    assert_eq!(refused.len(), 1, "{refused:?}");
    // What was asked before the installation asked for more holds no less than that.
    browser
        .press_with(&page, "set", &[("needs_two", "everybody")])
        .await;
    let rule = enrolment::recovery_rule(&mut town.op(), town.organisation)
        .await
        .unwrap();
    let expected = RecoveryRule {
        needs_two: RecoveryNeedsTwo::Everybody,
        least: RecoveryNeedsTwo::Administrators,
        asked: Some(RecoveryNeedsTwo::Everybody),
        lowered_at: None,
    };
    assert_eq!(rule, expected);
    assert!(waits(&town, ada, reachable(&town, "ben").await).await);

    let max = town.person("max").await;
    give_rights(&town, max, "reader", &[Right::RulesRead]).await;
    let reader = town.browser();
    enter_password(&reader, "max", PASSWORD).await;
    let seen = reader.get(HERE).await;
    assert!(
        seen.text().contains("before the recovery of: everybody"),
        "{}",
        seen.text()
    );
    assert!(!seen.has_button("set"));
    let token = crate::account::token_of(&seen);
    let form = [("form_token", token.as_str()), ("needs_two", "administrators")];
    assert_eq!(reader.post(HERE, &form).await.status, 403);
}

#[tokio::test]
async fn programs_read_and_change_it() {
    let (stage, token) = keeper_with(|config| {
        config.signin.recovery_needs_two = RecoveryNeedsTwo::Administrators;
    })
    .await;
    let caller = caller(&stage, &token);
    let there = caller.get("/recovery").await.json();
    let administrators = "administrators";
    assert_eq!(
        there,
        json!({ "needs_two": administrators, "least": administrators, "asked": null, "lowered_at": null })
    );
    let set = async |needs_two: &str| {
        let body = Some(json!({ "needs_two": needs_two }));
        caller.call(Method::PUT, "/recovery", body).await
    };
    let (status, detail) = refused(&set("nobody").await);
    assert_eq!(status, 422);
    assert!(detail.contains("signin.recovery_needs_two"), "{detail}");
    assert_eq!(refused(&set("some").await).0, 400);
    assert_eq!(set("everybody").await.status, 204);
    let there = caller.get("/recovery").await.json();
    assert_eq!(there["needs_two"], "everybody");
    // It is nobody's but its own account's: a person lowers it.
    assert_eq!(refused(&set("administrators").await).0, 403);
}
