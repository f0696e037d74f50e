//! Rules that start later, and exceptions with an end.

use std::time::Duration;

use doorward::access;
use doorward::domain::{OrganisationId, Right, RuleId, RuleMode, Timestamp, rfc3339};
use doorward::factor::rules;
use doorward::factor::second;
use doorward::rule::{self, Aim, Change, LockedOut, NewException, NoException, Refusal, RuleSet, Situation};
use serde_json::json;

use super::{add, change, definition, draft};
use crate::admin::give_rights;
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};

const DAY: Duration = Duration::from_hours(24);

fn new(town: &Town, person: &str, days: u32) -> NewException {
    NewException {
        person: person.to_owned(),
        last_day: town.op().now.plus(DAY * days),
        reason: "Waits for the new key".to_owned(),
    }
}

async fn except(town: &Town, rule: RuleId, person: &str, days: u32) -> Result<RuleSet, Refusal> {
    change(town, Change::Except(rule, new(town, person, days))).await
}

async fn gets_in(town: &Town, name: &str) -> bool {
    is_signed_in(&enter_password(&town.browser(), name, PASSWORD).await)
}

/// Why each rule does not apply to somebody now.
async fn because(town: &Town, name: &str) -> Vec<Option<&'static str>> {
    let id = town.id_of(name).await;
    let mut op = town.op();
    let situation = Situation::ordinary(&op.house, None, op.now);
    let checked = rule::check(&mut op, id, Aim::own_pages(), &situation)
        .await
        .unwrap();
    checked.unwrap().rules.iter().map(|rule| rule.because).collect()
}

fn later(town: &Town, days: u32) -> String {
    rfc3339::written(town.op().now.plus(DAY * days))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_asks_nothing_before_its_start_and_counts_its_grace_from_then() {
    let town = Town::new().await;
    town.person("rosa").await;
    let then = json!({ "do": "enrol", "factor": "any", "grace_days": 10 });
    add(
        &town,
        json!({ "name": "Later", "starts": later(&town, 5), "then": then }),
    )
    .await;
    let account = async || {
        let browser = town.browser();
        let page = enter_password(&browser, "rosa", PASSWORD).await;
        assert!(is_signed_in(&page), "{}", page.text());
        browser.get("/account").await.text()
    };
    let told = "set up a second factor before";
    town.wait(DAY * 4);
    assert!(!account().await.contains(told));
    assert_eq!(because(&town, "rosa").await, [Some("starts")]);
    town.wait(DAY * 2);
    assert!(account().await.contains(told));
    assert_eq!(because(&town, "rosa").await, [None]);
    // Ten days after the rule was switched on the grace still runs.
    town.wait(DAY * 8);
    assert!(account().await.contains(told));
    town.wait(DAY);
    assert!(!gets_in(&town, "rosa").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_rule_passes_over_is_asked_again_when_their_last_day_is_over() {
    let town = Town::new().await;
    town.person("rosa").await;
    town.person("ben").await;
    let id = add(
        &town,
        json!({ "name": "Factor", "then": { "do": "second_factor" } }),
    )
    .await;
    assert!(!gets_in(&town, "rosa").await);
    let set = except(&town, id, "rosa", 3).await.unwrap();
    let until = set.rules[0].exceptions[0].until;
    assert_eq!(until.as_seconds() % 86_400, 0, "whole days");
    assert!(gets_in(&town, "rosa").await);
    assert!(!gets_in(&town, "ben").await, "nobody else");
    assert_eq!(because(&town, "rosa").await, [Some("exception")]);
    assert_eq!(because(&town, "ben").await, [None]);
    let now = town.op().now;
    town.wait(until.minus(Duration::from_mins(5)).since(now));
    assert!(gets_in(&town, "rosa").await, "the last day is whole");
    town.wait(Duration::from_mins(6));
    assert!(!gets_in(&town, "rosa").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_page_asks_nothing_of_whom_a_rule_passes_over() {
    let town = Town::new().await;
    town.person("rosa").await;
    let then = json!({ "do": "enrol", "factor": "any", "grace_days": 10 });
    let id = add(&town, json!({ "name": "Soon", "then": then })).await;
    let browser = town.browser();
    // Whoever signs in for no application comes to this page: the first that they see says it.
    let home = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(
        home.text().contains("set up a second factor before"),
        "{}",
        home.text()
    );
    except(&town, id, "rosa", 3).await.unwrap();
    let home = browser.get("/account").await;
    assert!(
        !home.text().contains("set up a second factor before"),
        "{}",
        home.text()
    );
}

#[tokio::test]
async fn exceptions_are_given_renewed_and_ended_and_each_is_on_record() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    town.person("ben").await;
    let id = draft(&town, json!({ "name": "One", "then": { "do": "second_factor" } })).await;
    except(&town, id, "rosa", 3).await.unwrap();
    except(&town, id, "ben", 2).await.unwrap();
    // Given anew, it takes the place of the one before; the soonest end stands first.
    let mut op = doorward::op::Op::inside(&town.server.house, doorward::domain::Actor::Person(rosa));
    let renewed = Change::Except(id, new(&town, "rosa", 9));
    let set = rules::change(&mut op, town.organisation, None, renewed)
        .await
        .unwrap()
        .unwrap();
    op.commit().await.unwrap();
    let told: Vec<(&str, &str)> = set.rules[0]
        .exceptions
        .iter()
        .map(|one| (one.person.as_str(), one.by.as_str()))
        .collect();
    let by = rosa.to_string();
    assert_eq!(told, [("ben", "operator"), ("rosa", by.as_str())]);
    // The definition can be changed and the exceptions stay.
    let other = json!({ "name": "Other", "then": { "do": "second_factor" } });
    let set = change(&town, Change::Define(id, definition(other)))
        .await
        .unwrap();
    assert_eq!(set.rules[0].exceptions.len(), 2);
    let set = change(&town, Change::Readmit(id, "rosa".to_owned()))
        .await
        .unwrap();
    assert_eq!(set.rules[0].exceptions.len(), 1);
    assert_eq!(set.revision, 6, "each is a revision of the list");
    assert_eq!(town.events("rule.exception.given").await.len(), 3);
    assert_eq!(town.events("rule.exception.ended").await.len(), 1);
    assert_eq!(town.details("rule.exception.ended").await["revision"], 6);
    // One that has ended goes with the next change.
    town.wait(DAY * 4);
    let set = except(&town, id, "rosa", 1).await.unwrap();
    assert_eq!(set.rules[0].exceptions.len(), 1);
}

#[tokio::test]
async fn an_exception_that_is_wrong_is_refused_and_nothing_of_it_stays() {
    let town = Town::new().await;
    town.person("rosa").await;
    stranger(&town).await;
    let id = draft(&town, json!({ "name": "One", "then": { "do": "second_factor" } })).await;
    for name in ["nobody", "Rosa", "stranger", ""] {
        let refused = except(&town, id, name, 1).await.unwrap_err();
        assert_eq!(refused, Refusal::NotThere("person", name.to_owned()));
    }
    let refused = async |new: NewException| change(&town, Change::Except(id, new)).await.unwrap_err();
    let past = NewException {
        last_day: town.op().now.minus(DAY),
        ..new(&town, "rosa", 1)
    };
    assert_eq!(refused(past).await, NoException::Past.into());
    assert_eq!(refused(new(&town, "rosa", 366)).await, NoException::TooFar.into());
    for reason in ["", "  ", "a\nb", &"x".repeat(201)] {
        let with = NewException {
            reason: reason.to_owned(),
            ..new(&town, "rosa", 1)
        };
        assert_eq!(refused(with).await, NoException::Reason.into());
    }
    let none = change(&town, Change::Readmit(id, "rosa".to_owned())).await;
    assert_eq!(none.unwrap_err(), NoException::None.into());
    let gone = RuleId::new(town.op().now, [9; 10]);
    assert_eq!(
        except(&town, gone, "rosa", 1).await.unwrap_err(),
        Refusal::Unknown
    );
    let mut op = town.op();
    let late = Change::Except(id, new(&town, "rosa", 1));
    let late = rules::change(&mut op, town.organisation, Some(0), late)
        .await
        .unwrap();
    assert_eq!(late.unwrap_err(), Refusal::ChangedMeanwhile);
    drop(op);
    let set = rule::current(&mut town.op(), town.organisation).await.unwrap();
    assert!(set.rules[0].exceptions.is_empty());
    assert!(town.events("rule.exception.given").await.is_empty());
    let far = json!({ "name": "Far", "starts": later(&town, 367), "then": { "do": "allow" } });
    let far = change(&town, Change::Add(definition(far), None)).await;
    assert_eq!(far.unwrap_err(), Refusal::StartTooFar);
}

/// Somebody of another organisation.
async fn stranger(town: &Town) -> OrganisationId {
    use doorward::person::{self, NewOrganisation, NewPerson};
    let mut op = town.op();
    let other = NewOrganisation {
        slug: "other".to_owned(),
        name: "Other".to_owned(),
    };
    let other = person::create_organisation(&mut op, other).await.unwrap();
    let username = doorward::domain::Username::parse("stranger").unwrap();
    person::create(&mut op, NewPerson::named(other, username, "A stranger"))
        .await
        .unwrap();
    op.commit().await.unwrap();
    other
}

#[tokio::test]
async fn what_starts_later_or_ends_by_itself_locks_out_nobody_either() {
    let town = Town::new().await;
    let ada = town.person("ada").await;
    town.person("ben").await;
    give_rights(&town, ada, access::ADMINISTRATOR, Right::ALL).await;
    let refuse = json!({ "do": "refuse", "sentence": "Closed." });
    let switch = async |id| change(&town, Change::Switch(id, RuleMode::On)).await;
    let later = later(&town, 30);
    let closed = json!({ "name": "Closed later", "starts": later.as_str(), "then": refuse });
    let closed = draft(&town, closed).await;
    assert_eq!(switch(closed).await.unwrap_err(), LockedOut::Everyone.into());
    // Those for whom an exception is made get in until it ends, and nobody changes anything then.
    let now = json!({ "name": "Closed", "then": refuse });
    let now = draft(&town, now).await;
    for name in ["ada", "ben"] {
        except(&town, now, name, 30).await.unwrap();
    }
    assert_eq!(switch(now).await.unwrap_err(), LockedOut::Everyone.into());
    // With a rule above that lets Ada in, both go; but not with an exception from that one, though it ends.
    let above = json!({ "name": "Administrators", "when": { "roles": ["administrator"] }, "then": { "do": "allow" } });
    let above = change(&town, Change::Add(definition(above), Some(0)))
        .await
        .unwrap();
    let above = above.rules[0].id;
    switch(above).await.unwrap();
    switch(closed).await.unwrap();
    assert_eq!(
        except(&town, above, "ada", 40).await.unwrap_err(),
        LockedOut::Everyone.into()
    );
    // It is over before the other one starts.
    except(&town, above, "ada", 3).await.unwrap();
}

#[tokio::test]
async fn a_factor_may_go_while_the_rule_that_wants_it_passes_its_owner_over_or_starts_later() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    town.give_authenticator(rosa).await;
    let starts = later(&town, 5);
    let rule = json!({ "name": "Factor", "starts": starts, "then": { "do": "second_factor" } });
    let id = add(&town, rule).await;
    let demanded = async || rule::demands_second_factor(&mut town.op(), rosa).await.unwrap();
    assert!(!demanded().await);
    town.wait(DAY * 6);
    assert!(demanded().await);
    except(&town, id, "rosa", 1).await.unwrap();
    assert!(!demanded().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_takes_starts_and_exceptions_as_they_are_now() {
    let town = Town::new().await;
    for name in ["ada", "rosa"] {
        town.person(name).await;
        assert!(gets_in(&town, name).await);
    }
    let refused = async |set: RuleSet| {
        let mut op = town.op();
        let factors = second::of_organisation(&mut op, town.organisation).await.unwrap();
        let of = set.rules[0].id;
        let replay = rule::replay(&mut op, (&set, of), &factors)
            .await
            .unwrap()
            .unwrap();
        replay
            .people
            .into_iter()
            .flatten()
            .map(|one| one.username)
            .collect::<Vec<_>>()
    };
    town.wait(DAY);
    let then = json!({ "do": "phishing_resistant" });
    let rule = json!({ "name": "Later", "starts": later(&town, 5), "then": then });
    let id = draft(&town, rule).await;
    let set = except(&town, id, "rosa", 9).await.unwrap();
    // What is drafted is replayed as if it had started: else nothing would be said of it.
    assert_eq!(refused(rule::draft(&set, id).unwrap()).await, ["ada"]);
    // Of the others those count that have started.
    let set = change(&town, Change::Switch(id, RuleMode::On)).await.unwrap();
    assert!(refused(set.clone()).await.is_empty());
    town.wait(DAY * 6);
    assert_eq!(refused(set.clone()).await, ["ada"]);
    town.wait(DAY * 5);
    assert_eq!(refused(set).await, ["ada", "rosa"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_reports_reports_nothing_before_its_start_and_of_whom_it_passes_over() {
    let town = Town::new().await;
    town.person("rosa").await;
    let starts = later(&town, 1);
    let rule = json!({ "name": "Later", "starts": starts, "then": { "do": "second_factor" } });
    let id = draft(&town, rule).await;
    change(&town, Change::Switch(id, RuleMode::Report)).await.unwrap();
    let reported = async || {
        assert!(gets_in(&town, "rosa").await);
        town.details("signin.completed").await["reported"]["rules"].clone()
    };
    assert_eq!(reported().await, json!(null));
    town.wait(DAY * 2);
    assert_eq!(reported().await, json!(["Later"]));
    except(&town, id, "rosa", 1).await.unwrap();
    assert_eq!(reported().await, json!(null));
}

#[test]
fn a_start_is_written_as_a_moment() {
    let rule = json!({ "name": "x", "starts": "2026-12-01T09:00:00Z", "then": { "do": "allow" } });
    let read = definition(rule.clone());
    assert_eq!(read.starts, Some(Timestamp::from_seconds(1_796_115_600)));
    assert_eq!(serde_json::to_value(&read).unwrap(), rule);
    let wrong = json!({ "name": "x", "starts": "soon", "then": { "do": "allow" } });
    let fault = serde_json::from_value::<rule::Definition>(wrong).unwrap_err();
    assert!(fault.to_string().contains("soon is no moment"), "{fault}");
}
