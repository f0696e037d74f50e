//! What the rules were, and who has changed them.

use doorward::domain::{Actor, PersonId, RuleMode};
use doorward::factor::rules;
use doorward::op::Op;
use doorward::rule::{self, Change, What};
use serde_json::json;

use super::{change, draft};
use crate::signin::Town;

/// Three rules of which the first is switched on, moved and, by Ada, removed.
async fn changed() -> (Town, PersonId) {
    let town = Town::new().await;
    let ada = town.person("ada").await;
    let of = |name: &str| json!({ "name": name, "when": { "people": ["ada"] }, "then": { "do": "second_factor" } });
    let first = draft(&town, of("First")).await;
    draft(&town, of("Second")).await;
    draft(&town, of("Third")).await;
    change(&town, Change::Switch(first, RuleMode::On)).await.unwrap();
    change(&town, Change::Move(first, 2)).await.unwrap();
    let mut op = Op::inside(&town.server.house, Actor::Person(ada));
    let removed = rules::change(&mut op, town.organisation, None, Change::Remove(first)).await;
    removed.unwrap().unwrap();
    op.commit().await.unwrap();
    (town, ada)
}

#[tokio::test]
async fn each_change_is_kept_with_whoever_made_it_and_the_list_as_it_was() {
    let (town, ada) = changed().await;
    let found = rule::history(&mut town.op(), town.organisation, None)
        .await
        .unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.revision, one.rule.as_str(), one.what))
        .collect();
    assert_eq!(
        told,
        [
            (6, "First", What::Removed),
            (5, "First", What::Moved),
            (4, "First", What::Switched(RuleMode::On)),
            (3, "Third", What::Added),
            (2, "Second", What::Added),
            (1, "First", What::Added),
        ]
    );
    assert_eq!(found[0].changed_by.as_deref(), Some(ada.to_string().as_str()));
    let at = async |revision: i64| {
        let found = rule::at_revision(&mut town.op(), town.organisation, revision)
            .await
            .unwrap();
        found.map(|one| {
            one.set
                .rules
                .iter()
                .map(|rule| rule.definition.name.clone())
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(at(3).await.unwrap(), ["First", "Second", "Third"]);
    assert_eq!(at(5).await.unwrap(), ["Second", "Third", "First"]);
    assert_eq!(at(6).await.unwrap(), ["Second", "Third"]);
    assert_eq!((at(0).await, at(7).await, at(i64::MAX).await), (None, None, None));
    let older = rule::history(&mut town.op(), town.organisation, Some(3))
        .await
        .unwrap();
    assert_eq!(older.iter().map(|one| one.revision).collect::<Vec<_>>(), [2, 1]);
    let elsewhere = town.elsewhere().await;
    assert!(
        rule::history(&mut town.op(), elsewhere, None)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        rule::at_revision(&mut town.op(), elsewhere, 3)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn many_changes_come_in_parts_each_compared_with_the_one_before() {
    let town = Town::new().await;
    let named =
        |number: usize| json!({ "name": format!("Rule {number}"), "then": { "do": "second_factor" } });
    for number in 0..60 {
        draft(&town, named(number)).await;
    }
    let part = async |before| {
        rule::history(&mut town.op(), town.organisation, before)
            .await
            .unwrap()
    };
    let newest = part(None).await;
    assert_eq!(
        (newest.len(), newest[49].revision, newest[49].what),
        (50, 11, What::Added)
    );
    let rest = part(Some(11)).await;
    assert_eq!((rest.len(), rest[9].revision, rest[9].what), (10, 1, What::Added));
}
