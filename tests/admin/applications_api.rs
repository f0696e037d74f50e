//! Applications and their permissions over HTTP.

use doorward::access;
use doorward::domain::{OWN_APPLICATION, Right, Subject};
use doorward::person::{self, NewOrganisation};
use http::Method;
use serde_json::{Value, json};

use super::api::{Caller, caller, give, keeper, refused, register_program, token};
use crate::oauth::stage::Stage;

fn ledger() -> Value {
    json!({
        "name": "Ledger", "audience": "https://ledger.example", "token_format": "opaque",
        "permissions": [{ "name": "ledger:read", "title": "Read", "purpose": "For reports.", "sensitivity": "sensitive" }],
    })
}

async fn added(caller: &Caller<'_>, body: Value) -> String {
    let answer = caller.post("/applications", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    format!("/applications/{}", answer.text("id"))
}

fn close() -> Value {
    json!({ "title": "Close a month", "purpose": "For whoever answers for the books.", "sensitivity": "critical" })
}

#[tokio::test]
async fn an_application_is_made_changed_and_told() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let preview = caller.post("/applications?preview=true", ledger()).await;
    assert_eq!(preview.json(), json!({ "effect": [] }));
    let one = added(&caller, ledger()).await;
    let told = caller.get(&one).await.json();
    assert_eq!(
        (&told["own"], &told["shared"], &told["token_format"]),
        (&json!(true), &json!(false), &json!("opaque"))
    );
    assert_eq!(told["permissions"], ledger()["permissions"]);
    let change = Some(json!({ "name": "General ledger", "token_format": null }));
    assert_eq!(caller.call(Method::PATCH, &one, change).await.status, 204);
    let told = caller.get(&one).await.json();
    assert_eq!(
        (&told["name"], &told["token_format"]),
        (&json!("General ledger"), &json!("jwt"))
    );
    let listed = caller.get("/applications").await.json();
    let listed = listed["applications"].as_array().unwrap().clone();
    assert!(listed.contains(&told));
    let again = refused(&caller.post("/applications", ledger()).await);
    assert_eq!(again, (409, "another application has this audience".to_owned()));
    let events = stage.bare.events("application.changed").await;
    assert_eq!(events[0]["client"], "keeper");
}

#[tokio::test]
async fn a_permission_is_defined_given_and_removed_when_nothing_gives_it() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let one = added(&caller, ledger()).await;
    let permission = format!("{one}/permissions/ledger%3Aclose");
    let put = async |body: Value, query: &str| {
        let path = format!("{permission}{query}");
        caller.call(Method::PUT, &path, Some(body)).await
    };
    assert_eq!(put(close(), "?preview=true").await.status, 200);
    let names = async || {
        let told = caller.get(&one).await.json();
        let all = told["permissions"].as_array().unwrap().clone();
        all.iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["ledger:read"], "a preview keeps nothing");
    let new = put(close(), "").await;
    assert_eq!(
        (new.status.as_u16(), new.text("name")),
        (201, "ledger:close".to_owned())
    );
    let mut milder = close();
    milder["sensitivity"] = json!("sensitive");
    assert_eq!(put(milder, "").await.status, 200);
    assert_eq!(names().await, ["ledger:close", "ledger:read"]);
    let given = json!({ "application": "https://ledger.example", "name": "ledger:close" });
    let role = json!({ "name": "closer", "title": "Closer", "permissions": [given] });
    let role = caller.post("/roles", role).await;
    assert_eq!(role.status, 201, "{role:?}");
    for path in [permission.clone(), format!("{permission}?preview=true")] {
        let (status, detail) = refused(&caller.call(Method::DELETE, &path, None).await);
        assert_eq!(status, 409);
        assert!(detail.ends_with("take it out of the roles closer"), "{detail}");
    }
    let role = format!("/roles/{}", role.text("id"));
    assert_eq!(caller.call(Method::DELETE, &role, None).await.status, 204);
    let preview = format!("{permission}?preview=true");
    assert_eq!(caller.call(Method::DELETE, &preview, None).await.status, 200);
    assert_eq!(caller.call(Method::DELETE, &permission, None).await.status, 204);
    assert_eq!(names().await, ["ledger:read"]);
    assert_eq!(
        refused(&caller.call(Method::DELETE, &permission, None).await).0,
        404
    );
}

const CLOSE: &str = r#"{ "title": "Close", "purpose": "For the books." }"#;

/// `ONE` stands for the application.
const WRONG: [(&str, &str, u16, &str); 15] = [
    (
        "POST /applications",
        r#"{ "name": "A", "audience": "https://a.example", "colour": 1 }"#,
        422,
        "colour",
    ),
    (
        "POST /applications",
        r#"{ "name": " ", "audience": "https://a.example" }"#,
        422,
        "a name of 1 to 200",
    ),
    (
        "POST /applications",
        r#"{ "name": "A", "audience": "a b" }"#,
        422,
        "an audience is",
    ),
    (
        "POST /applications",
        r#"{ "name": "A", "audience": "https://a.example", "shared": true }"#,
        403,
        "by the operator",
    ),
    (
        "POST /applications",
        r#"{ "name": "A", "audience": "https://a.example", "token_format": "saml" }"#,
        422,
        "saml",
    ),
    ("POST /applications", r#"{ "name": "A" }"#, 422, "audience"),
    ("PATCH ONE", r#"{ "shared": true }"#, 403, "by the operator"),
    ("PATCH ONE", r#"{ "name": null }"#, 422, "name"),
    (
        "PATCH ONE",
        r#"{ "audience": "https://a.example" }"#,
        422,
        "audience",
    ),
    ("PUT ONE/permissions/close", CLOSE, 422, "a colon within it"),
    ("PUT ONE/permissions/a%20b:c", CLOSE, 422, "a colon within it"),
    (
        "PUT ONE/permissions/rules:read",
        CLOSE,
        422,
        "rights over Doorward",
    ),
    (
        "PUT ONE/permissions/a:b",
        r#"{ "title": "T", "purpose": "" }"#,
        422,
        "a purpose of",
    ),
    (
        "PUT ONE/permissions/a:b",
        r#"{ "title": "T", "purpose": "P", "harm": 1 }"#,
        422,
        "harm",
    ),
    (
        "PUT /applications/x/permissions/a:b",
        CLOSE,
        404,
        "nothing of this id",
    ),
];

#[tokio::test]
async fn what_is_wrong_of_an_application_is_refused_with_the_sentence_that_says_why() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let one = added(&caller, ledger()).await;
    for (request, body, status, says) in WRONG {
        let (method, path) = request.split_once(' ').unwrap();
        let body = Some(serde_json::from_str(body).unwrap());
        let path = path.replace("ONE", &one);
        let answer = caller.call(method.parse().unwrap(), &path, body).await;
        let (code, detail) = refused(&answer);
        assert_eq!(code, status, "{request} {detail}");
        assert!(detail.contains(says), "{request}: {detail}");
    }
    assert!(stage.bare.events("application.changed").await.is_empty());
}

#[tokio::test]
async fn another_organisations_application_is_not_found_and_a_shared_one_not_changed() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let mut op = stage.op();
    let organisation = NewOrganisation {
        slug: "elsewhere".to_owned(),
        name: "Elsewhere".to_owned(),
    };
    let organisation = person::create_organisation(&mut op, organisation).await.unwrap();
    let mut ids = Vec::new();
    for shared in [false, true] {
        let document = json!({ "name": "Theirs", "audience": format!("https://{shared}.example"), "shared": shared,
            "permissions": [{ "name": "theirs:read", "title": "T", "purpose": "P" }] });
        let document: access::ApplicationDocument = serde_json::from_value(document).unwrap();
        let new = document.meant(organisation).unwrap();
        ids.push(access::create_application(&mut op, new).await.unwrap());
    }
    op.commit().await.unwrap();
    let hidden = format!("/applications/{}", ids[0]);
    let shared = format!("/applications/{}", ids[1]);
    assert_eq!(caller.get(&hidden).await.status, 404);
    let told = caller.get(&shared).await.json();
    assert_eq!(told["own"], json!(false));
    let listed = caller.get("/applications").await.json().to_string();
    assert!(!listed.contains("https://false.example") && listed.contains("https://true.example"));
    for one in [hidden, shared] {
        let permission = format!("{one}/permissions/theirs:read");
        for (method, path, body) in [
            (Method::PATCH, &one, Some(json!({ "name": "Mine" }))),
            (Method::PUT, &permission, Some(close())),
            (Method::DELETE, &permission, None),
        ] {
            assert_eq!(caller.call(method, path, body).await.status, 404, "{path}");
        }
    }
}

#[tokio::test]
async fn who_sees_applications_changes_none() {
    let mut stage = Stage::with(|_| ()).await;
    let robot = Subject::ServiceAccount(stage.robot);
    give(&stage, robot, "looker", &[Right::AccessRead]).await;
    register_program(&mut stage, "looker").await;
    let token = token(&stage, "looker", "access:read").await;
    let caller = caller(&stage, &token);
    let all = caller.get("/applications").await;
    assert_eq!(all.status, 200);
    assert_eq!(refused(&caller.post("/applications", ledger()).await).0, 403);
    let one = format!("/applications/{}", stage.application);
    let permission = format!("{one}/permissions/f:read");
    for (method, path) in [
        (Method::PATCH, &one),
        (Method::PUT, &permission),
        (Method::DELETE, &permission),
    ] {
        let answer = caller.call(method, path, Some(json!({}))).await;
        assert_eq!(refused(&answer).0, 403, "{path}");
    }
}

#[tokio::test]
async fn an_application_is_retired_and_brought_back_and_the_effect_is_told_before() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let one = format!("/applications/{}", stage.application);
    let (retire, restore) = (format!("{one}/retire"), format!("{one}/restore"));
    let why = json!({ "reason": "Replaced by the new one." });
    let preview = caller.post(&format!("{retire}?preview=true"), why.clone()).await;
    let lost = preview.json()["effect"].as_array().unwrap().clone();
    let lost: Vec<_> = lost
        .iter()
        .map(|one| (&one["permission"], &one["lose"]))
        .collect();
    let ada = json!({ "count": 1, "some": ["ada"] });
    assert_eq!(lost, [(&json!("f:read"), &ada), (&json!("f:write"), &ada)]);
    assert_eq!(
        caller.get(&one).await.json().get("retired_at"),
        None,
        "it was looked at only"
    );
    for (wrong, status) in [
        (json!({}), 400),
        (json!({ "reason": "R", "why": 1 }), 400),
        (json!({ "reason": " " }), 422),
    ] {
        assert_eq!(refused(&caller.post(&retire, wrong).await).0, status);
    }
    for _ in 0..2 {
        assert_eq!(caller.post(&retire, why.clone()).await.status, 204);
    }
    let told = caller.get(&one).await.json();
    assert!(told["retired_at"].is_string(), "{told}");
    let listed = caller.get("/applications").await.json();
    assert!(listed["applications"].as_array().unwrap().contains(&told));
    let role = json!({ "name": "late", "title": "Late",
        "permissions": [{ "application": told["audience"], "name": "f:read" }] });
    let (status, detail) = refused(&caller.post("/roles", role.clone()).await);
    assert_eq!(
        (status, detail.contains("is retired: bring it back first")),
        (409, true),
        "{detail}"
    );
    assert_eq!(caller.post(&restore, why.clone()).await.status, 204);
    assert_eq!(caller.post("/roles", role).await.status, 201);
    let events = stage.bare.events("application.retired").await;
    assert_eq!((events.len(), &events[0]["client"]), (1, &json!("keeper")));
    assert_eq!(events[0]["reason"], "Replaced by the new one.");
}

#[tokio::test]
async fn nobody_retires_an_application_without_the_right_or_of_another_organisation() {
    let (mut stage, token_of_keeper) = keeper().await;
    let caller_of_keeper = caller(&stage, &token_of_keeper);
    let mut op = stage.op();
    let organisation = NewOrganisation {
        slug: "elsewhere".to_owned(),
        name: "Elsewhere".to_owned(),
    };
    let organisation = person::create_organisation(&mut op, organisation).await.unwrap();
    let document = json!({ "name": "Theirs", "audience": "https://theirs.example", "shared": true });
    let document: access::ApplicationDocument = serde_json::from_value(document).unwrap();
    let theirs = access::create_application(&mut op, document.meant(organisation).unwrap())
        .await
        .unwrap();
    op.commit().await.unwrap();
    let why = || json!({ "reason": "Not mine." });
    for word in ["retire", "restore"] {
        for id in [theirs.to_string(), "x".to_owned(), OWN_APPLICATION.to_string()] {
            let path = format!("/applications/{id}/{word}");
            assert_eq!(
                refused(&caller_of_keeper.post(&path, why()).await).0,
                404,
                "{path}"
            );
        }
    }
    let robot = Subject::ServiceAccount(stage.robot);
    give(&stage, robot, "looker", &[Right::AccessRead]).await;
    register_program(&mut stage, "looker").await;
    let token = token(&stage, "looker", "access:read").await;
    let path = format!("/applications/{}/retire", stage.application);
    assert_eq!(refused(&caller(&stage, &token).post(&path, why()).await).0, 403);
    assert!(stage.bare.events("application.retired").await.is_empty());
}
