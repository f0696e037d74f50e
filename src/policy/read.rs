//! Policies as they are, and as they were.

use serde::Serialize;

use super::model::Content;
use super::{PolicyError, store};
use crate::domain::{ApplicationId, OrganisationId, PolicyState, PolicyStep, Timestamp, rfc3339};
use crate::op::{Op, OpError};

/// A policy in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Listed {
    pub name: String,
    pub application: ApplicationId,
    /// Of the version in force, else of the newest.
    pub title: String,
    /// It counts the changes of the policy, from 1.
    pub revision: i64,
    /// The version in force.
    pub active: Option<i64>,
    /// The version that is being written or has been tested.
    pub open: Option<i64>,
    pub open_state: Option<PolicyState>,
}

/// A policy with all its versions, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Policy {
    pub name: String,
    pub application: ApplicationId,
    /// It counts the changes of the policy, from 1.
    pub revision: i64,
    pub versions: Vec<Version>,
}

/// What a policy said for a while, says, or is to say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Version {
    /// Counted from 1.
    pub version: i64,
    pub state: PolicyState,
    #[serde(flatten)]
    pub content: Content,
    /// Whoever has written it last: the id of a person, `operator`, …
    pub made_by: String,
    #[serde(with = "rfc3339")]
    pub made_at: Timestamp,
    /// When it came into force, if it ever did.
    #[serde(with = "rfc3339::optional", skip_serializing_if = "Option::is_none")]
    pub active_from: Option<Timestamp>,
    #[serde(with = "rfc3339::optional", skip_serializing_if = "Option::is_none")]
    pub active_until: Option<Timestamp>,
}

/// Something that was done with a policy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    pub version: i64,
    pub step: PolicyStep,
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// The id of a person, `operator`, …
    pub by: String,
    pub reason: String,
}

/// A policy as it was in force at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InForce {
    pub name: String,
    pub version: i64,
    pub title: String,
    pub cedar: String,
}

impl Policy {
    /// The version in force.
    #[must_use]
    pub fn active(&self) -> Option<&Version> {
        self.versions.iter().find(|one| one.state == PolicyState::Active)
    }

    /// The version that is a draft or tested.
    #[must_use]
    pub fn open(&self) -> Option<&Version> {
        let open = |one: &&Version| matches!(one.state, PolicyState::Draft | PolicyState::Tested);
        self.versions.iter().find(open)
    }

    pub(super) fn newest(&self) -> i64 {
        self.versions
            .iter()
            .map(|one| one.version)
            .max()
            .unwrap_or_default()
    }
}

/// The policies of an organisation, by name.
pub async fn list(op: &mut Op, organisation: OrganisationId) -> Result<Vec<Listed>, OpError> {
    let tx = op.reading().await?;
    let mut all = store::heads(tx, organisation).await?;
    for open in store::standing(tx, organisation).await? {
        let Some(one) = all.iter_mut().find(|one| one.name == open.policy) else {
            continue;
        };
        if open.state == PolicyState::Active {
            one.active = Some(open.version);
            one.title = open.title;
        } else {
            one.open = Some(open.version);
            one.open_state = Some(open.state);
            if one.active.is_none() {
                one.title = open.title;
            }
        }
    }
    Ok(all)
}

/// One of them, with all its versions.
pub async fn show(op: &mut Op, organisation: OrganisationId, name: &str) -> Result<Option<Policy>, OpError> {
    let tx = op.reading().await?;
    let Some((application, revision)) = store::head(tx, organisation, name).await? else {
        return Ok(None);
    };
    Ok(Some(Policy {
        name: name.to_owned(),
        application,
        revision,
        versions: store::versions(tx, organisation, name).await?,
    }))
}

/// The policy that somebody has seen at a revision (none: as it is) and is about to change.
pub(super) async fn seen(
    op: &mut Op,
    organisation: OrganisationId,
    name: &str,
    revision: Option<i64>,
) -> Result<Policy, PolicyError> {
    let found = show(op, organisation, name).await?.ok_or(PolicyError::Unknown)?;
    match revision {
        Some(revision) if revision != found.revision => Err(PolicyError::ChangedMeanwhile),
        _ => Ok(found),
    }
}

/// What was done with a policy, the newest first; none if there is no such policy.
pub async fn history(
    op: &mut Op,
    organisation: OrganisationId,
    name: &str,
) -> Result<Option<Vec<Step>>, OpError> {
    let tx = op.reading().await?;
    if store::head(tx, organisation, name).await?.is_none() {
        return Ok(None);
    }
    Ok(Some(store::steps(tx, organisation, name).await?))
}

/// The policies of an organisation for an application that were in force at a moment, by name.
pub async fn in_force_at(
    op: &mut Op,
    organisation: OrganisationId,
    application: ApplicationId,
    at: Timestamp,
) -> Result<Vec<InForce>, OpError> {
    Ok(store::in_force_at(op.reading().await?, (organisation, application), at).await?)
}
