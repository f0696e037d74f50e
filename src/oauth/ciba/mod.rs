//! Authentication asked by a client over a channel of its own, while the person is elsewhere (OpenID CIBA Core 1.0).
//!
//! The client polls; the person finds the request in the account portal and answers it within a session as strong as was
//! asked. A client that wants it is told when it has an answer (ping).

mod code;
mod open;
mod page;
mod requests;
mod signed;
mod store;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use self::requests::Choice;
use super::client_request::{self, ClientRequest, is_on, told};
use super::error::{ErrorCode, json_error};
use crate::client::ByClient;
use crate::domain::{GrantType, PolledRequestId};
use crate::http::{Submission, Visit, see_other};
use crate::op::{House, Op};
use crate::session::SignedIn;

/// The page of requests that wait for a person.
const HERE: &str = "/account/requests";

/// Where that page sends a person's user code.
pub(super) const CODE: &str = "/account/requests/code";

/// `POST /backchannel_authentication`.
pub(super) async fn authenticate(_: ByClient, request: ClientRequest) -> Response {
    request
        .answer(async |op, client| {
            let client = client.client();
            let opened = client_request::open(op, client, GrantType::Ciba, async |op| {
                open::open(op, client, &request.form).await
            });
            match opened.await? {
                // Section 13.
                Err(refusal) if refusal.code == ErrorCode::AccessDenied => {
                    Ok(json_error(StatusCode::FORBIDDEN, refusal))
                }
                opened => told(opened),
            }
        })
        .await
}

/// `GET /account/requests`.
pub(super) async fn list(signed_in: SignedIn, State(house): State<Arc<House>>, visit: Visit) -> Response {
    let mut op = Op::new(&house, signed_in.actor(), visit.seen.clone());
    let shown = async {
        let waiting = requests::waiting(&mut op, &signed_in.0).await?;
        let has_code = code::is_set(&mut op, signed_in.0.person_id).await?;
        Ok((waiting, has_code))
    };
    match shown.await {
        Ok((waiting, has_code)) => {
            let has_code = Some(has_code).filter(|_| is_on(&house, GrantType::Ciba));
            page::list(&visit, waiting, has_code)
        }
        Err(fault) => visit.fault_page(&fault),
    }
}

/// `POST /account/requests`: the person has answered one of them.
pub(super) async fn answer(
    signed_in: SignedIn,
    State(house): State<Arc<House>>,
    Submission { visit, form }: Submission,
) -> Response {
    let choice = match form.get("decision") {
        Some("allow") => Choice::Allow,
        Some("deny") => Choice::Deny,
        Some(_) | None => return visit.status_page(StatusCode::BAD_REQUEST),
    };
    let id = form
        .get("request")
        .and_then(|text| text.parse::<PolledRequestId>().ok());
    let Some(id) = id else {
        return visit.status_page(StatusCode::BAD_REQUEST);
    };
    let mut op = Op::new(&house, signed_in.actor(), visit.seen.clone());
    let answered = requests::answer(&mut op, &visit, &signed_in.0, id, choice).await;
    match op.conclude(answered).await {
        Ok(Ok(to)) => see_other(&to),
        Ok(Err(sentence)) => visit.error_page(StatusCode::BAD_REQUEST, sentence),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// `POST /account/requests/code`: the person sets the code without which no client asks them, or does without one.
pub(super) async fn change_code(
    signed_in: SignedIn,
    State(house): State<Arc<House>>,
    Submission { visit, form }: Submission,
) -> Response {
    if !is_on(&house, GrantType::Ciba) {
        return visit.status_page(StatusCode::NOT_FOUND);
    }
    let typed = form.get("user_code").unwrap_or_default();
    let code = match form.get("decision") {
        Some("set") => match code::read(typed) {
            Some(code) => Some(code),
            None => return visit.error_page(StatusCode::BAD_REQUEST, "requests-code-error"),
        },
        Some("remove") => None,
        Some(_) | None => return visit.status_page(StatusCode::BAD_REQUEST),
    };
    let mut op = Op::new(&house, signed_in.actor(), visit.seen.clone());
    let changed = code::change(&mut op, &signed_in.0, code).await;
    match op.conclude(changed).await {
        Ok(()) => see_other(HERE),
        Err(fault) => visit.fault_page(&fault),
    }
}
