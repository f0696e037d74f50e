//! Roles: named sets of permissions.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::model::{NewRole, Role, RoleAbout};
use super::{
    AccessError, application, check_name, check_organisation, check_words, closure, group_store,
    role_store as store,
};
use crate::domain::{EventKind, Notice, OrganisationId, RoleId};
use crate::op::{Affected, EventDraft, Op, OpError};
use crate::person;
use crate::storage::taken;

/// Longest number of days that means something: a hundred years.
const LONGEST_DAYS: i64 = 36_500;

/// Makes a role of an organisation out of permissions of its own applications or of shared ones.
pub async fn create_role(op: &mut Op, new: NewRole) -> Result<RoleId, AccessError> {
    check_name(&new.name)?;
    check_organisation(op, new.organisation_id).await?;
    let (id, now) = (op.id(), op.now);
    check_about(op, (new.organisation_id, id), &new.about, None).await?;
    closure::holds_what_role_gives(op, &new.about).await?;
    store::insert_role(op.writing().await?, id, &new, now)
        .await
        .map_err(taken(AccessError::NameTaken))?;
    let about = told(&new.name, &new.about);
    revise(op, new.organisation_id, id, &about).await?;
    op.record(
        EventDraft::success(EventKind::RoleCreated)
            .organisation(new.organisation_id)
            .target("role", id)
            .change(Value::Null, about),
    );
    op.tell(Notice::Organisation(new.organisation_id));
    Ok(id)
}

/// Changes what a role is and gives; its name stays. It acts at once for all who hold it. Answers whether anything is different now.
///
/// Whoever acts holds all that it gives, before and after: nobody changes what they could not give.
pub async fn change_role(
    op: &mut Op,
    organisation: OrganisationId,
    id: RoleId,
    about: RoleAbout,
) -> Result<bool, AccessError> {
    let before = role(op, organisation, id)
        .await?
        .ok_or(AccessError::RoleUnknown)?;
    if before.about == about {
        return Ok(false);
    }
    check_about(op, (organisation, id), &about, Some(&before.about)).await?;
    closure::holds_what_role_gives(op, &before.about).await?;
    closure::holds_what_role_gives(op, &about).await?;
    store::change_role(op.writing().await?, organisation, id, &about).await?;
    let (was, is) = (told(&before.name, &before.about), told(&before.name, &about));
    revise(op, organisation, id, &is).await?;
    op.record(
        EventDraft::success(EventKind::RoleChanged)
            .organisation(organisation)
            .target("role", id)
            .change(was, is),
    );
    op.change_access(Affected::Everybody(organisation));
    Ok(true)
}

/// Removes a role that was never given and that no other role speaks of.
pub async fn remove_role(op: &mut Op, organisation: OrganisationId, id: RoleId) -> Result<(), AccessError> {
    let all = roles(op, organisation).await?;
    let role = all.iter().find(|role| role.id == id);
    let role = role.ok_or(AccessError::RoleUnknown)?;
    let speaks = |other: &&Role| other.about.includes.contains(&id) || other.about.giving.contains_key(&id);
    if let Some(other) = all.iter().find(speaks) {
        return Err(AccessError::RoleUsed(other.name.clone()));
    }
    closure::holds_what_role_gives(op, &role.about).await?;
    let tx = op.writing().await?;
    if store::is_given(tx, id).await? {
        return Err(AccessError::RoleGiven);
    }
    store::delete_role(tx, organisation, id).await?;
    revise(op, organisation, id, &Value::Null).await?;
    op.record(
        EventDraft::success(EventKind::RoleRemoved)
            .organisation(organisation)
            .target("role", id)
            .change(told(&role.name, &role.about), Value::Null),
    );
    op.change_access(Affected::Everybody(organisation));
    Ok(())
}

fn told(name: &str, about: &RoleAbout) -> Value {
    let mut told = json!(about);
    if let Value::Object(members) = &mut told {
        members.insert("name".to_owned(), Value::from(name));
    }
    told
}

async fn revise(
    op: &mut Op,
    organisation: OrganisationId,
    id: RoleId,
    content: &Value,
) -> Result<(), AccessError> {
    let (now, text) = (op.now, id.to_string());
    let tx = op.writing().await?;
    Ok(group_store::revise(tx, organisation, ("role", &text), content, now).await?)
}

/// Checks what a role is to be: all that it names is of its organisation or open to it, and it does not include itself.
async fn check_about(
    op: &mut Op,
    (organisation, id): (OrganisationId, RoleId),
    about: &RoleAbout,
    before: Option<&RoleAbout>,
) -> Result<(), AccessError> {
    check_words(&about.title, &about.purpose)?;
    let days = about.giving.values().copied().flatten();
    let days = days.chain(about.longest_days).chain(about.review_days);
    if days.into_iter().any(|days| !(1..=LONGEST_DAYS).contains(&days)) {
        return Err(AccessError::Days);
    }
    if let Some(owner) = about.owner {
        let found = person::find(op, owner).await?;
        if found.is_none_or(|person| person.organisation_id != organisation) {
            return Err(AccessError::OwnerUnknown);
        }
    }
    check_permissions(op, organisation, about, before).await?;
    if about.includes.is_empty() && about.giving.is_empty() {
        return Ok(());
    }
    let all = roles(op, organisation).await?;
    let known = |wanted: &RoleId| *wanted == id || all.iter().any(|role| role.id == *wanted);
    if !about.includes.iter().chain(about.giving.keys()).all(known) {
        return Err(AccessError::RoleUnknown);
    }
    check_circle(&all, id, about)
}

/// Each permission is one that the organisation may use. Those of a retired application stay where they are: they give again what they gave
/// when it is brought back; no role gets them anew.
async fn check_permissions(
    op: &mut Op,
    organisation: OrganisationId,
    about: &RoleAbout,
    before: Option<&RoleAbout>,
) -> Result<(), AccessError> {
    for permitted in &about.permissions {
        let found = application(op, permitted.application)
            .await?
            .filter(|one| one.is_open_to(organisation))
            .ok_or(AccessError::ApplicationUnknown)?;
        let name = &permitted.name;
        if !found.permissions.iter().any(|(known, _, _)| known == name) {
            return Err(AccessError::PermissionUnknown(name.clone()));
        }
        let is_kept = before.is_some_and(|before| before.permissions.contains(permitted));
        if found.is_retired() && !is_kept {
            return Err(AccessError::ApplicationRetired(found.name.clone()));
        }
    }
    Ok(())
}

fn check_circle(all: &[Role], id: RoleId, about: &RoleAbout) -> Result<(), AccessError> {
    let (mut open, mut seen) = (
        about.includes.iter().copied().collect::<Vec<_>>(),
        BTreeSet::new(),
    );
    while let Some(next) = open.pop() {
        let found = all.iter().find(|role| role.id == next);
        if next == id {
            let name = found.map(|role| role.name.clone());
            return Err(AccessError::RoleCycle(name.unwrap_or_default()));
        }
        if seen.insert(next) {
            open.extend(found.into_iter().flat_map(|role| &role.about.includes).copied());
        }
    }
    Ok(())
}

/// All roles of an organisation, by name.
pub async fn roles(op: &mut Op, organisation: OrganisationId) -> Result<Vec<Role>, OpError> {
    Ok(store::roles(op.reading().await?, organisation).await?)
}

/// A role of an organisation.
pub async fn role(op: &mut Op, organisation: OrganisationId, id: RoleId) -> Result<Option<Role>, OpError> {
    let roles = roles(op, organisation).await?;
    Ok(roles.into_iter().find(|role| role.id == id))
}

/// The role of this name in an organisation.
pub async fn role_named(
    op: &mut Op,
    organisation: OrganisationId,
    name: &str,
) -> Result<Option<RoleId>, OpError> {
    Ok(store::role_named(op.reading().await?, organisation, name).await?)
}
