//! Work to be done later: queued in the transaction that makes it necessary, done once that is committed, tried again until
//! it succeeds or is given up.
//!
//! A job is a named value. The room that knows how to do it registers a [`Kind`]; the server works on what is due. Work may
//! be done twice (its process may end before it has noted the success), so that each kind has to bear that. Owns the table
//! `job`. Storey 3: calls lower storeys only; every room of storeys 3 and above may queue.

mod kind;
mod queue;
mod store;
mod work;

pub use kind::{Kind, Task, Verdict, Working};
pub use queue::{JobSummary, list, queue, queue_for, retry, sweep};
pub use work::{Worked, work_on_next};
