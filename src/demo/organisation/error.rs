//! Why the sample could not be made or found.

use std::path::PathBuf;

use crate::access::AccessError;
use crate::client::RegistrationError;
use crate::domain::{ClientIdError, ScopeError, UsernameError};
use crate::jose::SigningKeyError;
use crate::op::OpError;
use crate::person::PersonError;
use crate::policy::PolicyError;

/// See the head of this file.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    #[error("the sample's file {path} cannot be written")]
    Write { path: PathBuf, source: std::io::Error },
    #[error("the sample is in the database, but its file {path} cannot be read: start anew with --reset")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("the sample's file {path} is not as it was written: start anew with --reset")]
    Format {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error("the sample does not fit together: {0}")]
    Sample(&'static str),
    #[error("a sample client cannot be registered")]
    Client(#[from] RegistrationError),
    #[error(transparent)]
    Username(#[from] UsernameError),
    #[error(transparent)]
    Scope(#[from] ScopeError),
    #[error(transparent)]
    ClientId(#[from] ClientIdError),
    #[error(transparent)]
    Person(#[from] PersonError),
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error("a sample policy does not hold")]
    Policy(#[from] PolicyError),
    #[error("a key of a sample client cannot be made")]
    Key(#[from] SigningKeyError),
    #[error(transparent)]
    Fault(#[from] OpError),
}
