//! A use of such an account: noted with the act itself, told right after.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::review::Use;
use super::store;
use crate::domain::{BreakGlassAct, BreakGlassUseId, ClientId, EventKind, OrganisationId, PersonId, Right};
use crate::http::minute;
use crate::job::{self, Kind, Task, Verdict, Working};
use crate::mail::{self, Block, Letter, Recipient};
use crate::op::{EventDraft, Op, OpError};
use crate::person::{self, Person};

/// The job that tells the administrators of a use.
const TELL: &str = "break_glass.tell";

/// The work of this room.
#[must_use]
pub fn jobs() -> Vec<Kind> {
    vec![Kind {
        name: TELL,
        run: tell,
    }]
}

#[derive(Deserialize)]
struct Payload {
    #[serde(rename = "use")]
    id: BreakGlassUseId,
}

/// Notes that a marked account was used, in the transaction of the act itself: what is done with one is always told.
pub async fn used(
    op: &mut Op,
    (organisation, person): (OrganisationId, PersonId),
    act: BreakGlassAct,
    client: Option<&ClientId>,
) -> Result<(), OpError> {
    let noted = Use {
        id: op.id(),
        person,
        act,
        client: client.cloned(),
        address: op.seen.address.map(|address| address.to_string()),
        used_at: op.now,
        reviewed: None,
    };
    store::insert(op.writing().await?, organisation, &noted).await?;
    job::queue(op, TELL, &json!({ "use": noted.id })).await?;
    let mut draft = match act {
        BreakGlassAct::Attempt => EventDraft::refused(EventKind::BreakGlassUsed, "somebody tries it"),
        _ => EventDraft::success(EventKind::BreakGlassUsed),
    };
    draft = draft
        .target("person", person)
        .organisation(organisation)
        .detail("act", act.as_str());
    if let Some(client) = client {
        draft = draft.client(client);
    }
    op.record(draft);
    Ok(())
}

/// So often attempts at one account are told, so that nobody fills mailboxes by guessing.
const TRIED_EVERY: Duration = Duration::from_hours(1);

/// Notes that somebody has guessed at a marked account, or asked for a new password of it, in the transaction of that.
pub async fn tried(
    op: &mut Op,
    whose: (OrganisationId, PersonId),
    client: Option<&ClientId>,
) -> Result<(), OpError> {
    let since = op.now.minus(TRIED_EVERY);
    if store::was_tried(op.reading().await?, whose.1, since).await? {
        return Ok(());
    }
    used(op, whose, BreakGlassAct::Attempt, client).await
}

/// A line in the log that no filter of levels hides, and a mail to every administrator.
fn tell<'a>(op: &'a mut Op, task: &'a Task) -> Working<'a> {
    Box::pin(async move {
        let Ok(payload) = serde_json::from_value::<Payload>(task.payload.clone()) else {
            return Ok(Verdict::Never("the job cannot be read"));
        };
        let Some((organisation, noted)) = store::find(op.reading().await?, payload.id).await? else {
            return Ok(Verdict::Never("the use is not there any more"));
        };
        let Some(used) = person::find_within(op, organisation, noted.person).await? else {
            return Ok(Verdict::Never("the account is not there any more"));
        };
        tracing::error!(
            person = %used.id,
            act = noted.act.as_str(),
            at = %noted.used_at,
            "an account for emergencies was used or tried: review it"
        );
        if mail::is_on(&op.house) {
            // Who may review it.
            for administrator in person::with_right(op, organisation, Right::RulesManage).await? {
                write(op, &administrator, &used, &noted).await?;
            }
        }
        Ok(Verdict::Done)
    })
}

async fn write(op: &mut Op, administrator: &Person, used: &Person, noted: &Use) -> Result<(), OpError> {
    let Some(to) = Recipient::of(op, administrator) else {
        return Ok(());
    };
    let text = to.text();
    let account = used.called();
    let mut facts = vec![
        (text.get("notice-account"), account),
        (text.get("notice-when"), minute(noted.used_at)),
    ];
    if let Some(client) = &noted.client {
        facts.push((text.get("break-glass-client"), client.as_str().to_owned()));
    }
    if let Some(address) = &noted.address {
        facts.push((text.get("notice-address-of"), address.clone()));
    }
    let link = format!("{}/admin/break-glass", op.house.config.server.issuer_text());
    let said = text.get(&format!("break-glass-{}", noted.act.as_str().replace('_', "-")));
    let letter = Letter {
        kind: "break-glass",
        subject: text.get(match noted.act {
            BreakGlassAct::Attempt => "break-glass-attempt-subject",
            BreakGlassAct::SignIn | BreakGlassAct::Pass | BreakGlassAct::Unmarked => "break-glass-subject",
        }),
        blocks: vec![
            Block::Say(said),
            Block::Facts(facts),
            Block::Say(text.get("break-glass-do")),
            Block::Link(text.get("break-glass-review"), link),
        ],
    };
    mail::queue(op, &to, &letter, None).await?;
    Ok(())
}
