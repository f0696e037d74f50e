//! What a request is answered with and how the answer travels: response types and response modes.

use super::parameters::Parameters;
use crate::client::{Client, Rules};
use crate::config::OAuth;
use crate::domain::{GrantType, RedirectUri, ResponseMode, ResponseType};
use crate::oauth::error::{ErrorCode, Refusal};

/// Where the answer goes, once client and address are proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReturnAddress {
    pub(super) redirect_uri: RedirectUri,
    pub(super) state: Option<String>,
    /// Never [`ResponseMode::Jwt`], which stands for another.
    pub(super) mode: ResponseMode,
}

/// The mode of the answer, whatever else is wrong with the request: the asked one, or where that may not be used, the one
/// that is the response type's own. [`check`] then refuses the request.
pub(super) fn mode(parameters: &Parameters, client: &Client, to: &RedirectUri) -> ResponseMode {
    let by_fragment = answers_by_fragment(parameters);
    asked(parameters, client, to).unwrap_or(if by_fragment {
        ResponseMode::Fragment
    } else {
        ResponseMode::Query
    })
}

/// Whether the response type's own mode is the fragment (Multiple Response Type Encoding Practices section 5); said of
/// types that we do not have too, since their errors travel so.
fn answers_by_fragment(parameters: &Parameters) -> bool {
    let asked = parameters.get("response_type").unwrap_or_default();
    asked.split(' ').any(|word| matches!(word, "id_token" | "token"))
}

/// The asked mode, if it is known, may be used by the client and fits the response type and the address.
fn asked(parameters: &Parameters, client: &Client, to: &RedirectUri) -> Option<ResponseMode> {
    let by_fragment = answers_by_fragment(parameters);
    let asked = match parameters.get("response_mode") {
        Some(text) => ResponseMode::parse(text)?,
        None if by_fragment => return Some(ResponseMode::Fragment),
        None => return Some(ResponseMode::Query),
    };
    let modes = &client.settings.response_modes;
    if !modes.is_empty() && !modes.contains(&asked) {
        return None;
    }
    match asked {
        ResponseMode::Jwt if by_fragment => Some(ResponseMode::FragmentJwt),
        ResponseMode::Jwt => Some(ResponseMode::QueryJwt),
        // What comes through the browser must not end in logs and referrers (Multiple Response Type Encoding Practices
        // section 5).
        ResponseMode::Query | ResponseMode::QueryJwt if by_fragment => None,
        // A form is posted to a server; an application's own scheme has none.
        ResponseMode::FormPost | ResponseMode::FormPostJwt if !to.is_https_or_loopback() => None,
        other => Some(other),
    }
}

/// Holds type and mode of the answer against what is on, what the client may use, and its profile.
pub(super) fn check(
    parameters: &Parameters,
    client: &Client,
    to: &RedirectUri,
    config: &OAuth,
) -> Result<ResponseType, Refusal> {
    let invalid = |description| Refusal::new(ErrorCode::InvalidRequest, description);
    let text = parameters
        .get("response_type")
        .ok_or(invalid("response_type is missing"))?;
    let found = ResponseType::asked(text)
        .filter(|found| config.answers(*found))
        .ok_or(Refusal::new(
            ErrorCode::UnsupportedResponseType,
            "this response_type is not on here",
        ))?;
    let unauthorized = |description| Refusal::new(ErrorCode::UnauthorizedClient, description);
    if found.has_code() && !client.grant_types.contains(&GrantType::AuthorizationCode) {
        return Err(unauthorized("the client may not use authorization codes"));
    }
    let mode = asked(parameters, client, to).ok_or(invalid(
        "this response_mode is not known, or not for this client or request",
    ))?;
    Rules::from(client)
        .response(found, mode)
        .map_err(|rule| invalid(rule.text()))?;
    if !client.settings.may_use(found) {
        return Err(unauthorized("the client may not use this response_type"));
    }
    Ok(found)
}
