//! What the desk knows of its provider: only the issuer's address and the public `openidconnect` crate.

use std::error::Error;
use std::time::Duration;

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod,
    CoreGenderClaim, CoreGrantType, CoreIdTokenClaims, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
    CoreTokenResponse,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AdditionalProviderMetadata, AuthenticationContextClass,
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, ProviderMetadata,
    RedirectUrl, Scope, TokenResponse as _, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Desk, pushed};
use crate::demo::transport::Transport;

/// A fault on the way to the provider or in what it answered; shown to the developer of the desk as it is.
pub(super) type Fault = Box<dyn Error + Send + Sync>;

/// How the desk is registered.
#[derive(Debug, Clone)]
pub(crate) struct Registration {
    /// The issuer, such as `http://localhost:8080`.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: String,
    /// The desk's own address, such as `http://localhost:8081`.
    pub home: String,
}

/// The claims that the desk asks for beside the standard ones.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct DeskClaims {
    #[serde(default)]
    pub(super) roles: Vec<String>,
    #[serde(default)]
    pub(super) groups: Vec<String>,
    pub(super) department: Option<String>,
    pub(super) region: Option<String>,
    pub(super) product_line: Option<String>,
    pub(super) organisation: Option<String>,
}

impl AdditionalClaims for DeskClaims {}

/// What discovery tells beside OpenID Connect Discovery: where requests are pushed (RFC 9126 section 5).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct MoreMetadata {
    pub(super) pushed_authorization_request_endpoint: String,
}

impl AdditionalProviderMetadata for MoreMetadata {}

/// The provider's metadata.
pub(super) type Metadata = ProviderMetadata<
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

/// The crate's client of a provider whose metadata is known.
type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A sign-in that was begun in one browser and has not come back yet.
pub(super) struct Begun {
    pub(super) address: Url,
    pub(super) state: CsrfToken,
    pub(super) nonce: Nonce,
    pub(super) verifier: PkceCodeVerifier,
    /// The path of ours where the browser goes on.
    pub(super) next: &'static str,
}

/// Which authentication a sign-in is to bring (OpenID Connect Core section 3.1.2.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wish {
    acr_values: Vec<String>,
    max_age: Option<u64>,
    /// Scopes beside those of every sign-in.
    scopes: Vec<String>,
}

impl Wish {
    /// Of these classes, and no older than so many seconds.
    pub(super) fn proven(acr_values: &str, max_age: Option<u64>) -> Self {
        Self {
            acr_values: acr_values.split_ascii_whitespace().map(str::to_owned).collect(),
            max_age,
            scopes: Vec::new(),
        }
    }

    /// What a resource asks for in its `WWW-Authenticate` (RFC 9470 section 3); nothing where it asks for nothing.
    pub(super) fn of_challenge(challenge: &str) -> Self {
        let value = |name: &str| {
            let (_, rest) = challenge.split_once(&format!("{name}=\""))?;
            rest.split('"').next()
        };
        let words = |name: &str| {
            let words = value(name).unwrap_or_default().split_ascii_whitespace();
            words.map(str::to_owned).collect()
        };
        Self {
            acr_values: words("acr_values"),
            scopes: words("scope"),
            max_age: value("max_age").and_then(|seconds| seconds.parse().ok()),
        }
    }
}

/// Who has signed in, and what the provider says of them.
#[derive(Debug, Clone)]
pub(super) struct SignedInPerson {
    pub(super) subject: String,
    pub(super) name: String,
    pub(super) acr: String,
    /// When they proved who they are, if the provider says, in seconds since 1970.
    pub(super) auth_time: Option<i64>,
    pub(super) amr: String,
    pub(super) claims: DeskClaims,
    pub(super) scopes: Vec<String>,
    /// For the desk's API; bound to the desk's key.
    pub(super) access_token: String,
    /// For the sign-out at the provider.
    pub(super) id_token: String,
}

/// What every sign-in asks for. What few need and what does more harm is asked for when it is wanted: `feedback:export`.
const SCOPES: &[&str] = &[
    "profile",
    "email",
    "feedback:read",
    "feedback:edit",
    "reports:read",
    "settings:manage",
];

/// Begins a sign-in: authorization code with PKCE, state and nonce, bound to the desk's key (`dpop_jkt`, RFC 9449 section
/// 10), and pushed to the provider before the browser goes there.
pub(super) async fn begin(desk: &Desk, wish: &Wish, next: &'static str) -> Result<Begun, Fault> {
    let metadata = discover(&desk.registration, &desk.http).await?;
    let client = client(&desk.registration, metadata.clone())?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let mut request = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scopes(SCOPES.iter().map(|scope| Scope::new((*scope).to_owned())))
        .set_pkce_challenge(challenge)
        .add_extra_param("dpop_jkt", desk.key.thumbprint());
    for class in &wish.acr_values {
        request = request.add_auth_context_value(AuthenticationContextClass::new(class.clone()));
    }
    request = request.add_scopes(wish.scopes.iter().map(|scope| Scope::new(scope.clone())));
    if let Some(seconds) = wish.max_age {
        request = request.set_max_age(Duration::from_secs(seconds));
    }
    let (whole, state, nonce) = request.url();
    Ok(Begun {
        address: pushed::push(desk, &metadata, &whole).await?,
        state,
        nonce,
        verifier,
        next,
    })
}

fn client(desk: &Registration, metadata: Metadata) -> Result<Client, Fault> {
    let id = ClientId::new(desk.client_id.clone());
    let secret = ClientSecret::new(desk.client_secret.clone());
    let back = RedirectUrl::new(format!("{}/callback", desk.home))?;
    Ok(CoreClient::from_provider_metadata(metadata, id, Some(secret)).set_redirect_uri(back))
}

/// Turns the code that came back into a person: token request, ID token checked, userinfo fetched.
pub(super) async fn complete(desk: &Desk, code: String, begun: Begun) -> Result<SignedInPerson, Fault> {
    let metadata = discover(&desk.registration, &desk.http).await?;
    let client = client(&desk.registration, metadata)?;
    let bound = desk.bound();
    let answer: CoreTokenResponse = client
        .exchange_code(AuthorizationCode::new(code))?
        .set_pkce_verifier(begun.verifier)
        .request_async(&bound)
        .await?;
    // RFC 9449 section 5: an answer of another type has no binding, which is what was wanted.
    if !answer.token_type().as_ref().eq_ignore_ascii_case("DPoP") {
        return Err("the access token is not bound to the desk's key".into());
    }
    let claims = id_token_claims(&client, &answer, &begun.nonce)?;
    let userinfo: UserInfoClaims<DeskClaims, CoreGenderClaim> = client
        .user_info(answer.access_token().clone(), Some(claims.subject().clone()))?
        .request_async(&bound)
        .await?;
    person(&answer, &claims, &userinfo)
}

/// The claims of a right ID token, which is the access token's.
fn id_token_claims(
    client: &Client,
    answer: &CoreTokenResponse,
    nonce: &Nonce,
) -> Result<CoreIdTokenClaims, Fault> {
    let id_token = answer.id_token().ok_or("the answer has no ID token")?;
    let verifier = client.id_token_verifier();
    let claims = id_token.claims(&verifier, nonce)?;
    if let Some(expected) = claims.access_token_hash() {
        let actual = AccessTokenHash::from_token(
            answer.access_token(),
            id_token.signing_alg()?,
            id_token.signing_key(&verifier)?,
        )?;
        if actual != *expected {
            return Err("the access token is not the one of the ID token".into());
        }
    }
    Ok(claims.clone())
}

fn person(
    answer: &CoreTokenResponse,
    claims: &CoreIdTokenClaims,
    userinfo: &UserInfoClaims<DeskClaims, CoreGenderClaim>,
) -> Result<SignedInPerson, Fault> {
    let id_token = answer.id_token().ok_or("the answer has no ID token")?;
    let name = userinfo
        .name()
        .and_then(|name| name.get(None))
        .map(|name| name.to_string());
    let amr: Vec<&str> = claims
        .auth_method_refs()
        .into_iter()
        .flatten()
        .map(|method| method.as_str())
        .collect();
    Ok(SignedInPerson {
        subject: claims.subject().to_string(),
        name: name.unwrap_or_else(|| claims.subject().to_string()),
        auth_time: claims.auth_time().map(|moment| moment.timestamp()),
        acr: claims
            .auth_context_ref()
            .map(|acr| acr.to_string())
            .unwrap_or_default(),
        amr: amr.join(", "),
        claims: userinfo.additional_claims().clone(),
        scopes: answer
            .scopes()
            .into_iter()
            .flatten()
            .map(|scope| scope.to_string())
            .collect(),
        access_token: answer.access_token().secret().clone(),
        id_token: id_token.to_string(),
    })
}

/// Where the browser goes to sign out at the provider as well (RP-initiated logout).
pub(super) fn sign_out_address(desk: &Registration, id_token: &str) -> Result<Url, Fault> {
    let mut address = Url::parse(&format!("{}/logout", desk.issuer))?;
    address
        .query_pairs_mut()
        .append_pair("id_token_hint", id_token)
        .append_pair("post_logout_redirect_uri", &format!("{}/", desk.home));
    Ok(address)
}

pub(super) async fn discover(desk: &Registration, http: &Transport) -> Result<Metadata, Fault> {
    Ok(Metadata::discover_async(IssuerUrl::new(desk.issuer.clone())?, http).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_says_which_authentication_would_do() {
        let challenge = "Bearer error=\"insufficient_user_authentication\", scope=\"c\", acr_values=\"a b\", max_age=\"5\"";
        let wish = Wish {
            acr_values: vec!["a".to_owned(), "b".to_owned()],
            max_age: Some(5),
            scopes: vec!["c".to_owned()],
        };
        assert_eq!(Wish::of_challenge(challenge), wish);
        assert_eq!(
            Wish::of_challenge("Bearer error=\"invalid_token\""),
            Wish::default()
        );
    }
}
