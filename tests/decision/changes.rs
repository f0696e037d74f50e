//! For whom what they may do has changed.

use std::time::Duration;

use axum::body::Body;
use doorward::access::{self, Holder, Period};
use doorward::domain::{GroupKind, PersonStatus, Subject};
use doorward::person;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use super::authzen::{Answer, Desk, register};

const HOUR: Duration = Duration::from_hours(1);

async fn ask(desk: &Desk, basic: &str, query: &str) -> Answer {
    let request = Request::get(format!("/access/v1/changes{query}")).header("authorization", basic);
    desk.send(request.body(Body::empty()).unwrap()).await
}

/// What has changed after an epoch: the newest epoch, the one of everybody, and subjects with theirs.
async fn since(desk: &Desk, epoch: i64) -> (i64, i64, Vec<(String, i64)>) {
    let answer = ask(desk, &desk.basic, &format!("?since={epoch}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.headers["cache-control"], "no-store");
    let number = |value: &Value| value.as_i64().unwrap();
    let subject = |one: &Value| {
        (
            one["id"].as_str().unwrap().to_owned(),
            number(&one["access_epoch"]),
        )
    };
    let subjects = answer.body["subjects"]
        .as_array()
        .unwrap()
        .iter()
        .map(subject)
        .collect();
    (
        number(&answer.body["access_epoch"]),
        number(&answer.body["everybody"]),
        subjects,
    )
}

#[tokio::test]
async fn each_change_raises_the_epoch_of_those_whom_it_touches() {
    let desk = Desk::new().await;
    let stage = &desk.stage;
    let (bo, ada) = (stage.person("bo").await, desk.ada);
    let role = stage.role("editor", &["feedback:edit"]).await;
    let team = stage.group(GroupKind::Team, "care", None).await;
    let (before, everybody, _) = since(&desk, 0).await;

    // Their own: a grant, a membership, an attribute, the account.
    let id = stage.give_simply(bo, role).await;
    let one = |name: doorward::domain::PersonId, epoch: i64| vec![(name.to_string(), epoch)];
    assert_eq!(
        since(&desk, before).await,
        (before + 1, everybody, one(bo, before + 1))
    );
    stage.join(team, bo, Period::from(stage.now())).await;
    assert_eq!(
        since(&desk, before + 1).await,
        (before + 2, everybody, one(bo, before + 2))
    );
    let mut op = stage.bare.op();
    access::end_grant(&mut op, stage.organisation, id, "Over")
        .await
        .unwrap();
    op.commit().await.unwrap();
    let mut op = stage.bare.op();
    let whose = Subject::Person(ada);
    person::set_status(&mut op, stage.organisation, whose, PersonStatus::Disabled, "Left")
        .await
        .unwrap();
    op.commit().await.unwrap();
    let both = vec![(bo.to_string(), before + 3), (ada.to_string(), before + 4)];
    assert_eq!(since(&desk, before).await, (before + 4, everybody, both));
    assert_eq!(
        since(&desk, before + 4).await,
        (before + 4, everybody, Vec::new())
    );

    // Of everybody: what a group is given, what a role gives, a policy.
    let period = Period::from(stage.now());
    stage.give(Holder::Group(team), role, &[], period).await;
    assert_eq!(
        since(&desk, before + 4).await,
        (before + 5, before + 5, Vec::new())
    );
    stage
        .policy("closed", "forbid (principal, action, resource);")
        .await;
    let (now, everybody, _) = since(&desk, before + 5).await;
    assert!(now > before + 5 && everybody == now, "{now} {everybody}");

    // What is rolled back has changed nothing.
    let mut op = stage.bare.op();
    let subject = Subject::Person(bo);
    access::add_member(
        &mut op,
        stage.organisation,
        team,
        subject,
        Period::from(stage.now().plus(HOUR)),
    )
    .await
    .unwrap();
    drop(op);
    assert_eq!(since(&desk, now).await, (now, now, Vec::new()));
}

#[tokio::test]
async fn many_changes_are_told_as_one_of_everybody() {
    let desk = Desk::new().await;
    let stage = &desk.stage;
    let role = stage.role("editor", &["feedback:edit"]).await;
    let mut people = Vec::new();
    let mut op = stage.bare.op();
    for number in 0..1_001 {
        let name = doorward::domain::Username::parse(&format!("p{number}")).unwrap();
        let new = person::NewPerson::named(stage.organisation, name, "One of many");
        people.push(person::create(&mut op, new).await.unwrap());
    }
    op.commit().await.unwrap();
    let (before, everybody, _) = since(&desk, 0).await;
    let mut op = stage.bare.op();
    for person in people {
        let new = access::NewGrant {
            organisation_id: stage.organisation,
            holder: Holder::Subject(Subject::Person(person)),
            role,
            within: Vec::new(),
            period: Period::from(stage.now()),
            reason: "Needed.".to_owned(),
            source: doorward::domain::GrantSource::Direct,
        };
        access::give(&mut op, new).await.unwrap();
    }
    op.commit().await.unwrap();
    let now = before + 1_001;
    assert_eq!(since(&desk, before).await, (now, now, Vec::new()));
    let (_, still, subjects) = since(&desk, before + 1).await;
    assert_eq!((still, subjects.len()), (everybody, 1_000));
}

#[tokio::test]
async fn who_asks_is_known_and_asks_about_people_of_the_application() {
    let desk = Desk::new().await;
    let stranger = register(&desk.stage, "stranger", None).await;
    let other = crate::access::stage::organisation(&desk.stage.bare, "south").await;
    let of_other = format!("?org_id={other}");
    let own = format!("?org_id={}", desk.stage.organisation);
    let basic = desk.basic.as_str();
    for (who, query, expected) in [
        (basic, own.as_str(), StatusCode::OK),
        ("Basic bm9ib2R5Om5vdGhpbmc=", "", StatusCode::UNAUTHORIZED),
        (&stranger, "", StatusCode::FORBIDDEN),
        (basic, &of_other, StatusCode::NOT_FOUND),
        (basic, "?org_id=north", StatusCode::NOT_FOUND),
        (basic, "?since=-1", StatusCode::BAD_REQUEST),
        (basic, "?since=soon", StatusCode::BAD_REQUEST),
        (basic, "?since=1&since=2", StatusCode::BAD_REQUEST),
    ] {
        let answer = ask(&desk, who, query).await;
        assert_eq!(answer.status, expected, "{query}: {}", answer.body);
        if expected != StatusCode::OK {
            assert!(answer.body["detail"].is_string(), "{}", answer.body);
        }
    }
    let without = json!({ "access_epoch": 0, "everybody": 0, "subjects": [] });
    assert_ne!(
        ask(&desk, basic, "").await.body,
        without,
        "a role was made and given"
    );
}
