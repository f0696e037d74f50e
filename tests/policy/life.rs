//! A policy goes from draft by tested and active to retired.

use std::time::Duration;

use doorward::access::{Holder, Period};
use doorward::domain::{Actor, EventKind, GroupKind, PolicyState, PolicyStep, Subject};
use doorward::policy::{self, Content, NewPolicy, PolicyError};
use serde_json::json;

use crate::access::stage::{Stage, content};

const OPEN: &str = "permit (principal, action, resource);";
const CLOSED: &str = "forbid (principal, action, resource) when { resource has closed && resource.closed };";

fn new(stage: &Stage, name: &str, content: Content) -> NewPolicy {
    NewPolicy {
        organisation_id: stage.organisation,
        application: stage.application,
        name: name.to_owned(),
        content,
    }
}

async fn draft(stage: &Stage, name: &str, content: Content) -> Result<policy::Policy, PolicyError> {
    let mut op = stage.bare.op();
    let drafted = policy::draft(&mut op, new(stage, name, content), "To be tried.").await?;
    op.commit().await.unwrap();
    Ok(drafted)
}

#[tokio::test]
async fn a_draft_decides_nothing_until_it_is_tested_and_activated() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let drafted = draft(&stage, "open", content("Open", OPEN, "allow"))
        .await
        .unwrap();
    assert_eq!((drafted.revision, drafted.versions.len()), (1, 1));
    assert_eq!(drafted.versions[0].state, PolicyState::Draft);
    let of = (stage.organisation, "open");
    let decides = async |stage: &Stage| stage.decide(ada, "feedback:read", json!({})).await.reason;
    assert_eq!(decides(&stage).await, "no_grant");

    let refused = policy::activate(&mut stage.bare.op(), of, None, "Now.").await;
    assert!(matches!(refused, Err(PolicyError::NotTested)), "{refused:?}");
    let mut op = stage.bare.op();
    let tested = policy::test(&mut op, of, Some(1)).await.unwrap();
    op.commit().await.unwrap();
    assert!(tested.examined.passed && tested.state == PolicyState::Tested && tested.revision == 2);
    assert_eq!(decides(&stage).await, "no_grant");

    let refused = policy::activate(&mut stage.bare.op(), of, Some(1), "Now.").await;
    assert!(
        matches!(refused, Err(PolicyError::ChangedMeanwhile)),
        "{refused:?}"
    );
    let refused = policy::activate(&mut stage.bare.op(), of, Some(2), " ").await;
    assert!(matches!(refused, Err(PolicyError::ReasonMissing)), "{refused:?}");
    let mut op = stage.bare.op();
    let active = policy::activate(&mut op, of, Some(2), "Now.").await.unwrap();
    op.commit().await.unwrap();
    assert_eq!(active.active().unwrap().version, 1);
    assert_eq!(decides(&stage).await, "granted_by_policy");

    let mut op = stage.bare.op();
    let retired = policy::retire(&mut op, of, Some(3), "Not needed.").await.unwrap();
    op.commit().await.unwrap();
    assert!(retired.active().is_none() && retired.open().is_none());
    assert_eq!(decides(&stage).await, "no_grant");
    let again = policy::retire(&mut stage.bare.op(), of, None, "Again.").await;
    assert!(matches!(again, Err(PolicyError::NotActive)), "{again:?}");
    for kind in [
        EventKind::PolicyDrafted,
        EventKind::PolicyTested,
        EventKind::PolicyActivated,
        EventKind::PolicyRetired,
    ] {
        let events = stage.bare.events(kind.as_str()).await;
        assert_eq!(events.len(), 1, "{kind}");
        assert_eq!(events[0]["target"], json!({ "type": "policy", "id": "open" }));
        assert!(events[0]["after"]["state"].is_string(), "{}", events[0]);
    }
}

#[tokio::test]
async fn a_version_with_a_failing_case_or_without_any_never_comes_into_force() {
    let stage = Stage::new().await;
    let of = (stage.organisation, "closed");
    let bare = Content {
        cases: Vec::new(),
        ..content("Closed", CLOSED, "deny")
    };
    draft(&stage, "closed", bare).await.unwrap();
    let mut op = stage.bare.op();
    let tested = policy::test(&mut op, of, None).await.unwrap();
    op.commit().await.unwrap();
    assert!(!tested.examined.passed && tested.state == PolicyState::Draft && tested.revision == 1);
    let refused = policy::activate(&mut stage.bare.op(), of, None, "Now.").await;
    assert!(matches!(refused, Err(PolicyError::NoCase)), "{refused:?}");

    let mut op = stage.bare.op();
    // A role gives it and nothing closes it: it is allowed, not denied.
    policy::change(&mut op, of, Some(1), content("Closed", CLOSED, "deny"), "A case.")
        .await
        .unwrap();
    let tested = policy::test(&mut op, of, None).await.unwrap();
    op.commit().await.unwrap();
    assert_eq!(
        tested.examined.cases[0].sentence,
        "it should be denied, and is allowed"
    );
    let refused = policy::activate(&mut stage.bare.op(), of, None, "Now.")
        .await
        .unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the test case \u{201c}a question\u{201d} fails: it should be denied, and is allowed"
    );
    let events = stage.bare.events(EventKind::PolicyTested.as_str()).await;
    assert!(
        events.iter().all(|event| event["outcome"] == "refused"),
        "{events:?}"
    );

    // A change after the trial is untested.
    let mut op = stage.bare.op();
    let good = content("Closed", CLOSED, "allow");
    policy::change(&mut op, of, None, good.clone(), "As it is.")
        .await
        .unwrap();
    assert!(policy::test(&mut op, of, None).await.unwrap().examined.passed);
    let changed = policy::change(&mut op, of, None, good, "Once more.")
        .await
        .unwrap();
    op.commit().await.unwrap();
    assert_eq!(changed.open().unwrap().state, PolicyState::Draft);
    let refused = policy::activate(&mut stage.bare.op(), of, None, "Now.").await;
    assert!(matches!(refused, Err(PolicyError::NotTested)), "{refused:?}");
}

/// What a policy reads may go between its trial and its activation.
#[tokio::test]
async fn it_is_tried_once_more_when_it_is_activated() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let mut attributes = content(
        "Own line",
        "permit (principal, action, resource) when { principal has line && principal.line == \"cards\" };",
        "allow",
    );
    attributes.cases[0].subject.attributes = crate::access::stage::members(json!({ "line": "cards" }));
    let mut op = stage.bare.op();
    let line = |kind: &str| {
        serde_json::from_value(json!({ "name": "line", "title": "Line", "kind": kind })).unwrap()
    };
    doorward::person::declare_attribute(&mut op, stage.organisation, line("text"))
        .await
        .unwrap();
    policy::draft(&mut op, new(&stage, "line", attributes), "To be tried.")
        .await
        .unwrap();
    let of = (stage.organisation, "line");
    assert!(policy::test(&mut op, of, None).await.unwrap().examined.passed);
    doorward::person::withdraw_attribute(&mut op, stage.organisation, "line")
        .await
        .unwrap();
    let refused = policy::activate(&mut op, of, None, "Now.").await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("nobody has an attribute called line"),
        "{refused}"
    );
    // So it is the other way round when it is declared as something else.
    doorward::person::declare_attribute(&mut op, stage.organisation, line("number"))
        .await
        .unwrap();
    let refused = policy::activate(&mut op, of, None, "Now.").await.unwrap_err();
    assert!(matches!(refused, PolicyError::Remark(_)), "{refused}");
    assert!(!stage.decide(ada, "feedback:read", json!({})).await.allowed);
}

/// Of the policy that got a second version, the newest first.
async fn the_steps_are_told(stage: &Stage) {
    use PolicyStep as S;

    let steps = policy::history(&mut stage.bare.op(), stage.organisation, "door").await;
    let steps = steps.unwrap().unwrap();
    let told: Vec<_> = steps.iter().map(|one| (one.version, one.step)).collect();
    let second = [
        (2, S::Activated),
        (1, S::Retired),
        (2, S::Tested),
        (2, S::Drafted),
    ];
    let first = [(1, S::Activated), (1, S::Tested), (1, S::Drafted)];
    assert_eq!(told, [&second[..], &first[..]].concat());
}

#[tokio::test]
async fn a_new_version_takes_the_place_of_the_old_and_both_stay_known() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    stage.policy("door", OPEN).await;
    let first = stage.now();
    stage.advance(Duration::from_hours(1));
    let of = (stage.organisation, "door");
    let mut op = stage.bare.op();
    let closed = content("Closed", "forbid (principal, action, resource);", "deny");
    policy::change(&mut op, of, None, closed, "It was too open.")
        .await
        .unwrap();
    op.commit().await.unwrap();
    assert!(stage.decide(ada, "feedback:read", json!({})).await.allowed);
    let mut op = stage.bare.op();
    let listed = policy::list(&mut op, stage.organisation).await.unwrap();
    assert_eq!((listed[0].active, listed[0].open), (Some(1), Some(2)));
    policy::test(&mut op, of, None).await.unwrap();
    policy::activate(&mut op, of, None, "It was too open.")
        .await
        .unwrap();
    op.commit().await.unwrap();
    let decision = stage.decide(ada, "feedback:read", json!({})).await;
    assert_eq!(decision.reason, "forbidden_by_policy");

    let mut op = stage.bare.op();
    let shown = policy::show(&mut op, stage.organisation, "door")
        .await
        .unwrap()
        .unwrap();
    let told: Vec<_> = shown
        .versions
        .iter()
        .map(|one| (one.version, one.state))
        .collect();
    assert_eq!(told, [(2, PolicyState::Active), (1, PolicyState::Retired)]);
    assert_eq!(shown.versions[1].active_from, Some(first));
    assert_eq!(shown.versions[1].active_until, shown.versions[0].active_from);
    the_steps_are_told(&stage).await;
    let at = async |op: &mut _, at| {
        let found = policy::in_force_at(op, stage.organisation, stage.application, at).await;
        let found: Vec<i64> = found.unwrap().iter().map(|one| one.version).collect();
        found
    };
    assert_eq!(at(&mut op, first.minus(Duration::from_secs(1))).await, [0_i64; 0]);
    assert_eq!(at(&mut op, first).await, [1]);
    assert_eq!(at(&mut op, stage.now().minus(Duration::from_secs(1))).await, [1]);
    assert_eq!(at(&mut op, stage.now()).await, [2]);
}

#[tokio::test]
async fn what_is_no_policy_is_refused_with_its_place_and_nothing_is_stored() {
    let stage = Stage::new().await;
    for (cedar, says) in [
        ("", "there is no policy in the text"),
        ("allow everything", "line 1, column 7: "),
        (
            "permit (\n  principal,\n  action,\n  resource\n) when { resource.level >> 3 };",
            "line 5, column 26: ",
        ),
        (
            "permit (principal == ?principal, action, resource);",
            "templates with slots are not",
        ),
    ] {
        let refused = draft(&stage, "odd", content("Odd", cedar, "allow"))
            .await
            .unwrap_err();
        assert!(matches!(refused, PolicyError::Text(_)), "{refused}");
        assert!(refused.to_string().contains(says), "{refused}");
    }
    let fine = || content("Fine", OPEN, "allow");
    let twice = Content {
        cases: [fine().cases, fine().cases].concat(),
        ..fine()
    };
    for (name, content, says) in [
        ("Odd", fine(), "a name is 1 to 60"),
        (
            "odd",
            Content {
                title: String::new(),
                ..fine()
            },
            "title: ",
        ),
        (
            "odd",
            Content {
                purpose: " ".to_owned(),
                ..fine()
            },
            "purpose: ",
        ),
        ("odd", twice, "cases: case 2 has the name of another"),
    ] {
        let refused = draft(&stage, name, content).await.unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
    }
    assert!(
        policy::list(&mut stage.bare.op(), stage.organisation)
            .await
            .unwrap()
            .is_empty()
    );
    draft(&stage, "fine", fine()).await.unwrap();
    let refused = draft(&stage, "fine", fine()).await;
    assert!(matches!(refused, Err(PolicyError::NameTaken)), "{refused:?}");
}

/// Of two who have seen the same, one wins.
#[tokio::test]
async fn two_changes_of_what_was_seen_do_not_both_count() {
    let stage = Stage::new().await;
    draft(&stage, "door", content("Door", OPEN, "allow"))
        .await
        .unwrap();
    let of = (stage.organisation, "door");
    let change = async || {
        let mut op = stage.bare.op();
        let changed = policy::change(&mut op, of, Some(1), content("Door", OPEN, "allow"), "Mine.").await;
        if changed.is_ok() {
            op.commit().await.unwrap();
        }
        changed
    };
    let (one, other) = tokio::join!(change(), change());
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let lost = one.err().or(other.err()).unwrap();
    assert!(matches!(lost, PolicyError::ChangedMeanwhile), "{lost:?}");
}

/// Nothing of another organisation is found, changed or read.
#[tokio::test]
async fn a_policy_of_another_organisation_is_not_there() {
    let stage = Stage::new().await;
    draft(&stage, "door", content("Door", OPEN, "allow"))
        .await
        .unwrap();
    let other = crate::access::stage::organisation(&stage.bare, "south").await;
    let mut op = stage.bare.op();
    let of = (other, "door");
    assert!(policy::show(&mut op, other, "door").await.unwrap().is_none());
    assert!(policy::history(&mut op, other, "door").await.unwrap().is_none());
    let unknown = |result: Result<(), PolicyError>| assert!(matches!(result, Err(PolicyError::Unknown)));
    unknown(policy::test(&mut op, of, None).await.map(|_| ()));
    unknown(policy::preview(&mut op, of).await.map(|_| ()));
    unknown(policy::activate(&mut op, of, None, "Mine.").await.map(|_| ()));
    unknown(policy::retire(&mut op, of, None, "Mine.").await.map(|_| ()));
    let changed = policy::change(&mut op, of, None, content("Door", OPEN, "allow"), "Mine.").await;
    unknown(changed.map(|_| ()));
    // Its application is closed to others.
    let new = NewPolicy {
        organisation_id: other,
        ..new(&stage, "theirs", content("Door", OPEN, "allow"))
    };
    let refused = policy::draft(&mut op, new, "Mine.").await;
    assert!(
        matches!(refused, Err(PolicyError::ApplicationUnknown)),
        "{refused:?}"
    );
}

/// What permits gives: whoever puts it in force holds it everywhere, or all rights.
#[tokio::test]
async fn nobody_permits_by_a_policy_what_they_do_not_hold() {
    let stage = Stage::new().await;
    let emea = stage.group(GroupKind::Region, "emea", None).await;
    let reader = stage.role("reader", &["feedback:read"]).await;
    let (ada, ben) = (stage.person("ada").await, stage.person("ben").await);
    stage.give_simply(ada, reader).await;
    let holder = Holder::Subject(Subject::Person(ben));
    stage
        .give(holder, reader, &[emea], Period::from(stage.now()))
        .await;
    let reads = "permit (principal, action == Action::\"feedback:read\", resource);";
    let edits =
        "permit (principal, action in [Action::\"feedback:read\", Action::\"feedback:edit\"], resource);";
    let closes = "forbid (principal, action, resource) when { resource.level == 7 };";
    for (cedar, who, may) in [
        (reads, ada, true),
        (reads, ben, false),
        (edits, ada, false),
        (OPEN, ada, false),
        (closes, ben, true),
    ] {
        let mut op = stage.bare.op();
        op.actor = Actor::Person(who);
        let of = (stage.organisation, "given");
        policy::draft(
            &mut op,
            new(&stage, "given", content("Given", cedar, "allow")),
            "To be tried.",
        )
        .await
        .unwrap();
        assert!(policy::test(&mut op, of, None).await.unwrap().examined.passed);
        let activated = policy::activate(&mut op, of, None, "Now.").await;
        match activated {
            Ok(_) => assert!(may, "{cedar}"),
            Err(PolicyError::Exceeds(_)) => assert!(!may, "{cedar}"),
            Err(other) => panic!("{cedar}: {other}"),
        }
    }
}
