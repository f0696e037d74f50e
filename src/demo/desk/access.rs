//! Asking the provider who may see and do what: what the desk asks about, and which records are seen.

use std::collections::BTreeMap;

use axum::Extension;
use axum::extract::Path;
use http::HeaderMap;
use serde_json::json;

use super::guard::{Answer, Asker, Find, Proven, Resource, Subject, about};
use super::provider::{Fault, SignedInPerson};
use super::records::{RECORDS, Record};

/// One record with what the person may do with it and why.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) record: &'static Record,
    pub(super) why: String,
    pub(super) may_edit: bool,
    /// Whether an export can have it, perhaps after a stronger proof.
    pub(super) may_export: bool,
    /// Whether an export has it now.
    pub(super) is_exported: bool,
}

/// The records that a person may see, as the provider decides: one request for each action, about all of them.
pub(super) async fn visible(
    asker: &Asker,
    headers: &HeaderMap,
    who: (&Subject, Option<&Proven>),
) -> Result<Vec<Seen>, Fault> {
    let records: Vec<Resource> = RECORDS.iter().map(resource).collect();
    let ask = async |action: &str| -> Result<Vec<Answer>, Fault> {
        asker.ask_all(headers, who, action, &records).await
    };
    let read = ask("feedback:read").await?;
    let edit = ask("feedback:edit").await?;
    let export = ask("feedback:export").await?;
    let all = RECORDS.iter().zip(read).zip(edit).zip(export);
    Ok(all
        .filter(|(((_, read), _), _)| read.decision)
        .map(|(((record, read), edit), export)| Seen {
            record,
            why: read.context.explanation,
            // What a stronger proof would make a yes is offered: the way there asks for it.
            may_edit: edit.decision || edit.context.step_up.is_some(),
            may_export: export.decision || export.context.step_up.is_some(),
            is_exported: export.decision,
        })
        .collect())
}

/// The scores of the regions of an organisation of which a person may read reports.
pub(super) async fn reported(
    asker: &Asker,
    headers: &HeaderMap,
    who: (&Subject, Option<&Proven>),
    organisation: &str,
) -> Result<BTreeMap<&'static str, Vec<u8>>, Fault> {
    let mut regions: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    for record in RECORDS.iter().filter(|one| one.organisation == organisation) {
        regions.entry(record.region).or_default().push(record.score);
    }
    let about = |region: &&str| Resource {
        kind: "report",
        id: (*region).to_owned(),
        properties: json!({ "organisation": organisation, "region": region }),
    };
    let reports: Vec<Resource> = regions.keys().map(about).collect();
    let answers = asker.ask_all(headers, who, "reports:read", &reports).await?;
    let all = regions.into_iter().zip(answers);
    Ok(all
        .filter(|(_, answer)| answer.decision)
        .map(|(region, _)| region)
        .collect())
}

/// A person as the provider knows them.
pub(super) fn subject(id: &str) -> Subject {
    Subject {
        kind: "person",
        id: id.to_owned(),
    }
}

/// What the sign-in of a person proves.
pub(super) fn proven(person: &SignedInPerson) -> Proven {
    Proven {
        acr: person.acr.clone(),
        auth_time: person.auth_time,
    }
}

fn resource(record: &Record) -> Resource {
    Resource {
        kind: "feedback",
        id: record.id.to_owned(),
        properties: json!(record),
    }
}

/// What a route with `{record}` is about.
pub(super) fn record() -> Find {
    about(|Path(id): Path<String>| async move { Record::of(&id).map(resource) })
}

/// The settings of the organisation of whoever asks.
pub(super) fn settings() -> Find {
    about(|Extension(person): Extension<SignedInPerson>| async move {
        Some(Resource {
            kind: "settings",
            id: "desk".to_owned(),
            properties: json!({ "organisation": person.claims.organisation }),
        })
    })
}
