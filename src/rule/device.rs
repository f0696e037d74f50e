//! Browsers by which people have signed in, and those on which a person is not asked for a second factor for a while.
//!
//! A browser is known by the cookie that binds forms and sign-ins to it; the digest of it is stored, once for each person.

use std::time::Duration;

use serde::Serialize;

use super::store;
use crate::domain::{DeviceId, Digest32, EventKind, PersonId, Timestamp, rfc3339};
use crate::op::{EventDraft, Op, OpError};
use crate::person;

/// How long a browser is remembered after its last sign-in, as its cookie is.
pub(super) const KEEP: Duration = Duration::from_hours(400 * 24);

/// For how long one is trusted at most, as far as a rule allows so much.
pub(super) const TRUSTED: Duration = Duration::from_hours(24 * 365);

/// Whether a person has signed in by a browser before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sighting {
    Known,
    New,
    /// No browser of this person is known: there is nothing that it could differ from.
    First,
}

/// Notes a sign-in of a person by a browser, in the write transaction of the sign-in.
pub async fn see(op: &mut Op, person: PersonId, browser: Digest32) -> Result<Sighting, OpError> {
    let (now, device) = (op.now, browser.into());
    let tx = op.writing().await?;
    if store::see_device(tx, person, &device, now).await? != now {
        return Ok(Sighting::Known);
    }
    let with_it = store::count_devices(tx, person).await?;
    Ok(if with_it == 1 {
        Sighting::First
    } else {
        Sighting::New
    })
}

/// Whether a person has signed in by a browser before.
pub async fn knows(op: &mut Op, person: PersonId, browser: &DeviceId) -> Result<bool, OpError> {
    Ok(store::knows_device(op.reading().await?, person, browser).await?)
}

/// When the browsers by which a person has signed in were seen first and last, the newest first.
pub async fn known(
    op: &mut Op,
    person: PersonId,
    limit: i64,
) -> Result<Vec<(Timestamp, Timestamp)>, OpError> {
    Ok(store::devices(op.reading().await?, person, limit).await?)
}

/// A device that a person trusts.
#[derive(Debug, Clone, Serialize)]
pub struct TrustedDevice {
    pub id: DeviceId,
    #[serde(with = "rfc3339")]
    pub since: Timestamp,
    pub user_agent: Option<String>,
    pub address: Option<String>,
}

/// Trusts the device of this act: for as long as the rules allow at each sign-in.
pub async fn trust(op: &mut Op, person: PersonId) -> Result<(), OpError> {
    let Some(id) = op.seen.device else {
        return Ok(());
    };
    let device = TrustedDevice {
        id,
        since: op.now,
        user_agent: op.seen.user_agent.clone(),
        address: op.seen.address.map(|address| address.to_string()),
    };
    store::trust(op.writing().await?, person, &device).await?;
    op.record(EventDraft::success(EventKind::DeviceTrusted).target("person", person));
    Ok(())
}

/// The devices that a person trusts, the newest first.
pub async fn trusted(op: &mut Op, person: PersonId) -> Result<Vec<TrustedDevice>, OpError> {
    let since = op.now.minus(TRUSTED);
    Ok(store::trusted(op.reading().await?, person, since).await?)
}

/// Trusts one of a person's devices no more; false if it was not trusted.
pub async fn distrust(op: &mut Op, person: PersonId, device: &DeviceId) -> Result<bool, OpError> {
    let was = store::distrust(op.writing().await?, person, device).await?;
    if was {
        let draft = distrusted(op, person).await?;
        op.record(draft.detail("device", device.to_string()));
    }
    Ok(was)
}

/// Trusts none of a person's devices any more; answers how many there were.
pub async fn distrust_all(op: &mut Op, person: PersonId) -> Result<u64, OpError> {
    let gone = store::distrust_all(op.writing().await?, person).await?;
    if gone > 0 {
        let draft = distrusted(op, person).await?;
        op.record(draft.detail("devices", gone));
    }
    Ok(gone)
}

/// The event, in the log of the person's organisation.
async fn distrusted(op: &mut Op, person: PersonId) -> Result<EventDraft, OpError> {
    let found = person::find(op, person).await?;
    let draft = EventDraft::success(EventKind::DevicesDistrusted).target("person", person);
    Ok(match found {
        Some(found) => draft.organisation(found.organisation_id),
        None => draft,
    })
}
