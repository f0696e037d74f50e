//! Whether the server lives, and whether it can serve.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, header};

use crate::http::{Public, Route, route};
use crate::op::House;

pub(super) fn routes() -> Vec<Route> {
    vec![route(Method::GET, "/livez", livez), route(Method::GET, "/readyz", readyz)]
}

async fn livez(_: Public) -> &'static str {
    "ok\n"
}

/// Ready when the database answers; red while it does not, and green again without a restart.
async fn readyz(_: Public, State(house): State<Arc<House>>) -> Response {
    match house.storage.ping().await {
        Ok(()) => "ok\n".into_response(),
        Err(fault) => {
            tracing::warn!(error = &fault as &dyn std::error::Error, "not ready: the database does not answer");
            let headers = [(header::RETRY_AFTER, "2")];
            (StatusCode::SERVICE_UNAVAILABLE, headers, "the database does not answer\n").into_response()
        }
    }
}
