//! Clients that ask for a person over a channel of their own.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::post;
use doorward::client::{self, CibaSettings, ClientSettings, DeliveryMode, NewClient};
use doorward::config::Config;
use doorward::domain::GrantType;
use doorward::job::{Worked, work_on_next};
use doorward::oauth;
use doorward::storage::Sql;
use http::{HeaderMap, StatusCode};

use super::stage::{Answer, Stage, claims, new_client};
use crate::outbound::serve;

const GRANT: (&str, &str) = ("grant_type", "urn:openid:params:grant-type:ciba");
const HERE: &str = "/account/requests";

pub(super) async fn stage() -> Stage {
    stage_with(|_| {}).await
}

/// After a change of the configuration.
pub(super) async fn stage_with(change: impl FnOnce(&mut Config)) -> Stage {
    let mut stage = Stage::with(change).await;
    let hotline = NewClient {
        grant_types: vec![GrantType::Ciba, GrantType::RefreshToken],
        redirect_uris: Vec::new(),
        ..new_client(&stage, "hotline")
    };
    stage.register(hotline).await;
    stage
}

/// A good request, changed: a value of `None` leaves a parameter out.
pub(super) async fn ask(stage: &Stage, client: &str, changes: &[(&str, Option<&str>)]) -> Answer {
    let mut fields = vec![
        ("scope", "openid f:read"),
        ("login_hint", "ada"),
        ("binding_message", "W4SCT"),
    ];
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.extend(value.map(|value| (*name, value)));
    }
    stage
        .as_client("/backchannel_authentication", client, &fields)
        .await
}

pub(super) async fn poll(stage: &Stage, client: &str, auth_req_id: &str) -> Answer {
    stage.token(client, &[GRANT, ("auth_req_id", auth_req_id)]).await
}

/// Answers the one request on the page of a person.
pub(super) async fn answer(stage: &Stage, cookie: &str, decision: &str) -> Answer {
    let page = stage.get(HERE, cookie).await;
    let cookies = format!("{cookie}; {}", page.cookies());
    let (token, request) = (page.hidden("form_token"), page.hidden("request"));
    let fields = [
        ("form_token", token.as_str()),
        ("request", request.as_str()),
        ("decision", decision),
    ];
    stage.post(HERE, &cookies, &fields).await
}

#[tokio::test]
async fn a_client_gets_tokens_once_the_person_has_approved() {
    let stage = stage().await;
    let asked = ask(&stage, "hotline", &[]).await;
    assert_eq!(asked.status, StatusCode::OK, "{asked:?}");
    assert_eq!(asked.headers["cache-control"], "no-store");
    assert_eq!(asked.json()["expires_in"], 300);
    assert_eq!(asked.json()["interval"], 5);
    let auth_req_id = asked.text("auth_req_id");
    let early = poll(&stage, "hotline", &auth_req_id).await;
    assert_eq!(early.error(), (400, "authorization_pending".to_owned()));
    let hasty = poll(&stage, "hotline", &auth_req_id).await;
    assert_eq!(hasty.error(), (400, "slow_down".to_owned()));
    let (session, cookie) = stage.signed_in(stage.ada).await;
    let page = stage.get(HERE, &cookie).await;
    for shown in [
        "The hotline",
        "W4SCT",
        "Title of f:read",
        "id=\"allow\"",
        "id=\"deny\"",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    assert_eq!(answer(&stage, &cookie, "allow").await.location(), HERE);
    let page = stage.get(HERE, &cookie).await;
    assert!(
        page.body.contains("No application waits for you"),
        "{}",
        page.body
    );
    let tokens = poll(&stage, "hotline", &auth_req_id).await;
    assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
    let id_token = claims(&tokens.text("id_token"));
    assert_eq!(id_token["sub"], stage.ada.to_string());
    assert_eq!(id_token["aud"], "hotline");
    assert_eq!(id_token["sid"], session.id.to_string());
    assert_eq!(claims(&tokens.text("access_token"))["scope"], "f:read openid");
    assert!(tokens.json().get("refresh_token").is_some());
    let second = poll(&stage, "hotline", &auth_req_id).await;
    assert_eq!(second.error(), (400, "invalid_grant".to_owned()));
    assert_eq!(
        stage.userinfo(&tokens.text("access_token")).await.status,
        StatusCode::UNAUTHORIZED,
        "a second use ends what came of the first"
    );
}

#[tokio::test]
async fn what_was_approved_and_taken_back_is_not_handed_out() {
    let stage = stage().await;
    let auth_req_id = ask(&stage, "hotline", &[]).await.text("auth_req_id");
    let (_, cookie) = stage.signed_in(stage.ada).await;
    answer(&stage, &cookie, "allow").await;
    stage.withdraw("hotline").await;
    let refused = poll(&stage, "hotline", &auth_req_id).await;
    assert_eq!(refused.error(), (400, "access_denied".to_owned()));
}

#[tokio::test]
async fn a_person_is_named_by_username_by_subject_or_by_an_id_token() {
    let stage = stage().await;
    let subject = stage.ada.to_string();
    let first = ask(&stage, "hotline", &[("login_hint", Some(subject.as_str()))]).await;
    assert_eq!(first.status, StatusCode::OK, "{first:?}");
    let (_, cookie) = stage.signed_in(stage.ada).await;
    answer(&stage, &cookie, "allow").await;
    let tokens = poll(&stage, "hotline", &first.text("auth_req_id")).await;
    let id_token = tokens.text("id_token");
    let hint = [("login_hint", None), ("id_token_hint", Some(id_token.as_str()))];
    let second = ask(&stage, "hotline", &hint).await;
    assert_eq!(second.status, StatusCode::OK, "{second:?}");
    let code = stage.code(&[]).await;
    let of_desk = stage.redeem("desk", &code).await.text("id_token");
    for wrong in [of_desk.as_str(), "no token"] {
        let hint = [("login_hint", None), ("id_token_hint", Some(wrong))];
        let answer = ask(&stage, "hotline", &hint).await;
        assert_eq!(answer.error(), (400, "invalid_request".to_owned()));
    }
}

#[tokio::test]
async fn a_person_may_refuse_and_only_the_person_may_answer() {
    let stage = stage().await;
    let asked = ask(&stage, "hotline", &[]).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let page = stage.get(HERE, &cookie).await;
    let request = page.hidden("request");
    let stranger = stage.stranger().await;
    let (_, other) = stage.signed_in(stranger).await;
    let theirs = stage.get(HERE, &other).await;
    assert!(!theirs.body.contains("W4SCT"), "{}", theirs.body);
    let token = theirs.hidden_or("form_token", "none");
    let fields = [
        ("form_token", token.as_str()),
        ("request", request.as_str()),
        ("decision", "allow"),
    ];
    let cookies = format!("{other}; {}", theirs.cookies());
    let refused = stage.post(HERE, &cookies, &fields).await;
    assert!(refused.status.is_client_error(), "{refused:?}");
    let early = poll(&stage, "hotline", &asked.text("auth_req_id")).await;
    assert_eq!(early.error(), (400, "authorization_pending".to_owned()));
    answer(&stage, &cookie, "deny").await;
    let answer = poll(&stage, "hotline", &asked.text("auth_req_id")).await;
    assert_eq!(answer.error(), (400, "access_denied".to_owned()));
}

#[tokio::test]
async fn a_request_expires_when_the_client_says_so() {
    let stage = stage().await;
    let asked = ask(&stage, "hotline", &[("requested_expiry", Some("60"))]).await;
    assert_eq!(asked.json()["expires_in"], 60);
    let (_, cookie) = stage.signed_in(stage.ada).await;
    stage.advance(Duration::from_mins(1));
    let page = stage.get(HERE, &cookie).await;
    assert!(
        page.body.contains("No application waits for you"),
        "{}",
        page.body
    );
    let answer = poll(&stage, "hotline", &asked.text("auth_req_id")).await;
    assert_eq!(answer.error(), (400, "expired_token".to_owned()));
    let long = ask(&stage, "hotline", &[("requested_expiry", Some("86400"))]).await;
    assert_eq!(long.json()["expires_in"], 300);
}

#[tokio::test]
async fn a_request_that_is_wrong_is_refused_as_the_specification_says() {
    let stage = stage().await;
    stage.stranger().await;
    let long = "x".repeat(65);
    let both = [("id_token_hint", Some("x"))];
    for (change, expected) in [
        (("scope", None), "invalid_request"),
        (("scope", Some("f:read")), "invalid_scope"),
        (("scope", Some("openid \"")), "invalid_scope"),
        (("login_hint", None), "invalid_request"),
        (both[0], "invalid_request"),
        (("login_hint_token", Some("x")), "invalid_request"),
        (("login_hint", Some("nobody")), "unknown_user_id"),
        (("login_hint", Some("sam")), "unknown_user_id"),
        (
            ("binding_message", Some(long.as_str())),
            "invalid_binding_message",
        ),
        (("binding_message", Some("a\u{202e}b")), "invalid_binding_message"),
        (("requested_expiry", Some("0")), "invalid_request"),
        (("requested_expiry", Some("soon")), "invalid_request"),
        (("request", Some("x.y.z")), "invalid_request"),
    ] {
        let answer = ask(&stage, "hotline", &[change]).await;
        assert_eq!(answer.error(), (400, expected.to_owned()), "{change:?}");
    }
    let token = [("login_hint", None), ("login_hint_token", Some("x"))];
    let answer = ask(&stage, "hotline", &token).await;
    assert_eq!(answer.error(), (400, "invalid_request".to_owned()));
    assert_eq!(
        ask(&stage, "desk", &[]).await.error(),
        (400, "unauthorized_client".to_owned())
    );
    assert_eq!(
        ask(&stage, "nobody", &[]).await.error(),
        (401, "invalid_client".to_owned())
    );
    stage.disable(stage.ada).await;
    let answer = ask(&stage, "hotline", &[]).await;
    assert_eq!(answer.error(), (400, "unknown_user_id".to_owned()));
}

#[tokio::test]
async fn the_strength_that_was_asked_is_asked_of_the_person() {
    let stage = stage().await;
    let strong = [("acr_values", Some("urn:doorward:acr:2"))];
    let asked = ask(&stage, "hotline", &strong).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let sent = answer(&stage, &cookie, "allow").await;
    assert!(sent.location().starts_with("/signin/"), "{sent:?}");
    let early = poll(&stage, "hotline", &asked.text("auth_req_id")).await;
    assert_eq!(early.error(), (400, "authorization_pending".to_owned()));
}

#[tokio::test]
async fn another_client_cannot_redeem_it_and_nobody_is_asked_without_end() {
    let mut stage = stage().await;
    let other = NewClient {
        grant_types: vec![GrantType::Ciba],
        ..new_client(&stage, "other")
    };
    stage.register(other).await;
    let asked = ask(&stage, "hotline", &[]).await;
    let answer = poll(&stage, "other", &asked.text("auth_req_id")).await;
    assert_eq!(answer.error(), (400, "invalid_grant".to_owned()));
    let missing = stage.token("hotline", &[GRANT]).await;
    assert_eq!(missing.error(), (400, "invalid_request".to_owned()));
    for _ in 0..2 {
        let second = ask(&stage, "hotline", &[]).await;
        assert_eq!(second.error(), (403, "access_denied".to_owned()), "one at a time");
    }
    assert_eq!(ask(&stage, "other", &[]).await.status, StatusCode::OK);
    let metadata = stage.get("/.well-known/openid-configuration", "").await.json();
    assert_eq!(
        metadata["backchannel_authentication_endpoint"],
        "http://localhost:8080/backchannel_authentication"
    );
    assert_eq!(
        metadata["backchannel_token_delivery_modes_supported"],
        serde_json::json!(["poll", "ping"])
    );
    assert_eq!(metadata["backchannel_user_code_parameter_supported"], true);
}

#[tokio::test]
async fn a_client_asks_a_person_so_often_and_not_soon_after_a_refusal() {
    let mut stage = stage().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let denied = (403, "access_denied".to_owned());
    for _ in 0..3 {
        assert_eq!(ask(&stage, "hotline", &[]).await.status, StatusCode::OK);
        answer(&stage, &cookie, "allow").await;
    }
    assert_eq!(ask(&stage, "hotline", &[]).await.error(), denied);
    stage.advance(Duration::from_mins(1));
    assert_eq!(ask(&stage, "hotline", &[]).await.status, StatusCode::OK);
    answer(&stage, &cookie, "deny").await;
    stage.advance(Duration::from_mins(4));
    assert_eq!(ask(&stage, "hotline", &[]).await.error(), denied);
    stage.advance(Duration::from_mins(1));
    assert_eq!(ask(&stage, "hotline", &[]).await.status, StatusCode::OK);
    // All clients together are bounded too.
    for number in 0..10 {
        let id = format!("hotline-{number}");
        let another = NewClient {
            grant_types: vec![GrantType::Ciba],
            ..new_client(&stage, &id)
        };
        stage.register(another).await;
        let asked = ask(&stage, &id, &[]).await;
        if number < 9 {
            assert_eq!(asked.status, StatusCode::OK, "{number}: {asked:?}");
        } else {
            assert_eq!(asked.error(), denied);
        }
    }
}

const ASKED: Sql = Sql::new("SELECT asked FROM polled_request");

async fn work(stage: &Stage) -> Worked {
    work_on_next(&stage.bare.house, &oauth::jobs()).await.unwrap()
}

/// What an application hears at its own address: the token and the body of each call.
type Heard = Arc<Mutex<Vec<(String, String)>>>;

async fn pinged(stage: &mut Stage) -> Heard {
    let heard = Heard::default();
    let ears = Arc::clone(&heard);
    let hear = move |headers: HeaderMap, body: String| {
        let token = headers["authorization"].to_str().unwrap().to_owned();
        ears.lock().unwrap().push((token, body));
        std::future::ready(StatusCode::NO_CONTENT)
    };
    let port = serve(Router::new().route("/ping", post(hear))).await;
    let settings = ClientSettings {
        ciba: CibaSettings {
            backchannel_token_delivery_mode: Some(DeliveryMode::Ping),
            backchannel_client_notification_endpoint: Some(format!("http://127.0.0.1:{port}/ping")),
            ..CibaSettings::default()
        },
        ..ClientSettings::default()
    };
    let bell = NewClient {
        grant_types: vec![GrantType::Ciba],
        redirect_uris: Vec::new(),
        settings,
        ..new_client(stage, "bell")
    };
    stage.register(bell).await;
    heard
}

#[tokio::test]
async fn a_client_that_wants_it_is_told_of_the_answer() {
    let loopback = Stage::with(|config| {
        config.outbound.allowed_networks = vec!["127.0.0.0/8".parse().unwrap()];
    });
    let mut stage = loopback.await;
    let heard = pinged(&mut stage).await;
    let token = "token.of-the_bell~0123456789+/==";
    let (_, cookie) = stage.signed_in(stage.ada).await;
    for (decision, outcome) in [("allow", None), ("deny", Some("access_denied"))] {
        let asked = ask(&stage, "bell", &[("client_notification_token", Some(token))]).await;
        assert_eq!(asked.status, StatusCode::OK, "{asked:?}");
        let auth_req_id = asked.text("auth_req_id");
        assert_eq!(work(&stage).await, Worked::Idle);
        answer(&stage, &cookie, decision).await;
        assert_eq!(work(&stage).await, Worked::Attempted);
        let told = std::mem::take(&mut *heard.lock().unwrap());
        let expected = serde_json::json!({ "auth_req_id": auth_req_id });
        let [(bearer, body)] = told.as_slice() else {
            panic!("{told:?}")
        };
        assert_eq!(bearer, &format!("Bearer {token}"));
        assert_eq!(serde_json::from_str::<serde_json::Value>(body).unwrap(), expected);
        let tokens = poll(&stage, "bell", &auth_req_id).await;
        match outcome {
            None => assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}"),
            Some(error) => assert_eq!(tokens.error(), (400, error.to_owned())),
        }
    }
    let events = stage.bare.events("oauth.request.told").await;
    assert_eq!(events.len(), 2);
    // What would let others listen, or ask, is not readable in the database.
    let mut op = stage.op();
    let tx = op.reading().await.unwrap();
    let kept: Vec<serde_json::Value> = tx.query(ASKED).all(|row| row.get("asked")).await.unwrap();
    assert_eq!(kept.len(), 2);
    for asked in kept {
        assert!(!asked.to_string().contains("of-the_bell"), "{asked}");
    }
}

#[tokio::test]
async fn whoever_is_to_be_told_gives_a_token_for_it() {
    let loopback = Stage::with(|config| {
        config.outbound.allowed_networks = vec!["127.0.0.0/8".parse().unwrap()];
    });
    let mut stage = loopback.await;
    pinged(&mut stage).await;
    let long = "x".repeat(1_025);
    for wrong in [None, Some("a b"), Some("===="), Some("a=b"), Some(long.as_str())] {
        let asked = ask(&stage, "bell", &[("client_notification_token", wrong)]).await;
        assert_eq!(asked.error(), (400, "invalid_request".to_owned()), "{wrong:?}");
    }
    let without_address = NewClient {
        settings: ClientSettings {
            ciba: CibaSettings {
                backchannel_token_delivery_mode: Some(DeliveryMode::Ping),
                ..CibaSettings::default()
            },
            ..ClientSettings::default()
        },
        ..new_client(&stage, "deaf")
    };
    let refused = client::create(&mut stage.op(), without_address)
        .await
        .unwrap_err();
    assert_eq!(refused.field(), Some("backchannel_client_notification_endpoint"));
}
