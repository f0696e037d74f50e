//! The content, encrypted and authenticated together with the header (RFC 7518 section 5).

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    AES_128, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::{hmac, iv, rand};

use super::{ContentEncryption, JweError};

/// The length of every authentication tag here, in bytes.
const TAG: usize = 16;

/// Encrypted content with what opens it beside the key.
#[derive(Debug)]
pub(super) struct Sealed {
    pub(super) vector: Vec<u8>,
    pub(super) hidden: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

/// Encrypts with a fresh initialization vector.
pub(super) fn seal(
    encryption: ContentEncryption,
    key: &[u8],
    header: &[u8],
    plain: &[u8],
) -> Result<Sealed, JweError> {
    let mut hidden = plain.to_vec();
    match encryption {
        ContentEncryption::A128Gcm | ContentEncryption::A256Gcm => {
            let mut nonce = [0; 12];
            rand::fill(&mut nonce)?;
            let tag = galois(encryption, key)?.seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(header),
                &mut hidden,
            )?;
            Ok(Sealed {
                vector: nonce.to_vec(),
                hidden,
                tag: tag.as_ref().to_vec(),
            })
        }
        ContentEncryption::A128CbcHs256 => {
            let (mac_key, cipher_key) = halves(key)?;
            let mut vector = [0; 16];
            rand::fill(&mut vector)?;
            let cipher = PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_128, cipher_key)?)?;
            cipher.less_safe_encrypt(
                &mut hidden,
                EncryptionContext::Iv128(iv::FixedLength::from(vector)),
            )?;
            let tag = tag(mac_key, header, &vector, &hidden)?;
            Ok(Sealed {
                vector: vector.to_vec(),
                hidden,
                tag,
            })
        }
    }
}

/// Decrypts, if header and content are as they were sealed.
pub(super) fn open(
    encryption: ContentEncryption,
    key: &[u8],
    header: &[u8],
    sealed: &Sealed,
) -> Result<Vec<u8>, JweError> {
    if key.len() != encryption.key_length() || sealed.tag.len() != TAG {
        return Err(JweError);
    }
    let mut buffer = sealed.hidden.clone();
    match encryption {
        ContentEncryption::A128Gcm | ContentEncryption::A256Gcm => {
            let nonce: [u8; 12] = sealed.vector.as_slice().try_into().map_err(|_| JweError)?;
            let mut joined = buffer;
            joined.extend_from_slice(&sealed.tag);
            let plain = galois(encryption, key)?.open_in_place(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(header),
                &mut joined,
            )?;
            Ok(plain.to_vec())
        }
        ContentEncryption::A128CbcHs256 => {
            let (mac_key, cipher_key) = halves(key)?;
            let vector: [u8; 16] = sealed.vector.as_slice().try_into().map_err(|_| JweError)?;
            // The tag first: of a text that was touched, not even the padding is looked at.
            let right = tag(mac_key, header, &vector, &sealed.hidden)?;
            verify_slices_are_equal(&right, &sealed.tag)?;
            let cipher = PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_128, cipher_key)?)?;
            let context = DecryptionContext::Iv128(iv::FixedLength::from(vector));
            Ok(cipher.decrypt(&mut buffer, context)?.to_vec())
        }
    }
}

fn galois(encryption: ContentEncryption, key: &[u8]) -> Result<LessSafeKey, JweError> {
    let algorithm = if encryption == ContentEncryption::A256Gcm {
        &AES_256_GCM
    } else {
        &AES_128_GCM
    };
    Ok(LessSafeKey::new(UnboundKey::new(algorithm, key)?))
}

/// The first half authenticates, the second encrypts (RFC 7518 section 5.2.2.1).
fn halves(key: &[u8]) -> Result<(&[u8], &[u8]), JweError> {
    if key.len() == 32 {
        Ok(key.split_at(16))
    } else {
        Err(JweError)
    }
}

/// The left half of HMAC-SHA-256 over header, vector, content and the header's length in bits.
fn tag(key: &[u8], header: &[u8], vector: &[u8], hidden: &[u8]) -> Result<Vec<u8>, JweError> {
    let bits = u64::try_from(header.len())
        .ok()
        .and_then(|length| length.checked_mul(8))
        .ok_or(JweError)?;
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    context.update(header);
    context.update(vector);
    context.update(hidden);
    context.update(&bits.to_be_bytes());
    let whole = context.sign();
    whole.as_ref().get(..TAG).map(<[u8]>::to_vec).ok_or(JweError)
}
