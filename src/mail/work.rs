//! Handing over what waits in the outbox.

use std::sync::Arc;

use serde::Deserialize;

use super::store::{self, Stored};
use super::{letter, outbox};
use crate::domain::{EventKind, MailId};
use crate::job::{Kind, Task, Verdict, Working};
use crate::op::{EventDraft, Op, OpError};
use crate::outbound::Parcel;
use crate::person;

/// The job of one mail.
pub(super) const SEND: &str = "mail.send";

/// The work of this room.
#[must_use]
pub fn jobs() -> Vec<Kind> {
    vec![Kind {
        name: SEND,
        run: send,
    }]
}

#[derive(Deserialize)]
struct Payload {
    mail: MailId,
}

fn send<'a>(op: &'a mut Op, task: &'a Task) -> Working<'a> {
    Box::pin(async move {
        let Ok(payload) = serde_json::from_value::<Payload>(task.payload.clone()) else {
            return Ok(Verdict::Never("the job cannot be read"));
        };
        let Some(mail) = store::find(op.reading().await?, payload.mail).await? else {
            return Ok(Verdict::Never("the mail is not there any more"));
        };
        // Sent before, by a process that ended before it could say so to the queue.
        let Some(sealed) = &mail.sealed else {
            return Ok(Verdict::Done);
        };
        let verdict = if mail.good_until.is_some_and(|until| op.now >= until) {
            Verdict::Never("what the mail holds is not good any more")
        } else {
            let letter = outbox::open(op, mail.id, sealed)?;
            hand_over(op, &mail, &letter).await
        };
        settle(op, &mail, task, verdict).await?;
        Ok(verdict)
    })
}

async fn hand_over(op: &mut Op, mail: &Stored, letter: &letter::Rendered) -> Verdict {
    let id = mail.id.to_string();
    let parcel = Parcel {
        id: &id,
        at: mail.created_at,
        to: &mail.to,
        name: &mail.name,
        subject: &letter.subject,
        text: &letter.text,
        html: &letter.html,
    };
    // No connection to the database is held while somebody else answers.
    op.rest();
    let house = Arc::clone(&op.house);
    match house.mailer.send(&parcel).await {
        Ok(()) => Verdict::Done,
        Err(fault) if fault.is_final() => Verdict::Never(fault.reason()),
        Err(fault) => Verdict::Again(fault.reason()),
    }
}

/// Notes the end of a mail; an attempt after which others follow leaves it as it is.
async fn settle(op: &mut Op, mail: &Stored, task: &Task, verdict: Verdict) -> Result<(), OpError> {
    let now = op.now;
    let draft = match verdict {
        Verdict::Done => {
            store::sent(op.writing().await?, mail.id, now).await?;
            EventDraft::success(EventKind::MailSent)
        }
        Verdict::Again(_) if !task.is_last() => return Ok(()),
        Verdict::Again(reason) | Verdict::Never(reason) => {
            store::give_up(op.writing().await?, mail.id, reason, now).await?;
            EventDraft::refused(EventKind::MailSent, reason)
        }
    };
    let person = person::find(op, mail.person).await?;
    let draft = match person {
        Some(person) => draft.organisation(person.organisation_id),
        None => draft,
    };
    op.record(
        draft
            .target("person", mail.person)
            .detail("letter", mail.kind.clone())
            .detail("attempt", task.attempt),
    );
    Ok(())
}
