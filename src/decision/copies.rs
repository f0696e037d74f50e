//! Copies of what decisions rest on, so that a decision reads no database.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value as Json;

use super::application as kept;
use super::entity;
use super::holdings::{Holdings, Record};
use super::policy::Policies;
use super::rulebook::{self, Rulebook, Vocabulary};
use crate::config::Decisions;
use crate::domain::{ApplicationId, ColumnError, OrganisationId, PersonStatus, Right, Subject};
use crate::op::{AccessEpoch, Copies, House, Kind, Op, OpError, Part, access_epoch};
use crate::storage::StorageError;

/// How old a copy may be: changes by another replica may not be told.
const AGE: Duration = Duration::from_secs(10);

/// What is known of an application.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) organisation_id: OrganisationId,
    pub(super) shared: bool,
    /// Whether it gives nothing any more.
    pub(super) retired: bool,
    permissions: std::collections::HashSet<String>,
}

impl Facts {
    /// Names of all its permissions, in no order.
    pub(super) fn permissions(&self) -> Vec<String> {
        self.permissions.iter().cloned().collect()
    }

    /// Facts that no database has, for tests.
    #[cfg(test)]
    pub(super) fn of(organisation_id: OrganisationId, shared: bool, permissions: &[&str]) -> Self {
        let permissions = permissions.iter().map(|name| (*name).to_owned());
        Self {
            organisation_id,
            shared,
            retired: false,
            permissions: permissions.collect(),
        }
    }

    pub(super) fn defines(&self, permission: &str) -> bool {
        self.permissions.contains(permission)
    }
}

/// The copies of this room.
struct Known {
    applications: Copies<ApplicationId, Arc<Facts>>,
    /// As of the epoch at which something changed for everybody: what another replica has changed is seen by whoever reads the epoch.
    rulebooks: Copies<(OrganisationId, i64), Arc<Rulebook>>,
    holdings: Copies<Subject, Arc<Holdings>>,
    policies: Copies<(OrganisationId, ApplicationId), Arc<Policies>>,
}

impl Part for Known {
    fn new(house: &House) -> Self {
        let Decisions {
            subjects,
            organisations,
        } = house.config.decisions;
        Self {
            applications: Copies::new(organisations, AGE)
                .of_owner(Kind::Organisations, |facts: &Arc<Facts>| {
                    facts.organisation_id.into()
                }),
            rulebooks: Copies::new(organisations, AGE).of_key(|(id, _): &(OrganisationId, i64)| (*id).into()),
            holdings: Copies::new(subjects, AGE)
                .of_key(|subject: &Subject| (*subject).into())
                .of_owner(Kind::Organisations, |holdings: &Arc<Holdings>| {
                    holdings.organisation_id().into()
                })
                .until(|holdings| holdings.edge),
            policies: Copies::new(organisations, AGE)
                .of_key(|(id, _): &(OrganisationId, ApplicationId)| (*id).into()),
        }
    }
}

/// What is known of an application.
pub(super) async fn application(op: &mut Op, id: ApplicationId) -> Result<Option<Arc<Facts>>, OpError> {
    let known = op.house.part::<Known>();
    known
        .applications
        .get(op, &id, async |op| {
            let tx = op.reading().await?;
            let Some(row) = kept::application(tx, id).await? else {
                return Ok(None);
            };
            Ok(Some(Arc::new(Facts {
                organisation_id: row.organisation_id,
                shared: row.shared,
                retired: row.retired_at.is_some(),
                permissions: kept::permissions(tx, id).await?.into_iter().collect(),
            })))
        })
        .await
}

/// The rules of an organisation as they are now.
pub(super) async fn rulebook(op: &mut Op, id: OrganisationId) -> Result<Option<Arc<Rulebook>>, OpError> {
    let epoch = access_epoch(op.reading().await?, id).await?;
    rulebook_of(op, id, epoch).await
}

/// The same, at an epoch that was read.
async fn rulebook_of(
    op: &mut Op,
    id: OrganisationId,
    epoch: AccessEpoch,
) -> Result<Option<Arc<Rulebook>>, OpError> {
    let known = op.house.part::<Known>();
    known
        .rulebooks
        .get(op, &(id, epoch.everybody), async |op| {
            Ok(rulebook::read(op.reading().await?, id).await?.map(Arc::new))
        })
        .await
}

/// The words by which an organisation's roles and groups are named; none if there is no such organisation.
pub async fn vocabulary(op: &mut Op, organisation: OrganisationId) -> Result<Option<Vocabulary>, OpError> {
    Ok(rulebook(op, organisation).await?.map(|book| book.vocabulary()))
}

/// The active policies of an organisation for an application.
pub(super) async fn policies(
    op: &mut Op,
    organisation: OrganisationId,
    application: ApplicationId,
) -> Result<Arc<Policies>, OpError> {
    let known = op.house.part::<Known>();
    let policies = known
        .policies
        .get(op, &(organisation, application), async |op| {
            let rows = entity::policies(op.reading().await?, organisation, application).await?;
            Ok(Some(Arc::new(Policies::compile(&rows, organisation)?)))
        })
        .await?;
    policies.ok_or(OpError::Broken("policies were read and not found"))
}

/// What a subject holds at this moment; nothing if there is no such subject.
pub async fn holdings(op: &mut Op, subject: Subject) -> Result<Option<Arc<Holdings>>, OpError> {
    let known = op.house.part::<Known>();
    known
        .holdings
        .get(op, &subject, async |op| read_holdings(op, subject).await)
        .await
}

/// What somebody may do with this house itself, for the people of their organisation.
pub async fn rights(op: &mut Op, subject: Subject) -> Result<Vec<Right>, OpError> {
    let holdings = holdings(op, subject).await?;
    let has = |right: &Right| {
        holdings
            .as_ref()
            .is_some_and(|holdings| holdings.has_right(*right))
    };
    Ok(Right::ALL.iter().copied().filter(|right| has(right)).collect())
}

/// Whether somebody may give a role: they have all rights, or all that the role gives, everywhere. Nobody gives more than
/// they hold.
pub async fn may_give(op: &mut Op, subject: Subject, role: &str) -> Result<bool, OpError> {
    let holdings = holdings(op, subject).await?;
    Ok(holdings.is_some_and(|holdings| holdings.may_give(role)))
}

async fn read_holdings(op: &mut Op, subject: Subject) -> Result<Option<Arc<Holdings>>, OpError> {
    let found = record(op, subject).await?;
    Ok(found.map(|(rulebook, record)| Arc::new(Holdings::at(op.now, rulebook, &record))))
}

/// What is kept of a subject, with what has not begun yet; nothing if there is no such subject.
pub(super) async fn record(
    op: &mut Op,
    subject: Subject,
) -> Result<Option<(Arc<Rulebook>, Record)>, OpError> {
    let now = op.now;
    let Some(row) = entity::subject(op.reading().await?, subject).await? else {
        return Ok(None);
    };
    let Some(rulebook) = rulebook_of(op, row.organisation_id, row.epoch).await? else {
        return Ok(None);
    };
    let Json::Object(attributes) = row.attributes else {
        return Err(StorageError::Column {
            column: "attributes",
            source: ColumnError::Invalid("JSON object"),
        }
        .into());
    };
    let tx = op.reading().await?;
    let record = Record {
        subject,
        active: row.status == PersonStatus::Active,
        epoch: row.epoch.epoch,
        attributes,
        memberships: entity::memberships(tx, subject, row.organisation_id, now).await?,
        grants: entity::grants(tx, subject, row.organisation_id, now).await?,
    };
    Ok(Some((rulebook, record)))
}
