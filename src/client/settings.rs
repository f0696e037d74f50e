//! What a client may have beyond the plain: most have none of it. Stored as one JSON value; a member that is not there has
//! its default, so that settings can be added without a migration.

use serde::{Deserialize, Serialize};

/// Settings of a client, named as the registered metadata are (RFC 7591 section 2 and the specifications that add to it).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientSettings {}
