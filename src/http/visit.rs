//! One visit of a browser to a page.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts, OriginalUri};
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_LANGUAGE, ORIGIN, RETRY_AFTER, USER_AGENT};
use http::request::Parts;
use http::{HeaderMap, StatusCode, Uri};

use super::cookie::{self, BROWSER, Fresh, LANGUAGE};
use super::fallback::{ErrorPage, Sentence};
use super::problem::{PASSING, fault_status, log_fault, retry_after};
use super::{
    Form, FormError, Frame, Language, LanguageLink, Problem, Query, Sentences, Text, client_address, page,
};
use crate::domain::{CorrelationId, Digest32, Seen, Token};
use crate::keys::Purpose;
use crate::op::{House, OpError};

/// Characters of a user agent that are kept.
const USER_AGENT_LENGTH: usize = 256;

/// What a page's handler needs to know of the request: extractor for pages. The browser's own cookie (made if absent) binds
/// continuations and form tokens to it.
#[derive(Debug, Clone)]
pub struct Visit {
    pub seen: Seen,
    pub text: Text,
    /// Digest of the browser cookie: stored with continuations.
    pub browser: Digest32,
    house: Arc<House>,
    here: Uri,
    from_our_pages: bool,
}

/// The browser cookie that an earlier extractor of the same request has made.
#[derive(Debug, Clone)]
struct Made(Digest32);

impl FromRequestParts<Arc<House>> for Seen {
    type Rejection = Problem;

    /// As an outer layer has seen the request, else as this one does.
    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Problem> {
        if let Some(seen) = parts.extensions.get::<Self>() {
            return Ok(seen.clone());
        }
        let correlation_id: CorrelationId = house.chance.id(house.clock.now());
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let proxies = &house.config.server.trusted_proxies;
        let address = peer
            .map(|ConnectInfo(peer)| client_address(peer.ip(), &parts.headers, proxies))
            .transpose()
            .map_err(|refusal| Problem::new(StatusCode::BAD_REQUEST).detail(refusal.to_string()))?;
        let seen = Self {
            correlation_id,
            address,
            user_agent: user_agent(&parts.headers),
            certificate: None,
            device: None,
        };
        parts.extensions.insert(seen.clone());
        Ok(seen)
    }
}

/// At most 256 characters of the user agent.
pub(super) fn user_agent(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(USER_AGENT)?;
    let text = String::from_utf8_lossy(value.as_bytes());
    Some(text.chars().take(USER_AGENT_LENGTH).collect())
}

impl FromRequestParts<Arc<House>> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Response> {
        let seen = Seen::from_request_parts(parts, house)
            .await
            .map_err(IntoResponse::into_response)?;
        let Some(fresh) = parts.extensions.get::<Fresh>().cloned() else {
            let fault = OpError::Broken("a page outside of the layer http::headers::secure");
            return Err(Problem::from_fault(&fault, &seen).into_response());
        };
        let Ok(OriginalUri(here)) = original_uri(parts).await;
        let language = language(house, parts, &fresh);
        let text = Text::new(house.part::<Sentences>(), language);
        let browser = browser(house, parts, &fresh);
        let seen = Seen {
            device: Some(browser.into()),
            ..seen
        };
        Ok(Self {
            seen,
            text,
            browser,
            house: Arc::clone(house),
            here,
            from_our_pages: is_from_our_pages(&parts.headers, &house.config.server.issuer),
        })
    }
}

async fn original_uri(parts: &mut Parts) -> Result<OriginalUri, Infallible> {
    OriginalUri::from_request_parts(parts, &()).await
}

/// The digest of the browser cookie. A missing or malformed one is replaced: its owner is a browser not seen before.
fn browser(house: &House, parts: &mut Parts, fresh: &Fresh) -> Digest32 {
    if let Some(Made(browser)) = parts.extensions.get() {
        return *browser;
    }
    let is_ours = |value: &&str| {
        data_encoding::BASE64URL_NOPAD
            .decode(value.as_bytes())
            .is_ok_and(|bytes| bytes.len() == 32)
    };
    if let Some(value) = cookie::read(house, &parts.headers, BROWSER).filter(is_ours) {
        return Token::presented(value).digest();
    }
    let token = house.chance.token();
    fresh.add(cookie::set(
        house,
        BROWSER,
        token.expose(),
        Some(cookie::BROWSER_LIFE),
    ));
    let browser = token.digest();
    parts.extensions.insert(Made(browser));
    browser
}

/// As this request asks by `ui_locales`, as the person chose before, as the browser is set. What is asked stays chosen,
/// since a sign-in goes over several pages.
fn language(house: &House, parts: &Parts, fresh: &Fresh) -> Language {
    let asked = parts.uri.query().and_then(|query| {
        let query = Query::parse(query).ok()?;
        Language::from_ui_locales(query.get("ui_locales")?)
    });
    let chosen = cookie::read(house, &parts.headers, LANGUAGE).and_then(Language::from_ui_locales);
    if let Some(asked) = asked {
        if chosen != Some(asked) {
            fresh.add(cookie::set(house, LANGUAGE, asked.tag(), None));
        }
        return asked;
    }
    let accepted = || {
        let header = parts.headers.get(ACCEPT_LANGUAGE)?;
        Language::from_accept_language(header.to_str().ok()?)
    };
    chosen.or_else(accepted).unwrap_or(Language::English)
}

/// Whether the browser says nothing against a form having come from our own page. Under `Referrer-Policy: no-referrer`
/// browsers send `Origin: null` with our own forms, so that `null` says nothing; `Sec-Fetch-Site` does.
fn is_from_our_pages(headers: &HeaderMap, issuer: &url::Url) -> bool {
    let site_fits = headers
        .get_all("sec-fetch-site")
        .iter()
        .all(|site| matches!(site.as_bytes(), b"same-origin" | b"none"));
    let ours = issuer.origin().ascii_serialization();
    let origin_fits = headers
        .get_all(ORIGIN)
        .iter()
        .all(|origin| origin.as_bytes() == b"null" || origin.as_bytes() == ours.as_bytes());
    site_fits && origin_fits
}

impl Visit {
    /// The frame of a page, by the key of its title.
    #[must_use]
    pub fn frame(&self, title_key: &str) -> Frame {
        Frame {
            text: self.text.clone(),
            title: self.text.get(title_key),
            form_token: data_encoding::BASE64URL_NOPAD.encode(&self.form_token().0),
            correlation_id: self.seen.correlation_id.to_string(),
            languages: language_links(&self.here, self.text.language()),
            place: String::new(),
            path: self.here.path().to_owned(),
            rooms: Vec::new(),
        }
    }

    /// The house that is visited.
    #[must_use]
    pub fn house(&self) -> &Arc<House> {
        &self.house
    }

    fn form_token(&self) -> Digest32 {
        self.house.master_key.mac(Purpose::FormToken, &[&self.browser.0])
    }

    /// Whether a form was made for this browser. Every POST of a page asks; [`super::Submission`] does it itself.
    #[must_use]
    pub fn owns(&self, form: &Form) -> bool {
        let token = form
            .get("form_token")
            .and_then(|text| data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).ok())
            .and_then(|bytes| bytes.try_into().ok())
            .map(Digest32);
        self.from_our_pages && token.is_some_and(|token| token.matches(&self.form_token()))
    }

    /// A plain page in the house style that says what happened and what to do next, with the correlation id.
    #[must_use]
    pub fn error_page(&self, status: StatusCode, sentence_key: &'static str) -> Response {
        let what = sentence_key;
        self.sentence_page(
            status,
            &Sentence {
                what,
                ..Sentence::of(status)
            },
        )
    }

    fn sentence_page(&self, status: StatusCode, said: &Sentence) -> Response {
        let template = ErrorPage {
            frame: self.frame(said.title),
            what: self.text.get(said.what),
            next: self.text.get(said.next),
        };
        let mut response = page(status, &template);
        if matches!(
            status,
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS
        ) {
            let headers = response.headers_mut();
            headers.insert(RETRY_AFTER, retry_after(PASSING));
        }
        response
    }

    /// The error page of a status, in its usual words.
    #[must_use]
    pub fn status_page(&self, status: StatusCode) -> Response {
        self.sentence_page(status, &Sentence::of(status))
    }

    /// The page of somebody who has tried too often, and may try again after this while.
    #[must_use]
    pub fn limited_page(&self, wait: Duration) -> Response {
        let mut response = self.status_page(StatusCode::TOO_MANY_REQUESTS);
        response.headers_mut().insert(RETRY_AFTER, retry_after(wait));
        response
    }

    /// The page of a form that is not, or no longer, this browser's own.
    #[must_use]
    pub fn stale_page(&self) -> Response {
        self.sentence_page(StatusCode::FORBIDDEN, &Sentence::STALE)
    }

    /// The page of a fault of ours: 503 if it passes, else 500. The cause goes to the log.
    #[must_use]
    pub fn fault_page(&self, fault: &OpError) -> Response {
        log_fault(fault, &self.seen);
        self.status_page(fault_status(fault))
    }

    /// The page of parameters that cannot be read.
    #[must_use]
    pub fn form_page(&self, refusal: FormError) -> Response {
        self.status_page(refusal.status())
    }
}

/// Links to the page at hand, with everything that its query says but the language.
fn language_links(here: &Uri, current: &str) -> Vec<LanguageLink> {
    let kept: Vec<&str> = here
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("ui_locales="))
        .collect();
    // A path that begins with two slashes would be the address of another host.
    let path = format!("/{}", here.path().trim_start_matches('/'));
    Language::ALL
        .into_iter()
        .map(|language| {
            let asked = format!("ui_locales={}", language.tag());
            let query: Vec<&str> = kept.iter().copied().chain([asked.as_str()]).collect();
            LanguageLink {
                tag: language.tag(),
                name: language.name(),
                href: format!("{path}?{}", query.join("&")),
                current: language.tag() == current,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn fits(headers: &[(&'static str, &str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        is_from_our_pages(&headers, &"https://id.example".parse().unwrap())
    }

    #[test]
    fn a_form_from_another_site_is_known_by_what_the_browser_says() {
        assert!(fits(&[]));
        assert!(fits(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://id.example")
        ]));
        assert!(fits(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(!fits(&[("sec-fetch-site", "cross-site"), ("origin", "null")]));
        assert!(!fits(&[("sec-fetch-site", "same-site")]));
        assert!(!fits(&[("origin", "https://id.example.evil.example")]));
        assert!(!fits(&[("origin", "http://id.example")]));
        assert!(!fits(&[
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "cross-site")
        ]));
    }

    #[test]
    fn a_language_link_leads_to_the_same_page() {
        let here = "/signin/1?a=%26b&ui_locales=fr&c=".parse().unwrap();
        let links = language_links(&here, "tr");
        let hrefs: Vec<&str> = links.iter().map(|link| link.href.as_str()).collect();
        assert_eq!(hrefs[1], "/signin/1?a=%26b&c=&ui_locales=de");
        assert_eq!(
            links
                .iter()
                .filter(|link| link.current)
                .map(|link| link.tag)
                .collect::<Vec<_>>(),
            ["tr"]
        );
        let elsewhere = Uri::from_static("//evil.example/x");
        assert_eq!(language_links(&elsewhere, "en")[0].href.find("//"), None);
    }

    #[test]
    fn a_long_user_agent_is_cut_between_characters() {
        let agent = "ü".repeat(300);
        let value = HeaderValue::from_bytes(agent.as_bytes()).unwrap();
        let kept = user_agent(&HeaderMap::from_iter([(USER_AGENT, value)])).unwrap();
        assert_eq!(kept.chars().count(), 256);
    }
}
