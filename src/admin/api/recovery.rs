//! Before whose recovery two administrators have to agree.

use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use super::super::right::{RulesManage, RulesRead};
use super::called::Called;
use super::{conclude, nothing, unfit};
use crate::domain::RecoveryNeedsTwo;
use crate::enrolment::{self, NotSet};
use crate::http::json as answer;
use crate::http::{Json, Problem};

/// `GET /admin/v1/recovery`: `needs_two` that holds, the `least` that the installation asks, what the organisation has `asked`, and
/// when that counts (`lowered_at`), where it is less than what holds.
pub(super) async fn show(called: Called<RulesRead>) -> Response {
    let mut op = called.op();
    let rule = enrolment::recovery_rule(&mut op, called.organisation_id()).await;
    conclude(op, rule.map(Ok), |rule| answer(StatusCode::OK, &rule)).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    needs_two: RecoveryNeedsTwo,
}

/// `PUT /admin/v1/recovery`: `needs_two`, at least what the installation asks.
pub(super) async fn set(called: Called<RulesManage>, Json(asked): Json<Asked>) -> Response {
    let mut op = called.op();
    let done = enrolment::set_recovery_rule(&mut op, called.organisation_id(), asked.needs_two).await;
    let done = done.map(|done| {
        done.map_err(|refusal| match refusal {
            NotSet::TooLittle(_) => unfit(refusal.to_string()),
            NotSet::Program => Problem::new(StatusCode::FORBIDDEN).detail(refusal.to_string()),
        })
    });
    conclude(op, done, nothing).await
}
