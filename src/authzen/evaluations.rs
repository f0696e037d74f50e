//! `POST /access/v1/evaluations`: many questions in one request (AuthZEN section 6).

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as value};

use super::asker::{self, Asker, Refused};
use super::evaluation;
use super::wire::{Answer, Evaluation};
use crate::client::ByClient;
use crate::domain::{Actor, EventKind, Seen};
use crate::http::{Json, Problem, json};
use crate::op::{EventDraft, House, Op};

pub(super) const PATH: &str = "/access/v1/evaluations";

/// Most questions in one request.
const MOST: usize = 100;

/// Questions with their common defaults.
#[derive(Debug, Deserialize)]
pub(super) struct Batch {
    #[serde(flatten)]
    defaults: Evaluation,
    #[serde(default)]
    evaluations: Vec<Evaluation>,
    #[serde(default)]
    options: Options,
}

#[derive(Debug, Default, Deserialize)]
struct Options {
    #[serde(default)]
    evaluations_semantic: Semantic,
}

/// How far to go (section 6.1.2.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Semantic {
    #[default]
    ExecuteAll,
    DenyOnFirstDeny,
    PermitOnFirstPermit,
}

impl Semantic {
    /// Whether an answer is the last one.
    fn ends_with(self, decision: bool) -> bool {
        match self {
            Self::ExecuteAll => false,
            Self::DenyOnFirstDeny => !decision,
            Self::PermitOnFirstPermit => decision,
        }
    }
}

#[derive(Serialize)]
struct Answers {
    evaluations: Vec<Answer>,
}

/// Answers many questions.
pub(super) async fn evaluate_all(
    _: ByClient,
    State(house): State<Arc<House>>,
    seen: Seen,
    headers: HeaderMap,
    body: Result<Json<Batch>, Problem>,
) -> Response {
    let op = Op::new(&house, Actor::Anonymous, seen);
    asker::respond(op, &headers, body, answer).await
}

async fn answer(op: &mut Op, asker: &Asker, batch: Batch) -> Result<Response, Refused> {
    // Without a list it is a single question, answered as one (section 6.1).
    if batch.evaluations.is_empty() {
        return evaluation::answer(op, asker, batch.defaults).await;
    }
    if batch.evaluations.len() > MOST {
        let problem = Problem::new(StatusCode::PAYLOAD_TOO_LARGE)
            .detail(format!("at most {MOST} evaluations in one request"))
            .seen(&op.seen);
        return Err(Refused::Told(problem.into_response()));
    }
    let semantic = batch.options.evaluations_semantic;
    let mut answers = Vec::with_capacity(batch.evaluations.len());
    let mut decisions = Vec::with_capacity(batch.evaluations.len());
    for one in batch.evaluations {
        let (answer, decision) = answer_one(op, asker, one.or(&batch.defaults)).await?;
        let last = semantic.ends_with(answer.decision);
        answers.push(answer);
        decisions.push(decision);
        if last {
            break;
        }
    }
    record(op, asker, &answers, decisions);
    Ok(json(StatusCode::OK, &Answers { evaluations: answers }))
}

/// One answer with what the log keeps of it. A question that is none is denied by itself; the others are answered.
async fn answer_one(op: &mut Op, asker: &Asker, one: Evaluation) -> Result<(Answer, Value), Refused> {
    let meant = match one.meant() {
        Ok(meant) => meant,
        Err(malformed) => {
            let answer = Answer::denied("invalid_request", malformed.to_string());
            return Ok((answer, value!(["", "", "", false, "invalid_request"])));
        }
    };
    let (subject, action, resource) = (
        meant.subject_text(),
        meant.action().to_owned(),
        meant.resource_text(),
    );
    let answer = asker.ask(op, meant).await?;
    let decision = value!([subject, action, resource, answer.decision, answer.context.reason]);
    Ok((answer, decision))
}

/// One event for all: the log tells each decision in one line.
fn record(op: &mut Op, asker: &Asker, answers: &[Answer], decisions: Vec<Value>) {
    let allowed = answers.iter().filter(|answer| answer.decision).count();
    op.record(
        EventDraft::success(EventKind::DecisionMade)
            .client(&asker.client.client().id)
            .organisation(asker.client.client().organisation_id)
            .detail("allowed", allowed)
            .detail("denied", answers.len().saturating_sub(allowed))
            .detail("decisions", decisions),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_read_with_its_defaults_and_how_far_to_go() {
        let batch: Batch = serde_json::from_value(value!({
            "subject": { "type": "person", "id": "one" },
            "evaluations": [{ "action": { "name": "a:b" } }],
            "options": { "evaluations_semantic": "deny_on_first_deny" },
        }))
        .unwrap();
        assert_eq!(batch.evaluations.len(), 1);
        assert_eq!(batch.options.evaluations_semantic, Semantic::DenyOnFirstDeny);
        let unknown = value!({ "evaluations": [], "options": { "evaluations_semantic": "guess" } });
        assert!(serde_json::from_value::<Batch>(unknown).is_err());
    }

    #[test]
    fn each_semantic_ends_where_it_says() {
        assert!(!Semantic::ExecuteAll.ends_with(true) && !Semantic::ExecuteAll.ends_with(false));
        assert!(Semantic::DenyOnFirstDeny.ends_with(false) && !Semantic::DenyOnFirstDeny.ends_with(true));
        assert!(
            Semantic::PermitOnFirstPermit.ends_with(true) && !Semantic::PermitOnFirstPermit.ends_with(false)
        );
    }
}
