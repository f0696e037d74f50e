//! The application that asks: a client with a secret, about its own application.

use axum::response::{IntoResponse, Response};
use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::wire::{Answer, Meant, Named};
use crate::client::{self, AuthenticatedClient, ClientAct, ClientRefusal};
use crate::decision::{self, Question};
use crate::domain::{ApplicationId, ClientAuthMethod, Seen, Subject};
use crate::http::{Form, Json, Problem};
use crate::op::{House, Op, OpError};

/// The caller's own name of its request, sent back as it came (section 10.1.1).
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest name of a request that is sent back.
const REQUEST_ID_LENGTH: usize = 200;

/// Who asks, proven.
#[derive(Debug)]
pub(super) struct Asker {
    pub(super) client: AuthenticatedClient,
    pub(super) application: ApplicationId,
}

/// Why nothing is answered.
#[derive(Debug)]
pub(super) enum Refused {
    /// Told; where there is an act, after its commit.
    Told(Response),
    Fault(OpError),
}

impl From<OpError> for Refused {
    fn from(fault: OpError) -> Self {
        Self::Fault(fault)
    }
}

/// The act of every question: authenticates who asks, lets it be answered, ends the act, and answers in the face of this
/// room. A body that is none is told only to a client that is proven.
pub(super) async fn respond<T>(
    op: Op,
    headers: &HeaderMap,
    body: Result<Json<T>, Problem>,
    answer: impl AsyncFnOnce(&mut Op, &Asker, T) -> Result<Response, Refused>,
) -> Response {
    let seen = op.seen.clone();
    let outcome = match authenticate(op, headers).await {
        Ok((mut act, asker)) => {
            let outcome = match body {
                Ok(Json(question)) => answer(act.op(), &asker, question).await,
                Err(problem) => Err(Refused::Told(problem.into_response())),
            };
            finish(act, outcome).await
        }
        Err(refused) => Err(refused),
    };
    told(outcome, headers, &seen)
}

/// Authenticates the client by HTTP Basic. The body is JSON, so no other method that a client can be registered with has a
/// place for its proof; a public client, which proves nothing, may not ask.
async fn authenticate(op: Op, headers: &HeaderMap) -> Result<(ClientAct, Asker), Refused> {
    let seen = op.seen.clone();
    let act = client::authenticate(op, headers, &Form::default())
        .await?
        .map_err(|refusal| Refused::Told(disbelieved(&refusal, &seen)))?;
    let client = act.client().clone();
    if client.client().auth_method == ClientAuthMethod::None {
        return Err(Refused::Told(unauthorized(&seen)));
    }
    let of_application = !client.client().registered_itself();
    let Some(application) = client.client().application_id.filter(|_| of_application) else {
        let problem = Problem::new(StatusCode::FORBIDDEN)
            .detail("this client is not of an application, so there is nothing that it may ask about")
            .seen(&seen);
        return Err(Refused::Told(problem.into_response()));
    };
    Ok((act, Asker { client, application }))
}

fn disbelieved(refusal: &ClientRefusal, seen: &Seen) -> Response {
    match refusal.wait() {
        None => unauthorized(seen),
        Some(wait) => Problem::new(StatusCode::TOO_MANY_REQUESTS)
            .detail("the authentication of this client has failed too often")
            .retry_after(wait)
            .seen(seen)
            .into_response(),
    }
}

fn unauthorized(seen: &Seen) -> Response {
    let problem = Problem::new(StatusCode::UNAUTHORIZED)
        .detail("the client must authenticate by HTTP Basic with its id and secret")
        .seen(seen);
    let challenge = HeaderValue::from_static("Basic realm=\"doorward\", charset=\"UTF-8\"");
    ([(WWW_AUTHENTICATE, challenge)], problem).into_response()
}

impl Asker {
    /// Decides one question.
    pub(super) async fn ask(&self, op: &mut Op, meant: Meant) -> Result<Answer, OpError> {
        let Some(question) = self.question(op, meant) else {
            return Ok(Answer::denied(
                "subject_unknown",
                "The subject must be a person or service_account, with its id.",
            ));
        };
        Ok(decision::decide(op, &question).await?.into())
    }

    /// What is meant, about the asker's own application; nothing where the subject can be nobody of ours.
    pub(super) fn question(&self, op: &Op, meant: Meant) -> Option<Question> {
        let subject = self.subject(op, meant.subject())?;
        Some(meant.access(self.application).of(subject))
    }

    /// Whom this client means: people by the name alone that it can have been told.
    pub(super) fn subject(&self, op: &Op, named: &Named) -> Option<Subject> {
        named.subject(|told| client::person_for(&op.house.master_key, self.client.client(), told))
    }

    /// What this client calls a subject.
    pub(super) fn name(&self, house: &House, subject: Subject) -> String {
        match subject {
            Subject::Person(id) => client::subject_for(&house.master_key, self.client.client(), id),
            Subject::ServiceAccount(id) => id.to_string(),
        }
    }
}

/// Ends the act and answers: nothing leaves before it is on record.
async fn finish(mut act: ClientAct, outcome: Result<Response, Refused>) -> Result<Response, Refused> {
    let seen = act.op().seen.clone();
    let answer = match outcome {
        Ok(answer) | Err(Refused::Told(answer)) => answer,
        Err(fault @ Refused::Fault(_)) => return Err(fault),
    };
    act.commit()
        .await?
        .map(|()| answer)
        .map_err(|refusal| Refused::Told(disbelieved(&refusal, &seen)))
}

/// The answer in the face of this room.
fn told(outcome: Result<Response, Refused>, headers: &HeaderMap, seen: &Seen) -> Response {
    let answer = match outcome {
        Ok(answer) | Err(Refused::Told(answer)) => answer,
        Err(Refused::Fault(fault)) => Problem::from_fault(&fault, seen).into_response(),
    };
    with_request_id(headers, answer)
}

/// Sends the caller's name of the request back.
fn with_request_id(headers: &HeaderMap, mut answer: Response) -> Response {
    let sent = headers
        .get(&REQUEST_ID)
        .filter(|value| value.len() <= REQUEST_ID_LENGTH);
    if let Some(value) = sent {
        answer.headers_mut().insert(REQUEST_ID, value.clone());
    }
    answer
}

/// A question that cannot be read, and why.
pub(super) fn malformed(op: &Op, why: &str) -> Refused {
    let problem = Problem::new(StatusCode::BAD_REQUEST).detail(why).seen(&op.seen);
    Refused::Told(problem.into_response())
}
