//! Clients that register themselves (RFC 7591) and look after their registration (RFC 7592).

use std::time::Duration;

use serde_json::json;

use super::initial::{self, RegistrationTokenSummary};
use super::keys::Whose;
use super::metadata::{self, Document, MetadataRefusal, Server, Wanted};
use super::registration_store::{self as store, StoredRegistration};
use super::{
    Client, ClientSettings, NewClient, Policy, approval, registration, registry, secret, sector, statement,
    store as clients,
};
use crate::access;
use crate::config::Registration;
use crate::domain::{
    ClientAuthMethod, ClientId, ClientStatus, Notice, RegistrationTokenId, Right, Scopes, Secret, Timestamp,
    Token,
};
use crate::ephemeral::Verdict;
use crate::op::{Op, OpError};
use crate::person;

/// Members that are ours to give: a client that says them is out of date (RFC 7592 section 2.2).
pub(super) const OURS: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// Who may register, and what.
#[derive(Debug, Clone)]
pub struct Registrar {
    policy: Policy,
    token: Option<RegistrationTokenId>,
}

/// Why nobody may register here with what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegistrarError {
    /// Registration is off.
    Off,
    /// A token is needed.
    Missing,
    /// The token is unknown, has expired or was used up.
    Token,
    /// Too many registrations from this address: wait so long.
    TooMany(Duration),
}

/// A client as it is told to itself.
#[derive(Debug)]
pub struct Registered {
    pub client_id: ClientId,
    /// All metadata, those of the protocol among them, but for the address to change them at.
    pub document: Document,
}

/// Finds out what the bearer of a token, or anybody, may register.
pub async fn registrar(
    op: &mut Op,
    token: Option<&Token>,
) -> Result<Result<Registrar, RegistrarError>, OpError> {
    let mode = op.house.config.oauth.registration;
    if mode == Registration::Off {
        return Ok(Err(RegistrarError::Off));
    }
    if let Some(token) = token {
        let found = initial::find(op, token).await?;
        return Ok(found.map(by_token).ok_or(RegistrarError::Token));
    }
    if mode == Registration::Token {
        return Ok(Err(RegistrarError::Missing));
    }
    let key = format!("registration:{}", crate::http::network_name(op.seen.address));
    let limit = op.house.config.limits.registrations_per_address;
    if let Verdict::Beyond(wait) = op.house.ephemeral.count(&key, limit, op.now).await {
        return Ok(Err(RegistrarError::TooMany(wait)));
    }
    let policy = open_policy(op).await?;
    Ok(policy
        .map(|policy| Registrar { policy, token: None })
        .ok_or(RegistrarError::Off))
}

fn by_token(found: RegistrationTokenSummary) -> Registrar {
    Registrar {
        policy: found.policy,
        token: Some(found.id),
    }
}

/// What clients may be for which nobody speaks.
pub(super) async fn open_policy(op: &mut Op) -> Result<Option<Policy>, OpError> {
    let oauth = &op.house.config.oauth;
    let slug = oauth.registration_organisation.clone();
    let (audiences, scopes) = (
        oauth.registration_applications.clone(),
        oauth.registration_scopes.clone(),
    );
    let Some(organisation) = person::find_organisation_by_slug(op, &slug).await? else {
        return Ok(None);
    };
    let mut policy = Policy::plain(organisation.id);
    for audience in audiences {
        match access::application_of(op, &audience).await? {
            // Whoever registers itself gets the others meanwhile.
            Some(found) if found.is_retired() => {}
            Some(found) if policy.application_id.is_none() => policy.application_id = Some(found.id),
            Some(found) => policy.further_applications.push(found.id),
            None => tracing::warn!(
                audience,
                "oauth.registration_applications: there is no such application"
            ),
        }
    }
    if policy.application_id.is_some() {
        let more = Scopes::parse(&scopes.join(" ")).unwrap_or_default();
        // Nobody gets rights over this house by registering themselves.
        let more = more.iter().filter(|scope| Right::parse(scope.as_str()).is_none());
        policy.scopes = policy.scopes.union(&more.cloned().collect());
    }
    Ok(Some(policy))
}

/// Registers a client.
pub async fn register(
    op: &mut Op,
    registrar: &Registrar,
    document: Document,
) -> Result<Result<Registered, MetadataRefusal>, OpError> {
    let policy = &registrar.policy;
    let (wanted, statement) = match read(op, policy, document).await? {
        Ok(read) => read,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let id = new_id(op)?;
    let new = new_client(&id, policy, &wanted);
    if let Some(refusal) = sector::refusal(op, Whose::Stranger, &wanted).await {
        return Ok(Err(refusal));
    }
    if let Some(token) = registrar.token
        && !initial::take(op, token).await?
    {
        return Ok(Err(MetadataRefusal::metadata(
            "the initial access token was used up",
        )));
    }
    let secret = match registry::create(op, new).await {
        Ok(secret) => secret,
        Err(refused) => return MetadataRefusal::of(refused).map(Err),
    };
    let (now, token) = (op.now, op.token());
    let registration = StoredRegistration {
        hash: token.digest(),
        policy: policy.clone(),
        software_statement: statement,
        created_at: now,
    };
    let tx = op.writing().await?;
    store::insert(tx, &id, &registration, registrar.token).await?;
    if policy.approval {
        store::set_status(tx, &id, (ClientStatus::Active, ClientStatus::Pending), now).await?;
    }
    let client = clients::find(tx, &id)
        .await?
        .ok_or(OpError::Broken("the client is gone"))?;
    let mut draft = secret::event(&id, client.organisation_id, "registered itself")
        .detail("status", client.status.as_str());
    if let Some(by) = registrar.token {
        draft = draft.detail("registration_token", by.to_string());
    }
    op.record(draft);
    Ok(Ok(told(&client, &registration, secret.as_ref(), Some(&token))))
}

/// The client that a registration access token belongs to (RFC 7592 section 3): `None` if the two do not fit, or the client
/// is no more.
async fn owner(
    op: &mut Op,
    id: &ClientId,
    token: &Token,
) -> Result<Option<(Client, StoredRegistration)>, OpError> {
    let tx = op.reading().await?;
    let Some(registration) = store::find(tx, id).await? else {
        return Ok(None);
    };
    let client = clients::find(tx, id).await?;
    let fits = registration.hash.matches(&token.digest());
    Ok(client
        .filter(|found| fits && found.status != ClientStatus::Disabled)
        .map(|client| (client, registration)))
}

/// Tells a client what it is (RFC 7592 section 2.1).
pub async fn registered(op: &mut Op, id: &ClientId, token: &Token) -> Result<Option<Registered>, OpError> {
    let found = owner(op, id, token).await?;
    Ok(found.map(|(client, registration)| told(&client, &registration, None, Some(token))))
}

/// What a client says of itself would take back what an administrator has said meanwhile.
pub(super) const CHANGED: OpError = OpError::Overloaded("changes of one client at once");

/// Replaces all that a client says of itself (RFC 7592 section 2.2): what it leaves out has its default again. It gets a new
/// registration access token. Under a policy that asks for approval, what has changed waits for it anew.
pub async fn update(
    op: &mut Op,
    id: &ClientId,
    token: &Token,
    document: Document,
) -> Result<Option<Result<Registered, MetadataRefusal>>, OpError> {
    let Some((client, mut registration)) = owner(op, id, token).await? else {
        return Ok(None);
    };
    let presented = match check_update(op, &client, &document).await? {
        Ok(presented) => presented,
        Err(refusal) => return Ok(Some(Err(refusal))),
    };
    let policy = registration.policy.clone();
    let (wanted, statement) = match read(op, &policy, document).await? {
        Ok(read) => read,
        Err(refusal) => return Ok(Some(Err(refusal))),
    };
    if let Some(refusal) = sector::refusal(op, Whose::Stranger, &wanted).await {
        return Ok(Some(Err(refusal)));
    }
    let new = again(&client, new_client(id, &policy, &wanted))?;
    if let Err(refused) = registration::check(op, &new).await {
        return MetadataRefusal::of(refused).map(|refusal| Some(Err(refusal)));
    }
    registration.software_statement = statement;
    let (now, next) = (op.now, op.token());
    if !approval::is_unchanged(op, &client).await? {
        return Err(CHANGED);
    }
    let tx = op.writing().await?;
    store::replace(tx, &new, now).await?;
    let hashes = (&registration.hash, &next.digest());
    if !store::renew(tx, id, hashes, registration.software_statement.as_ref()).await? {
        return Ok(None);
    }
    let secret = renew_secret(op, &client, wanted.auth_method).await?;
    let tx = op.writing().await?;
    let changed = clients::find(tx, id)
        .await?
        .ok_or(OpError::Broken("the client is gone"))?;
    let (before, after) = (metadata::write(&client), metadata::write(&changed));
    if policy.approval && before != after {
        store::set_status(tx, id, (ClientStatus::Active, ClientStatus::Pending), now).await?;
    }
    let draft = secret::event(id, client.organisation_id, "changed its registration");
    op.record(draft.change(json!(before), json!(after)));
    op.tell(Notice::Client(id.clone()));
    let secret = secret.or(presented);
    Ok(Some(Ok(told(
        &changed,
        &registration,
        secret.as_ref(),
        Some(&next),
    ))))
}

/// Ends a registration (RFC 7592 section 2.3): the client is disabled, with all that it holds. False if the token is not
/// its.
pub async fn unregister(op: &mut Op, id: &ClientId, token: &Token) -> Result<bool, OpError> {
    let Some((client, _)) = owner(op, id, token).await? else {
        return Ok(false);
    };
    let now = op.now;
    let tx = op.writing().await?;
    clients::disable(tx, id, now).await?;
    clients::end_secrets(tx, id, now, now).await?;
    store::delete(tx, id).await?;
    op.record(secret::event(
        id,
        client.organisation_id,
        "ended its registration",
    ));
    op.tell(Notice::Client(id.clone()));
    Ok(true)
}

/// Reads a document and holds it against the policy.
async fn read(
    op: &mut Op,
    policy: &Policy,
    document: Document,
) -> Result<Result<(Wanted, Option<String>), MetadataRefusal>, OpError> {
    let document = match statement::apply(op, document).await {
        Ok(document) => document,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let statement = document
        .get(statement::MEMBER)
        .and_then(|value| value.as_str())
        .map(str::to_owned);
    let wanted = metadata::read(Server::of(&op.house, Whose::Stranger), &document)
        .and_then(|wanted| policy.check(&op.house.config, &wanted).map(|()| wanted));
    Ok(wanted.map(|wanted| (wanted, statement)))
}

/// What an update must not say, and the secret that it may repeat (RFC 7592 section 2.2).
async fn check_update(
    op: &mut Op,
    client: &Client,
    document: &Document,
) -> Result<Result<Option<Secret>, MetadataRefusal>, OpError> {
    if document.get("client_id").and_then(|value| value.as_str()) != Some(client.id.as_str()) {
        return Ok(Err(MetadataRefusal::metadata(
            "client_id is not that of the client",
        )));
    }
    if let Some(name) = OURS.iter().find(|name| document.contains_key(**name)) {
        return Ok(Err(MetadataRefusal::metadata(format!(
            "{name} must not be in an update"
        ))));
    }
    // One that is null is left out, like any member (RFC 7591 section 2); all else must be the secret.
    let Some(secret) = document.get("client_secret").filter(|value| !value.is_null()) else {
        return Ok(Ok(None));
    };
    let secret = secret.as_str().unwrap_or_default();
    let hash = secret::hash(&op.house.master_key, client.id.as_str(), secret);
    let stored = clients::secrets(op.reading().await?, &client.id).await?;
    if stored.iter().any(|one| one.hash.matches(&hash)) {
        return Ok(Ok(Some(Secret::new(secret.to_owned()))));
    }
    Ok(Err(MetadataRefusal::metadata(
        "client_secret is not that of the client",
    )))
}

/// A client that changes its method gets the secret that the new one needs, and loses those of the old one.
pub(super) async fn renew_secret(
    op: &mut Op,
    before: &Client,
    method: ClientAuthMethod,
) -> Result<Option<Secret>, OpError> {
    if before.auth_method == method {
        return Ok(None);
    }
    let sealed = ClientAuthMethod::ClientSecretJwt;
    let stays = before.auth_method.has_secret() && method.has_secret();
    if stays && before.auth_method != sealed && method != sealed {
        return Ok(None);
    }
    let now = op.now;
    clients::end_secrets(op.writing().await?, &before.id, now, now).await?;
    if method.has_secret() {
        return secret::insert(op, &before.id, method, None).await.map(Some);
    }
    Ok(None)
}

/// 128 bits of chance behind a letter, so that it is never shaped like a person's id.
pub(super) fn new_id(op: &Op) -> Result<ClientId, OpError> {
    let token = op.token();
    let start = token.expose().get(..22).unwrap_or_default();
    ClientId::parse(&format!("c_{start}")).map_err(|_| OpError::Broken("a new client id"))
}

fn scopes(policy: &Policy, wanted: &Wanted) -> Scopes {
    let asked = wanted.scopes.as_ref();
    asked.map_or_else(|| policy.scopes.clone(), |asked| asked.overlap(&policy.scopes))
}

pub(super) fn new_client(id: &ClientId, policy: &Policy, wanted: &Wanted) -> NewClient {
    let host = wanted
        .redirect_uris
        .first()
        .and_then(|one| url::Url::parse(one.as_str()).ok());
    let host = host.and_then(|url| url.host_str().map(str::to_owned));
    NewClient {
        id: id.clone(),
        organisation_id: policy.organisation_id,
        name: wanted.name.clone().or(host).unwrap_or_else(|| id.to_string()),
        auth_method: wanted.auth_method,
        jwks: wanted.jwks.clone(),
        redirect_uris: wanted.redirect_uris.clone(),
        post_logout_redirect_uris: wanted.post_logout_redirect_uris.clone(),
        grant_types: wanted.grant_types.clone(),
        scopes: scopes(policy, wanted),
        application_id: policy.application_id,
        service_account_id: policy.service_account_id,
        shared: policy.shared,
        // Who registers itself may say any name: people are asked, always.
        consent_required: true,
        signing_algorithm: wanted.signing_algorithm,
        claim_rules: Vec::new(),
        settings: ClientSettings {
            registered_itself: true,
            require_pkce: policy.require_pkce(wanted),
            token_exchange: policy.token_exchange.clone(),
            further_applications: policy.further_applications.clone(),
            ..wanted.settings.clone()
        },
    }
}

/// What a client is after it has said anew what it is: what an administrator gives stays as it was.
pub(super) fn again(before: &Client, new: NewClient) -> Result<NewClient, OpError> {
    let settings = metadata::replaced(&before.settings, &new.settings)
        .ok_or(OpError::Broken("the settings of a client cannot be written anew"))?;
    Ok(NewClient {
        organisation_id: before.organisation_id,
        application_id: before.application_id,
        service_account_id: before.service_account_id,
        shared: before.shared,
        consent_required: before.consent_required,
        claim_rules: before.claim_rules.clone(),
        settings,
        ..new
    })
}

/// The client information response (RFC 7591 section 3.2.1, RFC 7592 section 3).
fn told(
    client: &Client,
    registration: &StoredRegistration,
    secret: Option<&Secret>,
    token: Option<&Token>,
) -> Registered {
    let mut document = metadata::write(client);
    let issued: Timestamp = registration.created_at;
    document.insert("client_id_issued_at".to_owned(), json!(issued.as_seconds()));
    if let Some(secret) = secret {
        document.insert("client_secret".to_owned(), json!(secret.expose()));
        document.insert("client_secret_expires_at".to_owned(), json!(0));
    }
    if let Some(token) = token {
        document.insert("registration_access_token".to_owned(), json!(token.expose()));
    }
    if let Some(statement) = &registration.software_statement {
        document.insert(statement::MEMBER.to_owned(), json!(statement));
    }
    Registered {
        client_id: client.id.clone(),
        document,
    }
}
