//! Why something about policies could not be done.

use super::template::Unfit;
use crate::decision::{CannotGive, PolicyFault, Remark};
use crate::op::OpError;
use crate::storage::StorageError;

/// A refusal of an operation of this room, or a fault on the way. Each refusal says which line, case or field it is about.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    #[error(
        "a name is 1 to 60 lower-case letters, digits, hyphens and underscores, and begins with a letter"
    )]
    NameShape,
    #[error("the organisation has a policy of this name already")]
    NameTaken,
    #[error("there is no such organisation")]
    OrganisationUnknown,
    #[error("there is no such application, or it is not open to this organisation")]
    ApplicationUnknown,
    #[error("application: it is retired: bring it back first")]
    ApplicationRetired,
    #[error("application: several are open to the organisation: say which by its id or audience")]
    ApplicationUnsaid,
    #[error("there is no such policy in this organisation")]
    Unknown,
    #[error("title: a policy has a title of 1 to 200 characters that can be seen")]
    Title,
    #[error("purpose: a policy says in 1 to 2000 characters why it is there")]
    Purpose,
    #[error("cedar: {0}")]
    Text(PolicyFault),
    #[error("cases: they are not the JSON that is needed: {0}")]
    Cases(String),
    #[error("cases: a policy has at most 200 test cases")]
    ManyCases,
    #[error("cases: case {place} has no name of 1 to 200 characters that can be seen")]
    CaseName { place: usize },
    #[error("cases: case {place} has the name of another")]
    CaseTwice { place: usize },
    #[error("reason: a reason is needed, in at most 1000 characters")]
    ReasonMissing,
    #[error("no version of the policy is a draft: change it, and a new version begins")]
    NothingOpen,
    #[error("the policy has no test case: without one nobody knows what it does")]
    NoCase,
    #[error("the version is a draft: test it first")]
    NotTested,
    #[error("{}: {sentence}", case_named(.name))]
    CaseFails { name: String, sentence: String },
    #[error("cedar: {0}")]
    Remark(Remark),
    #[error("name, application: a policy keeps them; draft another one")]
    Fixed,
    #[error("the policy is not active")]
    NotActive,
    #[error("{0}: what permits gives, and nobody gives more than they hold")]
    Exceeds(CannotGive),
    #[error("somebody else has changed the policy meanwhile: look at it and try again")]
    ChangedMeanwhile,
    #[error(transparent)]
    Template(#[from] Unfit),
    #[error(transparent)]
    Fault(#[from] OpError),
}

fn case_named(name: &str) -> String {
    format!("the test case \u{201c}{name}\u{201d} fails")
}

// Its words stand in ours, so that it is no cause that is told again.
impl From<PolicyFault> for PolicyError {
    fn from(fault: PolicyFault) -> Self {
        Self::Text(fault)
    }
}

impl From<StorageError> for PolicyError {
    fn from(error: StorageError) -> Self {
        Self::Fault(error.into())
    }
}
