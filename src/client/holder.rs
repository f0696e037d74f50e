//! Whoever is meant to hold access, where that can be a client too.

use serde_json::json;

use super::{Client, registration_store, secret, store};
use crate::access::{self, AccessError, Holder};
use crate::domain::{ClientId, ClientStatus, GrantType, Notice, OrganisationId, ServiceAccountId, Subject};
use crate::op::{Op, OpError};
use crate::person::{self, NewServiceAccount, PersonError};

const CLIENT: &str = "client:";

/// `client:ID`, `team:care`, `service_account:NAME`, or a username.
pub async fn holder(op: &mut Op, organisation: OrganisationId, text: &str) -> Result<Holder, AccessError> {
    if access::group_label(text).is_some() {
        return access::holder(op, organisation, text).await;
    }
    Ok(Holder::Subject(subject(op, organisation, text).await?))
}

/// Whether a text names a client.
#[must_use]
pub fn names_client(text: &str) -> bool {
    text.starts_with(CLIENT)
}

/// The organisation of the client that a text names; none: there is no such client.
pub async fn organisation_of(op: &mut Op, text: &str) -> Result<Option<OrganisationId>, OpError> {
    let id = text.strip_prefix(CLIENT).map(ClientId::parse);
    let Some(Ok(id)) = id else {
        return Ok(None);
    };
    let found = store::find(op.reading().await?, &id).await?;
    Ok(found.map(|client| client.organisation_id))
}

/// `client:ID`, `service_account:NAME`, or a username. A client holds what its service account holds, by which it acts where nobody lets it; one
/// that has none yet is given one of its own.
pub async fn subject(op: &mut Op, organisation: OrganisationId, text: &str) -> Result<Subject, AccessError> {
    let Some(id) = text.strip_prefix(CLIENT) else {
        return access::subject(op, organisation, text).await;
    };
    let unknown = || AccessError::Unnamed("client", id.to_owned());
    let meant = ClientId::parse(id).map_err(|_| unknown())?;
    let found = store::find(op.reading().await?, &meant).await?;
    let ours =
        |client: &Client| client.organisation_id == organisation && client.status != ClientStatus::Disabled;
    let client = found.filter(ours).ok_or_else(unknown)?;
    let account = match client.service_account_id {
        Some(account) => account,
        None => make_account(op, &client).await?,
    };
    Ok(Subject::ServiceAccount(account))
}

/// One that acts only for people who let it has no use for access of its own.
async fn make_account(op: &mut Op, client: &Client) -> Result<ServiceAccountId, AccessError> {
    if !client.grant_types.contains(&GrantType::ClientCredentials) {
        return Err(AccessError::ActsForPeople(client.id.to_string()));
    }
    let new = NewServiceAccount {
        organisation_id: client.organisation_id,
        name: client.id.to_string(),
        purpose: format!("Acts for the client {}", client.name),
        attributes: serde_json::Map::new(),
    };
    let account = match person::create_service_account(op, new).await {
        Ok(account) => account,
        Err(PersonError::NameTaken) => return Err(AccessError::NameTaken),
        Err(PersonError::Fault(fault)) => return Err(fault.into()),
        Err(_) => return Err(AccessError::SubjectUnknown),
    };
    registration_store::act_as(op.writing().await?, &client.id, account).await?;
    let event = secret::event(
        &client.id,
        client.organisation_id,
        "it is given access of its own",
    );
    op.record(event.change(
        json!({ "service_account_id": null }),
        json!({ "service_account_id": account }),
    ));
    op.tell(Notice::Client(client.id.clone()));
    Ok(account)
}
