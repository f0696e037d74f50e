//! Sign-out asked by an application (OpenID Connect RP-Initiated Logout 1.0).
//!
//! Nobody is signed out by a link alone: without an ID token of this very session the browser shows a question
//! (ASVS 10.6.2). Nothing is redirected to but an address that the client has registered.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::authorize::again;
use super::hint::{self, Hint};
use super::{family, frontchannel};
use crate::client::{self, Client};
use crate::domain::{Actor, ClientId, RedirectUri};
use crate::http::{
    ForeignForm, Frame, Inquiry, Public, Submission, Visit, page, page_with_form_targets, see_other,
};
use crate::op::{House, Op, OpError};
use crate::session::{self, Session};

const PARAMETERS: [&str; 5] = [
    "id_token_hint",
    "client_id",
    "post_logout_redirect_uri",
    "state",
    "ui_locales",
];
const STATE: usize = 2_048;

#[derive(Debug, askama::Template)]
#[template(path = "oauth/sign_out.html")]
struct AskPage {
    frame: Frame,
    client_id: String,
    redirect_uri: String,
    state: String,
}

#[derive(Debug, askama::Template)]
#[template(path = "oauth/signed_out.html")]
struct DonePage {
    frame: Frame,
}

/// What the browser sees next.
#[derive(Debug)]
enum Step {
    /// The question, with where it may lead.
    Ask(Option<Way>),
    /// Signed out; back to the application if it asked for that.
    Done(Option<Way>),
    /// Signed out; these frames first, then back to the application.
    Frames(Vec<String>, Option<Way>),
    Refused(&'static str),
}

/// The proven address that a sign-out leads to.
#[derive(Debug)]
struct Way {
    client: ClientId,
    to: RedirectUri,
    state: Option<String>,
}

impl Way {
    fn address(&self) -> String {
        let state = self.state.as_deref().map(|state| ("state", state));
        self.to.with_query(state.as_slice())
    }
}

/// Parameters of a query or of a form.
type Get<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// `GET /logout`.
pub(super) async fn ask(
    _: Public,
    State(house): State<Arc<House>>,
    headers: HeaderMap,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    let get = |name: &str| query.get(name).map(str::to_owned);
    let step = decide(&mut op, &headers, &get, false).await;
    conclude(op, step, &visit).await
}

/// `POST /logout`: made a GET, so that the browser sends its `SameSite=Lax` cookies.
pub(super) async fn ask_by_form(_: Public, ForeignForm { form, .. }: ForeignForm) -> Response {
    see_other(&again("/logout", &form, &PARAMETERS))
}

/// `POST /logout/confirm`: the person has said yes.
pub(super) async fn confirm(
    _: Public,
    State(house): State<Arc<House>>,
    headers: HeaderMap,
    Submission { visit, form }: Submission,
) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    let get = |name: &str| form.get(name).map(str::to_owned);
    let step = decide(&mut op, &headers, &get, true).await;
    conclude(op, step, &visit).await
}

async fn decide(op: &mut Op, headers: &HeaderMap, get: Get<'_>, confirmed: bool) -> Result<Step, OpError> {
    let hint = get("id_token_hint").and_then(|text| hint::read(op, &text));
    let named = get("client_id").map(|text| ClientId::parse(&text));
    let client_id = match (&hint, named) {
        (_, Some(Err(_))) => return Ok(Step::Refused("oauth-error-client")),
        (Some(hint), Some(Ok(named))) if hint.client != named => {
            return Ok(Step::Refused("oauth-error-client"));
        }
        (Some(hint), _) => Some(hint.client.clone()),
        (None, Some(Ok(named))) => Some(named),
        (None, None) => None,
    };
    let client = match client_id {
        Some(id) => client::find_active(op, &id).await?,
        None => None,
    };
    let way = match way(client.as_deref(), get) {
        Ok(way) => way,
        Err(sentence) => return Ok(Step::Refused(sentence)),
    };
    let Some(session) = session::current(op, headers).await? else {
        // Nobody is signed in. Only an application that shows its ID token is gone back to without a question.
        return Ok(Step::Done(way.filter(|_| hint.is_some() || confirmed)));
    };
    if !confirmed && !is_of(op, hint.as_ref(), &session).await? {
        return Ok(Step::Ask(way));
    }
    op.actor = Actor::Person(session.person_id);
    let frames = frontchannel::frames(op, session.id).await?;
    session::end(op, &session, "the person signed out").await?;
    family::revoke_of_session(op, session.id, "the session has ended").await?;
    if frames.is_empty() {
        Ok(Step::Done(way))
    } else {
        Ok(Step::Frames(frames, way))
    }
}

/// Whether an ID token was given in this session, or in one that it has replaced: one of an earlier sign-in, or of another
/// browser, is no word of who sits here now (RP-Initiated Logout section 2).
async fn is_of(op: &mut Op, hint: Option<&Hint>, session: &Session) -> Result<bool, OpError> {
    let Some(hint) = hint.filter(|hint| hint.person == session.person_id) else {
        return Ok(false);
    };
    Ok(session::lineage(op, session.id).await?.contains(&hint.session))
}

/// Where it leads to: only an address that the client has registered for this.
fn way(client: Option<&Client>, get: Get<'_>) -> Result<Option<Way>, &'static str> {
    let Some(asked) = get("post_logout_redirect_uri") else {
        return Ok(None);
    };
    let client = client.ok_or("oauth-error-logout-redirect")?;
    // Letter by letter, loopback ports too (RP-Initiated Logout section 3).
    let mut registered = client.post_logout_redirect_uris.iter();
    let to = registered
        .find(|one| one.as_str() == asked)
        .cloned()
        .ok_or("oauth-error-logout-redirect")?;
    let state = get("state").filter(|state| state.len() <= STATE);
    Ok(Some(Way {
        client: client.id.clone(),
        to,
        state,
    }))
}

async fn conclude(op: Op, step: Result<Step, OpError>, visit: &Visit) -> Response {
    let house = Arc::clone(&op.house);
    match op.conclude(step).await {
        Ok(Step::Refused(sentence)) => visit.error_page(StatusCode::BAD_REQUEST, sentence),
        Ok(Step::Ask(way)) => question(visit, way),
        Ok(Step::Done(way)) => {
            let to = way.map_or_else(|| "/logout/done".to_owned(), |way| way.address());
            session::leave(&house, &to)
        }
        Ok(Step::Frames(frames, way)) => {
            let page = frontchannel::page(visit, frames, way.map(|way| way.address()));
            session::forget(&house, page)
        }
        Err(fault) => visit.fault_page(&fault),
    }
}

fn question(visit: &Visit, way: Option<Way>) -> Response {
    let target = way.as_ref().map(|way| way.to.as_str().to_owned());
    let template = AskPage {
        frame: visit.frame("sign-out-title"),
        client_id: way.as_ref().map(|way| way.client.to_string()).unwrap_or_default(),
        redirect_uri: target.clone().unwrap_or_default(),
        state: way.and_then(|way| way.state).unwrap_or_default(),
    };
    let targets: Vec<&str> = target.as_deref().into_iter().collect();
    page_with_form_targets(StatusCode::OK, &template, &targets)
}

/// `GET /logout/done`.
pub(super) async fn done(_: Public, visit: Visit) -> Response {
    let frame = visit.frame("signed-out-title");
    page(StatusCode::OK, &DonePage { frame })
}
