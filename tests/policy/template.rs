//! Ready-made policies pass their own test cases, whatever their forms are filled with.

use doorward::policy::{self, Content, Kind, NewPolicy, Template};
use serde_json::{Map, Value, json};

use crate::access::stage::{Stage, members};

fn values(template: &Template, attribute: &str) -> Map<String, Value> {
    let mut values = Map::new();
    for parameter in &template.parameters {
        let value = match parameter.kind {
            Kind::Actions => json!(["feedback:read", "feedback:edit"]),
            Kind::Attribute => json!(attribute),
            Kind::Zone => json!("America/New_York"),
            Kind::Networks => json!(["10.0.0.0/8", "2001:db8::/32", "192.0.2.7/32"]),
            Kind::Time
            | Kind::Days
            | Kind::Roles
            | Kind::Texts
            | Kind::Truth
            | Kind::Strength
            | Kind::Minutes => continue,
        };
        values.insert(parameter.name.to_owned(), value);
    }
    values
}

/// Activates what a template becomes.
async fn activate(stage: &Stage, name: &str, content: Content) {
    let mut op = stage.bare.op();
    let new = NewPolicy {
        organisation_id: stage.organisation,
        application: stage.application,
        name: name.to_owned(),
        content,
    };
    policy::draft(&mut op, new, "By a template.").await.unwrap();
    let tested = policy::test(&mut op, (stage.organisation, name), None)
        .await
        .unwrap();
    assert!(tested.examined.passed, "{name}: {:#?}", tested.examined);
    assert_eq!(tested.examined.remarks, [], "{name}");
    policy::activate(&mut op, (stage.organisation, name), None, "By a template.")
        .await
        .unwrap();
    op.commit().await.unwrap();
}

#[tokio::test]
async fn every_template_passes_its_own_cases_and_reads_only_what_is_there() {
    for attribute in ["marker", "a \"quoted\" \\ name"] {
        let stage = Stage::new().await;
        crate::access::stage::person(&stage.bare, stage.organisation, "ada", json!({ attribute: "x" })).await;
        for template in policy::templates() {
            let content = policy::fill(template.name, &values(&template, attribute)).unwrap();
            activate(&stage, template.name, content).await;
        }
    }
}

#[tokio::test]
async fn lists_days_and_roles_change_what_a_template_says_and_it_still_passes() {
    let stage = Stage::new().await;
    stage.role("manager", &["feedback:read"]).await;
    crate::access::stage::person(
        &stage.bare,
        stage.organisation,
        "ada",
        json!({ "region": "emea", "customer_segments": ["vip"], "clearance": "low" }),
    )
    .await;
    let read = json!(["feedback:read"]);
    for (place, (name, filled)) in [
        ("own-territory", json!({ "actions": read, "roles": ["manager"] })),
        ("own-territory", json!({ "actions": read, "several": true })),
        ("customer-segment", json!({ "actions": read, "roles": ["manager"] })),
        ("clearance", json!({ "actions": read, "classes": ["only"] })),
        ("clearance", json!({ "actions": read, "classes": ["low", "middle", "high", "higher", "highest"] })),
        (
            "office-hours",
            json!({ "actions": read, "zone": "Asia/Kathmandu", "from": "00:00", "until": "24:00", "days": ["su"] }),
        ),
        (
            "office-hours",
            json!({ "actions": read, "zone": "UTC", "days": ["mo", "tu", "we", "th", "fr", "sa", "su"] }),
        ),
        ("office-network", json!({ "actions": read, "networks": ["0.0.0.0/0", "::/0"] })),
    ]
    .into_iter()
    .enumerate()
    {
        let content = policy::fill(name, &members(filled)).unwrap();
        activate(&stage, &format!("{name}-{place}"), content).await;
    }
}

/// Beside the decision itself: the person who made a refund may not approve it, another may.
#[tokio::test]
async fn four_eyes_holds_for_the_person_who_asks() {
    let stage = Stage::new().await;
    let (ada, ben) = (stage.person("ada").await, stage.person("ben").await);
    let role = stage.role("approver", &["feedback:edit"]).await;
    stage.give_simply(ada, role).await;
    stage.give_simply(ben, role).await;
    let filled = policy::fill("four-eyes", &members(json!({ "actions": ["feedback:edit"] }))).unwrap();
    activate(&stage, "four-eyes", filled).await;
    let refund = json!({ "created_by": ada.to_string() });
    let decision = stage.decide(ada, "feedback:edit", refund.clone()).await;
    assert_eq!(decision.reason, "forbidden_by_policy");
    assert!(stage.decide(ben, "feedback:edit", refund).await.allowed);
    let nameless = stage.decide(ben, "feedback:edit", json!({})).await;
    assert_eq!(nameless.reason, "forbidden_by_policy");
}
