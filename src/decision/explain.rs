//! Why a decision is what it is, and what would turn it.
//!
//! The decision itself is the one of [`super::decide()`], copies included, so that what is explained is what applications are told; the grants
//! beside it are read anew, with those that have not begun.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value as Json;

use super::copies;
use super::decide::{ORGANISATION, decide_then, supposed};
use super::entity::GrantRow;
use super::giver::{self, Giver};
use super::holdings::{self, Record};
use super::judge;
use super::past::{self, Then};
use super::rulebook::Rulebook;
use super::step_up::StepUp;
use super::{Decision, Question};
use crate::domain::{
    AccessGrantId, EventKind, GroupId, GroupKind, OrganisationId, Subject, Timestamp, rfc3339,
};
use crate::op::{EventDraft, Op, OpError};

/// A decision with the grants that have to do with it, and what would turn it. Programs read it as it stands here.
#[derive(Debug, Clone, Serialize)]
pub struct Explained {
    #[serde(flatten)]
    pub decision: Decision,
    /// The moment in the past that it is about.
    #[serde(skip_serializing_if = "Option::is_none", with = "rfc3339::optional")]
    pub as_of: Option<Timestamp>,
    /// The grants of roles that have the permission: those that count here first.
    pub grants: Vec<GrantTold>,
    /// Each would be enough; none where the answer is yes, or where nothing that is given to the subject turns it.
    pub cures: Vec<Cure>,
}

/// Access that was given, as people are told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GrantTold {
    pub id: AccessGrantId,
    pub role: String,
    pub role_title: String,
    /// The group by which it is held, `kind:name`; none: it is the subject's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub through: Option<String>,
    /// The departments, regions and teams in which it counts, `kind:name`, with those below; empty: everywhere.
    pub within: Vec<String>,
    #[serde(with = "rfc3339")]
    pub from: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", with = "rfc3339::optional")]
    pub until: Option<Timestamp>,
    pub reason: String,
    /// `person:ID`, `service_account:ID`, `operator` or `system`.
    pub given_by: String,
    /// What whoever gave it is called: the user name of a person, the name of a service account; none of others, and of who is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub giver: Option<String>,
    /// When it was last of use, to about an hour; none: never, or not since this is kept.
    #[serde(skip_serializing_if = "Option::is_none", with = "rfc3339::optional")]
    pub last_used: Option<Timestamp>,
    /// When somebody is to look whether it is still needed.
    #[serde(skip_serializing_if = "Option::is_none", with = "rfc3339::optional")]
    pub next_review: Option<Timestamp>,
    pub state: State,
}

/// Whether a grant counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It counts now, and where it was asked for.
    Counts,
    /// It counts now, but elsewhere.
    Elsewhere,
    /// It, or the membership by which it is held, has not begun.
    Later,
}

/// What would turn a no into a yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Cure {
    /// Nothing but to wait: this grant begins then.
    Wait {
        grant: AccessGrantId,
        #[serde(with = "rfc3339")]
        until: Timestamp,
    },
    /// One of these roles, given within these places; no place: everywhere.
    Give { roles: Vec<String>, within: Vec<String> },
    /// Another policy: none of these may forbid it, whatever is given to the subject.
    Policy { policies: Vec<String> },
    /// The person proves more, or again, who they are.
    StepUp(StepUp),
    /// The account, or its organisation, has to be active.
    Activate,
    /// The application, which is retired, has to be brought back.
    Restore,
}

/// Decides, and tells why: as it is now, or as it was then. A resource that names no organisation is taken to be of the subject's own. Who
/// asked is on record.
pub async fn explain(op: &mut Op, mut question: Question, then: Option<Then>) -> Result<Explained, OpError> {
    let found = match then {
        None => copies::record(op, question.subject).await?,
        Some(then) => past::record(op, question.subject, then).await?,
    };
    let as_of = then.map(Then::moment);
    let at = as_of.unwrap_or(op.now);
    if let Some((rulebook, _)) = &found {
        let own = || Json::from(rulebook.slug.as_str());
        question.resource.entry(ORGANISATION).or_insert_with(own);
    }
    let decision = match as_of {
        None => supposed(op, &question).await?,
        Some(at) => decide_then(op, &question, (found.as_ref(), at)).await?,
    };
    let organisation = found.as_ref().map(|(rulebook, _)| rulebook.organisation_id);
    record(op, &question, (organisation, as_of));
    let Some((rulebook, record)) = found else {
        return Ok(Explained {
            decision,
            as_of,
            grants: Vec::new(),
            cures: Vec::new(),
        });
    };
    let places = judge::places(&rulebook, &question.resource);
    let has_it = |row: &&GrantRow| {
        let role = rulebook.role(row.role);
        role.is_some_and(|role| role.permits(question.application, &question.action))
    };
    let covers = |within: &[(GroupKind, Vec<GroupId>)]| judge::covers(within, &places);
    let mut givers = givers(op, (&rulebook, &record), as_of).await?;
    let mut grants = Vec::new();
    for row in record.grants.iter().filter(has_it) {
        let from = begins(at, (&rulebook, &record), row);
        let giver = givers.remove(&row.id);
        grants.extend(giver.and_then(|giver| told(at, &rulebook, (row, giver, from), covers)));
    }
    grants.sort_by_key(|one| (one.state, one.id));
    let mut within: Vec<String> = places.iter().map(|place| place.label.clone()).collect();
    within.sort_unstable();
    let roles = rulebook.roles_with(question.application, &question.action);
    let cures = match as_of {
        None => cures(&decision, &grants, (roles, within)),
        // What was is not to be turned.
        Some(_) => Vec::new(),
    };
    Ok(Explained {
        decision,
        as_of,
        grants,
        cures,
    })
}

fn record(
    op: &mut Op,
    question: &Question,
    (organisation, as_of): (Option<OrganisationId>, Option<Timestamp>),
) {
    let mut draft = EventDraft::success(EventKind::DecisionExplained);
    if let Some(moment) = as_of {
        draft = draft.detail("as_of", rfc3339::written(moment));
    }
    if let Some(organisation) = organisation {
        draft = draft.organisation(organisation);
    }
    draft = match question.subject {
        Subject::Person(id) => draft.target("person", id),
        Subject::ServiceAccount(id) => draft.target("service_account", id),
    };
    let resource = format!("{}/{}", question.resource_type, question.resource_id);
    op.record(
        draft
            .detail("action", question.action.as_str())
            .detail("resource", resource),
    );
}

/// All that was given to a subject and has not ended, by itself or through its groups: what counts now first.
pub async fn grants(op: &mut Op, subject: Subject) -> Result<Vec<GrantTold>, OpError> {
    let Some((rulebook, record)) = copies::record(op, subject).await? else {
        return Ok(Vec::new());
    };
    let mut givers = givers(op, (&rulebook, &record), None).await?;
    let mut grants = Vec::new();
    for row in &record.grants {
        let from = begins(op.now, (&rulebook, &record), row);
        let giver = givers.remove(&row.id);
        grants.extend(giver.and_then(|giver| told(op.now, &rulebook, (row, giver, from), |_| true)));
    }
    grants.sort_by_cached_key(|one| (one.state, one.role_title.clone(), one.id));
    Ok(grants)
}

async fn givers(
    op: &mut Op,
    (rulebook, record): (&Rulebook, &Record),
    as_of: Option<Timestamp>,
) -> Result<HashMap<AccessGrantId, Giver>, OpError> {
    let (now, tx) = (op.now, op.reading().await?);
    if as_of.is_some() {
        // Who was in which group then does not lead to them now.
        let ids = record.grants.iter().map(|row| row.id);
        return Ok(giver::of_grants(tx, rulebook.organisation_id, ids).await?);
    }
    Ok(giver::of_subject(tx, record.subject, rulebook.organisation_id, now).await?)
}

/// A grant as people are told of it, from when it counts for whom it is told of; `covers` says whether it counts where it was asked for.
pub(super) fn told(
    now: Timestamp,
    rulebook: &Rulebook,
    (row, giver, from): (&GrantRow, Giver, Timestamp),
    covers: impl Fn(&[(GroupKind, Vec<GroupId>)]) -> bool,
) -> Option<GrantTold> {
    let held = holdings::hold(now, rulebook, row)?;
    let state = match from {
        from if from > now => State::Later,
        _ if covers(&held.within) => State::Counts,
        _ => State::Elsewhere,
    };
    let label = |id: &GroupId| rulebook.group(*id).map(|group| group.label.clone());
    let mut within: Vec<String> = row.within.iter().filter_map(label).collect();
    within.sort_unstable();
    Some(GrantTold {
        id: row.id,
        role: held.role.name.clone(),
        role_title: held.role.title.clone(),
        through: row.group.as_ref().and_then(label),
        within,
        from,
        until: ends(rulebook, row),
        reason: giver.reason,
        given_by: giver.given_by,
        giver: giver.name,
        last_used: row.last_used,
        next_review: giver.next_review,
        state,
    })
}

/// When a grant ends: by itself, or with the group by which it is held or the last of its places.
fn ends(rulebook: &Rulebook, row: &GrantRow) -> Option<Timestamp> {
    let end = |id: &GroupId| rulebook.group(*id).and_then(|group| group.ends_at);
    let of_places = row.within.iter().map(end).collect::<Option<Vec<_>>>();
    let last = of_places.and_then(|ends| ends.into_iter().max());
    let by_group = row.group.as_ref().and_then(end);
    [row.window.until, by_group, last].into_iter().flatten().min()
}

/// From when on a grant counts: its own beginning, or that of the membership by which it is held, whichever is later.
fn begins(now: Timestamp, (rulebook, record): (&Rulebook, &Record), row: &GrantRow) -> Timestamp {
    let Some(group) = row.group else {
        return row.window.from;
    };
    let leads = |id: GroupId| rulebook.group(id).is_some_and(|one| one.lineage.contains(&group));
    let memberships = record.memberships.iter().filter(|one| leads(one.group));
    let first = memberships.map(|one| one.window.from).min();
    row.window.from.max(first.unwrap_or(now))
}

/// What would turn a decision.
fn cures(
    decision: &Decision,
    grants: &[GrantTold],
    (roles, within): (Vec<String>, Vec<String>),
) -> Vec<Cure> {
    let wait = || {
        let later = grants.iter().filter(|one| one.state == State::Later);
        later.map(|one| Cure::Wait {
            grant: one.id,
            until: one.from,
        })
    };
    match decision.reason {
        "no_grant" | "outside_scope" if roles.is_empty() => wait().collect(),
        "no_grant" | "outside_scope" => wait().chain([Cure::Give { roles, within }]).collect(),
        "forbidden_by_policy" | "policy_error" => {
            let policies = decision.because.iter();
            let policies = policies.filter_map(|one| one.strip_prefix("policy:"));
            vec![Cure::Policy {
                policies: policies.map(str::to_owned).collect(),
            }]
        }
        "step_up_required" => decision.step_up.clone().map(Cure::StepUp).into_iter().collect(),
        "subject_inactive" => vec![Cure::Activate],
        "application_retired" => vec![Cure::Restore],
        _ => Vec::new(),
    }
}
