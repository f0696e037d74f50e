//! An application that registers itself, by the `openidconnect` crate.

use doorward::config::Registration;
use http::StatusCode;
use openidconnect::core::{CoreClient, CoreClientRegistrationRequest, CoreRegisterErrorResponseType};
use openidconnect::registration::{ClientRegistrationError, EmptyAdditionalClientMetadata};
use openidconnect::{AccessToken, RedirectUrl, TokenIntrospectionResponse as _};

use super::super::registration::{policy, token_of};
use super::super::stage::{CALLBACK, Stage};
use super::{Carrier, ISSUER, discovered};

fn request(address: &str, token: &str) -> CoreClientRegistrationRequest {
    let address = RedirectUrl::new(address.to_owned()).unwrap();
    CoreClientRegistrationRequest::new(vec![address], EmptyAdditionalClientMetadata::default())
        .set_initial_access_token(Some(AccessToken::new(token.to_owned())))
}

#[tokio::test]
async fn an_application_registers_itself_by_the_crate_and_may_then_ask() {
    let stage = Stage::with(|config| {
        config.server.issuer = ISSUER.parse().unwrap();
        config.oauth.registration = Registration::Token;
    })
    .await;
    let token = token_of(&stage, Some(1), policy(&stage)).await;
    let metadata = discovered(&stage).await;
    let endpoint = metadata.registration_endpoint().unwrap();
    let carrier = Carrier(&stage);

    let insecure = request("http://desk.test/callback", &token);
    match insecure.register_async(endpoint, &carrier).await.unwrap_err() {
        ClientRegistrationError::ServerResponse(response) => {
            assert_eq!(
                response.error(),
                &CoreRegisterErrorResponseType::InvalidRedirectUri
            );
        }
        other => panic!("no answer of the server: {other:?}"),
    }
    let good = request(CALLBACK, &token);
    let registered = good.register_async(endpoint, &carrier).await.unwrap();
    assert!(registered.registration_access_token().is_some());

    let introspection = metadata.additional_metadata().introspection.clone();
    let id = registered.client_id().clone();
    let secret = registered.client_secret().cloned();
    assert!(secret.is_some());
    let client =
        CoreClient::from_provider_metadata(metadata.clone(), id, secret).set_introspection_url(introspection);
    let unknown = AccessToken::new("unknown".to_owned());
    let answer = client.introspect(&unknown).request_async(&carrier).await.unwrap();
    assert!(!answer.active());

    // The token was for one.
    for token in [token.as_str(), "guessed"] {
        let refused = request(CALLBACK, token);
        match refused.register_async(endpoint, &carrier).await.unwrap_err() {
            ClientRegistrationError::Response(status, ..) => assert_eq!(status, StatusCode::UNAUTHORIZED),
            other => panic!("no answer of the server: {other:?}"),
        }
    }
}
