//! Decrypting what was encrypted for us.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap as _};
use aws_lc_rs::rsa::{KeySize, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::agreement::{self, Point, Purpose};
use super::content::{self, Sealed};
use super::encryption::fresh;
use super::{ContentEncryption, JweError, KeyManagement};
use crate::jose::Jwk;

/// The longest token that is looked at, in bytes.
const LONGEST_TOKEN: usize = 64 * 1024;

/// A private key that decrypts.
#[derive(Debug)]
pub struct DecryptionKey(Private);

#[derive(Debug)]
enum Private {
    Rsa(Box<OaepPrivateDecryptingKey>),
    Elliptic(Box<PrivateKey>),
}

/// What a token held, and what its header says of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decrypted {
    pub content: Vec<u8>,
    /// `JWT` where the content is a token by itself.
    pub content_type: Option<String>,
}

/// The header, as far as it is read.
#[derive(Deserialize)]
struct Header {
    alg: String,
    enc: String,
    #[serde(default)]
    cty: Option<String>,
    #[serde(default)]
    epk: Option<Jwk>,
    #[serde(default)]
    apu: Option<String>,
    #[serde(default)]
    apv: Option<String>,
    #[serde(default)]
    crit: Option<serde_json::Value>,
    #[serde(default)]
    zip: Option<serde_json::Value>,
}

impl DecryptionKey {
    /// Makes a key on P-256, with its public half.
    pub fn generate_elliptic() -> Result<(Self, Jwk), JweError> {
        let private = PrivateKey::generate(&ECDH_P256)?;
        let public = Jwk {
            use_: Some("enc".to_owned()),
            ..agreement::public_jwk(&private)?
        };
        Ok((Self(Private::Elliptic(Box::new(private))), named(public)))
    }

    /// Makes an RSA key of 2048 bits, with its public half. Takes about 0.2 s: call it where blocking is allowed.
    pub fn generate_rsa() -> Result<(Self, Jwk), JweError> {
        let private = PrivateDecryptingKey::generate(KeySize::Rsa2048)?;
        let document = private.as_der()?;
        let document: &Pkcs8V1Der<'_> = &document;
        let signing = aws_lc_rs::rsa::KeyPair::from_pkcs8(document.as_ref())?;
        let public = aws_lc_rs::signature::KeyPair::public_key(&signing);
        let encode = |bytes: &[u8]| Some(BASE64URL_NOPAD.encode(bytes));
        let public = Jwk {
            kty: "RSA".to_owned(),
            use_: Some("enc".to_owned()),
            n: encode(public.modulus().big_endian_without_leading_zero()),
            e: encode(public.exponent().big_endian_without_leading_zero()),
            ..Jwk::default()
        };
        let key = Private::Rsa(Box::new(OaepPrivateDecryptingKey::new(private)?));
        Ok((Self(key), named(public)))
    }

    /// Decrypts a token in compact form.
    pub fn decrypt(&self, token: &str) -> Result<Decrypted, JweError> {
        if token.len() > LONGEST_TOKEN {
            return Err(JweError);
        }
        let mut parts = token.split('.');
        let mut next = || parts.next().ok_or(JweError);
        let (protected, encrypted, vector, hidden, tag) = (next()?, next()?, next()?, next()?, next()?);
        if parts.next().is_some() {
            return Err(JweError);
        }
        let header: Header = serde_json::from_slice(&decode(protected)?).map_err(|_| JweError)?;
        // No extension is understood (RFC 7516 section 4.1.13), and nothing is unpacked: packed content tells its secrets by
        // its length, and grows without bound.
        if header.crit.is_some() || header.zip.is_some() {
            return Err(JweError);
        }
        let encryption = ContentEncryption::parse(&header.enc).ok_or(JweError)?;
        let management = KeyManagement::parse(&header.alg).ok_or(JweError)?;
        let key = self.content_key(management, encryption, &header, &decode(encrypted)?)?;
        let sealed = Sealed {
            vector: decode(vector)?,
            hidden: decode(hidden)?,
            tag: decode(tag)?,
        };
        Ok(Decrypted {
            content: content::open(encryption, &key, protected.as_bytes(), &sealed)?,
            content_type: header.cty,
        })
    }

    fn content_key(
        &self,
        management: KeyManagement,
        encryption: ContentEncryption,
        header: &Header,
        encrypted: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, JweError> {
        let length = encryption.key_length();
        match (&self.0, management) {
            (Private::Rsa(key), KeyManagement::RsaOaep256) => {
                let mut buffer = Zeroizing::new(vec![0; key.min_output_size()]);
                let opened = key.decrypt(&OAEP_SHA256_MGF1SHA256, encrypted, &mut buffer, None);
                match opened {
                    Ok(found) if found.len() == length => Ok(Zeroizing::new(found.to_vec())),
                    // Goes on with a key of chance, so that the fault shows at the content like any other (RFC 7516 section
                    // 11.5).
                    Ok(_) | Err(_) => fresh(length),
                }
            }
            (Private::Elliptic(private), KeyManagement::EcdhEs | KeyManagement::EcdhEsA256Kw) => {
                let epk = header.epk.as_ref().ok_or(JweError)?;
                let secret = Point::from_jwk(epk).map_err(|_| JweError)?.secret_with(private)?;
                let party = |text: &Option<String>| text.as_deref().map_or(Ok(Vec::new()), decode);
                let (apu, apv) = (party(&header.apu)?, party(&header.apv)?);
                let direct = management == KeyManagement::EcdhEs;
                let purpose = Purpose {
                    name: if direct {
                        encryption.as_str()
                    } else {
                        management.as_str()
                    },
                    parties: (&apu, &apv),
                    length: if direct { length } else { 32 },
                };
                let derived = agreement::derive(&secret, &purpose)?;
                if direct {
                    return if encrypted.is_empty() {
                        Ok(derived)
                    } else {
                        Err(JweError)
                    };
                }
                let mut buffer = Zeroizing::new(vec![0; encrypted.len()]);
                let opened = AesKek::new(&AES_256, &derived)?.unwrap(encrypted, &mut buffer)?;
                if opened.len() == length {
                    Ok(Zeroizing::new(opened.to_vec()))
                } else {
                    Err(JweError)
                }
            }
            (Private::Rsa(_) | Private::Elliptic(_), _) => Err(JweError),
        }
    }
}

fn named(public: Jwk) -> Jwk {
    Jwk {
        kid: public.thumbprint(),
        ..public
    }
}

fn decode(text: &str) -> Result<Vec<u8>, JweError> {
    BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| JweError)
}
