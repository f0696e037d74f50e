//! The audit log: written in the transaction of each act, ordered into a Merkle tree, provable.
//!
//! Each process chains its own events (writer, counter, hash of the previous one) and waits for nobody; one leader gives
//! committed events contiguous positions in an RFC 6962 tree and signs checkpoints. Storey 2: calls `keys`, `storage`,
//! `domain`.

mod checkpoint;
mod describe;
mod encoding;
mod error;
mod lane;
mod names;
mod phrase;
mod proof;
mod recorder;
mod search;
mod sequence_store;
mod sequencer;
mod store;
mod told;
mod tree;
mod verify;

pub use checkpoint::{Checkpoint, NoteFault, Signer, Trust, origin, verifier_key};
pub use describe::{Names, describe};
pub use encoding::WriterId;
pub use error::AuditError;
pub use names::{NameBook, organisation_called, person_called};
pub use proof::{ProofFault, Proven, check_proof, last_note, prove};
pub use recorder::{Lane, Recorder};
pub use search::{
    Cursor, CursorError, Filter, LARGEST_PAGE, Order, Which, done_to, list, of_person, refused_of, show,
};
pub use sequencer::Sequencer;
pub use told::{Entry, Named, Told};
pub use verify::{EventName, Finding, Progress, Report, verify};
