//! An application as people and programs write it.

use serde::{Deserialize, Serialize};

use super::AccessError;
use super::model::{NewApplication, NewPermission, jwt, normal};
use crate::domain::{OrganisationId, Scope, Sensitivity, TokenFormat};

/// An application that is to be.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationDocument {
    pub name: String,
    pub audience: String,
    #[serde(default)]
    pub shared: bool,
    #[serde(default = "jwt")]
    pub token_format: TokenFormat,
    #[serde(default)]
    pub permissions: Vec<PermissionDocument>,
}

/// One of its permissions.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionDocument {
    pub name: String,
    pub title: String,
    pub purpose: String,
    #[serde(default = "normal")]
    pub sensitivity: Sensitivity,
}

impl PermissionDocument {
    /// The permission that is meant, if its name can be one.
    pub fn meant(self) -> Result<NewPermission, AccessError> {
        Ok(NewPermission {
            name: Scope::parse(&self.name).map_err(|_| AccessError::PermissionShape)?,
            title: self.title,
            purpose: self.purpose,
            sensitivity: self.sensitivity,
        })
    }
}

impl ApplicationDocument {
    /// The application of an organisation that is meant.
    pub fn meant(self, organisation_id: OrganisationId) -> Result<NewApplication, AccessError> {
        let permissions = self.permissions.into_iter().map(PermissionDocument::meant);
        Ok(NewApplication {
            organisation_id,
            name: self.name,
            audience: self.audience,
            shared: self.shared,
            token_format: self.token_format,
            permissions: permissions.collect::<Result<_, _>>()?,
        })
    }
}
