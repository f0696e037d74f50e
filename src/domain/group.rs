//! Groups of people, and who can be the holder of a right.

use super::text::words;
use super::{ApplicationId, Column, PersonId, ServiceAccountId, Value};

words! {
    /// The kind of a group; groups of one kind nest.
    GroupKind { Department = "department", Region = "region", Team = "team", Project = "project", Custom = "custom" }
}

words! {
    /// How much harm the holder of a role can do.
    Risk { Low = "low", Medium = "medium", High = "high" }
}

words! {
    /// Where a grant comes from.
    GrantSource {
        /// Somebody gave it.
        Direct = "direct",
        /// A rule about joiners, movers and leavers.
        Rule = "rule",
        /// It was asked for and approved.
        Request = "request",
        Review = "review",
        Provisioning = "provisioning",
        /// What another provider says of the person.
        Upstream = "upstream",
    }
}

words! {
    /// How much harm a permission can do.
    Sensitivity { Normal = "normal", Sensitive = "sensitive", Critical = "critical" }
}

words! {
    /// What somebody may do with this house itself, for the people of their own organisation. Roles give it, beside the permissions
    /// of applications.
    Right {
        /// See the rules of sign-in, and try and replay them.
        RulesRead = "rules:read",
        /// Draft, change and switch rules of sign-in.
        RulesManage = "rules:manage",
        /// See people and with what they sign in.
        PeopleRead = "people:read",
        /// Help people who have lost what they sign in with, end their sessions, invite new ones.
        PeopleManage = "people:manage",
        /// See applications: what they are registered as, and when they last showed themselves.
        ClientsRead = "clients:read",
        /// Let applications begin that wait, hold them to a profile, give them secrets, disable them.
        ClientsManage = "clients:manage",
        /// See groups, roles, policies, what was given to whom, and why a decision is what it is.
        AccessRead = "access:read",
        /// Change groups, roles and policies, and give and end access, of what one holds oneself.
        AccessManage = "access:manage",
    }
}

impl Right {
    /// Whether it lets somebody change something.
    #[must_use]
    pub const fn changes(self) -> bool {
        match self {
            Self::RulesManage | Self::PeopleManage | Self::ClientsManage | Self::AccessManage => true,
            Self::RulesRead | Self::PeopleRead | Self::ClientsRead | Self::AccessRead => false,
        }
    }
}

/// The scope of this house for what was delegated to somebody: roles that they may give, groups that they own.
pub const DELEGATED: &str = "access:delegated";

/// All scopes of this house: the rights, and [`DELEGATED`].
pub fn own_scopes() -> impl Iterator<Item = &'static str> {
    let rights = Right::ALL.iter().map(|right| right.as_str());
    rights.chain([DELEGATED])
}

/// This house itself, where one speaks of it as of an application: its permissions are the [`Right`]s. No application of the
/// database has this id.
pub const OWN_APPLICATION: ApplicationId = ApplicationId::from_bytes([0; 16]);

words! {
    /// The kind of holder of a grant or membership.
    SubjectKind { Person = "person", ServiceAccount = "service_account", Group = "group" }
}

/// Who asks for something: a person or the account of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    Person(PersonId),
    ServiceAccount(ServiceAccountId),
}

impl Subject {
    /// The kind of this subject.
    #[must_use]
    pub fn kind(&self) -> SubjectKind {
        match self {
            Self::Person(_) => SubjectKind::Person,
            Self::ServiceAccount(_) => SubjectKind::ServiceAccount,
        }
    }

    /// The identifier of this subject as people and programs are told it.
    #[must_use]
    pub fn id_text(&self) -> String {
        match self {
            Self::Person(id) => id.to_string(),
            Self::ServiceAccount(id) => id.to_string(),
        }
    }

    /// `person:ID` or `service_account:ID`: as a grant names whoever gave it.
    #[must_use]
    pub fn word(&self) -> String {
        format!("{}:{}", self.kind(), self.id_text())
    }

    /// The identifier of this subject as stored in `subject_id` columns.
    #[must_use]
    pub fn id_value(&self) -> Value {
        match self {
            Self::Person(id) => id.to_value(),
            Self::ServiceAccount(id) => id.to_value(),
        }
    }
}
