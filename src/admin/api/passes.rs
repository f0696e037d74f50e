//! Passes that are good, or wait for a second administrator.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use super::super::helping;
use super::super::right::PeopleManage;
use super::called::Called;
use super::people::wrong;
use super::{conclude, not_found, nothing};
use crate::enrolment;
use crate::http::json as answer;
use crate::http::{FormError, Problem, Query};
use crate::op::{Op, OpError};
use crate::person::Person;

pub(super) const ONE: &str = "/admin/v1/passes/{id}";

/// `GET /admin/v1/passes`, with `after` the `next` of the page before: `passes`, the newest first, at most 200, and `next` where there may be
/// more.
pub(super) async fn list(called: Called<PeopleManage>, query: Result<Query, FormError>) -> Response {
    let mut op = called.op();
    let done = match query {
        Ok(query) => listed(&mut op, &called, &query).await,
        Err(wrong) => Ok(Err(Problem::new(wrong.status()).detail(wrong.to_string()))),
    };
    conclude(op, done, |body: Value| answer(StatusCode::OK, &body)).await
}

async fn listed(
    op: &mut Op,
    called: &Called<PeopleManage>,
    query: &Query,
) -> Result<Result<Value, Problem>, OpError> {
    let after = match query.get("after").map(str::parse) {
        None => None,
        Some(Ok(after)) => Some(after),
        Some(Err(_)) => {
            let problem = Problem::new(StatusCode::BAD_REQUEST);
            return Ok(Err(problem.detail("`after` is the `next` of the page before")));
        }
    };
    let (passes, next) = enrolment::list(op, called.organisation_id(), after).await?;
    Ok(Ok(json!({ "passes": passes, "next": next })))
}

/// `POST /admin/v1/passes/{id}/agreement`: agrees to the one that another administrator has asked for, and to no other.
pub(super) async fn agree(called: Called<PeopleManage>, Path(id): Path<String>) -> Response {
    let act = async |op: &mut Op, person: &Person| {
        let agreed = helping::agree(op, called.subject(), person, Some(&id)).await?;
        Ok(agreed.map_err(wrong))
    };
    let tell = |_| answer(StatusCode::ACCEPTED, &json!({ "state": "issued" }));
    with_pass(&called, &id, act, tell).await
}

/// `DELETE /admin/v1/passes/{id}`: takes it back.
pub(super) async fn take_back(called: Called<PeopleManage>, Path(id): Path<String>) -> Response {
    let act = async |op: &mut Op, person: &Person| {
        let ended = helping::take_back(op, called.subject(), person, &id).await?;
        Ok(ended.map_err(wrong))
    };
    with_pass(&called, &id, act, nothing).await
}

/// Does something with whoever has an open pass of the caller's organisation, and tells what came of it.
async fn with_pass<T>(
    called: &Called<PeopleManage>,
    id: &str,
    act: impl AsyncFnOnce(&mut Op, &Person) -> Result<Result<T, Problem>, OpError>,
    tell: impl FnOnce(T) -> Response,
) -> Response {
    let mut op = called.op();
    let done = match helping::of_pass(&mut op, called.organisation_id(), id).await {
        Ok(Some(person)) => act(&mut op, &person).await,
        Ok(None) => Ok(Err(not_found())),
        Err(fault) => Err(fault),
    };
    conclude(op, done, tell).await
}
