//! Calls to the outside: the only HTTP client of the server, and the only one that speaks SMTP.
//!
//! Addresses come from strangers (key sets, metadata documents, logout endpoints of clients that have registered themselves),
//! so that each call is held to the same rules, which nobody can forget: https only; the name resolved here, each of its
//! addresses checked, and the connection made to just those (no second look-up that could answer otherwise); no redirects,
//! no cookies, no credentials, no proxy; bounded in time, size and number. The mail server is one that the operator has named;
//! with it TLS is spoken, or nothing, unless it is on this machine. Storey 1: calls `domain` only.

mod address;
mod answer;
mod error;
mod mail;
mod web;

pub use address::Allowed;
pub use answer::Answer;
pub use error::OutboundError;
pub use mail::{MailError, Mailer, Parcel, Postbox, Wrapping};
pub use web::{Outbound, Post, Rules};
