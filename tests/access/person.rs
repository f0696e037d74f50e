//! People and organisations, and who may act.

use std::time::Duration;

use doorward::access::{self, AccessError};
use doorward::domain::{OrganisationStatus, PersonStatus, Subject, Username};
use doorward::person::{self, NewOrganisation, NewServiceAccount, PersonError, Refusal};
use serde_json::{Map, json};

use super::stage::{self, Stage, new_person};

#[tokio::test]
async fn a_person_is_found_as_made_and_the_log_tells_of_it() {
    let stage = Stage::new().await;
    let attributes = json!({ "region": "dach", "skills": ["de", "en"] });
    let id = stage::person(
        &stage.bare,
        stage.organisation,
        "Ada@North.example",
        attributes.clone(),
    )
    .await;
    let mut op = stage.bare.op();
    let username = Username::parse("ada@north.EXAMPLE").unwrap();
    let found = person::find_by_username(&mut op, &username)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.id, id);
    assert_eq!(serde_json::Value::Object(found.attributes), attributes);
    let events = stage.bare.events("person.created").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["target"]["id"], id.to_string());
    assert_eq!(events[0]["after"]["username"], "ada@north.example");
}

#[tokio::test]
async fn a_username_is_taken_once_in_the_whole_installation() {
    let stage = Stage::new().await;
    let other = stage::organisation(&stage.bare, "south").await;
    stage.person("ada").await;
    for organisation in [stage.organisation, other] {
        let mut op = stage.bare.op();
        let refused = person::create(&mut op, new_person(organisation, "ADA", Map::new())).await;
        assert!(matches!(refused, Err(PersonError::UsernameTaken)));
    }
    assert_eq!(stage.bare.events("person.created").await.len(), 1);
}

#[tokio::test]
async fn names_of_organisations_and_machines_are_taken_once_too() {
    let stage = Stage::new().await;
    let new = NewOrganisation {
        slug: "north".into(),
        name: "Another".into(),
    };
    let refused = person::create_organisation(&mut stage.bare.op(), new).await;
    assert!(matches!(refused, Err(PersonError::SlugTaken)));
    let new = NewServiceAccount {
        organisation_id: stage.organisation,
        name: "robot".into(),
        purpose: "To be tried.".into(),
        attributes: Map::new(),
    };
    let mut op = stage.bare.op();
    person::create_service_account(&mut op, new.clone())
        .await
        .unwrap();
    op.commit().await.unwrap();
    let refused = person::create_service_account(&mut stage.bare.op(), new).await;
    assert!(matches!(refused, Err(PersonError::NameTaken)));
}

/// The account of a client is called by the client's id, which may look like the id of an account.
#[tokio::test]
async fn a_service_account_is_meant_by_its_name_or_else_by_its_id() {
    let stage = Stage::new().await;
    let mut op = stage.bare.op();
    let name = "0190a0b0-0000-7000-8000-000000000001";
    let new = NewServiceAccount {
        organisation_id: stage.organisation,
        name: name.into(),
        purpose: "To be tried.".into(),
        attributes: Map::new(),
    };
    let id = person::create_service_account(&mut op, new).await.unwrap();
    for word in [name.to_owned(), id.to_string()] {
        let meant = access::subject(&mut op, stage.organisation, &format!("service_account:{word}")).await;
        assert_eq!(meant.unwrap(), Subject::ServiceAccount(id), "{word}");
    }
    let nobody = access::subject(&mut op, stage.organisation, "service_account:nobody").await;
    assert!(matches!(nobody, Err(AccessError::Unnamed(..))));
}

#[tokio::test]
async fn an_organisation_never_sees_people_of_another() {
    let stage = Stage::new().await;
    let other = stage::organisation(&stage.bare, "south").await;
    let ada = stage.person("ada").await;
    let zoe = stage::person(&stage.bare, other, "zoe", json!({})).await;
    let mut op = stage.bare.op();
    let listed = person::list(&mut op, stage.organisation, None).await.unwrap();
    assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [ada]);
    let found = person::find_within(&mut op, stage.organisation, zoe)
        .await
        .unwrap();
    assert!(found.is_none());
    let subject = Subject::Person(zoe);
    let refused = person::set_status(
        &mut op,
        stage.organisation,
        subject,
        PersonStatus::Disabled,
        "spite",
    )
    .await;
    assert!(matches!(refused, Err(PersonError::Unknown)));
    let refused = person::raise_epoch(&mut op, stage.organisation, subject, "spite").await;
    assert!(matches!(refused, Err(PersonError::Unknown)));
}

#[tokio::test]
async fn a_list_goes_on_after_the_last_name_of_the_page_before() {
    let stage = Stage::new().await;
    for name in ["ada", "ben", "cem"] {
        stage.person(name).await;
    }
    let after = Username::parse("ada").unwrap();
    let listed = person::list(&mut stage.bare.op(), stage.organisation, Some(&after))
        .await
        .unwrap();
    let names: Vec<&str> = listed.iter().map(|one| one.username.as_str()).collect();
    assert_eq!(names, ["ben", "cem"]);
}

#[tokio::test]
async fn whoever_is_disabled_may_not_act_at_once_and_old_tokens_stay_dead_afterwards() {
    let stage = Stage::new().await;
    let subject = Subject::Person(stage.person("ada").await);
    let epoch = standing(&stage, subject, None).await.unwrap();
    assert_eq!(standing(&stage, subject, Some(epoch)).await, Ok(epoch));

    let risen = set_status(&stage, subject, PersonStatus::Disabled).await;
    assert_eq!(risen, epoch + 1);
    assert_eq!(
        standing(&stage, subject, Some(epoch)).await,
        Err(Refusal::Disabled)
    );
    assert_eq!(standing(&stage, subject, None).await, Err(Refusal::Disabled));

    let risen = set_status(&stage, subject, PersonStatus::Active).await;
    assert_eq!(
        standing(&stage, subject, Some(epoch)).await,
        Err(Refusal::Outdated)
    );
    assert_eq!(standing(&stage, subject, Some(risen)).await, Ok(risen));
    let events = stage.bare.events("person.changed").await;
    assert_eq!(events[0]["before"]["status"], "active");
    assert_eq!(events[0]["after"]["status"], "disabled");
    assert_eq!(events[0]["reason"], "a test");
}

#[tokio::test]
async fn a_raised_epoch_outdates_what_was_given_before() {
    let stage = Stage::new().await;
    let subject = Subject::Person(stage.person("ada").await);
    let epoch = standing(&stage, subject, None).await.unwrap();
    assert_eq!(standing(&stage, subject, Some(epoch)).await, Ok(epoch));
    let mut op = stage.bare.op();
    let risen = person::raise_epoch(&mut op, stage.organisation, subject, "lost device")
        .await
        .unwrap();
    op.commit().await.unwrap();
    assert_eq!(
        standing(&stage, subject, Some(epoch)).await,
        Err(Refusal::Outdated)
    );
    assert_eq!(standing(&stage, subject, Some(risen)).await, Ok(risen));
}

#[tokio::test]
async fn nobody_of_a_suspended_organisation_may_act() {
    let stage = Stage::new().await;
    let subject = Subject::Person(stage.person("ada").await);
    let epoch = standing(&stage, subject, None).await.unwrap();
    assert_eq!(standing(&stage, subject, Some(epoch)).await, Ok(epoch));
    let mut op = stage.bare.op();
    person::set_organisation_status(&mut op, stage.organisation, OrganisationStatus::Suspended)
        .await
        .unwrap();
    op.commit().await.unwrap();
    assert_eq!(
        standing(&stage, subject, Some(epoch)).await,
        Err(Refusal::OrganisationSuspended)
    );
}

#[tokio::test]
async fn a_change_that_is_rolled_back_is_not_believed() {
    let stage = Stage::new().await;
    let subject = Subject::Person(stage.person("ada").await);
    let epoch = standing(&stage, subject, None).await.unwrap();
    let mut op = stage.bare.op();
    person::set_status(
        &mut op,
        stage.organisation,
        subject,
        PersonStatus::Disabled,
        "a slip",
    )
    .await
    .unwrap();
    let own = person::may_act(&mut op, subject, epoch).await.unwrap();
    assert_eq!(
        own.map(|one| one.epoch()),
        Err(Refusal::Disabled),
        "an act sees its own changes"
    );
    drop(op);
    assert_eq!(standing(&stage, subject, Some(epoch)).await, Ok(epoch));
}

#[tokio::test]
async fn what_another_replica_has_changed_is_known_after_a_second() {
    let stage = Stage::new().await;
    let subject = Subject::Person(stage.person("ada").await);
    let epoch = standing(&stage, subject, None).await.unwrap();
    assert_eq!(standing(&stage, subject, Some(epoch)).await, Ok(epoch));
    let replica = stage.bare.replica().await;
    let mut op = replica.op();
    person::set_status(&mut op, stage.organisation, subject, PersonStatus::Left, "gone")
        .await
        .unwrap();
    op.commit().await.unwrap();
    stage.advance(Duration::from_secs(1));
    assert_eq!(
        standing(&stage, subject, Some(epoch)).await,
        Err(Refusal::Disabled)
    );
}

async fn set_status(stage: &Stage, subject: Subject, status: PersonStatus) -> i64 {
    let mut op = stage.bare.op();
    let epoch = person::set_status(&mut op, stage.organisation, subject, status, "a test")
        .await
        .unwrap();
    op.commit().await.unwrap();
    epoch
}

/// The epoch of a subject that may act.
async fn standing(stage: &Stage, subject: Subject, epoch: Option<i64>) -> Result<i64, Refusal> {
    let mut op = stage.bare.op();
    let asked = match epoch {
        None => person::may_sign_in(&mut op, subject).await,
        Some(epoch) => person::may_act(&mut op, subject, epoch).await,
    };
    asked.unwrap().map(|standing| standing.epoch())
}
