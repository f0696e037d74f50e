//! What a client asks, in words: for the pages on which a person answers a request that came from elsewhere.

use std::sync::Arc;

use super::authorize::source_words;
use super::wording;
use crate::access::Application;
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
    pub(super) resource: String,
    pub(super) permissions: Vec<(String, String)>,
    pub(super) learns: String,
    pub(super) lasting: String,
}

impl Question {
    pub(super) fn new(
        house: &Arc<House>,
        text: &Text,
        client: &Client,
        (application, scopes): (Option<&Application>, &Scopes),
    ) -> Self {
        let permissions = wording::of_application(application, scopes);
        let resource = application
            .filter(|_| !permissions.is_empty())
            .map(|api| text.get_with("consent-resource", "application", &api.name));
        let days = house.config.tokens.refresh_token_life.as_secs() / DAY;
        Self {
            about: wording::of_openid(text, scopes),
            resource: resource.unwrap_or_default(),
            permissions,
            learns: learns(text, client),
            lasting: if scopes.contains("offline_access") {
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
