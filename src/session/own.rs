//! The sessions of one person, as that person sees and ends them.

use super::browser::{self, Session};
use super::store;
use crate::domain::{PersonId, SessionId, Timestamp};
use crate::op::{Op, OpError};

/// A living session with where it is.
#[derive(Debug, Clone)]
pub struct Listed {
    pub session: Session,
    pub seen_at: Timestamp,
    pub address: Option<String>,
    pub user_agent: Option<String>,
}

/// The living sessions of a person, the one seen last first.
pub async fn of_person(op: &mut Op, person: PersonId) -> Result<Vec<Listed>, OpError> {
    let now = op.now;
    let idle = op.house.config.signin.session_idle;
    let mut living = Vec::new();
    for (stored, address, user_agent) in store::listed_of_person(op.reading().await?, person, now).await? {
        if browser::lives(&stored, now, idle) && browser::in_good_standing(op, &stored.session).await? {
            living.push(Listed {
                seen_at: stored.seen_at,
                session: stored.session,
                address,
                user_agent,
            });
        }
    }
    Ok(living)
}

/// Ends a session if it is this person's; answers whether it was, and lived.
pub async fn end_own(
    op: &mut Op,
    person: PersonId,
    id: SessionId,
    reason: &'static str,
) -> Result<bool, OpError> {
    let found = store::session_by_id(op.reading().await?, id).await?;
    if found.is_none_or(|stored| stored.session.person_id != person) {
        return Ok(false);
    }
    browser::end_by_id(op, id, reason).await?;
    Ok(true)
}

/// Ends all sessions of a person, but one if that is kept; applications that were used by them are told. Answers how many.
pub async fn end_others(
    op: &mut Op,
    person: PersonId,
    kept: Option<SessionId>,
    reason: &'static str,
) -> Result<u64, OpError> {
    let now = op.now;
    let mut ended = 0;
    for id in store::open_of_person(op.writing().await?, person, now).await? {
        if Some(id) != kept {
            browser::end_by_id(op, id, reason).await?;
            ended += 1;
        }
    }
    Ok(ended)
}
