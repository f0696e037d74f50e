//! A provider that says what a test lets it say.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, post};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::outbound::serve;

pub(super) const AUDIENCE: &str = "https://cx.northbeam.example";

/// One request for a decision.
pub(super) struct Asked {
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) question: Value,
}

/// The running provider: it knows every token, and answers every question alike.
#[derive(Clone)]
pub(super) struct Provider {
    said: Arc<Mutex<(StatusCode, String)>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Provider {
    /// Starts it; answers its address too.
    pub(super) async fn start() -> (Self, String) {
        let provider = Self {
            said: Arc::default(),
            asked: Arc::default(),
        };
        let router = Router::new()
            .route("/introspect", post(introspect))
            .route("/yes", any(|| async { yes().to_string() }))
            .route("/access/v1/evaluation", post(answer))
            .route("/access/v1/evaluations", post(answer))
            .with_state(provider.clone());
        let port = serve(router).await;
        (provider, format!("http://127.0.0.1:{port}"))
    }

    /// What it says from now on.
    pub(super) fn says(&self, status: u16, body: &impl ToString) {
        *self.said.lock().unwrap() = (StatusCode::from_u16(status).unwrap(), body.to_string());
    }

    /// What it was asked since this was looked at.
    pub(super) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

async fn introspect() -> String {
    let token = json!({
        "active": true, "sub": "elif", "aud": AUDIENCE, "scope": "feedback:read", "authorization_id": "a",
        "acr": "urn:doorward:acr:1", "auth_time": 1_000,
    });
    token.to_string()
}

async fn answer(State(provider): State<Provider>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let headers = request.headers().clone();
    let body = axum::body::to_bytes(request.into_body(), 10_000).await.unwrap();
    let question = serde_json::from_slice(&body).unwrap();
    provider.asked.lock().unwrap().push(Asked {
        path,
        headers,
        question,
    });
    // A redirect leads to a yes that nobody has asked for.
    let headers = [("content-type", "application/json"), ("location", "/yes")];
    let (status, body) = provider.said.lock().unwrap().clone();
    (status, headers, body).into_response()
}

/// A yes and a no.
pub(super) fn yes() -> Value {
    let because = ["role:support_agent"];
    json!({ "decision": true, "context": { "reason": "granted", "explanation": "Elif may.", "because": because } })
}

pub(super) fn no() -> Value {
    json!({ "decision": false, "context": { "reason": "no_grant", "explanation": "Nobody may.", "because": [] } })
}

/// A no that a stronger and fresher proof would make a yes.
pub(super) fn unproven() -> Value {
    let step_up = json!({ "acr_values": "urn:doorward:acr:2 urn:doorward:acr:3", "max_age": 300 });
    let context = json!({ "reason": "step_up_required", "explanation": "Prove it.", "step_up": step_up });
    json!({ "decision": false, "context": context })
}

/// As a challenge says it (RFC 9470 section 3).
pub(super) const PROVE: &str = "Bearer error=\"insufficient_user_authentication\", \
    acr_values=\"urn:doorward:acr:2 urn:doorward:acr:3\", max_age=\"300\"";

/// Answers that are neither yes nor no, whatever they look like.
pub(super) fn strange() -> Vec<(u16, String)> {
    let yes = yes().to_string();
    let mut all = vec![
        (200, String::new()),
        (200, "yes".to_owned()),
        (200, "null".to_owned()),
        (200, "[true]".to_owned()),
        (200, "{}".to_owned()),
        (200, json!({ "decision": "true" }).to_string()),
        (200, json!({ "decision": 1 }).to_string()),
        (200, json!({ "decision": null }).to_string()),
        (200, yes.replace("}}", "}")),
    ];
    // What is not 200 is no answer, whatever is in it.
    all.extend([201, 307, 401, 403, 429, 500, 503].map(|status| (status, yes.clone())));
    all
}
