//! Telling people of attempts at their account that look like somebody else's: a right password after which nothing comes, and sign-ins
//! with much about them that is unusual.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::{DeviceId, Digest32, PersonId, RiskLevel};
use crate::job::{self, Kind, Task, Verdict, Working};
use crate::mail::{self, Circumstances, Happened};
use crate::op::{Op, OpError};
use crate::rule::{self, Situation};

/// The job that looks whether a sign-in was finished.
const UNFINISHED: &str = "signin.unfinished";

/// So often one person is told of attempts of one kind, so that nobody fills a mailbox by repeating them.
const TOLD_EVERY: Duration = Duration::from_hours(24);

/// The work of this room.
#[must_use]
pub fn jobs() -> Vec<Kind> {
    vec![Kind {
        name: UNFINISHED,
        run: tell_of_unfinished,
    }]
}

/// A right password, and who gave it.
#[derive(Debug, Serialize, Deserialize)]
struct Given {
    person: PersonId,
    browser: DeviceId,
    then: Circumstances,
}

/// Looks again once the time of this sign-in is over, if the person has never signed in by this browser.
pub(super) async fn look_later(op: &mut Op, person: PersonId, browser: Digest32) -> Result<(), OpError> {
    if !mail::is_on(&op.house) || rule::knows_device(op, person, &browser.into()).await? {
        return Ok(());
    }
    let given = Given {
        person,
        browser: browser.into(),
        then: Circumstances::of(op),
    };
    let payload = serde_json::to_value(given).map_err(|_| OpError::Broken("a job cannot be written"))?;
    let over = op.now.plus(op.house.config.signin.attempt_life);
    job::queue_for(op, UNFINISHED, &payload, over).await?;
    Ok(())
}

fn tell_of_unfinished<'a>(op: &'a mut Op, task: &'a Task) -> Working<'a> {
    Box::pin(async move {
        let Ok(given) = serde_json::from_value::<Given>(task.payload.clone()) else {
            return Ok(Verdict::Never("the job cannot be read"));
        };
        // Whoever finished the sign-in is known by that browser now.
        if rule::knows_device(op, given.person, &given.browser).await?
            || was_told(op, UNFINISHED, given.person).await
        {
            return Ok(Verdict::Done);
        }
        mail::tell_of(op, given.person, &Happened::Unfinished, &given.then).await?;
        Ok(Verdict::Done)
    })
}

/// Tells of a sign-in, done or refused, with a risk that is high; answers whether it is.
pub(super) async fn tell_of_risk(
    op: &mut Op,
    person: PersonId,
    situation: &Situation,
    happened: &Happened,
) -> Result<bool, OpError> {
    if situation.risk.level() != RiskLevel::High {
        return Ok(false);
    }
    let what = match happened {
        Happened::UnusualRefused => "signin.unusual_refused",
        _ => "signin.unusual",
    };
    if !was_told(op, what, person).await {
        mail::tell(op, person, happened).await?;
    }
    Ok(true)
}

/// Where that cannot be known, people are told once more.
async fn was_told(op: &Op, what: &str, person: PersonId) -> bool {
    let key = format!("told:{what}:{person}");
    let first = op.house.ephemeral.put_once(&key, TOLD_EVERY, op.now).await;
    !first.unwrap_or(true)
}
