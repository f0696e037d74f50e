//! Making a passkey or a security key, and binding it to its person.

use super::ceremony::{self, Challenge, Kind, Owner};
use super::metadata::metadata;
use super::{MOST, Passkey, StoredPasskey, WITHOUT_NAME, credentials, policy, store};
use crate::domain::{EventKind, PersonId, ProductProof};
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

/// Who makes one, and what they may make it with.
async fn owner<'a>(op: &mut Op, person: &'a Person) -> Result<(Owner<'a>, Option<policy::Allowed>), OpError> {
    let allowed = policy::allowed(op, person.id).await?;
    let attested = allowed.as_ref().filter(|one| one.proof == ProductProof::Attested);
    let owner = Owner {
        person: person.id,
        username: person.username.as_str(),
        name: &person.name,
        present: credentials(op, person.id).await?,
        listed: attested.map(|one| metadata(&op.house).roots_of(&one.aaguids)),
    };
    Ok((owner, allowed))
}

/// The names of the products that this person may enrol; none: all of them.
pub async fn listed_products(op: &mut Op, person: PersonId) -> Result<Option<Vec<String>>, OpError> {
    let allowed = policy::allowed(op, person).await?;
    let names = |allowed: policy::Allowed| {
        let mut names: Vec<String> = allowed.aaguids.iter().map(|one| policy::name(op, *one)).collect();
        names.sort();
        names.dedup();
        names
    };
    Ok(allowed.map(names))
}

/// The options for making one; None where there are none here, or the person has as many as they may.
pub async fn request_new(
    op: &mut Op,
    person: &Person,
    (kind, challenge): (Kind, Challenge),
) -> Result<Option<String>, OpError> {
    let (owner, allowed) = owner(op, person).await?;
    // Nothing is on all lists that apply.
    let is_hopeless = allowed.is_some_and(|allowed| allowed.aaguids.is_empty());
    if is_hopeless || owner.present.len() >= MOST {
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
    let (owner, allowed) = owner(op, person).await?;
    if owner.present.len() >= MOST {
        return Ok(Err(NotMade::TooMany));
    }
    let made = match ceremony::check_new(op, (kind, challenge), &owner, answer)? {
        Ok(made) => made,
        Err(refused) => return Ok(Err(refused)),
    };
    // With a maker's word the library has compared it.
    let claimed = allowed.filter(|allowed| allowed.proof == ProductProof::Claimed);
    let is_on = |allowed: policy::Allowed| made.aaguid.is_some_and(|one| allowed.aaguids.contains(&one));
    if !claimed.is_none_or(is_on) {
        return Ok(Err(NotMade::Unlisted));
    }
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
