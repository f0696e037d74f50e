//! Making and rotating signing keys, and keeping the ring of this process up to date.
//!
//! A new key is published for the overlap before it signs; the old one verifies for the overlap and the life of a token
//! after it has signed. Of two processes that act at once one wins, because a key has one successor in the database.

use std::sync::Arc;

use super::ring::seal_context;
use super::schedule::{Demand, Retirement, Step, Term, Window};
use super::store::{self, StoredKey};
use super::{KeyError, KeyRing, KeyUse, Schedule};
use crate::domain::{Actor, EventKind, Notice, Timestamp};
use crate::jose::{Algorithm, SigningKey, SigningKeyError};
use crate::op::{EventDraft, House, Op, OpError};

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

/// Loads the ring again and puts it in place: after `Notice::Keys` or `Notice::Everything` from another process.
pub async fn reload(house: &House) -> Result<(), OpError> {
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

type Kind = (KeyUse, Algorithm);

fn wanted(house: &House) -> Vec<Kind> {
    let tokens = house
        .config
        .keys
        .algorithms
        .iter()
        .map(|algorithm| (KeyUse::Token, *algorithm));
    tokens.chain([(KeyUse::Checkpoint, Algorithm::Ed25519)]).collect()
}

fn of_kind(stored: &[StoredKey], kind: Kind) -> Vec<&Term> {
    stored
        .iter()
        .map(|row| &row.term)
        .filter(|term| (term.key_use, term.algorithm) == kind)
        .collect()
}

async fn advance(house: &Arc<House>, actor: Actor, kind: Kind, demand: Demand) -> Result<Rotation, OpError> {
    let mut op = Op::inside(house, actor);
    let now = op.now;
    let stored = store::all(op.reading().await?).await?;
    op.rest();
    let terms = of_kind(&stored, kind);
    match Schedule::of(&house.config).step(&terms, kind.0, demand, now) {
        Step::Nothing => Ok(Rotation::Unchanged),
        Step::Make {
            succeeds,
            window,
            retire,
        } => make(op, kind, (succeeds, window), retire).await,
        Step::BringForward {
            id,
            expected_from,
            window,
            retire,
        } => {
            if !store::bring_forward(op.writing().await?, &id, window, expected_from).await? {
                return Ok(Rotation::Unchanged);
            }
            finish(op, retire, &id, window).await
        }
    }
}

async fn make(
    mut op: Op,
    (key_use, algorithm): Kind,
    (succeeds, window): (String, Window),
    retire: Option<Retirement>,
) -> Result<Rotation, OpError> {
    // An RSA key takes long enough to stall the other requests of this thread.
    let key = tokio::task::spawn_blocking(move || SigningKey::generate(algorithm))
        .await
        .unwrap_or(Err(SigningKeyError))
        .map_err(KeyError::from)?;
    let document = key.to_pkcs8().map_err(KeyError::from)?;
    let id = key.key_id().to_owned();
    let row = StoredKey {
        term: Term {
            id: id.clone(),
            algorithm,
            key_use,
            succeeds,
            created_at: op.now,
            signs_from: window.signs_from,
            signs_until: window.signs_until,
            verifies_until: window.verifies_until,
            revoked_at: None,
        },
        sealed_private: op.house.master_key.seal(&seal_context(&id), &document)?,
    };
    let public_jwk = serde_json::to_value(key.public_jwk())
        .map_err(|_| OpError::Broken("a public key cannot be written as JSON"))?;
    if !store::insert(op.writing().await?, &row, &public_jwk).await? {
        // Dropping the act takes everything back: the other process has told its own story.
        return Ok(Rotation::Unchanged);
    }
    op.record(
        EventDraft::success(EventKind::KeyCreated)
            .target_named("signing_key", &id)
            .detail("algorithm", algorithm.as_str())
            .detail("use", key_use.as_str())
            .detail("signs_from", window.signs_from.to_string()),
    );
    finish(op, retire, &id, window).await
}

async fn finish(
    mut op: Op,
    retire: Option<Retirement>,
    successor: &str,
    window: Window,
) -> Result<Rotation, OpError> {
    if let Some(retirement) = retire {
        if !store::retire(op.writing().await?, &retirement).await? {
            return Ok(Rotation::Unchanged);
        }
        let until = |at: Timestamp| serde_json::json!({ "signs_until": at.to_string() });
        op.record(
            EventDraft::success(EventKind::KeyRotated)
                .target_named("signing_key", &retirement.id)
                .detail("successor", successor)
                .change(until(retirement.expected_until), until(retirement.signs_until)),
        );
    }
    op.tell(Notice::Keys);
    op.commit().await?;
    Ok(Rotation::Successor {
        id: successor.to_owned(),
        signs_from: window.signs_from,
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
