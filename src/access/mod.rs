//! Roles, groups, applications with their permissions, grants, policies.
//!
//! Owns the tables `people_group`, `membership`, `application`, `permission`, `role`, `role_permission`, `access_grant`,
//! `access_grant_within`, `policy`. Storey 3: calls `decision`, `person` and lower storeys.

use crate::domain::{ApplicationId, PersonId, Scopes, Subject};
use crate::op::{Op, OpError};

/// What a subject is and may do, for tokens.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// Names of the roles that it holds now, in alphabetical order.
    pub roles: Vec<String>,
    /// Names of its groups as `kind:name`, in alphabetical order.
    pub groups: Vec<String>,
    /// The permissions of one application that its roles give it, anywhere.
    pub permissions: Scopes,
}

/// Roles, groups and permissions of a subject at this moment; from a bounded cache that changes invalidate.
pub async fn profile(
    _op: &mut Op,
    _subject: Subject,
    _application: Option<ApplicationId>,
) -> Result<std::sync::Arc<Profile>, OpError> {
    todo!()
}

/// An application as tokens and consent pages need it.
#[derive(Debug, Clone)]
pub struct Application {
    pub id: ApplicationId,
    pub name: String,
    pub audience: String,
    /// (permission name, title, purpose)
    pub permissions: Vec<(String, String, String)>,
}

/// An application by its id, from a bounded cache.
pub async fn application(
    _op: &mut Op,
    _id: ApplicationId,
) -> Result<Option<std::sync::Arc<Application>>, OpError> {
    todo!()
}

/// Whether a role that the person holds demands a second factor at sign-in.
pub async fn second_factor_required(_op: &mut Op, _person: PersonId) -> Result<bool, OpError> {
    todo!()
}
