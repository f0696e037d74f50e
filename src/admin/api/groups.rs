//! Groups: listed, made, changed, and who is in them.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::right::{AccessManage, KeepsGroups, LooksAfterGroups};
use super::called::Called;
use super::changing::{self, Members, document, patched, refusal, word};
use super::{conclude, not_found, nothing, unfit};
use crate::access::{self, AccessError, Group, GroupDocument, NewGroup, Period};
use crate::domain::{
    GroupId, GroupKind, OrganisationId, PersonId, Right, ServiceAccountId, Subject, SubjectKind, Timestamp,
    rfc3339,
};
use crate::http::json as answer;
use crate::http::{FormError, Json, Problem, Query};
use crate::op::{Op, OpError};

pub(super) const ALL: &str = "/admin/v1/groups";
pub(super) const ONE: &str = "/admin/v1/groups/{id}";
pub(super) const MEMBER: &str = "/admin/v1/groups/{id}/members/{kind}/{member}";

/// A group as every answer has it.
#[derive(Debug, Serialize)]
struct Told {
    id: GroupId,
    kind: GroupKind,
    name: String,
    #[serde(flatten)]
    about: GroupDocument,
}

impl Told {
    async fn of(op: &mut Op, organisation: OrganisationId, group: &Group) -> Result<Self, OpError> {
        Ok(Self {
            id: group.id,
            kind: group.kind,
            name: group.name.clone(),
            about: access::group_document(op, organisation, group).await?,
        })
    }
}

#[derive(Debug, Serialize)]
struct Listed {
    #[serde(flatten)]
    told: Told,
    /// How many are in it itself now.
    members: i64,
}

/// `GET /admin/v1/groups`: `groups`, by kind and name: all, or those that the caller owns and those below.
pub(super) async fn list(called: Called<LooksAfterGroups>) -> Response {
    let mut op = called.op();
    let listed = listed(&mut op, &called).await.map(Ok);
    conclude(op, listed, |groups| {
        answer(StatusCode::OK, &json!({ "groups": groups }))
    })
    .await
}

async fn listed(op: &mut Op, called: &Called<LooksAfterGroups>) -> Result<Vec<Listed>, OpError> {
    let (organisation, powers) = (called.organisation_id(), called.powers(op).await?);
    let groups = access::groups(op, organisation).await?;
    let sees = access::sees(&powers, &groups);
    let mut listed = Vec::new();
    for (group, members) in groups.iter().filter(|(group, _)| sees(group)) {
        let told = Told::of(op, organisation, group).await?;
        let members = *members;
        listed.push(Listed { told, members });
    }
    Ok(listed)
}

/// Somebody who is in a group.
#[derive(Debug, Serialize)]
struct Member {
    #[serde(rename = "type")]
    kind: SubjectKind,
    id: String,
    #[serde(with = "rfc3339")]
    from: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", with = "rfc3339::optional")]
    until: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    told: Told,
    members: Vec<Member>,
}

/// `GET /admin/v1/groups/{id}`: one, with who is in it itself, or will be (`members`).
pub(super) async fn show(called: Called<LooksAfterGroups>, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<GroupId>() else {
        return refusal(&called, not_found());
    };
    let mut op = called.op();
    let shown = shown(&mut op, &called, id).await;
    let shown = shown.map(|shown| shown.ok_or_else(not_found));
    conclude(op, shown, |shown| answer(StatusCode::OK, &shown)).await
}

async fn shown(
    op: &mut Op,
    called: &Called<LooksAfterGroups>,
    id: GroupId,
) -> Result<Option<Shown>, OpError> {
    let (organisation, powers) = (called.organisation_id(), called.powers(op).await?);
    let found = if powers.has(Right::AccessRead) {
        access::group(op, organisation, id).await?
    } else {
        let groups = access::groups(op, organisation).await?;
        let sees = access::sees(&powers, &groups);
        let mut shown = groups.iter().map(|(group, _)| group).filter(|group| sees(group));
        shown.find(|group| group.id == id).cloned()
    };
    let Some(group) = found else {
        return Ok(None);
    };
    let member = |(subject, period): (Subject, Period)| Member {
        kind: subject.kind(),
        id: match subject {
            Subject::Person(id) => id.to_string(),
            Subject::ServiceAccount(id) => id.to_string(),
        },
        from: period.from,
        until: period.until,
    };
    let members = access::members(op, organisation, id).await?;
    Ok(Some(Shown {
        told: Told::of(op, organisation, &group).await?,
        members: members.into_iter().map(member).collect(),
    }))
}

/// `POST /admin/v1/groups`: `kind`, `name`, `title`, and if need be `purpose`, `parent`, `ends_at`, `owners`. 201 with `id`.
pub(super) async fn add(
    called: Called<AccessManage>,
    query: Result<Query, FormError>,
    sent: Result<Json<Members>, Problem>,
) -> Response {
    let members = match sent {
        Ok(Json(members)) => members,
        Err(problem) => return refusal(&called, problem),
    };
    let (kind, name, document) = match new(members) {
        Ok(new) => new,
        Err(problem) => return refusal(&called, problem),
    };
    let organisation_id = called.organisation_id();
    let act = async |op: &mut Op| {
        let about = access::group_about(op, organisation_id, (kind, document)).await?;
        let new = NewGroup {
            organisation_id,
            kind,
            name,
            about,
        };
        access::create_group(op, new).await
    };
    let tell = |id: GroupId| answer(StatusCode::CREATED, &json!({ "id": id }));
    changing::change(&called, query, |op| op.now, act, tell).await
}

fn new(mut members: Members) -> Result<(GroupKind, String, GroupDocument), Problem> {
    let kind = word(&mut members, "kind")?;
    let kinds = || {
        GroupKind::ALL
            .iter()
            .map(|kind| kind.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let kind = GroupKind::parse(&kind).ok_or_else(|| unfit(format!("`kind` is one of {}", kinds())))?;
    let name = word(&mut members, "name")?;
    Ok((kind, name, document(members)?))
}

/// `PATCH /admin/v1/groups/{id}`: the members that change; `null` takes one back.
pub(super) async fn change(
    called: Called<AccessManage>,
    Path(id): Path<String>,
    query: Result<Query, FormError>,
    sent: Result<Json<Members>, Problem>,
) -> Response {
    let Ok(id) = id.parse::<GroupId>() else {
        return refusal(&called, not_found());
    };
    let members = match sent {
        Ok(Json(members)) => members,
        Err(problem) => return refusal(&called, problem),
    };
    let organisation = called.organisation_id();
    let document = match changed(&mut called.op(), organisation, (id, members)).await {
        Ok(Ok(document)) => document,
        Ok(Err(problem)) => return refusal(&called, problem),
        Err(fault) => return refusal(&called, Problem::from_fault(&fault, &called.op().seen)),
    };
    let act = async |op: &mut Op| {
        let about = access::group_about(op, organisation, document).await?;
        access::change_group(op, organisation, id, about).await
    };
    changing::change(&called, query, |op| op.now, act, |_: bool| nothing(())).await
}

async fn changed(
    op: &mut Op,
    organisation: OrganisationId,
    (id, members): (GroupId, Members),
) -> Result<Result<(GroupKind, GroupDocument), Problem>, OpError> {
    let Some(group) = access::group(op, organisation, id).await? else {
        return Ok(Err(not_found()));
    };
    let document = access::group_document(op, organisation, &group).await?;
    Ok(patched(&document, members).map(|document| (group.kind, document)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stay {
    #[serde(default, with = "rfc3339::optional")]
    from: Option<Timestamp>,
    #[serde(default, with = "rfc3339::optional")]
    until: Option<Timestamp>,
}

fn member(kind: &str, id: &str) -> Option<Subject> {
    match SubjectKind::parse(kind)? {
        SubjectKind::Person => Some(Subject::Person(id.parse::<PersonId>().ok()?)),
        SubjectKind::ServiceAccount => Some(Subject::ServiceAccount(id.parse::<ServiceAccountId>().ok()?)),
        SubjectKind::Group => None,
    }
}

/// `PUT /admin/v1/groups/{id}/members/{kind}/{member}`: `from` (else now) and `until` (else without end); `kind` is `person` or
/// `service_account`.
pub(super) async fn join(
    called: Called<KeepsGroups>,
    Path((id, kind, who)): Path<(String, String, String)>,
    query: Result<Query, FormError>,
    sent: Result<Json<Stay>, Problem>,
) -> Response {
    let Ok(id) = id.parse::<GroupId>() else {
        return refusal(&called, not_found());
    };
    let stay = match sent {
        Ok(Json(stay)) => stay,
        Err(problem) => return refusal(&called, problem),
    };
    let organisation = called.organisation_id();
    let act = async |op: &mut Op| {
        let subject = member(&kind, &who).ok_or(AccessError::SubjectUnknown)?;
        let period = Period {
            from: stay.from.unwrap_or(op.now),
            until: stay.until,
        };
        access::add_member(op, organisation, id, subject, period).await
    };
    let at = |op: &Op| stay.from.map_or(op.now, |from| from.max(op.now));
    changing::change(&called, query, at, act, nothing).await
}

/// `DELETE` of the same: takes somebody out of a group.
pub(super) async fn leave(
    called: Called<KeepsGroups>,
    Path((id, kind, who)): Path<(String, String, String)>,
    query: Result<Query, FormError>,
) -> Response {
    let Ok(id) = id.parse::<GroupId>() else {
        return refusal(&called, not_found());
    };
    let organisation = called.organisation_id();
    let act = async |op: &mut Op| {
        let subject = member(&kind, &who).ok_or(AccessError::SubjectUnknown)?;
        access::remove_member(op, organisation, id, subject).await
    };
    changing::change(&called, query, |op| op.now, act, nothing).await
}
