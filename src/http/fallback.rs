//! Answers where no handler is, and the words of error pages.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, OriginalUri, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::ACCEPT;
use http::{HeaderMap, StatusCode, Uri};

use super::{Frame, Problem, Visit, cors, headers};
use crate::domain::Seen;
use crate::op::House;

/// Longest accepted path and query.
const URI_LIMIT: usize = 16 * 1024;

/// A page that says what went wrong.
#[derive(Debug, askama::Template)]
#[template(path = "error.html")]
pub(super) struct ErrorPage {
    pub(super) frame: Frame,
    pub(super) what: String,
    pub(super) next: String,
}

/// The keys of an error page's sentences.
pub(super) struct Sentence {
    pub(super) title: &'static str,
    pub(super) what: &'static str,
    pub(super) next: &'static str,
}

impl Sentence {
    pub(super) const STALE: Self = Self::new("error-stale-title", "error-stale-what", "error-stale-next");

    const fn new(title: &'static str, what: &'static str, next: &'static str) -> Self {
        Self { title, what, next }
    }

    /// The usual words for a status.
    pub(super) fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            403 => Self::new(
                "error-forbidden-title",
                "error-forbidden-what",
                "error-forbidden-next",
            ),
            404 => Self::new(
                "error-not-found-title",
                "error-not-found-what",
                "error-not-found-next",
            ),
            405 => Self::new("error-method-title", "error-method-what", "error-method-next"),
            413 => Self::new(
                "error-too-large-title",
                "error-too-large-what",
                "error-too-large-next",
            ),
            414 => Self::new(
                "error-too-long-title",
                "error-too-long-what",
                "error-too-long-next",
            ),
            415 => Self::new("error-type-title", "error-type-what", "error-type-next"),
            429 => Self::new(
                "error-too-many-title",
                "error-too-many-what",
                "error-too-many-next",
            ),
            503 => Self::new("error-busy-title", "error-busy-what", "error-busy-next"),
            400..500 => Self::new("error-request-title", "error-request-what", "error-request-next"),
            _ => Self::new("error-fault-title", "error-fault-what", "error-fault-next"),
        }
    }
}

/// Answers requests for which the table of routes, now complete, has no handler, and puts around all routes and other layers what each
/// answer needs: the headers, the cookies of extractors. Called last; one call, so that no server lacks the half of it.
pub fn dress(router: Router<Arc<House>>, house: &Arc<House>) -> Router<Arc<House>> {
    let secure = axum::middleware::from_fn_with_state(Arc::clone(house), headers::secure);
    let bounded = axum::middleware::from_fn_with_state(Arc::clone(house), bounded);
    let open = axum::middleware::from_fn(cors::open);
    let whole = router
        .fallback(unknown_route)
        .method_not_allowed_fallback(wrong_method);
    whole.layer(bounded).layer(open).layer(secure)
}

/// Nothing is at this address.
async fn unknown_route(State(house): State<Arc<House>>, request: Request) -> Response {
    refuse(&house, request, StatusCode::NOT_FOUND).await
}

/// Something is at this address, but not for this method.
async fn wrong_method(State(house): State<Arc<House>>, request: Request) -> Response {
    refuse(&house, request, StatusCode::METHOD_NOT_ALLOWED).await
}

/// Refuses an address that is too long, before anything of it is read.
async fn bounded(State(house): State<Arc<House>>, mut request: Request, next: Next) -> Response {
    let length = request.uri().path_and_query().map_or(0, |uri| uri.as_str().len());
    if length <= URI_LIMIT {
        return next.run(request).await;
    }
    // The page that says so links to itself in other languages.
    *request.uri_mut() = Uri::from_static("/");
    request.extensions_mut().remove::<OriginalUri>();
    refuse(&house, request, StatusCode::URI_TOO_LONG).await
}

/// The answer to a request that no handler sees: a page for people, a problem document for programs.
async fn refuse(house: &Arc<House>, request: Request, status: StatusCode) -> Response {
    let (mut parts, _) = request.into_parts();
    if is_person(&parts.headers) {
        return match Visit::from_request_parts(&mut parts, house).await {
            Ok(visit) => visit.status_page(status),
            Err(refusal) => refusal,
        };
    }
    match Seen::from_request_parts(&mut parts, house).await {
        Ok(seen) => Problem::new(status).seen(&seen).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// Browsers ask for HTML by name; programs that take anything get what is for programs.
fn is_person(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("text/html"))
}
