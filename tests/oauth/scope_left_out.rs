//! Requests that name no scope: of OAuth alone, for what the client may do (RFC 6749 section 3.3).

use doorward::client::{ClientSettings, NewClient};
use doorward::domain::{GrantType, ResponseType};
use http::StatusCode;

use super::device::{self, answered, poll};
use super::stage::{Answer, Stage, new_client, scopes};

const WITHOUT: (&str, Option<&str>) = ("scope", None);

/// A stage with a client that has nothing but scopes of OpenID Connect.
async fn stage() -> Stage {
    let mut stage =
        device::stage_with(|config| config.oauth.response_types = ResponseType::ALL.to_vec()).await;
    let greeter = NewClient {
        scopes: scopes("openid profile offline_access"),
        grant_types: vec![GrantType::AuthorizationCode, GrantType::DeviceCode],
        ..new_client(&stage, "greeter")
    };
    stage.register(greeter).await;
    let in_browser = NewClient {
        settings: ClientSettings {
            response_types: ResponseType::ALL.to_vec(),
            ..ClientSettings::default()
        },
        ..new_client(&stage, "page")
    };
    stage.register(in_browser).await;
    stage
}

/// What Ada holds of all that the client may ask for.
fn assert_plain(tokens: &Answer) {
    assert_eq!(tokens.text("scope"), "f:read f:write", "{tokens:?}");
    assert_eq!(tokens.json().get("id_token"), None);
}

#[tokio::test]
async fn whoever_names_no_scope_asks_for_the_permissions_of_the_client() {
    let stage = stage().await;
    let code = stage.code(&[WITHOUT]).await;
    assert_plain(&stage.redeem("desk", &code).await);
    // Nothing names the address either: it is no request of OpenID Connect.
    let code = stage.code(&[WITHOUT, ("redirect_uri", None)]).await;
    assert_plain(&stage.redeem("desk", &code).await);
    let pushed = stage.push("desk", &[WITHOUT]).await;
    assert_eq!(pushed.status, StatusCode::CREATED, "{pushed:?}");
}

#[tokio::test]
async fn a_device_that_names_no_scope_asks_for_the_same() {
    let stage = stage().await;
    let asked = stage.as_client("/device_authorization", "television", &[]).await;
    assert_eq!(asked.status, StatusCode::OK, "{asked:?}");
    answered(&stage, &asked.text("user_code"), "allow").await;
    assert_plain(&poll(&stage, "television", &asked.text("device_code")).await);
}

#[tokio::test]
async fn a_client_without_permissions_must_say_what_it_asks() {
    let stage = stage().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let path = Stage::request(&[WITHOUT, ("client_id", Some("greeter"))]);
    let answer = stage.get(&path, &cookie).await;
    assert_eq!(answer.parameter("error").as_deref(), Some("invalid_scope"));
    let asked = stage.as_client("/device_authorization", "greeter", &[]).await;
    assert_eq!(asked.error(), (400, "invalid_scope".to_owned()));
}

#[tokio::test]
async fn an_id_token_is_asked_for_by_name() {
    let stage = stage().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let changes = [
        WITHOUT,
        ("client_id", Some("page")),
        ("response_type", Some("code id_token")),
    ];
    let answer = stage.get(&Stage::request(&changes), &cookie).await;
    assert_eq!(answer.parameter("error").as_deref(), Some("invalid_scope"));
}
