//! Errors as OAuth tells them (RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750 section 3.1, RFC 9449 section 12.2, OpenID Connect Core 3.1.2.6).

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::client::{ClientAuthError, ClientRefusal, RuleBroken};
use crate::domain::Seen;
use crate::http::{FormError, PASSING, Problem, retry_after};
use crate::op::OpError;

/// An error code on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorCode {
    InvalidRequest,
    InvalidClient,
    InvalidGrant,
    UnauthorizedClient,
    UnsupportedGrantType,
    InvalidScope,
    UnsupportedTokenType,
    /// RFC 9396 section 5.
    InvalidAuthorizationDetails,
    UnsupportedResponseType,
    AccessDenied,
    LoginRequired,
    ConsentRequired,
    InteractionRequired,
    /// OpenID Connect Core Error Code `unmet_authentication_requirements` 1.0.
    UnmetAuthenticationRequirements,
    InvalidRequestObject,
    InvalidRequestUri,
    RegistrationNotSupported,
    InvalidDpopProof,
    UseDpopNonce,
    TemporarilyUnavailable,
    ServerError,
    /// The person has not answered yet (RFC 8628 section 3.5).
    AuthorizationPending,
    SlowDown,
    ExpiredToken,
    /// RFC 8693 section 2.2.2.
    InvalidTarget,
    /// OpenID CIBA Core section 13.
    UnknownUserId,
    InvalidBindingMessage,
    MissingUserCode,
    InvalidUserCode,
}

impl ErrorCode {
    /// The word on the wire.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::UnsupportedTokenType => "unsupported_token_type",
            Self::InvalidAuthorizationDetails => "invalid_authorization_details",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::AccessDenied => "access_denied",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::InteractionRequired => "interaction_required",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::InvalidRequestObject => "invalid_request_object",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::UseDpopNonce => "use_dpop_nonce",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::ServerError => "server_error",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::ExpiredToken => "expired_token",
            Self::InvalidTarget => "invalid_target",
            Self::UnknownUserId => "unknown_user_id",
            Self::InvalidBindingMessage => "invalid_binding_message",
            Self::MissingUserCode => "missing_user_code",
            Self::InvalidUserCode => "invalid_user_code",
        }
    }
}

/// A refusal: what is told, and the fixed word that the log keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: ErrorCode,
    /// For developers: fixed text, free of input.
    pub(super) description: &'static str,
}

impl Refusal {
    pub(super) const fn new(code: ErrorCode, description: &'static str) -> Self {
        Self { code, description }
    }

    /// Whether it only says that the client must ask again later: no outcome, and nothing to put on record.
    pub(super) const fn is_waiting(self) -> bool {
        matches!(self.code, ErrorCode::AuthorizationPending | ErrorCode::SlowDown)
    }
}

#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    error_description: &'a str,
}

/// An error as JSON that nobody caches (RFC 6749 section 5.2).
pub(super) fn json_error(status: StatusCode, refusal: Refusal) -> Response {
    let body = Body {
        error: refusal.code.as_str(),
        error_description: refusal.description,
    };
    let bytes = serde_json::to_vec(&body).unwrap_or_default();
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
        (PRAGMA, "no-cache"),
    ];
    (status, headers, bytes).into_response()
}

/// The answer to a body that cannot be read, in fixed words.
pub(super) fn unreadable(refusal: FormError) -> Response {
    let words = match refusal {
        FormError::UnsupportedType => "the content type must be application/x-www-form-urlencoded",
        FormError::TooLarge => "the body is too large",
        FormError::Incomplete => "the body is incomplete",
        FormError::Malformed => "a parameter is not percent-encoded UTF-8",
        FormError::Nul => "a parameter contains a NUL character",
        FormError::Repeated => "a parameter is given more than once",
        FormError::TooMany => "there are too many parameters",
    };
    json_error(refusal.status(), Refusal::new(ErrorCode::InvalidRequest, words))
}

/// The answer of the token endpoint to a refused request.
pub(super) fn token_error(refusal: Refusal) -> Response {
    json_error(StatusCode::BAD_REQUEST, refusal)
}

/// The answer of the token endpoint to a client that is not believed. It learns which scheme is asked (RFC 6749
/// section 5.2, RFC 9110 section 15.5.2). Two ways in one request are no proof, but a malformed request.
///
/// After too many failures it is 429, and not `invalid_client`: that one must be a 401 where the header was used, and
/// libraries take it for the end of the registration, while this passes. RFC 6749 has no word of its own for it;
/// `temporarily_unavailable` is the registered one that says "the same request, later", as a 503 of this endpoint does.
pub(super) fn client_error(refusal: &ClientRefusal) -> Response {
    if let Some(wait) = refusal.wait() {
        let told = Refusal::new(
            ErrorCode::TemporarilyUnavailable,
            "client authentication failed too often",
        );
        let mut response = json_error(StatusCode::TOO_MANY_REQUESTS, told);
        response.headers_mut().insert(RETRY_AFTER, retry_after(wait));
        return response;
    }
    if refusal.reason() == ClientAuthError::Several {
        let words = "there is more than one way of client authentication in the request";
        return token_error(Refusal::new(ErrorCode::InvalidRequest, words));
    }
    match refusal.reason() {
        // Told once a signature has shown whose assertion it is, and to nobody else.
        ClientAuthError::Profile(rule @ (RuleBroken::Algorithm | RuleBroken::Assertion)) => {
            not_believed(rule.text())
        }
        _ => not_believed("client authentication failed"),
    }
}

/// 401, with the scheme that is asked.
pub(super) fn not_believed(description: &'static str) -> Response {
    let told = Refusal::new(ErrorCode::InvalidClient, description);
    let mut response = json_error(StatusCode::UNAUTHORIZED, told);
    let challenge = HeaderValue::from_static("Basic realm=\"doorward\", charset=\"UTF-8\"");
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

/// The answer of an endpoint for programs to a fault of ours; the cause goes to the log.
pub(super) fn fault_answer(fault: &OpError, seen: &Seen) -> Response {
    let status = Problem::from_fault(fault, seen).status();
    if fault.is_passing() {
        let words =
            "the server is busy, or something that it needs is away: send the same request again in a moment";
        let refusal = Refusal::new(ErrorCode::TemporarilyUnavailable, words);
        let mut response = json_error(status, refusal);
        response.headers_mut().insert(RETRY_AFTER, retry_after(PASSING));
        response
    } else {
        let words = "the server has failed: its log says why, beside the correlation id of this answer";
        json_error(status, Refusal::new(ErrorCode::ServerError, words))
    }
}
