//! Proofs that are believed, and all that are not.

use super::*;
use crate::jose::SigningKey;

const NOW: Timestamp = Timestamp::from_seconds(1_562_262_618);
const TOKEN_ENDPOINT: ProofExpectations<'static> = ProofExpectations {
    method: "POST",
    urls: &["https://server.example.com/token"],
    access_token: None,
    algorithms: Algorithm::ALL,
};

/// Verifies a proof whose key has not been seen before.
fn verify(proof: &str, expectations: &ProofExpectations<'_>) -> Result<VerifiedProof, JwtError> {
    verify_proof(proof, &ProofKeys::default(), expectations, NOW)
}

/// RFC 9449 section 4.1, figure 1.
const OF_THE_RFC: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";

/// A proof with one changed header and claims.
fn proof(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let mut whole = serde_json::json!({ "typ": "dpop+jwt", "alg": key.algorithm(), "jwk": public(key) });
    for (name, value) in header.as_object().unwrap() {
        whole[name] = value.clone();
    }
    let mut said = serde_json::json!({
        "jti": "1", "htm": "POST", "htu": TOKEN_ENDPOINT.urls[0], "iat": NOW.as_seconds(),
    });
    for (name, value) in claims.as_object().unwrap() {
        said[name] = value.clone();
    }
    let said = said.as_object_mut().unwrap();
    said.retain(|_, value| !value.is_null());
    let encode = |text: String| BASE64URL_NOPAD.encode(text.as_bytes());
    let signed = format!(
        "{}.{}",
        encode(whole.to_string()),
        encode(serde_json::to_string(said).unwrap())
    );
    let signature = BASE64URL_NOPAD.encode(&key.sign_bytes(signed.as_bytes()).unwrap());
    format!("{signed}.{signature}")
}

fn public(key: &SigningKey) -> Value {
    let jwk = key.public_jwk();
    serde_json::to_value(Jwk {
        kid: None,
        use_: None,
        ..jwk
    })
    .unwrap()
}

fn refused(key: &SigningKey, header: &Value, claims: &Value) -> JwtError {
    verify(&proof(key, header, claims), &TOKEN_ENDPOINT).unwrap_err()
}

#[test]
fn the_proof_of_the_rfc_is_believed() {
    let found = verify(OF_THE_RFC, &TOKEN_ENDPOINT).unwrap();
    // RFC 9449 section 6.1, figure 8.
    assert_eq!(found.thumbprint, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    assert_eq!(found.id, "-BwC3ESc6acc2lTc");
    assert_eq!(found.nonce, None);
}

#[test]
fn every_algorithm_of_ours_makes_proofs() {
    for &algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).unwrap();
        let made = proof(&key, &serde_json::json!({}), &serde_json::json!({ "nonce": "n" }));
        let found = verify(&made, &TOKEN_ENDPOINT).unwrap();
        assert_eq!(found.thumbprint, key.key_id());
        assert_eq!(found.nonce.as_deref(), Some("n"));
    }
}

#[test]
fn a_header_that_is_no_header_of_a_proof_is_refused() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let other = SigningKey::generate(Algorithm::Es256).unwrap();
    let nothing = serde_json::json!({});
    let mut with_private = public(&key);
    with_private["d"] = "AAAA".into();
    let secret = serde_json::json!({ "kty": "oct", "k": "AAAA" });
    for (header, expected) in [
        (serde_json::json!({ "typ": "JWT" }), JwtError::Type),
        (serde_json::json!({ "typ": null }), JwtError::Type),
        (serde_json::json!({ "alg": "none" }), JwtError::Key),
        (serde_json::json!({ "alg": "HS256" }), JwtError::Key),
        (serde_json::json!({ "alg": "RS256" }), JwtError::Key),
        (serde_json::json!({ "alg": null }), JwtError::Malformed),
        (serde_json::json!({ "jwk": null }), JwtError::Malformed),
        (serde_json::json!({ "jwk": {} }), JwtError::Key),
        (serde_json::json!({ "jwk": with_private }), JwtError::Key),
        (
            serde_json::json!({ "alg": "HS256", "jwk": secret }),
            JwtError::Key,
        ),
        (serde_json::json!({ "jwk": public(&other) }), JwtError::Signature),
        (
            serde_json::json!({ "crit": ["exp"], "exp": 1 }),
            JwtError::Malformed,
        ),
    ] {
        assert_eq!(refused(&key, &header, &nothing), expected, "{header}");
    }
}

#[test]
fn a_proof_is_for_one_request_at_about_one_moment() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let now = NOW.as_seconds();
    for (claims, expected) in [
        (serde_json::json!({ "jti": null }), JwtError::Claim("jti")),
        (serde_json::json!({ "jti": "" }), JwtError::Claim("jti")),
        (serde_json::json!({ "jti": 1 }), JwtError::Claim("jti")),
        (
            serde_json::json!({ "jti": "j".repeat(513) }),
            JwtError::Claim("jti"),
        ),
        (serde_json::json!({ "htm": null }), JwtError::Claim("htm")),
        (serde_json::json!({ "htm": "GET" }), JwtError::Claim("htm")),
        (serde_json::json!({ "htm": "post" }), JwtError::Claim("htm")),
        (serde_json::json!({ "htu": null }), JwtError::Claim("htu")),
        (
            serde_json::json!({ "htu": "https://server.example.com/tokens" }),
            JwtError::Claim("htu"),
        ),
        (
            serde_json::json!({ "htu": "https://server.example.org/token" }),
            JwtError::Claim("htu"),
        ),
        (
            serde_json::json!({ "htu": "http://server.example.com/token" }),
            JwtError::Claim("htu"),
        ),
        (
            serde_json::json!({ "htu": "https://me@server.example.com/token" }),
            JwtError::Claim("htu"),
        ),
        (serde_json::json!({ "htu": "/token" }), JwtError::Claim("htu")),
        (serde_json::json!({ "iat": null }), JwtError::Claim("iat")),
        (serde_json::json!({ "iat": "now" }), JwtError::Claim("iat")),
        (serde_json::json!({ "iat": now - 61 }), JwtError::Expired),
        (serde_json::json!({ "iat": now + 11 }), JwtError::Early),
        (serde_json::json!({ "exp": now }), JwtError::Expired),
        (serde_json::json!({ "nbf": now + 60 }), JwtError::Early),
        (serde_json::json!({ "nonce": 1 }), JwtError::Claim("nonce")),
    ] {
        assert_eq!(
            refused(&key, &serde_json::json!({}), &claims),
            expected,
            "{claims}"
        );
    }
    for iat in [now - 60, now, now + 10] {
        let claims = serde_json::json!({ "iat": iat });
        let made = proof(&key, &serde_json::json!({}), &claims);
        assert!(verify(&made, &TOKEN_ENDPOINT).is_ok(), "{iat}");
    }
}

#[test]
fn an_address_may_be_spelled_in_more_than_one_way() {
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    for htu in [
        "https://server.example.com/token?a=b#c",
        "HTTPS://Server.Example.COM:443/token",
        "https://server.example.com/./x/../token",
        "https://server.example.com/%74oken",
    ] {
        let made = proof(&key, &serde_json::json!({}), &serde_json::json!({ "htu": htu }));
        assert!(verify(&made, &TOKEN_ENDPOINT).is_ok(), "{htu}");
    }
    assert_eq!(
        normalised("https://a.example/%2fx"),
        normalised("https://a.example/%2Fx")
    );
    assert_ne!(
        normalised("https://a.example/%2Fx"),
        normalised("https://a.example//x")
    );
    assert_eq!(normalised("https://a.example/%zz"), None);
    assert_eq!(normalised("https://a.example/%"), None);
    assert_eq!(normalised("https://a.example/%+1"), None);
    assert_eq!(normalised("ftp://a.example/"), None);
}

#[test]
fn with_a_token_the_proof_is_of_that_token() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let expectations = ProofExpectations {
        access_token: Some("a token"),
        algorithms: Algorithm::ALL,
        ..TOKEN_ENDPOINT
    };
    let hash = |text: &str| BASE64URL_NOPAD.encode(digest(&SHA256, text.as_bytes()).as_ref());
    let of = |ath: Value| {
        let made = proof(&key, &serde_json::json!({}), &serde_json::json!({ "ath": ath }));
        verify(&made, &expectations).map(|_| ())
    };
    assert_eq!(of(hash("a token").into()), Ok(()));
    assert_eq!(of(hash("another").into()), Err(JwtError::Claim("ath")));
    assert_eq!(of(Value::Null), Err(JwtError::Claim("ath")));
}

#[test]
fn what_is_no_token_at_all_is_refused() {
    for text in [
        "",
        ".",
        "..",
        "a.b.c",
        "é.é.é",
        &"a".repeat(9_000),
        &OF_THE_RFC[1..],
    ] {
        let found = verify(text, &TOKEN_ENDPOINT);
        assert_eq!(found, Err(JwtError::Malformed), "{text}");
    }
}

#[test]
fn a_key_that_is_known_is_read_once_and_verifies_each_time() {
    let keys = ProofKeys::default();
    let judge = |proof: &str, algorithms: &[Algorithm]| {
        let expectations = ProofExpectations {
            algorithms,
            ..TOKEN_ENDPOINT
        };
        verify_proof(proof, &keys, &expectations, NOW).map(|found| found.thumbprint)
    };
    let kept = || {
        keys.0.run_pending_tasks();
        keys.0.entry_count()
    };
    let (key, other) = (
        SigningKey::generate(Algorithm::Es256).unwrap(),
        SigningKey::generate(Algorithm::Es256).unwrap(),
    );
    let nothing = serde_json::json!({});
    let of = |jti: &str| proof(&key, &nothing, &serde_json::json!({ "jti": jti }));
    let (first, second) = (of("1"), of("2"));
    // Whoever copies a header holds no key by that, before as after.
    let copied = proof(&other, &serde_json::json!({ "jwk": public(&key) }), &nothing);
    assert_eq!(judge(&copied, Algorithm::ALL), Err(JwtError::Signature));
    assert_eq!(kept(), 0);
    for proof in [&first, &second] {
        assert_eq!(judge(proof, Algorithm::ALL).as_deref(), Ok(key.key_id()));
        assert_eq!(kept(), 1);
    }
    assert_eq!(judge(&copied, Algorithm::ALL), Err(JwtError::Signature));
    assert_eq!(judge(&second, &[Algorithm::Ed25519]), Err(JwtError::Key));
    let long = proof(
        &key,
        &serde_json::json!({ "note": "n".repeat(LONGEST_KEPT) }),
        &nothing,
    );
    assert_eq!(judge(&long, Algorithm::ALL).as_deref(), Ok(key.key_id()));
    assert_eq!(kept(), 1, "nobody makes it keep what is long");
}
