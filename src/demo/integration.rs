//! A small integration: fetches records with a client-credentials token, by the public `oauth2` crate. It proves itself by a
//! key of its own (`private_key_jwt`, RFC 7523 section 2.2), with the signing of the public `openidconnect` crate.

use std::error::Error;

use data_encoding::BASE64URL_NOPAD;
use oauth2::basic::{BasicClient, BasicTokenResponse};
use oauth2::{AuthType, ClientId, ClientSecret, CsrfToken, Scope, TokenResponse as _, TokenUrl};
use openidconnect::PrivateSigningKey as _;
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};

use super::transport::Transport;

/// How the integration proves who it is.
#[derive(Clone)]
pub(crate) enum Proof {
    Secret(String),
    /// An Ed25519 key in PEM, whose public half the provider knows.
    Key(String),
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proof")
    }
}

/// The one type of assertion (RFC 7523 section 2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What the integration is told when it is set up.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    pub issuer: String,
    pub token_endpoint: String,
    pub client_id: String,
    pub proof: Proof,
    /// The API that it reads.
    pub api: String,
}

/// What came of one run.
#[derive(Debug, Clone)]
pub(crate) struct Fetched {
    /// The scopes that the token was given.
    pub scopes: Vec<String>,
    pub records: serde_json::Value,
}

/// Asks for a token with the scope `feedback:read`, then reads the records with it.
pub(crate) async fn fetch(
    access: &Access,
    http: &Transport,
    now_seconds: i64,
) -> Result<Fetched, Box<dyn Error + Send + Sync>> {
    let mut client = BasicClient::new(ClientId::new(access.client_id.clone()))
        .set_auth_type(AuthType::BasicAuth)
        .set_token_uri(TokenUrl::new(access.token_endpoint.clone())?);
    if let Proof::Secret(secret) = &access.proof {
        client = client.set_client_secret(ClientSecret::new(secret.clone()));
    }
    let mut request = client
        .exchange_client_credentials()
        .add_scope(Scope::new("feedback:read".to_owned()));
    if let Proof::Key(key) = &access.proof {
        request = request
            .add_extra_param("client_assertion_type", JWT_BEARER)
            .add_extra_param("client_assertion", assertion(access, key, now_seconds)?);
    }
    let token: BasicTokenResponse = request.request_async(http).await?;
    let records = http
        .0
        .get(&access.api)
        .bearer_auth(token.access_token().secret())
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    let scopes = token
        .scopes()
        .into_iter()
        .flatten()
        .map(|scope| scope.to_string())
        .collect();
    Ok(Fetched { scopes, records })
}

/// A client assertion for this moment (RFC 7523 section 3).
fn assertion(access: &Access, key: &str, now_seconds: i64) -> Result<String, Box<dyn Error + Send + Sync>> {
    let key = CoreEdDsaPrivateSigningKey::from_ed25519_pem(key, None)?;
    let header = serde_json::json!({ "alg": "EdDSA", "typ": "JWT" });
    let claims = serde_json::json!({
        "iss": access.client_id,
        "sub": access.client_id,
        "aud": access.issuer,
        "jti": CsrfToken::new_random().secret(),
        "iat": now_seconds,
        "exp": now_seconds.saturating_add(60),
    });
    let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    let message = format!(
        "{}.{}",
        encode(header.to_string().as_bytes()),
        encode(claims.to_string().as_bytes())
    );
    let signature = key.sign(&CoreJwsSigningAlgorithm::EdDsa, message.as_bytes())?;
    Ok(format!("{message}.{}", encode(&signature)))
}
