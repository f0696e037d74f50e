//! Making and rotating signing keys, and keeping the ring of this process up to date.
//!
//! A new key is published for the overlap before it signs; the old one verifies for the overlap and the life of a token
//! after it has signed. Of two processes that act at once one wins, because a key has one successor in the database.

use std::sync::Arc;

use super::schedule::{Demand, Step, Term};
use super::store::{self, StoredKey};
use super::succession::{Kind, Succession};
use super::{KeyRing, KeyUse, Schedule};
use crate::domain::{Actor, Notice, Timestamp};
use crate::jose::Algorithm;
use crate::op::{House, Op, OpError, Part};

/// Where a key stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// Published, so that verifiers know it when it begins to sign.
    Published,
    Signing,
    /// Signs no more; what it has signed is still verified.
    Verifying,
    Expired,
    Revoked,
}

/// What people are told of a key.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct KeySummary {
    pub id: String,
    pub algorithm: Algorithm,
    #[serde(rename = "use")]
    pub key_use: KeyUse,
    pub state: KeyState,
    pub created_at: Timestamp,
    pub signs_from: Timestamp,
    pub signs_until: Timestamp,
    pub verifies_until: Timestamp,
}

/// What a demand for a new key came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation {
    /// This key signs from that moment on.
    Successor { id: String, signs_from: Timestamp },
    /// A successor is published already, or none is due, or another process was faster.
    Unchanged,
}

/// Makes the keys that are missing (all of them at first start) and those that are due, and puts the ring in place if it
/// is not that of the database. The server awaits it before it listens, and calls it every minute; mostly it costs one
/// query.
pub async fn rotate_due(house: &Arc<House>) -> Result<(), OpError> {
    let now = house.clock.now();
    let mut tx = house.storage.read().await?;
    let stored = store::all(&mut tx).await?;
    drop(tx);
    let schedule = Schedule::of(&house.config);
    let mut changed = !house.keys().holds(stored.iter().map(|row| &row.term), now);
    for kind in wanted(house) {
        if schedule.step(&of_kind(&stored, kind), kind.0, Demand::Due, now) != Step::Nothing {
            // Looked at again in an act of its own, where somebody may have been faster.
            advance(house, Actor::System, kind, Demand::Due).await?;
            changed = true;
        }
    }
    if changed { reload(house).await } else { Ok(()) }
}

/// Gives an algorithm a new key by command: after the overlap, or `immediately` (if the old one may have leaked).
pub async fn rotate(
    house: &Arc<House>,
    actor: Actor,
    key_use: KeyUse,
    algorithm: Algorithm,
    immediately: bool,
) -> Result<Rotation, OpError> {
    let demand = if immediately { Demand::AtOnce } else { Demand::Soon };
    let rotation = advance(house, actor, (key_use, algorithm), demand).await?;
    reload(house).await?;
    Ok(rotation)
}

/// All keys, the newest first.
pub async fn list(op: &mut Op) -> Result<Vec<KeySummary>, OpError> {
    let now = op.now;
    let stored = store::all(op.reading().await?).await?;
    let signing = |one: &Term| {
        stored
            .iter()
            .map(|row| &row.term)
            .find(|term| {
                (term.algorithm, term.key_use) == (one.algorithm, one.key_use)
                    && term.revoked_at.is_none()
                    && term.signs_from <= now
            })
            .is_some_and(|term| term.id == one.id)
    };
    Ok(stored
        .iter()
        .map(|row| {
            let state = state(&row.term, signing(&row.term), now);
            summary(&row.term, state)
        })
        .collect())
}

/// The ring is loaded by one at a time: else what was read before a revocation could be put in place after it.
#[derive(Debug, Default)]
struct Loading(tokio::sync::Mutex<()>);

impl Part for Loading {
    fn new(_: &House) -> Self {
        Self::default()
    }
}

/// Loads the ring again and puts it in place: after `Notice::Keys` or `Notice::Everything` from another process.
pub async fn reload(house: &House) -> Result<(), OpError> {
    let loading = house.part::<Loading>();
    let _turn = loading.0.lock().await;
    let ring = KeyRing::load(
        &house.storage,
        &house.master_key,
        &house.config.keys,
        house.clock.now(),
    )
    .await?;
    house.replace_keys(ring);
    Ok(())
}

pub(super) fn wanted(house: &House) -> Vec<Kind> {
    let tokens = house
        .config
        .keys
        .algorithms
        .iter()
        .map(|algorithm| (KeyUse::Token, *algorithm));
    tokens.chain([(KeyUse::Checkpoint, Algorithm::Ed25519)]).collect()
}

pub(super) fn of_kind(stored: &[StoredKey], kind: Kind) -> Vec<&Term> {
    stored
        .iter()
        .map(|row| &row.term)
        .filter(|term| (term.key_use, term.algorithm) == kind)
        .collect()
}

async fn advance(house: &Arc<House>, actor: Actor, kind: Kind, demand: Demand) -> Result<Rotation, OpError> {
    let mut op = Op::inside(house, actor);
    let stored = store::all(op.reading().await?).await?;
    op.rest();
    let step = Schedule::of(&house.config).step(&of_kind(&stored, kind), kind.0, demand, op.now);
    let Some(succession) = Succession::prepare(&op, kind, step).await? else {
        return Ok(Rotation::Unchanged);
    };
    if !succession.carry_out(&mut op).await? {
        // Dropping the act takes everything back: the other process has told its own story.
        return Ok(Rotation::Unchanged);
    }
    op.tell(Notice::Keys);
    op.commit().await?;
    Ok(Rotation::Successor {
        id: succession.id,
        signs_from: succession.window.signs_from,
    })
}

fn state(term: &Term, signing: bool, now: Timestamp) -> KeyState {
    if term.revoked_at.is_some() {
        KeyState::Revoked
    } else if term.verifies_until <= now {
        KeyState::Expired
    } else if term.signs_from > now {
        KeyState::Published
    } else if signing {
        KeyState::Signing
    } else {
        KeyState::Verifying
    }
}

fn summary(term: &Term, state: KeyState) -> KeySummary {
    KeySummary {
        id: term.id.clone(),
        algorithm: term.algorithm,
        key_use: term.key_use,
        state,
        created_at: term.created_at,
        signs_from: term.signs_from,
        signs_until: term.signs_until,
        verifies_until: term.verifies_until,
    }
}
