//! Revoking a signing key that has leaked: from that moment on nothing that it has signed is believed.

use std::sync::Arc;

use super::schedule::{Demand, Schedule, Term};
use super::store;
use super::succession::Succession;
use super::{KeyUse, rotation};
use crate::domain::{Actor, EventKind, Notice, Timestamp};
use crate::op::{EventDraft, House, Op, OpError};

/// So often an act that met a rotation of another process is begun anew.
const ATTEMPTS: u32 = 5;

/// What a demand to revoke a key came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revocation {
    Revoked {
        /// The key that was made or brought forward because of it, and signs from that moment on.
        successor: Option<(String, Timestamp)>,
    },
    /// It was revoked before.
    Unchanged,
    Unknown,
    /// It signs the audit log. All that it has signed would lose its proof, and the log with it: such a key is replaced,
    /// and whoever keeps checkpoints compares them.
    OfTheLog,
}

/// Revokes a key: it is published no more, verifies nothing and signs nothing. If nothing of its kind is left to sign, a
/// successor signs at once.
pub async fn revoke(house: &Arc<House>, actor: &Actor, id: &str) -> Result<Revocation, OpError> {
    for _ in 0..ATTEMPTS {
        if let Some(revocation) = attempt(house, actor.clone(), id).await? {
            rotation::reload(house).await?;
            return Ok(revocation);
        }
    }
    Err(OpError::Overloaded("changes of signing keys"))
}

/// Nothing if a rotation of another process came between.
async fn attempt(house: &Arc<House>, actor: Actor, id: &str) -> Result<Option<Revocation>, OpError> {
    let mut op = Op::inside(house, actor);
    let mut stored = store::all(op.reading().await?).await?;
    op.rest();
    let Some(row) = stored.iter_mut().find(|row| row.term.id == id) else {
        return Ok(Some(Revocation::Unknown));
    };
    if row.term.key_use == KeyUse::Checkpoint {
        return Ok(Some(Revocation::OfTheLog));
    }
    if row.term.revoked_at.is_some() {
        return Ok(Some(Revocation::Unchanged));
    }
    row.term.revoked_at = Some(op.now);
    let kind = (row.term.key_use, row.term.algorithm);
    let succession = if rotation::wanted(house).contains(&kind) {
        let schedule = Schedule::of(&house.config);
        let terms = rotation::of_kind(&stored, kind);
        let demand = demand(&terms, op.now);
        Succession::prepare(&op, kind, schedule.step(&terms, kind.0, demand, op.now)).await?
    } else {
        None
    };
    if let Some(succession) = &succession
        && !succession.take_over(&mut op).await?
    {
        return Ok(None);
    }
    let now = op.now;
    if !store::revoke(op.writing().await?, id, now).await? {
        return Ok(Some(Revocation::Unchanged));
    }
    let mut draft = EventDraft::success(EventKind::KeyRevoked)
        .target_named("signing_key", id)
        .detail("algorithm", kind.1.as_str());
    if let Some(succession) = &succession {
        draft = draft.detail("successor", succession.id.as_str());
    }
    op.record(draft);
    if let Some(succession) = &succession
        && !succession.retire(&mut op).await?
    {
        return Ok(None);
    }
    op.tell(Notice::Keys);
    op.commit().await?;
    Ok(Some(Revocation::Revoked {
        successor: succession.map(|made| (made.id, made.window.signs_from)),
    }))
}

/// While another key signs there is time to publish a successor; a published one that nobody signs before must sign now.
fn demand(terms: &[&Term], now: Timestamp) -> Demand {
    if terms.iter().any(|term| term.signs(now)) {
        Demand::Due
    } else {
        Demand::AtOnce
    }
}
