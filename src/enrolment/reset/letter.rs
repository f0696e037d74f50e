//! The mail with the code. A job writes it, so that whoever asks waits no longer for an account that exists than for one that does not.

use serde::Deserialize;

use super::{code, hash_of, record, store};
use crate::domain::{PasswordResetId, Subject};
use crate::factor::second;
use crate::job::{Kind, Task, Verdict, Working};
use crate::mail::{self, Block, Circumstances, Letter, Recipient};
use crate::op::{Op, OpError};
use crate::person::{self, Person};

/// The work of this file.
pub(in crate::enrolment) const JOB: Kind = Kind {
    name: "enrolment.password_reset",
    run: send,
};

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
        if let Some(person) = person::find(op, whose).await? {
            let refused = write(op, &person, &asked).await?;
            record(op, Some(&person), ("code", None), refused);
        }
        Ok(Verdict::Done)
    })
}

/// Writes to the person as far as that leads anywhere; answers why no code goes to them.
async fn write(op: &mut Op, person: &Person, asked: &Asked) -> Result<Option<&'static str>, OpError> {
    let standing = person::may_sign_in(op, Subject::Person(person.id)).await?;
    let Ok(standing) = standing else {
        return Ok(Some("the account may not sign in"));
    };
    if standing.is_break_glass() {
        return Ok(Some("the account is for emergencies"));
    }
    let Some(to) = Recipient::of(op, person).filter(|_| person.email_verified) else {
        return Ok(Some("the account has no proven address"));
    };
    if !second::is_enrolled(op, person.id).await? {
        mail::queue(op, &to, &alone(&to, &asked.then), Some(code::LIFE)).await?;
        return Ok(Some("the account has no second factor"));
    }
    let drawn = code::draw(&op.house);
    let (hash, until) = (hash_of(&op.house, asked.reset, &drawn), op.now.plus(code::LIFE));
    let tx = op.writing().await?;
    if !store::put_code(tx, asked.reset, (&hash, standing.epoch()), until).await? {
        return Ok(Some("a code was sent already"));
    }
    mail::queue(op, &to, &with_code(&to, drawn, &asked.then), Some(code::LIFE)).await?;
    Ok(None)
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

/// To somebody who has nothing beside the password.
fn alone(to: &Recipient, then: &Circumstances) -> Letter {
    let text = to.text();
    Letter {
        kind: "password-reset-alone",
        subject: text.get("reset-subject"),
        blocks: vec![
            Block::Say(text.get("reset-mail-alone")),
            Block::Facts(then.facts(to)),
        ],
    }
}
