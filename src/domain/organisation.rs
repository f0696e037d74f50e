//! Organisations: tenants with people and policies of their own.

use super::text::words;

words! {
    /// Whether people of an organisation may sign in.
    OrganisationStatus { Active = "active", Suspended = "suspended" }
}
