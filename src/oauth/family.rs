//! Families of tokens: all that grew out of one authorization a person gave to a client.
//!
//! Every code that is redeemed makes one, with or without a refresh token, so that its tokens can be revoked together; so does
//! every ID token that leaves through the browser, so that its client is told when the session ends.

use std::sync::Arc;
use std::time::Duration;

use super::approval::Approval;
use super::polled;
use super::store::{self, Revoked};
use super::terms::Terms;
use super::{AGE, COPIES, token_store};
use crate::domain::{
    AuthorizationId, ClientId, Digest32, EventKind, Notice, OrganisationId, PersonId, Scopes, SessionId,
    Strength, Subject, Timestamp, Token,
};
use crate::op::{Copies, EventDraft, House, Kind, Op, OpError, Part, Watched};
use crate::{person, session};

/// One family as stored.
#[derive(Debug, Clone)]
pub(super) struct Family {
    pub(super) id: AuthorizationId,
    pub(super) organisation_id: OrganisationId,
    pub(super) person_id: PersonId,
    pub(super) client_id: ClientId,
    pub(super) session_id: SessionId,
    pub(super) scopes: Scopes,
    /// It outlives the session (`offline_access`).
    pub(super) offline: bool,
    pub(super) strength: Strength,
    pub(super) terms: Terms,
    pub(super) epoch: i64,
    /// The number of the newest refresh token.
    pub(super) generation: i64,
    pub(super) current_hash: Option<Digest32>,
    pub(super) previous_hash: Option<Digest32>,
    pub(super) rotated_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) revoked_at: Option<Timestamp>,
}

impl Family {
    /// The family that begins with what a person has approved; without a refresh token it lives as long as its access token.
    pub(super) fn begin(
        op: &Op,
        grant: &Approval,
        (scopes, terms): (&Scopes, Terms),
        refresh_token: Option<&Token>,
    ) -> Self {
        let lives = &op.house.config.tokens;
        let life = if refresh_token.is_some() {
            lives.refresh_token_life
        } else {
            lives.access_token_life
        };
        Self {
            id: grant.authorization_id,
            organisation_id: grant.organisation_id,
            person_id: grant.person_id,
            client_id: grant.client_id.clone(),
            session_id: grant.session_id,
            scopes: scopes.clone(),
            offline: scopes.contains("offline_access"),
            strength: grant.strength.clone(),
            terms,
            epoch: grant.epoch,
            generation: i64::from(refresh_token.is_some()),
            current_hash: refresh_token.map(Token::digest),
            previous_hash: None,
            rotated_at: op.now,
            expires_at: op.now.plus(life),
            revoked_at: None,
        }
    }
}

/// Why a family gives nothing any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dead {
    Revoked,
    Expired,
    /// The person may not act, or may not act any more on what was given out then.
    Person,
    SessionEnded,
}

impl Dead {
    /// The fixed word for the log.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "the authorization has been revoked",
            Self::Expired => "the authorization has expired",
            Self::Person => "the person may not act",
            Self::SessionEnded => "the session has ended",
        }
    }
}

/// Whether what was given may still be used: the family lives, its person may act, its session lives or is not needed.
pub(super) async fn alive(op: &mut Op, family: &Family) -> Result<Result<person::Standing, Dead>, OpError> {
    if family.revoked_at.is_some() {
        return Ok(Err(Dead::Revoked));
    }
    if family.expires_at <= op.now {
        return Ok(Err(Dead::Expired));
    }
    let subject = Subject::Person(family.person_id);
    let Ok(standing) = person::may_act(op, subject, family.epoch).await? else {
        return Ok(Err(Dead::Person));
    };
    if !family.offline && !session_lives(op, family.session_id).await? {
        return Ok(Err(Dead::SessionEnded));
    }
    Ok(Ok(standing))
}

/// Families and sessions that were looked up within the last second. Whatever a person loses ends both.
#[derive(Debug)]
struct Families {
    families: Copies<AuthorizationId, Arc<Family>>,
    sessions: Copies<SessionId, bool>,
}

impl Part for Families {
    fn new(_: &House) -> Self {
        Self {
            families: Copies::new(COPIES, AGE)
                .of_owner(Kind::People, |family: &Arc<Family>| family.person_id.into()),
            sessions: Copies::new(COPIES, AGE)
                .of_key(|id: &SessionId| (*id).into())
                .of_owner(Kind::People, |_| Watched::all(Kind::People)),
        }
    }
}

/// A family as it was at most a second ago.
pub(super) async fn recent(op: &mut Op, id: AuthorizationId) -> Result<Option<Arc<Family>>, OpError> {
    let part = op.house.part::<Families>();
    part.families
        .get(op, &id, async |op| {
            Ok(store::find_family(op.reading().await?, id).await?.map(Arc::new))
        })
        .await
}

/// Whether a session lives, as it was at most a second ago.
pub(super) async fn session_lives(op: &mut Op, id: SessionId) -> Result<bool, OpError> {
    let part = op.house.part::<Families>();
    let lives = part
        .sessions
        .get(op, &id, async |op| {
            Ok(Some(session::living(op, id).await?.is_some()))
        })
        .await?;
    Ok(lives.unwrap_or(false))
}

/// Revokes one family, with everything that grew out of it.
pub(super) async fn revoke(op: &mut Op, id: AuthorizationId, reason: &'static str) -> Result<(), OpError> {
    let now = op.now;
    let revoked = store::revoke_family(op.writing().await?, id, reason, now).await?;
    record(op, revoked.as_slice(), reason);
    Ok(())
}

/// Revokes one family, if it is of this person; answers whether it lived.
pub(super) async fn revoke_own(
    op: &mut Op,
    id: AuthorizationId,
    person: PersonId,
    reason: &'static str,
) -> Result<bool, OpError> {
    let now = op.now;
    let revoked = store::revoke_own(op.writing().await?, (id, person), reason, now).await?;
    record(op, revoked.as_slice(), reason);
    Ok(revoked.is_some())
}

/// Revokes what was given within a session, but for what is meant to outlive it.
pub(super) async fn revoke_of_session(
    op: &mut Op,
    session: SessionId,
    reason: &'static str,
) -> Result<(), OpError> {
    let now = op.now;
    let revoked = store::revoke_of_session(op.writing().await?, session, reason, now).await?;
    record(op, &revoked, reason);
    Ok(())
}

/// Revokes all that a person has given to a client.
pub(super) async fn revoke_of_client(
    op: &mut Op,
    person: PersonId,
    client: &ClientId,
    reason: &'static str,
) -> Result<usize, OpError> {
    let now = op.now;
    let revoked = store::revoke_of_client(op.writing().await?, (person, client), reason, now).await?;
    record(op, &revoked, reason);
    Ok(revoked.len())
}

/// How long an expired family is kept at least, so that a late replay is still told from a guess.
const KEEP: Duration = Duration::from_hours(24);

/// Deletes families that expired a day ago and whose session has ended since, by its longest life: whoever was given
/// something is told of that end; what is kept of single tokens that have expired,
/// and requests that nobody polls for any more. Answers how many.
pub async fn sweep(op: &mut Op) -> Result<u64, OpError> {
    let before = op.now.minus(KEEP.max(op.house.config.signin.session_life));
    let now = op.now;
    let tx = op.writing().await?;
    let tokens = token_store::delete_expired(tx, now).await?;
    let families = store::delete_expired(tx, before).await?;
    Ok(families + tokens + polled::sweep(op).await?)
}

fn record(op: &mut Op, revoked: &[Revoked], reason: &'static str) {
    for family in revoked {
        op.record(
            EventDraft::success(EventKind::TokenRevoked)
                .because(reason)
                .client(&family.client_id)
                .on_behalf_of(family.person_id)
                .target("authorization", family.id),
        );
    }
    if let Some(family) = revoked.first() {
        // Whoever remembers one of these families lets go of it.
        op.tell(Notice::Person(family.person_id));
    }
}
