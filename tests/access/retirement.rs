//! Applications are retired: they give nothing, and all again when they are brought back.

use doorward::access::{
    self, AccessError, Holder, NewApplication, NewGrant, NewRole, Period, Permitted, RoleAbout,
};
use doorward::client::{self, ClientSettings, NewClient, RegistrationError};
use doorward::decision::{CannotGive, Decision};
use doorward::domain::{
    Actor, ApplicationId, ClientAuthMethod, ClientId, GrantSource, GrantType, OWN_APPLICATION,
    OrganisationId, PersonId, RedirectUri, Right, Scopes, Subject, TokenFormat,
};
use doorward::jose::Algorithm;
use doorward::op::{Hearing, Op};
use doorward::policy::{self, NewPolicy, PolicyError};
use serde_json::json;

use super::stage::{self, Stage};

pub(crate) async fn retire(stage: &Stage, id: ApplicationId) -> Result<bool, AccessError> {
    let mut op = stage.bare.op();
    let done = access::retire_application(&mut op, stage.organisation, id, " Replaced. ").await?;
    op.commit().await.unwrap();
    Ok(done)
}

pub(crate) async fn restore(stage: &Stage, id: ApplicationId) -> Result<bool, AccessError> {
    let mut op = stage.bare.op();
    let done = access::restore_application(&mut op, stage.organisation, id, "Needed.").await?;
    op.commit().await.unwrap();
    Ok(done)
}

fn ledger(organisation_id: OrganisationId, audience: &str) -> NewApplication {
    NewApplication {
        organisation_id,
        name: "Ledger".to_owned(),
        audience: audience.to_owned(),
        shared: false,
        token_format: TokenFormat::Jwt,
        permissions: Vec::new(),
    }
}

async fn permissions(stage: &Stage, person: PersonId) -> String {
    let mut op = stage.bare.op();
    let of = (Subject::Person(person), Some(stage.application));
    let profile = access::profile(&mut op, of.0, of.1).await.unwrap();
    assert_eq!(profile.roles, ["reader"], "the roles stay");
    profile.permissions.to_string()
}

#[tokio::test]
async fn a_retired_application_gives_nothing_and_all_again_when_it_is_back() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let ben = stage::person(&stage.bare, stage.organisation, "ben", json!({ "line": "cards" })).await;
    let reader = stage.role("reader", &["feedback:read"]).await;
    stage.give_simply(ada, reader).await;
    let permit = "permit (principal, action == Action::\"feedback:edit\", resource) when { principal.line == \"cards\" };";
    stage.untried_policy("cards", permit).await;
    let asked = async || {
        let by_role: Decision = stage.decide(ada, "feedback:read", json!({})).await;
        let by_policy = stage.decide(ben, "feedback:edit", json!({})).await;
        assert_eq!(by_role.allowed, by_policy.allowed);
        (by_role.reason, by_policy.reason)
    };
    // All copies are warm.
    assert_eq!(asked().await, ("granted", "granted_by_policy"));
    assert_eq!(permissions(&stage, ada).await, "feedback:read");
    assert!(retire(&stage, stage.application).await.unwrap());
    assert_eq!(asked().await, ("application_retired", "application_retired"));
    assert_eq!(permissions(&stage, ada).await, "");
    assert!(!retire(&stage, stage.application).await.unwrap(), "it is already");
    // It is all there but what it gives.
    let mut op = stage.bare.op();
    let role = access::role(&mut op, stage.organisation, reader).await.unwrap();
    let role = role.unwrap().about;
    assert_eq!(
        role.permissions,
        Permitted::of(stage.application, ["feedback:read"])
    );
    let found = access::application(&mut op, stage.application).await.unwrap();
    let found = found.unwrap();
    assert!(found.is_retired() && found.permissions.len() == 3);
    assert!(restore(&stage, stage.application).await.unwrap());
    assert_eq!(asked().await, ("granted", "granted_by_policy"));
    assert_eq!(permissions(&stage, ada).await, "feedback:read");
    assert!(
        !restore(&stage, stage.application).await.unwrap(),
        "it is already"
    );
    let events = stage.bare.events("application.retired").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["reason"], "Replaced.");
    assert_eq!(events[0]["target"]["id"], stage.application.to_string());
    assert_eq!(
        (&events[0]["before"], &events[0]["after"]),
        (&json!({ "retired": false }), &json!({ "retired": true }))
    );
    assert_eq!(stage.bare.events("application.restored").await.len(), 1);
}

#[tokio::test]
async fn nobody_else_gets_the_audience_of_a_retired_application() {
    let stage = Stage::new().await;
    retire(&stage, stage.application).await.unwrap();
    let south = stage::organisation(&stage.bare, "south").await;
    for organisation in [stage.organisation, south] {
        let mut op = stage.bare.op();
        let new = ledger(organisation, "https://north.example");
        let refused = access::create_application(&mut op, new).await;
        assert!(matches!(refused, Err(AccessError::AudienceTaken)), "{refused:?}");
    }
    // Nothing else is in the way.
    let mut op = stage.bare.op();
    access::create_application(&mut op, ledger(south, "https://south.example"))
        .await
        .unwrap();
}

#[tokio::test]
async fn only_its_organisation_retires_an_application_and_with_a_reason() {
    let stage = Stage::new().await;
    let south = stage::organisation(&stage.bare, "south").await;
    let mut op = stage.bare.op();
    let (north, id) = (stage.organisation, stage.application);
    for turn in ["retire", "restore"] {
        let mut turned = async |of, id, why: &str| match turn {
            "retire" => access::retire_application(&mut op, of, id, why)
                .await
                .unwrap_err(),
            _ => access::restore_application(&mut op, of, id, why)
                .await
                .unwrap_err(),
        };
        let refused = turned(south, id, "Mine.").await;
        assert!(matches!(refused, AccessError::ApplicationUnknown), "{refused:?}");
        let refused = turned(north, ApplicationId::NIL, "Nobody's.").await;
        assert!(!matches!(refused, AccessError::Fault(_)), "{refused:?}");
        let refused = turned(north, OWN_APPLICATION, "Too much.").await;
        assert!(matches!(refused, AccessError::OwnApplication), "{refused:?}");
        for missing in ["", " \n", &"x".repeat(1_001)] {
            let refused = turned(north, id, missing).await;
            assert!(matches!(refused, AccessError::ReasonMissing), "{refused:?}");
        }
    }
    drop(op);
    assert!(stage.bare.events("application.retired").await.is_empty());
}

#[tokio::test]
async fn a_shared_application_is_not_retired_under_roles_of_other_organisations() {
    let stage = Stage::new().await;
    let shared = stage::application(&stage.bare, stage.organisation, "https://all.example", true).await;
    let south = stage::organisation(&stage.bare, "south").await;
    let zoe = stage::person(&stage.bare, south, "zoe", json!({})).await;
    let role = stage::role(&stage.bare, (south, shared), "reader", &["feedback:read"]).await;
    let holder = Holder::Subject(Subject::Person(zoe));
    stage::give(&stage.bare, south, holder, role, &[], Period::from(stage.now())).await;
    let asked = async || {
        let resource = json!({ "organisation": "south" });
        let zoe = Subject::Person(zoe);
        stage::decide(&stage.bare, shared, zoe, "feedback:read", resource)
            .await
            .reason
    };
    let refused = retire(&stage, shared).await;
    assert!(matches!(refused, Err(AccessError::SharedUsed)), "{refused:?}");
    assert_eq!(asked().await, "granted");
    let mut op = stage.bare.op();
    access::change_role(&mut op, south, role, RoleAbout::titled("Reader"))
        .await
        .unwrap();
    op.commit().await.unwrap();
    assert_eq!(asked().await, "no_grant");
    assert!(retire(&stage, shared).await.unwrap());
    assert_eq!(asked().await, "application_retired");
    // Nor do others put it into their roles meanwhile.
    let mut op = stage.bare.op();
    let new = stage::new_role((south, shared), "again", &["feedback:read"]);
    let refused = access::create_role(&mut op, new).await;
    assert!(
        matches!(refused, Err(AccessError::ApplicationRetired(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn roles_keep_what_they_have_of_a_retired_application_and_get_no_more_of_it() {
    let stage = Stage::new().await;
    let reader = stage.role("reader", &["feedback:read"]).await;
    retire(&stage, stage.application).await.unwrap();
    let mut op = stage.bare.op();
    let organisation = stage.organisation;
    let about = |names: &[&str]| RoleAbout {
        permissions: Permitted::of(stage.application, names.iter().copied()),
        ..RoleAbout::titled("Whoever reads")
    };
    let kept = about(&["feedback:read"]);
    assert!(
        access::change_role(&mut op, organisation, reader, kept)
            .await
            .unwrap()
    );
    let more = about(&["feedback:read", "feedback:edit"]);
    let refused = access::change_role(&mut op, organisation, reader, more.clone()).await;
    assert!(
        matches!(&refused, Err(AccessError::ApplicationRetired(name)) if name == "Feedback"),
        "{refused:?}"
    );
    let new = NewRole {
        organisation_id: organisation,
        name: "editor".to_owned(),
        about: more,
    };
    let refused = access::create_role(&mut op, new).await;
    assert!(
        matches!(refused, Err(AccessError::ApplicationRetired(_))),
        "{refused:?}"
    );
    // A role as it is written names what it keeps, and can be sent back.
    let all = access::roles(&mut op, organisation).await.unwrap();
    let document = access::role_document(&mut op, &all, &all[0]).await.unwrap();
    let read = access::role_about(&mut op, organisation, document).await.unwrap();
    assert_eq!(read, all[0].about);
}

fn desk(stage: &Stage, id: &str) -> NewClient {
    NewClient {
        id: ClientId::parse(id).unwrap(),
        organisation_id: stage.organisation,
        name: id.to_owned(),
        auth_method: ClientAuthMethod::ClientSecretBasic,
        jwks: None,
        redirect_uris: vec![RedirectUri::register("https://desk.example/callback").unwrap()],
        post_logout_redirect_uris: Vec::new(),
        grant_types: vec![GrantType::AuthorizationCode],
        scopes: Scopes::parse("openid feedback:read").unwrap(),
        application_id: Some(stage.application),
        service_account_id: None,
        shared: false,
        consent_required: false,
        signing_algorithm: Algorithm::Es256,
        claim_rules: Vec::new(),
        settings: ClientSettings::default(),
    }
}

#[tokio::test]
async fn nothing_new_is_made_of_a_retired_application() {
    let stage = Stage::new().await;
    let mut op = stage.bare.op();
    client::create(&mut op, desk(&stage, "before")).await.unwrap();
    op.commit().await.unwrap();
    retire(&stage, stage.application).await.unwrap();
    let mut op = stage.bare.op();
    let refused = client::create(&mut op, desk(&stage, "after")).await;
    assert!(
        matches!(refused, Err(RegistrationError::ApplicationRetired)),
        "{refused:?}"
    );
    let further = NewClient {
        application_id: None,
        settings: ClientSettings {
            further_applications: vec![stage.application],
            ..ClientSettings::default()
        },
        ..desk(&stage, "further")
    };
    let refused = client::create(&mut op, further).await;
    assert!(
        matches!(refused, Err(RegistrationError::ApplicationRetired)),
        "{refused:?}"
    );
    // One that has it goes on with it.
    let before = ClientId::parse("before").unwrap();
    let renamed = [("client_name".to_owned(), json!("The desk"))]
        .into_iter()
        .collect();
    let changed = client::change(&mut op, &before, renamed).await.unwrap();
    assert!(matches!(changed, client::Change::Done(_)), "{changed:?}");
    let new = NewPolicy {
        organisation_id: stage.organisation,
        application: stage.application,
        name: "new".to_owned(),
        content: stage::content("New", "forbid (principal, action, resource);", "deny"),
    };
    let refused = policy::draft(&mut op, new, "To be tried.").await;
    assert!(
        matches!(refused, Err(PolicyError::ApplicationRetired)),
        "{refused:?}"
    );
    let meant = policy::application_meant(&mut op, stage.organisation, None).await;
    assert!(matches!(meant, Err(PolicyError::ApplicationUnknown)), "{meant:?}");
    let titles: access::Titles = [("en".to_owned(), "Export".to_owned())].into();
    let new = access::NewDetailType {
        name: "export".to_owned(),
        application: stage.application,
        rules: access::DetailRules {
            titles,
            purposes: access::Titles::default(),
            permission: None,
            ask: access::Ask::default(),
            members: Vec::new(),
        },
    };
    let refused = access::register_detail_type(&mut op, new).await;
    assert!(
        matches!(refused, Err(AccessError::ApplicationRetired(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn whom_it_takes_what_is_shown_before() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let reader = stage.role("reader", &["feedback:read", "feedback:edit"]).await;
    stage.give_simply(ada, reader).await;
    let (organisation, id) = (stage.organisation, stage.application);
    let effect = async |retires: bool| {
        let mut op = stage.bare.op();
        let whose = (organisation, op.now);
        let act = async |op: &mut Op| {
            if retires {
                access::retire_application(op, organisation, id, "?").await
            } else {
                access::restore_application(op, organisation, id, "?").await
            }
        };
        let effects = access::preview(&mut op, whose, act).await.unwrap();
        let told = effects.iter().map(|one| {
            assert_eq!(one.application, "Feedback");
            let (gain, lose) = (one.gain.some.join(","), one.lose.some.join(","));
            format!("{} +{gain} -{lose}", one.permission)
        });
        told.collect::<Vec<_>>()
    };
    assert_eq!(
        effect(true).await,
        ["feedback:edit + -ada", "feedback:read + -ada"]
    );
    assert_eq!(
        stage.decide(ada, "feedback:read", json!({})).await.reason,
        "granted"
    );
    assert!(effect(false).await.is_empty());
    retire(&stage, id).await.unwrap();
    assert_eq!(
        effect(false).await,
        ["feedback:edit +ada -", "feedback:read +ada -"]
    );
    assert!(effect(true).await.is_empty());
}

/// Or else what they could not give would be given by bringing it back.
#[tokio::test]
async fn nobody_gives_more_than_they_hold_by_way_of_what_is_retired() {
    let stage = Stage::new().await;
    let (ada, ben) = (stage.person("ada").await, stage.person("ben").await);
    let reader = stage.role("reader", &["feedback:read"]).await;
    let mut op = stage.bare.op();
    let manager = NewRole {
        organisation_id: stage.organisation,
        name: "manager".to_owned(),
        about: RoleAbout {
            rights: [Right::AccessManage].into(),
            ..RoleAbout::titled("Manager")
        },
    };
    let manager = access::create_role(&mut op, manager).await.unwrap();
    op.commit().await.unwrap();
    stage.give_simply(ada, manager).await;
    retire(&stage, stage.application).await.unwrap();
    let mut op = Op::new(&stage.bare.house, Actor::Person(ada), stage.bare.seen());
    let grant = NewGrant {
        organisation_id: stage.organisation,
        holder: Holder::Subject(Subject::Person(ben)),
        role: reader,
        within: Vec::new(),
        period: Period::from(op.now),
        reason: "A detour.".to_owned(),
        source: GrantSource::Direct,
    };
    let refused = access::give(&mut op, grant).await;
    let exceeds = |refused: &Result<_, AccessError>| matches!(refused, Err(AccessError::CannotGive(CannotGive::Exceeds { permission, .. })) if permission == "feedback:read");
    assert!(exceeds(&refused), "{refused:?}");
}

#[tokio::test]
async fn another_replica_that_is_told_answers_so_at_once() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let reader = stage.role("reader", &["feedback:read"]).await;
    stage.give_simply(ada, reader).await;
    let replica = stage.bare.replica().await;
    let asked = async || {
        let ada = Subject::Person(ada);
        stage::decide(&replica, stage.application, ada, "feedback:read", json!({}))
            .await
            .reason
    };
    assert_eq!(asked().await, "granted", "its copies are warm");
    let mut hearing = Hearing::begin(&replica.house).await.unwrap();
    retire(&stage, stage.application).await.unwrap();
    for notice in hearing.hear(&replica.house).await.unwrap() {
        replica.house.notice(&notice);
    }
    assert_eq!(asked().await, "application_retired");
}
