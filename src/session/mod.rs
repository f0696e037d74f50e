//! Browser sessions, what a browser still has to do, and what must be proven for an application.
//!
//! `signin` and `oauth` meet only here, in [`continuation`]: a stored record "this browser has to do X, with strength Y,
//! then return to Z". Owns the tables `session`, `continuation`. Storey 3: calls `decision`, `person` and lower storeys.

mod browser;
pub mod continuation;
pub mod requirement;

pub use browser::{Session, SignedIn, current, end, start, start_cookie};
