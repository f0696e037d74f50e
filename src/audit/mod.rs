//! The audit log: written in the transaction of each act, ordered into a Merkle tree, provable.
//!
//! Each process chains its own events (writer, counter, hash of the previous one) and waits for nobody; one leader gives
//! committed events contiguous positions in an RFC 6962 tree and signs checkpoints. Storey 2: calls `keys`, `storage`,
//! `domain`.

mod checkpoint;
mod encoding;
mod error;
mod lane;
mod proof;
mod recorder;
mod sequencer;
mod store;
mod tree;
mod verify;

pub use checkpoint::{Checkpoint, NoteFault, Signer, Trust, origin, verifier_key};
pub use encoding::WriterId;
pub use error::AuditError;
pub use proof::{ProofFault, Proven, check_proof, prove};
pub use recorder::{Lane, Recorder};
pub use sequencer::Sequencer;
pub use verify::{EventName, Finding, Progress, Report, verify};
