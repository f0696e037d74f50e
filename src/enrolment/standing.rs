//! Switching an account off, and on again.

use super::pass;
use crate::decision;
use crate::domain::{OrganisationId, PersonId, PersonStatus, Right, Subject, reason};
use crate::factor::rules;
use crate::op::{Op, OpError};
use crate::person::{self, Person, PersonError};
use crate::rule::{self, LockedOut};

/// Why an account stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unswitched {
    #[error("a reason is needed, in at most 1000 characters")]
    Reason,
    #[error("the account is {0} already")]
    Already(PersonStatus),
    #[error("nobody else administers the organisation: have another person do so first")]
    LastAdministrator,
    #[error("without this account the rules of sign-in would let no administrator in: {0}")]
    LockedOut(#[from] LockedOut),
}

/// Switches the account of a person off, or on again. Off, all that was given out to it is worthless at once: sessions, tokens, links, and the
/// trust in devices; on again, they sign in anew. What the person holds stays as it is.
///
/// Whoever is the last to administer an organisation stays. Who may do it for whom is for the caller to ask.
pub async fn switch(
    op: &mut Op,
    person: &Person,
    to: PersonStatus,
    why: &str,
) -> Result<Result<(), Unswitched>, OpError> {
    let Some(why) = reason(why) else {
        return Ok(Err(Unswitched::Reason));
    };
    if person.status == to {
        return Ok(Err(Unswitched::Already(to)));
    }
    if person.status == PersonStatus::Active
        && let Err(needed) = may_leave(op, person).await?
    {
        return Ok(Err(needed));
    }
    let (organisation, id) = (person.organisation_id, person.id);
    match person::set_status(op, organisation, Subject::Person(id), to, why).await {
        Ok(_) => {}
        Err(PersonError::Fault(fault)) => return Err(fault),
        Err(_) => return Err(OpError::Broken("a person who was found is there")),
    }
    rule::distrust_all(op, id).await?;
    if let Some(open) = pass::open_pass(op, person).await? {
        pass::take_back(op, organisation, open.id).await?;
    }
    Ok(Ok(()))
}

/// Whether others administer the organisation, and get in.
async fn may_leave(op: &mut Op, person: &Person) -> Result<Result<(), Unswitched>, OpError> {
    let rights = decision::rights(op, Subject::Person(person.id)).await?;
    if !rights.contains(&Right::RulesManage) {
        return Ok(Ok(()));
    }
    // The organisation is held from here on, so that of two who switch each other off one stays.
    if let Err(locked_out) = rules::allow_without(op, person).await? {
        return Ok(Err(locked_out.into()));
    }
    let other = another(op, person.organisation_id, person.id).await?;
    Ok(other.then_some(()).ok_or(Unswitched::LastAdministrator))
}

/// Whether somebody else of an organisation may change its rules.
async fn another(op: &mut Op, organisation: OrganisationId, but: PersonId) -> Result<bool, OpError> {
    let mut after = None;
    loop {
        let people = person::list(op, organisation, after.as_ref()).await?;
        let Some(last) = people.last() else {
            return Ok(false);
        };
        after = Some(last.username.clone());
        for one in people {
            if one.status == PersonStatus::Active
                && one.id != but
                && decision::rights(op, Subject::Person(one.id))
                    .await?
                    .contains(&Right::RulesManage)
            {
                return Ok(true);
            }
        }
    }
}
