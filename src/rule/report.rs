//! What a rule that only reports would have asked, added up since it was switched to that.
//!
//! Counted by a replay of what is recorded and not out of the events that told it: an event holds what all rules that report would have asked
//! together, and of ways to applications there is none.

use std::collections::BTreeMap;

use serde::Serialize;

use super::book::Book;
use super::definition::RuleSet;
use super::replay::{self, BACK, Counts, Factors};
use crate::domain::{EventKind, PersonId, RuleId, RuleMode, Timestamp};
use crate::op::{EventDraft, Op, OpError};

/// How many sign-ins and ways to applications would have ended in which way: how many, not who.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Report {
    /// When the rule was switched to report, or thirty days ago if that is later.
    pub from: Timestamp,
    pub until: Timestamp,
    pub sign_ins: Counts,
    /// On the way to applications, by sessions that were there already.
    pub passages: Counts,
}

/// Why there is nothing to add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoReport {
    #[error("there is no such rule")]
    Unknown,
    #[error("the rule does not report: its mode is not `report`")]
    NotReporting,
}

/// Adds it up, with the rules that are on and this one as it is now. It asks nothing before its start, as it did not. Who looked is on record.
pub async fn report(
    op: &mut Op,
    set: &RuleSet,
    rule: RuleId,
    factors: &BTreeMap<PersonId, Factors>,
) -> Result<Result<Report, NoReport>, OpError> {
    let mut set = set.clone();
    let Some(one) = set.rules.iter_mut().find(|one| one.id == rule) else {
        return Ok(Err(NoReport::Unknown));
    };
    if one.mode != RuleMode::Report {
        return Ok(Err(NoReport::NotReporting));
    }
    one.mode = RuleMode::On;
    let name = one.definition.name.clone();
    let (earliest, until) = (op.now.minus(BACK), op.now);
    let from = one
        .report_since
        .map_or(earliest, |switched| switched.max(earliest));
    let book = Book::new(&set.rules).map_err(|_| OpError::Broken("a stored rule cannot be used"))?;
    let tally = replay::tally(op, (set.organisation_id, from), &book, factors).await?;
    let (sign_ins, passages) = tally.totals();
    op.record(
        EventDraft::success(EventKind::RulesReplayed)
            .organisation(set.organisation_id)
            .target("rule", rule)
            .detail("name", name)
            .detail("revision", set.revision),
    );
    Ok(Ok(Report {
        from,
        until,
        sign_ins,
        passages,
    }))
}
