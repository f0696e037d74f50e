//! The mail address of an account: shown, proven by a code, changed by a code at the new one.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::domain::EmailAddress;
use crate::enrolment::{self, Confirmed, Sent};
use crate::http::{Form, Frame, Inquiry, Submission, Visit, page, see_other};
use crate::mail;
use crate::op::{House, Op, OpError};
use crate::person::{self, Person};
use crate::session::{Fresh, Session, SignedIn};

pub(super) const HERE: &str = "/account/email";

#[derive(Debug, askama::Template)]
#[template(path = "account/email.html")]
struct Template {
    frame: Frame,
    done: String,
    /// Empty where there is none.
    address: String,
    verified: bool,
    /// Whether mail goes anywhere: without, nothing can be proven.
    possible: bool,
    /// The address whose code is waited for; empty where none is.
    pending: String,
    typed: String,
    wrong_code: String,
    wrong_address: String,
}

/// What a form could not do.
#[derive(Debug, Clone)]
enum Wrong {
    Code,
    Gone,
    /// With what was typed.
    Address(String),
}

/// `GET /account/email`.
pub(super) async fn show(
    signed_in: SignedIn,
    State(house): State<Arc<House>>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let mut op = Op::new(&house, signed_in.actor(), visit.seen.clone());
    let done = super::done(&visit, query.get("done"));
    answer(&mut op, &visit, &signed_in.0, (done, None)).await
}

async fn answer(
    op: &mut Op,
    visit: &Visit,
    session: &Session,
    (done, wrong): (String, Option<Wrong>),
) -> Response {
    let status = match wrong {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    match template(op, visit, session, (done, wrong)).await {
        Ok(template) => page(status, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template(
    op: &mut Op,
    visit: &Visit,
    session: &Session,
    (done, wrong): (String, Option<Wrong>),
) -> Result<Template, OpError> {
    let person = owner(op, session).await?;
    let pending = enrolment::pending(op, person.id).await?;
    let say = |key: Option<&str>| key.map(|key| visit.text.get(key)).unwrap_or_default();
    let wrong_code = match wrong {
        Some(Wrong::Code) => Some("account-email-wrong-code"),
        Some(Wrong::Gone) => Some("account-email-gone"),
        _ => None,
    };
    Ok(Template {
        frame: visit.frame("account-email-title"),
        done,
        address: person.email.unwrap_or_default(),
        verified: person.email_verified,
        possible: mail::is_on(&op.house),
        pending: pending.map(|address| address.to_string()).unwrap_or_default(),
        wrong_code: say(wrong_code),
        wrong_address: say(matches!(wrong, Some(Wrong::Address(_))).then_some("account-email-wrong")),
        typed: match wrong {
            Some(Wrong::Address(typed)) => typed,
            _ => String::new(),
        },
    })
}

async fn owner(op: &mut Op, session: &Session) -> Result<Person, OpError> {
    let person = person::find(op, session.person_id).await?;
    person.ok_or(OpError::Broken("a session of nobody"))
}

enum Changed {
    To(&'static str),
    Wrong(Wrong),
    Sent(Sent),
    Unknown,
}

/// `POST /account/email`, field `act`: `verify`, `change` (with `email`) or `confirm` (with `code`).
pub(super) async fn change(
    fresh: Fresh,
    State(house): State<Arc<House>>,
    Submission { visit, form }: Submission,
) -> Response {
    let mut op = Op::new(&house, fresh.actor(), visit.seen.clone());
    let changed = act(&mut op, fresh.session(), &form).await;
    match op.conclude(changed).await {
        Ok(Changed::To(address)) => see_other(address),
        Ok(Changed::Sent(Sent::Sent)) => see_other("/account/email?done=code"),
        Ok(Changed::Sent(Sent::Limited(wait))) => visit.limited_page(wait),
        Ok(Changed::Sent(Sent::NoMail)) => see_other(HERE),
        Ok(Changed::Wrong(wrong)) => {
            let mut op = Op::new(&house, fresh.actor(), visit.seen.clone());
            answer(&mut op, &visit, fresh.session(), (String::new(), Some(wrong))).await
        }
        Ok(Changed::Unknown) => visit.status_page(StatusCode::BAD_REQUEST),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn act(op: &mut Op, session: &Session, form: &Form) -> Result<Changed, OpError> {
    let text = |name: &str| form.get(name).unwrap_or_default();
    let person = owner(op, session).await?;
    let address = match text("act") {
        "verify" => person.email.as_deref().unwrap_or_default(),
        "change" => text("email"),
        "confirm" => {
            return Ok(match enrolment::confirm(op, &person, text("code")).await? {
                Confirmed::Proven => Changed::To("/account/email?done=address"),
                Confirmed::Wrong => Changed::Wrong(Wrong::Code),
                Confirmed::Gone => Changed::Wrong(Wrong::Gone),
            });
        }
        _ => return Ok(Changed::Unknown),
    };
    match EmailAddress::parse(address) {
        Ok(address) => enrolment::send_code(op, &person, &address)
            .await
            .map(Changed::Sent),
        Err(_) => Ok(Changed::Wrong(Wrong::Address(
            address.chars().take(254).collect(),
        ))),
    }
}
