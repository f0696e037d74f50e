//! The names of those who occur in events, for people who read.

use std::collections::BTreeMap;

use super::told::{Entry, Told};
use super::{AuditError, store};
use crate::storage::Tx;

/// Names by kind and id. What was deleted has none, and keeps its id.
#[derive(Debug, Default)]
pub struct NameBook(BTreeMap<(String, String), String>);

impl NameBook {
    /// Looks up everyone and everything in these events.
    pub async fn of(tx: &mut Tx, entries: &[Entry]) -> Result<Self, AuditError> {
        let mut book = BTreeMap::new();
        for (kind, id) in entries.iter().flat_map(|entry| mentioned(&entry.event)) {
            let key = (kind.to_owned(), id.to_owned());
            if book.contains_key(&key) {
                continue;
            }
            if let Some(name) = store::name(tx, kind, id).await? {
                book.insert(key, name);
            }
        }
        Ok(Self(book))
    }

    /// The name, if there is one.
    #[must_use]
    pub fn get(&self, kind: &str, id: &str) -> Option<String> {
        self.0.get(&(kind.to_owned(), id.to_owned())).cloned()
    }
}

fn mentioned(told: &Told) -> impl Iterator<Item = (&str, &str)> {
    let named = std::iter::once(&told.actor).chain(&told.target);
    let named = named.filter_map(|named| Some((named.kind.as_str(), named.id.as_deref()?)));
    named
        .chain(told.client.as_deref().map(|id| ("client", id)))
        .chain(told.on_behalf_of.as_deref().map(|id| ("person", id)))
}
