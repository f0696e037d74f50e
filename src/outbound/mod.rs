//! Calls to the outside: the only HTTP client of the server.
//!
//! Addresses come from strangers (key sets, metadata documents, logout endpoints of clients that have registered themselves),
//! so that each call is held to the same rules, which nobody can forget: https only; the name resolved here, each of its
//! addresses checked, and the connection made to just those (no second look-up that could answer otherwise); no redirects,
//! no cookies, no credentials, no proxy; bounded in time, size and number. Storey 1: calls nothing.

mod address;
mod answer;
mod error;
mod web;

pub use address::Allowed;
pub use answer::Answer;
pub use error::OutboundError;
pub use web::{Outbound, Post, Rules};
