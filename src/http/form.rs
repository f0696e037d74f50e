//! Parameters of a request: each at most once (RFC 6749 section 3.1) but for [`REPEATABLE`], valid UTF-8, without NUL.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, StatusCode};

use super::{Problem, decode};
use crate::op::House;

/// The parameters whose own specification lets them be repeated: RFC 8707 section 2 and RFC 8693 section 2.1.
pub(super) const REPEATABLE: [&str; 2] = ["resource", "audience"];

/// Parameters of a body in `application/x-www-form-urlencoded`.
#[derive(Clone, Default)]
pub struct Form(pub(super) Vec<(String, String)>);

/// Parameters of the query.
#[derive(Clone, Default)]
pub struct Query(pub(super) Vec<(String, String)>);

/// Why parameters cannot be read. The texts are for developers, free of input, and fit an OAuth `error_description`.
///
/// A handler that answers in its own face takes `Result<Form, FormError>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    #[error("the content type must be application/x-www-form-urlencoded")]
    UnsupportedType,
    #[error("the body is larger than the server allows")]
    TooLarge,
    #[error("the body could not be read to its end")]
    Incomplete,
    #[error("a parameter is not percent-encoded UTF-8")]
    Malformed,
    #[error("a parameter contains a NUL character")]
    Nul,
    #[error("a parameter is given more than once")]
    Repeated,
    #[error("there are too many parameters")]
    TooMany,
}

impl FormError {
    /// The status of an answer that has no other rule.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Incomplete | Self::Malformed | Self::Nul | Self::Repeated | Self::TooMany => {
                StatusCode::BAD_REQUEST
            }
        }
    }
}

impl IntoResponse for FormError {
    fn into_response(self) -> Response {
        Problem::new(self.status())
            .detail(self.to_string())
            .into_response()
    }
}

impl FromRequest<Arc<House>> for Form {
    type Rejection = FormError;

    async fn from_request(request: Request, house: &Arc<House>) -> Result<Self, FormError> {
        decode::pairs(&form_body(request, house).await?).map(Self)
    }
}

/// The body of a request, if it is a form.
async fn form_body(request: Request, house: &House) -> Result<Bytes, FormError> {
    if is_form(request.headers()) {
        read_body(request, house.config.server.body_limit).await
    } else {
        Err(FormError::UnsupportedType)
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = FormError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, FormError> {
        decode::pairs(parts.uri.query().unwrap_or_default().as_bytes()).map(Self)
    }
}

/// The whole body, if it is not larger than `limit` bytes.
pub(super) async fn read_body(mut request: Request, limit: usize) -> Result<Bytes, FormError> {
    DefaultBodyLimit::max(limit).apply(&mut request);
    Bytes::from_request(request, &())
        .await
        .map_err(|refusal| match refusal {
            BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
                FormError::TooLarge
            }
            _ => FormError::Incomplete,
        })
}

/// Whether the one content type is that of forms; a charset other than UTF-8 is another type.
fn is_form(headers: &HeaderMap) -> bool {
    has_type(headers, |essence| {
        essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    })
}

/// Whether there is exactly one content type, it is the asked one, and its characters are UTF-8.
pub(super) fn has_type(headers: &HeaderMap, is_asked: impl Fn(&str) -> bool) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let Ok(value) = value.to_str() else { return false };
    let mut pieces = value.split(';').map(str::trim);
    pieces.next().is_some_and(is_asked)
        && pieces.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
                value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            _ => true,
        })
}

impl std::fmt::Debug for Form {
    /// Names only: values can be passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

impl std::fmt::Debug for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// The parameters of a form that did not come as one. Each name at most once, but for the few that may be repeated.
impl FromIterator<(String, String)> for Form {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(pairs: T) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl Form {
    /// Reads a form in which parameters may be repeated, to be sent on as a query that tells of it.
    pub(super) async fn with_repeated(request: Request, house: &House) -> Result<Self, FormError> {
        decode::all_pairs(&form_body(request, house).await?).map(Self)
    }

    /// Reads parameters that did not come as the body of a request; for tests and for stored requests.
    pub fn parse(encoded: &str) -> Result<Self, FormError> {
        decode::pairs(encoded.as_bytes()).map(Self)
    }

    /// The value of a parameter; an empty one counts as absent (RFC 6749 section 3.1).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        find(&self.0, name)
    }

    /// All parameters with their values, empty ones too, in their order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// All values of a parameter that may be repeated, in their order; empty ones count as absent.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        find_all(&self.0, name)
    }
}

impl Query {
    /// Reads a query in which parameters may be repeated, for an endpoint that tells its client of it. [`Query::get`] gives the
    /// first value, [`Query::all`] each.
    pub(super) fn with_repeated(encoded: &str) -> Result<Self, FormError> {
        decode::all_pairs(encoded.as_bytes()).map(Self)
    }

    /// Reads parameters out of a stored query, without its question mark.
    pub fn parse(encoded: &str) -> Result<Self, FormError> {
        decode::pairs(encoded.as_bytes()).map(Self)
    }

    /// The value of a parameter; an empty one counts as absent (RFC 6749 section 3.1).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        find(&self.0, name)
    }

    /// All values of a parameter that may be repeated, in their order; empty ones count as absent.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        find_all(&self.0, name)
    }
}

fn find_all<'a>(pairs: &'a [(String, String)], name: &'a str) -> impl Iterator<Item = &'a str> {
    pairs
        .iter()
        .filter(move |(key, value)| key == name && !value.is_empty())
        .map(|(_, value)| value.as_str())
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
        .filter(|value| !value.is_empty())
}
