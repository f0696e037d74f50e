//! What is signed and encrypted for clients that have registered so.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use doorward::client;
use doorward::client::{ClientSettings, EncryptionSettings, NewClient};
use doorward::jose::{
    Algorithm, ContentEncryption, DecryptionKey, Expectations, Jwk, JwkSet, KeyManagement, PublicKey, verify,
};

use serde_json::json;

use super::registration;
use super::stage::{ISSUER, Stage, claims, encoded, new_client};
use crate::outbound::serve;

fn with_keys(stage: &Stage, keys: Vec<Jwk>, settings: ClientSettings) -> NewClient {
    NewClient {
        jwks: Some(JwkSet { keys }),
        settings,
        ..new_client(stage, "vault")
    }
}

async fn keys(stage: &Stage) -> Vec<PublicKey> {
    let set: JwkSet = serde_json::from_str(&stage.get("/jwks", "").await.body).unwrap();
    set.keys
        .iter()
        .filter_map(|jwk| PublicKey::from_jwk(jwk, jwk.algorithm()?).ok())
        .collect()
}

fn expected() -> Expectations<'static> {
    Expectations {
        typ: None,
        issuer: ISSUER,
        audiences: &["vault"],
        required: &["sub"],
    }
}

async fn tokens(stage: &Stage) -> super::stage::Answer {
    let code = stage.code(&[("client_id", Some("vault"))]).await;
    stage.redeem("vault", &code).await
}

fn opened(key: &DecryptionKey, token: &str) -> String {
    let decrypted = key.decrypt(token).unwrap();
    assert_eq!(decrypted.content_type.as_deref(), Some("JWT"));
    String::from_utf8(decrypted.content).unwrap()
}

#[tokio::test]
async fn id_tokens_are_signed_and_then_encrypted_with_every_algorithm() {
    let elliptic = DecryptionKey::generate_elliptic().unwrap();
    let rsa = DecryptionKey::generate_rsa().unwrap();
    for (management, (private, public)) in [
        (KeyManagement::EcdhEs, &elliptic),
        (KeyManagement::EcdhEsA256Kw, &elliptic),
        (KeyManagement::RsaOaep256, &rsa),
    ] {
        let mut stage = Stage::new().await;
        let settings = ClientSettings {
            encryption: EncryptionSettings {
                id_token_encrypted_response_alg: Some(management),
                id_token_encrypted_response_enc: Some(ContentEncryption::A256Gcm),
                ..EncryptionSettings::default()
            },
            ..ClientSettings::default()
        };
        let vault = with_keys(&stage, vec![public.clone()], settings);
        stage.register(vault).await;
        let told = tokens(&stage).await;
        let token = opened(private, &told.text("id_token"));
        let verified = verify(
            &token,
            &keys(&stage).await,
            &expected(),
            stage.bare.house.clock.now(),
        )
        .unwrap();
        assert_eq!(verified.claims["sub"], stage.ada.to_string());
        // Decrypted, it is a hint as any other.
        let hint = stage
            .get(
                &Stage::request(&[("client_id", Some("vault")), ("id_token_hint", Some(&token))]),
                "",
            )
            .await;
        assert!(hint.location().starts_with("/signin/"), "{hint:?}");
    }
}

#[tokio::test]
async fn userinfo_is_plain_or_signed_or_encrypted_or_both() {
    let (private, public) = DecryptionKey::generate_elliptic().unwrap();
    for (signed, encrypted) in [(false, false), (true, false), (false, true), (true, true)] {
        let mut stage = Stage::new().await;
        let settings = ClientSettings {
            userinfo_signed_response_alg: signed.then_some(Algorithm::Es256),
            encryption: EncryptionSettings {
                userinfo_encrypted_response_alg: encrypted.then_some(KeyManagement::EcdhEs),
                ..EncryptionSettings::default()
            },
            ..ClientSettings::default()
        };
        let vault = with_keys(&stage, vec![public.clone()], settings);
        stage.register(vault).await;
        let answer = stage.userinfo(&tokens(&stage).await.text("access_token")).await;
        let kind = if signed || encrypted {
            "application/jwt"
        } else {
            "application/json"
        };
        assert_eq!(answer.headers["content-type"], kind);
        let claims = match (signed, encrypted) {
            (false, false) => answer.json(),
            (false, true) => {
                let decrypted = private.decrypt(&answer.body).unwrap();
                assert_eq!(decrypted.content_type, None);
                serde_json::from_slice(&decrypted.content).unwrap()
            }
            (true, encrypted) => {
                let token = if encrypted {
                    opened(&private, &answer.body)
                } else {
                    answer.body
                };
                let payload = token.split('.').nth(1).unwrap();
                let payload = data_encoding::BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap();
                let claims: serde_json::Value = serde_json::from_slice(&payload).unwrap();
                assert_eq!(claims["iss"], ISSUER);
                assert_eq!(claims["aud"], "vault");
                claims
            }
        };
        assert_eq!(claims["sub"], stage.ada.to_string());
    }
}

#[tokio::test]
async fn answers_of_authorization_and_introspection_are_signed_and_then_encrypted() {
    let (private, public) = DecryptionKey::generate_elliptic().unwrap();
    let mut stage = Stage::new().await;
    let settings = ClientSettings {
        encryption: EncryptionSettings {
            authorization_encrypted_response_alg: Some(KeyManagement::EcdhEs),
            introspection_encrypted_response_alg: Some(KeyManagement::EcdhEs),
            ..EncryptionSettings::default()
        },
        introspection_signed_response_alg: Some(Algorithm::Es256),
        ..ClientSettings::default()
    };
    let vault = with_keys(&stage, vec![public], settings);
    stage.register(vault).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let asked = Stage::request(&[("client_id", Some("vault")), ("response_mode", Some("jwt"))]);
    let answer = stage.get(&asked, &cookie).await;
    let response = opened(&private, &answer.parameter("response").unwrap());
    let told = claims(&response);
    assert_eq!(told["aud"], "vault");
    let code = told["code"].as_str().unwrap();
    let token = stage.redeem("vault", code).await.text("access_token");
    // A plain answer is for those who did not ask for a signed one.
    let mut request = stage.client_request("/introspect", "vault", &encoded(&[("token", &token)]));
    let accept = "application/token-introspection+jwt".parse().unwrap();
    request.headers_mut().insert("accept", accept);
    let answer = stage.send(request).await;
    assert_eq!(
        answer.headers["content-type"],
        "application/token-introspection+jwt"
    );
    let told = claims(&opened(&private, &answer.body));
    assert_eq!(told["token_introspection"]["active"], true);
}

#[tokio::test]
async fn keys_that_a_client_publishes_encrypt_everything_and_without_one_nothing_is_told() {
    let (private, public) = DecryptionKey::generate_elliptic().unwrap();
    let body = Arc::new(Mutex::new(json!({ "keys": [public] }).to_string()));
    let said = Arc::clone(&body);
    let answer = move || std::future::ready(said.lock().unwrap().clone());
    let port = serve(Router::new().route("/jwks", get(answer))).await;
    let mut stage =
        Stage::with(|config| config.outbound.allowed_networks = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let ecdh = Some(KeyManagement::EcdhEs);
    let vault = NewClient {
        settings: ClientSettings {
            jwks_uri: Some(format!("http://127.0.0.1:{port}/jwks")),
            userinfo_signed_response_alg: Some(Algorithm::Es256),
            encryption: EncryptionSettings {
                id_token_encrypted_response_alg: ecdh,
                userinfo_encrypted_response_alg: ecdh,
                authorization_encrypted_response_alg: ecdh,
                ..EncryptionSettings::default()
            },
            ..ClientSettings::default()
        },
        ..new_client(&stage, "vault")
    };
    stage.register(vault).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let asked = Stage::request(&[("client_id", Some("vault")), ("response_mode", Some("jwt"))]);
    let answer = stage.get(&asked, &cookie).await;
    let response = claims(&opened(&private, &answer.parameter("response").unwrap()));
    let told = stage.redeem("vault", response["code"].as_str().unwrap()).await;
    let id_token = claims(&opened(&private, &told.text("id_token")));
    assert_eq!(id_token["aud"], "vault");
    let userinfo = stage.userinfo(&told.text("access_token")).await;
    assert_eq!(
        claims(&opened(&private, &userinfo.body))["sub"],
        stage.ada.to_string()
    );

    let code = stage.code(&[("client_id", Some("vault"))]).await;
    "{}".clone_into(&mut body.lock().unwrap());
    stage.advance(Duration::from_hours(25));
    let userinfo = stage.userinfo(&told.text("access_token")).await;
    assert_ne!(userinfo.status, 200, "the token has ended");
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let answer = stage.get(&asked, &cookie).await;
    assert_eq!(answer.status, 500, "never plain");
    assert_ne!(stage.redeem("vault", &code).await.status, 200);
}

#[tokio::test]
async fn encryption_without_a_key_for_it_is_not_registered() {
    let stage = Stage::new().await;
    let (_, elliptic) = DecryptionKey::generate_elliptic().unwrap();
    let signing = Jwk {
        use_: Some("sig".to_owned()),
        ..elliptic.clone()
    };
    let wish = |alg, enc| ClientSettings {
        encryption: EncryptionSettings {
            userinfo_encrypted_response_alg: alg,
            userinfo_encrypted_response_enc: enc,
            ..EncryptionSettings::default()
        },
        ..ClientSettings::default()
    };
    let of_rs256 = ClientSettings {
        userinfo_signed_response_alg: Some(Algorithm::Rs256),
        ..ClientSettings::default()
    };
    for (keys, settings, field) in [
        (vec![], wish(Some(KeyManagement::EcdhEs), None), "jwks"),
        (vec![signing], wish(Some(KeyManagement::EcdhEs), None), "jwks"),
        (
            vec![elliptic.clone()],
            wish(Some(KeyManagement::RsaOaep256), None),
            "jwks",
        ),
        (
            vec![elliptic.clone()],
            wish(None, Some(ContentEncryption::A128Gcm)),
            "userinfo_encrypted_response_enc",
        ),
        (vec![elliptic], of_rs256, "userinfo_signed_response_alg"),
    ] {
        let mut op = stage.op();
        let refused = client::create(&mut op, with_keys(&stage, keys, settings))
            .await
            .unwrap_err();
        assert_eq!(refused.field(), Some(field));
    }
}

#[tokio::test]
async fn tokens_are_signed_with_es384_where_a_key_is_held_for_it() {
    let mut stage =
        Stage::with(|config| config.keys.algorithms = vec![Algorithm::Es256, Algorithm::Es384]).await;
    let vault = NewClient {
        signing_algorithm: Algorithm::Es384,
        ..new_client(&stage, "vault")
    };
    stage.register(vault).await;
    let told = tokens(&stage).await;
    let verified = verify(
        &told.text("id_token"),
        &keys(&stage).await,
        &expected(),
        stage.bare.house.clock.now(),
    )
    .unwrap();
    assert_eq!(
        verified.claims["at_hash"].as_str().unwrap().len(),
        32,
        "half of SHA-384"
    );
    assert_eq!(stage.userinfo(&told.text("access_token")).await.status, 200);
}

const SETTINGS: [&str; 4] = ["id_token", "userinfo", "authorization", "introspection"];

/// The content encryption that a token was encrypted with.
fn enc(token: &str) -> String {
    let header = token.split('.').next().unwrap();
    let header = data_encoding::BASE64URL_NOPAD.decode(header.as_bytes()).unwrap();
    let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
    header["enc"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_client_registers_each_content_encryption_that_is_offered_and_no_other() {
    let stage = registration::stage().await;
    let token = registration::token(&stage).await;
    let offered = stage.get("/.well-known/openid-configuration", "").await.json();
    let (_, public) = DecryptionKey::generate_elliptic().unwrap();
    let register = async |what: &str, enc: &serde_json::Value| {
        let mut body = registration::plain();
        body["jwks"] = json!({ "keys": [public] });
        body[format!("{what}_encrypted_response_alg")] = json!("ECDH-ES");
        body[format!("{what}_encrypted_response_enc")] = enc.clone();
        // What is told of a token is encrypted only where it is signed (RFC 9701 section 6).
        body["introspection_signed_response_alg"] = json!("ES256");
        registration::register(&stage, &token, &body).await
    };
    for what in SETTINGS {
        let values = offered[format!("{what}_encryption_enc_values_supported")]
            .as_array()
            .unwrap();
        assert_eq!(values.len(), ContentEncryption::ALL.len(), "{what}");
        for enc in values {
            let answer = register(what, enc).await;
            assert_eq!(answer.status, 201, "{what} {enc}: {answer:?}");
            let told = answer.json();
            assert_eq!(told[format!("{what}_encrypted_response_enc")], *enc);
        }
        for enc in [
            json!("A192GCM"),
            json!("A256CBC-HS512"),
            json!("a128gcm"),
            json!("none"),
            json!(""),
            json!("A128GCM "),
            json!("A128GCM\u{0}"),
            json!(7),
            json!(["A128GCM"]),
            json!({}),
        ] {
            let answer = register(what, &enc).await;
            let expected = (400, "invalid_client_metadata".to_owned());
            assert_eq!(answer.error(), expected, "{what} {enc}");
            let told = answer.text("error_description");
            assert!(told.contains(&format!("{what}_encrypted_response_enc")), "{told}");
        }
    }
}

#[tokio::test]
async fn each_content_encryption_is_used_for_everything_that_is_encrypted() {
    let (private, public) = DecryptionKey::generate_elliptic().unwrap();
    for content in ContentEncryption::ALL {
        let mut stage = Stage::new().await;
        let (alg, wish) = (Some(KeyManagement::EcdhEs), Some(*content));
        let settings = ClientSettings {
            encryption: EncryptionSettings {
                id_token_encrypted_response_alg: alg,
                id_token_encrypted_response_enc: wish,
                userinfo_encrypted_response_alg: alg,
                userinfo_encrypted_response_enc: wish,
                authorization_encrypted_response_alg: alg,
                authorization_encrypted_response_enc: wish,
                introspection_encrypted_response_alg: alg,
                introspection_encrypted_response_enc: wish,
            },
            introspection_signed_response_alg: Some(Algorithm::Es256),
            ..ClientSettings::default()
        };
        let vault = with_keys(&stage, vec![public.clone()], settings);
        stage.register(vault).await;
        let (_, cookie) = stage.signed_in(stage.ada).await;
        let asked = Stage::request(&[("client_id", Some("vault")), ("response_mode", Some("jwt"))]);
        let response = stage.get(&asked, &cookie).await.parameter("response").unwrap();
        let told = claims(&opened(&private, &response));
        let tokens = stage.redeem("vault", told["code"].as_str().unwrap()).await;
        let (id_token, access_token) = (tokens.text("id_token"), tokens.text("access_token"));
        let userinfo = stage.userinfo(&access_token).await.body;
        let fields = encoded(&[("token", &access_token)]);
        let mut request = stage.client_request("/introspect", "vault", &fields);
        let accept = "application/token-introspection+jwt".parse().unwrap();
        request.headers_mut().insert("accept", accept);
        let introspection = stage.send(request).await.body;
        for (what, token) in SETTINGS
            .into_iter()
            .zip([id_token, userinfo, response, introspection])
        {
            assert_eq!(enc(&token), content.as_str(), "{what}");
            private.decrypt(&token).unwrap();
        }
    }
}
