//! An axum layer that asks Doorward before a handler runs (OpenID AuthZEN 1.0, `POST /access/v1/evaluation`).
//!
//! Copy this file: it needs axum, http, reqwest (with `json`), serde and `serde_json`. What is not surely allowed does not
//! reach the handler: nobody is signed in, or has proven too little (401), there is no such thing (404), it is denied (403, with the provider's
//! explanation), or there is no answer that can be understood (503). `docs/guarding.md` says why.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// How long an answer may take: who waits longer is refused, and not let through.
const PATIENCE: Duration = Duration::from_secs(5);

/// The caller's own name of a request, which is told to the provider.
const REQUEST_ID: &str = "x-request-id";

/// Who asks. The application puts it into the extensions of a request, from its own session or from a token.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Subject {
    /// `person` or `service_account`.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// The `sub` of the tokens that this application gets.
    pub(crate) id: String,
}

/// What the session proves, as the ID token or the introspection of the access token has it: policies may ask for more. The
/// application puts it beside the [`Subject`] if it knows.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Proven {
    pub(crate) acr: String,
    /// In seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) auth_time: Option<i64>,
}

/// What is asked about, with the properties on which the decision may depend.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Resource {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) properties: Value,
}

/// Why it is so, in the words of the provider.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Grounds {
    /// One word, such as `outside_scope`.
    pub(crate) reason: String,
    /// A sentence for people.
    pub(crate) explanation: String,
    /// The roles and policies by which it is so.
    pub(crate) because: Vec<String>,
    /// What would make it a yes.
    pub(crate) step_up: Option<StepUp>,
}

/// A stronger or fresher proof of who it is (RFC 9470 section 3).
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct StepUp {
    pub(crate) acr_values: String,
    /// In seconds.
    pub(crate) max_age: Option<u64>,
}

impl StepUp {
    /// For the header `WWW-Authenticate`.
    fn challenge(&self) -> String {
        let age = self
            .max_age
            .map(|age| format!(", max_age=\"{age}\""))
            .unwrap_or_default();
        let classes = &self.acr_values;
        format!("Bearer error=\"insufficient_user_authentication\", acr_values=\"{classes}\"{age}")
    }
}

/// What the provider says to one question.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub(crate) struct Answer {
    pub(crate) decision: bool,
    pub(crate) context: Grounds,
}

/// Only an object is an answer: by itself serde takes a list of its members for one, such as `[true]`.
impl TryFrom<Map<String, Value>> for Answer {
    type Error = serde_json::Error;

    fn try_from(mut told: Map<String, Value>) -> Result<Self, Self::Error> {
        let context = told.remove("context").map(serde_json::from_value).transpose()?;
        Ok(Self {
            decision: serde_json::from_value(told.remove("decision").unwrap_or_default())?,
            context: context.unwrap_or_default(),
        })
    }
}

/// That the request may go on, as an extension of it: a handler that takes this cannot run unguarded.
#[derive(Debug, Clone)]
pub(crate) struct Allowed(pub(crate) Grounds);

/// Why the handler does not run.
#[derive(Debug)]
pub(crate) enum Refused {
    /// Nobody is signed in: the request has no [`Subject`].
    Nobody,
    /// There is no such resource.
    Missing,
    /// The provider says no, but for a stronger or fresher proof of who it is.
    Unproven(Grounds, StepUp),
    /// The provider says no.
    Denied(Grounds),
    /// The provider does not answer, or not as it should.
    Unanswered(Fault),
}

/// A fault on the way to the provider or in its answer; for the log, not for the caller.
pub(crate) type Fault = Box<dyn Error + Send + Sync>;

/// A problem document (RFC 9457), for programs. An application with pages answers in its own way.
impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let challenge = match &self {
            Self::Nobody => Some("Bearer".to_owned()),
            Self::Unproven(_, step_up) => Some(step_up.challenge()),
            Self::Missing | Self::Denied(_) | Self::Unanswered(_) => None,
        };
        let (status, detail) = match self {
            Self::Nobody => (StatusCode::UNAUTHORIZED, "Sign in first.".to_owned()),
            Self::Unproven(grounds, _) => (StatusCode::UNAUTHORIZED, grounds.explanation),
            Self::Missing => (StatusCode::NOT_FOUND, "There is no such resource.".to_owned()),
            Self::Denied(grounds) => (StatusCode::FORBIDDEN, grounds.explanation),
            Self::Unanswered(_) => {
                let sentence = "Whether this is allowed cannot be found out now. Try again in a moment.";
                (StatusCode::SERVICE_UNAVAILABLE, sentence.to_owned())
            }
        };
        let problem =
            json!({ "status": status.as_u16(), "title": status.canonical_reason(), "detail": detail });
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut answer = (status, kind, problem.to_string()).into_response();
        if let Some(Ok(challenge)) = challenge.map(header::HeaderValue::try_from) {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        answer
    }
}

/// Asks the provider in the name of the application. One for the whole program, since it keeps its connections.
pub(crate) struct Asker {
    http: reqwest::Client,
    issuer: String,
    client_id: String,
    client_secret: String,
}

#[derive(Serialize)]
struct Action<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Question<'a> {
    subject: &'a Subject,
    action: Action<'a>,
    resource: &'a Resource,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<&'a Proven>,
}

#[derive(Serialize)]
struct Questions<'a> {
    subject: &'a Subject,
    action: Action<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<&'a Proven>,
    evaluations: Vec<About<'a>>,
}

#[derive(Serialize)]
struct About<'a> {
    resource: &'a Resource,
}

#[derive(Deserialize)]
struct Answers {
    evaluations: Vec<Answer>,
}

impl Asker {
    /// For a client of the application, which proves itself by its secret.
    pub(crate) fn new(issuer: &str, client_id: &str, client_secret: &str) -> Result<Self, reqwest::Error> {
        // An answer is never elsewhere, and the secret is nobody else's affair.
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Ok(Self {
            http: http.timeout(PATIENCE).build()?,
            issuer: issuer.trim_end_matches('/').to_owned(),
            client_id: client_id.to_owned(),
            client_secret: client_secret.to_owned(),
        })
    }

    /// Whether a subject may do something to a resource. The headers are those of the request that wants to know.
    pub(crate) async fn ask(
        &self,
        headers: &HeaderMap,
        (subject, context): (&Subject, Option<&Proven>),
        action: &str,
        resource: &Resource,
    ) -> Result<Answer, Fault> {
        let question = Question {
            subject,
            action: Action { name: action },
            resource,
            context,
        };
        self.post("/access/v1/evaluation", headers, &question).await
    }

    /// The same of many resources, 100 at most, in their order: for a list, whose route is open to whoever is signed in.
    pub(crate) async fn ask_all(
        &self,
        headers: &HeaderMap,
        (subject, context): (&Subject, Option<&Proven>),
        action: &str,
        resources: &[Resource],
    ) -> Result<Vec<Answer>, Fault> {
        let questions = Questions {
            subject,
            action: Action { name: action },
            context,
            evaluations: resources.iter().map(|resource| About { resource }).collect(),
        };
        let answers: Answers = self.post("/access/v1/evaluations", headers, &questions).await?;
        if answers.evaluations.len() == resources.len() {
            Ok(answers.evaluations)
        } else {
            Err("the provider did not answer every question".into())
        }
    }

    async fn post<A: DeserializeOwned>(
        &self,
        path: &str,
        headers: &HeaderMap,
        question: &impl Serialize,
    ) -> Result<A, Fault> {
        let mut request = self
            .http
            .post(format!("{}{path}", self.issuer))
            .basic_auth(&self.client_id, Some(&self.client_secret))
            .json(question);
        if let Some(id) = headers.get(REQUEST_ID) {
            request = request.header(REQUEST_ID, id);
        }
        let answer = request.send().await?;
        // A redirect is no answer either.
        if answer.status() != StatusCode::OK {
            return Err(format!("the provider answered {}", answer.status()).into());
        }
        Ok(answer.json().await?)
    }
}

/// Finds what a request is about; see [`about`].
pub(crate) type Find =
    Arc<dyn Fn(Parts) -> Pin<Box<dyn Future<Output = Option<Resource>> + Send>> + Send + Sync>;

/// Finds what a request is about by an extractor, such as `|Path(id): Path<String>| async move { .. }`.
pub(crate) fn about<E, F, W>(find: F) -> Find
where
    E: FromRequestParts<()> + Send,
    F: Fn(E) -> W + Clone + Send + Sync + 'static,
    W: Future<Output = Option<Resource>> + Send,
{
    Arc::new(move |mut parts| {
        let find = find.clone();
        Box::pin(async move {
            let told = E::from_request_parts(&mut parts, &()).await.ok()?;
            find(told).await
        })
    })
}

/// What a route asks before its handler runs: the state of [`ask_first`].
#[derive(Clone)]
pub(crate) struct Guard {
    pub(crate) asker: Arc<Asker>,
    /// A permission of the application, such as `feedback:edit`.
    pub(crate) action: &'static str,
    pub(crate) find: Find,
    /// How a refusal is answered: `Refused::into_response`, or a page.
    pub(crate) refuse: fn(Refused) -> Response,
}

/// The layer: `axum::middleware::from_fn_with_state(guard, ask_first)`.
pub(crate) async fn ask_first(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match guard.decide(&parts).await {
        Ok(allowed) => {
            parts.extensions.insert(allowed);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(refused) => (guard.refuse)(refused),
    }
}

impl Guard {
    async fn decide(&self, parts: &Parts) -> Result<Allowed, Refused> {
        let subject = parts.extensions.get::<Subject>().ok_or(Refused::Nobody)?;
        let resource = (self.find)(parts.clone()).await.ok_or(Refused::Missing)?;
        let who = (subject, parts.extensions.get::<Proven>());
        let asked = self.asker.ask(&parts.headers, who, self.action, &resource);
        let answer = asked.await.map_err(Refused::Unanswered)?;
        match (answer.decision, answer.context.step_up.clone()) {
            (true, _) => Ok(Allowed(answer.context)),
            (false, Some(step_up)) => Err(Refused::Unproven(answer.context, step_up)),
            (false, None) => Err(Refused::Denied(answer.context)),
        }
    }
}
