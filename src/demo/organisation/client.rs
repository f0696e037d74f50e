//! The clients of the sample: the application that people use, and a program that fetches feedback.

use data_encoding::BASE64;

use super::SampleError;
use super::detail::FEEDBACK_EXPORT;
use super::platform::Platform;
use crate::access::{self, Holder, NewGrant, Period};
use crate::client::{
    self, ClaimRule, ClientSettings, NewClient, NewRegistrationToken, Policy, TokenExchange,
};
use crate::demo::SampleClient;
use crate::demo::certificate::CLIENT_NAME;
use crate::domain::{
    ClientAuthMethod, ClientId, GrantSource, GrantType, OrganisationId, Scopes, ServiceAccountId, Subject,
};
use crate::jose::{Algorithm, JwkSet, SigningKey};
use crate::op::Op;
use crate::person::{self, Attributes, NewServiceAccount};

const DESK_SCOPES: &str = "openid profile email offline_access feedback:read feedback:edit feedback:export reports:read \
                           settings:manage";

/// Makes the clients; answers them with their secrets, and the account as which the integration acts.
pub(super) async fn create(
    op: &mut Op,
    organisation: OrganisationId,
    platform: &Platform,
    application: &str,
) -> Result<(Vec<SampleClient>, ServiceAccountId), SampleError> {
    let account = create_account(op, organisation, platform).await?;
    let mut made = vec![
        create_one(op, plain(organisation, platform, application)?, PLAIN_PURPOSE).await?,
        create_one(op, desk(organisation, platform, application)?, DESK_PURPOSE).await?,
    ];
    for (id, algorithm, purpose) in [
        (
            "feedback-export",
            Algorithm::Es256,
            "fetches feedback with a token of its own",
        ),
        (
            "feedback-export-rs256",
            Algorithm::Rs256,
            "the same with tokens signed by RSA, for measuring",
        ),
    ] {
        let new = integration(organisation, platform, account, (id, algorithm))?;
        made.push(create_one(op, new, purpose).await?);
    }
    let new = integration(
        organisation,
        platform,
        account,
        ("feedback-export-key", Algorithm::Es256),
    )?;
    made.push(create_with_key(op, new).await?);
    let id = ("feedback-export-certificate", Algorithm::Es256);
    let new = with_certificate(integration(organisation, platform, account, id)?);
    made.push(create_one(op, new, CERTIFICATE_PURPOSE).await?);
    Ok((made, account))
}

const CERTIFICATE_PURPOSE: &str =
    "the same, proving itself by the certificate in the data folder, to which its tokens are bound";

const DESK_PURPOSE: &str = "the sample application Feedback desk: people sign in by pushed requests (PAR), its tokens are bound \
                            to its key (DPoP), and it asks who may see what";

const PLAIN_PURPOSE: &str = "for an application of your own, at any port of 127.0.0.1: code and PKCE without PAR or DPoP, \
                             devices, CIBA";

async fn create_account(
    op: &mut Op,
    organisation: OrganisationId,
    platform: &Platform,
) -> Result<ServiceAccountId, SampleError> {
    let account = person::create_service_account(
        op,
        NewServiceAccount {
            organisation_id: organisation,
            name: "feedback-export".to_owned(),
            purpose: "Fetches feedback every night for the data warehouse.".to_owned(),
            attributes: Attributes::new(),
        },
    )
    .await?;
    let role = *platform
        .roles
        .get("integration")
        .ok_or(SampleError::Sample("there is no role for integrations"))?;
    let grant = NewGrant {
        organisation_id: organisation,
        holder: Holder::Subject(Subject::ServiceAccount(account)),
        role,
        within: Vec::new(),
        period: Period::from(op.now),
        reason: "The data warehouse needs the feedback of all regions.".to_owned(),
        source: GrantSource::Direct,
    };
    access::give(op, grant).await?;
    Ok(account)
}

fn desk(
    organisation_id: OrganisationId,
    platform: &Platform,
    application: &str,
) -> Result<NewClient, SampleError> {
    Ok(NewClient {
        id: ClientId::parse("feedback-desk")?,
        organisation_id,
        name: "Feedback desk".to_owned(),
        auth_method: ClientAuthMethod::ClientSecretBasic,
        jwks: None,
        redirect_uris: client::redirect_uris(&[format!("{application}/callback")])?,
        post_logout_redirect_uris: client::post_logout_redirect_uris(&[format!("{application}/")])?,
        grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        scopes: Scopes::parse(DESK_SCOPES)?,
        application_id: Some(platform.application),
        service_account_id: None,
        shared: true,
        consent_required: true,
        signing_algorithm: Algorithm::Es256,
        claim_rules: [
            ("roles", "roles"),
            ("groups", "groups"),
            ("organisation", "organisation"),
            ("department", "attribute:department"),
            ("region", "attribute:region"),
            ("product_line", "attribute:product_line"),
        ]
        .map(|(claim, source)| rule(claim, source))
        .to_vec(),
        settings: ClientSettings {
            authorization_details_types: vec![FEEDBACK_EXPORT.to_owned()],
            require_pushed_authorization_requests: true,
            dpop_bound_access_tokens: true,
            ..ClientSettings::default()
        },
    })
}

/// The same without what the desk is held to, for scripts and for applications that newcomers bring.
fn plain(
    organisation: OrganisationId,
    platform: &Platform,
    application: &str,
) -> Result<NewClient, SampleError> {
    let desk = desk(organisation, platform, application)?;
    let callbacks = [
        format!("{application}/callback"),
        "http://127.0.0.1/callback".to_owned(),
    ];
    Ok(NewClient {
        id: ClientId::parse("own-application")?,
        name: "Your own application".to_owned(),
        redirect_uris: client::redirect_uris(&callbacks)?,
        grant_types: vec![
            GrantType::AuthorizationCode,
            GrantType::RefreshToken,
            GrantType::DeviceCode,
            GrantType::Ciba,
        ],
        settings: ClientSettings {
            require_pushed_authorization_requests: false,
            dpop_bound_access_tokens: false,
            ..desk.settings.clone()
        },
        ..desk
    })
}

fn integration(
    organisation_id: OrganisationId,
    platform: &Platform,
    account: ServiceAccountId,
    (id, signing_algorithm): (&str, Algorithm),
) -> Result<NewClient, SampleError> {
    Ok(NewClient {
        id: ClientId::parse(id)?,
        organisation_id,
        name: "Feedback export".to_owned(),
        auth_method: ClientAuthMethod::ClientSecretBasic,
        jwks: None,
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        grant_types: vec![GrantType::ClientCredentials, GrantType::TokenExchange],
        scopes: Scopes::parse("feedback:read feedback:export reports:read")?,
        application_id: Some(platform.application),
        service_account_id: Some(account),
        shared: false,
        consent_required: false,
        signing_algorithm,
        claim_rules: vec![rule("roles", "roles"), rule("organisation", "organisation")],
        settings: ClientSettings {
            token_exchange: Some(exchange()?),
            ..ClientSettings::default()
        },
    })
}

/// A client that its certificate names (RFC 8705 section 2.1).
fn with_certificate(new: NewClient) -> NewClient {
    NewClient {
        auth_method: ClientAuthMethod::TlsClientAuth,
        settings: ClientSettings {
            tls_client_auth_san_dns: Some(CLIENT_NAME.to_owned()),
            tls_client_certificate_bound_access_tokens: true,
            ..new.settings
        },
        ..new
    }
}

/// The tokens of people that the sample application holds, to act for them.
fn exchange() -> Result<TokenExchange, SampleError> {
    Ok(TokenExchange {
        subject_clients: vec![
            ClientId::parse("feedback-desk")?,
            ClientId::parse("own-application")?,
        ],
        delegation: true,
        ..TokenExchange::default()
    })
}

/// In the access token and userinfo; the ID token stays small.
fn rule(claim: &str, source: &str) -> ClaimRule {
    ClaimRule {
        claim: claim.to_owned(),
        source: source.to_owned(),
        id_token: false,
        access_token: true,
        userinfo: true,
    }
}

/// A token by which newcomers register clients of their own, which begin at once.
pub(super) async fn registration_token(
    op: &mut Op,
    organisation: OrganisationId,
    platform: &Platform,
    account: ServiceAccountId,
) -> Result<String, SampleError> {
    let policy = Policy {
        scopes: Scopes::parse(&format!("{DESK_SCOPES} address phone"))?,
        grant_types: GrantType::ALL.to_vec(),
        application_id: Some(platform.application),
        shared: true,
        approval: false,
        service_account_id: Some(account),
        token_exchange: Some(exchange()?),
        authorization_details_types: vec![FEEDBACK_EXPORT.to_owned()],
        ..Policy::plain(organisation)
    };
    let new = NewRegistrationToken {
        name: "The demonstration's".to_owned(),
        policy,
        uses: None,
        life: None,
    };
    let (_, token) = client::create_registration_token(op, new).await?;
    Ok(token.expose().to_owned())
}

/// A client that proves itself by a key of its own (`private_key_jwt`, RFC 7523), which stays in the data folder.
async fn create_with_key(op: &mut Op, new: NewClient) -> Result<SampleClient, SampleError> {
    let key = SigningKey::generate(Algorithm::Ed25519)?;
    let encoded = BASE64.encode(&key.to_pkcs8()?);
    // Lines of 64 letters (RFC 7468 section 2).
    let lines: Vec<String> = encoded
        .chars()
        .collect::<Vec<_>>()
        .chunks(64)
        .map(|line| line.iter().collect())
        .collect();
    let new = NewClient {
        auth_method: ClientAuthMethod::PrivateKeyJwt,
        jwks: Some(JwkSet {
            keys: vec![key.public_jwk()],
        }),
        ..new
    };
    let purpose =
        "the same, proving itself by a key instead of a secret: what the application's integration page runs";
    Ok(SampleClient {
        private_key: Some(format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            lines.join("\n")
        )),
        ..create_one(op, new, purpose).await?
    })
}

async fn create_one(op: &mut Op, new: NewClient, purpose: &str) -> Result<SampleClient, SampleError> {
    let made = SampleClient {
        client_id: new.id.to_string(),
        client_secret: None,
        private_key: None,
        grant_types: new
            .grant_types
            .iter()
            .map(|grant| grant.as_str().to_owned())
            .collect(),
        redirect_uris: new
            .redirect_uris
            .iter()
            .map(|one| one.as_str().to_owned())
            .collect(),
        scopes: new.scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
        purpose: purpose.to_owned(),
    };
    let secret = client::create(op, new).await?;
    Ok(SampleClient {
        client_secret: secret.map(|secret| secret.expose().to_owned()),
        ..made
    })
}
