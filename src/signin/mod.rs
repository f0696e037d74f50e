//! Signing in: who is there, and with what proof.
//!
//! A sign-in is a state machine that is kept on the server, bound to one browser by its continuation: `flow` says which
//! step is next, and each step takes the evidence of the ones before it, which only the checks in `proof` can make. It
//! promises that an unknown account costs the same time and answer as a known one, that each code works once, and that
//! every step is on record. Owns the table `signin_attempt`. Storey 4: calls `factor`, `session`, `person`, `access`, `client`
//! and lower storeys, no other room with a door to the outside.

mod attempt;
mod bound;
mod create;
mod door;
mod flow;
mod home;
mod page;
mod proof;
pub mod setup;
mod spraying;
mod store;
mod submit;
mod watch;

pub use watch::jobs;

use http::Method;

use crate::http::{Route, route};

/// The routes of this room.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        route(Method::GET, "/", home::show),
        route(Method::GET, "/signin", door::begin),
        route(Method::GET, "/signin/{id}", door::show),
        route(Method::POST, "/signin/{id}/identify", door::identify),
        route(Method::POST, "/signin/{id}/password", door::password),
        route(Method::POST, "/signin/{id}/totp", door::totp),
        route(Method::POST, "/signin/{id}/passkey", door::passkey),
        route(Method::GET, "/signin/{id}/recovery", door::show_recovery),
        route(Method::POST, "/signin/{id}/recovery", door::recovery),
        route(Method::POST, "/signin/{id}/enrol", door::enrol),
        route(Method::POST, "/signin/{id}/new-passkey", door::new_passkey),
        route(Method::POST, "/signin/{id}/not-now", door::not_now),
        route(Method::POST, "/signin/{id}/recovery-codes", door::told),
        route(Method::POST, "/signin/{id}/restart", door::restart),
        route(Method::GET, "/signin/{id}/create", create::show),
        route(Method::POST, "/signin/{id}/create", create::submit),
        route(Method::GET, "/setup/{token}", setup::show),
        route(Method::POST, "/setup/{token}", setup::submit_form),
    ]
}
