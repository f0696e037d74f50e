//! Attribute policies beside roles.

use doorward::domain::GroupKind;
use doorward::policy;
use serde_json::json;

use crate::access::stage::{self, Stage};

#[tokio::test]
async fn forbid_wins_over_roles_and_over_other_policies() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let role = stage.role("reader", &["feedback:read"]).await;
    stage.give_simply(ada, role).await;
    stage
        .policy("open", "permit (principal, action, resource);")
        .await;
    stage
        .policy(
            "no-secrets",
            "forbid (principal, action, resource) when { resource has secret && resource.secret };",
        )
        .await;
    let decision = stage
        .decide(ada, "feedback:read", json!({ "secret": true }))
        .await;
    assert_eq!(
        (decision.allowed, decision.reason),
        (false, "forbidden_by_policy")
    );
    assert_eq!(decision.because, ["policy:no-secrets"]);
    let decision = stage
        .decide(ada, "feedback:read", json!({ "secret": false }))
        .await;
    assert_eq!((decision.allowed, decision.reason), (true, "granted"));
    assert_eq!(decision.because, ["role:reader", "policy:open"]);
}

#[tokio::test]
async fn a_policy_that_errs_denies_and_is_named() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let role = stage.role("reader", &["feedback:read"]).await;
    stage.give_simply(ada, role).await;
    // The attribute is asked for without `has`: where it is missing the policy cannot be evaluated.
    stage
        .policy(
            "careless",
            "permit (principal, action, resource) when { resource.level > 3 };",
        )
        .await;
    let decision = stage.decide(ada, "feedback:read", json!({})).await;
    assert_eq!((decision.allowed, decision.reason), (false, "policy_error"));
    assert_eq!(decision.because, ["policy:careless"]);
    let decision = stage.decide(ada, "feedback:read", json!({ "level": 1 })).await;
    assert_eq!((decision.allowed, decision.reason), (true, "granted"));

    let mut op = stage.bare.op();
    policy::retire(&mut op, (stage.organisation, "careless"), None, "It errs.")
        .await
        .unwrap();
    op.commit().await.unwrap();
    assert!(stage.decide(ada, "feedback:read", json!({})).await.allowed);
}

#[tokio::test]
async fn a_policy_compares_the_person_with_the_resource() {
    let stage = Stage::new().await;
    let attributes = json!({ "product_line": "cards" });
    let ada = stage::person(&stage.bare, stage.organisation, "ada", attributes).await;
    let ben = stage.person("ben").await;
    stage
        .policy(
            "own-line",
            r#"permit (principal, action == Action::"feedback:read", resource) when {
                principal has product_line && resource has product_line &&
                principal.product_line == resource.product_line && resource.type == "feedback"
            };"#,
        )
        .await;
    let cards = json!({ "product_line": "cards" });
    let decision = stage.decide(ada, "feedback:read", cards.clone()).await;
    assert_eq!((decision.allowed, decision.reason), (true, "granted_by_policy"));
    assert_eq!(decision.because, ["policy:own-line"]);
    for (person, action, resource) in [
        (ada, "feedback:edit", cards.clone()),
        (ada, "feedback:read", json!({ "product_line": "loans" })),
        (ben, "feedback:read", cards),
    ] {
        let decision = stage.decide(person, action, resource).await;
        assert_eq!((decision.allowed, decision.reason), (false, "no_grant"));
    }
}

#[tokio::test]
async fn neither_attributes_nor_context_can_pretend_to_be_a_role() {
    let stage = Stage::new().await;
    let attributes =
        json!({ "roles": ["administrator"], "groups": ["region:emea"], "organisation": "other" });
    let ada = stage::person(&stage.bare, stage.organisation, "ada", attributes).await;
    stage.role("administrator", &["feedback:read"]).await;
    stage.group(GroupKind::Region, "emea", None).await;
    stage
        .policy(
            "by-role",
            r#"permit (principal, action, resource) when {
                principal.roles.contains("administrator") || principal.groups.contains("region:emea") ||
                principal.organisation != "north" || context.role_granted || !context.roles.isEmpty()
            };"#,
        )
        .await;
    let question = doorward::decision::Question {
        subject: doorward::domain::Subject::Person(ada),
        action: "feedback:read".into(),
        application: stage.application,
        resource_type: "feedback".into(),
        resource_id: "f-1".into(),
        resource: serde_json::Map::new(),
        context: stage::members(json!({ "role_granted": true, "roles": ["administrator"] })),
    };
    let decision = doorward::decision::decide(&mut stage.bare.op(), &question)
        .await
        .unwrap();
    assert_eq!((decision.allowed, decision.reason), (false, "no_grant"));
}

#[tokio::test]
async fn a_value_that_policies_cannot_hold_denies_instead_of_going_missing() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let role = stage.role("reader", &["feedback:read"]).await;
    stage.give_simply(ada, role).await;
    stage
        .policy(
            "quiet",
            "forbid (principal, action, resource) when { resource has share && resource.share.greaterThan(decimal(\"0.5\")) };",
        )
        .await;
    for (resource, reason) in [
        (json!({ "share": 0.25 }), "granted"),
        (json!({ "share": 0.75 }), "forbidden_by_policy"),
        (json!({ "share": 1e300 }), "unusable_attribute"),
        (json!({ "share": u64::MAX }), "unusable_attribute"),
        (json!({ "share": null }), "granted"),
    ] {
        let decision = stage.decide(ada, "feedback:read", resource.clone()).await;
        assert_eq!(decision.reason, reason, "{resource}");
    }
}
