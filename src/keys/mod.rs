//! The keys of the house: the ring of signing keys, encryption at rest, and keyed hashes.
//!
//! One master key, kept outside the database (`keys.master_key_file`), seals private keys and TOTP secrets, and gives each
//! purpose a key of its own (HKDF-SHA-256). Signing keys are made at first start, rotate with overlap, and can be revoked.
//! Storey 2: calls `op` (for acts on keys with their events), `jose`, `storage`, `config`, `domain`.

mod error;
mod mac;
mod master;
mod note;
mod revocation;
mod ring;
mod rotation;
mod schedule;
mod store;
mod succession;

pub use error::KeyError;
pub use mac::Purpose;
pub use master::MasterKey;
pub use note::verify_checkpoint;
pub use revocation::{Revocation, revoke};
pub use ring::{CheckpointKey, KeyRing, KeyUse};
pub use rotation::{KeyState, KeySummary, Rotation, list, reload, rotate, rotate_due};
pub use schedule::Schedule;
