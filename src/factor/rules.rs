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
    let seen = rule::current(op, organisation).await?.revision;
    if let Err(locked_out) = rule::allow_standing(op, organisation, (&before, &after)).await? {
        return Ok(Err(locked_out.into()));
    }
    person::hold_organisation(op, organisation).await?;
    let changed = rule::current(op, organisation).await?.revision != seen;
    if changed || standing(op, organisation).await?.is_less_than(&before) {
        return Ok(Err(ListRefusal::ChangedMeanwhile));
    }
    Ok(Ok(()))
}

/// Whether the rules let in whom they must once a person has no passkey any more, in the write transaction that removes it. Nobody has to ask
/// where everybody may add one.
pub(super) async fn allow_none(op: &mut Op, person: &Person) -> Result<Result<(), LockedOut>, OpError> {
    let organisation = person.organisation_id;
    person::hold_organisation(op, organisation).await?;
    let before = standing(op, organisation).await?;
    if !before.are_limited() {
        return Ok(Ok(()));
    }
    let mut after = before.clone();
    after.held_by.remove(&person.id);
    rule::allow_standing(op, organisation, (&before, &after)).await
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
