//! Rules of sign-in: what they ask in the pages, what changes of them are refused, what a replay tells.

mod again;
mod change;
mod conditions;
mod exception;
mod history;
pub(crate) mod place;
mod products;
mod replay;
mod report;
mod signin;
mod unusual;

use doorward::domain::{RuleId, RuleMode};
use doorward::factor::rules;
use doorward::rule::{Change, Definition, Refusal, RuleSet};

use crate::signin::Town;

/// Changes the rules in an act of its own.
async fn change(town: &Town, change: Change) -> Result<RuleSet, Refusal> {
    let mut op = town.op();
    let changed = rules::change(&mut op, town.organisation, None, change)
        .await
        .unwrap();
    if changed.is_ok() {
        op.commit().await.unwrap();
    }
    changed
}

fn definition(json: serde_json::Value) -> Definition {
    serde_json::from_value(json).unwrap()
}

/// Drafts a rule as the last one.
async fn draft(town: &Town, json: serde_json::Value) -> RuleId {
    let set = change(town, Change::Add(definition(json), None)).await.unwrap();
    set.rules.last().unwrap().id
}

/// Adds a rule that counts.
pub(crate) async fn add(town: &Town, json: serde_json::Value) -> RuleId {
    let id = draft(town, json).await;
    change(town, Change::Switch(id, RuleMode::On)).await.unwrap();
    id
}
