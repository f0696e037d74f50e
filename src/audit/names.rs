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

/// The id of the person who has this username.
pub async fn person_called(tx: &mut Tx, username: &str) -> Result<Option<String>, AuditError> {
    Ok(store::id_of(tx, store::PERSON_CALLED, username).await?)
}

/// The id of the organisation that has this short name.
pub async fn organisation_called(tx: &mut Tx, slug: &str) -> Result<Option<String>, AuditError> {
    Ok(store::id_of(tx, store::ORGANISATION_CALLED, slug).await?)
}

/// Everyone and everything that a sentence may name, by kind and id.
fn mentioned(told: &Told) -> Vec<(&str, &str)> {
    let named = std::iter::once(&told.actor).chain(&told.target);
    let named = named.filter_map(|named| Some((named.kind.as_str(), named.id.as_deref()?)));
    named
        .chain(told.client.as_deref().map(|id| ("client", id)))
        .chain(told.on_behalf_of.as_deref().map(|id| ("person", id)))
        .chain(told.fact("person").map(|id| ("person", id)))
        .chain(told.fact("asked_by").map(|id| ("person", id)))
        .chain(told.fact("role").map(|id| ("role", id)))
        .chain(told.fact("holder_type").zip(told.fact("holder")))
        .chain(told.fact("member_type").zip(told.fact("member")))
        .chain(told.fact("subject").and_then(|subject| subject.split_once(':')))
        .chain(denied(told))
        .collect()
}

/// Whom the decisions of one answer to many questions are about.
fn denied(told: &Told) -> impl Iterator<Item = (&str, &str)> {
    let decisions = told.details.get("decisions").and_then(|many| many.as_array());
    let subjects = decisions
        .into_iter()
        .flatten()
        .filter_map(|one| one.get(0)?.as_str());
    subjects.filter_map(|subject| subject.split_once(':'))
}
