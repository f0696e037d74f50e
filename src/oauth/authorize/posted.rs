//! Requests that come by POST (OpenID Connect Core section 3.1.2.1). The browser is sent on by a GET, since it withholds its
//! `SameSite=Lax` cookies from a form of another site; what is too long for an address is kept meanwhile.

use std::time::Duration;

use super::again;
use super::parameters::{PARAMETERS, Parameters};
use crate::client;
use crate::domain::{ClientId, Token};
use crate::http::Form;
use crate::oauth::client_request::beyond_unproven;
use crate::one_time::{self, Kind};
use crate::op::{Op, OpError};

/// The parameter of ours that names what is kept.
pub(super) const POSTED: &str = "posted";

/// The longest address that the browser is sent to, in bytes: what servers and proxies in between take everywhere.
const LONGEST: usize = 4_096;

/// Where a form is sent on to.
pub(super) enum Onward {
    To(String),
    /// Too much of this network is kept already: try again after this while.
    Limited(Duration),
}

pub(super) async fn onward(op: &mut Op, form: &Form) -> Result<Onward, OpError> {
    let short = again("/authorize", form, &PARAMETERS);
    if short.len() <= LONGEST {
        return Ok(Onward::To(short));
    }
    let id = form.get("client_id").and_then(|text| ClientId::parse(text).ok());
    let Some(id) = id else {
        // What cannot be a name may be too long for an address itself.
        return Ok(Onward::To(again("/authorize", form, &[])));
    };
    if client::find_active(op, &id).await?.is_none() {
        // Nothing is kept of a client that is not there: the page that says so needs no more than its name.
        return Ok(Onward::To(again("/authorize", form, &["client_id"])));
    }
    if let Some(wait) = beyond_unproven(op).await {
        return Ok(Onward::Limited(wait));
    }
    let payload = serde_json::to_value(Parameters::of_form(form))
        .map_err(|_| OpError::Broken("a posted request cannot be written"))?;
    let life = op.house.config.oauth.par_life;
    let handle = one_time::issue(op, Kind::PostedRequest, None, payload, life).await?;
    Ok(Onward::To(format!("/authorize?{POSTED}={}", handle.expose())))
}

/// What was kept under this name; as often as the browser loads it, until it expires.
pub(super) async fn find(op: &mut Op, handle: &str) -> Result<Option<Parameters>, OpError> {
    let found = one_time::inspect(op, Kind::PostedRequest, &Token::presented(handle)).await?;
    found
        .map(|payload| {
            serde_json::from_value(payload).map_err(|_| OpError::Broken("a posted request cannot be read"))
        })
        .transpose()
}
