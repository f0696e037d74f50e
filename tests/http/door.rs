//! A few routes of its own, dressed like the real ones, for the tests of extractors and of the layer around them.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use doorward::audit::Recorder;
use doorward::config::Config;
use doorward::domain::{Secret, Seen};
use doorward::ephemeral::Ephemeral;
use doorward::http::{Form, FormError, Json, Query, Submission, Visit, dress, json, see_other};
use doorward::keys::{KeyRing, MasterKey};
use doorward::op::{Clock, House};
use doorward::storage::{Options, Storage};
use http::header::SET_COOKIE;
use http::{HeaderMap, Request, StatusCode};
use tower::ServiceExt as _;

use crate::support::{Database, Engine};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    colour: String,
}

async fn form(form: Result<Form, FormError>) -> Response {
    match form {
        Ok(form) => form.get("a").unwrap_or("nothing").to_owned().into_response(),
        Err(refusal) => (refusal.status(), "in my own words").into_response(),
    }
}

async fn query(query: Query) -> String {
    query.get("a").unwrap_or("nothing").to_owned()
}

async fn body(Json(wish): Json<Wish>) -> Response {
    json(StatusCode::OK, &wish.colour)
}

async fn seen(seen: Seen) -> String {
    format!("{:?}", seen.address.map(|address| address.to_string()))
}

async fn visit(visit: Visit) -> Response {
    let token = visit.frame("error-busy-title").form_token;
    (StatusCode::OK, format!("{} {token}", visit.text.language())).into_response()
}

async fn page(visit: Visit) -> Response {
    visit.status_page(StatusCode::FORBIDDEN)
}

async fn submission(submission: Submission) -> Response {
    let _ = submission.form.get("a");
    see_other("/done")
}

/// A few routes of its own, dressed like the real ones, on a house that nobody else visits.
pub(super) struct Door {
    pub(super) house: Arc<House>,
    pub(super) router: Router,
    _database: Database,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Door {
    pub(super) async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    pub(super) async fn open_with(change: impl FnOnce(&mut Config)) -> Self {
        // No statement is run: the engine does not matter.
        let database = Database::on(Engine::Sqlite).await;
        let mut config = Config::default();
        config.server.issuer = "http://localhost:8080".parse().unwrap();
        change(&mut config);
        let options = Options {
            url: Secret::new(database.url.clone()),
            connections: 1,
            wait: config.database.wait,
        };
        let storage = Storage::open(&options).await.unwrap();
        let master_key = MasterKey::parse(&data_encoding::BASE64.encode(&[7; 32])).unwrap();
        let house = Arc::new(House::new(
            config,
            storage.clone(),
            Ephemeral::memory(),
            (master_key, KeyRing::default()),
            Recorder::start(storage, [7; 32]),
            Clock::system(),
        ));
        let router = Router::new()
            .route("/form", post(form))
            .route("/query", get(query))
            .route("/json", post(body))
            .route("/seen", get(seen))
            .route("/visit", get(visit))
            .route("/page", get(page))
            .route("/submission", post(submission));
        let router = dress(router, &house).with_state(Arc::clone(&house));
        Self {
            house,
            router,
            _database: database,
        }
    }

    pub(super) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let peer: SocketAddr = "10.0.0.1:4711".parse().unwrap();
        let request = request.extension(ConnectInfo(peer)).body(body.into()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1_000_000).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub(super) async fn send_form(&self, kind: &str, body: impl Into<Body>) -> Answer {
        self.ask("POST", "/form", &[("content-type", kind)], body).await
    }

    /// The browser cookie and the form token of a first visit.
    pub(super) async fn first_visit(&self) -> (String, String) {
        let answer = self.ask("GET", "/visit", &[], "").await;
        let cookie = answer.cookie().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        (cookie, answer.body.split(' ').nth(1).unwrap().to_owned())
    }
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn cookie(&self) -> Option<String> {
        let cookie = self.headers.get(SET_COOKIE)?;
        Some(cookie.to_str().unwrap().to_owned())
    }
}
