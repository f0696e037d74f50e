//! Who may do something, with what they are called: for people and programs that look at an organisation.

use serde::Serialize;

use crate::decision::{self, Allowed, Found, Who};
use crate::domain::{Subject, SubjectKind};
use crate::op::{Op, OpError};
use crate::person;

/// Somebody who may do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Able {
    #[serde(rename = "type")]
    pub kind: SubjectKind,
    pub id: String,
    /// Of a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    pub name: String,
    /// `granted` or `granted_by_policy`.
    pub reason: &'static str,
    /// The roles and policies by which: `role:analyst`, `policy:own-line`.
    pub because: Vec<String>,
}

/// Who of an organisation may do something, by id. A resource that names no organisation is taken to be of this one. Who asked is on record.
pub async fn who(op: &mut Op, who: Who) -> Result<Found<Able>, OpError> {
    let found = decision::who_within(op, who).await?;
    let mut results = Vec::new();
    for one in found.results {
        results.extend(called(op, one).await?);
    }
    Ok(Found {
        results,
        next: found.next,
    })
}

/// None if they are gone since.
async fn called(op: &mut Op, one: Allowed) -> Result<Option<Able>, OpError> {
    let names = match one.subject {
        Subject::Person(id) => {
            let found = person::find(op, id).await?;
            found.map(|person| (Some(person.username.to_string()), person.name.clone()))
        }
        Subject::ServiceAccount(id) => {
            let found = person::find_service_account(op, id).await?;
            found.map(|account| (None, account.name))
        }
    };
    Ok(names.map(|(username, name)| Able {
        kind: one.subject.kind(),
        id: one.subject.id_text(),
        username,
        name,
        reason: one.decision.reason,
        because: one.decision.because,
    }))
}
