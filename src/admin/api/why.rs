//! What somebody was given, and why they may do something or may not.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::right::PeopleRead;
use super::called::Called;
use super::{unfit, with_person};
use crate::access;
use crate::decision::{self, Explained, GrantTold, Question};
use crate::domain::Subject;
use crate::http::json as answer;
use crate::http::{Json, Problem};
use crate::op::{Op, OpError};
use crate::person::Person;

/// Longest type, id or name, in characters: they go into the audit log.
const LONGEST: usize = 256;

/// `GET /admin/v1/people/{id}/grants`: `grants`, those that count first.
pub(super) async fn grants(called: Called<PeopleRead>, Path(id): Path<String>) -> Response {
    let act =
        async |op: &mut Op, person: &Person| decision::grants(op, Subject::Person(person.id)).await.map(Ok);
    with_person(&called, &id, act, |grants: Vec<GrantTold>| {
        answer(StatusCode::OK, &serde_json::json!({ "grants": grants }))
    })
    .await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    action: String,
    resource: Resource,
    application: Option<String>,
    #[serde(default)]
    context: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Resource {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    #[serde(default)]
    properties: Map<String, Value>,
}

/// `POST /admin/v1/people/{id}/why`: `action`, `resource`, and if need be `application` and `context`. Answers the decision with the grants that
/// have to do with it, and with what would turn it.
pub(super) async fn ask(
    called: Called<PeopleRead>,
    Path(id): Path<String>,
    body: Result<Json<Asked>, Problem>,
) -> Response {
    let act = async |op: &mut Op, person: &Person| {
        let Json(asked) = match body {
            Ok(body) => body,
            Err(problem) => return Ok(Err(problem)),
        };
        explain(op, person, asked).await
    };
    with_person(&called, &id, act, |told: Explained| answer(StatusCode::OK, &told)).await
}

async fn explain(op: &mut Op, person: &Person, asked: Asked) -> Result<Result<Explained, Problem>, OpError> {
    let texts = [&asked.action, &asked.resource.kind, &asked.resource.id];
    let fits = |text: &&String| (1..=LONGEST).contains(&text.chars().count());
    if !texts.iter().all(fits) {
        return Ok(Err(unfit(
            "an action, type or id is empty or longer than 256 characters",
        )));
    }
    let meant = (asked.action.as_str(), asked.application.as_deref());
    let application = match access::application_with(op, person.organisation_id, meant).await? {
        Ok(application) => application,
        Err(refusal) => return Ok(Err(unfit(refusal.to_string()))),
    };
    let question = Question {
        subject: Subject::Person(person.id),
        action: asked.action,
        application,
        resource_type: asked.resource.kind,
        resource_id: asked.resource.id,
        resource: asked.resource.properties,
        context: asked.context,
    };
    decision::explain(op, question).await.map(Ok)
}
