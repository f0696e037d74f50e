//! What this room is told and tells.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::Column as _;
use crate::domain::{
    ApplicationId, GrantSource, GroupId, GroupKind, OrganisationId, PersonId, Right, Risk, RoleId, Scope,
    Scopes, Sensitivity, Subject, SubjectKind, Timestamp, TokenFormat, Value,
};
use crate::http::Text;

/// A department, region, team, project or group of another kind.
#[derive(Debug, Clone)]
pub struct NewGroup {
    pub organisation_id: OrganisationId,
    pub kind: GroupKind,
    /// A word for tokens and policies: `emea`.
    pub name: String,
    pub about: GroupAbout,
}

/// What can be changed of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupAbout {
    /// For people: EMEA.
    pub title: String,
    /// What it is for; empty if nobody has said.
    pub purpose: String,
    /// A group of the same kind above it.
    pub parent: Option<GroupId>,
    /// From when on nothing is held through it or below it, such as the end of a project.
    pub ends_at: Option<Timestamp>,
    /// Who answers for it; they may say who is in it.
    pub owners: BTreeSet<PersonId>,
}

impl GroupAbout {
    /// A group of which no more is said than its title.
    #[must_use]
    pub fn titled(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            purpose: String::new(),
            parent: None,
            ends_at: None,
            owners: BTreeSet::new(),
        }
    }
}

/// A group as it is kept.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    pub id: GroupId,
    pub kind: GroupKind,
    pub name: String,
    #[serde(flatten)]
    pub about: GroupAbout,
}

impl Group {
    /// `region:emea`
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}:{}", self.kind, self.name)
    }
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

/// Something that an application is to let be done.
#[derive(Debug, Clone)]
pub struct NewPermission {
    /// `feedback:read`; also a scope of OAuth.
    pub name: Scope,
    pub title: String,
    /// What it lets a person do and why one would need it.
    pub purpose: String,
    pub sensitivity: Sensitivity,
}

/// What can be changed of a permission; also as programs write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionAbout {
    pub title: String,
    /// What it lets a person do and why one would need it.
    pub purpose: String,
    #[serde(default = "normal")]
    pub sensitivity: Sensitivity,
}

pub(super) fn normal() -> Sensitivity {
    Sensitivity::Normal
}

#[derive(Debug, Clone)]
pub struct NewApplication {
    pub organisation_id: OrganisationId,
    pub name: String,
    /// The `aud` of its access tokens.
    pub audience: String,
    /// Whether other organisations may use it.
    pub shared: bool,
    pub token_format: TokenFormat,
    pub permissions: Vec<NewPermission>,
}

/// What can be changed of an application; also as programs write it. Its audience stays: tokens and configurations have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationAbout {
    pub name: String,
    /// Whether other organisations may use it.
    #[serde(default)]
    pub shared: bool,
    /// What its access tokens look like.
    #[serde(default = "jwt")]
    pub token_format: TokenFormat,
}

pub(super) fn jwt() -> TokenFormat {
    TokenFormat::Jwt
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
    /// Since when it gives nothing; none: it gives.
    pub retired_at: Option<Timestamp>,
    /// (permission name, title, purpose)
    pub permissions: Vec<(String, String, String)>,
}

impl Application {
    /// What can be changed of it.
    #[must_use]
    pub fn about(&self) -> ApplicationAbout {
        ApplicationAbout {
            name: self.name.clone(),
            shared: self.shared,
            token_format: self.token_format,
        }
    }

    /// What it is called on pages, with whether it is retired.
    #[must_use]
    pub fn called(&self, text: &Text) -> String {
        if self.is_retired() {
            text.get_with("admin-application-called-retired", "name", &self.name)
        } else {
            self.name.clone()
        }
    }

    /// Whether it gives nothing any more, though all of it is kept.
    #[must_use]
    pub fn is_retired(&self) -> bool {
        self.retired_at.is_some()
    }

    /// Whether an organisation may make something new of it.
    #[must_use]
    pub fn is_offered_to(&self, organisation: OrganisationId) -> bool {
        self.is_open_to(organisation) && !self.is_retired()
    }

    /// Whether an organisation may use it: it is its own, or shared.
    #[must_use]
    pub fn is_open_to(&self, organisation: OrganisationId) -> bool {
        self.shared || self.organisation_id == organisation
    }
}

/// Something that an application lets be done, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Permission {
    /// `feedback:read`; also a scope of OAuth.
    pub name: String,
    pub title: String,
    /// What it lets a person do and why one would need it.
    pub purpose: String,
    pub sensitivity: Sensitivity,
}

impl Permission {
    /// What can be changed of it.
    #[must_use]
    pub fn about(&self) -> PermissionAbout {
        PermissionAbout {
            title: self.title.clone(),
            purpose: self.purpose.clone(),
            sensitivity: self.sensitivity,
        }
    }
}

/// A named set of permissions that an organisation is to have.
#[derive(Debug, Clone)]
pub struct NewRole {
    pub organisation_id: OrganisationId,
    /// A word for tokens and policies: `support_agent`.
    pub name: String,
    pub about: RoleAbout,
}

/// A permission of an application.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permitted {
    pub application: ApplicationId,
    pub name: String,
}

impl Permitted {
    /// Some permissions of one application.
    pub fn of<'a>(application: ApplicationId, names: impl IntoIterator<Item = &'a str>) -> BTreeSet<Self> {
        let one = |name: &str| Self {
            application,
            name: name.to_owned(),
        };
        names.into_iter().map(one).collect()
    }
}

/// What can be changed of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoleAbout {
    pub title: String,
    /// What it is for, in plain words.
    pub purpose: String,
    /// Whether holders must prove a second factor at sign-in.
    pub second_factor: bool,
    /// Permissions of applications of the organisation, or of shared ones.
    pub permissions: BTreeSet<Permitted>,
    /// What it lets holders do with this house itself.
    pub rights: BTreeSet<Right>,
    /// Roles whose permissions and rights it has too, and those that they include.
    pub includes: BTreeSet<RoleId>,
    /// Which roles its holders may give, within the places of their own grant, each for so many days at most.
    pub giving: BTreeMap<RoleId, Option<i64>>,
    /// Who answers for it.
    pub owner: Option<PersonId>,
    pub risk: Risk,
    /// Whether people may ask for it.
    pub requestable: bool,
    /// A grant of it has an end, at most so many days after its beginning.
    pub longest_days: Option<i64>,
    /// How often its grants are to be looked at.
    pub review_days: Option<i64>,
}

impl RoleAbout {
    /// A role of which no more is said than its title: it gives nothing.
    #[must_use]
    pub fn titled(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            purpose: String::new(),
            second_factor: false,
            permissions: BTreeSet::new(),
            rights: BTreeSet::new(),
            includes: BTreeSet::new(),
            giving: BTreeMap::new(),
            owner: None,
            risk: Risk::Medium,
            requestable: false,
            longest_days: None,
            review_days: None,
        }
    }
}

/// A role as it is kept.
#[derive(Debug, Clone, Serialize)]
pub struct Role {
    pub id: RoleId,
    pub name: String,
    #[serde(flatten)]
    pub about: RoleAbout,
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
    pub source: GrantSource,
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
    /// The epoch of access as of which this is so ([`crate::op::AccessEpoch`]).
    pub epoch: i64,
    /// When it changes by itself, as a grant begins or ends.
    pub edge: Option<Timestamp>,
}
