//! What caches are told when something has changed.

use super::{ClientId, OrganisationId, PersonId, ServiceAccountId, SessionId};

/// Something changed and is committed: whoever keeps a copy of it lets go of it. Sent to this process and, with Redis,
/// to all replicas.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    Client(ClientId),
    Person(PersonId),
    ServiceAccount(ServiceAccountId),
    Session(SessionId),
    /// Roles, groups, grants, policies or settings of an organisation.
    Organisation(OrganisationId),
    /// The signing keys.
    Keys,
    /// Notices may have been missed (the connection to Redis was lost): every copy is suspect.
    Everything,
}
