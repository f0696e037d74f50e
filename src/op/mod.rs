//! One act: who does it, when, with what chance, in which transaction, seen from where.
//!
//! Every operation of the house takes `&mut Op`. `now` is read once, so that all rows of an act carry one time. Dropping an
//! `Op` rolls back; [`Op::commit`] consumes it and writes its events in the same transaction. A refusal with consequences
//! (a wrong password that counts) is an outcome that is committed, not an error. Storey 2: calls `keys`, `audit` and
//! lower storeys.

mod access_epoch;
mod act;
mod chance;
mod changes;
mod clock;
mod copies;
mod draft;
mod error;
mod house;
mod kept_file;
mod notice_store;
mod notices;

pub use access_epoch::{AccessEpoch, Affected, access_changes, access_epoch};
pub use act::Op;
pub use chance::Chance;
pub use changes::{Kind, Watched};
pub use clock::Clock;
pub use copies::Copies;
pub use draft::EventDraft;
pub use error::OpError;
pub use house::{House, Part};
pub use kept_file::KeptFile;
pub use notices::{Hearing, forget_notices};
