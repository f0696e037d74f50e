//! The authorization endpoint (RFC 6749 section 3.1, OpenID Connect Core section 3.1.2) and its consent page.

mod answer;
mod arrival;
mod consent_page;
mod flow;
#[cfg(fuzzing)]
pub(super) mod fuzz;
mod grant;
mod object;
mod parameters;
mod posted;
mod pushed;
mod request;
mod response;

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, State};
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use url::form_urlencoded::Serializer;

use self::flow::{Choice, Step};
use self::posted::Onward;
pub(super) use self::pushed::push;
pub(super) use self::request::{REACHABLE, first_reachable};
use crate::domain::{Actor, ContinuationId};
use crate::http::{
    Access, ForeignForm, ForeignInquiry, Form, Inquiry, Proof, Public, Submission, Visit, see_other,
};
use crate::op::{House, Op, OpError};

/// Declares that a route finds its continuation by the browser's own cookie.
#[derive(Debug, Clone, Copy)]
pub(in crate::oauth) struct ByBrowser;

impl<S: Sync> FromRequestParts<S> for ByBrowser {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl Proof for ByBrowser {
    const ACCESS: Access = Access::Browser;
}

/// `GET /authorize`.
pub(super) async fn ask(
    _: Public,
    State(house): State<Arc<House>>,
    headers: HeaderMap,
    ForeignInquiry { visit, query }: ForeignInquiry,
) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    let step = flow::begin(&mut op, &visit, &headers, &query).await;
    conclude(op, step, &visit).await
}

/// `POST /authorize`: made a GET.
pub(super) async fn ask_by_form(
    _: Public,
    State(house): State<Arc<House>>,
    ForeignForm { visit, form }: ForeignForm,
) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    let onward = posted::onward(&mut op, &form).await;
    match op.conclude(onward).await {
        Ok(Onward::To(address)) => see_other(&address),
        Ok(Onward::Limited(wait)) => visit.limited_page(wait),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// A path with those parameters of a form that are known.
pub(super) fn again(path: &str, form: &Form, names: &[&str]) -> String {
    let mut query = Serializer::new(String::new());
    for name in names {
        for value in form.all(name) {
            query.append_pair(name, value);
        }
    }
    format!("{path}?{}", query.finish())
}

/// `GET /authorize/continue`: the browser comes back from signing in, or from another tab.
pub(super) async fn resume(
    _: ByBrowser,
    State(house): State<Arc<House>>,
    headers: HeaderMap,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let id = query.get("continuation").and_then(|text| text.parse().ok());
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    let step = go_on(&mut op, &visit, &headers, id, Choice::NotYet).await;
    conclude(op, step, &visit).await
}

/// `POST /consent/{continuation}`: the person has chosen.
pub(super) async fn choose(
    _: ByBrowser,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Submission { visit, form }: Submission,
) -> Response {
    let choice = match form.get("decision") {
        Some("allow") => Choice::Allow,
        Some("deny") => Choice::Deny,
        Some(_) | None => return visit.status_page(StatusCode::BAD_REQUEST),
    };
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    let step = go_on(&mut op, &visit, &headers, id.parse().ok(), choice).await;
    conclude(op, step, &visit).await
}

/// `GET /consent/{continuation}`: a page that was reloaded or kept; the way back leads to the question.
pub(super) async fn reopen(_: ByBrowser, visit: Visit, Path(id): Path<String>) -> Response {
    match id.parse::<ContinuationId>() {
        Ok(id) => see_other(&format!("{}?continuation={id}", flow::RETURN_TO)),
        Err(_) => visit.status_page(StatusCode::NOT_FOUND),
    }
}

async fn go_on(
    op: &mut Op,
    visit: &Visit,
    headers: &HeaderMap,
    id: Option<ContinuationId>,
    choice: Choice,
) -> Result<Step, OpError> {
    match id {
        Some(id) => flow::resume(op, visit, headers, id, choice).await,
        None => Ok(Step::Unproven("oauth-error-continuation")),
    }
}

async fn conclude(op: Op, step: Result<Step, OpError>, visit: &Visit) -> Response {
    let house = Arc::clone(&op.house);
    match op.conclude(step).await {
        Ok(Step::Answer(answer)) => answer.deliver(&house, visit),
        Ok(Step::Redirect(to)) => see_other(&to),
        Ok(Step::Limited(wait)) => visit.limited_page(wait),
        Ok(Step::Unproven(sentence)) => visit.error_page(StatusCode::BAD_REQUEST, sentence),
        Ok(Step::Ask(page)) => page.render(visit),
        Err(fault) => visit.fault_page(&fault),
    }
}
