//! What of the administration of an organisation is open to somebody: rights, and what was delegated to them.

use std::collections::HashMap;

use super::group_store as store;
use super::model::Group;
use crate::decision;
use crate::domain::{GroupId, Right, Subject};
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

    /// Whether there is something that does not need a right.
    #[must_use]
    pub fn delegated(&self) -> bool {
        self.gives || !self.owns.is_empty()
    }

    /// Whether there is nothing at all.
    #[must_use]
    pub fn are_none(&self) -> bool {
        self.rights.is_empty() && !self.gives && self.owns.is_empty()
    }
}

/// What is open to somebody.
pub async fn powers(op: &mut Op, subject: Subject) -> Result<Powers, OpError> {
    Ok(Powers {
        rights: decision::rights(op, subject).await?,
        gives: decision::gives(op, subject).await?,
        owns: match subject {
            Subject::Person(person) => store::owned(op.reading().await?, person).await?,
            Subject::ServiceAccount(_) => Vec::new(),
        },
    })
}

/// Which groups somebody sees: all by the right, else their own and those below.
pub fn sees(powers: &Powers, groups: &[(Group, i64)]) -> impl Fn(&Group) -> bool {
    let above: HashMap<GroupId, Option<GroupId>> = groups
        .iter()
        .map(|(group, _)| (group.id, group.about.parent))
        .collect();
    let owns = powers.owns.clone();
    let all = powers.has(Right::AccessRead);
    move |group| {
        let mut lineage = std::iter::successors(Some(group.id), |id| above.get(id).copied().flatten());
        all || lineage.any(|id| owns.contains(&id))
    }
}
