//! Giving access and taking it back.

use std::time::Duration;

use doorward::access::{self, AccessError, Holder, NewGrant, Period};
use doorward::domain::{GroupKind, Subject};
use serde_json::json;

use super::stage::{self, Stage, new_role};

/// What a refusal is about.
async fn refusal(stage: &Stage, new: NewGrant) -> &'static str {
    match access::give(&mut stage.bare.op(), new).await {
        Ok(_) => "nothing",
        Err(AccessError::Reversed) => "period",
        Err(AccessError::RoleUnknown) => "role",
        Err(AccessError::GroupUnknown) => "group",
        Err(AccessError::SubjectUnknown) => "subject",
        Err(AccessError::ReasonMissing) => "reason",
        Err(other) => panic!("{other}"),
    }
}

async fn sound(stage: &Stage) -> NewGrant {
    NewGrant {
        organisation_id: stage.organisation,
        holder: Holder::Subject(Subject::Person(stage.person("ada").await)),
        role: stage.role("reader", &["feedback:read"]).await,
        within: Vec::new(),
        period: Period::from(stage.now()),
        reason: "Needed.".into(),
        source: doorward::domain::GrantSource::Direct,
    }
}

#[tokio::test]
async fn a_grant_does_not_end_before_it_begins_and_has_a_reason() {
    let stage = Stage::new().await;
    let sound = sound(&stage).await;
    let now = stage.now();
    for (until, about) in [
        (now.minus(Duration::from_secs(1)), "period"),
        (now, "period"),
        (now.plus(Duration::from_micros(1)), "nothing"),
    ] {
        let period = Period {
            from: now,
            until: Some(until),
        };
        let new = NewGrant {
            period,
            ..sound.clone()
        };
        assert_eq!(refusal(&stage, new).await, about);
    }
    let reason = "  ".to_owned();
    assert_eq!(refusal(&stage, NewGrant { reason, ..sound }).await, "reason");
    assert!(stage.bare.events("grant.created").await.is_empty());
}

#[tokio::test]
async fn a_grant_names_nothing_of_another_organisation() {
    let stage = Stage::new().await;
    let other = stage::organisation(&stage.bare, "south").await;
    let application = stage::application(&stage.bare, other, "https://south.example", false).await;
    let permissions = ["feedback:read"];
    let role = stage::role(&stage.bare, (other, application), "reader", &permissions).await;
    let group = stage::group(&stage.bare, other, GroupKind::Region, "emea", None).await;
    let zoe = stage::person(&stage.bare, other, "zoe", json!({})).await;
    let sound = sound(&stage).await;
    let foreign_role = NewGrant {
        role,
        ..sound.clone()
    };
    assert_eq!(refusal(&stage, foreign_role).await, "role");
    let foreign_place = NewGrant {
        within: vec![group],
        ..sound.clone()
    };
    assert_eq!(refusal(&stage, foreign_place).await, "group");
    for (holder, about) in [
        (Holder::Group(group), "group"),
        (Holder::Subject(Subject::Person(zoe)), "subject"),
    ] {
        let foreign_holder = NewGrant {
            holder,
            ..sound.clone()
        };
        assert_eq!(refusal(&stage, foreign_holder).await, about);
    }
    assert_eq!(refusal(&stage, sound).await, "nothing");
}

#[tokio::test]
async fn a_grant_ends_once_and_at_once() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let role = stage.role("reader", &["feedback:read"]).await;
    let grant = stage.give_simply(ada, role).await;
    assert!(stage.decide(ada, "feedback:read", json!({})).await.allowed);
    let mut op = stage.bare.op();
    access::end_grant(&mut op, stage.organisation, grant, "Moved on.")
        .await
        .unwrap();
    op.commit().await.unwrap();
    assert!(!stage.decide(ada, "feedback:read", json!({})).await.allowed);
    let again = access::end_grant(&mut stage.bare.op(), stage.organisation, grant, "Again.").await;
    assert!(matches!(again, Err(AccessError::GrantUnknown)));
    let events = stage.bare.events("grant.ended").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["reason"], "Moved on.");
}

#[tokio::test]
async fn another_organisation_cannot_end_a_grant() {
    let stage = Stage::new().await;
    let other = stage::organisation(&stage.bare, "south").await;
    let ada = stage.person("ada").await;
    let role = stage.role("reader", &["feedback:read"]).await;
    let grant = stage.give_simply(ada, role).await;
    let refused = access::end_grant(&mut stage.bare.op(), other, grant, "Spite.").await;
    assert!(matches!(refused, Err(AccessError::GrantUnknown)));
}

#[tokio::test]
async fn a_role_takes_permissions_of_open_applications_only() {
    let stage = Stage::new().await;
    let other = stage::organisation(&stage.bare, "south").await;
    let closed = stage::application(&stage.bare, other, "https://closed.example", false).await;
    let shared = stage::application(&stage.bare, other, "https://shared.example", true).await;
    let mut op = stage.bare.op();
    let new = new_role((stage.organisation, closed), "one", &["feedback:read"]);
    let refused = access::create_role(&mut op, new).await;
    assert!(matches!(refused, Err(AccessError::ApplicationUnknown)));
    let new = new_role((stage.organisation, shared), "two", &["feedback:burn"]);
    let refused = access::create_role(&mut op, new).await;
    assert!(matches!(refused, Err(AccessError::PermissionUnknown(name)) if name == "feedback:burn"));
    let new = new_role((stage.organisation, shared), "three", &["feedback:read"]);
    access::create_role(&mut op, new).await.unwrap();
}
