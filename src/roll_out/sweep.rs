//! Reminders that no grace needs any more.

use std::time::Duration;

use super::store;
use crate::op::{Op, OpError};

/// Longer than any grace runs, so that nobody is reminded twice.
const KEEP: Duration = Duration::from_hours(24 * 400);

/// Forgets reminders of more than a year ago; answers how many.
pub async fn sweep(op: &mut Op) -> Result<u64, OpError> {
    let before = op.now.minus(KEEP);
    let tx = op.writing().await?;
    store::sweep_rounds(tx, before).await?;
    Ok(store::sweep(tx, before).await?)
}
