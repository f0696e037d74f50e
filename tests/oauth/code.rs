//! Authorization codes at the token endpoint.

use std::time::Duration;

use doorward::client::NewClient;
use doorward::domain::ClientAuthMethod;
use doorward::jose::{Algorithm, JwkSet, SigningKey};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, StatusCode};

use super::stage::{AUDIENCE, CALLBACK, ISSUER, Stage, VERIFIER, claims, encoded, new_client};

#[tokio::test]
async fn a_code_is_redeemed_for_tokens() {
    let stage = Stage::new().await;
    let (session, cookie) = stage.signed_in(stage.ada).await;
    let answer = stage.get(&Stage::request(&[]), &cookie).await;
    let answer = stage.redeem("desk", &answer.parameter("code").unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let body = answer.json();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 300);
    assert_eq!(body["scope"], "f:read openid");
    let access = claims(&answer.text("access_token"));
    assert_eq!(access["iss"], ISSUER);
    assert_eq!(access["sub"], stage.ada.to_string());
    assert_eq!(access["aud"], AUDIENCE);
    assert_eq!(access["client_id"], "desk");
    assert_eq!(access["scope"], "f:read openid");
    assert_eq!(access["org_id"], stage.organisation.to_string());
    assert_eq!(access["sid"], session.id.to_string());
    assert_eq!(access["acr"], "urn:doorward:acr:1");
    assert_eq!(access["amr"], serde_json::json!(["pwd"]));
    assert_eq!(access["roles"], serde_json::json!(["analyst"]));
    assert_eq!(access["department"], "insights");
    assert_eq!(
        access["exp"].as_i64().unwrap() - access["iat"].as_i64().unwrap(),
        300
    );
    let id = claims(&answer.text("id_token"));
    assert_eq!(id["sub"], stage.ada.to_string());
    assert_eq!(id["aud"], "desk");
    assert_eq!(id["nonce"], "nonce of a test");
    assert_eq!(id["sid"], session.id.to_string());
    assert_eq!(
        id["auth_time"].as_i64(),
        Some(session.strength.authenticated_at.as_seconds())
    );
    let half = doorward::jose::half_hash(doorward::jose::Algorithm::Es256, &answer.text("access_token"));
    assert_eq!(id["at_hash"], half);
    let events = stage.bare.events("oauth.token.issued").await;
    assert_eq!(events[0]["on_behalf_of"], stage.ada.to_string());
    assert_eq!(events[0]["details"]["grant_type"], "authorization_code");
    assert_eq!(events[0]["details"]["jti"], access["jti"]);
    assert!(!events[0].to_string().contains(&answer.text("access_token")));
}

#[tokio::test]
async fn a_code_used_twice_revokes_what_the_first_use_gave() {
    let stage = Stage::new().await;
    let code = stage.code(&[]).await;
    let first = stage.redeem("desk", &code).await;
    let access_token = first.text("access_token");
    assert_eq!(stage.userinfo(&access_token).await.status, StatusCode::OK);
    let second = stage.redeem("desk", &code).await;
    assert_eq!(second.error(), (400, "invalid_grant".to_owned()));
    assert_eq!(
        stage.userinfo(&access_token).await.status,
        StatusCode::UNAUTHORIZED
    );
    let refreshed = stage.refresh("desk", &first.text("refresh_token")).await;
    assert_eq!(refreshed.error(), (400, "invalid_grant".to_owned()));
    assert_eq!(stage.bare.events("oauth.token.revoked").await.len(), 1);
}

#[tokio::test]
async fn of_two_redemptions_at_once_one_wins_and_its_tokens_are_revoked() {
    let stage = Stage::new().await;
    let code = stage.code(&[]).await;
    let (one, two) = tokio::join!(stage.redeem("desk", &code), stage.redeem("desk", &code));
    let (won, lost) = if one.status == StatusCode::OK {
        (one, two)
    } else {
        (two, one)
    };
    assert_eq!(won.status, StatusCode::OK, "{won:?}");
    assert_eq!(lost.error(), (400, "invalid_grant".to_owned()));
    assert_eq!(
        stage.userinfo(&won.text("access_token")).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_code_is_good_for_a_minute() {
    let stage = Stage::new().await;
    let code = stage.code(&[]).await;
    stage.advance(Duration::from_secs(59));
    assert_eq!(stage.redeem("desk", &code).await.status, StatusCode::OK);
    let late = stage.code(&[]).await;
    stage.advance(Duration::from_mins(1));
    let answer = stage.redeem("desk", &late).await;
    assert_eq!(answer.error(), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn a_code_fits_its_own_client_address_and_verifier_only() {
    let mut stage = Stage::new().await;
    let other = new_client(&stage, "other");
    stage.register(other).await;
    let wrong_verifier = VERIFIER.replace('d', "e");
    let long = "a".repeat(200);
    for (client, redirect_uri, verifier, error) in [
        ("other", CALLBACK, VERIFIER, "invalid_grant"),
        ("desk", "https://desk.test/other", VERIFIER, "invalid_grant"),
        ("desk", "", VERIFIER, "invalid_request"),
        ("desk", CALLBACK, wrong_verifier.as_str(), "invalid_grant"),
        ("desk", CALLBACK, long.as_str(), "invalid_grant"),
        ("desk", CALLBACK, "", "invalid_request"),
    ] {
        let code = stage.code(&[]).await;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ];
        let answer = stage.token(client, &fields).await;
        assert_eq!(
            answer.error(),
            (400, error.to_owned()),
            "{client} {redirect_uri} {verifier}"
        );
        // What was shown with a wrong proof is spent.
        let spent = error == "invalid_grant";
        let right = stage.redeem("desk", &code).await;
        assert_eq!(right.status == StatusCode::OK, !spent);
    }
}

#[tokio::test]
async fn requests_that_make_no_sense_are_told_apart() {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    let long = "c".repeat(10_000);
    for (client, fields, error) in [
        ("desk", vec![], "invalid_request"),
        ("desk", vec![("grant_type", "")], "invalid_request"),
        ("desk", vec![("grant_type", "password")], "unsupported_grant_type"),
        (
            "desk",
            vec![("grant_type", "client_credentials")],
            "unauthorized_client",
        ),
        (
            "robot",
            vec![("grant_type", "authorization_code")],
            "unauthorized_client",
        ),
        (
            "desk",
            vec![("grant_type", "authorization_code")],
            "invalid_request",
        ),
        (
            "desk",
            vec![
                ("grant_type", "authorization_code"),
                ("code", long.as_str()),
                ("redirect_uri", CALLBACK),
                ("code_verifier", VERIFIER),
            ],
            "invalid_grant",
        ),
    ] {
        let answer = stage.token(client, &fields).await;
        assert_eq!(answer.error(), (400, error.to_owned()), "{client} {fields:?}");
    }
    assert_eq!(stage.bare.events("oauth.token.refused").await.len(), 7);
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused_as_json() {
    let stage = Stage::new().await;
    let good = encoded(&[("grant_type", "authorization_code"), ("code", "x")]);
    for (body, status) in [
        (format!("{good}&code=y"), 400),
        (format!("{good}%00"), 400),
        (format!("{good}%ff"), 400),
        (format!("{good}&a={}", "x".repeat(100_000)), 413),
    ] {
        let answer = stage.send(stage.token_request("desk", &body)).await;
        assert_eq!(answer.error(), (status, "invalid_request".to_owned()));
    }
    let mut request = stage.token_request("desk", &good);
    request
        .headers_mut()
        .insert(CONTENT_TYPE, "application/json".parse().unwrap());
    let answer = stage.send(request).await;
    assert_eq!(answer.error(), (415, "invalid_request".to_owned()));
    let get = Request::get("/token").body(axum::body::Body::empty()).unwrap();
    assert_eq!(stage.send(get).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_client_that_fails_to_authenticate_learns_the_scheme() {
    let stage = Stage::new().await;
    let body = encoded(&[("grant_type", "authorization_code"), ("code", "x")]);
    let mut request = stage.token_request("desk", &body);
    let wrong = "Basic ZGVzazp3cm9uZw==".parse().unwrap();
    request.headers_mut().insert(AUTHORIZATION, wrong);
    let answer = stage.send(request).await;
    assert_eq!(answer.error(), (401, "invalid_client".to_owned()));
    let challenge = answer.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.starts_with("Basic "), "{challenge}");
    let nobody = stage
        .token("nobody", &[("grant_type", "client_credentials")])
        .await;
    assert_eq!(nobody.error(), (401, "invalid_client".to_owned()));
    // RFC 9110 section 15.5.2.
    assert!(nobody.headers.contains_key("www-authenticate"));
    assert!(!stage.bare.events("oauth.client.refused").await.is_empty());
}

#[tokio::test]
async fn a_request_with_an_assertion_that_was_used_before_spends_no_code() {
    let mut stage = Stage::new().await;
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let jwks = JwkSet {
        keys: vec![key.public_jwk()],
    };
    let prover = NewClient {
        auth_method: ClientAuthMethod::PrivateKeyJwt,
        jwks: Some(jwks),
        ..new_client(&stage, "prover")
    };
    stage.register(prover).await;
    let asked = [("client_id", Some("prover"))];
    let (first, second) = (stage.code(&asked).await, stage.code(&asked).await);
    for (jti, code, expected) in [
        ("1", &first, StatusCode::OK),
        ("1", &second, StatusCode::UNAUTHORIZED),
        // Nor does it revoke what a code that is shown again has led to.
        ("1", &first, StatusCode::UNAUTHORIZED),
        ("2", &second, StatusCode::OK),
    ] {
        let exp = stage.op().now.as_seconds() + 60;
        let claims = serde_json::json!({
            "iss": "prover", "sub": "prover", "aud": ISSUER, "jti": jti, "exp": exp
        });
        let assertion = key.sign("JWT", claims.to_string().as_bytes()).unwrap();
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
            ("client_assertion_type", kind),
            ("client_assertion", assertion.as_str()),
        ];
        let answer = stage.token("prover", &fields).await;
        assert_eq!(answer.status, expected, "{jti} {answer:?}");
    }
    assert_eq!(stage.bare.events("oauth.token.issued").await.len(), 2);
    assert!(stage.bare.events("oauth.token.revoked").await.is_empty());
}

#[tokio::test]
async fn a_client_that_fails_too_often_is_told_when_to_come_back() {
    let stage = Stage::new().await;
    let body = encoded(&[("grant_type", "authorization_code"), ("code", "x")]);
    let mut answers = Vec::new();
    for _ in 0..11 {
        let mut request = stage.token_request("desk", &body);
        let wrong = "Basic ZGVzazp3cm9uZw==".parse().unwrap();
        request.headers_mut().insert(AUTHORIZATION, wrong);
        answers.push(stage.send(request).await);
    }
    let (last, before) = answers.split_last().unwrap();
    for answer in before {
        assert_eq!(answer.error(), (401, "invalid_client".to_owned()));
    }
    assert_eq!(last.error(), (429, "temporarily_unavailable".to_owned()));
    let wait: u64 = last.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=6).contains(&wait), "{wait}");
    assert_eq!(last.headers["cache-control"], "no-store");
    // Who knows the secret is not kept waiting for the failures of others.
    let right = stage.redeem("desk", &stage.code(&[]).await).await;
    assert_eq!(right.status, StatusCode::OK);
}

#[tokio::test]
async fn tokens_follow_the_roles_of_the_moment() {
    let stage = Stage::new().await;
    let answer = stage.code(&[("scope", Some("openid f:read f:export"))]).await;
    let answer = stage.redeem("desk", &answer).await;
    // The role does not allow `f:export`.
    assert_eq!(answer.text("scope"), "f:read openid");
}

#[tokio::test]
async fn a_person_who_may_not_act_any_more_gets_nothing_for_a_code() {
    let stage = Stage::new().await;
    let code = stage.code(&[]).await;
    let mut op = stage.op();
    doorward::person::set_status(
        &mut op,
        stage.organisation,
        doorward::domain::Subject::Person(stage.ada),
        doorward::domain::PersonStatus::Disabled,
        "a test",
    )
    .await
    .unwrap();
    op.commit().await.unwrap();
    let answer = stage.redeem("desk", &code).await;
    assert_eq!(answer.error(), (400, "invalid_grant".to_owned()));
}
