//! Departments, regions and teams, and who is in them.

use serde_json::{Value, json};

use super::model::{NewGroup, Period};
use super::{AccessError, check_name, check_organisation, notice_of, store};
use crate::domain::{EventKind, GroupId, GroupKind, Notice, OrganisationId, Subject};
use crate::op::{EventDraft, Op};
use crate::person;
use crate::storage::taken;

/// Makes a group, below another of its kind or at the top.
pub async fn create_group(op: &mut Op, new: NewGroup) -> Result<GroupId, AccessError> {
    check_name(&new.name)?;
    check_organisation(op, new.organisation_id).await?;
    let (id, now) = (op.id(), op.now);
    let tx = op.writing().await?;
    if let Some(parent) = new.parent {
        let kind = store::group_kind(tx, new.organisation_id, parent)
            .await?
            .ok_or(AccessError::GroupUnknown)?;
        if kind != new.kind {
            return Err(AccessError::GroupKind);
        }
    }
    store::insert_group(tx, id, &new, now)
        .await
        .map_err(taken(AccessError::NameTaken))?;
    op.record(
        EventDraft::success(EventKind::GroupCreated)
            .organisation(new.organisation_id)
            .target("group", id)
            .change(
                Value::Null,
                json!({ "kind": new.kind, "name": new.name, "title": new.title, "parent": new.parent }),
            ),
    );
    op.tell(Notice::Organisation(new.organisation_id));
    Ok(id)
}

/// Makes a subject a member of a group of its own organisation for a period; a membership that is there already gets the
/// new period.
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
    let tx = op.writing().await?;
    if store::group_kind(tx, organisation, group).await?.is_none() {
        return Err(AccessError::GroupUnknown);
    }
    check_subject(op, organisation, subject).await?;
    let tx = op.writing().await?;
    let before = store::membership(tx, organisation, group, subject).await?;
    store::put_membership(tx, organisation, group, subject, period).await?;
    record_membership(op, (organisation, group, subject), before, Some(period));
    Ok(())
}

/// Takes a subject out of a group; nothing happens if it is not in it.
pub async fn remove_member(
    op: &mut Op,
    organisation: OrganisationId,
    group: GroupId,
    subject: Subject,
) -> Result<(), AccessError> {
    let tx = op.writing().await?;
    let Some(before) = store::membership(tx, organisation, group, subject).await? else {
        return Ok(());
    };
    store::delete_membership(tx, organisation, group, subject).await?;
    record_membership(op, (organisation, group, subject), Some(before), None);
    Ok(())
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
    op.tell(notice_of(subject));
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
