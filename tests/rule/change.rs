//! Changes of rules: in what order they stand, what is refused, and that nothing of what is refused stays.

use std::time::Duration;

use doorward::access;
use doorward::domain::{Right, RuleMode};
use doorward::factor::rules;
use doorward::rule::{self, Change, LockedOut, Refusal, Unfit};
use serde_json::json;

use super::{add, change, definition, draft};
use crate::admin::give_rights;
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};

fn named(name: &str) -> serde_json::Value {
    json!({ "name": name, "then": { "do": "allow" } })
}

async fn names(town: &Town) -> Vec<String> {
    let set = rule::current(&mut town.op(), town.organisation).await.unwrap();
    set.rules.into_iter().map(|rule| rule.definition.name).collect()
}

#[tokio::test]
async fn rules_are_put_in_order_and_every_change_is_on_record() {
    let town = Town::new().await;
    draft(&town, named("one")).await;
    let two = draft(&town, named("two")).await;
    change(&town, Change::Add(definition(named("zero")), Some(0)))
        .await
        .unwrap();
    assert_eq!(names(&town).await, ["zero", "one", "two"]);
    change(&town, Change::Move(two, 1)).await.unwrap();
    assert_eq!(names(&town).await, ["zero", "two", "one"]);
    change(&town, Change::Define(two, definition(named("second"))))
        .await
        .unwrap();
    let last = change(&town, Change::Remove(two)).await.unwrap();
    assert_eq!(
        (names(&town).await, last.revision),
        (vec!["zero".to_owned(), "one".to_owned()], 6)
    );
    assert_eq!(town.events("rule.added").await.len(), 3);
    assert_eq!(town.events("rule.changed").await.len(), 2);
    assert_eq!(town.events("rule.removed").await.len(), 1);
    assert_eq!(town.details("rule.removed").await["revision"], 6);
}

#[tokio::test]
async fn what_is_wrong_is_refused_and_nothing_of_it_stays() {
    let town = Town::new().await;
    town.person("rosa").await;
    let one = draft(&town, named("one")).await;
    let refused = async |json: serde_json::Value| {
        change(&town, Change::Add(definition(json), None))
            .await
            .unwrap_err()
    };
    assert_eq!(refused(named("one")).await, Refusal::NameTaken);
    let unfit = json!({ "name": "x", "when": { "networks": ["office"] }, "then": { "do": "allow" } });
    assert_eq!(
        refused(unfit).await,
        Refusal::Unfit(Unfit::Network("office".to_owned()))
    );
    for (member, name, kind) in [
        ("people", "nobody", "person"),
        ("people", "Rosa", "person"),
        ("roles", "wizard", "role"),
        ("groups", "team:wizards", "group"),
        ("clients", "no-client", "client"),
    ] {
        for part in ["when", "unless"] {
            let json = json!({ "name": "x", part: { member: [name] }, "then": { "do": "allow" } });
            assert_eq!(refused(json).await, Refusal::NotThere(kind, name.to_owned()));
        }
    }
    for part in ["when", "unless"] {
        let json = json!({ "name": "x", part: { "scopes": ["openid", "feedback:exprot"] }, "then": { "do": "allow" } });
        let unknown = Refusal::ScopeUnknown("feedback:exprot".to_owned());
        assert_eq!(refused(json).await, unknown);
        let json = json!({ "name": "x", part: { "attributes": { "jobtitle": ["Head"] } }, "then": { "do": "allow" } });
        let unknown = Refusal::AttributeUnknown("jobtitle".to_owned());
        assert_eq!(refused(json).await, unknown);
    }
    let gone = doorward::domain::RuleId::new(town.op().now, [9; 10]);
    let unknown = change(&town, Change::Switch(gone, RuleMode::On)).await;
    assert_eq!(unknown.unwrap_err(), Refusal::Unknown);
    assert_eq!(names(&town).await, ["one"]);
    assert_eq!(town.events("rule.added").await.len(), 1);
    // Who has not seen the newest revision changes nothing.
    let mut op = town.op();
    let late = rules::change(&mut op, town.organisation, Some(0), Change::Remove(one))
        .await
        .unwrap();
    assert_eq!(late.unwrap_err(), Refusal::ChangedMeanwhile);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_changes_at_once_one_counts() {
    let town = Town::new().await;
    draft(&town, named("zero")).await;
    let add = async |name: &str| change(&town, Change::Add(definition(named(name)), None)).await;
    let (one, other) = tokio::join!(add("one"), add("other"));
    let refused = [one, other]
        .into_iter()
        .filter_map(Result::err)
        .collect::<Vec<_>>();
    assert!(
        refused
            .iter()
            .all(|refusal| *refusal == Refusal::ChangedMeanwhile),
        "{refused:?}"
    );
    assert_eq!(names(&town).await.len(), 3 - refused.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_locks_out_everyone_or_the_last_administrator() {
    let town = Town::new().await;
    let ada = town.person("ada").await;
    town.person("ben").await;
    give_rights(&town, ada, access::ADMINISTRATOR, Right::ALL).await;
    let everyone = json!({ "name": "Closed", "then": { "do": "refuse", "sentence": "Closed." } });
    let closed = draft(&town, everyone).await;
    let switch = async |id| change(&town, Change::Switch(id, RuleMode::On)).await;
    assert_eq!(switch(closed).await.unwrap_err(), LockedOut::Everyone.into());
    change(&town, Change::Switch(closed, RuleMode::Report))
        .await
        .unwrap();
    let administrators = json!({
        "name": "Administrators elsewhere",
        "when": { "roles": ["administrator"] },
        "unless": { "networks": ["127.0.0.0/8"] },
        "then": { "do": "refuse", "sentence": "From the office only." },
    });
    let office = draft(&town, administrators).await;
    // Ada has never come from the office, and this change does not either.
    assert_eq!(
        switch(office).await.unwrap_err(),
        LockedOut::Administrators.into()
    );
    assert!(is_signed_in(
        &enter_password(&town.browser(), "ada", PASSWORD).await
    ));
    switch(office).await.unwrap();
    // A month later nobody knows that any more. What was so before does not keep anybody from mending it.
    town.wait(Duration::from_hours(24 * 31));
    change(&town, Change::Add(definition(named("new")), None))
        .await
        .unwrap();
    change(&town, Change::Switch(office, RuleMode::Draft))
        .await
        .unwrap();
    // From here on it would be the change that locks out.
    assert_eq!(
        switch(office).await.unwrap_err(),
        LockedOut::Administrators.into()
    );
}

#[tokio::test]
async fn the_last_second_factor_stays_while_a_rule_may_ask_for_it() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    town.give_authenticator(rosa).await;
    let rule = json!({ "name": "At night", "when": { "risk": ["high"] }, "then": { "do": "second_factor" } });
    let id = add(&town, rule).await;
    let remove = async || {
        let mut op = town.op();
        let own = doorward::factor::authenticators::list(&mut op, rosa)
            .await
            .unwrap();
        let removed = doorward::factor::authenticators::remove(&mut op, rosa, own[0].id).await;
        let removed = removed.unwrap();
        op.commit().await.unwrap();
        removed
    };
    assert_eq!(
        remove().await.unwrap_err(),
        doorward::factor::authenticators::Refusal::Last(doorward::factor::second::Stays::Required)
    );
    change(&town, Change::Remove(id)).await.unwrap();
    remove().await.unwrap();
}
