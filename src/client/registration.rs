//! What a client must be to be registered.
//!
//! Refusals name the field as RFC 7591 section 2 does, so that whoever fills in a form or sends a document learns where the
//! mistake is.

use super::setting_rules::{check_algorithms, check_settings};
use super::{NewClient, RulesBroken, certificate, keys, profile, store};
use crate::access;
use crate::domain::{ApplicationId, ClientAuthMethod, GrantType, RedirectUri, RedirectUriError};
use crate::jose::{Algorithm, HS256};
use crate::op::{Op, OpError};
use crate::person;
use crate::storage::StorageError;

/// Longest name, in characters: it is shown on pages.
const LONGEST_NAME: usize = 200;

/// Why a client cannot be registered, or a fault on the way.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    #[error("a client with this id exists already")]
    IdTaken,
    #[error("there is no such organisation")]
    OrganisationUnknown,
    #[error("a client has a name of 1 to 200 characters")]
    Name,
    #[error("a client uses at least one grant type")]
    NoGrantType,
    #[error("client_credentials, token exchange and CIBA are for clients that authenticate")]
    CredentialsOfAnybody,
    #[error(
        "refresh tokens come of what a person gives, so that refresh_token needs authorization_code, device_code or ciba"
    )]
    RefreshAlone,
    #[error("authorization_code needs an address that the browser comes back to")]
    NoRedirectUri,
    #[error("{0}")]
    RedirectUri(#[source] RedirectUriError),
    #[error("{0}")]
    PostLogoutRedirectUri(#[source] RedirectUriError),
    #[error("private_key_jwt needs public keys: P-256, P-384, Ed25519, or RSA of 2048 bits")]
    Keys,
    #[error("jwks and jwks_uri are not used together (RFC 7591 section 2)")]
    KeysTwice,
    #[error("the algorithm does not fit the method of authentication")]
    SigningAlgorithm,
    #[error("request objects need public keys that verify them")]
    RequestObjectKeys,
    #[error("authorization_signed_response_alg is an algorithm for which this server has a key")]
    ResponseAlgorithm,
    #[error("default_acr_values has at most 10 values of 1 to 100 characters")]
    DefaultAcrValues,
    #[error(transparent)]
    Profile(#[from] RulesBroken),
    #[error("introspection_signed_response_alg is one of the algorithms that this server signs with")]
    IntrospectionAlgorithm,
    #[error(
        "tls_client_auth needs one of tls_client_auth_subject_dn, tls_client_auth_san_dns, tls_client_auth_san_uri, \
         tls_client_auth_san_ip and tls_client_auth_san_email, and no other method has any of them"
    )]
    Certificate,
    #[error("self_signed_tls_client_auth needs the public keys of its certificates")]
    CertificateKeys,
    #[error("access tokens are bound to a key or to a certificate, not to both")]
    TwoBindings,
    #[error("there is no such application that is open to this organisation")]
    ApplicationUnknown,
    #[error("the application is retired: bring it back first")]
    ApplicationRetired,
    #[error("no application of this client has such a type of authorization details")]
    DetailTypeUnknown,
    #[error("there is no such service account in this organisation")]
    ServiceAccountUnknown,
    #[error("{1}")]
    Setting(&'static str, &'static str),
    #[error(transparent)]
    Fault(#[from] OpError),
}

impl From<StorageError> for RegistrationError {
    fn from(fault: StorageError) -> Self {
        Self::Fault(fault.into())
    }
}

impl RegistrationError {
    /// The field that is wrong; none for a fault.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        Some(match self {
            Self::IdTaken => "client_id",
            Self::OrganisationUnknown => "organisation_id",
            Self::Name => "client_name",
            Self::NoGrantType | Self::CredentialsOfAnybody | Self::RefreshAlone => "grant_types",
            Self::NoRedirectUri | Self::RedirectUri(_) => "redirect_uris",
            Self::PostLogoutRedirectUri(_) => "post_logout_redirect_uris",
            Self::Keys | Self::KeysTwice | Self::RequestObjectKeys | Self::CertificateKeys => "jwks",
            Self::SigningAlgorithm => "token_endpoint_auth_signing_alg",
            Self::ResponseAlgorithm => "authorization_signed_response_alg",
            Self::DefaultAcrValues => "default_acr_values",
            Self::Profile(broken) => broken.field(),
            Self::IntrospectionAlgorithm => "introspection_signed_response_alg",
            Self::Certificate => "tls_client_auth_subject_dn",
            Self::TwoBindings => "tls_client_certificate_bound_access_tokens",
            Self::ApplicationUnknown | Self::ApplicationRetired => "application_id",
            Self::DetailTypeUnknown => "authorization_details_types",
            Self::ServiceAccountUnknown => "service_account_id",
            Self::Setting(field, _) => field,
            Self::Fault(_) => return None,
        })
    }
}

/// Why a client gets no further secret.
#[derive(Debug, thiserror::Error)]
pub enum AddSecretError {
    #[error("there is no such client")]
    Unknown,
    #[error("the client's method of authentication uses no secret")]
    NoSecrets,
    #[error("two secrets live already: remove one first")]
    TooMany,
    #[error(transparent)]
    Fault(#[from] OpError),
}

impl From<StorageError> for AddSecretError {
    fn from(fault: StorageError) -> Self {
        Self::Fault(fault.into())
    }
}

/// Reads the addresses to which a client may have browsers sent back.
pub fn redirect_uris(texts: &[impl AsRef<str>]) -> Result<Vec<RedirectUri>, RegistrationError> {
    addresses(texts).map_err(RegistrationError::RedirectUri)
}

/// Reads the addresses to which a client may have browsers sent after signing out.
pub fn post_logout_redirect_uris(texts: &[impl AsRef<str>]) -> Result<Vec<RedirectUri>, RegistrationError> {
    addresses(texts).map_err(RegistrationError::PostLogoutRedirectUri)
}

fn addresses(texts: &[impl AsRef<str>]) -> Result<Vec<RedirectUri>, RedirectUriError> {
    texts
        .iter()
        .map(|text| RedirectUri::register(text.as_ref()))
        .collect()
}

/// Holds a new client against all rules.
pub(super) async fn check(op: &mut Op, new: &NewClient) -> Result<(), RegistrationError> {
    check_alone(new)?;
    check_settings(new, &op.house.config.keys.algorithms)?;
    check_algorithms(new, &op.house.config.oauth)?;
    let signs = |algorithm: &Algorithm| op.house.config.keys.algorithms.contains(algorithm);
    if !(new.settings.authorization_signed_response_alg.as_ref()).is_none_or(signs) {
        return Err(RegistrationError::ResponseAlgorithm);
    }
    if !(new.settings.introspection_signed_response_alg.as_ref()).is_none_or(signs) {
        return Err(RegistrationError::IntrospectionAlgorithm);
    }
    if person::find_organisation(op, new.organisation_id)
        .await?
        .is_none()
    {
        return Err(RegistrationError::OrganisationUnknown);
    }
    let applications = new
        .application_id
        .iter()
        .chain(&new.settings.further_applications);
    for id in applications.copied() {
        // Its decisions may be asked by this client: not those of another tenant.
        let found = access::application(op, id)
            .await?
            .filter(|found| found.is_open_to(new.organisation_id))
            .ok_or(RegistrationError::ApplicationUnknown)?;
        // A client that has it keeps it, and is of it again when it is brought back.
        if found.is_retired() && !has_already(op, new, id).await? {
            return Err(RegistrationError::ApplicationRetired);
        }
    }
    let types = access::detail_types(op).await?;
    for name in &new.settings.authorization_details_types {
        let application = types.get(name).map(|known| known.application);
        let is_ours = |id| new.application_id == Some(id) || new.settings.further_applications.contains(&id);
        if !application.is_some_and(is_ours) {
            return Err(RegistrationError::DetailTypeUnknown);
        }
    }
    if let Some(id) = new.service_account_id {
        person::find_service_account(op, id)
            .await?
            .filter(|found| found.organisation_id == new.organisation_id)
            .ok_or(RegistrationError::ServiceAccountUnknown)?;
    }
    Ok(())
}

async fn has_already(op: &mut Op, new: &NewClient, id: ApplicationId) -> Result<bool, OpError> {
    let before = store::find(op.reading().await?, &new.id).await?;
    Ok(before.is_some_and(|before| {
        before.application_id == Some(id) || before.settings.further_applications.contains(&id)
    }))
}

/// The rules that need nothing but the registration itself.
pub(super) fn check_alone(new: &NewClient) -> Result<(), RegistrationError> {
    let uses = |grant| new.grant_types.contains(&grant);
    if new.name.trim().is_empty() || new.name.chars().count() > LONGEST_NAME {
        return Err(RegistrationError::Name);
    }
    if new.grant_types.is_empty() {
        return Err(RegistrationError::NoGrantType);
    }
    let grants = &new.grant_types;
    if new.auth_method == ClientAuthMethod::None && grants.iter().any(|one| one.needs_proof()) {
        return Err(RegistrationError::CredentialsOfAnybody);
    }
    if uses(GrantType::RefreshToken) && !grants.iter().any(|one| one.begins_with_person()) {
        return Err(RegistrationError::RefreshAlone);
    }
    if uses(GrantType::AuthorizationCode) && new.redirect_uris.is_empty() {
        return Err(RegistrationError::NoRedirectUri);
    }
    check_keys(new)
}

fn check_keys(new: &NewClient) -> Result<(), RegistrationError> {
    let settings = &new.settings;
    if new.jwks.is_some() && settings.jwks_uri.is_some() {
        return Err(RegistrationError::KeysTwice);
    }
    if new.jwks.as_ref().is_some_and(|set| !keys::is_registrable(set)) {
        return Err(RegistrationError::Keys);
    }
    let only = settings.token_endpoint_auth_signing_alg.as_deref();
    let fits = match (new.auth_method, only) {
        (_, None) => true,
        (ClientAuthMethod::PrivateKeyJwt, Some(name)) => Algorithm::named(name).is_some(),
        (ClientAuthMethod::ClientSecretJwt, Some(name)) => name == HS256,
        // Says something of a method that the client does not use: harmless (RFC 7591 section 2 gives it a meaning for
        // those two only).
        (_, Some(name)) => name == HS256 || Algorithm::named(name).is_some(),
    };
    if !fits {
        return Err(RegistrationError::SigningAlgorithm);
    }
    let by_value = new.jwks.as_ref();
    let usable = by_value.map(|set| keys::usable_keys(set, settings.token_endpoint_auth_signing_alg()));
    let has_keys = settings.jwks_uri.is_some() || usable.is_some_and(|found| !found.is_empty());
    // Whoever proves itself by assertions of somebody else needs no key of its own.
    let needs_none = settings.outside_assertion && by_value.is_none();
    if new.auth_method == ClientAuthMethod::PrivateKeyJwt && !has_keys && !needs_none {
        return Err(RegistrationError::Keys);
    }
    check_request(new)?;
    Ok(profile::check(new)?)
}

/// What is said of authorization requests.
fn check_request(new: &NewClient) -> Result<(), RegistrationError> {
    let settings = &new.settings;
    let wanted = settings.request_object_signing_alg;
    let by_value = new.jwks.as_ref();
    let has_keys =
        settings.jwks_uri.is_some() || by_value.is_some_and(|set| !keys::usable_keys(set, wanted).is_empty());
    if (settings.require_signed_request_object || wanted.is_some()) && !has_keys {
        return Err(RegistrationError::RequestObjectKeys);
    }
    let wishes = &settings.default_acr_values;
    if wishes.len() > 10 || wishes.iter().any(|wish| !(1..=100).contains(&wish.len())) {
        return Err(RegistrationError::DefaultAcrValues);
    }
    check_certificate(new)
}

/// RFC 8705 sections 2.1.2 and 2.2.2.
fn check_certificate(new: &NewClient) -> Result<(), RegistrationError> {
    let settings = &new.settings;
    let by_issuer = new.auth_method == ClientAuthMethod::TlsClientAuth;
    let is_named = if by_issuer {
        certificate::one_subject(settings).is_some()
    } else {
        !certificate::has_subject(settings)
    };
    if !is_named {
        return Err(RegistrationError::Certificate);
    }
    if new.auth_method == ClientAuthMethod::SelfSignedTlsClientAuth {
        let keys = new.jwks.as_ref().map_or(&[][..], |set| &set.keys);
        let by_address = settings.jwks_uri.is_some();
        if !by_address && !keys.iter().any(|key| key.thumbprint().is_some()) {
            return Err(RegistrationError::CertificateKeys);
        }
    }
    if settings.dpop_bound_access_tokens && settings.tls_client_certificate_bound_access_tokens {
        return Err(RegistrationError::TwoBindings);
    }
    Ok(())
}
