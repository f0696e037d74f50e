//! One factor of a person, removed by somebody who looks after accounts: a phone that was sold, a key that somebody found.
//!
//! Who may do it to whom is for the caller to ask.

use serde::Serialize;

use super::rules::Without;
use super::second::{self, Held, Stays};
use super::{authenticators, passkey};
use crate::domain::{EventKind, PasskeyId, PersonId, Timestamp, TotpId, reason as reason_of, rfc3339};
use crate::op::{Op, OpError};

/// What a factor is, with its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Which {
    Authenticator(TotpId),
    Passkey(PasskeyId),
}

impl Which {
    /// The word of its kind.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Authenticator(_) => "authenticator",
            Self::Passkey(_) => "passkey",
        }
    }

    /// Its id, which no factor of another kind has.
    #[must_use]
    pub fn id(self) -> String {
        match self {
            Self::Authenticator(id) => id.to_string(),
            Self::Passkey(id) => id.to_string(),
        }
    }

    const fn event(self) -> EventKind {
        match self {
            Self::Authenticator(_) => EventKind::TotpRemoved,
            Self::Passkey(_) => EventKind::PasskeyRemoved,
        }
    }
}

/// A second factor without its secret.
#[derive(Debug, Clone, Serialize)]
pub struct Factor {
    #[serde(flatten)]
    pub which: Which,
    pub name: String,
    #[serde(with = "rfc3339")]
    pub created_at: Timestamp,
    #[serde(with = "rfc3339::optional")]
    pub used_at: Option<Timestamp>,
}

/// Why a factor stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the person has no such factor")]
    Gone,
    #[error("a reason is needed, in at most 1000 characters")]
    Reason,
    #[error(
        "it is their last second factor, which nobody takes from them: help them to set up new ones instead"
    )]
    Last,
    #[error(
        "without it nobody, or no administrator, would get in any more: the rules ask for a passkey, and a list limits which may be added. Have another administrator add a passkey first"
    )]
    LastOfAll,
}

/// The second factors of a person, of all kinds.
pub async fn list(op: &mut Op, person: PersonId) -> Result<Vec<Factor>, OpError> {
    let authenticators = authenticators::list(op, person).await?.into_iter();
    let passkeys = passkey::list(op, person).await?.into_iter();
    let authenticators = authenticators.map(|one| Factor {
        which: Which::Authenticator(one.id),
        name: one.name,
        created_at: one.created_at,
        used_at: one.used_at,
    });
    let passkeys = passkeys.map(|one| Factor {
        which: Which::Passkey(one.id),
        name: one.name,
        created_at: one.created_at,
        used_at: one.used_at,
    });
    Ok(authenticators.chain(passkeys).collect())
}

/// Removes one of them, and tells the owner.
///
/// The last one stays, even where the owner might do without it. The owner has shown a moment ago that they have what they give up;
/// whoever asks an administrator for it has shown nothing, and would get in with the password alone. What leads on is a pass: it ends
/// the old factors, and asks for as many as there were.
pub async fn remove(
    op: &mut Op,
    person: PersonId,
    id: &str,
    reason: &str,
) -> Result<Result<(), Refusal>, OpError> {
    let Some(reason) = reason_of(reason) else {
        return Ok(Err(Refusal::Reason));
    };
    // Of an authenticator nobody has to ask who else gets in by a passkey.
    let passkeys = passkey::list(op, person).await?;
    let without = if passkeys.iter().any(|one| one.id.to_string() == id) {
        Some(passkey::look_without(op, person).await?)
    } else {
        None
    };
    let held = second::hold(op, person).await?;
    let found = list(op, person).await?.into_iter();
    let Some(which) = found.map(|one| one.which).find(|one| one.id() == id) else {
        return Ok(Err(Refusal::Gone));
    };
    if let Err((refusal, why)) = may_go(op, (&held, without.as_ref()), (person, which)).await? {
        let draft = second::event(op, which.event(), person, Some(why)).await?;
        op.record(draft.detail(which.kind(), which.id()).detail("why", reason));
        return Ok(Err(refusal));
    }
    let ended = match which {
        Which::Authenticator(id) => authenticators::end(op, person, id, Some(reason)).await?,
        Which::Passkey(id) => passkey::end(op, person, id, Some(reason)).await?,
    };
    Ok(ended.then_some(()).ok_or(Refusal::Gone))
}

/// Whether a factor may go; why not, for whoever asks and for the log.
async fn may_go(
    op: &mut Op,
    (held, without): (&Held, Option<&Without>),
    (person, which): (PersonId, Which),
) -> Result<Result<(), (Refusal, &'static str)>, OpError> {
    let is_passkey = matches!(which, Which::Passkey(_));
    if held.is_last(op).await? || (is_passkey && passkey::is_only_way_in(op, person).await?) {
        let why = "the last second factor, which only its owner may give up, or the only way in";
        return Ok(Err((Refusal::Last, why)));
    }
    if let Some(without) = without
        && passkey::is_last_of_all(op, person, without).await?
    {
        return Ok(Err((Refusal::LastOfAll, Stays::LastOfAll.why())));
    }
    Ok(Ok(()))
}
