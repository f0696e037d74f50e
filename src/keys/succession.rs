//! Carrying out a step of the schedule: a new key, or one that is brought forward, takes over from the one before it.

use super::ring::seal_context;
use super::schedule::{Retirement, Step, Term, Window};
use super::store::{self, StoredKey};
use super::{KeyError, KeyUse};
use crate::domain::{EventKind, Timestamp};
use crate::jose::{Algorithm, SigningKey, SigningKeyError};
use crate::op::{EventDraft, Op, OpError};

/// Keys of one kind follow one another.
pub(super) type Kind = (KeyUse, Algorithm);

/// A step with all that it needs, before the transaction is open.
pub(super) struct Succession {
    pub(super) id: String,
    pub(super) window: Window,
    taking_over: TakingOver,
    retire: Option<Retirement>,
}

enum TakingOver {
    New {
        row: Box<StoredKey>,
        public_jwk: serde_json::Value,
    },
    Forward {
        expected_from: Timestamp,
    },
}

impl Succession {
    /// Makes the key if the step asks for one; nothing if it asks for nothing.
    pub(super) async fn prepare(op: &Op, kind: Kind, step: Step) -> Result<Option<Self>, OpError> {
        Ok(match step {
            Step::Nothing => None,
            Step::Make {
                succeeds,
                window,
                retire,
            } => Some(Self::make(op, kind, (succeeds, window), retire).await?),
            Step::BringForward {
                id,
                expected_from,
                window,
                retire,
            } => Some(Self {
                id,
                window,
                taking_over: TakingOver::Forward { expected_from },
                retire,
            }),
        })
    }

    async fn make(
        op: &Op,
        (key_use, algorithm): Kind,
        (succeeds, window): (String, Window),
        retire: Option<Retirement>,
    ) -> Result<Self, OpError> {
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
        Ok(Self {
            id,
            window,
            taking_over: TakingOver::New {
                row: Box::new(row),
                public_jwk,
            },
            retire,
        })
    }

    /// Writes it with its events; false if another process was faster, and then the act has to be dropped.
    pub(super) async fn carry_out(&self, op: &mut Op) -> Result<bool, OpError> {
        Ok(self.take_over(op).await? && self.retire(op).await?)
    }

    /// The first half: the key that takes over. All acts lock the newer key before the older one, lest two of them wait for
    /// each other.
    pub(super) async fn take_over(&self, op: &mut Op) -> Result<bool, OpError> {
        match &self.taking_over {
            TakingOver::New { row, public_jwk } => {
                if !store::insert(op.writing().await?, row, public_jwk).await? {
                    return Ok(false);
                }
                op.record(
                    EventDraft::success(EventKind::KeyCreated)
                        .target_named("signing_key", &self.id)
                        .detail("algorithm", row.term.algorithm.as_str())
                        .detail("use", row.term.key_use.as_str())
                        .detail("signs_from", self.window.signs_from.to_string()),
                );
            }
            TakingOver::Forward { expected_from } => {
                let tx = op.writing().await?;
                if !store::bring_forward(tx, &self.id, self.window, *expected_from).await? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// The second half: the key before it ceases to sign.
    pub(super) async fn retire(&self, op: &mut Op) -> Result<bool, OpError> {
        let Some(retirement) = &self.retire else {
            return Ok(true);
        };
        if !store::retire(op.writing().await?, retirement).await? {
            return Ok(false);
        }
        let until = |at: Timestamp| serde_json::json!({ "signs_until": at.to_string() });
        op.record(
            EventDraft::success(EventKind::KeyRotated)
                .target_named("signing_key", &retirement.id)
                .detail("successor", self.id.as_str())
                .change(until(retirement.expected_until), until(retirement.signs_until)),
        );
        Ok(true)
    }
}
