//! DPoP proofs: the input as a whole proof, and as header and claims that a key of ours signs.

#![no_main]

use std::sync::LazyLock;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use doorward::domain::Timestamp;
use doorward::jose::{
    Algorithm, CLOCK_DIFFERENCE, Jwk, PROOF_LIFE, ProofExpectations, ProofKeys, SigningKey, verify_proof,
};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};

const NOW: i64 = 1_800_000_000;

/// Drawn anew by each process.
static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Ed25519).unwrap());

/// Keys that earlier inputs have shown.
static KEYS: LazyLock<ProofKeys> = LazyLock::new(ProofKeys::default);

fuzz_target!(|input: &[u8]| {
    let Some((how, rest)) = input.split_first() else {
        return;
    };
    let access_token = (how & 4 != 0).then_some("token");
    match how % 4 {
        0 | 1 => {
            if let Ok(text) = std::str::from_utf8(rest) {
                judge(text, access_token, None);
            }
        }
        2 => signed_here(
            &json!({ "typ": "dpop+jwt", "alg": "Ed25519", "jwk": KEY.public_jwk() }),
            rest,
            access_token,
        ),
        _ => {
            // A header of any kind, with our key put into it, and then the claims.
            let mut parts = rest.splitn(2, |byte| *byte == 0);
            let header = parts.next().unwrap_or_default();
            let claims = parts.next().unwrap_or_default();
            let Ok(mut header) = serde_json::from_slice::<Map<String, Value>>(header) else {
                return;
            };
            let own = serde_json::to_value(KEY.public_jwk()).unwrap();
            match header.entry("jwk").or_insert_with(|| json!({})) {
                Value::Object(jwk) => own.as_object().unwrap().iter().for_each(|(name, value)| {
                    jwk.entry(name.clone()).or_insert_with(|| value.clone());
                }),
                other => *other = own,
            }
            signed_here(&Value::Object(header), claims, access_token);
        }
    }
});

fn signed_here(header: &Value, claims: &[u8], access_token: Option<&str>) {
    let [header, claims] = [header.to_string().as_bytes(), claims].map(|part| BASE64URL_NOPAD.encode(part));
    let signed = format!("{header}.{claims}");
    let signature = KEY.sign_bytes(signed.as_bytes()).unwrap();
    let text = format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature));
    judge(&text, access_token, Some(&KEY.public_jwk()));
}

/// A proof that is believed says what RFC 9449 section 4.3 lists, of the key in its header.
fn judge(text: &str, access_token: Option<&str>, key: Option<&Jwk>) {
    let expectations = ProofExpectations {
        method: "POST",
        urls: &["https://id.example/token", "https://mtls.example/token"],
        access_token,
        algorithms: Algorithm::ALL,
    };
    let now = Timestamp::from_seconds(NOW);
    let Ok(proof) = verify_proof(text, &KEYS, &expectations, now) else {
        return;
    };
    let part = |at: usize| -> Map<String, Value> {
        let part = text.split('.').nth(at).unwrap();
        serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
    };
    let (header, claims) = (part(0), part(1));
    let jwk: Jwk = serde_json::from_value(header["jwk"].clone()).unwrap();
    assert_eq!(jwk.thumbprint().as_ref(), Some(&proof.thumbprint));
    if let Some(key) = key {
        assert_eq!(key.thumbprint(), Some(proof.thumbprint));
    }
    assert!(
        ["d", "p", "q", "k"]
            .iter()
            .all(|name| header["jwk"].get(*name).is_none())
    );
    assert!(
        Algorithm::ALL
            .iter()
            .any(|one| header["alg"] == one.as_str() || header["alg"] == "EdDSA")
    );
    assert!(!header.contains_key("crit"));
    assert_eq!(claims["htm"], "POST");
    // A URL is read without the white space in it (WHATWG URL Standard).
    let target: String = claims["htu"]
        .as_str()
        .unwrap()
        .chars()
        .filter(|c| *c > ' ')
        .collect();
    assert!(target.to_ascii_lowercase().starts_with("http"), "{target}");
    assert_eq!(claims["jti"], proof.id.as_str());
    assert!(!proof.id.is_empty());
    assert!(claims.contains_key("ath") || access_token.is_none());
    assert!(proof.issued_at <= now.plus(CLOCK_DIFFERENCE));
    assert!(proof.issued_at.plus(PROOF_LIFE + Duration::from_millis(1)) > now);
    assert_eq!(
        claims.get("nonce").and_then(Value::as_str),
        proof.nonce.as_deref()
    );
}
