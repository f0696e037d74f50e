//! Who can prove more than a password.

use axum::response::Response;
use http::StatusCode;

use super::super::right::PeopleRead;
use super::called::Called;
use super::conclude;
use crate::http::json as answer;
use crate::roll_out::{self, Everybody};

/// `GET /admin/v1/coverage`: `all`, `groups` (departments and regions, by their label, each with its `share`), `no_department`,
/// `left` (who has no second factor).
pub(super) async fn show(called: Called<PeopleRead>) -> Response {
    let mut op = called.op();
    let counted = roll_out::everybody(&mut op, called.organisation_id()).await;
    let tell = |counted: Everybody| answer(StatusCode::OK, &counted);
    conclude(op, counted.map(Ok), tell).await
}
