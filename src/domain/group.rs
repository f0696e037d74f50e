//! Groups of people, and who can be the holder of a right.

use super::text::words;
use super::{Column, PersonId, ServiceAccountId, Value};

words! {
    /// The kind of a group; groups of one kind nest.
    GroupKind { Department = "department", Region = "region", Team = "team" }
}

words! {
    /// How much harm a permission can do.
    Sensitivity { Normal = "normal", Sensitive = "sensitive", Critical = "critical" }
}

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

    /// The identifier of this subject as stored in `subject_id` columns.
    #[must_use]
    pub fn id_value(&self) -> Value {
        match self {
            Self::Person(id) => id.to_value(),
            Self::ServiceAccount(id) => id.to_value(),
        }
    }
}
