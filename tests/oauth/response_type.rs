//! Response types that send an ID token through the browser: off by default (OpenID Connect Core sections 3.2 and 3.3).

use doorward::client::{ClientSettings, NewClient};
use doorward::domain::ResponseType;
use doorward::jose::{Algorithm, half_hash};
use doorward::storage::Sql;
use http::StatusCode;

use super::stage::{Answer, CALLBACK, Stage, claims, new_client};

pub(super) async fn older() -> Stage {
    let mut stage = Stage::with(|config| config.oauth.response_types = ResponseType::ALL.to_vec()).await;
    let older = NewClient {
        settings: ClientSettings {
            response_types: ResponseType::ALL.to_vec(),
            ..ClientSettings::default()
        },
        ..new_client(&stage, "older")
    };
    stage.register(older).await;
    stage
}

async fn ask(stage: &Stage, changes: &[(&str, Option<&str>)]) -> Answer {
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let mut all = vec![("client_id", Some("older"))];
    all.extend_from_slice(changes);
    stage.get(&Stage::request(&all), &cookie).await
}

#[tokio::test]
async fn a_code_with_an_id_token_are_bound_to_each_other() {
    let stage = older().await;
    for asked in ["code id_token", "id_token code"] {
        let answer = ask(&stage, &[("response_type", Some(asked))]).await;
        assert!(
            answer.location().starts_with(&format!("{CALLBACK}#")),
            "{answer:?}"
        );
        assert_eq!(answer.parameter("access_token"), None);
        let code = answer.parameter("code").unwrap();
        let front = claims(&answer.parameter("id_token").unwrap());
        assert_eq!(front["aud"], "older");
        assert_eq!(front["nonce"], "nonce of a test");
        assert_eq!(front["c_hash"], half_hash(Algorithm::Es256, &code));
        assert_eq!(front["s_hash"], half_hash(Algorithm::Es256, "state of a test"));
        assert_eq!(front.get("at_hash"), None);
        let tokens = stage.redeem("older", &code).await;
        let back = claims(&tokens.text("id_token"));
        assert_eq!(back["sub"], front["sub"]);
        assert_eq!(back["nonce"], front["nonce"]);
        assert_eq!(back.get("c_hash"), None);
        assert!(back["at_hash"].is_string());
        let told = stage.userinfo(&tokens.text("access_token")).await;
        assert_eq!(told.json()["sub"], front["sub"]);
    }
}

#[tokio::test]
async fn an_id_token_that_comes_alone_tells_what_its_scopes_ask() {
    let stage = older().await;
    let changes = [
        ("response_type", Some("id_token")),
        ("scope", Some("openid email")),
        ("code_challenge", None),
        ("code_challenge_method", None),
    ];
    let answer = ask(&stage, &changes).await;
    assert_eq!(answer.parameter("code"), None);
    let token = claims(&answer.parameter("id_token").unwrap());
    assert_eq!(token["sub"], stage.ada.to_string());
    assert_eq!(token["email"], "ada@example.test");
    assert_eq!(token.get("name"), None);
    assert_eq!(token.get("at_hash"), None);
    assert_eq!(token.get("c_hash"), None);
    assert_eq!(stage.bare.events("oauth.token.issued").await.len(), 1);
    let posted = [
        ("response_type", Some("id_token")),
        ("response_mode", Some("form_post")),
    ];
    let answer = ask(&stage, &posted).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!answer.hidden("id_token").is_empty());
}

#[tokio::test]
async fn a_request_for_an_id_token_is_refused_in_the_fragment() {
    let stage = older().await;
    for (changes, error) in [
        (("nonce", None), "invalid_request"),
        (("scope", Some("f:read")), "invalid_scope"),
        (("response_mode", Some("query")), "invalid_request"),
        (("response_mode", Some("query.jwt")), "invalid_request"),
        (("code_challenge", None), "invalid_request"),
        (
            ("response_type", Some("id_token token")),
            "unsupported_response_type",
        ),
        (("response_type", Some("token")), "unsupported_response_type"),
    ] {
        let answer = ask(&stage, &[("response_type", Some("code id_token")), changes]).await;
        assert!(
            answer.location().starts_with(&format!("{CALLBACK}#error=")),
            "{answer:?}"
        );
        assert_eq!(answer.parameter("error").as_deref(), Some(error), "{changes:?}");
    }
}

#[tokio::test]
async fn a_response_type_must_be_on_here_and_for_the_client() {
    let on = older().await;
    let off = Stage::new().await;
    for asked in ["id_token", "code id_token"] {
        let changes = [("response_type", Some(asked)), ("client_id", Some("desk"))];
        let answer = ask(&on, &changes).await;
        assert_eq!(answer.parameter("error").as_deref(), Some("unauthorized_client"));
        let answer = ask(&off, &changes).await;
        let told = answer.parameter("error");
        assert_eq!(told.as_deref(), Some("unsupported_response_type"));
    }
    let told = on.get("/.well-known/openid-configuration", "").await;
    assert_eq!(
        told.json()["response_types_supported"],
        serde_json::json!(["code", "id_token", "code id_token"])
    );
}

#[tokio::test]
async fn what_is_kept_of_an_id_token_gives_nothing() {
    const KEPT: Sql = Sql::new("SELECT scopes FROM token_family ORDER BY id");
    let stage = older().await;
    let changes = [
        ("response_type", Some("code id_token")),
        ("scope", Some("openid f:read offline_access")),
    ];
    let answer = ask(&stage, &changes).await;
    assert!(answer.parameter("id_token").is_some(), "{answer:?}");
    let mut tx = stage.bare.house.storage.read().await.unwrap();
    let kept: Vec<String> = tx.query(KEPT).all(|row| row.get("scopes")).await.unwrap();
    assert_eq!(kept, ["openid"]);
}
