//! `GET /access/v1/resources/{type}`, `PUT`, `GET` and `DELETE /access/v1/resources/{type}/{id}`: resources that the search for resources knows. No part of AuthZEN, which leaves
//! open how a decision point comes to know of them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json as value};

use super::asker::{self, Asker, Refused, malformed};
use crate::access::{self, ResourceKey, ResourceRefusal};
use crate::client::ByClient;
use crate::decision;
use crate::domain::{Actor, ApplicationId, Seen};
use crate::http::{FormError, Json, Problem, Query, json};
use crate::op::{House, Op};

pub(super) const ALL: &str = "/access/v1/resources/{type}";
pub(super) const ONE: &str = "/access/v1/resources/{type}/{id}";

/// What is told of a resource.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Told {
    properties: Map<String, Value>,
}

/// Tells of a resource, in place of what was told before: 201 if it is new.
pub(super) async fn register(
    _: ByClient,
    State(house): State<Arc<House>>,
    seen: Seen,
    headers: HeaderMap,
    Path(named): Path<(String, String)>,
    body: Result<Json<Told>, Problem>,
) -> Response {
    let op = Op::new(&house, Actor::Anonymous, seen);
    let act = async |op: &mut Op, asker: &Asker, told: Told| {
        let key = key(op, asker, named).await?;
        let done = access::register_resource(op, &key, &told.properties).await?;
        let status = if done.map_err(refused(op))? {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        };
        Ok(shown(status, &key, &told.properties))
    };
    asker::respond(op, &headers, body, act).await
}

/// What was told of a resource.
pub(super) async fn show(
    _: ByClient,
    State(house): State<Arc<House>>,
    seen: Seen,
    headers: HeaderMap,
    Path(named): Path<(String, String)>,
) -> Response {
    let op = Op::new(&house, Actor::Anonymous, seen);
    let act = async |op: &mut Op, asker: &Asker, (): ()| {
        let key = key(op, asker, named).await?;
        match access::resource(op, &key).await? {
            Some(properties) => Ok(shown(StatusCode::OK, &key, &properties)),
            None => Err(refused(op)(ResourceRefusal::Unknown)),
        }
    };
    asker::respond(op, &headers, Ok(Json(())), act).await
}

/// How many one page has unless it is said, and at most.
const USUAL: i64 = 100;
const MOST: i64 = 1_000;

/// What was told of resources of one type, by their ids: those after `after`, so many as `limit` says.
pub(super) async fn list(
    _: ByClient,
    State(house): State<Arc<House>>,
    seen: Seen,
    headers: HeaderMap,
    Path(kind): Path<String>,
    query: Result<Query, FormError>,
) -> Response {
    let op = Op::new(&house, Actor::Anonymous, seen);
    let act = async |op: &mut Op, asker: &Asker, (): ()| {
        let query = query.map_err(|error| malformed(op, &error.to_string()))?;
        let limit = match query.get("limit").map(str::parse::<i64>) {
            None => USUAL,
            Some(Ok(limit)) if (1..=MOST).contains(&limit) => limit,
            Some(_) => return Err(malformed(op, "limit is a number from 1 to 1000")),
        };
        let after = query.get("after").unwrap_or_default();
        // One more tells whether there is a next page.
        let page = (after, limit.saturating_add(1));
        let application = own_application(op, asker).await?;
        let mut found = decision::registered(op, (application, &kind), page).await?;
        let is_last = i64::try_from(found.len()).is_ok_and(|found| found <= limit);
        if !is_last {
            found.pop();
        }
        let next = found.last().filter(|_| !is_last).map(|one| one.id.clone());
        let found = found.into_iter();
        let all: Vec<Value> = found
            .map(|one| value!({ "type": kind, "id": one.id, "properties": one.properties }))
            .collect();
        let told = value!({ "resources": all, "next": next.unwrap_or_default() });
        Ok(json(StatusCode::OK, &told))
    };
    asker::respond(op, &headers, Ok(Json(())), act).await
}

/// Forgets a resource.
pub(super) async fn remove(
    _: ByClient,
    State(house): State<Arc<House>>,
    seen: Seen,
    headers: HeaderMap,
    Path(named): Path<(String, String)>,
) -> Response {
    let op = Op::new(&house, Actor::Anonymous, seen);
    let act = async |op: &mut Op, asker: &Asker, (): ()| {
        let key = key(op, asker, named).await?;
        let done = access::remove_resource(op, &key).await?;
        done.map_err(refused(op))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    asker::respond(op, &headers, Ok(Json(())), act).await
}

/// Which resource of the client's application.
async fn key(op: &mut Op, asker: &Asker, (kind, id): (String, String)) -> Result<ResourceKey, Refused> {
    let application = own_application(op, asker).await?;
    ResourceKey::new(application, kind, id).map_err(refused(op))
}

/// The client's application, if it is of the client's own organisation. What an application for all organisations knows is neither shown to
/// a client of one that only uses it, nor changed by it.
async fn own_application(op: &mut Op, asker: &Asker) -> Result<ApplicationId, Refused> {
    let client = asker.client.client();
    let application = access::application(op, asker.application).await?;
    if application.is_none_or(|one| one.organisation_id != client.organisation_id) {
        let problem = Problem::new(StatusCode::FORBIDDEN)
            .detail("the application belongs to another organisation")
            .seen(&op.seen);
        return Err(Refused::Told(problem.into_response()));
    }
    op.through = Some(client.id.clone());
    Ok(asker.application)
}

fn refused(op: &Op) -> impl FnOnce(ResourceRefusal) -> Refused {
    let seen = op.seen.clone();
    move |refusal| {
        let status = match refusal {
            ResourceRefusal::Word(_) | ResourceRefusal::Kind => StatusCode::UNPROCESSABLE_ENTITY,
            ResourceRefusal::Large => StatusCode::PAYLOAD_TOO_LARGE,
            ResourceRefusal::Full | ResourceRefusal::Retired => StatusCode::CONFLICT,
            ResourceRefusal::Unknown => StatusCode::NOT_FOUND,
        };
        let problem = Problem::new(status).detail(refusal.to_string());
        Refused::Told(problem.seen(&seen).into_response())
    }
}

fn shown(status: StatusCode, key: &ResourceKey, properties: &Map<String, Value>) -> Response {
    let body = value!({ "type": key.kind, "id": key.id, "properties": properties });
    json(status, &body)
}
