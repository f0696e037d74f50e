//! User codes: without the code of a person who has one, no client asks them (OpenID CIBA Core section 7.1).

use std::time::Duration;

use doorward::client::{CibaSettings, ClientSettings, NewClient};
use doorward::domain::GrantType;
use http::StatusCode;

use super::stage::{Answer, Stage, new_client};

const HERE: &str = "/account/requests";
const CODE: &str = "/account/requests/code";

/// One client that knows codes, and one that does not.
async fn stage() -> Stage {
    let mut stage = Stage::with(|config| config.limits.backchannel_waiting = 50).await;
    for (id, knows_codes) in [("hotline", true), ("plain", false)] {
        let client = NewClient {
            grant_types: vec![GrantType::Ciba],
            redirect_uris: Vec::new(),
            settings: ClientSettings {
                ciba: CibaSettings {
                    backchannel_user_code_parameter: knows_codes,
                    ..CibaSettings::default()
                },
                ..ClientSettings::default()
            },
            ..new_client(&stage, id)
        };
        stage.register(client).await;
    }
    stage
}

async fn ask(stage: &Stage, client: &str, code: Option<&str>) -> Answer {
    let mut fields = vec![("scope", "openid f:read"), ("login_hint", "ada")];
    fields.extend(code.map(|code| ("user_code", code)));
    stage
        .as_client("/backchannel_authentication", client, &fields)
        .await
}

/// Sends what the page sends.
async fn change(stage: &Stage, cookie: &str, decision: &str, code: &str) -> Answer {
    let page = stage.get(HERE, cookie).await;
    let cookies = format!("{cookie}; {}", page.cookies());
    let token = page.hidden("form_token");
    let fields = [
        ("form_token", token.as_str()),
        ("decision", decision),
        ("user_code", code),
    ];
    stage.post(CODE, &cookies, &fields).await
}

#[tokio::test]
async fn a_person_with_a_code_is_asked_by_those_only_that_know_it() {
    let stage = stage().await;
    let (session, cookie) = stage.signed_in(stage.ada).await;
    assert_eq!(ask(&stage, "hotline", None).await.status, StatusCode::OK);
    assert_eq!(ask(&stage, "plain", None).await.status, StatusCode::OK);
    let page = stage.get(HERE, &cookie).await;
    assert!(!page.body.contains("You have a code"), "{}", page.body);
    assert_eq!(change(&stage, &cookie, "set", "271828").await.location(), HERE);
    let page = stage.get(HERE, &cookie).await;
    assert!(page.body.contains("You have a code"), "{}", page.body);
    assert!(!page.body.contains("271828"), "{}", page.body);

    let missing = (400, "missing_user_code".to_owned());
    assert_eq!(ask(&stage, "hotline", None).await.error(), missing);
    let wrong = ask(&stage, "hotline", Some("314159")).await;
    assert_eq!(wrong.error(), (400, "invalid_user_code".to_owned()));
    let right = ask(&stage, "hotline", Some("271828")).await;
    assert_eq!(right.status, StatusCode::OK, "{right:?}");
    // A client that has not registered that it knows codes has none to send.
    assert_eq!(ask(&stage, "plain", Some("271828")).await.error(), missing);

    assert_eq!(change(&stage, &cookie, "remove", "").await.location(), HERE);
    assert_eq!(ask(&stage, "plain", None).await.status, StatusCode::OK);
    let events = stage.bare.events("oauth.user_code.changed").await;
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["details"]["set"], true);
    assert_eq!(events[0]["session"], session.id.to_string());
    assert_eq!(events[1]["details"]["set"], false);
    assert!(!events[0].to_string().contains("271828"));
}

#[tokio::test]
async fn a_code_is_replaced_and_is_the_persons_own() {
    let stage = stage().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let stranger = stage.stranger().await;
    let (_, other) = stage.signed_in(stranger).await;
    change(&stage, &other, "set", "a code of somebody else").await;
    assert_eq!(ask(&stage, "plain", None).await.status, StatusCode::OK);
    change(&stage, &cookie, "set", "first code").await;
    change(&stage, &cookie, "set", " second code ").await;
    for (code, error) in [
        ("first code", "invalid_user_code"),
        ("a code of somebody else", "invalid_user_code"),
        ("", "missing_user_code"),
    ] {
        let answer = ask(&stage, "hotline", Some(code)).await;
        assert_eq!(answer.error(), (400, error.to_owned()), "{code}");
    }
    let right = ask(&stage, "hotline", Some("second code")).await;
    assert_eq!(right.status, StatusCode::OK, "{right:?}");
}

#[tokio::test]
async fn a_code_is_not_guessed() {
    let stage = stage().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    change(&stage, &cookie, "set", "271828").await;
    for guess in ["000000", "000001", "000002", "000003", "x"] {
        let answer = ask(&stage, "hotline", Some(guess)).await;
        assert_eq!(answer.error(), (400, "invalid_user_code".to_owned()), "{guess}");
    }
    let denied = (403, "access_denied".to_owned());
    assert_eq!(ask(&stage, "hotline", Some("271828")).await.error(), denied);
    stage.advance(Duration::from_mins(5));
    // Right ones are not counted.
    for _ in 0..2 {
        let right = ask(&stage, "hotline", Some("271828")).await;
        assert_eq!(right.status, StatusCode::OK, "{right:?}");
    }
}

#[tokio::test]
async fn what_the_page_would_not_send_changes_nothing() {
    let stage = stage().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    for (decision, code) in [
        ("set", "12345"),
        ("set", ""),
        ("set", "123\u{200b}456"),
        ("keep", "271828"),
    ] {
        let answer = change(&stage, &cookie, decision, code).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{decision} {code}");
    }
    let fields = [("decision", "set"), ("user_code", "271828")];
    let forged = stage.post(CODE, &cookie, &fields).await;
    assert!(forged.status.is_client_error(), "{forged:?}");
    let nobody = stage.post(CODE, "", &fields).await;
    assert!(!nobody.status.is_success(), "{nobody:?}");
    assert_eq!(ask(&stage, "plain", None).await.status, StatusCode::OK);
    assert!(stage.bare.events("oauth.user_code.changed").await.is_empty());
}

#[tokio::test]
async fn there_are_no_codes_where_nobody_is_asked_elsewhere() {
    let stage =
        Stage::with(|config| config.oauth.grant_types.retain(|grant| *grant != GrantType::Ciba)).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let page = stage.get(HERE, &cookie).await;
    assert!(!page.body.contains(CODE), "{}", page.body);
}
