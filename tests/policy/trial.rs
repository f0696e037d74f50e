//! What a policy is tried with, and what is said of what it reads.

use doorward::domain::GroupKind;
use doorward::policy::{self, Content, Examined, NewPolicy};
use serde_json::{Value, json};

use crate::access::stage::{Stage, content};

async fn examine(stage: &Stage, cedar: &str, cases: Value) -> Examined {
    let mut op = stage.bare.op();
    let content = Content {
        cases: serde_json::from_value(cases).unwrap(),
        ..content("Tried", cedar, "allow")
    };
    let new = NewPolicy {
        organisation_id: stage.organisation,
        application: stage.application,
        name: "tried".to_owned(),
        content,
    };
    policy::draft(&mut op, new, "To be tried.").await.unwrap();
    policy::preview(&mut op, (stage.organisation, "tried"))
        .await
        .unwrap()
        .0
}

/// One case of reading.
fn reads(more: &Value) -> Value {
    let mut case = json!({ "name": "reads", "action": "feedback:read", "expect": "allow" });
    case.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    json!([case])
}

fn told(examined: &Examined) -> Vec<String> {
    let refusing = examined.remarks.iter().filter(|remark| remark.refuses);
    refusing.map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_case_is_decided_by_attributes_roles_groups_context_and_time() {
    let stage = Stage::new().await;
    let emea = stage.group(GroupKind::Region, "emea", None).await;
    stage.group(GroupKind::Region, "turkiye", Some(emea)).await;
    stage.role("manager", &["feedback:read"]).await;
    crate::access::stage::person(&stage.bare, stage.organisation, "ada", json!({ "level": 1 })).await;
    for (condition, facts) in [
        (
            "principal.level == 3",
            json!({ "subject": { "attributes": { "level": 3 } } }),
        ),
        ("principal.id == \"anna\"", json!({ "subject": { "id": "anna" } })),
        (
            "principal.roles.contains(\"manager\")",
            json!({ "subject": { "roles": ["manager"] } }),
        ),
        (
            "principal in Group::\"region:emea\"",
            json!({ "subject": { "groups": ["region:turkiye"] } }),
        ),
        (
            "resource in Group::\"region:emea\"",
            json!({ "resource": { "properties": { "region": "turkiye" } } }),
        ),
        (
            "principal is ServiceAccount",
            json!({ "subject": { "type": "service_account" } }),
        ),
        (
            "context.roles == [\"manager\"]",
            json!({ "granted_by": ["manager"] }),
        ),
        (
            "context.purpose == \"audit\"",
            json!({ "context": { "purpose": "audit" } }),
        ),
        (
            "context.clock[\"Europe/Istanbul\"].minute == 540 && context.clock[\"Europe/Istanbul\"].weekday == 4",
            json!({ "at": "2026-01-01T06:00:00Z" }),
        ),
    ] {
        let cedar = format!("permit (principal, action, resource) when {{ {condition} }};");
        let examined = examine(&stage, &cedar, reads(&facts)).await;
        assert!(examined.passed, "{condition}: {examined:?}");
        // The same without the facts comes out otherwise.
        let granted = facts.get("granted_by").is_some();
        let bare = if granted {
            json!({ "granted_by": [] })
        } else {
            json!({ "at": "2026-01-01T07:00:00Z" })
        };
        let examined = examine(&stage, &cedar, reads(&bare)).await;
        assert!(!examined.passed, "{condition}: {examined:?}");
    }
}

/// What cannot be evaluated denies, but a case that expects that does not pass by it.
#[tokio::test]
async fn a_case_that_cannot_be_decided_fails_whatever_it_expects() {
    let stage = Stage::new().await;
    let cedar = "permit (principal, action, resource) when { resource.level > 3 };";
    for expect in ["allow", "deny"] {
        let examined = examine(&stage, cedar, reads(&json!({ "expect": expect }))).await;
        assert!(!examined.passed, "{examined:?}");
        let sentence = &examined.cases[0].sentence;
        assert!(
            sentence.contains("cannot be decided: tried could not be evaluated: "),
            "{sentence}"
        );
    }
}

const UNKNOWN: [(&str, &str); 8] = [
    (
        "principal has clearence && principal.clearence == \"high\"",
        "line 2, column 22: nobody has an attribute called clearence; is clearance meant?",
    ),
    (
        "principal.roles.contains(\"manger\")",
        "line 2, column 34: the organisation has no role called manger; is manager meant?",
    ),
    (
        "principal in Group::\"region:emae\"",
        "line 2, column 29: the organisation has no group called region:emae; is region:emea meant?",
    ),
    (
        "action == Action::\"feedback:reed\"",
        "line 2, column 27: the application has no permission called feedback:reed; is feedback:read meant?",
    ),
    (
        "principal == User::\"anna\"",
        "there are no entities of the type User",
    ),
    (
        "context.clock[\"Mars/Olympus\"].minute > 1",
        "there is no time zone called Mars/Olympus",
    ),
    (
        "principal has grade && principal.grade == \"high\"",
        "the types Long and String are not compatible",
    ),
    (
        "principal has clearance && principal.clearance > 3",
        "expected Long but saw String",
    ),
];

#[tokio::test]
async fn what_nobody_has_is_told_with_its_line_and_the_nearest_word() {
    let stage = Stage::new().await;
    stage.group(GroupKind::Region, "emea", None).await;
    stage.role("manager", &["feedback:read"]).await;
    let mut op = stage.bare.op();
    for (name, kind, choices) in [
        ("clearance", "choice", json!(["low", "high"])),
        ("grade", "number", json!([])),
    ] {
        let declared = json!({ "name": name, "title": name, "kind": kind, "choices": choices });
        doorward::person::declare_attribute(
            &mut op,
            stage.organisation,
            serde_json::from_value(declared).unwrap(),
        )
        .await
        .unwrap();
    }
    op.commit().await.unwrap();
    let facts = json!({
        "subject": { "attributes": { "clearance": "high", "grade": 4 } },
        "resource": { "properties": { "level": 3 } }, "granted_by": ["manager"],
    });
    for (condition, says) in UNKNOWN {
        let cedar = format!("permit (principal, action, resource)\nwhen {{ {condition} }};");
        let examined = examine(&stage, &cedar, reads(&facts)).await;
        let told = told(&examined);
        assert!(
            told.iter().any(|one| one.contains(says)),
            "{condition}: {:?}",
            examined.remarks
        );
        assert!(!examined.passed);
    }
    let fine = "permit (principal, action, resource)\nwhen { principal has grade && principal.grade > resource.level };";
    let examined = examine(&stage, fine, reads(&facts)).await;
    assert!(examined.passed, "{examined:?}");
}

#[tokio::test]
async fn what_no_case_has_is_remarked_upon_and_stands_in_nobodys_way() {
    let stage = Stage::new().await;
    let cedar = "permit (principal, action, resource) unless { resource has secret && resource.secret };";
    let examined = examine(&stage, cedar, reads(&json!({}))).await;
    assert!(examined.passed, "{examined:?}");
    let told: Vec<String> = examined.remarks.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        ["line 1, column 60: no test case has a resource with secret"]
    );
    let examined = examine(
        &stage,
        cedar,
        reads(&json!({ "resource": { "properties": { "secret": false } } })),
    )
    .await;
    assert_eq!(examined.remarks, []);
    let odd = reads(&json!({ "action": "feedback:burn" }));
    let examined = examine(&stage, cedar, odd).await;
    assert!(
        !examined.passed && told_of(&examined).contains("feedback:burn"),
        "{examined:?}"
    );
}

fn told_of(examined: &Examined) -> String {
    told(examined).join("\n")
}

#[tokio::test]
async fn the_effect_is_told_over_the_cases_of_all_policies_in_force() {
    let stage = Stage::new().await;
    stage.role("reader", &["feedback:read"]).await;
    // Its case is allowed, by role.
    stage
        .policy(
            "no-secrets",
            "forbid (principal, action, resource) when { resource has secret && resource.secret };",
        )
        .await;
    let mut op = stage.bare.op();
    let new = NewPolicy {
        organisation_id: stage.organisation,
        application: stage.application,
        name: "low-only".to_owned(),
        content: content(
            "Low",
            "forbid (principal, action, resource) when { resource.level == 1 };",
            "deny",
        ),
    };
    policy::draft(&mut op, new, "To be tried.").await.unwrap();
    let of = (stage.organisation, "low-only");
    let tested = policy::test(&mut op, of, None).await.unwrap();
    assert!(tested.examined.passed, "{:?}", tested.examined);
    let effect = serde_json::to_value(&tested.effect).unwrap();
    assert_eq!(
        effect,
        json!({
            "basis": "test_cases", "asked": 2,
            "changes": [
                { "policy": "low-only", "case": "a question", "before": "allowed", "after": "denied" },
                { "policy": "no-secrets", "case": "a question", "before": "allowed", "after": "denied" },
            ],
        })
    );
    // Once it is in force nothing more would change.
    policy::activate(&mut op, of, None, "Now.").await.unwrap();
    let same = content(
        "Low",
        "forbid (principal, action, resource) when { resource.level == 1 };",
        "deny",
    );
    policy::change(&mut op, of, None, same, "The same.")
        .await
        .unwrap();
    let (_, effect) = policy::preview(&mut op, of).await.unwrap();
    assert_eq!((effect.asked, effect.changes.len()), (2, 0));
}
