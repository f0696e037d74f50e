//! A person enters the code of a device (RFC 8628 section 3.3), and nobody guesses one (section 5.1).
//!
//! A code has 20^8 = 2.56 · 10^10 values. With a thousand codes open at once, and every entry that the limits below allow
//! in the ten minutes of their life spent on guessing, somebody hits one of them with a chance of 1 to 36,000; with the
//! handful that are open in earnest, of 1 to many millions. Whoever does can only give away rights of their own account.

use std::time::Duration;

use http::HeaderMap;
use serde::{Deserialize, Serialize};

use super::flow::RETURN_TO;
use super::user_code;
use crate::domain::{EventKind, PolledRequestId};
use crate::ephemeral::{Limit, Verdict};
use crate::http::Visit;
use crate::oauth::polled;
use crate::op::{EventDraft, Op, OpError};
use crate::session::continuation::{self, NewContinuation};
use crate::session::requirement::{self, Required};
use crate::session::{self, Session};

/// Entries from one address: ten at once, then one each half minute.
const OF_ADDRESS: Limit = Limit {
    burst: 10,
    refill: Duration::from_secs(30),
};

/// Entries from all addresses together: a hundred at once, then one each second.
const OF_ALL: Limit = Limit {
    burst: 100,
    refill: Duration::from_secs(1),
};

/// What comes of an entry.
#[derive(Debug)]
pub(super) enum Entered {
    /// On to sign in, or to the question.
    GoOn(String),
    /// No open request has this code.
    Unknown,
    TooMany(Duration),
}

/// What is kept in the continuation.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) request: PolledRequestId,
    /// As it was entered, to be compared with the device once more.
    pub(super) user_code: String,
}

pub(super) async fn enter(
    op: &mut Op,
    visit: &Visit,
    headers: &HeaderMap,
    typed: &str,
) -> Result<Entered, OpError> {
    if let Some(wait) = beyond_limits(op).await {
        return Ok(Entered::TooMany(wait));
    }
    let Some(letters) = user_code::read(typed) else {
        return Ok(unknown(op));
    };
    let hash = user_code::hash(&op.house, &letters);
    let found = polled::find_by_user_code(op, &hash).await?;
    let Some(found) = found.filter(|found| found.is_open(op.now)) else {
        return Ok(unknown(op));
    };
    let kept = Kept {
        request: found.id,
        user_code: user_code::shown(&letters),
    };
    let new = NewContinuation {
        client: Some(&found.client_id),
        request: serde_json::to_value(&kept).map_err(|_| OpError::Broken("a code cannot be kept"))?,
        required: Required::default(),
        login_hint: None,
        return_to: RETURN_TO,
    };
    let session = proven(op, headers).await?;
    let opened = continuation::open(op, &visit.browser, new).await?;
    let Some(session) = session else {
        return Ok(Entered::GoOn(format!("/signin/{}", opened.id)));
    };
    continuation::prove(op, opened.id, &session).await?;
    Ok(Entered::GoOn(opened.way_back()))
}

/// The session of this browser, if it is as strong as the organisation asks.
async fn proven(op: &mut Op, headers: &HeaderMap) -> Result<Option<Session>, OpError> {
    let Some(session) = session::current(op, headers).await? else {
        return Ok(None);
    };
    let required = requirement::for_person(op, session.person_id, &Required::default()).await?;
    Ok(Some(session).filter(|session| requirement::met(session, &required, op.now)))
}

/// Counts an entry; the longest wait that a limit asks.
async fn beyond_limits(op: &Op) -> Option<Duration> {
    let address = op.seen.address.map(|address| address.to_string());
    let address = address.as_deref().unwrap_or("unknown");
    let of_address = format!("user_code:{address}");
    for (key, limit) in [(of_address.as_str(), OF_ADDRESS), ("user_code", OF_ALL)] {
        // An address that is beyond its own limit takes nothing from the others.
        if let Verdict::Beyond(wait) = op.house.ephemeral.count(key, limit, op.now).await {
            return Some(wait);
        }
    }
    None
}

fn unknown(op: &mut Op) -> Entered {
    op.record(EventDraft::refused(
        EventKind::AuthorizationRequested,
        "the code of a device was entered that is unknown or has expired",
    ));
    Entered::Unknown
}
