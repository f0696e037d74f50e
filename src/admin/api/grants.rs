//! Grants: given and ended, and what the caller has given and may give. What somebody was given is told by
//! `GET /admin/v1/people/{id}/grants`.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::right::GivesRoles;
use super::called::Called;
use super::changing::{self, refusal};
use super::{Why, conclude, not_found, nothing};
use crate::access::{self, AccessError, NewGrant, Period};
use crate::client;
use crate::decision;
use crate::domain::{AccessGrantId, GrantSource, OrganisationId, Timestamp, rfc3339};
use crate::http::json as answer;
use crate::http::{FormError, Json, Problem, Query};
use crate::op::Op;

pub(super) const ALL: &str = "/admin/v1/grants";
pub(super) const GIVABLE: &str = "/admin/v1/grants/givable";
pub(super) const ENDED: &str = "/admin/v1/grants/{id}/end";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    /// A username, `service_account:NAME`, or a group such as `team:care`.
    holder: String,
    role: String,
    /// Such as `region:dach`; none: everywhere.
    #[serde(default)]
    within: Vec<String>,
    #[serde(default, with = "rfc3339::optional")]
    from: Option<Timestamp>,
    #[serde(default, with = "rfc3339::optional")]
    until: Option<Timestamp>,
    reason: String,
}

/// Most grants in one answer.
const PAGE: usize = 200;

/// `GET /admin/v1/grants`, with `before` the last grant of the page before: `grants` that the caller has given and that have not ended, the
/// newest first, at most 200, each with its `holder`; `next` (for `before`) where there may be more.
pub(super) async fn list(called: Called<GivesRoles>, query: Result<Query, FormError>) -> Response {
    let before = match query.map(|query| query.get("before").map(str::parse)) {
        Ok(before) => before,
        Err(wrong) => return refusal(&called, Problem::new(wrong.status()).detail(wrong.to_string())),
    };
    let Ok(before) = before.transpose() else {
        let problem = Problem::new(StatusCode::BAD_REQUEST);
        return refusal(&called, problem.detail("`before` is the id of a grant"));
    };
    let mut op = called.op();
    let given = decision::given(&mut op, called.subject(), (before, PAGE)).await;
    conclude(op, given.map(Ok), |page| {
        let grants: Vec<Value> = page.given.iter().map(told).collect();
        answer(StatusCode::OK, &json!({ "grants": grants, "next": page.next }))
    })
    .await
}

fn told(one: &decision::Given) -> Value {
    let holder = match one.holder {
        Some(subject) => subject.word(),
        None => one.grant.through.clone().unwrap_or_default(),
    };
    let mut told = json!(one.grant);
    if let Value::Object(members) = &mut told {
        members.insert("holder".to_owned(), Value::from(holder));
    }
    told
}

/// `GET /admin/v1/grants/givable`: `roles` that the caller may give, each with `terms`, of which one is enough: within which groups (none:
/// everywhere), and for how many days at most.
pub(super) async fn givable(called: Called<GivesRoles>) -> Response {
    let mut op = called.op();
    let givable = decision::givable(&mut op, called.subject()).await.map(Ok);
    let terms =
        |terms: &decision::Terms| json!({ "within": terms.within, "longest_days": terms.longest_days });
    conclude(op, givable, |roles| {
        let roles = roles.iter().map(|one| {
            let terms: Vec<Value> = one.terms.iter().map(terms).collect();
            json!({ "role": one.role, "title": one.title, "terms": terms })
        });
        answer(StatusCode::OK, &json!({ "roles": roles.collect::<Vec<_>>() }))
    })
    .await
}

/// `POST /admin/v1/grants`: `holder`, `role`, `reason`, and if need be `within`, `from`, `until`. 201 with `id`.
pub(super) async fn give(
    called: Called<GivesRoles>,
    query: Result<Query, FormError>,
    sent: Result<Json<Given>, Problem>,
) -> Response {
    let given = match sent {
        Ok(Json(given)) => given,
        Err(problem) => return refusal(&called, problem),
    };
    let organisation = called.organisation_id();
    let at = |op: &Op| given.from.map_or(op.now, |from| from.max(op.now));
    let act = async |op: &mut Op| {
        let new = new(op, organisation, &given).await?;
        access::give(op, new).await
    };
    let tell = |id: AccessGrantId| answer(StatusCode::CREATED, &json!({ "id": id }));
    changing::change(&called, query, at, act, tell).await
}

async fn new(op: &mut Op, organisation_id: OrganisationId, given: &Given) -> Result<NewGrant, AccessError> {
    let role = access::role_named(op, organisation_id, &given.role).await?;
    let role = role.ok_or_else(|| AccessError::Unnamed("role", given.role.clone()))?;
    let mut within = Vec::new();
    for label in &given.within {
        within.push(access::group_labelled(op, organisation_id, label).await?);
    }
    Ok(NewGrant {
        organisation_id,
        holder: client::holder(op, organisation_id, &given.holder).await?,
        role,
        within,
        period: Period {
            from: given.from.unwrap_or(op.now),
            until: given.until,
        },
        reason: given.reason.trim().to_owned(),
        source: GrantSource::Direct,
    })
}

/// `POST /admin/v1/grants/{id}/end`: `reason`. It ends now, before its time.
pub(super) async fn end(
    called: Called<GivesRoles>,
    Path(id): Path<String>,
    query: Result<Query, FormError>,
    sent: Result<Json<Why>, Problem>,
) -> Response {
    let Ok(id) = id.parse::<AccessGrantId>() else {
        return refusal(&called, not_found());
    };
    let why = match sent {
        Ok(Json(why)) => why,
        Err(problem) => return refusal(&called, problem),
    };
    let organisation = called.organisation_id();
    let act = async |op: &mut Op| access::end_grant(op, organisation, id, &why.reason).await;
    changing::change(&called, query, |op| op.now, act, nothing).await
}
