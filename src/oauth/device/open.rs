//! A device asks (RFC 8628 sections 3.1 and 3.2).

use serde_json::json;

use super::{HERE, user_code};
use crate::client::Client;
use crate::http::Form;
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::polled::{self, Asked, Kind, NewRequest};
use crate::oauth::terms::Terms;
use crate::oauth::{aim, rights, scope};
use crate::op::{Op, OpError};

const NO_SCOPE: Refusal = Refusal::new(
    ErrorCode::InvalidScope,
    "none of the asked scopes may be given to this client",
);

/// Stores what the device asks; answers the codes.
pub(super) async fn open(
    op: &mut Op,
    client: &Client,
    form: &Form,
) -> Result<Result<serde_json::Value, Refusal>, OpError> {
    let details = form.get("authorization_details");
    let asked = match scope::wanted(client, form.get("scope"), details.is_some()) {
        Ok(asked) => asked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut terms = Terms::default();
    let beyond = (form.all("resource"), details);
    if let Err(refusal) = aim::put_in_terms(op, client, beyond, &mut terms).await? {
        return Ok(Err(refusal));
    }
    let scopes = rights::possible(op, client, &asked, &terms.resources).await?;
    if scopes.is_empty() && terms.authorization_details.is_empty() {
        return Ok(Err(NO_SCOPE));
    }
    let life = op.house.config.oauth.device_code_life;
    let new = NewRequest {
        kind: Kind::Device,
        client,
        person: None,
        asked: Asked {
            scopes,
            terms,
            address: op.seen.address.map(|address| address.to_string()),
            binding_message: None,
            acr: None,
            ping: None,
        },
        life,
        notification_token: None,
    };
    let (device_code, shown) = polled::open(op, new, Some(user_code::make)).await?;
    let page = format!("{}{HERE}", op.house.config.server.issuer_text());
    Ok(Ok(json!({
        "device_code": device_code.expose(),
        "user_code": shown,
        "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={shown}"),
        "expires_in": life.as_secs(),
        "interval": polled::interval(op),
    })))
}
