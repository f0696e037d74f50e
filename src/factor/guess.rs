//! Codes that could be guessed: compared, counted at the account that was meant whatever way leads to them, and used up.

use std::time::Duration;

use super::lockout::{self, Counter, Factor, LOCKED};
use super::{recovery, totp};
use crate::domain::{Limit, PersonId};
use crate::ephemeral::Verdict;
use crate::http::network_name;
use crate::op::{Op, OpError};

/// Counts a guess of this address; answers how long to wait if there were too many.
pub async fn beyond_limit(op: &Op) -> Option<Duration> {
    let per_minute = op.house.config.signin.attempts_per_address;
    let limit = Limit {
        burst: per_minute,
        refill: Duration::from_mins(1) / per_minute.max(1),
    };
    let key = format!("signin:address:{}", network_name(op.seen.address));
    match op.house.ephemeral.count(&key, limit, op.now).await {
        Verdict::Within => None,
        Verdict::Beyond(wait) => Some(wait),
    }
}

/// Takes a code of an authenticator. `Err` tells why it is refused, in fixed words for the log.
pub async fn take_totp(
    op: &mut Op,
    person: PersonId,
    typed: &str,
) -> Result<Result<(), &'static str>, OpError> {
    let counter = lockout::counter(op, person, Factor::Totp).await?;
    let taken = if lockout::is_locked(op, counter).await? {
        Err(LOCKED)
    } else {
        match totp::find_match(op, person, typed).await? {
            None => Err("wrong code"),
            Some((id, step)) if totp::take(op, id, step).await? => Ok(()),
            Some(_) => Err("the code was used before"),
        }
    };
    settle(op, counter, taken).await
}

/// Takes a recovery code.
pub async fn take_recovery_code(
    op: &mut Op,
    person: PersonId,
    typed: &str,
) -> Result<Result<(), &'static str>, OpError> {
    let counter = lockout::counter(op, person, Factor::RecoveryCode).await?;
    let taken = if lockout::is_locked(op, counter).await? {
        Err(LOCKED)
    } else if recovery::take(op, person, typed).await? {
        Ok(())
    } else {
        Err("no such code, or it was used before")
    };
    settle(op, counter, taken).await
}

/// Counts a failure or takes a success; a lock that came meanwhile turns that into a refusal.
async fn settle(
    op: &mut Op,
    counter: Counter,
    taken: Result<(), &'static str>,
) -> Result<Result<(), &'static str>, OpError> {
    match taken {
        Err(LOCKED) => {}
        Err(_) => lockout::fail(op, counter).await?,
        Ok(()) if lockout::succeed(op, counter).await? => {}
        Ok(()) => return Ok(Err(LOCKED)),
    }
    Ok(taken)
}
