//! How roles and groups of an organisation are called on pages: by their titles, not by the words that tokens and policies have.

use std::collections::BTreeMap;

use crate::access;
use crate::decision::{self, Vocabulary};
use crate::domain::{GroupKind, OrganisationId};
use crate::http::Text;
use crate::op::{Op, OpError};

/// See the head of this file.
#[derive(Debug, Default)]
pub(super) struct Names {
    words: Vocabulary,
    /// With their titles; none unless they were asked for.
    scopes: BTreeMap<String, String>,
}

impl Names {
    pub(super) async fn of(op: &mut Op, organisation: OrganisationId) -> Result<Self, OpError> {
        let words = decision::vocabulary(op, organisation).await?;
        Ok(Self {
            words: words.unwrap_or_default(),
            scopes: BTreeMap::new(),
        })
    }

    /// With the scopes, as forms of rules tell which there are.
    pub(super) async fn with_scopes(op: &mut Op, organisation: OrganisationId) -> Result<Self, OpError> {
        let mut names = Self::of(op, organisation).await?;
        names.scopes = access::scopes(op, organisation).await?;
        Ok(names)
    }

    /// The words themselves.
    pub(super) fn words(&self) -> &Vocabulary {
        &self.words
    }

    /// `Support (department)` of `department:support`; what is not there any more is called by its word.
    pub(super) fn group(&self, text: &Text, label: &str) -> String {
        self.words.group(text, label)
    }

    /// `Support` of the department `support`.
    pub(super) fn department<'a>(&'a self, word: &'a str) -> &'a str {
        let label = format!("{}:{word}", GroupKind::Department);
        self.words.groups.get(&label).map_or(word, String::as_str)
    }

    /// What each of these groups is called.
    pub(super) fn groups(&self, text: &Text, labels: &[String]) -> Vec<String> {
        labels.iter().map(|label| self.group(text, label)).collect()
    }

    /// What belongs to groups, by what these are called.
    pub(super) fn shares<T>(&self, text: &Text, by_label: BTreeMap<String, T>) -> Vec<(String, T)> {
        let named = by_label.into_iter();
        named
            .map(|(label, share)| (self.group(text, &label), share))
            .collect()
    }

    /// `Support agent` of `support_agent`.
    pub(super) fn role<'a>(&'a self, word: &'a str) -> &'a str {
        self.words.role(word)
    }

    pub(super) fn roles(&self, words: &[String]) -> Vec<String> {
        words.iter().map(|word| self.role(word).to_owned()).collect()
    }

    /// The words of all roles with their titles, as fields of forms tell which there are.
    pub(super) fn role_words(&self) -> impl Iterator<Item = (&str, &str)> {
        self.words
            .roles
            .iter()
            .map(|(word, title)| (word.as_str(), title.as_str()))
    }

    /// The labels of all groups with their titles.
    pub(super) fn group_words(&self) -> impl Iterator<Item = (&str, &str)> {
        self.words
            .groups
            .iter()
            .map(|(label, title)| (label.as_str(), title.as_str()))
    }

    /// All scopes with their titles.
    pub(super) fn scope_words(&self) -> impl Iterator<Item = (&str, &str)> {
        let named = self.scopes.iter();
        named.map(|(name, title)| (name.as_str(), title.as_str()))
    }
}
