//! Failures in a row, by account and factor: growing delays, then locks, then the end of the factor.
//!
//! The counters belong to the account that was meant, not to what was typed, and are shared by all ways that lead to a
//! factor. A lock gives the same answer as a wrong guess, so that it does not tell that the account exists.

use std::time::Duration;

use super::store;
use crate::config::SignIn;
use crate::domain::{PersonId, Timestamp};
use crate::mail::{self, Happened};
use crate::op::{Op, OpError};

/// Failures in a row after which a factor is not taken any more until someone puts it right (NIST SP 800-63B-4 section
/// 3.2.2).
const MOST_FAILURES: i64 = 100;

/// The longest delay before locks begin.
const LONGEST_DELAY: Duration = Duration::from_mins(1);

/// What a failure counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    Password,
    Totp,
    RecoveryCode,
}

impl Factor {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Totp => "totp",
            Self::RecoveryCode => "recovery_code",
        }
    }
}

/// Until when nothing is taken after so many failures in a row.
fn locked_until(failures: i64, config: &SignIn, now: Timestamp) -> Option<Timestamp> {
    let before_delay = i64::from(config.failures_before_delay);
    let before_lock = i64::from(config.failures_before_lock);
    if failures >= MOST_FAILURES {
        return Some(Timestamp::from_micros(i64::MAX));
    }
    if failures >= before_lock {
        return Some(now.plus(config.lock_time));
    }
    let doublings = u32::try_from(failures.checked_sub(before_delay)?).ok()?;
    let delay = Duration::from_secs(2_u64.saturating_pow(doublings)).min(LONGEST_DELAY);
    Some(now.plus(delay))
}

/// Whether nothing is taken for this factor now.
pub async fn is_locked(op: &mut Op, person: PersonId, factor: Factor) -> Result<bool, OpError> {
    let now = op.now;
    let until = store::locked_until(op.reading().await?, person, factor.as_str()).await?;
    Ok(until.is_some_and(|until| until > now))
}

/// Counts a failure, in the write transaction.
pub async fn fail(op: &mut Op, person: PersonId, factor: Factor) -> Result<(), OpError> {
    let now = op.now;
    let failures = store::count_failure(op.writing().await?, person, factor.as_str(), now).await?;
    if let Some(until) = locked_until(failures, &op.house.config.signin, now) {
        store::lock(op.writing().await?, person, factor.as_str(), until).await?;
    }
    let config = &op.house.config.signin;
    let (delay, lock) = (
        i64::from(config.failures_before_delay),
        i64::from(config.failures_before_lock),
    );
    // Whoever gives wrong codes is past the password.
    if failures == delay && factor != Factor::Password && delay < lock {
        mail::tell(op, person, &Happened::WrongCodes).await?;
    }
    // Once for a row of failures, and once more at its end, so that nobody fills a mailbox by guessing.
    if failures == lock || failures == MOST_FAILURES {
        mail::tell(op, person, &Happened::Locked).await?;
    }
    Ok(())
}

/// Takes a success, in the write transaction: forgets the failures before it. False if a lock came while it was checked,
/// by guesses sent at the same time: then it does not count as a success.
pub async fn succeed(op: &mut Op, person: PersonId, factor: Factor) -> Result<bool, OpError> {
    let now = op.now;
    store::forget_failures(op.writing().await?, person, factor.as_str(), now).await?;
    Ok(!is_locked(op, person, factor).await?)
}

/// Forgets everything: the factor was set anew.
pub async fn reset(op: &mut Op, person: PersonId, factor: Factor) -> Result<(), OpError> {
    let end_of_time = Timestamp::from_micros(i64::MAX);
    store::forget_failures(op.writing().await?, person, factor.as_str(), end_of_time).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    fn delay(failures: i64) -> Option<Duration> {
        locked_until(failures, &SignIn::default(), NOW).map(|until| until.since(NOW))
    }

    #[test]
    fn the_first_failures_cost_nothing() {
        assert_eq!(delay(1), None);
        assert_eq!(delay(2), None);
    }

    #[test]
    fn delays_double_until_the_lock() {
        let seconds: Vec<u64> = (3..10).filter_map(delay).map(|delay| delay.as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 60]);
        assert_eq!(delay(10), Some(SignIn::default().lock_time));
        assert_eq!(delay(99), Some(SignIn::default().lock_time));
    }

    #[test]
    fn after_a_hundred_failures_in_a_row_time_does_not_help() {
        let until = locked_until(100, &SignIn::default(), NOW).unwrap();
        assert!(until > NOW.plus(Duration::from_hours(100 * 366 * 24)));
    }
}
