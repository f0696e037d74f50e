//! The epoch of access: a number for each organisation that rises with every change of what somebody in it may do, in the transaction of that
//! change. A token that tells the epoch of its making was made before whatever has a higher one, so that an application that has heard of
//! changes knows which tokens they touch, without asking about each.

use crate::domain::{Notice, OrganisationId, Subject, SubjectKind};
use crate::storage::{Row, Sql, StorageError, Tx};

const RISE: Sql = Sql::new(
    "INSERT INTO access_epoch (organisation_id, epoch, everybody) VALUES ($1, 1, $2) \
     ON CONFLICT (organisation_id) DO UPDATE SET epoch = access_epoch.epoch + 1, \
     everybody = CASE WHEN $2 = 1 THEN access_epoch.epoch + 1 ELSE access_epoch.everybody END RETURNING epoch",
);
const RISE_OF: Sql = Sql::new(
    "INSERT INTO subject_access_epoch (subject_kind, subject_id, organisation_id, epoch) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (subject_kind, subject_id) DO UPDATE SET epoch = $4",
);
const EPOCH: Sql = Sql::new("SELECT epoch, everybody FROM access_epoch WHERE organisation_id = $1");
const SINCE: Sql = Sql::new(
    "SELECT subject_kind, subject_id, epoch FROM subject_access_epoch \
     WHERE organisation_id = $1 AND epoch > $2 ORDER BY epoch LIMIT $3",
);

/// For whom what they may do has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Affected {
    /// Somebody of an organisation.
    One(OrganisationId, Subject),
    /// More than one of an organisation, maybe all.
    Everybody(OrganisationId),
}

impl Affected {
    /// What caches are told.
    pub(super) const fn notice(self) -> Notice {
        match self {
            Self::One(_, Subject::Person(id)) => Notice::Person(id),
            Self::One(_, Subject::ServiceAccount(id)) => Notice::ServiceAccount(id),
            Self::Everybody(organisation) => Notice::Organisation(organisation),
        }
    }
}

/// How far an organisation has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccessEpoch {
    /// Of the newest change.
    pub epoch: i64,
    /// Of the newest change for more than one.
    pub everybody: i64,
}

/// Raises the epoch of those affected.
pub(super) async fn rise(tx: &mut Tx, affected: Affected) -> Result<(), StorageError> {
    let (organisation, subject) = match affected {
        Affected::One(organisation, subject) => (organisation, Some(subject)),
        Affected::Everybody(organisation) => (organisation, None),
    };
    let everybody = i64::from(subject.is_none());
    let risen = tx.query(RISE).bind(&organisation).bind(&everybody);
    let epoch: Option<i64> = risen.optional(|row| row.get("epoch")).await?;
    if let (Some(subject), Some(epoch)) = (subject, epoch) {
        let of = tx
            .query(RISE_OF)
            .bind(&subject.kind())
            .bind_value(subject.id_value());
        of.bind(&organisation).bind(&epoch).execute().await?;
    }
    Ok(())
}

/// How far an organisation has come.
pub async fn access_epoch(tx: &mut Tx, organisation: OrganisationId) -> Result<AccessEpoch, StorageError> {
    let found = tx.query(EPOCH).bind(&organisation);
    let found = found.optional(|row| {
        Ok(AccessEpoch {
            epoch: row.get("epoch")?,
            everybody: row.get("everybody")?,
        })
    });
    Ok(found.await?.unwrap_or_default())
}

/// Whose own access has changed after an epoch, the earliest changes first; so many at most.
pub async fn access_changes(
    tx: &mut Tx,
    organisation: OrganisationId,
    (since, most): (i64, i64),
) -> Result<Vec<(Subject, i64)>, StorageError> {
    let rows = tx.query(SINCE).bind(&organisation).bind(&since).bind(&most);
    let rows = rows.all(|row| Ok((subject(row)?, row.get("epoch")?))).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(subject, epoch)| Some((subject?, epoch)))
        .collect())
}

fn subject(row: &Row) -> Result<Option<Subject>, StorageError> {
    Ok(match row.get::<SubjectKind>("subject_kind")? {
        SubjectKind::Person => Some(Subject::Person(row.get("subject_id")?)),
        SubjectKind::ServiceAccount => Some(Subject::ServiceAccount(row.get("subject_id")?)),
        SubjectKind::Group => None,
    })
}
