//! An issuer with a path (`https://host/tenant`): everything is served below it.
//!
//! The house itself knows paths from `/` on only. This layer alone takes the issuer's path off what comes in and puts it
//! before what goes out: addresses in `Location`, and links, forms and files in pages. Cookies get it where they are made
//! (`cookie::set`). Whatever a room adds is right by itself, so long as its own addresses begin with one slash.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{OriginalUri, Request};
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use http::uri::PathAndQuery;
use http::{HeaderValue, Method, StatusCode, Uri};
use tower::ServiceExt as _;

use super::Problem;

/// Where no route is.
const NOWHERE: &str = "/.nowhere";

/// The folder of metadata, which stands before an issuer's path and not below it (RFC 8414 section 3.1, RFC 9728).
const WELL_KNOWN: &str = "/.well-known/";

/// No page of ours comes near it.
const LARGEST_PAGE: usize = 4 * 1024 * 1024;

/// Serves a router below a path that begins with a slash and does not end with one; no path: as it is. Routes of `beside`
/// are not of the issuer but of the process, and stay where they are.
pub fn below(router: Router, path: &str, beside: &'static [&'static str]) -> Router {
    if path.is_empty() {
        return router;
    }
    let path: Arc<str> = path.into();
    Router::new().fallback(async move |request: Request| serve(router, &path, beside, request).await)
}

async fn serve(router: Router, path: &str, beside: &[&str], request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let is_head = parts.method == Method::HEAD;
    let asked = parts.uri.path();
    let inside = if beside.contains(&asked) {
        asked.to_owned()
    } else {
        inward(path, asked).unwrap_or_else(|| NOWHERE.to_owned())
    };
    let Some(uri) = with_path(&parts.uri, &inside) else {
        return Problem::new(StatusCode::BAD_REQUEST).into_response();
    };
    // Pages link to themselves as they were asked for: inside, like all other addresses.
    parts.extensions.insert(OriginalUri(uri.clone()));
    parts.uri = uri;
    let answer: Result<Response, Infallible> = router.oneshot(Request::from_parts(parts, body)).await;
    let Ok(answer) = answer;
    outward(path, answer, is_head).await
}

/// The path inside for a path that was asked for; none: nothing is there.
///
/// Metadata is served in both forms: `/.well-known/NAME/tenant` (RFC 8414 section 3.1) and `/tenant/.well-known/NAME`
/// (OpenID Connect Discovery section 4.1).
fn inward(path: &str, asked: &str) -> Option<String> {
    if let Some(rest) = asked.strip_prefix(WELL_KNOWN) {
        let (name, behind) = rest.split_at(rest.find('/')?);
        let rest = below_path(path, behind)?;
        return Some(format!("{WELL_KNOWN}{name}{rest}"));
    }
    let rest = below_path(path, asked)?;
    Some(if rest.is_empty() { "/" } else { rest }.to_owned())
}

/// What follows the path: nothing, or something that begins with a slash.
fn below_path<'a>(path: &str, asked: &'a str) -> Option<&'a str> {
    let rest = asked.strip_prefix(path)?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let path_and_query = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(path_and_query).ok()?);
    Uri::from_parts(parts).ok()
}

async fn outward(path: &str, mut answer: Response, is_head: bool) -> Response {
    if let Some(to) = answer.headers().get(LOCATION).and_then(|to| to.to_str().ok())
        && is_own(to)
        && let Ok(to) = HeaderValue::try_from(format!("{path}{to}"))
    {
        answer.headers_mut().insert(LOCATION, to);
    }
    let is_page = answer
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_page {
        return answer;
    }
    answer.headers_mut().remove(CONTENT_LENGTH);
    if is_head {
        return answer;
    }
    let (parts, body) = answer.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST_PAGE).await else {
        return Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response();
    };
    let html = String::from_utf8_lossy(&bytes);
    Response::from_parts(parts, Body::from(linked(path, &html)))
}

/// Whether an address is a path of ours, not that of another host (`//host`).
fn is_own(address: &str) -> bool {
    address.starts_with('/') && !address.starts_with("//")
}

/// A page whose own addresses stand below the path. What a person or client has named cannot be mistaken for an attribute:
/// templates escape its quotation marks.
fn linked(path: &str, html: &str) -> String {
    let mut linked = String::with_capacity(html.len() + 1_024);
    let mut rest = html;
    while let Some(at) = rest.find("=\"/") {
        let (before, from) = rest.split_at(at + 2);
        linked.push_str(before);
        let named = [" href", " action", " src", " formaction"].iter().any(|name| {
            before
                .strip_suffix("=\"")
                .is_some_and(|text| text.ends_with(name))
        });
        if named && is_own(from) {
            linked.push_str(path);
        }
        rest = from;
    }
    linked.push_str(rest);
    linked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_below_the_path_is_inside() {
        for (asked, expected) in [
            ("/t", Some("/")),
            ("/t/", Some("/")),
            ("/t/token", Some("/token")),
            (
                "/t/.well-known/openid-configuration",
                Some("/.well-known/openid-configuration"),
            ),
            (
                "/.well-known/openid-configuration/t",
                Some("/.well-known/openid-configuration"),
            ),
            (
                "/.well-known/oauth-protected-resource/t/scim",
                Some("/.well-known/oauth-protected-resource/scim"),
            ),
            ("/.well-known/openid-configuration", None),
            ("/.well-known/openid-configuration/tt", None),
            ("/.well-known/", None),
            ("/token", None),
            ("/tt/token", None),
            ("/", None),
            ("//t/token", None),
            ("/T/token", None),
        ] {
            assert_eq!(inward("/t", asked).as_deref(), expected, "{asked}");
        }
        assert_eq!(inward("/a/b", "/a/b/token").as_deref(), Some("/token"));
        assert_eq!(inward("/a/b", "/a/token"), None);
    }

    #[test]
    fn addresses_of_pages_are_put_below_the_path_and_no_others() {
        let page = "<a href=\"/x\">=\"/y</a><form action=\"/z\"><img src=\"/static/i\" data-x=\"/n\"><a href=\"//h\">\
                    <a href=\"https://h/\"><a id=\"a\" href=\"\">";
        assert_eq!(
            linked("/t", page),
            "<a href=\"/t/x\">=\"/y</a><form action=\"/t/z\"><img src=\"/t/static/i\" data-x=\"/n\"><a href=\"//h\">\
             <a href=\"https://h/\"><a id=\"a\" href=\"\">"
        );
        assert_eq!(linked("/t", "plain"), "plain");
    }
}
