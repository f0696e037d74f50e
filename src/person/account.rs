//! Accounts of people: made, found, listed, switched off.

use serde_json::{Value, json};

use super::attribute;
use super::organisation_store;
use super::store::{self, FIRST_EPOCH};
use super::{NewPerson, Person, PersonError};
use crate::decision;
use crate::domain::{EventKind, Notice, OrganisationId, PersonId, PersonStatus, Right, Subject, Username};
use crate::job;
use crate::op::{Affected, EventDraft, Op, OpError};
use crate::storage::taken;

/// The job that is queued when what was given out to a person has become worthless: its payload names the `person`.
pub const EPOCH_RAISED: &str = "person.epoch_raised";

/// Most accounts in one page of a list.
pub(super) const PAGE: i64 = 200;

/// As many people as a list has at most.
pub const PAGE_LENGTH: usize = 200;

/// The person with this username, of whichever organisation: the first step of a sign-in.
pub async fn find_by_username(op: &mut Op, username: &Username) -> Result<Option<Person>, OpError> {
    Ok(store::person_by_username(op.reading().await?, username).await?)
}

/// A person by id. Whoever acts for an organisation asks [`find_within`].
pub async fn find(op: &mut Op, id: PersonId) -> Result<Option<Person>, OpError> {
    Ok(store::person(op.reading().await?, id).await?)
}

/// A person of this organisation; one of another organisation is not found.
pub async fn find_within(
    op: &mut Op,
    organisation: OrganisationId,
    id: PersonId,
) -> Result<Option<Person>, OpError> {
    Ok(find(op, id)
        .await?
        .filter(|person| person.organisation_id == organisation))
}

/// A person of this organisation by the user name, in whatever spelling; a text that is none is nobody's.
pub async fn find_named_within(
    op: &mut Op,
    organisation: OrganisationId,
    name: &str,
) -> Result<Option<Person>, OpError> {
    let Ok(username) = Username::parse(name) else {
        return Ok(None);
    };
    let found = find_by_username(op, &username).await?;
    Ok(found.filter(|person| person.organisation_id == organisation))
}

/// Whether somebody of an organisation has an attribute of this name, whatever its value.
pub async fn knows_attribute(op: &mut Op, organisation: OrganisationId, name: &str) -> Result<bool, OpError> {
    Ok(store::knows_attribute(op.reading().await?, organisation, name).await?)
}

/// People of one organisation by username, at most 200, those after `after` (the last username of the page before).
pub async fn list(
    op: &mut Op,
    organisation: OrganisationId,
    after: Option<&Username>,
) -> Result<Vec<Person>, OpError> {
    let after = after.map_or("", Username::as_str);
    Ok(store::people(op.reading().await?, organisation, after, PAGE).await?)
}

/// Everybody of an organisation who may sign in and whose roles give them a right now.
pub async fn with_right(
    op: &mut Op,
    organisation: OrganisationId,
    right: Right,
) -> Result<Vec<Person>, OpError> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let people = list(op, organisation, after.as_ref()).await?;
        let Some(last) = people.last() else { break };
        after = Some(last.username.clone());
        for person in people {
            let is_active = person.status == PersonStatus::Active;
            if is_active
                && decision::rights(op, Subject::Person(person.id))
                    .await?
                    .contains(&right)
            {
                found.push(person);
            }
        }
    }
    Ok(found)
}

/// The same of those whose username begins with a text.
pub async fn beginning(
    op: &mut Op,
    organisation: OrganisationId,
    text: &str,
    after: Option<&Username>,
) -> Result<Vec<Person>, OpError> {
    let after = after.map_or("", Username::as_str);
    let tx = op.reading().await?;
    Ok(store::people_beginning(tx, organisation, text, (after, PAGE)).await?)
}

/// How many people of an organisation may sign in.
pub async fn count(op: &mut Op, organisation: OrganisationId) -> Result<i64, OpError> {
    Ok(store::count_people(op.reading().await?, organisation).await?)
}

/// Makes a person.
pub async fn create(op: &mut Op, new: NewPerson) -> Result<PersonId, PersonError> {
    let (id, now) = (op.id(), op.now);
    let tx = op.writing().await?;
    if organisation_store::organisation(tx, new.organisation_id)
        .await?
        .is_none()
    {
        return Err(PersonError::OrganisationUnknown);
    }
    attribute::check(tx, new.organisation_id, &new.attributes).await?;
    store::insert_person(tx, id, &new, now)
        .await
        .map_err(taken(PersonError::UsernameTaken))?;
    let after = json!({
        "username": new.username, "name": new.name, "given_name": new.given_name, "family_name": new.family_name,
        "email": new.email, "email_verified": new.email_verified, "locale": new.locale,
        "claims": new.claims, "attributes": new.attributes, "status": PersonStatus::Active, "epoch": FIRST_EPOCH,
    });
    op.record(
        EventDraft::success(EventKind::PersonCreated)
            .organisation(new.organisation_id)
            .target("person", id)
            .change(Value::Null, after),
    );
    op.tell(Notice::Person(id));
    Ok(id)
}

/// Lets an account act, or stops it. The epoch rises with every change: what was given out before is dead, and stays so
/// when the account becomes active again. Answers the new epoch.
pub async fn set_status(
    op: &mut Op,
    organisation: OrganisationId,
    subject: Subject,
    status: PersonStatus,
    reason: &str,
) -> Result<i64, PersonError> {
    change(op, (organisation, subject), Some(status), reason).await
}

/// Makes everything worthless that was given out to an account so far: sessions, refresh tokens, access tokens. Answers
/// the new epoch.
pub async fn raise_epoch(
    op: &mut Op,
    organisation: OrganisationId,
    subject: Subject,
    reason: &str,
) -> Result<i64, PersonError> {
    change(op, (organisation, subject), None, reason).await
}

async fn change(
    op: &mut Op,
    (organisation, subject): (OrganisationId, Subject),
    status: Option<PersonStatus>,
    reason: &str,
) -> Result<i64, PersonError> {
    let now = op.now;
    let tx = op.writing().await?;
    let before = store::standing(tx, subject)
        .await?
        .filter(|row| row.organisation_id == organisation)
        .ok_or(PersonError::Unknown)?;
    let epoch = store::change(tx, organisation, subject, status, now)
        .await?
        .ok_or(PersonError::Unknown)?;
    let values = |status: Option<PersonStatus>, epoch: i64| match status {
        Some(status) => json!({ "status": status, "epoch": epoch }),
        None => json!({ "epoch": epoch }),
    };
    if let Subject::Person(id) = subject {
        job::queue(op, EPOCH_RAISED, &json!({ "person": id })).await?;
    }
    let draft = match subject {
        Subject::Person(id) => EventDraft::success(EventKind::PersonChanged).target("person", id),
        Subject::ServiceAccount(id) => {
            EventDraft::success(EventKind::ServiceAccountChanged).target("service_account", id)
        }
    };
    op.record(draft.organisation(organisation).because(reason).change(
        values(status.map(|_| before.status), before.epoch),
        values(status, epoch),
    ));
    op.change_access(Affected::One(organisation, subject));
    Ok(epoch)
}
