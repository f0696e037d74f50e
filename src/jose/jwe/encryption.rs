//! Encrypting for a recipient whose public key is known.

use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap as _};
use aws_lc_rs::rand;
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};
use aws_lc_rs::signature::RsaPublicKeyComponents;
use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use zeroize::Zeroizing;

use super::agreement::{self, Point, Purpose};
use super::{ContentEncryption, JweError, KeyManagement, content};
use crate::jose::{Jwk, JwkError, JwkSet};

/// The public key of a recipient, for one way of encrypting.
#[derive(Debug)]
pub struct EncryptionKey {
    management: KeyManagement,
    content: ContentEncryption,
    key_id: Option<String>,
    recipient: Recipient,
}

#[derive(Debug)]
enum Recipient {
    Rsa(OaepPublicEncryptingKey),
    Elliptic(Point),
}

/// RFC 7516 section 4.1.
#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    enc: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cty: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epk: Option<Jwk>,
}

/// The content key, and what tells the recipient of it.
struct Handed {
    content_key: Zeroizing<Vec<u8>>,
    encrypted: Vec<u8>,
    ephemeral: Option<Jwk>,
}

impl EncryptionKey {
    /// Makes a key of a JWK that may encrypt (its `use` and `alg`, if it names them, say so).
    pub fn from_jwk(
        jwk: &Jwk,
        management: KeyManagement,
        content: ContentEncryption,
    ) -> Result<Self, JwkError> {
        if jwk.use_.as_deref().is_some_and(|use_| use_ != "enc") {
            return Err(JwkError::Member("use"));
        }
        if jwk.alg.as_deref().is_some_and(|alg| alg != management.as_str()) {
            return Err(JwkError::Member("alg"));
        }
        let recipient = match management {
            KeyManagement::RsaOaep256 => Recipient::Rsa(rsa(jwk)?),
            KeyManagement::EcdhEs | KeyManagement::EcdhEsA256Kw => {
                let point = Point::from_jwk(jwk)?;
                // A point off its curve is found here, not when the first token is made.
                point
                    .ephemeral()
                    .and_then(|private| point.secret_with(&private))
                    .map_err(|_| JwkError::Weak)?;
                Recipient::Elliptic(point)
            }
        };
        Ok(Self {
            management,
            content,
            key_id: jwk.kid.clone(),
            recipient,
        })
    }

    /// The key of a set for one way of encrypting: one that says it is for that (`use`), else the first that fits.
    #[must_use]
    pub fn of_set(set: &JwkSet, management: KeyManagement, content: ContentEncryption) -> Option<Self> {
        let of = |jwk: &&Jwk| Self::from_jwk(jwk, management, content).ok();
        let says_so = |jwk: &&Jwk| jwk.use_.as_deref() == Some("enc");
        set.keys
            .iter()
            .filter(says_so)
            .find_map(|jwk| of(&jwk))
            .or_else(|| set.keys.iter().find_map(|jwk| of(&jwk)))
    }

    /// Encrypts a signed token (a nested JWT, RFC 7519 section 5.2); answers the compact form.
    pub fn encrypt_token(&self, token: &str) -> Result<String, JweError> {
        self.encrypt(Some("JWT"), None, token.as_bytes())
    }

    /// Encrypts a signed token whose issuer is told openly (RFC 7519 section 5.3), as a logout token's is.
    pub fn encrypt_token_of(&self, issuer: &str, token: &str) -> Result<String, JweError> {
        self.encrypt(Some("JWT"), Some(issuer), token.as_bytes())
    }

    /// Encrypts claims that nobody has signed.
    pub fn encrypt_claims(&self, claims: &[u8]) -> Result<String, JweError> {
        self.encrypt(None, None, claims)
    }

    fn encrypt(&self, cty: Option<&str>, iss: Option<&str>, plain: &[u8]) -> Result<String, JweError> {
        let handed = self.hand_over()?;
        let header = Header {
            alg: self.management.as_str(),
            enc: self.content.as_str(),
            kid: self.key_id.as_deref(),
            cty,
            iss,
            epk: handed.ephemeral,
        };
        let header = serde_json::to_vec(&header).map_err(|_| JweError)?;
        let mut token = BASE64URL_NOPAD.encode(&header);
        let sealed = content::seal(self.content, &handed.content_key, token.as_bytes(), plain)?;
        for part in [handed.encrypted, sealed.vector, sealed.hidden, sealed.tag] {
            token.push('.');
            BASE64URL_NOPAD.encode_append(&part, &mut token);
        }
        Ok(token)
    }

    fn hand_over(&self) -> Result<Handed, JweError> {
        let length = self.content.key_length();
        match &self.recipient {
            Recipient::Rsa(key) => {
                let content_key = fresh(length)?;
                let mut buffer = vec![0; key.ciphertext_size()];
                let encrypted = key
                    .encrypt(&OAEP_SHA256_MGF1SHA256, &content_key, &mut buffer, None)?
                    .to_vec();
                Ok(Handed {
                    content_key,
                    encrypted,
                    ephemeral: None,
                })
            }
            Recipient::Elliptic(point) => {
                let private = point.ephemeral()?;
                let secret = point.secret_with(&private)?;
                let ephemeral = Some(agreement::public_jwk(&private)?);
                if self.management == KeyManagement::EcdhEs {
                    let purpose = Purpose {
                        name: self.content.as_str(),
                        parties: (&[], &[]),
                        length,
                    };
                    return Ok(Handed {
                        content_key: agreement::derive(&secret, &purpose)?,
                        encrypted: Vec::new(),
                        ephemeral,
                    });
                }
                let purpose = Purpose {
                    name: self.management.as_str(),
                    parties: (&[], &[]),
                    length: 32,
                };
                let wrapping = AesKek::new(&AES_256, &agreement::derive(&secret, &purpose)?)?;
                let content_key = fresh(length)?;
                let mut buffer = vec![0; length + 8];
                let encrypted = wrapping.wrap(&content_key, &mut buffer)?.to_vec();
                Ok(Handed {
                    content_key,
                    encrypted,
                    ephemeral,
                })
            }
        }
    }
}

pub(super) fn fresh(length: usize) -> Result<Zeroizing<Vec<u8>>, JweError> {
    let mut key = Zeroizing::new(vec![0; length]);
    rand::fill(&mut key)?;
    Ok(key)
}

/// RSA of 2048 bits or more (RFC 7518 section 4.3).
fn rsa(jwk: &Jwk) -> Result<OaepPublicEncryptingKey, JwkError> {
    let (n, e) = jwk.rsa_members()?;
    let key: PublicEncryptingKey = RsaPublicKeyComponents { n, e }
        .try_into()
        .map_err(|_| JwkError::Weak)?;
    OaepPublicEncryptingKey::new(key).map_err(|_| JwkError::Weak)
}
