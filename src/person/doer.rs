//! What whoever did something is called, by the word that is kept of them (`Actor::word`).

use super::account::find_within;
use super::service_account::find_service_account;
use crate::domain::OrganisationId;
use crate::http::Text;
use crate::op::{Op, OpError};

/// A person with their user name, a service account by its name, the operator; whoever is of another organisation, or not there any more, by
/// the word itself.
pub async fn doer(
    op: &mut Op,
    text: &Text,
    organisation: OrganisationId,
    word: &str,
) -> Result<String, OpError> {
    if let Ok(id) = word.parse()
        && let Some(found) = find_within(op, organisation, id).await?
    {
        return Ok(found.called());
    }
    if let Ok(id) = word.parse()
        && let Some(found) = find_service_account(op, id).await?
        && found.organisation_id == organisation
    {
        return Ok(found.name);
    }
    Ok(match word {
        "operator" => text.get("admin-break-glass-operator"),
        "system" => text.get("admin-break-glass-system"),
        other => other.to_owned(),
    })
}
