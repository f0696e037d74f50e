//! Administrators are told that a pass waits for one of them to agree.

use serde::{Deserialize, Serialize};

use super::pass::Pass;
use super::store;
use crate::domain::{OrganisationId, PassId, Right, plain};
use crate::http::minute;
use crate::job::{self, Kind, Task, Verdict, Working};
use crate::mail::{self, Block, Letter, Recipient};
use crate::op::{Op, OpError};
use crate::person::{self, Person};

/// The job that writes to them.
const TELL: &str = "enrolment.pass_waits";

/// The work of this file.
pub(super) const JOB: Kind = Kind {
    name: TELL,
    run: tell,
};

#[derive(Debug, Serialize, Deserialize)]
struct Waiting {
    organisation: OrganisationId,
    pass: PassId,
}

/// Lets those know who may agree, in the transaction in which it was asked for.
pub(super) async fn ask(op: &mut Op, pass: &Pass) -> Result<(), OpError> {
    if !mail::is_on(&op.house) {
        return Ok(());
    }
    let waiting = Waiting {
        organisation: pass.organisation,
        pass: pass.id,
    };
    let payload = serde_json::to_value(waiting).map_err(|_| OpError::Broken("a job cannot be written"))?;
    job::queue(op, TELL, &payload).await?;
    Ok(())
}

fn tell<'a>(op: &'a mut Op, task: &'a Task) -> Working<'a> {
    Box::pin(async move {
        let Ok(waiting) = serde_json::from_value::<Waiting>(task.payload.clone()) else {
            return Ok(Verdict::Never("the job cannot be read"));
        };
        let (organisation, now) = (waiting.organisation, op.now);
        let found = store::by_id(op.reading().await?, organisation, waiting.pass, now).await?;
        // Somebody was faster.
        let Some(pass) = found.filter(|pass| !pass.issued) else {
            return Ok(Verdict::Done);
        };
        let Some(person) = person::find_within(op, organisation, pass.person).await? else {
            return Ok(Verdict::Never("the account is not there any more"));
        };
        for administrator in person::with_right(op, organisation, Right::PeopleManage).await? {
            let is_other = administrator.id.to_string() != pass.asked_by;
            if is_other && administrator.id != person.id {
                write(op, &administrator, &person, &pass).await?;
            }
        }
        Ok(Verdict::Done)
    })
}

async fn write(op: &mut Op, administrator: &Person, person: &Person, pass: &Pass) -> Result<(), OpError> {
    let Some(to) = Recipient::of(op, administrator) else {
        return Ok(());
    };
    let text = to.text();
    let by = person::doer(op, text, pass.organisation, &pass.asked_by).await?;
    let facts = vec![
        (text.get("notice-account"), person.called()),
        (text.get("waits-by"), by),
        (text.get("notice-when"), minute(pass.created_at)),
        (text.get("waits-reason"), pass.reason.clone()),
    ];
    let facts = facts.into_iter().map(|(term, value)| (term, plain(&value)));
    let issuer = op.house.config.server.issuer_text();
    let letter = Letter {
        kind: "pass-waits",
        subject: text.get("waits-subject"),
        blocks: vec![
            Block::Say(text.get("waits-what")),
            Block::Facts(facts.collect()),
            Block::Say(text.get("waits-do")),
            Block::Link(
                text.get("waits-link"),
                format!("{issuer}/admin/people/{}/help", person.id),
            ),
        ],
    };
    mail::queue(op, &to, &letter, None).await?;
    Ok(())
}
