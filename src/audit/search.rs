//! Finding events.

use std::fmt;
use std::str::FromStr;

use super::told::Entry;
use super::{AuditError, WriterId, store};
use crate::domain::{CorrelationId, EventKind, OrganisationId, Outcome, PersonId, SessionId, Timestamp};
use crate::storage::Tx;

/// Most events of one page.
pub const LARGEST_PAGE: u32 = 1_000;

/// Which events, and in which order. All that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only events of this organisation. Who reads for an organisation must always give it.
    pub organisation: Option<OrganisationId>,
    /// The id of the person, service account or client that acted.
    pub actor: Option<String>,
    pub target: Option<String>,
    pub client: Option<String>,
    pub session: Option<SessionId>,
    pub kind: Option<EventKind>,
    pub outcome: Option<Outcome>,
    pub correlation: Option<CorrelationId>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    pub order: Order,
    /// At most so many, and never more than [`LARGEST_PAGE`]; 0 stands for 50.
    pub limit: u32,
    /// The end of the page before.
    pub after: Option<Cursor>,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
}

/// A place in a list by time: the event that was listed last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub at: Timestamp,
    pub writer: WriterId,
    pub counter: i64,
}

/// The text is not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the list of events: that is a position such as 17, or what a list has printed")]
pub struct CursorError;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.at.as_micros(), self.writer, self.counter)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let mut parts = text.split('.');
        let cursor = (|| {
            Some(Self {
                at: Timestamp::from_micros(parts.next()?.parse().ok()?),
                writer: parts.next()?.parse().ok()?,
                counter: parts.next()?.parse().ok()?,
            })
        })();
        // One place has one spelling.
        cursor
            .filter(|cursor| cursor.to_string() == text)
            .ok_or(CursorError)
    }
}

/// Which event to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Position(u64),
    Event(WriterId, i64),
}

impl FromStr for Which {
    type Err = CursorError;

    /// A position (`17`), or a chain and a counter as listed (`01930…#4`).
    fn from_str(text: &str) -> Result<Self, CursorError> {
        match text.split_once('#') {
            None => text.parse().map(Self::Position).map_err(|_| CursorError),
            Some((writer, counter)) => {
                let writer = writer.parse().map_err(|_| CursorError)?;
                Ok(Self::Event(writer, counter.parse().map_err(|_| CursorError)?))
            }
        }
    }
}

/// One page of events, in the order of time.
pub async fn list(tx: &mut Tx, filter: &Filter) -> Result<Vec<Entry>, AuditError> {
    let limit = if filter.limit == 0 {
        50
    } else {
        filter.limit.min(LARGEST_PAGE)
    };
    let rows = store::search(tx, filter, i64::from(limit)).await?;
    rows.iter().map(Entry::read).collect()
}

/// A page of what a person did and what was done to their account, the newest first, those after `after`.
pub async fn of_person(
    tx: &mut Tx,
    person: PersonId,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Vec<Entry>, AuditError> {
    let limit = limit.min(LARGEST_PAGE);
    let rows = store::of_person(tx, person, after, i64::from(limit)).await?;
    rows.iter().map(Entry::read).collect()
}

/// What was refused to somebody: of these kinds since a moment, at most so many, and of another kind since another moment. The newest first of
/// each; found by an index of refusals, however much there is of other things.
pub async fn refused_of(
    tx: &mut Tx,
    person: PersonId,
    these: ([EventKind; 3], Timestamp, u32),
    and: (EventKind, Timestamp, u32),
) -> Result<Vec<Entry>, AuditError> {
    let rows = store::refused_of(tx, &person.to_string(), these, and).await?;
    rows.iter().map(Entry::read).collect()
}

/// What was done to somebody since a moment, of this kind, the newest first.
pub async fn done_to(
    tx: &mut Tx,
    person: PersonId,
    (kind, from): (EventKind, Timestamp),
) -> Result<Vec<Entry>, AuditError> {
    let limit = i64::from(LARGEST_PAGE);
    let rows = store::done_to(tx, &person.to_string(), (kind, from), limit).await?;
    rows.iter().map(Entry::read).collect()
}

/// One event.
pub async fn show(tx: &mut Tx, which: Which) -> Result<Option<Entry>, AuditError> {
    let row = match which {
        Which::Position(position) => store::event_at(tx, position).await?,
        Which::Event(writer, counter) => store::event_named(tx, &writer.to_string(), counter).await?,
    };
    row.as_ref().map(Entry::read).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_as_written_and_in_no_other_spelling() {
        let at = Timestamp::from_micros(1_700_000_000_000_001);
        let cursor = Cursor {
            at,
            writer: WriterId::new(at, [3; 10]),
            counter: 12,
        };
        let text = cursor.to_string();
        assert_eq!(text.parse(), Ok(cursor));
        for wrong in [
            "",
            "1",
            "1.2.3",
            &format!("{text}.1"),
            &format!("+{text}"),
            &format!("0{text}"),
        ] {
            assert_eq!(wrong.parse::<Cursor>(), Err(CursorError), "{wrong}");
        }
    }
}
