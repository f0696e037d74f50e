//! What a client asks, in words: for the pages on which a person answers.

use std::sync::Arc;

use super::details::Given;
use super::offer::Offer;
use super::wording;
use crate::client::Client;
use crate::domain::Scopes;
use crate::http::Text;
use crate::op::House;

const DAY: u64 = 24 * 60 * 60;

/// Sentences of one page.
#[derive(Debug)]
pub(super) struct Question {
    /// Title and purpose of each scope about the person.
    pub(super) about: Vec<(String, String)>,
    pub(super) resources: Vec<AskedOfResource>,
    pub(super) details: Vec<AskedDetail>,
    pub(super) learns: String,
    pub(super) lasting: String,
}

/// What is asked for in one API: its sentence, and title and purpose of each permission.
#[derive(Debug)]
pub(super) struct AskedOfResource {
    pub(super) resource: String,
    pub(super) permissions: Vec<(String, String)>,
}

/// One detail in words.
#[derive(Debug)]
pub(super) struct AskedDetail {
    pub(super) title: String,
    pub(super) purpose: String,
    pub(super) facts: Vec<(String, String)>,
}

impl AskedDetail {
    fn new(given: &Given, language: &str) -> Self {
        Self {
            title: given.rules.title(language).to_owned(),
            purpose: given.rules.purpose(language).to_owned(),
            facts: given.rules.facts(&given.detail, language),
        }
    }
}

impl Question {
    /// The question for an offer; `told` are its scopes and those that claims asked for by name imply.
    pub(super) fn new(
        house: &Arc<House>,
        text: &Text,
        client: &Client,
        (offer, told): (&Offer, &Scopes),
    ) -> Self {
        let days = house.config.tokens.refresh_token_life.as_secs() / DAY;
        let of_resource = offer.rights.applications.iter().map(|api| AskedOfResource {
            resource: text.get_with("consent-resource", "application", &api.name),
            permissions: wording::of_application(api, told),
        });
        let details = offer.details.iter();
        Self {
            about: wording::of_openid(text, told),
            resources: of_resource
                .filter(|asked| !asked.permissions.is_empty())
                .collect(),
            details: details
                .map(|given| AskedDetail::new(given, text.language()))
                .collect(),
            learns: learns(text, client),
            lasting: if told.contains("offline_access") {
                text.get_with("consent-lasting-offline", "days", &days.to_string())
            } else {
                text.get("consent-lasting-session")
            },
        }
    }
}

/// What the client's claim rules tell it.
fn learns(text: &Text, client: &Client) -> String {
    let mut sources: Vec<&str> = client
        .claim_rules
        .iter()
        .filter(|rule| rule.id_token || rule.userinfo || rule.access_token)
        .map(|rule| rule.source.as_str())
        .collect();
    sources.sort_unstable();
    sources.dedup();
    if sources.is_empty() {
        return String::new();
    }
    let words: Vec<String> = sources.iter().map(|source| source_words(text, source)).collect();
    text.get_with("consent-learns", "claims", &words.join(", "))
}

/// A source of claims in words.
fn source_words(text: &Text, source: &str) -> String {
    match source {
        "roles" => text.get("consent-claim-roles"),
        "groups" => text.get("consent-claim-groups"),
        "organisation" => text.get("consent-claim-organisation"),
        _ => {
            let name = source.strip_prefix("attribute:").unwrap_or(source);
            text.get_with("consent-claim-attribute", "name", &name.replace('_', " "))
        }
    }
}
