//! Signing (RFC 7515 section 3.1, compact form).

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaSignatureEncoding,
};
use data_encoding::BASE64URL_NOPAD;
use zeroize::Zeroizing;

use super::{Algorithm, Jwk};

/// Types of token whose encoded header each key keeps ready.
const PREPARED_TYPES: [&str; 3] = ["at+jwt", "JWT", "logout+jwt"];

/// The largest RSA signature that we make: 4096 bits.
const LARGEST_SIGNATURE: usize = 512;

/// A private key with its algorithm and id, parsed once: making a signature parses nothing.
pub struct SigningKey {
    algorithm: Algorithm,
    key_id: String,
    private: Private,
    public: Jwk,
    headers: [(&'static str, String); PREPARED_TYPES.len()],
}

enum Private {
    Elliptic(EcdsaKeyPair),
    Edwards(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

/// Why a private key cannot be made or read.
#[derive(Debug, thiserror::Error)]
#[error("the signing key cannot be made or read")]
pub struct SigningKeyError;

impl From<aws_lc_rs::error::Unspecified> for SigningKeyError {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self
    }
}

impl From<aws_lc_rs::error::KeyRejected> for SigningKeyError {
    fn from(_: aws_lc_rs::error::KeyRejected) -> Self {
        Self
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({}, {})", self.algorithm, self.key_id)
    }
}

impl SigningKey {
    /// Makes a new key. RSA takes about 0.2 s: call it where blocking is allowed.
    pub fn generate(algorithm: Algorithm) -> Result<Self, SigningKeyError> {
        let private = match algorithm {
            Algorithm::Es256 => Private::Elliptic(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?),
            Algorithm::Es384 => Private::Elliptic(EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING)?),
            Algorithm::Ed25519 => Private::Edwards(Ed25519KeyPair::generate()?),
            Algorithm::Rs256 | Algorithm::Ps256 => Private::Rsa(RsaKeyPair::generate(KeySize::Rsa2048)?),
        };
        Self::new(algorithm, private)
    }

    /// Reads what [`SigningKey::to_pkcs8`] has written.
    pub fn from_pkcs8(algorithm: Algorithm, document: &[u8]) -> Result<Self, SigningKeyError> {
        let private = match algorithm {
            Algorithm::Es256 => Private::Elliptic(EcdsaKeyPair::from_pkcs8(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                document,
            )?),
            Algorithm::Es384 => Private::Elliptic(EcdsaKeyPair::from_pkcs8(
                &ECDSA_P384_SHA384_FIXED_SIGNING,
                document,
            )?),
            Algorithm::Ed25519 => Private::Edwards(Ed25519KeyPair::from_pkcs8(document)?),
            Algorithm::Rs256 | Algorithm::Ps256 => Private::Rsa(RsaKeyPair::from_pkcs8(document)?),
        };
        Self::new(algorithm, private)
    }

    fn new(algorithm: Algorithm, private: Private) -> Result<Self, SigningKeyError> {
        let mut public = public_half(&private)?;
        let key_id = public.thumbprint().ok_or(SigningKeyError)?;
        public.kid = Some(key_id.clone());
        public.alg = Some(algorithm.as_str().to_owned());
        public.use_ = Some("sig".to_owned());
        let headers = PREPARED_TYPES.map(|typ| (typ, encode_header(algorithm, typ, &key_id)));
        Ok(Self {
            algorithm,
            key_id,
            private,
            public,
            headers,
        })
    }

    /// The private key as PKCS#8, to be sealed and stored.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, SigningKeyError> {
        let document = match &self.private {
            Private::Elliptic(pair) => pair.to_pkcs8v1()?.as_ref().to_vec(),
            // Version 2 carries the public key, which is held against the private one when read.
            Private::Edwards(pair) => pair.to_pkcs8()?.as_ref().to_vec(),
            Private::Rsa(pair) => AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(pair)?
                .as_ref()
                .to_vec(),
        };
        Ok(Zeroizing::new(document))
    }

    /// Signs claims (a JSON object as bytes) with the header `{"alg","typ","kid"}`; answers the compact form.
    pub fn sign(&self, typ: &str, claims: &[u8]) -> Result<String, SigningKeyError> {
        let made;
        let header = if let Some((_, header)) = self.headers.iter().find(|(prepared, _)| *prepared == typ) {
            header
        } else {
            made = encode_header(self.algorithm, typ, &self.key_id);
            &made
        };
        let signature_length = match &self.private {
            Private::Elliptic(_) | Private::Edwards(_) => 96,
            Private::Rsa(_) => LARGEST_SIGNATURE,
        };
        let length = header.len()
            + 2
            + BASE64URL_NOPAD.encode_len(claims.len())
            + BASE64URL_NOPAD.encode_len(signature_length);
        let mut token = String::with_capacity(length);
        token.push_str(header);
        token.push('.');
        BASE64URL_NOPAD.encode_append(claims, &mut token);
        self.sign_into(&mut token)?;
        Ok(token)
    }

    /// Puts a dot and the signature of the text so far at its end.
    fn sign_into(&self, token: &mut String) -> Result<(), SigningKeyError> {
        let mut buffer = [0; LARGEST_SIGNATURE];
        let signature = self.signature(token.as_bytes(), &mut buffer)?;
        token.push('.');
        BASE64URL_NOPAD.encode_append(signature, token);
        Ok(())
    }

    /// Signs bytes as they are, without any header.
    pub fn sign_bytes(&self, message: &[u8]) -> Result<Vec<u8>, SigningKeyError> {
        let mut buffer = [0; LARGEST_SIGNATURE];
        self.signature(message, &mut buffer).map(<[u8]>::to_vec)
    }

    fn signature<'buffer>(
        &self,
        message: &[u8],
        buffer: &'buffer mut [u8; LARGEST_SIGNATURE],
    ) -> Result<&'buffer [u8], SigningKeyError> {
        let fixed = match &self.private {
            // aws-lc draws chance itself; the argument is there for the likeness with another library.
            Private::Elliptic(pair) => pair.sign(&SystemRandom::new(), message)?,
            Private::Edwards(pair) => pair.try_sign(message)?,
            Private::Rsa(pair) => {
                let room = buffer
                    .get_mut(..pair.public_modulus_len())
                    .ok_or(SigningKeyError)?;
                pair.sign(self.padding(), &SystemRandom::new(), message, room)?;
                return Ok(room);
            }
        };
        let room = buffer.get_mut(..fixed.as_ref().len()).ok_or(SigningKeyError)?;
        room.copy_from_slice(fixed.as_ref());
        Ok(room)
    }

    fn padding(&self) -> &'static RsaSignatureEncoding {
        match self.algorithm {
            Algorithm::Ps256 => &RSA_PSS_SHA256,
            Algorithm::Rs256 | Algorithm::Es256 | Algorithm::Es384 | Algorithm::Ed25519 => &RSA_PKCS1_SHA256,
        }
    }

    /// The public half.
    #[must_use]
    pub fn public_jwk(&self) -> Jwk {
        self.public.clone()
    }

    /// The algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key's id: the RFC 7638 thumbprint.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }
}

fn encode_header(algorithm: Algorithm, typ: &str, key_id: &str) -> String {
    let header = serde_json::json!({ "alg": algorithm.as_str(), "typ": typ, "kid": key_id });
    BASE64URL_NOPAD.encode(header.to_string().as_bytes())
}

fn public_half(private: &Private) -> Result<Jwk, SigningKeyError> {
    let encode = |bytes: &[u8]| Some(BASE64URL_NOPAD.encode(bytes));
    match private {
        Private::Elliptic(pair) => {
            // The uncompressed point: 4, x, y.
            let (curve, (x, y)) = match pair.public_key().as_ref() {
                [4, point @ ..] if point.len() == 64 => ("P-256", point.split_at(32)),
                [4, point @ ..] if point.len() == 96 => ("P-384", point.split_at(48)),
                _ => return Err(SigningKeyError),
            };
            Ok(Jwk {
                kty: "EC".to_owned(),
                crv: Some(curve.to_owned()),
                x: encode(x),
                y: encode(y),
                ..Jwk::default()
            })
        }
        Private::Edwards(pair) => Ok(Jwk {
            kty: "OKP".to_owned(),
            crv: Some("Ed25519".to_owned()),
            x: encode(pair.public_key().as_ref()),
            ..Jwk::default()
        }),
        Private::Rsa(pair) => Ok(Jwk {
            kty: "RSA".to_owned(),
            n: encode(pair.public_key().modulus().big_endian_without_leading_zero()),
            e: encode(pair.public_key().exponent().big_endian_without_leading_zero()),
            ..Jwk::default()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::PublicKey;

    #[test]
    fn every_algorithm_signs_what_its_public_half_verifies_also_after_storage() {
        for &algorithm in Algorithm::ALL {
            let key = SigningKey::generate(algorithm).unwrap();
            let stored = SigningKey::from_pkcs8(algorithm, &key.to_pkcs8().unwrap()).unwrap();
            assert_eq!(stored.key_id(), key.key_id());
            assert_eq!(stored.public_jwk(), key.public_jwk());
            let public = PublicKey::from_jwk(&key.public_jwk(), algorithm).unwrap();
            for typ in ["at+jwt", "something+jwt"] {
                let token = stored.sign(typ, br#"{"sub":"x"}"#).unwrap();
                let (signed, signature) = token.rsplit_once('.').unwrap();
                let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
                assert!(public.verifies(signed.as_bytes(), &signature), "{algorithm}");
                assert!(!public.verifies(b"other", &signature), "{algorithm}");
                let header = BASE64URL_NOPAD.decode(token.split('.').next().unwrap().as_bytes());
                let header: serde_json::Value = serde_json::from_slice(&header.unwrap()).unwrap();
                assert_eq!(header["alg"], algorithm.as_str());
                assert_eq!(header["typ"], typ);
                assert_eq!(header["kid"], key.key_id());
            }
        }
    }

    #[test]
    fn an_elliptic_signature_has_its_fixed_length_and_is_not_der() {
        for (algorithm, length) in [(Algorithm::Es256, 64), (Algorithm::Es384, 96)] {
            let key = SigningKey::generate(algorithm).unwrap();
            for _ in 0..20 {
                assert_eq!(key.sign_bytes(b"message").unwrap().len(), length);
            }
        }
    }

    #[test]
    fn a_key_of_one_kind_is_not_read_as_another() {
        let document = SigningKey::generate(Algorithm::Es256)
            .unwrap()
            .to_pkcs8()
            .unwrap();
        for algorithm in [Algorithm::Rs256, Algorithm::Es384, Algorithm::Ed25519] {
            assert!(SigningKey::from_pkcs8(algorithm, &document).is_err());
        }
        assert!(SigningKey::from_pkcs8(Algorithm::Es256, b"not a key").is_err());
    }

    #[test]
    fn a_private_key_does_not_print() {
        let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
        assert_eq!(
            format!("{key:?}"),
            format!("SigningKey(Ed25519, {})", key.key_id())
        );
    }
}
