//! Reminders that an administrator asks for.

use super::{RollOut, remind, store};
use crate::domain::{EventKind, Timestamp};
use crate::job;
use crate::mail;
use crate::op::{EventDraft, Op, OpError};
use crate::rule::RuleSet;

/// Why nobody is reminded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotCalled {
    #[error("the rule is not on, or starts later")]
    NotRunning,
    #[error("no mail is sent here: set up [mail]")]
    NoMail,
    /// When it may be asked for again.
    #[error("reminders were asked for a short while ago: again from {0} on")]
    TooSoon(Timestamp),
}

/// Asks for a reminder to everybody who is left. They are found and written to by a job.
pub async fn call(op: &mut Op, set: &RuleSet, roll_out: &RollOut) -> Result<Result<(), NotCalled>, OpError> {
    let now = op.now;
    let Some(begun_at) = roll_out.begun_at(now) else {
        return Ok(Err(NotCalled::NotRunning));
    };
    if !mail::is_on(&op.house) {
        return Ok(Err(NotCalled::NoMail));
    }
    let key = (roll_out.id(), begun_at);
    // So that nobody fills mailboxes.
    let pause = op.house.config.mail.reminder_pause;
    let tx = op.writing().await?;
    if !store::call(tx, key, (now, now.minus(pause))).await? {
        let round = store::round(tx, roll_out.id()).await?;
        let called = round.and_then(|round| round.called).unwrap_or(now);
        return Ok(Err(NotCalled::TooSoon(called.plus(pause))));
    }
    let round = remind::Round::new(set.organisation_id, key, Some(now));
    job::queue(op, remind::REMIND, &round.payload()?).await?;
    op.record(
        EventDraft::success(EventKind::RollOutCalled)
            .organisation(set.organisation_id)
            .target("rule", roll_out.id())
            .detail("name", roll_out.rule.definition.name.clone()),
    );
    Ok(Ok(()))
}

/// When reminders were asked for last.
pub async fn called_at(op: &mut Op, roll_out: &RollOut) -> Result<Option<Timestamp>, OpError> {
    let round = store::round(op.reading().await?, roll_out.id()).await?;
    Ok(round.and_then(|round| round.called))
}
