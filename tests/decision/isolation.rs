//! No organisation reaches what belongs to another.

use doorward::access::{Holder, Period};
use doorward::domain::{ApplicationId, Id, PersonId, PersonStatus, ServiceAccountId, Subject};
use doorward::person;
use serde_json::json;

use crate::access::stage::{self, Stage};

/// Zoe of another organisation, whose own role gives everything in the application that is shared with it.
async fn zoe(stage: &Stage, application: ApplicationId) -> PersonId {
    let other = stage::organisation(&stage.bare, "south").await;
    let zoe = stage::person(&stage.bare, other, "zoe", json!({})).await;
    let role = stage::role(
        &stage.bare,
        (other, application),
        "administrator",
        &stage::PERMISSIONS,
    )
    .await;
    let holder = Holder::Subject(Subject::Person(zoe));
    let period = Period::from(stage.now());
    stage::give(&stage.bare, other, holder, role, &[], period).await;
    zoe
}

#[tokio::test]
async fn a_shared_application_answers_for_resources_of_the_own_organisation_only() {
    let stage = Stage::new().await;
    let shared = stage::application(&stage.bare, stage.organisation, "https://shared.example", true).await;
    let zoe = Subject::Person(zoe(&stage, shared).await);
    let foreign = stage.organisation.to_string();
    for (resource, reason) in [
        (json!({ "organisation": "south" }), "granted"),
        (json!({ "organisation": "north" }), "other_organisation"),
        (json!({ "organisation": foreign }), "other_organisation"),
        (json!({ "organisation": "SOUTH" }), "other_organisation"),
        (json!({ "organisation": ["south"] }), "other_organisation"),
        (json!({ "organisation": null }), "other_organisation"),
        (json!({}), "organisation_missing"),
    ] {
        for action in stage::PERMISSIONS {
            let decision = stage::decide(&stage.bare, shared, zoe, action, resource.clone()).await;
            assert_eq!(decision.reason, reason, "{action} {resource}");
            assert_eq!(decision.allowed, reason == "granted");
        }
    }
}

#[tokio::test]
async fn a_policy_that_permits_everything_does_not_reach_over_the_wall() {
    let stage = Stage::new().await;
    stage
        .policy("open", "permit (principal, action, resource);")
        .await;
    let ada = stage.person("ada").await;
    assert_eq!(
        stage.decide(ada, "feedback:read", json!({})).await.reason,
        "granted_by_policy"
    );
    let other = stage::organisation(&stage.bare, "south").await;
    let zoe = stage::person(&stage.bare, other, "zoe", json!({})).await;
    let decision = stage.decide(zoe, "feedback:read", json!({})).await;
    assert_eq!(decision.reason, "other_organisation");
    let decision = stage
        .decide(ada, "feedback:read", json!({ "organisation": "south" }))
        .await;
    assert_eq!(decision.reason, "other_organisation");
}

#[tokio::test]
async fn what_is_not_known_is_denied() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let role = stage.role("reader", &["feedback:read"]).await;
    stage.give_simply(ada, role).await;
    let nobody = Subject::ServiceAccount(ServiceAccountId::new(stage.now(), [9; 10]));
    let (ada, application) = (Subject::Person(ada), stage.application);
    let unknown: ApplicationId = Id::new(stage.now(), [9; 10]);
    for (application, subject, action, reason) in [
        (application, ada, "feedback:read", "granted"),
        (application, ada, "feedback:burn", "action_unknown"),
        (application, nobody, "feedback:read", "subject_unknown"),
        (unknown, ada, "feedback:read", "application_unknown"),
    ] {
        let decision = stage::decide(&stage.bare, application, subject, action, json!({})).await;
        assert_eq!(decision.reason, reason);
        assert_eq!(decision.allowed, reason == "granted");
    }
}

#[tokio::test]
async fn a_disabled_person_is_denied_at_once() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let role = stage.role("reader", &["feedback:read"]).await;
    stage.give_simply(ada, role).await;
    assert!(stage.decide(ada, "feedback:read", json!({})).await.allowed);
    let mut op = stage.bare.op();
    let subject = Subject::Person(ada);
    person::set_status(&mut op, stage.organisation, subject, PersonStatus::Left, "left")
        .await
        .unwrap();
    op.commit().await.unwrap();
    let decision = stage.decide(ada, "feedback:read", json!({})).await;
    assert_eq!((decision.allowed, decision.reason), (false, "subject_inactive"));
}
