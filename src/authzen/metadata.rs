//! `GET /.well-known/authzen-configuration`: where the endpoints are (AuthZEN section 9).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use super::{evaluation, evaluations, search};
use crate::http::{Public, json};
use crate::op::House;

#[derive(Serialize)]
struct Metadata {
    policy_decision_point: String,
    access_evaluation_endpoint: String,
    access_evaluations_endpoint: String,
    search_subject_endpoint: String,
    search_resource_endpoint: String,
    search_action_endpoint: String,
}

/// Tells applications where to ask.
pub(super) async fn metadata(_: Public, State(house): State<Arc<House>>) -> Response {
    let issuer = house.config.server.issuer.as_str().trim_end_matches('/');
    let mut answer = json(
        StatusCode::OK,
        &Metadata {
            policy_decision_point: issuer.to_owned(),
            access_evaluation_endpoint: format!("{issuer}{}", evaluation::PATH),
            access_evaluations_endpoint: format!("{issuer}{}", evaluations::PATH),
            search_subject_endpoint: format!("{issuer}{}", search::SUBJECT),
            search_resource_endpoint: format!("{issuer}{}", search::RESOURCE),
            search_action_endpoint: format!("{issuer}{}", search::ACTION),
        },
    );
    answer
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    answer
}
