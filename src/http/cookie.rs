//! Cookies: our own, read strictly; `HttpOnly`, `SameSite=Lax` (but for [`set_readable`]), for the whole issuer and no other
//! host.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

use crate::op::House;

/// The cookie that binds continuations and form tokens to a browser.
pub(super) const BROWSER: &str = "doorward_browser";
/// It tells a browser that was here before from a new one, so that it outlives the browser's end; browsers keep none longer.
pub(super) const BROWSER_LIFE: Duration = Duration::from_hours(400 * 24);
/// The language that a person has chosen.
pub(super) const LANGUAGE: &str = "doorward_language";

/// The value of our cookie of this name, without its prefix. A cookie that is sent twice counts as absent: one of the two
/// was planted.
#[must_use]
pub fn read<'a>(house: &House, headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    find(headers, prefix(house), &named(house, name))
}

/// The `Set-Cookie` value for a cookie of ours; without `lifetime` it ends with the browser, with zero at once.
///
/// On an https issuer the name gets the prefix `__Host-` and the cookie is `Secure`; an http issuer is on loopback, where
/// browsers refuse both. `__Host-` asks for the path `/` (RFC 6265bis section 4.1.3.2): below a path it is `__Secure-`, and
/// the name tells the path, so that two issuers of one host never take one for the other's.
#[must_use]
pub fn set(house: &House, name: &str, value: &str, lifetime: Option<Duration>) -> HeaderValue {
    let secure = if is_https(house) { "; Secure" } else { "" };
    let age = lifetime.map_or_else(String::new, |age| format!("; Max-Age={}", age.as_secs()));
    let (name, path) = (full_name(house, name), path(house));
    let cookie = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax{secure}{age}");
    // A text that no header can hold is never one of our own values; an empty header sets nothing.
    let mut cookie = HeaderValue::try_from(cookie).unwrap_or_else(|_| HeaderValue::from_static(""));
    cookie.set_sensitive(true);
    cookie
}

/// As [`set`], for a value that is no secret and that a frame of ours within an application's page reads by script.
#[must_use]
pub fn set_readable(house: &House, name: &str, value: &str, lifetime: Option<Duration>) -> HeaderValue {
    // `SameSite=None` is for secure cookies only.
    let site = if is_https(house) { "None; Secure" } else { "Lax" };
    let age = lifetime.map_or_else(String::new, |age| format!("; Max-Age={}", age.as_secs()));
    let (name, path) = (full_name(house, name), path(house));
    let cookie = format!("{name}={value}; Path={path}; SameSite={site}{age}");
    HeaderValue::try_from(cookie).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The name of a cookie of ours as browsers keep it: with its prefix, and with the path of the issuer.
#[must_use]
pub fn full_name(house: &House, name: &str) -> String {
    format!("{}{}", prefix(house), named(house, name))
}

fn path(house: &House) -> &str {
    match house.config.server.path() {
        "" => "/",
        path => path,
    }
}

/// Whether people reach this house by https.
pub(super) fn is_https(house: &House) -> bool {
    house.config.server.issuer.scheme() == "https"
}

fn prefix(house: &House) -> &'static str {
    match (is_https(house), house.config.server.path()) {
        (false, _) => "",
        (true, "") => "__Host-",
        (true, _) => "__Secure-",
    }
}

fn named<'a>(house: &House, name: &'a str) -> Cow<'a, str> {
    match house.config.server.path() {
        "" => Cow::Borrowed(name),
        path => Cow::Owned(format!("{name}{}", path.replace('/', "."))),
    }
}

fn find<'a>(headers: &'a HeaderMap, prefix: &str, name: &str) -> Option<&'a str> {
    let mut values = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| key.strip_prefix(prefix) == Some(name))
        .map(|(_, value)| value);
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

/// Cookies that an extractor has made, on their way to the response. The layer `headers::secure` puts it into each request
/// and takes them out, so that no handler can forget them.
#[derive(Debug, Clone, Default)]
pub(super) struct Fresh(Arc<Mutex<Vec<HeaderValue>>>);

impl Fresh {
    pub(super) fn add(&self, cookie: HeaderValue) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(cookie);
    }

    pub(super) fn take(&self) -> Vec<HeaderValue> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[&str], prefix: &str) -> Option<String> {
        let headers = headers
            .iter()
            .map(|value| (COOKIE, value.parse().unwrap()))
            .collect();
        find(&headers, prefix, "door").map(str::to_owned)
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        assert_eq!(read(&["a=b; door=x; c=d"], ""), Some("x".into()));
        assert_eq!(read(&["a=b", "__Host-door=x=y"], "__Host-"), Some("x=y".into()));
    }

    #[test]
    fn a_cookie_without_the_prefix_or_sent_twice_is_none() {
        assert_eq!(read(&["door=x"], "__Host-"), None);
        assert_eq!(read(&["door=x; door=y"], ""), None);
        assert_eq!(read(&["door=x", "door=x"], ""), None);
        assert_eq!(read(&["door"], ""), None);
    }
}
