//! Tests of verification: examples of the RFCs, one case a rule, and properties.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::jose::{SigningKey, vector};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const ISSUER: &str = "https://id.example";

fn expected() -> Expectations<'static> {
    Expectations {
        typ: Some("at+jwt"),
        issuer: ISSUER,
        audiences: &["api"],
        required: &["sub"],
    }
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "aud": "api", "sub": "s", "exp": 1_800_000_060, "iat": 1_800_000_000 })
}

fn key() -> (SigningKey, PublicKey) {
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let public = PublicKey::from_jwk(&key.public_jwk(), Algorithm::Ed25519).unwrap();
    (key, public)
}

fn verdict(typ: &str, claims: &Value) -> Result<VerifiedToken, JwtError> {
    let (key, public) = key();
    let token = key.sign(typ, claims.to_string().as_bytes()).unwrap();
    verify(&token, &[public], &expected(), NOW)
}

/// The verdict when claims are other than usual; `null` takes one away.
fn verdict_with(changes: &Value) -> Option<JwtError> {
    let mut claims = claims();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    verdict("at+jwt", &claims).err()
}

/// A token with a header of our own making, signed by the key all the same.
fn with_header(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let signed = format!("{}.{}", encode(header), encode(claims));
    let signature = key.sign_bytes(signed.as_bytes()).unwrap();
    format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))
}

#[test]
fn the_examples_of_the_rfcs_verify() {
    for (jwk, algorithm, token) in [
        (vector::rs256_key(), Algorithm::Rs256, vector::RS256_TOKEN),
        (vector::es256_key(), Algorithm::Es256, vector::ES256_TOKEN),
        (vector::ed25519_key(), Algorithm::Ed25519, vector::ED25519_TOKEN),
    ] {
        let key = PublicKey::from_jwk(&jwk, algorithm).unwrap();
        assert!(
            verify_signature(token, std::slice::from_ref(&key)).is_ok(),
            "{algorithm}"
        );
        let other_payload = token.replacen(".ey", ".eY", 1).replacen(".RX", ".RY", 1);
        assert_eq!(
            verify_signature(&other_payload, &[key]).err(),
            Some(JwtError::Signature),
            "{algorithm}"
        );
    }
}

#[test]
fn a_token_as_expected_is_believed() {
    let token = verdict("at+jwt", &claims()).unwrap();
    assert_eq!(token.claims["sub"], "s");
    assert!(token.key_id.is_some());
    assert_eq!(verdict_with(&json!({ "aud": ["other", "api"] })), None);
    assert_eq!(verdict_with(&json!({ "exp": 1_800_000_000.5 })), None);
    assert_eq!(verdict_with(&json!({ "iat": null })), None);
}

#[test]
fn the_type_must_be_the_expected_one() {
    assert!(verdict("application/AT+JWT", &claims()).is_ok());
    for typ in ["JWT", "at+jwt+x", "application/JWT", ""] {
        assert_eq!(verdict(typ, &claims()).err(), Some(JwtError::Type), "{typ}");
    }
    let (key, public) = key();
    let untyped = Expectations {
        typ: None,
        ..expected()
    };
    let verdict = |header: Value| {
        let token = with_header(&key, &header, &claims());
        verify(&token, std::slice::from_ref(&public), &untyped, NOW).err()
    };
    assert_eq!(verdict(json!({ "alg": "Ed25519" })), None);
    assert_eq!(verdict(json!({ "alg": "Ed25519", "typ": "jwt" })), None);
    assert_eq!(
        verdict(json!({ "alg": "Ed25519", "typ": "at+jwt" })),
        Some(JwtError::Type)
    );
}

#[test]
fn each_claim_is_held_against_what_is_expected() {
    for (changes, error) in [
        (json!({ "iss": "https://other.example" }), JwtError::Claim("iss")),
        (json!({ "iss": null }), JwtError::Claim("iss")),
        (json!({ "iss": [ISSUER] }), JwtError::Claim("iss")),
        (json!({ "aud": "other" }), JwtError::Claim("aud")),
        (json!({ "aud": null }), JwtError::Claim("aud")),
        (json!({ "aud": [] }), JwtError::Claim("aud")),
        (json!({ "aud": ["api", 1] }), JwtError::Claim("aud")),
        (json!({ "exp": null }), JwtError::Claim("exp")),
        (json!({ "exp": "1800000060" }), JwtError::Claim("exp")),
        (json!({ "exp": -1.5 }), JwtError::Claim("exp")),
        (json!({ "exp": 1_800_000_000 }), JwtError::Expired),
        (json!({ "exp": i64::MIN }), JwtError::Expired),
        (json!({ "nbf": 1_800_000_011 }), JwtError::Early),
        (json!({ "iat": 1_800_000_011 }), JwtError::Early),
        (json!({ "iat": "now" }), JwtError::Claim("iat")),
        (json!({ "sub": null }), JwtError::Claim("set of required claims")),
    ] {
        assert_eq!(verdict_with(&changes), Some(error), "{changes}");
    }
    assert_eq!(
        verdict_with(&json!({ "iat": 1_800_000_010, "nbf": 1_800_000_010 })),
        None
    );
}

#[test]
fn the_header_cannot_choose_algorithm_or_key() {
    let (key, public) = key();
    let other = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let keys = [public];
    let verdict = |header: Value| {
        let token = with_header(&key, &header, &claims());
        verify(&token, &keys, &expected(), NOW).err()
    };
    for alg in ["none", "None", "HS256", "RS256", "ES256", "ed25519", ""] {
        let header = json!({ "alg": alg, "typ": "at+jwt" });
        assert_eq!(verdict(header), Some(JwtError::Key), "{alg}");
    }
    let named = json!({ "alg": "Ed25519", "typ": "at+jwt", "kid": "another" });
    assert_eq!(verdict(named), Some(JwtError::Key));
    // A key in the header changes nothing: ours verifies or none does.
    let smuggled = json!({ "alg": "Ed25519", "typ": "at+jwt", "jwk": other.public_jwk(), "jku": "https://evil.example" });
    let token = with_header(&other, &smuggled, &claims());
    assert_eq!(
        verify(&token, &keys, &expected(), NOW).err(),
        Some(JwtError::Signature)
    );
}

#[test]
fn an_unsigned_token_is_refused() {
    let (_, public) = key();
    let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let header = encode(&json!({ "alg": "Ed25519", "typ": "at+jwt" }));
    let token = format!("{header}.{}.", encode(&claims()));
    assert_eq!(
        verify(&token, &[public], &expected(), NOW).err(),
        Some(JwtError::Signature)
    );
}

#[test]
fn critical_extensions_are_refused() {
    let (key, public) = key();
    for crit in [json!(["b64"]), json!([]), json!("exp")] {
        let header = json!({ "alg": "Ed25519", "typ": "at+jwt", "b64": false, "crit": crit });
        let token = with_header(&key, &header, &claims());
        let verdict = verify(&token, std::slice::from_ref(&public), &expected(), NOW);
        assert_eq!(verdict.err(), Some(JwtError::Malformed));
    }
}

#[test]
fn without_kid_only_a_single_key_of_the_algorithm_verifies() {
    let (first, first_public) = key();
    let (_, second_public) = key();
    let token = with_header(&first, &json!({ "alg": "Ed25519", "typ": "at+jwt" }), &claims());
    assert!(verify(&token, std::slice::from_ref(&first_public), &expected(), NOW).is_ok());
    let both = [first_public, second_public];
    assert_eq!(verify(&token, &both, &expected(), NOW).err(), Some(JwtError::Key));
}

#[test]
fn oversized_and_misshapen_tokens_are_refused() {
    let (key, public) = key();
    let long = json!({ "iss": ISSUER, "filler": "x".repeat(LONGEST_TOKEN) });
    let long = key.sign("at+jwt", long.to_string().as_bytes()).unwrap();
    let good = key.sign("at+jwt", claims().to_string().as_bytes()).unwrap();
    let cases = [
        long,
        format!("{good}."),
        format!(".{good}"),
        format!("{good}="),
        format!("{good} "),
        format!("{good}\n"),
        String::new(),
        "..".to_owned(),
        "a.b".to_owned(),
    ];
    for token in cases {
        let verdict = verify(&token, std::slice::from_ref(&public), &expected(), NOW);
        assert_eq!(verdict.err(), Some(JwtError::Malformed), "{token:.60}");
    }
    assert!(verify(&good, &[public], &expected(), NOW).is_ok());
}

#[test]
fn the_claimed_subject_is_read_without_belief() {
    let (key, _) = key();
    let token = key.sign("JWT", claims().to_string().as_bytes()).unwrap();
    assert_eq!(claimed_subject(&token).as_deref(), Some("s"));
    assert_eq!(claimed_subject("a.b.c"), None);
    assert_eq!(claimed_subject(vector::ED25519_TOKEN), None);
}

proptest! {
    #[test]
    fn no_text_makes_verification_panic(token in ".{0,200}") {
        let (_, public) = key();
        prop_assert!(verify(&token, &[public], &expected(), NOW).is_err());
        let _ = claimed_subject(&token);
    }

    #[test]
    fn no_header_and_payload_make_verification_panic(
        header in r#"\{"alg":"(Ed25519|ES256|none)"(,"typ":"[a-z+/]{0,12}")?(,"kid":"[ -~&&[^"\\]]{0,9}")?\}"#,
        payload in any::<Vec<u8>>(),
        signature in any::<Vec<u8>>(),
    ) {
        let (_, public) = key();
        let token = format!(
            "{}.{}.{}",
            BASE64URL_NOPAD.encode(header.as_bytes()),
            BASE64URL_NOPAD.encode(&payload),
            BASE64URL_NOPAD.encode(&signature),
        );
        prop_assert!(verify(&token, &[public], &expected(), NOW).is_err());
    }

    #[test]
    fn a_token_with_any_other_letter_is_refused(place in any::<prop::sample::Index>(), letter in "[A-Za-z0-9_.-]") {
        let (key, public) = key();
        let token = key.sign("at+jwt", claims().to_string().as_bytes()).unwrap();
        let place = place.index(token.len());
        let mut tampered = token.clone();
        tampered.replace_range(place..=place, &letter);
        prop_assume!(tampered != token);
        prop_assert!(verify(&tampered, &[public], &expected(), NOW).is_err());
    }
}
