//! Second factors of whatever kind: whether a person has one, and whether one may go.

use std::collections::BTreeMap;

use super::{passkey, password, store};
use crate::access;
use crate::domain::{EventKind, OrganisationId, PersonId};
use crate::op::{EventDraft, Op, OpError};
use crate::person;
use crate::rule::{self, Factors};

/// What a person has beside a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enrolled {
    /// An authenticator.
    pub totp: bool,
    /// A passkey, where the installation takes them.
    pub passkey: bool,
    /// Recovery codes that are left, which stand in for either.
    pub recovery: bool,
}

/// What a person has beside a password.
pub async fn enrolled(op: &mut Op, person: PersonId) -> Result<Enrolled, OpError> {
    let found = store::enrolled(op.reading().await?, person).await?;
    Ok(Enrolled {
        passkey: found.passkey && passkey::are_possible(&op.house),
        ..found
    })
}

/// Whether a person has a second factor, so that a sign-in asks for it.
pub async fn is_enrolled(op: &mut Op, person: PersonId) -> Result<bool, OpError> {
    let enrolled = enrolled(op, person).await?;
    Ok(enrolled.totp || enrolled.passkey)
}

/// Who of an organisation has which second factors; whoever has none is not in it.
pub async fn of_organisation(
    op: &mut Op,
    organisation: OrganisationId,
) -> Result<BTreeMap<PersonId, Factors>, OpError> {
    let tx = op.reading().await?;
    let mut all: BTreeMap<PersonId, Factors> = BTreeMap::new();
    for person in store::with_totp(tx, organisation).await? {
        all.entry(person).or_default().second = true;
    }
    for person in passkey::with_passkey(tx, organisation).await? {
        let factors = all.entry(person).or_default();
        (factors.second, factors.passkey) = (true, true);
    }
    Ok(all)
}

/// The second factors of a person, of all kinds, which no other act removes until this one ends. Made by [`hold`] only, so that
/// of two acts that would each remove one of two, the second sees what is left.
pub(super) struct Held(PersonId);

/// Holds them in the write transaction.
pub(super) async fn hold(op: &mut Op, person: PersonId) -> Result<Held, OpError> {
    let tx = op.writing().await?;
    store::hold_totps(tx, person).await?;
    passkey::hold(tx, person).await?;
    Ok(Held(person))
}

/// Why a factor stays that its owner would remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stays {
    /// It is the last second factor, and a rule of the organisation demands one.
    Required,
    /// It is the last second factor, and the password is too short to stand alone.
    ShortPassword,
    /// It is the last passkey, and there is no password.
    OnlyWay,
    /// It is the passkey by which somebody gets in at all, where the rules ask for one and a list limits which may be added.
    LastOfAll,
}

impl Stays {
    /// A fixed word for the log.
    pub(super) const fn why(self) -> &'static str {
        match self {
            Self::Required => "the last second factor, and a rule demands one",
            Self::ShortPassword => "the last second factor, and the password is too short to stand alone",
            Self::OnlyWay => "the last passkey, and the account has no password",
            Self::LastOfAll => "the last passkey by which anybody, or any administrator, gets in",
        }
    }
}

impl Held {
    /// Whether there is no other beside one of them.
    pub(super) async fn is_last(&self, op: &mut Op) -> Result<bool, OpError> {
        let tx = op.writing().await?;
        Ok(store::count_totps(tx, self.0).await? + passkey::count(tx, self.0).await? <= 1)
    }

    /// Whether the person may do without one of them.
    pub(super) async fn may_lose_one(&self, op: &mut Op) -> Result<Result<(), Stays>, OpError> {
        if !self.is_last(op).await? {
            return Ok(Ok(()));
        }
        let by_role = access::second_factor_required(op, self.0).await?;
        Ok(if by_role || rule::demands_second_factor(op, self.0).await? {
            Err(Stays::Required)
        } else if password::is_short(op, self.0).await? {
            Err(Stays::ShortPassword)
        } else {
            Ok(())
        })
    }
}

/// An event about a factor of a person, which their organisation sees.
pub(super) async fn event(
    op: &mut Op,
    kind: EventKind,
    person: PersonId,
    refused: Option<&'static str>,
) -> Result<EventDraft, OpError> {
    let mut draft = match refused {
        Some(reason) => EventDraft::refused(kind, reason),
        None => EventDraft::success(kind),
    };
    if let Some(found) = person::find(op, person).await? {
        draft = draft.organisation(found.organisation_id);
    }
    Ok(draft.target("person", person))
}
