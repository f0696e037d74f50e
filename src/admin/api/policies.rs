//! Policies: written, tried, put in force, retired.

use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::right::{AccessManage, AccessRead};
use super::called::Called;
use super::rules::{revision, tagged};
use super::{Why, conclude, not_found, unfit};
use crate::domain::{OrganisationId, rfc3339};
use crate::http::json as answer;
use crate::http::{Json, Problem, Query};
use crate::op::{Op, OpError};
use crate::policy::{self, Case, Content, NewPolicy, Policy, PolicyError, Tested};

/// `GET /admin/v1/policies`: `policies`. With `at`, a moment, and `application`: those that were in force then.
pub(super) async fn list(called: Called<AccessRead>, query: Query) -> Response {
    let mut op = called.op();
    let done = listed(&mut op, called.organisation_id(), &query).await;
    conclude(op, done, |policies| {
        answer(StatusCode::OK, &json!({ "policies": policies }))
    })
    .await
}

async fn listed(
    op: &mut Op,
    organisation: OrganisationId,
    query: &Query,
) -> Result<Result<Value, Problem>, OpError> {
    let Some(at) = query.get("at") else {
        let listed = policy::list(op, organisation).await?;
        return Ok(Ok(json!(listed)));
    };
    let Some(at) = rfc3339::moment(at) else {
        return Ok(Err(unfit("`at` is a moment like 2026-12-01T09:00:00Z")));
    };
    match policy::application_meant(op, organisation, query.get("application")).await {
        Ok(application) => {
            let found = policy::in_force_at(op, organisation, application, at).await?;
            Ok(Ok(json!(found)))
        }
        Err(refusal) => told(Err(refusal), false),
    }
}

/// `GET /admin/v1/policy-templates`: `templates`, each with its fields.
pub(super) async fn templates(called: Called<AccessRead>) -> Response {
    let body = json!({ "templates": policy::templates() });
    conclude(called.op(), Ok(Ok(())), |()| answer(StatusCode::OK, &body)).await
}

/// A policy as it is sent: what it says, or a template with its values.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    name: Option<String>,
    /// Its id or audience; left out: the only one that is open to the organisation.
    application: Option<String>,
    title: Option<String>,
    purpose: Option<String>,
    cedar: Option<String>,
    cases: Option<Vec<Case>>,
    template: Option<String>,
    #[serde(default)]
    values: Map<String, Value>,
    reason: String,
}

impl Written {
    /// What it says. What is not sent with a template is the template's.
    fn content(self) -> Result<Content, PolicyError> {
        let mut content = match &self.template {
            Some(template) => policy::fill(template, &self.values)?,
            None => Content {
                title: String::new(),
                purpose: String::new(),
                cedar: String::new(),
                cases: Vec::new(),
                template: None,
            },
        };
        if let Some(cedar) = self.cedar {
            content.cedar = cedar;
            // Whoever writes by hand has left the form.
            content.template = None;
        }
        content.title = self.title.unwrap_or(content.title);
        content.purpose = self.purpose.unwrap_or(content.purpose);
        content.cases = self.cases.unwrap_or(content.cases);
        Ok(content)
    }
}

/// `POST /admin/v1/policies`: `name`, `application`, `reason`, and `title`, `purpose`, `cedar`, `cases` or a `template` with its `values`. A draft.
pub(super) async fn draft(called: Called<AccessManage>, Json(written): Json<Written>) -> Response {
    let mut op = called.op();
    let organisation_id = called.organisation_id();
    let done = async {
        let said = written.application.as_deref();
        let application = policy::application_meant(&mut op, organisation_id, said).await?;
        let (name, why) = (written.name.clone().unwrap_or_default(), written.reason.clone());
        let new = NewPolicy {
            organisation_id,
            application,
            name,
            content: written.content()?,
        };
        policy::draft(&mut op, new, &why).await
    }
    .await;
    finish(op, (done, false), |policy: Policy| {
        tagged(answer(StatusCode::CREATED, &policy), policy.revision)
    })
    .await
}

/// `GET /admin/v1/policies/{name}`: the policy with its `versions`, the newest first.
pub(super) async fn show(called: Called<AccessRead>, Path(name): Path<String>) -> Response {
    let mut op = called.op();
    let found = policy::show(&mut op, called.organisation_id(), &name).await;
    let found = found.map(|found| found.ok_or_else(not_found));
    conclude(op, found, |policy| shown(&policy)).await
}

fn shown(policy: &Policy) -> Response {
    tagged(answer(StatusCode::OK, policy), policy.revision)
}

/// `GET /admin/v1/policies/{name}/history`: `steps`, the newest first.
pub(super) async fn history(called: Called<AccessRead>, Path(name): Path<String>) -> Response {
    let mut op = called.op();
    let found = policy::history(&mut op, called.organisation_id(), &name).await;
    let found = found.map(|found| found.ok_or_else(not_found));
    conclude(op, found, |steps| {
        answer(StatusCode::OK, &json!({ "steps": steps }))
    })
    .await
}

/// `GET /admin/v1/policies/{name}/preview`: how the test cases of its draft come out, and the `effect` that it would have. Changes nothing.
pub(super) async fn preview(called: Called<AccessRead>, Path(name): Path<String>) -> Response {
    let mut op = called.op();
    let found = policy::preview(&mut op, (called.organisation_id(), &name)).await;
    finish(op, (found, false), |(examined, effect)| {
        let body = json!({
            "passed": examined.passed, "cases": examined.cases, "remarks": examined.remarks, "effect": effect,
        });
        answer(StatusCode::OK, &body)
    })
    .await
}

/// `PUT /admin/v1/policies/{name}/draft`: `reason`, and `title`, `purpose`, `cedar`, `cases` or a `template` with its `values`. In place of the draft
/// that is there; the next version if there is none.
pub(super) async fn change(
    called: Called<AccessManage>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(written): Json<Written>,
) -> Response {
    act(
        &called,
        &headers,
        async |op, seen| {
            let elsewhere =
                written.application.is_some() || written.name.as_ref().is_some_and(|one| *one != name);
            if elsewhere {
                return Err(PolicyError::Fixed);
            }
            let why = written.reason.clone();
            policy::change(
                op,
                (called.organisation_id(), &name),
                seen,
                written.content()?,
                &why,
            )
            .await
        },
        |policy| shown(&policy),
    )
    .await
}

/// `POST /admin/v1/policies/{name}/test`: how the test cases of its draft come out (`passed`, `cases`, `remarks`), and its `effect`.
pub(super) async fn test(
    called: Called<AccessManage>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    let test = async |op: &mut Op, seen| policy::test(op, (called.organisation_id(), &name), seen).await;
    act(&called, &headers, test, |tested: Tested| {
        tagged(answer(StatusCode::OK, &tested), tested.revision)
    })
    .await
}

/// `POST /admin/v1/policies/{name}/activation`: `reason`. Puts the tested version in force.
pub(super) async fn activate(
    called: Called<AccessManage>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(why): Json<Why>,
) -> Response {
    let of = (called.organisation_id(), name.as_str());
    act(
        &called,
        &headers,
        async |op, seen| policy::activate(op, of, seen, &why.reason).await,
        |policy| shown(&policy),
    )
    .await
}

/// `POST /admin/v1/policies/{name}/retirement`: `reason`. Ends the version in force, or gives up the draft where there is none.
pub(super) async fn retire(
    called: Called<AccessManage>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(why): Json<Why>,
) -> Response {
    let of = (called.organisation_id(), name.as_str());
    act(
        &called,
        &headers,
        async |op, seen| policy::retire(op, of, seen, &why.reason).await,
        |policy| shown(&policy),
    )
    .await
}

/// Does something with a policy that `If-Match` says was seen.
async fn act<T>(
    called: &Called<AccessManage>,
    headers: &HeaderMap,
    act: impl AsyncFnOnce(&mut Op, Option<i64>) -> Result<T, PolicyError>,
    tell: impl FnOnce(T) -> Response,
) -> Response {
    let mut op = called.op();
    match revision(headers) {
        Ok(seen) => {
            let done = act(&mut op, seen).await;
            finish(op, (done, seen.is_some()), tell).await
        }
        Err(problem) => conclude(op, Ok(Err(problem)), tell).await,
    }
}

/// Ends an act. Of a refusal nothing is kept: there may be a statement in it that has failed.
async fn finish<T>(
    op: Op,
    (done, conditional): (Result<T, PolicyError>, bool),
    tell: impl FnOnce(T) -> Response,
) -> Response {
    match told(done, conditional) {
        Ok(Err(problem)) => problem.seen(&op.seen).into_response(),
        done => conclude(op, done, tell).await,
    }
}

fn told<T>(done: Result<T, PolicyError>, conditional: bool) -> Result<Result<T, Problem>, OpError> {
    use PolicyError as E;
    let refusal = match done {
        Ok(done) => return Ok(Ok(done)),
        Err(E::Fault(fault)) => return Err(fault),
        Err(E::Unknown) => return Ok(Err(not_found())),
        Err(refusal) => refusal,
    };
    let status = match refusal {
        E::Exceeds(_) => StatusCode::FORBIDDEN,
        E::ChangedMeanwhile if conditional => StatusCode::PRECONDITION_FAILED,
        E::ChangedMeanwhile
        | E::NameTaken
        | E::NothingOpen
        | E::NotTested
        | E::NoCase
        | E::CaseFails { .. }
        | E::Remark(_)
        | E::NotActive => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(Err(Problem::new(status).detail(refusal.to_string())))
}
