//! Profiles of clients: each switches its rules on together, and each refusal names its rule.

use doorward::client::{self, ClientSettings, NewClient};
use doorward::domain::{ClientAuthMethod, ClientProfile, RedirectUri, ResponseMode, ResponseType};
use doorward::jose::Algorithm;
use http::StatusCode;
use serde_json::json;

use super::prover::{ASSERTION_TYPE, Prover, by_uri};
use super::stage::{CALLBACK, ISSUER, Stage, VERIFIER, encoded};

type Change = fn(&mut NewClient);

fn settings(profile: ClientProfile) -> ClientSettings {
    ClientSettings {
        profile,
        ..ClientSettings::default()
    }
}

async fn stage(profile: ClientProfile) -> (Stage, Prover) {
    let mut stage = Stage::new().await;
    let prover = Prover::new("prover", Algorithm::Es256);
    let client = NewClient {
        settings: settings(profile),
        ..prover.client(&stage)
    };
    stage.register(client).await;
    (stage, prover)
}

/// The field of a registration that is refused, and why.
async fn refused(stage: &Stage, new: NewClient) -> (&'static str, String) {
    let mut op = stage.op();
    let refusal = client::create(&mut op, new).await.unwrap_err();
    (refusal.field().unwrap(), refusal.to_string())
}

#[tokio::test]
async fn a_client_is_registered_by_the_rules_of_its_profile() {
    let stage = Stage::new().await;
    let prover = Prover::new("prover", Algorithm::Es256);
    let weak = Prover::new("prover", Algorithm::Rs256);
    let changes: [(Change, &str, &str); 6] = [
        (
            |new| new.auth_method = ClientAuthMethod::ClientSecretBasic,
            "token_endpoint_auth_method",
            "client authentication",
        ),
        (
            |new| new.auth_method = ClientAuthMethod::None,
            "token_endpoint_auth_method",
            "client authentication",
        ),
        (
            |new| new.signing_algorithm = Algorithm::Rs256,
            "id_token_signed_response_alg",
            "algorithms",
        ),
        (
            |new| new.redirect_uris = vec![RedirectUri::register("com.example.app:/cb").unwrap()],
            "redirect_uris",
            "redirect addresses",
        ),
        (
            |new| new.settings.response_types = vec![ResponseType::CodeIdToken],
            "response_types",
            "response type",
        ),
        (
            |new| {
                new.settings.profile = ClientProfile::Fapi2MessageSigning;
                new.settings.response_modes = vec![ResponseMode::Query];
            },
            "response_modes",
            "signed response",
        ),
    ];
    for (change, field, rule) in changes {
        let mut new = NewClient {
            settings: settings(ClientProfile::Fapi2Security),
            ..prover.client(&stage)
        };
        change(&mut new);
        let (found, told) = refused(&stage, new).await;
        assert_eq!(found, field);
        assert!(told.contains(&format!("'{rule}'")), "{told}");
    }
    let keys = NewClient {
        settings: settings(ClientProfile::Fapi2Security),
        ..weak.client(&stage)
    };
    assert_eq!(refused(&stage, keys).await.0, "jwks");
}

#[tokio::test]
async fn the_security_profile_takes_pushed_requests_and_gives_bound_tokens_only() {
    let (stage, prover) = stage(ClientProfile::Fapi2Security).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let direct = stage
        .get(&Stage::request(&[("client_id", Some("prover"))]), &cookie)
        .await;
    assert_eq!(direct.parameter("error").as_deref(), Some("invalid_request"));
    let told = direct.parameter("error_description").unwrap();
    assert!(told.contains("'pushed request'"), "{told}");
    let pushed = prover.push(&stage, &[]).await;
    assert_eq!(pushed.status, StatusCode::CREATED, "{pushed:?}");
    let answer = stage.get(&by_uri("prover", &pushed), &cookie).await;
    let code = answer.parameter("code").unwrap();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let tokens = prover.post(&stage, "/token", &fields).await;
    assert_eq!(tokens.error(), (400, "invalid_request".to_owned()));
    let told = tokens.text("error_description");
    assert!(told.contains("'sender-constrained tokens'"), "{told}");
}

#[tokio::test]
async fn a_code_of_the_security_profile_lives_for_a_minute_at_most() {
    let mut stage = Stage::with(|config| config.tokens.code_life = std::time::Duration::from_mins(5)).await;
    let prover = Prover::new("prover", Algorithm::Es256);
    let client = NewClient {
        settings: settings(ClientProfile::Fapi2Security),
        ..prover.client(&stage)
    };
    stage.register(client).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let pushed = prover.push(&stage, &[]).await;
    let answer = stage.get(&by_uri("prover", &pushed), &cookie).await;
    let code = answer.parameter("code").unwrap();
    stage.advance(std::time::Duration::from_mins(1));
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let tokens = prover.post(&stage, "/token", &fields).await;
    assert_eq!(tokens.error(), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn message_signing_takes_signed_requests_and_gives_signed_answers_only() {
    let (stage, prover) = stage(ClientProfile::Fapi2MessageSigning).await;
    let unsigned = prover.push(&stage, &[("response_mode", Some("jwt"))]).await;
    assert_eq!(unsigned.error(), (400, "invalid_request".to_owned()));
    let told = unsigned.text("error_description");
    assert!(told.contains("'signed request'"), "{told}");
    let plain = prover.object(&stage, &[]);
    let refused = prover.post(&stage, "/par", &[("request", &plain)]).await;
    assert_eq!(refused.error(), (400, "invalid_request".to_owned()));
    let told = refused.text("error_description");
    assert!(told.contains("'signed response'"), "{told}");
    let object = prover.object(&stage, &[("response_mode", json!("jwt"))]);
    let pushed = prover.post(&stage, "/par", &[("request", &object)]).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let answer = stage.get(&by_uri("prover", &pushed), &cookie).await;
    assert!(answer.parameter("response").is_some(), "{answer:?}");
    assert_eq!(answer.parameter("code"), None);
}

#[tokio::test]
async fn a_client_that_has_signed_is_told_which_rule_its_assertion_breaks_and_nobody_else_is() {
    let (stage, prover) = stage(ClientProfile::Fapi2Security).await;
    let other = Prover::new("prover", Algorithm::Es256);
    let endpoint = format!("{ISSUER}/token");
    for (signer, audience, told) in [
        (&prover, endpoint.as_str(), "rule 'client assertions'"),
        (&prover, "https://elsewhere.example", "rule 'client assertions'"),
        (&other, endpoint.as_str(), "client authentication failed"),
        (&other, ISSUER, "client authentication failed"),
    ] {
        let assertion = signer.assertion(&stage, audience);
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", "prover"),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", assertion.as_str()),
        ];
        let request = stage.client_request("/token", "prover", &encoded(&fields));
        let answer = stage.send(request).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{answer:?}");
        assert_eq!(answer.text("error"), "invalid_client");
        let description = answer.text("error_description");
        assert!(description.starts_with(told), "{audience}: {description}");
    }
}
