//! A person sees what clients ask elsewhere, and answers.

use std::sync::Arc;

use super::HERE;
use crate::client::{self, Client};
use crate::domain::{GrantType, PolledRequestId, Subject};
use crate::http::Visit;
use crate::oauth::approval::Approval;
use crate::oauth::offer::Offer;
use crate::oauth::polled::{self, Kind, PolledRequest};
use crate::oauth::question::Asker;
use crate::op::{Op, OpError};
use crate::person;
use crate::rule::{self, Aim};
use crate::session::Session;
use crate::session::continuation::{self, NewContinuation};
use crate::session::requirement::{self, Required};

/// What the person answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    Allow,
    Deny,
}

/// One request as it is shown.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) request: PolledRequest,
    pub(super) client: Arc<Client>,
    pub(super) asker: Asker,
    pub(super) offer: Offer,
}

/// Requests that this person can answer now, the newest first.
pub(super) async fn waiting(op: &mut Op, session: &Session) -> Result<Vec<Waiting>, OpError> {
    let mut waiting = Vec::new();
    for request in polled::waiting_for(op, session.person_id).await? {
        if let Some(one) = answerable(op, session, request).await? {
            waiting.push(one);
        }
    }
    Ok(waiting)
}

/// The request with what the person could give now; `None` if nothing, or if the client may not ask any more.
async fn answerable(
    op: &mut Op,
    session: &Session,
    request: PolledRequest,
) -> Result<Option<Waiting>, OpError> {
    let client = client::find_active(op, &request.client_id).await?;
    let may_ask = |client: &Arc<Client>| {
        client.grant_types.contains(&GrantType::Ciba) && client.is_open_to(session.organisation_id)
    };
    let Some(client) = client.filter(may_ask) else {
        return Ok(None);
    };
    let subject = Subject::Person(session.person_id);
    let Ok(standing) = person::may_sign_in(op, subject).await? else {
        return Ok(None);
    };
    let asked = (&request.asked.scopes, &request.asked.terms);
    let offer = Offer::now(op, &client, &standing, asked).await?.ok();
    // An ID token is what it is all about.
    let offer = offer.filter(|offer| offer.rights.scopes.contains("openid"));
    let Some(offer) = offer else {
        return Ok(None);
    };
    Ok(Some(Waiting {
        request,
        asker: Asker::find(op, &client, None).await?,
        client,
        offer,
    }))
}

/// Answers one; says where the browser goes, or the key of a sentence.
pub(super) async fn answer(
    op: &mut Op,
    visit: &Visit,
    session: &Session,
    id: PolledRequestId,
    choice: Choice,
) -> Result<Result<String, &'static str>, OpError> {
    let mine = |request: &PolledRequest| {
        request.kind == Kind::Backchannel && request.person_id == Some(session.person_id)
    };
    let found = polled::find(op, id).await?;
    let Some(request) = found.filter(mine).filter(|request| request.is_open(op.now)) else {
        return Ok(Err("requests-error-gone"));
    };
    let here = Ok(HERE.to_owned());
    let done = |is_first| {
        if is_first {
            here
        } else {
            Err("requests-error-gone")
        }
    };
    if choice == Choice::Deny {
        return Ok(done(polled::deny(op, &request, session).await?));
    }
    let Some(waiting) = answerable(op, session, request).await? else {
        return Ok(Err("requests-error-gone"));
    };
    if let Some(to) = step_up(op, visit, session, &waiting).await? {
        return Ok(Ok(to));
    }
    rule::record_passage(op, session.passage(aim(&waiting))).await?;
    let what = (&waiting.offer.rights.scopes, &waiting.request.asked.terms);
    let redeemed_by = (&waiting.client.id, GrantType::Ciba);
    let given = Approval::within(session, op.id(), redeemed_by, what);
    Ok(done(
        polled::approve(
            op,
            &waiting.request,
            session,
            (&waiting.client, &waiting.offer.rights, &given),
        )
        .await?,
    ))
}

/// What a person comes for who answers.
fn aim(waiting: &Waiting) -> Aim<'_> {
    Aim {
        client: Some(&waiting.client.id),
        scopes: &waiting.offer.rights.scopes,
    }
}

/// Where the browser goes first, if the session is weaker than the client or the organisation asks.
async fn step_up(
    op: &mut Op,
    visit: &Visit,
    session: &Session,
    waiting: &Waiting,
) -> Result<Option<String>, OpError> {
    let asked = Required {
        acr: waiting.request.asked.acr,
        person: Some(session.person_id),
        ..Required::default()
    };
    let required = requirement::for_person(op, session.person_id, &asked, aim(waiting)).await?;
    if requirement::met(session, &required, op.now) {
        return Ok(None);
    }
    let person = person::find(op, session.person_id).await?;
    let new = NewContinuation {
        client: Some(&waiting.client.id),
        scopes: waiting.offer.rights.scopes.clone(),
        request: serde_json::Value::Null,
        required: asked,
        login_hint: person.map(|person| person.username.to_string()),
        return_to: HERE,
    };
    let opened = continuation::open(op, &visit.browser, new).await?;
    Ok(Some(format!("/signin/{}", opened.id)))
}
