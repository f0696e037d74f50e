//! Agreement on a key by ECDH-ES (RFC 7518 section 4.6, RFC 8037 section 3.2).

use aws_lc_rs::agreement::{
    Algorithm, ECDH_P256, ECDH_P384, ECDH_P521, PrivateKey, UnparsedPublicKey, X25519, agree,
};
use aws_lc_rs::digest;
use data_encoding::BASE64URL_NOPAD;
use zeroize::Zeroizing;

use super::JweError;
use crate::jose::{Jwk, JwkError};

/// The public half of the key of one side.
#[derive(Debug, Clone)]
pub(super) struct Point {
    curve: &'static Algorithm,
    bytes: Vec<u8>,
}

impl Point {
    /// The key of a JWK.
    pub(super) fn from_jwk(jwk: &Jwk) -> Result<Self, JwkError> {
        let (curve, bytes) = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("EC", Some("P-256")) => (&ECDH_P256, jwk.point()?),
            ("EC", Some("P-384")) => (&ECDH_P384, jwk.point()?),
            ("EC", Some("P-521")) => (&ECDH_P521, jwk.point()?),
            ("OKP", Some("X25519")) => (&X25519, jwk.bytes("x")?),
            ("EC" | "OKP", _) => return Err(JwkError::Member("crv")),
            _ => return Err(JwkError::Member("kty")),
        };
        Ok(Self { curve, bytes })
    }

    /// A fresh private key on this one's curve, for one message.
    pub(super) fn ephemeral(&self) -> Result<PrivateKey, JweError> {
        Ok(PrivateKey::generate(self.curve)?)
    }

    /// What both sides know. Refused where the point is not on the curve.
    pub(super) fn secret_with(&self, private: &PrivateKey) -> Result<Zeroizing<Vec<u8>>, JweError> {
        let peer = UnparsedPublicKey::new(self.curve, &self.bytes);
        agree(private, peer, JweError, |secret| {
            Ok(Zeroizing::new(secret.to_vec()))
        })
    }
}

/// The public half of a private key as a JWK.
pub(super) fn public_jwk(private: &PrivateKey) -> Result<Jwk, JweError> {
    let public = private.compute_public_key()?;
    let encode = |bytes: &[u8]| Some(BASE64URL_NOPAD.encode(bytes));
    let bytes = public.as_ref();
    let jwk = |kty: &str, crv: &str, x: &[u8], y: Option<&[u8]>| Jwk {
        kty: kty.to_owned(),
        crv: Some(crv.to_owned()),
        x: encode(x),
        y: y.and_then(encode),
        ..Jwk::default()
    };
    let elliptic = |crv: &str, point: &[u8]| {
        let (x, y) = point.split_at(point.len() / 2);
        jwk("EC", crv, x, Some(y))
    };
    match bytes {
        [4, point @ ..] if point.len() == 64 => Ok(elliptic("P-256", point)),
        [4, point @ ..] if point.len() == 96 => Ok(elliptic("P-384", point)),
        [4, point @ ..] if point.len() == 132 => Ok(elliptic("P-521", point)),
        x if x.len() == 32 => Ok(jwk("OKP", "X25519", x, None)),
        _ => Err(JweError),
    }
}

/// What the key is derived for, beside the secret (RFC 7518 section 4.6.2).
#[derive(Debug, Clone, Copy)]
pub(super) struct Purpose<'a> {
    /// The `enc` of direct agreement, else the `alg`.
    pub(super) name: &'a str,
    /// What the sides say of themselves (`apu`, `apv`).
    pub(super) parties: (&'a [u8], &'a [u8]),
    /// The length of the key, in bytes: 32 at most.
    pub(super) length: usize,
}

/// The Concat KDF (NIST SP 800-56A section 5.8.1) with SHA-256: one round gives all the keys that are used here.
pub(super) fn derive(secret: &[u8], purpose: &Purpose<'_>) -> Result<Zeroizing<Vec<u8>>, JweError> {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(&1_u32.to_be_bytes());
    context.update(secret);
    for part in [purpose.name.as_bytes(), purpose.parties.0, purpose.parties.1] {
        let length = u32::try_from(part.len()).map_err(|_| JweError)?;
        context.update(&length.to_be_bytes());
        context.update(part);
    }
    let bits = u32::try_from(purpose.length * 8).map_err(|_| JweError)?;
    context.update(&bits.to_be_bytes());
    let whole = context.finish();
    let key = whole.as_ref().get(..purpose.length).ok_or(JweError)?;
    Ok(Zeroizing::new(key.to_vec()))
}
