//! How an event becomes a row, and what is hashed. The decision and its reasons: `docs/decisions/006-audit-encoding.md`.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};

use crate::domain::{Actor, Event, Id, Value};

/// SHA-256.
pub(super) type Hash = [u8; 32];

/// What each chain starts from.
pub(super) const GENESIS: Hash = [0; 32];

#[doc(hidden)]
#[derive(Debug)]
pub enum WriterKind {}

/// One chain of events of one process.
pub type WriterId = Id<WriterKind>;

/// Columns of a row of `event`, in the order of the statement that writes it: four of the chain, ten of the event.
pub(super) const COLUMNS: usize = 14;

/// An event made ready for its row, by the task that tells it.
#[derive(Debug)]
pub(super) struct Encoded {
    /// All columns but those of the chain and the body.
    facts: [Value; 9],
    body: String,
}

impl Encoded {
    pub(super) fn new(event: &Event) -> Result<Self, serde_json::Error> {
        let actor = match &event.actor {
            Actor::Person(id) => Some(id.to_string()),
            Actor::ServiceAccount(id) => Some(id.to_string()),
            Actor::Client(id) => Some(id.to_string()),
            Actor::Anonymous | Actor::Operator | Actor::System => None,
        };
        let facts = [
            Value::Int(Some(event.at.as_micros())),
            Value::Text(Some(event.kind.as_str().to_owned())),
            Value::Text(Some(event.outcome.as_str().to_owned())),
            Value::Text(event.organisation.map(|id| id.to_string())),
            Value::Text(actor),
            Value::Text(
                event
                    .target
                    .as_ref()
                    .map(|target| column(&target.id).into_owned()),
            ),
            Value::Text(event.client.as_ref().map(ToString::to_string)),
            Value::Text(event.session.map(|id| id.to_string())),
            Value::Text(Some(event.seen.correlation_id.to_string())),
        ];
        // Grows seldom: most events are of this size.
        let mut body = Vec::with_capacity(640);
        serde_json::to_writer(&mut body, event)?;
        let body = String::from_utf8(body).map_err(serde::ser::Error::custom)?;
        Ok(Self { facts, body })
    }

    pub(super) fn body(&self) -> &str {
        &self.body
    }

    /// The columns that follow those of the chain.
    pub(super) fn into_values(self) -> impl Iterator<Item = Value> {
        self.facts
            .into_iter()
            .chain(std::iter::once(Value::Text(Some(self.body))))
    }
}

/// A text as it stands in a searched column: without NUL, which PostgreSQL refuses, and not longer than an index entry may
/// be. Only ids of things that do not exist, as sent by a stranger, are changed by this; the body has them whole.
pub(super) fn column(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 200;
    if text.len() <= LONGEST && !text.contains('\0') {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().take(LONGEST);
    Cow::Owned(kept.map(|c| if c == '\0' { '\u{fffd}' } else { c }).collect())
}

/// The hash of an event: all that comes before the body has a fixed length, so no two events have one input.
pub(super) fn hash(writer: &WriterId, counter: i64, previous: &Hash, body: &str) -> Hash {
    let mut digest = Sha256::new();
    digest.update(b"doorward-event-v1\0");
    digest.update(writer.as_bytes());
    digest.update(counter.to_be_bytes());
    digest.update(previous);
    digest.update(body.as_bytes());
    digest.finalize().into()
}
