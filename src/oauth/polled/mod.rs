//! Requests for which a client polls while a person decides elsewhere: device authorizations (RFC 8628) and backchannel
//! authentication (OpenID CIBA Core).
//!
//! A request is named to the client by 256 bits of chance, of which a digest is stored; it is answered once, and what was
//! given is redeemed once.

mod ping;
mod store;

pub(super) use ping::jobs;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::approval::Approval;
use super::consent::{self, Allowed};
use super::rights::Rights;
use super::terms::Terms;
use crate::client::Client;
use crate::domain::{
    Acr, ClientId, Digest32, EventKind, OrganisationId, PersonId, PolledRequestId, Scopes, Timestamp, Token,
};
use crate::op::{EventDraft, Op, OpError};
use crate::session::Session;

/// What each poll that comes too early adds to the interval (RFC 8628 section 3.5).
const SLOWER: i64 = 5;

/// A poll may come so much before its time: clients count from when they sent the last one, we from when it came.
const SLACK: Duration = Duration::from_millis(500);

/// How long an expired request is kept, so that the client is told that it has expired.
const KEEP: Duration = Duration::from_hours(1);

/// User codes that are tried before one is free; the second is needed once in many millions.
const TRIES: usize = 5;

/// How the person is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// By a code that a device shows.
    Device,
    /// In the account portal.
    Backchannel,
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Pending,
    Approved,
    Denied,
    Redeemed,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) scopes: Scopes,
    /// Resources and details.
    #[serde(default)]
    pub(super) terms: Terms,
    /// The address from which the client asked.
    pub(super) address: Option<String>,
    /// Words that the person sees at the client too.
    pub(super) binding_message: Option<String>,
    pub(super) acr: Option<Acr>,
    /// The ping with which the client is told of the answer, sealed; `None` if it asks by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ping: Option<String>,
}

/// One request as stored.
#[derive(Debug, Clone)]
pub(super) struct PolledRequest {
    pub(super) id: PolledRequestId,
    pub(super) kind: Kind,
    pub(super) organisation_id: OrganisationId,
    pub(super) client_id: ClientId,
    pub(super) person_id: Option<PersonId>,
    pub(super) asked: Asked,
    pub(super) state: State,
    pub(super) given: Option<Approval>,
    /// Seconds.
    pub(super) interval: i64,
    pub(super) polled_at: Option<Timestamp>,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

impl PolledRequest {
    /// Whether a person may still answer it.
    pub(super) fn is_open(&self, now: Timestamp) -> bool {
        self.state == State::Pending && now < self.expires_at
    }
}

/// A request to be stored.
#[derive(Debug)]
pub(super) struct NewRequest<'a> {
    pub(super) kind: Kind,
    pub(super) client: &'a Client,
    pub(super) person: Option<PersonId>,
    pub(super) asked: Asked,
    pub(super) life: Duration,
    /// What the client has given to be told by of the answer.
    pub(super) notification_token: Option<&'a str>,
}

/// Makes a code for people: as it is shown, and what is stored of it.
pub(super) type MakeUserCode = fn(&Op) -> (String, Digest32);

/// Stores a request; answers the secret for the client. A device's request gets one of the codes that `user_code` makes,
/// which is answered beside.
pub(super) async fn open(
    op: &mut Op,
    new: NewRequest<'_>,
    user_code: Option<MakeUserCode>,
) -> Result<(Token, String), OpError> {
    let secret = op.token();
    let id = op.id();
    let mut asked = new.asked;
    if let Some(token) = new.notification_token {
        asked.ping = Some(ping::seal(&op.house, id, &secret, token)?);
    }
    let request = PolledRequest {
        id,
        kind: new.kind,
        organisation_id: new.client.organisation_id,
        client_id: new.client.id.clone(),
        person_id: new.person,
        asked,
        state: State::Pending,
        given: None,
        interval: interval(op),
        polled_at: None,
        created_at: op.now,
        expires_at: op.now.plus(new.life),
    };
    for _ in 0..TRIES {
        let code = user_code.map(|make| make(op));
        let hash = code.as_ref().map(|(_, hash)| *hash);
        if store::insert(op.writing().await?, &secret.digest(), hash, &request).await? {
            record_opened(op, &request);
            let shown = code.map(|(shown, _)| shown).unwrap_or_default();
            return Ok((secret, shown));
        }
    }
    Err(OpError::Broken("no user code is free"))
}

/// The interval with which clients begin to poll, in seconds.
pub(super) fn interval(op: &Op) -> i64 {
    let seconds = op.house.config.oauth.poll_interval.as_secs();
    i64::try_from(seconds).unwrap_or(SLOWER)
}

fn record_opened(op: &mut Op, request: &PolledRequest) {
    let draft = EventDraft::success(EventKind::AuthorizationRequested)
        .client(&request.client_id)
        .organisation(request.organisation_id)
        .target("polled_request", request.id)
        .detail("scope", request.asked.scopes.to_string());
    op.record(match request.person_id {
        Some(person) => draft.on_behalf_of(person),
        None => draft,
    });
}

/// The request that a client names by its secret.
pub(super) async fn find_by_secret(
    op: &mut Op,
    kind: Kind,
    secret: &Token,
) -> Result<Option<PolledRequest>, OpError> {
    Ok(store::by_secret(op.reading().await?, kind, &secret.digest()).await?)
}

/// The request whose code a person has typed.
pub(super) async fn find_by_user_code(
    op: &mut Op,
    hash: &Digest32,
) -> Result<Option<PolledRequest>, OpError> {
    Ok(store::by_user_code(op.reading().await?, hash).await?)
}

/// A request by its id.
pub(super) async fn find(op: &mut Op, id: PolledRequestId) -> Result<Option<PolledRequest>, OpError> {
    Ok(store::by_id(op.reading().await?, id).await?)
}

/// What waits for this person's answer, the newest first.
pub(super) async fn waiting_for(op: &mut Op, person: PersonId) -> Result<Vec<PolledRequest>, OpError> {
    let now = op.now;
    Ok(store::waiting_for(op.reading().await?, person, now).await?)
}

/// How many questions of a client wait for a person's answer.
pub(super) async fn count_waiting(
    op: &mut Op,
    (client, person): (&ClientId, PersonId),
) -> Result<i64, OpError> {
    let now = op.now;
    Ok(store::count_waiting(op.reading().await?, client, person, now).await?)
}

/// Whether a person has said no to a question of a client within a while.
pub(super) async fn has_refused(
    op: &mut Op,
    (client, person): (&ClientId, PersonId),
    within: Duration,
) -> Result<bool, OpError> {
    let since = op.now.minus(within);
    Ok(store::count_refused(op.reading().await?, client, person, since).await? > 0)
}

/// Notes a poll; answers whether it came in time. One that comes too early makes the interval longer for all that follow.
pub(super) async fn poll(op: &mut Op, request: &PolledRequest) -> Result<bool, OpError> {
    let now = op.now;
    let in_time = is_in_time(request.polled_at, request.interval, now);
    let interval = if in_time {
        request.interval
    } else {
        request.interval.saturating_add(SLOWER)
    };
    store::note_poll(op.writing().await?, request.id, interval, now).await?;
    Ok(in_time)
}

/// Pure rule: whether so long has passed since the last poll.
fn is_in_time(polled_at: Option<Timestamp>, interval: i64, now: Timestamp) -> bool {
    let least = Duration::from_secs(u64::try_from(interval).unwrap_or_default());
    polled_at.is_none_or(|last| now.since(last).saturating_add(SLACK) >= least)
}

/// The person says yes: what is given waits for the client, and is remembered as a consent. False if the request was
/// answered before or has expired.
pub(super) async fn approve(
    op: &mut Op,
    request: &PolledRequest,
    session: &Session,
    (client, rights, given): (&Client, &Rights, &Approval),
) -> Result<bool, OpError> {
    let now = op.now;
    let answer = (State::Approved, Some(given));
    let whose = (request.id, session.person_id);
    if !store::answer(op.writing().await?, whose, answer, now).await? {
        return Ok(false);
    }
    ping::queue(op, request).await?;
    let allowed = Allowed {
        client,
        scopes: &given.scopes,
        applications: &rights.applications,
        details: &given.terms.authorization_details,
    };
    consent::give(op, session, allowed).await?;
    Ok(true)
}

/// The person says no. False if the request was answered before or has expired.
pub(super) async fn deny(op: &mut Op, request: &PolledRequest, session: &Session) -> Result<bool, OpError> {
    let now = op.now;
    let whose = (request.id, session.person_id);
    if !store::answer(op.writing().await?, whose, (State::Denied, None), now).await? {
        return Ok(false);
    }
    ping::queue(op, request).await?;
    op.record(
        EventDraft::success(EventKind::ConsentRefused)
            .client(&request.client_id)
            .on_behalf_of(session.person_id)
            .organisation(session.organisation_id)
            .session(session.id)
            .target("polled_request", request.id)
            .detail("scope", request.asked.scopes.to_string()),
    );
    Ok(true)
}

/// Takes back what a person has approved for a client and nobody has redeemed; answers how much.
pub(super) async fn withdraw(op: &mut Op, person: PersonId, client: &ClientId) -> Result<u64, OpError> {
    Ok(store::withdraw(op.writing().await?, person, client).await?)
}

/// Uses up what was given: of two at once one does.
pub(super) async fn redeem(op: &mut Op, id: PolledRequestId) -> Result<bool, OpError> {
    Ok(store::redeem(op.writing().await?, id).await?)
}

/// Deletes requests that expired an hour ago; answers how many. No rule depends on it.
pub(super) async fn sweep(op: &mut Op) -> Result<u64, OpError> {
    let before = op.now.minus(KEEP);
    Ok(store::delete_expired(op.writing().await?, before).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poll_is_in_time_when_the_interval_has_passed_since_the_last_one() {
        let last = Timestamp::from_seconds(100);
        for (after, expected) in [(0, false), (4_400, false), (4_500, true), (5_000, true)] {
            let now = last.plus(Duration::from_millis(after));
            assert_eq!(is_in_time(Some(last), 5, now), expected, "{after}");
        }
        assert!(is_in_time(None, 5, last));
    }
}
