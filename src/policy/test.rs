//! The trial that a version has to stand before it may come into force.

use serde::Serialize;
use serde_json::json;

use super::PolicyError;
use super::draft::record;
use super::examine::{self, Examined};
use super::preview::{self, Effect};
use super::read::{self, Policy};
use super::store::{self, Mark};
use crate::domain::{EventKind, OrganisationId, PolicyState, PolicyStep};
use crate::op::{EventDraft, Op};

/// What came of a trial.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tested {
    pub version: i64,
    pub state: PolicyState,
    /// Of the policy, after the trial.
    pub revision: i64,
    #[serde(flatten)]
    pub examined: Examined,
    pub effect: Effect,
}

/// Tries the version that is not in force yet. If it stands the trial it is tested and may be activated; otherwise it is a draft. Both are on
/// record.
pub async fn test(
    op: &mut Op,
    (organisation, name): (OrganisationId, &str),
    seen: Option<i64>,
) -> Result<Tested, PolicyError> {
    let policy = read::seen(op, organisation, name, seen).await?;
    let open = policy.open().ok_or(PolicyError::NothingOpen)?;
    let of = (organisation, policy.application);
    let examined = examine::examine(op, of, (name, &open.content)).await?;
    let effect = preview::effect(op, organisation, &policy, open).await?;
    let state = if examined.passed {
        PolicyState::Tested
    } else {
        PolicyState::Draft
    };
    let mut revision = policy.revision;
    if examined.passed || open.state == PolicyState::Tested {
        revision = stand(op, (organisation, &policy), open.version, state).await?;
    }
    if examined.passed {
        let states = (json!({ "state": open.state }), json!({ "state": state }));
        let why = "all test cases pass";
        record(
            op,
            EventKind::PolicyTested,
            ((organisation, name), open.version),
            why,
            states,
        );
    } else {
        let why = examined.refusal().map(|refusal| refusal.to_string());
        op.record(
            EventDraft::refused(EventKind::PolicyTested, why.unwrap_or_default())
                .organisation(organisation)
                .target_named("policy", name)
                .detail("version", open.version),
        );
    }
    Ok(Tested {
        version: open.version,
        state,
        revision,
        examined,
        effect,
    })
}

/// Keeps what came of the trial; answers the new revision of the policy.
async fn stand(
    op: &mut Op,
    (organisation, policy): (OrganisationId, &Policy),
    version: i64,
    state: PolicyState,
) -> Result<i64, PolicyError> {
    let (now, by, of) = (op.now, op.actor.word(), (organisation, policy.name.as_str()));
    let tx = op.writing().await?;
    let revision = store::bump(tx, of, policy.revision, now).await?;
    let revision = revision.ok_or(PolicyError::ChangedMeanwhile)?;
    store::set_state(tx, (of, version), state).await?;
    let reason = match state {
        PolicyState::Tested => "all test cases pass",
        _ => "a test case fails that did not before",
    };
    let mark = Mark {
        revision,
        version,
        step: PolicyStep::Tested,
        reason,
    };
    store::insert_step(tx, of, &mark, (now, &by)).await?;
    Ok(revision)
}
