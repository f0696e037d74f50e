//! What administrators do for people, on the pages and over HTTP: nobody gets at more than they have by it.

use crate::access::AccessError;
use crate::decision::{self, CannotGive};
use crate::domain::{DeviceId, EventKind, OrganisationId, PassPurpose, PersonStatus, Right, Subject};
use crate::enrolment::{
    self, Asked, Delivery, Invitation, InvitationError, Issued, Pass, Refusal, Unswitched,
};
use crate::factor::{lockout, removal};
use crate::oauth::revocation::{self, Ending};
use crate::op::{EventDraft, Op, OpError};
use crate::person::{self, Person, PersonError, ServiceAccount};
use crate::rule;

/// Why somebody is not helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Wrong {
    /// Whoever has more rights, or is oneself, is helped by somebody else.
    #[error("nobody helps themselves, or somebody who may do more here than they")]
    Above,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Stays(#[from] removal::Refusal),
    #[error(transparent)]
    Locked(#[from] lockout::Refusal),
    #[error("they trust no such device")]
    NoDevice,
    #[error(transparent)]
    Unswitched(#[from] Unswitched),
}

/// The person of an organisation whom an address names; whoever is of another one is not found, like a text that is no id.
pub(super) async fn person(
    op: &mut Op,
    organisation: OrganisationId,
    id: &str,
) -> Result<Option<Person>, OpError> {
    match id.parse() {
        Ok(id) => person::find_within(op, organisation, id).await,
        Err(_) => Ok(None),
    }
}

/// The help that was asked for: it is on its way, or waits for a second administrator.
pub(super) async fn recovery(op: &mut Op, person: &Person) -> Result<Option<Pass>, OpError> {
    let pass = enrolment::open_pass(op, person).await?;
    Ok(pass.filter(|pass| pass.purpose == PassPurpose::Recovery))
}

/// Asks for a link by which a person sets new factors, sent to them by mail.
pub(super) async fn ask(
    op: &mut Op,
    by: Subject,
    person: &Person,
    reason: &str,
) -> Result<Result<Asked, Wrong>, OpError> {
    if let Err(above) = require_below(op, by, person).await? {
        return Ok(Err(above));
    }
    let asked = enrolment::help(op, person, reason, Delivery::Mail).await?;
    Ok(asked.map_err(Wrong::Refused))
}

/// Whose a pass of an organisation is, if it is not over.
pub(super) async fn of_pass(
    op: &mut Op,
    organisation: OrganisationId,
    id: &str,
) -> Result<Option<Person>, OpError> {
    let Ok(id) = id.parse() else {
        return Ok(None);
    };
    match enrolment::find_open(op, organisation, id).await? {
        Some(pass) => person::find_within(op, organisation, pass.person).await,
        None => Ok(None),
    }
}

/// Agrees to a link that another administrator has asked for. `seen` is the one that was looked at: another one that has taken its place
/// was asked for by somebody else, or for another reason.
pub(super) async fn agree(
    op: &mut Op,
    by: Subject,
    person: &Person,
    seen: Option<&str>,
) -> Result<Result<Issued, Wrong>, OpError> {
    if let Err(above) = require_below(op, by, person).await? {
        return Ok(Err(above));
    }
    let waiting = recovery(op, person).await?.filter(|pass| !pass.issued);
    let Some(waiting) = waiting.filter(|one| seen.is_none_or(|seen| one.id.to_string() == seen)) else {
        return Ok(Err(Wrong::Refused(Refusal::Gone)));
    };
    let agreed = enrolment::agree(op, person.organisation_id, waiting.id, Delivery::Mail).await?;
    Ok(agreed.map_err(Wrong::Refused))
}

/// Takes back a link that was issued to a person, or waits for a second administrator.
pub(super) async fn take_back(
    op: &mut Op,
    by: Subject,
    person: &Person,
    seen: &str,
) -> Result<Result<(), Wrong>, OpError> {
    if let Err(above) = require_below(op, by, person).await? {
        return Ok(Err(above));
    }
    let open = enrolment::open_pass(op, person).await?;
    let Some(open) = open.filter(|one| one.id.to_string() == seen) else {
        return Ok(Err(Wrong::Refused(Refusal::Gone)));
    };
    let ended = enrolment::take_back(op, person.organisation_id, open.id).await?;
    Ok(ended.then_some(()).ok_or(Wrong::Refused(Refusal::Gone)))
}

/// Ends all that a person has: sessions, and what applications were given.
pub(super) async fn end_sessions(
    op: &mut Op,
    by: Subject,
    person: &Person,
) -> Result<Result<Ending, Wrong>, OpError> {
    if let Err(above) = require_below(op, by, person).await? {
        return Ok(Err(above));
    }
    match revocation::end_all_of_person(op, person, "an administrator ended it").await {
        Ok(ending) => Ok(Ok(ending)),
        Err(PersonError::Fault(fault)) => Err(fault),
        Err(_) => Ok(Err(Wrong::Refused(Refusal::Account))),
    }
}

/// Removes one factor of a person.
pub(super) async fn remove_factor(
    op: &mut Op,
    by: Subject,
    person: &Person,
    (id, reason): (&str, &str),
) -> Result<Result<(), Wrong>, OpError> {
    if let Err(above) = require_below(op, by, person).await? {
        return Ok(Err(above));
    }
    let removed = removal::remove(op, person.id, id, reason).await?;
    Ok(removed.map_err(Wrong::Stays))
}

/// Ends the locks that failures have brought on a person.
pub(super) async fn unlock(
    op: &mut Op,
    by: Subject,
    person: &Person,
    reason: &str,
) -> Result<Result<(), Wrong>, OpError> {
    if let Err(above) = require_below(op, by, person).await? {
        return Ok(Err(above));
    }
    let unlocked = lockout::unlock(op, person, reason).await?;
    Ok(unlocked.map_err(Wrong::Locked))
}

/// Switches the account of a person off, or on again.
pub(super) async fn switch(
    op: &mut Op,
    by: Subject,
    person: &Person,
    (to, reason): (PersonStatus, &str),
) -> Result<Result<(), Wrong>, OpError> {
    if let Err(above) = require_below(op, by, person).await? {
        return Ok(Err(above));
    }
    let switched = enrolment::switch(op, person, to, reason).await?;
    Ok(switched.map_err(Wrong::Unswitched))
}

/// Switches a service account off, or on again. Nobody does it to one that may do more than they.
pub(super) async fn switch_service_account(
    op: &mut Op,
    by: Subject,
    account: &ServiceAccount,
    (to, reason): (PersonStatus, &str),
) -> Result<Result<(), Wrong>, PersonError> {
    if lacking(op, by, Subject::ServiceAccount(account.id))
        .await?
        .is_some()
    {
        let reason = "the service account has a right that the administrator has not";
        let draft = EventDraft::refused(EventKind::AdministrationRefused, reason);
        let draft = draft.organisation(account.organisation_id);
        op.record(draft.detail("service_account", account.id.to_string()));
        return Ok(Err(Wrong::Above));
    }
    person::switch_service_account(op, account, to, reason).await?;
    Ok(Ok(()))
}

/// Ends the trust of a person in one of their devices: it is asked for a second factor again.
pub(super) async fn distrust(
    op: &mut Op,
    by: Subject,
    person: &Person,
    device: &str,
) -> Result<Result<(), Wrong>, OpError> {
    if let Err(above) = require_below(op, by, person).await? {
        return Ok(Err(above));
    }
    let was = match DeviceId::parse(device) {
        Some(device) => rule::distrust(op, person.id, &device).await?,
        None => false,
    };
    Ok(was.then_some(()).ok_or(Wrong::NoDevice))
}

/// Goes on where a person is below somebody. Who tries it with others is on record.
async fn require_below(op: &mut Op, by: Subject, person: &Person) -> Result<Result<(), Wrong>, OpError> {
    if is_below(op, by, person).await? {
        return Ok(Ok(()));
    }
    let reason = "the person is the administrator, or has a right that the administrator has not";
    let draft = EventDraft::refused(EventKind::AdministrationRefused, reason);
    let draft = draft.organisation(person.organisation_id);
    op.record(draft.detail("person", person.id.to_string()));
    Ok(Err(Wrong::Above))
}

/// Whether somebody has every right that a person has, and is another one.
pub(super) async fn is_below(op: &mut Op, by: Subject, person: &Person) -> Result<bool, OpError> {
    let theirs = Subject::Person(person.id);
    Ok(by != theirs && lacking(op, by, theirs).await?.is_none())
}

/// A right that another has and somebody has not.
pub(super) async fn lacking(op: &mut Op, by: Subject, other: Subject) -> Result<Option<Right>, OpError> {
    let own = decision::rights(op, by).await?;
    let theirs = decision::rights(op, other).await?;
    Ok(theirs.into_iter().find(|right| !own.contains(right)))
}

/// Why nobody is invited.
#[derive(Debug, thiserror::Error)]
pub(super) enum Uninvited {
    #[error("the role {0:?} gives more than you hold")]
    Above(String),
    #[error(transparent)]
    Refused(#[from] InvitationError),
}

/// Makes an account and sends its owner a link. An `Err` is to be rolled back.
pub(super) async fn invite(op: &mut Op, invitation: Invitation) -> Result<Issued, Uninvited> {
    match enrolment::invite(op, invitation, Delivery::Mail).await {
        Ok((_, issued)) => Ok(issued),
        Err(InvitationError::Access(AccessError::CannotGive(CannotGive::Exceeds { role, .. }))) => {
            Err(Uninvited::Above(role))
        }
        Err(refused) => Err(refused.into()),
    }
}
