//! Roll-outs and exceptions over HTTP, and who reads names.

use std::time::Duration;

use doorward::access;
use doorward::domain::{Right, Subject, rfc3339};
use http::Method;
use http::header::RETRY_AFTER;
use serde_json::{Value, json};

use super::api::{Caller, caller, give, keeper, refused, register_program, token};
use crate::oauth::stage::Stage;

fn roll_out() -> Value {
    json!({ "name": "Factor for all", "then": { "do": "enrol", "factor": "any", "grace_days": 14 } })
}

async fn drafted(caller: &Caller<'_>, rule: Value) -> String {
    caller.post("/rules", json!({ "rule": rule })).await.text("id")
}

async fn switch(caller: &Caller<'_>, id: &str, mode: &str) {
    let mode = Some(json!({ "mode": mode }));
    let switched = caller.call(Method::PUT, &format!("/rules/{id}/mode"), mode).await;
    assert_eq!(switched.status, 200, "{switched:?}");
}

/// A day so many days ahead.
fn day(stage: &Stage, ahead: u64) -> String {
    let at = stage.op().now.plus(Duration::from_hours(24 * ahead));
    rfc3339::written(at)[..10].to_owned()
}

#[tokio::test]
async fn a_roll_out_is_looked_at_and_those_who_are_left_are_reminded_once_a_day() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    assert_eq!(caller.get("/roll-outs").await.json(), json!({ "roll_outs": [] }));
    let id = drafted(&caller, roll_out()).await;
    let other = drafted(&caller, json!({ "name": "x", "then": { "do": "second_factor" } })).await;
    let list = caller.get("/roll-outs").await.json();
    assert_eq!(list["roll_outs"].as_array().unwrap().len(), 1, "{list}");
    let one = &list["roll_outs"][0];
    assert_eq!(
        (
            &one["rule"],
            &one["mode"],
            &one["begins_at"],
            &one["all"]["people"]
        ),
        (&json!(id), &json!("draft"), &Value::Null, &json!(1))
    );
    assert_eq!(one.get("left"), None, "a list says how many, not who");
    let reminders = format!("/roll-outs/{id}/reminders");
    let draft = caller.post(&reminders, json!({})).await;
    assert_eq!(refused(&draft).0, 409);
    switch(&caller, &id, "on").await;
    let shown = caller.get(&format!("/roll-outs/{id}")).await.json();
    assert_eq!(
        (&shown["left"][0]["username"], &shown["all"]["has"]),
        (&json!("ada"), &json!(0))
    );
    assert_eq!(caller.post(&reminders, json!({})).await.status, 202);
    let again = caller.post(&reminders, json!({})).await;
    assert_eq!(
        (refused(&again).0, &again.headers[RETRY_AFTER]),
        (429, &"86400".parse().unwrap())
    );
    let events = stage.bare.events("roll_out.called").await;
    assert_eq!((events.len(), &events[0]["client"]), (1, &json!("keeper")));
    for gone in [other.as_str(), "nobody"] {
        assert_eq!(refused(&caller.get(&format!("/roll-outs/{gone}")).await).0, 404);
        let remind = caller
            .post(&format!("/roll-outs/{gone}/reminders"), json!({}))
            .await;
        assert_eq!(refused(&remind).0, 404);
    }
}

#[tokio::test]
async fn an_exception_is_given_replaced_and_ended() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let id = drafted(&caller, roll_out()).await;
    let here = format!("/rules/{id}/exceptions/Ada");
    let give = async |until: &str, reason: &str| {
        let body = Some(json!({ "until": until, "reason": reason }));
        caller.call(Method::PUT, &here, body).await
    };
    for (until, reason, says) in [
        ("soon", "x", "like 2026-12-31"),
        ("2020-01-01", "x", "over already"),
        (day(&stage, 400).as_str(), "x", "a year at most"),
        (day(&stage, 3).as_str(), " ", "needs a reason"),
    ] {
        let (status, detail) = refused(&give(until, reason).await);
        assert_eq!(status, 422, "{until}");
        assert!(detail.contains(says), "{detail}");
    }
    let stray = Some(json!({ "until": day(&stage, 3), "reason": "x", "by": "me" }));
    assert_eq!(refused(&caller.call(Method::PUT, &here, stray).await).0, 400);
    give(&day(&stage, 3), "on a journey").await;
    let given = give(&day(&stage, 5), "waits for the key").await;
    let given = given.json();
    assert_eq!(given["exceptions"].as_array().unwrap().len(), 1, "{given}");
    let one = &given["exceptions"][0];
    assert_eq!(
        (&one["person"], &one["reason"], &one["by"]),
        (
            &json!("ada"),
            &json!("waits for the key"),
            &json!(stage.robot.to_string())
        )
    );
    let counted = caller.get(&format!("/roll-outs/{id}")).await.json();
    assert_eq!(
        (
            &counted["all"]["excepted"],
            &counted["left"],
            &counted["exceptions"][0]["person"]
        ),
        (&json!(1), &json!([]), &json!("ada"))
    );
    let nobody = format!("/rules/{id}/exceptions/nobody");
    let body = Some(json!({ "until": day(&stage, 3), "reason": "x" }));
    assert_eq!(refused(&caller.call(Method::PUT, &nobody, body).await).0, 422);
    let ended = caller.call(Method::DELETE, &here, None).await;
    assert_eq!(ended.json().get("exceptions"), None);
    assert_eq!(refused(&caller.call(Method::DELETE, &here, None).await).0, 422);
}

#[tokio::test]
async fn who_may_see_rules_and_not_people_is_told_how_many_and_not_who() {
    let (stage, all) = keeper().await;
    let reader = token(&stage, "keeper", "rules:read").await;
    let (all, reader) = (caller(&stage, &all), caller(&stage, &reader));
    let id = drafted(&all, roll_out()).await;
    for (path, names) in [
        (format!("/roll-outs/{id}"), "left"),
        (format!("/rules/{id}/replay"), "people"),
    ] {
        let (named, counted) = (all.get(&path).await.json(), reader.get(&path).await.json());
        assert!(named.get(names).is_some(), "{named}");
        assert!(counted.get(names).is_none(), "{counted}");
        assert_eq!(named["all"], counted["all"]);
    }
    let remind = reader
        .post(&format!("/roll-outs/{id}/reminders"), json!({}))
        .await;
    assert_eq!(refused(&remind).0, 403);
}

#[tokio::test]
async fn the_scope_of_a_token_shows_nobody_when_the_role_is_gone() {
    let mut stage = Stage::new().await;
    let robot = Subject::ServiceAccount(stage.robot);
    give(&stage, robot, "rules", &[Right::RulesRead, Right::RulesManage]).await;
    let people = give(&stage, robot, "people", &[Right::PeopleRead]).await;
    register_program(&mut stage, "keeper").await;
    let token = token(&stage, "keeper", "rules:read rules:manage people:read").await;
    let caller = caller(&stage, &token);
    let id = drafted(&caller, roll_out()).await;
    let here = format!("/roll-outs/{id}");
    assert!(caller.get(&here).await.json().get("left").is_some());
    let mut op = stage.op();
    let ended = access::end_grant(&mut op, stage.organisation, people, "a test").await;
    ended.unwrap();
    op.commit().await.unwrap();
    assert!(caller.get(&here).await.json().get("left").is_none());
}
