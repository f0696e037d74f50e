//! Tokens bound to keys by DPoP (RFC 9449).

mod nonce;
mod resource;
mod token;

use std::cell::Cell;

use data_encoding::BASE64URL_NOPAD as URL;
use doorward::client::{ClientSettings, NewClient};
use doorward::domain::{ClientAuthMethod, Token};
use doorward::jose::{Algorithm, SigningKey};
use serde_json::{Value, json};

use super::stage::{CALLBACK, ISSUER, Stage, VERIFIER, new_client};

/// A client's key, which makes proofs.
pub(super) struct Prover {
    key: SigningKey,
    made: Cell<u32>,
}

impl Prover {
    pub(super) fn new() -> Self {
        Self {
            key: SigningKey::generate(Algorithm::Es256).unwrap(),
            made: Cell::new(0),
        }
    }

    fn thumbprint(&self) -> &str {
        self.key.key_id()
    }

    /// A proof for the token endpoint.
    pub(super) fn proof(&self, stage: &Stage) -> String {
        self.proof_with(stage, &json!({}), &json!({}))
    }

    /// A proof for the userinfo endpoint and a token.
    fn proof_of(&self, stage: &Stage, token: &str) -> String {
        self.proof_with(stage, &json!({}), &of_userinfo(token))
    }

    /// A proof with changed members of header and claims; `null` leaves one out.
    fn proof_with(&self, stage: &Stage, header: &Value, claims: &Value) -> String {
        self.made.set(self.made.get() + 1);
        let mut jwk = serde_json::to_value(self.key.public_jwk()).unwrap();
        jwk.as_object_mut()
            .unwrap()
            .retain(|name, _| !["kid", "use", "alg"].contains(&name.as_str()));
        let whole = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk });
        let said = json!({
            "jti": format!("{}-{}", self.thumbprint(), self.made.get()),
            "htm": "POST",
            "htu": format!("{ISSUER}/token"),
            "iat": stage.bare.house.clock.now().as_seconds(),
        });
        let part = |base: Value, changes: &Value| URL.encode(changed(base, changes).to_string().as_bytes());
        let signed = format!("{}.{}", part(whole, header), part(said, claims));
        let signature = self.key.sign_bytes(signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL.encode(&signature))
    }
}

fn of_userinfo(token: &str) -> Value {
    json!({
        "htm": "GET",
        "htu": format!("{ISSUER}/userinfo"),
        "ath": URL.encode(&Token::presented(token).digest().0),
    })
}

fn changed(mut base: Value, changes: &Value) -> Value {
    let members = base.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        members.insert(name.clone(), value.clone());
    }
    members.retain(|_, value| !value.is_null());
    base
}

pub(super) fn redemption(code: &str) -> [(&str, &str); 4] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ]
}

pub(super) fn refreshing(token: &str) -> [(&str, &str); 2] {
    [("grant_type", "refresh_token"), ("refresh_token", token)]
}

/// A client that keeps no secret.
async fn register_public(stage: &mut Stage, id: &str) {
    let public = NewClient {
        auth_method: ClientAuthMethod::None,
        ..new_client(stage, id)
    };
    stage.register(public).await;
}

/// A client that has promised to use DPoP.
async fn register_bound(stage: &mut Stage, id: &str) {
    let bound = NewClient {
        settings: ClientSettings {
            dpop_bound_access_tokens: true,
            ..ClientSettings::default()
        },
        ..new_client(stage, id)
    };
    stage.register(bound).await;
}
