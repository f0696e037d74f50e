//! Accounts for emergencies: what is done with one is told to every administrator at once, and kept until somebody else has
//! reviewed it.
//!
//! The mark itself is of `person`; rules name it as a condition. Owns the table `break_glass_use`. Storey 3: calls `decision`,
//! `job`, `person`, `mail` and lower storeys.

mod alert;
mod review;
mod store;
mod unmark;

pub use alert::{jobs, tried, used};
pub use review::{Refusal, Use, open, review, uses};
pub use unmark::unmark;
