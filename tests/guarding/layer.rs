//! The axum layer by itself, with a provider that says what a test lets it say.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{Path, Request};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Extension, Router};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::guard::{Allowed, Answer, Asker, Guard, Proven, Refused, Resource, Subject, about, ask_first};
use super::provider::{PROVE, Provider, no, strange, unproven, yes};
use crate::support::free_ports;

const SECRET: &str = "not-for-the-log";

/// An application with one guarded route, whose handler tells why it may run.
struct App {
    router: Router,
}

struct Told {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Told {
    fn problem(&self) -> Value {
        assert_eq!(self.headers["content-type"], "application/problem+json");
        let problem: Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(problem["status"], self.status.as_u16());
        problem
    }
}

fn asker(issuer: &str) -> Arc<Asker> {
    Arc::new(Asker::new(issuer, "desk", SECRET).unwrap())
}

fn record(id: &str) -> Resource {
    Resource {
        kind: "feedback",
        id: id.to_owned(),
        properties: json!({ "region": "turkiye" }),
    }
}

fn elif() -> Subject {
    Subject {
        kind: "person",
        id: "elif".to_owned(),
    }
}

async fn handler(Extension(Allowed(grounds)): Extension<Allowed>) -> String {
    format!("{} {} {:?}", grounds.reason, grounds.explanation, grounds.because)
}

/// What the application writes into its log of a refusal goes into the answer here.
fn refuse(refused: Refused) -> Response {
    let fault = match &refused {
        Refused::Unanswered(fault) => format!("{fault:?}"),
        _ => String::new(),
    };
    ([("fault", fault.replace(['\n', '\r'], " "))], refused).into_response()
}

impl App {
    fn new(issuer: &str) -> Self {
        let guard = Guard {
            asker: asker(issuer),
            action: "feedback:read",
            find: about(|Path(id): Path<String>| async move { id.starts_with("f-").then(|| record(&id)) }),
            refuse,
        };
        let guarded = get(handler).layer(from_fn_with_state(guard, ask_first));
        let router = Router::new().route("/records/{id}", guarded);
        Self {
            router: router.route("/unguarded", get(handler)),
        }
    }

    async fn get(&self, path: &str, subject: Option<Subject>) -> Told {
        let mut request = Request::get(path).header("x-request-id", "r-1");
        if let Some(subject) = subject {
            let proven = Proven {
                acr: "urn:doorward:acr:1".to_owned(),
                auth_time: Some(1_000),
            };
            request = request.extension(subject).extension(proven);
        }
        let request = request.body(Body::empty()).unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = axum::body::to_bytes(answer.into_body(), 10_000).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Told {
            status,
            headers,
            body,
        }
    }
}

#[tokio::test]
async fn who_may_comes_to_the_handler_with_the_reason() {
    let (provider, issuer) = Provider::start().await;
    provider.says(200, &yes());
    let told = App::new(&issuer).get("/records/f-101", Some(elif())).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.body);
    assert_eq!(told.body, r#"granted Elif may. ["role:support_agent"]"#);

    let asked = provider.asked();
    let [asked] = asked.as_slice() else {
        panic!("it asks once, not {} times", asked.len());
    };
    let question = json!({
        "subject": { "type": "person", "id": "elif" },
        "action": { "name": "feedback:read" },
        "resource": { "type": "feedback", "id": "f-101", "properties": { "region": "turkiye" } },
        "context": { "acr": "urn:doorward:acr:1", "auth_time": 1_000 },
    });
    assert_eq!(
        (asked.path.as_str(), &asked.question),
        ("/access/v1/evaluation", &question)
    );
    assert_eq!(asked.headers["x-request-id"], "r-1");
    let basic = data_encoding::BASE64.encode(format!("desk:{SECRET}").as_bytes());
    assert_eq!(asked.headers["authorization"], format!("Basic {basic}"));
}

#[tokio::test]
async fn who_may_not_is_told_why() {
    let (provider, issuer) = Provider::start().await;
    provider.says(200, &no());
    let app = App::new(&issuer);
    let told = app.get("/records/f-101", Some(elif())).await;
    assert_eq!(told.status, StatusCode::FORBIDDEN);
    assert_eq!(told.problem()["detail"], "Nobody may.");
    // A no without a word is a no.
    provider.says(200, &json!({ "decision": false }));
    let told = app.get("/records/f-101", Some(elif())).await;
    assert_eq!(told.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn who_has_proven_too_little_is_told_what_would_do() {
    let (provider, issuer) = Provider::start().await;
    provider.says(200, &unproven());
    let told = App::new(&issuer).get("/records/f-101", Some(elif())).await;
    assert_eq!(told.status, StatusCode::UNAUTHORIZED);
    assert_eq!(told.headers["www-authenticate"], PROVE);
    assert_eq!(told.problem()["detail"], "Prove it.");
}

#[tokio::test]
async fn nobody_and_nothing_are_refused_without_a_question() {
    let (provider, issuer) = Provider::start().await;
    provider.says(200, &yes());
    let app = App::new(&issuer);
    for path in ["/records/f-101", "/records/x"] {
        let told = app.get(path, None).await;
        assert_eq!(told.status, StatusCode::UNAUTHORIZED);
        assert_eq!(told.headers["www-authenticate"], "Bearer");
        assert_eq!(told.problem()["detail"], "Sign in first.");
    }
    let told = app.get("/records/x", Some(elif())).await;
    assert_eq!(told.status, StatusCode::NOT_FOUND);
    assert_eq!(told.problem()["title"], "Not Found");
    assert!(provider.asked().is_empty());
}

#[tokio::test]
async fn what_is_no_answer_lets_nobody_through() {
    let (provider, issuer) = Provider::start().await;
    let app = App::new(&issuer);
    for (status, body) in strange() {
        provider.says(status, &body);
        let told = app.get("/records/f-101", Some(elif())).await;
        assert_eq!(told.status, StatusCode::SERVICE_UNAVAILABLE, "{status} {body}");
    }
    let asked = provider.asked();
    assert_eq!(asked.len(), strange().len(), "no redirect is followed");

    let away = App::new(&format!("http://127.0.0.1:{}", free_ports(1)));
    let told = away.get("/records/f-101", Some(elif())).await;
    assert_eq!(told.status, StatusCode::SERVICE_UNAVAILABLE);
    let fault = told.headers["fault"].to_str().unwrap();
    assert!(fault.contains("onnect") && !fault.contains(SECRET), "{fault}");
    assert_eq!(told.problem()["title"], "Service Unavailable");
    assert!(!told.body.contains("127.0.0.1"), "{}", told.body);
}

#[tokio::test]
async fn a_provider_that_is_silent_is_not_waited_for() {
    // Connections are made, and nothing is ever read.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let app = App::new(&format!("http://{}", silent.local_addr().unwrap()));
    let begun = Instant::now();
    let told = app.get("/records/f-101", Some(elif())).await;
    assert_eq!(told.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_handler_that_wants_a_decision_does_not_run_unguarded() {
    let (_, issuer) = Provider::start().await;
    let told = App::new(&issuer).get("/unguarded", Some(elif())).await;
    assert_eq!(told.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn a_list_is_asked_about_at_once_and_every_question_has_its_answer() {
    let (provider, issuer) = Provider::start().await;
    let asker = asker(&issuer);
    let records = [record("f-1"), record("f-2")];
    let headers = HeaderMap::new();
    provider.says(200, &json!({ "evaluations": [yes(), no()] }));
    let answers = asker
        .ask_all(&headers, (&elif(), None), "feedback:read", &records)
        .await
        .unwrap();
    let decisions: Vec<bool> = answers.iter().map(|answer: &Answer| answer.decision).collect();
    assert_eq!(decisions, [true, false]);
    let seen = &provider.asked()[0];
    assert_eq!(seen.path, "/access/v1/evaluations");
    assert_eq!(seen.question["evaluations"][1]["resource"]["id"], "f-2");
    assert!(!seen.headers.contains_key("x-request-id"));

    for evaluations in [json!([yes()]), json!([yes(), yes(), yes()])] {
        provider.says(200, &json!({ "evaluations": evaluations }));
        let answers = asker
            .ask_all(&headers, (&elif(), None), "feedback:read", &records)
            .await;
        assert!(answers.is_err(), "{answers:?}");
    }
}
