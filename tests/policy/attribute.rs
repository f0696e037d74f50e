//! Attributes that an organisation declares.

use doorward::domain::{AttributeSource, EventKind};
use doorward::person::{self, Declaration, PersonError};
use serde_json::{Value, json};

use crate::access::stage::{self, Stage, members};

fn declaration(more: Value) -> Declaration {
    let mut declared = json!({ "name": "cost_centre", "title": "Cost centre", "kind": "text" });
    declared.as_object_mut().unwrap().extend(members(more));
    serde_json::from_value(declared).unwrap()
}

async fn declare(stage: &Stage, more: Value) -> Result<(), PersonError> {
    let mut op = stage.bare.op();
    person::declare_attribute(&mut op, stage.organisation, declaration(more)).await?;
    op.commit().await.unwrap();
    Ok(())
}

#[tokio::test]
async fn once_one_is_declared_only_declared_ones_are_set_and_old_ones_stay() {
    let stage = Stage::new().await;
    let ada = stage::person(&stage.bare, stage.organisation, "ada", json!({ "floor": 3 })).await;
    declare(&stage, json!({})).await.unwrap();
    let mut op = stage.bare.op();
    let odd = stage::new_person(
        stage.organisation,
        "ben",
        members(json!({ "cost_center": "4711" })),
    );
    let refused = person::create(&mut op, odd).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the organisation has declared no attribute called cost_center"
    );
    drop(op);
    let ben = json!({ "cost_centre": "4711" });
    stage::person(&stage.bare, stage.organisation, "ben", ben).await;
    let mut op = stage.bare.op();
    let found = person::find(&mut op, ada).await.unwrap().unwrap();
    assert_eq!(found.attributes, members(json!({ "floor": 3 })));
}

#[tokio::test]
async fn values_are_set_by_whoever_has_the_say_and_have_to_fit() {
    use AttributeSource as S;

    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    declare(&stage, json!({})).await.unwrap();
    let level = json!({ "name": "level", "title": "Level", "kind": "choice", "choices": ["low", "high"] });
    declare(&stage, level).await.unwrap();
    let told = json!({ "name": "grade", "title": "Grade", "kind": "number", "source": "directory" });
    declare(&stage, told).await.unwrap();
    let set = async |values: Value, by| {
        let mut op = stage.bare.op();
        let of = (stage.organisation, ada);
        let after = person::set_attributes(&mut op, of, &members(values), by, "As the contract says.").await;
        if after.is_ok() {
            op.commit().await.unwrap();
        }
        after.map_err(|refused| refused.to_string())
    };
    for (values, says) in [
        (
            json!({ "level": "middle" }),
            "level: it has to be one of low, high",
        ),
        (
            json!({ "cost_centre": 4711 }),
            "cost_centre: it has to be a text of at most 1000 characters",
        ),
        (
            json!({ "shoe_size": 40 }),
            "the organisation has declared no attribute called shoe_size",
        ),
        (
            json!({ "level": "low", "grade": 3 }),
            "grade is told by directory: it is changed there",
        ),
    ] {
        assert_eq!(set(values, S::Administrator).await.unwrap_err(), says);
    }
    let after = set(json!({ "level": "low", "cost_centre": "4711" }), S::Administrator)
        .await
        .unwrap();
    assert_eq!(after, members(json!({ "level": "low", "cost_centre": "4711" })));
    let after = set(json!({ "grade": 3 }), S::Directory).await.unwrap();
    assert_eq!(after.len(), 3);
    let after = set(json!({ "level": null }), S::Administrator).await.unwrap();
    assert_eq!(after, members(json!({ "cost_centre": "4711", "grade": 3 })));
    let events = stage.bare.events(EventKind::PersonChanged.as_str()).await;
    assert_eq!(events.len(), 3);
    assert_eq!(events[2]["before"]["attributes"]["level"], "low");
    assert_eq!(events[2]["reason"], "As the contract says.");
}

/// A changed attribute decides at once.
#[tokio::test]
async fn decisions_follow_a_change_at_once() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    declare(&stage, json!({ "name": "line", "title": "Line" }))
        .await
        .unwrap();
    stage
        .policy(
            "own-line",
            "permit (principal, action, resource) when { principal has line && principal.line == resource.line };",
        )
        .await;
    let cards = json!({ "line": "cards" });
    assert!(!stage.decide(ada, "feedback:read", cards.clone()).await.allowed);
    for (line, allowed) in [
        (json!("cards"), true),
        (json!("loans"), false),
        (Value::Null, false),
    ] {
        let mut op = stage.bare.op();
        let changes = members(json!({ "line": line }));
        let of = (stage.organisation, ada);
        person::set_attributes(&mut op, of, &changes, AttributeSource::Administrator, "Moved.")
            .await
            .unwrap();
        op.commit().await.unwrap();
        assert_eq!(
            stage.decide(ada, "feedback:read", cards.clone()).await.allowed,
            allowed,
            "{line}"
        );
    }
}

#[tokio::test]
async fn what_somebody_has_keeps_its_kind() {
    let stage = Stage::new().await;
    declare(&stage, json!({})).await.unwrap();
    declare(&stage, json!({ "kind": "number" })).await.unwrap();
    declare(&stage, json!({ "kind": "choice", "choices": ["a", "b"] }))
        .await
        .unwrap();
    stage::person(
        &stage.bare,
        stage.organisation,
        "ada",
        json!({ "cost_centre": "a" }),
    )
    .await;
    for narrower in [
        json!({ "kind": "text" }),
        json!({ "kind": "choice", "choices": ["b"] }),
    ] {
        let refused = declare(&stage, narrower).await.unwrap_err().to_string();
        assert!(
            refused.starts_with("kind: somebody has a value of cost_centre"),
            "{refused}"
        );
    }
    let wider = json!({ "kind": "choice", "choices": ["a", "b", "c"], "title": "Centre" });
    declare(&stage, wider).await.unwrap();
    let mut op = stage.bare.op();
    let declared = person::attributes(&mut op, stage.organisation).await.unwrap();
    assert_eq!((declared.len(), declared[0].choices.len()), (1, 3));
    person::withdraw_attribute(&mut op, stage.organisation, "cost_centre")
        .await
        .unwrap();
    let again = person::withdraw_attribute(&mut op, stage.organisation, "cost_centre").await;
    assert!(again.is_err());
    op.commit().await.unwrap();
    let events = stage.bare.events(EventKind::AttributeDeclared.as_str()).await;
    assert_eq!(events.len(), 5);
}
