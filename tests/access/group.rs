//! Groups and memberships.

use std::time::Duration;

use doorward::access::{self, AccessError, GroupAbout, Holder, NewGroup, Period};
use doorward::domain::{GroupId, GroupKind, Subject, Timestamp};
use serde_json::json;

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
            about: access::GroupAbout {
                parent: Some(parent),
                ..access::GroupAbout::titled("DACH")
            },
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

async fn change(stage: &Stage, id: GroupId, about: GroupAbout) -> Result<bool, AccessError> {
    let mut op = stage.bare.op();
    let changed = access::change_group(&mut op, stage.organisation, id, about).await?;
    op.commit().await.unwrap();
    Ok(changed)
}

/// Sets the end of a group.
async fn ends(stage: &Stage, id: GroupId, at: Timestamp) {
    let found = access::group(&mut stage.bare.op(), stage.organisation, id).await;
    let about = GroupAbout {
        ends_at: Some(at),
        ..found.unwrap().unwrap().about
    };
    assert!(change(stage, id, about).await.unwrap());
}

#[tokio::test]
async fn what_is_held_through_a_project_ends_with_it_to_the_microsecond() {
    let stage = Stage::new().await;
    let whole = stage.group(GroupKind::Project, "launch", None).await;
    let part = stage.group(GroupKind::Project, "launch-desk", Some(whole)).await;
    let reader = stage.role("reader", &["feedback:read"]).await;
    let editor = stage.role("editor", &["feedback:edit"]).await;
    let (ada, bea) = (stage.person("ada").await, stage.person("bea").await);
    let period = Period::from(stage.now());
    stage.give(Holder::Group(whole), reader, &[], period).await;
    stage.join(part, ada, period).await;
    let holder = Holder::Subject(Subject::Person(bea));
    stage.give(holder, editor, &[whole], period).await;
    let minute = Duration::from_mins(1);
    ends(&stage, whole, stage.now().plus(minute)).await;
    let of_project = json!({ "project": "launch-desk" });
    let both = async || {
        (
            stage.decide(ada, "feedback:read", json!({})).await.allowed,
            stage
                .decide(bea, "feedback:edit", of_project.clone())
                .await
                .allowed,
        )
    };
    assert_eq!(both().await, (true, true));
    stage.advance(Duration::from_micros(59_999_999));
    assert_eq!(both().await, (true, true));
    stage.advance(Duration::from_micros(1));
    assert_eq!(both().await, (false, false));
    let mut op = stage.bare.op();
    let refused = access::add_member(&mut op, stage.organisation, part, Subject::Person(bea), period).await;
    assert!(matches!(refused, Err(AccessError::GroupEnded)), "{refused:?}");
}

#[tokio::test]
async fn of_several_places_those_that_have_not_ended_are_left() {
    let stage = Stage::new().await;
    let (one, two) = (
        stage.group(GroupKind::Project, "one", None).await,
        stage.group(GroupKind::Project, "two", None).await,
    );
    let editor = stage.role("editor", &["feedback:edit"]).await;
    let bea = stage.person("bea").await;
    let holder = Holder::Subject(Subject::Person(bea));
    stage
        .give(holder, editor, &[one, two], Period::from(stage.now()))
        .await;
    let second = Duration::from_secs(1);
    ends(&stage, one, stage.now().plus(second)).await;
    stage.advance(second);
    for (project, allowed) in [("one", false), ("two", true)] {
        let decision = stage
            .decide(bea, "feedback:edit", json!({ "project": project }))
            .await;
        assert_eq!(decision.allowed, allowed, "{project}");
    }
}

#[tokio::test]
async fn a_group_stands_below_itself_by_no_way() {
    let stage = Stage::new().await;
    let one = stage.group(GroupKind::Region, "one", None).await;
    let two = stage.group(GroupKind::Region, "two", Some(one)).await;
    let three = stage.group(GroupKind::Region, "three", Some(two)).await;
    for parent in [one, two, three] {
        let about = GroupAbout {
            parent: Some(parent),
            ..GroupAbout::titled("One")
        };
        let refused = change(&stage, one, about).await;
        assert!(matches!(refused, Err(AccessError::GroupCycle)), "{refused:?}");
    }
    assert!(stage.bare.events("group.changed").await.is_empty());
}

#[tokio::test]
async fn what_is_said_of_a_group_is_changed_as_a_whole_and_on_record() {
    let stage = Stage::new().await;
    let other = stage::organisation(&stage.bare, "south").await;
    let zoe = stage::person(&stage.bare, other, "zoe", json!({})).await;
    let ada = stage.person("ada").await;
    let emea = stage.group(GroupKind::Region, "emea", None).await;
    let about = GroupAbout {
        purpose: "Europe and more".into(),
        owners: [ada].into(),
        ..GroupAbout::titled("EMEA")
    };
    assert!(change(&stage, emea, about.clone()).await.unwrap());
    assert!(!change(&stage, emea, about.clone()).await.unwrap());
    let kept = access::group(&mut stage.bare.op(), stage.organisation, emea).await;
    assert_eq!(kept.unwrap().unwrap().about, about);
    let foreign = GroupAbout {
        owners: [zoe].into(),
        ..about.clone()
    };
    assert!(matches!(
        change(&stage, emea, foreign).await,
        Err(AccessError::OwnerUnknown)
    ));
    let untitled = GroupAbout {
        title: String::new(),
        ..about
    };
    assert!(matches!(
        change(&stage, emea, untitled).await,
        Err(AccessError::Words)
    ));
    let events = stage.bare.events("group.changed").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["after"]["owners"][0], ada.to_string());
}
