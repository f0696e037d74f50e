//! Clients whose id is the address of their metadata (draft-ietf-oauth-client-id-metadata-document): nobody registers them.
//!
//! The document is fetched through `outbound`, held against the rules of a registration, and kept as a client like any
//! other, so that consents and tokens know it. It is fetched anew when its time is up and somebody comes with it; the use of
//! a token fetches nothing. A document that cannot be fetched any more, or is not valid any more, is believed for a day
//! beyond its time, and then the client is one no more. Where there is no good one yet, a failure is not remembered, so that
//! a document works as soon as it is mended; how often we knock is bounded by the address of who makes us.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use serde_json::json;
use tokio::sync::Mutex;

use super::keys::Whose;
use super::metadata::{self, Document, MetadataRefusal, Server, Wanted};
use super::{
    Client, NewClient, Policy, RegistrationError, approval, dynamic, registration_store, registry, secret,
    sector, store,
};
use crate::config::{ClientIdMetadata, Config};
use crate::domain::{Actor, ClientAuthMethod, ClientId, ClientStatus, Notice, Timestamp};
use crate::ephemeral::Verdict;
use crate::op::{House, Op, OpError, Part};

/// How long a document is believed: at least, if its answer says nothing, and at most; and how long the last good one is
/// while there is no newer one.
const SHORTEST: Duration = Duration::from_mins(5);
const USUAL: Duration = Duration::from_hours(1);
const LONGEST: Duration = Duration::from_hours(24);
const STALE: Duration = Duration::from_hours(24);

/// The largest document (section 6.6 of the draft advises 5 kB).
const LARGEST: usize = 10 * 1_024;

/// How many documents are known at once.
const MOST: u64 = 10_000;

/// What is known of each document. Each has a lock of its own, so that many who come with it fetch it once.
struct Fetched(Cache<ClientId, Arc<Mutex<Known>>>);

impl Part for Fetched {
    fn new(_: &House) -> Self {
        Self(Cache::new(MOST))
    }
}

#[derive(Debug, Default)]
struct Known {
    /// Until when the last good one holds, of this process or of another …
    until: Option<Timestamp>,
    /// … which is read once.
    is_read: bool,
    asked_at: Option<Timestamp>,
}

/// Whether a document is believed that held until then.
pub(super) fn is_believed(good_until: Option<Timestamp>, now: Timestamp) -> bool {
    good_until.is_some_and(|until| now < until.plus(STALE))
}

/// Whether an id that is an address may be used here at all.
pub(super) fn is_allowed(config: &Config, id: &ClientId) -> bool {
    match config.oauth.client_id_metadata {
        ClientIdMetadata::Off => false,
        ClientIdMetadata::Listed => is_listed(config, id),
        ClientIdMetadata::Approval => true,
    }
}

fn is_listed(config: &Config, id: &ClientId) -> bool {
    let url = url::Url::parse(id.as_str()).ok();
    let host = url.as_ref().and_then(|url| url.host_str());
    host.is_some_and(|host| {
        config
            .oauth
            .client_id_metadata_hosts
            .iter()
            .any(|one| one == host)
    })
}

/// Sees to it that the client of this address is known as its document says, as far as that is to be had.
pub(super) async fn refresh(op: &mut Op, id: &ClientId) -> Result<(), OpError> {
    if !is_allowed(&op.house.config, id) {
        return Ok(());
    }
    let all = op.house.part::<Fetched>();
    let one = all.0.get_with(id.clone(), Arc::default);
    op.rest();
    let now = op.now;
    let mut known = one.lock().await;
    if !known.is_read {
        known.until = registration_store::document(op.reading().await?, id).await?;
        known.is_read = true;
        op.rest();
    }
    let until = known.until;
    let is_fresh = until.is_some_and(|until| now < until);
    // While there is a good one.
    let pause = op.house.config.outbound.fetch_pause;
    let is_early = known
        .asked_at
        .is_some_and(|at| now >= at && now.since(at) < pause);
    if is_fresh || (is_early && is_believed(until, now)) || !may_ask(op).await {
        return Ok(());
    }
    known.asked_at = Some(now);
    match fetch(op, id).await? {
        Ok(until) => known.until = Some(until),
        Err(refusal) => {
            tracing::info!(client = %id, reason = %refusal.description, "the metadata document of a client is of no use");
        }
    }
    Ok(())
}

async fn may_ask(op: &Op) -> bool {
    let key = format!("client_document:{}", crate::http::network_name(op.seen.address));
    let limit = op.house.config.limits.client_documents_per_address;
    op.house.ephemeral.count(&key, limit, op.now).await == Verdict::Within
}

/// Fetches the document and keeps what it says; answers until when it holds.
async fn fetch(op: &mut Op, id: &ClientId) -> Result<Result<Timestamp, MetadataRefusal>, OpError> {
    let outbound = &op.house.outbound_to_strangers;
    let answer = outbound.get(id.as_str(), "application/json", LARGEST).await;
    let answer = match answer {
        Ok(answer) if answer.status == http::StatusCode::OK && answer.is_json() => answer,
        Ok(_) => {
            return Ok(Err(MetadataRefusal::metadata(
                "the answer is not a JSON document",
            )));
        }
        Err(error) => return Ok(Err(MetadataRefusal::metadata(error.to_string()))),
    };
    let Some(policy) = policy(op).await? else {
        return Ok(Err(MetadataRefusal::metadata(
            "oauth.registration_organisation is not there",
        )));
    };
    let wanted = match read(&op.house, &policy, id, &answer.body) {
        Ok(wanted) => wanted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Some(refusal) = sector::refusal(op, Whose::Stranger, &wanted).await {
        return Ok(Err(refusal));
    }
    let life = answer.max_age.unwrap_or(USUAL).clamp(SHORTEST, LONGEST);
    let until = op.now.plus(life);
    let mut own = Op::inside(&op.house, Actor::System);
    let kept = keep(&mut own, &policy, id, (&wanted, until)).await;
    let refused = own.conclude(kept).await?.err();
    Ok(refused.map_or(Ok(until), Err))
}

/// What such clients may be: they have no secret, since nobody has given them one.
async fn policy(op: &mut Op) -> Result<Option<Policy>, OpError> {
    let plain = dynamic::open_policy(op).await?;
    Ok(plain.map(|plain| Policy {
        auth_methods: vec![ClientAuthMethod::None, ClientAuthMethod::PrivateKeyJwt],
        ..plain
    }))
}

/// Section 4.1 of the draft.
fn read(house: &House, policy: &Policy, id: &ClientId, body: &[u8]) -> Result<Wanted, MetadataRefusal> {
    let read = serde_json::from_slice::<Document>(body);
    let mut document = read.map_err(|_| MetadataRefusal::metadata("the document is not a JSON object"))?;
    if document.get("client_id").and_then(|value| value.as_str()) != Some(id.as_str()) {
        return Err(MetadataRefusal::metadata(
            "client_id is not the address of the document",
        ));
    }
    if ["client_secret", "client_secret_expires_at"]
        .iter()
        .any(|name| document.contains_key(*name))
    {
        return Err(MetadataRefusal::metadata("the document holds a secret"));
    }
    document
        .entry("token_endpoint_auth_method")
        .or_insert_with(|| json!("none"));
    let wanted = metadata::read(Server::of(house, Whose::Stranger), &document)?;
    policy.check(&house.config, &wanted)?;
    Ok(wanted)
}

/// Keeps what the document says. Without a listed host it waits for approval, and anew when it has changed.
async fn keep(
    op: &mut Op,
    policy: &Policy,
    id: &ClientId,
    (wanted, until): (&Wanted, Timestamp),
) -> Result<Result<(), MetadataRefusal>, OpError> {
    let new = dynamic::new_client(id, policy, wanted);
    let found = store::find(op.reading().await?, id).await?;
    let kept = match found {
        None => begin(op, new).await?,
        Some(before) => renew(op, policy, &before, new).await?.map(|()| true),
    };
    if kept == Ok(true) {
        registration_store::note_document(op.writing().await?, id, until).await?;
        op.tell(Notice::Client(id.clone()));
    }
    Ok(kept.map(|_| ()))
}

/// False if another request was faster: the transaction is of no more use then.
async fn begin(op: &mut Op, new: NewClient) -> Result<Result<bool, MetadataRefusal>, OpError> {
    let (id, now) = (new.id.clone(), op.now);
    match registry::create(op, new).await {
        Ok(_) => {}
        Err(RegistrationError::IdTaken) => return Ok(Ok(false)),
        Err(refused) => return MetadataRefusal::of(refused).map(Err),
    }
    if !is_listed(&op.house.config, &id) {
        let change = (ClientStatus::Active, ClientStatus::Pending);
        registration_store::set_status(op.writing().await?, &id, change, now).await?;
    }
    Ok(Ok(true))
}

/// Replaces what the document said before. A client that had no application gets that of the configuration.
async fn renew(
    op: &mut Op,
    policy: &Policy,
    before: &Client,
    new: NewClient,
) -> Result<Result<(), MetadataRefusal>, OpError> {
    let (id, now) = (&before.id, op.now);
    let mut new = dynamic::again(before, new)?;
    if before.application_id.is_none() {
        new.application_id = policy.application_id;
        (new.settings.further_applications).clone_from(&policy.further_applications);
    }
    if let Err(refused) = super::registration::check(op, &new).await {
        return MetadataRefusal::of(refused).map(Err);
    }
    if !approval::is_unchanged(op, before).await? {
        return Err(dynamic::CHANGED);
    }
    let tx = op.writing().await?;
    registration_store::replace(tx, &new, now).await?;
    let after = store::find(tx, id)
        .await?
        .ok_or(OpError::Broken("the client is gone"))?;
    let (said_before, says) = (metadata::write(before), metadata::write(&after));
    if said_before == says {
        return Ok(Ok(()));
    }
    if !is_listed(&op.house.config, id) {
        let change = (ClientStatus::Active, ClientStatus::Pending);
        registration_store::set_status(op.writing().await?, id, change, now).await?;
    }
    let draft = secret::event(id, after.organisation_id, "its metadata document has changed");
    op.record(draft.change(json!(said_before), json!(says)));
    Ok(Ok(()))
}
