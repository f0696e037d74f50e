//! Of a retired application no token is made, and those that were are good for nothing.

use doorward::access;
use doorward::client::NewClient;
use serde_json::json;

use super::stage::{AUDIENCE, Answer, ISSUER, Stage, claims, new_client, scopes};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

async fn turn(stage: &Stage, retires: bool) {
    let (mut op, of) = (stage.op(), stage.organisation);
    let done = if retires {
        access::retire_application(&mut op, of, stage.application, "Replaced.").await
    } else {
        access::restore_application(&mut op, of, stage.application, "Needed.").await
    };
    assert!(done.unwrap());
    op.commit().await.unwrap();
}

async fn stage() -> Stage {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    let api = new_client(&stage, "api");
    stage.register(api).await;
    stage
}

/// Audience and scopes of the access token.
fn what_for(answer: &Answer) -> (String, String) {
    assert_eq!(answer.status, 200, "{answer:?}");
    let token = claims(&answer.text("access_token"));
    let text = |name: &str| token[name].as_str().unwrap_or_default().to_owned();
    (text("aud"), text("scope"))
}

fn pair(audience: &str, scope: &str) -> (String, String) {
    (audience.to_owned(), scope.to_owned())
}

#[tokio::test]
async fn no_grant_gives_a_scope_of_a_retired_application() {
    let stage = stage().await;
    let asked = [("scope", Some("openid offline_access f:read"))];
    let first = stage.redeem("desk", &stage.code(&asked).await).await;
    assert_eq!(what_for(&first), pair(AUDIENCE, "f:read offline_access openid"));
    let under_way = stage.code(&asked).await;
    turn(&stage, true).await;
    for fields in [&[GRANT][..], &[GRANT, ("scope", "f:read")]] {
        let refused = stage.token("robot", fields).await;
        assert_eq!(refused.error(), (400, "invalid_scope".to_owned()));
    }
    let named = [GRANT, ("scope", "f:read"), ("resource", AUDIENCE)];
    let refused = stage.token("robot", &named).await;
    assert_eq!(refused.error(), (400, "invalid_target".to_owned()));
    // What belongs to the sign-in alone goes on.
    let refreshed = stage.refresh("desk", &first.text("refresh_token")).await;
    assert_eq!(what_for(&refreshed), pair(ISSUER, "offline_access openid"));
    let redeemed = stage.redeem("desk", &under_way).await;
    assert_eq!(what_for(&redeemed), pair(ISSUER, "offline_access openid"));
    let fresh = stage.redeem("desk", &stage.code(&asked).await).await;
    assert_eq!(what_for(&fresh), pair(ISSUER, "offline_access openid"));
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let alone = Stage::request(&[("scope", Some("f:read"))]);
    let refused = stage.get(&alone, &cookie).await;
    assert_eq!(
        refused.parameter("error").as_deref(),
        Some("invalid_scope"),
        "{refused:?}"
    );
    turn(&stage, false).await;
    let again = stage.refresh("desk", &refreshed.text("refresh_token")).await;
    assert_eq!(what_for(&again), pair(AUDIENCE, "f:read offline_access openid"));
    let given = stage.token("robot", &named).await;
    assert_eq!(what_for(&given), pair(AUDIENCE, "f:read"));
}

#[tokio::test]
async fn its_tokens_are_not_active_while_it_is_retired() {
    let stage = stage().await;
    let machine = stage.token("robot", &[GRANT, ("scope", "f:read")]).await;
    let machine = machine.text("access_token");
    let code = stage.code(&[("scope", Some("openid f:read"))]).await;
    let person = stage.redeem("desk", &code).await.text("access_token");
    for (client, token) in [("api", &machine), ("robot", &machine), ("api", &person)] {
        assert_eq!(stage.introspect(client, token).await["active"], true);
    }
    turn(&stage, true).await;
    for (client, token) in [("api", &machine), ("robot", &machine), ("api", &person)] {
        let told = stage.introspect(client, token).await;
        assert_eq!(told, json!({ "active": false }), "{client}");
    }
    // The client that it was given to has the sign-in still.
    assert_eq!(stage.introspect("desk", &person).await["scope"], "openid");
    turn(&stage, false).await;
    for (client, token) in [("api", &machine), ("robot", &machine), ("api", &person)] {
        assert_eq!(stage.introspect(client, token).await["active"], true);
    }
}

#[tokio::test]
async fn a_client_keeps_what_it_asks_of_others() {
    let mut stage = stage().await;
    let further = super::resource::reports(&stage).await;
    let both = NewClient {
        scopes: scopes("f:read r:read"),
        settings: doorward::client::ClientSettings {
            further_applications: vec![further],
            ..Default::default()
        },
        ..stage.acting_alone(new_client(&stage, "both"))
    };
    stage.register(both).await;
    turn(&stage, true).await;
    let reports = [GRANT, ("resource", "https://reports.test/api")];
    let given = stage.token("both", &reports).await;
    assert_eq!(what_for(&given), pair("https://reports.test/api", "r:read"));
}
