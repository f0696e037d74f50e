//! `POST /access/v1/filter`.

use doorward::access::{Holder, Period};
use doorward::domain::{GroupKind, PersonStatus, Subject};
use doorward::person;
use http::StatusCode;
use serde_json::{Value, json};

use crate::access::stage;
use crate::decision::authzen::{Desk, register};

const PATH: &str = "/access/v1/filter";

/// Maria, who may read the feedback of EMEA, and that on cards.
async fn desk() -> (Desk, Value) {
    let desk = Desk::new().await;
    let emea = desk.stage.group(GroupKind::Region, "emea", None).await;
    desk.stage.group(GroupKind::Region, "dach", Some(emea)).await;
    desk.stage.group(GroupKind::Region, "americas", None).await;
    let attributes = json!({ "product_line": "cards" });
    let maria = stage::person(&desk.stage.bare, desk.stage.organisation, "maria", attributes).await;
    let role = desk.stage.role("manager", &["feedback:read"]).await;
    let holder = Holder::Subject(Subject::Person(maria));
    let period = Period::from(desk.stage.now());
    desk.stage.give(holder, role, &[emea], period).await;
    let asked = json!({
        "subject": { "type": "person", "id": maria },
        "action": { "name": "feedback:read" },
        "resource": { "type": "feedback", "properties": { "organisation": "north" } },
    });
    (desk, asked)
}

fn with(asked: &Value, member: &str, value: Value) -> Value {
    let mut asked = asked.clone();
    asked[member] = value;
    asked
}

const OWN_LINE: &str = "permit (principal, action, resource) when {
    principal has product_line && resource has product_line && principal.product_line == resource.product_line
};";

#[tokio::test]
async fn what_is_left_of_roles_and_policies_is_a_condition_in_json_and_for_a_database() {
    let (desk, asked) = desk().await;
    desk.stage.policy("own-line", OWN_LINE).await;
    let condition = json!({ "any": [
        { "in": { "attribute": "region", "values": ["dach", "emea"] } },
        { "equals": { "attribute": "product_line", "value": "cards" } },
    ]});
    let answer = desk.post(PATH, &asked).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(
        answer.body,
        json!({
            "condition": condition,
            "context": { "reason": "some", "because": ["role:manager", "policy:own-line"] },
        })
    );
    let columns =
        json!({ "region": "feedback.region_code", "product_line": { "name": "line", "type": "text" } });
    for (sql, text) in [
        (
            json!({ "dialect": "postgresql", "columns": columns, "first_parameter": 3 }),
            "((\"feedback\".\"region_code\" IS NOT NULL AND CAST(\"feedback\".\"region_code\" AS text) IN ($3, $4)) OR \
             (\"line\" IS NOT NULL AND CAST(\"line\" AS text) = $5))",
        ),
        (
            json!({ "dialect": "sqlite", "columns": columns }),
            "((typeof([feedback].[region_code]) = 'text' AND [feedback].[region_code] COLLATE BINARY IN (?, ?)) OR \
             (typeof([line]) = 'text' AND [line] COLLATE BINARY = ?))",
        ),
    ] {
        let answer = desk.post(PATH, &with(&asked, "sql", sql)).await;
        assert_eq!(answer.body["condition"], condition);
        assert_eq!(
            answer.body["sql"],
            json!({ "condition": text, "parameters": ["dach", "emea", "cards"] })
        );
    }
    let events = desk.stage.bare.events("access.filter").await;
    assert_eq!(events.len(), 3);
    assert_eq!(
        (&events[0]["outcome"], &events[0]["reason"]),
        (&json!("success"), &json!("some"))
    );
    assert_eq!(events[0]["actor"], json!({ "type": "client", "id": "desk" }));
    assert_eq!(
        events[0]["target"],
        json!({ "type": "resource", "id": "feedback" })
    );
    assert_eq!(
        events[0]["details"]["subject"],
        format!("person:{}", asked["subject"]["id"].as_str().unwrap())
    );
    assert_eq!(events[0]["details"]["condition"], condition);
}

#[tokio::test]
async fn a_policy_that_can_err_on_a_record_denies_the_record() {
    let (desk, asked) = desk().await;
    desk.stage
        .policy(
            "careless",
            "forbid (principal, action, resource) when { resource.level > 3 };",
        )
        .await;
    let answer = desk.post(PATH, &asked).await;
    assert_eq!(
        answer.body["condition"],
        json!({ "all": [
            { "at_most": { "attribute": "level", "value": 3 } },
            { "in": { "attribute": "region", "values": ["dach", "emea"] } },
        ]})
    );
}

#[tokio::test]
async fn what_cannot_be_said_exactly_is_refused_with_the_name_of_the_policy() {
    let (desk, asked) = desk().await;
    desk.stage
        .policy(
            "dear",
            "forbid (principal, action, resource) when { resource has price && resource.price.greaterThan(decimal(\"9.5\")) };",
        )
        .await;
    let answer = desk.post(PATH, &asked).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let detail = answer.body["detail"].as_str().unwrap();
    assert!(
        detail.starts_with("the policy dear calls greaterThan on what only the record tells"),
        "{detail}"
    );
    let events = desk.stage.bare.events("access.filter").await;
    assert_eq!(
        (&events[0]["outcome"], &events[0]["reason"]),
        (&json!("refused"), &json!("no_condition"))
    );
    // Where the price is the same for all, Cedar says what it comes to.
    let mut known = asked.clone();
    known["resource"]["properties"]["price"] = json!(9.75);
    let answer = desk.post(PATH, &known).await;
    assert_eq!(answer.body["condition"], false);
    assert_eq!(answer.body["context"]["reason"], "nothing");
}

#[tokio::test]
async fn an_attribute_without_a_column_is_refused_not_taken_for_absent() {
    let (desk, asked) = desk().await;
    desk.stage
        .policy(
            "no-secrets",
            "forbid (principal, action, resource) when { resource has secret && resource.secret };",
        )
        .await;
    let sql = json!({ "dialect": "sqlite", "columns": {} });
    let answer = desk.post(PATH, &with(&asked, "sql", sql)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let detail = answer.body["detail"].as_str().unwrap();
    assert!(
        detail.starts_with("the condition depends on region, secret, for which there is no column"),
        "{detail}"
    );
    desk.stage
        .policy("vip", "permit (principal, action, resource) when { resource has tags && resource.tags.contains(\"vip\") };")
        .await;
    let columns = json!({ "region": "a", "secret": { "name": "b", "type": "boolean" }, "tags": "c" });
    let sql = json!({ "dialect": "postgresql", "columns": columns });
    let answer = desk.post(PATH, &with(&asked, "sql", sql)).await;
    let detail = answer.body["detail"].as_str().unwrap();
    assert!(detail.contains("the list tags"), "{detail}");
}

/// What is no question, and what is said of it.
fn no_questions(asked: &Value) -> Vec<(Value, &'static str)> {
    let sql = |columns: Value| json!({ "dialect": "sqlite", "columns": columns });
    let many: serde_json::Map<String, Value> = (0..101)
        .map(|number| (format!("a{number}"), json!("a")))
        .collect();
    vec![
        (with(asked, "subject", Value::Null), "subject is missing"),
        (with(asked, "action", Value::Null), "action is missing"),
        (with(asked, "resource", Value::Null), "resource is missing"),
        (
            with(asked, "resource", json!({ "type": "" })),
            "an action, type or id is empty",
        ),
        (
            with(asked, "sql", sql(json!({ "organisation": "a" }))),
            "organisation is in resource.properties",
        ),
        (
            with(asked, "sql", sql(json!({ "": "a" }))),
            "a name in sql.columns is empty",
        ),
        (
            with(asked, "sql", sql(Value::Object(many))),
            "more than 100 members",
        ),
        (
            with(asked, "sql", json!({ "dialect": "mysql", "columns": {} })),
            "does not have the expected members",
        ),
        (
            with(
                asked,
                "sql",
                sql(json!({ "level": { "name": "a", "type": "money" } })),
            ),
            "does not have the expected members",
        ),
        (
            with(
                asked,
                "sql",
                json!({ "dialect": "sqlite", "columns": {}, "first_parameter": 0 }),
            ),
            "sql.first_parameter is from 1",
        ),
    ]
}

#[tokio::test]
async fn a_question_that_is_none_is_told_what_is_wrong() {
    let (desk, asked) = desk().await;
    let sql = |columns: Value| json!({ "dialect": "sqlite", "columns": columns });
    let column = |name: &str| with(&asked, "sql", sql(json!({ "region": name })));
    let mut cases = no_questions(&asked);
    let long = "a".repeat(64);
    for name in [
        "",
        "a b",
        "a\"b",
        "1a",
        "a.b.c.d",
        ".a",
        "a]",
        "ü",
        "a;--",
        "a.",
        long.as_str(),
    ] {
        cases.push((column(name), "sql.columns, region: a column is named by"));
    }
    for (body, expected) in cases {
        let answer = desk.post(PATH, &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        let detail = answer.body["detail"].as_str().unwrap();
        assert!(detail.contains(expected), "{body}: {detail}");
    }
    let large = with(&asked, "context", json!({ "note": "x".repeat(2_000_000) }));
    assert_eq!(
        desk.post(PATH, &large).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    assert!(desk.stage.bare.events("access.filter").await.is_empty());
}

/// Questions of which nothing comes, with the reason.
fn in_vain(asked: &Value) -> [(Value, &'static str); 9] {
    let resource = |properties: Value| of_feedback(asked, &properties);
    let nobody = json!({ "type": "person", "id": "0190a0b0-0000-7000-8000-000000000000" });
    [
        (with(asked, "subject", nobody), "subject_unknown"),
        (
            with(asked, "subject", json!({ "type": "group", "id": "a" })),
            "subject_unknown",
        ),
        (
            with(asked, "action", json!({ "name": "feedback:burn" })),
            "action_unknown",
        ),
        (
            with(asked, "action", json!({ "name": "feedback:edit" })),
            "nothing",
        ),
        (resource(json!({ "organisation": "south" })), "other_organisation"),
        (resource(json!({ "organisation": null })), "other_organisation"),
        (resource(json!({ "share": 1e300 })), "unusable_attribute"),
        (
            with(asked, "context", json!({ "share": u64::MAX })),
            "unusable_attribute",
        ),
        (resource(json!({ "region": "americas" })), "nothing"),
    ]
}

/// The question about feedback with these properties.
fn of_feedback(asked: &Value, properties: &Value) -> Value {
    with(
        asked,
        "resource",
        json!({ "type": "feedback", "properties": properties }),
    )
}

#[tokio::test]
async fn nobody_and_nothing_that_is_known_may_see_no_record() {
    let (desk, asked) = desk().await;
    desk.stage
        .policy("quiet", "permit (principal, action, resource) when { false };")
        .await;
    let resource = |properties: Value| of_feedback(&asked, &properties);
    let cases = in_vain(&asked);
    for (mut body, reason) in cases {
        body["sql"] = json!({ "dialect": "postgresql", "columns": {} });
        let answer = desk.post(PATH, &body).await;
        assert_eq!(answer.body["condition"], false, "{body} {}", answer.body);
        assert_eq!(
            answer.body["sql"],
            json!({ "condition": "(1 = 0)", "parameters": [] })
        );
        assert_eq!(answer.body["context"]["reason"], reason, "{body}");
    }
    let answer = desk.post(PATH, &resource(json!({ "region": "dach" }))).await;
    assert_eq!(
        answer.body["context"]["reason"], "some",
        "it may still name another organisation"
    );
    let known = resource(json!({ "region": "dach", "organisation": "north" }));
    assert_eq!(desk.post(PATH, &known).await.body["condition"], true);
    let maria = asked["subject"]["id"].as_str().unwrap().parse().unwrap();
    let mut op = desk.stage.bare.op();
    let organisation = desk.stage.organisation;
    person::set_status(
        &mut op,
        organisation,
        Subject::Person(maria),
        PersonStatus::Left,
        "left",
    )
    .await
    .unwrap();
    op.commit().await.unwrap();
    let answer = desk.post(PATH, &known).await;
    assert_eq!(
        (&answer.body["condition"], &answer.body["context"]["reason"]),
        (&json!(false), &json!("subject_inactive"))
    );
    let events = desk.stage.bare.events("access.filter").await;
    assert_eq!(events[0]["outcome"], "refused");
    assert_eq!(events[0]["reason"], "subject_unknown");
}

#[tokio::test]
async fn a_record_must_be_of_the_own_organisation() {
    let (desk, asked) = desk().await;
    let slug_or_id =
        json!({ "in": { "attribute": "organisation", "values": [desk.stage.organisation, "north"] } });
    let any = with(
        &asked,
        "resource",
        json!({ "type": "feedback", "properties": { "region": "dach" } }),
    );
    let answer = desk.post(PATH, &any).await;
    let values = answer.body["condition"]["any"][0]["in"]["values"]
        .as_array()
        .unwrap();
    assert_eq!(values.len(), 2, "{}", answer.body);
    assert!(
        values
            .iter()
            .all(|value| slug_or_id["in"]["values"].as_array().unwrap().contains(value))
    );
    assert_eq!(
        answer.body["condition"]["any"][1],
        json!({ "not": { "has": "organisation" } })
    );
    // Without a column no record names one, which is enough where the application is not shared.
    let sql = json!({ "dialect": "sqlite", "columns": {} });
    assert_eq!(
        desk.post(PATH, &with(&any, "sql", sql.clone())).await.body["condition"],
        true
    );
    of_a_shared_application(&desk, &any, sql).await;
}

/// There every record has to say whose it is.
async fn of_a_shared_application(desk: &Desk, any: &Value, sql: Value) {
    let shared = stage::application(
        &desk.stage.bare,
        desk.stage.organisation,
        "https://shared.example",
        true,
    )
    .await;
    let role = stage::role(
        &desk.stage.bare,
        (desk.stage.organisation, shared),
        "all",
        &["feedback:read"],
    )
    .await;
    desk.stage
        .give_simply(any["subject"]["id"].as_str().unwrap().parse().unwrap(), role)
        .await;
    let client = register(&desk.stage, "shared", Some(shared)).await;
    let headers = [("authorization", client.as_str())];
    let answer = desk.post_as(PATH, &headers, any.to_string()).await;
    assert!(
        answer.body["condition"]["in"]["values"]
            .as_array()
            .unwrap()
            .contains(&json!("north"))
    );
    let answer = desk
        .post_as(PATH, &headers, with(any, "sql", sql).to_string())
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.body["detail"]
            .as_str()
            .unwrap()
            .contains("depends on organisation,")
    );
}

#[tokio::test]
async fn a_client_is_believed_and_asks_about_its_own_application_only() {
    let (desk, asked) = desk().await;
    let wrong = format!("Basic {}", data_encoding::BASE64.encode(b"desk:guess"));
    for headers in [vec![], vec![("authorization", wrong.as_str())]] {
        let answer = desk.post_as(PATH, &headers, asked.to_string()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let idle = register(&desk.stage, "idle", None).await;
    let answer = desk
        .post_as(PATH, &[("authorization", &idle)], asked.to_string())
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let organisation = desk.stage.organisation;
    let other = stage::application(&desk.stage.bare, organisation, "https://other.example", false).await;
    let other = register(&desk.stage, "other", Some(other)).await;
    let answer = desk
        .post_as(PATH, &[("authorization", &other)], asked.to_string())
        .await;
    assert_eq!(answer.body["condition"], false);
}
