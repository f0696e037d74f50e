//! What the server tells of itself, and that its tokens can be verified by it.

use axum::body::Body;
use doorward::domain::Timestamp;
use doorward::jose::{Algorithm, Expectations, JwkSet, PublicKey, verify};
use http::header::IF_NONE_MATCH;
use http::{Request, StatusCode};
use openidconnect::core::{
    CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{ClientId, IssuerUrl, Nonce};

use super::stage::{AUDIENCE, ISSUER, Stage, new_client};

#[tokio::test]
async fn discovery_tells_only_what_is_on_to_any_origin() {
    let stage = Stage::new().await;
    for path in [
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
    ] {
        let answer = stage.get(path, "").await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
        assert_eq!(answer.headers["content-type"], "application/json");
        let told = answer.json();
        assert_eq!(told["issuer"], ISSUER);
        assert_eq!(told["authorization_endpoint"], format!("{ISSUER}/authorize"));
        assert_eq!(
            told["id_token_signing_alg_values_supported"],
            serde_json::json!(["ES256"])
        );
        assert_eq!(
            told["code_challenge_methods_supported"],
            serde_json::json!(["S256"])
        );
        assert_eq!(told["authorization_response_iss_parameter_supported"], true);
        assert_eq!(told["request_uri_parameter_supported"], true);
        assert_eq!(told["require_request_uri_registration"], true);
        assert_eq!(told["request_parameter_supported"], true);
        assert_eq!(told["claims_parameter_supported"], true);
        assert_eq!(
            told["pushed_authorization_request_endpoint"],
            format!("{ISSUER}/par")
        );
        assert_eq!(told["require_pushed_authorization_requests"], false);
        assert_eq!(told["response_types_supported"], serde_json::json!(["code"]));
        assert_eq!(
            told["response_modes_supported"],
            serde_json::json!([
                "query",
                "fragment",
                "form_post",
                "query.jwt",
                "fragment.jwt",
                "form_post.jwt",
                "jwt"
            ])
        );
        assert_eq!(
            told["authorization_signing_alg_values_supported"],
            serde_json::json!(["ES256"])
        );
        assert_eq!(told.get("registration_endpoint"), None);
        let metadata: CoreProviderMetadata = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(metadata.issuer().as_str(), ISSUER);
    }
}

#[tokio::test]
async fn a_list_without_elements_is_left_out() {
    let without_assertions = Stage::with(|config| {
        config.oauth.client_authentication = vec![doorward::domain::ClientAuthMethod::None];
    });
    let stage = without_assertions.await;
    let told = stage.get("/.well-known/openid-configuration", "").await.json();
    let empty = |value: &serde_json::Value| value.as_array().is_some_and(Vec::is_empty);
    for (name, value) in told.as_object().unwrap() {
        assert!(!empty(value), "{name}");
    }
    assert_eq!(told.get("token_endpoint_auth_signing_alg_values_supported"), None);
}

#[tokio::test]
async fn pages_of_other_sites_may_ask_the_endpoints_for_programs_and_nothing_else() {
    let stage = Stage::new().await;
    let ask = async |path: &str| {
        let question = Request::options(path)
            .header("origin", "https://app.test")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization, dpop");
        stage.send(question.body(Body::empty()).unwrap()).await
    };
    for path in [
        "/token",
        "/userinfo",
        "/revoke",
        "/par",
        "/device_authorization",
        "/register",
        "/register/app",
        "/jwks",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-protected-resource",
    ] {
        let answer = ask(path).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{path}");
        let header = |name: &str| answer.headers[name].to_str().unwrap();
        assert_eq!(header("access-control-allow-origin"), "*");
        assert_eq!(
            header("access-control-allow-headers"),
            "Authorization, Content-Type, DPoP, MCP-Protocol-Version"
        );
        assert!(!answer.headers.contains_key("access-control-allow-credentials"));
        assert!(!answer.headers.contains_key("set-cookie"));
    }
    for path in [
        "/authorize",
        "/introspect",
        "/device",
        "/logout",
        "/account/applications",
        "/session/check",
    ] {
        let answer = ask(path).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        for name in answer.headers.keys() {
            assert!(!name.as_str().starts_with("access-control-"), "{path} {name}");
        }
    }
    let refused = stage.userinfo("x").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        refused.headers["access-control-expose-headers"],
        "WWW-Authenticate, DPoP-Nonce"
    );
    let plain = Request::options("/token").body(Body::empty()).unwrap();
    assert_eq!(stage.send(plain).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_known_document_is_not_sent_again() {
    let stage = Stage::new().await;
    for path in ["/.well-known/openid-configuration", "/jwks"] {
        let first = stage.get(path, "").await;
        assert!(
            first.headers["cache-control"]
                .to_str()
                .unwrap()
                .contains("max-age")
        );
        let request = Request::get(path).header(IF_NONE_MATCH, first.headers["etag"].clone());
        let second = stage.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(second.status, StatusCode::NOT_MODIFIED);
        assert!(second.body.is_empty());
    }
}

#[tokio::test]
async fn no_private_member_is_published() {
    let stage = Stage::new().await;
    let keys = stage.get("/jwks", "").await.json();
    for key in keys["keys"].as_array().unwrap() {
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert_eq!(key.get(private), None);
        }
        assert!(key["kid"].is_string() && key["alg"].is_string());
    }
}

#[tokio::test]
async fn tokens_of_every_algorithm_verify_against_the_published_keys() {
    let mut stage = Stage::with(|config| config.keys.algorithms = Algorithm::ALL.to_vec()).await;
    for algorithm in Algorithm::ALL {
        let id = format!("app-{algorithm}");
        let client = doorward::client::NewClient {
            signing_algorithm: *algorithm,
            ..new_client(&stage, &id)
        };
        stage.register(client).await;
        let code = stage.code(&[("client_id", Some(&id))]).await;
        let answer = stage.redeem(&id, &code).await;
        let set: JwkSet = serde_json::from_str(&stage.get("/jwks", "").await.body).unwrap();
        let keys: Vec<PublicKey> = set
            .keys
            .iter()
            .map(|jwk| {
                let named = Algorithm::parse(jwk.alg.as_deref().unwrap()).unwrap();
                PublicKey::from_jwk(jwk, named).unwrap()
            })
            .collect();
        let now: Timestamp = stage.op().now;
        let expected = |typ, audience| Expectations {
            typ: Some(typ),
            issuer: ISSUER,
            audiences: audience,
            required: &["sub", "sid"],
        };
        let access = verify(
            &answer.text("access_token"),
            &keys,
            &expected("at+jwt", &[AUDIENCE]),
            now,
        );
        assert_eq!(
            access.unwrap().claims["sub"],
            stage.ada.to_string(),
            "{algorithm}"
        );
        let audience = [id.as_str()];
        let token = verify(&answer.text("id_token"), &keys, &expected("JWT", &audience), now);
        assert_eq!(token.unwrap().claims["nonce"], "nonce of a test", "{algorithm}");
        let header = answer.text("id_token");
        let header = data_encoding::BASE64URL_NOPAD
            .decode(header.split('.').next().unwrap().as_bytes())
            .unwrap();
        let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
        assert_eq!(header["alg"], algorithm.as_str());
    }
}

#[tokio::test]
async fn a_common_library_believes_our_id_tokens() {
    let stage = Stage::new().await;
    let code = stage.code(&[]).await;
    let answer = stage.redeem("desk", &code).await;
    let keys: CoreJsonWebKeySet = serde_json::from_str(&stage.get("/jwks", "").await.body).unwrap();
    let token: CoreIdToken = answer.text("id_token").parse().unwrap();
    let seconds = stage.op().now.as_seconds();
    let issuer = IssuerUrl::new(ISSUER.to_owned()).unwrap();
    let client = ClientId::new("desk".to_owned());
    let verifier = CoreIdTokenVerifier::new_public_client(client, issuer, keys)
        .set_allowed_algs([CoreJwsSigningAlgorithm::EcdsaP256Sha256])
        .set_time_fn(move || {
            std::time::UNIX_EPOCH
                .checked_add(std::time::Duration::from_secs(seconds.unsigned_abs()))
                .unwrap()
                .into()
        });
    let nonce = Nonce::new("nonce of a test".to_owned());
    let claims = token.claims(&verifier, &nonce).unwrap();
    assert_eq!(claims.subject().as_str(), stage.ada.to_string());
    let other = Nonce::new("another".to_owned());
    assert!(token.claims(&verifier, &other).is_err());
}
