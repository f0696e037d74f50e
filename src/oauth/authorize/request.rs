//! What an authorization request must be: checks in the order of the specification, as pure functions.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::domain::{Acr, ClientId, GrantType, RedirectUri, Scopes, Timestamp};
use crate::http::Query;
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::terms::Terms;
use crate::session::requirement::Required;

/// Longest values, in bytes.
const STATE: usize = 2_048;
const NONCE: usize = 512;
const SCOPE: usize = 4_096;
const OTHER: usize = 512;

/// The parameters of an authorization request that are read; all others are ignored (RFC 6749 section 3.1).
pub(super) const PARAMETERS: [&str; 20] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
    "id_token_hint",
    "login_hint",
    "ui_locales",
    "acr_values",
    "request",
    "request_uri",
    "registration",
    "resource",
    "authorization_details",
];

/// A request that may go on: all its values have been checked. Kept in a continuation while a person signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AuthorizationRequest {
    pub(super) client_id: ClientId,
    pub(super) redirect_uri: RedirectUri,
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) scopes: Scopes,
    /// PKCE, always S256.
    pub(super) code_challenge: String,
    /// `prompt=consent`.
    pub(super) ask_consent: bool,
    /// `prompt=none`: no page may be shown.
    pub(super) silent: bool,
    /// Goes into the continuation by itself, where `signin` reads it.
    #[serde(skip)]
    pub(super) login_hint: Option<String>,
    pub(super) required: Required,
    #[serde(default)]
    pub(super) terms: Terms,
}

/// Where the answer goes, once client and address are proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReturnAddress {
    pub(super) redirect_uri: RedirectUri,
    pub(super) state: Option<String>,
}

/// The client of a request may be answered at all: the key of the sentence that says why not.
pub(super) fn client_id(query: &Query) -> Result<ClientId, &'static str> {
    query
        .get("client_id")
        .and_then(|text| ClientId::parse(text).ok())
        .ok_or("oauth-error-client")
}

/// The proven address of a request; nothing is redirected before. Also a client with one address must send it.
pub(super) fn return_address(query: &Query, client: &Client) -> Result<ReturnAddress, &'static str> {
    let asked = query.get("redirect_uri").ok_or("oauth-error-redirect-missing")?;
    let redirect_uri =
        RedirectUri::proven(asked, &client.redirect_uris).map_err(|_| "oauth-error-redirect")?;
    let state = query
        .get("state")
        .filter(|state| state.len() <= STATE)
        .map(str::to_owned);
    Ok(ReturnAddress { redirect_uri, state })
}

/// Holds a request whose client and address are proven against all rules.
pub(super) fn check(
    query: &Query,
    client: &Client,
    back: &ReturnAddress,
    now: Timestamp,
) -> Result<AuthorizationRequest, Refusal> {
    refuse_unsupported(query)?;
    refuse_long(query)?;
    response(query, client)?;
    let code_challenge = challenge(query)?;
    let scopes = scopes(query)?;
    let prompt = Prompt::read(query.get("prompt").unwrap_or_default())?;
    let max_age = max_age(query)?;
    let required = Required {
        acr: query.get("acr_values").and_then(wanted_acr),
        max_age,
        after: prompt.login.then_some(now),
        person: None,
    };
    let owned = |name| query.get(name).map(str::to_owned);
    Ok(AuthorizationRequest {
        client_id: client.id.clone(),
        redirect_uri: back.redirect_uri.clone(),
        state: back.state.clone(),
        nonce: owned("nonce"),
        scopes,
        code_challenge,
        ask_consent: prompt.consent,
        silent: prompt.none,
        login_hint: owned("login_hint"),
        // An age counts from the request, so that a sign-in that takes a while can still meet it.
        required: required.as_of(now),
        terms: Terms::default(),
    })
}

const fn invalid(description: &'static str) -> Refusal {
    Refusal::new(ErrorCode::InvalidRequest, description)
}

/// OpenID Connect Core sections 6 and 7.2.1.
fn refuse_unsupported(query: &Query) -> Result<(), Refusal> {
    let absent = |name, refusal| query.get(name).map_or(Ok(()), |_| Err(refusal));
    absent(
        "request",
        Refusal::new(
            ErrorCode::RequestNotSupported,
            "request objects are not supported",
        ),
    )?;
    absent(
        "request_uri",
        Refusal::new(ErrorCode::RequestUriNotSupported, "request_uri is not supported"),
    )?;
    absent(
        "registration",
        Refusal::new(
            ErrorCode::RegistrationNotSupported,
            "registration is not supported",
        ),
    )
}

fn refuse_long(query: &Query) -> Result<(), Refusal> {
    let within = |name: &str, limit| query.get(name).is_none_or(|value| value.len() <= limit);
    let fits = within("state", STATE)
        && within("nonce", NONCE)
        && within("scope", SCOPE)
        && ["prompt", "max_age", "login_hint", "ui_locales", "acr_values"]
            .iter()
            .all(|name| within(name, OTHER));
    if fits {
        Ok(())
    } else {
        Err(invalid("a parameter is too long"))
    }
}

fn response(query: &Query, client: &Client) -> Result<(), Refusal> {
    match query.get("response_type") {
        None => return Err(invalid("response_type is missing")),
        Some("code") => {}
        Some(_) => {
            let description = "response_type is code";
            return Err(Refusal::new(ErrorCode::UnsupportedResponseType, description));
        }
    }
    if !client.grant_types.contains(&GrantType::AuthorizationCode) {
        let description = "the client may not use authorization codes";
        return Err(Refusal::new(ErrorCode::UnauthorizedClient, description));
    }
    match query.get("response_mode") {
        None | Some("query") => Ok(()),
        Some(_) => Err(invalid("response_mode is query")),
    }
}

/// RFC 7636 section 4.3, with S256 for everybody (RFC 9700 section 2.1.1).
fn challenge(query: &Query) -> Result<String, Refusal> {
    let challenge = query
        .get("code_challenge")
        .ok_or(invalid("code_challenge is missing"))?;
    if query.get("code_challenge_method") != Some("S256") {
        return Err(invalid("code_challenge_method is S256"));
    }
    let is_digest = data_encoding::BASE64URL_NOPAD
        .decode(challenge.as_bytes())
        .is_ok_and(|bytes| bytes.len() == 32);
    if is_digest {
        Ok(challenge.to_owned())
    } else {
        Err(invalid("code_challenge is not the base64url of a SHA-256 digest"))
    }
}

fn scopes(query: &Query) -> Result<Scopes, Refusal> {
    let refuse = |description| Refusal::new(ErrorCode::InvalidScope, description);
    let Some(asked) = query.get("scope") else {
        // RFC 9396 section 2: details can take the place of scopes.
        return query
            .get("authorization_details")
            .map(|_| Scopes::default())
            .ok_or(refuse("scope is missing"));
    };
    let scopes = Scopes::parse(asked).map_err(|_| refuse("the scope is malformed"))?;
    if scopes.is_empty() {
        return Err(refuse("scope is missing"));
    }
    Ok(scopes)
}

#[derive(Default)]
struct Prompt {
    none: bool,
    login: bool,
    consent: bool,
}

impl Prompt {
    /// OpenID Connect Core section 3.1.2.1. There is one account a browser, so that choosing one is signing in anew.
    fn read(text: &str) -> Result<Self, Refusal> {
        let mut prompt = Self::default();
        for word in text.split_ascii_whitespace() {
            match word {
                "none" => prompt.none = true,
                "login" | "select_account" => prompt.login = true,
                "consent" => prompt.consent = true,
                _ => return Err(invalid("prompt is not known")),
            }
        }
        if prompt.none && (prompt.login || prompt.consent) {
            return Err(invalid("prompt=none excludes others"));
        }
        Ok(prompt)
    }
}

fn max_age(query: &Query) -> Result<Option<Duration>, Refusal> {
    let Some(text) = query.get("max_age") else {
        return Ok(None);
    };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u32>() {
        Ok(seconds) if digits => Ok(Some(Duration::from_secs(seconds.into()))),
        Ok(_) | Err(_) => Err(invalid("max_age is a number of seconds")),
    }
}

/// The first class of a wish list that we can reach; a wish for others alone is no requirement (it is voluntary, OpenID
/// Connect Core section 5.5.1.1).
fn wanted_acr(text: &str) -> Option<Acr> {
    text.split_ascii_whitespace()
        .filter_map(Acr::parse)
        .find(|acr| REACHABLE.contains(acr))
}

/// The classes that a sign-in can reach today.
pub(in crate::oauth) const REACHABLE: [Acr; 2] = [Acr::One, Acr::Two];
