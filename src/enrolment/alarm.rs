//! Administrators are told when somebody says "this was not me": the account is held until one of them helps.

use serde::{Deserialize, Serialize};

use crate::domain::{OrganisationId, PersonId, Right, Timestamp};
use crate::http::minute;
use crate::job::{self, Kind, Task, Verdict, Working};
use crate::mail::{self, Block, Letter, Recipient};
use crate::op::{Op, OpError};
use crate::person::{self, Person};

/// The job that writes to them.
const TELL: &str = "enrolment.not_me";

/// The work of this file.
pub(super) const JOB: Kind = Kind {
    name: TELL,
    run: tell,
};

#[derive(Debug, Serialize, Deserialize)]
struct Said {
    organisation: OrganisationId,
    person: PersonId,
    /// The notice that they answered.
    about: String,
    at: Timestamp,
}

/// Lets administrators know, in the transaction in which the account is held.
pub(super) async fn raise(op: &mut Op, person: &Person, about: &str) -> Result<(), OpError> {
    if !mail::is_on(&op.house) {
        return Ok(());
    }
    let said = Said {
        organisation: person.organisation_id,
        person: person.id,
        about: about.to_owned(),
        at: op.now,
    };
    let payload = serde_json::to_value(said).map_err(|_| OpError::Broken("a job cannot be written"))?;
    job::queue(op, TELL, &payload).await?;
    Ok(())
}

fn tell<'a>(op: &'a mut Op, task: &'a Task) -> Working<'a> {
    Box::pin(async move {
        let Ok(said) = serde_json::from_value::<Said>(task.payload.clone()) else {
            return Ok(Verdict::Never("the job cannot be read"));
        };
        let Some(person) = person::find_within(op, said.organisation, said.person).await? else {
            return Ok(Verdict::Never("the account is not there any more"));
        };
        for administrator in person::with_right(op, said.organisation, Right::PeopleManage).await? {
            if administrator.id != person.id {
                write(op, &administrator, &person, &said).await?;
            }
        }
        Ok(Verdict::Done)
    })
}

async fn write(op: &mut Op, administrator: &Person, person: &Person, said: &Said) -> Result<(), OpError> {
    let Some(to) = Recipient::of(op, administrator) else {
        return Ok(());
    };
    let text = to.text();
    let account = person.called();
    let facts = vec![
        (text.get("notice-account"), account),
        (text.get("notice-when"), minute(said.at)),
        (
            text.get("alarm-about"),
            text.get(&format!("notice-{}-subject", said.about)),
        ),
    ];
    let issuer = op.house.config.server.issuer_text();
    let letter = Letter {
        kind: "not-me",
        subject: text.get("alarm-subject"),
        blocks: vec![
            Block::Say(text.get("alarm-what")),
            Block::Facts(facts),
            Block::Say(text.get("alarm-do")),
            Block::Link(
                text.get("alarm-help"),
                format!("{issuer}/admin/people/{}/help", person.id),
            ),
        ],
    };
    mail::queue(op, &to, &letter, None).await?;
    Ok(())
}
