//! The house's own first page, for whoever is not signed in.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use crate::domain::Actor;
use crate::http::{Frame, Inquiry, Public, Visit, page, see_other};
use crate::op::{House, Op, OpError};
use crate::session::{self, continuation};

#[derive(askama::Template)]
#[template(path = "signin/home.html")]
struct HomePage {
    frame: Frame,
}

/// `GET /`: the way to the account, or to a sign-in. A sign-in for its own sake ends here too.
pub(super) async fn show(
    _: Public,
    State(house): State<Arc<House>>,
    headers: HeaderMap,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    let answer = match query.get("continuation") {
        Some(id) => arrive(op, &visit, id).await,
        None => render(&mut op, &visit, &headers).await,
    };
    answer.unwrap_or_else(|fault| visit.fault_page(&fault))
}

/// Ends the continuation that led here, so that its pages are over.
async fn arrive(mut op: Op, visit: &Visit, id: &str) -> Result<Response, OpError> {
    if let Ok(id) = id.parse()
        && let Some(found) = continuation::find(&mut op, id, &visit.browser).await?
        && found.return_to == "/"
        && found.proven_session_id.is_some()
    {
        continuation::finish(&mut op, id).await?;
        op.commit().await?;
    }
    Ok(see_other("/"))
}

async fn render(op: &mut Op, visit: &Visit, headers: &HeaderMap) -> Result<Response, OpError> {
    if session::current(op, headers).await?.is_some() {
        return Ok(see_other("/account"));
    }
    let frame = visit.frame("home-nobody-title");
    Ok(page(StatusCode::OK, &HomePage { frame }))
}
