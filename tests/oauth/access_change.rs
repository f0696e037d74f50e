//! What was given out, and was taken back or came to an end since: tokens, and what is told of them.

use std::time::Duration;

use doorward::access::{self, Holder, NewGrant, NewRole, Period, RoleAbout};
use doorward::decision;
use doorward::domain::{AccessGrantId, GroupKind, RoleId, Subject, Timestamp};
use serde_json::{Value, json};

use super::stage::{Stage, claims, new_client};

const SCOPE: &str = "f:read f:write openid";

async fn tokens(stage: &Stage) -> super::stage::Answer {
    let code = stage.code(&[("scope", Some(SCOPE))]).await;
    stage.redeem("desk", &code).await
}

async fn role(stage: &Stage, name: &str, permissions: &[&str]) -> RoleId {
    let mut op = stage.op();
    let new = NewRole {
        organisation_id: stage.organisation,
        name: name.to_owned(),
        about: RoleAbout {
            permissions: access::Permitted::of(stage.application, permissions.iter().copied()),
            ..RoleAbout::titled(name)
        },
    };
    let role = access::create_role(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    role
}

async fn give(stage: &Stage, role: RoleId, until: Option<Timestamp>) -> AccessGrantId {
    let mut op = stage.op();
    let new = NewGrant {
        organisation_id: stage.organisation,
        holder: Holder::Subject(Subject::Person(stage.ada)),
        role,
        within: Vec::new(),
        period: Period { from: op.now, until },
        reason: "Needed".to_owned(),
        source: doorward::domain::GrantSource::Direct,
    };
    let id = access::give(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    id
}

async fn end(stage: &Stage, id: AccessGrantId) {
    let mut op = stage.op();
    access::end_grant(&mut op, stage.organisation, id, "Over")
        .await
        .unwrap();
    op.commit().await.unwrap();
}

/// The grants of Ada, by the role that they give.
async fn grant_of(stage: &Stage, role: &str) -> decision::GrantTold {
    let told = decision::grants(&mut stage.op(), Subject::Person(stage.ada))
        .await
        .unwrap();
    told.into_iter().find(|one| one.role == role).unwrap()
}

#[tokio::test]
async fn introspection_tells_what_is_still_held() {
    let stage = Stage::new().await;
    let exporter = role(&stage, "exporter", &["f:write", "f:export"]).await;
    let given = give(&stage, exporter, None).await;
    let first = grant_of(&stage, "analyst").await.id;
    let token = tokens(&stage).await.text("access_token");
    let told = stage.introspect("desk", &token).await;
    assert_eq!(
        (&told["scope"], &told["roles"]),
        (&json!(SCOPE), &json!(["analyst", "exporter"]))
    );
    let epoch = claims(&token)["access_epoch"].as_i64().unwrap();
    assert_eq!(told["access_epoch"], epoch);

    end(&stage, first).await;
    let told = stage.introspect("desk", &token).await;
    assert_eq!(
        (&told["scope"], &told["roles"]),
        (&json!("f:write openid"), &json!(["exporter"]))
    );
    assert_eq!(told["access_epoch"], epoch + 1);
    assert_eq!(
        claims(&tokens(&stage).await.text("access_token"))["access_epoch"],
        epoch + 1
    );

    end(&stage, given).await;
    let told = stage.introspect("desk", &token).await;
    assert_eq!((&told["scope"], &told["roles"]), (&json!("openid"), &json!([])));
}

#[tokio::test]
async fn a_token_of_which_nothing_is_held_any_more_is_not_active() {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    let answer = stage
        .token("robot", &[("grant_type", "client_credentials")])
        .await;
    let token = answer.text("access_token");
    assert_eq!(stage.introspect("robot", &token).await["active"], true);
    let told = decision::grants(&mut stage.op(), Subject::ServiceAccount(stage.robot)).await;
    end(&stage, told.unwrap()[0].id).await;
    assert_eq!(
        stage.introspect("robot", &token).await,
        json!({ "active": false })
    );
}

#[tokio::test]
async fn a_token_ends_with_what_it_gives() {
    let stage = Stage::new().await;
    let life = stage.bare.house.config.tokens.access_token_life.as_secs();
    let whole = tokens(&stage).await.json();
    assert_eq!(whole["expires_in"], life);
    let exporter = role(&stage, "exporter", &["f:export"]).await;
    give(
        &stage,
        exporter,
        Some(stage.op().now.plus(Duration::from_secs(90))),
    )
    .await;
    let answer = tokens(&stage).await;
    let said = claims(&answer.text("access_token"));
    assert_eq!(answer.json()["expires_in"], 90);
    assert_eq!(said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(), 90);
    stage.advance(Duration::from_millis(89_500));
    assert_eq!(tokens(&stage).await.json()["expires_in"], 1, "never none at all");
    stage.advance(Duration::from_millis(500));
    assert_eq!(tokens(&stage).await.json()["expires_in"], life);
}

#[tokio::test]
async fn a_token_is_a_use_of_the_grants_that_its_scopes_come_from() {
    let stage = Stage::new().await;
    let exporter = role(&stage, "exporter", &["f:export"]).await;
    give(&stage, exporter, None).await;
    let at = stage.op().now;
    tokens(&stage).await;
    let mut op = stage.op();
    access::write_uses(&mut op).await.unwrap();
    op.commit().await.unwrap();
    let uses = [
        grant_of(&stage, "analyst").await,
        grant_of(&stage, "exporter").await,
    ];
    assert_eq!(uses.map(|one| one.last_used), [Some(at), None]);
}

/// Many groups, so that their names are long.
async fn crowd(stage: &Stage, numbers: std::ops::Range<usize>) {
    let mut op = stage.op();
    for number in numbers {
        let new = access::NewGroup {
            organisation_id: stage.organisation,
            kind: GroupKind::Custom,
            name: format!("a-group-with-a-name-of-some-length-{number:04}"),
            about: access::GroupAbout::titled("One of many"),
        };
        let group = access::create_group(&mut op, new).await.unwrap();
        let (subject, period) = (Subject::Person(stage.ada), Period::from(op.now));
        access::add_member(&mut op, stage.organisation, group, subject, period)
            .await
            .unwrap();
    }
    op.commit().await.unwrap();
}

#[tokio::test]
async fn what_would_make_a_token_too_long_is_told_elsewhere() {
    let mut stage = Stage::new().await;
    let mut wide = new_client(&stage, "wide");
    let of_groups = doorward::client::ClaimRule {
        claim: "groups".to_owned(),
        source: "groups".to_owned(),
        userinfo: false,
        ..wide.claim_rules[0].clone()
    };
    wide.claim_rules.push(of_groups);
    stage.register(wide).await;
    let tokens = async |stage: &Stage| {
        let changes = [("client_id", Some("wide")), ("scope", Some(SCOPE))];
        let code = stage.code(&changes).await;
        stage.redeem("wide", &code).await
    };
    crowd(&stage, 0..20).await;
    let answer = tokens(&stage).await;
    for name in ["access_token", "id_token"] {
        let said = claims(&answer.text(name));
        assert_eq!(said["groups"].as_array().unwrap().len(), 20, "{name}");
        assert!(said.get("_claim_names").is_none(), "{name}");
    }
    crowd(&stage, 20..120).await;
    let answer = tokens(&stage).await;
    let issuer = super::stage::ISSUER;
    for (name, path) in [("access_token", "/introspect"), ("id_token", "/userinfo")] {
        let text = answer.text(name);
        let said = claims(&text);
        assert!(text.len() <= 4_096, "{name}: {}", text.len());
        assert!(said.get("groups").is_none(), "{name}");
        assert_eq!(said["roles"], json!(["analyst"]), "what is short stays");
        assert_eq!(said["_claim_names"], json!({ "groups": "access" }));
        assert_eq!(
            said["_claim_sources"],
            json!({ "access": { "endpoint": format!("{issuer}{path}") } })
        );
    }
    let token = answer.text("access_token");
    let told = stage.introspect("wide", &token).await;
    assert_eq!(told["groups"].as_array().unwrap().len(), 120);
    assert_eq!(told.get("_claim_names").or(told.get("_claim_sources")), None);
    let userinfo: Value = stage.userinfo(&token).await.json();
    assert_eq!(userinfo["groups"].as_array().unwrap().len(), 120);
}
