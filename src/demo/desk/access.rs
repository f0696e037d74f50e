//! Asking the provider who may see what: the decision call (AuthZEN).

use serde::{Deserialize, Serialize};

use crate::demo::transport::Transport;

use super::provider::{Fault, Registration};
use super::records::{RECORDS, Record};

#[derive(Serialize)]
struct Batch<'a> {
    subject: Entity<'a>,
    evaluations: Vec<Evaluation<'a>>,
}

#[derive(Serialize)]
struct Entity<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    id: &'a str,
}

#[derive(Serialize)]
struct Action<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Evaluation<'a> {
    action: Action<'a>,
    resource: Resource<'a>,
}

#[derive(Serialize)]
struct Resource<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    id: &'a str,
    properties: &'a Record,
}

#[derive(Deserialize)]
struct Answers {
    evaluations: Vec<Answer>,
}

#[derive(Deserialize)]
struct Answer {
    decision: bool,
    #[serde(default)]
    context: Context,
}

#[derive(Deserialize, Default)]
struct Context {
    #[serde(default)]
    explanation: String,
}

/// One record with what the person may do with it and why.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) record: &'static Record,
    pub(super) why: String,
    pub(super) may_edit: bool,
    pub(super) may_export: bool,
}

/// The records that a person may see, as the provider decides: one request for each action, about all of them.
pub(super) async fn visible(desk: &Registration, http: &Transport, person: &str) -> Result<Vec<Seen>, Fault> {
    let read = ask(desk, http, person, "feedback:read").await?;
    let edit = ask(desk, http, person, "feedback:edit").await?;
    let export = ask(desk, http, person, "feedback:export").await?;
    let all = RECORDS.iter().zip(read).zip(edit).zip(export);
    Ok(all
        .filter(|(((_, read), _), _)| read.decision)
        .map(|(((record, read), edit), export)| Seen {
            record,
            why: read.context.explanation,
            may_edit: edit.decision,
            may_export: export.decision,
        })
        .collect())
}

async fn ask(
    desk: &Registration,
    http: &Transport,
    person: &str,
    action: &str,
) -> Result<Vec<Answer>, Fault> {
    let evaluations = RECORDS.iter().map(|record| Evaluation {
        action: Action { name: action },
        resource: Resource {
            kind: "feedback",
            id: record.id,
            properties: record,
        },
    });
    let batch = Batch {
        subject: Entity {
            kind: "person",
            id: person,
        },
        evaluations: evaluations.collect(),
    };
    let answer = http
        .0
        .post(format!("{}/access/v1/evaluations", desk.issuer))
        .basic_auth(&desk.client_id, Some(&desk.client_secret))
        .json(&batch)
        .send()
        .await?
        .error_for_status()?;
    let answers: Answers = answer.json().await?;
    if answers.evaluations.len() == RECORDS.len() {
        Ok(answers.evaluations)
    } else {
        Err("the provider did not answer every question".into())
    }
}
