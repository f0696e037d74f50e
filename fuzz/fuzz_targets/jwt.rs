//! Tokens and keys from outside: whatever comes, nothing is believed that our key has not signed, nothing that was changed
//! afterwards, and nothing is decrypted that was not encrypted for us.

#![no_main]

use std::sync::LazyLock;

use data_encoding::BASE64URL_NOPAD;
use doorward::domain::{Secret, Timestamp};
use doorward::jose::{
    self, Algorithm, ContentEncryption, DecryptionKey, EncryptionKey, Expectations, Jwk, JwkSet,
    KeyManagement, PublicKey, SigningKey,
};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

const NOW: i64 = 1_800_000_000;
const ISSUER: &str = "https://id.example";
const EXPECTED: Expectations<'static> = Expectations {
    typ: Some("at+jwt"),
    issuer: ISSUER,
    audiences: &["https://api.example"],
    required: &["sub"],
};

/// Drawn anew by each process, so that no input can be signed by it.
static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Ed25519).unwrap());
static KEYS: LazyLock<Vec<PublicKey>> = LazyLock::new(|| {
    let second = SigningKey::generate(Algorithm::Es256).unwrap();
    [KEY.public_jwk(), second.public_jwk()]
        .iter()
        .map(|jwk| PublicKey::from_jwk(jwk, jwk.algorithm().unwrap()).unwrap())
        .collect()
});
static HELD: LazyLock<(DecryptionKey, Jwk)> = LazyLock::new(|| DecryptionKey::generate_elliptic().unwrap());

fuzz_target!(|input: &[u8]| {
    let Some((how, rest)) = input.split_first() else {
        return;
    };
    match how % 4 {
        0 => nothing_is_believed(rest),
        1 => key_set(rest),
        2 => signed_here(rest),
        _ => encrypted_here(rest),
    }
});

/// The input as a token.
fn nothing_is_believed(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let now = Timestamp::from_seconds(NOW);
    let secret = Secret::new(KEY.key_id().to_owned());
    assert!(jose::verify(text, &KEYS, &EXPECTED, now).is_err());
    assert!(jose::verify_signed(text, &KEYS, &["at+jwt"]).is_err());
    assert!(jose::verify_statement(text, &KEYS, ISSUER, now).is_err());
    assert!(jose::verify_with_secret(text, &[&secret], &EXPECTED, now).is_err());
    assert!(HELD.0.decrypt(text).is_err());
    let _ = (
        jose::claimed_subject(text),
        jose::claimed_key_id(text),
        jose::claimed_issuer(text),
    );
}

/// The input as the key set of a client: what is written reads back the same, and a key serves only the algorithm that it
/// names.
fn key_set(input: &[u8]) {
    let Ok(set) = serde_json::from_slice::<JwkSet>(input) else {
        return;
    };
    let written = serde_json::to_vec(&set).unwrap();
    assert_eq!(serde_json::from_slice::<JwkSet>(&written).unwrap(), set);
    for jwk in &set.keys {
        for &algorithm in Algorithm::ALL {
            let Ok(key) = PublicKey::from_jwk(jwk, algorithm) else {
                continue;
            };
            assert_eq!(key.algorithm(), algorithm);
            assert_eq!(key.key_id(), jwk.kid.as_deref());
            assert!(jwk.thumbprint().is_some());
            assert!(jwk.algorithm().is_none_or(|named| named == algorithm));
            assert!(jwk.use_.as_deref().is_none_or(|use_| use_ == "sig"));
        }
        for &management in KeyManagement::ALL {
            if let Ok(key) = EncryptionKey::from_jwk(jwk, management, ContentEncryption::default()) {
                assert!(jwk.use_.as_deref().is_none_or(|use_| use_ == "enc"));
                let _ = key.encrypt_claims(b"{}");
            }
        }
    }
}

/// The input as claims that our key signs: believed only if they are what is expected, and not after one letter was changed.
fn signed_here(input: &[u8]) {
    let Some((&[at, other], claims)) = input.split_first_chunk() else {
        return;
    };
    let token = KEY.sign("at+jwt", claims).unwrap();
    let read = serde_json::from_slice::<Map<String, Value>>(claims).ok();
    let signed = jose::verify_signed(&token, &KEYS, &["at+jwt"]).ok();
    assert_eq!(signed.map(|token| token.claims), read);
    if let Ok(believed) = jose::verify(&token, &KEYS, &EXPECTED, Timestamp::from_seconds(NOW)) {
        let claims = &believed.claims;
        assert_eq!(claims["iss"], ISSUER);
        assert!(claims.contains_key("aud") && !claims["sub"].is_null());
        assert!(believed.expires_at > Timestamp::from_seconds(NOW));
        assert_eq!(believed.key_id.as_deref(), Some(KEY.key_id()));
    }
    let mut changed = token.clone().into_bytes();
    let at = usize::from(at) * changed.len() / 256;
    changed[at] = other;
    if let Ok(changed) = std::str::from_utf8(&changed)
        && changed != token
    {
        assert!(jose::verify_signed(changed, &KEYS, &["at+jwt"]).is_err());
    }
}

/// The input as claims that are encrypted for us, and as the header of a token that is.
fn encrypted_here(input: &[u8]) {
    let Some((&[way, at, other], content)) = input.split_first_chunk() else {
        return;
    };
    let management = if way & 1 == 0 {
        KeyManagement::EcdhEs
    } else {
        KeyManagement::EcdhEsA256Kw
    };
    let key = EncryptionKey::from_jwk(&HELD.1, management, ContentEncryption::default()).unwrap();
    let token = key.encrypt_claims(content).unwrap();
    assert_eq!(HELD.0.decrypt(&token).unwrap().content, content);
    let mut changed = token.clone().into_bytes();
    let at = usize::from(at) * changed.len() / 256;
    changed[at] = other;
    if let Ok(changed) = std::str::from_utf8(&changed)
        && changed != token
    {
        assert!(HELD.0.decrypt(changed).is_err());
    }
    let (_, rest) = token.split_once('.').unwrap();
    let header = BASE64URL_NOPAD.encode(content);
    if !token.starts_with(&format!("{header}.")) {
        assert!(HELD.0.decrypt(&format!("{header}.{rest}")).is_err());
    }
}
