//! Applications are told by frames in the browser that a person signs out.

use doorward::client::{self, ClientSettings, LogoutSettings, NewClient};
use http::StatusCode;

use super::stage::{AFTER_LOGOUT, Stage, encoded, new_client};

fn framed(stage: &Stage, id: &str, address: &str, with_session: bool) -> NewClient {
    NewClient {
        settings: ClientSettings {
            logout: LogoutSettings {
                frontchannel_logout_uri: Some(address.to_owned()),
                frontchannel_logout_session_required: with_session,
                ..LogoutSettings::default()
            },
            ..ClientSettings::default()
        },
        ..new_client(stage, id)
    }
}

async fn given(stage: &Stage, client: &str, cookie: &str) -> String {
    let answer = stage
        .get(&Stage::request(&[("client_id", Some(client))]), cookie)
        .await;
    let tokens = stage.redeem(client, &answer.parameter("code").unwrap()).await;
    tokens.text("id_token")
}

#[tokio::test]
async fn the_page_after_a_sign_out_has_a_frame_for_each_application_and_goes_on() {
    let mut stage = Stage::new().await;
    for (id, address, with_session) in [
        ("with", "https://desk.test/out?x=1", true),
        ("without", "https://desk.test/bare", false),
        ("idle", "https://desk.test/idle", true),
    ] {
        let client = framed(&stage, id, address, with_session);
        stage.register(client).await;
    }
    let (session, cookie) = stage.signed_in(stage.ada).await;
    let hint = given(&stage, "desk", &cookie).await;
    given(&stage, "with", &cookie).await;
    given(&stage, "without", &cookie).await;
    let fields = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", AFTER_LOGOUT),
        ("state", "s"),
    ];
    let answer = stage.get(&format!("/logout?{}", encoded(&fields)), &cookie).await;
    assert_eq!(answer.status, StatusCode::OK);
    let with = format!(
        "https://desk.test/out?x=1&#38;iss=http%3A%2F%2Flocalhost%3A8080&#38;sid={}",
        session.id
    );
    assert!(
        answer.body.contains(&format!("<iframe src=\"{with}\"")),
        "{}",
        answer.body
    );
    assert!(
        answer
            .body
            .contains("<iframe src=\"https://desk.test/bare\" sandbox=\"allow-scripts allow-same-origin\"")
    );
    assert!(!answer.body.contains("idle"));
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.ends_with("; frame-src https://desk.test"), "{policy}");
    assert_eq!(
        answer.headers["refresh"].to_str().unwrap(),
        format!("4; url={AFTER_LOGOUT}?state=s")
    );
    assert!(answer.cookies().contains("doorward_session="), "taken away");
    let again = stage.get(&Stage::request(&[]), &cookie).await;
    assert_eq!(again.parameter("code"), None);
}

#[tokio::test]
async fn without_somewhere_to_go_the_page_stays() {
    let mut stage = Stage::new().await;
    let client = framed(&stage, "one", "https://desk.test/out", false);
    stage.register(client).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let hint = given(&stage, "one", &cookie).await;
    let answer = stage
        .get(
            &format!("/logout?{}", encoded(&[("id_token_hint", &hint)])),
            &cookie,
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!answer.headers.contains_key("refresh"));
    assert!(answer.body.contains("You are signed out"));
}

#[tokio::test]
async fn a_frame_is_of_an_origin_that_codes_go_to() {
    let stage = Stage::new().await;
    for (address, good) in [
        ("https://desk.test/out", true),
        ("https://other.test/out", false),
        ("http://desk.test/out", false),
        ("https://desk.test:8443/out", false),
        ("https://desk.test/out#x", false),
        ("out", false),
    ] {
        let mut op = stage.op();
        match client::create(&mut op, framed(&stage, "one", address, false)).await {
            Ok(_) => assert!(good, "{address}"),
            Err(refused) => {
                assert!(!good, "{address}");
                assert_eq!(refused.field(), Some("frontchannel_logout_uri"));
            }
        }
    }
}

#[tokio::test]
async fn discovery_names_both_channels() {
    let stage = Stage::new().await;
    let told = stage.get("/.well-known/openid-configuration", "").await.json();
    for name in [
        "backchannel_logout_supported",
        "backchannel_logout_session_supported",
        "frontchannel_logout_supported",
        "frontchannel_logout_session_supported",
    ] {
        assert_eq!(told[name], true, "{name}");
    }
}
