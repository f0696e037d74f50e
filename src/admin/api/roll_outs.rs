//! Roll-outs: how far they are, who is left, and reminders. One is drafted as a rule whose `then` is `enrol`.

use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde_json::json;

use super::super::right::{RulesManage, RulesRead};
use super::super::roll_out::remind_left;
use super::called::Called;
use super::{conclude, not_found};
use crate::domain::Right;
use crate::http::Problem;
use crate::http::json as answer;
use crate::op::{Op, OpError};
use crate::roll_out::{self, NotCalled, Told};
use crate::rule;

pub(super) const ONE: &str = "/admin/v1/roll-outs/{id}";

/// `GET /admin/v1/roll-outs`: `roll_outs` in the order of their rules, each with how many have the factor; not who is left.
pub(super) async fn list(called: Called<RulesRead>) -> Response {
    let mut op = called.op();
    let all = all(&mut op, &called).await.map(Ok);
    conclude(op, all, |all| {
        answer(StatusCode::OK, &json!({ "roll_outs": all }))
    })
    .await
}

async fn all(op: &mut Op, called: &Called<RulesRead>) -> Result<Vec<Told>, OpError> {
    let set = rule::current(op, called.organisation_id()).await?;
    let all = roll_out::all(&set);
    let counted = roll_out::coverage_of_all(op, &set, &all).await?;
    let told = all.iter().zip(counted);
    let told = told.map(|(one, coverage)| Told::new(one, coverage, op.now).without_names());
    Ok(told.collect())
}

/// `GET /admin/v1/roll-outs/{id}`: the same of one, and for those who may see people (`people:read`) who is left (`left`).
pub(super) async fn show(called: Called<RulesRead>, Path(id): Path<String>) -> Response {
    let mut op = called.op();
    let one = one(&mut op, &called, &id).await;
    let one = one.map(|one| one.ok_or_else(not_found));
    conclude(op, one, |one| answer(StatusCode::OK, &one)).await
}

async fn one(op: &mut Op, called: &Called<RulesRead>, id: &str) -> Result<Option<Told>, OpError> {
    let set = rule::current(op, called.organisation_id()).await?;
    let Some(one) = roll_out::of_id(&set, id) else {
        return Ok(None);
    };
    let coverage = roll_out::coverage(op, &set, &one).await?;
    let told = Told::new(&one, coverage, op.now);
    let named = called.also_has(op, Right::PeopleRead).await?;
    Ok(Some(if named { told } else { told.without_names() }))
}

/// `POST /admin/v1/roll-outs/{id}/reminders`: a mail to everybody who is left, at most once a day. 202: they go out after the answer.
pub(super) async fn remind(called: Called<RulesManage>, Path(id): Path<String>) -> Response {
    let mut op = called.op();
    let now = op.now;
    let reminded = remind_left(&mut op, called.organisation_id(), &id).await;
    let refused = |why: NotCalled| match why {
        NotCalled::TooSoon(until) => Problem::new(StatusCode::TOO_MANY_REQUESTS)
            .detail(why.to_string())
            .retry_after(until.since(now)),
        NotCalled::NotRunning | NotCalled::NoMail => {
            Problem::new(StatusCode::CONFLICT).detail(why.to_string())
        }
    };
    let reminded = reminded.map(|done| done.ok_or_else(not_found).and_then(|done| done.map_err(refused)));
    conclude(op, reminded, |()| StatusCode::ACCEPTED.into_response()).await
}
