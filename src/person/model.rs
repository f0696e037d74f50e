//! What is known of organisations, people and service accounts.

use serde::{Deserialize, Serialize};

use crate::domain::{
    OrganisationId, OrganisationStatus, PersonId, PersonStatus, ServiceAccountId, Timestamp, Username,
};

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
    pub claims: PersonClaims,
    pub attributes: Attributes,
    pub status: PersonStatus,
    pub epoch: i64,
    /// When something of this was last changed.
    pub updated_at: Timestamp,
    /// Since when the account is one for emergencies.
    pub break_glass_since: Option<Timestamp>,
}

/// What OpenID Connect Core section 5.1 names beyond the rest, as it has it. Stored as one JSON value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonClaims {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// The address of a page about the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// `YYYY-MM-DD`, `0000-MM-DD` or `YYYY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    /// A name of the time zone database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
    /// E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub phone_number_verified: bool,
    #[serde(skip_serializing_if = "Address::is_empty")]
    pub address: Address,
}

/// A postal address (OpenID Connect Core section 5.1.1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

impl Address {
    /// Whether nothing is known of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Person {
    /// The name with the user name, which tells people of one name apart.
    #[must_use]
    pub fn called(&self) -> String {
        format!("{} ({})", self.name, self.username)
    }
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
    pub claims: PersonClaims,
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
            claims: PersonClaims::default(),
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
