//! What ends before its time: one token, all of a client, all of a person.
//!
//! A token that came out of an authorization ends with its family. For the others their `jti` is listed until they would
//! have expired. All of a client is one moment: what was given to it until then counts no more.

use super::family::Family;
use super::presented::Presented;
use super::{AGE, COPIES, store, token_store};
use crate::client::Client;
use crate::domain::{ClientId, EventKind, Id, Notice, Subject, Timestamp};
use crate::op::{Copies, EventDraft, House, Kind, Op, OpError, Part};
use crate::person::{self, Person, PersonError};
use crate::rule;
use crate::session;

/// What was looked up within the last second.
#[derive(Debug)]
struct Ended {
    /// Whether a token is listed, by its `jti`; and whose it is.
    tokens: Copies<String, (ClientId, bool)>,
    cuts: Copies<ClientId, Option<Timestamp>>,
}

impl Part for Ended {
    fn new(_: &House) -> Self {
        Self {
            tokens: Copies::new(COPIES, AGE)
                .of_owner(Kind::Clients, |(client, _): &(ClientId, bool)| client.into()),
            cuts: Copies::new(COPIES, AGE).of_key(|client: &ClientId| client.into()),
        }
    }
}

/// Whether a token was ended by itself, or with all that its client had. Whether its family lives is asked elsewhere.
pub(super) async fn has_ended(
    op: &mut Op,
    token: &Presented,
    family: Option<&Family>,
) -> Result<bool, OpError> {
    if is_cut(op, &token.client, &token.id).await? {
        return Ok(true);
    }
    // The client's own family is revoked with the token, so that there is nothing to look up.
    if family.is_some_and(|family| family.client_id == token.client) {
        return Ok(false);
    }
    let (id, part) = (token.id.to_string(), op.house.part::<Ended>());
    let listed = part
        .tokens
        .get(op, &id, async |op| {
            let listed = token_store::is_revoked(op.reading().await?, &id).await?;
            Ok(Some((token.client.clone(), listed)))
        })
        .await?;
    Ok(listed.is_some_and(|(_, listed)| listed))
}

/// Whether something that a client was given (a token, a code) ended when all of the client ended. Its id tells when it was
/// made.
pub(super) async fn is_cut<K>(op: &mut Op, client: &ClientId, given: &Id<K>) -> Result<bool, OpError> {
    let part = op.house.part::<Ended>();
    let cut = part
        .cuts
        .get(op, client, async |op| {
            Ok(Some(token_store::find_cut(op.reading().await?, client).await?))
        })
        .await?;
    Ok(cut.flatten().is_some_and(|cut| given.made_at() <= cut))
}

/// Ends one token by itself, and nothing beside it.
pub(super) async fn end_token(op: &mut Op, token: &Presented, reason: &'static str) -> Result<(), OpError> {
    let (now, id) = (op.now, token.id.to_string());
    let tx = op.writing().await?;
    if token_store::insert_revoked(tx, &id, &token.client, token.expires_at, now).await? {
        op.record(
            EventDraft::success(EventKind::TokenRevoked)
                .because(reason)
                .client(&token.client)
                .target("token", token.id),
        );
        op.tell(Notice::Client(token.client.clone()));
    }
    Ok(())
}

/// How much ended at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// Authorizations with their refresh tokens and access tokens.
    pub authorizations: u64,
    pub consents: u64,
    pub sessions: u64,
}

/// Ends all that a person has: sessions, the trust in devices, and what was given to clients, with the consents to it. Whoever holds any of
/// it gets nothing more, and the person signs in and is asked anew.
pub async fn end_all_of_person(
    op: &mut Op,
    person: &Person,
    reason: &'static str,
) -> Result<Ending, PersonError> {
    let (id, now) = (person.id, op.now);
    person::raise_epoch(op, person.organisation_id, Subject::Person(id), reason).await?;
    let sessions = session::end_all(op, id, reason).await?;
    rule::distrust_all(op, id).await?;
    let tx = op.writing().await?;
    let ending = Ending {
        authorizations: store::revoke_all_of_person(tx, id, reason, now).await?,
        consents: store::withdraw_all_of_person(tx, id, now).await?,
        sessions,
    };
    op.record(
        EventDraft::success(EventKind::PersonTokensRevoked)
            .because(reason)
            .organisation(person.organisation_id)
            .target("person", id)
            .detail("authorizations", ending.authorizations)
            .detail("consents", ending.consents)
            .detail("sessions", ending.sessions),
    );
    Ok(ending)
}

/// Ends all that was given to a client: its codes, access tokens and refresh tokens. Consents stay, and so does the client;
/// to lock it out, disable it. Answers how many authorizations lived.
pub async fn end_all_of_client(op: &mut Op, client: &Client, reason: &'static str) -> Result<u64, OpError> {
    let now = op.now;
    let tx = op.writing().await?;
    token_store::cut(tx, &client.id, now).await?;
    let authorizations = store::revoke_all_of_client(tx, &client.id, reason, now).await?;
    op.record(
        EventDraft::success(EventKind::ClientTokensRevoked)
            .because(reason)
            .organisation(client.organisation_id)
            .target_named("client", client.id.as_str())
            .detail("authorizations", authorizations),
    );
    op.tell(Notice::Client(client.id.clone()));
    Ok(authorizations)
}
