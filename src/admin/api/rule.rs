//! One rule of sign-in.

use axum::extract::Path;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::super::right::{RulesManage, RulesRead};
use super::called::Called;
use super::rules::{changed, one, tagged};
use super::{conclude, not_found, nothing, unfit};
use crate::domain::{Right, RuleId, RuleMode, rfc3339};
use crate::http::json as answer;
use crate::http::{Json, Problem};
use crate::op::{Op, OpError};
use crate::rule::{self, Change, Definition, NewException, NoReport, Report, Rule};

pub(super) const ONE: &str = "/admin/v1/rules/{id}";

fn parse(id: &str) -> Result<RuleId, Problem> {
    id.parse().map_err(|_| not_found())
}

/// `GET /admin/v1/rules/{id}`.
pub(super) async fn show(called: Called<RulesRead>, Path(id): Path<String>) -> Response {
    let mut op = called.op();
    let set = rule::current(&mut op, called.organisation_id()).await;
    let done = set.map(|set| one(&set, |rule| rule.id.to_string() == id));
    conclude(op, done, shown).await
}

fn shown((rule, revision): (Rule, i64)) -> Response {
    tagged(answer(StatusCode::OK, &rule), revision)
}

/// Makes a change of one rule; answers it as it is then.
async fn act(
    called: &Called<RulesManage>,
    headers: &HeaderMap,
    id: &str,
    change: impl FnOnce(RuleId) -> Change,
) -> Response {
    let mut op = called.op();
    let done = async {
        let id = match parse(id) {
            Ok(id) => id,
            Err(problem) => return Ok(Err(problem)),
        };
        let changed = changed(&mut op, called, headers, change(id)).await?;
        Ok::<_, OpError>(changed.and_then(|set| one(&set, |rule| rule.id == id)))
    }
    .await;
    conclude(op, done, shown).await
}

/// `PUT /admin/v1/rules/{id}`: a definition in place of that which is there.
pub(super) async fn define(
    called: Called<RulesManage>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(definition): Json<Definition>,
) -> Response {
    act(&called, &headers, &id, |id| Change::Define(id, definition)).await
}

/// `DELETE /admin/v1/rules/{id}`.
pub(super) async fn remove(
    called: Called<RulesManage>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let mut op = called.op();
    let done = match parse(&id) {
        Ok(id) => changed(&mut op, &called, &headers, Change::Remove(id)).await,
        Err(problem) => Ok(Err(problem)),
    };
    conclude(op, done.map(|done| done.map(|_| ())), nothing).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mode {
    mode: RuleMode,
}

/// `PUT /admin/v1/rules/{id}/mode`: `mode` is `draft`, `report` or `on`.
pub(super) async fn switch(
    called: Called<RulesManage>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(wanted): Json<Mode>,
) -> Response {
    act(&called, &headers, &id, |id| Change::Switch(id, wanted.mode)).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    place: usize,
}

/// `PUT /admin/v1/rules/{id}/place`: `place`, counted from 0.
pub(super) async fn place(
    called: Called<RulesManage>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(wanted): Json<Place>,
) -> Response {
    act(&called, &headers, &id, |id| Change::Move(id, wanted.place)).await
}

pub(super) const EXCEPTION: &str = "/admin/v1/rules/{id}/exceptions/{username}";

/// An exception that somebody would give.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Except {
    /// The last day on which it holds, whole in UTC: `2026-12-31`.
    until: String,
    reason: String,
}

/// `PUT /admin/v1/rules/{id}/exceptions/{username}`: `until`, `reason`. The rule passes over a person for a while, in place of an exception
/// that they have.
pub(super) async fn except(
    called: Called<RulesManage>,
    Path((id, username)): Path<(String, String)>,
    headers: HeaderMap,
    Json(except): Json<Except>,
) -> Response {
    let Some(last_day) = rfc3339::day(&except.until) else {
        let problem = unfit("`until` is the last day of the exception, like 2026-12-31");
        return conclude(called.op(), Ok(Err(problem)), nothing).await;
    };
    let new = NewException {
        person: username.to_lowercase(),
        last_day,
        reason: except.reason,
    };
    act(&called, &headers, &id, |id| Change::Except(id, new)).await
}

/// `DELETE /admin/v1/rules/{id}/exceptions/{username}`: ends it before its day.
pub(super) async fn readmit(
    called: Called<RulesManage>,
    Path((id, username)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let username = username.to_lowercase();
    act(&called, &headers, &id, |id| Change::Readmit(id, username)).await
}

/// `GET /admin/v1/rules/{id}/replay`: what would have become of the sign-ins of thirty days, were it on; by name for those who may see
/// people (`people:read`). Who looked is on record.
pub(super) async fn replay(called: Called<RulesRead>, Path(id): Path<String>) -> Response {
    let mut op = called.op();
    let done = replayed(&mut op, &called, &id).await;
    conclude(op, done, |replay| answer(StatusCode::OK, &replay)).await
}

/// `GET /admin/v1/rules/{id}/report`: what a rule that only reports would have asked since it was switched to that. Who looked is on record.
pub(super) async fn report(called: Called<RulesRead>, Path(id): Path<String>) -> Response {
    let mut op = called.op();
    let done = reported(&mut op, &called, &id).await;
    conclude(op, done, |report| answer(StatusCode::OK, &report)).await
}

async fn reported(
    op: &mut Op,
    called: &Called<RulesRead>,
    id: &str,
) -> Result<Result<Report, Problem>, OpError> {
    let id = match parse(id) {
        Ok(id) => id,
        Err(problem) => return Ok(Err(problem)),
    };
    let set = rule::current(op, called.organisation_id()).await?;
    let report = super::super::replay::report(op, &set, id).await?;
    Ok(report.map_err(|none| match none {
        NoReport::Unknown => not_found(),
        NoReport::NotReporting => Problem::new(StatusCode::CONFLICT).detail(none.to_string()),
    }))
}

async fn replayed(
    op: &mut Op,
    called: &Called<RulesRead>,
    id: &str,
) -> Result<Result<rule::Replay, Problem>, OpError> {
    let named = called.also_has(op, Right::PeopleRead).await?;
    let found = super::super::replay::run(op, called.organisation_id(), (id, named)).await?;
    Ok(found.map(|(_, replay)| replay).ok_or_else(not_found))
}
