//! What is known of organisations, people and service accounts.

use crate::domain::{OrganisationId, OrganisationStatus, PersonId, PersonStatus, ServiceAccountId, Username};

/// A JSON object of attributes: `department`, `region`, `job_title`, `product_line`, …
pub type Attributes = serde_json::Map<String, serde_json::Value>;

#[derive(Debug, Clone)]
pub struct Organisation {
    pub id: OrganisationId,
    pub slug: String,
    pub name: String,
    pub status: OrganisationStatus,
}

#[derive(Debug, Clone)]
pub struct NewOrganisation {
    pub slug: String,
    pub name: String,
}

#[derive(Debug, Clone)]
pub struct Person {
    pub id: PersonId,
    pub organisation_id: OrganisationId,
    pub username: Username,
    /// The full name as shown.
    pub name: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<String>,
    pub email_verified: bool,
    /// A BCP 47 tag.
    pub locale: Option<String>,
    pub attributes: Attributes,
    pub status: PersonStatus,
    pub epoch: i64,
}

#[derive(Debug, Clone)]
pub struct NewPerson {
    pub organisation_id: OrganisationId,
    pub username: Username,
    pub name: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<String>,
    pub email_verified: bool,
    pub locale: Option<String>,
    pub attributes: Attributes,
}

impl NewPerson {
    /// Somebody of whom nothing but the names are known.
    #[must_use]
    pub fn named(organisation_id: OrganisationId, username: Username, name: impl Into<String>) -> Self {
        Self {
            organisation_id,
            username,
            name: name.into(),
            given_name: None,
            family_name: None,
            email: None,
            email_verified: false,
            locale: None,
            attributes: Attributes::new(),
        }
    }
}

#[derive(Debug, Clone)]
pub struct ServiceAccount {
    pub id: ServiceAccountId,
    pub organisation_id: OrganisationId,
    pub name: String,
    pub purpose: String,
    pub attributes: Attributes,
    pub status: PersonStatus,
    pub epoch: i64,
}

#[derive(Debug, Clone)]
pub struct NewServiceAccount {
    pub organisation_id: OrganisationId,
    pub name: String,
    pub purpose: String,
    pub attributes: Attributes,
}
