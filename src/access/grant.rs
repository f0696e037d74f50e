//! Access given to someone, and taken back.

use std::time::Duration;

use serde_json::{Value, json};

use super::group::check_subject;
use super::model::{Holder, NewGrant, Period, Role};
use super::{AccessError, closure, grant_store as store};
use crate::decision::{self, Giving};
use crate::domain::{AccessGrantId, Actor, EventKind, OrganisationId, Subject, SubjectKind};
use crate::op::{Affected, EventDraft, Op, OpError};

const DAY: Duration = Duration::from_hours(24);

/// Gives a role to a person, a service account or a group of one organisation, for a period, everywhere or within some
/// departments and regions. Everything named must belong to that organisation, and whoever acts may give it ([`crate::decision::giving()`]).
pub async fn give(op: &mut Op, new: NewGrant) -> Result<AccessGrantId, AccessError> {
    if new.period.is_never() {
        return Err(AccessError::Reversed);
    }
    if new.reason.trim().is_empty() {
        return Err(AccessError::ReasonMissing);
    }
    let organisation = new.organisation_id;
    let role = super::role(op, organisation, new.role)
        .await?
        .ok_or(AccessError::RoleUnknown)?;
    check_length(&role, new.period)?;
    let holding_group = match new.holder {
        Holder::Group(group) => Some(group),
        Holder::Subject(_) => None,
    };
    for id in new.within.iter().copied().chain(holding_group) {
        let found = super::group(op, organisation, id).await?;
        let found = found.ok_or(AccessError::GroupUnknown)?;
        if found.about.ends_at.is_some_and(|end| end <= op.now) {
            return Err(AccessError::GroupEnded);
        }
    }
    if let Holder::Subject(subject) = new.holder {
        check_subject(op, organisation, subject).await?;
    }
    let giving = Giving {
        role: new.role,
        within: &new.within,
        until: new.period.until,
    };
    closure::may_give(op, giving).await?;
    let (id, now, given_by) = (op.id(), op.now, giver(&op.actor));
    let review = role
        .about
        .review_days
        .map(|days| new.period.from.plus(days_of(days)));
    store::insert(op.writing().await?, id, &new, (&given_by, review), now).await?;
    op.record(
        EventDraft::success(EventKind::GrantCreated)
            .organisation(organisation)
            .target("grant", id)
            .because(new.reason.clone())
            .change(
                Value::Null,
                json!({
                    "holder_type": new.holder.kind(), "holder": new.holder.id_text(), "role": role.name,
                    "within": new.within, "from": new.period.from, "until": new.period.until,
                    "source": new.source,
                }),
            ),
    );
    op.change_access(match new.holder {
        Holder::Subject(subject) => Affected::One(organisation, subject),
        Holder::Group(_) => Affected::Everybody(organisation),
    });
    Ok(id)
}

/// A role says for how long it is given at most.
fn check_length(role: &Role, period: Period) -> Result<(), AccessError> {
    let Some(days) = role.about.longest_days else {
        return Ok(());
    };
    let last = period.from.plus(days_of(days));
    if period.until.is_some_and(|until| until <= last) {
        Ok(())
    } else {
        Err(AccessError::TooLong {
            role: role.name.clone(),
            days,
        })
    }
}

fn days_of(days: i64) -> Duration {
    DAY.saturating_mul(u32::try_from(days).unwrap_or(0))
}

/// Ends a grant now. Of two at once, one wins; the other is told that it has ended. Whoever may give what it gives may end it.
pub async fn end_grant(
    op: &mut Op,
    organisation: OrganisationId,
    id: AccessGrantId,
    reason: &str,
) -> Result<(), AccessError> {
    if reason.trim().is_empty() {
        return Err(AccessError::ReasonMissing);
    }
    let now = op.now;
    let tx = op.reading().await?;
    let role = store::role_of(tx, organisation, id).await?;
    let within = store::within(tx, id).await?;
    let giving = Giving {
        role: role.ok_or(AccessError::GrantUnknown)?,
        within: &within,
        // What ends now is not too long for anybody.
        until: Some(now),
    };
    closure::may_give(op, giving).await?;
    let ended = store::end(op.writing().await?, organisation, id, now)
        .await?
        .ok_or(AccessError::GrantUnknown)?;
    op.record(
        EventDraft::success(EventKind::GrantEnded)
            .organisation(organisation)
            .target("grant", id)
            .because(reason)
            .detail("holder_type", ended.subject_kind.as_str())
            .detail("holder", ended.subject_id.clone())
            .detail("role", ended.role.to_string())
            .change(
                json!({ "from": ended.period.from, "until": ended.period.until }),
                json!({ "from": ended.period.from, "until": now }),
            ),
    );
    let subject = match ended.subject_kind {
        SubjectKind::Person => ended.subject_id.parse().ok().map(Subject::Person),
        SubjectKind::ServiceAccount => ended.subject_id.parse().ok().map(Subject::ServiceAccount),
        SubjectKind::Group => None,
    };
    let everybody = Affected::Everybody(organisation);
    op.change_access(subject.map_or(everybody, |subject| Affected::One(organisation, subject)));
    Ok(())
}

/// Writes which grants were of use since the last time. The server does it once a minute; of a process that ends in between, uses of the
/// last minute may be missing.
pub async fn write_uses(op: &mut Op) -> Result<(), OpError> {
    let uses = decision::take_uses(&op.house);
    if uses.is_empty() {
        return Ok(());
    }
    let tx = op.writing().await?;
    for (id, at) in uses {
        store::touch(tx, id, at).await?;
    }
    Ok(())
}

/// As it is stored with the grant: `person:ID`, `operator`, `system`.
fn giver(actor: &Actor) -> String {
    match actor {
        Actor::Anonymous => "anonymous".to_owned(),
        Actor::Person(id) => Subject::Person(*id).word(),
        Actor::ServiceAccount(id) => Subject::ServiceAccount(*id).word(),
        Actor::Client(id) => format!("client:{id}"),
        Actor::Operator => "operator".to_owned(),
        Actor::System => "system".to_owned(),
    }
}
