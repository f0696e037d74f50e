//! What a client asks, in words: for the pages on which a person answers.

use std::sync::Arc;

use super::details::Given;
use super::offer::Offer;
use super::wording;
use crate::client::{self, Client};
use crate::domain::{RedirectUri, Scopes, plain};
use crate::http::Text;
use crate::op::{House, Op, OpError};

const DAY: u64 = 24 * 60 * 60;

/// Who asks, as far as a person can judge it.
#[derive(Debug)]
pub(super) struct Asker {
    client: Arc<Client>,
    /// Where the answer goes; nowhere by the browser if the client fetches it.
    redirect_uri: Option<RedirectUri>,
    /// Nobody else has said who this is.
    registered_itself: bool,
}

impl Asker {
    pub(super) async fn find(
        op: &mut Op,
        client: &Arc<Client>,
        redirect_uri: Option<&RedirectUri>,
    ) -> Result<Self, OpError> {
        Ok(Self {
            client: Arc::clone(client),
            redirect_uri: redirect_uri.cloned(),
            registered_itself: client::registered_itself(op, &client.id).await?,
        })
    }

    /// The name of the client for people.
    pub(super) fn name(&self) -> String {
        name_of(&self.client)
    }

    /// What the page says of addresses.
    fn facts(&self, text: &Text) -> Vec<(String, String)> {
        let id = self.client.id.as_str();
        let published = self.client.id.is_document().then(|| host(id)).flatten();
        let to = self.redirect_uri.as_ref().and_then(|to| host(to.as_str()));
        [("consent-published", published), ("consent-goes-to", to)]
            .into_iter()
            .filter_map(|(key, host)| Some((text.get(key), host?)))
            .collect()
    }

    /// What a person must know before an answer.
    fn warnings(&self, text: &Text) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.registered_itself {
            warnings.push(text.get("consent-unvouched"));
        }
        // Any program on the machine can wait for such an answer (RFC 8252 section 8.6).
        if let Some(to) = &self.redirect_uri {
            if to.as_str().starts_with("http://") {
                warnings.push(text.get("consent-to-loopback"));
            } else if !to.is_https_or_loopback() {
                warnings.push(text.get("consent-to-scheme"));
            }
        }
        warnings
    }

    /// Pages of the client about itself (RFC 7591 section 2): text and address. Its logo is not shown: fetching it would
    /// tell somebody else who is here, and a picture can pose as another application's.
    fn links(&self, text: &Text) -> Vec<(String, String)> {
        let settings = &self.client.settings;
        let pages = [
            ("consent-link-about", &settings.client_uri),
            ("consent-link-policy", &settings.policy_uri),
            ("consent-link-terms", &settings.tos_uri),
        ];
        let is_https = |address: &&String| address.starts_with("https://") && host(address).is_some();
        pages
            .into_iter()
            .filter_map(|(key, address)| Some((text.get(key), address.as_ref().filter(is_https)?.clone())))
            .collect()
    }
}

/// The name of a client for people: nothing in it is hidden, and where nothing is left it is the id.
pub(super) fn name_of(client: &Client) -> String {
    let name = plain(&client.name);
    if name.is_empty() {
        client.id.to_string()
    } else {
        name
    }
}

/// The host of an address, in ASCII so that no letter looks like another; the scheme of one without a host.
fn host(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let scheme = || format!("{}:", url.scheme());
    Some(match (url.scheme(), url.host_str()) {
        ("https" | "http", host) => host?.to_owned(),
        _ => scheme(),
    })
}

/// Sentences of one page.
#[derive(Debug)]
pub(super) struct Question {
    /// Where the client is, and where the answer goes.
    pub(super) facts: Vec<(String, String)>,
    pub(super) warnings: Vec<String>,
    /// Text and address of pages of the client.
    pub(super) links: Vec<(String, String)>,
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
        let facts = given.rules.facts(&given.detail, language).into_iter();
        Self {
            title: given.rules.title(language).to_owned(),
            purpose: given.rules.purpose(language).to_owned(),
            facts: facts.map(|(title, value)| (title, plain(&value))).collect(),
        }
    }
}

impl Question {
    /// The question for an offer; `told` are its scopes and those that claims asked for by name imply.
    pub(super) fn new(
        house: &Arc<House>,
        text: &Text,
        asker: &Asker,
        (offer, told): (&Offer, &Scopes),
    ) -> Self {
        let days = house.config.tokens.refresh_token_life.as_secs() / DAY;
        let of_resource = offer.rights.applications.iter().map(|api| AskedOfResource {
            resource: text.get_with("consent-resource", "application", &api.name),
            permissions: wording::of_application(text, api, told),
        });
        let details = offer.details.iter();
        Self {
            facts: asker.facts(text),
            warnings: asker.warnings(text),
            links: asker.links(text),
            about: wording::of_openid(text, told),
            resources: of_resource
                .filter(|asked| !asked.permissions.is_empty())
                .collect(),
            details: details
                .map(|given| AskedDetail::new(given, text.language()))
                .collect(),
            learns: learns(text, &asker.client),
            lasting: if told.contains("offline_access") {
                text.get_count(
                    "consent-lasting-offline",
                    "days",
                    i64::try_from(days).unwrap_or(i64::MAX),
                )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_by_its_host_or_by_its_scheme() {
        for (address, expected) in [
            ("https://desk.test:8443/callback", Some("desk.test")),
            ("https://bücher.example/", Some("xn--bcher-kva.example")),
            ("http://127.0.0.1:49152/cb", Some("127.0.0.1")),
            ("http://[::1]/cb", Some("[::1]")),
            ("com.example.app:/cb", Some("com.example.app:")),
            ("com.example.app://host/cb", Some("com.example.app:")),
            ("nothing", None),
        ] {
            assert_eq!(host(address).as_deref(), expected, "{address}");
        }
    }
}
