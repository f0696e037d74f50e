//! The registry of clients: kept in memory while unchanged, changed with events.

use std::sync::Arc;
use std::time::Duration;

use super::keys::{self, allowed, usable_keys};
use super::registration;
use super::secret::{self, KnownSecret};
use super::store;
use super::{Client, NewClient, RegistrationError};
use super::{document, registration_store};
use crate::domain::{
    ClientId, ClientStatus, EventKind, Notice, OrganisationId, OrganisationStatus, Secret, Timestamp,
};
use crate::jose::PublicKey;
use crate::op::{Copies, EventDraft, House, Op, OpError, Part};
use crate::person;
use crate::storage::taken;

/// How many clients, known and unknown ones, are kept in memory.
const MOST_KEPT: u64 = 10_000;

/// The net below the notices: so long a copy lives at most.
const KEPT_FOR: Duration = Duration::from_mins(1);

/// A client with what proves it, ready to verify.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) client: Arc<Client>,
    pub(super) secrets: Vec<KnownSecret>,
    /// All that it has registered by value …
    pub(super) all_keys: Vec<PublicKey>,
    /// … and those among them that verify its assertions.
    pub(super) keys: Vec<PublicKey>,
    /// Until when its metadata document held, if it is known by one.
    document_until: Option<Timestamp>,
}

/// Copies of clients. That an id is unknown is kept too, so that asking for it again costs no query.
#[derive(Debug)]
struct Registry(Copies<ClientId, Option<Arc<Known>>>);

impl Part for Registry {
    fn new(_: &House) -> Self {
        Self(Copies::new(MOST_KEPT, KEPT_FOR).of_key(|id: &ClientId| id.into()))
    }
}

/// A client by its id, from a bounded cache; as it is committed, without changes of an act under way. Disabled clients
/// are found too.
pub async fn find(op: &mut Op, id: &ClientId) -> Result<Option<Arc<Client>>, OpError> {
    let known = known(op, id).await?;
    Ok(known.map(|known| Arc::clone(&known.client)))
}

/// A client that may be used at this moment: active, and of an organisation that is. One that is known by its metadata
/// document is read anew, if it is time.
pub async fn find_active(op: &mut Op, id: &ClientId) -> Result<Option<Arc<Client>>, OpError> {
    if id.is_document() {
        document::refresh(op, id).await?;
    }
    let found = known_active(op, id).await?;
    if let Some(client) = &found {
        keys::prepare(op, client).await;
    }
    Ok(found)
}

/// The same by what is known already: nobody outside is asked. For the use of what a client was given.
pub async fn known_active(op: &mut Op, id: &ClientId) -> Result<Option<Arc<Client>>, OpError> {
    match known(op, id).await? {
        Some(known) if is_active(op, &known).await? => Ok(Some(Arc::clone(&known.client))),
        Some(_) | None => Ok(None),
    }
}

/// Whether a client may be used. Its organisation comes from the copies of `person`, which notices keep current.
pub(super) async fn is_active(op: &mut Op, known: &Known) -> Result<bool, OpError> {
    let client = &known.client;
    let is_allowed = !client.id.is_document()
        || document::is_allowed(&op.house.config, &client.id)
            && document::is_believed(known.document_until, op.now);
    if client.status != ClientStatus::Active || !is_allowed {
        return Ok(false);
    }
    let organisation = person::find_organisation(op, client.organisation_id).await?;
    Ok(organisation.is_some_and(|found| found.status == OrganisationStatus::Active))
}

pub(super) async fn known(op: &mut Op, id: &ClientId) -> Result<Option<Arc<Known>>, OpError> {
    let registry = op.house.part::<Registry>();
    let known = registry
        .0
        .get(op, id, async |op| Ok(Some(load(op, id).await?.map(Arc::new))))
        .await?;
    Ok(known.flatten())
}

async fn load(op: &mut Op, id: &ClientId) -> Result<Option<Known>, OpError> {
    // Not `op.reading`: a client that an act has only just made proves nothing yet.
    op.rest();
    let mut tx = op.house.storage.read().await?;
    let Some(client) = store::find(&mut tx, id).await? else {
        return Ok(None);
    };
    let secrets = store::secrets(&mut tx, id).await?;
    let document_until = if id.is_document() {
        registration_store::document(&mut tx, id).await?
    } else {
        None
    };
    drop(tx);
    let secrets = secrets
        .into_iter()
        .map(|one| secret::open(&op.house.master_key, id, one))
        .collect();
    let only = client.settings.token_endpoint_auth_signing_alg();
    let all_keys = client.jwks.as_ref().map(|set| usable_keys(set, None));
    let all_keys = all_keys.unwrap_or_default();
    Ok(Some(Known {
        client: Arc::new(client),
        secrets,
        keys: allowed(&op.house.config, &all_keys, only),
        all_keys,
        document_until,
    }))
}

/// All clients of an organisation, by id.
pub async fn list(op: &mut Op, organisation: OrganisationId) -> Result<Vec<Client>, OpError> {
    Ok(store::list(op.reading().await?, organisation).await?)
}

/// Stores a client; answers its secret (256 bits, shown this once) if its authentication method uses one.
pub async fn create(op: &mut Op, new: NewClient) -> Result<Option<Secret>, RegistrationError> {
    registration::check(op, &new).await?;
    let now = op.now;
    store::insert(op.writing().await?, &new, now)
        .await
        .map_err(taken(RegistrationError::IdTaken))?;
    let secret = match new.auth_method {
        method if method.has_secret() => Some(secret::insert(op, &new.id, method, None).await?),
        _ => None,
    };
    let draft = EventDraft::success(EventKind::ClientCreated)
        .target_named("client", new.id.as_str())
        .organisation(new.organisation_id)
        .change(serde_json::Value::Null, told(&new));
    op.record(draft);
    op.tell(Notice::Client(new.id));
    Ok(secret)
}

/// Disables a client: it authenticates no more. False if there is no such client or it was disabled before.
pub async fn disable(op: &mut Op, id: &ClientId) -> Result<bool, OpError> {
    let now = op.now;
    let tx = op.writing().await?;
    let Some(client) = store::find(tx, id).await? else {
        return Ok(false);
    };
    if !store::disable(tx, id, now).await? {
        return Ok(false);
    }
    let status = |status: ClientStatus| serde_json::json!({ "status": status.as_str() });
    let draft = EventDraft::success(EventKind::ClientChanged)
        .target_named("client", id.as_str())
        .organisation(client.organisation_id)
        .change(status(ClientStatus::Active), status(ClientStatus::Disabled));
    op.record(draft);
    op.tell(Notice::Client(id.clone()));
    Ok(true)
}

/// What the event says of a new client.
fn told(new: &NewClient) -> serde_json::Value {
    serde_json::json!({
        "name": new.name,
        "auth_method": new.auth_method,
        "grant_types": new.grant_types,
        "scopes": new.scopes,
        "redirect_uris": new.redirect_uris,
        "shared": new.shared,
        "consent_required": new.consent_required,
        "settings": new.settings,
    })
}
