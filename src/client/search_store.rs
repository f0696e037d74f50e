//! Looking for clients: the tables `client` and `client_use` read together.

use super::Client;
use super::search::Listed;
use super::store::from_row;
use crate::domain::{ClientId, ClientStatus, OrganisationId, Timestamp};
use crate::storage::{Row, Sql, StorageError, Tx};

/// `!` escapes: a backslash would be one thing to Rust and another to each engine.
const SEARCH: Sql = Sql::new(
    "SELECT id, organisation_id, name, status, auth_method, jwks, redirect_uris, post_logout_redirect_uris, \
     grant_types, scopes, application_id, service_account_id, shared, consent_required, signing_algorithm, claim_rules, \
     settings, last_used_at FROM client LEFT JOIN client_use ON client_id = id \
     WHERE organisation_id = $1 AND id > $2 AND (LOWER(id) LIKE $3 ESCAPE '!' OR LOWER(name) LIKE $3 ESCAPE '!') \
     AND ($4 = '' OR status = $4) ORDER BY id LIMIT $5",
);

const COUNT: Sql =
    Sql::new("SELECT COUNT(*) AS clients FROM client WHERE organisation_id = $1 AND status = $2");

const LAST_USED_AT: Sql = Sql::new("SELECT last_used_at FROM client_use WHERE client_id = $1");

/// Clients whose id or name contains a text, of a status if one is said, after an id.
pub(super) async fn search(
    tx: &mut Tx,
    organisation: OrganisationId,
    (text, status): (&str, Option<ClientStatus>),
    (after, limit): (&str, i64),
) -> Result<Vec<Listed>, StorageError> {
    tx.query(SEARCH)
        .bind(&organisation)
        .bind(&after)
        .bind(&containing(text))
        .bind(&status.map_or("", ClientStatus::as_str))
        .bind(&limit)
        .all(listed)
        .await
}

fn listed(row: &Row) -> Result<Listed, StorageError> {
    let client: Client = from_row(row)?;
    let last_used_at = row.get("last_used_at")?;
    Ok(Listed { client, last_used_at })
}

/// The pattern of a text somewhere. Both engines know small and capital letters of ASCII alone.
fn containing(text: &str) -> String {
    let text = text.to_ascii_lowercase();
    let text = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{text}%")
}

pub(super) async fn count(
    tx: &mut Tx,
    organisation: OrganisationId,
    status: ClientStatus,
) -> Result<i64, StorageError> {
    tx.query(COUNT)
        .bind(&organisation)
        .bind(&status)
        .one(|row| row.get("clients"))
        .await
}

pub(super) async fn last_used_at(tx: &mut Tx, id: &ClientId) -> Result<Option<Timestamp>, StorageError> {
    tx.query(LAST_USED_AT)
        .bind(id)
        .optional(|row| row.get("last_used_at"))
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_looked_for_as_it_is() {
        assert_eq!(containing("Desk"), "%desk%");
        assert_eq!(containing("a_b%c!"), "%a!_b!%c!!%");
    }
}
