//! The one question before any session or token is made: may this subject act now?

use crate::domain::{OrganisationId, Subject};
use crate::op::{Op, OpError};

/// Proof that a subject may act at this moment (active, organisation active). Made here only; asked for wherever a session
/// or token is minted.
#[derive(Debug, Clone)]
pub struct Standing {
    subject: Subject,
    organisation_id: OrganisationId,
    epoch: i64,
}

/// Why a subject may not act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    Unknown,
    Disabled,
    OrganisationSuspended,
    /// Something was given out before the subject's epoch rose.
    Outdated,
}

impl Standing {
    #[must_use]
    pub fn subject(&self) -> Subject {
        self.subject
    }

    #[must_use]
    pub fn organisation_id(&self) -> OrganisationId {
        self.organisation_id
    }

    #[must_use]
    pub fn epoch(&self) -> i64 {
        self.epoch
    }
}

/// Whether a person or service account may begin something new.
pub async fn may_sign_in(_op: &mut Op, _subject: Subject) -> Result<Result<Standing, Refusal>, OpError> {
    todo!()
}

/// Whether something given out at `epoch` (session, refresh token, access token) is still good. Answers from a cache of at
/// most one second's age, told of changes at once in this process.
pub async fn may_act(
    _op: &mut Op,
    _subject: Subject,
    _epoch: i64,
) -> Result<Result<Standing, Refusal>, OpError> {
    todo!()
}
