//! What administrators do with the clients of their organisation, on the pages and over HTTP.
//!
//! Nobody gets at more than they have by it: a client that acts for a service account with rights is for those who have these rights
//! too, and what gives a client more than it says of itself is for the operator to say, on the machine itself.

use std::sync::Arc;
use std::time::Duration;

use super::super::helping;
use crate::client::{
    self, AddSecretError, Administered, Approval, Change, Client, Document, MetadataRefusal,
};
use crate::domain::{ClientId, ClientStatus, EventKind, OrganisationId, Secret, Subject};
use crate::op::{EventDraft, Op, OpError};

/// The longest life of a secret, in days.
const LONGEST_LIFE: u32 = 3_650;

const DAY: Duration = Duration::from_hours(24);

/// Why nothing was done with a client.
#[derive(Debug, thiserror::Error)]
pub(in crate::admin) enum Wrong {
    #[error("the service account that the client acts for may do more here than you")]
    Above,
    #[error("the client has changed meanwhile: look at it again")]
    Meanwhile,
    #[error("the client waits for no approval")]
    NotWaiting,
    #[error("the client is disabled")]
    Disabled,
    #[error("the client has no such secret")]
    NoSecret,
    #[error("{0} is for the operator to say, by `doorward client change`")]
    Operators(String),
    #[error("{0} means nothing here")]
    Unknown(String),
    #[error("{}", .0.description)]
    Metadata(MetadataRefusal),
    #[error("the client's method of authentication uses no secret")]
    NoSecrets,
    #[error("two secrets live already: end one first")]
    TooManySecrets,
    #[error("days are 1 to {}", LONGEST_LIFE)]
    Life,
}

type Done<T> = Result<Result<T, Wrong>, OpError>;

/// The client of an organisation whom an address names; one of another organisation is not found, like a text that is no id.
pub(in crate::admin) async fn find(
    op: &mut Op,
    organisation: OrganisationId,
    id: &str,
) -> Result<Option<Arc<Client>>, OpError> {
    let Ok(id) = ClientId::parse(id) else {
        return Ok(None);
    };
    let found = client::find(op, &id).await?;
    Ok(found.filter(|found| found.organisation_id == organisation))
}

/// Lets a waiting client begin, as it was seen.
pub(in crate::admin) async fn approve(op: &mut Op, by: Subject, client: &Client, seen: &str) -> Done<()> {
    if !is_within(op, by, client).await? {
        return Ok(Err(Wrong::Above));
    }
    Ok(match client::approve(op, &client.id, seen).await? {
        Approval::Approved => Ok(()),
        Approval::Changed => Err(Wrong::Meanwhile),
        Approval::NotWaiting => Err(Wrong::NotWaiting),
    })
}

/// Refuses a waiting client for good.
pub(in crate::admin) async fn refuse(op: &mut Op, client: &Client) -> Done<()> {
    let refused = client::refuse(op, &client.id).await?;
    Ok(refused.then_some(()).ok_or(Wrong::NotWaiting))
}

/// Disables a client: it authenticates no more, and gets no more tokens. Whoever may do it may do it to any: it gives nothing.
pub(in crate::admin) async fn disable(op: &mut Op, client: &Client) -> Done<()> {
    let disabled = client::disable(op, &client.id).await?;
    Ok(disabled.then_some(()).ok_or(Wrong::Disabled))
}

/// Changes the members that a document names, if they are not the operator's.
pub(in crate::admin) async fn change(
    op: &mut Op,
    by: Subject,
    client: &Client,
    changes: Document,
) -> Done<Administered> {
    if !is_within(op, by, client).await? {
        return Ok(Err(Wrong::Above));
    }
    if let Some(name) = client::unknown_member(&changes) {
        return Ok(Err(Wrong::Unknown(name.to_owned())));
    }
    // Said at all, even as it is: what was read a moment ago may not be true any more.
    if let Some(name) = changes.keys().find(|name| client::is_for_operators(name)) {
        return Ok(Err(Wrong::Operators(name.clone())));
    }
    Ok(match client::change(op, &client.id, changes).await? {
        Change::Done(done) => Ok(done),
        Change::Refused(refusal) => Err(Wrong::Metadata(refusal)),
        Change::Meanwhile => Err(Wrong::Meanwhile),
        Change::Unknown => Err(Wrong::Disabled),
    })
}

/// The life of a secret that ends after so many days; none if it may not be so short or long.
pub(in crate::admin) fn life_of_secret(days: u32) -> Option<Duration> {
    (1..=LONGEST_LIFE).contains(&days).then(|| DAY * days)
}

/// Gives a client one more secret, shown this once, beside the one that it has.
pub(in crate::admin) async fn add_secret(
    op: &mut Op,
    by: Subject,
    client: &Client,
    life: Option<Duration>,
) -> Done<Secret> {
    if !is_within(op, by, client).await? {
        return Ok(Err(Wrong::Above));
    }
    if client.status == ClientStatus::Disabled {
        return Ok(Err(Wrong::Disabled));
    }
    match client::add_secret(op, &client.id, life).await {
        Ok(secret) => Ok(Ok(secret)),
        Err(AddSecretError::Fault(fault)) => Err(fault),
        Err(AddSecretError::TooMany) => Ok(Err(Wrong::TooManySecrets)),
        Err(AddSecretError::NoSecrets | AddSecretError::Unknown) => Ok(Err(Wrong::NoSecrets)),
    }
}

/// Ends a secret at once.
pub(in crate::admin) async fn end_secret(op: &mut Op, client: &Client, secret: &str) -> Done<()> {
    let ended = client::remove_secret(op, &client.id, secret).await?;
    Ok(ended.then_some(()).ok_or(Wrong::NoSecret))
}

/// Whether somebody has every right that a client has by its service account. Who has not is on record.
async fn is_within(op: &mut Op, by: Subject, client: &Client) -> Result<bool, OpError> {
    let Some(account) = client.service_account_id else {
        return Ok(true);
    };
    let beyond = helping::lacking(op, by, Subject::ServiceAccount(account)).await?;
    if let Some(right) = beyond {
        let reason = "the client's service account has a right that the administrator has not";
        let draft = EventDraft::refused(EventKind::AdministrationRefused, reason);
        op.record(
            draft
                .organisation(client.organisation_id)
                .target_named("client", client.id.as_str())
                .detail("right", right.as_str()),
        );
    }
    Ok(beyond.is_none())
}
