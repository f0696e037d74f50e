//! What a client may have beyond the plain: most have none of it. Stored as one JSON value; a member that is not there has
//! its default, so that settings can be added without a migration.

use serde::{Deserialize, Serialize};

use crate::domain::ApplicationId;

/// Settings of a client, named as the registered metadata are (RFC 7591 section 2 and the specifications that add to it).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientSettings {
    /// Applications beside the first (`application_id`) for which the client may ask for tokens by `resource` (RFC 8707).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub further_applications: Vec<ApplicationId>,
    /// The types of authorization details that the client may ask for (RFC 9396 section 10).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorization_details_types: Vec<String>,
}
