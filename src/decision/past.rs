//! What was so at a moment in the past: who was where, what they were given, what roles gave, which policies were in force.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value as Json;

use super::entity;
use super::holdings::Record;
use super::past_entity;
use super::rulebook::{self, Roles, Rulebook};
use crate::domain::{
    Column as _, ColumnError, GroupId, OrganisationId, OrganisationStatus, PersonStatus, Subject,
    SubjectKind, Timestamp,
};
use crate::op::{Op, OpError};
use crate::storage::StorageError;

/// A moment that is past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Then(Timestamp);

/// A moment is still to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the moment that is asked about is still to come; leave it out to ask about now")]
pub struct NotPast;

impl Then {
    /// Refuses what is later than now.
    pub fn new(moment: Timestamp, now: Timestamp) -> Result<Self, NotPast> {
        if moment <= now {
            Ok(Self(moment))
        } else {
            Err(NotPast)
        }
    }

    #[must_use]
    pub fn moment(self) -> Timestamp {
        self.0
    }
}

/// What was kept of a subject at a moment, with what had not begun yet; nothing if it was not there.
pub(super) async fn record(
    op: &mut Op,
    subject: Subject,
    Then(at): Then,
) -> Result<Option<(Arc<Rulebook>, Record)>, OpError> {
    let tx = op.reading().await?;
    let Some((organisation, status, attributes)) = past_entity::account(tx, subject, at).await? else {
        return Ok(None);
    };
    let Some(rulebook) = rulebook(op, organisation, at).await? else {
        return Ok(None);
    };
    let Json::Object(attributes) = attributes else {
        return Err(StorageError::Column {
            column: "attributes",
            source: ColumnError::Invalid("JSON object"),
        }
        .into());
    };
    let tx = op.reading().await?;
    let memberships = past_entity::memberships(tx, subject, organisation, at).await?;
    let holder = (subject.kind(), subject.id_value());
    let mut grants = past_entity::grants(tx, holder, organisation, at).await?;
    let groups = memberships.iter().filter_map(|one| rulebook.group(one.group));
    let groups: BTreeSet<GroupId> = groups.flat_map(|group| group.lineage.iter().copied()).collect();
    for group in groups {
        let holder = (SubjectKind::Group, group.to_value());
        grants.extend(past_entity::grants(tx, holder, organisation, at).await?);
    }
    let record = Record {
        subject,
        active: status == PersonStatus::Active,
        epoch: 0,
        attributes,
        memberships,
        grants,
    };
    Ok(Some((Arc::new(rulebook), record)))
}

async fn rulebook(op: &mut Op, id: OrganisationId, at: Timestamp) -> Result<Option<Rulebook>, OpError> {
    let tx = op.reading().await?;
    let Some(organisation) = entity::organisation(tx, id).await? else {
        return Ok(None);
    };
    let groups = entity::groups(tx, id).await?;
    let groups = past_entity::groups(tx, id, groups, at).await?;
    let roles = Roles {
        rows: entity::roles(tx, id).await?,
        permissions: entity::role_permissions(tx, id).await?,
        rights: entity::role_rights(tx, id).await?,
        includes: entity::role_includes(tx, id).await?,
        giving: entity::role_giving(tx, id).await?,
        // What was retired then is asked of the one application that a question is about.
        retired: BTreeSet::new(),
    };
    let roles = past_entity::roles(tx, id, roles, at).await?;
    let active = organisation.status == OrganisationStatus::Active;
    Ok(Some(rulebook::of((id, organisation.slug, active), groups, roles)))
}
