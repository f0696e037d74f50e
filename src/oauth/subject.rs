//! Which `sub` a client sees of a subject: the one place that knows (OpenID Connect Core section 8).
//!
//! ID token, access token, userinfo, introspection and logout token ask here, so that they agree for one client.

use serde::Serialize;

use crate::client::Client;
use crate::domain::{PersonId, Subject};
use crate::op::House;

/// A `sub` as one client sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct SubjectText(String);

/// The `sub` of a subject for a client: public, the same for all clients.
pub(super) fn for_client(_: &House, _: &Client, subject: Subject) -> SubjectText {
    SubjectText(match subject {
        Subject::Person(id) => id.to_string(),
        Subject::ServiceAccount(id) => id.to_string(),
    })
}

/// The person whom a `sub` that was told to a client means.
pub(super) fn person(_: &House, told: &str) -> Option<PersonId> {
    told.parse().ok()
}
