//! A rule that lets somebody not in stops what applications do with what that person gave before.

use doorward::domain::{GrantType, RuleId, RuleMode};
use doorward::factor::rules;
use doorward::rule::{self, Change};
use doorward::storage::Sql;
use http::StatusCode;
use serde_json::json;

use super::stage::{Answer, Stage, new_client};
use super::{ciba, device, exchange};

/// A rule that refuses; on.
async fn refuse(stage: &Stage, conditions: serde_json::Value) -> RuleId {
    let mut definition = json!({ "name": "Closed", "then": { "do": "refuse", "sentence": "Closed." } });
    let members = definition.as_object_mut().unwrap();
    members.extend(conditions.as_object().unwrap().clone());
    let definition = serde_json::from_value(definition).unwrap();
    let set = change(stage, Change::Add(definition, None)).await;
    let id = set.rules[0].id;
    switch(stage, id, RuleMode::On).await;
    id
}

async fn change(stage: &Stage, change: Change) -> rule::RuleSet {
    let mut op = stage.op();
    let changed = rules::change(&mut op, stage.organisation, None, change).await;
    let changed = changed.unwrap().unwrap();
    op.commit().await.unwrap();
    changed
}

async fn switch(stage: &Stage, id: RuleId, mode: RuleMode) {
    change(stage, Change::Switch(id, mode)).await;
}

const SENTENCE: &str = "a rule of the organisation does not let this person in";

fn is_refused(answer: &Answer) -> bool {
    let refused = answer.error() == (400, "invalid_grant".to_owned());
    refused && answer.text("error_description") == SENTENCE
}

/// A refresh token of Ada, as a client of this id has it.
async fn refresh_token(stage: &Stage) -> String {
    let code = stage
        .code(&[("scope", Some("openid f:read f:write offline_access"))])
        .await;
    stage.redeem("desk", &code).await.text("refresh_token")
}

#[tokio::test]
async fn a_refresh_token_is_worth_nothing_while_a_rule_refuses_and_is_not_lost() {
    let stage = Stage::new().await;
    let token = refresh_token(&stage).await;
    let id = refuse(
        &stage,
        json!({ "when": { "clients": ["desk"], "people": ["ada"] } }),
    )
    .await;
    for _ in 0..2 {
        let answer = stage.refresh("desk", &token).await;
        assert!(is_refused(&answer), "{answer:?}");
    }
    let told = stage.bare.events("oauth.token.refused").await;
    assert_eq!(told.len(), 2, "one of each refusal");
    assert_eq!(told[0]["reason"], SENTENCE);
    assert_eq!(told[0]["on_behalf_of"], json!(stage.ada));
    assert_eq!(told[0]["details"]["rules"], json!(["Closed"]));
    assert_eq!(told[0]["details"]["error"], "invalid_grant");
    switch(&stage, id, RuleMode::Report).await;
    let answer = stage.refresh("desk", &token).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
}

#[tokio::test]
async fn what_hangs_on_a_browser_or_means_others_stops_no_application() {
    let stage = Stage::new().await;
    let mut token = refresh_token(&stage).await;
    for conditions in [
        json!({ "when": { "clients": ["desk"] }, "unless": { "networks": ["192.0.2.0/24"] } }),
        json!({ "when": { "clients": ["desk"], "devices": ["new"] } }),
        json!({ "when": { "clients": ["desk"], "risk": ["low"] } }),
        json!({ "when": { "clients": ["desk"] }, "unless": { "people": ["ada"] } }),
        json!({ "when": { "clients": ["desk"], "scopes": ["f:export"] } }),
    ] {
        let id = refuse(&stage, conditions.clone()).await;
        let answer = stage.refresh("desk", &token).await;
        assert_eq!(answer.status, StatusCode::OK, "{conditions}: {answer:?}");
        token = answer.text("refresh_token");
        change(&stage, Change::Remove(id)).await;
    }
}

#[tokio::test]
async fn a_scope_that_a_rule_refuses_is_not_refreshed_and_the_rest_is() {
    let stage = Stage::new().await;
    let token = refresh_token(&stage).await;
    refuse(
        &stage,
        json!({ "when": { "clients": ["desk"], "scopes": ["f:write"] } }),
    )
    .await;
    assert!(is_refused(&stage.refresh("desk", &token).await));
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str()),
        ("scope", "openid f:read"),
    ];
    let answer = stage.token("desk", &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
}

#[tokio::test]
async fn a_code_that_was_given_before_is_worth_nothing() {
    let stage = Stage::new().await;
    let code = stage.code(&[]).await;
    refuse(&stage, json!({ "when": { "clients": ["desk"] } })).await;
    assert!(is_refused(&stage.redeem("desk", &code).await));
}

#[tokio::test]
async fn no_token_is_exchanged_of_whom_a_rule_refuses() {
    let stage = exchange::stage().await;
    let token = exchange::of_ada(&stage).await.text("access_token");
    let fields = [("subject_token", token.as_str())];
    let answer = exchange::exchange(&stage, "gateway", &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    refuse(&stage, json!({ "when": { "clients": ["gateway"] } })).await;
    let answer = exchange::exchange(&stage, "gateway", &fields).await;
    assert!(is_refused(&answer), "{answer:?}");
    let answer = exchange::exchange(&stage, "double", &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "another client: {answer:?}");
    // A service account is no person whom rules mean.
    let answer = stage
        .token("gateway", &[("grant_type", "client_credentials")])
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
}

#[tokio::test]
async fn what_a_person_allowed_elsewhere_is_not_handed_out() {
    let stage = device::stage().await;
    let asked = device::ask(&stage, "television", "openid f:read").await;
    device::answered(&stage, &asked.text("user_code"), "allow").await;
    refuse(&stage, json!({ "when": { "clients": ["television"] } })).await;
    let answer = device::poll(&stage, "television", &asked.text("device_code")).await;
    assert!(is_refused(&answer), "{answer:?}");

    let stage = ciba::stage().await;
    let asked = ciba::ask(&stage, "hotline", &[]).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    ciba::answer(&stage, &cookie, "allow").await;
    refuse(&stage, json!({ "when": { "clients": ["hotline"] } })).await;
    let answer = ciba::poll(&stage, "hotline", &asked.text("auth_req_id")).await;
    assert!(is_refused(&answer), "{answer:?}");
}

#[tokio::test]
async fn where_no_rule_refuses_a_refresh_reads_nothing_of_the_rules() {
    let mut stage = Stage::new().await;
    let other = new_client(&stage, "other");
    assert!(other.grant_types.contains(&GrantType::RefreshToken));
    stage.register(other).await;
    let id = refuse(&stage, json!({ "when": { "clients": ["other"] } })).await;
    let again = json!({ "name": "Closed", "when": { "clients": ["other"], "risk": ["high"] }, "then": { "do": "second_factor" } });
    change(&stage, Change::Define(id, serde_json::from_value(again).unwrap())).await;
    let first = refresh_token(&stage).await;
    // Whatever is read once is kept for a while; without its tables nothing can be read again.
    for table in [
        Sql::new("ALTER TABLE rule_set RENAME TO gone_rule_set"),
        Sql::new("ALTER TABLE recorded_sign_in RENAME TO gone_recorded_sign_in"),
        Sql::new("ALTER TABLE device RENAME TO gone_device"),
    ] {
        let mut tx = stage.bare.house.storage.write().await.unwrap();
        tx.query(table).execute().await.unwrap();
        tx.commit().await.unwrap();
    }
    let answer = stage.refresh("desk", &first).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
}
