//! Clients that prove who they are by the certificate of their TLS connection (RFC 8705 section 2).

mod anchors;
mod name;
mod subject;

pub use anchors::{TrustAnchorsError, check_trust_anchors};
pub(super) use name::Name;
pub(super) use subject::{has_subject, one_subject};

use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

use data_encoding::BASE64URL_NOPAD;

use super::{Client, ClientAuthError};
use crate::domain::{ClientAuthMethod, ClientCertificate};
use crate::jose::{Jwk, JwkSet};
use crate::op::Op;

const NONE: ClientAuthError = ClientAuthError::Certificate("none was shown");
const MALFORMED: ClientAuthError = ClientAuthError::Certificate("malformed");
const UNTRUSTED: ClientAuthError = ClientAuthError::Certificate("not of a trusted issuer, or not valid now");
const OTHER_SUBJECT: ClientAuthError = ClientAuthError::Certificate("of another subject");
const OTHER_KEY: ClientAuthError = ClientAuthError::Certificate("of a key that is not registered");

/// Whether the certificate of a request proves the client, by the method that it is registered with; `keys` are those that
/// it has registered, by value or by address.
pub(super) fn prove(op: &Op, client: &Client, keys: Option<&JwkSet>) -> Result<(), ClientAuthError> {
    let shown = op.seen.certificate.as_deref().ok_or(NONE)?;
    let certificate = read(shown)?;
    match client.auth_method {
        ClientAuthMethod::TlsClientAuth => {
            if !anchors::trusted(op, shown) {
                return Err(UNTRUSTED);
            }
            let subject = one_subject(&client.settings).ok_or(OTHER_SUBJECT)?;
            subject.names(&certificate).then_some(()).ok_or(OTHER_SUBJECT)
        }
        ClientAuthMethod::SelfSignedTlsClientAuth => registered(keys, &certificate),
        _ => Err(ClientAuthError::Method),
    }
}

fn read(shown: &ClientCertificate) -> Result<X509Certificate<'_>, ClientAuthError> {
    match X509Certificate::from_der(&shown.certificate) {
        Ok(([], certificate)) => Ok(certificate),
        Ok(_) | Err(_) => Err(MALFORMED),
    }
}

/// RFC 8705 section 2.2: the key of the certificate is registered. Nobody vouches for anything else in it, and nothing
/// else of it is believed, its dates included.
fn registered(keys: Option<&JwkSet>, certificate: &X509Certificate<'_>) -> Result<(), ClientAuthError> {
    let thumbprint = key_of(certificate.public_key())
        .and_then(|key| key.thumbprint())
        .ok_or(OTHER_KEY)?;
    let keys = keys.map_or(&[][..], |set| &set.keys);
    let is_registered = keys
        .iter()
        .any(|key| key.thumbprint().as_deref() == Some(thumbprint.as_str()));
    is_registered.then_some(()).ok_or(OTHER_KEY)
}

/// The key of a certificate as a JWK (RFC 7518 section 6, RFC 8037).
fn key_of(info: &SubjectPublicKeyInfo<'_>) -> Option<Jwk> {
    let encode = |bytes: &[u8]| Some(BASE64URL_NOPAD.encode(bytes));
    match info.parsed().ok()? {
        PublicKey::RSA(key) => Some(Jwk {
            kty: "RSA".to_owned(),
            n: encode(plain(key.modulus)),
            e: encode(plain(key.exponent)),
            ..Jwk::default()
        }),
        PublicKey::EC(_) => {
            let curve = info.algorithm.parameters.as_ref()?.as_oid().ok()?;
            let crv = match curve.to_id_string().as_str() {
                "1.2.840.10045.3.1.7" => "P-256",
                "1.3.132.0.34" => "P-384",
                _ => return None,
            };
            // The uncompressed point: 4, x, y.
            let [4, point @ ..] = info.subject_public_key.data.as_ref() else {
                return None;
            };
            let (x, y) = point.split_at_checked(point.len() / 2)?;
            Some(Jwk {
                kty: "EC".to_owned(),
                crv: Some(crv.to_owned()),
                x: encode(x),
                y: encode(y),
                ..Jwk::default()
            })
        }
        PublicKey::Unknown(_) if info.algorithm.algorithm.to_id_string() == "1.3.101.112" => Some(Jwk {
            kty: "OKP".to_owned(),
            crv: Some("Ed25519".to_owned()),
            x: encode(&info.subject_public_key.data),
            ..Jwk::default()
        }),
        _ => None,
    }
}

/// A positive integer of DER without the zeros in front.
fn plain(mut integer: &[u8]) -> &[u8] {
    while let [0, rest @ ..] = integer {
        integer = rest;
    }
    integer
}
