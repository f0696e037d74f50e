//! What one browser tab has to do before it may go on.

use super::{Session, requirement::Required, store};
use crate::domain::{ClientId, ContinuationId, Digest32, Scopes, SessionId, Timestamp};
use crate::op::{Op, OpError};
use crate::rule::Aim;

/// A stored "do this, then return there", bound to one browser.
#[derive(Debug, Clone)]
pub struct Continuation {
    pub id: ContinuationId,
    /// Digest of the cookie of the browser that it is bound to.
    pub browser: Digest32,
    pub client_id: Option<ClientId>,
    /// What that client asks for.
    pub scopes: Scopes,
    /// What the room that opened it will need again.
    pub request: serde_json::Value,
    /// As asked when it was opened: an age is already counted from that moment, and one that a rule asks is too.
    pub required: Required,
    /// The name that whoever asked believes the person to have: fills in the first page, proves nothing.
    pub login_hint: Option<String>,
    /// A path of this house; the id of the continuation is appended as `?continuation=`.
    pub return_to: String,
    /// The session that fulfilled it.
    pub proven_session_id: Option<SessionId>,
    pub finished_at: Option<Timestamp>,
    pub opened_at: Timestamp,
    pub expires_at: Timestamp,
}

impl Continuation {
    /// Where the browser goes once it is fulfilled.
    #[must_use]
    pub fn way_back(&self) -> String {
        format!("{}?continuation={}", self.return_to, self.id)
    }

    /// What the person signs in for.
    #[must_use]
    pub fn aim(&self) -> Aim<'_> {
        Aim {
            client: self.client_id.as_ref(),
            scopes: &self.scopes,
        }
    }
}

/// What a browser is to do, and where that leads.
#[derive(Debug, Default)]
pub struct NewContinuation<'a> {
    pub client: Option<&'a ClientId>,
    pub scopes: Scopes,
    pub request: serde_json::Value,
    pub required: Required,
    pub login_hint: Option<String>,
    pub return_to: &'a str,
}

/// Stores one; the browser is then sent to `/signin/{id}`.
pub async fn open(
    op: &mut Op,
    browser: &Digest32,
    new: NewContinuation<'_>,
) -> Result<Continuation, OpError> {
    let return_to = new.return_to;
    // A path of this house and nothing else: "//host" would be another one.
    if !return_to.starts_with('/') || return_to.starts_with("//") || return_to.contains(['?', '#', '\\']) {
        return Err(OpError::Broken("a continuation returns to a path of this house"));
    }
    let now = op.now;
    let continuation = Continuation {
        id: op.id(),
        browser: *browser,
        client_id: new.client.cloned(),
        scopes: new.scopes,
        request: new.request,
        required: new.required.as_of(now).opened(now),
        login_hint: new.login_hint,
        return_to: return_to.to_owned(),
        proven_session_id: None,
        finished_at: None,
        opened_at: now,
        expires_at: now.plus(op.house.config.signin.attempt_life),
    };
    store::insert_continuation(op.writing().await?, &continuation, browser, now).await?;
    Ok(continuation)
}

/// The continuation, if it is this browser's. An expired one is found too (so that the page can say what to do).
pub async fn find(
    op: &mut Op,
    id: ContinuationId,
    browser: &Digest32,
) -> Result<Option<Continuation>, OpError> {
    Ok(store::continuation(op.reading().await?, id, browser).await?)
}

/// Notes that a session has met what was required. A finished continuation stays as it is.
pub async fn prove(op: &mut Op, id: ContinuationId, session: &Session) -> Result<(), OpError> {
    let now = op.now;
    Ok(store::prove(op.writing().await?, id, session.id, now).await?)
}

/// Ends it: answers whether this call was the one that did (a second submission is not).
pub async fn finish(op: &mut Op, id: ContinuationId) -> Result<bool, OpError> {
    let now = op.now;
    Ok(store::finish(op.writing().await?, id, now).await?)
}
