//! A device without a keyboard, by the `openidconnect` crate: it asks again and again by itself while a person answers.

use std::cell::RefCell;
use std::time::Duration;

use doorward::client::NewClient;
use doorward::domain::GrantType;
use openidconnect::core::{CoreClient, CoreDeviceAuthorizationResponse, CoreTokenResponse};
use openidconnect::{
    ClientId, ClientSecret, DeviceCodeErrorResponseType, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    Nonce, OAuth2TokenResponse as _, RequestTokenError, Scope, TokenResponse as _,
};

use super::super::device::answered;
use super::super::stage::{Stage, new_client};
use super::{Carrier, ISSUER, clock, discovered, told};

type Client =
    CoreClient<EndpointSet, EndpointSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

async fn stage() -> Stage {
    let mut stage = super::stage().await;
    let television = NewClient {
        grant_types: vec![GrantType::DeviceCode, GrantType::RefreshToken],
        redirect_uris: Vec::new(),
        ..new_client(&stage, "television")
    };
    stage.register(television).await;
    stage
}

async fn television(stage: &Stage, secret: &str) -> Client {
    let metadata = discovered(stage).await;
    let endpoint = metadata.additional_metadata().device_authorization.clone();
    let secret = ClientSecret::new(secret.to_owned());
    let id = ClientId::new("television".to_owned());
    CoreClient::from_provider_metadata(metadata, id, Some(secret)).set_device_authorization_url(endpoint)
}

async fn opened(stage: &Stage, client: &Client) -> CoreDeviceAuthorizationResponse {
    let request = client
        .exchange_device_code()
        .add_scope(Scope::new("f:read".to_owned()));
    request.request_async(&Carrier(stage)).await.unwrap()
}

/// Lets the device poll. It sleeps for as long as it should, and `shorter` than that; what Ada decides she does in its
/// second sleep.
async fn poll(
    stage: &Stage,
    client: &Client,
    opened: &CoreDeviceAuthorizationResponse,
    (decision, shorter): (Option<&str>, Duration),
) -> (Result<CoreTokenResponse, DeviceCodeErrorResponseType>, Vec<u64>) {
    let slept = RefCell::new(Vec::new());
    let sleep = async |while_: Duration| {
        slept.borrow_mut().push(while_.as_secs());
        stage.advance(while_.saturating_sub(shorter));
        let is_second = slept.borrow().len() == 2;
        if let Some(decision) = decision.filter(|_| is_second) {
            answered(stage, opened.user_code().secret(), decision).await;
        }
    };
    let carrier = Carrier(stage);
    let request = client
        .exchange_device_access_token(opened)
        .unwrap()
        .set_time_fn(clock(stage));
    let answer = request.request_async(&carrier, &sleep, None).await;
    let answer = answer.map_err(|error| match error {
        RequestTokenError::ServerResponse(response) => response.error().clone(),
        other => panic!("no answer of the server: {other:?}"),
    });
    (answer, slept.take())
}

#[tokio::test]
async fn a_device_waits_until_a_person_has_allowed_it() {
    let stage = stage().await;
    let client = television(&stage, stage.secret("television")).await;
    let opened = opened(&stage, &client).await;
    assert_eq!(opened.verification_uri().as_str(), format!("{ISSUER}/device"));
    let (tokens, slept) = poll(&stage, &client, &opened, (Some("allow"), Duration::ZERO)).await;
    assert_eq!(slept, [5, 5]);
    let tokens = tokens.unwrap();
    let verifier = client.id_token_verifier().set_time_fn(clock(&stage));
    let any = |_: Option<&Nonce>| Ok(());
    let claims = tokens.id_token().unwrap().claims(&verifier, any).unwrap();
    assert_eq!(claims.subject().as_str(), stage.ada.to_string());
    let request = client
        .exchange_refresh_token(tokens.refresh_token().unwrap())
        .unwrap();
    assert!(request.request_async(&Carrier(&stage)).await.is_ok());
    let (twice, _) = poll(&stage, &client, &opened, (None, Duration::ZERO)).await;
    assert_eq!(twice.unwrap_err().as_ref(), "invalid_grant");
}

#[tokio::test]
async fn a_device_is_told_that_a_person_has_refused() {
    let stage = stage().await;
    let client = television(&stage, stage.secret("television")).await;
    let opened = opened(&stage, &client).await;
    let (refused, _) = poll(&stage, &client, &opened, (Some("deny"), Duration::ZERO)).await;
    assert_eq!(refused.unwrap_err(), DeviceCodeErrorResponseType::AccessDenied);
}

#[tokio::test]
async fn a_device_that_sleeps_too_little_is_slowed_down_and_served_in_the_end() {
    let stage = stage().await;
    let client = television(&stage, stage.secret("television")).await;
    let opened = opened(&stage, &client).await;
    let hasty = (Some("allow"), Duration::from_secs(2));
    let (tokens, slept) = poll(&stage, &client, &opened, hasty).await;
    assert_eq!(slept, [5, 10]);
    assert!(tokens.is_ok());
}

#[tokio::test]
async fn a_device_that_nobody_answers_gives_up() {
    let stage = stage().await;
    let client = television(&stage, stage.secret("television")).await;
    let opened = opened(&stage, &client).await;
    let (given_up, _) = poll(&stage, &client, &opened, (None, Duration::ZERO)).await;
    assert_eq!(given_up.unwrap_err(), DeviceCodeErrorResponseType::ExpiredToken);
}

#[tokio::test]
async fn a_device_with_a_wrong_secret_is_told_no_code() {
    let stage = stage().await;
    let client = television(&stage, "guessed").await;
    let request = client.exchange_device_code();
    let refused: Result<CoreDeviceAuthorizationResponse, _> = request.request_async(&Carrier(&stage)).await;
    assert_eq!(told(refused.unwrap_err()), "invalid_client");
}
