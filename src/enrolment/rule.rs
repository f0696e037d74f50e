//! Before whose recovery two administrators have to agree. The installation says the least that holds everywhere; an organisation may ask
//! for more.
//!
//! Whoever helps alone can take over an account, so that an administrator who lowers this could help themselves to one. So all who keep the
//! rules of the organisation are told by mail, no program lowers it, and what is lowered counts a day later: until then the others can
//! put it right.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::store;
use crate::domain::{EventKind, OrganisationId, RecoveryNeedsTwo, Right, Timestamp, rfc3339};
use crate::http::minute;
use crate::job::{self, Kind, Task, Verdict, Working};
use crate::mail::{self, Block, Letter, Recipient};
use crate::op::{EventDraft, Op, OpError};
use crate::person;

/// How long a rule that was lowered counts as before.
const WAITS: Duration = Duration::from_hours(24);

/// The job that tells those who keep the rules.
const TELL: &str = "enrolment.recovery_rule";

/// The work of this file.
pub(super) const JOB: Kind = Kind {
    name: TELL,
    run: tell,
};

/// What an organisation asks, as it is stored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stored {
    pub(super) needs_two: RecoveryNeedsTwo,
    pub(super) before: RecoveryNeedsTwo,
    pub(super) changed_at: Timestamp,
}

/// What holds in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RecoveryRule {
    /// What holds now.
    pub needs_two: RecoveryNeedsTwo,
    /// The least that holds everywhere (`signin.recovery_needs_two`).
    pub least: RecoveryNeedsTwo,
    /// What the organisation asks; none: nothing of its own.
    pub asked: Option<RecoveryNeedsTwo>,
    /// When what it asks counts, where that is less than what holds now.
    #[serde(with = "rfc3339::optional")]
    pub lowered_at: Option<Timestamp>,
}

impl RecoveryRule {
    fn at(now: Timestamp, least: RecoveryNeedsTwo, stored: Option<Stored>) -> Self {
        let counts_at = |stored: &Stored| stored.changed_at.plus(WAITS);
        let is_lowered = |stored: &Stored| stored.needs_two < stored.before && now < counts_at(stored);
        let waiting = stored.filter(is_lowered);
        let own = waiting.map(|waiting| waiting.before);
        let own = own.or(stored.map(|stored| stored.needs_two));
        Self {
            needs_two: own.map_or(least, |own| own.max(least)),
            least,
            asked: stored.map(|stored| stored.needs_two),
            lowered_at: waiting.map(|waiting| counts_at(&waiting)),
        }
    }
}

/// Why it is not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSet {
    #[error(
        "the installation asks for {0} at least (`signin.recovery_needs_two`): an organisation can only ask for more"
    )]
    TooLittle(RecoveryNeedsTwo),
    #[error("a program only asks for more here: a person lowers it, in the console")]
    Program,
}

/// The rule of an organisation.
pub async fn recovery_rule(op: &mut Op, organisation: OrganisationId) -> Result<RecoveryRule, OpError> {
    let stored = store::recovery_rule(op.reading().await?, organisation).await?;
    let least = op.house.config.signin.recovery_needs_two;
    Ok(RecoveryRule::at(op.now, least, stored))
}

/// Changes what an organisation asks. Links that wait for somebody go on waiting.
pub async fn set_recovery_rule(
    op: &mut Op,
    organisation: OrganisationId,
    needs_two: RecoveryNeedsTwo,
) -> Result<Result<(), NotSet>, OpError> {
    person::hold_organisation(op, organisation).await?;
    let before = recovery_rule(op, organisation).await?;
    let refused = if needs_two < before.least {
        Some(NotSet::TooLittle(before.least))
    } else if op.actor.is_program() && needs_two < before.needs_two {
        Some(NotSet::Program)
    } else {
        None
    };
    if let Some(refusal) = refused {
        let draft = EventDraft::refused(EventKind::RecoveryRuleChanged, refusal.to_string());
        op.record(
            draft
                .organisation(organisation)
                .target("organisation", organisation),
        );
        return Ok(Err(refusal));
    }
    if before.asked == Some(needs_two) {
        return Ok(Ok(()));
    }
    let stored = Stored {
        needs_two,
        before: before.needs_two,
        changed_at: op.now,
    };
    store::set_recovery_rule(op.writing().await?, organisation, &stored).await?;
    let draft = EventDraft::success(EventKind::RecoveryRuleChanged)
        .organisation(organisation)
        .target("organisation", organisation)
        .change(
            json!({ "needs_two": before.needs_two }),
            json!({ "needs_two": needs_two }),
        );
    op.record(draft);
    if mail::is_on(&op.house) && needs_two != before.needs_two {
        let changed = Changed {
            organisation,
            before: before.needs_two,
            after: needs_two,
            at: op.now,
        };
        let payload =
            serde_json::to_value(changed).map_err(|_| OpError::Broken("a job cannot be written"))?;
        job::queue(op, TELL, &payload).await?;
    }
    Ok(Ok(()))
}

#[derive(Debug, Serialize, Deserialize)]
struct Changed {
    organisation: OrganisationId,
    before: RecoveryNeedsTwo,
    after: RecoveryNeedsTwo,
    at: Timestamp,
}

fn tell<'a>(op: &'a mut Op, task: &'a Task) -> Working<'a> {
    Box::pin(async move {
        let Ok(changed) = serde_json::from_value::<Changed>(task.payload.clone()) else {
            return Ok(Verdict::Never("the job cannot be read"));
        };
        for administrator in person::with_right(op, changed.organisation, Right::RulesManage).await? {
            if let Some(to) = Recipient::of(op, &administrator) {
                let letter = letter(op, &to, &changed);
                mail::queue(op, &to, &letter, None).await?;
            }
        }
        Ok(Verdict::Done)
    })
}

fn letter(op: &Op, to: &Recipient, changed: &Changed) -> Letter {
    let text = to.text();
    let whose = |needs_two: RecoveryNeedsTwo| text.get(&format!("recovery-rule-{needs_two}"));
    let mut facts = vec![
        (text.get("recovery-rule-before"), whose(changed.before)),
        (text.get("recovery-rule-after"), whose(changed.after)),
        (text.get("notice-when"), minute(changed.at)),
    ];
    if changed.after < changed.before {
        facts.push((text.get("recovery-rule-counts"), minute(changed.at.plus(WAITS))));
    }
    let link = format!("{}/admin/recovery", op.house.config.server.issuer_text());
    Letter {
        kind: "recovery-rule",
        subject: text.get("recovery-rule-subject"),
        blocks: vec![
            Block::Say(text.get("recovery-rule-what")),
            Block::Facts(facts),
            Block::Say(text.get("recovery-rule-do")),
            Block::Link(text.get("recovery-rule-look"), link),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lowered_counts_a_day_later_and_never_below_the_least() {
        use RecoveryNeedsTwo::{Administrators, Everybody, Nobody};
        let changed_at = Timestamp::from_seconds(1_000);
        let at = |hours: u64, least, stored: Option<(RecoveryNeedsTwo, RecoveryNeedsTwo)>| {
            let stored = stored.map(|(needs_two, before)| Stored {
                needs_two,
                before,
                changed_at,
            });
            let rule = RecoveryRule::at(changed_at.plus(Duration::from_hours(hours)), least, stored);
            (rule.needs_two, rule.lowered_at.is_some())
        };
        assert_eq!(at(0, Nobody, None), (Nobody, false));
        assert_eq!(at(0, Nobody, Some((Everybody, Nobody))), (Everybody, false));
        assert_eq!(at(23, Nobody, Some((Nobody, Everybody))), (Everybody, true));
        assert_eq!(at(24, Nobody, Some((Nobody, Everybody))), (Nobody, false));
        assert_eq!(
            at(24, Administrators, Some((Nobody, Everybody))),
            (Administrators, false)
        );
        assert_eq!(
            at(0, Everybody, Some((Administrators, Administrators))),
            (Everybody, false)
        );
    }
}
