//! Questions asked backwards (AuthZEN sections 8.4 to 8.6): candidates are found by look-ups, and each is decided by the very decision that
//! an application would get. So what is found is what is permitted, neither more nor less.

use super::decide::supposed;
use super::{Decision, Question};
use crate::op::{Op, OpError};

/// Most candidates that one search decides: the work of a request is bounded, and the next one goes on from there.
pub(super) const LOOKED_AT: usize = 1_000;

/// Which part of an answer is wanted.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// The key up to which the part before has looked; none: from the beginning.
    pub after: Option<String>,
    /// Most results.
    pub limit: usize,
}

impl Part {
    /// Where to go on from. No key is empty.
    pub(super) fn start(&self) -> &str {
        self.after.as_deref().unwrap_or_default()
    }
}

/// One part of an answer, by key.
#[derive(Debug, Clone)]
pub struct Found<T> {
    pub results: Vec<T>,
    /// The key from which to go on; none: there is no more. A part can have fewer results than were wanted, or none, and more may follow.
    pub next: Option<String>,
}

/// Something that may be a result.
pub(super) struct Candidate<T> {
    /// By which results are in order and a part goes on from the one before.
    pub(super) key: String,
    pub(super) result: T,
    pub(super) question: Question,
}

/// How many candidates to read: one more than are looked at tells whether there are more.
pub(super) fn most() -> i64 {
    i64::try_from(LOOKED_AT).map_or(i64::MAX, |most| most.saturating_add(1))
}

/// Decides the candidates in turn, which are in order of their keys and begin after the last part, until enough is found or looked at.
pub(super) async fn sift<T>(
    op: &mut Op,
    part: &Part,
    candidates: impl Iterator<Item = Candidate<T>>,
) -> Result<Found<(T, Decision)>, OpError> {
    let mut results = Vec::new();
    let mut last = part.start().to_owned();
    for (looked_at, candidate) in candidates.enumerate() {
        if results.len() >= part.limit || looked_at >= LOOKED_AT {
            return Ok(Found {
                results,
                next: Some(last),
            });
        }
        let decision = supposed(op, &candidate.question).await?;
        if decision.allowed {
            results.push((candidate.result, decision));
        }
        last = candidate.key;
    }
    Ok(Found { results, next: None })
}
