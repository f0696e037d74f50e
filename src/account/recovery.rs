//! Recovery codes: how many are left, and a new set, shown once.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::factor::{recovery, second};
use crate::http::{Frame, Submission, Visit, page};
use crate::op::{House, Op, OpError};
use crate::session::{Fresh, SignedIn};

#[derive(Debug, askama::Template)]
#[template(path = "account/recovery.html")]
struct Template {
    frame: Frame,
    left: String,
    /// Whether there is a second factor that a code would stand in for.
    possible: bool,
    has_some: bool,
}

#[derive(Debug, askama::Template)]
#[template(path = "account/recovery_codes.html")]
struct CodesPage {
    frame: Frame,
    codes: Vec<String>,
}

/// `GET /account/recovery-codes`.
pub(super) async fn show(signed_in: SignedIn, State(house): State<Arc<House>>, visit: Visit) -> Response {
    let mut op = Op::new(&house, signed_in.actor(), visit.seen.clone());
    match template(&mut op, &signed_in, &visit).await {
        Ok(template) => page(StatusCode::OK, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template(op: &mut Op, signed_in: &SignedIn, visit: &Visit) -> Result<Template, OpError> {
    let person = signed_in.0.person_id;
    let left = recovery::left(op, person).await?;
    Ok(Template {
        frame: visit.frame("account-codes-title"),
        left: visit.text.get_count("account-codes-left", "count", left),
        possible: second::is_enrolled(op, person).await?,
        has_some: left > 0,
    })
}

/// `POST /account/recovery-codes`: a new set; the earlier one has ended.
pub(super) async fn make(
    fresh: Fresh,
    State(house): State<Arc<House>>,
    Submission { visit, .. }: Submission,
) -> Response {
    let mut op = Op::new(&house, fresh.actor(), visit.seen.clone());
    let made = recovery::renew(&mut op, fresh.session().person_id).await;
    match op.conclude(made).await {
        Ok(Some(codes)) => new_codes(&visit, codes),
        Ok(None) => visit.error_page(StatusCode::CONFLICT, "account-codes-impossible"),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// The page that shows new codes, this once.
pub(super) fn new_codes(visit: &Visit, codes: Vec<String>) -> Response {
    let frame = visit.frame("account-codes-new-title");
    page(StatusCode::OK, &CodesPage { frame, codes })
}
