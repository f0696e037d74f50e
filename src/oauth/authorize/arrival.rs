//! How an authorization request arrives: as a query, as a signed object in one, or pushed before. What comes out is a client
//! and an address that are proven, and the parameters that count.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::object;
use super::parameters::Parameters;
use super::request;
use super::response::ReturnAddress;
use crate::client::{self, Client};
use crate::domain::{ClientId, Token};
use crate::oauth::error::{ErrorCode, Refusal};
use crate::one_time::{self, Kind};
use crate::op::{Op, OpError};

/// What a `request_uri` of ours begins with (RFC 9126 section 2.2).
pub(super) const URN: &str = "urn:ietf:params:oauth:request_uri:";

/// What is kept of a pushed request: the parameters that count, not yet judged, since that is done again when the browser
/// brings it (an age counts from then, and the registration may have changed).
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Pushed {
    pub(super) client_id: ClientId,
    pub(super) parameters: Parameters,
    /// They came as a signed object.
    pub(super) signed: bool,
}

/// By which way a request has come.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Way {
    /// The digest under which a pushed request is kept.
    pub(super) pushed: Option<[u8; 32]>,
    pub(super) being_pushed: bool,
    pub(super) signed: bool,
}

/// A request of a proven client, to be answered at a proven address.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) client: Arc<Client>,
    pub(super) parameters: Parameters,
    pub(super) back: ReturnAddress,
    pub(super) way: Way,
}

/// A request that gets no further.
#[derive(Debug)]
pub(super) enum Stranded {
    /// There is nobody who can be told: a page of ours, by the key of its sentence.
    Unproven(&'static str),
    /// The client is told.
    Refused(Arc<Client>, ReturnAddress, Refusal),
}

pub(super) async fn arrive(op: &mut Op, outer: Parameters) -> Result<Result<Arrived, Stranded>, OpError> {
    // Whatever says whom to answer, and where, must say it once.
    if DECIDING.into_iter().any(|name| outer.is_repeated(name)) {
        return Ok(Err(Stranded::Unproven("oauth-error-repeated")));
    }
    let id = match request::client_id(&outer) {
        Ok(id) => id,
        Err(sentence) => return Ok(Err(Stranded::Unproven(sentence))),
    };
    let Some(client) = client::find_active(op, &id).await? else {
        return Ok(Err(Stranded::Unproven("oauth-error-client")));
    };
    if outer.has_repeated() {
        return Ok(Err(refused(client, &outer, REPEATED)));
    }
    let found = match (outer.get("request_uri"), outer.get("request")) {
        (None, None) => Ok((outer.clone(), Way::default())),
        (Some(_), Some(_)) => Err(BOTH),
        (Some(uri), None) => match uri.strip_prefix(URN) {
            Some(handle) => match pushed(op, &client, handle).await? {
                Some(found) => Ok(found),
                None => return Ok(Err(Stranded::Unproven("oauth-error-request-uri"))),
            },
            None => match object::fetch(op, &client, uri).await {
                Ok(text) => object::read(op, &client, &outer, &text)
                    .await
                    .map(|parameters| (parameters, Way::of_object())),
                Err(refusal) => Err(refusal),
            },
        },
        (None, Some(text)) => object::read(op, &client, &outer, text)
            .await
            .map(|parameters| (parameters, Way::of_object())),
    };
    Ok(match found {
        Ok((parameters, way)) => match request::return_address(&parameters, &client) {
            Ok(back) => Ok(Arrived {
                client,
                parameters,
                back,
                way,
            }),
            Err(sentence) => Err(Stranded::Unproven(sentence)),
        },
        Err(refusal) => Err(refused(client, &outer, refusal)),
    })
}

/// Nothing of an object is believed here, so the address outside of it counts, if there is a proven one.
fn refused(client: Arc<Client>, outer: &Parameters, refusal: Refusal) -> Stranded {
    match request::return_address(outer, &client) {
        Ok(mut back) => {
            if outer.is_repeated("state") {
                back.state = None;
            }
            Stranded::Refused(client, back, refusal)
        }
        Err(_) => Stranded::Unproven("oauth-error-request-object"),
    }
}

/// The parameters that decide who is answered, and where.
const DECIDING: [&str; 5] = [
    "client_id",
    "redirect_uri",
    "response_mode",
    "request",
    "request_uri",
];

const REPEATED: Refusal = Refusal::new(ErrorCode::InvalidRequest, "a parameter is given more than once");

const BOTH: Refusal = Refusal::new(
    ErrorCode::InvalidRequest,
    "request and request_uri exclude each other",
);

impl Way {
    pub(super) const fn of_object() -> Self {
        Self {
            pushed: None,
            being_pushed: false,
            signed: true,
        }
    }

    /// Whether the request comes, or will come, by the endpoint for pushed requests.
    pub(super) const fn is_pushed(self) -> bool {
        self.pushed.is_some() || self.being_pushed
    }
}

/// A pushed request of this client that waits. It is used up when it is answered and not when it is looked at, so that a
/// browser may load the page twice (RFC 9126 section 4).
async fn pushed(op: &mut Op, client: &Client, handle: &str) -> Result<Option<(Parameters, Way)>, OpError> {
    let token = Token::presented(handle);
    let Some(payload) = one_time::inspect(op, Kind::PushedRequest, &token).await? else {
        return Ok(None);
    };
    let found: Pushed =
        serde_json::from_value(payload).map_err(|_| OpError::Broken("a pushed request cannot be read"))?;
    if found.client_id != client.id {
        return Ok(None);
    }
    let way = Way {
        pushed: Some(token.digest().0),
        being_pushed: false,
        signed: found.signed,
    };
    Ok(Some((found.parameters, way)))
}
