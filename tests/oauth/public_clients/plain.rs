//! Tokens without OpenID Connect, by the `oauth2` crate.

use doorward::client::NewClient;
use doorward::domain::ClientAuthMethod;
use oauth2::basic::{BasicClient, BasicTokenIntrospectionResponse, BasicTokenResponse};
use oauth2::{
    AccessToken, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    IntrospectionUrl, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RevocationUrl, Scope,
    StandardRevocableToken, TokenIntrospectionResponse as _, TokenResponse as _, TokenUrl,
};

use super::super::stage::{AUDIENCE, CALLBACK, Stage, new_client};
use super::{Carrier, ISSUER, browse, stage, told};

type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointSet, EndpointSet, EndpointSet>;

fn client(id: &str, secret: Option<&str>) -> Client {
    let at = |path: &str| format!("{ISSUER}{path}");
    let client = BasicClient::new(ClientId::new(id.to_owned()))
        .set_auth_uri(AuthUrl::new(at("/authorize")).unwrap())
        .set_token_uri(TokenUrl::new(at("/token")).unwrap())
        .set_introspection_url(IntrospectionUrl::new(at("/introspect")).unwrap())
        .set_revocation_url(RevocationUrl::new(at("/revoke")).unwrap())
        .set_redirect_uri(RedirectUrl::new(CALLBACK.to_owned()).unwrap());
    match secret {
        Some(secret) => client.set_client_secret(ClientSecret::new(secret.to_owned())),
        None => client,
    }
}

fn scope(text: &str) -> Scope {
    Scope::new(text.to_owned())
}

/// A code, and what proves that this client asked for it.
async fn asked(stage: &Stage, client: &Client, scopes: &[&str]) -> (AuthorizationCode, PkceCodeVerifier) {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (address, sent) = client
        .authorize_url(CsrfToken::new_random)
        .add_scopes(scopes.iter().map(|text| scope(text)))
        .set_pkce_challenge(challenge)
        .url();
    let (code, came_back) = browse(stage, &address).await;
    assert_eq!(&came_back, sent.secret());
    (AuthorizationCode::new(code), verifier)
}

async fn tokens(stage: &Stage, client: &Client, scopes: &[&str]) -> BasicTokenResponse {
    let (code, verifier) = asked(stage, client, scopes).await;
    let request = client.exchange_code(code).set_pkce_verifier(verifier);
    request.request_async(&Carrier(stage)).await.unwrap()
}

async fn refresh(
    stage: &Stage,
    client: &Client,
    token: &RefreshToken,
    scopes: &[&str],
) -> Result<BasicTokenResponse, String> {
    let request = client.exchange_refresh_token(token);
    let request = request.add_scopes(scopes.iter().map(|text| scope(text)));
    request.request_async(&Carrier(stage)).await.map_err(told)
}

async fn own_token(stage: &Stage, client: &Client, scopes: &[&str]) -> Result<BasicTokenResponse, String> {
    let request = client.exchange_client_credentials();
    let request = request.add_scopes(scopes.iter().map(|text| scope(text)));
    request.request_async(&Carrier(stage)).await.map_err(told)
}

async fn introspected(
    stage: &Stage,
    client: &Client,
    token: &AccessToken,
) -> Result<BasicTokenIntrospectionResponse, String> {
    client
        .introspect(token)
        .request_async(&Carrier(stage))
        .await
        .map_err(told)
}

async fn revoke(stage: &Stage, client: &Client, token: StandardRevocableToken) -> Result<(), String> {
    let request = client.revoke_token(token).unwrap();
    request.request_async(&Carrier(stage)).await.map_err(told)
}

fn told_scopes(answer: &BasicTokenResponse) -> Vec<&str> {
    let scopes = answer.scopes().into_iter().flatten();
    scopes.map(|one| one.as_str()).collect()
}

#[tokio::test]
async fn a_client_is_given_tokens_for_a_code_and_narrower_ones_by_refreshing() {
    let stage = stage().await;
    let desk = client("desk", Some(stage.secret("desk")));
    let given = tokens(&stage, &desk, &["f:read", "f:write"]).await;
    assert_eq!(told_scopes(&given), ["f:read", "f:write"]);
    assert_eq!(given.expires_in(), Some(std::time::Duration::from_mins(5)));
    let token = given.refresh_token().unwrap();
    let wider = refresh(&stage, &desk, token, &["f:read", "f:export"]).await;
    assert_eq!(wider.unwrap_err(), "invalid_scope");
    let narrower = refresh(&stage, &desk, token, &["f:read"]).await.unwrap();
    assert_eq!(told_scopes(&narrower), ["f:read"]);
    let next = narrower.refresh_token().unwrap();
    let whole = refresh(&stage, &desk, next, &[]).await.unwrap();
    assert_eq!(told_scopes(&whole), ["f:read", "f:write"]);
    // The first one again: somebody else has it.
    let replayed = refresh(&stage, &desk, token, &[]).await;
    assert_eq!(replayed.unwrap_err(), "invalid_grant");
    let newest = refresh(&stage, &desk, whole.refresh_token().unwrap(), &[]).await;
    assert_eq!(newest.unwrap_err(), "invalid_grant");
}

#[tokio::test]
async fn a_code_needs_its_verifier_and_serves_its_own_client_once() {
    let mut stage = stage().await;
    let neighbour = new_client(&stage, "neighbour");
    stage.register(neighbour).await;
    let desk = client("desk", Some(stage.secret("desk")));
    let (code, _) = asked(&stage, &desk, &["f:read"]).await;
    let without = desk.exchange_code(code).request_async(&Carrier(&stage)).await;
    assert_eq!(told(without.unwrap_err()), "invalid_request");
    let (code, verifier) = asked(&stage, &desk, &["f:read"]).await;
    let neighbour = client("neighbour", Some(stage.secret("neighbour")));
    let request = neighbour.exchange_code(code).set_pkce_verifier(verifier);
    let refused = request.request_async(&Carrier(&stage)).await;
    assert_eq!(told(refused.unwrap_err()), "invalid_grant");
    let (code, verifier) = asked(&stage, &desk, &["f:read"]).await;
    let again = PkceCodeVerifier::new(verifier.secret().clone());
    let first = desk.exchange_code(code.clone()).set_pkce_verifier(verifier);
    let given = first.request_async(&Carrier(&stage)).await.unwrap();
    assert!(
        introspected(&stage, &desk, given.access_token())
            .await
            .unwrap()
            .active()
    );
    let second = desk.exchange_code(code).set_pkce_verifier(again);
    let refused = second.request_async(&Carrier(&stage)).await;
    assert_eq!(told(refused.unwrap_err()), "invalid_grant");
    assert!(
        !introspected(&stage, &desk, given.access_token())
            .await
            .unwrap()
            .active()
    );
}

#[tokio::test]
async fn a_program_acts_for_itself_within_its_rights_and_with_its_own_secret() {
    let mut stage = stage().await;
    stage.register_robot("robot").await;
    let robot = client("robot", Some(stage.secret("robot")));
    let given = own_token(&stage, &robot, &["f:read", "f:export"]).await.unwrap();
    assert_eq!(told_scopes(&given), ["f:read"]);
    assert!(given.refresh_token().is_none());
    let beyond = own_token(&stage, &robot, &["f:export"]).await;
    assert_eq!(beyond.unwrap_err(), "invalid_scope");
    let impostor = client("robot", Some(stage.secret("desk")));
    assert_eq!(
        own_token(&stage, &impostor, &[]).await.unwrap_err(),
        "invalid_client"
    );
    let nobody = client("nobody", Some("secret"));
    assert_eq!(
        own_token(&stage, &nobody, &[]).await.unwrap_err(),
        "invalid_client"
    );
    let desk = client("desk", Some(stage.secret("desk")));
    assert_eq!(
        own_token(&stage, &desk, &[]).await.unwrap_err(),
        "unauthorized_client"
    );
}

#[tokio::test]
async fn a_token_is_told_to_those_whose_affair_it_is() {
    let mut stage = stage().await;
    stage.register_robot("robot").await;
    let public = NewClient {
        auth_method: ClientAuthMethod::None,
        ..new_client(&stage, "public")
    };
    let stranger = NewClient {
        application_id: None,
        ..new_client(&stage, "stranger")
    };
    stage.register(public).await;
    stage.register(stranger).await;
    let desk = client("desk", Some(stage.secret("desk")));
    let robot = client("robot", Some(stage.secret("robot")));
    let given = own_token(&stage, &robot, &["f:read"]).await.unwrap();
    let token = given.access_token();
    for caller in [&robot, &desk] {
        let answer = introspected(&stage, caller, token).await.unwrap();
        assert!(answer.active());
        assert_eq!(answer.client_id().unwrap().as_str(), "robot");
        assert_eq!(answer.sub().unwrap(), stage.robot.to_string());
        assert_eq!(answer.iss(), Some(ISSUER));
        assert_eq!(answer.aud().unwrap().as_slice(), [AUDIENCE]);
        assert_eq!(answer.scopes().unwrap().as_slice(), [scope("f:read")]);
        let life = answer.exp().unwrap() - answer.iat().unwrap();
        assert_eq!(life.num_seconds(), 300);
    }
    let stranger = client("stranger", Some(stage.secret("stranger")));
    assert!(!introspected(&stage, &stranger, token).await.unwrap().active());
    let unknown = AccessToken::new("x.y.z".to_owned());
    assert!(!introspected(&stage, &robot, &unknown).await.unwrap().active());
    let public = client("public", None);
    assert_eq!(
        introspected(&stage, &public, token).await.unwrap_err(),
        "invalid_client"
    );
    stage.advance(std::time::Duration::from_mins(5));
    assert!(!introspected(&stage, &robot, token).await.unwrap().active());
}

#[tokio::test]
async fn a_client_revokes_its_own_tokens_and_no_others() {
    let mut stage = stage().await;
    stage.register_robot("robot").await;
    let desk = client("desk", Some(stage.secret("desk")));
    let robot = client("robot", Some(stage.secret("robot")));
    let own = own_token(&stage, &robot, &["f:read"]).await.unwrap();
    let token = own.access_token();
    let refused = revoke(&stage, &desk, token.clone().into()).await;
    assert_eq!(refused.unwrap_err(), "invalid_grant");
    assert!(introspected(&stage, &robot, token).await.unwrap().active());
    revoke(&stage, &robot, token.clone().into()).await.unwrap();
    assert!(!introspected(&stage, &robot, token).await.unwrap().active());
    revoke(&stage, &robot, token.clone().into()).await.unwrap();
    let unknown = AccessToken::new("unknown".to_owned());
    revoke(&stage, &robot, unknown.into()).await.unwrap();

    let given = tokens(&stage, &desk, &["f:read"]).await;
    let refresh_token = given.refresh_token().unwrap();
    revoke(&stage, &desk, refresh_token.clone().into()).await.unwrap();
    let ended = introspected(&stage, &desk, given.access_token()).await.unwrap();
    assert!(!ended.active());
    let refused = refresh(&stage, &desk, refresh_token, &[]).await;
    assert_eq!(refused.unwrap_err(), "invalid_grant");

    let impostor = client("robot", Some("guessed"));
    let own = own_token(&stage, &robot, &["f:read"]).await.unwrap();
    let refused = revoke(&stage, &impostor, own.access_token().clone().into()).await;
    assert_eq!(refused.unwrap_err(), "invalid_client");
}
