//! Requests that are a token of the client: of an authorization (RFC 9101, OpenID Connect Core section 6.1) and of an
//! authentication elsewhere (OpenID CIBA Core section 7.1.1). What makes one believed, for both.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::client::{self, Client, RuleBroken, Rules};
use crate::domain::Timestamp;
use crate::jose::{self, Algorithm, CLOCK_DIFFERENCE, PublicKey};
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::mint::issuer;
use crate::op::Op;

/// The type of request objects (RFC 9101 section 10.8); `JWT` or none is accepted beside it.
const TYPE: &str = "oauth-authz-req+jwt";

/// How old an object may be and how long it may last, where both is held (FAPI 2.0 Message Signing section 5.3.1).
const LONGEST: Duration = Duration::from_hours(1);

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Authorization,
    Backchannel,
}

/// A client and what its request asks for: what of the rules is held.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker<'a> {
    pub(super) client: &'a Client,
    pub(super) purpose: Purpose,
}

impl Asker<'_> {
    /// OpenID CIBA Core section 13 has no error for request objects.
    const fn refuse(self, description: &'static str) -> Refusal {
        let code = match self.purpose {
            Purpose::Authorization => ErrorCode::InvalidRequestObject,
            Purpose::Backchannel => ErrorCode::InvalidRequest,
        };
        Refusal::new(code, description)
    }

    /// The only algorithm, if the client has registered one.
    fn only(self) -> Option<Algorithm> {
        let settings = &self.client.settings;
        match self.purpose {
            Purpose::Authorization => settings.request_object_signing_alg,
            Purpose::Backchannel => settings.ciba.backchannel_authentication_request_signing_alg,
        }
    }

    /// Whether all claims are there that say from whom it is, for whom, and when. RFC 9101 section 4 advises them, the
    /// profile for signed messages asks for them, and so does OpenID CIBA Core section 7.1.1; both times then lie within an
    /// hour, so that none is kept in store, nor its name remembered without end.
    fn is_held_strictly(self) -> bool {
        self.purpose == Purpose::Backchannel || Rules::from(self.client).request_object_is_fresh()
    }
}

/// The claims of an object that is believed.
pub(super) async fn read(op: &mut Op, asker: Asker<'_>, object: &str) -> Result<Map<String, Value>, Refusal> {
    let keys = client::keys(op, asker.client, object, asker.only()).await;
    believe(object, asker, &keys, issuer(&op.house), op.now)
}

/// Pure rule: whether the object is the client's own, meant for this server, and good at this moment.
pub(super) fn believe(
    object: &str,
    asker: Asker<'_>,
    keys: &[PublicKey],
    issuer: &str,
    now: Timestamp,
) -> Result<Map<String, Value>, Refusal> {
    let signed = jose::verify_signed(object, keys, &[TYPE])
        .map_err(|_| asker.refuse("the request object is not signed by a registered key of the client"))?;
    let rules = Rules::from(asker.client);
    if asker.only().is_some_and(|only| only != signed.algorithm) {
        return Err(asker.refuse("the request object is not signed with the algorithm of the client"));
    }
    rules
        .algorithm(signed.algorithm)
        .map_err(|rule| asker.refuse(rule.text()))?;
    let claims = signed.claims;
    check_names(&claims, asker, issuer)?;
    if claims.contains_key("request") || claims.contains_key("request_uri") {
        return Err(asker.refuse("a request object holds no other request"));
    }
    check_times(&claims, asker, now)?;
    check_text(&claims, asker)?;
    Ok(claims)
}

/// From whom it is, and for whom.
fn check_names(claims: &Map<String, Value>, asker: Asker<'_>, issuer: &str) -> Result<(), Refusal> {
    let client = asker.client.id.as_str();
    let may_lack = !asker.is_held_strictly();
    let by_client = match claims.get("iss") {
        Some(issuer) => issuer.as_str() == Some(client),
        None => may_lack,
    };
    if !by_client {
        return Err(asker.refuse("iss of the request object is not the client"));
    }
    // An assertion that authenticates the client is no request of it (RFC 9101 section 10.8).
    if claims.get("sub").and_then(Value::as_str) == Some(client) {
        return Err(asker.refuse("sub of the request object must not be the client"));
    }
    let is_us = |one: &Value| one.as_str() == Some(issuer);
    let meant = match claims.get("aud") {
        Some(Value::Array(list)) => list.iter().any(is_us),
        Some(one) => is_us(one),
        None => may_lack,
    };
    if meant {
        Ok(())
    } else {
        Err(asker.refuse("aud of the request object is not this issuer"))
    }
}

/// As in a form, NUL is part of no value: not every database could keep it.
fn check_text(claims: &Map<String, Value>, asker: Asker<'_>) -> Result<(), Refusal> {
    let has_nul = |value: &Value| value.as_str().is_some_and(|text| text.contains('\0'));
    let any_has = |value: &Value| match value {
        Value::Array(list) => list.iter().any(has_nul),
        one => has_nul(one),
    };
    if claims.values().any(any_has) {
        return Err(asker.refuse("a parameter of the request object contains a NUL character"));
    }
    Ok(())
}

fn check_times(claims: &Map<String, Value>, asker: Asker<'_>, now: Timestamp) -> Result<(), Refusal> {
    let read = |name| {
        jose::moment(claims, name).map_err(|_| asker.refuse("a time of the request object is malformed"))
    };
    let (exp, nbf, iat) = (read("exp")?, read("nbf")?, read("iat")?);
    if exp.is_some_and(|exp| exp <= now) {
        return Err(asker.refuse("the request object has expired"));
    }
    if [nbf, iat]
        .into_iter()
        .flatten()
        .any(|at| at > now.plus(CLOCK_DIFFERENCE))
    {
        return Err(asker.refuse("the request object is not valid yet"));
    }
    if !asker.is_held_strictly() {
        return Ok(());
    }
    let stale = |words| match asker.purpose {
        Purpose::Authorization => asker.refuse(RuleBroken::FreshRequest.text()),
        Purpose::Backchannel => asker.refuse(words),
    };
    let nbf = nbf.ok_or(stale("nbf of the request object is missing"))?;
    let exp = exp.ok_or(stale("exp of the request object is missing"))?;
    if asker.purpose == Purpose::Backchannel && iat.is_none() {
        return Err(asker.refuse("iat of the request object is missing"));
    }
    if nbf < now.minus(LONGEST) {
        return Err(stale("nbf of the request object lies more than 60 minutes back"));
    }
    if exp > nbf.plus(LONGEST) {
        return Err(stale(
            "exp of the request object lies more than 60 minutes after nbf",
        ));
    }
    Ok(())
}

/// The values of a parameter. Numbers and structures are written as a form would have them (RFC 9101 section 4: `max_age` is
/// a number there and `claims` an object; OpenID CIBA Core section 7.1.1: `requested_expiry` may be one); several resources
/// are an array (RFC 8707 section 2.1).
pub(super) fn values(claims: &Map<String, Value>, name: &str) -> Vec<String> {
    match claims.get(name) {
        Some(Value::Array(list)) if name == "resource" => list.iter().filter_map(text).collect(),
        Some(value) => text(value).into_iter().collect(),
        None => Vec::new(),
    }
}

fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    (!text.is_empty()).then_some(text)
}
