//! Making a passkey or a security key, and binding it to its person.

use webauthn_rs::prelude::AttestationCaList;

use super::ceremony::{self, Challenge, Kind, Owner};
use super::metadata::Metadata;
use super::{MOST, Passkey, StoredPasskey, WITHOUT_NAME, credentials, policy, store};
use crate::domain::{Aaguid, EventKind, PersonId};
use crate::factor::{names, second};
use crate::mail::{self, Happened};
use crate::op::{EventDraft, Op, OpError};
use crate::person::Person;

/// Why none is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotMade {
    /// The answer is none to this request.
    Invalid,
    /// It is somebody's already.
    Present,
    TooMany,
    /// It is not one of the products that a rule lists, or its maker's word for that is missing.
    Unlisted,
}

impl NotMade {
    /// A fixed word for the log.
    const fn why(self) -> &'static str {
        match self {
            Self::Invalid => "the answer is not valid",
            Self::Present => "the passkey is known already",
            Self::TooMany => "there are as many as there may be",
            Self::Unlisted => "the product is not on the list of the organisation",
        }
    }
}

async fn owner<'a>(op: &mut Op, person: &'a Person) -> Result<Owner<'a>, OpError> {
    Ok(Owner {
        person: person.id,
        username: person.username.as_str(),
        name: &person.name,
        present: credentials(op, person.id).await?,
        listed: roots(op, person.id).await?,
    })
}

/// The roots of the makers whose products this person may enrol; none: all products.
async fn roots(op: &mut Op, person: PersonId) -> Result<Option<AttestationCaList>, OpError> {
    let allowed = policy::allowed(op, person).await?;
    let metadata = op.house.part::<Metadata>();
    Ok(allowed.map(|listed| metadata.roots_of(&listed)))
}

/// The names of the products that this person may enrol; none: all of them.
pub async fn listed_products(op: &mut Op, person: PersonId) -> Result<Option<Vec<String>>, OpError> {
    let allowed = policy::allowed(op, person).await?;
    let metadata = op.house.part::<Metadata>();
    let names = |listed: Vec<Aaguid>| {
        let known = listed.into_iter().filter_map(|one| metadata.find(one));
        known.map(|product| product.name.clone()).collect()
    };
    Ok(allowed.map(names))
}

/// The options for making one; None where there are none here, or the person has as many as they may.
pub async fn request_new(
    op: &mut Op,
    person: &Person,
    (kind, challenge): (Kind, Challenge),
) -> Result<Option<String>, OpError> {
    let owner = owner(op, person).await?;
    if owner.present.len() >= MOST {
        return Ok(None);
    }
    ceremony::request_new(op, (kind, challenge), &owner)
}

/// Binds a new one to a person, by what the browser has answered, under a name.
pub async fn enrol(
    op: &mut Op,
    person: &Person,
    asked: (Kind, Challenge),
    (answer, name): (&str, &str),
) -> Result<Result<(), NotMade>, OpError> {
    let made = bind(op, person, asked, (answer, name)).await?;
    let refused = made.as_ref().err().copied().map(NotMade::why);
    let draft = second::event(op, EventKind::PasskeyEnrolled, person.id, refused).await?;
    op.record(match &made {
        Ok(made) => told(draft, made),
        Err(_) => draft,
    });
    if made.is_ok() {
        mail::tell(op, person.id, &Happened::PasskeyAdded).await?;
    }
    Ok(made.map(|_| ()))
}

fn told(draft: EventDraft, made: &Passkey) -> EventDraft {
    let kind = if made.alone { "passkey" } else { "security key" };
    let draft = draft
        .detail("passkey", made.id.to_string())
        .detail("kind", kind)
        .detail("synced", made.synced);
    match &made.aaguid {
        Some(aaguid) => draft.detail("aaguid", aaguid.to_string()),
        None => draft,
    }
}

async fn bind(
    op: &mut Op,
    person: &Person,
    (kind, challenge): (Kind, Challenge),
    (answer, name): (&str, &str),
) -> Result<Result<Passkey, NotMade>, OpError> {
    let owner = owner(op, person).await?;
    if owner.present.len() >= MOST {
        return Ok(Err(NotMade::TooMany));
    }
    let made = match ceremony::check_new(op, (kind, challenge), &owner, answer)? {
        Ok(made) => made,
        Err(refused) => return Ok(Err(refused)),
    };
    let (id, now) = (op.id(), op.now);
    let new = StoredPasskey {
        passkey: Passkey {
            id,
            name: names::fit(name, WITHOUT_NAME),
            alone: kind == Kind::Passkey,
            synced: made.synced,
            backed_up: made.backed_up,
            aaguid: made.aaguid,
            made_at: op.seen.user_agent.clone(),
            created_at: now,
            used_at: None,
        },
        credential: serde_json::to_value(&made.credential)
            .map_err(|_| OpError::Broken("a passkey cannot be written"))?,
    };
    let credential_id = data_encoding::BASE64URL_NOPAD.encode(made.credential.cred_id().as_ref());
    let tx = op.writing().await?;
    if !store::insert(tx, person.id, &new, &credential_id, now).await? {
        return Ok(Err(NotMade::Present));
    }
    Ok(Ok(new.passkey))
}
