//! Roles: listed, made, changed, removed.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use serde_json::json;

use super::super::right::{AccessManage, AccessRead};
use super::called::Called;
use super::changing::{self, Members, document, patched, refusal, word};
use super::{conclude, not_found, nothing};
use crate::access::{self, NewRole, Role, RoleDocument};
use crate::domain::{OrganisationId, RoleId};
use crate::http::json as answer;
use crate::http::{FormError, Json, Problem, Query};
use crate::op::{Op, OpError};

pub(super) const ALL: &str = "/admin/v1/roles";
pub(super) const ONE: &str = "/admin/v1/roles/{id}";

/// A role as every answer has it.
#[derive(Debug, Serialize)]
struct Told {
    id: RoleId,
    name: String,
    #[serde(flatten)]
    about: RoleDocument,
}

impl Told {
    async fn of(op: &mut Op, all: &[Role], role: &Role) -> Result<Self, OpError> {
        Ok(Self {
            id: role.id,
            name: role.name.clone(),
            about: access::role_document(op, all, role).await?,
        })
    }
}

/// `GET /admin/v1/roles`: `roles`, by name.
pub(super) async fn list(called: Called<AccessRead>) -> Response {
    let mut op = called.op();
    let listed = listed(&mut op, called.organisation_id()).await.map(Ok);
    conclude(op, listed, |roles| {
        answer(StatusCode::OK, &json!({ "roles": roles }))
    })
    .await
}

async fn listed(op: &mut Op, organisation: OrganisationId) -> Result<Vec<Told>, OpError> {
    let all = access::roles(op, organisation).await?;
    let mut listed = Vec::new();
    for role in &all {
        listed.push(Told::of(op, &all, role).await?);
    }
    Ok(listed)
}

/// `GET /admin/v1/roles/{id}`: one.
pub(super) async fn show(called: Called<AccessRead>, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<RoleId>() else {
        return refusal(&called, not_found());
    };
    let mut op = called.op();
    let found = found(&mut op, called.organisation_id(), id).await;
    let found = found.map(|found| found.ok_or_else(not_found));
    conclude(op, found, |found| answer(StatusCode::OK, &found)).await
}

async fn found(op: &mut Op, organisation: OrganisationId, id: RoleId) -> Result<Option<Told>, OpError> {
    let all = access::roles(op, organisation).await?;
    match all.iter().find(|role| role.id == id) {
        Some(role) => Told::of(op, &all, role).await.map(Some),
        None => Ok(None),
    }
}

/// `POST /admin/v1/roles`: `name`, `title`, and what else is to be said of it. 201 with `id`.
pub(super) async fn add(
    called: Called<AccessManage>,
    query: Result<Query, FormError>,
    sent: Result<Json<Members>, Problem>,
) -> Response {
    let mut members = match sent {
        Ok(Json(members)) => members,
        Err(problem) => return refusal(&called, problem),
    };
    let new = word(&mut members, "name").and_then(|name| Ok((name, document(members)?)));
    let (name, document) = match new {
        Ok(new) => new,
        Err(problem) => return refusal(&called, problem),
    };
    let organisation_id = called.organisation_id();
    let act = async |op: &mut Op| {
        let about = access::role_about(op, organisation_id, document).await?;
        let new = NewRole {
            organisation_id,
            name,
            about,
        };
        access::create_role(op, new).await
    };
    let tell = |id: RoleId| answer(StatusCode::CREATED, &json!({ "id": id }));
    changing::change(&called, query, |op| op.now, act, tell).await
}

/// `PATCH /admin/v1/roles/{id}`: the members that change; `null` takes one back. It acts at once for all who hold the role.
pub(super) async fn change(
    called: Called<AccessManage>,
    Path(id): Path<String>,
    query: Result<Query, FormError>,
    sent: Result<Json<Members>, Problem>,
) -> Response {
    let Ok(id) = id.parse::<RoleId>() else {
        return refusal(&called, not_found());
    };
    let members = match sent {
        Ok(Json(members)) => members,
        Err(problem) => return refusal(&called, problem),
    };
    let organisation = called.organisation_id();
    let told = match found(&mut called.op(), organisation, id).await {
        Ok(Some(told)) => told,
        Ok(None) => return refusal(&called, not_found()),
        Err(fault) => return refusal(&called, Problem::from_fault(&fault, &called.op().seen)),
    };
    let document = match patched(&told.about, members) {
        Ok(document) => document,
        Err(problem) => return refusal(&called, problem),
    };
    let act = async |op: &mut Op| {
        let about = access::role_about(op, organisation, document).await?;
        access::change_role(op, organisation, id, about).await
    };
    changing::change(&called, query, |op| op.now, act, |_: bool| nothing(())).await
}

/// `DELETE /admin/v1/roles/{id}`: one that was never given, and that no other speaks of.
pub(super) async fn remove(
    called: Called<AccessManage>,
    Path(id): Path<String>,
    query: Result<Query, FormError>,
) -> Response {
    let Ok(id) = id.parse::<RoleId>() else {
        return refusal(&called, not_found());
    };
    let organisation = called.organisation_id();
    let act = async |op: &mut Op| access::remove_role(op, organisation, id).await;
    changing::change(&called, query, |op| op.now, act, nothing).await
}
