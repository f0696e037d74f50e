//! Tests of client: the registry, and each way of authentication with each of its refusals.

mod administer;
mod assertion;
mod holder;
mod key_answers;
mod keys;
mod registry;
mod secret;

use doorward::client::{self, AuthenticatedClient, ClientAuthError, ClientRefusal, NewClient};
use doorward::domain::{ClientAuthMethod, ClientId, GrantType, OrganisationId, RedirectUri, Scopes, Secret};
use doorward::http::Form;
use doorward::jose::{Algorithm, JwkSet};
use doorward::person::{self, NewOrganisation};
use http::header::{AUTHORIZATION, HeaderMap};

use crate::support::Bare;

/// A bare house with one organisation.
struct Stage {
    bare: Bare,
    organisation: OrganisationId,
}

impl Stage {
    async fn new() -> Self {
        Self::on(Bare::new().await).await
    }

    /// One that may call servers of the test itself.
    async fn calling() -> Self {
        Self::with(|config| config.outbound.allowed_networks = vec!["127.0.0.0/8".parse().unwrap()]).await
    }

    async fn with(change: impl FnOnce(&mut doorward::config::Config)) -> Self {
        let database = std::sync::Arc::new(crate::support::Database::new().await);
        let mut config = doorward::config::Config::default();
        change(&mut config);
        Self::on(Bare::on(database, config).await).await
    }

    async fn register(&self, new: NewClient) {
        let mut op = self.bare.op();
        client::create(&mut op, new).await.unwrap();
        op.commit().await.unwrap();
    }

    async fn on(bare: Bare) -> Self {
        let mut op = bare.op();
        let new = NewOrganisation {
            slug: "northbeam".to_owned(),
            name: "Northbeam".to_owned(),
        };
        let organisation = person::create_organisation(&mut op, new).await.unwrap();
        op.commit().await.unwrap();
        Self { bare, organisation }
    }

    fn client(&self, method: ClientAuthMethod) -> NewClient {
        NewClient {
            id: id("app"),
            organisation_id: self.organisation,
            name: "App".to_owned(),
            auth_method: method,
            jwks: None,
            redirect_uris: vec![RedirectUri::register("https://app.example/cb").unwrap()],
            post_logout_redirect_uris: Vec::new(),
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            scopes: Scopes::parse("openid feedback:read").unwrap(),
            application_id: None,
            service_account_id: None,
            shared: false,
            consent_required: true,
            signing_algorithm: Algorithm::Es256,
            claim_rules: Vec::new(),
            settings: doorward::client::ClientSettings::default(),
        }
    }

    /// Registers the client `app`; answers its secret.
    async fn create(&self, method: ClientAuthMethod, jwks: Option<JwkSet>) -> Option<Secret> {
        let mut op = self.bare.op();
        let new = NewClient {
            jwks,
            ..self.client(method)
        };
        let secret = client::create(&mut op, new).await.unwrap();
        op.commit().await.unwrap();
        secret
    }

    /// One request.
    async fn authenticate(
        &self,
        authorization: Option<&str>,
        form: &str,
    ) -> Result<AuthenticatedClient, ClientAuthError> {
        self.authenticate_from(7, authorization, form).await
    }

    /// One request from the address 192.0.2.`host`.
    async fn authenticate_from(
        &self,
        host: u8,
        authorization: Option<&str>,
        form: &str,
    ) -> Result<AuthenticatedClient, ClientAuthError> {
        let outcome = self.attempt(host, authorization, form).await;
        outcome.map_err(|refusal| refusal.reason())
    }

    /// One request, with all that is known of its refusal. Nobody but `authenticate` commits it.
    async fn attempt(
        &self,
        host: u8,
        authorization: Option<&str>,
        form: &str,
    ) -> Result<AuthenticatedClient, ClientRefusal> {
        let mut headers = HeaderMap::new();
        if let Some(value) = authorization {
            headers.insert(AUTHORIZATION, value.parse().unwrap());
        }
        let form = Form::parse(form).unwrap();
        let mut op = self.bare.op();
        op.seen.address = Some(std::net::Ipv4Addr::new(192, 0, 2, host).into());
        let act = client::authenticate(op, &headers, &form).await.unwrap()?;
        let client = act.client().clone();
        act.commit().await.unwrap().map(|()| client)
    }

    /// The reasons of all refusals on record.
    async fn refusals(&self) -> Vec<String> {
        let events = self.bare.events("oauth.client.refused").await;
        events
            .iter()
            .map(|event| event["reason"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn id(text: &str) -> ClientId {
    ClientId::parse(text).unwrap()
}

fn basic(client: &str, secret: &str) -> String {
    let pair = format!("{client}:{secret}");
    format!("Basic {}", data_encoding::BASE64.encode(pair.as_bytes()))
}
