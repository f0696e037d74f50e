//! A sign-in from discovery to sign-out, by the `openidconnect` crate.

use doorward::client::{ClientSettings, NewClient};
use doorward::domain::ClientAuthMethod;
use doorward::jose::Algorithm;
use http::StatusCode;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreGrantType, CoreIdTokenClaims,
    CoreJwsSigningAlgorithm, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, LogoutRequest, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, RedirectUrl, Scope, SubjectIdentifier,
    TokenResponse as _, UserInfoError,
};

use super::super::stage::{AFTER_LOGOUT, CALLBACK, Stage, new_client};
use super::{Carrier, ISSUER, Metadata, browse_in, clock, discovered, stage, told};

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

fn client(metadata: &Metadata, id: &str, secret: Option<&str>) -> Client {
    let secret = secret.map(|secret| ClientSecret::new(secret.to_owned()));
    let back = RedirectUrl::new(CALLBACK.to_owned()).unwrap();
    CoreClient::from_provider_metadata(metadata.clone(), ClientId::new(id.to_owned()), secret)
        .set_redirect_uri(back)
}

async fn desk(stage: &Stage) -> Client {
    client(&discovered(stage).await, "desk", Some(stage.secret("desk")))
}

/// What a sign-in comes back with.
struct CameBack {
    code: AuthorizationCode,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
    /// Of the session.
    cookie: String,
}

async fn sign_in(stage: &Stage, client: &Client, scopes: &[&str]) -> CameBack {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let (address, sent, nonce) = client
        .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(scopes.iter().map(|scope| Scope::new((*scope).to_owned())))
        .set_pkce_challenge(challenge)
        .url();
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let (code, came_back) = browse_in(stage, &cookie, &address).await;
    assert_eq!(&came_back, sent.secret());
    CameBack {
        code: AuthorizationCode::new(code),
        nonce,
        verifier,
        cookie,
    }
}

async fn redeem(
    stage: &Stage,
    client: &Client,
    code: AuthorizationCode,
    verifier: PkceCodeVerifier,
) -> Result<CoreTokenResponse, String> {
    let request = client.exchange_code(code).unwrap().set_pkce_verifier(verifier);
    request.request_async(&Carrier(stage)).await.map_err(told)
}

fn verified(
    stage: &Stage,
    client: &Client,
    tokens: &CoreTokenResponse,
    nonce: &Nonce,
) -> Result<CoreIdTokenClaims, ClaimsVerificationError> {
    let verifier = client.id_token_verifier().set_time_fn(clock(stage));
    let id_token = tokens.id_token().expect("an ID token");
    id_token.claims(&verifier, nonce).cloned()
}

async fn userinfo(
    stage: &Stage,
    client: &Client,
    token: &AccessToken,
    subject: &SubjectIdentifier,
) -> Result<CoreUserInfoClaims, StatusCode> {
    let request = client.user_info(token.clone(), Some(subject.clone())).unwrap();
    let answer = request.request_async(&Carrier(stage)).await;
    answer.map_err(|error| match error {
        UserInfoError::Response(status, ..) => status,
        other => panic!("no answer of the server: {other:?}"),
    })
}

#[tokio::test]
async fn the_crate_discovers_what_it_needs() {
    let stage = stage().await;
    let metadata = discovered(&stage).await;
    assert_eq!(metadata.issuer().as_str(), ISSUER);
    assert!(!metadata.jwks().keys().is_empty());
    let more = metadata.additional_metadata();
    for (told, path) in [
        (more.device_authorization.as_str(), "device_authorization"),
        (more.introspection.as_str(), "introspect"),
        (more.revocation.as_str(), "revoke"),
        (more.end_session.as_str(), "logout"),
    ] {
        assert_eq!(told, format!("{ISSUER}/{path}"));
    }
    let algorithms = metadata.id_token_signing_alg_values_supported();
    assert_eq!(algorithms, &[CoreJwsSigningAlgorithm::EcdsaP256Sha256]);
    let grants = metadata.grant_types_supported().unwrap();
    assert!(grants.contains(&CoreGrantType::AuthorizationCode));
    let methods = metadata.token_endpoint_auth_methods_supported().unwrap();
    assert!(methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
}

#[tokio::test]
async fn a_person_signs_in_by_the_crate_is_refreshed_and_signs_out() {
    let stage = stage().await;
    let client = desk(&stage).await;
    let back = sign_in(&stage, &client, &["profile", "email", "f:read"]).await;
    let tokens = redeem(&stage, &client, back.code, back.verifier).await.unwrap();
    let claims = verified(&stage, &client, &tokens, &back.nonce).unwrap();
    let subject = claims.subject();
    assert_eq!(subject.as_str(), stage.ada.to_string());
    let id_token = tokens.id_token().unwrap();
    let verifier = client.id_token_verifier();
    let algorithm = id_token.signing_alg().unwrap();
    let key = id_token.signing_key(&verifier).unwrap();
    let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key).unwrap();
    assert_eq!(claims.access_token_hash(), Some(&hash));

    let person = userinfo(&stage, &client, tokens.access_token(), subject)
        .await
        .unwrap();
    assert_eq!(person.email().unwrap().as_str(), "ada@example.test");
    assert_eq!(person.preferred_username().unwrap().as_str(), "ada");

    let refresh_token = tokens.refresh_token().unwrap();
    let request = client.exchange_refresh_token(refresh_token).unwrap();
    let renewed = request.request_async(&Carrier(&stage)).await.unwrap();
    assert_ne!(renewed.access_token().secret(), tokens.access_token().secret());
    let token = renewed.access_token();
    assert!(userinfo(&stage, &client, token, subject).await.is_ok());
    let again = renewed.id_token().unwrap();
    let without_nonce = |nonce: Option<&Nonce>| nonce.map_or(Ok(()), |_| Err("there is one".to_owned()));
    let verifier = client.id_token_verifier().set_time_fn(clock(&stage));
    let of_refresh = again.claims(&verifier, without_nonce).unwrap();
    assert_eq!(of_refresh.subject(), subject);

    let metadata = discovered(&stage).await;
    let address = LogoutRequest::from(metadata.additional_metadata().end_session.clone())
        .set_id_token_hint(id_token)
        .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(AFTER_LOGOUT.to_owned()).unwrap())
        .set_state(CsrfToken::new("after".to_owned()))
        .http_get_url();
    let there = format!("{}?{}", address.path(), address.query().unwrap());
    let gone = stage.get(&there, &back.cookie).await;
    assert_eq!(gone.location(), format!("{AFTER_LOGOUT}?state=after"));
}

#[tokio::test]
async fn an_id_token_counts_for_its_nonce_its_client_and_its_time_only() {
    let stage = stage().await;
    let client = desk(&stage).await;
    let back = sign_in(&stage, &client, &[]).await;
    let tokens = redeem(&stage, &client, back.code, back.verifier).await.unwrap();
    let other = Nonce::new_random();
    let refused = verified(&stage, &client, &tokens, &other).unwrap_err();
    assert!(
        matches!(refused, ClaimsVerificationError::InvalidNonce(_)),
        "{refused:?}"
    );
    let neighbour = self::client(&discovered(&stage).await, "neighbour", Some("secret"));
    let refused = verified(&stage, &neighbour, &tokens, &back.nonce).unwrap_err();
    assert!(
        matches!(refused, ClaimsVerificationError::InvalidAudience(_)),
        "{refused:?}"
    );
    assert!(verified(&stage, &client, &tokens, &back.nonce).is_ok());
    stage.advance(std::time::Duration::from_mins(5));
    let refused = verified(&stage, &client, &tokens, &back.nonce).unwrap_err();
    assert!(
        matches!(refused, ClaimsVerificationError::Expired(_)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_code_is_of_no_use_with_a_wrong_verifier_a_wrong_secret_or_another_address() {
    let stage = stage().await;
    let client = desk(&stage).await;
    let back = sign_in(&stage, &client, &[]).await;
    let (_, wrong) = PkceCodeChallenge::new_random_sha256();
    let refused = redeem(&stage, &client, back.code.clone(), wrong).await;
    assert_eq!(refused.unwrap_err(), "invalid_grant");
    // Whoever shows it has used it up.
    let late = redeem(&stage, &client, back.code, back.verifier).await;
    assert_eq!(late.unwrap_err(), "invalid_grant");

    let back = sign_in(&stage, &client, &[]).await;
    let impostor = self::client(&discovered(&stage).await, "desk", Some("guessed"));
    let refused = redeem(&stage, &impostor, back.code, back.verifier).await;
    assert_eq!(refused.unwrap_err(), "invalid_client");

    let back = sign_in(&stage, &client, &[]).await;
    let elsewhere = RedirectUrl::new("https://desk.test/other".to_owned()).unwrap();
    let moved = desk(&stage).await.set_redirect_uri(elsewhere);
    let refused = redeem(&stage, &moved, back.code, back.verifier).await;
    assert_eq!(refused.unwrap_err(), "invalid_grant");
}

#[tokio::test]
async fn a_code_that_comes_twice_ends_what_came_of_it() {
    let stage = stage().await;
    let client = desk(&stage).await;
    let back = sign_in(&stage, &client, &["profile"]).await;
    let verifier = PkceCodeVerifier::new(back.verifier.secret().clone());
    let tokens = redeem(&stage, &client, back.code.clone(), back.verifier)
        .await
        .unwrap();
    let subject = SubjectIdentifier::new(stage.ada.to_string());
    let token = tokens.access_token();
    assert!(userinfo(&stage, &client, token, &subject).await.is_ok());
    let second = redeem(&stage, &client, back.code, verifier).await;
    assert_eq!(second.unwrap_err(), "invalid_grant");
    let refused = userinfo(&stage, &client, token, &subject).await;
    assert_eq!(refused.unwrap_err(), StatusCode::UNAUTHORIZED);
    let request = client
        .exchange_refresh_token(tokens.refresh_token().unwrap())
        .unwrap();
    let refused = request.request_async(&Carrier(&stage)).await;
    assert_eq!(told(refused.unwrap_err()), "invalid_grant");
}

#[tokio::test]
async fn a_client_without_secret_signs_people_in_and_is_told_signed_claims() {
    // The crate believes signed claims by this algorithm only.
    let mut stage = Stage::with(|config| {
        config.server.issuer = ISSUER.parse().unwrap();
        config.keys.algorithms = vec![Algorithm::Es256, Algorithm::Rs256];
    })
    .await;
    let native = NewClient {
        auth_method: ClientAuthMethod::None,
        settings: ClientSettings {
            userinfo_signed_response_alg: Some(Algorithm::Rs256),
            ..ClientSettings::default()
        },
        ..new_client(&stage, "native")
    };
    stage.register(native).await;
    let client = client(&discovered(&stage).await, "native", None);
    let back = sign_in(&stage, &client, &["email"]).await;
    let tokens = redeem(&stage, &client, back.code, back.verifier).await.unwrap();
    let claims = verified(&stage, &client, &tokens, &back.nonce).unwrap();
    let request = client
        .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
        .unwrap()
        .require_signed_response(true);
    let person: CoreUserInfoClaims = request.request_async(&Carrier(&stage)).await.unwrap();
    assert_eq!(person.email().unwrap().as_str(), "ada@example.test");
}
