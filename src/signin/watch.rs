//! Telling people of attempts at their account that look like somebody else's: a right password after which nothing comes, and sign-ins
//! with much about them that is unusual.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::proof::Identified;
use crate::break_glass;
use crate::domain::{ClientId, DeviceId, Digest32, PersonId, RiskLevel, Subject};
use crate::job::{self, Kind, Task, Verdict, Working};
use crate::mail::{self, Circumstances, Happened};
use crate::op::{Op, OpError};
use crate::person;
use crate::rule::{self, Situation};

/// The job that looks whether a sign-in was finished.
const UNFINISHED: &str = "signin.unfinished";

/// So often one person is told of attempts of one kind, so that nobody fills a mailbox by repeating them.
const TOLD_EVERY: Duration = Duration::from_hours(24);

/// Of a mark that is only looked at.
const SHORT: Duration = Duration::from_secs(1);

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
        // Whoever finished the sign-in is known by that browser now; who was refused after a second factor went on at least.
        let mark = mark(given.person, &given.browser);
        let went_on = !op
            .house
            .ephemeral
            .put_once(&mark, SHORT, op.now)
            .await
            .unwrap_or(true);
        if went_on || rule::knows_device(op, given.person, &given.browser).await? {
            return Ok(Verdict::Done);
        }
        if !was_told(op, given.person, &Happened::Unfinished).await? {
            mail::tell_of(op, given.person, &Happened::Unfinished, &given.then).await?;
        }
        Ok(Verdict::Done)
    })
}

fn mark(person: PersonId, browser: &DeviceId) -> String {
    format!("signin:went_on:{person}:{browser}")
}

/// Notes that more than the password was proven by a browser.
pub(super) async fn went_on(op: &Op, person: PersonId, browser: Digest32) {
    let life = op.house.config.signin.attempt_life * 2;
    let mark = mark(person, &browser.into());
    // Without the mark somebody is told of a sign-in of their own.
    let _ = op.house.ephemeral.put_once(&mark, life, op.now).await;
}

/// Tells of a sign-in, done or refused, with a risk that is high; answers whether it was told.
pub(super) async fn tell_of_risk(
    op: &mut Op,
    person: PersonId,
    situation: &Situation,
    happened: &Happened,
) -> Result<bool, OpError> {
    if situation.risk.level() != RiskLevel::High || was_told(op, person, happened).await? {
        return Ok(false);
    }
    mail::tell(op, person, happened).await?;
    Ok(true)
}

/// Tells of a wrong guess at an account for emergencies. Whether it is one is asked of a name that nobody has too; what is told once an hour
/// takes its own time.
pub(super) async fn tell_of_guess(
    op: &mut Op,
    who: &Identified,
    client: Option<&ClientId>,
) -> Result<(), OpError> {
    let asked = who.person().unwrap_or(PersonId::NIL);
    let standing = person::may_sign_in(op, Subject::Person(asked)).await?;
    match standing {
        Ok(standing) if standing.is_break_glass() => {
            break_glass::tried(op, (standing.organisation_id(), asked), client).await
        }
        _ => Ok(()),
    }
}

async fn was_told(op: &mut Op, person: PersonId, happened: &Happened) -> Result<bool, OpError> {
    let since = op.now.minus(TOLD_EVERY);
    mail::was_told(op, person, happened, since).await
}
