//! `POST /access/v1/search/subject`, `resource` and `action`: who may, with what, and what (AuthZEN section 8).

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde_json::json as value;

use super::asker::{self, Asker, Refused};
use super::page::{Listing, Pages, Wanted};
use super::sought::{ActionSought, Malformed, Nameless, ResourceSought, Search, SubjectSought};
use crate::client::ByClient;
use crate::decision::{self, Allowed, Found, Reached, Who};
use crate::domain::{Actor, EventKind, Seen, Subject, SubjectKind};
use crate::http::{Json, Problem, json};
use crate::op::{EventDraft, House, Op};

pub(super) const SUBJECT: &str = "/access/v1/search/subject";
pub(super) const RESOURCE: &str = "/access/v1/search/resource";
pub(super) const ACTION: &str = "/access/v1/search/action";

/// Who may do an action on a resource.
pub(super) async fn subjects(
    _: ByClient,
    State(house): State<Arc<House>>,
    seen: Seen,
    headers: HeaderMap,
    body: Result<Json<Search>, Problem>,
) -> Response {
    let op = Op::new(&house, Actor::Anonymous, seen);
    Box::pin(asker::respond(op, &headers, body, find_subjects)).await
}

/// With which resources of a type a subject may do an action.
pub(super) async fn resources(
    _: ByClient,
    State(house): State<Arc<House>>,
    seen: Seen,
    headers: HeaderMap,
    body: Result<Json<Search>, Problem>,
) -> Response {
    let op = Op::new(&house, Actor::Anonymous, seen);
    Box::pin(asker::respond(op, &headers, body, find_resources)).await
}

/// What a subject may do with a resource.
pub(super) async fn actions(
    _: ByClient,
    State(house): State<Arc<House>>,
    seen: Seen,
    headers: HeaderMap,
    body: Result<Json<Search>, Problem>,
) -> Response {
    let op = Op::new(&house, Actor::Anonymous, seen);
    Box::pin(asker::respond(op, &headers, body, find_actions)).await
}

async fn find_subjects(op: &mut Op, asker: &Asker, search: Search) -> Result<Response, Refused> {
    let (sought, wanted) = search.of_subjects(asker.application).map_err(refused(op))?;
    let pages = pages(op, asker, (&sought.told, &wanted)).map_err(refused(op))?;
    let SubjectSought { kind, access, .. } = sought;
    let kind = SubjectKind::parse(&kind).filter(|kind| *kind != SubjectKind::Group);
    let Some(kind) = kind else {
        return Ok(nothing(
            op,
            asker,
            (EventKind::SubjectsSearched, Nameless::SubjectType),
        ));
    };
    let client = asker.client.client();
    let organisation = match decision::organisation_of(op, &access).await? {
        None => {
            return Ok(nothing(
                op,
                asker,
                (EventKind::SubjectsSearched, Nameless::Organisation),
            ));
        }
        // Its people cannot use this client: it was told of none of them, and hears of none.
        Some(organisation) if !client.is_open_to(organisation) => {
            let why = Nameless::OtherOrganisation;
            return Ok(nothing(op, asker, (EventKind::SubjectsSearched, why)));
        }
        Some(organisation) => organisation,
    };
    let who = Who {
        organisation,
        kind,
        access,
        part: pages.part.clone(),
    };
    let house = Arc::clone(&op.house);
    let name = |subject: Subject| asker.name(&house, subject);
    let found = decision::who(op, &who, Some(&name)).await?;
    let shown = |one: Allowed| value!({ "type": kind, "id": name(one.subject) });
    Ok(answer(&pages.tell(op, found, shown)?))
}

async fn find_resources(op: &mut Op, asker: &Asker, search: Search) -> Result<Response, Refused> {
    let (sought, wanted) = search.of_resources(asker.application).map_err(refused(op))?;
    let pages = pages(op, asker, (&sought.told, &wanted)).map_err(refused(op))?;
    let ResourceSought {
        subject, question, ..
    } = sought;
    let Some(subject) = asker.subject(op, &subject) else {
        return Ok(nothing(
            op,
            asker,
            (EventKind::ResourcesSearched, Nameless::Subject),
        ));
    };
    let question = question.of(subject, asker.name(&op.house, subject));
    let found = decision::resources(op, &question, &pages.part).await?;
    let kind = question.resource_type.as_str();
    let shown = |one: Reached| value!({ "type": kind, "id": one.id, "properties": one.properties });
    Ok(answer(&pages.tell(op, found, shown)?))
}

async fn find_actions(op: &mut Op, asker: &Asker, search: Search) -> Result<Response, Refused> {
    let (sought, wanted) = search.of_actions(asker.application).map_err(refused(op))?;
    let pages = pages(op, asker, (&sought.told, &wanted)).map_err(refused(op))?;
    let ActionSought {
        subject, question, ..
    } = sought;
    let Some(subject) = asker.subject(op, &subject) else {
        return Ok(nothing(
            op,
            asker,
            (EventKind::ActionsSearched, Nameless::Subject),
        ));
    };
    let found: Found<String> = decision::actions(
        op,
        &question.of(subject, asker.name(&op.house, subject)),
        &pages.part,
    )
    .await?;
    Ok(answer(&pages.tell(op, found, |name| value!({ "name": name }))?))
}

/// The page that is wanted; from here on the client stands beside whatever goes on record.
fn pages(op: &mut Op, asker: &Asker, search: (&serde_json::Value, &Wanted)) -> Result<Pages, Malformed> {
    op.through = Some(asker.client.client().id.clone());
    Pages::of(op, asker, search).map_err(|_| Malformed::Page)
}

fn refused(op: &Op) -> impl FnOnce(Malformed) -> Refused {
    let seen = op.seen.clone();
    move |malformed| {
        let problem = Problem::new(StatusCode::BAD_REQUEST).detail(malformed.to_string());
        Refused::Told(problem.seen(&seen).into_response())
    }
}

/// There is nobody and nothing to be found, and why.
fn nothing(op: &mut Op, asker: &Asker, (kind, why): (EventKind, Nameless)) -> Response {
    let organisation = asker.client.client().organisation_id;
    op.record(EventDraft::refused(kind, why.reason()).organisation(organisation));
    answer(&Listing::none(why.reason(), why.to_string()))
}

fn answer(results: &Listing) -> Response {
    json(StatusCode::OK, results)
}
