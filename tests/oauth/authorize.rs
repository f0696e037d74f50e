//! The authorization endpoint: what is refused where, and what is answered.

use std::time::Duration;

use doorward::domain::{Limit, OrganisationStatus};
use http::StatusCode;

use super::stage::{Answer, CALLBACK, ISSUER, Stage, new_client};

#[tokio::test]
async fn a_signed_in_person_gets_a_code_with_state_and_issuer() {
    let stage = Stage::new().await;
    let (session, cookie) = stage.signed_in(stage.ada).await;
    let answer = stage.get(&Stage::request(&[]), &cookie).await;
    assert!(answer.location().starts_with("https://desk.test/callback?code="));
    assert_eq!(answer.parameter("state").as_deref(), Some("state of a test"));
    assert_eq!(answer.parameter("iss").as_deref(), Some(ISSUER));
    let events = stage.bare.events("oauth.code.issued").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["session"], session.id.to_string());
    assert_eq!(events[0]["details"]["scope"], "f:read openid");
    assert!(!events[0].to_string().contains(&answer.parameter("code").unwrap()));
}

#[tokio::test]
async fn nothing_is_redirected_before_client_and_address_are_proven() {
    let stage = Stage::new().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let long = "a".repeat(5_000);
    for changes in [
        [("client_id", None)],
        [("client_id", Some(""))],
        [("client_id", Some("nobody"))],
        [("client_id", Some("desk\u{0}"))],
        [("client_id", Some(&long))],
        [("redirect_uri", None)],
        [("redirect_uri", Some(""))],
        [("redirect_uri", Some("https://desk.test/callback/"))],
        [("redirect_uri", Some("https://evil.test/callback"))],
        [("redirect_uri", Some("https://desk.test/callback?x=1"))],
        [("redirect_uri", Some(&long))],
    ] {
        let answer = stage.get(&Stage::request(&changes), &cookie).await;
        assert_plain_page(&answer);
    }
}

#[tokio::test]
async fn a_repeated_parameter_is_told_where_the_address_is_proven() {
    let stage = Stage::new().await;
    for (name, state) in [
        ("scope", Some("state of a test")),
        ("state", None),
        ("nonce", Some("state of a test")),
    ] {
        let path = format!("{}&{name}=x", Stage::request(&[]));
        let answer = stage.get(&path, "").await;
        assert!(answer.location().starts_with(CALLBACK), "{name}");
        assert_eq!(
            answer.parameter("error").as_deref(),
            Some("invalid_request"),
            "{name}"
        );
        assert_eq!(answer.parameter("state").as_deref(), state, "{name}");
        let (path, body) = path.split_once('?').unwrap();
        let request = http::Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.to_owned().into());
        let posted = stage.send(request.unwrap()).await;
        let answer = stage.get(posted.location(), "").await;
        assert_eq!(
            answer.parameter("error").as_deref(),
            Some("invalid_request"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_repeated_parameter_that_decides_who_is_told_is_refused_on_a_page() {
    let stage = Stage::new().await;
    for (name, value) in [
        ("redirect_uri", "https://evil.test/"),
        ("client_id", "other"),
        ("response_mode", "form_post"),
    ] {
        let path = format!("{}&response_mode=query&{name}={value}", Stage::request(&[]));
        assert_plain_page(&stage.get(&path, "").await);
        let (path, body) = path.split_once('?').unwrap();
        let request = http::Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.to_owned().into());
        let posted = stage.send(request.unwrap()).await;
        // A form of another site comes without cookies: the browser keeps those that it has.
        assert_eq!(posted.cookies(), "");
        assert_plain_page(&stage.get(posted.location(), "").await);
    }
    let json = http::Request::post("/authorize").header("content-type", "application/json");
    let answer = stage.send(json.body("{}".into()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(answer.body.contains("Reference:"), "{}", answer.body);
}

/// In the style of the house, with the id under which the log knows it, and nothing that leads away.
fn assert_plain_page(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let kind = answer.headers["content-type"].to_str().unwrap();
    assert!(kind.starts_with("text/html"), "{kind}");
    assert!(answer.body.contains("Reference:"), "{}", answer.body);
    assert!(!answer.body.contains("href=\"http"), "{}", answer.body);
}

#[tokio::test]
async fn a_proven_client_is_told_what_is_wrong() {
    let mut stage = Stage::new().await;
    let robot = doorward::client::NewClient {
        grant_types: vec![doorward::domain::GrantType::ClientCredentials],
        ..new_client(&stage, "robot")
    };
    stage.register(robot).await;
    let long = "a".repeat(3_000);
    let short = "a".repeat(42);
    for (changes, error) in [
        (("response_type", None), "invalid_request"),
        (("response_type", Some("token")), "unsupported_response_type"),
        (
            ("response_type", Some("code id_token")),
            "unsupported_response_type",
        ),
        (("response_mode", Some("web_message")), "invalid_request"),
        (("claims", Some("[]")), "invalid_request"),
        (("code_challenge", None), "invalid_request"),
        (("code_challenge", Some("")), "invalid_request"),
        (("code_challenge", Some(short.as_str())), "invalid_request"),
        (("code_challenge_method", None), "invalid_request"),
        (("code_challenge_method", Some("plain")), "invalid_request"),
        (("scope", Some(" ")), "invalid_scope"),
        (("scope", Some("a\"b")), "invalid_scope"),
        (("scope", Some("unknown:scope")), "invalid_scope"),
        (("prompt", Some("none login")), "invalid_request"),
        (("prompt", Some("create")), "invalid_request"),
        (("max_age", Some("-1")), "invalid_request"),
        (("max_age", Some("+1")), "invalid_request"),
        (("max_age", Some("soon")), "invalid_request"),
        (("nonce", Some(long.as_str())), "invalid_request"),
        (("login_hint", Some(long.as_str())), "invalid_request"),
        (("request", Some("x.y.z")), "invalid_request_object"),
        (("request_uri", Some("https://a.test/")), "invalid_request_uri"),
        (("registration", Some("{}")), "registration_not_supported"),
        (("client_id", Some("robot")), "unauthorized_client"),
        (("prompt", Some("none")), "login_required"),
    ] {
        let answer = stage.get(&Stage::request(&[changes]), "").await;
        assert!(answer.location().starts_with(CALLBACK), "{changes:?}");
        assert_eq!(answer.parameter("error").as_deref(), Some(error), "{changes:?}");
        assert_eq!(answer.parameter("state").as_deref(), Some("state of a test"));
        assert_eq!(answer.parameter("iss").as_deref(), Some(ISSUER));
        assert_eq!(answer.parameter("code"), None);
    }
    let refused = stage.bare.events("oauth.authorization").await;
    assert_eq!(refused.len(), 25);
}

#[tokio::test]
async fn a_state_that_is_too_long_is_not_sent_back() {
    let stage = Stage::new().await;
    let long = "s".repeat(3_000);
    let answer = stage.get(&Stage::request(&[("state", Some(&long))]), "").await;
    assert_eq!(answer.parameter("error").as_deref(), Some("invalid_request"));
    assert_eq!(answer.parameter("state"), None);
}

#[tokio::test]
async fn a_nul_is_refused_on_a_page() {
    let stage = Stage::new().await;
    let answer = stage
        .get(&Stage::request(&[("state", Some("a\u{0}b"))]), "")
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_sent_to_sign_in() {
    let stage = Stage::new().await;
    let answer = stage.get(&Stage::request(&[]), "").await;
    let (before, id) = answer.location().rsplit_once('/').unwrap();
    assert_eq!(before, "/signin");
    let resumed = format!("/authorize/continue?continuation={id}");
    // Another browser has no part in it.
    let stranger = stage.get(&resumed, "").await;
    assert_eq!(stranger.status, StatusCode::BAD_REQUEST);
    // Its own browser is sent back to sign in until that is proven, even with a session.
    let browser = answer.cookies();
    assert_eq!(
        stage.get(&resumed, &browser).await.location(),
        format!("/signin/{id}")
    );
    let (session, cookie) = stage.signed_in(stage.ada).await;
    let both = format!("{browser}; {cookie}");
    assert_eq!(
        stage.get(&resumed, &both).await.location(),
        format!("/signin/{id}")
    );
    let mut op = stage.op();
    let id = id.parse().unwrap();
    doorward::session::continuation::prove(&mut op, id, &session)
        .await
        .unwrap();
    op.commit().await.unwrap();
    assert!(stage.get(&resumed, &both).await.parameter("code").is_some());
    // The back button ends in a page that says so.
    let again = stage.get(&resumed, &both).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert!(again.body.contains("already been done"), "{}", again.body);
}

#[tokio::test]
async fn an_old_or_weak_session_is_not_enough_when_more_is_asked() {
    let stage = Stage::new().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    stage.advance(std::time::Duration::from_secs(100));
    for (name, value, enough) in [
        ("max_age", "101", true),
        ("max_age", "99", false),
        ("max_age", "0", false),
        ("prompt", "login", false),
        ("prompt", "select_account", false),
        ("acr_values", "urn:doorward:acr:1", true),
        ("acr_values", "urn:doorward:acr:2", false),
        ("acr_values", "urn:unknown", true),
    ] {
        let answer = stage.get(&Stage::request(&[(name, Some(value))]), &cookie).await;
        let to = answer.location();
        assert_eq!(to.starts_with(CALLBACK), enough, "{name}={value}: {to}");
        assert_eq!(to.starts_with("/signin/"), !enough, "{name}={value}: {to}");
    }
    let silent = [("prompt", Some("none")), ("max_age", Some("10"))];
    let answer = stage.get(&Stage::request(&silent), &cookie).await;
    assert_eq!(answer.parameter("error").as_deref(), Some("login_required"));
}

#[tokio::test]
async fn people_of_another_organisation_sign_in_to_shared_clients_only() {
    let mut stage = Stage::new().await;
    let shared = doorward::client::NewClient {
        shared: true,
        ..new_client(&stage, "open")
    };
    stage.register(shared).await;
    let stranger = stage.stranger().await;
    let (_, cookie) = stage.signed_in(stranger).await;
    let answer = stage.get(&Stage::request(&[]), &cookie).await;
    assert_eq!(answer.parameter("error").as_deref(), Some("access_denied"));
    let events = stage.bare.events("oauth.authorization").await;
    assert_eq!(events[0]["outcome"], "refused");
    assert_eq!(events[0]["on_behalf_of"], stranger.to_string());
    let open = [("client_id", Some("open")), ("scope", Some("openid"))];
    let answer = stage.get(&Stage::request(&open), &cookie).await;
    assert!(answer.parameter("code").is_some());
}

#[tokio::test]
async fn an_application_of_a_suspended_organisation_sends_nobody_anywhere() {
    let stage = Stage::new().await;
    let mut op = stage.op();
    doorward::person::set_organisation_status(&mut op, stage.organisation, OrganisationStatus::Suspended)
        .await
        .unwrap();
    op.commit().await.unwrap();
    let answer = stage.get(&Stage::request(&[]), "").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(
        answer.body.contains("may not be used any more"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_request_by_form_is_made_a_link() {
    let stage = Stage::new().await;
    let query = Stage::request(&[]);
    let (_, query) = query.split_once('?').unwrap();
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let fields: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let answer = stage.post("/authorize", "", &fields).await;
    assert!(answer.location().starts_with("/authorize?client_id=desk&"));
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let followed = stage.get(answer.location(), &cookie).await;
    assert!(followed.parameter("code").is_some());
}

#[tokio::test]
async fn a_request_by_form_that_is_too_long_for_a_link_is_kept_for_a_while() {
    let stage = Stage::with(|config| {
        config.limits.unproven_requests_per_address = Limit {
            burst: 2,
            refill: Duration::from_mins(1),
        };
    })
    .await;
    let hint = "x".repeat(20_000);
    let path = Stage::request(&[("id_token_hint", Some(&hint))]);
    let (_, query) = path.split_once('?').unwrap();
    let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let fields: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let answer = stage.post("/authorize", "", &fields).await;
    let link = answer.location().to_owned();
    assert!(link.starts_with("/authorize?posted="), "{answer:?}");
    assert!(
        link.len() < 100,
        "nothing of the request is in the address: {link}"
    );
    // As often as the page is loaded; the hint is none of ours.
    for _ in 0..2 {
        let answer = stage.get(&link, &cookie).await;
        assert_eq!(answer.parameter("error").as_deref(), Some("invalid_request"));
        assert_eq!(answer.parameter("state").as_deref(), Some("state of a test"));
    }
    let nobody: Vec<_> = [("client_id", "nobody"), ("id_token_hint", hint.as_str())].into();
    let answer = stage.post("/authorize", "", &nobody).await;
    assert_eq!(
        answer.location(),
        "/authorize?client_id=nobody",
        "nothing is kept"
    );
    let unknown = stage.get("/authorize?posted=unknown", &cookie).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    stage.post("/authorize", "", &fields).await;
    let limited = stage.post("/authorize", "", &fields).await;
    assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(limited.headers.contains_key("retry-after"));
    stage.advance(Duration::from_mins(2));
    assert_eq!(stage.get(&link, &cookie).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn whoever_may_choose_an_account_finds_the_present_one_filled_in() {
    let stage = Stage::new().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    stage.advance(std::time::Duration::from_secs(1));
    for (prompt, hint, filled) in [
        ("select_account", None, Some("ada")),
        ("select_account", Some("rosa"), Some("rosa")),
        ("login", None, None),
    ] {
        let path = Stage::request(&[("prompt", Some(prompt)), ("login_hint", hint)]);
        let answer = stage.get(&path, &cookie).await;
        let id = answer.location().strip_prefix("/signin/").unwrap();
        let cookies = answer.cookies();
        let (_, browser) = cookies.split_once('=').unwrap();
        let browser = doorward::domain::Token::presented(browser).digest();
        let mut op = stage.op();
        let found = doorward::session::continuation::find(&mut op, id.parse().unwrap(), &browser)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.login_hint.as_deref(), filled, "{prompt} {hint:?}");
    }
}

#[tokio::test]
async fn requests_that_nobody_stands_behind_are_bounded_by_address() {
    let stage = Stage::with(|config| {
        config.limits.unproven_requests_per_address = Limit {
            burst: 2,
            refill: Duration::from_mins(1),
        };
    })
    .await;
    let ask = async || stage.get(&Stage::request(&[]), "").await;
    for _ in 0..2 {
        assert!(ask().await.location().starts_with("/signin/"));
    }
    let answer = ask().await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{answer:?}");
    assert!(answer.headers.contains_key("retry-after"));
    // Whoever is signed in leaves nothing behind that was not asked for.
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let answer = stage.get(&Stage::request(&[]), &cookie).await;
    assert!(answer.parameter("code").is_some(), "{answer:?}");
    stage.advance(Duration::from_mins(1));
    assert!(ask().await.location().starts_with("/signin/"));
}

#[tokio::test]
async fn a_client_that_is_closed_to_others_gives_them_nothing_more() {
    let mut stage = Stage::new().await;
    let shared = doorward::client::NewClient {
        shared: true,
        ..new_client(&stage, "open")
    };
    stage.register(shared).await;
    let stranger = stage.stranger().await;
    let (_, cookie) = stage.signed_in(stranger).await;
    let open = [("client_id", Some("open")), ("scope", Some("openid"))];
    let code = async || {
        stage
            .get(&Stage::request(&open), &cookie)
            .await
            .parameter("code")
            .unwrap()
    };
    let tokens = stage.redeem("open", &code().await).await;
    let waiting = code().await;
    let mut op = stage.op();
    let document = serde_json::json!({ "shared": null }).as_object().unwrap().clone();
    doorward::client::change(
        &mut op,
        &doorward::domain::ClientId::parse("open").unwrap(),
        document,
    )
    .await
    .unwrap();
    op.commit().await.unwrap();
    let answer = stage.redeem("open", &waiting).await;
    assert_eq!(answer.error(), (400, "invalid_grant".to_owned()));
    let answer = stage.refresh("open", &tokens.text("refresh_token")).await;
    assert_eq!(answer.error(), (400, "invalid_grant".to_owned()));
}
