//! Applications by the interface over HTTP.

use doorward::client::NewClient;
use doorward::domain::{ClientId, GrantType, Right, Subject};
use http::Method;
use serde_json::{Value, json};

use super::api::{Caller, caller, give, keeper, refused, token};
use crate::oauth::stage::{Stage, new_client, scopes};

async fn keeper_with_app() -> (Stage, String) {
    let (mut stage, token) = keeper().await;
    let app = new_client(&stage, "app");
    stage.register(app).await;
    (stage, token)
}

impl Caller<'_> {
    async fn patch(&self, id: &str, body: Value) -> crate::oauth::stage::Answer {
        self.call(Method::PATCH, &format!("/clients/{id}"), Some(body))
            .await
    }
}

#[tokio::test]
async fn clients_are_listed_and_shown_with_the_rules_of_each_profile() {
    let (stage, token) = keeper_with_app().await;
    let caller = caller(&stage, &token);
    let list = caller.get("/clients?name=APP").await.json();
    let row = &list["clients"][0];
    assert_eq!(
        (&row["client_id"], &row["status"]),
        (&json!("app"), &json!("active"))
    );
    assert_eq!(
        (&row["profile"], &list["next"]),
        (&json!("baseline"), &Value::Null)
    );
    let none = caller.get("/clients?status=pending").await.json();
    assert_eq!(none["clients"], json!([]));
    assert_eq!(refused(&caller.get("/clients?status=asleep").await).0, 422);
    let one = caller.get("/clients/app").await.json();
    assert_eq!(one["profiles"]["baseline"], json!([]));
    let rules = one["profiles"]["fapi2-security"].as_array().unwrap();
    let first = &rules[0];
    assert_eq!(first["rule"], "client authentication");
    assert_eq!(first["standing"], "broken");
    assert_eq!(
        first["by"],
        json!([{ "member": "token_endpoint_auth_method", "value": "client_secret_basic" }])
    );
    assert_eq!(one["secrets"].as_array().unwrap().len(), 1);
    assert!(one["secrets"][0].get("hash").is_none());
    assert_eq!(refused(&caller.get("/clients/nobody").await).0, 404);
}

#[tokio::test]
async fn a_profile_that_rules_refuse_names_them_all_and_changes_nothing() {
    let (stage, token) = keeper_with_app().await;
    let caller = caller(&stage, &token);
    let weak = json!({ "profile": "fapi2-security", "require_pkce": false });
    let answer = caller.patch("app", weak).await;
    let (status, detail) = refused(&answer);
    assert_eq!(status, 422);
    for named in [
        "rule 'client authentication' of the client's profile",
        "broken by token_endpoint_auth_method",
        "rule 'PKCE' of the client's profile",
        "broken by require_pkce",
    ] {
        assert!(detail.contains(named), "{named}: {detail}");
    }
    assert_eq!(
        caller.get("/clients/app").await.json()["client"]["profile"],
        "baseline"
    );
    let digest = caller.get("/clients/app").await.json()["client"]["digest"].clone();
    let strict = json!({ "require_pushed_authorization_requests": true, "digest": digest });
    let changed = caller.patch("app", strict.clone()).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(changed.json()["require_pushed_authorization_requests"], true);
    assert_eq!(refused(&caller.patch("app", strict).await).0, 409);
    let events = stage.bare.events("client.changed").await;
    assert_eq!(events.len(), 1);
    assert_eq!(
        events[0]["client"], "keeper",
        "what a program does is on record with its client"
    );
}

#[tokio::test]
async fn what_is_the_operators_or_means_nothing_is_refused() {
    let (stage, token) = keeper_with_app().await;
    let caller = caller(&stage, &token);
    for (member, value) in [
        ("scope", json!("openid rules:manage")),
        ("service_account_id", json!(stage.robot)),
        ("shared", json!(true)),
        ("consent_required", json!(false)),
        ("token_exchange", json!({ "impersonation": true })),
    ] {
        let answer = caller.patch("app", json!({ member: value })).await;
        let (status, detail) = refused(&answer);
        assert_eq!(status, 403, "{member}");
        assert!(detail.contains(member), "{detail}");
    }
    assert_eq!(
        refused(&caller.patch("app", json!({ "profil": "fapi2" })).await).0,
        422
    );
    assert_eq!(
        refused(&caller.patch("app", json!({ "client_id": "other" })).await).0,
        422
    );
    assert!(stage.bare.events("client.changed").await.is_empty());
}

#[tokio::test]
async fn secrets_come_and_go_and_a_client_is_disabled() {
    let (stage, token) = keeper_with_app().await;
    let caller = caller(&stage, &token);
    let made = caller.post("/clients/app/secrets", json!({ "days": 7 })).await;
    assert_eq!(made.status, 201);
    assert_eq!(made.text("client_secret").len(), 43);
    assert_eq!(
        refused(&caller.post("/clients/app/secrets", json!({})).await).0,
        409
    );
    assert_eq!(
        refused(&caller.post("/clients/app/secrets", json!({ "days": 0 })).await).0,
        422
    );
    let first = caller.get("/clients/app").await.json()["secrets"][0]["id"].clone();
    let first = format!("/clients/app/secrets/{}", first.as_str().unwrap());
    assert_eq!(caller.call(Method::DELETE, &first, None).await.status, 204);
    assert_eq!(refused(&caller.call(Method::DELETE, &first, None).await).0, 404);
    assert_eq!(
        caller.call(Method::DELETE, "/clients/app", None).await.status,
        204
    );
    assert_eq!(
        refused(&caller.call(Method::DELETE, "/clients/app", None).await).0,
        409
    );
    assert_eq!(
        refused(&caller.post("/clients/app/secrets", json!({})).await).0,
        409
    );
    let decide = caller
        .post("/clients/app/decision", json!({ "approved": false }))
        .await;
    assert_eq!(refused(&decide).0, 409);
    let unseen = caller
        .post("/clients/app/decision", json!({ "approved": true }))
        .await;
    assert_eq!(refused(&unseen).0, 422);
    assert_eq!(stage.bare.events("client.changed").await.len(), 3);
}

/// A service account beside the robot.
async fn another_account(stage: &Stage) -> doorward::domain::ServiceAccountId {
    let mut op = stage.op();
    let account = doorward::person::NewServiceAccount {
        organisation_id: stage.organisation,
        name: "above".to_owned(),
        purpose: "A test.".to_owned(),
        attributes: doorward::person::Attributes::default(),
    };
    let account = doorward::person::create_service_account(&mut op, account)
        .await
        .unwrap();
    op.commit().await.unwrap();
    account
}

#[tokio::test]
async fn a_program_gets_at_no_client_that_may_do_more_than_it() {
    let mut stage = Stage::new().await;
    give(
        &stage,
        Subject::ServiceAccount(stage.robot),
        "desk",
        &[Right::ClientsRead, Right::ClientsManage],
    )
    .await;
    let account = another_account(&stage).await;
    give(
        &stage,
        Subject::ServiceAccount(account),
        "above",
        &[Right::PeopleManage],
    )
    .await;
    let above = NewClient {
        service_account_id: Some(account),
        ..new_client(&stage, "above")
    };
    stage.register(above).await;
    let desk = NewClient {
        grant_types: vec![GrantType::ClientCredentials],
        service_account_id: Some(stage.robot),
        application_id: None,
        scopes: scopes("clients:read clients:manage"),
        ..new_client(&stage, "desk2")
    };
    stage.register(desk).await;
    let narrow = token(&stage, "desk2", "clients:read").await;
    assert_eq!(
        refused(&caller(&stage, &narrow).patch("above", json!({})).await).0,
        403
    );
    let token = token(&stage, "desk2", "clients:read clients:manage").await;
    let caller = caller(&stage, &token);
    assert_eq!(
        refused(&caller.post("/clients/above/secrets", json!({})).await).0,
        403
    );
    let mine = json!({ "redirect_uris": ["https://mine.test/cb"] });
    assert_eq!(refused(&caller.patch("above", mine).await).0, 403);
    // What takes something away is for all who may.
    assert_eq!(
        caller.call(Method::DELETE, "/clients/above", None).await.status,
        204
    );
    let id = ClientId::parse("above").unwrap();
    let secrets = doorward::client::list_secrets(&mut stage.op(), &id)
        .await
        .unwrap();
    assert_eq!(secrets.len(), 1);
}
