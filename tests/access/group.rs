//! Groups and memberships.

use doorward::access::{self, AccessError, NewGroup, Period};
use doorward::domain::{GroupKind, Subject};

use super::stage::{self, Stage};

#[tokio::test]
async fn a_group_stands_below_one_of_its_kind_and_its_organisation_only() {
    let stage = Stage::new().await;
    let other = stage::organisation(&stage.bare, "south").await;
    let support = stage.group(GroupKind::Department, "support", None).await;
    let foreign = stage::group(&stage.bare, other, GroupKind::Region, "emea", None).await;
    for (parent, department) in [(support, true), (foreign, false)] {
        let new = NewGroup {
            organisation_id: stage.organisation,
            kind: GroupKind::Region,
            name: "dach".into(),
            title: "DACH".into(),
            parent: Some(parent),
        };
        let refused = access::create_group(&mut stage.bare.op(), new).await;
        match refused {
            Err(AccessError::GroupKind) => assert!(department),
            Err(AccessError::GroupUnknown) => assert!(!department),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn nobody_joins_a_group_of_another_organisation() {
    let stage = Stage::new().await;
    let other = stage::organisation(&stage.bare, "south").await;
    let foreign = stage::group(&stage.bare, other, GroupKind::Region, "emea", None).await;
    let own = stage.group(GroupKind::Region, "emea", None).await;
    let ada = Subject::Person(stage.person("ada").await);
    let zoe = Subject::Person(stage::person(&stage.bare, other, "zoe", serde_json::json!({})).await);
    let period = Period::from(stage.now());
    let mut op = stage.bare.op();
    let refused = access::add_member(&mut op, stage.organisation, foreign, ada, period).await;
    assert!(matches!(refused, Err(AccessError::GroupUnknown)));
    let refused = access::add_member(&mut op, stage.organisation, own, zoe, period).await;
    assert!(matches!(refused, Err(AccessError::SubjectUnknown)));
}

#[tokio::test]
async fn joining_and_leaving_are_told_with_their_periods() {
    let stage = Stage::new().await;
    let emea = stage.group(GroupKind::Region, "emea", None).await;
    let ada = stage.person("ada").await;
    stage.join(emea, ada, Period::from(stage.now())).await;
    let mut op = stage.bare.op();
    access::remove_member(&mut op, stage.organisation, emea, Subject::Person(ada))
        .await
        .unwrap();
    op.commit().await.unwrap();
    let events = stage.bare.events("group.membership.changed").await;
    assert_eq!(events.len(), 2);
    assert!(events[0]["before"].is_null() && events[0]["after"]["from"].is_i64());
    assert!(events[1]["before"]["from"].is_i64() && events[1]["after"].is_null());
    assert_eq!(events[1]["details"]["member"], ada.to_string());
}
