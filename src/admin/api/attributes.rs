//! Attributes that the organisation declares, and those of its people.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::right::{AccessManage, AccessRead, PeopleRead};
use super::called::Called;
use super::{conclude, not_found, nothing, unfit, with_person};
use crate::domain::AttributeSource;
use crate::http::json as answer;
use crate::http::{Json, Problem};
use crate::op::{Op, OpError};
use crate::person::{self, AttributeFault, Attributes, Declaration, Person, PersonError};

pub(super) const ONE: &str = "/admin/v1/attributes/{name}";

pub(super) const OF_PERSON: &str = "/admin/v1/people/{id}/attributes";

/// `GET /admin/v1/attributes`: `attributes`, by name.
pub(super) async fn list(called: Called<AccessRead>) -> Response {
    let mut op = called.op();
    let found = person::attributes(&mut op, called.organisation_id())
        .await
        .map(Ok);
    conclude(op, found, |found: Vec<Declaration>| {
        answer(StatusCode::OK, &json!({ "attributes": found }))
    })
    .await
}

/// `PUT /admin/v1/attributes/{name}`: `name`, `title`, `kind`, `choices`, `source`, `seen_by`. Declares it, or changes what is declared.
pub(super) async fn declare(
    called: Called<AccessManage>,
    Path(name): Path<String>,
    Json(new): Json<Declaration>,
) -> Response {
    let mut op = called.op();
    let done = if new.name == name {
        let done = person::declare_attribute(&mut op, called.organisation_id(), new.clone()).await;
        told(done)
    } else {
        Ok(Err(unfit("name: it is not the one of the address")))
    };
    conclude(op, done, |()| answer(StatusCode::OK, &new)).await
}

/// `DELETE /admin/v1/attributes/{name}`: it is declared no more. What people have stays.
pub(super) async fn withdraw(called: Called<AccessManage>, Path(name): Path<String>) -> Response {
    let mut op = called.op();
    let done = person::withdraw_attribute(&mut op, called.organisation_id(), &name).await;
    let done = match done {
        Err(PersonError::Attribute(AttributeFault::Undeclared(_))) => Ok(Err(not_found())),
        done => told(done),
    };
    conclude(op, done, nothing).await
}

/// `GET /admin/v1/people/{id}/attributes`: `attributes`.
pub(super) async fn show(called: Called<PeopleRead>, Path(id): Path<String>) -> Response {
    let read = async |_: &mut Op, person: &Person| Ok(Ok(person.attributes.clone()));
    with_person(&called, &id, read, shown).await
}

fn shown(attributes: Attributes) -> Response {
    let body = Map::from_iter([("attributes".to_owned(), Value::Object(attributes))]);
    answer(StatusCode::OK, &body)
}

/// Attributes to be set; null takes one away.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    attributes: Map<String, Value>,
    reason: String,
}

/// `PATCH /admin/v1/people/{id}/attributes`: `attributes` (null takes one away), `reason`. Only declared ones of which administrators have the say.
pub(super) async fn set(
    called: Called<AccessManage>,
    Path(id): Path<String>,
    body: Result<Json<Changes>, Problem>,
) -> Response {
    let act = async |op: &mut Op, person: &Person| {
        let Json(changes) = match body {
            Ok(body) => body,
            Err(problem) => return Ok(Err(problem)),
        };
        let of = (person.organisation_id, person.id);
        let by = AttributeSource::Administrator;
        told(person::set_attributes(op, of, &changes.attributes, by, &changes.reason).await)
    };
    with_person(&called, &id, act, shown).await
}

fn told<T>(done: Result<T, PersonError>) -> Result<Result<T, Problem>, OpError> {
    match done {
        Ok(done) => Ok(Ok(done)),
        Err(PersonError::Fault(fault)) => Err(fault),
        Err(refusal @ PersonError::Attribute(AttributeFault::InUse(_) | AttributeFault::TooMany)) => {
            Ok(Err(Problem::new(StatusCode::CONFLICT).detail(refusal.to_string())))
        }
        Err(refusal) => Ok(Err(unfit(refusal.to_string()))),
    }
}
