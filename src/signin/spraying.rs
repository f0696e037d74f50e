//! Guesses at the accounts of one organisation: few at each account, from many addresses, so that neither the counters of accounts nor
//! those of addresses see them ("password spraying").
//!
//! Beyond the limit no guess is taken from a browser by which that person has not signed in before. Whoever comes by a known one does
//! not wait for what strangers do, and passkeys are not held up: nobody guesses a signature.

use std::time::Duration;

use super::proof::Identified;
use crate::domain::{Digest32, EventKind, OrganisationId};
use crate::ephemeral::Verdict;
use crate::op::{EventDraft, Op, OpError};
use crate::rule;

/// While a limit is exceeded it is told so often.
const TOLD_EVERY: Duration = Duration::from_mins(15);

fn key(organisation: OrganisationId) -> String {
    format!("signin:organisation:{organisation}")
}

/// How long strangers have to wait before they may guess at this account, and all others of its organisation.
pub(super) async fn beyond_limit(
    op: &mut Op,
    who: &Identified,
    browser: Digest32,
) -> Result<Option<Duration>, OpError> {
    let Some(organisation) = who.counted_in() else {
        return Ok(None);
    };
    let limit = op.house.config.signin.failures_per_organisation;
    let verdict = op.house.ephemeral.look(&key(organisation), limit, op.now).await;
    let Verdict::Beyond(wait) = verdict else {
        return Ok(None);
    };
    Ok((!is_known(op, who, browser).await?).then_some(wait))
}

/// Counts a wrong guess of a stranger. Once no more is taken, that is put on record for whoever watches over the organisation.
pub(super) async fn count(op: &mut Op, who: &Identified, browser: Digest32) -> Result<(), OpError> {
    let Some(organisation) = who.counted_in() else {
        return Ok(());
    };
    if is_known(op, who, browser).await? {
        return Ok(());
    }
    let (limit, now) = (op.house.config.signin.failures_per_organisation, op.now);
    let key = key(organisation);
    let ephemeral = &op.house.ephemeral;
    let counted = ephemeral.count(&key, limit, now).await;
    let is_full = counted == Verdict::Within && ephemeral.look(&key, limit, now).await != Verdict::Within;
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

async fn is_known(op: &mut Op, who: &Identified, browser: Digest32) -> Result<bool, OpError> {
    match who.person() {
        Some(person) => rule::knows_device(op, person, &browser.into()).await,
        None => Ok(false),
    }
}
