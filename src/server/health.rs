//! Whether the server lives, and whether it can serve.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, header};

use crate::http::{Public, Route, route};
use crate::op::House;
use crate::telemetry::Readiness;

/// What asks for health.
pub(super) const PATHS: [&str; 2] = ["/livez", "/readyz"];

pub(super) fn routes() -> Vec<Route> {
    let [live, ready] = PATHS;
    vec![route(Method::GET, live, livez), route(Method::GET, ready, readyz)]
}

async fn livez(_: Public) -> &'static str {
    "ok\n"
}

/// Ready when started and the database answers; red while it does not, and green again without a restart.
async fn readyz(_: Public, State(house): State<Arc<House>>) -> Response {
    let answer = house.storage.ping().await;
    if house.health.tell("database", answer.is_ok()) {
        match &answer {
            Ok(()) => tracing::info!("ready again: the database answers"),
            Err(fault) => {
                let error: &dyn std::error::Error = fault;
                tracing::warn!(error, "not ready: the database does not answer");
            }
        }
    }
    let reason = match house.health.readiness() {
        Readiness::Ready => return "ok\n".into_response(),
        Readiness::Starting => "starting\n".to_owned(),
        Readiness::Stopping => "stopping\n".to_owned(),
        Readiness::Missing(parts) => format!("not answering: {}\n", parts.join(", ")),
    };
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [(header::RETRY_AFTER, "2")],
        reason,
    )
        .into_response()
}
