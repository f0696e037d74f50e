//! Signed request objects (RFC 9101, OpenID Connect Core section 6.1): an authorization request as a token of the client.

use super::parameters::Parameters;
use crate::client::{self, Client};
use crate::ephemeral::Verdict;
use crate::http::network_name;
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::signed_request::{self, Asker, Purpose};
use crate::op::Op;

const fn invalid(description: &'static str) -> Refusal {
    Refusal::new(ErrorCode::InvalidRequestObject, description)
}

/// The parameters of a request that came with a request object: those of the object alone (RFC 9101 section 6.3).
pub(super) async fn read(
    op: &mut Op,
    client: &Client,
    outer: &Parameters,
    object: &str,
) -> Result<Parameters, Refusal> {
    let purpose = Purpose::Authorization;
    let claims = signed_request::read(op, Asker { client, purpose }, object).await?;
    let inner = Parameters::of_claims(&claims);
    agree(outer, &inner, client).map(|()| inner)
}

/// Largest object that is fetched, in bytes.
const LARGEST: usize = 32 * 1_024;

/// The request object at an address that the client has registered (OpenID Connect Core section 6.2): no other is called,
/// so that nobody makes us knock at a door of his choice. Fetched each time: what the client changes counts at once.
pub(super) async fn fetch(op: &mut Op, client: &Client, uri: &str) -> Result<String, Refusal> {
    let refuse = |description| Refusal::new(ErrorCode::InvalidRequestUri, description);
    let without_fragment = |text: &str| text.split('#').next().unwrap_or_default().to_owned();
    let address = without_fragment(uri);
    let registered = client.settings.request_uris.iter();
    if registered
        .map(|one| without_fragment(one))
        .all(|one| one != address)
    {
        return Err(refuse(
            "request_uri is neither registered for this client nor pushed",
        ));
    }
    let key = format!("request_uri:{}:{}", client.id, network_name(op.seen.address));
    let limit = op.house.config.limits.request_objects_per_address;
    if op.house.ephemeral.count(&key, limit, op.now).await != Verdict::Within {
        return Err(Refusal::new(
            ErrorCode::TemporarilyUnavailable,
            "the request object has been fetched too often for this network; push the request instead",
        ));
    }
    // No connection to the database waits for a stranger's answer.
    op.rest();
    let accept = "application/oauth-authz-req+jwt, application/jwt";
    let answer = client::outbound(&op.house, client)
        .get(&address, accept, LARGEST)
        .await;
    let body = answer
        .ok()
        .filter(|answer| answer.status == http::StatusCode::OK)
        .and_then(|answer| String::from_utf8(answer.body).ok());
    body.map(|text| text.trim().to_owned())
        .ok_or(refuse("the request object cannot be fetched from request_uri"))
}

/// What stands outside says the same of client and response type (RFC 9101 section 5, OpenID Connect Core section 6.1); the
/// rest of it is not read.
pub(super) fn agree(outer: &Parameters, inner: &Parameters, client: &Client) -> Result<(), Refusal> {
    if inner.get("client_id") != Some(client.id.as_str()) {
        return Err(invalid("client_id of the request object is not the client"));
    }
    match outer.get("response_type") {
        Some(outside) if inner.get("response_type") != Some(outside) => Err(Refusal::new(
            ErrorCode::InvalidRequest,
            "response_type differs from the one of the request object",
        )),
        _ => Ok(()),
    }
}
