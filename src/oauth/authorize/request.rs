//! What an authorization request must be: checks in the order of the specification, as pure functions.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::arrival::Way;
use super::parameters::Parameters;
use super::response::{self, ReturnAddress};
use crate::client::{self, Client, Rules};
use crate::config::{Config, OAuth};
use crate::domain::{
    Acr, ClientId, Confirmation, PersonId, RedirectUri, ResponseMode, ResponseType, Scopes, Timestamp,
};
use crate::http::Language;
use crate::keys::MasterKey;
use crate::oauth::asked_claims::{self, AskedAcr};
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::scope;
use crate::oauth::terms::Terms;
use crate::rule::Aim;
use crate::session::requirement::Required;

/// Longest values, in bytes.
pub(super) const STATE: usize = 2_048;
const NONCE: usize = 512;
const SCOPE: usize = 4_096;
const OTHER: usize = 512;

/// A request that may go on: all its values have been checked. Kept in a continuation while a person signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of a parameter")]
pub(super) struct AuthorizationRequest {
    pub(super) client_id: ClientId,
    pub(super) redirect_uri: RedirectUri,
    /// It was left out, and is the only one of the client.
    #[serde(default)]
    pub(super) redirect_implied: bool,
    pub(super) response_type: ResponseType,
    pub(super) response_mode: ResponseMode,
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) scopes: Scopes,
    /// PKCE, always S256; there wherever a code will be, but for clients that are let off it.
    pub(super) code_challenge: Option<String>,
    /// `prompt=consent`.
    pub(super) ask_consent: bool,
    /// `prompt=none`: no page may be shown.
    pub(super) silent: bool,
    /// `prompt=select_account`: who is signed in already is the first one to choose.
    #[serde(skip)]
    pub(super) select_account: bool,
    /// The person wants a new account (`prompt=create`).
    #[serde(default)]
    pub(super) create_account: bool,
    /// Goes into the continuation by itself, where `signin` reads it.
    #[serde(skip)]
    pub(super) login_hint: Option<String>,
    /// The language that is asked for, said to the next page.
    #[serde(skip)]
    pub(super) language: Option<Language>,
    pub(super) required: Required,
    /// The digest of a pushed request, used up when this one is answered.
    #[serde(default)]
    pub(super) pushed: Option<[u8; 32]>,
    #[serde(default)]
    pub(super) terms: Terms,
}

impl AuthorizationRequest {
    /// What the person signs in for.
    pub(super) fn aim(&self) -> Aim<'_> {
        Aim {
            client: Some(&self.client_id),
            scopes: &self.scopes,
        }
    }
}

/// The client of a request may be answered at all: the key of the sentence that says why not.
pub(super) fn client_id(parameters: &Parameters) -> Result<ClientId, &'static str> {
    parameters
        .get("client_id")
        .and_then(|text| ClientId::parse(text).ok())
        .ok_or("oauth-error-client")
}

/// The proven address of a request; nothing is redirected before.
pub(super) fn return_address(
    parameters: &Parameters,
    client: &Client,
) -> Result<ReturnAddress, &'static str> {
    let redirect_uri = match parameters.get("redirect_uri") {
        Some(asked) => {
            RedirectUri::proven(asked, &client.redirect_uris).map_err(|_| "oauth-error-redirect")?
        }
        None => implied(parameters, client).ok_or("oauth-error-redirect-missing")?,
    };
    let state = parameters
        .get("state")
        .filter(|state| state.len() <= STATE)
        .map(str::to_owned);
    Ok(ReturnAddress {
        mode: response::mode(parameters, client, &redirect_uri),
        redirect_uri,
        state,
    })
}

/// The only address of a client whose request names none (RFC 6749 section 3.1.2.3). OpenID Connect Core section 3.1.2.1 and
/// FAPI 2.0 section 5.3.2.2 want it named, and what a request object asks is known only once it is believed.
fn implied(parameters: &Parameters, client: &Client) -> Option<RedirectUri> {
    let mut asked = parameters.all("scope").flat_map(str::split_ascii_whitespace);
    let must_name = asked.any(|scope| scope == "openid")
        || Rules::from(client).named_address(false).is_err()
        || ["request", "request_uri"]
            .iter()
            .any(|name| parameters.get(name).is_some());
    match client.redirect_uris.as_slice() {
        [only] if !must_name => Some(only.clone()),
        _ => None,
    }
}

/// Holds a request whose client and address are proven against all rules.
pub(super) fn check(
    parameters: &Parameters,
    client: &Client,
    (back, way): (&ReturnAddress, Way),
    (config, keys, now): (&Config, &MasterKey, Timestamp),
) -> Result<AuthorizationRequest, Refusal> {
    refuse_unsupported(parameters)?;
    refuse_long(parameters)?;
    check_way(client, way, &config.oauth)?;
    let response_type = response::check(parameters, client, &back.redirect_uri, &config.oauth)?;
    let has_details = parameters.get("authorization_details").is_some();
    let scopes = scope::wanted(client, parameters.get("scope"), has_details)?;
    let code_challenge = if response_type.has_code() {
        challenge(parameters, client, &scopes)?
    } else {
        None
    };
    if response_type.has_id_token() {
        check_id_token(parameters, &scopes)?;
    }
    let may_create = config.signin.account_creation;
    let prompt = Prompt::read(parameters.get("prompt").unwrap_or_default(), may_create)?;
    let claims = match parameters.get("claims") {
        Some(text) => asked_claims::Request::read(text, client)?,
        None => asked_claims::Request::default(),
    };
    let required = Required {
        acr: asked_acr(parameters, client, &claims.acr)?,
        max_age: max_age(parameters, client)?,
        after: prompt.login.then_some(now),
        person: meant(keys, client, claims.subject.as_deref())?,
        ..Required::default()
    };
    let owned = |name| parameters.get(name).map(str::to_owned);
    Ok(AuthorizationRequest {
        client_id: client.id.clone(),
        redirect_uri: back.redirect_uri.clone(),
        redirect_implied: parameters.get("redirect_uri").is_none(),
        response_type,
        response_mode: back.mode,
        state: back.state.clone(),
        nonce: owned("nonce"),
        scopes,
        code_challenge,
        ask_consent: prompt.consent,
        silent: prompt.none,
        select_account: prompt.select_account,
        create_account: prompt.create,
        login_hint: owned("login_hint"),
        language: parameters.get("ui_locales").and_then(Language::from_ui_locales),
        // An age counts from the request, so that a sign-in that takes a while can still meet it.
        required: required.as_of(now),
        pushed: way.pushed,
        terms: Terms {
            confirmation: announced_key(parameters)?,
            claims: claims.claims,
            ..Terms::default()
        },
    })
}

const fn invalid(description: &'static str) -> Refusal {
    Refusal::new(ErrorCode::InvalidRequest, description)
}

/// OpenID Connect Core section 7.2.1.
fn refuse_unsupported(parameters: &Parameters) -> Result<(), Refusal> {
    parameters.get("registration").map_or(Ok(()), |_| {
        Err(Refusal::new(
            ErrorCode::RegistrationNotSupported,
            "registration is not supported",
        ))
    })
}

fn refuse_long(parameters: &Parameters) -> Result<(), Refusal> {
    let is_beyond = |name: &str, limit| parameters.get(name).is_some_and(|value| value.len() > limit);
    let bounds = [
        ("state", STATE, "state is too long"),
        ("nonce", NONCE, "nonce is too long"),
        ("scope", SCOPE, "scope is too long"),
        ("prompt", OTHER, "prompt is too long"),
        ("max_age", OTHER, "max_age is too long"),
        ("login_hint", OTHER, "login_hint is too long"),
        ("ui_locales", OTHER, "ui_locales is too long"),
        ("acr_values", OTHER, "acr_values is too long"),
        ("display", OTHER, "display is too long"),
    ];
    let mut beyond = bounds.iter().filter(|(name, limit, _)| is_beyond(name, *limit));
    beyond.next().map_or(Ok(()), |(_, _, told)| Err(invalid(told)))
}

/// By which ways this client's requests come (RFC 9126 sections 5 and 6, RFC 9101 section 10.5, FAPI 2.0).
fn check_way(client: &Client, way: Way, config: &OAuth) -> Result<(), Refusal> {
    Rules::from(client)
        .request(way.is_pushed(), way.signed)
        .map_err(|rule| invalid(rule.text()))?;
    let settings = &client.settings;
    let must_push =
        config.require_pushed_authorization_requests || settings.require_pushed_authorization_requests;
    if must_push && !way.is_pushed() {
        return Err(invalid("the request must be pushed to /par first"));
    }
    if settings.require_signed_request_object && !way.signed {
        return Err(invalid("the request must be a signed request object"));
    }
    Ok(())
}

/// OpenID Connect Core sections 3.2.2.1 and 3.3.2.1.
fn check_id_token(parameters: &Parameters, scopes: &Scopes) -> Result<(), Refusal> {
    if !scopes.contains("openid") {
        return Err(Refusal::new(
            ErrorCode::InvalidScope,
            "an ID token needs the scope openid",
        ));
    }
    if parameters.get("nonce").is_none() {
        return Err(invalid("nonce is missing"));
    }
    Ok(())
}

/// RFC 7636 section 4.3, with S256 for everybody (RFC 9700 section 2.1.1). A client that is let off it must send a `nonce`,
/// which protects the code instead.
fn challenge(parameters: &Parameters, client: &Client, scopes: &Scopes) -> Result<Option<String>, Refusal> {
    let Some(challenge) = parameters.get("code_challenge") else {
        if client.settings.requires_pkce() || parameters.get("code_challenge_method").is_some() {
            return Err(invalid("code_challenge is missing"));
        }
        let is_protected = scopes.contains("openid") && parameters.get("nonce").is_some();
        return if is_protected {
            Ok(None)
        } else {
            Err(invalid(
                "without code_challenge, the scope openid and a nonce are needed",
            ))
        };
    };
    if parameters.get("code_challenge_method") != Some("S256") {
        return Err(invalid("code_challenge_method is S256"));
    }
    if is_digest(challenge) {
        Ok(Some(challenge.to_owned()))
    } else {
        Err(invalid("code_challenge is not the base64url of a SHA-256 digest"))
    }
}

/// The key that the client will redeem its code with (RFC 9449 section 10): the thumbprint has the shape of a SHA-256.
fn announced_key(parameters: &Parameters) -> Result<Option<Confirmation>, Refusal> {
    let Some(thumbprint) = parameters.get("dpop_jkt") else {
        return Ok(None);
    };
    if is_digest(thumbprint) {
        Ok(Some(Confirmation::Key(thumbprint.to_owned())))
    } else {
        Err(invalid("dpop_jkt is not the thumbprint of a key"))
    }
}

/// Whether a text is a SHA-256 digest in base64url.
fn is_digest(text: &str) -> bool {
    let decoded = data_encoding::BASE64URL_NOPAD.decode(text.as_bytes());
    decoded.is_ok_and(|bytes| bytes.len() == 32)
}

#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of the parameter")]
struct Prompt {
    none: bool,
    login: bool,
    select_account: bool,
    consent: bool,
    create: bool,
}

impl Prompt {
    /// OpenID Connect Core section 3.1.2.1. There is one account a browser, so that choosing one is signing in anew.
    /// `create` is a value of ours where people may make accounts (Initiating User Registration 1.0 section 4.1): a new
    /// account is signed in anew too.
    fn read(text: &str, may_create: bool) -> Result<Self, Refusal> {
        let mut prompt = Self::default();
        for word in text.split_ascii_whitespace() {
            match word {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "select_account" => (prompt.login, prompt.select_account) = (true, true),
                "consent" => prompt.consent = true,
                "create" if may_create => (prompt.login, prompt.create) = (true, true),
                _ => return Err(invalid("prompt is not known")),
            }
        }
        if prompt.none && (prompt.login || prompt.consent) {
            return Err(invalid("prompt=none excludes others"));
        }
        Ok(prompt)
    }
}

/// As asked, or as the client's registration says where nothing is asked.
fn max_age(parameters: &Parameters, client: &Client) -> Result<Option<Duration>, Refusal> {
    let seconds = |seconds: u32| Duration::from_secs(seconds.into());
    let Some(text) = parameters.get("max_age") else {
        return Ok(client.settings.default_max_age.map(seconds));
    };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u32>() {
        Ok(asked) if digits => Ok(Some(seconds(asked))),
        Ok(_) | Err(_) => Err(invalid("max_age is a number of seconds")),
    }
}

/// The person whom `sub` of the claims parameter means (OpenID Connect Core section 5.5.1), by the name that the client
/// knows: one that nobody has means that nobody can answer.
fn meant(keys: &MasterKey, client: &Client, subject: Option<&str>) -> Result<Option<PersonId>, Refusal> {
    let nobody = Refusal::new(ErrorCode::LoginRequired, "sub of claims is nobody here");
    let known = |text| client::person_for(keys, client, text).ok_or(nobody);
    subject.map(known).transpose()
}

/// The class that the sign-in must reach. One that is essential must be among those that can be reached; all other wishes
/// are voluntary (OpenID Connect Core sections 3.1.2.1 and 5.5.1.1), so that those we cannot reach are no requirement.
fn asked_acr(parameters: &Parameters, client: &Client, claim: &AskedAcr) -> Result<Option<Acr>, Refusal> {
    let named = claim.values.iter().map(String::as_str);
    if claim.essential && !claim.values.is_empty() {
        return first_reachable(named).map(Some).ok_or(Refusal::new(
            ErrorCode::UnmetAuthenticationRequirements,
            "none of the asked classes of authentication can be reached",
        ));
    }
    let asked = parameters.get("acr_values").map(str::split_ascii_whitespace);
    let defaults = client.settings.default_acr_values.iter().map(String::as_str);
    Ok(match asked {
        Some(wishes) => first_reachable(wishes),
        None if !claim.values.is_empty() => first_reachable(named),
        None => first_reachable(defaults),
    })
}

/// The first class of a wish list that can be reached.
pub(in crate::oauth) fn first_reachable<'a>(mut wishes: impl Iterator<Item = &'a str>) -> Option<Acr> {
    wishes.find_map(|wish| Acr::parse(wish).filter(|acr| REACHABLE.contains(acr)))
}

/// The classes that a sign-in can reach today.
pub(in crate::oauth) const REACHABLE: [Acr; 3] = [Acr::One, Acr::Two, Acr::PhishingResistant];
