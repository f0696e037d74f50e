//! Why something about roles, groups or grants could not be done.

use super::{MOST_PERMISSIONS, NoApplication, PermissionUse};
use crate::decision::CannotGive;
use crate::op::OpError;
use crate::storage::StorageError;

/// A refusal of an operation of this room, or a fault on the way.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    #[error(
        "a name is 1 to 60 lower-case letters, digits, hyphens and underscores, and begins with a letter"
    )]
    NameShape,
    #[error(
        "a permission's name is a scope of at most 128 characters with a colon within it, such as feedback:read"
    )]
    PermissionShape,
    #[error(
        "rules:read, rules:manage, people:read, people:manage, clients:read, clients:manage, access:read, access:manage and access:delegated are rights over Doorward itself: give the permission another name"
    )]
    PermissionIsRight,
    #[error("this name is taken in the organisation")]
    NameTaken,
    #[error("a permission of this name is taken already: the application has one")]
    PermissionTaken,
    #[error(
        "a permission has a title of 1 to 200 characters and a purpose of 1 to 2000: what it lets a person do and why one would need it"
    )]
    PermissionWords,
    #[error("an application has at most {MOST_PERMISSIONS} permissions")]
    TooManyPermissions,
    #[error("the permission is in use: first take it out of {0}")]
    PermissionUsed(Box<PermissionUse>),
    #[error(
        "an application is shared with other organisations by the operator: `doorward application change --shared true`"
    )]
    ShareIsOperators,
    #[error("roles of other organisations give permissions of it: they would lose them")]
    SharedUsed,
    #[error("the application {0} is retired: bring it back first")]
    ApplicationRetired(String),
    #[error("this is Doorward itself: it cannot be retired")]
    OwnApplication,
    #[error("an application has a name of 1 to 200 characters")]
    ApplicationName,
    #[error("an audience is 1 to 512 characters of ASCII without spaces and #")]
    AudienceShape,
    #[error("another application has this audience")]
    AudienceTaken,
    #[error("there is no such organisation")]
    OrganisationUnknown,
    #[error("there is no such group in this organisation")]
    GroupUnknown,
    #[error("a group's parent is of the same kind")]
    GroupKind,
    #[error("a group cannot stand below itself")]
    GroupCycle,
    #[error("the group has ended: nothing is held through it any more")]
    GroupEnded,
    #[error("a title is 1 to 200 characters, a purpose at most 2000")]
    Words,
    #[error("an owner is a person of this organisation")]
    OwnerUnknown,
    #[error("a role cannot include itself, by another role neither: {0}")]
    RoleCycle(String),
    #[error("a number of days is 1 to 36500")]
    Days,
    #[error("the role is or was given to somebody: end its grants, and leave it for the record")]
    RoleGiven,
    #[error("another role includes it or lets it be given: {0}")]
    RoleUsed(String),
    #[error("a grant of {role} needs an end, at most {days} days after its beginning")]
    TooLong { role: String, days: i64 },
    #[error("{0} is no day and no moment: write 2026-12-31, or 2026-12-31T18:00:00Z")]
    Moment(String),
    #[error("{0}")]
    Document(#[source] serde_json::Error),
    #[error("there is no {0} called {1} in this organisation")]
    Unnamed(&'static str, String),
    #[error(transparent)]
    Meant(#[from] NoApplication),
    #[error(transparent)]
    CannotGive(#[from] CannotGive),
    #[error("you may not say who is in this group: that needs the right access:manage, or to own the group")]
    NotOwner,
    #[error("there is no such person or service account in this organisation")]
    SubjectUnknown,
    #[error(
        "the client {0} acts for people only: let it use client_credentials before it is given access of its own"
    )]
    ActsForPeople(String),
    #[error("there is no such role in this organisation")]
    RoleUnknown,
    #[error("there is no such application, or it is not open to this organisation")]
    ApplicationUnknown,
    #[error("the application has no permission called {0}")]
    PermissionUnknown(String),
    #[error("there is no such grant in this organisation, or it has ended")]
    GrantUnknown,
    #[error("it would end before it begins")]
    Reversed,
    #[error("a reason is needed")]
    ReasonMissing,
    #[error(
        "a type of authorization details has a name, words in English at least, and members with sound rules"
    )]
    DetailType,
    #[error("a type of authorization details with this name is registered already")]
    DetailTypeTaken,
    #[error(transparent)]
    Fault(#[from] OpError),
}

impl From<StorageError> for AccessError {
    fn from(error: StorageError) -> Self {
        Self::Fault(error.into())
    }
}
