//! Failures in a row, by account and factor: growing delays, then locks, then the end of the factor.
//!
//! The counters belong to the account that was meant, not to what was typed, and are shared by all ways that lead to a
//! factor. A lock gives the same answer as a wrong guess, so that it does not tell that the account exists.
//!
//! Browsers by which the owner has signed in before count apart from all others: whoever knows a user name can lock the account for
//! strangers only, and never keeps the owner out of it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::{second, store};
use crate::config::SignIn;
use crate::domain::{EventKind, OrganisationId, PersonId, Timestamp, reason as reason_of, rfc3339};
use crate::mail::{self, Happened};
use crate::op::{EventDraft, Op, OpError};
use crate::person::{self, Person};
use crate::rule;

/// Failures in a row after which a factor is not taken any more until someone puts it right. NIST SP 800-63B-4 section 3.2.2 allows 100 for
/// an account: half of them by browsers that are known, half by all others.
const MOST_FAILURES: i64 = 50;

/// Why nothing is taken now, in the log.
pub const LOCKED: &str = "locked after failures";

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
    const ALL: [Self; 3] = [Self::Password, Self::Totp, Self::RecoveryCode];

    /// The word of the factor, and that of its counter for browsers that are known.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Password => ("password", "password known"),
            Self::Totp => ("totp", "totp known"),
            Self::RecoveryCode => ("recovery_code", "recovery_code known"),
        }
    }
}

/// Failures that count together: of one factor of one account, by browsers that are known to it or by all others.
#[derive(Debug, Clone, Copy)]
pub struct Counter {
    person: PersonId,
    factor: Factor,
    is_known: bool,
}

impl Counter {
    const fn word(self) -> &'static str {
        let (strangers, known) = self.factor.words();
        if self.is_known { known } else { strangers }
    }
}

/// In what the failures of this act count.
pub async fn counter(op: &mut Op, person: PersonId, factor: Factor) -> Result<Counter, OpError> {
    let is_known = match op.seen.device {
        Some(device) => rule::knows_device(op, person, &device).await?,
        None => false,
    };
    Ok(Counter {
        person,
        factor,
        is_known,
    })
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

/// Whether nothing is taken now.
pub async fn is_locked(op: &mut Op, counter: Counter) -> Result<bool, OpError> {
    let now = op.now;
    let failed = store::failed(op.reading().await?, counter.person, counter.word()).await?;
    Ok(failed.flatten().is_some_and(|until| until > now))
}

/// Counts a failure, in the write transaction.
pub async fn fail(op: &mut Op, counter: Counter) -> Result<(), OpError> {
    let (now, person, factor) = (op.now, counter.person, counter.factor);
    let failures = store::count_failure(op.writing().await?, person, counter.word(), now).await?;
    let config = &op.house.config.signin;
    let (delay, lock) = (
        i64::from(config.failures_before_delay),
        i64::from(config.failures_before_lock),
    );
    if let Some(until) = locked_until(failures, &op.house.config.signin, now) {
        store::lock(op.writing().await?, person, counter.word(), until).await?;
        if failures >= lock {
            record_lock(op, counter, until).await?;
        }
    }
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

/// That nothing is taken from now on, apart from the failure that brought it.
async fn record_lock(op: &mut Op, counter: Counter, until: Timestamp) -> Result<(), OpError> {
    let (factor, _) = counter.factor.words();
    let mut draft = second::event(op, EventKind::FactorLocked, counter.person, None).await?;
    draft = draft
        .detail("factor", factor)
        .detail("known_browsers", counter.is_known);
    if let Some(until) = ends(until) {
        draft = draft.detail("until", rfc3339::second(until));
    }
    op.record(draft);
    Ok(())
}

/// When a lock ends by itself.
fn ends(until: Timestamp) -> Option<Timestamp> {
    Some(until).filter(|until| until.as_micros() < i64::MAX)
}

/// Takes a success, in the write transaction: forgets the failures before it. False if a lock came while it was checked,
/// by guesses sent at the same time: then it does not count as a success.
pub async fn succeed(op: &mut Op, counter: Counter) -> Result<bool, OpError> {
    let (now, tx) = (op.now, op.writing().await?);
    if store::failed(tx, counter.person, counter.word()).await?.is_none() {
        return Ok(true);
    }
    store::forget_failures(tx, counter.person, counter.word(), now).await?;
    Ok(!is_locked(op, counter).await?)
}

/// Forgets everything: the factor was set anew.
pub async fn reset(op: &mut Op, person: PersonId, factor: Factor) -> Result<(), OpError> {
    let end_of_time = Timestamp::from_micros(i64::MAX);
    let (strangers, known) = factor.words();
    let tx = op.writing().await?;
    store::forget_failures(tx, person, strangers, end_of_time).await?;
    store::forget_failures(tx, person, known, end_of_time).await?;
    Ok(())
}

/// A factor that is not taken now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lock {
    /// `password`, `totp` or `recovery_code`.
    pub factor: &'static str,
    /// Whether it is so for browsers by which the person has signed in before, or for all others.
    pub known_browsers: bool,
    pub failures: i64,
    /// None: until the factor is set anew, or somebody ends the lock.
    #[serde(with = "rfc3339::optional")]
    pub until: Option<Timestamp>,
}

impl Lock {
    /// From the word of a counter, its failures, and until when nothing is taken.
    fn read((word, failures, until): (String, i64, Timestamp)) -> Option<Self> {
        let mut words = Factor::ALL.into_iter().map(Factor::words);
        let (factor, known) = words.find(|(strangers, known)| word == *strangers || word == *known)?;
        Some(Self {
            factor,
            known_browsers: word == known,
            failures,
            until: ends(until),
        })
    }
}

/// The locks of a person.
pub async fn locks(op: &mut Op, person: PersonId) -> Result<Vec<Lock>, OpError> {
    let now = op.now;
    let found = store::locks(op.reading().await?, person, now).await?;
    Ok(found.into_iter().filter_map(Lock::read).collect())
}

/// Most counters that are looked at for a list of who is locked out.
const MANY: i64 = 400;

/// Who of an organisation is locked out now, by user name, each with their locks. The short waits before a lock are none.
pub async fn of_organisation(
    op: &mut Op,
    organisation: OrganisationId,
) -> Result<Vec<(Person, Vec<Lock>)>, OpError> {
    let (now, least) = (op.now, i64::from(op.house.config.signin.failures_before_lock));
    let found = store::locked(op.reading().await?, organisation, now, (least, MANY)).await?;
    let mut locks: BTreeMap<PersonId, Vec<Lock>> = BTreeMap::new();
    for (person, counted) in found {
        locks.entry(person).or_default().extend(Lock::read(counted));
    }
    let mut people = Vec::with_capacity(locks.len());
    for (id, locks) in locks {
        if let Some(person) = person::find_within(op, organisation, id).await? {
            people.push((person, locks));
        }
    }
    people.sort_by(|(one, _), (other, _)| one.username.cmp(&other.username));
    Ok(people)
}

/// How many people that are, all of them.
pub async fn count(op: &mut Op, organisation: OrganisationId) -> Result<i64, OpError> {
    let (now, least) = (op.now, i64::from(op.house.config.signin.failures_before_lock));
    Ok(store::count_locked(op.reading().await?, organisation, now, least).await?)
}

/// Why a lock stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("a reason is needed, in at most 1000 characters")]
    Reason,
    #[error("nothing of theirs is locked")]
    NotLocked,
}

/// Ends the locks of a person, and forgets the failures before them: whoever looks after accounts knows that it was their owner, or that
/// the guessing is over. Who may do it for whom is for the caller to ask.
pub async fn unlock(op: &mut Op, person: &Person, reason: &str) -> Result<Result<(), Refusal>, OpError> {
    let Some(reason) = reason_of(reason) else {
        return Ok(Err(Refusal::Reason));
    };
    let locks = locks(op, person.id).await?;
    if locks.is_empty() {
        return Ok(Err(Refusal::NotLocked));
    }
    for factor in Factor::ALL {
        reset(op, person.id, factor).await?;
    }
    let mut ended: Vec<&str> = locks.iter().map(|lock| lock.factor).collect();
    ended.dedup();
    op.record(
        EventDraft::success(EventKind::FactorUnlocked)
            .organisation(person.organisation_id)
            .target("person", person.id)
            .because(reason)
            .detail("factors", serde_json::json!(ended)),
    );
    Ok(Ok(()))
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
        assert_eq!(delay(49), Some(SignIn::default().lock_time));
    }

    #[test]
    fn after_fifty_failures_in_a_row_time_does_not_help() {
        let until = locked_until(50, &SignIn::default(), NOW).unwrap();
        assert!(until > NOW.plus(Duration::from_hours(100 * 366 * 24)));
    }
}
