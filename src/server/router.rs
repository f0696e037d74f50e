//! The one table of routes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;

use super::edge::{self, Edge};
use super::health;
use crate::http::Route;
use crate::op::House;
use crate::{account, admin, authzen, enrolment, http, mail, oauth, signin};

/// Every route of the public listener with its method, path and access rule.
#[must_use]
pub fn routes() -> Vec<Route> {
    [
        health::routes(),
        http::routes(),
        oauth::routes(),
        signin::routes(),
        authzen::routes(),
        account::routes(),
        admin::routes(),
        enrolment::routes(),
        mail::routes(),
    ]
    .concat()
}

/// What is not of the issuer but of its host, and stands there whatever path the issuer has.
const BESIDE: [&str; 4] = {
    let ([live, ready], [endpoints, related]) = (health::PATHS, account::PATHS);
    [live, ready, endpoints, related]
};

/// The table as a service, with the layers around it.
pub fn router(house: Arc<House>) -> Router {
    let mut paths: BTreeMap<&'static str, MethodRouter<Arc<House>>> = BTreeMap::new();
    let served = |route: &Route| {
        let config = &house.config;
        oauth::serves(config, route.path) && mail::serves(config, route.path)
    };
    for route in routes().into_iter().filter(served) {
        let handlers = paths.remove(route.path).unwrap_or_default();
        paths.insert(route.path, handlers.merge(route.handler));
    }
    let patterns: BTreeSet<&'static str> = paths.keys().copied().collect();
    let table = paths.into_iter().fold(Router::new(), |router, (path, handlers)| {
        router.route(path, handlers)
    });
    let edge = Edge {
        house: Arc::clone(&house),
        patterns: Arc::new(patterns),
    };
    let path = house.config.server.path().to_owned();
    let whole = http::dress(table, &house)
        .layer(from_fn_with_state(edge, edge::edge))
        .with_state(house);
    http::below(whole, &path, &BESIDE)
}
