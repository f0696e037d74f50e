//! What would change if a version came into force.
//!
//! The log keeps of a decision who asked for what on which resource, but neither the attributes of the resource nor the context, on which
//! policies rest: past decisions cannot be made again. So the questions are those that people have written down as what matters: the test cases
//! of the policy and of all policies that are in force for the application. Each is put to the policies in force together, and to the same with
//! the version among them.

use serde::Serialize;

use super::examine::{self, Examined};
use super::model::Case;
use super::read::{Policy, Version};
use super::{PolicyError, read, store};
use crate::decision::{Trial, Tried};
use crate::domain::OrganisationId;
use crate::op::Op;

/// What would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// Where the questions come from: `test_cases`.
    pub basis: &'static str,
    /// How many questions were put.
    pub asked: usize,
    /// Those whose answer would be another.
    pub changes: Vec<Changed>,
}

/// A question whose answer would be another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// The policy whose test case it is.
    pub policy: String,
    pub case: String,
    /// `allowed`, `denied`, `failed`
    pub before: &'static str,
    pub after: &'static str,
}

/// What there is to be said of the version that is not in force yet, and what it would change. Changes nothing.
pub async fn preview(
    op: &mut Op,
    (organisation, name): (OrganisationId, &str),
) -> Result<(Examined, Effect), PolicyError> {
    let policy = read::seen(op, organisation, name, None).await?;
    let open = policy.open().ok_or(PolicyError::NothingOpen)?;
    let of = (organisation, policy.application);
    let examined = examine::examine(op, of, (name, &open.content)).await?;
    let effect = effect(op, organisation, &policy, open).await?;
    Ok((examined, effect))
}

pub(super) async fn effect(
    op: &mut Op,
    organisation: OrganisationId,
    policy: &Policy,
    version: &Version,
) -> Result<Effect, PolicyError> {
    let tx = op.reading().await?;
    let in_force = store::in_force(tx, organisation, policy.application).await?;
    let texts: Vec<(String, String)> = in_force
        .iter()
        .map(|one| (one.policy.clone(), one.cedar.clone()))
        .collect();
    let with: Vec<(String, String)> = texts
        .iter()
        .filter(|(name, _)| *name != policy.name)
        .cloned()
        .chain([(policy.name.clone(), version.content.cedar.clone())])
        .collect();
    let unknown = || PolicyError::OrganisationUnknown;
    let before = Trial::of(op, organisation, texts).await?.ok_or_else(unknown)?;
    let after = Trial::of(op, organisation, with).await?.ok_or_else(unknown)?;
    let others = in_force.iter().filter(|one| one.policy != policy.name);
    let others = others.flat_map(|one| one.cases.iter().map(|case| (one.policy.as_str(), case)));
    let own = version
        .content
        .cases
        .iter()
        .map(|case| (policy.name.as_str(), case));
    let questions: Vec<(&str, &Case)> = own.chain(others).collect();
    let changes = questions.iter().filter_map(|(of, case)| {
        let was = word(&examine::ask(&before, case, op.now));
        let becomes = word(&examine::ask(&after, case, op.now));
        (was != becomes).then(|| Changed {
            policy: (*of).to_owned(),
            case: case.name.clone(),
            before: was,
            after: becomes,
        })
    });
    Ok(Effect {
        basis: "test_cases",
        asked: questions.len(),
        changes: changes.collect(),
    })
}

const fn word(tried: &Tried) -> &'static str {
    match tried {
        Tried::Allowed(_) => "allowed",
        Tried::Denied(_) => "denied",
        Tried::Failed(_) => "failed",
    }
}
