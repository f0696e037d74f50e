//! Nonces of the server (RFC 9449 sections 8 and 9).

use std::time::Duration;

use doorward::config::DpopNonce;
use http::StatusCode;
use serde_json::json;

use super::super::stage::{Answer, Stage};
use super::{Prover, of_userinfo, redemption};

async fn strict() -> Stage {
    Stage::with(|config| config.oauth.dpop_nonce = DpopNonce::Required).await
}

fn nonce(answer: &Answer) -> String {
    answer.headers["dpop-nonce"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_proof_without_a_fresh_nonce_is_told_one_and_nothing_is_spent() {
    let stage = strict().await;
    let prover = Prover::new();
    let code = stage.code(&[]).await;
    let first = stage
        .token_with("desk", &redemption(&code), &[prover.proof(&stage)])
        .await;
    assert_eq!(first.error(), (400, "use_dpop_nonce".into()));
    let told = nonce(&first);
    for wrong in ["x", "", &told[1..]] {
        let proof = prover.proof_with(&stage, &json!({}), &json!({ "nonce": wrong }));
        let answer = stage.token_with("desk", &redemption(&code), &[proof]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(nonce(&answer), told);
    }
    let proof = prover.proof_with(&stage, &json!({}), &json!({ "nonce": told }));
    let answer = stage.token_with("desk", &redemption(&code), &[proof]).await;
    assert_eq!(answer.text("token_type"), "DPoP", "{answer:?}");
    assert_eq!(
        nonce(&answer),
        told,
        "a success brings the nonce for the next proof"
    );
}

#[tokio::test]
async fn a_nonce_is_good_for_a_while_only() {
    let mut stage = strict().await;
    stage.register_robot("robot").await;
    let prover = Prover::new();
    let robot = [("grant_type", "client_credentials")];
    let told = nonce(&stage.token_with("robot", &robot, &[prover.proof(&stage)]).await);
    stage.advance(Duration::from_mins(2));
    let proof = prover.proof_with(&stage, &json!({}), &json!({ "nonce": told }));
    let answer = stage.token_with("robot", &robot, &[proof]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_ne!(nonce(&answer), told);
    stage.advance(Duration::from_mins(2));
    let proof = prover.proof_with(&stage, &json!({}), &json!({ "nonce": told }));
    let answer = stage.token_with("robot", &robot, &[proof]).await;
    assert_eq!(answer.error(), (400, "use_dpop_nonce".into()));
}

#[tokio::test]
async fn the_userinfo_endpoint_asks_for_nonces_too() {
    let stage = strict().await;
    let prover = Prover::new();
    let code = stage.code(&[]).await;
    let told = nonce(&stage.redeem("desk", "x").await);
    let proof = prover.proof_with(&stage, &json!({}), &json!({ "nonce": told }));
    let token = stage
        .token_with("desk", &redemption(&code), &[proof])
        .await
        .text("access_token");
    let answer = stage
        .userinfo_by_dpop(&token, &[prover.proof_of(&stage, &token)])
        .await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let challenge = answer.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.starts_with("DPoP "), "{challenge}");
    assert!(challenge.contains("error=\"use_dpop_nonce\""), "{challenge}");
    let mut said = of_userinfo(&token);
    said["nonce"] = nonce(&answer).into();
    let proof = prover.proof_with(&stage, &json!({}), &said);
    let answer = stage.userinfo_by_dpop(&token, &[proof]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.headers.contains_key("dpop-nonce"));
}
