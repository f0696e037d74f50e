//! Who may do something.

use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::right::AccessRead;
use super::called::Called;
use super::why::{self, Resource};
use super::{conclude, unfit};
use crate::access::{self, Able};
use crate::decision::{Found, Part, Who};
use crate::domain::{OrganisationId, SubjectKind};
use crate::http::json as answer;
use crate::http::{Json, Problem};
use crate::op::{Op, OpError};

/// Results of one answer, where nothing is said of it, and at most.
const USUAL: usize = 100;
const MOST: usize = 1_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    action: String,
    resource: Resource,
    application: Option<String>,
    #[serde(default)]
    context: Map<String, Value>,
    subject_type: Option<SubjectKind>,
    limit: Option<usize>,
    after: Option<String>,
}

/// `POST /admin/v1/who`: `action`, `resource`, and if need be `application`, `context`, `subject_type`, `limit`, `after`. Answers `results`, each
/// with the roles and policies by which, and `next` (for `after`) where there may be more.
pub(super) async fn ask(called: Called<AccessRead>, body: Result<Json<Asked>, Problem>) -> Response {
    let mut op = called.op();
    let done = match body {
        Ok(Json(asked)) => found(&mut op, called.organisation_id(), asked).await,
        Err(problem) => Ok(Err(problem)),
    };
    conclude(op, done, |found: Found<Able>| {
        let body = json!({ "results": found.results, "next": found.next });
        answer(StatusCode::OK, &body)
    })
    .await
}

async fn found(
    op: &mut Op,
    organisation: OrganisationId,
    asked: Asked,
) -> Result<Result<Found<Able>, Problem>, OpError> {
    let kind = asked.subject_type.unwrap_or(SubjectKind::Person);
    let limit = asked.limit.unwrap_or(USUAL);
    if kind == SubjectKind::Group || !(1..=MOST).contains(&limit) {
        return Ok(Err(unfit(
            "subject_type is person or service_account, and limit from 1 to 1000",
        )));
    }
    let meant = why::Asked {
        action: asked.action,
        resource: asked.resource,
        application: asked.application,
        context: asked.context,
    };
    let access = match meant.meant(op, organisation).await? {
        Ok(access) => access,
        Err(problem) => return Ok(Err(problem)),
    };
    let who = Who {
        organisation,
        kind,
        access,
        part: Part {
            after: asked.after,
            limit,
        },
    };
    access::who(op, who).await.map(Ok)
}
