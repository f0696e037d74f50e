//! Recovery codes: how many are left, and a new set, shown once.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::factor::recovery::{self, Useless};
use crate::http::{Frame, Submission, Visit, page};
use crate::op::{House, Op, OpError};
use crate::session::{Fresh, SignedIn};

#[derive(Debug, askama::Template)]
#[template(path = "account/recovery.html")]
struct Template {
    frame: Frame,
    left: String,
    /// Why there are no codes, and where what is missing is added; none where they are of use.
    useless: Option<Missing>,
    has_some: bool,
}

#[derive(Debug)]
struct Missing {
    sentence: String,
    add: &'static str,
    address: &'static str,
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
    let useless = recovery::useless(op, person).await?;
    Ok(Template {
        frame: visit.frame("account-codes-title"),
        left: visit.text.get_count("account-codes-left", "count", left),
        useless: useless.map(|useless| Missing::of(useless, visit)),
        has_some: left > 0,
    })
}

/// The sentence of why codes would be of no use.
const fn sentence(useless: Useless) -> &'static str {
    match useless {
        Useless::NoSecondFactor => "account-codes-impossible",
        Useless::NoPassword => "account-codes-no-password",
    }
}

impl Missing {
    fn of(useless: Useless, visit: &Visit) -> Self {
        let (add, address) = match useless {
            Useless::NoSecondFactor => ("account-authenticator-add-title", "/account/authenticators/add"),
            Useless::NoPassword => ("account-passkeys-title", "/account/passkeys"),
        };
        Self {
            sentence: visit.text.get(sentence(useless)),
            add,
            address,
        }
    }
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
        Ok(Ok(codes)) => new_codes(&visit, codes),
        Ok(Err(useless)) => visit.error_page(StatusCode::CONFLICT, sentence(useless)),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// The page that shows new codes, this once.
pub(super) fn new_codes(visit: &Visit, codes: Vec<String>) -> Response {
    let frame = visit.frame("account-codes-new-title");
    page(StatusCode::OK, &CodesPage { frame, codes })
}
