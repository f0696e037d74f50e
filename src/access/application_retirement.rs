//! Applications that are retired, and brought back. They are never erased: policies with their history, clients, roles, and the audience in
//! tokens that live on belong to them. Why so: `docs/decisions/030-retired-applications.md`.

use serde_json::json;

use super::application_change::of;
use super::{AccessError, group_store, permission_store, store};
use crate::domain::{ApplicationId, EventKind, OWN_APPLICATION, OrganisationId, reason};
use crate::op::{Affected, EventDraft, Op};

/// Retires an application of the organisation: from this moment on it gives nothing, and its audience stays its own. Answers whether
/// anything is different now.
///
/// It is refused while roles of other organisations give what it has: whoever acts for one organisation takes nothing from people of others.
pub async fn retire_application(
    op: &mut Op,
    organisation: OrganisationId,
    id: ApplicationId,
    why: &str,
) -> Result<bool, AccessError> {
    turn(op, (organisation, id), Turn::Retire, why).await
}

/// Brings a retired application back: it gives what it gave, to whom roles and policies give it now. Answers whether anything is different now.
pub async fn restore_application(
    op: &mut Op,
    organisation: OrganisationId,
    id: ApplicationId,
    why: &str,
) -> Result<bool, AccessError> {
    turn(op, (organisation, id), Turn::Restore, why).await
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Retire,
    Restore,
}

async fn turn(
    op: &mut Op,
    (organisation, id): (OrganisationId, ApplicationId),
    turn: Turn,
    why: &str,
) -> Result<bool, AccessError> {
    if id == OWN_APPLICATION {
        return Err(AccessError::OwnApplication);
    }
    let why = reason(why).ok_or(AccessError::ReasonMissing)?;
    let before = of(op, organisation, id).await?;
    let retires = turn == Turn::Retire;
    if before.is_retired() == retires {
        return Ok(false);
    }
    let now = op.now;
    let tx = op.writing().await?;
    if retires && before.shared && permission_store::is_given_elsewhere(tx, id, organisation).await? {
        return Err(AccessError::SharedUsed);
    }
    store::retire_application(tx, organisation, id, retires.then_some(now)).await?;
    let after = json!({ "retired": retires });
    // Whoever asks about a moment in the past is told what was so then.
    let item = id.to_string();
    group_store::revise(tx, organisation, ("application", &item), &after, now).await?;
    let kind = match turn {
        Turn::Retire => EventKind::ApplicationRetired,
        Turn::Restore => EventKind::ApplicationRestored,
    };
    op.record(
        EventDraft::success(kind)
            .organisation(organisation)
            .target("application", id)
            .because(why)
            .change(json!({ "retired": !retires }), after),
    );
    op.change_access(Affected::Everybody(organisation));
    Ok(true)
}
