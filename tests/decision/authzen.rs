//! The decision endpoint.

use axum::Router;
use axum::body::Body;
use doorward::client::{self, NewClient};
use doorward::domain::{ApplicationId, ClientAuthMethod, ClientId, GrantType, PersonId, RedirectUri, Scopes};
use doorward::jose::Algorithm;
use http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::access::stage::{self, Stage};

const ONE: &str = "/access/v1/evaluation";
const MANY: &str = "/access/v1/evaluations";

pub(super) struct Desk {
    pub(super) stage: Stage,
    pub(super) routes: Router,
    pub(super) ada: PersonId,
    /// `Authorization` of the application's own client.
    pub(super) basic: String,
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

impl Desk {
    pub(super) async fn new() -> Self {
        let stage = Stage::new().await;
        let ada = stage.person("ada").await;
        let role = stage.role("reader", &["feedback:read"]).await;
        stage.give_simply(ada, role).await;
        let basic = register(&stage, "desk", Some(stage.application)).await;
        let routes = doorward::authzen::routes()
            .into_iter()
            .fold(Router::new(), |router, route| {
                router.route(route.path, route.handler)
            })
            .with_state(std::sync::Arc::clone(&stage.bare.house));
        Self {
            stage,
            routes,
            ada,
            basic,
        }
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Answer {
        let headers = [(AUTHORIZATION.as_str(), self.basic.as_str())];
        self.post_as(path, &headers, body.to_string()).await
    }

    pub(super) async fn post_as(&self, path: &str, headers: &[(&str, &str)], body: String) -> Answer {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.routes.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = axum::body::to_bytes(body, 1_000_000).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }

    fn asked(&self, action: &str) -> Value {
        json!({
            "subject": { "type": "person", "id": self.ada },
            "action": { "name": action },
            "resource": { "type": "feedback", "id": "f-1", "properties": { "region": "emea" } },
        })
    }
}

/// Makes a client with a secret; answers its `Authorization`.
pub(super) async fn register(stage: &Stage, id: &str, application_id: Option<ApplicationId>) -> String {
    register_client(stage, new_client(stage, id, application_id)).await
}

pub(super) fn new_client(stage: &Stage, id: &str, application_id: Option<ApplicationId>) -> NewClient {
    NewClient {
        id: ClientId::parse(id).unwrap(),
        organisation_id: stage.organisation,
        name: id.to_owned(),
        auth_method: ClientAuthMethod::ClientSecretBasic,
        jwks: None,
        redirect_uris: vec![RedirectUri::register("https://desk.example/callback").unwrap()],
        post_logout_redirect_uris: Vec::new(),
        grant_types: vec![GrantType::AuthorizationCode],
        scopes: Scopes::parse("openid").unwrap(),
        application_id,
        service_account_id: None,
        shared: false,
        consent_required: false,
        signing_algorithm: Algorithm::Es256,
        claim_rules: Vec::new(),
        settings: doorward::client::ClientSettings {
            registered_itself: id == "stranger",
            ..doorward::client::ClientSettings::default()
        },
    }
}

pub(super) async fn register_client(stage: &Stage, new: NewClient) -> String {
    let id = new.id.to_string();
    let mut op = stage.bare.op();
    let secret = client::create(&mut op, new).await.unwrap().unwrap();
    op.commit().await.unwrap();
    let pair = format!("{id}:{}", secret.expose());
    format!("Basic {}", data_encoding::BASE64.encode(pair.as_bytes()))
}

#[tokio::test]
async fn a_question_is_answered_with_its_reason_and_is_on_record() {
    let desk = Desk::new().await;
    let answer = desk.post(ONE, &desk.asked("feedback:read")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body["decision"], true);
    assert_eq!(answer.body["context"]["reason"], "granted");
    assert_eq!(answer.body["context"]["because"], json!(["role:reader"]));
    let answer = desk.post(ONE, &desk.asked("feedback:edit")).await;
    assert_eq!(answer.body["decision"], false);
    assert_eq!(answer.body["context"]["reason"], "no_grant");

    let events = desk.stage.bare.events("access.decision").await;
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["outcome"], "success");
    assert_eq!(events[0]["actor"], json!({ "type": "client", "id": "desk" }));
    assert_eq!(
        events[0]["target"],
        json!({ "type": "resource", "id": "feedback/f-1" })
    );
    assert_eq!(events[0]["details"]["subject"], format!("person:{}", desk.ada));
    assert_eq!(events[1]["outcome"], "refused");
    assert_eq!(events[1]["reason"], "no_grant");
}

#[tokio::test]
async fn many_questions_are_answered_in_order_with_one_event() {
    let desk = Desk::new().await;
    let mut batch = desk.asked("feedback:read");
    batch["evaluations"] = json!([
        {},
        { "action": { "name": "feedback:edit" } },
        { "subject": { "type": "person", "id": "nobody" } },
        { "resource": { "type": "", "id": "f-2" } },
    ]);
    let answer = desk.post(MANY, &batch).await;
    assert_eq!(answer.status, StatusCode::OK);
    let told: Vec<(bool, &str)> = answer.body["evaluations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["decision"].as_bool().unwrap(),
                one["context"]["reason"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (true, "granted"),
            (false, "no_grant"),
            (false, "subject_unknown"),
            (false, "invalid_request"),
        ]
    );
    let events = desk.stage.bare.events("access.decision").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["details"]["allowed"], 1);
    assert_eq!(events[0]["details"]["denied"], 3);
    let line = &events[0]["details"]["decisions"][1];
    let subject = format!("person:{}", desk.ada);
    assert_eq!(
        *line,
        json!([subject, "feedback:edit", "feedback/f-1", false, "no_grant"])
    );
}

#[tokio::test]
async fn a_batch_can_end_at_the_first_deny_and_without_a_list_is_one_question() {
    let desk = Desk::new().await;
    let mut batch = desk.asked("feedback:edit");
    batch["evaluations"] = json!([{}, {}]);
    batch["options"] = json!({ "evaluations_semantic": "deny_on_first_deny" });
    let answer = desk.post(MANY, &batch).await;
    assert_eq!(answer.body["evaluations"].as_array().unwrap().len(), 1);
    let answer = desk.post(MANY, &desk.asked("feedback:read")).await;
    assert_eq!(answer.body["decision"], true);
}

#[tokio::test]
async fn more_than_a_hundred_questions_are_too_many() {
    let desk = Desk::new().await;
    let mut batch = desk.asked("feedback:read");
    batch["evaluations"] = json!(vec![json!({}); 100]);
    assert_eq!(desk.post(MANY, &batch).await.status, StatusCode::OK);
    batch["evaluations"] = json!(vec![json!({}); 101]);
    let answer = desk.post(MANY, &batch).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.body["detail"].as_str().unwrap().contains("100"));
}

#[tokio::test]
async fn nobody_is_answered_without_proof_and_an_application() {
    let desk = Desk::new().await;
    let asked = desk.asked("feedback:read");
    let wrong = format!("Basic {}", data_encoding::BASE64.encode(b"desk:guess"));
    for headers in [vec![], vec![("authorization", wrong.as_str())]] {
        for path in [ONE, MANY] {
            let answer = desk.post_as(path, &headers, asked.to_string()).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
            assert!(answer.headers.contains_key(WWW_AUTHENTICATE));
            assert_eq!(answer.headers[CONTENT_TYPE], "application/problem+json");
        }
    }
    // Whoever has registered itself is no part of the application whose permissions it may ask for.
    let application = Some(desk.stage.application);
    for client in [
        register(&desk.stage, "idle", None).await,
        register(&desk.stage, "stranger", application).await,
    ] {
        let answer = desk
            .post_as(ONE, &[("authorization", &client)], asked.to_string())
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    assert!(desk.stage.bare.events("access.decision").await.is_empty());
}

#[tokio::test]
async fn who_fails_too_often_is_told_when_to_come_back() {
    let desk = Desk::new().await;
    let asked = desk.asked("feedback:read").to_string();
    let wrong = format!("Basic {}", data_encoding::BASE64.encode(b"desk:guess"));
    let headers = [("authorization", wrong.as_str())];
    for _ in 0..10 {
        let answer = desk.post_as(ONE, &headers, asked.clone()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let answer = desk.post_as(ONE, &headers, asked).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=6).contains(&wait), "{wait}");
    assert_eq!(desk.stage.bare.events("oauth.client.refused").await.len(), 10);
}

#[tokio::test]
async fn a_client_asks_about_its_own_application_only() {
    let desk = Desk::new().await;
    let audience = "https://other.example";
    let other = stage::application(&desk.stage.bare, desk.stage.organisation, audience, false).await;
    let basic = register(&desk.stage, "other", Some(other)).await;
    let asked = desk.asked("feedback:read").to_string();
    let answer = desk.post_as(ONE, &[("authorization", &basic)], asked).await;
    assert_eq!(answer.body["decision"], false);
    assert_eq!(answer.body["context"]["reason"], "no_grant");
}

#[tokio::test]
async fn bad_input_is_a_problem_that_says_what_is_wrong() {
    let desk = Desk::new().await;
    let basic = [("authorization", desk.basic.as_str())];
    let mut incomplete = desk.asked("feedback:read");
    incomplete.as_object_mut().unwrap().remove("action");
    for (body, expected) in [
        ("{", "the body is not JSON"),
        ("[]", "does not have the expected members"),
        (r#"{"subject":"ada"}"#, "does not have the expected members"),
        (incomplete.to_string().as_str(), "action is missing"),
    ] {
        let answer = desk.post_as(ONE, &basic, body.to_owned()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        let detail = answer.body["detail"].as_str().unwrap();
        assert!(detail.contains(expected), "{body}: {detail}");
    }
    let request = Request::post(ONE)
        .header(AUTHORIZATION, &desk.basic)
        .header(CONTENT_TYPE, "text/plain")
        .body(Body::from("{}"))
        .unwrap();
    assert_eq!(
        desk.send(request).await.status,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
}

#[tokio::test]
async fn the_name_of_a_request_is_sent_back_whatever_the_answer() {
    let desk = Desk::new().await;
    for (body, status) in [
        (desk.asked("feedback:read").to_string(), StatusCode::OK),
        ("{".to_owned(), StatusCode::BAD_REQUEST),
    ] {
        let headers = [
            ("authorization", desk.basic.as_str()),
            ("x-request-id", "bfe9eb29-ab87"),
        ];
        let answer = desk.post_as(ONE, &headers, body).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.headers["x-request-id"], "bfe9eb29-ab87");
    }
}

#[tokio::test]
async fn the_metadata_tells_where_to_ask() {
    let desk = Desk::new().await;
    let request = Request::get("/.well-known/authzen-configuration")
        .body(Body::empty())
        .unwrap();
    let answer = desk.send(request).await;
    assert_eq!(
        answer.body,
        json!({
            "policy_decision_point": "http://localhost:8080",
            "access_evaluation_endpoint": "http://localhost:8080/access/v1/evaluation",
            "access_evaluations_endpoint": "http://localhost:8080/access/v1/evaluations",
            "search_subject_endpoint": "http://localhost:8080/access/v1/search/subject",
            "search_resource_endpoint": "http://localhost:8080/access/v1/search/resource",
            "search_action_endpoint": "http://localhost:8080/access/v1/search/action",
        })
    );
}

/// The name by which the client knows the subject is Doorward's own in the context, whatever the client sends.
#[tokio::test]
async fn policies_read_the_name_by_which_the_client_knows_the_subject() {
    let desk = Desk::new().await;
    desk.stage
        .policy(
            "not-made-by-them",
            "forbid (principal, action, resource) when { resource has made_by && resource.made_by == context.subject_id };",
        )
        .await;
    let ask = async |made_by: String| {
        let mut asked = desk.asked("feedback:read");
        asked["resource"]["properties"] = json!({ "made_by": made_by });
        asked["context"] = json!({ "subject_id": "somebody else" });
        desk.post(ONE, &asked).await.body["context"]["reason"].clone()
    };
    assert_eq!(ask(desk.ada.to_string()).await, "forbidden_by_policy");
    assert_eq!(ask("somebody else".to_owned()).await, "granted");
}
