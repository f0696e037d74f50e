//! The token endpoint.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use doorward::domain::{Limit, Secret};
use http::{Request, StatusCode};
use serde_json::json;

use super::super::prover::by_uri;
use super::super::stage::{ISSUER, Stage, claims, encoded};
use super::{Prover, redemption, refreshing, register_bound, register_public};

const ROBOT: [(&str, &str); 1] = [("grant_type", "client_credentials")];

#[tokio::test]
async fn a_proof_binds_the_access_token_to_its_key() {
    let stage = Stage::new().await;
    let prover = Prover::new();
    let code = stage.code(&[]).await;
    let proofs = [prover.proof(&stage)];
    let answer = stage.token_with("desk", &redemption(&code), &proofs).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.text("token_type"), "DPoP");
    let said = claims(&answer.text("access_token"));
    assert_eq!(said["cnf"], json!({ "jkt": prover.thumbprint() }));
    assert!(!answer.headers.contains_key("dpop-nonce"), "nonces are off");
    let id = claims(&answer.text("id_token"));
    assert!(id.get("cnf").is_none(), "an ID token is for the client itself");
}

#[tokio::test]
async fn without_a_proof_a_token_is_a_bearer_token() {
    let stage = Stage::new().await;
    let code = stage.code(&[]).await;
    let answer = stage.redeem("desk", &code).await;
    assert_eq!(answer.text("token_type"), "Bearer");
    assert!(claims(&answer.text("access_token")).get("cnf").is_none());
}

#[tokio::test]
async fn a_client_that_acts_for_itself_binds_its_tokens_too() {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    let prover = Prover::new();
    let proofs = [prover.proof(&stage)];
    let answer = stage.token_with("robot", &ROBOT, &proofs).await;
    assert_eq!(answer.text("token_type"), "DPoP");
    let said = claims(&answer.text("access_token"));
    assert_eq!(said["cnf"]["jkt"], prover.thumbprint());
}

#[tokio::test]
async fn a_proof_that_is_not_good_is_refused_and_spends_no_code() {
    let stage = Stage::new().await;
    let prover = Prover::new();
    let code = stage.code(&[]).await;
    let now = stage.bare.house.clock.now().as_seconds();
    let mut with_private = serde_json::to_value(prover.key.public_jwk()).unwrap();
    with_private["d"] = "AAAA".into();
    let none = json!({});
    let headers = [
        json!({ "typ": "jwt" }),
        json!({ "typ": null }),
        json!({ "alg": "none" }),
        json!({ "alg": "HS256" }),
        json!({ "alg": "HS256", "jwk": { "kty": "oct", "k": "AAAA" } }),
        json!({ "alg": "PS256" }),
        json!({ "jwk": null }),
        json!({ "jwk": "x" }),
        json!({ "jwk": with_private }),
        json!({ "jwk": Prover::new().key.public_jwk() }),
        json!({ "crit": ["b64"] }),
    ];
    let said = [
        json!({ "jti": null }),
        json!({ "jti": "j".repeat(1_000) }),
        json!({ "htm": "GET" }),
        json!({ "htm": null }),
        json!({ "htu": "http://localhost:8080/userinfo" }),
        json!({ "htu": "https://localhost:8080/token" }),
        json!({ "htu": "http://localhost/token" }),
        json!({ "htu": null }),
        json!({ "iat": null }),
        json!({ "iat": now - 61 }),
        json!({ "iat": now + 11 }),
        json!({ "iat": now * 1_000 }),
        json!({ "iat": -1 }),
        json!({ "iat": 1e300 }),
    ];
    let of_headers = headers
        .iter()
        .map(|header| prover.proof_with(&stage, header, &none));
    let of_claims = said.iter().map(|said| prover.proof_with(&stage, &none, said));
    for proof in of_headers.chain(of_claims) {
        let answer = stage.token_with("desk", &redemption(&code), &[&proof]).await;
        assert_eq!(answer.error(), (400, "invalid_dpop_proof".into()), "{proof}");
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
    let answer = stage
        .token_with("desk", &redemption(&code), &[prover.proof(&stage)])
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
}

#[tokio::test]
async fn a_header_that_holds_no_proof_is_refused() {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    let prover = Prover::new();
    let huge = "a".repeat(100_000);
    for hostile in [
        &b""[..],
        b" ",
        b".",
        b"..",
        b"a.b.c",
        "é.é.é".as_bytes(),
        b"\xff\xfe",
        huge.as_bytes(),
    ] {
        let answer = stage.token_with("robot", &ROBOT, &[hostile]).await;
        assert_eq!(answer.error(), (400, "invalid_dpop_proof".into()));
    }
    let two = [prover.proof(&stage), prover.proof(&stage)];
    let answer = stage.token_with("robot", &ROBOT, &two).await;
    assert_eq!(answer.error(), (400, "invalid_dpop_proof".into()));
    let joined = [two.join(", ")];
    let answer = stage.token_with("robot", &ROBOT, &joined).await;
    assert_eq!(answer.error(), (400, "invalid_dpop_proof".into()));
    let many: Vec<String> = (0..50).map(|_| prover.proof(&stage)).collect();
    let answer = stage.token_with("robot", &ROBOT, &many).await;
    assert_eq!(answer.error(), (400, "invalid_dpop_proof".into()));
}

#[tokio::test]
async fn a_proof_serves_once_on_every_replica() {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    let prover = Prover::new();
    let proof = [prover.proof(&stage)];
    let first = stage.token_with("robot", &ROBOT, &proof).await;
    assert_eq!(first.status, StatusCode::OK);
    for _ in 0..2 {
        let again = stage.token_with("robot", &ROBOT, &proof).await;
        assert_eq!(again.error(), (400, "invalid_dpop_proof".into()));
    }
    stage.advance(Duration::from_mins(1));
    let late = stage.token_with("robot", &ROBOT, &proof).await;
    assert_eq!(late.error(), (400, "invalid_dpop_proof".into()));
    // Another key may use the same id.
    let jti = json!({ "jti": "the same" });
    for _ in 0..2 {
        let proof = [Prover::new().proof_with(&stage, &json!({}), &jti)];
        let answer = stage.token_with("robot", &ROBOT, &proof).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_proof_that_cannot_be_remembered_is_not_believed() {
    // Nobody listens there.
    let nobody = Secret::new("redis://127.0.0.1:1".to_owned());
    let mut stage = Stage::with(|config| config.redis.url = Some(nobody)).await;
    stage.register_robot("robot").await;
    let prover = Prover::new();
    let answer = stage.token_with("robot", &ROBOT, &[prover.proof(&stage)]).await;
    assert_eq!(answer.error(), (503, "temporarily_unavailable".into()));
    assert_eq!(stage.token("robot", &ROBOT).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_client_that_has_promised_proofs_gets_nothing_without() {
    let mut stage = Stage::new().await;
    register_bound(&mut stage, "bound").await;
    let changes = [("client_id", Some("bound"))];
    let code = stage.code(&changes).await;
    let answer = stage.redeem("bound", &code).await;
    assert_eq!(answer.error(), (400, "invalid_dpop_proof".into()));
    let prover = Prover::new();
    let answer = stage
        .token_with("bound", &redemption(&code), &[prover.proof(&stage)])
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let refreshed = stage.refresh("bound", &answer.text("refresh_token")).await;
    assert_eq!(refreshed.error(), (400, "invalid_dpop_proof".into()));
}

#[tokio::test]
async fn a_code_is_bound_to_the_key_that_was_announced() {
    let stage = Stage::new().await;
    let (prover, other) = (Prover::new(), Prover::new());
    let announced = [("dpop_jkt", Some(prover.thumbprint()))];
    let code = stage.code(&announced).await;
    let answer = stage
        .token_with("desk", &redemption(&code), &[other.proof(&stage)])
        .await;
    assert_eq!(answer.error(), (400, "invalid_grant".into()));
    let code = stage.code(&announced).await;
    let answer = stage.redeem("desk", &code).await;
    assert_eq!(answer.error(), (400, "invalid_dpop_proof".into()));
    let code = stage.code(&announced).await;
    let answer = stage
        .token_with("desk", &redemption(&code), &[prover.proof(&stage)])
        .await;
    assert_eq!(answer.text("token_type"), "DPoP");
    // Also through the pages and when the request came as a form.
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let path = Stage::request(&announced);
    let (path, query) = path.split_once('?').unwrap();
    let form = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    let moved = stage.send(form.body(Body::from(query.to_owned())).unwrap()).await;
    let code = stage
        .get(moved.location(), &cookie)
        .await
        .parameter("code")
        .unwrap();
    let answer = stage.redeem("desk", &code).await;
    assert_eq!(answer.error(), (400, "invalid_dpop_proof".into()));
}

#[tokio::test]
async fn a_pushed_request_is_bound_to_the_key_that_is_proven_beside_it() {
    let stage = Stage::new().await;
    let (prover, other) = (Prover::new(), Prover::new());
    let push = async |changes: &[(&str, Option<&str>)], proof: &str| {
        let request = Stage::request(changes);
        let (_, body) = request.split_once('?').unwrap();
        let mut request = stage.client_request("/par", "desk", body);
        request.headers_mut().insert("dpop", proof.parse().unwrap());
        stage.send(request).await
    };
    let for_par = json!({ "htu": format!("{ISSUER}/par") });
    let pushed = push(&[], &prover.proof_with(&stage, &json!({}), &for_par)).await;
    assert_eq!(pushed.status, StatusCode::CREATED, "{pushed:?}");
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let answer = stage.get(&by_uri("desk", &pushed), &cookie).await;
    let code = answer.parameter("code").unwrap();
    let answer = stage
        .token_with("desk", &redemption(&code), &[other.proof(&stage)])
        .await;
    assert_eq!(answer.error(), (400, "invalid_grant".into()));
    // Both ways say the same, and the proof is one for this endpoint.
    let same = [("dpop_jkt", Some(prover.thumbprint()))];
    let proof = || prover.proof_with(&stage, &json!({}), &for_par);
    assert_eq!(push(&same, &proof()).await.status, StatusCode::CREATED);
    let differs = [("dpop_jkt", Some(other.thumbprint()))];
    for refused in [
        push(&differs, &proof()).await,
        push(&[], &prover.proof(&stage)).await,
    ] {
        assert_eq!(refused.error(), (400, "invalid_dpop_proof".into()));
    }
}

#[tokio::test]
async fn an_announced_key_that_is_no_thumbprint_is_refused() {
    let stage = Stage::new().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let long = "a".repeat(44);
    for announced in ["x", &long, &"a".repeat(4_000), "é"] {
        let path = Stage::request(&[("dpop_jkt", Some(announced))]);
        let answer = stage.get(&path, &cookie).await;
        assert_eq!(answer.parameter("error").as_deref(), Some("invalid_request"));
        assert_eq!(answer.parameter("code"), None);
    }
}

#[tokio::test]
async fn a_refresh_token_of_a_public_client_is_bound_to_its_key() {
    let mut stage = Stage::new().await;
    register_public(&mut stage, "native").await;
    let (prover, other) = (Prover::new(), Prover::new());
    let code = stage.code(&[("client_id", Some("native"))]).await;
    let tokens = stage
        .token_with("native", &redemption(&code), &[prover.proof(&stage)])
        .await;
    let refresh_token = tokens.text("refresh_token");
    let answer = stage.refresh("native", &refresh_token).await;
    assert_eq!(answer.error(), (400, "invalid_dpop_proof".into()));
    let by_other = [other.proof(&stage)];
    let answer = stage
        .token_with("native", &refreshing(&refresh_token), &by_other)
        .await;
    assert_eq!(answer.error(), (400, "invalid_grant".into()));
    // Neither has used it up.
    for _ in 0..2 {
        let proofs = [prover.proof(&stage)];
        let answer = stage
            .token_with("native", &refreshing(&refresh_token), &proofs)
            .await;
        assert_eq!(answer.text("token_type"), "DPoP", "{answer:?}");
        let said = claims(&answer.text("access_token"));
        assert_eq!(said["cnf"]["jkt"], prover.thumbprint());
    }
}

#[tokio::test]
async fn a_public_client_that_begins_with_proofs_later_is_bound_from_then_on() {
    let mut stage = Stage::new().await;
    register_public(&mut stage, "native").await;
    let prover = Prover::new();
    let code = stage.code(&[("client_id", Some("native"))]).await;
    let tokens = stage.redeem("native", &code).await;
    let refresh_token = tokens.text("refresh_token");
    let proofs = [prover.proof(&stage)];
    let answer = stage
        .token_with("native", &refreshing(&refresh_token), &proofs)
        .await;
    assert_eq!(answer.text("token_type"), "DPoP");
    let next = answer.text("refresh_token");
    let answer = stage.refresh("native", &next).await;
    assert_eq!(answer.error(), (400, "invalid_dpop_proof".into()));
    let proofs = [prover.proof(&stage)];
    let answer = stage.token_with("native", &refreshing(&next), &proofs).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_client_with_a_secret_may_change_its_key() {
    let stage = Stage::new().await;
    let (prover, other) = (Prover::new(), Prover::new());
    let code = stage.code(&[("dpop_jkt", Some(prover.thumbprint()))]).await;
    let tokens = stage
        .token_with("desk", &redemption(&code), &[prover.proof(&stage)])
        .await;
    let refresh_token = tokens.text("refresh_token");
    let proofs = [other.proof(&stage)];
    let answer = stage
        .token_with("desk", &refreshing(&refresh_token), &proofs)
        .await;
    let said = claims(&answer.text("access_token"));
    assert_eq!(said["cnf"]["jkt"], other.thumbprint());
}

#[tokio::test]
async fn proofs_of_clients_that_have_proven_nothing_else_are_bounded_by_address() {
    let mut stage = Stage::with(|config| {
        config.limits.unproven_proofs_per_address = Limit {
            burst: 2,
            refill: Duration::from_secs(30),
        };
    })
    .await;
    register_public(&mut stage, "native").await;
    stage.register_robot("robot").await;
    let prover = Prover::new();
    let code = stage.code(&[("client_id", Some("native"))]).await;
    for _ in 0..2 {
        let proofs = [prover.proof(&stage)];
        let answer = stage.token_with("native", &redemption("unknown"), &proofs).await;
        assert_eq!(answer.error(), (400, "invalid_grant".into()));
    }
    let proofs = [prover.proof(&stage)];
    let answer = stage.token_with("native", &redemption(&code), &proofs).await;
    assert_eq!(answer.error(), (429, "temporarily_unavailable".into()));
    assert!(answer.headers.contains_key("retry-after"));
    // Whoever authenticates waits for nobody, nor does who shows no proof.
    let answer = stage.token_with("robot", &ROBOT, &[prover.proof(&stage)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let answer = stage.redeem("native", "unknown").await;
    assert_eq!(answer.error(), (400, "invalid_grant".into()));
    // Nothing was spent: the same request succeeds later.
    stage.advance(Duration::from_secs(30));
    let answer = stage
        .token_with("native", &redemption(&code), &[prover.proof(&stage)])
        .await;
    assert_eq!(answer.text("token_type"), "DPoP", "{answer:?}");
}

#[tokio::test]
async fn beyond_the_bound_of_proofs_a_pushed_request_comes_again_later_too() {
    let mut stage = Stage::with(|config| {
        config.limits.unproven_proofs_per_address = Limit {
            burst: 1,
            refill: Duration::from_secs(30),
        };
    })
    .await;
    register_public(&mut stage, "native").await;
    let prover = Prover::new();
    let push = async || {
        let request = Stage::request(&[("client_id", Some("native"))]);
        let (_, body) = request.split_once('?').unwrap();
        let mut request = stage.client_request("/par", "native", body);
        let for_par = json!({ "htu": format!("{ISSUER}/par") });
        let proof = prover.proof_with(&stage, &json!({}), &for_par);
        request.headers_mut().insert("dpop", proof.parse().unwrap());
        stage.send(request).await
    };
    assert_eq!(push().await.status, StatusCode::CREATED);
    let answer = push().await;
    assert_eq!(answer.error(), (429, "temporarily_unavailable".into()));
    assert!(answer.headers.contains_key("retry-after"));
    // Whoever has proven nothing does not make the log grow.
    assert_eq!(stage.bare.events("oauth.authorization.pushed").await.len(), 1);
    stage.advance(Duration::from_secs(30));
    assert_eq!(push().await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn proofs_of_clients_that_have_proven_nothing_else_are_bounded_in_all() {
    let mut stage = Stage::with(|config| {
        config.limits.unproven_proofs = Limit {
            burst: 2,
            refill: Duration::from_secs(30),
        };
    })
    .await;
    register_public(&mut stage, "native").await;
    stage.register_robot("robot").await;
    let prover = Prover::new();
    let code = stage.code(&[("client_id", Some("native"))]).await;
    let show = async |address: &str, code: &str| {
        let mut fields = redemption(code).to_vec();
        fields.push(("client_id", "native"));
        let mut request = stage.token_request("native", &encoded(&fields));
        let peer: SocketAddr = format!("{address}:50000").parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let proof = prover.proof(&stage).parse().unwrap();
        request.headers_mut().insert("dpop", proof);
        stage.send(request).await
    };
    for address in ["192.0.2.1", "192.0.2.2"] {
        let answer = show(address, "unknown").await;
        assert_eq!(answer.error(), (400, "invalid_grant".into()));
    }
    // From wherever the next one comes.
    let answer = show("192.0.2.3", &code).await;
    assert_eq!(answer.error(), (429, "temporarily_unavailable".into()));
    assert!(answer.headers.contains_key("retry-after"));
    let told = answer.text("error_description");
    assert_eq!(told, "there are too many DPoP proofs of clients without a secret");
    // Whoever authenticates waits for nobody.
    let answer = stage.token_with("robot", &ROBOT, &[prover.proof(&stage)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    // Nothing was spent: the same request succeeds later.
    stage.advance(Duration::from_secs(30));
    let answer = show("192.0.2.3", &code).await;
    assert_eq!(answer.text("token_type"), "DPoP", "{answer:?}");
}
