//! Why something about people or organisations could not be done.

use super::attribute::AttributeFault;
use crate::domain::PersonStatus;
use crate::op::OpError;
use crate::storage::StorageError;

/// A refusal of an operation on people and organisations, or a fault on the way.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    #[error("this username is taken")]
    UsernameTaken,
    #[error("an organisation with this slug exists already")]
    SlugTaken,
    #[error("a service account with this name exists already in the organisation")]
    NameTaken,
    #[error("a slug is 1 to 60 lower-case letters, digits and hyphens, and begins with a letter")]
    SlugShape,
    #[error("there is no such organisation")]
    OrganisationUnknown,
    #[error("there is no such account in this organisation")]
    Unknown,
    #[error("a reason is needed, in at most 1000 characters")]
    ReasonMissing,
    #[error(
        "a service account has a name of 1 to 512 characters without blanks, and a purpose of at most 1000"
    )]
    ServiceAccountShape,
    #[error("the account is {0} already")]
    Already(PersonStatus),
    #[error("the account is marked as a break-glass account already")]
    MarkedAlready,
    #[error("the account is no break-glass account")]
    NotMarked,
    #[error(transparent)]
    Attribute(#[from] AttributeFault),
    #[error(transparent)]
    Fault(#[from] OpError),
}

impl From<StorageError> for PersonError {
    fn from(error: StorageError) -> Self {
        Self::Fault(error.into())
    }
}
