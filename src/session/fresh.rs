//! A session whose person has proven who they are a moment ago: what a change of what guards an account asks for.
//!
//! Whoever has not is led to the sign-in and back to the page. A form that was sent is not kept on that way: the page that
//! is shown then is the form's own, so that every route with this rule has a page at its address.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::Method;
use http::request::Parts;
use serde::{Deserialize, Serialize};

use super::browser::{self, Session};
use super::continuation::{self, NewContinuation};
use super::requirement::{self, Required};
use crate::domain::{Acr, Actor};
use crate::factor::second;
use crate::http::{Access, Proof, Query, Visit, see_other};
use crate::op::{House, Op, OpError};
use crate::person;
use crate::rule::Aim;

/// Evidence that the person of a session has proven who they are within `[signin] fresh_for`, with a second factor if they
/// have one. Made here only.
#[derive(Debug, Clone)]
pub struct Fresh(Session);

impl Fresh {
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.0
    }

    /// Who acts from here on.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Person(self.0.person_id)
    }
}

impl FromRequestParts<Arc<House>> for Fresh {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Response> {
        admit(parts, house, true).await.map(Self)
    }
}

impl Proof for Fresh {
    const ACCESS: Access = Access::Fresh;
}

/// The session of a request, or the way on to one.
pub(super) async fn admit(
    parts: &mut Parts,
    house: &Arc<House>,
    needs_fresh: bool,
) -> Result<Session, Response> {
    let visit = Visit::from_request_parts(parts, house).await?;
    let op = Op::new(house, Actor::Anonymous, visit.seen.clone());
    match decide(op, parts, &visit, needs_fresh).await {
        Ok(Ok(session)) => Ok(session),
        Ok(Err(to)) => Err(see_other(&to)),
        Err(fault) => Err(visit.fault_page(&fault)),
    }
}

async fn decide(
    mut op: Op,
    parts: &Parts,
    visit: &Visit,
    needs_fresh: bool,
) -> Result<Result<Session, String>, OpError> {
    let path = parts.uri.path();
    // A form is not kept on the way, so that its query would mean nothing afterwards.
    let query = parts.uri.query().filter(|_| parts.method == Method::GET);
    let reads = parts.method == Method::GET || parts.method == Method::HEAD;
    let Some(session) = browser::current(&mut op, &parts.headers).await? else {
        if !reads && !needs_fresh {
            return Ok(Err("/signin".to_owned()));
        }
        let asked = (Required::default(), None);
        return lead(op, visit, (path, query), asked).await.map(Err);
    };
    if reads && let Some(on) = finish_arrival(&mut op, parts, visit).await? {
        op.commit().await?;
        return Ok(Err(on));
    }
    if needs_fresh || reads {
        let asked = asked_of(&mut op, &session, needs_fresh).await?;
        let required = requirement::for_person(&mut op, session.person_id, &asked, Aim::own_pages()).await?;
        // What changes nothing asks for no younger proof: the session has its own ends.
        let required = Required {
            max_age: required.max_age.filter(|_| needs_fresh),
            ..required
        };
        if !requirement::met(&session, &required, op.now) {
            let person = person::find(&mut op, session.person_id).await?;
            let name = person.map(|person| person.username.to_string());
            return lead(op, visit, (path, query), (asked, name)).await.map(Err);
        }
    }
    Ok(Ok(session))
}

/// The same person again; for a fresh proof not long ago, and with a second factor if they have one. What their roles and the rules
/// ask comes on top: a session that began for an application may be too weak for the pages of the house.
async fn asked_of(op: &mut Op, session: &Session, fresh: bool) -> Result<Required, OpError> {
    let asked = Required {
        person: Some(session.person_id),
        ..Required::default()
    };
    if !fresh {
        return Ok(asked);
    }
    let strong = second::is_enrolled(op, session.person_id).await?;
    Ok(Required {
        acr: strong.then_some(Acr::Two),
        max_age: Some(op.house.config.signin.fresh_for),
        ..asked
    })
}

/// Where a page is gone on with after a sign-in: with what it was asked for (what was sought, or the word that something is done).
#[derive(Debug, Default, Serialize, Deserialize)]
struct Back {
    query: String,
}

/// The parameter by which a sign-in that is over is told to the page that it was for.
const CONTINUATION: &str = "continuation";

/// Opens what the browser has to do before it may come back; answers where that begins.
async fn lead(
    mut op: Op,
    visit: &Visit,
    (path, query): (&str, Option<&str>),
    (required, login_hint): (Required, Option<String>),
) -> Result<String, OpError> {
    let query = query
        .filter(|query| of_sign_in(query).is_none())
        .unwrap_or_default();
    let back = serde_json::to_value(Back {
        query: query.to_owned(),
    });
    let new = NewContinuation {
        required,
        login_hint,
        request: back.map_err(|_| OpError::Broken("a way back cannot be written"))?,
        return_to: path,
        ..NewContinuation::default()
    };
    op.relax();
    let opened = continuation::open(&mut op, &visit.browser, new).await;
    let opened = op.conclude(opened).await?;
    Ok(format!("/signin/{}", opened.id))
}

/// The sign-in that a query tells to be over.
fn of_sign_in(query: &str) -> Option<String> {
    let query = Query::parse(query).ok()?;
    query.get(CONTINUATION).map(str::to_owned)
}

/// Where the browser goes on if it comes back from a sign-in that was for this page, whose pages are over then.
async fn finish_arrival(op: &mut Op, parts: &Parts, visit: &Visit) -> Result<Option<String>, OpError> {
    let id = of_sign_in(parts.uri.query().unwrap_or_default()).and_then(|id| id.parse().ok());
    let Some(id) = id else { return Ok(None) };
    let found = continuation::find(op, id, &visit.browser).await?;
    let path = parts.uri.path();
    let done = found.filter(|found| found.return_to == path && found.proven_session_id.is_some());
    let Some(done) = done else { return Ok(None) };
    continuation::finish(op, id).await?;
    // One that was opened otherwise has no query.
    let Back { query } = serde_json::from_value(done.request).unwrap_or_default();
    let mark = if query.is_empty() { "" } else { "?" };
    Ok(Some(format!("{path}{mark}{query}")))
}
