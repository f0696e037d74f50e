//! Why the rules ask what they ask: each rule, and what kept it from applying.

use serde::Serialize;
use serde_json::{Value, json};

use super::ask::{self, Known};
use super::book::{Miss, Verdict};
use super::situation::{Aim, Situation};
use crate::domain::{PersonId, RuleMode};
use crate::op::{Op, OpError};

/// One rule, asked about one sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explained {
    pub rule: String,
    pub mode: RuleMode,
    pub applies: bool,
    /// The condition that did not hold, `unless` where the exception did, `starts` where it starts later, `exception` where one was
    /// made for this person; none if the rule applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<&'static str>,
}

/// What the rules say of one sign-in.
#[derive(Debug, Clone)]
pub struct Checked {
    pub verdict: Verdict,
    /// What they would say, if those that only report were on; none if there is no such rule.
    pub reported: Option<Verdict>,
    pub rules: Vec<Explained>,
}

impl Checked {
    /// As JSON: `verdict`, `reported`, `rules`.
    #[must_use]
    pub fn told(&self) -> Value {
        json!({
            "verdict": told(&self.verdict),
            "reported": self.reported.as_ref().map(told),
            "rules": self.rules,
        })
    }
}

fn told(verdict: &Verdict) -> Value {
    json!({
        "acr": verdict.acr,
        "max_age_seconds": verdict.max_age.map(|age| age.as_secs()),
        "refused": verdict.refused.as_deref(),
        "enrol": verdict.enrol.map(|enrol| json!({ "factor": enrol.factor, "due": enrol.due.to_string() })),
        "remembered": verdict.remembered,
        "by": verdict.by.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
    })
}

/// Asks the rules about a sign-in that does not take place.
pub async fn check(
    op: &mut Op,
    person: PersonId,
    aim: Aim<'_>,
    situation: &Situation,
) -> Result<Option<Checked>, OpError> {
    let Some(known) = Known::of(op, person).await? else {
        return Ok(None);
    };
    let book = ask::book(op, known.person.organisation_id).await?;
    let facts = known.facts(aim, situation);
    let rules = book.rules().iter().map(|rule| {
        let miss = rule.miss(&facts, book.moment(&facts));
        Explained {
            rule: rule.name().to_owned(),
            mode: rule.mode,
            applies: miss.is_none(),
            because: miss.map(|miss| match miss {
                Miss::When(condition) => condition.as_str(),
                Miss::Excepted => "unless",
                Miss::NotStarted => "starts",
                Miss::PassedOver => "exception",
            }),
        }
    });
    Ok(Some(Checked {
        rules: rules.collect(),
        verdict: book.decide(&facts),
        reported: book.report(&facts),
    }))
}
