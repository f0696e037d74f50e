//! `POST /access/v1/evaluation`: one question (AuthZEN section 5).

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};

use super::asker::{self, Asker, Refused};
use super::wire::{Answer, Evaluation};
use crate::client::ByClient;
use crate::domain::{Actor, EventKind, Seen};
use crate::http::{Json, Problem, json};
use crate::op::{EventDraft, House, Op};

pub(super) const PATH: &str = "/access/v1/evaluation";

/// Answers one question.
pub(super) async fn evaluate(
    _: ByClient,
    State(house): State<Arc<House>>,
    seen: Seen,
    headers: HeaderMap,
    body: Result<Json<Evaluation>, Problem>,
) -> Response {
    let op = Op::new(&house, Actor::Anonymous, seen);
    asker::respond(op, &headers, body, answer).await
}

/// Answers one question of a client that is proven, and puts it on record.
pub(super) async fn answer(op: &mut Op, asker: &Asker, evaluation: Evaluation) -> Result<Response, Refused> {
    let meant = evaluation.meant().map_err(|malformed| {
        let problem = Problem::new(StatusCode::BAD_REQUEST).detail(malformed.to_string());
        Refused::Told(problem.seen(&op.seen).into_response())
    })?;
    let (subject, action, resource) = (
        meant.subject_text(),
        meant.action().to_owned(),
        meant.resource_text(),
    );
    let answer: Answer = asker.ask(op, meant).await?;
    let draft = if answer.decision {
        EventDraft::success(EventKind::DecisionMade).because(answer.context.reason)
    } else {
        EventDraft::refused(EventKind::DecisionMade, answer.context.reason)
    };
    op.record(
        draft
            .client(&asker.client.client().id)
            .organisation(asker.client.client().organisation_id)
            .target_named("resource", resource)
            .detail("subject", subject)
            .detail("action", action)
            .detail("because", answer.context.because.clone()),
    );
    Ok(json(StatusCode::OK, &answer))
}
