//! When a grant was last of use.

use std::collections::BTreeMap;
use std::time::Duration;

use doorward::access::{self, Holder, Period};
use doorward::decision;
use doorward::domain::{AccessGrantId, GroupKind, PersonId, Subject, Timestamp};
use serde_json::json;

use super::stage::Stage;

const HOUR: Duration = Duration::from_hours(1);

/// Writes what was noted, and tells the last use of each grant of a person.
async fn uses(stage: &Stage, person: PersonId) -> BTreeMap<AccessGrantId, Option<Timestamp>> {
    let mut op = stage.bare.op();
    access::write_uses(&mut op).await.unwrap();
    op.commit().await.unwrap();
    // Copies tell what they were read with.
    stage.advance(Duration::from_mins(1));
    let told = decision::grants(&mut stage.bare.op(), Subject::Person(person)).await;
    told.unwrap().iter().map(|one| (one.id, one.last_used)).collect()
}

#[tokio::test]
async fn a_yes_is_a_use_of_the_grants_that_give_it_there() {
    let stage = Stage::new().await;
    let region = |name| stage.group(GroupKind::Region, name, None);
    let (emea, americas) = (region("emea").await, region("americas").await);
    let ada = stage.person("ada").await;
    let role = stage.role("reader", &["feedback:read"]).await;
    let period = Period::from(stage.now());
    let holder = Holder::Subject(Subject::Person(ada));
    let here = stage.give(holder, role, &[emea], period).await;
    let there = stage.give(holder, role, &[americas], period).await;
    assert_eq!(
        uses(&stage, ada).await,
        BTreeMap::from([(here, None), (there, None)])
    );

    let resource = json!({ "region": "emea" });
    assert!(!stage.decide(ada, "feedback:edit", resource.clone()).await.allowed);
    assert_eq!(
        uses(&stage, ada).await,
        BTreeMap::from([(here, None), (there, None)]),
        "a no is no use"
    );

    let first = stage.now();
    let yes = stage.decide(ada, "feedback:read", resource.clone()).await;
    assert_eq!((yes.allowed, yes.grants), (true, vec![here]));
    assert_eq!(
        uses(&stage, ada).await,
        BTreeMap::from([(here, Some(first)), (there, None)])
    );

    // To about an hour.
    stage.advance(HOUR / 2);
    stage.decide(ada, "feedback:read", resource.clone()).await;
    assert_eq!(
        uses(&stage, ada).await,
        BTreeMap::from([(here, Some(first)), (there, None)])
    );
    stage.advance(HOUR / 2);
    let second = stage.now();
    stage.decide(ada, "feedback:read", resource).await;
    assert_eq!(
        uses(&stage, ada).await,
        BTreeMap::from([(here, Some(second)), (there, None)])
    );
}

#[tokio::test]
async fn whoever_only_asks_what_would_be_uses_nothing() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let role = stage.role("reader", &["feedback:read"]).await;
    let id = stage.give_simply(ada, role).await;
    let question = decision::Question {
        subject: Subject::Person(ada),
        action: "feedback:read".to_owned(),
        application: stage.application,
        resource_type: "feedback".to_owned(),
        resource_id: "f-1".to_owned(),
        resource: serde_json::Map::new(),
        context: serde_json::Map::new(),
    };
    let mut op = stage.bare.op();
    let told = decision::explain(&mut op, question, None).await.unwrap();
    assert_eq!((told.decision.allowed, told.decision.grants), (true, vec![id]));
    assert_eq!(uses(&stage, ada).await, BTreeMap::from([(id, None)]));
}

#[tokio::test]
async fn when_a_grant_is_to_be_looked_at_again_is_told() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let mut op = stage.bare.op();
    let mut new = super::stage::new_role(
        (stage.organisation, stage.application),
        "reader",
        &["feedback:read"],
    );
    new.about.review_days = Some(90);
    let role = access::create_role(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    let from = stage.now();
    stage.give_simply(ada, role).await;
    let told = decision::grants(&mut stage.bare.op(), Subject::Person(ada))
        .await
        .unwrap();
    assert_eq!(told[0].next_review, Some(from.plus(HOUR * 24 * 90)));
}
