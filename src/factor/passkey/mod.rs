//! Passkeys (WebAuthn Level 3): made, listed, named, removed, and checked, alone or as a second factor.
//!
//! The account is that of the credential found, never one that a session or a form names. Owns the table `passkey`.

mod ceremony;
mod enrolment;
mod metadata;
mod model;
pub mod policy;
mod signal;
mod store;

use std::time::Duration;

use serde_json::Value;
use webauthn_rs::prelude::Passkey as Credential;

use self::ceremony::{Assertion, COUNTER_WENT_BACK, why};
pub use self::ceremony::{Challenge, Kind, are_possible};
pub use self::enrolment::{NotMade, enrol, listed_products, request_new};
pub use self::metadata::{MetadataError, check_metadata, read_changed_metadata};
pub use self::signal::Signal;
use super::rules::{self, Without};
use super::second::{Held, Stays};
use super::{names, password, recovery, second};
use crate::domain::{Aaguid, Digest32, EventKind, OrganisationId, PasskeyId, PersonId, Timestamp};
use crate::keys::Purpose;
use crate::mail::{self, Happened};
use crate::op::{Op, OpError};
use crate::person;
use crate::storage::{StorageError, Tx};

/// A passkey as its owner sees it.
#[derive(Debug, Clone)]
pub struct Passkey {
    pub id: PasskeyId,
    pub name: String,
    /// Signs in alone: it verifies its holder and is found without a name. Else it is a second factor only.
    pub alone: bool,
    /// Its provider may copy it to other devices; else it stays in the one that made it.
    pub synced: bool,
    /// Whether it was copied when it told of itself last. One that stays in its device never is.
    pub backed_up: bool,
    /// The kind of authenticator that keeps it (AAGUID), as far as it tells.
    pub aaguid: Option<Aaguid>,
    /// The browser at which it was made, as that called itself.
    pub made_at: Option<String>,
    pub created_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

impl Passkey {
    /// The product that keeps it, where that is known.
    #[must_use]
    pub fn model(&self) -> Option<&'static str> {
        self.aaguid.and_then(model::name)
    }
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

/// Most passkeys of one person.
const MOST: usize = 20;

/// What one is called whose owner gives it no name.
const WITHOUT_NAME: &str = "Passkey";

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

/// Why an answer proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// Whose passkey it would have been.
    pub person: Option<PersonId>,
    /// A fixed word for the log.
    pub why: &'static str,
    /// There is no such passkey, of nobody: whoever keeps it may forget it.
    pub unknown: bool,
}

impl Refused {
    const fn of(person: Option<PersonId>, why: &'static str) -> Self {
        Self {
            person,
            why,
            unknown: false,
        }
    }
}

/// Checks an answer to a request. `known` is whose second factor it is to be; without, whoever's it is.
pub async fn check(
    op: &mut Op,
    known: Option<PersonId>,
    challenge: Challenge,
    answer: &str,
) -> Result<Result<Shown, Refused>, OpError> {
    let Some(assertion) = Assertion::read(answer) else {
        return Ok(Err(Refused::of(known, "the answer of the passkey is malformed")));
    };
    let found = store::by_credential(op.reading().await?, &assertion.credential_id()).await?;
    let unknown = found.is_none();
    let Some((person, stored)) = found.filter(|(person, _)| known.is_none_or(|known| known == *person))
    else {
        let refused = Refused::of(known, "no such passkey");
        return Ok(Err(Refused { unknown, ..refused }));
    };
    // Where nobody was asked for, the answer must say whose it is; elsewhere it may.
    if !assertion.is_of(person).unwrap_or(known.is_some()) {
        return Ok(Err(Refused::of(
            Some(person),
            "the passkey says it is somebody else's",
        )));
    }
    let mut credential = stored.credential()?;
    let checked = match known {
        Some(_) => ceremony::check_one_of(op, challenge, &assertion, credential.clone())?,
        None => ceremony::check_any(op, challenge, &assertion, &credential)?,
    };
    let result = match checked {
        Ok(result) => result,
        Err(error) => {
            let why = why(&error);
            if why == COUNTER_WENT_BACK {
                let (kind, which) = (EventKind::PasskeyCounterFell, (person, stored.passkey.id));
                record(op, kind, which, Some(why)).await?;
                tell_of_copy(op, person).await?;
            }
            return Ok(Err(Refused::of(Some(person), why)));
        }
    };
    // Its counter, and whether it is copied now.
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

/// Tells the owner, once a day at most: whoever has a copy could fill a mailbox with it.
async fn tell_of_copy(op: &mut Op, person: PersonId) -> Result<(), OpError> {
    let since = op.now.minus(Duration::from_hours(24));
    if !mail::was_told(op, person, &Happened::PasskeyCopied, since).await? {
        mail::tell(op, person, &Happened::PasskeyCopied).await?;
    }
    Ok(())
}

/// Notes the use, in the write transaction of the act. False if another request used the passkey at the same time, or it was
/// removed: then nothing is proven.
pub async fn take(op: &mut Op, shown: &Shown) -> Result<bool, OpError> {
    let now = op.now;
    let tx = op.writing().await?;
    let (whose, change) = ((shown.person, shown.id), (&shown.before, &shown.after));
    Ok(store::note_use(tx, whose, change, now).await?)
}

/// Another name for a passkey of this person; false if there is none of that id.
pub async fn rename(op: &mut Op, person: PersonId, id: PasskeyId, name: &str) -> Result<bool, OpError> {
    let name = names::fit(name, WITHOUT_NAME);
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
    /// It is the last second factor, and stays.
    Last(Stays),
    /// There is none of that id.
    Unknown,
}

/// Removes a passkey of this person.
pub async fn remove(op: &mut Op, person: PersonId, id: PasskeyId) -> Result<Removal, OpError> {
    let without = look_without(op, person).await?;
    let held = second::hold(op, person).await?;
    if list(op, person).await?.iter().all(|one| one.id != id) {
        return Ok(Removal::Unknown);
    }
    let (kind, which) = (EventKind::PasskeyRemoved, (person, id));
    if let Err(stays) = may_lose(op, &held, (person, &without)).await? {
        record(op, kind, which, Some(stays.why())).await?;
        return Ok(Removal::Last(stays));
    }
    Ok(if end(op, person, id, None).await? {
        Removal::Removed
    } else {
        Removal::Unknown
    })
}

/// Whether a person may do without one of their passkeys.
async fn may_lose(
    op: &mut Op,
    held: &Held,
    (person, without): (PersonId, &Without),
) -> Result<Result<(), Stays>, OpError> {
    if is_only_way_in(op, person).await? {
        return Ok(Err(Stays::OnlyWay));
    }
    if let Err(stays) = held.may_lose_one(op).await? {
        return Ok(Err(stays));
    }
    Ok(if is_last_of_all(op, person, without).await? {
        Err(Stays::LastOfAll)
    } else {
        Ok(())
    })
}

/// Looks whether others get in without the passkeys of a person, before anything is written.
pub(super) async fn look_without(op: &mut Op, person: PersonId) -> Result<Without, OpError> {
    let found = person::find(op, person).await?;
    let found = found.ok_or(OpError::Broken("a passkey of nobody"))?;
    rules::without(op, &found).await
}

/// Whether nobody would get in any more, or no administrator, without the one passkey of a person.
pub(super) async fn is_last_of_all(
    op: &mut Op,
    person: PersonId,
    without: &Without,
) -> Result<bool, OpError> {
    Ok(count(op.writing().await?, person).await? <= 1 && !without.is_open(op).await?)
}

/// Whether a person gets in by one passkey and by nothing else: without a password an authenticator alone opens nothing.
pub(super) async fn is_only_way_in(op: &mut Op, person: PersonId) -> Result<bool, OpError> {
    let is_last = count(op.writing().await?, person).await? <= 1;
    Ok(is_last && password::changed_at(op, person).await?.is_none())
}

/// Ends a passkey and tells its owner; false if there is none of that id. Whether it may go has been asked before.
pub(super) async fn end(
    op: &mut Op,
    person: PersonId,
    id: PasskeyId,
    reason: Option<&str>,
) -> Result<bool, OpError> {
    let Some(name) = store::delete(op.writing().await?, person, id).await? else {
        return Ok(false);
    };
    if !second::is_enrolled(op, person).await? {
        recovery::forget(op, person).await?;
    }
    let draft = second::event(op, EventKind::PasskeyRemoved, person, None).await?;
    let draft = draft.detail("passkey", id.to_string()).detail("name", name);
    op.record(match reason {
        Some(reason) => draft.because(reason),
        None => draft,
    });
    mail::tell(op, person, &Happened::PasskeyRemoved).await?;
    Ok(true)
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

/// How a browser remembers that this person would not have a passkey now. Tells nothing of them to others.
#[must_use]
pub fn refusal_mark(op: &Op, person: PersonId) -> String {
    let parts: [&[u8]; 2] = [b"not now", person.as_bytes()];
    let Digest32(mark) = op.house.master_key.mac(Purpose::PasskeyChallenge, &parts);
    let short = mark.get(..9).unwrap_or_default();
    data_encoding::BASE64URL_NOPAD.encode(short)
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
