//! Rules of sign-in and how passkeys stand, looked at together: a rule that asks a passkey locks out whoever has none and may not be able to
//! add one. The room of rules cannot ask how passkeys stand, since this one asks it.
//!
//! What is looked at is looked at again, in short, once no other such change can come between: two that are each harmless may lock out
//! together.

use super::passkey;
use super::passkey::policy::ListRefusal;
use crate::domain::OrganisationId;
use crate::op::{Op, OpError};
use crate::person::{self, Person};
use crate::rule::{self, Change, LockedOut, Passkeys, Refusal, RuleSet};

/// Changes the rules of an organisation as [`rule::prepare`] allows it, told how its passkeys stand.
pub async fn change(
    op: &mut Op,
    organisation: OrganisationId,
    seen: Option<i64>,
    change: Change,
) -> Result<Result<RuleSet, Refusal>, OpError> {
    let passkeys = standing(op, organisation).await?;
    let prepared = match rule::prepare(op, organisation, seen, change, &passkeys).await? {
        Ok(prepared) => prepared,
        Err(refusal) => return Ok(Err(refusal)),
    };
    person::hold_organisation(op, organisation).await?;
    if standing(op, organisation).await?.is_less_than(&passkeys) {
        return Ok(Err(Refusal::ChangedMeanwhile));
    }
    prepared.make(op).await
}

/// Whether the rules let in whom they must once there is a list, of a role or of everybody. Which products it has does not matter. No rule
/// changes from then on until the act ends.
pub(super) async fn allow_list(
    op: &mut Op,
    organisation: OrganisationId,
    role: Option<&str>,
) -> Result<Result<(), ListRefusal>, OpError> {
    let before = standing(op, organisation).await?;
    let mut after = before.clone();
    after.listed.push(role.map(str::to_owned));
    let set = rule::current(op, organisation).await?;
    if let Err(locked_out) = rule::allow_standing(op, &set, (&before, &after)).await? {
        return Ok(Err(locked_out.into()));
    }
    person::hold_organisation(op, organisation).await?;
    Ok(if is_still_so(op, &set, &before).await? {
        Ok(())
    } else {
        Err(ListRefusal::ChangedMeanwhile)
    })
}

/// Whether what was looked at is so still, once the organisation is held.
async fn is_still_so(op: &mut Op, seen: &RuleSet, before: &Passkeys) -> Result<bool, OpError> {
    let organisation = seen.organisation_id;
    let is_newest = rule::current(op, organisation).await?.revision == seen.revision;
    Ok(is_newest && !standing(op, organisation).await?.is_less_than(before))
}

/// Whether the rules let in whom they must once the account of a person is switched off. No rule changes from then on until the act ends.
pub async fn allow_without(op: &mut Op, person: &Person) -> Result<Result<(), LockedOut>, OpError> {
    let organisation = person.organisation_id;
    let passkeys = standing(op, organisation).await?;
    let set = rule::current(op, organisation).await?;
    let judged = rule::allow_without(op, &set, &passkeys, person.id).await?;
    person::hold_organisation(op, organisation).await?;
    Ok(if judged.is_ok() && !is_still_so(op, &set, &passkeys).await? {
        // What came between is looked at by whoever tries again.
        Err(LockedOut::Administrators)
    } else {
        judged
    })
}

/// What was seen before somebody loses a passkey: whether the rules let in whom they must once the person has none any more. Looked at before
/// anything is written, since everybody may have to be looked at.
pub(super) struct Without {
    organisation: OrganisationId,
    /// The rules, how passkeys stood, and whether it is so; none where everybody may add one, so that nobody is locked out.
    seen: Option<(RuleSet, Passkeys, bool)>,
}

/// Looks at the rules without the passkeys of a person.
pub(super) async fn without(op: &mut Op, person: &Person) -> Result<Without, OpError> {
    let organisation = person.organisation_id;
    if !are_limited(op, organisation).await? {
        return Ok(Without {
            organisation,
            seen: None,
        });
    }
    let before = standing(op, organisation).await?;
    let mut after = before.clone();
    after.held_by.remove(&person.id);
    let set = rule::current(op, organisation).await?;
    let judged = rule::allow_standing(op, &set, (&before, &after)).await?;
    Ok(Without {
        organisation,
        seen: Some((set, before, judged.is_ok())),
    })
}

impl Without {
    /// Whether it is so still, in the write transaction that removes the passkey. Nobody changes it from here on.
    pub(super) async fn is_open(&self, op: &mut Op) -> Result<bool, OpError> {
        person::hold_organisation(op, self.organisation).await?;
        match &self.seen {
            Some((set, before, is_open)) => Ok(*is_open && is_still_so(op, set, before).await?),
            None => Ok(!are_limited(op, self.organisation).await?),
        }
    }
}

/// Whether somebody may be unable to add a passkey.
async fn are_limited(op: &mut Op, organisation: OrganisationId) -> Result<bool, OpError> {
    let lists = passkey::policy::lists(op, organisation).await?;
    Ok(!passkey::are_possible(&op.house) || !lists.is_empty())
}

async fn standing(op: &mut Op, organisation: OrganisationId) -> Result<Passkeys, OpError> {
    let held_by = passkey::with_passkey(op.reading().await?, organisation).await?;
    let lists = passkey::policy::lists(op, organisation).await?;
    Ok(Passkeys {
        possible: passkey::are_possible(&op.house),
        held_by: held_by.into_iter().collect(),
        listed: lists.into_iter().map(|list| list.role).collect(),
    })
}
