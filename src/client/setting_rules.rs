//! What the settings of a client must be to be registered.

use url::{Host, Url};

use super::keys::usable_keys;
use super::policy::may_omit_pkce;
use super::{Encrypted, NewClient, RegistrationError, SubjectType};
use crate::config::OAuth;
use crate::domain::{ClientAuthMethod, RedirectUri};
use crate::jose::{Algorithm, EncryptionKey};

/// Longest address, in bytes.
const LONGEST_ADDRESS: usize = 2_000;

/// The rules that need nothing but the registration and the algorithms that keys are held for.
pub(super) fn check_settings(new: &NewClient, held: &[Algorithm]) -> Result<(), RegistrationError> {
    subjects(new)?;
    encryption(new)?;
    if !new.settings.requires_pkce() && !may_omit_pkce(new.auth_method, &new.settings) {
        return Err(RegistrationError::Setting(
            "require_pkce",
            "require_pkce is false only of clients that authenticate, under the profile baseline",
        ));
    }
    let signed = new.settings.userinfo_signed_response_alg;
    if signed.is_some_and(|algorithm| !held.contains(&algorithm)) {
        return Err(RegistrationError::Setting(
            "userinfo_signed_response_alg",
            "there is no key here for this algorithm",
        ));
    }
    logout(new)?;
    ciba(new)?;
    request_uris(new)
}

/// OpenID Connect Core section 8.1, Registration section 5.
fn subjects(new: &NewClient) -> Result<(), RegistrationError> {
    let settings = &new.settings;
    if let Some(address) = &settings.sector_identifier_uri {
        // http is for loopback hosts only, as with redirect addresses; whether it may be called at all, `outbound` decides.
        let good = RedirectUri::register(address).is_ok() && address.starts_with("http");
        if !good || address.len() > LONGEST_ADDRESS {
            return Err(RegistrationError::Setting(
                "sector_identifier_uri",
                "sector_identifier_uri is an https address",
            ));
        }
        return Ok(());
    }
    if settings.subject_type == SubjectType::Public {
        return Ok(());
    }
    let host = |uri: &RedirectUri| Url::parse(uri.as_str()).ok()?.host_str().map(str::to_owned);
    let addresses = &new.redirect_uris;
    let first = addresses.first().and_then(host);
    let one = addresses.iter().all(|uri| uri.is_https() && host(uri) == first);
    if one {
        Ok(())
    } else {
        Err(RegistrationError::Setting(
            "sector_identifier_uri",
            "pairwise subjects of a client whose redirect addresses have more than one host, or not all https, need a \
             sector_identifier_uri",
        ))
    }
}

/// What a client signs by, and what is encrypted for it, is on in this installation.
pub(super) fn check_algorithms(new: &NewClient, on: &OAuth) -> Result<(), RegistrationError> {
    let settings = &new.settings;
    let signing = [
        (
            "token_endpoint_auth_signing_alg",
            settings.token_endpoint_auth_signing_alg(),
        ),
        ("request_object_signing_alg", settings.request_object_signing_alg),
        (
            "backchannel_authentication_request_signing_alg",
            settings.ciba.backchannel_authentication_request_signing_alg,
        ),
    ];
    for (field, wanted) in signing {
        if wanted.is_some_and(|wanted| !on.client_signing_algorithms.contains(&wanted)) {
            let why = "this algorithm is not on here; the metadata of the server list those that are";
            return Err(RegistrationError::Setting(field, why));
        }
    }
    let by_keys = new.auth_method == ClientAuthMethod::PrivateKeyJwt;
    if let Some(set) = new.jwks.as_ref().filter(|_| by_keys)
        && !usable_keys(set, settings.token_endpoint_auth_signing_alg())
            .iter()
            .any(|key| on.client_signing_algorithms.contains(&key.algorithm()))
    {
        let why =
            "none of the keys is of an algorithm that is on here; the metadata of the server list those";
        return Err(RegistrationError::Setting("jwks", why));
    }
    for what in Encrypted::ALL {
        if let Some((management, content)) = settings.encryption.of(what)
            && !on.encrypts(management, content)
        {
            let why = "nothing is encrypted in this way here; the metadata of the server list what is on";
            return Err(RegistrationError::Setting(what.field(), why));
        }
    }
    Ok(())
}

/// Whatever is to be encrypted, a key is there for it. Of keys that the client publishes, that is known when they are needed;
/// without one, nothing is told.
fn encryption(new: &NewClient) -> Result<(), RegistrationError> {
    let settings = &new.settings.encryption;
    if let Some(field) = settings.without_alg() {
        return Err(RegistrationError::Setting(
            field,
            "an enc is registered together with its alg",
        ));
    }
    if new.settings.jwks_uri.is_some() {
        return Ok(());
    }
    for what in Encrypted::ALL {
        if let Some((management, content)) = settings.of(what) {
            new.jwks
                .as_ref()
                .and_then(|set| EncryptionKey::of_set(set, management, content))
                .ok_or(RegistrationError::Setting(
                    "jwks",
                    "what is to be encrypted needs a public key for that: RSA of 2048 bits for RSA-OAEP-256, P-256, P-384, \
                     P-521 or X25519 for ECDH-ES",
                ))?;
        }
    }
    Ok(())
}

/// OpenID Connect Back-Channel Logout section 2.2, Front-Channel Logout section 2.
fn logout(new: &NewClient) -> Result<(), RegistrationError> {
    let settings = &new.settings.logout;
    if let Some(address) = &settings.backchannel_logout_uri
        && !callable(address)
    {
        return Err(RegistrationError::Setting(
            "backchannel_logout_uri",
            "backchannel_logout_uri is an https address without fragment and without user name",
        ));
    }
    if let Some(address) = &settings.frontchannel_logout_uri {
        // A page of another site in a frame of ours: only of one that codes go to as well (section 2).
        let origin = |text: &str| {
            Url::parse(text)
                .ok()
                .map(|url| url.origin())
                .filter(url::Origin::is_tuple)
        };
        let known = origin(address);
        let own = known.is_some() && new.redirect_uris.iter().any(|uri| origin(uri.as_str()) == known);
        if !callable(address) || !own {
            return Err(RegistrationError::Setting(
                "frontchannel_logout_uri",
                "frontchannel_logout_uri is an https address with scheme, host and port of a redirect address",
            ));
        }
    }
    Ok(())
}

/// OpenID CIBA Core section 4.
fn ciba(new: &NewClient) -> Result<(), RegistrationError> {
    let name = "backchannel_client_notification_endpoint";
    let settings = &new.settings.ciba;
    let wanted = settings.backchannel_authentication_request_signing_alg;
    let by_value = new.jwks.as_ref();
    let has_key =
        new.settings.jwks_uri.is_some() || by_value.is_some_and(|set| !usable_keys(set, wanted).is_empty());
    if wanted.is_some() && !has_key {
        return Err(RegistrationError::Setting(
            "backchannel_authentication_request_signing_alg",
            "backchannel_authentication_request_signing_alg needs public keys that verify this algorithm",
        ));
    }
    match &settings.backchannel_client_notification_endpoint {
        Some(address) if !callable(address) => Err(RegistrationError::Setting(
            name,
            "backchannel_client_notification_endpoint is an https address without fragment and without user name",
        )),
        None if settings.is_pinged() => Err(RegistrationError::Setting(
            name,
            "whoever is to be pinged needs a backchannel_client_notification_endpoint",
        )),
        Some(_) | None => Ok(()),
    }
}

/// Most request objects that a client may keep at addresses of its own.
const MOST_REQUEST_URIS: usize = 20;

/// OpenID Connect Registration section 2. A fragment tells one version of the object from the next.
fn request_uris(new: &NewClient) -> Result<(), RegistrationError> {
    let addresses = &new.settings.request_uris;
    let without_fragment = |address: &String| callable(address.split('#').next().unwrap_or_default());
    if addresses.len() <= MOST_REQUEST_URIS && addresses.iter().all(without_fragment) {
        Ok(())
    } else {
        Err(RegistrationError::Setting(
            "request_uris",
            "request_uris are at most 20 https addresses without user name",
        ))
    }
}

/// https, or http on this machine, as redirect addresses are.
fn callable(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    let plain = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    let secure = match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(Host::Domain(name))) => name == "localhost",
        ("http", Some(Host::Ipv4(address))) => address.is_loopback(),
        ("http", Some(Host::Ipv6(address))) => address.is_loopback(),
        _ => false,
    };
    plain
        && secure
        && address.len() <= LONGEST_ADDRESS
        && address.bytes().all(|byte| (0x21..=0x7e).contains(&byte))
}
