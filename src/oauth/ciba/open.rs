//! A client asks for a person (OpenID CIBA Core sections 7.1 to 7.3).

use std::time::Duration;

use serde_json::json;

use super::{code, signed};
use crate::client::{self, Client};
use crate::domain::{ClientAuthMethod, PersonId, Scopes, Subject, Username, is_plain};
use crate::ephemeral::Verdict;
use crate::http::Form;
use crate::oauth::authorize::first_reachable;
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::polled::{self, Asked, Kind, NewRequest};
use crate::oauth::terms::Terms;
use crate::oauth::{aim, hint, rights};
use crate::op::{Op, OpError};
use crate::person::{self, Person};

/// Longest message, in characters: it is compared by eye with what the client shows.
const MESSAGE: usize = 64;

/// Longest hint or wish, in bytes.
const LONGEST: usize = 512;

/// Longest token for a ping, in bytes (section 7.1).
const LONGEST_NOTIFICATION_TOKEN: usize = 1_024;

const fn invalid(description: &'static str) -> Refusal {
    Refusal::new(ErrorCode::InvalidRequest, description)
}

const PUBLIC: Refusal = Refusal::new(
    ErrorCode::UnauthorizedClient,
    "a client that does not authenticate cannot ask for a person",
);
const NO_SCOPE: Refusal = Refusal::new(
    ErrorCode::InvalidScope,
    "none of the asked scopes may be given to this client and person",
);
const UNKNOWN: Refusal = Refusal::new(
    ErrorCode::UnknownUserId,
    "no person whom this client may ask fits the hint",
);
const WAITING: Refusal = Refusal::new(
    ErrorCode::AccessDenied,
    "this person has not answered the last questions of this client",
);
const REFUSED: Refusal = Refusal::new(
    ErrorCode::AccessDenied,
    "this person has refused this client a short time ago",
);
const TOO_OFTEN: Refusal = Refusal::new(
    ErrorCode::AccessDenied,
    "this person has been asked too often in a short time",
);

/// What the parameters ask, before the person is known.
struct Parameters<'a> {
    scopes: Scopes,
    binding_message: Option<&'a str>,
    life: Duration,
}

/// Stores what the client asks; answers the name of the request.
pub(super) async fn open(
    op: &mut Op,
    client: &Client,
    form: &Form,
) -> Result<Result<serde_json::Value, Refusal>, OpError> {
    if client.auth_method == ClientAuthMethod::None {
        return Ok(Err(PUBLIC));
    }
    let said = match signed::read(op, client, form).await {
        Ok(said) => said,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let form = &*said.form;
    let parameters = match parameters(form, op.house.config.oauth.backchannel_request_life) {
        Ok(parameters) => parameters,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let notification_token = match notification_token(client, form) {
        Ok(token) => token,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (scopes, terms) = match wanted(op, client, form, &parameters.scopes).await? {
        Ok(wanted) => wanted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let person = match hinted(op, client, form).await? {
        Ok(person) => person,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Err(refusal) = may_ask(op, client, person, form).await? {
        return Ok(Err(refusal));
    }
    if let Err(refusal) = said.use_up(op, client).await? {
        return Ok(Err(refusal));
    }
    let new = NewRequest {
        kind: Kind::Backchannel,
        client,
        person: Some(person),
        asked: Asked {
            scopes,
            terms,
            address: op.seen.address.map(|address| address.to_string()),
            binding_message: parameters.binding_message.map(str::to_owned),
            acr: form
                .get("acr_values")
                .and_then(|wishes| first_reachable(wishes.split_ascii_whitespace())),
            ping: None,
        },
        life: parameters.life,
        notification_token,
    };
    let (auth_req_id, _) = polled::open(op, new, None).await?;
    Ok(Ok(json!({
        "auth_req_id": auth_req_id.expose(),
        "expires_in": parameters.life.as_secs(),
        "interval": polled::interval(op),
    })))
}

/// What the client asks for, as far as it may have it.
async fn wanted(
    op: &mut Op,
    client: &Client,
    form: &Form,
    scopes: &Scopes,
) -> Result<Result<(Scopes, Terms), Refusal>, OpError> {
    let mut terms = Terms::default();
    let beyond = (form.all("resource"), form.get("authorization_details"));
    if let Err(refusal) = aim::put_in_terms(op, client, beyond, &mut terms).await? {
        return Ok(Err(refusal));
    }
    let scopes = rights::possible(op, client, scopes, &terms.resources).await?;
    if scopes.contains("openid") {
        Ok(Ok((scopes, terms)))
    } else {
        Ok(Err(NO_SCOPE))
    }
}

/// Pure rules of section 7.1, in the order of its parameters.
fn parameters(form: &Form, longest_life: Duration) -> Result<Parameters<'_>, Refusal> {
    let fits = |name| form.get(name).is_none_or(|value| value.len() <= LONGEST);
    if !fits("login_hint") {
        return Err(invalid("login_hint is too long"));
    }
    if !fits("acr_values") {
        return Err(invalid("acr_values is too long"));
    }
    let asked = form.get("scope").ok_or(invalid("scope is missing"))?;
    let malformed = Refusal::new(ErrorCode::InvalidScope, "the scope is malformed");
    let scopes = Scopes::parse(asked).map_err(|_| malformed)?;
    if !scopes.contains("openid") {
        let words = "the scope must contain openid";
        return Err(Refusal::new(ErrorCode::InvalidScope, words));
    }
    let hints = ["login_hint_token", "id_token_hint", "login_hint"];
    if hints.into_iter().filter(|name| form.get(name).is_some()).count() != 1 {
        return Err(invalid("exactly one of login_hint and id_token_hint is needed"));
    }
    if form.get("login_hint_token").is_some() {
        return Err(invalid("login_hint_token is not supported"));
    }
    let binding_message = form.get("binding_message");
    if binding_message.is_some_and(|text| !is_message(text)) {
        return Err(Refusal::new(
            ErrorCode::InvalidBindingMessage,
            "binding_message is a line of at most 64 characters",
        ));
    }
    Ok(Parameters {
        scopes,
        binding_message,
        life: life(form.get("requested_expiry"), longest_life)?,
    })
}

/// The token with which a client wants to be told: it is one of RFC 6750 section 2.1, and needed by those that are told.
fn notification_token<'a>(client: &Client, form: &'a Form) -> Result<Option<&'a str>, Refusal> {
    if !client.settings.ciba.is_pinged() {
        return Ok(None);
    }
    let token = form
        .get("client_notification_token")
        .ok_or(invalid("client_notification_token is missing"))?;
    let letters = token.trim_end_matches('=');
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    if token.len() <= LONGEST_NOTIFICATION_TOKEN && !letters.is_empty() && letters.bytes().all(allowed) {
        Ok(Some(token))
    } else {
        Err(invalid(
            "client_notification_token is a bearer token of at most 1024 characters",
        ))
    }
}

/// A message that looks on our page as it looks at the client.
fn is_message(text: &str) -> bool {
    text.chars().count() <= MESSAGE && is_plain(text)
}

/// A client may ask for a shorter life, not for a longer one.
fn life(asked: Option<&str>, longest: Duration) -> Result<Duration, Refusal> {
    let Some(text) = asked else { return Ok(longest) };
    let refusal = invalid("requested_expiry is a positive number of seconds");
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(refusal);
    }
    match text.parse::<u32>() {
        Ok(0) | Err(_) => Err(refusal),
        Ok(seconds) => Ok(Duration::from_secs(seconds.into()).min(longest)),
    }
}

/// The person whom the one hint means. One that may not sign in, or is of an organisation that the client is not open to,
/// is told from an unknown one by nothing.
async fn hinted(op: &mut Op, client: &Client, form: &Form) -> Result<Result<PersonId, Refusal>, OpError> {
    let person = if let Some(text) = form.get("id_token_hint") {
        let Some(hint) = hint::read(op, text).filter(|hint| hint.client == client.id) else {
            return Ok(Err(invalid(
                "id_token_hint is no ID token that was issued here to this client",
            )));
        };
        person::find(op, hint.person).await?
    } else {
        by_name(op, client, form.get("login_hint").unwrap_or_default()).await?
    };
    let allowed = |person: &Person| client.is_open_to(person.organisation_id);
    let Some(person) = person.filter(allowed) else {
        return Ok(Err(UNKNOWN));
    };
    let subject = Subject::Person(person.id);
    Ok(match person::may_sign_in(op, subject).await? {
        Ok(_) => Ok(person.id),
        Err(_) => Err(UNKNOWN),
    })
}

/// By username, or by the `sub` of tokens.
async fn by_name(op: &mut Op, client: &Client, text: &str) -> Result<Option<Person>, OpError> {
    if let Some(id) = client::person_for(&op.house.master_key, client, text) {
        return person::find(op, id).await;
    }
    match Username::parse(text) {
        Ok(username) => person::find_by_username(op, &username).await,
        Err(_) => Ok(None),
    }
}

/// Whether the person may be asked now, and by this client. Nobody is to be worn down until they say yes: a client asks few things at a time, not
/// soon again after a refusal, and all clients together not without end.
async fn may_ask(
    op: &mut Op,
    client: &Client,
    person: PersonId,
    form: &Form,
) -> Result<Result<(), Refusal>, OpError> {
    if let Err(refusal) = code::check(op, client, person, form).await? {
        return Ok(Err(refusal));
    }
    let limits = op.house.config.limits.clone();
    let of_client = format!("backchannel:{}:{person}", client.id);
    let of_person = format!("backchannel:{person}");
    let whose = (&client.id, person);
    if polled::count_waiting(op, whose).await? >= i64::from(limits.backchannel_waiting) {
        return Ok(Err(WAITING));
    }
    if polled::has_refused(op, whose, limits.backchannel_pause).await? {
        return Ok(Err(REFUSED));
    }
    for (key, limit) in [
        (of_client, limits.backchannel_requests),
        (of_person, limits.backchannel_requests_per_person),
    ] {
        if op.house.ephemeral.count(&key, limit, op.now).await != Verdict::Within {
            return Ok(Err(TOO_OFTEN));
        }
    }
    Ok(Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_may_live_shorter_than_the_house_allows_and_not_longer() {
        let longest = Duration::from_mins(5);
        assert_eq!(life(None, longest), Ok(longest));
        assert_eq!(life(Some("60"), longest), Ok(Duration::from_mins(1)));
        assert_eq!(life(Some("301"), longest), Ok(longest));
        for text in ["0", "-1", "+60", "1.5", "x", "99999999999"] {
            assert!(life(Some(text), longest).is_err(), "{text}");
        }
    }

    #[test]
    fn a_message_is_one_plain_line() {
        for text in ["W4SCT", "Überweisung 100 €", &"x".repeat(64)] {
            assert!(is_message(text), "{text}");
        }
        for text in [" ", "a\nb", "a\u{202e}b", "a\u{200b}b", &"x".repeat(65)] {
            assert!(!is_message(text), "{text:?}");
        }
    }
}
