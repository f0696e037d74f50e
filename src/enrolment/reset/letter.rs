//! The mail with the code. A job writes it, so that whoever asks waits no longer for an account that exists than for one that does not.

use std::time::Duration;

use serde::Deserialize;

use super::account::{self, Hindrance, State};
use super::{code, hash_of, record, store};
use crate::break_glass;
use crate::domain::PasswordResetId;
use crate::job::{Kind, Task, Verdict, Working};
use crate::mail::{self, Block, Circumstances, Letter, Recipient};
use crate::op::{Op, OpError};
use crate::person::Person;

/// The work of this file.
pub(in crate::enrolment) const JOB: Kind = Kind {
    name: "enrolment.password_reset",
    run: send,
};

/// Letters to somebody whom no code helps, each with the key of what it says: without a second factor, and without a password.
const ALONE: (&str, &str) = ("password-reset-alone", "reset-mail-alone");
const NO_PASSWORD: (&str, &str) = ("password-reset-none", "reset-mail-none");

/// How often one of them is sent.
const TOLD_EVERY: Duration = Duration::from_hours(24);

#[derive(Deserialize)]
struct Asked {
    reset: PasswordResetId,
    /// When and from where it was asked for.
    then: Circumstances,
}

fn send<'a>(op: &'a mut Op, task: &'a Task) -> Working<'a> {
    Box::pin(async move {
        let Ok(asked) = serde_json::from_value::<Asked>(task.payload.clone()) else {
            return Ok(Verdict::Never("the job cannot be read"));
        };
        let now = op.now;
        let Some(whose) = store::waiting(op.reading().await?, asked.reset, now).await? else {
            return Ok(Verdict::Done);
        };
        let looked = account::look(op, whose).await?;
        if let Some(person) = &looked.person {
            let refused = write(op, person, (&asked, looked.fit)).await?;
            record(op, Some(person), ("code", None), refused);
        }
        Ok(Verdict::Done)
    })
}

/// Writes to the person as far as that leads anywhere; answers why no code goes to them.
async fn write(
    op: &mut Op,
    person: &Person,
    (asked, fit): (&Asked, Result<State, Hindrance>),
) -> Result<Option<&'static str>, OpError> {
    let Some(to) = Recipient::of(op, person) else {
        return Ok(Some(Hindrance::NoAddress.why()));
    };
    let state = match fit {
        Ok(state) => state.digest(&op.house),
        Err(hindrance) => {
            hinder(op, person, (&to, &asked.then), hindrance).await?;
            return Ok(Some(hindrance.why()));
        }
    };
    let drawn = code::draw(&op.house);
    let hash = hash_of(&op.house, asked.reset, &drawn);
    if !store::put_code(op.writing().await?, asked.reset, (&hash, &state)).await? {
        return Ok(Some("a code was sent already"));
    }
    mail::queue(op, &to, &with_code(&to, drawn, &asked.then), Some(code::LIFE)).await?;
    Ok(None)
}

/// Somebody whom no code helps is told so, once a day; whoever looks after emergencies, that somebody tries one.
async fn hinder(
    op: &mut Op,
    person: &Person,
    (to, then): (&Recipient, &Circumstances),
    hindrance: Hindrance,
) -> Result<(), OpError> {
    let (kind, says) = match hindrance {
        Hindrance::BreakGlass => {
            return break_glass::tried(op, (person.organisation_id, person.id), None).await;
        }
        Hindrance::Alone => ALONE,
        Hindrance::NoPassword => NO_PASSWORD,
        Hindrance::Unknown | Hindrance::Standing | Hindrance::NoAddress => return Ok(()),
    };
    let since = op.now.minus(TOLD_EVERY);
    if !mail::was_sent(op, person.id, kind, since).await? {
        let letter = without_code(to, (kind, says), then);
        mail::queue(op, to, &letter, Some(code::LIFE)).await?;
    }
    Ok(())
}

fn with_code(to: &Recipient, code: String, then: &Circumstances) -> Letter {
    let text = to.text();
    Letter {
        kind: "password-reset",
        subject: text.get("reset-subject"),
        blocks: vec![
            Block::Say(text.get("reset-mail")),
            Block::Code(code),
            Block::Say(text.get("reset-mail-life")),
            Block::Facts(then.facts(to)),
            Block::Say(text.get("reset-mail-warning")),
        ],
    }
}

/// To somebody whom no code helps.
fn without_code(to: &Recipient, (kind, says): (&'static str, &str), then: &Circumstances) -> Letter {
    let text = to.text();
    Letter {
        kind,
        subject: text.get("reset-subject"),
        blocks: vec![Block::Say(text.get(says)), Block::Facts(then.facts(to))],
    }
}
