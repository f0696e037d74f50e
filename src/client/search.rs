//! Clients of an organisation, looked for and listed page by page.

use super::{Client, search_store as store};
use crate::domain::{ClientId, ClientStatus, OrganisationId, Timestamp};
use crate::op::{Op, OpError};

/// How many clients a page has at most.
pub const PAGE_LENGTH: usize = 100;

/// What is looked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Search<'a> {
    /// What the id or the name contains; empty: anything.
    pub text: &'a str,
    pub status: Option<ClientStatus>,
    /// The last id of the page before.
    pub after: Option<&'a ClientId>,
}

/// A client, and when it was last here.
#[derive(Debug, Clone)]
pub struct Listed {
    pub client: Client,
    /// To the minute; none before its first use.
    pub last_used_at: Option<Timestamp>,
}

/// One page of the clients of an organisation, by id.
pub async fn search(
    op: &mut Op,
    organisation: OrganisationId,
    asked: Search<'_>,
) -> Result<Vec<Listed>, OpError> {
    let after = asked.after.map_or("", ClientId::as_str);
    let limit = i64::try_from(PAGE_LENGTH).unwrap_or(i64::MAX);
    let what = (asked.text, asked.status);
    Ok(store::search(op.reading().await?, organisation, what, (after, limit)).await?)
}

/// How many clients of an organisation have a status.
pub async fn count(op: &mut Op, organisation: OrganisationId, status: ClientStatus) -> Result<i64, OpError> {
    Ok(store::count(op.reading().await?, organisation, status).await?)
}

/// When a client was last here.
pub async fn last_used_at(op: &mut Op, id: &ClientId) -> Result<Option<Timestamp>, OpError> {
    Ok(store::last_used_at(op.reading().await?, id).await?)
}
