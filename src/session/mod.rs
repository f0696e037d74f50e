//! Browser sessions, what a browser still has to do, and what must be proven for an application.
//!
//! `signin` and `oauth` meet only here, in [`continuation`]: a stored record "this browser has to do X, with strength Y,
//! then return to Z". Owns the tables `session` and `continuation`. Promises that a session's cookie is 256 bits of chance of
//! which only a digest is stored, that an authentication always makes a new one, and that an ended session is dead at
//! once. Storey 3: calls `decision`, `person`, `access`, `job`,
//! `factor`, `mail` and lower storeys.

mod browser;
mod cache;
pub mod continuation;
mod ending;
mod fresh;
mod own;
pub mod requirement;
mod store;

pub use browser::{
    REPLACED, Session, SignedIn, browser_state, current, end, end_all, end_by_id, forget, leave, lineage,
    living, start, start_cookie, state_cookie, state_cookie_name, sweep,
};
pub use ending::{ENDED, EndedSession, jobs};
pub use fresh::Fresh;
pub use own::{Listed, end_others, end_own, of_person};
