//! What this room is told and tells.

use crate::domain::Column as _;
use crate::domain::{
    ApplicationId, GroupId, GroupKind, OrganisationId, Right, RoleId, Scope, Scopes, Sensitivity, Subject,
    SubjectKind, Timestamp, TokenFormat, Value,
};

/// A department, region or team.
#[derive(Debug, Clone)]
pub struct NewGroup {
    pub organisation_id: OrganisationId,
    pub kind: GroupKind,
    /// A word for tokens and policies: `emea`.
    pub name: String,
    /// For people: EMEA.
    pub title: String,
    /// A group of the same kind above it.
    pub parent: Option<GroupId>,
}

/// From a moment on, until just before another; without end if there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: Timestamp,
    pub until: Option<Timestamp>,
}

impl Period {
    /// From this moment on, without end.
    #[must_use]
    pub fn from(from: Timestamp) -> Self {
        Self { from, until: None }
    }

    /// Whether it ends before it begins, or as it begins: then it is never.
    #[must_use]
    pub fn is_never(&self) -> bool {
        self.until.is_some_and(|until| until <= self.from)
    }
}

/// Something that an application lets be done.
#[derive(Debug, Clone)]
pub struct NewPermission {
    /// `feedback:read`; also a scope of OAuth.
    pub name: Scope,
    pub title: String,
    /// What it lets a person do and why one would need it.
    pub purpose: String,
    pub sensitivity: Sensitivity,
}

#[derive(Debug, Clone)]
pub struct NewApplication {
    pub organisation_id: OrganisationId,
    pub name: String,
    /// The `aud` of its access tokens.
    pub audience: String,
    /// Whether other organisations may use it.
    pub shared: bool,
    pub permissions: Vec<NewPermission>,
}

/// An application as tokens and consent pages need it.
#[derive(Debug, Clone)]
pub struct Application {
    pub id: ApplicationId,
    pub organisation_id: OrganisationId,
    pub name: String,
    pub audience: String,
    pub shared: bool,
    /// What its access tokens look like.
    pub token_format: TokenFormat,
    /// (permission name, title, purpose)
    pub permissions: Vec<(String, String, String)>,
}

impl Application {
    /// Whether an organisation may use it: it is its own, or shared.
    #[must_use]
    pub fn is_open_to(&self, organisation: OrganisationId) -> bool {
        self.shared || self.organisation_id == organisation
    }
}

#[derive(Debug, Clone)]
pub struct NewRole {
    pub organisation_id: OrganisationId,
    pub name: String,
    pub title: String,
    pub purpose: String,
    /// Whether holders must prove a second factor at sign-in.
    pub second_factor: bool,
    /// Permissions of applications of the organisation, or of shared ones.
    pub permissions: Vec<(ApplicationId, String)>,
    /// What it lets holders do with this house itself.
    pub rights: Vec<Right>,
}

/// Who holds a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    Subject(Subject),
    /// All members of a group and of the groups below it.
    Group(GroupId),
}

impl Holder {
    pub(super) fn kind(self) -> SubjectKind {
        match self {
            Self::Subject(subject) => subject.kind(),
            Self::Group(_) => SubjectKind::Group,
        }
    }

    pub(super) fn id_value(self) -> Value {
        match self {
            Self::Subject(subject) => subject.id_value(),
            Self::Group(id) => id.to_value(),
        }
    }

    pub(super) fn id_text(self) -> String {
        match self {
            Self::Subject(Subject::Person(id)) => id.to_string(),
            Self::Subject(Subject::ServiceAccount(id)) => id.to_string(),
            Self::Group(id) => id.to_string(),
        }
    }
}

/// Access to be given to someone.
#[derive(Debug, Clone)]
pub struct NewGrant {
    pub organisation_id: OrganisationId,
    pub holder: Holder,
    pub role: RoleId,
    /// The departments, regions or teams in which it holds, with those below; empty: everywhere. Several of one kind widen,
    /// different kinds narrow.
    pub within: Vec<GroupId>,
    pub period: Period,
    /// Why it is given, for reviews.
    pub reason: String,
}

/// An attribute policy in Cedar.
#[derive(Debug, Clone)]
pub struct NewPolicy {
    pub organisation_id: OrganisationId,
    pub application: ApplicationId,
    pub name: String,
    pub title: String,
    pub purpose: String,
    pub cedar: String,
}

/// What a subject is and may do, for tokens.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// Names of the roles that it holds now, in alphabetical order.
    pub roles: Vec<String>,
    /// Names of its groups as `kind:name`, those above its own included, in alphabetical order.
    pub groups: Vec<String>,
    /// The permissions of one application that its roles give it, anywhere.
    pub permissions: Scopes,
}
