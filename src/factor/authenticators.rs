//! Authenticators for time-based codes, as their owner looks after them: several, each with a name.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::second::Stays;
use super::totp::{self, Seed};
use super::{names, recovery, second, store};
use crate::domain::{EventKind, PersonId, Timestamp, Token, TotpId};
use crate::mail::{self, Happened};
use crate::one_time::{self, Kind, Redemption};
use crate::op::{Op, OpError};

/// How long a new secret waits for its first code.
const PENDING_LIFE: Duration = Duration::from_mins(30);

/// What one is called whose owner gives it no name.
const WITHOUT_NAME: &str = "Authenticator";

/// Authenticators of one person at most.
const MOST: i64 = 20;

/// An authenticator without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Authenticator {
    pub id: TotpId,
    pub name: String,
    pub created_at: Timestamp,
    /// When a code of it was last taken at a sign-in.
    pub used_at: Option<Timestamp>,
}

/// Why an authenticator is not added, renamed or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing of that kind is under way, or there is none like it.
    Gone,
    Code,
    TooMany,
    /// It is the last second factor.
    Last(Stays),
}

/// What waits for the first code.
#[derive(Serialize, Deserialize)]
struct Pending {
    person: PersonId,
    /// Sealed, in base64.
    secret: String,
}

/// The authenticators of a person, the oldest first.
pub async fn list(op: &mut Op, person: PersonId) -> Result<Vec<Authenticator>, OpError> {
    Ok(store::listed_totps(op.reading().await?, person).await?)
}

/// One of them.
pub async fn find(op: &mut Op, person: PersonId, id: TotpId) -> Result<Option<Authenticator>, OpError> {
    let all = list(op, person).await?;
    Ok(all.into_iter().find(|one| one.id == id))
}

/// Draws the secret of a new authenticator and keeps it here, sealed. The token names it to the page and tells nothing of it.
pub async fn begin(op: &mut Op, person: PersonId) -> Result<Token, OpError> {
    let seed = Seed::new(op);
    let sealed = op.house.master_key.seal(&context(person), &seed.to_bytes())?;
    let pending = Pending {
        person,
        secret: data_encoding::BASE64_NOPAD.encode(&sealed),
    };
    let payload = serde_json::to_value(&pending)
        .map_err(|_| OpError::Broken("a pending authenticator cannot be written"))?;
    one_time::issue(op, Kind::PendingAuthenticator, None, payload, PENDING_LIFE).await
}

fn context(person: PersonId) -> String {
    format!("one_time_artefact.payload:totp:{person}")
}

/// What waits under a token, if it is this person's.
pub async fn pending(op: &mut Op, person: PersonId, token: &Token) -> Result<Option<Seed>, OpError> {
    const FAULT: OpError = OpError::Broken("a pending authenticator cannot be read");
    let Some(payload) = one_time::inspect(op, Kind::PendingAuthenticator, token).await? else {
        return Ok(None);
    };
    let pending: Pending = serde_json::from_value(payload).map_err(|_| FAULT)?;
    if pending.person != person {
        return Ok(None);
    }
    let sealed = data_encoding::BASE64_NOPAD
        .decode(pending.secret.as_bytes())
        .map_err(|_| FAULT)?;
    let seed = Zeroizing::new(op.house.master_key.open(&context(person), &sealed)?);
    Seed::from_bytes(&seed).map(Some)
}

/// Binds what waits under a token to its person, if the code is that of its secret. Whoever has no recovery codes yet is
/// given a set with it, to be shown once; else the answer is empty.
pub async fn confirm(
    op: &mut Op,
    person: PersonId,
    token: &Token,
    (name, code): (&str, &str),
) -> Result<Result<Vec<String>, Refusal>, OpError> {
    let Some(seed) = pending(op, person, token).await? else {
        return Ok(Err(Refusal::Gone));
    };
    let name = names::fit(name, WITHOUT_NAME);
    let Some(step) = seed.matching_step(code, op.now) else {
        record(op, person, (EventKind::TotpEnrolled, None), Some("wrong code")).await?;
        return Ok(Err(Refusal::Code));
    };
    let tx = op.writing().await?;
    store::hold_totps(tx, person).await?;
    if store::count_totps(tx, person).await? >= MOST {
        return Ok(Err(Refusal::TooMany));
    }
    if !matches!(
        one_time::redeem(op, Kind::PendingAuthenticator, token).await?,
        Redemption::Redeemed(_)
    ) {
        return Ok(Err(Refusal::Gone));
    }
    totp::enrol_named(op, person, &name, (&seed, Some(step))).await?;
    mail::tell(op, person, &Happened::AuthenticatorAdded).await?;
    recovery::make_first(op, person).await.map(Ok)
}

/// Gives an authenticator another name.
pub async fn rename(
    op: &mut Op,
    person: PersonId,
    id: TotpId,
    name: &str,
) -> Result<Result<(), Refusal>, OpError> {
    let name = names::fit(name, WITHOUT_NAME);
    if !store::rename_totp(op.writing().await?, id, person, &name).await? {
        return Ok(Err(Refusal::Gone));
    }
    record(op, person, (EventKind::TotpRenamed, Some(id)), None).await?;
    Ok(Ok(()))
}

/// Removes an authenticator. With the last second factor the recovery codes end, which stood in for it.
pub async fn remove(op: &mut Op, person: PersonId, id: TotpId) -> Result<Result<(), Refusal>, OpError> {
    let held = second::hold(op, person).await?;
    if find(op, person, id).await?.is_none() {
        return Ok(Err(Refusal::Gone));
    }
    let about = (EventKind::TotpRemoved, Some(id));
    if let Err(stays) = held.may_lose_one(op).await? {
        record(op, person, about, Some(stays.why())).await?;
        return Ok(Err(Refusal::Last(stays)));
    }
    let ended = end(op, person, id, None).await?;
    Ok(ended.then_some(()).ok_or(Refusal::Gone))
}

/// Ends an authenticator and tells its owner; false if there is none of that id. Whether it may go has been asked before.
pub(super) async fn end(
    op: &mut Op,
    person: PersonId,
    id: TotpId,
    reason: Option<&str>,
) -> Result<bool, OpError> {
    if !store::remove_totp(op.writing().await?, id, person).await? {
        return Ok(false);
    }
    if !second::is_enrolled(op, person).await? {
        recovery::forget(op, person).await?;
    }
    let draft = second::event(op, EventKind::TotpRemoved, person, None).await?;
    let draft = draft.detail("authenticator", id.to_string());
    op.record(match reason {
        Some(reason) => draft.because(reason),
        None => draft,
    });
    mail::tell(op, person, &Happened::AuthenticatorRemoved).await?;
    Ok(true)
}

/// Puts what was done with an authenticator, or refused for a reason, on record.
async fn record(
    op: &mut Op,
    person: PersonId,
    (kind, id): (EventKind, Option<TotpId>),
    refused: Option<&'static str>,
) -> Result<(), OpError> {
    let mut draft = second::event(op, kind, person, refused).await?;
    if let Some(id) = id {
        draft = draft.detail("authenticator", id.to_string());
    }
    op.record(draft);
    Ok(())
}
