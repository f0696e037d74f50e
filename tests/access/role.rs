//! What roles are and how they change.

use std::time::Duration;

use doorward::access::{self, AccessError, Holder, NewGrant, NewRole, Period, Permitted, RoleAbout};
use doorward::domain::{GrantSource, RoleId, Subject};
use serde_json::json;

use super::stage::{self, Stage};

const DAY: Duration = Duration::from_hours(24);

async fn about(stage: &Stage, id: RoleId) -> RoleAbout {
    let role = access::role(&mut stage.bare.op(), stage.organisation, id).await;
    role.unwrap().unwrap().about
}

/// What comes of changing a role.
async fn change(stage: &Stage, id: RoleId, about: RoleAbout) -> Result<bool, AccessError> {
    let mut op = stage.bare.op();
    let changed = access::change_role(&mut op, stage.organisation, id, about).await?;
    op.commit().await.unwrap();
    Ok(changed)
}

#[tokio::test]
async fn a_role_gives_what_the_roles_give_that_it_includes() {
    let stage = Stage::new().await;
    let reader = stage.role("reader", &["feedback:read"]).await;
    let editor = stage.role("editor", &["feedback:edit"]).await;
    let lead = stage.role("lead", &[]).await;
    let mut of_editor = about(&stage, editor).await;
    of_editor.includes = [reader].into();
    of_editor.second_factor = true;
    assert!(change(&stage, editor, of_editor).await.unwrap());
    let mut of_lead = about(&stage, lead).await;
    of_lead.includes = [editor].into();
    assert!(change(&stage, lead, of_lead).await.unwrap());
    let ada = stage.person("ada").await;
    stage.give_simply(ada, lead).await;
    for (action, allowed) in [
        ("feedback:read", true),
        ("feedback:edit", true),
        ("feedback:export", false),
    ] {
        let decision = stage.decide(ada, action, json!({})).await;
        assert_eq!(decision.allowed, allowed, "{action}");
    }
    let mut op = stage.bare.op();
    let holdings = doorward::decision::holdings(&mut op, Subject::Person(ada)).await;
    let holdings = holdings.unwrap().unwrap();
    let roles: Vec<&str> = holdings.roles().into_iter().collect();
    assert_eq!(roles, ["editor", "lead", "reader"]);
    assert!(
        holdings.second_factor(),
        "what an included role demands is demanded"
    );
}

#[tokio::test]
async fn a_change_of_a_role_acts_at_once_and_is_told_with_what_was() {
    let stage = Stage::new().await;
    let reader = stage.role("reader", &["feedback:read"]).await;
    let ada = stage.person("ada").await;
    stage.give_simply(ada, reader).await;
    assert!(stage.decide(ada, "feedback:read", json!({})).await.allowed);
    let before = about(&stage, reader).await;
    let after = RoleAbout {
        permissions: Permitted::of(stage.application, ["feedback:edit"]),
        ..before.clone()
    };
    assert!(change(&stage, reader, after.clone()).await.unwrap());
    assert!(
        !change(&stage, reader, after).await.unwrap(),
        "nothing is different"
    );
    assert!(!stage.decide(ada, "feedback:read", json!({})).await.allowed);
    assert!(stage.decide(ada, "feedback:edit", json!({})).await.allowed);
    let events = stage.bare.events("role.changed").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["before"]["permissions"][0]["name"], "feedback:read");
    assert_eq!(events[0]["after"]["permissions"][0]["name"], "feedback:edit");
}

#[tokio::test]
async fn a_role_includes_itself_by_no_way() {
    let stage = Stage::new().await;
    let (one, two, three) = (
        stage.role("one", &[]).await,
        stage.role("two", &[]).await,
        stage.role("three", &[]).await,
    );
    for (role, included) in [(one, two), (two, three)] {
        let mut including = about(&stage, role).await;
        including.includes = [included].into();
        change(&stage, role, including).await.unwrap();
    }
    for included in [three, two, one] {
        let mut including = about(&stage, three).await;
        including.includes = [included].into();
        let refused = change(&stage, three, including).await;
        assert!(matches!(refused, Err(AccessError::RoleCycle(_))), "{refused:?}");
    }
    assert!(about(&stage, three).await.includes.is_empty());
}

/// What makes a sound role a wrong one.
type Spoil<'a> = &'a dyn Fn(&mut RoleAbout);

#[tokio::test]
async fn what_a_role_says_is_checked_and_nothing_is_kept_of_what_is_wrong() {
    let stage = Stage::new().await;
    let other = stage::organisation(&stage.bare, "south").await;
    let foreign = stage::person(&stage.bare, other, "zoe", json!({})).await;
    let south = stage::application(&stage.bare, other, "https://south.example", false).await;
    let foreign_role = stage::role(&stage.bare, (other, south), "reader", &["feedback:read"]).await;
    let reader = stage.role("reader", &["feedback:read"]).await;
    let sound = about(&stage, reader).await;
    let nothing = Permitted::of(stage.application, ["feedback:burn"]);
    let elsewhere = Permitted::of(south, ["feedback:read"]);
    let wrong: [(&str, Spoil<'_>); 10] = [
        ("words", &|one| one.title = " ".into()),
        ("words", &|one| one.purpose = "x".repeat(2_001)),
        ("days", &|one| one.longest_days = Some(0)),
        ("days", &|one| one.review_days = Some(36_501)),
        ("days", &|one| one.giving = [(reader, Some(-1))].into()),
        ("owner", &|one| one.owner = Some(foreign)),
        ("role", &|one| one.includes = [foreign_role].into()),
        ("role", &|one| one.giving = [(foreign_role, None)].into()),
        ("application", &|one| one.permissions = elsewhere.clone()),
        ("permission", &|one| one.permissions = nothing.clone()),
    ];
    for (expected, spoil) in wrong {
        let mut spoiled = sound.clone();
        spoil(&mut spoiled);
        let about = match change(&stage, reader, spoiled).await {
            Err(AccessError::Words) => "words",
            Err(AccessError::Days) => "days",
            Err(AccessError::OwnerUnknown) => "owner",
            Err(AccessError::RoleUnknown) => "role",
            Err(AccessError::ApplicationUnknown) => "application",
            Err(AccessError::PermissionUnknown(_)) => "permission",
            other => panic!("{other:?}"),
        };
        assert_eq!(about, expected);
    }
    assert_eq!(about(&stage, reader).await, sound);
    assert!(stage.bare.events("role.changed").await.is_empty());
}

#[tokio::test]
async fn a_role_is_given_for_as_long_as_it_says_at_most() {
    let stage = Stage::new().await;
    let reader = stage.role("reader", &["feedback:read"]).await;
    let mut short = about(&stage, reader).await;
    short.longest_days = Some(30);
    short.review_days = Some(7);
    change(&stage, reader, short).await.unwrap();
    let (ada, now) = (stage.person("ada").await, stage.now());
    for (until, given) in [
        (None, false),
        (Some(now.plus(DAY * 30).plus(Duration::from_micros(1))), false),
        (Some(now.plus(DAY * 30)), true),
    ] {
        let new = NewGrant {
            organisation_id: stage.organisation,
            holder: Holder::Subject(Subject::Person(ada)),
            role: reader,
            within: Vec::new(),
            period: Period { from: now, until },
            reason: "Needed.".into(),
            source: GrantSource::Direct,
        };
        match access::give(&mut stage.bare.op(), new).await {
            Ok(_) => assert!(given),
            Err(AccessError::TooLong { days: 30, .. }) => assert!(!given),
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn a_role_is_removed_only_if_nobody_has_it_and_no_role_speaks_of_it() {
    let stage = Stage::new().await;
    let (given, included, free) = (
        stage.role("given", &[]).await,
        stage.role("included", &[]).await,
        stage.role("free", &[]).await,
    );
    let ada = stage.person("ada").await;
    let grant = stage.give_simply(ada, given).await;
    let mut op = stage.bare.op();
    access::end_grant(&mut op, stage.organisation, grant, "over")
        .await
        .unwrap();
    op.commit().await.unwrap();
    let mut including = about(&stage, given).await;
    including.includes = [included].into();
    change(&stage, given, including).await.unwrap();
    let mut op = stage.bare.op();
    let refused = access::remove_role(&mut op, stage.organisation, given).await;
    assert!(matches!(refused, Err(AccessError::RoleGiven)), "its record stays");
    let refused = access::remove_role(&mut op, stage.organisation, included).await;
    assert!(matches!(refused, Err(AccessError::RoleUsed(name)) if name == "given"));
    access::remove_role(&mut op, stage.organisation, free)
        .await
        .unwrap();
    op.commit().await.unwrap();
    let mut op = stage.bare.op();
    let role = access::role(&mut op, stage.organisation, free).await.unwrap();
    assert!(role.is_none());
    assert_eq!(stage.bare.events("role.removed").await.len(), 1);
}

#[tokio::test]
async fn two_roles_of_an_organisation_have_two_names() {
    let stage = Stage::new().await;
    stage.role("reader", &[]).await;
    let new = NewRole {
        organisation_id: stage.organisation,
        name: "reader".into(),
        about: RoleAbout::titled("Reader"),
    };
    let refused = access::create_role(&mut stage.bare.op(), new).await;
    assert!(matches!(refused, Err(AccessError::NameTaken)));
}
