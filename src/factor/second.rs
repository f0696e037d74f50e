//! Second factors of whatever kind: whether a person has one, and whether one may go.

use super::{passkey, store, totp};
use crate::access;
use crate::domain::PersonId;
use crate::op::{Op, OpError};

/// Whether a person has a second factor, so that a sign-in asks for it.
pub async fn is_enrolled(op: &mut Op, person: PersonId) -> Result<bool, OpError> {
    Ok(totp::is_enrolled(op, person).await? || passkey::is_enrolled(op, person).await?)
}

/// Whether a person may do without one of their second factors, in the write transaction of its removal: not where it is
/// the last one and a rule of their organisation demands one.
pub(super) async fn may_go(op: &mut Op, person: PersonId) -> Result<bool, OpError> {
    let authenticators = store::count_totps(op.writing().await?, person).await?;
    if authenticators + passkey::count(op, person).await? > 1 {
        return Ok(true);
    }
    Ok(!access::second_factor_required(op, person).await?)
}
