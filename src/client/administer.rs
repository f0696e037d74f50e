//! Administrators register clients and change them: by the rules of clients that register themselves, and with what such
//! clients never say of themselves.

use std::sync::Arc;

use serde_json::json;

use super::given::{self, Given};
use super::metadata::{self, Document, MetadataRefusal, Server, Wanted};
use super::{
    Client, NewClient, Policy, RegistrationError, approval, dynamic, keys::Whose, registration,
    registration_store, registry, secret, sector, statement, store as clients,
};
use crate::domain::{ClientId, ClientStatus, Notice, Secret};
use crate::op::{Op, OpError};

/// Members that this server alone says, and that a change must leave as they are.
const FIXED: [&str; 4] = ["client_id", "organisation_id", "status", "registered_itself"];

/// A client as an administrator has made or changed it.
#[derive(Debug)]
pub struct Administered {
    pub client: Box<Client>,
    /// A new one, shown this once.
    pub secret: Option<Secret>,
    /// Members of the document that mean nothing here and were left out.
    pub ignored: Vec<String>,
}

/// What came of a change.
#[derive(Debug)]
pub enum Change {
    Done(Administered),
    /// Nothing was changed.
    Refused(MetadataRefusal),
    /// The client is not what the administrator has seen: it has changed meanwhile. Nothing was done.
    Meanwhile,
    /// There is no such client, or it is disabled.
    Unknown,
}

/// Registers a client, active at once. Its id is the one that is given or that the document says, or else one is made.
pub async fn add(
    op: &mut Op,
    policy: &Policy,
    id: Option<ClientId>,
    document: Document,
) -> Result<Result<Administered, MetadataRefusal>, OpError> {
    let id = match chosen_id(op, id, &document)? {
        Ok(id) => id,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let known = |name: &str| is_known(name) || name == "client_id";
    let ignored = ignored(&document, known);
    let new = match read(op, policy, (&id, false), document).await? {
        Ok((new, _)) => new,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let secret = match registry::create(op, new).await {
        Ok(secret) => secret,
        Err(refused) => return named(refused).map(Err),
    };
    let client = clients::find(op.writing().await?, &id).await?;
    let client = client.ok_or(OpError::Broken("the client is gone"))?;
    Ok(Ok(Administered {
        client: Box::new(client),
        secret,
        ignored,
    }))
}

/// Changes the members that the document names: `null` takes one back. If it names the `digest` by which the client was
/// shown, only a client that is still the same is changed.
pub async fn change(op: &mut Op, id: &ClientId, changes: Document) -> Result<Change, OpError> {
    let found = clients::find(op.reading().await?, id).await?;
    let Some(before) = found.filter(|found| found.status != ClientStatus::Disabled) else {
        return Ok(Change::Unknown);
    };
    let seen = approval::digest(&before);
    if (changes.get("digest")).is_some_and(|said| said.as_str() != Some(seen.as_str())) {
        return Ok(Change::Meanwhile);
    }
    if let Err(refusal) = check_changes(&before, &changes) {
        return Ok(Change::Refused(refusal));
    }
    let ignored = ignored(&changes, is_known_change);
    let document = merged(&before, changes);
    let policy = Policy::of_administrator(before.organisation_id, &document);
    let whose = (id, before.registered_itself());
    let (new, wanted) = match read(op, &policy, whose, document).await? {
        Ok(read) => read,
        Err(refusal) => return Ok(Change::Refused(refusal)),
    };
    if let Err(refused) = registration::check(op, &new).await {
        return named(refused).map(Change::Refused);
    }
    if !approval::is_unchanged(op, &before).await? {
        return Ok(Change::Meanwhile);
    }
    let (client, secret) = store(op, &before, &new, &wanted).await?;
    Ok(Change::Done(Administered {
        client: Box::new(client),
        secret,
        ignored,
    }))
}

async fn store(
    op: &mut Op,
    before: &Client,
    new: &NewClient,
    wanted: &Wanted,
) -> Result<(Client, Option<Secret>), OpError> {
    let (id, now) = (&before.id, op.now);
    let tx = op.writing().await?;
    registration_store::replace(tx, new, now).await?;
    registration_store::give(tx, new).await?;
    let secret = dynamic::renew_secret(op, before, wanted.auth_method).await?;
    let after = clients::find(op.writing().await?, id).await?;
    let after = after.ok_or(OpError::Broken("the client is gone"))?;
    let (was, is) = (metadata::described(before), metadata::described(&after));
    let draft = secret::event(id, before.organisation_id, "changed by an administrator");
    op.record(draft.change(json!(was), json!(is)));
    op.tell(Notice::Client(id.clone()));
    Ok((after, secret))
}

/// Holds a document against the rules of metadata and against the bounds.
async fn read(
    op: &mut Op,
    policy: &Policy,
    (id, registered_itself): (&ClientId, bool),
    document: Document,
) -> Result<Result<(NewClient, Wanted), MetadataRefusal>, OpError> {
    let whose = Whose::by(registered_itself);
    if let Some(name) =
        (dynamic::OURS.iter().chain(&["client_secret"])).find(|name| document.contains_key(**name))
    {
        let text = format!("{name} is for this server to give");
        return Ok(Err(MetadataRefusal::metadata(text)));
    }
    // Of the administrator's own words: a statement speaks of the client, not of what it is given.
    let given = match Given::read(&document).and_then(|given| given.within(policy).map(|()| given)) {
        Ok(given) => given,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let document = match statement::apply(op, document).await {
        Ok(document) => document,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let house = Arc::clone(&op.house);
    let policy = given.policy(policy);
    let read = metadata::read(Server::of(&house, whose), &document).and_then(|wanted| {
        policy.check(&house.config, &wanted)?;
        Ok((given.client(id, &policy, &wanted, registered_itself), wanted))
    });
    let (new, wanted) = match read {
        Ok(read) => read,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let refusal = sector::refusal(op, whose, &wanted).await;
    Ok(refusal.map_or(Ok((new, wanted)), Err))
}

/// The id that an administrator has chosen, or one of chance. An address is the id of a client that publishes its metadata.
fn chosen_id(
    op: &Op,
    id: Option<ClientId>,
    document: &Document,
) -> Result<Result<ClientId, MetadataRefusal>, OpError> {
    let said = match metadata::member(document, "client_id") {
        None => None,
        Some(value) => match value.as_str().and_then(|text| ClientId::parse(text).ok()) {
            Some(said) => Some(said),
            None => return Ok(Err(MetadataRefusal::member("client_id"))),
        },
    };
    let differ = id.is_some() && said.is_some() && id != said;
    let Some(chosen) = id.or(said) else {
        return dynamic::new_id(op).map(Ok);
    };
    if differ || chosen.is_document() {
        return Ok(Err(MetadataRefusal::metadata(
            "client_id differs from the id that is given, or is an address",
        )));
    }
    Ok(Ok(chosen))
}

/// What an administrator cannot change.
fn check_changes(before: &Client, changes: &Document) -> Result<(), MetadataRefusal> {
    let present = metadata::described(before);
    let differs = |name: &str| {
        changes
            .get(name)
            .is_some_and(|said| present.get(name) != Some(said))
    };
    if let Some(name) = FIXED.iter().find(|name| differs(name)) {
        return Err(MetadataRefusal::metadata(format!("{name} does not change")));
    }
    let of_document = |name: &&String| !given::NAMES.contains(&name.as_str()) && name.as_str() != "digest";
    if before.id.is_document()
        && let Some(name) = changes.keys().filter(of_document).find(|name| differs(name))
    {
        return Err(MetadataRefusal::metadata(format!(
            "{name} is for the metadata document of the client to say"
        )));
    }
    Ok(())
}

/// What a client is, with what changes.
fn merged(before: &Client, changes: Document) -> Document {
    let mut document = metadata::described(before);
    if before.settings.response_types.is_empty() {
        // Told for the grant types that it has; others have others.
        document.remove("response_types");
    }
    for name in FIXED {
        document.remove(name);
    }
    document.extend(changes);
    document
}

/// A member of a document of changes that means nothing here.
#[must_use]
pub fn unknown_member(changes: &Document) -> Option<&str> {
    let mut names = changes.keys().map(String::as_str);
    names.find(|name| !is_known_change(name))
}

fn is_known_change(name: &str) -> bool {
    is_known(name) || name == "digest" || FIXED.contains(&name)
}

/// Whether a member gives a client more than what it says of itself: for the operator to say, on the machine itself.
#[must_use]
pub fn is_for_operators(name: &str) -> bool {
    name == "scope" || given::NAMES.contains(&name)
}

fn is_known(name: &str) -> bool {
    metadata::is_known(name) || name == statement::MEMBER || given::NAMES.contains(&name)
}

fn ignored(document: &Document, known: impl Fn(&str) -> bool) -> Vec<String> {
    document.keys().filter(|name| !known(name)).cloned().collect()
}

/// A refusal of the registry, with the name of the member.
fn named(refused: RegistrationError) -> Result<MetadataRefusal, OpError> {
    let field = refused.field();
    let refusal = MetadataRefusal::of(refused)?;
    Ok(match field {
        Some(field) if !refusal.description.contains(field) => MetadataRefusal {
            description: format!("{field}: {}", refusal.description).into(),
            ..refusal
        },
        _ => refusal,
    })
}
