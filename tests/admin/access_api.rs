//! Groups, roles and grants over HTTP.

use doorward::domain::{Right, Subject};
use http::Method;
use serde_json::{Value, json};

use super::api::{Caller, caller, give, keeper, refused, register_program, token};
use crate::oauth::stage::Stage;

async fn id(caller: &Caller<'_>, path: &str, body: Value) -> String {
    let answer = caller.post(path, body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.text("id")
}

#[tokio::test]
async fn a_group_is_made_changed_joined_and_left() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let top = json!({ "kind": "project", "name": "launch", "title": "Launch" });
    id(&caller, "/groups", top).await;
    let new = json!({
        "kind": "project", "name": "desk", "title": "Desk", "parent": "launch", "ends_at": "2099-01-01T00:00:00Z",
        "owners": ["ada"],
    });
    let desk = id(&caller, "/groups", new).await;
    let one = format!("/groups/{desk}");
    let change = Some(json!({ "ends_at": null, "purpose": "Answers the press" }));
    assert_eq!(caller.call(Method::PATCH, &one, change).await.status, 204);
    let member = format!("{one}/members/person/{}", stage.ada);
    let stay = Some(json!({ "until": "2099-02-01T00:00:00Z" }));
    assert_eq!(caller.call(Method::PUT, &member, stay).await.status, 204);
    let shown = caller.get(&one).await.json();
    assert_eq!(
        (&shown["parent"], &shown["owners"]),
        (&json!("launch"), &json!(["ada"]))
    );
    assert_eq!(shown.get("ends_at"), None);
    assert_eq!(shown["members"][0]["id"], stage.ada.to_string());
    assert_eq!(shown["members"][0]["until"], "2099-02-01T00:00:00Z");
    let listed = caller.get("/groups").await.json();
    let listed = listed["groups"].as_array().unwrap();
    let of_desk = listed.iter().find(|group| group["name"] == "desk").unwrap();
    assert_eq!(of_desk["members"], 1);
    assert_eq!(caller.call(Method::DELETE, &member, None).await.status, 204);
    assert_eq!(caller.get(&one).await.json()["members"], json!([]));
}

#[tokio::test]
async fn a_role_is_made_previewed_given_and_ended() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let new = json!({ "name": "reader", "title": "Reader", "rights": ["people:read"], "longest_days": 30 });
    let reader = id(&caller, "/roles", new).await;
    let grant = json!({
        "holder": "ada", "role": "reader", "reason": "Needed", "until": "1970-01-02T00:00:00Z",
    });
    assert_eq!(
        refused(&caller.post("/grants", grant).await).0,
        422,
        "it would end before it begins"
    );
    let until = doorward::domain::rfc3339::written(stage.op().now.plus(std::time::Duration::from_hours(24)));
    let grant = json!({ "holder": "ada", "role": "reader", "reason": "Needed", "until": until });
    let effect = caller.post("/grants?preview=true", grant.clone()).await;
    assert_eq!(effect.status, 200);
    let effect = effect.json();
    assert_eq!(effect["effect"][0]["permission"], "people:read");
    assert_eq!(
        effect["effect"][0]["gain"],
        json!({ "count": 1, "some": ["ada"] })
    );
    let person = format!("/people/{}/grants", stage.ada);
    let of_reader = |told: &Value| {
        let grants = told["grants"].as_array().unwrap().clone();
        grants
            .into_iter()
            .filter(|grant| grant["role"] == "reader")
            .count()
    };
    assert_eq!(
        of_reader(&caller.get(&person).await.json()),
        0,
        "a preview gives nothing"
    );
    let given = id(&caller, "/grants", grant).await;
    assert_eq!(of_reader(&caller.get(&person).await.json()), 1);
    let end = format!("/grants/{given}/end");
    assert_eq!(refused(&caller.post(&end, json!({ "reason": "" })).await).0, 422);
    assert_eq!(caller.post(&end, json!({ "reason": "Over" })).await.status, 204);
    assert_eq!(
        refused(&caller.post(&end, json!({ "reason": "Over" })).await).0,
        404
    );
    assert_eq!(of_reader(&caller.get(&person).await.json()), 0);
    let one = format!("/roles/{reader}");
    assert_eq!(
        refused(&caller.call(Method::DELETE, &one, None).await).0,
        409,
        "it was given"
    );
    let change = Some(json!({ "title": "Reader of people", "longest_days": null }));
    assert_eq!(caller.call(Method::PATCH, &one, change).await.status, 204);
    let shown = caller.get(&one).await.json();
    assert_eq!(
        (&shown["title"], shown.get("longest_days")),
        (&json!("Reader of people"), None)
    );
}

const WRONG: [(&str, &str, u16, &str); 12] = [
    (
        "POST /groups",
        r#"{ "kind": "planet", "name": "x", "title": "X" }"#,
        422,
        "`kind` is one of",
    ),
    (
        "POST /groups",
        r#"{ "kind": "team", "title": "X" }"#,
        422,
        "`name` is missing",
    ),
    ("POST /groups", r#"{ "kind": "team", "name": "x" }"#, 422, "title"),
    (
        "POST /groups",
        r#"{ "kind": "team", "name": "X", "title": "X" }"#,
        422,
        "lower-case",
    ),
    (
        "POST /roles",
        r#"{ "name": "r", "title": "R", "colour": 1 }"#,
        422,
        "colour",
    ),
    (
        "POST /roles",
        r#"{ "name": "r", "title": "R", "includes": ["x"] }"#,
        422,
        "called x",
    ),
    (
        "POST /roles?preview=maybe",
        r#"{ "name": "r", "title": "R" }"#,
        400,
        "`preview`",
    ),
    (
        "POST /grants",
        r#"{ "holder": "ada", "role": "x", "reason": "y" }"#,
        422,
        "called x",
    ),
    ("POST /grants", r#"{ "holder": "ada" }"#, 400, "expected members"),
    (
        "PATCH /groups/01a21d28-ba5e-72e9-9dac-75679cd09ece",
        r#"{ "title": "X" }"#,
        404,
        "nothing of this id",
    ),
    ("PATCH /roles/x", r#"{ "title": "X" }"#, 404, "nothing of this id"),
    (
        "PUT /groups/01a21d28-ba5e-72e9-9dac-75679cd09ece/members/person/x",
        "{}",
        422,
        "no such person",
    ),
];

#[tokio::test]
async fn what_is_wrong_is_refused_with_the_sentence_that_says_why() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    for (request, body, status, says) in WRONG {
        let (method, path) = request.split_once(' ').unwrap();
        let body = Some(serde_json::from_str(body).unwrap());
        let answer = caller.call(method.parse().unwrap(), path, body).await;
        let (code, detail) = refused(&answer);
        assert_eq!(code, status, "{request} {detail}");
        assert!(detail.contains(says), "{request}: {detail}");
    }
}

#[tokio::test]
async fn a_program_gives_nothing_beyond_what_it_holds() {
    let mut stage = Stage::with(|_| ()).await;
    let rights = [Right::AccessRead, Right::AccessManage];
    give(
        &stage,
        Subject::ServiceAccount(stage.robot),
        "access_desk",
        &rights,
    )
    .await;
    give(&stage, Subject::Person(stage.ada), "administrator", Right::ALL).await;
    register_program(&mut stage, "desk3").await;
    let token = token(&stage, "desk3", "access:read access:manage").await;
    let caller = caller(&stage, &token);
    let grant = |role: &str| json!({ "holder": "ada", "role": role, "reason": "x" });
    let (status, detail) = refused(&caller.post("/grants", grant("administrator")).await);
    assert_eq!(status, 403);
    assert!(
        detail.contains("which you do not hold there yourself"),
        "{detail}"
    );
    assert_eq!(caller.post("/grants", grant("access_desk")).await.status, 201);
    let above = json!({ "name": "above", "title": "Above", "rights": ["people:manage"] });
    assert_eq!(refused(&caller.post("/roles", above).await).0, 403);
    let roles = caller.get("/roles").await.json();
    let roles = roles["roles"].as_array().unwrap().clone();
    let administrator = roles.iter().find(|role| role["name"] == "administrator").unwrap();
    let one = format!("/roles/{}", administrator["id"].as_str().unwrap());
    let change = Some(json!({ "rights": [] }));
    assert_eq!(refused(&caller.call(Method::PATCH, &one, change).await).0, 403);
}
