//! The table `account_past`: what accounts were until a moment.

use crate::domain::{OrganisationId, Subject, Timestamp};
use crate::storage::{Sql, StorageError, Tx};

const KEEP_PERSON: Sql = Sql::new(
    "INSERT INTO account_past (subject_kind, subject_id, organisation_id, until, status, attributes) \
     SELECT $1, id, organisation_id, $4, status, attributes FROM person WHERE id = $2 AND organisation_id = $3 \
     ON CONFLICT (subject_kind, subject_id, until) DO NOTHING",
);
const KEEP_SERVICE_ACCOUNT: Sql = Sql::new(
    "INSERT INTO account_past (subject_kind, subject_id, organisation_id, until, status, attributes) \
     SELECT $1, id, organisation_id, $4, status, attributes FROM service_account \
     WHERE id = $2 AND organisation_id = $3 ON CONFLICT (subject_kind, subject_id, until) DO NOTHING",
);

/// Keeps the status and attributes of an account before they are changed. Of two changes in one act the first is what was.
pub(super) async fn keep(
    tx: &mut Tx,
    organisation: OrganisationId,
    subject: Subject,
    now: Timestamp,
) -> Result<(), StorageError> {
    let statement = match subject {
        Subject::Person(_) => KEEP_PERSON,
        Subject::ServiceAccount(_) => KEEP_SERVICE_ACCOUNT,
    };
    let row = tx.query(statement).bind(&subject.kind());
    let row = row.bind_value(subject.id_value()).bind(&organisation).bind(&now);
    row.execute().await?;
    Ok(())
}
