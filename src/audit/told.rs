//! Events as they are read back.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::store::ChainRow;
use super::{AuditError, Cursor, WriterId};
use crate::domain::{EventKind, Outcome, Timestamp};

/// An event of the log, with its place in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    pub writer: WriterId,
    pub counter: i64,
    /// Its leaf in the tree; none until the next checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<i64>,
    /// The hash of the event, in hexadecimal.
    pub hash: String,
    pub event: Told,
}

/// What an event tells, as its body has it. Words are text: a newer version may have written some that this one does not
/// know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    #[serde(rename = "v")]
    pub version: u8,
    pub kind: String,
    pub outcome: String,
    pub at: Timestamp,
    pub actor: Named,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Named>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    pub correlation_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Json>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Json>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub details: Map<String, Json>,
}

/// Someone or something: its kind and its id, if it has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl Entry {
    pub(super) fn read(row: &ChainRow) -> Result<Self, AuditError> {
        Ok(Self {
            writer: row.writer.parse().map_err(|_| AuditError::Position)?,
            counter: row.counter,
            position: row.position,
            hash: data_encoding::HEXLOWER.encode(&row.hash),
            event: serde_json::from_str(&row.body)?,
        })
    }

    /// Where the next page begins if this event ends one.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor {
            at: self.event.at,
            writer: self.writer,
            counter: self.counter,
        }
    }
}

impl Told {
    /// What happened, if this version knows the word.
    #[must_use]
    pub fn kind(&self) -> Option<EventKind> {
        EventKind::parse(&self.kind)
    }

    /// Whether it succeeded.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.outcome == Outcome::Success.as_str()
    }

    /// A detail, or a value of what was made.
    pub(super) fn value(&self, name: &str) -> Option<&Json> {
        let after = self.after.as_ref().and_then(|after| after.get(name));
        let found = self.details.get(name).or(after);
        found.filter(|value| !value.is_null())
    }

    /// One that is a text.
    pub(super) fn fact(&self, name: &str) -> Option<&str> {
        self.value(name)?.as_str()
    }
}
