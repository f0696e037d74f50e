//! A small integration: fetches records with a client-credentials token, by the public `oauth2` crate.

use std::error::Error;

use oauth2::basic::{BasicClient, BasicTokenResponse};
use oauth2::{AuthType, ClientId, ClientSecret, Scope, TokenResponse as _, TokenUrl};

use super::transport::Transport;

/// What the integration is told when it is set up.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    pub token_endpoint: String,
    pub client_id: String,
    pub client_secret: String,
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
) -> Result<Fetched, Box<dyn Error + Send + Sync>> {
    let client = BasicClient::new(ClientId::new(access.client_id.clone()))
        .set_client_secret(ClientSecret::new(access.client_secret.clone()))
        .set_auth_type(AuthType::BasicAuth)
        .set_token_uri(TokenUrl::new(access.token_endpoint.clone())?);
    let token: BasicTokenResponse = client
        .exchange_client_credentials()
        .add_scope(Scope::new("feedback:read".to_owned()))
        .request_async(http)
        .await?;
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
