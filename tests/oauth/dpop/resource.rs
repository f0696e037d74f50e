//! The userinfo endpoint, as a resource of ours (RFC 9449 section 7).

use http::StatusCode;
use serde_json::{Value, json};

use super::super::stage::{Answer, Stage};
use super::{Prover, changed, of_userinfo, redemption};

async fn bound_token(stage: &Stage, prover: &Prover) -> String {
    let code = stage.code(&[]).await;
    let answer = stage
        .token_with("desk", &redemption(&code), &[prover.proof(stage)])
        .await;
    answer.text("access_token")
}

fn challenges(answer: &Answer) -> Vec<&str> {
    let values = answer.headers.get_all("www-authenticate").iter();
    values.map(|value| value.to_str().unwrap()).collect()
}

fn refused(answer: &Answer, error: &str) {
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{answer:?}");
    let [first, second] = challenges(answer)[..] else {
        panic!("{answer:?}");
    };
    assert!(
        first.starts_with("DPoP ") && second.starts_with("Bearer "),
        "{answer:?}"
    );
    assert!(first.contains("algs=\"ES256 "), "{first}");
    assert!(first.contains(&format!("error=\"{error}\"")), "{first}");
    assert!(!second.contains("error"), "{second}");
}

#[tokio::test]
async fn a_bound_token_is_good_with_its_proof() {
    let stage = Stage::new().await;
    let prover = Prover::new();
    let token = bound_token(&stage, &prover).await;
    for _ in 0..2 {
        let proofs = [prover.proof_of(&stage, &token)];
        let answer = stage.userinfo_by_dpop(&token, &proofs).await;
        assert_eq!(answer.text("sub"), stage.ada.to_string());
    }
}

#[tokio::test]
async fn a_bound_token_is_no_bearer_token() {
    let stage = Stage::new().await;
    let prover = Prover::new();
    let token = bound_token(&stage, &prover).await;
    let answer = stage.userinfo(&token).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let told = challenges(&answer);
    assert!(told[0].starts_with("Bearer ") && told[0].contains("error=\"invalid_token\""));
    assert!(told[1].starts_with("DPoP ") && told[1].contains("algs="));
}

#[tokio::test]
async fn a_bearer_token_is_no_bound_token() {
    let stage = Stage::new().await;
    let prover = Prover::new();
    let code = stage.code(&[]).await;
    let token = stage.redeem("desk", &code).await.text("access_token");
    let proofs = [prover.proof_of(&stage, &token)];
    refused(&stage.userinfo_by_dpop(&token, &proofs).await, "invalid_token");
}

#[tokio::test]
async fn a_proof_that_is_not_of_this_request_is_refused() {
    let stage = Stage::new().await;
    let (prover, thief) = (Prover::new(), Prover::new());
    let token = bound_token(&stage, &prover).await;
    let other = bound_token(&stage, &prover).await;
    let nothing: [&str; 0] = [];
    refused(
        &stage.userinfo_by_dpop(&token, &nothing).await,
        "invalid_dpop_proof",
    );
    let of_thief = [thief.proof_of(&stage, &token)];
    refused(&stage.userinfo_by_dpop(&token, &of_thief).await, "invalid_token");
    for changes in [
        json!({ "ath": null }),
        json!({ "ath": "x" }),
        json!({ "ath": of_userinfo(&other)["ath"] }),
        json!({ "htm": "POST" }),
        json!({ "htu": "http://localhost:8080/token" }),
        json!({ "iat": 1 }),
    ] {
        let said = changed_claims(&token, &changes);
        let proof = prover.proof_with(&stage, &json!({}), &said);
        refused(
            &stage.userinfo_by_dpop(&token, &[proof]).await,
            "invalid_dpop_proof",
        );
    }
    let two = [prover.proof_of(&stage, &token), prover.proof_of(&stage, &token)];
    refused(&stage.userinfo_by_dpop(&token, &two).await, "invalid_dpop_proof");
    let proof = [prover.proof_of(&stage, &token)];
    assert_eq!(
        stage.userinfo_by_dpop(&token, &proof).await.status,
        StatusCode::OK
    );
    refused(
        &stage.userinfo_by_dpop(&token, &proof).await,
        "invalid_dpop_proof",
    );
}

/// A member that is `null` stays so, to be left out of the proof.
fn changed_claims(token: &str, changes: &Value) -> Value {
    let mut said = changed(of_userinfo(token), &json!({}));
    for (name, value) in changes.as_object().unwrap() {
        said[name] = value.clone();
    }
    said
}

#[tokio::test]
async fn who_shows_nothing_is_told_both_ways() {
    let stage = Stage::new().await;
    let answer = stage.get("/userinfo", "").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let told = challenges(&answer);
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|challenge| !challenge.contains("error")));
    let prover = Prover::new();
    let answer = stage.userinfo_by_dpop("x", &[prover.proof_of(&stage, "x")]).await;
    refused(&answer, "invalid_token");
}

#[tokio::test]
async fn discovery_names_the_algorithms_of_proofs() {
    let stage = Stage::new().await;
    let metadata = stage.get("/.well-known/openid-configuration", "").await.json();
    assert_eq!(
        metadata["dpop_signing_alg_values_supported"],
        json!(["ES256", "ES384", "RS256", "PS256", "Ed25519"])
    );
}
