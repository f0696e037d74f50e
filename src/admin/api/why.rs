//! What somebody was given, and why they may do something or may not.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::right::AccessRead;
use super::called::Called;
use super::{unfit, with_person};
use crate::access;
use crate::decision::{self, Access, Action, Explained, GrantTold, Then};
use crate::domain::{OrganisationId, Subject, Timestamp, rfc3339};
use crate::http::json as answer;
use crate::http::{Json, Problem};
use crate::op::{Op, OpError};
use crate::person::Person;

/// `GET /admin/v1/people/{id}/grants`: `grants`, those that count first.
pub(super) async fn grants(called: Called<AccessRead>, Path(id): Path<String>) -> Response {
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
    pub(super) action: String,
    pub(super) resource: Resource,
    pub(super) application: Option<String>,
    #[serde(default)]
    pub(super) context: Map<String, Value>,
}

/// A question about one person: as it is now, or as it was.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AskedOf {
    action: String,
    resource: Resource,
    application: Option<String>,
    #[serde(default)]
    context: Map<String, Value>,
    /// A moment in the past.
    #[serde(default, with = "rfc3339::optional")]
    as_of: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Resource {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    #[serde(default)]
    properties: Map<String, Value>,
}

/// `POST /admin/v1/people/{id}/why`: `action`, `resource`, and if need be `application`, `context` and `as_of`. Answers the decision with the
/// grants that have to do with it, and with what would turn it.
pub(super) async fn ask(
    called: Called<AccessRead>,
    Path(id): Path<String>,
    body: Result<Json<AskedOf>, Problem>,
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

async fn explain(
    op: &mut Op,
    person: &Person,
    asked: AskedOf,
) -> Result<Result<Explained, Problem>, OpError> {
    let now = op.now;
    let then = match asked.as_of.map(|moment| Then::new(moment, now)).transpose() {
        Ok(then) => then,
        Err(not_past) => return Ok(Err(unfit(format!("`as_of`: {not_past}")))),
    };
    let asked = Asked {
        action: asked.action,
        resource: asked.resource,
        application: asked.application,
        context: asked.context,
    };
    let access = match asked.meant(op, person.organisation_id).await? {
        Ok(access) => access,
        Err(problem) => return Ok(Err(problem)),
    };
    let question = access.of(Subject::Person(person.id));
    decision::explain(op, question, then).await.map(Ok)
}

impl Asked {
    /// What is asked for, of an application that people of the organisation may use.
    pub(super) async fn meant(
        self,
        op: &mut Op,
        organisation: OrganisationId,
    ) -> Result<Result<Access, Problem>, OpError> {
        let resource = self.resource;
        let words = Action::new(self.action).and_then(|action| {
            let resource = decision::Resource::new(resource.kind, resource.id, resource.properties)?;
            Ok((action, resource))
        });
        let (action, resource) = match words {
            Ok(words) => words,
            Err(wrong) => return Ok(Err(unfit(wrong.to_string()))),
        };
        let meant = (action.as_str(), self.application.as_deref());
        let found = access::application_with(op, organisation, meant).await?;
        Ok(match found {
            Ok(application) => Ok(Access::new(application, action, resource, self.context)),
            Err(refusal) => Err(unfit(refusal.to_string())),
        })
    }
}
