//! `POST /access/v1/filter`: which records may somebody see?
//!
//! Asked as the evaluations are, of which it is a whole table's at once: the answer is a condition that the application asks of its own
//! data, as JSON and, where columns are named, for its database. It has no place in AuthZEN 1.0, so the metadata document does not tell of
//! it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::asker::{self, Asker, Refused};
use super::wire::{ActionMember, Evaluation, Malformed, Meant, ResourceMember, SubjectMember};
use crate::client::ByClient;
use crate::decision::filter::{
    self, Column, Columns, Condition, Dialect, Filter, Kind, SqlCondition, Wanted,
};
use crate::domain::{Actor, EventKind, Seen};
use crate::http::{Json, Problem, json};
use crate::op::{EventDraft, House, Op};

pub(super) const PATH: &str = "/access/v1/filter";

/// Most columns.
const MOST_COLUMNS: usize = 100;

/// Longest name of an attribute in characters.
const LONGEST_NAME: usize = 256;

/// Highest number of a first placeholder: PostgreSQL has 65,535 in all.
const HIGHEST: usize = 50_000;

/// Longest condition that the log keeps whole, in bytes of JSON.
const LONGEST_KEPT: usize = 2_000;

/// A question about all records of a type.
#[derive(Debug, Deserialize)]
pub(super) struct Question {
    subject: Option<SubjectMember>,
    action: Option<ActionMember>,
    resource: Option<Records>,
    context: Option<Map<String, Value>>,
    sql: Option<Database>,
}

/// The records, with the properties that all of them have.
#[derive(Debug, Deserialize)]
struct Records {
    #[serde(rename = "type")]
    kind: String,
    properties: Option<Map<String, Value>>,
}

/// Where the records are.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Database {
    dialect: Dialect,
    columns: BTreeMap<String, ColumnMember>,
    #[serde(default = "one")]
    first_parameter: usize,
}

fn one() -> usize {
    1
}

/// A column of texts, or of what is told.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum ColumnMember {
    Text(String),
    Typed(TypedColumn),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedColumn {
    name: String,
    #[serde(rename = "type")]
    kind: ColumnKind,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ColumnKind {
    Text,
    Integer,
    Boolean,
}

/// The answer.
#[derive(Debug, Serialize)]
struct Answer {
    condition: Condition,
    #[serde(skip_serializing_if = "Option::is_none")]
    sql: Option<SqlCondition>,
    context: AnswerContext,
}

#[derive(Debug, Serialize)]
struct AnswerContext {
    reason: &'static str,
    because: Vec<String>,
}

/// Answers which records.
pub(super) async fn filter(
    _: ByClient,
    State(house): State<Arc<House>>,
    seen: Seen,
    headers: HeaderMap,
    body: Result<Json<Question>, Problem>,
) -> Response {
    let op = Op::new(&house, Actor::Anonymous, seen);
    asker::respond(op, &headers, body, answer).await
}

async fn answer(op: &mut Op, asker: &Asker, question: Question) -> Result<Response, Refused> {
    let (meant, columns) = question
        .meant()
        .map_err(|detail| told(op, StatusCode::BAD_REQUEST, detail))?;
    let draft = draft(asker, &meant);
    match find(op, asker, meant, columns).await? {
        Ok(answer) => {
            record(op, draft, &answer);
            Ok(json(StatusCode::OK, &answer))
        }
        Err(detail) => {
            op.record(draft(EventDraft::refused(EventKind::FilterMade, "no_condition")));
            // The act is ended by its commit, so that the refusal is on record too.
            Err(told(op, StatusCode::UNPROCESSABLE_ENTITY, detail))
        }
    }
}

fn told(op: &Op, status: StatusCode, detail: String) -> Refused {
    Refused::Told(Problem::new(status).detail(detail).seen(&op.seen).into_response())
}

/// The answer, or the sentence that says why there is none.
async fn find(
    op: &mut Op,
    asker: &Asker,
    meant: Meant,
    columns: Option<Columns>,
) -> Result<Result<Answer, String>, Refused> {
    let filter = match asker.question(op, meant) {
        Some(question) => {
            let attributes = columns.as_ref().map(|columns| columns.by_attribute.keys());
            let attributes = attributes.map(|names| names.cloned().collect::<BTreeSet<String>>());
            filter::filter(op, &Wanted { question, attributes }).await?
        }
        None => Ok(Filter {
            condition: Condition::Always(false),
            reason: "subject_unknown",
            because: Vec::new(),
        }),
    };
    let filter = match filter {
        Ok(filter) => filter,
        Err(refusal) => return Ok(Err(refusal.to_string())),
    };
    let sql = columns.map(|columns| filter.condition.sql(&columns)).transpose();
    Ok(sql.map_err(|refusal| refusal.to_string()).map(|sql| Answer {
        condition: filter.condition,
        sql,
        context: AnswerContext {
            reason: filter.reason,
            because: filter.because,
        },
    }))
}

/// What the log keeps of a question, to be put on its event.
fn draft(asker: &Asker, meant: &Meant) -> impl Fn(EventDraft) -> EventDraft + use<> {
    let client = asker.client.client();
    let (client, organisation) = (client.id.clone(), client.organisation_id);
    let (subject, action) = (meant.subject_text(), meant.action().to_owned());
    let kind = meant.resource_type().to_owned();
    move |draft| {
        draft
            .client(&client)
            .organisation(organisation)
            .target_named("resource", kind.as_str())
            .detail("subject", subject.as_str())
            .detail("action", action.as_str())
    }
}

fn record(op: &mut Op, draft: impl Fn(EventDraft) -> EventDraft, answer: &Answer) {
    let reason = answer.context.reason;
    let event = if answer.condition == Condition::Always(false) {
        EventDraft::refused(EventKind::FilterMade, reason)
    } else {
        EventDraft::success(EventKind::FilterMade).because(reason)
    };
    let mut event = draft(event).detail("because", answer.context.because.clone());
    let condition = serde_json::to_value(&answer.condition).unwrap_or_default();
    if condition.to_string().len() <= LONGEST_KEPT {
        event = event.detail("condition", condition);
    }
    op.record(event);
}

impl Question {
    /// What is meant and where the records are, or the sentence that says what is wrong.
    fn meant(self) -> Result<(Meant, Option<Columns>), String> {
        let records = self.resource.ok_or_else(|| Malformed::Resource.to_string())?;
        let properties = records.properties.unwrap_or_default();
        let columns = self.sql.map(|sql| sql.columns(&properties)).transpose()?;
        let evaluation = Evaluation {
            subject: self.subject,
            action: self.action,
            resource: Some(ResourceMember {
                kind: records.kind,
                // Of no record; an evaluation has to have one.
                id: "*".to_owned(),
                properties: Some(properties),
            }),
            context: self.context,
        };
        let meant = evaluation.meant().map_err(|malformed| malformed.to_string())?;
        Ok((meant, columns))
    }
}

impl Database {
    fn columns(self, properties: &Map<String, Value>) -> Result<Columns, String> {
        if self.columns.len() > MOST_COLUMNS {
            return Err(format!("sql.columns has more than {MOST_COLUMNS} members"));
        }
        if !(1..=HIGHEST).contains(&self.first_parameter) {
            return Err(format!("sql.first_parameter is from 1 to {HIGHEST}"));
        }
        let mut by_attribute = BTreeMap::new();
        for (attribute, member) in self.columns {
            if !(1..=LONGEST_NAME).contains(&attribute.chars().count()) {
                return Err(format!(
                    "a name in sql.columns is empty or longer than {LONGEST_NAME} characters"
                ));
            }
            if properties.contains_key(&attribute) {
                return Err(format!(
                    "{attribute} is in resource.properties, which all records have alike, and in sql.columns"
                ));
            }
            let (name, kind) = match member {
                ColumnMember::Text(name) => (name, Kind::Text),
                ColumnMember::Typed(TypedColumn { name, kind }) => (name, kind.into()),
            };
            let column = Column::parse(&name, kind);
            let column = column.map_err(|fault| format!("sql.columns, {attribute}: {fault}"))?;
            by_attribute.insert(attribute, column);
        }
        Ok(Columns {
            dialect: self.dialect,
            by_attribute,
            first: self.first_parameter,
        })
    }
}

impl From<ColumnKind> for Kind {
    fn from(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Text => Self::Text,
            ColumnKind::Integer => Self::Integer,
            ColumnKind::Boolean => Self::Boolean,
        }
    }
}
