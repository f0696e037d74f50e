//! Which `sub` a client sees of a subject: the one place that knows (OpenID Connect Core section 8).
//!
//! ID token, access token, userinfo, introspection and logout token ask here, so that they agree for one client.

use serde::Serialize;

use crate::client::{self, Client};
use crate::domain::{PersonId, Subject};
use crate::op::House;

/// A `sub` as one client sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct SubjectText(String);

/// The `sub` of a subject for a client: of people the public one or that of the client's sector, as it is registered. A
/// machine has no life that could be followed from one application to the next.
pub(super) fn for_client(house: &House, client: &Client, subject: Subject) -> SubjectText {
    SubjectText(match subject {
        Subject::Person(id) => client::subject_for(&house.master_key, client, id),
        Subject::ServiceAccount(id) => id.to_string(),
    })
}

/// The person whom a `sub` means that stands in a token of ours, its signature verified. What a client says by itself is for
/// [`client::person_for`].
pub(super) fn person(house: &House, told: &str) -> Option<PersonId> {
    client::person_of_signed(&house.master_key, told)
}
