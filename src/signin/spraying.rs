//! Guesses at the accounts of one organisation: few at each account, from many addresses, so that neither the counters of accounts nor
//! those of addresses see them ("password spraying").
//!
//! Beyond the limit no guess is taken from a browser by which that person has not signed in before. Whoever comes by a known one does
//! not wait for what strangers do, and passkeys are not held up: nobody guesses a signature. One network adds little to the count, so
//! that it keeps nobody else out.

use std::time::Duration;

use super::proof::Identified;
use crate::domain::{Digest32, EventKind, OrganisationId, PersonId};
use crate::ephemeral::Verdict;
use crate::http::network_name;
use crate::op::{EventDraft, Op, OpError};
use crate::rule;

/// While a limit is exceeded it is told so often.
const TOLD_EVERY: Duration = Duration::from_mins(15);

/// One guess at an account, counted before it is looked at: many at once are so many.
#[derive(Debug)]
pub(super) struct Guess {
    /// Nobody's name in a house without organisations, and a known browser beyond the limit, are not counted.
    organisation: Option<OrganisationId>,
    /// Whether this network had not added its share yet.
    counted: bool,
}

fn key(organisation: OrganisationId) -> String {
    format!("signin:organisation:{organisation}")
}

fn share_key(op: &Op, organisation: OrganisationId) -> String {
    format!("{}:{}", key(organisation), network_name(op.seen.address))
}

/// Counts a guess at this account. `Err` tells how long strangers have to wait before they may guess at it, and at all others of its
/// organisation.
pub(super) async fn begin(
    op: &mut Op,
    who: &Identified,
    browser: Digest32,
) -> Result<Result<Guess, Duration>, OpError> {
    let Some(organisation) = who.counted_in() else {
        return Ok(Ok(Guess {
            organisation: None,
            counted: false,
        }));
    };
    let (limits, now) = (&op.house.config.signin, op.now);
    let (limit, share) = (
        limits.failures_per_organisation,
        limits.failures_per_organisation_and_address,
    );
    let ephemeral = &op.house.ephemeral;
    let share_key = share_key(op, organisation);
    let counted = ephemeral.count(&share_key, share, now).await == Verdict::Within;
    let verdict = if counted {
        ephemeral.count(&key(organisation), limit, now).await
    } else {
        ephemeral.look(&key(organisation), limit, now).await
    };
    let Verdict::Beyond(wait) = verdict else {
        return Ok(Ok(Guess {
            organisation: Some(organisation),
            counted,
        }));
    };
    if counted {
        ephemeral.give_back(&share_key, share, now).await;
    }
    Ok(if is_known(op, who, browser).await? {
        Ok(Guess {
            organisation: None,
            counted: false,
        })
    } else {
        Err(wait)
    })
}

impl Guess {
    /// It was right, or of a browser that its person has used: then it counts nothing. Once strangers have to wait, that is put on record
    /// for whoever watches over the organisation.
    pub(super) async fn end(
        self,
        op: &mut Op,
        who: &Identified,
        (browser, was_wrong): (Digest32, bool),
    ) -> Result<(), OpError> {
        let Some(organisation) = self.organisation.filter(|_| self.counted) else {
            return Ok(());
        };
        let (limits, now) = (&op.house.config.signin, op.now);
        let (limit, share) = (
            limits.failures_per_organisation,
            limits.failures_per_organisation_and_address,
        );
        let key = key(organisation);
        if !was_wrong || is_known(op, who, browser).await? {
            op.house.ephemeral.give_back(&key, limit, now).await;
            let share_key = share_key(op, organisation);
            op.house.ephemeral.give_back(&share_key, share, now).await;
            return Ok(());
        }
        let ephemeral = &op.house.ephemeral;
        let is_full = ephemeral.look(&key, limit, now).await != Verdict::Within;
        // Where it cannot be known whether it was told, it is told once more.
        if is_full && ephemeral.put_once(&key, TOLD_EVERY, now).await.unwrap_or(true) {
            tracing::warn!(%organisation, "too many wrong passwords and codes: strangers have to wait");
            op.record(
                EventDraft::success(EventKind::SignInThrottled)
                    .organisation(organisation)
                    .target("organisation", organisation),
            );
        }
        Ok(())
    }
}

/// Asked for nobody too, so that both take the same time.
async fn is_known(op: &mut Op, who: &Identified, browser: Digest32) -> Result<bool, OpError> {
    let person = who.person();
    let asked = person.unwrap_or(PersonId::from_bytes([0; 16]));
    let known = rule::knows_device(op, asked, &browser.into()).await?;
    Ok(known && person.is_some())
}
