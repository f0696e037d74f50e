//! What is kept of applications, as decisions need it. Like [`super::entity`], this file reads tables of another room and writes none.

use std::collections::BTreeSet;

use crate::domain::{ApplicationId, OrganisationId, Timestamp};
use crate::storage::{Sql, StorageError, Tx};

const APPLICATION: Sql =
    Sql::new("SELECT organisation_id, shared, retired_at FROM application WHERE id = $1");
const PERMISSIONS: Sql = Sql::new("SELECT name FROM permission WHERE application_id = $1");
const RETIRED: Sql = Sql::new(
    "SELECT id FROM application WHERE organisation_id = $1 AND retired_at IS NOT NULL \
     UNION SELECT id FROM application WHERE shared = $2 AND retired_at IS NOT NULL",
);
// The last that was said of it by a moment.
const REVISION: Sql = Sql::new(
    "SELECT content FROM access_revision \
     WHERE organisation_id = $1 AND item_kind = $2 AND item_id = $3 AND at <= $4 ORDER BY at DESC LIMIT 1",
);

pub(super) struct ApplicationRow {
    pub(super) organisation_id: OrganisationId,
    pub(super) shared: bool,
    pub(super) retired_at: Option<Timestamp>,
}

pub(super) async fn application(
    tx: &mut Tx,
    id: ApplicationId,
) -> Result<Option<ApplicationRow>, StorageError> {
    tx.query(APPLICATION)
        .bind(&id)
        .optional(|row| {
            Ok(ApplicationRow {
                organisation_id: row.get("organisation_id")?,
                shared: row.get("shared")?,
                retired_at: row.get("retired_at")?,
            })
        })
        .await
}

pub(super) async fn permissions(tx: &mut Tx, id: ApplicationId) -> Result<Vec<String>, StorageError> {
    tx.query(PERMISSIONS).bind(&id).all(|row| row.get("name")).await
}

/// Those that people of an organisation could use, and that are retired.
pub(super) async fn retired(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<BTreeSet<ApplicationId>, StorageError> {
    let rows = tx.query(RETIRED).bind(&organisation).bind(&true);
    let found: Vec<ApplicationId> = rows.all(|row| row.get("id")).await?;
    Ok(found.into_iter().collect())
}

/// Whether an application of an organisation was retired at a moment.
pub(super) async fn was_retired(
    tx: &mut Tx,
    (organisation, id): (OrganisationId, ApplicationId),
    at: Timestamp,
) -> Result<bool, StorageError> {
    let said = tx.query(REVISION).bind(&organisation).bind(&"application");
    let said = said.bind(&id.to_string()).bind(&at);
    let said: Option<serde_json::Value> = said.optional(|row| row.get("content")).await?;
    Ok(said.is_some_and(|said| said.get("retired") == Some(&true.into())))
}
