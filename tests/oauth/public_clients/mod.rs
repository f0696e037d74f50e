//! What libraries of others make of this server: it is driven by the public crates `openidconnect` and `oauth2`, which know
//! nothing of it but its issuer and a registration.

mod device;
mod openid;
mod plain;
mod registration;

use std::convert::Infallible;
use std::fmt::Display;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Request, Response};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse, RequestTokenError};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, DeviceAuthorizationUrl, EndSessionUrl, IntrospectionUrl, IssuerUrl,
    ProviderMetadata, RevocationUrl,
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::stage::Stage;

/// By https: the crates revoke nothing at other addresses.
const ISSUER: &str = "https://id.test";

async fn stage() -> Stage {
    Stage::with(|config| config.server.issuer = ISSUER.parse().unwrap()).await
}

/// Carries the requests of a crate to the server of a stage.
struct Carrier<'s>(&'s Stage);

impl<'c> AsyncHttpClient<'c> for Carrier<'_> {
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Infallible>> + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            assert_eq!(parts.uri.host(), Some("id.test"));
            parts.uri = parts.uri.path_and_query().unwrap().as_str().parse().unwrap();
            let answer = self.0.send(Request::from_parts(parts, Body::from(body))).await;
            let mut response = Response::new(answer.body.into_bytes());
            *response.status_mut() = answer.status;
            *response.headers_mut() = answer.headers;
            Ok(response)
        })
    }
}

/// What discovery tells beside OpenID Connect Discovery (RFC 8414 section 2, RFC 8628 section 4, RP-Initiated Logout 2.1).
#[derive(Debug, Clone, Serialize, Deserialize)]
struct MoreMetadata {
    #[serde(rename = "device_authorization_endpoint")]
    device_authorization: DeviceAuthorizationUrl,
    #[serde(rename = "introspection_endpoint")]
    introspection: IntrospectionUrl,
    #[serde(rename = "revocation_endpoint")]
    revocation: RevocationUrl,
    #[serde(rename = "end_session_endpoint")]
    end_session: EndSessionUrl,
}

impl AdditionalProviderMetadata for MoreMetadata {}

type Metadata = ProviderMetadata<
    MoreMetadata,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

async fn discovered(stage: &Stage) -> Metadata {
    let issuer = IssuerUrl::new(ISSUER.to_owned()).unwrap();
    Metadata::discover_async(issuer, &Carrier(stage)).await.unwrap()
}

/// The time of a stage, for the crates.
fn clock<T: From<std::time::SystemTime>>(stage: &Stage) -> impl Fn() -> T + Send + Sync + use<T> {
    let house = Arc::clone(&stage.bare.house);
    move || {
        let seconds = house.clock.now().as_seconds().unsigned_abs();
        let now = std::time::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        now.unwrap().into()
    }
}

/// A browser in which Ada is signed in goes where a crate sends it, and comes back with the answer: code and state.
async fn browse(stage: &Stage, address: &Url) -> (String, String) {
    let (_, cookie) = stage.signed_in(stage.ada).await;
    browse_in(stage, &cookie, address).await
}

/// The same in a browser with a session that the test goes on with.
async fn browse_in(stage: &Stage, cookie: &str, address: &Url) -> (String, String) {
    let there = format!("{}?{}", address.path(), address.query().unwrap());
    let answer = stage.get(&there, cookie).await;
    assert_eq!(answer.parameter("iss").as_deref(), Some(ISSUER), "{answer:?}");
    let told = |name| answer.parameter(name).unwrap_or_else(|| panic!("{answer:?}"));
    (told("code"), told("state"))
}

/// The error code that the server has told a crate.
fn told<E, T>(refused: RequestTokenError<E, oauth2::StandardErrorResponse<T>>) -> String
where
    E: std::error::Error + 'static,
    T: oauth2::ErrorResponseType + Display + 'static,
{
    match refused {
        RequestTokenError::ServerResponse(response) => {
            assert!(response.error_description().is_some());
            response.error().to_string()
        }
        other => panic!("no answer of the server: {other:?}"),
    }
}
