//! Device authorization (RFC 8628): a device that has no keyboard or browser shows a code, and a person enters it elsewhere.
//!
//! Promises: a code cannot be guessed (limits for each address and for all together, see [`enter`]); whoever is sent here
//! by a link still sees the code, the application and the address of the device, and is warned, before anything is given.

mod enter;
mod flow;
mod open;
mod page;
mod user_code;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use self::flow::{Choice, Step};
use super::authorize::ByBrowser;
use super::client_request::{self, ClientRequest, is_on, told};
use crate::client::ByClient;
use crate::domain::{Actor, ContinuationId, GrantType};
use crate::http::{Inquiry, Public, Submission, Visit};
use crate::op::{House, Op, OpError};

/// The page on which codes are entered.
const HERE: &str = "/device";

/// `POST /device_authorization`.
pub(super) async fn authorize(_: ByClient, request: ClientRequest) -> Response {
    request
        .answer(async |op, client| {
            let client = client.client();
            let opened = client_request::open(op, client, GrantType::DeviceCode, async |op| {
                open::open(op, client, &request.form).await
            });
            told(opened.await?)
        })
        .await
}

/// `GET /device`: the code is asked for; that of `verification_uri_complete` is filled in.
pub(super) async fn ask(
    _: Public,
    State(house): State<Arc<House>>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    if !is_on(&house, GrantType::DeviceCode) {
        return visit.status_page(StatusCode::NOT_FOUND);
    }
    let code = query.get("user_code").and_then(user_code::read);
    let shown = code.map(|letters| user_code::shown(&letters)).unwrap_or_default();
    page::enter(&visit, StatusCode::OK, &shown, "")
}

/// `POST /device`: a code was entered.
pub(super) async fn enter(
    _: Public,
    State(house): State<Arc<House>>,
    headers: HeaderMap,
    Submission { visit, form }: Submission,
) -> Response {
    if !is_on(&house, GrantType::DeviceCode) {
        return visit.status_page(StatusCode::NOT_FOUND);
    }
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    let typed = form.get("user_code").unwrap_or_default();
    let entered = enter::enter(&mut op, &visit, &headers, typed).await;
    match op.conclude(entered).await {
        Ok(entered) => page::entered(&visit, typed, &entered),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// `GET /device/continue`: the browser comes back from signing in.
pub(super) async fn resume(
    _: ByBrowser,
    State(house): State<Arc<House>>,
    headers: HeaderMap,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let id = query.get("continuation").and_then(|text| text.parse().ok());
    go_on(&house, &visit, &headers, id, Choice::NotYet).await
}

/// `POST /device/{continuation}`: the person has chosen.
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
    go_on(&house, &visit, &headers, id.parse().ok(), choice).await
}

async fn go_on(
    house: &Arc<House>,
    visit: &Visit,
    headers: &HeaderMap,
    id: Option<ContinuationId>,
    choice: Choice,
) -> Response {
    let mut op = Op::new(house, Actor::Anonymous, visit.seen.clone());
    let step: Result<Step, OpError> = match id {
        Some(id) => flow::resume(&mut op, visit, headers, id, choice).await,
        None => Ok(Step::Sorry("oauth-error-continuation")),
    };
    match op.conclude(step).await {
        Ok(step) => page::step(visit, step),
        Err(fault) => visit.fault_page(&fault),
    }
}
