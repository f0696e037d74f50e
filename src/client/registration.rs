//! What a client must be to be registered.
//!
//! Refusals name the field as RFC 7591 section 2 does, so that whoever fills in a form or sends a document learns where the
//! mistake is.

use super::NewClient;
use crate::access;
use crate::domain::{ClientAuthMethod, GrantType, RedirectUri, RedirectUriError};
use crate::jose::{JwkSet, PublicKey};
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
    #[error("client_credentials is for clients that authenticate (RFC 6749 section 4.4)")]
    CredentialsOfAnybody,
    #[error(
        "refresh tokens come of authorization codes only, so that refresh_token needs authorization_code"
    )]
    RefreshAlone,
    #[error("authorization_code needs an address that the browser comes back to")]
    NoRedirectUri,
    #[error("{0}")]
    RedirectUri(#[source] RedirectUriError),
    #[error("{0}")]
    PostLogoutRedirectUri(#[source] RedirectUriError),
    #[error("private_key_jwt needs public keys: P-256, Ed25519, or RSA of 2048 bits and with its alg")]
    Keys,
    #[error("there is no such application that is open to this organisation")]
    ApplicationUnknown,
    #[error("no application of this client has such a type of authorization details")]
    DetailTypeUnknown,
    #[error("there is no such service account in this organisation")]
    ServiceAccountUnknown,
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
            Self::Keys => "jwks",
            Self::ApplicationUnknown => "application_id",
            Self::DetailTypeUnknown => "authorization_details_types",
            Self::ServiceAccountUnknown => "service_account_id",
            Self::Fault(_) => return None,
        })
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
        access::application(op, id)
            .await?
            .filter(|found| found.shared || found.organisation_id == new.organisation_id)
            .ok_or(RegistrationError::ApplicationUnknown)?;
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

/// The rules that need nothing but the registration itself.
fn check_alone(new: &NewClient) -> Result<(), RegistrationError> {
    let uses = |grant| new.grant_types.contains(&grant);
    if new.name.trim().is_empty() || new.name.chars().count() > LONGEST_NAME {
        return Err(RegistrationError::Name);
    }
    if new.grant_types.is_empty() {
        return Err(RegistrationError::NoGrantType);
    }
    if new.auth_method == ClientAuthMethod::None && uses(GrantType::ClientCredentials) {
        return Err(RegistrationError::CredentialsOfAnybody);
    }
    if uses(GrantType::RefreshToken) && !uses(GrantType::AuthorizationCode) {
        return Err(RegistrationError::RefreshAlone);
    }
    if uses(GrantType::AuthorizationCode) && new.redirect_uris.is_empty() {
        return Err(RegistrationError::NoRedirectUri);
    }
    if new.auth_method == ClientAuthMethod::PrivateKeyJwt {
        let keys = new.jwks.as_ref().map_or(&[][..], |set| &set.keys);
        let usable = new.jwks.as_ref().map(usable_keys).unwrap_or_default();
        if keys.is_empty() || usable.len() != keys.len() {
            return Err(RegistrationError::Keys);
        }
    }
    Ok(())
}

/// The keys of a set that verify an algorithm of ours.
pub(super) fn usable_keys(set: &JwkSet) -> Vec<PublicKey> {
    set.keys
        .iter()
        .filter_map(|jwk| PublicKey::from_jwk(jwk, jwk.algorithm()?).ok())
        .collect()
}
