//! Artefacts that can be used once: authorization codes, set-up links and their like.
//!
//! One table, `kind` in its key, a hash instead of the value, expiry in the statement that redeems (never the cleaner's
//! work). Storey 2: calls `op` and lower.

mod artefact;
mod store;

pub use artefact::{Kind, Redemption, claim, inspect, issue, issue_this, redeem, remember, sweep, use_up};
