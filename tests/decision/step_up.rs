//! "Yes, with a stronger or fresher proof": said where it is so, and only there.

use doorward::decision::{self, Cure, Question, StepUp};
use doorward::domain::Subject;
use doorward::policy::{self, PolicyError};
use serde_json::{Map, Value, json};

use super::authzen::Desk;
use crate::access::stage::{self, Stage};

const STRONG: &str = "@step_up(\"urn:doorward:acr:2\") @step_up_max_age(\"300\") \
                      forbid (principal, action == Action::\"feedback:read\", resource);";

fn asked(desk: &Desk, context: &Value) -> Value {
    json!({
        "subject": { "type": "person", "id": desk.ada },
        "action": { "name": "feedback:read" },
        "resource": { "type": "feedback", "id": "f-1" },
        "context": context,
    })
}

/// What was proven so many seconds ago.
fn session(desk: &Desk, class: &str, age: i64) -> Value {
    json!({ "acr": class, "auth_time": desk.stage.now().as_seconds() - age })
}

#[tokio::test]
async fn an_application_is_told_what_would_make_it_a_yes() {
    let desk = Desk::new().await;
    desk.stage.policy("fresh", STRONG).await;
    let ask = async |context: Value| {
        let answer = desk.post("/access/v1/evaluation", &asked(&desk, &context)).await;
        (answer.body["decision"].clone(), answer.body["context"].clone())
    };
    let wanted = json!({ "acr_values": "urn:doorward:acr:2 urn:doorward:acr:3", "max_age": 300 });
    for context in [
        json!({}),
        session(&desk, "urn:doorward:acr:1", 0),
        session(&desk, "urn:doorward:acr:2", 301),
        json!({ "acr": "urn:doorward:acr:3" }),
        // What is ours is not believed.
        json!({ "authentication": { "level": 3, "age": 0 } }),
    ] {
        let (decision, told) = ask(context.clone()).await;
        assert_eq!(decision, false, "{context}");
        assert_eq!(told["reason"], "step_up_required", "{context}");
        assert_eq!(told["step_up"], wanted, "{context}");
        assert_eq!(told["because"], json!(["policy:fresh"]));
    }
    for (class, age) in [("urn:doorward:acr:2", 300), ("urn:doorward:acr:3", 0)] {
        let (decision, told) = ask(session(&desk, class, age)).await;
        assert_eq!(decision, true, "{told}");
        assert!(told.get("step_up").is_none(), "{told}");
    }
}

#[tokio::test]
async fn no_proof_is_asked_for_where_it_would_not_help() {
    let stage = Stage::new().await;
    let (ada, ben) = (stage.person("ada").await, stage.person("ben").await);
    let role = stage.role("reader", &["feedback:read"]).await;
    stage.give_simply(ada, role).await;
    stage.policy("fresh", STRONG).await;
    // Nobody gave it to Ben.
    assert_eq!(
        stage.decide(ben, "feedback:read", json!({})).await.reason,
        "no_grant"
    );
    // What is forbidden for good stays so.
    let secret = "forbid (principal, action, resource) when { resource has secret && resource.secret };";
    stage.policy("no-secrets", secret).await;
    let decision = stage
        .decide(ada, "feedback:read", json!({ "secret": true }))
        .await;
    assert_eq!((decision.reason, decision.step_up), ("forbidden_by_policy", None));
    // Of two that ask, the strongest and freshest is told.
    let stronger = "@step_up(\"urn:doorward:acr:3\") forbid (principal, action, resource);";
    stage.policy("strong", stronger).await;
    let decision = stage.decide(ada, "feedback:read", json!({})).await;
    let wanted = StepUp {
        acr_values: "urn:doorward:acr:3".to_owned(),
        max_age: Some(300),
    };
    assert_eq!(decision.step_up, Some(wanted.clone()));
    let question = Question {
        subject: Subject::Person(ada),
        action: "feedback:read".to_owned(),
        application: stage.application,
        resource_type: "feedback".to_owned(),
        resource_id: "f-1".to_owned(),
        resource: Map::new(),
        context: Map::new(),
    };
    let told = decision::explain(&mut stage.bare.op(), question, None)
        .await
        .unwrap();
    assert_eq!(told.cures, [Cure::StepUp(wanted)]);
}

#[tokio::test]
async fn an_annotation_that_makes_no_sense_is_refused_with_the_policy() {
    let stage = Stage::new().await;
    for (annotation, effect, told) in [
        ("@step_up(\"gold\")", "forbid", "urn:doorward:acr:3"),
        (
            "@step_up(\"urn:doorward:acr:2\")",
            "permit",
            "a proof does not give",
        ),
        ("@step_up_max_age(\"5\")", "forbid", "goes with @step_up"),
    ] {
        let cedar = format!("{annotation} {effect} (principal, action, resource);");
        let mut op = stage.bare.op();
        let new = policy::NewPolicy {
            organisation_id: stage.organisation,
            application: stage.application,
            name: "wrong".to_owned(),
            content: stage::content("Wrong", &cedar, "deny"),
        };
        let refused = policy::draft(&mut op, new, "To be tried.").await.unwrap_err();
        assert!(matches!(refused, PolicyError::Text(_)), "{refused:?}");
        assert!(refused.to_string().contains(told), "{refused}");
    }
}

#[tokio::test]
async fn the_form_of_a_fresh_proof_comes_into_force_with_its_test_cases() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let role = stage.role("reader", &["feedback:read"]).await;
    stage.give_simply(ada, role).await;
    let values = json!({ "actions": ["feedback:read"], "strength": "urn:doorward:acr:3", "minutes": 10 });
    let mut op = stage.bare.op();
    let new = policy::NewPolicy {
        organisation_id: stage.organisation,
        application: stage.application,
        name: "fresh".to_owned(),
        content: policy::fill("fresh-proof", values.as_object().unwrap()).unwrap(),
    };
    policy::draft(&mut op, new, "To be tried.").await.unwrap();
    let of = (stage.organisation, "fresh");
    let tested = policy::test(&mut op, of, None).await.unwrap();
    assert!(tested.examined.passed, "{:?}", tested.examined);
    policy::activate(&mut op, of, None, "To be tried.").await.unwrap();
    op.commit().await.unwrap();
    let decision = stage.decide(ada, "feedback:read", json!({})).await;
    assert_eq!(decision.step_up.unwrap().max_age, Some(600));
}
