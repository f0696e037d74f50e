//! Signed authentication requests (OpenID CIBA Core section 7.1.1).

use std::borrow::Cow;

use serde_json::Value;

use crate::client::Client;
use crate::domain::Timestamp;
use crate::http::Form;
use crate::jose;
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::signed_request::{self, Asker, Purpose};
use crate::one_time::{self, Kind};
use crate::op::{Op, OpError};

/// The parameters of a request: all of them inside of the object, if there is one.
const PARAMETERS: [&str; 11] = [
    "scope",
    "client_notification_token",
    "acr_values",
    "login_hint_token",
    "id_token_hint",
    "login_hint",
    "binding_message",
    "user_code",
    "requested_expiry",
    "resource",
    "authorization_details",
];

const fn invalid(description: &'static str) -> Refusal {
    Refusal::new(ErrorCode::InvalidRequest, description)
}

const UNSIGNED: Refusal = invalid("this client signs its requests");
const UNANNOUNCED: Refusal =
    invalid("a client that signs its requests has registered backchannel_authentication_request_signing_alg");
const OUTSIDE: Refusal = invalid("beside a signed request there is no other parameter of it");
const NAMELESS: Refusal = invalid("jti of the request object is missing");
const REPLAYED: Refusal = invalid("the request object has been used before");

/// What a client says.
pub(super) struct Said<'a> {
    pub(super) form: Cow<'a, Form>,
    /// The name of a signed request, and until when it is remembered.
    once: Option<(String, Timestamp)>,
}

/// The parameters that count: those of the form, or those that are signed. A client registers whether it signs, and then
/// does so always.
pub(super) async fn read<'a>(op: &mut Op, client: &Client, form: &'a Form) -> Result<Said<'a>, Refusal> {
    let signs = client
        .settings
        .ciba
        .backchannel_authentication_request_signing_alg;
    let object = match (form.get("request"), signs) {
        (None, None) => {
            return Ok(Said {
                form: Cow::Borrowed(form),
                once: None,
            });
        }
        (None, Some(_)) => return Err(UNSIGNED),
        (Some(_), None) => return Err(UNANNOUNCED),
        (Some(object), Some(_)) => object,
    };
    if PARAMETERS.iter().any(|name| form.get(name).is_some()) {
        return Err(OUTSIDE);
    }
    let purpose = Purpose::Backchannel;
    let claims = signed_request::read(op, Asker { client, purpose }, object).await?;
    let name = claims.get("jti").and_then(Value::as_str);
    let name = name.filter(|name| !name.is_empty()).ok_or(NAMELESS)?;
    let until = jose::moment(&claims, "exp").ok().flatten().ok_or(NAMELESS)?;
    let pairs = PARAMETERS.into_iter().flat_map(|name| {
        signed_request::values(&claims, name)
            .into_iter()
            .map(move |value| (name, value))
    });
    Ok(Said {
        form: Cow::Owned(pairs.map(|(name, value)| (name.to_owned(), value)).collect()),
        once: Some((name.to_owned(), until)),
    })
}

impl Said<'_> {
    /// Remembers a signed request, and refuses it the second time.
    pub(super) async fn use_up(&self, op: &mut Op, client: &Client) -> Result<Result<(), Refusal>, OpError> {
        let Some((name, until)) = &self.once else {
            return Ok(Ok(()));
        };
        let (kind, owner) = (Kind::BackchannelRequest, client.id.as_str());
        let first = one_time::remember(op, kind, owner, name, *until).await?;
        Ok(if first { Ok(()) } else { Err(REPLAYED) })
    }
}
