//! Departments, regions, teams, projects and other groups, and who is in them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::model::{Group, GroupAbout, NewGroup, Period};
use super::{AccessError, check_name, check_organisation, check_words, closure, group_store as store};
use crate::domain::{Actor, EventKind, GroupId, GroupKind, Notice, OrganisationId, PersonId, Subject};
use crate::op::{Affected, EventDraft, Op, OpError};
use crate::person;
use crate::storage::taken;

/// Makes a group, below another of its kind or at the top.
pub async fn create_group(op: &mut Op, new: NewGroup) -> Result<GroupId, AccessError> {
    check_name(&new.name)?;
    check_organisation(op, new.organisation_id).await?;
    let (id, now) = (op.id(), op.now);
    check_about(op, new.organisation_id, (id, new.kind), &new.about).await?;
    store::insert_group(op.writing().await?, id, &new, now)
        .await
        .map_err(taken(AccessError::NameTaken))?;
    let about = told(new.kind, &new.name, &new.about);
    revise(op, new.organisation_id, id, &about).await?;
    op.record(
        EventDraft::success(EventKind::GroupCreated)
            .organisation(new.organisation_id)
            .target("group", id)
            .change(Value::Null, about),
    );
    op.tell(Notice::Organisation(new.organisation_id));
    Ok(id)
}

/// Changes what is said of a group; its kind and name stay. Answers whether anything is different now.
pub async fn change_group(
    op: &mut Op,
    organisation: OrganisationId,
    id: GroupId,
    about: GroupAbout,
) -> Result<bool, AccessError> {
    let before = group(op, organisation, id)
        .await?
        .ok_or(AccessError::GroupUnknown)?;
    if before.about == about {
        return Ok(false);
    }
    check_about(op, organisation, (id, before.kind), &about).await?;
    store::change_group(op.writing().await?, organisation, id, &about).await?;
    let (was, is) = (
        told(before.kind, &before.name, &before.about),
        told(before.kind, &before.name, &about),
    );
    revise(op, organisation, id, &is).await?;
    op.record(
        EventDraft::success(EventKind::GroupChanged)
            .organisation(organisation)
            .target("group", id)
            .change(was, is),
    );
    op.change_access(Affected::Everybody(organisation));
    Ok(true)
}

fn told(kind: GroupKind, name: &str, about: &GroupAbout) -> Value {
    json!({
        "kind": kind, "name": name, "title": about.title, "purpose": about.purpose, "parent": about.parent,
        "ends_at": about.ends_at, "owners": about.owners,
    })
}

async fn revise(
    op: &mut Op,
    organisation: OrganisationId,
    id: GroupId,
    content: &Value,
) -> Result<(), AccessError> {
    let (now, text) = (op.now, id.to_string());
    let tx = op.writing().await?;
    Ok(store::revise(tx, organisation, ("group", &text), content, now).await?)
}

/// Checks what is to be said of a group: its parent is of its kind and not below it, and whoever moves it there holds what it gives.
async fn check_about(
    op: &mut Op,
    organisation: OrganisationId,
    (id, kind): (GroupId, GroupKind),
    about: &GroupAbout,
) -> Result<(), AccessError> {
    check_words(&about.title, &about.purpose)?;
    check_owners(op, organisation, &about.owners).await?;
    let (mut above, mut seen) = (about.parent, BTreeSet::from([id]));
    while let Some(parent) = above {
        if !seen.insert(parent) {
            return Err(AccessError::GroupCycle);
        }
        let found = group(op, organisation, parent).await?;
        let found = found.ok_or(AccessError::GroupUnknown)?;
        if found.kind != kind {
            return Err(AccessError::GroupKind);
        }
        above = found.about.parent;
    }
    match about.parent {
        Some(parent) => closure::holds_what_group_gives(op, organisation, parent).await,
        None => Ok(()),
    }
}

async fn check_owners(
    op: &mut Op,
    organisation: OrganisationId,
    owners: &BTreeSet<PersonId>,
) -> Result<(), AccessError> {
    for owner in owners {
        let found = person::find(op, *owner).await?;
        if found.is_none_or(|person| person.organisation_id != organisation) {
            return Err(AccessError::OwnerUnknown);
        }
    }
    Ok(())
}

/// Makes a subject a member of a group of its own organisation for a period; a membership that is there already gets the
/// new period. Whoever acts manages access or people, or owns the group or one above it, and holds what members get by it.
pub async fn add_member(
    op: &mut Op,
    organisation: OrganisationId,
    group: GroupId,
    subject: Subject,
    period: Period,
) -> Result<(), AccessError> {
    if period.is_never() {
        return Err(AccessError::Reversed);
    }
    may_change_members(op, organisation, group).await?;
    closure::holds_what_group_gives(op, organisation, group).await?;
    check_subject(op, organisation, subject).await?;
    let now = op.now;
    let tx = op.writing().await?;
    let before = store::membership(tx, organisation, group, subject).await?;
    if before.is_some() {
        store::keep_membership(tx, organisation, group, subject, now).await?;
    }
    store::put_membership(tx, organisation, (group, subject), period, now).await?;
    record_membership(op, (organisation, group, subject), before, Some(period));
    Ok(())
}

/// Takes a subject out of a group; nothing happens if it is not in it. That it was there is kept.
pub async fn remove_member(
    op: &mut Op,
    organisation: OrganisationId,
    group: GroupId,
    subject: Subject,
) -> Result<(), AccessError> {
    may_change_members(op, organisation, group).await?;
    let now = op.now;
    let tx = op.writing().await?;
    let Some(before) = store::membership(tx, organisation, group, subject).await? else {
        return Ok(());
    };
    store::keep_membership(tx, organisation, group, subject, now).await?;
    store::delete_membership(tx, organisation, group, subject).await?;
    record_membership(op, (organisation, group, subject), Some(before), None);
    Ok(())
}

/// Refuses a group that has ended or that there is not, and whoever may not say who is in it.
async fn may_change_members(
    op: &mut Op,
    organisation: OrganisationId,
    id: GroupId,
) -> Result<(), AccessError> {
    let lineage = lineage(op, organisation, id).await?;
    let now = op.now;
    let mut ends = lineage.iter().filter_map(|group| group.about.ends_at);
    if ends.any(|end| end <= now) {
        return Err(AccessError::GroupEnded);
    }
    let owns = match op.actor {
        Actor::Person(person) => is_owner(&lineage, person),
        _ => false,
    };
    if owns || closure::manages_members(op).await? {
        Ok(())
    } else {
        Err(AccessError::NotOwner)
    }
}

/// A group, then those above it.
async fn lineage(op: &mut Op, organisation: OrganisationId, id: GroupId) -> Result<Vec<Group>, AccessError> {
    let (mut lineage, mut above) = (Vec::new(), Some(id));
    while let Some(next) = above {
        let found = group(op, organisation, next).await?;
        let found = found.ok_or(AccessError::GroupUnknown)?;
        above = found.about.parent;
        lineage.push(found);
    }
    Ok(lineage)
}

fn is_owner(lineage: &[Group], person: PersonId) -> bool {
    lineage.iter().any(|group| group.about.owners.contains(&person))
}

/// Whether somebody owns a group, or one above it: they say who is in it.
pub async fn owns_group(
    op: &mut Op,
    organisation: OrganisationId,
    id: GroupId,
    person: PersonId,
) -> Result<bool, AccessError> {
    Ok(is_owner(&lineage(op, organisation, id).await?, person))
}

/// Whether the organisation has this subject; one of another organisation is unknown.
pub(super) async fn check_subject(
    op: &mut Op,
    organisation: OrganisationId,
    subject: Subject,
) -> Result<(), AccessError> {
    let of = match subject {
        Subject::Person(id) => person::find(op, id).await?.map(|one| one.organisation_id),
        Subject::ServiceAccount(id) => person::find_service_account(op, id)
            .await?
            .map(|one| one.organisation_id),
    };
    if of == Some(organisation) {
        Ok(())
    } else {
        Err(AccessError::SubjectUnknown)
    }
}

fn record_membership(
    op: &mut Op,
    (organisation, group, subject): (OrganisationId, GroupId, Subject),
    before: Option<Period>,
    after: Option<Period>,
) {
    let period = |period: Option<Period>| match period {
        Some(period) => json!({ "from": period.from, "until": period.until }),
        None => Value::Null,
    };
    let member = match subject {
        Subject::Person(id) => id.to_string(),
        Subject::ServiceAccount(id) => id.to_string(),
    };
    op.record(
        EventDraft::success(EventKind::MembershipChanged)
            .organisation(organisation)
            .target("group", group)
            .detail("member_type", subject.kind().as_str())
            .detail("member", member)
            .change(period(before), period(after)),
    );
    op.change_access(Affected::One(organisation, subject));
}

/// A group of an organisation.
pub async fn group(op: &mut Op, organisation: OrganisationId, id: GroupId) -> Result<Option<Group>, OpError> {
    Ok(store::group(op.reading().await?, organisation, id).await?)
}

/// All groups of an organisation, by kind and name, each with how many are in it itself now.
pub async fn groups(op: &mut Op, organisation: OrganisationId) -> Result<Vec<(Group, i64)>, OpError> {
    let now = op.now;
    let tx = op.reading().await?;
    let members = store::count_members(tx, organisation, now).await?;
    let counted = |group: Group| {
        let count = members.get(&group.id).copied().unwrap_or_default();
        (group, count)
    };
    let groups = store::groups(tx, organisation).await?;
    Ok(groups.into_iter().map(counted).collect())
}

/// Groups as [`groups`] answers them, each after the one that it belongs to, with how many stand above it.
#[must_use]
pub fn as_tree(groups: &[(Group, i64)]) -> Vec<(&Group, i64, usize)> {
    let mut below: BTreeMap<Option<GroupId>, Vec<&(Group, i64)>> = BTreeMap::new();
    for one in groups {
        below.entry(one.0.about.parent).or_default().push(one);
    }
    let children = |parent: Option<GroupId>, depth: usize| {
        let children = below.get(&parent).into_iter().flatten();
        children
            .rev()
            .map(move |(group, members)| (group, *members, depth))
    };
    let (mut tree, mut open) = (Vec::with_capacity(groups.len()), Vec::new());
    open.extend(children(None, 0));
    while let Some((group, members, depth)) = open.pop() {
        tree.push((group, members, depth));
        open.extend(children(Some(group.id), depth.saturating_add(1)));
    }
    tree
}

/// Who is in a group itself, or will be.
pub async fn members(
    op: &mut Op,
    organisation: OrganisationId,
    id: GroupId,
) -> Result<Vec<(Subject, Period)>, OpError> {
    let now = op.now;
    Ok(store::members(op.reading().await?, organisation, id, now).await?)
}

/// The group of this kind and name in an organisation.
pub async fn group_named(
    op: &mut Op,
    organisation: OrganisationId,
    kind: GroupKind,
    name: &str,
) -> Result<Option<GroupId>, AccessError> {
    Ok(store::group_named(op.reading().await?, organisation, (kind, name)).await?)
}
