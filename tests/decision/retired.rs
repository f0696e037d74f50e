//! What a retired application is answered, and what is told of it.

use std::time::Duration;

use doorward::decision::{self, Cure, Question, Then};
use doorward::domain::{PersonId, Subject, Timestamp};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use serde_json::{Map, Value, json};

use super::authzen::{Answer, Desk};
use crate::access::retirement::{restore, retire};
use crate::access::stage::Stage;

async fn call(desk: &Desk, method: Method, path: &str, body: &Value) -> Answer {
    let request = Request::builder().method(method).uri(path);
    let request = request
        .header(AUTHORIZATION, &desk.basic)
        .header(CONTENT_TYPE, "application/json");
    let request = request.body(axum::body::Body::from(body.to_string()));
    desk.send(request.unwrap()).await
}

/// A question, or a part of one.
fn asked(desk: &Desk) -> Value {
    json!({
        "subject": { "type": "person", "id": desk.ada }, "action": { "name": "feedback:read" },
        "resource": { "type": "dashboard", "id": "sales" },
    })
}

/// How many each search finds, and how many resources are registered.
async fn found(desk: &Desk) -> [usize; 4] {
    let count = |answer: &Answer, member: &str| {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.body[member].as_array().unwrap().len()
    };
    let mut found = [0; 4];
    let left_out = [
        ("subject", Some("id")),
        ("action", None),
        ("resource", Some("id")),
    ];
    for (place, (sought, member)) in left_out.into_iter().enumerate() {
        let mut search = asked(desk);
        match member {
            Some(member) => search[sought].as_object_mut().unwrap().remove(member),
            None => search.as_object_mut().unwrap().remove(sought),
        };
        let answer = desk.post(&format!("/access/v1/search/{sought}"), &search).await;
        found[place] = count(&answer, "results");
    }
    let all = call(desk, Method::GET, "/access/v1/resources/dashboard", &json!({})).await;
    found[3] = count(&all, "resources");
    found
}

#[tokio::test]
async fn a_client_of_a_retired_application_is_told_so_and_finds_nothing() {
    let desk = Desk::new().await;
    let one = "/access/v1/resources/dashboard/sales";
    let told = json!({ "properties": { "region": "emea" } });
    assert_eq!(
        call(&desk, Method::PUT, one, &told).await.status,
        StatusCode::CREATED
    );
    assert_eq!(found(&desk).await, [1, 1, 1, 1]);
    let id = desk.stage.application;
    retire(&desk.stage, id).await.unwrap();
    let answer = desk.post("/access/v1/evaluation", &asked(&desk)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body["decision"], false);
    assert_eq!(
        answer.body["context"]["reason"], "application_retired",
        "{}",
        answer.body
    );
    assert_eq!(found(&desk).await, [0; 4]);
    let answer = desk.post("/access/v1/filter", &asked(&desk)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(
        answer.body.to_string().contains("application_retired"),
        "{}",
        answer.body
    );
    assert_eq!(
        call(&desk, Method::GET, one, &json!({})).await.status,
        StatusCode::NOT_FOUND
    );
    let refused = call(&desk, Method::PUT, one, &told).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    restore(&desk.stage, id).await.unwrap();
    assert_eq!(found(&desk).await, [1, 1, 1, 1]);
    let answer = call(&desk, Method::GET, one, &json!({})).await;
    assert_eq!(answer.body["properties"], told["properties"]);
}

async fn explained(stage: &Stage, whose: PersonId, at: Option<Timestamp>) -> decision::Explained {
    let question = Question {
        subject: Subject::Person(whose),
        action: "feedback:read".to_owned(),
        application: stage.application,
        resource_type: "feedback".to_owned(),
        resource_id: "f-1".to_owned(),
        resource: Map::new(),
        context: Map::new(),
    };
    let mut op = stage.bare.op();
    let then = at.map(|at| Then::new(at, op.now).unwrap());
    decision::explain(&mut op, question, then).await.unwrap()
}

#[tokio::test]
async fn it_is_explained_with_what_would_turn_it_and_told_as_of_its_moment() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let reader = stage.role("reader", &["feedback:read"]).await;
    let grant = stage.give_simply(ada, reader).await;
    let mut moments = vec![stage.now()];
    for turn in [true, false] {
        stage.advance(Duration::from_secs(1));
        if turn {
            retire(&stage, stage.application).await.unwrap();
            let told = explained(&stage, ada, None).await;
            assert_eq!(told.decision.reason, "application_retired");
            assert_eq!(told.cures, [Cure::Restore]);
            assert_eq!(told.grants[0].id, grant, "it gives it again then");
        } else {
            restore(&stage, stage.application).await.unwrap();
        }
        moments.push(stage.now());
        stage.advance(Duration::from_secs(1));
    }
    let mut reasons = Vec::new();
    for moment in moments {
        let told = explained(&stage, ada, Some(moment)).await;
        assert!(told.cures.is_empty(), "what was is not to be turned");
        reasons.push(told.decision.reason);
    }
    assert_eq!(reasons, ["granted", "application_retired", "granted"]);
}
