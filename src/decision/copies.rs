//! Caches of what decisions rest on, so that a decision reads no database.
//!
//! A copy is trusted while nobody has told of a change, and for ten seconds at most: without Redis nobody tells of what
//! another replica has changed.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use serde_json::Value as Json;

use super::entity;
use super::holdings::{Holdings, Record};
use super::policy::Policies;
use super::rulebook::{self, Rulebook};
use crate::domain::{ApplicationId, ColumnError, Notice, OrganisationId, PersonStatus, Subject, Timestamp};
use crate::op::{House, Op, OpError, Part, Stamps};
use crate::storage::StorageError;

const AGE: Duration = Duration::from_secs(10);

/// What is known of an application.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) organisation_id: OrganisationId,
    pub(super) shared: bool,
    permissions: std::collections::HashSet<String>,
}

impl Facts {
    pub(super) fn defines(&self, permission: &str) -> bool {
        self.permissions.contains(permission)
    }
}

/// The caches of this room.
struct Caches {
    applications: Cache<ApplicationId, Copied<Facts>>,
    rulebooks: Cache<OrganisationId, Copied<Rulebook>>,
    holdings: Cache<Subject, Copied<Holdings>>,
    policies: Cache<(OrganisationId, ApplicationId), Copied<Policies>>,
    stamps: Stamps,
}

struct Copied<T> {
    value: Arc<T>,
    at: Timestamp,
    /// Of the organisation, and of the subject if it is about one.
    stamps: (u64, u64),
}

impl<T> Clone for Copied<T> {
    fn clone(&self) -> Self {
        Self {
            value: Arc::clone(&self.value),
            at: self.at,
            stamps: self.stamps,
        }
    }
}

impl<T> Copied<T> {
    fn current(self, stamps: (u64, u64), now: Timestamp) -> Option<Arc<T>> {
        let young = now >= self.at && now.since(self.at) < AGE;
        (young && self.stamps == stamps).then_some(self.value)
    }
}

impl Part for Caches {
    fn new(_: &House) -> Self {
        Self {
            applications: Cache::new(1_000),
            rulebooks: Cache::new(1_000),
            holdings: Cache::new(20_000),
            policies: Cache::new(1_000),
            stamps: Stamps::default(),
        }
    }

    fn notice(&self, notice: &Notice) {
        match notice {
            Notice::Person(id) => self.stamps.raise(*id),
            Notice::ServiceAccount(id) => self.stamps.raise(*id),
            Notice::Organisation(id) => self.stamps.raise(*id),
            Notice::Everything => self.stamps.raise_all(),
            Notice::Client(_) | Notice::Session(_) | Notice::Keys => {}
        }
    }
}

impl Caches {
    fn stamp_of(&self, subject: Subject) -> u64 {
        match subject {
            Subject::Person(id) => self.stamps.of(id),
            Subject::ServiceAccount(id) => self.stamps.of(id),
        }
    }
}

/// What is known of an application.
pub(super) async fn application(op: &mut Op, id: ApplicationId) -> Result<Option<Arc<Facts>>, OpError> {
    if op.is_writing() {
        return Ok(read_application(op, id).await?.map(Arc::new));
    }
    let caches = op.house.part::<Caches>();
    if let Some(copied) = caches.applications.get(&id) {
        let stamps = (caches.stamps.of(copied.value.organisation_id), 0);
        if let Some(value) = copied.current(stamps, op.now) {
            return Ok(Some(value));
        }
    }
    // Whose it is never changes; once known, its counter is taken before the reading that is kept.
    let Some(row) = entity::application(op.reading().await?, id).await? else {
        return Ok(None);
    };
    let stamps = (caches.stamps.of(row.organisation_id), 0);
    let Some(facts) = read_application(op, id).await? else {
        return Ok(None);
    };
    let value = Arc::new(facts);
    let copied = Copied {
        value: Arc::clone(&value),
        at: op.now,
        stamps,
    };
    caches.applications.insert(id, copied);
    Ok(Some(value))
}

async fn read_application(op: &mut Op, id: ApplicationId) -> Result<Option<Facts>, OpError> {
    let tx = op.reading().await?;
    let Some(row) = entity::application(tx, id).await? else {
        return Ok(None);
    };
    Ok(Some(Facts {
        organisation_id: row.organisation_id,
        shared: row.shared,
        permissions: entity::permissions(tx, id).await?.into_iter().collect(),
    }))
}

async fn rulebook(op: &mut Op, id: OrganisationId) -> Result<Option<Arc<Rulebook>>, OpError> {
    if op.is_writing() {
        return Ok(rulebook::read(op.reading().await?, id).await?.map(Arc::new));
    }
    let caches = op.house.part::<Caches>();
    let stamps = (caches.stamps.of(id), 0);
    let kept = caches.rulebooks.get(&id);
    if let Some(value) = kept.and_then(|copied| copied.current(stamps, op.now)) {
        return Ok(Some(value));
    }
    let Some(read) = rulebook::read(op.reading().await?, id).await? else {
        return Ok(None);
    };
    let value = Arc::new(read);
    let copied = Copied {
        value: Arc::clone(&value),
        at: op.now,
        stamps,
    };
    caches.rulebooks.insert(id, copied);
    Ok(Some(value))
}

/// The active policies of an organisation for an application.
pub(super) async fn policies(
    op: &mut Op,
    organisation: OrganisationId,
    application: ApplicationId,
) -> Result<Arc<Policies>, OpError> {
    let caches = op.house.part::<Caches>();
    let (key, stamps) = ((organisation, application), (caches.stamps.of(organisation), 0));
    if !op.is_writing() {
        let kept = caches.policies.get(&key);
        if let Some(value) = kept.and_then(|copied| copied.current(stamps, op.now)) {
            return Ok(value);
        }
    }
    let rows = entity::policies(op.reading().await?, organisation, application).await?;
    let value = Arc::new(Policies::compile(&rows, organisation)?);
    if !op.is_writing() {
        let copied = Copied {
            value: Arc::clone(&value),
            at: op.now,
            stamps,
        };
        caches.policies.insert(key, copied);
    }
    Ok(value)
}

/// What a subject holds at this moment; nothing if there is no such subject.
pub async fn holdings(op: &mut Op, subject: Subject) -> Result<Option<Arc<Holdings>>, OpError> {
    let caches = op.house.part::<Caches>();
    if !op.is_writing()
        && let Some(copied) = caches.holdings.get(&subject)
    {
        let lasting = copied.value.edge.is_none_or(|edge| op.now < edge);
        let organisation = caches.stamps.of(copied.value.organisation_id());
        if let Some(value) = copied
            .current((organisation, caches.stamp_of(subject)), op.now)
            .filter(|_| lasting)
        {
            return Ok(Some(value));
        }
    }
    let of_subject = caches.stamp_of(subject);
    let now = op.now;
    let Some(row) = entity::subject(op.reading().await?, subject).await? else {
        return Ok(None);
    };
    let of_organisation = caches.stamps.of(row.organisation_id);
    let Some(rulebook) = rulebook(op, row.organisation_id).await? else {
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
        attributes,
        memberships: entity::memberships(tx, subject, row.organisation_id, now).await?,
        grants: entity::grants(tx, subject, row.organisation_id, now).await?,
    };
    let value = Arc::new(Holdings::at(now, rulebook, &record));
    if !op.is_writing() {
        let copied = Copied {
            value: Arc::clone(&value),
            at: now,
            stamps: (of_organisation, of_subject),
        };
        caches.holdings.insert(subject, copied);
    }
    Ok(Some(value))
}
