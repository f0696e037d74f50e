//! Pushed authorization requests (RFC 9126).

use std::time::Duration;

use doorward::client::{ClientSettings, NewClient};
use doorward::jose::Algorithm;
use http::StatusCode;

use super::prover::{Prover, by_uri};
use super::stage::{Answer, CALLBACK, ISSUER, Stage, encoded, new_client};

fn assert_answered_before(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{answer:?}");
    assert!(answer.body.contains("answered already"), "{}", answer.body);
}

#[tokio::test]
async fn a_pushed_request_leads_to_one_code() {
    let stage = Stage::new().await;
    let pushed = stage.push("desk", &[]).await;
    assert_eq!(pushed.status, StatusCode::CREATED, "{pushed:?}");
    assert_eq!(pushed.headers["content-type"], "application/json");
    assert_eq!(pushed.headers["cache-control"], "no-cache, no-store");
    assert_eq!(pushed.json()["expires_in"], 60);
    let uri = pushed.text("request_uri");
    let handle = uri.strip_prefix("urn:ietf:params:oauth:request_uri:").unwrap();
    assert_eq!(handle.len(), 43);
    let (_, cookie) = stage.signed_in(stage.ada).await;
    // What stands beside it is not read (RFC 9126 section 4).
    let path = format!("{}&state=other&scope=openid", by_uri("desk", &pushed));
    let answer = stage.get(&path, &cookie).await;
    assert!(answer.location().starts_with(CALLBACK), "{answer:?}");
    assert_eq!(answer.parameter("state").as_deref(), Some("state of a test"));
    assert_eq!(answer.parameter("iss").as_deref(), Some(ISSUER));
    let tokens = stage.redeem("desk", &answer.parameter("code").unwrap()).await;
    assert_eq!(tokens.text("scope"), "f:read openid");
    // Reload and back button end on a page that says so.
    assert_answered_before(&stage.get(&path, &cookie).await);
    assert_eq!(stage.bare.events("oauth.authorization.pushed").await.len(), 1);
}

#[tokio::test]
async fn a_request_that_is_only_looked_at_can_be_looked_at_again_and_is_answered_in_one_tab() {
    let stage = Stage::new().await;
    let pushed = stage.push("desk", &[]).await;
    let path = by_uri("desk", &pushed);
    let first = stage.get(&path, "").await;
    let browser = first.cookies();
    let second = stage.get(&path, &browser).await;
    let (session, cookie) = stage.signed_in(stage.ada).await;
    let both = format!("{browser}; {cookie}");
    // Signing in takes longer than the request waits.
    stage.advance(Duration::from_mins(5));
    let mut answers = Vec::new();
    for tab in [first, second] {
        let id = tab.location().strip_prefix("/signin/").unwrap();
        let mut op = stage.op();
        doorward::session::continuation::prove(&mut op, id.parse().unwrap(), &session)
            .await
            .unwrap();
        op.commit().await.unwrap();
        let resumed = format!("/authorize/continue?continuation={id}");
        answers.push(stage.get(&resumed, &both).await);
    }
    assert!(answers[0].parameter("code").is_some());
    assert_eq!(answers[1].status, StatusCode::BAD_REQUEST);
    assert!(
        answers[1].body.contains("already been done"),
        "{}",
        answers[1].body
    );
}

#[tokio::test]
async fn a_request_waits_for_a_while_and_for_its_own_client_only() {
    let mut stage = Stage::with(|config| config.oauth.par_life = Duration::from_secs(30)).await;
    let other = new_client(&stage, "other");
    stage.register(other).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let pushed = stage.push("desk", &[]).await;
    assert_eq!(pushed.json()["expires_in"], 30);
    assert_answered_before(&stage.get(&by_uri("other", &pushed), &cookie).await);
    let unknown = encoded(&[
        ("client_id", "desk"),
        ("request_uri", "urn:ietf:params:oauth:request_uri:unknown"),
    ]);
    assert_answered_before(&stage.get(&format!("/authorize?{unknown}"), &cookie).await);
    stage.advance(Duration::from_secs(30));
    assert_answered_before(&stage.get(&by_uri("desk", &pushed), &cookie).await);
}

#[tokio::test]
async fn a_bad_request_is_refused_when_it_is_pushed() {
    let stage = Stage::new().await;
    let long = "s".repeat(3_000);
    for (changes, error) in [
        (("request_uri", Some("urn:x")), "invalid_request"),
        (("redirect_uri", None), "invalid_request"),
        (("redirect_uri", Some("https://evil.test/")), "invalid_request"),
        (("response_type", None), "invalid_request"),
        (("response_type", Some("token")), "unsupported_response_type"),
        (("response_mode", Some("smoke")), "invalid_request"),
        (("scope", Some(" ")), "invalid_scope"),
        (("scope", Some("unknown:scope")), "invalid_scope"),
        (("code_challenge", None), "invalid_request"),
        (("code_challenge_method", Some("plain")), "invalid_request"),
        (("prompt", Some("none login")), "invalid_request"),
        (("state", Some(long.as_str())), "invalid_request"),
        (("registration", Some("{}")), "registration_not_supported"),
        (("id_token_hint", Some("x")), "invalid_request"),
        (("claims", Some("{")), "invalid_request"),
        (("request", Some("x")), "invalid_request_object"),
    ] {
        let answer = stage.push("desk", &[changes]).await;
        assert_eq!(answer.error(), (400, error.to_owned()), "{changes:?}");
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
    let refused = stage.bare.events("oauth.authorization.pushed").await;
    assert_eq!(refused.len(), 16);
    assert!(refused.iter().all(|event| event["outcome"] == "refused"));
}

#[tokio::test]
async fn a_client_that_does_not_prove_itself_pushes_nothing() {
    let mut stage = Stage::new().await;
    let request = Stage::request(&[]);
    let (_, body) = request.split_once('?').unwrap();
    let answer = stage.post("/par", "", &[("client_id", "desk")]).await;
    assert_eq!(answer.error(), (401, "invalid_client".to_owned()));
    let json = http::Request::post("/par").header("content-type", "application/json");
    let answer = stage.send(json.body("{}".into()).unwrap()).await;
    assert_eq!(answer.error(), (415, "invalid_request".to_owned()));
    let twice = stage.client_request("/par", "desk", &format!("{body}&state=x"));
    assert_eq!(
        stage.send(twice).await.error(),
        (400, "invalid_request".to_owned())
    );
    // One that cannot keep a secret names itself.
    let public = NewClient {
        auth_method: doorward::domain::ClientAuthMethod::None,
        ..new_client(&stage, "page")
    };
    stage.register(public).await;
    let pushed = stage.push("page", &[]).await;
    assert_eq!(pushed.status, StatusCode::CREATED);
    // Another one's name in the body is no second proof.
    let wrong = stage.push("desk", &[("client_id", Some("page"))]).await;
    assert_eq!(wrong.error(), (401, "invalid_client".to_owned()));
}

#[tokio::test]
async fn a_client_pushes_with_an_assertion_that_works_once() {
    let mut stage = Stage::new().await;
    let prover = Prover::new("prover", Algorithm::Es256);
    let client = prover.client(&stage);
    stage.register(client).await;
    let assertion = prover.assertion(&stage, ISSUER);
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let changes = [
        ("client_assertion", Some(assertion.as_str())),
        ("client_assertion_type", Some(kind)),
    ];
    let pushed = stage.push("prover", &changes).await;
    assert_eq!(pushed.status, StatusCode::CREATED, "{pushed:?}");
    assert_eq!(
        stage.push("prover", &changes).await.error(),
        (401, "invalid_client".to_owned())
    );
}

#[tokio::test]
async fn pushing_can_be_required_of_one_client_and_of_all() {
    let mut stage = Stage::new().await;
    let strict = NewClient {
        settings: ClientSettings {
            require_pushed_authorization_requests: true,
            ..ClientSettings::default()
        },
        ..new_client(&stage, "strict")
    };
    stage.register(strict).await;
    let everybody = Stage::with(|config| config.oauth.require_pushed_authorization_requests = true).await;
    for (stage, client) in [(&stage, "strict"), (&everybody, "desk")] {
        let (_, cookie) = stage.signed_in(stage.ada).await;
        let direct = stage
            .get(&Stage::request(&[("client_id", Some(client))]), &cookie)
            .await;
        assert_eq!(direct.parameter("error").as_deref(), Some("invalid_request"));
        let told = direct.parameter("error_description").unwrap();
        assert!(told.contains("/par"), "{told}");
        let pushed = stage.push(client, &[]).await;
        let answer = stage.get(&by_uri(client, &pushed), &cookie).await;
        assert!(answer.parameter("code").is_some());
    }
    let told = everybody.get("/.well-known/openid-configuration", "").await;
    assert_eq!(told.json()["require_pushed_authorization_requests"], true);
}

#[tokio::test]
async fn the_language_of_a_pushed_request_is_that_of_the_next_page() {
    let stage = Stage::new().await;
    let pushed = stage.push("desk", &[("ui_locales", Some("tr en"))]).await;
    let answer = stage.get(&by_uri("desk", &pushed), "").await;
    assert!(answer.location().ends_with("?ui_locales=tr"), "{answer:?}");
    assert!(answer.location().starts_with("/signin/"));
}

#[tokio::test]
async fn a_pushed_request_that_may_show_no_page_is_answered_once_too() {
    let stage = Stage::new().await;
    let pushed = stage.push("desk", &[("prompt", Some("none"))]).await;
    let path = by_uri("desk", &pushed);
    let answer = stage.get(&path, "").await;
    assert_eq!(answer.parameter("error").as_deref(), Some("login_required"));
    assert_answered_before(&stage.get(&path, "").await);
}
