//! Rules of sign-in and lists of products, looked at together: a rule that asks a passkey locks out whoever has none and may not be able to
//! add one. The room of rules cannot ask how passkeys stand, since this one asks it.

use super::passkey;
use crate::domain::OrganisationId;
use crate::op::{Op, OpError};
use crate::rule::{self, Change, LockedOut, Passkeys, Refusal, RuleSet};

/// Changes the rules of an organisation: [`rule::change`], told how its passkeys stand.
pub async fn change(
    op: &mut Op,
    organisation: OrganisationId,
    seen: Option<i64>,
    change: Change,
) -> Result<Result<RuleSet, Refusal>, OpError> {
    let passkeys = standing(op, organisation).await?;
    rule::change(op, organisation, seen, change, &passkeys).await
}

/// Whether the rules let in whom they must once there is a list, of a role or of everybody. Which products it has does not matter.
pub(super) async fn allow_list(
    op: &mut Op,
    organisation: OrganisationId,
    role: Option<&str>,
) -> Result<Result<(), LockedOut>, OpError> {
    let before = standing(op, organisation).await?;
    let mut after = before.clone();
    after.listed.push(role.map(str::to_owned));
    rule::allow_list(op, organisation, (&before, &after)).await
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
