//! "This was not me": a link of a notice, which asks before it does anything.
//!
//! What fetches links by itself (scanners, previews) reads the page and changes nothing; the form on it does.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use super::alarm;
use super::pass;
use super::steps::fault;
use crate::domain::{Actor, EventKind, PersonId, Token};
use crate::factor::renewal;
use crate::http::{Frame, Public, Submission, Visit, page};
use crate::mail::not_me_address;
use crate::oauth::revocation;
use crate::one_time::{self, Kind, Redemption};
use crate::op::{EventDraft, House, Op, OpError};
use crate::person::{self, Person};

/// Why all ends, in the log.
const REASON: &str = "the owner says that it was somebody else";

/// What a link holds.
#[derive(Deserialize)]
struct Payload {
    person: PersonId,
    about: String,
}

fn read(payload: serde_json::Value) -> Result<Payload, OpError> {
    serde_json::from_value(payload).map_err(|_| OpError::Broken("a link of a notice cannot be read"))
}

#[derive(Debug, askama::Template)]
#[template(path = "enrolment/not_me.html")]
struct NotMePage {
    frame: Frame,
    here: String,
    username: String,
    /// What the notice told of.
    about: String,
    done: bool,
}

/// `GET /account/not-me/{token}`: what will happen.
pub(super) async fn show(
    _: Public,
    State(house): State<Arc<House>>,
    Path(token): Path<String>,
    visit: Visit,
) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    match inspect(&mut op, &Token::presented(&token)).await {
        Ok(Some((person, about))) => {
            let about = visit.text.get(&format!("notice-{about}-subject"));
            render(&visit, &token, &person, (about, false))
        }
        Ok(None) => visit.error_page(StatusCode::GONE, "not-me-gone"),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn inspect(op: &mut Op, token: &Token) -> Result<Option<(Person, String)>, OpError> {
    let Some(payload) = one_time::inspect(op, Kind::NotMe, token).await? else {
        return Ok(None);
    };
    let payload = read(payload)?;
    let found = person::find(op, payload.person).await?;
    Ok(found.map(|person| (person, payload.about)))
}

fn render(visit: &Visit, token: &str, person: &Person, (about, done): (String, bool)) -> Response {
    let title = if done { "not-me-done-title" } else { "not-me-title" };
    let template = NotMePage {
        frame: visit.frame(title),
        here: not_me_address(token),
        username: person.username.to_string(),
        about,
        done,
    };
    page(StatusCode::OK, &template)
}

/// `POST /account/not-me/{token}`.
pub(super) async fn submit(
    _: Public,
    State(house): State<Arc<House>>,
    Path(token): Path<String>,
    Submission { visit, .. }: Submission,
) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    let said = say(&mut op, &Token::presented(&token)).await;
    match op.conclude(said).await {
        Ok(Some(person)) => render(&visit, "", &person, (String::new(), true)),
        Ok(None) => visit.error_page(StatusCode::GONE, "not-me-gone"),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// Ends all that the account has given out, holds it, and makes its password worthless: only a pass of an administrator leads
/// back to it.
async fn say(op: &mut Op, token: &Token) -> Result<Option<Person>, OpError> {
    let Redemption::Redeemed(payload) = one_time::redeem(op, Kind::NotMe, token).await? else {
        return Ok(None);
    };
    let payload = read(payload)?;
    let Some(person) = person::find(op, payload.person).await? else {
        return Ok(None);
    };
    let ended = revocation::end_all_of_person(op, &person, REASON).await;
    ended.map_err(fault)?;
    let held = person::hold(op, &person, Some(&payload.about), REASON).await;
    held.map_err(fault)?;
    renewal::forget_password(op, person.id, REASON).await?;
    pass::end_of_person(op, &person, REASON).await?;
    alarm::raise(op, &person, &payload.about).await?;
    op.record(
        EventDraft::success(EventKind::NotMe)
            .organisation(person.organisation_id)
            .target("person", person.id)
            .detail("about", payload.about),
    );
    Ok(Some(person))
}
