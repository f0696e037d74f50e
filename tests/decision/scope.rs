//! Where and when a grant holds.

use std::time::Duration;

use doorward::access::{Holder, Period};
use doorward::domain::{GroupKind, Subject};
use serde_json::json;

use crate::access::stage::Stage;

const TICK: Duration = Duration::from_micros(1);

#[tokio::test]
async fn a_grant_holds_from_its_first_moment_until_just_before_its_last() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let role = stage.role("reader", &["feedback:read"]).await;
    let hour = Duration::from_hours(1);
    let from = stage.now().plus(hour);
    let period = Period {
        from,
        until: Some(from.plus(hour)),
    };
    stage
        .give(Holder::Subject(Subject::Person(ada)), role, &[], period)
        .await;
    let before_edge = hour.checked_sub(TICK).unwrap();
    for (step, allowed) in [
        (before_edge, false),
        (TICK, true),
        (before_edge, true),
        (TICK, false),
        (hour, false),
    ] {
        stage.advance(step);
        let decision = stage.decide(ada, "feedback:read", json!({})).await;
        assert_eq!(decision.allowed, allowed, "at {}", stage.now());
    }
}

#[tokio::test]
async fn a_grant_of_a_group_holds_while_the_membership_does() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let team = stage.group(GroupKind::Team, "care", None).await;
    let role = stage.role("reader", &["feedback:read"]).await;
    stage
        .give(Holder::Group(team), role, &[], Period::from(stage.now()))
        .await;
    let day = Duration::from_hours(24);
    let from = stage.now().plus(day);
    let period = Period {
        from,
        until: Some(from.plus(day)),
    };
    stage.join(team, ada, period).await;
    let before_edge = day.checked_sub(TICK).unwrap();
    for (step, allowed) in [
        (before_edge, false),
        (TICK, true),
        (before_edge, true),
        (TICK, false),
    ] {
        stage.advance(step);
        let decision = stage.decide(ada, "feedback:read", json!({})).await;
        assert_eq!(decision.allowed, allowed, "at {}", stage.now());
    }
}

#[tokio::test]
async fn a_grant_within_a_region_holds_in_all_below_it_and_nowhere_else() {
    let stage = Stage::new().await;
    let emea = stage.group(GroupKind::Region, "emea", None).await;
    let dach = stage.group(GroupKind::Region, "dach", Some(emea)).await;
    stage.group(GroupKind::Region, "vienna", Some(dach)).await;
    stage.group(GroupKind::Region, "americas", None).await;
    // A department of the same name is another place.
    stage.group(GroupKind::Department, "emea", None).await;
    let ada = stage.person("ada").await;
    let role = stage.role("manager", &["feedback:read"]).await;
    let holder = Holder::Subject(Subject::Person(ada));
    stage.give(holder, role, &[dach], Period::from(stage.now())).await;
    for (resource, reason) in [
        (json!({ "region": "dach" }), "granted"),
        (json!({ "region": "vienna" }), "granted"),
        (json!({ "region": "emea" }), "outside_scope"),
        (json!({ "region": "americas" }), "outside_scope"),
        (json!({ "region": "atlantis" }), "outside_scope"),
        (json!({ "region": ["dach"] }), "outside_scope"),
        (json!({ "department": "emea" }), "outside_scope"),
        (json!({}), "outside_scope"),
    ] {
        let decision = stage.decide(ada, "feedback:read", resource.clone()).await;
        assert_eq!(decision.reason, reason, "{resource}");
        assert_eq!(decision.allowed, reason == "granted");
        assert_eq!(decision.because, ["role:manager"]);
    }
    let decision = stage
        .decide(ada, "feedback:edit", json!({ "region": "dach" }))
        .await;
    assert_eq!(decision.reason, "no_grant");
}

#[tokio::test]
async fn regions_widen_a_grant_and_a_department_narrows_it() {
    let stage = Stage::new().await;
    let emea = stage.group(GroupKind::Region, "emea", None).await;
    let americas = stage.group(GroupKind::Region, "americas", None).await;
    let support = stage.group(GroupKind::Department, "support", None).await;
    stage.group(GroupKind::Department, "product", None).await;
    let ada = stage.person("ada").await;
    let role = stage.role("manager", &["feedback:read"]).await;
    let holder = Holder::Subject(Subject::Person(ada));
    let within = [emea, americas, support];
    stage.give(holder, role, &within, Period::from(stage.now())).await;
    for (region, department, allowed) in [
        ("emea", "support", true),
        ("americas", "support", true),
        ("emea", "product", false),
        ("asia", "support", false),
    ] {
        let resource = json!({ "region": region, "department": department });
        let decision = stage.decide(ada, "feedback:read", resource).await;
        assert_eq!(decision.allowed, allowed, "{region} {department}");
    }
}

#[tokio::test]
async fn a_decision_with_warm_copies_reads_no_database() {
    let stage = Stage::new().await;
    let emea = stage.group(GroupKind::Region, "emea", None).await;
    let ada = stage.person("ada").await;
    let role = stage.role("manager", &["feedback:read"]).await;
    let holder = Holder::Subject(Subject::Person(ada));
    stage.give(holder, role, &[emea], Period::from(stage.now())).await;
    stage
        .policy(
            "line",
            "forbid (principal, action, resource) when { resource has closed };",
        )
        .await;
    let inside = json!({ "region": "emea" });
    assert!(stage.decide(ada, "feedback:read", inside.clone()).await.allowed);
    stage.bare.house.storage.close().await;
    assert!(stage.decide(ada, "feedback:read", inside).await.allowed);
    let decision = stage
        .decide(ada, "feedback:read", json!({ "region": "emea", "closed": 1 }))
        .await;
    assert_eq!(decision.reason, "forbidden_by_policy");
}
