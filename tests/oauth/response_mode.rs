//! How answers travel: query, fragment, form, plain and signed (JARM).

use doorward::client::{ClientSettings, NewClient};
use doorward::domain::{RedirectUri, ResponseMode, Timestamp};
use doorward::jose::{Expectations, JwkSet, PublicKey, verify};
use http::StatusCode;
use serde_json::{Map, Value};

use super::stage::{Answer, CALLBACK, ISSUER, Stage, new_client};

async fn ask(stage: &Stage, changes: &[(&str, Option<&str>)]) -> Answer {
    let (_, cookie) = stage.signed_in(stage.ada).await;
    stage.get(&Stage::request(changes), &cookie).await
}

/// What a signed answer says, once it is believed as a client believes it.
async fn believed(stage: &Stage, client: &str, token: &str) -> Map<String, Value> {
    let set: JwkSet = serde_json::from_str(&stage.get("/jwks", "").await.body).unwrap();
    let keys: Vec<PublicKey> = set
        .keys
        .iter()
        .map(|jwk| PublicKey::from_jwk(jwk, jwk.algorithm().unwrap()).unwrap())
        .collect();
    let expected = Expectations {
        typ: Some("JWT"),
        issuer: ISSUER,
        audiences: &[client],
        required: &[],
    };
    let now: Timestamp = stage.op().now;
    let token = verify(token, &keys, &expected, now).unwrap();
    assert!(token.expires_at <= now.plus(std::time::Duration::from_mins(10)));
    token.claims
}

#[tokio::test]
async fn an_answer_travels_in_the_query_unless_asked_otherwise() {
    let stage = Stage::new().await;
    for mode in [None, Some("query")] {
        let answer = ask(&stage, &[("response_mode", mode)]).await;
        assert!(answer.location().starts_with(&format!("{CALLBACK}?code=")));
    }
    let answer = ask(&stage, &[("response_mode", Some("fragment"))]).await;
    assert!(answer.location().starts_with(&format!("{CALLBACK}#code=")));
    assert_eq!(answer.parameter("state").as_deref(), Some("state of a test"));
    assert_eq!(answer.parameter("iss").as_deref(), Some(ISSUER));
    let wrong = [("response_mode", Some("fragment")), ("scope", Some(" "))];
    let answer = ask(&stage, &wrong).await;
    assert!(
        answer
            .location()
            .starts_with(&format!("{CALLBACK}#error=invalid_scope"))
    );
}

#[tokio::test]
async fn an_answer_by_form_sends_itself_and_has_a_button() {
    let stage = Stage::new().await;
    let marked = "a\"b&<c>";
    let changes = [("response_mode", Some("form_post")), ("state", Some(marked))];
    let answer = ask(&stage, &changes).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.ends_with("form-action 'self' https://desk.test"),
        "{policy}"
    );
    assert!(policy.contains("script-src 'self';"), "{policy}");
    assert!(
        answer
            .body
            .contains(&format!("<form method=\"post\" action=\"{CALLBACK}\""))
    );
    assert!(answer.body.contains("type=\"submit\""));
    assert_eq!(
        answer.body.matches("<script").count(),
        1,
        "no script but the one that is named"
    );
    assert!(answer.body.contains("/js/send.js\"></script>"));
    assert_eq!(answer.hidden("iss"), ISSUER);
    assert_eq!(answer.hidden("state"), "a&#34;b&#38;&#60;c&#62;");
    let tokens = stage.redeem("desk", &answer.hidden("code")).await;
    assert_eq!(tokens.status, StatusCode::OK);
    let wrong = ask(
        &stage,
        &[("response_mode", Some("form_post")), ("prompt", Some("x"))],
    )
    .await;
    assert_eq!(wrong.hidden("error"), "invalid_request");
}

#[tokio::test]
async fn a_signed_answer_is_one_token_for_the_client() {
    let stage = Stage::new().await;
    for (mode, joint) in [("jwt", '?'), ("query.jwt", '?'), ("fragment.jwt", '#')] {
        let answer = ask(&stage, &[("response_mode", Some(mode))]).await;
        let start = format!("{CALLBACK}{joint}response=");
        assert!(answer.location().starts_with(&start), "{mode}");
        assert_eq!(answer.parameter("code"), None);
        let said = believed(&stage, "desk", &answer.parameter("response").unwrap()).await;
        assert_eq!(said["state"], "state of a test");
        let tokens = stage.redeem("desk", said["code"].as_str().unwrap()).await;
        assert_eq!(tokens.status, StatusCode::OK, "{mode}");
        let wrong = [("response_mode", Some(mode)), ("prompt", Some("none login"))];
        let answer = ask(&stage, &wrong).await;
        let said = believed(&stage, "desk", &answer.parameter("response").unwrap()).await;
        assert_eq!(said["error"], "invalid_request", "{mode}");
        assert_eq!(said.get("code"), None);
    }
    let answer = ask(&stage, &[("response_mode", Some("form_post.jwt"))]).await;
    let said = believed(&stage, "desk", &answer.hidden("response")).await;
    assert!(said["code"].is_string());
}

#[tokio::test]
async fn a_client_may_be_limited_to_modes() {
    let mut stage = Stage::new().await;
    let limited = NewClient {
        settings: ClientSettings {
            response_modes: vec![ResponseMode::FormPost],
            ..ClientSettings::default()
        },
        ..new_client(&stage, "limited")
    };
    stage.register(limited).await;
    let client = ("client_id", Some("limited"));
    let good = ask(&stage, &[client, ("response_mode", Some("form_post"))]).await;
    assert!(!good.hidden("code").is_empty());
    let refused = ask(&stage, &[client, ("response_mode", Some("fragment"))]).await;
    assert_eq!(refused.parameter("error").as_deref(), Some("invalid_request"));
    assert_eq!(refused.parameter("state").as_deref(), Some("state of a test"));
}

#[tokio::test]
async fn a_form_is_not_sent_to_an_address_that_has_no_server() {
    let mut stage = Stage::new().await;
    let native = NewClient {
        redirect_uris: vec![RedirectUri::register("com.example.app:/cb").unwrap()],
        ..new_client(&stage, "native")
    };
    stage.register(native).await;
    let changes = [
        ("client_id", Some("native")),
        ("redirect_uri", Some("com.example.app:/cb")),
        ("response_mode", Some("form_post")),
    ];
    let answer = ask(&stage, &changes).await;
    assert!(
        answer
            .location()
            .starts_with("com.example.app:/cb?error=invalid_request")
    );
}
