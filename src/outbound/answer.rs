//! What came back.

use std::time::Duration;

use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};

/// An answer, whatever its status. A redirect is one of them: nobody follows it.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    /// The media type in lower case, without parameters.
    pub content_type: Option<String>,
    pub body: Vec<u8>,
    /// How long the answer may be kept, if it says so (RFC 9111 section 5.2.2); zero if it may not be.
    pub max_age: Option<Duration>,
}

impl Answer {
    pub(super) fn new(status: StatusCode, headers: &HeaderMap, body: Vec<u8>) -> Self {
        Self {
            status,
            content_type: content_type(headers),
            body,
            max_age: max_age(headers),
        }
    }

    /// Whether this is JSON by its media type: `application/json`, or `application/*+json`.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.content_type.as_deref().is_some_and(|found| {
            found == "application/json" || (found.starts_with("application/") && found.ends_with("+json"))
        })
    }
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let plain = value.split(';').next()?.trim();
    (!plain.is_empty()).then(|| plain.to_ascii_lowercase())
}

fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let mut found = None;
    for value in headers.get_all(CACHE_CONTROL) {
        for directive in value.to_str().ok()?.split(',') {
            let directive = directive.trim().to_ascii_lowercase();
            if directive == "no-store" || directive == "no-cache" {
                return Some(Duration::ZERO);
            }
            if let Some(seconds) = directive.strip_prefix("max-age=") {
                found = seconds.trim_matches('"').parse().ok().map(Duration::from_secs);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &[(http::HeaderName, &str)]) -> Answer {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().unwrap()))
            .collect();
        Answer::new(StatusCode::OK, &headers, Vec::new())
    }

    #[test]
    fn json_is_known_by_its_media_type() {
        for (text, json) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/jwk-set+json", true),
            ("text/json", false),
            ("text/html", false),
            ("", false),
        ] {
            assert_eq!(answer(&[(CONTENT_TYPE, text)]).is_json(), json, "{text}");
        }
    }

    #[test]
    fn an_answer_says_how_long_it_may_be_kept() {
        let of = |text: &str| answer(&[(CACHE_CONTROL, text)]).max_age;
        assert_eq!(of("public, max-age=300"), Some(Duration::from_mins(5)));
        assert_eq!(of("Max-Age=60, no-store"), Some(Duration::ZERO));
        assert_eq!(of("no-cache"), Some(Duration::ZERO));
        assert_eq!(of("max-age=-1"), None);
        assert_eq!(of("private"), None);
        assert_eq!(answer(&[]).max_age, None);
    }
}
