//! A person enters the code of a device (RFC 8628 section 3.3), and nobody guesses one (section 5.1).
//!
//! A code has 20^8 = 2.56 · 10^10 values. With a thousand codes open at once, and every entry that the limits allow to those
//! who are not signed in, in the ten minutes of their life spent on guessing, somebody hits one of them with a chance of 1 to
//! 36,000; with the handful that are open in earnest, of 1 to many millions. Whoever does can only give away rights of their
//! own account. A person who is signed in has a limit of their own, so that strangers can lock nobody out; it allows each
//! account 30 guesses in that time.

use std::time::Duration;

use http::HeaderMap;
use serde::{Deserialize, Serialize};

use super::flow::RETURN_TO;
use super::user_code;
use crate::domain::{EventKind, Limit, PolledRequestId};
use crate::ephemeral::Verdict;
use crate::http::{Visit, network_name};
use crate::oauth::polled;
use crate::op::{EventDraft, Op, OpError};
use crate::rule::Aim;
use crate::session::continuation::{self, NewContinuation};
use crate::session::requirement::{self, Required};
use crate::session::{self, Session};

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
    let signed_in = session::current(op, headers).await?;
    let counters = counters(op, signed_in.as_ref());
    if let Some(wait) = beyond_limits(op, &counters).await {
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
    // Counted first and given back here, so that many guesses at once are not more than many in a row.
    for (key, limit) in &counters {
        op.house.ephemeral.give_back(key, *limit, op.now).await;
    }
    let kept = Kept {
        request: found.id,
        user_code: user_code::shown(&letters),
    };
    let new = NewContinuation {
        client: Some(&found.client_id),
        scopes: found.asked.scopes.clone(),
        request: serde_json::to_value(&kept).map_err(|_| OpError::Broken("a code cannot be kept"))?,
        required: Required::default(),
        login_hint: None,
        return_to: RETURN_TO,
    };
    let aim = Aim {
        client: new.client,
        scopes: &new.scopes,
    };
    let session = proven(op, signed_in, aim).await?;
    let opened = continuation::open(op, &visit.browser, new).await?;
    let Some(session) = session else {
        return Ok(Entered::GoOn(format!("/signin/{}", opened.id)));
    };
    continuation::prove(op, opened.id, &session).await?;
    Ok(Entered::GoOn(opened.way_back()))
}

/// The session of this browser, if it is as strong as the organisation asks.
async fn proven(op: &mut Op, signed_in: Option<Session>, aim: Aim<'_>) -> Result<Option<Session>, OpError> {
    let Some(session) = signed_in else {
        return Ok(None);
    };
    let required = requirement::for_request(op, session.person_id, &Required::default(), aim).await?;
    Ok(Some(session).filter(|session| requirement::met(session, &required, op.now)))
}

/// What counts this entry: the person's own counter, else those of the address and of all strangers.
fn counters(op: &Op, signed_in: Option<&Session>) -> Vec<(String, Limit)> {
    let limits = &op.house.config.limits;
    match signed_in {
        Some(session) => vec![(
            format!("user_code:person:{}", session.person_id),
            limits.user_codes_per_person,
        )],
        None => vec![
            (
                format!("user_code:{}", network_name(op.seen.address)),
                limits.user_codes_per_address,
            ),
            ("user_code".to_owned(), limits.user_codes_of_strangers),
        ],
    }
}

/// Counts an entry; the wait that a limit asks. An address that is beyond its own limit takes nothing from the others.
async fn beyond_limits(op: &Op, counters: &[(String, Limit)]) -> Option<Duration> {
    for (key, limit) in counters {
        if let Verdict::Beyond(wait) = op.house.ephemeral.count(key, *limit, op.now).await {
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
