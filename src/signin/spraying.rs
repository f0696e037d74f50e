//! Guesses at the accounts of one organisation: few at each account, from many addresses, so that neither the counters of accounts nor
//! those of addresses see them ("password spraying").
//!
//! Beyond the limit no guess is taken from a browser by which that person has not signed in before. Whoever comes by a known one does
//! not wait for what strangers do, and passkeys are not held up: nobody guesses a signature. One network adds little to the count, so
//! that it keeps nobody else out.

use std::time::Duration;

use super::proof::Identified;
use crate::domain::{Digest32, EventKind, Limit, OrganisationId, PersonId};
use crate::ephemeral::Verdict;
use crate::http::network_name;
use crate::op::{EventDraft, Op, OpError};
use crate::rule;

/// While a limit is exceeded it is told so often.
const TOLD_EVERY: Duration = Duration::from_mins(15);

/// One guess at an account, counted before it is looked at: many at once are so many.
#[derive(Debug)]
pub(super) struct Guess {
    organisation: OrganisationId,
    /// What all guesses at the organisation count in, and what those of this network do.
    all: (String, Limit),
    share: (String, Limit),
}

/// Counts a guess at this account; none where it adds nothing: in a house without organisations, beyond the share of its network, and by
/// a known browser beyond the limit. `Err` tells how long strangers have to wait before they may guess at this account, and at all others
/// of its organisation.
pub(super) async fn begin(
    op: &mut Op,
    who: &Identified,
    browser: Digest32,
) -> Result<Result<Option<Guess>, Duration>, OpError> {
    let Some(organisation) = who.counted_in() else {
        return Ok(Ok(None));
    };
    let guess = Guess::at(op, organisation);
    let (verdict, counted) = guess.count(op).await;
    Ok(match verdict {
        Verdict::Within => Ok(counted.then_some(guess)),
        Verdict::Beyond(_) if is_known(op, who, browser).await? => Ok(None),
        Verdict::Beyond(wait) => Err(wait),
    })
}

impl Guess {
    fn at(op: &Op, organisation: OrganisationId) -> Self {
        let limits = &op.house.config.signin;
        let key = format!("signin:organisation:{organisation}");
        let of_network = format!("{key}:{}", network_name(op.seen.address));
        Self {
            organisation,
            all: (key, limits.failures_per_organisation),
            share: (of_network, limits.failures_per_organisation_and_address),
        }
    }

    /// Whether it may be made, and whether it was counted.
    async fn count(&self, op: &Op) -> (Verdict, bool) {
        let ((key, limit), (share_key, share)) = (&self.all, &self.share);
        let ephemeral = &op.house.ephemeral;
        if ephemeral.count(share_key, *share, op.now).await != Verdict::Within {
            return (ephemeral.look(key, *limit, op.now).await, false);
        }
        let verdict = ephemeral.count(key, *limit, op.now).await;
        if verdict != Verdict::Within {
            ephemeral.give_back(share_key, *share, op.now).await;
        }
        (verdict, true)
    }

    /// It was right, or of a browser that its person has used: then it counts nothing. Once strangers have to wait, that is put on record
    /// for whoever watches over the organisation.
    pub(super) async fn end(
        self,
        op: &mut Op,
        who: &Identified,
        (browser, was_wrong): (Digest32, bool),
    ) -> Result<(), OpError> {
        if !was_wrong || is_known(op, who, browser).await? {
            for (key, limit) in [&self.all, &self.share] {
                op.house.ephemeral.give_back(key, *limit, op.now).await;
            }
            return Ok(());
        }
        let (ephemeral, (key, limit), organisation) = (&op.house.ephemeral, &self.all, self.organisation);
        let is_full = ephemeral.look(key, *limit, op.now).await != Verdict::Within;
        // Where it cannot be known whether it was told, it is told once more.
        if is_full && ephemeral.put_once(key, TOLD_EVERY, op.now).await.unwrap_or(true) {
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
    let asked = person.unwrap_or(PersonId::NIL);
    let known = rule::knows_device(op, asked, &browser.into()).await?;
    Ok(known && person.is_some())
}
