//! Accounts for emergencies.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::right::RulesManage;
use super::called::Called;
use super::{Why, conclude, not_found, nothing, unfit, with_person};
use crate::break_glass::{self, Refusal, Use};
use crate::http::json as answer;
use crate::http::{Json, Problem};
use crate::op::{Op, OpError};
use crate::person::{self, Person, PersonError};

/// `GET /admin/v1/break-glass`: `accounts`, and `uses`, those that wait for a review first.
pub(super) async fn show(called: Called<RulesManage>) -> Response {
    let mut op = called.op();
    let organisation = called.organisation_id();
    let done = async {
        let accounts = person::list_break_glass(&mut op, organisation).await?;
        let uses = break_glass::uses(&mut op, organisation).await?;
        Ok::<_, OpError>(Ok((accounts, uses)))
    }
    .await;
    conclude(op, done, |(accounts, uses): (Vec<(Person, String)>, Vec<Use>)| {
        let accounts = accounts.iter().map(|(person, reason)| {
            json!({ "id": person.id, "username": person.username, "name": person.name,
                    "since": person.break_glass_since, "reason": reason })
        });
        let body = json!({
            "accounts": accounts.collect::<Vec<Value>>(),
            "uses": uses.iter().map(told).collect::<Vec<Value>>(),
        });
        answer(StatusCode::OK, &body)
    })
    .await
}

fn told(noted: &Use) -> Value {
    let reviewed = noted
        .reviewed
        .as_ref()
        .map(|reviewed| json!({ "at": reviewed.at, "by": reviewed.by, "note": reviewed.note }));
    json!({
        "id": noted.id, "person": noted.person, "act": noted.act, "client": noted.client,
        "address": noted.address, "at": noted.used_at, "reviewed": reviewed,
    })
}

/// `PUT /admin/v1/break-glass/accounts/{id}`: `reason`.
pub(super) async fn mark(
    called: Called<RulesManage>,
    Path(id): Path<String>,
    Json(why): Json<Why>,
) -> Response {
    let act =
        async |op: &mut Op, person: &Person| refused(person::mark_break_glass(op, person, &why.reason).await);
    with_person(&called, &id, act, nothing).await
}

/// `DELETE /admin/v1/break-glass/accounts/{id}`: `reason`.
pub(super) async fn unmark(
    called: Called<RulesManage>,
    Path(id): Path<String>,
    Json(why): Json<Why>,
) -> Response {
    let act =
        async |op: &mut Op, person: &Person| refused(break_glass::unmark(op, person, &why.reason).await);
    with_person(&called, &id, act, nothing).await
}

fn refused(done: Result<(), PersonError>) -> Result<Result<(), Problem>, OpError> {
    match done {
        Ok(()) => Ok(Ok(())),
        Err(PersonError::Fault(fault)) => Err(fault),
        Err(PersonError::Unknown) => Ok(Err(not_found())),
        Err(refusal @ PersonError::ReasonMissing) => Ok(Err(unfit(refusal.to_string()))),
        Err(refusal) => Ok(Err(Problem::new(StatusCode::CONFLICT).detail(refusal.to_string()))),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Found {
    note: String,
}

/// `POST /admin/v1/break-glass/uses/{id}/review`: `note`.
pub(super) async fn review(
    called: Called<RulesManage>,
    Path(id): Path<String>,
    Json(found): Json<Found>,
) -> Response {
    let mut op = called.op();
    let done = async {
        let Ok(id) = id.parse() else {
            return Ok(Err(not_found()));
        };
        let reviewed = break_glass::review(&mut op, called.organisation_id(), id, &found.note).await?;
        Ok::<_, OpError>(reviewed.map_err(|refusal| match refusal {
            Refusal::Gone => not_found(),
            Refusal::Note => unfit(refusal.to_string()),
            Refusal::Own => Problem::new(StatusCode::FORBIDDEN).detail(refusal.to_string()),
        }))
    }
    .await;
    conclude(op, done, nothing).await
}
