//! Applications and their permissions: made, changed, removed, and what decisions make of it.

use doorward::access::{
    self, AccessError, ApplicationAbout, Defined, NewApplication, NewPermission, PermissionAbout,
    PermissionUse, Permitted, RoleAbout,
};
use doorward::domain::{
    Actor, ApplicationId, OrganisationId, PersonId, RoleId, Scope, Sensitivity, Subject, TokenFormat,
};
use doorward::op::Op;
use doorward::storage::{Sql, StorageError};
use serde_json::json;

use super::stage::{self, Stage};

const DELETE: &str = "feedback:delete";

fn about(title: &str) -> PermissionAbout {
    PermissionAbout {
        title: title.to_owned(),
        purpose: "For whoever keeps order.".to_owned(),
        sensitivity: Sensitivity::Critical,
    }
}

fn permission(name: &str) -> NewPermission {
    let PermissionAbout {
        title,
        purpose,
        sensitivity,
    } = about("Delete feedback");
    NewPermission {
        name: Scope::parse(name).unwrap(),
        title,
        purpose,
        sensitivity,
    }
}

fn application(organisation_id: OrganisationId, audience: &str, shared: bool) -> NewApplication {
    NewApplication {
        organisation_id,
        name: "Ledger".to_owned(),
        audience: audience.to_owned(),
        shared,
        token_format: TokenFormat::Opaque,
        permissions: vec![permission("ledger:read")],
    }
}

/// Does something and keeps it, if it is not refused.
async fn done<T>(
    stage: &Stage,
    act: impl AsyncFnOnce(&mut Op) -> Result<T, AccessError>,
) -> Result<T, AccessError> {
    let mut op = stage.bare.op();
    let done = act(&mut op).await?;
    op.commit().await.unwrap();
    Ok(done)
}

async fn add(stage: &Stage, application: ApplicationId, new: NewPermission) -> Result<(), AccessError> {
    let organisation = stage.organisation;
    done(stage, async |op| {
        access::add_permission(op, organisation, application, new).await
    })
    .await
}

async fn remove(stage: &Stage, application: ApplicationId, name: &str) -> Result<(), AccessError> {
    let organisation = stage.organisation;
    done(stage, async |op| {
        access::remove_permission(op, organisation, (application, name)).await
    })
    .await
}

async fn change(stage: &Stage, id: ApplicationId, about: ApplicationAbout) -> Result<bool, AccessError> {
    let organisation = stage.organisation;
    done(stage, async |op| {
        access::change_application(op, organisation, id, about).await
    })
    .await
}

async fn names(stage: &Stage, application: ApplicationId) -> Vec<String> {
    let all = access::permissions(&mut stage.bare.op(), application)
        .await
        .unwrap();
    all.into_iter().map(|one| one.name).collect()
}

/// Gives a role these permissions and no others.
async fn set(stage: &Stage, role: RoleId, permissions: &[&str]) {
    let mut op = stage.bare.op();
    let found = access::role(&mut op, stage.organisation, role)
        .await
        .unwrap()
        .unwrap();
    let about = RoleAbout {
        permissions: Permitted::of(stage.application, permissions.iter().copied()),
        ..found.about
    };
    access::change_role(&mut op, stage.organisation, role, about)
        .await
        .unwrap();
    op.commit().await.unwrap();
}

async fn reason(stage: &Stage, person: PersonId, action: &str) -> &'static str {
    stage.decide(person, action, json!({})).await.reason
}

#[tokio::test]
async fn a_new_permission_is_decided_at_once_and_a_removed_one_is_denied_at_once() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let keeper = stage.role("keeper", &["feedback:read"]).await;
    stage.give_simply(ada, keeper).await;
    assert_eq!(reason(&stage, ada, DELETE).await, "action_unknown");
    add(&stage, stage.application, permission(DELETE)).await.unwrap();
    assert_eq!(
        reason(&stage, ada, DELETE).await,
        "no_grant",
        "no role gives it yet"
    );
    set(&stage, keeper, &["feedback:read", DELETE]).await;
    assert_eq!(reason(&stage, ada, DELETE).await, "granted");
    let profile = async || {
        let mut op = stage.bare.op();
        let of = (Subject::Person(ada), Some(stage.application));
        let profile = access::profile(&mut op, of.0, of.1).await.unwrap();
        profile.permissions.contains(DELETE)
    };
    assert!(profile().await, "tokens have it");
    let refused = remove(&stage, stage.application, DELETE).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the permission is in use: first take it out of the roles keeper"
    );
    assert_eq!(
        reason(&stage, ada, DELETE).await,
        "granted",
        "nothing was changed"
    );
    set(&stage, keeper, &["feedback:read"]).await;
    remove(&stage, stage.application, DELETE).await.unwrap();
    assert_eq!(reason(&stage, ada, DELETE).await, "action_unknown");
    assert!(!profile().await);
    assert_eq!(reason(&stage, ada, "feedback:read").await, "granted");
    let events = stage.bare.events("application.changed").await;
    assert_eq!(events.len(), 2, "what was refused is not told as done");
    assert_eq!(events[0]["before"]["permission"], json!(null));
    assert_eq!(events[0]["after"]["permission"]["sensitivity"], "critical");
    assert_eq!(events[1]["before"]["permission"]["name"], DELETE);
    assert_eq!(events[1]["after"]["permission"], json!(null));
}

#[tokio::test]
async fn what_is_said_of_a_permission_is_changed_and_its_name_stays() {
    let stage = Stage::new().await;
    let meant = (stage.application, "feedback:read");
    let organisation = stage.organisation;
    let change = async |about: PermissionAbout| {
        done(&stage, async |op| {
            access::change_permission(op, organisation, meant, about).await
        })
        .await
    };
    assert!(change(about("See feedback")).await.unwrap());
    assert!(
        !change(about("See feedback")).await.unwrap(),
        "nothing is different"
    );
    let define = async |name: &str| {
        done(&stage, async |op| {
            access::define_permission(op, organisation, (stage.application, name), about("See")).await
        })
        .await
    };
    assert_eq!(define("feedback:read").await.unwrap(), Defined::Changed);
    assert_eq!(define("feedback:read").await.unwrap(), Defined::Unchanged);
    assert_eq!(define(DELETE).await.unwrap(), Defined::Added);
    let refused = define("feed back:read").await;
    assert!(
        matches!(refused, Err(AccessError::PermissionShape)),
        "{refused:?}"
    );
    let mut op = stage.bare.op();
    let all = access::permissions(&mut op, stage.application).await.unwrap();
    let read = all.iter().find(|one| one.name == "feedback:read").unwrap();
    assert_eq!((read.about(), all.len()), (about("See"), 4));
    let events = stage.bare.events("application.changed").await;
    assert_eq!(events.len(), 3);
    assert_eq!(events[0]["before"]["permission"]["title"], "feedback:read");
    assert_eq!(events[0]["after"]["permission"]["title"], "See feedback");
}

#[tokio::test]
async fn a_permission_that_makes_no_sense_is_refused_and_nothing_of_it_is_kept() {
    let stage = Stage::new().await;
    for (new, expected) in [
        (permission("delete"), "a colon within it"),
        (permission("openid"), "a colon within it"),
        (permission(":delete"), "a colon within it"),
        (permission("feedback:"), "a colon within it"),
        (permission("people:read"), "rights over Doorward itself"),
        (permission("feedback:read"), "taken already"),
        (
            NewPermission {
                title: " ".to_owned(),
                ..permission(DELETE)
            },
            "a title of 1 to 200",
        ),
        (
            NewPermission {
                purpose: String::new(),
                ..permission(DELETE)
            },
            "a purpose of 1 to 2000",
        ),
        (
            NewPermission {
                purpose: "x".repeat(2_001),
                ..permission(DELETE)
            },
            "a purpose of 1 to 2000",
        ),
    ] {
        let name = new.name.clone();
        let refused = add(&stage, stage.application, new.clone()).await.unwrap_err();
        assert!(refused.to_string().contains(expected), "{name:?}: {refused}");
        // The same is asked of one that comes with its application, which is then not made.
        let mut whole = application(stage.organisation, "https://ledger.example", false);
        whole.permissions = vec![permission("feedback:read"), new];
        let refused = done(&stage, async |op| access::create_application(op, whole).await).await;
        assert!(refused.unwrap_err().to_string().contains(expected), "{name:?}");
    }
    let unknown = remove(&stage, stage.application, DELETE).await;
    assert!(matches!(unknown, Err(AccessError::PermissionUnknown(_))));
    let mut op = stage.bare.op();
    assert_eq!(access::applications(&mut op).await.unwrap().len(), 1);
    assert_eq!(names(&stage, stage.application).await.len(), 3);
    assert!(stage.bare.events("application.changed").await.is_empty());
}

#[tokio::test]
async fn an_application_has_no_more_permissions_than_a_form_can_show() {
    let stage = Stage::new().await;
    let mut whole = application(stage.organisation, "https://ledger.example", false);
    whole.permissions = (0..=access::MOST_PERMISSIONS)
        .map(|number| permission(&format!("ledger:do-{number}")))
        .collect();
    let create =
        async |new: NewApplication| done(&stage, async |op| access::create_application(op, new).await).await;
    let refused = create(whole.clone()).await;
    assert!(
        matches!(refused, Err(AccessError::TooManyPermissions)),
        "{refused:?}"
    );
    whole.permissions.pop();
    let full = create(whole).await.unwrap();
    let refused = add(&stage, full, permission(DELETE)).await;
    assert!(
        matches!(refused, Err(AccessError::TooManyPermissions)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_permission_of_which_a_policy_or_a_type_of_details_speaks_stays() {
    let stage = Stage::new().await;
    let text = "forbid (principal, action == Action::\"feedback:read\", resource) when { resource.secret };";
    stage.policy("no-secrets", text).await;
    let mut op = stage.bare.op();
    let titles: access::Titles = [("en".to_owned(), "Export".to_owned())].into();
    let new = access::NewDetailType {
        name: "export".to_owned(),
        application: stage.application,
        rules: access::DetailRules {
            titles,
            purposes: access::Titles::default(),
            permission: Some("feedback:read".to_owned()),
            ask: access::Ask::default(),
            members: Vec::new(),
        },
    };
    access::register_detail_type(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    let refused = remove(&stage, stage.application, "feedback:read")
        .await
        .unwrap_err();
    let AccessError::PermissionUsed(used) = refused else {
        panic!("{refused}")
    };
    let expected = PermissionUse {
        policies: vec!["no-secrets".to_owned()],
        authorization_details_types: vec!["export".to_owned()],
        ..PermissionUse::default()
    };
    assert_eq!(*used, expected);
    // Of the others nobody speaks.
    remove(&stage, stage.application, "feedback:export")
        .await
        .unwrap();
    let mut op = stage.bare.op();
    access::remove_detail_type(&mut op, "export").await.unwrap();
    doorward::policy::retire(&mut op, (stage.organisation, "no-secrets"), None, "Is over.")
        .await
        .unwrap();
    op.commit().await.unwrap();
    remove(&stage, stage.application, "feedback:read").await.unwrap();
    assert_eq!(names(&stage, stage.application).await, ["feedback:edit"]);
}

/// Whoever was asked first may be overtaken: then the database does not let go of what a role gives.
#[tokio::test]
async fn no_role_loses_a_permission_under_it() {
    const DELETE_PERMISSION: Sql = Sql::new("DELETE FROM permission WHERE application_id = $1 AND name = $2");

    let stage = Stage::new().await;
    stage.role("reader", &["feedback:read"]).await;
    let mut tx = stage.bare.house.storage.write().await.unwrap();
    let row = tx.query(DELETE_PERMISSION).bind(&stage.application);
    let refused = row.bind(&"feedback:read").execute().await;
    assert!(matches!(refused, Err(StorageError::Statement(_))), "{refused:?}");
}

#[tokio::test]
async fn an_application_is_made_and_changed_with_what_was_on_record() {
    let stage = Stage::new().await;
    let new = application(stage.organisation, "https://ledger.example", false);
    let id = done(&stage, async |op| access::create_application(op, new).await)
        .await
        .unwrap();
    let found = access::application(&mut stage.bare.op(), id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.token_format, TokenFormat::Opaque);
    assert_eq!(names(&stage, id).await, ["ledger:read"]);
    let about = ApplicationAbout {
        name: "General ledger".to_owned(),
        token_format: TokenFormat::Jwt,
        ..found.about()
    };
    assert!(change(&stage, id, about.clone()).await.unwrap());
    assert!(
        !change(&stage, id, about.clone()).await.unwrap(),
        "nothing is different"
    );
    let found = access::application(&mut stage.bare.op(), id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.about(), about);
    let nameless = ApplicationAbout {
        name: " ".to_owned(),
        ..about
    };
    let refused = change(&stage, id, nameless).await;
    assert!(
        matches!(refused, Err(AccessError::ApplicationName)),
        "{refused:?}"
    );
    let again = application(stage.organisation, "https://ledger.example", false);
    let refused = done(&stage, async |op| access::create_application(op, again).await).await;
    assert!(matches!(refused, Err(AccessError::AudienceTaken)), "{refused:?}");
    let events = stage.bare.events("application.changed").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["before"]["name"], "Ledger");
    assert_eq!(events[0]["after"]["name"], "General ledger");
    assert_eq!(events[0]["after"]["token_format"], "jwt");
}

/// Another organisation, with somebody in it and a role of theirs for the application of the stage.
struct South {
    organisation: OrganisationId,
    zoe: PersonId,
}

impl South {
    async fn new(stage: &Stage) -> Self {
        let organisation = stage::organisation(&stage.bare, "south").await;
        let zoe = stage::person(&stage.bare, organisation, "zoe", json!({})).await;
        Self { organisation, zoe }
    }
}

#[tokio::test]
async fn nothing_of_another_organisations_application_is_changed() {
    let stage = Stage::new().await;
    let south = South::new(&stage).await;
    let shared = stage::application(&stage.bare, stage.organisation, "https://all.example", true).await;
    for id in [stage.application, shared] {
        let mut op = stage.bare.op();
        let of = south.organisation;
        let about_it = access::application(&mut op, id).await.unwrap().unwrap().about();
        let refused = [
            access::change_application(&mut op, of, id, about_it)
                .await
                .map(|_| ()),
            access::set_token_format(&mut op, of, id, TokenFormat::Opaque)
                .await
                .map(|_| ()),
            access::add_permission(&mut op, of, id, permission(DELETE)).await,
            access::change_permission(&mut op, of, (id, "feedback:read"), about("Mine"))
                .await
                .map(|_| ()),
            access::define_permission(&mut op, of, (id, DELETE), about("Mine"))
                .await
                .map(|_| ()),
            access::remove_permission(&mut op, of, (id, "feedback:export")).await,
        ];
        for one in refused {
            assert!(matches!(one, Err(AccessError::ApplicationUnknown)), "{one:?}");
        }
    }
    assert!(stage.bare.events("application.changed").await.is_empty());
}

#[tokio::test]
async fn only_the_operator_shares_what_others_then_see_on_their_pages() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let new = application(stage.organisation, "https://ledger.example", true);
    let about = ApplicationAbout {
        name: "Feedback".to_owned(),
        shared: true,
        token_format: TokenFormat::Jwt,
    };
    let mut op = Op::new(&stage.bare.house, Actor::Person(ada), stage.bare.seen());
    let refused = access::create_application(&mut op, new).await;
    assert!(
        matches!(refused, Err(AccessError::ShareIsOperators)),
        "{refused:?}"
    );
    let (of, id) = (stage.organisation, stage.application);
    let refused = access::change_application(&mut op, of, id, about.clone()).await;
    assert!(
        matches!(refused, Err(AccessError::ShareIsOperators)),
        "{refused:?}"
    );
    drop(op);
    let mut op = Op::new(&stage.bare.house, Actor::Operator, stage.bare.seen());
    assert!(
        access::change_application(&mut op, of, id, about.clone())
            .await
            .unwrap()
    );
    op.commit().await.unwrap();
    // Who looks after it changes and takes back what is shared.
    let mut op = Op::new(&stage.bare.house, Actor::Person(ada), stage.bare.seen());
    let renamed = ApplicationAbout {
        name: "Voices".to_owned(),
        ..about.clone()
    };
    assert!(
        access::change_application(&mut op, of, id, renamed)
            .await
            .unwrap()
    );
    let alone = ApplicationAbout {
        shared: false,
        ..about
    };
    assert!(access::change_application(&mut op, of, id, alone).await.unwrap());
}

/// What is changed of a shared application is told to those who share it.
#[tokio::test]
async fn other_organisations_are_decided_by_a_shared_application_as_it_is_now() {
    let stage = Stage::new().await;
    let south = South::new(&stage).await;
    let shared = stage::application(&stage.bare, stage.organisation, "https://all.example", true).await;
    let decided = async |action: &str| {
        let resource = json!({ "organisation": "south" });
        let zoe = Subject::Person(south.zoe);
        stage::decide(&stage.bare, shared, zoe, action, resource)
            .await
            .reason
    };
    assert_eq!(decided(DELETE).await, "action_unknown");
    add(&stage, shared, permission(DELETE)).await.unwrap();
    assert_eq!(decided(DELETE).await, "no_grant");
    let of = (south.organisation, shared);
    let role = stage::role(&stage.bare, of, "keeper", &[DELETE]).await;
    let holder = access::Holder::Subject(Subject::Person(south.zoe));
    let from = access::Period::from(stage.now());
    stage::give(&stage.bare, south.organisation, holder, role, &[], from).await;
    assert_eq!(decided(DELETE).await, "granted");
    // Neither is it taken from under them, nor is the whole.
    let refused = remove(&stage, shared, DELETE).await.unwrap_err().to_string();
    let told = "the permission is in use: first take it out of roles or policies of other organisations";
    assert_eq!(refused, told, "which ones is theirs to know");
    let alone = ApplicationAbout {
        name: "Feedback".to_owned(),
        shared: false,
        token_format: TokenFormat::Jwt,
    };
    let refused = change(&stage, shared, alone.clone()).await;
    assert!(matches!(refused, Err(AccessError::SharedUsed)), "{refused:?}");
    let mut op = stage.bare.op();
    let empty = RoleAbout::titled("Keeper");
    access::change_role(&mut op, south.organisation, role, empty)
        .await
        .unwrap();
    op.commit().await.unwrap();
    remove(&stage, shared, DELETE).await.unwrap();
    assert_eq!(decided(DELETE).await, "action_unknown");
    assert_eq!(decided("feedback:read").await, "no_grant");
    assert!(change(&stage, shared, alone).await.unwrap());
    assert_eq!(decided("feedback:read").await, "other_organisation");
}
