//! Passkeys (WebAuthn Level 3): made, listed, named, removed, and checked, alone or as a second factor.
//!
//! The account is that of the credential found, never one that a session or a form names. Owns the table `passkey`.

mod ceremony;
mod store;

use serde_json::Value;
use webauthn_rs::prelude::Passkey as Credential;

use self::ceremony::{Assertion, Owner, why};
pub use self::ceremony::{Challenge, are_possible};
use super::second;
use crate::domain::{EventKind, OrganisationId, PasskeyId, PersonId, Timestamp};
use crate::mail::{self, Happened};
use crate::op::{Op, OpError};
use crate::person;
use crate::storage::{StorageError, Tx};

/// A passkey as its owner sees it.
#[derive(Debug, Clone)]
pub struct Passkey {
    pub id: PasskeyId,
    pub name: String,
    /// Its provider may copy it to other devices; else it stays in the one that made it.
    pub synced: bool,
    pub created_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

/// With what the library keeps of it.
#[derive(Debug, Clone)]
struct StoredPasskey {
    passkey: Passkey,
    credential: Value,
}

impl StoredPasskey {
    fn credential(&self) -> Result<Credential, OpError> {
        serde_json::from_value(self.credential.clone())
            .map_err(|_| OpError::Broken("a stored passkey cannot be read"))
    }
}

/// What an answer of a passkey has proven, before it is noted.
#[derive(Debug)]
pub struct Shown {
    person: PersonId,
    id: PasskeyId,
    before: Value,
    after: Value,
    /// The authenticator has verified who holds it, by a PIN or a body's mark: two factors at once.
    pub user_verified: bool,
    pub synced: bool,
}

impl Shown {
    #[must_use]
    pub fn person(&self) -> PersonId {
        self.person
    }
}

/// The most letters of a name.
const LONGEST_NAME: usize = 60;

/// Most passkeys of one person.
const MOST: usize = 20;

/// The passkeys of a person, the oldest first.
pub async fn list(op: &mut Op, person: PersonId) -> Result<Vec<Passkey>, OpError> {
    let stored = store::of_person(op.reading().await?, person).await?;
    Ok(stored.into_iter().map(|one| one.passkey).collect())
}

/// Whether a person has one, and the installation takes them.
pub async fn is_enrolled(op: &mut Op, person: PersonId) -> Result<bool, OpError> {
    Ok(are_possible(&op.house) && store::count(op.reading().await?, person).await? > 0)
}

/// The options of a request to any passkey of here; None where there are none.
pub fn request_any(op: &Op, challenge: Challenge) -> Result<Option<String>, OpError> {
    ceremony::request_any(op, challenge)
}

/// The options of a request to the passkeys of one person, who is known already; None where there are none.
pub async fn request_one_of(
    op: &mut Op,
    person: PersonId,
    challenge: Challenge,
) -> Result<Option<String>, OpError> {
    let credentials = credentials(op, person).await?;
    if credentials.is_empty() {
        return Ok(None);
    }
    ceremony::request_one_of(op, challenge, credentials)
}

async fn credentials(op: &mut Op, person: PersonId) -> Result<Vec<Credential>, OpError> {
    let stored = store::of_person(op.reading().await?, person).await?;
    stored.iter().map(StoredPasskey::credential).collect()
}

/// Checks an answer to a request. `known` is whose second factor it is to be; without, whoever's it is. Why not: a fixed word
/// for the log, with the person whose passkey it would have been.
pub async fn check(
    op: &mut Op,
    known: Option<PersonId>,
    challenge: Challenge,
    answer: &str,
) -> Result<Result<Shown, (Option<PersonId>, &'static str)>, OpError> {
    let Some(assertion) = Assertion::read(answer) else {
        return Ok(Err((known, "the answer of the passkey is malformed")));
    };
    let found = store::by_credential(op.reading().await?, &assertion.credential_id()).await?;
    let Some((person, stored)) = found.filter(|(person, _)| known.is_none_or(|known| known == *person))
    else {
        return Ok(Err((known, "no such passkey")));
    };
    // Where nobody was asked for, the answer must say whose it is; elsewhere it may.
    if !assertion.is_of(person).unwrap_or(known.is_some()) {
        return Ok(Err((Some(person), "the passkey says it is somebody else's")));
    }
    let mut credential = stored.credential()?;
    let checked = match known {
        Some(_) => ceremony::check_one_of(op, challenge, &assertion, credential.clone())?,
        None => ceremony::check_any(op, challenge, &assertion, &credential)?,
    };
    let result = match checked {
        Ok(result) => result,
        Err(error) => return Ok(Err((Some(person), why(&error)))),
    };
    credential.update_credential(&result);
    let after =
        serde_json::to_value(&credential).map_err(|_| OpError::Broken("a passkey cannot be written"))?;
    Ok(Ok(Shown {
        person,
        id: stored.passkey.id,
        before: stored.credential,
        after,
        user_verified: result.user_verified(),
        synced: stored.passkey.synced,
    }))
}

/// Notes the use, in the write transaction of the act. False if another request used the passkey at the same time, or it was
/// removed: then nothing is proven.
pub async fn take(op: &mut Op, shown: &Shown) -> Result<bool, OpError> {
    let now = op.now;
    let tx = op.writing().await?;
    let (whose, change) = ((shown.person, shown.id), (&shown.before, &shown.after));
    Ok(store::note_use(tx, whose, change, now).await?)
}

async fn owner<'a>(op: &mut Op, person: &'a person::Person) -> Result<Owner<'a>, OpError> {
    Ok(Owner {
        person: person.id,
        username: person.username.as_str(),
        name: &person.name,
        present: credentials(op, person.id).await?,
    })
}

/// The options for making one; None where there are none here, or the person has as many as they may.
pub async fn request_new(
    op: &mut Op,
    person: &person::Person,
    challenge: Challenge,
) -> Result<Option<String>, OpError> {
    let owner = owner(op, person).await?;
    if owner.present.len() >= MOST {
        return Ok(None);
    }
    ceremony::request_new(op, challenge, &owner)
}

/// Binds a new passkey to a person; false if the answer is not valid, or the credential is known already.
pub async fn enrol(
    op: &mut Op,
    person: &person::Person,
    challenge: Challenge,
    (answer, name): (&str, &str),
) -> Result<bool, OpError> {
    let owner = owner(op, person).await?;
    if owner.present.len() >= MOST {
        return Ok(false);
    }
    let Some(credential) = ceremony::check_new(op, challenge, &owner, answer)? else {
        let why = Some("the answer is not valid");
        let draft = second::event(op, EventKind::PasskeyEnrolled, person.id, why).await?;
        op.record(draft);
        return Ok(false);
    };
    let (id, now) = (op.id(), op.now);
    let inner = webauthn_rs::prelude::Credential::from(credential.clone());
    let new = StoredPasskey {
        passkey: Passkey {
            id,
            name: fitting(name),
            synced: inner.backup_eligible,
            created_at: now,
            used_at: None,
        },
        credential: serde_json::to_value(&credential)
            .map_err(|_| OpError::Broken("a passkey cannot be written"))?,
    };
    let credential_id = data_encoding::BASE64URL_NOPAD.encode(credential.cred_id().as_ref());
    let tx = op.writing().await?;
    if !store::insert(tx, person.id, &new, &credential_id, now).await? {
        let why = Some("the passkey is known already");
        let draft = second::event(op, EventKind::PasskeyEnrolled, person.id, why).await?;
        op.record(draft);
        return Ok(false);
    }
    let draft = second::event(op, EventKind::PasskeyEnrolled, person.id, None).await?;
    op.record(
        draft
            .detail("passkey", id.to_string())
            .detail("synced", new.passkey.synced),
    );
    mail::tell(op, person.id, &Happened::PasskeyAdded).await?;
    Ok(true)
}

/// Another name for a passkey of this person; false if there is none of that id.
pub async fn rename(op: &mut Op, person: PersonId, id: PasskeyId, name: &str) -> Result<bool, OpError> {
    let name = fitting(name);
    if !store::rename(op.writing().await?, (person, id), &name).await? {
        return Ok(false);
    }
    record(op, EventKind::PasskeyRenamed, (person, id), None).await?;
    Ok(true)
}

/// How many passkeys a person has.
pub(super) async fn count(tx: &mut Tx, person: PersonId) -> Result<i64, StorageError> {
    store::count(tx, person).await
}

/// Lets no other act remove one until the transaction ends.
pub(super) async fn with_passkey(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Vec<PersonId>, StorageError> {
    store::with_passkey(tx, organisation).await
}

pub(super) async fn hold(tx: &mut Tx, person: PersonId) -> Result<(), StorageError> {
    store::hold(tx, person).await
}

/// What came of a removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    Removed,
    /// It is the last second factor, and a rule demands one.
    LastRequired,
    /// There is none of that id.
    Unknown,
}

/// Removes a passkey of this person.
pub async fn remove(op: &mut Op, person: PersonId, id: PasskeyId) -> Result<Removal, OpError> {
    let held = second::hold(op, person).await?;
    if list(op, person).await?.iter().all(|one| one.id != id) {
        return Ok(Removal::Unknown);
    }
    let (kind, which) = (EventKind::PasskeyRemoved, (person, id));
    if !held.may_lose_one(op).await? {
        record(op, kind, which, Some(second::LAST_REQUIRED)).await?;
        return Ok(Removal::LastRequired);
    }
    let Some(name) = store::delete(op.writing().await?, person, id).await? else {
        return Ok(Removal::Unknown);
    };
    let draft = second::event(op, kind, person, None).await?;
    op.record(draft.detail("passkey", id.to_string()).detail("name", name));
    mail::tell(op, person, &Happened::PasskeyRemoved).await?;
    Ok(Removal::Removed)
}

/// Puts what was done with a passkey, or refused for a reason, on record.
async fn record(
    op: &mut Op,
    kind: EventKind,
    (person, id): (PersonId, PasskeyId),
    refused: Option<&'static str>,
) -> Result<(), OpError> {
    let draft = second::event(op, kind, person, refused).await?;
    op.record(draft.detail("passkey", id.to_string()));
    Ok(())
}

/// A name as it is kept: one line, not too long, never empty.
fn fitting(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let line: String = words
        .join(" ")
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_NAME)
        .collect();
    if line.is_empty() {
        "Passkey".to_owned()
    } else {
        line
    }
}

/// Ends all passkeys of a person.
pub(super) async fn forget_all(op: &mut Op, person: PersonId, reason: &'static str) -> Result<(), OpError> {
    for one in list(op, person).await? {
        if store::delete(op.writing().await?, person, one.id)
            .await?
            .is_some()
        {
            let draft = second::event(op, EventKind::PasskeyRemoved, person, None).await?;
            op.record(draft.because(reason).detail("passkey", one.id.to_string()));
        }
    }
    Ok(())
}
