//! The decision endpoint for applications (OpenID AuthZEN Authorization API 1.0).
//!
//! Promises: a client asks about its own application only; what is answered is on record first; a question that makes no
//! sense is denied or refused, never allowed. Storey 4: calls `decision`, `client` and lower storeys, no other room with a
//! door.

mod asker;
mod changes;
mod evaluation;
mod evaluations;
mod filter;
mod metadata;
mod page;
mod resource;
mod search;
mod sought;
mod wire;

use http::Method;

use crate::http::{Route, route};

/// The routes of this room.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        route(Method::POST, evaluation::PATH, evaluation::evaluate),
        route(Method::POST, evaluations::PATH, evaluations::evaluate_all),
        route(Method::POST, search::SUBJECT, search::subjects),
        route(Method::POST, search::RESOURCE, search::resources),
        route(Method::POST, search::ACTION, search::actions),
        route(Method::GET, resource::ALL, resource::list),
        route(Method::GET, resource::ONE, resource::show),
        route(Method::PUT, resource::ONE, resource::register),
        route(Method::DELETE, resource::ONE, resource::remove),
        route(Method::POST, filter::PATH, filter::filter),
        route(Method::GET, changes::PATH, changes::changes),
        route(
            Method::GET,
            "/.well-known/authzen-configuration",
            metadata::metadata,
        ),
    ]
}
