//! Sessions of browsers.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::HeaderMap;
use http::header::SET_COOKIE;
use http::request::Parts;

use super::cache::Sessions;
use super::ending::announce;
use super::fresh;
use super::store::{self, Ended, Stored};
use crate::break_glass;
use crate::domain::{
    Actor, BreakGlassAct, ClientId, Digest32, EventKind, Notice, OrganisationId, PersonId, SessionId,
    Strength, Subject, Timestamp, Token,
};
use crate::http::{Access, Proof, cookie, see_other};
use crate::keys::Purpose;
use crate::op::{EventDraft, House, Op, OpError};
use crate::person::{self, Standing};
use crate::rule::{Aim, Passage};
use crate::storage::Durability;

/// The cookie that holds the token of a session (with `__Host-` before it on https).
const COOKIE: &str = "doorward_session";

/// The cookie by which scripts see that a session has begun or ended; `static/js/check_session.js` reads it.
const STATE_COOKIE: &str = "doorward_state";

/// A session's last sight is written at most so often: its idle end is that much less exact.
const SEEN_EVERY: Duration = Duration::from_mins(1);

/// Why a session has ended that goes on under another id, in the log.
pub const REPLACED: &str = "replaced by a new authentication";

/// How long ended sessions and old continuations are kept.
const KEEP: Duration = Duration::from_hours(24);

/// A living session.
#[derive(Debug, Clone)]
pub struct Session {
    pub id: SessionId,
    pub organisation_id: OrganisationId,
    pub person_id: PersonId,
    pub epoch: i64,
    pub strength: Strength,
}

impl Session {
    /// Whether it was there before a request was opened; none: the request needed no sign-in.
    #[must_use]
    pub fn was_there(&self, opened_at: Option<Timestamp>) -> bool {
        opened_at.is_none_or(|opened| self.id.made_at() < opened)
    }

    /// The way to an application by this session, without a sign-in.
    #[must_use]
    pub fn passage<'a>(&'a self, aim: Aim<'a>) -> Passage<'a> {
        Passage {
            organisation_id: self.organisation_id,
            person_id: self.person_id,
            session_id: self.id,
            strength: &self.strength,
            aim,
        }
    }
}

/// The session of the request's cookie, if it lives: not ended, not idle too long, within its life, of its person's epoch,
/// the person in good standing.
pub async fn current(op: &mut Op, headers: &HeaderMap) -> Result<Option<Session>, OpError> {
    let house = Arc::clone(&op.house);
    let Some(token) = cookie::read(&house, headers, COOKIE) else {
        return Ok(None);
    };
    let Some((stored, digest)) = read(op, &Token::presented(token)).await? else {
        return Ok(None);
    };
    let idle = house.config.signin.session_idle;
    if !lives(&stored, op.now, idle) || !in_good_standing(op, &stored.session).await? {
        return Ok(None);
    }
    if op.now.since(stored.seen_at) >= SEEN_EVERY {
        see(&house, &stored, &digest, op.now);
    }
    Ok(Some(stored.session))
}

/// The session with this id, if it lives; for what was given out with a session and must end with it.
pub async fn living(op: &mut Op, id: SessionId) -> Result<Option<Session>, OpError> {
    let Some(stored) = store::session_by_id(op.reading().await?, id).await? else {
        return Ok(None);
    };
    // What an application does with its tokens is not seen here, so that the idle end is the browser's matter only.
    if op.now >= stored.expires_at || !in_good_standing(op, &stored.session).await? {
        return Ok(None);
    }
    Ok(Some(stored.session))
}

async fn read(op: &mut Op, token: &Token) -> Result<Option<(Stored, Digest32)>, OpError> {
    let digest = token.digest();
    let sessions = op.house.part::<Sessions>();
    let stored = sessions
        .0
        .get(op, &digest.0, async |op| {
            Ok(store::session_by_token(op.reading().await?, &digest).await?)
        })
        .await?;
    Ok(stored.map(|stored| (stored, digest)))
}

pub(super) fn lives(stored: &Stored, now: Timestamp, idle: Duration) -> bool {
    now < stored.expires_at && now < stored.seen_at.plus(idle)
}

pub(super) async fn in_good_standing(op: &mut Op, session: &Session) -> Result<bool, OpError> {
    let subject = Subject::Person(session.person_id);
    let standing = person::may_act(op, subject, session.epoch).await?;
    Ok(standing.is_ok_and(|standing| standing.organisation_id() == session.organisation_id))
}

/// Writes the last sight beside the request, which does not wait for it: to lose one shortens the session a little.
fn see(house: &Arc<House>, stored: &Stored, digest: &Digest32, now: Timestamp) {
    let seen = Stored {
        seen_at: now,
        ..stored.clone()
    };
    let id = seen.session.id;
    house.part::<Sessions>().0.amend(&digest.0, seen);
    let house = Arc::clone(house);
    tokio::spawn(async move {
        let written = async {
            let mut tx = house.storage.write_as(Durability::Relaxed).await?;
            store::see(&mut tx, id, now).await?;
            tx.commit().await
        };
        if let Err(fault) = written.await {
            tracing::warn!(%fault, "the last sight of a session could not be written");
        }
    });
}

/// Begins a session after an authentication: always a new id; the one before it in this browser ends at once. Its life is
/// counted from the authentication, so that a step-up does not make a session longer. That an account for emergencies is used
/// is noted here, where no sign-in passes by; `client` is that for which somebody signs in.
pub async fn start(
    op: &mut Op,
    standing: &Standing,
    strength: Strength,
    (replaces, client): (Option<SessionId>, Option<&ClientId>),
) -> Result<(Session, Token), OpError> {
    let Subject::Person(person_id) = standing.subject() else {
        return Err(OpError::Broken("a browser session is a person's"));
    };
    let earlier = match replaces {
        Some(old) => replace(op, old, person_id).await?,
        None => Vec::new(),
    };
    let token = op.token();
    let stored = Stored {
        expires_at: strength
            .authenticated_at
            .plus(op.house.config.signin.session_life),
        seen_at: op.now,
        session: Session {
            id: op.id(),
            organisation_id: standing.organisation_id(),
            person_id,
            epoch: standing.epoch(),
            strength,
        },
    };
    let seen = op.seen.clone();
    store::insert_session(op.writing().await?, &stored, &token.digest(), &seen, &earlier).await?;
    if standing.is_break_glass() {
        let whose = (standing.organisation_id(), person_id);
        break_glass::used(op, whose, BreakGlassAct::SignIn, client).await?;
    }
    Ok((stored.session, token))
}

/// The `Set-Cookie` value that hands the token to the browser. It ends with the browser at the latest.
#[must_use]
pub fn start_cookie(house: &House, token: &Token) -> http::HeaderValue {
    cookie::set(house, COOKIE, token.expose(), None)
}

/// The `Set-Cookie` value that tells scripts of ours that another session has begun, if that is switched on.
#[must_use]
pub fn state_cookie(house: &House, token: &Token) -> Option<http::HeaderValue> {
    let on = house.config.oauth.session_management;
    on.then(|| cookie::set_readable(house, STATE_COOKIE, &state_of(house, token), None))
}

/// The name of that cookie, for the script that reads it.
#[must_use]
pub fn state_cookie_name(house: &House) -> String {
    cookie::full_name(house, STATE_COOKIE)
}

/// The state of a request's browser: another with each session, and it tells nothing of it.
#[must_use]
pub fn browser_state(house: &House, headers: &HeaderMap) -> Option<String> {
    let token = cookie::read(house, headers, COOKIE)?;
    Some(state_of(house, &Token::presented(token)))
}

fn state_of(house: &House, token: &Token) -> String {
    let state = house
        .master_key
        .mac(Purpose::Link, &[b"browser state", &token.digest().0]);
    data_encoding::BASE64URL_NOPAD.encode(&state.0)
}

/// Takes the token away from the browser and sends it on, to a path of ours or to a proven address.
#[must_use]
pub fn leave(house: &House, to: &str) -> Response {
    forget(house, see_other(to))
}

/// Takes the token away from the browser with this answer.
#[must_use]
pub fn forget(house: &House, mut response: Response) -> Response {
    let now = Some(Duration::ZERO);
    let headers = response.headers_mut();
    headers.append(SET_COOKIE, cookie::set(house, COOKIE, "", now));
    if house.config.oauth.session_management {
        headers.append(SET_COOKIE, cookie::set_readable(house, STATE_COOKIE, "", now));
    }
    response
}

/// Ends a session and what was given out with it (tokens that are not `offline`).
pub async fn end(op: &mut Op, session: &Session, reason: &'static str) -> Result<(), OpError> {
    end_by_id(op, session.id, reason).await
}

/// Ends a session, whoever's it is: applications that were used by it are told.
pub async fn end_by_id(op: &mut Op, id: SessionId, reason: &'static str) -> Result<(), OpError> {
    if let Some(ended) = mark_ended(op, id, reason).await? {
        announce(op, id, &ended.earlier).await?;
    }
    Ok(())
}

async fn mark_ended(op: &mut Op, id: SessionId, reason: &'static str) -> Result<Option<Ended>, OpError> {
    let now = op.now;
    let ended = store::end(op.writing().await?, id, now).await?;
    if let Some(ended) = &ended {
        let draft = EventDraft::success(EventKind::SessionEnded)
            .because(reason)
            .session(id)
            .target("person", ended.person_id);
        op.record(draft);
        op.tell(Notice::Session(id));
    }
    Ok(ended)
}

/// Ends the session that a new authentication replaces. Of the same person it goes on in the new one, and what applications
/// were given by it is theirs to keep until that one ends; of another person it is over. Answers what the new one has
/// replaced.
async fn replace(op: &mut Op, replaced: SessionId, person: PersonId) -> Result<Vec<SessionId>, OpError> {
    let Some(mut ended) = mark_ended(op, replaced, REPLACED).await? else {
        return Ok(Vec::new());
    };
    if ended.person_id == person {
        ended.earlier.push(replaced);
        return Ok(ended.earlier);
    }
    announce(op, replaced, &ended.earlier).await?;
    Ok(Vec::new())
}

/// The sessions of the same person that this one has replaced, and itself.
pub async fn lineage(op: &mut Op, id: SessionId) -> Result<Vec<SessionId>, OpError> {
    let mut all = store::earlier(op.reading().await?, id).await?;
    all.push(id);
    Ok(all)
}

/// Ends all sessions of a person; answers how many.
pub async fn end_all(op: &mut Op, person: PersonId, reason: &'static str) -> Result<u64, OpError> {
    let now = op.now;
    let mut ended = 0;
    for id in store::end_all(op.writing().await?, person, now).await? {
        let draft = EventDraft::success(EventKind::SessionEnded)
            .because(reason)
            .session(id)
            .target("person", person);
        op.record(draft);
        op.tell(Notice::Session(id));
        ended += 1;
    }
    Ok(ended)
}

/// Deletes sessions and continuations that ended a day ago; answers how many. No rule depends on it.
pub async fn sweep(op: &mut Op) -> Result<u64, OpError> {
    let before = op.now.minus(KEEP);
    let tx = op.writing().await?;
    let continuations = store::delete_continuations(tx, before).await?;
    Ok(store::delete_sessions(tx, before).await? + continuations)
}

/// The rule of routes that need a living session. A browser without one is sent to sign in, and comes back to the page.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Session);

impl SignedIn {
    /// Who acts from here on.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Person(self.0.person_id)
    }
}

impl FromRequestParts<Arc<House>> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Response> {
        fresh::admit(parts, house, false).await.map(Self)
    }
}

impl Proof for SignedIn {
    const ACCESS: Access = Access::Session;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Acr, Amr};

    #[test]
    fn a_session_ends_when_idle_and_at_the_end_of_its_life() {
        let begun = Timestamp::from_seconds(1_000);
        let seconds = Duration::from_secs;
        let stored = Stored {
            session: Session {
                id: SessionId::new(begun, [1; 10]),
                organisation_id: OrganisationId::new(begun, [1; 10]),
                person_id: PersonId::new(begun, [1; 10]),
                epoch: 0,
                strength: Strength {
                    acr: Acr::One,
                    amr: vec![Amr::Password],
                    authenticated_at: begun,
                },
            },
            seen_at: begun.plus(seconds(50)),
            expires_at: begun.plus(seconds(100)),
        };
        let lives_at = |after: u64| lives(&stored, begun.plus(seconds(after)), seconds(30));
        assert!(lives_at(79));
        assert!(!lives_at(80));
        let busy = Stored {
            seen_at: begun.plus(seconds(99)),
            ..stored.clone()
        };
        assert!(lives(&busy, begun.plus(seconds(99)), seconds(30)));
        assert!(!lives(&busy, begun.plus(seconds(100)), seconds(30)));
    }
}
