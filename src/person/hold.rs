//! Accounts that are held: nobody gets in until the owner has come back to it.

use serde_json::json;

use super::account::{EPOCH_RAISED, PAGE};
use super::{Person, PersonError, hold_store, store};
use crate::domain::{EventKind, OrganisationId, Subject, Timestamp, Username};
use crate::job;
use crate::op::{Affected, EventDraft, Op, OpError};

/// Since when an account is held, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub since: Timestamp,
    /// The word of the notice that the owner has answered "this was not me" to; none where it is held for another reason.
    pub about: Option<String>,
}

/// Whether an account is held now.
pub async fn is_held(op: &mut Op, person: &Person) -> Result<bool, OpError> {
    Ok(find_hold(op, person).await?.is_some())
}

/// Since when and why an account is held; none if it is not.
pub async fn find_hold(op: &mut Op, person: &Person) -> Result<Option<Hold>, OpError> {
    Ok(hold_store::hold(op.reading().await?, person.id).await?)
}

/// People of an organisation whose accounts are held and whose user names begin so, by user name, at most
/// [`super::PAGE_LENGTH`], those after `after`. Whoever may not sign in anyway waits for nothing and is not among them.
pub async fn list_held(
    op: &mut Op,
    organisation: OrganisationId,
    beginning: &str,
    after: Option<&Username>,
) -> Result<Vec<(Person, Hold)>, OpError> {
    let after = after.map_or("", Username::as_str);
    let tx = op.reading().await?;
    Ok(hold_store::held(tx, organisation, beginning, (after, PAGE)).await?)
}

/// Holds an account: what was given out to it is worthless, and nothing new is, whatever somebody proves. `about` is the notice that the
/// owner has answered. One that is held already stays so since then: only the owner's word is more than another reason.
pub async fn hold(
    op: &mut Op,
    person: &Person,
    about: Option<&str>,
    reason: &str,
) -> Result<(), PersonError> {
    let now = op.now;
    let before = hold_store::hold(op.writing().await?, person.id).await?;
    let hold = match (before, about) {
        (Some(before), None) => before,
        (Some(before), Some(_)) if before.about.is_some() => before,
        (_, about) => Hold {
            since: now,
            about: about.map(str::to_owned),
        },
    };
    set(op, person, Some(&hold), reason).await
}

/// Lets go of an account that was held.
pub async fn release(op: &mut Op, person: &Person, reason: &str) -> Result<(), PersonError> {
    set(op, person, None, reason).await
}

async fn set(op: &mut Op, person: &Person, hold: Option<&Hold>, reason: &str) -> Result<(), PersonError> {
    let (id, organisation, now) = (person.id, person.organisation_id, op.now);
    let tx = op.writing().await?;
    let before = store::standing(tx, Subject::Person(id))
        .await?
        .ok_or(PersonError::Unknown)?;
    let epoch = hold_store::set_held(tx, (organisation, id), hold, now)
        .await?
        .ok_or(PersonError::Unknown)?;
    job::queue(op, EPOCH_RAISED, &json!({ "person": id })).await?;
    op.record(
        EventDraft::success(EventKind::PersonChanged)
            .target("person", id)
            .organisation(organisation)
            .because(reason)
            .change(
                json!({ "held": before.held_at.is_some(), "epoch": before.epoch }),
                json!({ "held": hold.is_some(), "epoch": epoch }),
            ),
    );
    op.change_access(Affected::One(organisation, Subject::Person(id)));
    Ok(())
}
