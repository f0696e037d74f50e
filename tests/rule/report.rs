//! What a rule that only reports would have asked, added up.

use std::time::Duration;

use doorward::domain::{RuleId, RuleMode, rfc3339};
use doorward::factor::second;
use doorward::rule::{self, Change, Counts, NoReport, Report};
use serde_json::json;

use super::{change, draft};
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};

async fn report(town: &Town, id: RuleId) -> Result<Report, NoReport> {
    let mut op = town.op();
    let set = rule::current(&mut op, town.organisation).await.unwrap();
    let factors = second::of_organisation(&mut op, town.organisation).await.unwrap();
    let report = rule::report(&mut op, &set, id, &factors).await.unwrap();
    op.commit().await.unwrap();
    report
}

async fn switch(town: &Town, id: RuleId, mode: RuleMode) {
    change(town, Change::Switch(id, mode)).await.unwrap();
}

async fn visits(town: &Town, names: &[&str]) {
    for name in names {
        let page = enter_password(&town.browser(), name, PASSWORD).await;
        assert!(is_signed_in(&page), "{}", page.text());
    }
}

/// How many sign-ins were told to have been asked for a second factor.
async fn told_in_events(town: &Town) -> usize {
    let events = town.bodies("signin.completed").await;
    let asked = |event: &&serde_json::Value| event["details"]["reported"]["acr"] == "urn:doorward:acr:2";
    events.iter().filter(asked).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_reports_adds_up_what_it_would_have_asked_since_it_was_switched() {
    let town = Town::new().await;
    let ben = town.person("ben").await;
    for name in ["ada", "cem", "rosa"] {
        town.person(name).await;
    }
    let factor = json!({
        "name": "Second factor", "unless": { "people": ["rosa"] }, "then": { "do": "second_factor" },
    });
    let id = draft(&town, factor).await;
    visits(&town, &["ada", "rosa"]).await;
    assert_eq!(report(&town, id).await, Err(NoReport::NotReporting));
    town.wait(Duration::from_mins(1));
    switch(&town, id, RuleMode::Report).await;
    visits(&town, &["ada", "ben", "ben", "rosa"]).await;
    town.wait(Duration::from_mins(1));
    // To report again is no other switch.
    switch(&town, id, RuleMode::Report).await;
    town.give_authenticator(ben).await;
    let told = report(&town, id).await.unwrap();
    let expected = Counts {
        let_in: 1,
        stepped_up: 2,
        enrol: 1,
        refused: 0,
    };
    assert_eq!((told.sign_ins, told.passages.total()), (expected, 0));
    // The same that the events tell one by one.
    assert_eq!(told_in_events(&town).await, 3);
    assert_eq!(town.events("rule.replayed").await.len(), 1);

    switch(&town, id, RuleMode::Draft).await;
    town.wait(Duration::from_mins(1));
    switch(&town, id, RuleMode::Report).await;
    assert_eq!(
        report(&town, id).await.unwrap().sign_ins.total(),
        0,
        "it begins anew"
    );
    visits(&town, &["cem"]).await;
    town.wait(Duration::from_hours(24 * 29));
    visits(&town, &["cem"]).await;
    assert_eq!(report(&town, id).await.unwrap().sign_ins.enrol, 2);
    town.wait(Duration::from_hours(24 * 2));
    assert_eq!(
        report(&town, id).await.unwrap().sign_ins.enrol,
        1,
        "of thirty days"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_each_rule_that_reports_is_told_what_it_would_have_asked_alone_and_from_its_start_on() {
    let town = Town::new().await;
    for name in ["ada", "cem"] {
        town.person(name).await;
    }
    let refuse = json!({
        "name": "No Cem", "when": { "people": ["cem"] }, "then": { "do": "refuse", "sentence": "No." },
    });
    let refuse = draft(&town, refuse).await;
    let starts = rfc3339::written(town.op().now.plus(Duration::from_hours(1)));
    let later = json!({ "name": "Later", "starts": starts, "then": { "do": "second_factor" } });
    let later = draft(&town, later).await;
    for id in [refuse, later] {
        switch(&town, id, RuleMode::Report).await;
    }
    visits(&town, &["ada", "cem"]).await;
    assert_eq!(report(&town, later).await.unwrap().sign_ins.let_in, 2);
    town.wait(Duration::from_hours(2));
    visits(&town, &["ada", "cem"]).await;
    let (refused, asked) = (
        report(&town, refuse).await.unwrap().sign_ins,
        report(&town, later).await.unwrap().sign_ins,
    );
    assert_eq!((refused.let_in, refused.refused), (2, 2));
    assert_eq!((asked.let_in, asked.enrol, asked.refused), (2, 2, 0));
    assert_eq!(
        report(&town, RuleId::from_bytes([7; 16])).await,
        Err(NoReport::Unknown)
    );
}
