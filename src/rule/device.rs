//! Devices on which a person is not asked for a second factor for a while.

use std::time::Duration;

use super::store;
use crate::domain::{DeviceId, EventKind, PersonId, Timestamp};
use crate::op::{EventDraft, Op, OpError};

/// For how long at most, as far as a rule allows so much.
pub(super) const TRUSTED: Duration = Duration::from_hours(24 * 365);

/// A device that a person trusts.
#[derive(Debug, Clone)]
pub struct TrustedDevice {
    pub id: DeviceId,
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
    Ok(store::trusted(op.reading().await?, person).await?)
}

/// Trusts none of a person's devices any more; answers how many there were.
pub async fn distrust_all(op: &mut Op, person: PersonId) -> Result<u64, OpError> {
    let gone = store::distrust_all(op.writing().await?, person).await?;
    if gone > 0 {
        op.record(EventDraft::success(EventKind::DevicesDistrusted).target("person", person));
    }
    Ok(gone)
}
