//! Devices without a keyboard: a code on the device, a person elsewhere.

use std::time::Duration;

use doorward::client::NewClient;
use doorward::config::Config;
use doorward::domain::{ClientAuthMethod, GrantType};
use http::StatusCode;

use super::stage::{Answer, Stage, claims, new_client};

const GRANT: (&str, &str) = ("grant_type", "urn:ietf:params:oauth:grant-type:device_code");

pub(super) async fn stage() -> Stage {
    stage_with(|_| {}).await
}

/// After a change of the configuration.
pub(super) async fn stage_with(change: impl FnOnce(&mut Config)) -> Stage {
    let mut stage = Stage::with(change).await;
    let television = NewClient {
        grant_types: vec![GrantType::DeviceCode, GrantType::RefreshToken],
        redirect_uris: Vec::new(),
        ..new_client(&stage, "television")
    };
    stage.register(television).await;
    stage
}

pub(super) async fn ask(stage: &Stage, client: &str, scope: &str) -> Answer {
    let fields = [("scope", scope)];
    stage.as_client("/device_authorization", client, &fields).await
}

pub(super) async fn poll(stage: &Stage, client: &str, device_code: &str) -> Answer {
    stage.token(client, &[GRANT, ("device_code", device_code)]).await
}

/// A browser in which Ada is signed in, at the question.
struct Browser {
    cookies: String,
    question: Answer,
    at: String,
}

async fn enter(stage: &Stage, cookie: &str, code: &str) -> (String, Answer) {
    let page = stage.get("/device", cookie).await;
    let cookies = format!("{cookie}; {}", page.cookies());
    let token = page.hidden("form_token");
    let fields = [("form_token", token.as_str()), ("user_code", code)];
    let entered = stage.post("/device", &cookies, &fields).await;
    (cookies, entered)
}

impl Browser {
    async fn at_the_question(stage: &Stage, cookie: &str, code: &str) -> Self {
        let (cookies, entered) = enter(stage, cookie, code).await;
        let question = stage.get(entered.location(), &cookies).await;
        assert_eq!(question.status, StatusCode::OK, "{question:?}");
        let (_, rest) = question.body.split_once("action=\"/device/").unwrap();
        let at = format!("/device/{}", rest.split('"').next().unwrap());
        Self {
            cookies,
            question,
            at,
        }
    }

    async fn decide(&self, stage: &Stage, decision: &str) -> Answer {
        let token = self.question.hidden("form_token");
        let fields = [("form_token", token.as_str()), ("decision", decision)];
        stage.post(&self.at, &self.cookies, &fields).await
    }
}

/// Ada answers what a device asks.
pub(super) async fn answered(stage: &Stage, code: &str, decision: &str) -> Answer {
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let browser = Browser::at_the_question(stage, &cookie, code).await;
    browser.decide(stage, decision).await
}

#[tokio::test]
async fn a_device_gets_tokens_once_a_person_has_allowed_it() {
    let stage = stage().await;
    let asked = ask(&stage, "television", "openid f:read f:export").await;
    assert_eq!(asked.status, StatusCode::OK, "{asked:?}");
    assert_eq!(asked.headers["cache-control"], "no-store");
    let code = asked.text("user_code");
    assert_eq!(asked.text("verification_uri"), "http://localhost:8080/device");
    assert_eq!(
        asked.text("verification_uri_complete"),
        format!("http://localhost:8080/device?user_code={code}")
    );
    assert_eq!(asked.json()["expires_in"], 600);
    assert_eq!(asked.json()["interval"], 5);
    let device_code = asked.text("device_code");
    let early = poll(&stage, "television", &device_code).await;
    assert_eq!(early.error(), (400, "authorization_pending".to_owned()));

    let (session, cookie) = stage.signed_in(stage.ada).await;
    let typed = code.to_lowercase().replace('-', " ");
    let browser = Browser::at_the_question(&stage, &cookie, &typed).await;
    let page = &browser.question.body;
    for shown in [
        code.as_str(),
        "The television",
        "Title of f:read",
        "id=\"allow\"",
        "id=\"deny\"",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(page.contains("Only go on if you started this yourself"), "{page}");
    assert!(
        !page.contains("Title of f:export"),
        "Ada has no right to it: {page}"
    );
    let done = browser.decide(&stage, "allow").await;
    assert!(done.body.contains("Device connected"), "{done:?}");
    let again = browser.decide(&stage, "allow").await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);

    stage.advance(Duration::from_secs(5));
    let tokens = poll(&stage, "television", &device_code).await;
    assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
    assert_eq!(tokens.text("scope"), "f:read openid");
    let id_token = claims(&tokens.text("id_token"));
    assert_eq!(id_token["sub"], stage.ada.to_string());
    assert_eq!(id_token["sid"], session.id.to_string());
    assert_eq!(id_token["aud"], "television");
    let access_token = tokens.text("access_token");
    assert_eq!(stage.userinfo(&access_token).await.status, StatusCode::OK);
    let refreshed = stage.refresh("television", &tokens.text("refresh_token")).await;
    assert_eq!(refreshed.status, StatusCode::OK, "{refreshed:?}");
    let issued = stage.bare.events("oauth.token.issued").await;
    assert_eq!(issued[0]["details"]["grant_type"], GRANT.1);
    assert_eq!(stage.bare.events("consent.given").await.len(), 1);
}

#[tokio::test]
async fn a_device_code_is_redeemed_once_and_a_second_use_ends_what_came_of_it() {
    let stage = stage().await;
    let asked = ask(&stage, "television", "openid").await;
    answered(&stage, &asked.text("user_code"), "allow").await;
    let device_code = asked.text("device_code");
    let tokens = poll(&stage, "television", &device_code).await;
    let access_token = tokens.text("access_token");
    assert_eq!(stage.userinfo(&access_token).await.status, StatusCode::OK);
    let second = poll(&stage, "television", &device_code).await;
    assert_eq!(second.error(), (400, "invalid_grant".to_owned()));
    assert_eq!(
        stage.userinfo(&access_token).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_device_that_asks_too_often_is_slowed_down_more_each_time() {
    let stage = stage().await;
    let device_code = ask(&stage, "television", "openid").await.text("device_code");
    for (after, expected) in [
        (0, "authorization_pending"),
        (4, "slow_down"),
        (9, "slow_down"),
        (15, "authorization_pending"),
        (14, "slow_down"),
        (20, "authorization_pending"),
    ] {
        stage.advance(Duration::from_secs(after));
        let answer = poll(&stage, "television", &device_code).await;
        assert_eq!(answer.error(), (400, expected.to_owned()), "{after}");
    }
    let refused = stage.bare.events("oauth.token.refused").await;
    assert_eq!(refused.len(), 0, "waiting is no refusal");
}

#[tokio::test]
async fn a_person_may_refuse_and_the_device_is_told() {
    let stage = stage().await;
    let asked = ask(&stage, "television", "openid").await;
    let page = answered(&stage, &asked.text("user_code"), "deny").await;
    assert!(page.body.contains("Device not connected"), "{page:?}");
    for _ in 0..2 {
        let answer = poll(&stage, "television", &asked.text("device_code")).await;
        assert_eq!(answer.error(), (400, "access_denied".to_owned()));
    }
    assert_eq!(stage.bare.events("consent.refused").await.len(), 1);
}

#[tokio::test]
async fn a_code_that_nobody_has_answered_in_time_has_expired_for_device_and_person() {
    let stage = stage().await;
    let asked = ask(&stage, "television", "openid").await;
    stage.advance(Duration::from_mins(10));
    let answer = poll(&stage, "television", &asked.text("device_code")).await;
    assert_eq!(answer.error(), (400, "expired_token".to_owned()));
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let (_, entered) = enter(&stage, &cookie, &asked.text("user_code")).await;
    assert_eq!(entered.status, StatusCode::BAD_REQUEST);
    assert!(entered.body.contains("This code is not known"), "{entered:?}");
    let allowed_late = ask(&stage, "television", "openid").await;
    answered(&stage, &allowed_late.text("user_code"), "allow").await;
    stage.advance(Duration::from_mins(10));
    let answer = poll(&stage, "television", &allowed_late.text("device_code")).await;
    assert_eq!(answer.error(), (400, "expired_token".to_owned()));
    let mut op = stage.op();
    stage.advance(Duration::from_hours(2));
    doorward::oauth::sweep(&mut op).await.unwrap();
    op.commit().await.unwrap();
}

#[tokio::test]
async fn a_device_code_works_for_its_own_client_only() {
    let mut stage = stage().await;
    let radio = NewClient {
        grant_types: vec![GrantType::DeviceCode],
        ..new_client(&stage, "radio")
    };
    stage.register(radio).await;
    let asked = ask(&stage, "television", "openid").await;
    answered(&stage, &asked.text("user_code"), "allow").await;
    let device_code = asked.text("device_code");
    for (client, code, expected) in [
        ("radio", device_code.as_str(), "invalid_grant"),
        ("television", "no such code", "invalid_grant"),
        ("television", "", "invalid_request"),
        ("desk", device_code.as_str(), "unauthorized_client"),
    ] {
        let answer = poll(&stage, client, code).await;
        assert_eq!(answer.error(), (400, expected.to_owned()), "{client} {code}");
    }
    assert_eq!(
        poll(&stage, "television", &device_code).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_client_that_asks_wrongly_is_told_so() {
    let mut stage = stage().await;
    let app = NewClient {
        auth_method: ClientAuthMethod::None,
        grant_types: vec![GrantType::DeviceCode],
        ..new_client(&stage, "app")
    };
    stage.register(app).await;
    let public = [("client_id", "app"), ("scope", "openid")];
    let answer = stage.as_client("/device_authorization", "app", &public).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    for (client, scope, expected) in [
        ("television", "stray", (400, "invalid_scope")),
        ("television", "a\"b", (400, "invalid_scope")),
        ("desk", "openid", (400, "unauthorized_client")),
        ("nobody", "openid", (401, "invalid_client")),
    ] {
        let answer = ask(&stage, client, scope).await;
        assert_eq!(
            answer.error(),
            (expected.0, expected.1.to_owned()),
            "{client} {scope}"
        );
    }
    let twice = stage
        .as_client_raw("/device_authorization", "television", "scope=a&scope=b")
        .await;
    assert_eq!(twice.error(), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn codes_cannot_be_guessed_at_speed() {
    let stage = stage().await;
    let asked = ask(&stage, "television", "openid").await;
    let page = stage.get("/device", "").await;
    let token = page.hidden("form_token");
    let guess = async |code: &str| {
        let fields = [("form_token", token.as_str()), ("user_code", code)];
        stage.post("/device", &page.cookies(), &fields).await
    };
    for _ in 0..10 {
        assert_eq!(guess("BBBB-BBBB").await.status, StatusCode::BAD_REQUEST);
    }
    let answer = guess(&asked.text("user_code")).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers["retry-after"], "30");
    stage.advance(Duration::from_secs(30));
    let answer = guess(&asked.text("user_code")).await;
    assert!(answer.location().starts_with("/signin/"), "{answer:?}");
}

#[tokio::test]
async fn right_codes_use_up_no_limit_and_strangers_lock_nobody_out() {
    let stage = Stage::with(|config| {
        config.limits.user_codes_of_strangers.burst = 3;
        config.limits.user_codes_per_person.burst = 2;
    });
    let mut stage = stage.await;
    let television = NewClient {
        grant_types: vec![GrantType::DeviceCode],
        ..new_client(&stage, "television")
    };
    stage.register(television).await;
    for _ in 0..5 {
        let asked = ask(&stage, "television", "openid").await;
        let (_, entered) = enter(&stage, "", &asked.text("user_code")).await;
        assert!(entered.location().starts_with("/signin/"), "{entered:?}");
    }
    for expected in [400, 400, 400, 429] {
        let (_, entered) = enter(&stage, "", "BBBB-BBBB").await;
        assert_eq!(entered.status.as_u16(), expected);
    }
    let (_, cookie) = stage.signed_in(stage.ada).await;
    for _ in 0..3 {
        let asked = ask(&stage, "television", "openid").await;
        let (_, entered) = enter(&stage, &cookie, &asked.text("user_code")).await;
        assert!(entered.location().starts_with("/device/continue"), "{entered:?}");
    }
    for expected in [400, 400, 429] {
        let (_, entered) = enter(&stage, &cookie, "BBBB-BBBB").await;
        assert_eq!(entered.status.as_u16(), expected);
    }
}

#[tokio::test]
async fn a_link_fills_in_the_code_and_does_nothing_more() {
    let stage = stage().await;
    let asked = ask(&stage, "television", "openid").await;
    let code = asked.text("user_code");
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let page = stage.get(&format!("/device?user_code={code}"), &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains(&format!("value=\"{code}\"")), "{}", page.body);
    let hostile = stage.get("/device?user_code=%22%3E%3Cscript%3E", &cookie).await;
    assert!(!hostile.body.contains("<script"), "{}", hostile.body);
    let answer = poll(&stage, "television", &asked.text("device_code")).await;
    assert_eq!(answer.error(), (400, "authorization_pending".to_owned()));
}

#[tokio::test]
async fn another_browser_or_another_organisation_cannot_answer() {
    let stage = stage().await;
    let asked = ask(&stage, "television", "openid").await;
    let code = asked.text("user_code");
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let browser = Browser::at_the_question(&stage, &cookie, &code).await;
    let elsewhere = stage.get("/device", &cookie).await;
    let token = elsewhere.hidden("form_token");
    let fields = [("form_token", token.as_str()), ("decision", "allow")];
    let cookies = format!("{cookie}; {}", elsewhere.cookies());
    let answer = stage.post(&browser.at, &cookies, &fields).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let forged = [("form_token", "forged"), ("decision", "allow")];
    let answer = stage.post(&browser.at, &browser.cookies, &forged).await;
    assert!(answer.status.is_client_error(), "{answer:?}");
    let stranger = stage.stranger().await;
    let (_, cookie) = stage.signed_in(stranger).await;
    let (cookies, entered) = enter(&stage, &cookie, &code).await;
    let page = stage.get(entered.location(), &cookies).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(
        page.body.contains("not open to people of your organisation"),
        "{page:?}"
    );
    let answer = poll(&stage, "television", &asked.text("device_code")).await;
    assert_eq!(answer.error(), (400, "authorization_pending".to_owned()));
}

#[tokio::test]
async fn what_a_person_gave_is_worth_nothing_once_the_person_may_not_act() {
    let stage = stage().await;
    let asked = ask(&stage, "television", "openid").await;
    answered(&stage, &asked.text("user_code"), "allow").await;
    stage.disable(stage.ada).await;
    for _ in 0..2 {
        let answer = poll(&stage, "television", &asked.text("device_code")).await;
        assert_eq!(answer.error(), (400, "invalid_grant".to_owned()));
    }
}

#[tokio::test]
async fn an_installation_may_turn_devices_off() {
    let mut stage = Stage::with(|config| {
        config
            .oauth
            .grant_types
            .retain(|grant| *grant != GrantType::DeviceCode);
    })
    .await;
    let television = NewClient {
        grant_types: vec![GrantType::DeviceCode],
        ..new_client(&stage, "television")
    };
    stage.register(television).await;
    let answer = ask(&stage, "television", "openid").await;
    assert_eq!(answer.error(), (400, "unsupported_grant_type".to_owned()));
    assert_eq!(stage.get("/device", "").await.status, StatusCode::NOT_FOUND);
    let metadata = stage.get("/.well-known/openid-configuration", "").await.json();
    assert_eq!(metadata.get("device_authorization_endpoint"), None);
}
