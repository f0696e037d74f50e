//! Applications and what they let be done: listed, made, changed, retired, brought back; their permissions defined and removed.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use serde_json::json;

use super::super::right::{AccessManage, AccessRead};
use super::called::Called;
use super::changing::{self, Members, document, patched, refusal};
use super::{Why, conclude, not_found, nothing};
use crate::access::{
    self, AccessError, Application, ApplicationAbout, ApplicationDocument, Defined, Permission,
    PermissionAbout,
};
use crate::domain::{ApplicationId, OrganisationId, Timestamp, rfc3339};
use crate::http::json as answer;
use crate::http::{FormError, Json, Problem, Query};
use crate::op::{Op, OpError};

pub(super) const ALL: &str = "/admin/v1/applications";
pub(super) const ONE: &str = "/admin/v1/applications/{id}";
pub(super) const RETIRE: &str = "/admin/v1/applications/{id}/retire";
pub(super) const RESTORE: &str = "/admin/v1/applications/{id}/restore";
pub(super) const PERMISSION: &str = "/admin/v1/applications/{id}/permissions/{name}";

/// An application as every answer has it.
#[derive(Debug, Serialize)]
struct Told {
    id: ApplicationId,
    audience: String,
    #[serde(flatten)]
    about: ApplicationAbout,
    /// Whether it is the caller's organisation's: others are shared with it, and theirs to change.
    own: bool,
    /// Since when it gives nothing.
    #[serde(skip_serializing_if = "Option::is_none", with = "rfc3339::optional")]
    retired_at: Option<Timestamp>,
    permissions: Vec<Permission>,
}

impl Told {
    async fn of(op: &mut Op, organisation: OrganisationId, one: &Application) -> Result<Self, OpError> {
        Ok(Self {
            id: one.id,
            audience: one.audience.clone(),
            about: one.about(),
            own: one.organisation_id == organisation,
            retired_at: one.retired_at,
            permissions: access::permissions(op, one.id).await?,
        })
    }
}

/// `GET /admin/v1/applications`: `applications` that people of the organisation may use, by name.
pub(super) async fn list(called: Called<AccessRead>) -> Response {
    let mut op = called.op();
    let listed = listed(&mut op, called.organisation_id()).await.map(Ok);
    conclude(op, listed, |applications| {
        answer(StatusCode::OK, &json!({ "applications": applications }))
    })
    .await
}

async fn listed(op: &mut Op, organisation: OrganisationId) -> Result<Vec<Told>, OpError> {
    let mut listed = Vec::new();
    for one in access::applications(op).await? {
        if one.is_open_to(organisation) {
            listed.push(Told::of(op, organisation, &one).await?);
        }
    }
    Ok(listed)
}

/// `GET /admin/v1/applications/{id}`: one.
pub(super) async fn show(called: Called<AccessRead>, Path(id): Path<String>) -> Response {
    let mut op = called.op();
    let found = shown(&mut op, called.organisation_id(), &id).await;
    let found = found.map(|found| found.ok_or_else(not_found));
    conclude(op, found, |found| answer(StatusCode::OK, &found)).await
}

/// One that is the organisation's, or open to it. What this house itself lets be done are rights, which stay as they are.
async fn shown(op: &mut Op, organisation: OrganisationId, id: &str) -> Result<Option<Told>, OpError> {
    let all = access::applications(op).await?;
    let open = all.iter().filter(|one| one.is_open_to(organisation));
    match open.into_iter().find(|one| one.id.to_string() == id) {
        Some(one) => Told::of(op, organisation, one).await.map(Some),
        None => Ok(None),
    }
}

/// One of the organisation's own, to be changed.
async fn own(called: &Called<AccessManage>, id: &str) -> Result<Told, Response> {
    match shown(&mut called.op(), called.organisation_id(), id).await {
        Ok(Some(told)) if told.own => Ok(told),
        Ok(_) => Err(refusal(called, not_found())),
        Err(fault) => Err(refusal(called, Problem::from_fault(&fault, &called.op().seen))),
    }
}

/// `POST /admin/v1/applications`: `name`, `audience`, and if need be `shared`, `token_format`, `permissions`. 201 with `id`.
pub(super) async fn add(
    called: Called<AccessManage>,
    query: Result<Query, FormError>,
    sent: Result<Json<Members>, Problem>,
) -> Response {
    let new = match sent.and_then(|Json(members)| document::<ApplicationDocument>(members)) {
        Ok(new) => new,
        Err(problem) => return refusal(&called, problem),
    };
    let organisation = called.organisation_id();
    let act = async |op: &mut Op| access::create_application(op, new.meant(organisation)?).await;
    let tell = |id: ApplicationId| answer(StatusCode::CREATED, &json!({ "id": id }));
    changing::change(&called, query, |op| op.now, act, tell).await
}

/// `PATCH /admin/v1/applications/{id}`: the members that change, of `name`, `shared`, `token_format`.
pub(super) async fn change(
    called: Called<AccessManage>,
    Path(id): Path<String>,
    query: Result<Query, FormError>,
    sent: Result<Json<Members>, Problem>,
) -> Response {
    let members = match sent {
        Ok(Json(members)) => members,
        Err(problem) => return refusal(&called, problem),
    };
    let told = match own(&called, &id).await {
        Ok(told) => told,
        Err(answer) => return answer,
    };
    let about = match patched(&told.about, members) {
        Ok(about) => about,
        Err(problem) => return refusal(&called, problem),
    };
    let organisation = called.organisation_id();
    let act = async |op: &mut Op| access::change_application(op, organisation, told.id, about).await;
    changing::change(&called, query, |op| op.now, act, |_: bool| nothing(())).await
}

/// `POST /admin/v1/applications/{id}/retire`: `reason`. It gives nothing from now on.
pub(super) async fn retire(
    called: Called<AccessManage>,
    Path(id): Path<String>,
    query: Result<Query, FormError>,
    sent: Result<Json<Why>, Problem>,
) -> Response {
    let act = async |op: &mut Op, organisation, id, why: &str| {
        access::retire_application(op, organisation, id, why).await
    };
    turn(&called, &id, (query, sent), act).await
}

/// `POST /admin/v1/applications/{id}/restore`: `reason`. It gives again what roles and policies give of it.
pub(super) async fn restore(
    called: Called<AccessManage>,
    Path(id): Path<String>,
    query: Result<Query, FormError>,
    sent: Result<Json<Why>, Problem>,
) -> Response {
    let act = async |op: &mut Op, organisation, id, why: &str| {
        access::restore_application(op, organisation, id, why).await
    };
    turn(&called, &id, (query, sent), act).await
}

async fn turn(
    called: &Called<AccessManage>,
    id: &str,
    (query, sent): (Result<Query, FormError>, Result<Json<Why>, Problem>),
    turn: impl AsyncFnOnce(&mut Op, OrganisationId, ApplicationId, &str) -> Result<bool, AccessError>,
) -> Response {
    let why = match sent {
        Ok(Json(why)) => why.reason,
        Err(problem) => return refusal(called, problem),
    };
    let told = match own(called, id).await {
        Ok(told) => told,
        Err(answer) => return answer,
    };
    let organisation = called.organisation_id();
    let act = async |op: &mut Op| turn(op, organisation, told.id, &why).await;
    changing::change(called, query, |op| op.now, act, |_: bool| nothing(())).await
}

/// `PUT /admin/v1/applications/{id}/permissions/{name}`: `title`, `purpose`, `sensitivity`. Adds it (201), or changes what is said of it.
pub(super) async fn define(
    called: Called<AccessManage>,
    Path((id, name)): Path<(String, String)>,
    query: Result<Query, FormError>,
    sent: Result<Json<Members>, Problem>,
) -> Response {
    let about = match sent.and_then(|Json(members)| document::<PermissionAbout>(members)) {
        Ok(about) => about,
        Err(problem) => return refusal(&called, problem),
    };
    let told = match own(&called, &id).await {
        Ok(told) => told,
        Err(answer) => return answer,
    };
    let organisation = called.organisation_id();
    let body = json!({
        "name": name, "title": about.title, "purpose": about.purpose, "sensitivity": about.sensitivity,
    });
    let act = async |op: &mut Op| access::define_permission(op, organisation, (told.id, &name), about).await;
    let tell = |defined| {
        let status = match defined {
            Defined::Added => StatusCode::CREATED,
            Defined::Changed | Defined::Unchanged => StatusCode::OK,
        };
        answer(status, &body)
    };
    changing::change(&called, query, |op| op.now, act, tell).await
}

/// `DELETE /admin/v1/applications/{id}/permissions/{name}`: one that nothing uses.
pub(super) async fn remove(
    called: Called<AccessManage>,
    Path((id, name)): Path<(String, String)>,
    query: Result<Query, FormError>,
) -> Response {
    let told = match own(&called, &id).await {
        Ok(told) => told,
        Err(answer) => return answer,
    };
    if !told.permissions.iter().any(|one| one.name == name) {
        return refusal(&called, not_found());
    }
    let organisation = called.organisation_id();
    let act = async |op: &mut Op| access::remove_permission(op, organisation, (told.id, &name)).await;
    changing::change(&called, query, |op| op.now, act, nothing).await
}
