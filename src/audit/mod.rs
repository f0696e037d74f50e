//! The audit log: written in the transaction of each act, ordered into a Merkle tree, provable.
//!
//! Each process chains its own events (writer, counter, hash of the previous one) and waits for nobody; one leader gives
//! committed events contiguous positions in an RFC 6962 tree and signs checkpoints. Storey 2: calls `keys`, `storage`,
//! `domain`.

mod encoding;
mod error;
mod lane;
mod recorder;
mod store;

pub use encoding::WriterId;
pub use error::AuditError;
pub use recorder::{Lane, Recorder};
