//! Hearing through the database what other processes have changed, where there is no Redis: other replicas, and commands of the operator.
//!
//! A notice is written in the transaction of the change that it tells of, so none is told of what did not happen, and none is lost.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{House, Op, OpError, notice_store as store};
use crate::domain::Notice;

/// On PostgreSQL a lower number can become visible after a higher one, when its transaction took longer. So much is read again.
const OVERLAP: i64 = 500;

/// So many are kept for whoever looks late.
const KEPT: i64 = 20_000;

/// What one process has heard.
#[derive(Debug)]
pub struct Hearing {
    newest: i64,
    heard: BTreeSet<i64>,
}

impl Hearing {
    /// Begins with what is told from now on.
    pub async fn begin(house: &House) -> Result<Self, OpError> {
        let mut tx = house.storage.read().await?;
        let newest = store::last(&mut tx).await?;
        let before = store::after(&mut tx, newest.saturating_sub(OVERLAP)).await?;
        Ok(Self {
            newest,
            heard: before.into_iter().map(|told| told.id).collect(),
        })
    }

    /// What others have told since the last time.
    pub async fn hear(&mut self, house: &House) -> Result<Vec<Notice>, OpError> {
        let own = house.recorder.life();
        let mut tx = house.storage.read().await?;
        let mut notices = Vec::new();
        loop {
            let told = store::after(&mut tx, self.newest.saturating_sub(OVERLAP)).await?;
            let before = self.newest;
            for one in told {
                self.newest = self.newest.max(one.id);
                if self.heard.insert(one.id) && one.sender != own {
                    notices.push(one.notice.unwrap_or(Notice::Everything));
                }
            }
            if self.newest == before {
                break;
            }
        }
        let oldest = self.newest.saturating_sub(OVERLAP);
        self.heard.retain(|id| *id > oldest);
        Ok(notices)
    }
}

/// Removes notices that everybody who looks has heard.
pub async fn forget_notices(house: &Arc<House>) -> Result<(), OpError> {
    let mut op = Op::inside(house, crate::domain::Actor::System);
    let newest = store::last(op.reading().await?).await?;
    if newest > KEPT {
        store::forget(op.writing().await?, newest.saturating_sub(KEPT)).await?;
    }
    op.commit().await
}
