//! The interface for whom a part was delegated: a lead who may give one role in one place for some days, the owner of a group.

use doorward::access::{self, GroupAbout, Holder, NewGrant, NewGroup, NewRole, Period, RoleAbout};
use doorward::client::NewClient;
use doorward::decision;
use doorward::domain::{DELEGATED, GrantSource, GroupId, GroupKind, Right, RoleId, Subject, rfc3339};
use http::Method;
use serde_json::{Value, json};

use super::api::{caller, refused};
use crate::oauth::stage::{Stage, claims, new_client, scopes};

async fn group(stage: &Stage, kind: GroupKind, name: &str, about: GroupAbout) -> GroupId {
    let mut op = stage.op();
    let new = NewGroup {
        organisation_id: stage.organisation,
        kind,
        name: name.to_owned(),
        about,
    };
    let id = access::create_group(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    id
}

async fn role(stage: &Stage, name: &str, about: RoleAbout) -> RoleId {
    let mut op = stage.op();
    let new = NewRole {
        organisation_id: stage.organisation,
        name: name.to_owned(),
        about,
    };
    let id = access::create_role(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    id
}

async fn give(stage: &Stage, holder: Subject, role: RoleId, within: &[GroupId]) {
    let mut op = stage.op();
    let new = NewGrant {
        organisation_id: stage.organisation,
        holder: Holder::Subject(holder),
        role,
        within: within.to_vec(),
        period: Period::from(op.now),
        reason: "A test.".to_owned(),
        source: GrantSource::Direct,
    };
    access::give(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
}

/// A client that asks for what was delegated, and for rights.
async fn console(stage: &mut Stage) {
    let console = NewClient {
        application_id: None,
        scopes: scopes(&format!("openid access:read access:manage {DELEGATED}")),
        ..new_client(stage, "console")
    };
    stage.register(console).await;
}

/// A token for Ada, as far as she may have it.
async fn token(stage: &Stage, scope: &str) -> String {
    let changes = [("client_id", Some("console")), ("scope", Some(scope))];
    let code = stage.code(&changes).await;
    stage.redeem("console", &code).await.text("access_token")
}

/// Ada leads support in DACH: she may give the role of agents there for thirty days.
async fn led() -> Stage {
    let mut stage = Stage::new().await;
    let emea = group(&stage, GroupKind::Region, "emea", GroupAbout::titled("EMEA")).await;
    let below = GroupAbout {
        parent: Some(emea),
        ..GroupAbout::titled("DACH")
    };
    let dach = group(&stage, GroupKind::Region, "dach", below).await;
    let agent = role(&stage, "agent", RoleAbout::titled("Support agent")).await;
    role(&stage, "clerk", RoleAbout::titled("Clerk")).await;
    let about = RoleAbout {
        includes: [agent].into(),
        giving: [(agent, Some(30))].into(),
        ..RoleAbout::titled("Lead of a team")
    };
    let lead = role(&stage, "lead", about).await;
    give(&stage, Subject::Person(stage.ada), lead, &[dach]).await;
    console(&mut stage).await;
    stage
}

fn grant(stage: &Stage, role: &str, within: &[&str], days: u64) -> Value {
    let until = stage.op().now.plus(std::time::Duration::from_hours(24 * days));
    json!({
        "holder": "service_account:robot", "role": role, "within": within, "until": rfc3339::written(until),
        "reason": "Stands in for Sam",
    })
}

#[tokio::test]
async fn a_lead_gives_what_is_theirs_to_give_and_ends_it() {
    let stage = led().await;
    let token = token(&stage, &format!("openid access:manage {DELEGATED}")).await;
    assert_eq!(
        claims(&token)["scope"],
        format!("{DELEGATED} openid"),
        "no right, what was delegated"
    );
    let caller = caller(&stage, &token);
    let givable = caller.get("/grants/givable").await.json();
    assert_eq!(
        givable,
        json!({ "roles": [{
            "role": "agent", "title": "Support agent",
            "terms": [{ "within": ["region:dach"], "longest_days": 30 }],
        }] })
    );
    for (role, within, days, why) in [
        (
            "clerk",
            &["region:dach"][..],
            10,
            "none of your roles lets you give",
        ),
        ("agent", &["region:emea"], 10, "within region:dach only"),
        ("agent", &[], 10, "within region:dach only"),
        ("agent", &["region:dach"], 31, "for at most 30 days"),
    ] {
        let answer = caller.post("/grants", grant(&stage, role, within, days)).await;
        assert_eq!(refused(&answer).0, 403, "{answer:?}");
        assert!(answer.text("detail").contains(why), "{answer:?}");
    }
    assert_eq!(
        caller.get("/grants").await.json(),
        json!({ "grants": [], "next": null })
    );
    let given = caller
        .post("/grants", grant(&stage, "agent", &["region:dach"], 10))
        .await;
    assert_eq!(given.status, 201, "{given:?}");
    let listed = caller.get("/grants").await.json();
    assert_eq!(listed["grants"][0]["id"], given.text("id"));
    assert_eq!(
        listed["grants"][0]["holder"],
        format!("service_account:{}", stage.robot)
    );
    let end = format!("/grants/{}/end", given.text("id"));
    assert_eq!(
        caller.post(&end, json!({ "reason": "Is back" })).await.status,
        204
    );
    assert_eq!(
        caller.get("/grants").await.json(),
        json!({ "grants": [], "next": null })
    );
    // No other door is open by it.
    for path in ["/groups", "/roles", "/people", "/policies"] {
        assert_eq!(refused(&caller.get(path).await).0, 403, "{path}");
    }
}

#[tokio::test]
async fn what_a_lead_has_given_is_told_in_pages_the_newest_first() {
    let stage = led().await;
    let token = token(&stage, &format!("openid {DELEGATED}")).await;
    let caller = caller(&stage, &token);
    let mut given = Vec::new();
    for days in 1..=5 {
        let body = grant(&stage, "agent", &["region:dach"], days);
        let answer = caller.post("/grants", body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        given.insert(0, answer.text("id"));
        stage.advance(std::time::Duration::from_secs(1));
    }
    let by = Subject::Person(stage.ada);
    let (mut before, mut pages) = (None, Vec::new());
    loop {
        let page = decision::given(&mut stage.op(), by, (before, 2)).await.unwrap();
        let ids: Vec<String> = page.given.iter().map(|one| one.grant.id.to_string()).collect();
        assert!(page.given.iter().all(|one| one.grant.within == ["region:dach"]));
        pages.push(ids);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(pages, [&given[..2], &given[2..4], &given[4..]]);
    let rest = caller.get(&format!("/grants?before={}", given[2])).await.json();
    let rest: Vec<_> = rest["grants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].clone())
        .collect();
    assert_eq!(rest, given[3..]);
    assert_eq!(refused(&caller.get("/grants?before=x").await).0, 400);
}

#[tokio::test]
async fn an_owner_says_who_is_in_their_group_and_sees_no_other() {
    let mut stage = Stage::new().await;
    let owned = GroupAbout {
        owners: [stage.ada].into(),
        ..GroupAbout::titled("Care")
    };
    let care = group(&stage, GroupKind::Team, "care", owned).await;
    let below = GroupAbout {
        parent: Some(care),
        ..GroupAbout::titled("Night")
    };
    group(&stage, GroupKind::Team, "night", below).await;
    let other = group(&stage, GroupKind::Team, "desk", GroupAbout::titled("Desk")).await;
    console(&mut stage).await;
    let token = token(&stage, DELEGATED).await;
    let caller = caller(&stage, &token);
    let names: Vec<Value> = caller.get("/groups").await.json()["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| group["name"].clone())
        .collect();
    assert_eq!(names, ["care", "night"]);
    assert_eq!(refused(&caller.get(&format!("/groups/{other}")).await).0, 404);
    let member = |group: GroupId| format!("/groups/{group}/members/service_account/{}", stage.robot);
    assert_eq!(
        caller
            .call(Method::PUT, &member(care), Some(json!({})))
            .await
            .status,
        204
    );
    let shown = caller.get(&format!("/groups/{care}")).await.json();
    assert_eq!(shown["members"][0]["id"], stage.robot.to_string());
    assert_eq!(caller.call(Method::DELETE, &member(care), None).await.status, 204);
    assert_eq!(
        refused(&caller.call(Method::PUT, &member(other), Some(json!({}))).await).0,
        403
    );
    let change = Some(json!({ "title": "Mine" }));
    assert_eq!(
        refused(
            &caller
                .call(Method::PATCH, &format!("/groups/{care}"), change)
                .await
        )
        .0,
        403
    );
    assert_eq!(
        refused(&caller.get("/grants").await).0,
        403,
        "there is nothing to give"
    );
}

#[tokio::test]
async fn the_scope_is_for_whom_something_was_delegated_and_opens_nothing_else() {
    let mut stage = Stage::new().await;
    console(&mut stage).await;
    let nobody = token(&stage, &format!("openid {DELEGATED}")).await;
    assert_eq!(claims(&nobody)["scope"], "openid");
    // Who has rights has the doors of the delegated by it, and no more.
    super::api::give(&stage, Subject::Person(stage.ada), "keeper", Right::ALL).await;
    let token = token(&stage, DELEGATED).await;
    let caller = caller(&stage, &token);
    assert_eq!(caller.get("/grants/givable").await.status, 200);
    for path in ["/roles", "/people", "/groups"] {
        assert_eq!(refused(&caller.get(path).await).0, 403, "{path}");
    }
}
