//! What of the administration of an organisation is open to somebody: rights, and what was delegated to them.

use super::group_store as store;
use crate::decision;
use crate::domain::{GroupId, PersonId, Right, Subject};
use crate::op::{Op, OpError};

/// See the head of this file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Powers {
    pub rights: Vec<Right>,
    /// Whether there are roles that they may give, by a right or by a role of theirs.
    pub gives: bool,
    /// The groups that they own; those below are theirs too.
    pub owns: Vec<GroupId>,
}

impl Powers {
    #[must_use]
    pub fn has(&self, right: Right) -> bool {
        self.rights.contains(&right)
    }

    /// Whether there is nothing at all.
    #[must_use]
    pub fn are_none(&self) -> bool {
        self.rights.is_empty() && !self.gives && self.owns.is_empty()
    }
}

/// What is open to a person.
pub async fn powers(op: &mut Op, person: PersonId) -> Result<Powers, OpError> {
    let subject = Subject::Person(person);
    Ok(Powers {
        rights: decision::rights(op, subject).await?,
        gives: decision::gives(op, subject).await?,
        owns: store::owned(op.reading().await?, person).await?,
    })
}
