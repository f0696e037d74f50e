//! `GET /access/v1/changes`: for whom what they may do has changed since an epoch, so that an application knows which of the tokens that it has
//! been shown are older than that, by one question for all of them. No part of AuthZEN.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::CACHE_CONTROL;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json as value};

use super::asker::{self, Asker, Refused, malformed};
use crate::access;
use crate::client::ByClient;
use crate::domain::{Actor, OrganisationId, Seen};
use crate::http::{FormError, Json, Problem, Query, json};
use crate::op::{House, Op, access_changes, access_epoch};

pub(super) const PATH: &str = "/access/v1/changes";

/// Most subjects of one answer. Of more, the answer says that something has changed for everybody.
const MOST: usize = 1_000;

/// Tells what has changed after `since` (an `access_epoch`; none: ever) in the organisation `org_id` (none: that of the application).
pub(super) async fn changes(
    _: ByClient,
    State(house): State<Arc<House>>,
    seen: Seen,
    headers: HeaderMap,
    query: Result<Query, FormError>,
) -> Response {
    let op = Op::new(&house, Actor::Anonymous, seen);
    let act = async |op: &mut Op, asker: &Asker, (): ()| {
        let query = query.map_err(|error| malformed(op, &error.to_string()))?;
        let since = match query.get("since").map(str::parse::<i64>) {
            None => 0,
            Some(Ok(since)) if since >= 0 => since,
            Some(_) => {
                return Err(malformed(
                    op,
                    "since is the access_epoch of a token or of an earlier answer",
                ));
            }
        };
        let organisation = organisation(op, asker, query.get("org_id")).await?;
        let told = told(op, asker, (organisation, since)).await?;
        Ok(([(CACHE_CONTROL, "no-store")], json(StatusCode::OK, &told)).into_response())
    };
    asker::respond(op, &headers, Ok(Json(())), act).await
}

/// The epoch is read first: what is told of is never newer than it says.
async fn told(
    op: &mut Op,
    asker: &Asker,
    (organisation, since): (OrganisationId, i64),
) -> Result<Value, Refused> {
    let tx = op.reading().await.map_err(Refused::Fault)?;
    let now = access_epoch(tx, organisation).await.map_err(fault)?;
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let mut changed = access_changes(tx, organisation, (since, most.saturating_add(1)))
        .await
        .map_err(fault)?;
    changed.retain(|(_, epoch)| *epoch <= now.epoch);
    let everybody = if changed.len() > MOST {
        changed.clear();
        now.epoch
    } else {
        now.everybody
    };
    let subjects: Vec<Value> = changed
        .into_iter()
        .map(|(subject, epoch)| {
            value!({ "type": subject.kind(), "id": asker.name(&op.house, subject), "access_epoch": epoch })
        })
        .collect();
    Ok(value!({ "access_epoch": now.epoch, "everybody": everybody, "subjects": subjects }))
}

fn fault(error: crate::storage::StorageError) -> Refused {
    Refused::Fault(error.into())
}

/// One whose people may use the application.
async fn organisation(op: &mut Op, asker: &Asker, named: Option<&str>) -> Result<OrganisationId, Refused> {
    let application = access::application(op, asker.application).await?;
    let named = match named.map(str::parse::<OrganisationId>) {
        None => application.as_ref().map(|one| one.organisation_id),
        Some(named) => named.ok(),
    };
    let open = |id: &OrganisationId| application.as_ref().is_some_and(|one| one.is_open_to(*id));
    named.filter(open).ok_or_else(|| {
        let problem = Problem::new(StatusCode::NOT_FOUND)
            .detail("org_id names no organisation whose people may use the application")
            .seen(&op.seen);
        Refused::Told(problem.into_response())
    })
}
