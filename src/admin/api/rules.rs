//! The rules of sign-in in their order, and questions about them.

use std::net::IpAddr;

use axum::extract::Path;
use axum::response::Response;
use http::header::{ETAG, IF_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::super::check;
use super::super::right::{RulesManage, RulesRead};
use super::called::Called;
use super::{conclude, not_found, unfit};
use crate::domain::{ClientId, Country, DeviceStanding, Scopes, rfc3339};
use crate::factor::rules;
use crate::http::json as answer;
use crate::http::{Json, Problem, Query};
use crate::op::{Op, OpError};
use crate::rule::{
    self, Aim, Change, Checked, Definition, Refusal, Revision, Rule, RuleSet, Situation, Stored,
};

/// `GET /admin/v1/rules`: `revision`, and `rules` in their order.
pub(super) async fn list(called: Called<RulesRead>) -> Response {
    let mut op = called.op();
    let set = rule::current(&mut op, called.organisation_id()).await.map(Ok);
    conclude(op, set, |set: RuleSet| {
        let body = json!({ "revision": set.revision, "rules": set.rules });
        tagged(answer(StatusCode::OK, &body), set.revision)
    })
    .await
}

/// `GET /admin/v1/rules/revisions`, with `before` a revision: `revisions`, the newest first (`revision`, `changed_at`, `changed_by`, `rule`,
/// `what`, `mode`); `next`, what to ask for as `before`.
pub(super) async fn revisions(called: Called<RulesRead>, query: Query) -> Response {
    let mut op = called.op();
    let before = query.get("before").and_then(|text| text.parse().ok());
    let found = rule::history(&mut op, called.organisation_id(), before)
        .await
        .map(Ok);
    conclude(op, found, |found: Vec<Revision>| {
        let next = rule::older(&found);
        answer(StatusCode::OK, &json!({ "revisions": found, "next": next }))
    })
    .await
}

/// `GET /admin/v1/rules/revisions/{revision}`: `revision`, `changed_at`, `changed_by`, and the `rules` as they were.
pub(super) async fn revision_of(called: Called<RulesRead>, Path(revision): Path<String>) -> Response {
    let mut op = called.op();
    let found = match revision.parse() {
        Ok(revision) => rule::at_revision(&mut op, called.organisation_id(), revision).await,
        Err(_) => Ok(None),
    };
    let found = found.map(|found| found.ok_or_else(not_found));
    conclude(op, found, |stored: Stored| {
        let at = rfc3339::written(stored.changed_at);
        let body = json!({
            "revision": stored.set.revision, "changed_at": at, "changed_by": stored.changed_by, "rules": stored.set.rules,
        });
        answer(StatusCode::OK, &body)
    })
    .await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    rule: Definition,
    /// Counted from 0; left out: the last.
    place: Option<usize>,
}

/// `POST /admin/v1/rules`: `rule` (a definition), `place`. A draft.
pub(super) async fn add(called: Called<RulesManage>, headers: HeaderMap, Json(new): Json<New>) -> Response {
    let mut op = called.op();
    let change = Change::Add(new.rule, new.place);
    let before = async |op: &mut Op| rule::current(op, called.organisation_id()).await;
    let done = async {
        let known: Vec<_> = before(&mut op).await?.rules.iter().map(|rule| rule.id).collect();
        let changed = changed(&mut op, &called, &headers, change).await?;
        Ok(changed.and_then(|set| one(&set, |rule| !known.contains(&rule.id))))
    }
    .await;
    conclude(op, done, |(rule, revision)| {
        tagged(answer(StatusCode::CREATED, &rule), revision)
    })
    .await
}

/// The first rule of which this holds, with the revision of its list.
pub(super) fn one(set: &RuleSet, is: impl Fn(&Rule) -> bool) -> Result<(Rule, i64), Problem> {
    let found = set.rules.iter().find(|rule| is(rule));
    found
        .cloned()
        .map(|rule| (rule, set.revision))
        .ok_or_else(not_found)
}

/// A change of the list that `If-Match` says was seen; without it, of the list as it is.
pub(super) async fn changed(
    op: &mut Op,
    called: &Called<RulesManage>,
    headers: &HeaderMap,
    change: Change,
) -> Result<Result<RuleSet, Problem>, OpError> {
    let seen = match revision(headers) {
        Ok(seen) => seen,
        Err(problem) => return Ok(Err(problem)),
    };
    let changed = rules::change(op, called.organisation_id(), seen, change).await?;
    Ok(changed.map_err(|refusal| refused(&refusal, seen.is_some())))
}

/// The revision of `If-Match`. `*` is any.
pub(super) fn revision(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get(IF_MATCH) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let digits = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let revision = digits.and_then(|digits| digits.parse().ok());
    revision.map(Some).ok_or_else(|| {
        Problem::new(StatusCode::BAD_REQUEST).detail("If-Match is not one ETag of what it is about")
    })
}

fn refused(refusal: &Refusal, conditional: bool) -> Problem {
    let status = match refusal {
        Refusal::Unknown | Refusal::OrganisationUnknown => return not_found(),
        Refusal::ChangedMeanwhile if conditional => StatusCode::PRECONDITION_FAILED,
        Refusal::ChangedMeanwhile | Refusal::NameTaken | Refusal::TooMany | Refusal::LockedOut(_) => {
            StatusCode::CONFLICT
        }
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Problem::new(status).detail(refusal.to_string())
}

/// The answer with the revision of the list.
pub(super) fn tagged(mut answer: Response, revision: i64) -> Response {
    if let Ok(tag) = HeaderValue::try_from(format!("\"{revision}\"")) {
        answer.headers_mut().insert(ETAG, tag);
    }
    answer
}

/// A sign-in that does not take place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    person: String,
    client: Option<ClientId>,
    #[serde(default)]
    scopes: Scopes,
    address: Option<IpAddr>,
    /// In place of that of the address.
    country: Option<String>,
    device: Option<DeviceStanding>,
}

/// `POST /admin/v1/rules/check`: `person` (a user name), `client`, `scopes`, `address`, `country`, `device`. What the rules say of such a sign-in,
/// and why.
pub(super) async fn ask(called: Called<RulesRead>, Json(question): Json<Question>) -> Response {
    let mut op = called.op();
    let done = checked(&mut op, &called, &question).await;
    conclude(op, done, |checked| answer(StatusCode::OK, &checked.told())).await
}

async fn checked(
    op: &mut Op,
    called: &Called<RulesRead>,
    question: &Question,
) -> Result<Result<Checked, Problem>, OpError> {
    let country = question.country.as_deref().map(Country::parse);
    if country == Some(None) {
        return Ok(Err(unfit("a country has two capital letters, like DE")));
    }
    let aim = Aim {
        client: question.client.as_ref(),
        scopes: &question.scopes,
    };
    let device = question.device.unwrap_or(DeviceStanding::New);
    let situation = Situation::supposed(&op.house, (question.address, country.flatten()), device, op.now);
    let whose = (called.organisation_id(), question.person.as_str());
    let checked = check::of_username(op, whose, aim, &situation).await?;
    Ok(checked.ok_or_else(|| unfit("nobody in your organisation has this user name")))
}
