//! The question of consent, in words: what, on which resource, who, for how long.

use axum::response::Response;
use http::StatusCode;

use crate::client::{ClaimRule, Client};
use crate::domain::{ContinuationId, RedirectUri};
use crate::http::{Frame, Text, Visit, page_with_form_targets};
use crate::oauth::rights::Rights;
use crate::oauth::scope::OPENID_SCOPES;
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
    application: Option<String>,
    /// Title and purpose, as the application has named them.
    permissions: Vec<(String, String)>,
    /// Scopes of OpenID Connect, by name.
    about: Vec<&'static str>,
    /// Sources of claims by rule.
    sources: Vec<String>,
    offline: bool,
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
        rights: &Rights,
        person: &Person,
        (continuation, redirect_uri): (ContinuationId, RedirectUri),
    ) -> Self {
        let permissions = rights.application.iter().flat_map(|api| &api.permissions);
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
            application: rights.application.as_ref().map(|api| api.name.clone()),
            permissions: permissions
                .filter(|(name, _, _)| rights.scopes.contains(name))
                .map(|(_, title, purpose)| (title.clone(), purpose.clone()))
                .collect(),
            about: OPENID_SCOPES
                .into_iter()
                .filter(|scope| rights.scopes.contains(scope))
                .collect(),
            sources,
            offline: rights.scopes.contains("offline_access"),
            days: op.house.config.tokens.refresh_token_life.as_secs() / DAY,
        }
    }

    /// The page; its form may end at the client's address.
    pub(super) fn render(self, visit: &Visit) -> Response {
        let frame = visit.frame("consent-title").at(self.client.clone());
        let text = frame.text.clone();
        let about = self
            .about
            .iter()
            .map(|scope| {
                let key = scope.replace('_', "-");
                let what = text.get(&format!("consent-scope-{key}"));
                (what, text.get(&format!("consent-scope-{key}-why")))
            })
            .collect();
        let learned: Vec<String> = self
            .sources
            .iter()
            .map(|source| source_words(&text, source))
            .collect();
        let lasting = if self.offline {
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
                .filter(|_| !self.permissions.is_empty())
                .map(|name| say("consent-resource", "application", &name))
                .unwrap_or_default(),
            permissions: self.permissions,
            about,
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
