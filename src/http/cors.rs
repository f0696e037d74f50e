//! Programs in pages of other sites (single-page applications, MCP clients in a browser) may ask the endpoints that take no
//! cookie: whatever they prove, they prove in the request itself, so that any site may try (Fetch standard, section 3.2.2).
//!
//! Never pages, and never `/authorize`, which a browser goes to and does not fetch. Introspection is for servers.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
};
use http::{HeaderValue, Method, StatusCode};

/// The endpoints, with what they are asked by.
const ENDPOINTS: &[(&str, &str)] = &[
    ("/token", "POST"),
    ("/userinfo", "GET, POST"),
    ("/revoke", "POST"),
    ("/par", "POST"),
    ("/device_authorization", "POST"),
    ("/register", "POST"),
    ("/jwks", "GET"),
];

/// Folders of which all is open.
const FOLDERS: &[(&str, &str)] = &[("/register/", "GET, PUT, DELETE"), ("/.well-known/", "GET")];

const HEADERS: &str = "Authorization, Content-Type, DPoP, MCP-Protocol-Version";
const EXPOSED: &str = "WWW-Authenticate, DPoP-Nonce";

/// Seconds for which a browser need not ask again; Chromium keeps it for two hours at most.
const MAX_AGE: &str = "7200";

/// How an open endpoint may be asked; nothing for all others.
fn methods(path: &str) -> Option<&'static str> {
    let endpoint = ENDPOINTS.iter().find(|(known, _)| *known == path);
    let folder = || FOLDERS.iter().find(|(known, _)| path.starts_with(known));
    endpoint.or_else(folder).map(|(_, methods)| *methods)
}

/// The layer: answers the question of a browser whether it may ask, and says with each answer that any site may read it.
pub(super) async fn open(request: Request, next: Next) -> Response {
    let Some(methods) = methods(request.uri().path()) else {
        return next.run(request).await;
    };
    let is_question =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if is_question {
        let told = [
            (ACCESS_CONTROL_ALLOW_METHODS, methods),
            (ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
            (ACCESS_CONTROL_MAX_AGE, MAX_AGE),
        ];
        (StatusCode::NO_CONTENT, told).into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_for_programs_are_open_and_pages_are_not() {
        for (path, expected) in [
            ("/token", Some("POST")),
            ("/register/app", Some("GET, PUT, DELETE")),
            ("/.well-known/oauth-authorization-server", Some("GET")),
            ("/authorize", None),
            ("/introspect", None),
            ("/token/", None),
            ("/device", None),
            ("/account/applications", None),
            ("/backchannel_authentication", None),
        ] {
            assert_eq!(methods(path), expected, "{path}");
        }
    }
}
