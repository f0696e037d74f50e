//! Policies and attributes by the interface of administrators.

use http::Method;
use http::header::ETAG;
use serde_json::{Value, json};

use super::api::{Caller, caller, keeper, refused};

const TEXT: &str = "forbid (principal, action, resource) when { resource has closed && resource.closed };";

fn written(expect: &str) -> Value {
    json!({
        "title": "Closed", "purpose": "What is closed stays so.", "cedar": TEXT, "reason": "A test",
        "cases": [{
            "name": "a closed one", "action": "f:read", "granted_by": ["analyst"], "expect": expect,
            "resource": { "properties": { "closed": true } },
        }],
    })
}

fn named(name: &str, mut body: Value) -> Value {
    body["name"] = json!(name);
    body
}

async fn draft(caller: &Caller<'_>, body: Value) -> Value {
    let answer = caller.post("/policies", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

#[tokio::test]
async fn a_policy_goes_its_way_by_requests_and_each_knows_what_it_saw() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let drafted = draft(&caller, named("closed", written("allow"))).await;
    assert_eq!(
        (&drafted["revision"], &drafted["versions"][0]["state"]),
        (&json!(1), &json!("draft"))
    );
    let tested = caller.post("/policies/closed/test", json!({})).await;
    assert_eq!(tested.status, 200);
    let body = tested.json();
    assert_eq!(
        (&body["passed"], &body["state"]),
        (&json!(false), &json!("draft"))
    );
    assert_eq!(
        body["cases"][0]["sentence"],
        "it should be allowed, and is denied"
    );
    let why = json!({ "reason": "Now" });
    let answer = caller.post("/policies/closed/activation", why.clone()).await;
    let (status, says) = refused(&answer);
    assert_eq!(status, 409);
    assert!(says.contains("it should be allowed, and is denied"), "{says}");
    changed_as_it_was_seen(&caller).await;
    in_force_and_out_of_it(&caller, why).await;
}

/// The draft is changed by whoever has seen it as it is; a preview tells what it would do.
async fn changed_as_it_was_seen(caller: &Caller<'_>) {
    let change = |seen: &'static str| {
        caller.call_seen(
            Method::PUT,
            "/policies/closed/draft",
            Some(written("deny")),
            Some(seen),
        )
    };
    assert_eq!(refused(&change("\"7\"").await).0, 412);
    assert_eq!(refused(&change("7").await).0, 400);
    let changed = change("\"1\"").await;
    assert_eq!(
        (changed.status.as_u16(), &changed.headers[ETAG]),
        (200, &"\"2\"".parse().unwrap())
    );
    let preview = caller.get("/policies/closed/preview").await.json();
    assert_eq!(preview["passed"], true);
    assert_eq!(preview["effect"]["changes"][0]["before"], "allowed");
    assert_eq!(preview["effect"]["changes"][0]["after"], "denied");
    let shown = caller.get("/policies/closed").await.json();
    assert_eq!(
        shown["versions"][0]["state"], "draft",
        "a preview changes nothing"
    );
}

async fn in_force_and_out_of_it(caller: &Caller<'_>, why: Value) {
    assert_eq!(
        refused(&caller.post("/policies/closed/activation", why.clone()).await).0,
        409
    );
    let tested = caller.post("/policies/closed/test", json!({})).await.json();
    assert_eq!(
        (&tested["passed"], &tested["state"], &tested["revision"]),
        (&json!(true), &json!("tested"), &json!(3))
    );
    let active = caller.post("/policies/closed/activation", why.clone()).await;
    assert_eq!(active.json()["versions"][0]["state"], "active");
    let listed = caller.get("/policies").await.json();
    assert_eq!(listed["policies"][0]["active"], 1);
    let then = caller.get("/policies?at=2999-01-01T00:00:00Z").await.json();
    assert_eq!(then["policies"][0]["name"], "closed");
    let retired = caller.post("/policies/closed/retirement", why).await;
    assert_eq!(retired.json()["versions"][0]["state"], "retired");
    let history = caller.get("/policies/closed/history").await.json();
    assert_eq!(history["steps"].as_array().unwrap().len(), 5);
    assert_eq!(history["steps"][0]["reason"], "Now");
}

#[tokio::test]
async fn what_cannot_be_meant_is_a_problem_that_says_where() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let but = |name: &str, value: Value| {
        let mut body = named("odd", written("deny"));
        body[name] = value;
        body
    };
    for (body, status, says) in [
        (
            but("cedar", json!("permit (principal,\naction)")),
            422,
            "cedar: line 2, column 8: ",
        ),
        (but("title", json!("")), 422, "title: "),
        (but("name", json!("Odd")), 422, "a name is "),
        (but("reason", json!(" ")), 422, "reason: "),
        (
            but("application", json!("https://nowhere.test")),
            422,
            "there is no such application",
        ),
        (
            but("template", json!("nothing")),
            422,
            "there is no template called nothing",
        ),
    ] {
        let answer = caller.post("/policies", body).await;
        let (told, sentence) = refused(&answer);
        assert_eq!(told, status, "{sentence}");
        assert!(sentence.contains(says), "{sentence}");
    }
    let unknown = caller.post("/policies", but("titel", json!("x"))).await;
    assert_eq!(refused(&unknown).0, 400);
    assert_eq!(caller.get("/policies").await.json(), json!({ "policies": [] }));
    for path in ["/policies/odd", "/policies/odd/history", "/policies/odd/preview"] {
        assert_eq!(refused(&caller.get(path).await).0, 404);
    }
    draft(&caller, named("odd", written("deny"))).await;
    assert_eq!(
        refused(&caller.post("/policies", named("odd", written("deny"))).await).0,
        409
    );
}

#[tokio::test]
async fn a_template_is_found_filled_and_tried() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let templates = caller.get("/policy-templates").await.json();
    let names: Vec<_> = templates["templates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].clone())
        .collect();
    assert!(names.contains(&json!("four-eyes")), "{names:?}");
    let body = json!({
        "name": "refunds", "template": "four-eyes", "values": { "actions": ["f:write"] }, "reason": "A test",
        "title": "Refunds need two",
    });
    let drafted = draft(&caller, body).await;
    let version = &drafted["versions"][0];
    assert_eq!(
        (&version["title"], &version["template"]["name"]),
        (&json!("Refunds need two"), &json!("four-eyes"))
    );
    assert_eq!(
        caller.post("/policies/refunds/test", json!({})).await.json()["passed"],
        true
    );
    // Changed by hand, it has left the form.
    let by_hand = json!({
        "template": "four-eyes", "values": { "actions": ["f:write"] }, "reason": "A test", "cedar": TEXT,
    });
    let changed = caller
        .call(Method::PUT, "/policies/refunds/draft", Some(by_hand))
        .await
        .json();
    assert_eq!(changed["versions"][0]["template"], Value::Null);
}

#[tokio::test]
async fn attributes_are_declared_and_set() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let put = async |name: &str, body: Value| {
        caller
            .call(Method::PUT, &format!("/attributes/{name}"), Some(body))
            .await
    };
    let level = json!({ "name": "level", "title": "Level", "kind": "choice", "choices": ["low", "high"] });
    assert_eq!(put("level", level.clone()).await.status, 200);
    assert_eq!(refused(&put("other", level).await).0, 422);
    let odd = json!({ "name": "roles", "title": "Roles", "kind": "text" });
    assert!(
        refused(&put("roles", odd).await)
            .1
            .contains("given to everybody by Doorward itself")
    );
    let listed = caller.get("/attributes").await.json();
    assert_eq!(listed["attributes"][0]["seen_by"], "self");
    let path = format!("/people/{}/attributes", stage.ada);
    let set = async |values: Value| {
        let body = json!({ "attributes": values, "reason": "A test" });
        caller.call(Method::PATCH, &path, Some(body)).await
    };
    assert_eq!(
        refused(&set(json!({ "level": "middle" })).await),
        (422, "level: it has to be one of low, high".to_owned())
    );
    assert_eq!(
        set(json!({ "level": "high" })).await.json()["attributes"]["level"],
        "high"
    );
    assert_eq!(caller.get(&path).await.json()["attributes"]["level"], "high");
    let narrower = json!({ "name": "level", "title": "Level", "kind": "text" });
    assert_eq!(refused(&put("level", narrower).await).0, 409);
    let gone = caller.call(Method::DELETE, "/attributes/level", None).await;
    assert_eq!(gone.status, 204);
    assert_eq!(
        refused(&caller.call(Method::DELETE, "/attributes/level", None).await).0,
        404
    );
}
