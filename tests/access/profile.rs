//! What tokens are told of a subject.

use std::sync::Arc;
use std::time::Duration;

use doorward::access::{self, Holder, Period, Profile};
use doorward::domain::{ApplicationId, GroupKind, PersonId, PersonStatus, Subject};
use doorward::person;
use serde_json::json;

use super::stage::{self, Stage, new_role};

async fn profile(stage: &Stage, person: PersonId, application: Option<ApplicationId>) -> Arc<Profile> {
    access::profile(&mut stage.bare.op(), Subject::Person(person), application)
        .await
        .unwrap()
}

#[tokio::test]
async fn roles_come_directly_and_by_groups_and_those_above_them() {
    let stage = Stage::new().await;
    let emea = stage.group(GroupKind::Region, "emea", None).await;
    let dach = stage.group(GroupKind::Region, "dach", Some(emea)).await;
    let ada = stage.person("ada").await;
    let reader = stage.role("reader", &["feedback:read"]).await;
    let editor = stage.role("editor", &["feedback:edit"]).await;
    stage.join(dach, ada, Period::from(stage.now())).await;
    stage.give_simply(ada, reader).await;
    stage
        .give(Holder::Group(emea), editor, &[dach], Period::from(stage.now()))
        .await;
    let found = profile(&stage, ada, Some(stage.application)).await;
    assert_eq!(found.roles, ["editor", "reader"]);
    assert_eq!(found.groups, ["region:dach", "region:emea"]);
    assert_eq!(found.permissions.to_string(), "feedback:edit feedback:read");
    let found = profile(&stage, ada, None).await;
    assert!(found.permissions.is_empty());
}

#[tokio::test]
async fn a_profile_is_kept_until_something_changes() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let reader = stage.role("reader", &["feedback:read"]).await;
    let before = profile(&stage, ada, None).await;
    assert!(Arc::ptr_eq(&before, &profile(&stage, ada, None).await));
    stage.give_simply(ada, reader).await;
    assert_eq!(profile(&stage, ada, None).await.roles, ["reader"]);
}

#[tokio::test]
async fn a_profile_never_outlives_the_begin_or_end_of_a_grant() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let reader = stage.role("reader", &["feedback:read"]).await;
    let from = stage.now().plus(Duration::from_secs(1));
    let until = from.plus(Duration::from_secs(1));
    let holder = Holder::Subject(Subject::Person(ada));
    let period = Period {
        from,
        until: Some(until),
    };
    stage.give(holder, reader, &[], period).await;
    let tick = Duration::from_micros(1);
    let second = Duration::from_secs(1);
    for (step, held) in [
        (Duration::ZERO, false),
        (second.checked_sub(tick).unwrap(), false),
        (tick, true),
        (second.checked_sub(tick).unwrap(), true),
        (tick, false),
    ] {
        stage.advance(step);
        assert_eq!(
            profile(&stage, ada, None).await.roles.len(),
            usize::from(held),
            "{}",
            stage.now()
        );
    }
}

#[tokio::test]
async fn a_disabled_person_has_no_roles() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let reader = stage.role("reader", &["feedback:read"]).await;
    stage.give_simply(ada, reader).await;
    assert_eq!(profile(&stage, ada, None).await.roles, ["reader"]);
    let mut op = stage.bare.op();
    let subject = Subject::Person(ada);
    person::set_status(
        &mut op,
        stage.organisation,
        subject,
        PersonStatus::Disabled,
        "a test",
    )
    .await
    .unwrap();
    op.commit().await.unwrap();
    assert!(profile(&stage, ada, None).await.roles.is_empty());
}

#[tokio::test]
async fn permissions_of_a_shared_application_come_from_roles_of_the_own_organisation() {
    let stage = Stage::new().await;
    let shared = stage::application(&stage.bare, stage.organisation, "https://shared.example", true).await;
    let other = stage::organisation(&stage.bare, "south").await;
    let zoe = stage::person(&stage.bare, other, "zoe", json!({})).await;
    stage::role(
        &stage.bare,
        (stage.organisation, shared),
        "reader",
        &["feedback:export"],
    )
    .await;
    let own = stage::role(&stage.bare, (other, shared), "reader", &["feedback:read"]).await;
    let holder = Holder::Subject(Subject::Person(zoe));
    stage::give(&stage.bare, other, holder, own, &[], Period::from(stage.now())).await;
    let found = profile(&stage, zoe, Some(shared)).await;
    assert_eq!(found.permissions.to_string(), "feedback:read");
}

#[tokio::test]
async fn a_second_factor_is_asked_of_those_whose_role_demands_it_now() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let mut op = stage.bare.op();
    let mut new = new_role(
        (stage.organisation, stage.application),
        "manager",
        &["feedback:read"],
    );
    new.about.second_factor = true;
    let manager = access::create_role(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    let asked = async || {
        access::second_factor_required(&mut stage.bare.op(), ada)
            .await
            .unwrap()
    };
    assert!(!asked().await);
    let grant = stage.give_simply(ada, manager).await;
    assert!(asked().await);
    let mut op = stage.bare.op();
    access::end_grant(&mut op, stage.organisation, grant, "Over.")
        .await
        .unwrap();
    op.commit().await.unwrap();
    assert!(!asked().await);
}
