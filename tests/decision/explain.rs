//! Why a decision is what it is, and what would turn it.

use std::time::Duration;

use doorward::access::{Holder, Period};
use doorward::decision::{self, Cure, Explained, Question, State};
use doorward::domain::{GroupKind, PersonId, PersonStatus, Subject};
use doorward::person;
use serde_json::{Map, Value, json};

use crate::access::stage::{Stage, members};

async fn explain(stage: &Stage, whose: PersonId, resource: Value) -> Explained {
    let question = Question {
        subject: Subject::Person(whose),
        action: "feedback:read".to_owned(),
        application: stage.application,
        resource_type: "feedback".to_owned(),
        resource_id: "f-1".to_owned(),
        resource: members(resource),
        context: Map::new(),
    };
    let mut op = stage.bare.op();
    let told = decision::explain(&mut op, question, None).await.unwrap();
    op.commit().await.unwrap();
    told
}

fn states(told: &Explained) -> Vec<State> {
    told.grants.iter().map(|one| one.state).collect()
}

#[tokio::test]
async fn a_yes_names_the_grants_and_a_no_what_would_turn_it() {
    let stage = Stage::new().await;
    let (emea, americas) = (
        stage.group(GroupKind::Region, "emea", None).await,
        stage.group(GroupKind::Region, "americas", None).await,
    );
    stage.group(GroupKind::Region, "turkiye", Some(emea)).await;
    let ada = stage.person("ada").await;
    let role = stage.role("manager", &["feedback:read"]).await;
    stage.role("reader", &["feedback:read"]).await;
    stage.role("writer", &["feedback:edit"]).await;
    let give = |region: &str| Cure::Give {
        roles: vec!["manager".to_owned(), "reader".to_owned()],
        within: vec![region.to_owned()],
    };
    let told = explain(&stage, ada, json!({ "region": "turkiye" })).await;
    assert_eq!((told.decision.allowed, told.decision.reason), (false, "no_grant"));
    assert!(told.grants.is_empty(), "{told:?}");
    assert_eq!(told.cures, [give("region:turkiye")]);

    let (period, ada_herself) = (Period::from(stage.now()), Holder::Subject(Subject::Person(ada)));
    let id = stage.give(ada_herself, role, &[emea], period).await;
    let told = explain(&stage, ada, json!({ "region": "turkiye" })).await;
    assert!(told.decision.allowed, "{told:?}");
    assert!(told.cures.is_empty(), "{told:?}");
    let grant = &told.grants[0];
    assert_eq!((grant.id, grant.state, grant.until), (id, State::Counts, None));
    assert_eq!(
        (grant.role.as_str(), grant.within.as_slice()),
        ("manager", &["region:emea".to_owned()][..])
    );
    assert_eq!(
        (grant.reason.is_empty(), grant.given_by.is_empty()),
        (false, false)
    );

    let told = explain(&stage, ada, json!({ "region": "americas" })).await;
    assert_eq!(
        (told.decision.reason, states(&told)),
        ("outside_scope", vec![State::Elsewhere])
    );
    assert_eq!(told.cures, [give("region:americas")]);
    // What would turn it does: of the cure that is told, any role within the place.
    stage.give(ada_herself, role, &[americas], period).await;
    let told = explain(&stage, ada, json!({ "region": "americas" })).await;
    assert_eq!(
        (told.decision.allowed, states(&told)),
        (true, vec![State::Counts, State::Elsewhere])
    );
    assert_eq!(stage.bare.events("access.explained").await.len(), 4);
}

#[tokio::test]
async fn what_begins_later_is_told_with_the_moment_and_through_which_group() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let care = stage.group(GroupKind::Department, "care", None).await;
    let desk = stage.group(GroupKind::Department, "desk", Some(care)).await;
    let role = stage.role("reader", &["feedback:read"]).await;
    let day = Duration::from_hours(24);
    let (now, tomorrow) = (stage.now(), stage.now().plus(day));
    stage
        .give(Holder::Group(care), role, &[], Period::from(now))
        .await;
    stage.join(desk, ada, Period::from(tomorrow)).await;
    let told = explain(&stage, ada, json!({})).await;
    assert_eq!(
        (told.decision.reason, states(&told)),
        ("no_grant", vec![State::Later])
    );
    assert_eq!(told.grants[0].through.as_deref(), Some("department:care"));
    let wait = Cure::Wait {
        grant: told.grants[0].id,
        until: tomorrow,
    };
    let give = Cure::Give {
        roles: vec!["reader".to_owned()],
        within: Vec::new(),
    };
    assert_eq!(told.cures, [wait, give]);
    stage.advance(day);
    let told = explain(&stage, ada, json!({})).await;
    assert_eq!(
        (told.decision.allowed, states(&told)),
        (true, vec![State::Counts])
    );
    let mut op = stage.bare.op();
    let all = decision::grants(&mut op, Subject::Person(ada)).await.unwrap();
    assert_eq!(all, told.grants);
}

#[tokio::test]
async fn a_policy_an_account_and_a_foreign_resource_have_cures_of_their_own_or_none() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let role = stage.role("reader", &["feedback:read"]).await;
    stage.give_simply(ada, role).await;
    stage
        .policy(
            "no-secrets",
            "forbid (principal, action, resource) when { resource has secret && resource.secret };",
        )
        .await;
    let told = explain(&stage, ada, json!({ "secret": true })).await;
    let policy = Cure::Policy {
        policies: vec!["no-secrets".to_owned()],
    };
    assert_eq!(
        (told.decision.reason, told.cures),
        ("forbidden_by_policy", vec![policy])
    );
    let told = explain(&stage, ada, json!({ "organisation": "southgate" })).await;
    assert_eq!(
        (told.decision.reason, told.cures),
        ("other_organisation", Vec::new())
    );
    let mut op = stage.bare.op();
    let (who, left) = (Subject::Person(ada), PersonStatus::Left);
    person::set_status(&mut op, stage.organisation, who, left, "a test")
        .await
        .unwrap();
    op.commit().await.unwrap();
    let told = explain(&stage, ada, json!({})).await;
    assert_eq!(
        (told.decision.reason, told.cures),
        ("subject_inactive", vec![Cure::Activate])
    );
}
