//! By which algorithms clients may sign, and what is encrypted for them, as the configuration says.

use doorward::client::{self, ClientSettings, EncryptionSettings, NewClient, RegistrationError};
use doorward::domain::ClientAuthMethod;
use doorward::jose::{Algorithm, ContentEncryption, DecryptionKey, Jwk, JwkSet, KeyManagement, SigningKey};
use serde_json::{Value, json};

use super::dpop;
use super::prover::Prover;
use super::stage::{Stage, new_client};

/// Only PS256 is taken of clients, and nothing is encrypted but by ECDH-ES with A256GCM.
async fn strict() -> Stage {
    Stage::with(|config| {
        config.oauth.client_signing_algorithms = vec![Algorithm::Ps256];
        config.oauth.encryption_algorithms = vec![KeyManagement::EcdhEs];
        config.oauth.content_encryption_algorithms = vec![ContentEncryption::A256Gcm];
    })
    .await
}

async fn metadata(stage: &Stage) -> Value {
    stage.get("/.well-known/openid-configuration", "").await.json()
}

#[tokio::test]
async fn the_metadata_name_what_is_on() {
    let stage = strict().await;
    let told = metadata(&stage).await;
    for member in [
        "request_object_signing_alg_values_supported",
        "dpop_signing_alg_values_supported",
        "backchannel_authentication_request_signing_alg_values_supported",
    ] {
        assert_eq!(told[member], json!(["PS256"]), "{member}");
    }
    for member in [
        "token_endpoint_auth_signing_alg_values_supported",
        "revocation_endpoint_auth_signing_alg_values_supported",
        "introspection_endpoint_auth_signing_alg_values_supported",
    ] {
        assert_eq!(told[member], json!(["PS256", "HS256"]), "{member}");
    }
    for what in ["id_token", "userinfo", "authorization", "introspection"] {
        assert_eq!(
            told[format!("{what}_encryption_alg_values_supported")],
            json!(["ECDH-ES"])
        );
        assert_eq!(
            told[format!("{what}_encryption_enc_values_supported")],
            json!(["A256GCM"])
        );
    }
    let resource = stage
        .get("/.well-known/oauth-protected-resource/userinfo", "")
        .await
        .json();
    assert_eq!(resource["dpop_signing_alg_values_supported"], json!(["PS256"]));
    let challenge = stage.userinfo("nothing").await;
    let challenges: Vec<_> = challenge.headers.get_all("www-authenticate").iter().collect();
    assert!(
        challenges
            .iter()
            .any(|one| one.to_str().unwrap().contains("algs=\"PS256\"")),
        "{challenges:?}"
    );
}

#[tokio::test]
async fn without_any_encryption_no_member_tells_of_it() {
    let stage = Stage::with(|config| config.oauth.encryption_algorithms.clear()).await;
    let told = metadata(&stage).await;
    for what in ["id_token", "userinfo", "authorization", "introspection"] {
        assert!(
            told.get(format!("{what}_encryption_alg_values_supported"))
                .is_none(),
            "{what}"
        );
    }
}

#[tokio::test]
async fn assertions_and_proofs_by_another_algorithm_are_refused() {
    let mut stage = strict().await;
    let fields = [("grant_type", "client_credentials")];
    for (id, algorithm, expected) in [
        ("robot-a", Algorithm::Es256, 401),
        ("robot-b", Algorithm::Ps256, 200),
    ] {
        let prover = Prover::new(id, algorithm);
        let mut robot = stage.acting_alone(prover.client(&stage));
        let other = SigningKey::generate(Algorithm::Ps256).unwrap();
        robot.jwks.as_mut().unwrap().keys.push(other.public_jwk());
        stage.register(robot).await;
        let answer = prover.post(&stage, "/token", &fields).await;
        assert_eq!(answer.status, expected, "{answer:?}");
    }
    let key = dpop::Prover::new();
    stage.register_robot("robot-c").await;
    let answer = stage.token_with("robot-c", &fields, &[key.proof(&stage)]).await;
    assert_eq!(answer.error(), (400, "invalid_dpop_proof".to_owned()));
}

/// Settings that name what is off, each with the field that is at fault.
fn off() -> Vec<(&'static str, ClientSettings)> {
    let es256 = Some(Algorithm::Es256);
    let with = |change: fn(&mut ClientSettings, Option<Algorithm>)| {
        let mut settings = ClientSettings::default();
        change(&mut settings, es256);
        settings
    };
    let encrypted = |alg, enc| ClientSettings {
        encryption: encryption(alg, enc),
        ..ClientSettings::default()
    };
    vec![
        (
            "request_object_signing_alg",
            with(|settings, wanted| settings.request_object_signing_alg = wanted),
        ),
        (
            "token_endpoint_auth_signing_alg",
            with(|settings, wanted| {
                settings.token_endpoint_auth_signing_alg = wanted.map(|wanted| wanted.to_string());
            }),
        ),
        (
            "backchannel_authentication_request_signing_alg",
            with(|settings, wanted| settings.ciba.backchannel_authentication_request_signing_alg = wanted),
        ),
        (
            "userinfo_encrypted_response_enc",
            encrypted(KeyManagement::EcdhEs, ContentEncryption::A128Gcm),
        ),
        (
            "userinfo_encrypted_response_enc",
            encrypted(KeyManagement::EcdhEsA256Kw, ContentEncryption::A256Gcm),
        ),
    ]
}

fn encryption(alg: KeyManagement, enc: ContentEncryption) -> EncryptionSettings {
    EncryptionSettings {
        userinfo_encrypted_response_alg: Some(alg),
        userinfo_encrypted_response_enc: Some(enc),
        ..EncryptionSettings::default()
    }
}

#[tokio::test]
async fn what_is_off_is_not_registered() {
    let stage = strict().await;
    let (es256, ps256) = (Algorithm::Es256, Algorithm::Ps256);
    let [es256, ps256] = [es256, ps256].map(|one| SigningKey::generate(one).unwrap().public_jwk());
    let (_, public) = DecryptionKey::generate_elliptic().unwrap();
    let register = async |keys: &[&Jwk], settings: ClientSettings| {
        let new = NewClient {
            auth_method: ClientAuthMethod::PrivateKeyJwt,
            jwks: Some(JwkSet {
                keys: keys.iter().map(|&key| key.clone()).collect(),
            }),
            settings,
            ..new_client(&stage, "vault")
        };
        client::create(&mut stage.op(), new).await
    };
    let refused = async |keys: &[&Jwk], settings, field: &str| match register(keys, settings).await {
        Err(RegistrationError::Setting(named, why)) => {
            assert!(named == field && why.contains("metadata"), "{named}: {why}");
        }
        other => panic!("{field}: {other:?}"),
    };
    for (field, settings) in off() {
        refused(&[&es256, &ps256, &public], settings, field).await;
    }
    refused(&[&es256], ClientSettings::default(), "jwks").await;
    let fine = ClientSettings {
        encryption: encryption(KeyManagement::EcdhEs, ContentEncryption::A256Gcm),
        ..ClientSettings::default()
    };
    register(&[&es256, &ps256, &public], fine).await.unwrap();
}
