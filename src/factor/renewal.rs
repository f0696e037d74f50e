//! The end of all that a person proves who they are with, when nobody can say any more in whose hands it is.

use super::lockout::{self, Factor};
use super::{authenticators, passkey, recovery, second, store};
use crate::domain::{EventKind, PersonId};
use crate::op::{Op, OpError};
use crate::person;

/// Ends the password alone: whoever else knows it can do nothing with it.
pub async fn forget_password(op: &mut Op, person: PersonId, reason: &'static str) -> Result<(), OpError> {
    if store::forget_password(op.writing().await?, person).await? {
        let draft = second::event(op, EventKind::PasswordRemoved, person, None).await?;
        op.record(draft.because(reason));
    }
    Ok(())
}

/// Ends password, authenticators, passkeys and recovery codes of a person, in the write transaction of the act that puts
/// others in their place. The rule that the last second factor stays does not hold here: that act asks for a new one.
pub async fn forget_all(op: &mut Op, person: PersonId, reason: &'static str) -> Result<(), OpError> {
    second::hold(op, person).await?;
    // Whoever looks at the moment who gets in by a passkey sees that these are gone.
    if let Some(found) = person::find(op, person).await? {
        person::hold_organisation(op, found.organisation_id).await?;
    }
    forget_password(op, person, reason).await?;
    for one in authenticators::list(op, person).await? {
        if store::remove_totp(op.writing().await?, one.id, person).await? {
            let draft = second::event(op, EventKind::TotpRemoved, person, None).await?;
            op.record(draft.because(reason).detail("authenticator", one.id.to_string()));
        }
    }
    passkey::forget_all(op, person, reason).await?;
    recovery::forget(op, person).await?;
    for factor in [Factor::Password, Factor::Totp, Factor::RecoveryCode] {
        lockout::reset(op, person, factor).await?;
    }
    Ok(())
}
