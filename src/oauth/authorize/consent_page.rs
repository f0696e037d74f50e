//! The question of consent, in words: what, on which resource, who, for how long.

use std::sync::Arc;

use axum::response::Response;
use http::StatusCode;

use crate::access::Application;
use crate::client::{ClaimRule, Client};
use crate::domain::{ContinuationId, RedirectUri, Scopes};
use crate::http::{Frame, Text, Visit, page_with_form_targets};
use crate::oauth::rights::Rights;
use crate::oauth::wording;
use crate::op::Op;
use crate::person::Person;

const DAY: u64 = 24 * 60 * 60;

/// What the page tells, before it is known in which language.
#[derive(Debug)]
pub(super) struct ConsentPage {
    continuation: ContinuationId,
    redirect_uri: RedirectUri,
    client: String,
    account: String,
    application: Option<Arc<Application>>,
    scopes: Scopes,
    /// Sources of claims by rule.
    sources: Vec<String>,
    days: u64,
}

#[derive(Debug, askama::Template)]
#[template(path = "consent/ask.html")]
struct Template {
    frame: Frame,
    intro: String,
    client: String,
    account: String,
    resource: String,
    permissions: Vec<(String, String)>,
    about: Vec<(String, String)>,
    learns: String,
    lasting: String,
    action: String,
}

impl ConsentPage {
    pub(super) fn new(
        op: &Op,
        client: &Client,
        (rights, scopes): (&Rights, Scopes),
        person: &Person,
        (continuation, redirect_uri): (ContinuationId, RedirectUri),
    ) -> Self {
        let told = |rule: &&ClaimRule| rule.id_token || rule.userinfo || rule.access_token;
        let mut sources: Vec<String> = client
            .claim_rules
            .iter()
            .filter(told)
            .map(|rule| rule.source.clone())
            .collect();
        sources.sort_unstable();
        sources.dedup();
        Self {
            continuation,
            redirect_uri,
            client: client.name.clone(),
            account: format!("{} ({})", person.name, person.username),
            application: rights.application.clone(),
            scopes,
            sources,
            days: op.house.config.tokens.refresh_token_life.as_secs() / DAY,
        }
    }

    /// The page; its form may end at the client's address.
    pub(super) fn render(self, visit: &Visit) -> Response {
        let frame = visit.frame("consent-title").at(self.client.clone());
        let text = frame.text.clone();
        let permissions = wording::of_application(self.application.as_deref(), &self.scopes);
        let learned: Vec<String> = self
            .sources
            .iter()
            .map(|source| source_words(&text, source))
            .collect();
        let lasting = if self.scopes.contains("offline_access") {
            text.get_with("consent-lasting-offline", "days", &self.days.to_string())
        } else {
            text.get("consent-lasting-session")
        };
        let say = |key, name, value: &str| text.get_with(key, name, value);
        let template = Template {
            intro: say("consent-intro", "client", &self.client),
            client: self.client,
            account: say("consent-account", "account", &self.account),
            resource: self
                .application
                .filter(|_| !permissions.is_empty())
                .map(|api| say("consent-resource", "application", &api.name))
                .unwrap_or_default(),
            permissions,
            about: wording::of_openid(&text, &self.scopes),
            learns: if learned.is_empty() {
                String::new()
            } else {
                say("consent-learns", "claims", &learned.join(", "))
            },
            lasting,
            action: format!("/consent/{}", self.continuation),
            frame,
        };
        page_with_form_targets(StatusCode::OK, &template, &[self.redirect_uri.as_str()])
    }
}

/// A source of claims in words.
pub(in crate::oauth) fn source_words(text: &Text, source: &str) -> String {
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
