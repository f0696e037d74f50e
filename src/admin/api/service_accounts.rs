//! Service accounts: listed, made, switched off and on.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::helping;
use super::super::right::{AccessManage, AccessRead};
use super::called::Called;
use super::people::{Standing, wrong};
use super::{conclude, not_found, nothing, unfit};
use crate::domain::{PersonStatus, ServiceAccountId};
use crate::http::json as answer;
use crate::http::{FormError, Json, Problem, Query};
use crate::op::{Op, OpError};
use crate::person::{self, NewServiceAccount, PersonError, ServiceAccount};

pub(super) const ALL: &str = "/admin/v1/service-accounts";
pub(super) const STATUS: &str = "/admin/v1/service-accounts/{id}/status";

#[derive(Debug, Serialize)]
struct Told {
    id: ServiceAccountId,
    name: String,
    purpose: String,
    status: PersonStatus,
}

impl From<ServiceAccount> for Told {
    fn from(account: ServiceAccount) -> Self {
        Self {
            id: account.id,
            name: account.name,
            purpose: account.purpose,
            status: account.status,
        }
    }
}

/// `GET /admin/v1/service-accounts`, with `after` the last name of the page before: `service_accounts` by name, at most 200, and `next` (for
/// `after`) where there may be more.
pub(super) async fn list(called: Called<AccessRead>, query: Result<Query, FormError>) -> Response {
    let query = match query {
        Ok(query) => query,
        Err(wrong) => {
            let problem = Problem::new(wrong.status()).detail(wrong.to_string());
            return conclude(called.op(), Ok(Err::<(), _>(problem)), nothing).await;
        }
    };
    let mut op = called.op();
    let listed = person::list_service_accounts(&mut op, called.organisation_id(), query.get("after")).await;
    conclude(op, listed.map(Ok), |found| {
        let next = found.last().filter(|_| found.len() >= person::PAGE_LENGTH);
        let next = next.map(|last| last.name.clone());
        let told: Vec<Told> = found.into_iter().map(Told::from).collect();
        answer(StatusCode::OK, &json!({ "service_accounts": told, "next": next }))
    })
    .await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    name: String,
    purpose: String,
}

/// `POST /admin/v1/service-accounts`: `name`, `purpose`. 201 with `id`; it holds nothing until it is given a role.
pub(super) async fn add(called: Called<AccessManage>, Json(new): Json<New>) -> Response {
    let mut op = called.op();
    let new = NewServiceAccount {
        organisation_id: called.organisation_id(),
        name: new.name,
        purpose: new.purpose,
        attributes: serde_json::Map::new(),
    };
    let made = person::create_service_account(&mut op, new).await;
    let made = match made {
        Ok(id) => Ok(id),
        // Nothing of it stays: the act ends without a commit.
        Err(refusal) => {
            drop(op);
            let refused = told(refusal).map(Err::<(), _>);
            return conclude(called.op(), refused, nothing).await;
        }
    };
    let made: Result<Result<ServiceAccountId, Problem>, OpError> = made.map(Ok);
    conclude(op, made, |id| answer(StatusCode::CREATED, &json!({ "id": id }))).await
}

/// `PUT /admin/v1/service-accounts/{id}/status`: `status` (`active`, `disabled` or `left`), `reason`; 409 where it is that already, 403 where it
/// has a right that the caller has not.
pub(super) async fn switch(
    called: Called<AccessManage>,
    Path(id): Path<String>,
    Json(to): Json<Standing>,
) -> Response {
    let mut op = called.op();
    let done = match found(&mut op, &called, &id).await {
        Ok(Some(account)) => {
            let switch = (to.status, to.reason.as_str());
            match helping::switch_service_account(&mut op, called.subject(), &account, switch).await {
                Ok(switched) => Ok(switched.map_err(wrong)),
                Err(refusal) => told(refusal).map(Err),
            }
        }
        Ok(None) => Ok(Err(not_found())),
        Err(fault) => Err(fault),
    };
    conclude(op, done, nothing).await
}

async fn found<R>(op: &mut Op, called: &Called<R>, id: &str) -> Result<Option<ServiceAccount>, OpError> {
    let Ok(id) = id.parse() else {
        return Ok(None);
    };
    let found = person::find_service_account(op, id).await?;
    Ok(found.filter(|account| account.organisation_id == called.organisation_id()))
}

fn told(refusal: PersonError) -> Result<Problem, OpError> {
    match refusal {
        PersonError::Fault(fault) => Err(fault),
        PersonError::NameTaken | PersonError::Already(_) => {
            Ok(Problem::new(StatusCode::CONFLICT).detail(refusal.to_string()))
        }
        other => Ok(unfit(other.to_string())),
    }
}
