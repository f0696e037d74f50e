//! Clients that act for themselves.

use doorward::client::NewClient;
use doorward::domain::{ClientAuthMethod, Endpoint, GrantType};
use http::StatusCode;
use serde_json::Value;

use super::stage::{AUDIENCE, ISSUER, Stage, claims, new_client, scopes};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

#[tokio::test]
async fn a_client_gets_a_token_for_its_service_account() {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    let answer = stage.token("robot", &[GRANT, ("scope", "f:read")]).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.json().get("refresh_token"), None);
    assert_eq!(answer.json().get("id_token"), None);
    let token = claims(&answer.text("access_token"));
    assert_eq!(token["sub"], stage.robot.to_string());
    assert_eq!(token["iss"], ISSUER);
    assert_eq!(token["aud"], AUDIENCE);
    assert_eq!(token["scope"], "f:read");
    assert_eq!(token["roles"], serde_json::json!(["analyst"]));
    assert_eq!(token.get("sid"), None);
    let events = stage.bare.events("oauth.token.issued").await;
    assert_eq!(events[0]["details"]["jti"], token["jti"]);
    assert_eq!(events[0]["target"]["id"], stage.robot.to_string());
}

#[tokio::test]
async fn scopes_are_what_is_asked_as_far_as_client_api_and_roles_allow() {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    let narrow = NewClient {
        grant_types: vec![GrantType::ClientCredentials],
        service_account_id: Some(stage.robot),
        scopes: scopes("f:read stray:scope"),
        ..new_client(&stage, "narrow")
    };
    stage.register(narrow).await;
    for (client, asked, given) in [
        ("robot", None, Some("f:read f:write")),
        ("robot", Some("f:read"), Some("f:read")),
        ("robot", Some("f:read f:export openid"), Some("f:read")),
        ("robot", Some("f:export"), None),
        ("robot", Some("openid offline_access"), None),
        ("robot", Some("a\"b"), None),
        ("narrow", None, Some("f:read")),
        ("narrow", Some("f:write"), None),
        ("narrow", Some("stray:scope"), None),
    ] {
        let fields: Vec<_> = [GRANT]
            .into_iter()
            .chain(asked.map(|asked| ("scope", asked)))
            .collect();
        let answer = stage.token(client, &fields).await;
        match given {
            Some(given) => assert_eq!(answer.text("scope"), given, "{client} {asked:?}"),
            None => assert_eq!(
                answer.error(),
                (400, "invalid_scope".to_owned()),
                "{client} {asked:?}"
            ),
        }
    }
}

#[tokio::test]
async fn a_client_without_an_account_that_may_act_gets_nothing() {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    let empty = NewClient {
        grant_types: vec![GrantType::ClientCredentials],
        ..new_client(&stage, "empty")
    };
    stage.register(empty).await;
    let answer = stage.token("empty", &[GRANT]).await;
    assert_eq!(answer.error(), (400, "unauthorized_client".to_owned()));
    assert_eq!(stage.token("robot", &[GRANT]).await.status, StatusCode::OK);
    let mut op = stage.op();
    let subject = doorward::domain::Subject::ServiceAccount(stage.robot);
    let disabled = doorward::domain::PersonStatus::Disabled;
    doorward::person::set_status(&mut op, stage.organisation, subject, disabled, "a test")
        .await
        .unwrap();
    op.commit().await.unwrap();
    let answer = stage.token("robot", &[GRANT]).await;
    assert_eq!(answer.error(), (400, "unauthorized_client".to_owned()));
}

#[tokio::test]
async fn an_operator_sees_which_grants_are_asked_for_and_how_it_ends() {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    for _ in 0..2 {
        stage.token("robot", &[GRANT, ("scope", "f:read")]).await;
    }
    stage.token("robot", &[GRANT, ("scope", "stray:scope")]).await;
    stage.token("robot", &[("grant_type", "refresh_token")]).await;
    stage.token("robot", &[("grant_type", "password")]).await;
    stage.token("nobody", &[GRANT]).await;
    let text = stage.bare.house.metrics.text();
    let mut counted: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("doorward_tokens_total"))
        .collect();
    counted.sort_unstable();
    assert_eq!(
        counted,
        [
            r#"{grant_type="client_credentials",outcome="refused"} 2"#,
            r#"{grant_type="client_credentials",outcome="success"} 2"#,
            r#"{grant_type="refresh_token",outcome="refused"} 1"#,
            r#"{grant_type="unknown",outcome="refused"} 1"#,
        ]
    );
}

#[tokio::test]
async fn what_an_installation_turns_off_is_refused_and_not_told_in_its_metadata() {
    let mut stage = Stage::with(|config| config.oauth.grant_types = vec![GrantType::AuthorizationCode]).await;
    stage.register_robot("robot").await;
    let answer = stage.token("robot", &[GRANT]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.text("error"), "unsupported_grant_type");
    let metadata = stage.get("/.well-known/openid-configuration", "").await.json();
    assert_eq!(
        metadata["grant_types_supported"],
        serde_json::json!(["authorization_code"])
    );

    let only_keys = vec![ClientAuthMethod::PrivateKeyJwt];
    let mut stage = Stage::with(|config| config.oauth.client_authentication = only_keys).await;
    stage.register_robot("robot").await;
    let answer = stage.token("robot", &[GRANT]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.text("error"), "invalid_client");
    let metadata = stage.get("/.well-known/openid-configuration", "").await.json();
    assert_eq!(
        metadata["token_endpoint_auth_methods_supported"],
        serde_json::json!(["private_key_jwt"])
    );
}

#[tokio::test]
async fn nothing_is_offered_that_only_leads_to_a_grant_that_is_off() {
    let stage = Stage::with(|config| {
        config.oauth.grant_types = vec![GrantType::ClientCredentials];
    })
    .await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let answer = stage.get(&Stage::request(&[]), &cookie).await;
    let told = answer.parameter("error");
    assert_eq!(told.as_deref(), Some("unsupported_response_type"), "{answer:?}");
    let metadata = stage.get("/.well-known/openid-configuration", "").await.json();
    assert_eq!(metadata.get("response_types_supported"), None);
    assert_eq!(metadata.get("authorization_endpoint"), None);

    let stage = Stage::with(|config| config.oauth.grant_types = vec![GrantType::AuthorizationCode]).await;
    let code = stage.code(&[("scope", Some("openid offline_access"))]).await;
    let answer = stage.redeem("desk", &code).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.json().get("refresh_token"), None);
    assert_eq!(answer.text("scope"), "openid");
}

#[tokio::test]
async fn an_endpoint_that_is_off_is_not_there_and_in_no_metadata() {
    let metadata_of = async |stage: &Stage| stage.get("/.well-known/openid-configuration", "").await.json();
    let all = [
        (
            "/par",
            "pushed_authorization_request_endpoint",
            Endpoint::PushedAuthorizationRequest,
        ),
        ("/userinfo", "userinfo_endpoint", Endpoint::Userinfo),
        ("/introspect", "introspection_endpoint", Endpoint::Introspection),
        ("/revoke", "revocation_endpoint", Endpoint::Revocation),
        ("/logout", "end_session_endpoint", Endpoint::EndSession),
    ];
    for (path, _, off) in all {
        let stage = Stage::with(|config| config.oauth.endpoints.retain(|one| *one != off)).await;
        let metadata = metadata_of(&stage).await;
        for (other, its_member, _) in all {
            let answer = stage.send(stage.client_request(other, "desk", "token=x")).await;
            let is_off = other == path;
            assert_eq!(
                answer.status == StatusCode::NOT_FOUND,
                is_off,
                "{other} {answer:?}"
            );
            assert_eq!(metadata.get(its_member).is_none(), is_off, "{its_member}");
        }
        // Nor is anything else of it.
        let members = metadata.as_object().unwrap().keys();
        let its = match off {
            Endpoint::Userinfo => "userinfo_",
            Endpoint::Introspection => "introspection_",
            Endpoint::Revocation => "revocation_",
            Endpoint::PushedAuthorizationRequest => "pushed_",
            Endpoint::EndSession => "end_session_",
        };
        let left: Vec<_> = members.filter(|name| name.starts_with(its)).collect();
        assert_eq!(left, Vec::<&String>::new());
    }
}

#[tokio::test]
async fn what_no_grant_gives_is_in_no_metadata() {
    let metadata = async |off: GrantType| {
        let stage = Stage::with(|config| config.oauth.grant_types.retain(|one| *one != off)).await;
        stage.get("/.well-known/openid-configuration", "").await.json()
    };
    let offline = |metadata: &Value| {
        let scopes = metadata["scopes_supported"].as_array().unwrap();
        scopes.contains(&"offline_access".into())
    };
    let without_refresh = metadata(GrantType::RefreshToken).await;
    assert!(!offline(&without_refresh));
    assert!(without_refresh.get("response_modes_supported").is_some());
    let without_code = metadata(GrantType::AuthorizationCode).await;
    assert!(offline(&without_code));
    for member in [
        "authorization_endpoint",
        "response_types_supported",
        "response_modes_supported",
        "request_parameter_supported",
        "code_challenge_methods_supported",
        "require_pushed_authorization_requests",
    ] {
        assert!(without_code.get(member).is_none(), "{member}");
    }
}
