//! A browser without a screen: cookies, redirects, and the one form of a page.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use data_encoding::BASE64URL_NOPAD;
use regex_lite::Regex;
use sha2::Digest as _;
use url::Url;

use super::server::{Client, House, Person};
use super::wire::{Answer, FORM, Wire, form, request};

/// Pages between the application and its code, at most.
const PAGES: usize = 20;

/// The cookie of a session on an issuer without https.
const SESSION: &str = "doorward_session";

/// PKCE: one verifier will do for all, since only the server's work is measured.
pub(crate) const VERIFIER: &str = "load-load-load-load-load-load-load-load-load-load";

#[derive(Debug)]
pub(crate) struct Browser {
    wire: Wire,
    issuer: Url,
    host: String,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) async fn new(house: &House) -> Self {
        Self {
            wire: Wire::open(house.address).await,
            issuer: house.sample.issuer.clone(),
            host: house.host.clone(),
            cookies: BTreeMap::new(),
        }
    }

    /// Becomes one that the server has never seen.
    pub(crate) fn forget(&mut self) {
        self.cookies.clear();
    }

    /// Forgets who was signed in. By what is left the server knows that it was here before.
    pub(crate) fn sign_out(&mut self) {
        self.cookies.retain(|name, _| name != SESSION);
    }

    /// Goes from the application through all pages that come, back to the application; answers its code.
    pub(crate) async fn authorize(&mut self, client: &Client, person: &Person) -> String {
        let target = format!(
            "/authorize?{}",
            form(
                &authorization(client)
                    .each_ref()
                    .map(|(name, value)| (*name, value.as_str()))
            )
        );
        self.authorize_at(&target, client, person).await
    }

    /// The same from a request that was pushed.
    pub(crate) async fn authorize_pushed(&mut self, uri: &str, client: &Client, person: &Person) -> String {
        let query = form(&[("client_id", &client.id), ("request_uri", uri)]);
        self.authorize_at(&format!("/authorize?{query}"), client, person)
            .await
    }

    async fn authorize_at(&mut self, target: &str, client: &Client, person: &Person) -> String {
        let mut answer = self.get(target).await;
        for _ in 0..PAGES {
            let location = answer.headers("location").next().map(str::to_owned);
            if let Some(location) = location {
                if location.starts_with(client.redirect_uris[0].as_str()) {
                    return code_of(&location);
                }
                let target = self.target(&location);
                answer = self.get(&target).await;
            } else {
                answer = self.submit(&answer.expect(200), person).await;
            }
        }
        panic!(
            "no way back to the application:\n{}\n{}",
            answer.head,
            answer.text()
        )
    }

    /// One request of a way that begins anew each time: from the application to the page that asks for the password, and to that page again.
    /// Answers where the next one goes; none: it begins anew.
    pub(crate) async fn step(&mut self, client: &Client, next: Option<Step>) -> Option<Step> {
        let Some(step) = next else {
            self.forget();
            let asked = authorization(client);
            let query = form(&asked.each_ref().map(|(name, value)| (*name, value.as_str())));
            let answer = self.get(&format!("/authorize?{query}")).await;
            let location = answer.headers("location").next().map(str::to_owned);
            let target = self.target(&location.expect("a way to the sign-in"));
            return Some(Step { target, again: false });
        };
        let answer = self.get(&step.target).await;
        if let Some(location) = answer.headers("location").next().map(str::to_owned) {
            let target = self.target(&location);
            return Some(Step { target, ..step });
        }
        assert!(answer.expect(200).text().contains("<form"), "a page with a form");
        (!step.again).then_some(Step { again: true, ..step })
    }

    /// Goes from the application to the page that asks for the password.
    pub(crate) async fn reach_password(&mut self, client: &Client, person: &Person) -> Answer {
        let target = format!(
            "/authorize?{}",
            form(
                &authorization(client)
                    .each_ref()
                    .map(|(name, value)| (*name, value.as_str()))
            )
        );
        let mut answer = self.get(&target).await;
        for _ in 0..PAGES {
            let location = answer.headers("location").next().map(str::to_owned);
            if let Some(location) = location {
                let target = self.target(&location);
                answer = self.get(&target).await;
            } else if answer.text().contains(r#"name="password""#) {
                return answer;
            } else {
                answer = self.submit(&answer.expect(200), person).await;
            }
        }
        panic!("nobody asks for a password:\n{}\n{}", answer.head, answer.text())
    }

    /// Fills in the form of a page and sends it.
    pub(crate) async fn submit(&mut self, page: &Answer, person: &Person) -> Answer {
        let (target, body) = self.fill_in(page, person);
        self.post(&target, &body).await
    }

    /// Where the form of a page goes, and what is in it.
    pub(crate) fn fill_in(&self, page: &Answer, person: &Person) -> (String, String) {
        let text = page.text();
        let form_text = text
            .split("<form")
            .skip(1)
            .map(|part| part.split("</form>").next().unwrap_or(part))
            .find(|part| part.contains(r#"id="continue""#) || part.contains(r#"id="allow""#))
            .unwrap_or_else(|| panic!("a page without a form to go on:\n{}\n{text}", page.head));
        let action = attribute(form_text.split('>').next().unwrap_or_default(), "action");
        let mut fields = BTreeMap::new();
        for tag in FIELD.find_iter(form_text) {
            let tag = tag.as_str();
            let is_other_button =
                tag.starts_with("<button") && attribute(tag, "id").as_deref() == Some("deny");
            if let Some(name) = attribute(tag, "name").filter(|_| !is_other_button) {
                fields.insert(name, attribute(tag, "value").unwrap_or_default());
            }
        }
        assert!(
            !fields.contains_key("code"),
            "{} is asked for a second factor",
            person.username
        );
        for (name, value) in [("username", &person.username), ("password", &person.password)] {
            if let Some(field) = fields.get_mut(name) {
                field.clone_from(value);
            }
        }
        let pairs: Vec<_> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let target = self.target(&action.expect("a form has an action"));
        (target, form(&pairs))
    }

    fn target(&self, location: &str) -> String {
        let url = self.issuer.join(location).unwrap();
        assert_eq!(url.host(), self.issuer.host(), "led away to {url}");
        url[url::Position::BeforePath..].to_owned()
    }

    async fn get(&mut self, target: &str) -> Answer {
        self.ask("GET", target, "").await
    }

    pub(crate) async fn post(&mut self, target: &str, body: &str) -> Answer {
        self.ask("POST", target, body).await
    }

    async fn ask(&mut self, method: &str, target: &str, body: &str) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let cookies = cookies.join("; ");
        let origin = self.issuer.origin().ascii_serialization();
        let mut headers = vec![("accept-language", "en")];
        if !cookies.is_empty() {
            headers.push(("cookie", &cookies));
        }
        if method == "POST" {
            headers.extend([FORM, ("origin", &origin)]);
        }
        let answer = self
            .wire
            .send(&request(method, &self.host, target, &headers, body))
            .await;
        for cookie in answer.headers("set-cookie") {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }
}

/// The next request of a way.
#[derive(Debug)]
pub(crate) struct Step {
    target: String,
    /// Whether the page was there before.
    again: bool,
}

/// The authorization request of an application.
pub(crate) fn authorization(client: &Client) -> [(&'static str, String); 8] {
    static CHALLENGE: LazyLock<String> =
        LazyLock::new(|| BASE64URL_NOPAD.encode(&sha2::Sha256::digest(VERIFIER)));
    let owned = |text: &str| text.to_owned();
    [
        ("response_type", owned("code")),
        ("client_id", client.id.clone()),
        ("redirect_uri", client.redirect_uris[0].clone()),
        ("scope", client.scopes.join(" ")),
        ("state", owned("state")),
        ("nonce", owned("nonce")),
        ("code_challenge", CHALLENGE.clone()),
        ("code_challenge_method", owned("S256")),
    ]
}

fn code_of(location: &str) -> String {
    let url = Url::parse(location).unwrap();
    let code = url.query_pairs().find(|(name, _)| name == "code");
    code.unwrap_or_else(|| panic!("no code in {url}")).1.into_owned()
}

/// The tags of a form that hold a value.
static FIELD: LazyLock<Regex> = LazyLock::new(|| Regex::new("<(input|button)[^>]*>").unwrap());
/// An attribute of a tag.
static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"\s([a-z-]+)="([^"]*)""#).unwrap());

/// The value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let found = ATTRIBUTE
        .captures_iter(tag)
        .find(|captures| &captures[1] == name)?;
    let mut text = found[2].to_owned();
    for (entity, character) in [
        ("&#38;", "&"),
        ("&amp;", "&"),
        ("&#34;", "\""),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
    ] {
        text = text.replace(entity, character);
    }
    Some(text)
}
