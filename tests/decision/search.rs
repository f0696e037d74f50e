//! Searches over HTTP: who may, with what, and what.

use axum::body::Body;
use doorward::access::{self, Holder, NewGroup, Period};
use doorward::client::SubjectType;
use doorward::domain::{GroupKind, PersonId, Subject};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use super::authzen::{Answer, Desk, new_client, register, register_client};
use crate::access::stage;

const SUBJECT: &str = "/access/v1/search/subject";
const RESOURCE: &str = "/access/v1/search/resource";
const ACTION: &str = "/access/v1/search/action";

fn readers(limit: u32) -> Value {
    json!({
        "subject": { "type": "person" }, "action": { "name": "feedback:read" },
        "resource": { "type": "feedback", "id": "f-1", "properties": { "region": "emea" } },
        "page": { "limit": limit },
    })
}

/// All results of a search, page by page.
async fn all(desk: &Desk, path: &str, mut search: Value) -> (Vec<Value>, usize) {
    let (mut results, mut pages) = (Vec::new(), 0);
    loop {
        let answer = desk.post(path, &search).await;
        assert_eq!(answer.status, StatusCode::OK, "{search}: {}", answer.body);
        let page = answer.body["results"].as_array().unwrap();
        assert_eq!(answer.body["page"]["count"], page.len());
        results.extend(page.iter().cloned());
        pages += 1;
        let next = answer.body["page"]["next_token"].as_str().unwrap();
        if next.is_empty() {
            return (results, pages);
        }
        search["page"]["token"] = Value::from(next);
    }
}

/// Ada and four more who hold the role by hand, by a group or by one above it, with their ids in order.
async fn crowd(desk: &Desk) -> Vec<PersonId> {
    let stage = &desk.stage;
    let (now, role) = (stage.now(), stage.role("second", &["feedback:read"]).await);
    let care = stage.group(GroupKind::Department, "care", None).await;
    let shift = stage.group(GroupKind::Department, "shift", Some(care)).await;
    stage
        .give(Holder::Group(care), role, &[], Period::from(now))
        .await;
    let mut found = vec![desk.ada];
    for (name, group) in [("ben", Some(care)), ("cem", Some(shift)), ("dia", None)] {
        let person = stage.person(name).await;
        match group {
            Some(group) => stage.join(group, person, Period::from(now)).await,
            None => {
                stage.give_simply(person, role).await;
            }
        }
        found.push(person);
    }
    // Holds it twice, and is found once.
    let eve = stage.person("eve").await;
    stage.give_simply(eve, role).await;
    stage.join(shift, eve, Period::from(now)).await;
    found.push(eve);
    stage.person("zoe").await;
    found.sort();
    found
}

fn people(ids: &[PersonId]) -> Vec<Value> {
    let one = |id: &PersonId| json!({ "type": "person", "id": id });
    ids.iter().map(one).collect()
}

#[tokio::test]
async fn who_may_is_told_page_by_page_and_is_on_record() {
    let desk = Desk::new().await;
    let expected = people(&crowd(&desk).await);
    let whole = desk.post(SUBJECT, &readers(50)).await;
    assert_eq!(
        whole.body,
        json!({ "page": { "next_token": "", "count": 5, "total": 5 }, "results": expected })
    );
    assert!(
        serde_json::to_string(&whole.body)
            .unwrap()
            .starts_with("{\"page\"")
    );
    for (limit, parts) in [(1, 5), (2, 3), (3, 2), (4, 2), (5, 1)] {
        let (found, pages) = all(&desk, SUBJECT, readers(limit)).await;
        assert_eq!(found, expected, "{limit} a page");
        assert_eq!(pages, parts, "{limit} a page");
    }
    let events = desk.stage.bare.events("access.subjects.searched").await;
    let first = &events[0];
    assert_eq!(first["actor"], json!({ "type": "client", "id": "desk" }));
    assert_eq!(
        first["details"],
        json!({ "action": "feedback:read", "found": 5, "resource": "feedback/f-1", "subject_type": "person" })
    );
    // An id of what is looked for is ignored, and no limit is one too.
    let mut search = readers(1);
    search["subject"]["id"] = json!("whoever");
    search.as_object_mut().unwrap().remove("page");
    assert_eq!(desk.post(SUBJECT, &search).await.body["results"], json!(expected));
}

#[tokio::test]
async fn a_page_goes_on_with_the_search_that_it_is_of_and_no_other() {
    let desk = Desk::new().await;
    crowd(&desk).await;
    let first = desk.post(SUBJECT, &readers(2)).await;
    let token = first.body["page"]["next_token"].as_str().unwrap();
    assert!(first.body["page"].get("total").is_none(), "{}", first.body);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut search = readers(2);
        search["page"]["token"] = Value::from(token);
        change(&mut search);
        search
    };
    let mut forged = token.to_owned();
    let last = if forged.pop() == Some('A') { 'B' } else { 'A' };
    forged.push(last);
    let wrong: [&dyn Fn(&mut Value); 7] = [
        &|search| search["action"]["name"] = json!("feedback:edit"),
        &|search| search["resource"]["id"] = json!("f-2"),
        &|search| search["resource"]["properties"] = json!({ "region": "americas" }),
        &|search| search["context"] = json!({ "hour": 9 }),
        &|search| search["page"]["limit"] = json!(3),
        &|search| search["page"]["token"] = json!(forged),
        &|search| search["page"]["token"] = json!("AAAA"),
    ];
    for change in wrong {
        let search = with(change);
        let answer = desk.post(SUBJECT, &search).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{search}");
        assert!(answer.body["detail"].as_str().unwrap().contains("page.token"));
    }
    // Another client, though of the same application.
    let other = register(&desk.stage, "other", Some(desk.stage.application)).await;
    let same = with(&|_| ());
    let answer = desk
        .post_as(SUBJECT, &[("authorization", &other)], same.to_string())
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    // The limit need not be said again, and the order of members is none.
    let right: [&dyn Fn(&mut Value); 2] = [&|_| (), &|search| {
        search["page"].as_object_mut().unwrap().remove("limit");
    }];
    for change in right {
        let answer = desk.post(SUBJECT, &with(change)).await;
        assert_eq!(answer.body["page"]["count"], 2, "{}", answer.body);
    }
}

#[tokio::test]
async fn what_somebody_may_do_is_told_by_name() {
    let desk = Desk::new().await;
    let role = desk
        .stage
        .role("editor", &["feedback:edit", "feedback:export"])
        .await;
    desk.stage.give_simply(desk.ada, role).await;
    let search = json!({
        "subject": { "type": "person", "id": desk.ada }, "resource": { "type": "feedback", "id": "f-1" },
        "page": { "limit": 2 },
    });
    let (found, pages) = all(&desk, ACTION, search.clone()).await;
    let names = ["feedback:edit", "feedback:export", "feedback:read"];
    assert_eq!(
        (found, pages),
        (names.map(|name| json!({ "name": name })).to_vec(), 2)
    );
    let mut nobody = search;
    nobody["subject"]["id"] = json!("nobody");
    let answer = desk.post(ACTION, &nobody).await;
    assert_eq!(answer.body["results"], json!([]));
    assert_eq!(answer.body["context"]["reason"], "subject_unknown");
    let events = desk.stage.bare.events("access.actions.searched").await;
    assert_eq!(events[0]["target"], json!({ "type": "person", "id": desk.ada }));
    assert_eq!(events.last().unwrap()["outcome"], "refused");
}

#[tokio::test]
async fn the_groups_in_which_somebody_may_are_told_with_what_makes_it_a_yes() {
    let desk = Desk::new().await;
    let stage = &desk.stage;
    let emea = stage.group(GroupKind::Region, "emea", None).await;
    stage.group(GroupKind::Region, "turkiye", Some(emea)).await;
    stage.group(GroupKind::Region, "americas", None).await;
    let role = stage.role("editor", &["feedback:edit"]).await;
    let holder = Holder::Subject(Subject::Person(desk.ada));
    stage.give(holder, role, &[emea], Period::from(stage.now())).await;
    let search = json!({
        "subject": { "type": "person", "id": desk.ada }, "action": { "name": "feedback:edit" },
        "resource": { "type": "region", "properties": { "product_line": "alpha", "region": "americas" } },
        "page": { "limit": 1 },
    });
    let (found, pages) = all(&desk, RESOURCE, search.clone()).await;
    let region = |name: &str| json!({ "type": "region", "id": name, "properties": { "product_line": "alpha", "region": name } });
    assert_eq!((&found, pages), (&vec![region("emea"), region("turkiye")], 2));
    for resource in found {
        let one = json!({ "subject": search["subject"], "action": search["action"], "resource": resource });
        let answer = desk.post("/access/v1/evaluation", &one).await;
        assert_eq!(answer.body["decision"], true, "{one}");
    }
}

#[tokio::test]
async fn a_page_decides_a_bounded_number_of_candidates_and_the_next_goes_on() {
    let desk = Desk::new().await;
    let stage = &desk.stage;
    let mut op = stage.bare.op();
    let mut last = None;
    for number in 0..1_003 {
        let new = NewGroup {
            organisation_id: stage.organisation,
            kind: GroupKind::Region,
            name: format!("r{number:04}"),
            about: access::GroupAbout::titled("Region"),
        };
        last = Some(access::create_group(&mut op, new).await.unwrap());
    }
    op.commit().await.unwrap();
    let role = stage.role("editor", &["feedback:edit"]).await;
    let holder = Holder::Subject(Subject::Person(desk.ada));
    let within = [last.unwrap()];
    stage.give(holder, role, &within, Period::from(stage.now())).await;
    let search = json!({
        "subject": { "type": "person", "id": desk.ada }, "action": { "name": "feedback:edit" },
        "resource": { "type": "region" },
    });
    let first = desk.post(RESOURCE, &search).await;
    assert_eq!(first.body["page"]["count"], 0);
    assert_ne!(first.body["page"]["next_token"], "");
    let (found, pages) = all(&desk, RESOURCE, search).await;
    assert_eq!((found.len(), pages), (1, 2));
    assert_eq!(found[0]["id"], "r1002");
}

impl Desk {
    async fn put(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::PUT, path, body.to_string()).await
    }

    async fn call(&self, method: Method, path: &str, body: String) -> Answer {
        let request = Request::builder().method(method).uri(path);
        let request = request
            .header(AUTHORIZATION, &self.basic)
            .header(CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body)).unwrap()).await
    }
}

fn dashboards(of: PersonId) -> Value {
    json!({
        "subject": { "type": "person", "id": of }, "action": { "name": "feedback:edit" },
        "resource": { "type": "dashboard" }, "page": { "limit": 2 },
    })
}

#[tokio::test]
async fn resources_that_are_registered_are_found_where_they_are() {
    let desk = Desk::new().await;
    let stage = &desk.stage;
    let emea = stage.group(GroupKind::Region, "emea", None).await;
    stage.group(GroupKind::Region, "americas", None).await;
    let role = stage.role("editor", &["feedback:edit"]).await;
    let holder = Holder::Subject(Subject::Person(desk.ada));
    stage.give(holder, role, &[emea], Period::from(stage.now())).await;
    for (id, region) in [
        ("a", "emea"),
        ("b", "americas"),
        ("c%2F%C3%BC", "emea"),
        ("d", "emea"),
    ] {
        let path = format!("/access/v1/resources/dashboard/{id}");
        let told = json!({ "properties": { "region": region } });
        assert_eq!(desk.put(&path, &told).await.status, StatusCode::CREATED, "{id}");
        assert_eq!(desk.put(&path, &told).await.status, StatusCode::OK, "{id}");
        let answer = desk.call(Method::GET, &path, String::new()).await;
        assert_eq!(answer.body["properties"], told["properties"]);
    }
    let (ids, next) = listed(&desk, "?limit=3").await;
    assert_eq!((ids, next.as_str()), (ids_of(["a", "b", "c/ü"]), "c/ü"));
    let (ids, next) = listed(&desk, "?limit=1&after=c%2F%C3%BC").await;
    assert_eq!((ids, next.as_str()), (ids_of(["d"]), ""));
    assert_eq!(listed(&desk, "").await.0.len(), 4);
    let (found, pages) = all(&desk, RESOURCE, dashboards(desk.ada)).await;
    let ids: Vec<&str> = found.iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!((ids, pages), (vec!["a", "c/ü", "d"], 2));
    // Moved, and forgotten.
    let moved = json!({ "properties": { "region": "americas" } });
    desk.put("/access/v1/resources/dashboard/a", &moved).await;
    let gone = "/access/v1/resources/dashboard/d";
    let answer = desk.call(Method::DELETE, gone, String::new()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    for method in [Method::DELETE, Method::GET] {
        let answer = desk.call(method, gone, String::new()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    let (found, _) = all(&desk, RESOURCE, dashboards(desk.ada)).await;
    assert_eq!(found.len(), 1);
    let events = stage.bare.events("access.resource.registered").await;
    assert_eq!(events.len(), 5, "what is told again as it was leaves none");
    assert_eq!(
        events[4]["target"],
        json!({ "type": "resource", "id": "dashboard/a" })
    );
    assert_eq!(events[4]["before"], json!({ "properties": { "region": "emea" } }));
    assert_eq!(events[4]["client"], "desk");
    assert_eq!(stage.bare.events("access.resource.removed").await.len(), 1);
}

fn ids_of<const N: usize>(ids: [&str; N]) -> Vec<String> {
    ids.map(str::to_owned).to_vec()
}

/// The ids of a page of dashboards, and where the next one begins.
async fn listed(desk: &Desk, query: &str) -> (Vec<String>, String) {
    let path = format!("/access/v1/resources/dashboard{query}");
    let answer = desk.call(Method::GET, &path, String::new()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let all = answer.body["resources"].as_array().unwrap().iter();
    let ids = all.map(|one| {
        assert_eq!(one["type"], "dashboard");
        assert!(one["properties"]["region"].is_string() || one["properties"] == json!({}));
        one["id"].as_str().unwrap().to_owned()
    });
    (ids.collect(), answer.body["next"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn what_is_registered_is_bounded_and_is_nobody_elses() {
    let desk = Desk::new().await;
    let stage = &desk.stage;
    let nothing = json!({ "properties": {} });
    for (path, body, status) in [
        ("region/emea", &nothing, StatusCode::UNPROCESSABLE_ENTITY),
        (
            "dashboard/big",
            &json!({ "properties": { "text": "x".repeat(4_096) } }),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        (
            "dashboard/a",
            &json!({ "region": "emea" }),
            StatusCode::BAD_REQUEST,
        ),
        ("dashboard/a", &json!([]), StatusCode::BAD_REQUEST),
    ] {
        let answer = desk.put(&format!("/access/v1/resources/{path}"), body).await;
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.body["detail"].is_string(), "{path}");
    }
    let mut op = stage.bare.op();
    for number in 0..access::MOST_RESOURCES {
        let key = access::ResourceKey::new(stage.application, "dashboard".to_owned(), format!("d{number}"))
            .unwrap();
        let told = serde_json::Map::new();
        access::register_resource(&mut op, &key, &told)
            .await
            .unwrap()
            .unwrap();
    }
    op.commit().await.unwrap();
    let answer = desk.put("/access/v1/resources/dashboard/more", &nothing).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(
        desk.put("/access/v1/resources/dashboard/d7", &nothing)
            .await
            .status,
        StatusCode::OK
    );
    assert_eq!(listed(&desk, "?limit=1000").await.0.len(), access::MOST_RESOURCES);
    for wrong in ["?limit=0", "?limit=1001", "?limit=x", "?after=a&after=b"] {
        let path = format!("/access/v1/resources/dashboard{wrong}");
        let answer = desk.call(Method::GET, &path, String::new()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    // Another application of the same organisation knows none of them.
    let application =
        stage::application(&stage.bare, stage.organisation, "https://other.example", false).await;
    let other = register(stage, "other", Some(application)).await;
    let request = Request::get("/access/v1/resources/dashboard/d7").header(AUTHORIZATION, &other);
    let answer = desk.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let request = Request::get("/access/v1/resources/dashboard").header(AUTHORIZATION, &other);
    let answer = desk.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.body, json!({ "resources": [], "next": "" }));
    let headers = [("authorization", other.as_str())];
    let answer = desk
        .post_as(RESOURCE, &headers, dashboards(desk.ada).to_string())
        .await;
    assert_eq!(answer.body["results"], json!([]));
}

#[tokio::test]
async fn nobody_of_another_organisation_is_found_or_touched() {
    let desk = Desk::new().await;
    let stage = &desk.stage;
    let south = stage::organisation(&stage.bare, "south").await;
    let shared = stage::application(&stage.bare, stage.organisation, "https://shared.example", true).await;
    let (ada, zoe) = (
        desk.ada,
        stage::person(&stage.bare, south, "zoe", json!({})).await,
    );
    for (organisation, person) in [(stage.organisation, ada), (south, zoe)] {
        let place = (organisation, shared);
        let role = stage::role(&stage.bare, place, "shared_reader", &["feedback:read"]).await;
        let holder = Holder::Subject(Subject::Person(person));
        let period = Period::from(stage.now());
        stage::give(&stage.bare, organisation, holder, role, &[], period).await;
    }
    let closed = register(stage, "closed", Some(shared)).await;
    let mut open = new_client(stage, "open", Some(shared));
    open.shared = true;
    let open = register_client(stage, open).await;
    let search = |organisation: Value| {
        json!({
            "subject": { "type": "person" }, "action": { "name": "feedback:read" },
            "resource": { "type": "feedback", "id": "f-1", "properties": { "organisation": organisation } },
        })
    };
    let south_id = json!(south.to_string());
    for (client, organisation, expected, reason) in [
        (&open, json!("north"), vec![ada], None),
        (&open, json!("south"), vec![zoe], None),
        (&open, south_id, vec![zoe], None),
        (&closed, json!("north"), vec![ada], None),
        (&closed, json!("south"), vec![], Some("other_organisation")),
        (&open, json!("nowhere"), vec![], Some("organisation_missing")),
        (&open, json!(null), vec![], Some("organisation_missing")),
    ] {
        let headers = [("authorization", client.as_str())];
        let search = search(organisation);
        let answer = desk.post_as(SUBJECT, &headers, search.to_string()).await;
        assert_eq!(answer.body["results"], json!(people(&expected)), "{search}");
        let told = answer.body.pointer("/context/reason").and_then(Value::as_str);
        assert_eq!(told, reason, "{search}");
    }
    // The application that is not shared has no people but those of its own organisation.
    let (found, _) = all(&desk, SUBJECT, {
        let mut own = readers(9);
        own["resource"]["properties"]["organisation"] = json!("south");
        own
    })
    .await;
    assert!(found.is_empty(), "{found:?}");
}

#[tokio::test]
async fn what_a_shared_application_has_registered_another_organisation_neither_sees_nor_changes() {
    let desk = Desk::new().await;
    let stage = &desk.stage;
    let south = stage::organisation(&stage.bare, "south").await;
    let shared = stage::application(&stage.bare, stage.organisation, "https://shared.example", true).await;
    let mut theirs = new_client(stage, "theirs", Some(shared));
    theirs.organisation_id = south;
    let theirs = register_client(stage, theirs).await;
    for (method, path, body) in [
        (Method::PUT, "dashboard/a", r#"{"properties":{}}"#),
        (Method::GET, "dashboard/a", ""),
        (Method::DELETE, "dashboard/a", ""),
        (Method::GET, "dashboard", ""),
    ] {
        let request = Request::builder()
            .method(&method)
            .uri(format!("/access/v1/resources/{path}"))
            .header(AUTHORIZATION, &theirs)
            .header("content-type", "application/json");
        let answer = desk.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
    }
}

#[tokio::test]
async fn a_client_with_subjects_of_its_own_is_told_those() {
    let desk = Desk::new().await;
    let stage = &desk.stage;
    let mut new = new_client(stage, "pairwise", Some(stage.application));
    new.settings.subject_type = SubjectType::Pairwise;
    let basic = register_client(stage, new).await;
    let headers = [("authorization", basic.as_str())];
    let answer = desk.post_as(SUBJECT, &headers, readers(9).to_string()).await;
    let told = answer.body["results"][0].clone();
    assert_eq!(answer.body["page"]["count"], 1);
    assert_ne!(told["id"], json!(desk.ada));
    let mut one = readers(9);
    one["subject"] = told;
    let answer = desk
        .post_as("/access/v1/evaluation", &headers, one.to_string())
        .await;
    assert_eq!(answer.body["decision"], true);
}

#[tokio::test]
async fn searches_are_refused_as_questions_are() {
    let desk = Desk::new().await;
    for path in [SUBJECT, RESOURCE, ACTION] {
        let answer = desk.post_as(path, &[], readers(1).to_string()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        let headers = [
            ("authorization", desk.basic.as_str()),
            ("x-request-id", "search-1"),
        ];
        for body in ["{", "{}", r#"{"page":{"limit":-1}}"#] {
            let answer = desk.post_as(path, &headers, body.to_owned()).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {body}");
            assert_eq!(answer.headers["x-request-id"], "search-1");
        }
    }
    let idle = register(&desk.stage, "idle", None).await;
    let answer = desk
        .post_as(SUBJECT, &[("authorization", &idle)], readers(1).to_string())
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    for (path, part, detail) in [
        (SUBJECT, "/resource/id", "resource has no id"),
        (SUBJECT, "/action", "action is missing"),
        (RESOURCE, "/subject", "subject is missing"),
        (RESOURCE, "/resource", "resource is missing"),
        (ACTION, "/subject", "subject is missing"),
        (ACTION, "/resource/id", "resource has no id"),
    ] {
        let mut search = readers(1);
        search["subject"]["id"] = json!(desk.ada);
        let (within, name) = part.rsplit_once('/').unwrap();
        let within = search.pointer_mut(within).unwrap().as_object_mut().unwrap();
        within.remove(name);
        let answer = desk.post(path, &search).await;
        assert_eq!(answer.body["detail"], detail, "{path} without {part}");
    }
    let mut long = readers(1);
    long["subject"]["type"] = json!("x".repeat(257));
    assert_eq!(desk.post(SUBJECT, &long).await.status, StatusCode::BAD_REQUEST);
    for kind in ["user", "group"] {
        let mut unknown = readers(1);
        unknown["subject"]["type"] = json!(kind);
        let answer = desk.post(SUBJECT, &unknown).await;
        assert_eq!(answer.body["results"], json!([]));
        assert_eq!(answer.body["context"]["reason"], "subject_unknown");
    }
}

#[tokio::test]
async fn a_search_knows_the_subject_by_the_name_that_a_decision_knows() {
    let desk = Desk::new().await;
    let bo = desk.stage.person("bo").await;
    let role = desk.stage.role("second", &["feedback:read"]).await;
    desk.stage.give_simply(bo, role).await;
    let four_eyes = "forbid (principal, action, resource) when { resource has made_by && resource.made_by == context.subject_id };";
    desk.stage.policy("four-eyes", four_eyes).await;
    let resource = json!({ "type": "feedback", "id": "f-1", "properties": { "made_by": desk.ada } });
    let may = async |who: doorward::domain::PersonId| {
        let question = json!({
            "subject": { "type": "person", "id": who }, "action": { "name": "feedback:read" }, "resource": resource,
        });
        desk.post("/access/v1/evaluation", &question).await.body["decision"] == true
    };
    assert_eq!((may(desk.ada).await, may(bo).await), (false, true));
    let search = json!({
        "subject": { "type": "person" }, "action": { "name": "feedback:read" }, "resource": resource,
    });
    let (found, _) = all(&desk, SUBJECT, search).await;
    assert_eq!(found, [json!({ "type": "person", "id": bo })]);
    for (who, count) in [(desk.ada, 0), (bo, 1)] {
        let search = json!({ "subject": { "type": "person", "id": who }, "resource": resource });
        let (found, _) = all(&desk, ACTION, search).await;
        assert_eq!(found.len(), count, "{who}");
    }
}
