//! From an entered code to an answer for the device.

use std::sync::Arc;

use http::HeaderMap;

use super::enter::Kept;
use crate::client::{self, Client};
use crate::domain::{Actor, ContinuationId, GrantType, Subject};
use crate::http::Visit;
use crate::oauth::approval::Approval;
use crate::oauth::offer::Offer;
use crate::oauth::polled::{self, PolledRequest};
use crate::oauth::question::{Asker, name_of};
use crate::op::{Op, OpError};
use crate::person::{self, Person};
use crate::rule;
use crate::session::continuation::{self, Continuation};
use crate::session::{self, Session, requirement};

/// Where a continuation of this page leads back to.
pub(super) const RETURN_TO: &str = "/device/continue";

/// What the person has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    NotYet,
    Allow,
    Deny,
}

/// What the browser sees next.
#[derive(Debug)]
pub(super) enum Step {
    Redirect(String),
    /// A page of ours, by the key of its sentence.
    Sorry(&'static str),
    Ask(Box<Ask>),
    Allowed(String),
    Denied(String),
}

/// What the question tells.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) continuation: ContinuationId,
    pub(super) asker: Asker,
    pub(super) offer: Offer,
    pub(super) person: Person,
    pub(super) user_code: String,
    pub(super) address: Option<String>,
}

/// One request on its way, with the proofs collected so far.
struct Answering {
    found: Continuation,
    kept: Kept,
    request: PolledRequest,
    client: Arc<Client>,
    session: Session,
}

pub(super) async fn resume(
    op: &mut Op,
    visit: &Visit,
    headers: &HeaderMap,
    id: ContinuationId,
    choice: Choice,
) -> Result<Step, OpError> {
    let found = continuation::find(op, id, &visit.browser).await?;
    let Some(found) = found.filter(|found| found.return_to == RETURN_TO) else {
        return Ok(Step::Sorry("oauth-error-continuation"));
    };
    if found.finished_at.is_some() {
        return Ok(Step::Sorry("oauth-error-finished"));
    }
    let kept: Kept = serde_json::from_value(found.request.clone())
        .map_err(|_| OpError::Broken("a kept code cannot be read"))?;
    let request = polled::find(op, kept.request).await?;
    let Some(request) = request.filter(|request| found.expires_at > op.now && request.is_open(op.now)) else {
        return Ok(Step::Sorry("device-error-expired"));
    };
    let client = client::find_active(op, &request.client_id).await?;
    let may = |client: &Arc<Client>| client.grant_types.contains(&GrantType::DeviceCode);
    let Some(client) = client.filter(may) else {
        return Ok(Step::Sorry("device-error-client"));
    };
    let sign_in = Step::Redirect(format!("/signin/{id}"));
    let Some(session) = session::current(op, headers).await? else {
        return Ok(sign_in);
    };
    let required = requirement::for_request(op, session.person_id, &found.required, found.aim()).await?;
    if found.proven_session_id != Some(session.id) || !requirement::met(&session, &required, op.now) {
        return Ok(sign_in);
    }
    op.actor = Actor::Person(session.person_id);
    let answering = Answering {
        found,
        kept,
        request,
        client,
        session,
    };
    decide(op, answering, choice).await
}

/// The person is known and proven strongly enough: may the device have it? What this person cannot give stays open for
/// another one who enters the code.
async fn decide(op: &mut Op, answering: Answering, choice: Choice) -> Result<Step, OpError> {
    let (client, session) = (&answering.client, &answering.session);
    if choice == Choice::Deny {
        return deny(op, &answering).await;
    }
    if session.organisation_id != client.organisation_id && !client.shared {
        return Ok(Step::Sorry("device-error-organisation"));
    }
    let subject = Subject::Person(session.person_id);
    let Ok(standing) = person::may_sign_in(op, subject).await? else {
        return Ok(Step::Sorry("device-error-nothing"));
    };
    let asked = &answering.request.asked;
    let Ok(offer) = Offer::now(op, client, &standing, (&asked.scopes, &asked.terms)).await? else {
        return Ok(Step::Sorry("device-error-nothing"));
    };
    if choice == Choice::Allow {
        return allow(op, &answering, &offer).await;
    }
    let Some(person) = person::find(op, session.person_id).await? else {
        return Ok(Step::Sorry("device-error-nothing"));
    };
    Ok(Step::Ask(Box::new(Ask {
        continuation: answering.found.id,
        asker: Asker::find(op, client, None).await?,
        offer,
        person,
        user_code: answering.kept.user_code,
        address: answering.request.asked.address,
    })))
}

/// Asked each time, whatever was allowed before: a device cannot prove which program it is.
async fn allow(op: &mut Op, answering: &Answering, offer: &Offer) -> Result<Step, OpError> {
    let (client, session) = (&answering.client, &answering.session);
    let redeemed_by = (&client.id, GrantType::DeviceCode);
    let given = Approval::within(
        session,
        op.id(),
        redeemed_by,
        (&offer.rights.scopes, &answering.request.asked.terms),
    );
    if session.was_there(Some(answering.found.opened_at)) {
        rule::record_passage(op, session.passage(answering.found.aim())).await?;
    }
    let is_first = continuation::finish(op, answering.found.id).await?
        && polled::approve(op, &answering.request, session, (client, &offer.rights, &given)).await?;
    Ok(if is_first {
        Step::Allowed(name_of(client))
    } else {
        Step::Sorry("oauth-error-finished")
    })
}

async fn deny(op: &mut Op, answering: &Answering) -> Result<Step, OpError> {
    let is_first = continuation::finish(op, answering.found.id).await?
        && polled::deny(op, &answering.request, &answering.session).await?;
    Ok(if is_first {
        Step::Denied(name_of(&answering.client))
    } else {
        Step::Sorry("oauth-error-finished")
    })
}
