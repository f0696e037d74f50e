//! What every resource of ours asks of an access token that is shown to it: how it was sent, and its key (RFC 6750, RFC
//! 9449 section 7, RFC 8705 section 3).

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::binding::{self, Endpoint};
use super::error::Refusal;
use crate::config::{Config, Server};
use crate::domain::{Acr, Confirmation, Token};
use crate::http::{Access, BearerError, Proof, Scheme, sent_token};
use crate::op::{Op, OpError};

/// Declares that a route is for those who show an access token; holds what was shown as one.
#[derive(Debug)]
pub(super) struct ByToken(pub(super) Result<Shown, BearerError>);

impl<S: Sync> FromRequestParts<S> for ByToken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let shown = sent_token(&parts.headers).map(|(scheme, token)| Shown {
            scheme,
            token,
            in_body: false,
            method: parts.method.clone(),
            headers: parts.headers.clone(),
        });
        Ok(Self(shown))
    }
}

impl Proof for ByToken {
    const ACCESS: Access = Access::Bearer;
}

/// A token as it was shown.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) scheme: Scheme,
    pub(super) token: Token,
    /// In a form, where only tokens that are bound to nothing may be.
    in_body: bool,
    method: Method,
    headers: HeaderMap,
}

impl Shown {
    /// In the body of a form (RFC 6750 section 2.2).
    pub(super) fn in_body(token: &str, headers: HeaderMap) -> Self {
        Self {
            scheme: Scheme::Bearer,
            token: Token::presented(token),
            in_body: true,
            method: Method::POST,
            headers,
        }
    }

    /// Whether it is shown by whom it is bound to: a token that is bound to a key comes with a proof, and not as bearer
    /// (RFC 9449 section 7.2); only such a one does.
    pub(super) async fn fits(
        &self,
        op: &mut Op,
        bound: Option<&Confirmation>,
        path: &str,
    ) -> Result<Result<(), TokenRefusal>, OpError> {
        let endpoint = Endpoint {
            method: self.method.as_str(),
            path,
        };
        match (self.scheme, bound) {
            (Scheme::Bearer, None) => Ok(Ok(())),
            (Scheme::Dpop, Some(Confirmation::Key(thumbprint))) => {
                let proven =
                    binding::proven_key(op, &self.headers, endpoint, Some(&self.token), false).await?;
                Ok(match proven {
                    Err(refusal) => Err(TokenRefusal::Proof(refusal)),
                    Ok(None) => Err(TokenRefusal::Proof(binding::NO_PROOF)),
                    Ok(Some(proven)) if proven.thumbprint == *thumbprint => Ok(()),
                    Ok(Some(_)) => Err(TokenRefusal::InvalidToken),
                })
            }
            (Scheme::Bearer, Some(bound @ Confirmation::Certificate(_)))
                if !self.in_body && binding::shown(op).as_ref() == Some(bound) =>
            {
                Ok(Ok(()))
            }
            (Scheme::Bearer | Scheme::Dpop, _) => Ok(Err(TokenRefusal::InvalidToken)),
        }
    }
}

/// Where a resource describes itself: the well-known folder stands before the path of the issuer (RFC 9728 section 3.1).
fn description(server: &Server, resource: &str) -> String {
    let origin = server.issuer.origin().ascii_serialization();
    let path = server.path();
    format!("{origin}/.well-known/oauth-protected-resource{path}{resource}")
}

/// Why a token gets nothing (RFC 6750 section 3.1, RFC 9449 section 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenRefusal {
    Missing,
    InvalidRequest,
    InvalidToken,
    /// The scope that is needed.
    InsufficientScope(&'static str),
    /// The person has proven too little for it (RFC 9470 section 3): the class that is needed, none where nothing would be enough.
    Authentication(Option<Acr>),
    /// The proof beside the token.
    Proof(Refusal),
}

impl From<BearerError> for TokenRefusal {
    fn from(error: BearerError) -> Self {
        match error {
            BearerError::Missing => Self::Missing,
            BearerError::Malformed => Self::InvalidRequest,
        }
    }
}

impl TokenRefusal {
    /// The answer, with a challenge for each scheme: the one that was used is told the error. Both say where the resource
    /// describes itself (RFC 9728 section 5.1).
    pub(super) fn answer(self, config: &Config, resource: &str, used: Option<Scheme>) -> Response {
        let status = match self {
            Self::Missing | Self::InvalidToken | Self::Authentication(_) | Self::Proof(_) => {
                StatusCode::UNAUTHORIZED
            }
            Self::InvalidRequest => StatusCode::BAD_REQUEST,
            Self::InsufficientScope(_) => StatusCode::FORBIDDEN,
        };
        let described = format!("resource_metadata=\"{}\"", description(&config.server, resource));
        let bearer = format!("Bearer realm=\"doorward\", {described}");
        let algorithms = binding::algorithms(config);
        let dpop = format!("DPoP realm=\"doorward\", algs=\"{algorithms}\", {described}");
        let (mut first, second) = match used {
            Some(Scheme::Dpop) => (dpop, bearer),
            Some(Scheme::Bearer) | None => (bearer, dpop),
        };
        first.push_str(&self.error());
        let mut response = status.into_response();
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for challenge in [first, second] {
            if let Ok(value) = HeaderValue::try_from(challenge) {
                headers.append(WWW_AUTHENTICATE, value);
            }
        }
        response
    }

    /// What a challenge says of the error. A request without any token is told none.
    fn error(self) -> String {
        let detail = self.detail();
        match self {
            Self::Missing => String::new(),
            Self::InvalidRequest => told("invalid_request", detail),
            Self::InvalidToken => told("invalid_token", detail),
            Self::InsufficientScope(scope) => {
                format!("{}, scope=\"{scope}\"", told("insufficient_scope", detail))
            }
            Self::Authentication(acr) => {
                let words = told("insufficient_user_authentication", detail);
                match acr {
                    Some(acr) => format!("{words}, acr_values=\"{acr}\""),
                    None => words,
                }
            }
            Self::Proof(refusal) => told(refusal.code.as_str(), detail),
        }
    }

    /// The sentence of it, for developers.
    pub(super) const fn detail(self) -> &'static str {
        match self {
            Self::Missing => "an access token is needed",
            Self::InvalidRequest => "a token comes once, by one way, with its scheme",
            Self::InvalidToken => {
                "the token is unknown, expired, revoked, not meant for this, or shown without what it is bound to"
            }
            Self::InsufficientScope(_) => "the token has not the scope that is needed",
            Self::Authentication(_) => {
                "the person has to sign in again with more than was proven for this token"
            }
            Self::Proof(refusal) => refusal.description,
        }
    }
}

fn told(error: &str, description: &str) -> String {
    format!(", error=\"{error}\", error_description=\"{description}\"")
}
