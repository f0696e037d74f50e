//! What a client sends to the address of its own registration (RFC 7592): tokens and ids that are not its own, and documents
//! that are none. Nothing of it changes what is registered.

use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, Request};
use serde_json::{Value, json};

use super::super::registration::{own, plain, register, send, stage, token};
use super::super::stage::{Answer, Stage};
use super::registration::{is_an_error_of, of_another_type};
use super::{LONG, fault_of_description};

const METHODS: [Method; 3] = [Method::GET, Method::PUT, Method::DELETE];

/// A client with the address and the token of its registration, and what it may send there.
struct Own {
    path: String,
    token: String,
    good: Value,
}

impl Own {
    async fn of(stage: &Stage, initial: &str) -> Self {
        let made = register(stage, initial, &plain()).await;
        let (path, token) = own(&made);
        let mut good = plain();
        good["client_id"] = json!(made.text("client_id"));
        Self { path, token, good }
    }

    async fn told(&self, stage: &Stage) -> Value {
        let read = send(stage, Method::GET, &self.path, Some(&self.token), None).await;
        assert_eq!(read.status, 200, "{read:?}");
        read.json()
    }

    /// With these `Authorization` headers.
    async fn sent(&self, stage: &Stage, method: &Method, headers: &[HeaderValue]) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(&self.path)
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(self.good.to_string()))
            .unwrap();
        for value in headers {
            request.headers_mut().append(AUTHORIZATION, value.clone());
        }
        stage.send(request).await
    }
}

/// What is wrong with a refusal: the error, a sentence for people, and a challenge where a token is asked for.
fn fault(answer: &Answer, status: u16, error: &str) -> Option<String> {
    let told: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let description = told["error_description"].as_str().unwrap_or_default();
    let is_challenged = answer.headers.contains_key(WWW_AUTHENTICATE);
    let is_right = answer.status == status && told["error"] == error && is_challenged == (status == 401);
    let is_kept = answer
        .headers
        .get("cache-control")
        .is_none_or(|how| how != "no-store");
    let fault = fault_of_description(description);
    (!is_right || is_kept || fault.is_some())
        .then(|| format!("{error} expected, {fault:?} {} {}", answer.status, answer.body))
}

#[tokio::test]
async fn of_a_token_of_a_registration() {
    let stage = stage().await;
    let initial = token(&stage).await;
    let (one, other) = (Own::of(&stage, &initial).await, Own::of(&stage, &initial).await);
    let before = one.told(&stage).await;
    let header = |text: &str| HeaderValue::from_str(text).unwrap();
    let bearer = |text: &str| header(&format!("Bearer {text}"));
    let long = "x".repeat(LONG);
    let strange = |text: &str| (401, "invalid_token", vec![bearer(text)]);
    let malformed = |values| (400, "invalid_request", values);
    let all = [
        (401, "invalid_token", Vec::new()),
        (
            401,
            "invalid_token",
            vec![header(&format!("Basic {}", one.token))],
        ),
        (401, "invalid_token", vec![header(&format!("DPoP {}", one.token))]),
        strange("x"),
        strange(&long),
        strange(&other.token),
        strange(&initial),
        strange(&format!("{}x", one.token)),
        malformed(vec![header("Bearer")]),
        malformed(vec![bearer("a b")]),
        malformed(vec![bearer("{\"a\":[7]}")]),
        malformed(vec![HeaderValue::from_bytes(b"Bearer \xC3\xA9").unwrap()]),
        malformed(vec![bearer(&one.token), bearer(&one.token)]),
    ];
    let mut faults = Vec::new();
    for (status, error, headers) in &all {
        for method in METHODS {
            let answer = one.sent(&stage, &method, headers).await;
            // A bare challenge has the same error in the body.
            let fault = match status {
                400 => (answer.status != 400 || answer.json()["error"] != *error).then_some(answer.body),
                _ => fault(&answer, *status, error),
            };
            faults.extend(fault.map(|fault| format!("{method} {headers:?}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert_eq!(one.told(&stage).await, before, "nothing has changed");
}

#[tokio::test]
async fn of_an_id_of_a_registration() {
    let stage = stage().await;
    let initial = token(&stage).await;
    let (one, other) = (Own::of(&stage, &initial).await, Own::of(&stage, &initial).await);
    let before = other.told(&stage).await;
    let (document, long) = ("https%3A%2F%2Fapp.example%2F", "x".repeat(LONG));
    let (_, theirs) = other.path.rsplit_once('/').unwrap();
    let mut faults = Vec::new();
    for id in ["nobody", "desk", "a%20b", "%C3%A9", document, &long, theirs] {
        for method in METHODS {
            let path = format!("/register/{id}");
            let answer = send(&stage, method.clone(), &path, Some(&one.token), Some(&other.good)).await;
            let fault = fault(&answer, 401, "invalid_token");
            faults.extend(fault.map(|fault| format!("{method} {id:.20}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert_eq!(other.told(&stage).await, before, "nothing has changed");
}

async fn put(stage: &Stage, one: &Own, kind: &str, body: &str) -> Answer {
    let request = Request::put(&one.path)
        .header(AUTHORIZATION, format!("Bearer {}", one.token))
        .header(CONTENT_TYPE, kind);
    stage.send(request.body(body.to_owned().into()).unwrap()).await
}

#[tokio::test]
async fn of_a_document_of_a_registration() {
    let stage = stage().await;
    let initial = token(&stage).await;
    let one = Own::of(&stage, &initial).await;
    let before = one.told(&stage).await;
    let good = one.good.to_string();
    let twice = good.replacen('{', "{\"client_name\":\"A\",", 1);
    let (cut, large) = (
        &good[..good.len() - 1],
        format!("{good}{}", " ".repeat(2_000_000)),
    );
    let json = "application/json";
    let mut faults = Vec::new();
    for (kind, body, status) in [
        (json, "", 400),
        (json, "[]", 400),
        (json, "7", 400),
        (json, "null", 400),
        (json, cut, 400),
        (json, &twice, 400),
        (json, "{\"a\":\"\\ud800\"}", 400),
        (json, &large, 413),
        ("text/plain", &good, 415),
        ("application/x-www-form-urlencoded", &good, 415),
        ("application/json; charset=iso-8859-1x, text/plain", &good, 415),
    ] {
        let answer = put(&stage, &one, kind, body).await;
        let fault = fault(&answer, status, "invalid_client_metadata");
        faults.extend(fault.map(|fault| format!("{kind} {body:.40}: {fault}")));
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert_eq!(one.told(&stage).await, before, "nothing has changed");
}

#[tokio::test]
async fn of_the_members_of_a_document_of_a_registration() {
    let stage = stage().await;
    let initial = token(&stage).await;
    let one = Own::of(&stage, &initial).await;
    let before = one.told(&stage).await;
    let (json, mut faults) = ("application/json", Vec::new());
    let members = of_another_type().into_iter().chain([
        (
            "client_id",
            vec![Value::Null, json!(7), json!(""), json!("desk"), json!(["a"])],
        ),
        (
            "client_secret",
            vec![json!(7), json!(""), json!("wrong"), json!(["a"])],
        ),
        ("registration_access_token", vec![json!(one.token)]),
        ("registration_client_uri", vec![json!(one.path)]),
        ("client_id_issued_at", vec![json!(1)]),
        ("client_secret_expires_at", vec![json!(0)]),
    ]);
    for (name, values) in members {
        for value in values {
            let mut body = one.good.clone();
            body[name] = value.clone();
            let answer = put(&stage, &one, json, &body.to_string()).await;
            let told = answer.json();
            let error = told["error"].as_str().unwrap_or_default();
            if answer.status != 400 || !is_an_error_of(name, error) {
                faults.push(format!("{name} {value}: {} {told}", answer.status));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert_eq!(one.told(&stage).await, before, "nothing has changed");
}

#[tokio::test]
async fn of_a_token_of_a_registration_that_was_used_before() {
    let stage = stage().await;
    let initial = token(&stage).await;
    let one = Own::of(&stage, &initial).await;
    let (json, good) = ("application/json", one.good.to_string());
    // Its own token is good for one change, and the next one for one end.
    let changed = put(&stage, &one, json, &good).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(
        fault(&put(&stage, &one, json, &good).await, 401, "invalid_token"),
        None
    );
    let (path, next) = own(&changed);
    let gone = send(&stage, Method::DELETE, &path, Some(&next), None).await;
    assert_eq!(gone.status, 204);
    for method in METHODS {
        let answer = send(&stage, method, &path, Some(&next), Some(&one.good)).await;
        assert_eq!(fault(&answer, 401, "invalid_token"), None, "used twice");
    }
}
