//! Policies by the action that they are about: a question does not pass by those about other actions. Cedar has no index of its own.

use std::collections::{HashMap, HashSet};

use cedar_policy::{ActionConstraint, EntityUid, Policy, PolicySet, PolicySetError};

use super::step_up;

/// What is asked about each action.
#[derive(Debug, Default)]
pub(super) struct ByAction {
    /// For each action that a policy names, those that name it and those that name none.
    named: HashMap<EntityUid, Askable>,
    /// Those that name none, for all other actions.
    any: Askable,
}

/// Policies, and those of them that no step-up turns: what would be answered after it.
#[derive(Debug, Default)]
pub(super) struct Askable {
    pub(super) all: PolicySet,
    pub(super) after_step_up: PolicySet,
}

impl ByAction {
    pub(super) fn of(set: &PolicySet, step_ups: &step_up::ByPolicy) -> Result<Self, Box<PolicySetError>> {
        let mut any = Vec::new();
        let mut named: HashMap<EntityUid, Vec<&Policy>> = HashMap::new();
        for policy in set.policies() {
            // Actions stand in no groups here, so that to be in one is to be that one.
            let actions = match policy.action_constraint() {
                ActionConstraint::Any => {
                    any.push(policy);
                    continue;
                }
                ActionConstraint::Eq(action) => HashSet::from([action]),
                ActionConstraint::In(actions) => actions.into_iter().collect(),
            };
            for action in actions {
                named.entry(action).or_default().push(policy);
            }
        }
        let mut by_action = Self {
            named: HashMap::new(),
            any: Askable::of(&any, step_ups)?,
        };
        for (action, mut policies) in named {
            policies.extend(&any);
            let askable = Askable::of(&policies, step_ups)?;
            by_action.named.insert(action, askable);
        }
        Ok(by_action)
    }

    pub(super) fn about(&self, action: &EntityUid) -> &Askable {
        self.named.get(action).unwrap_or(&self.any)
    }
}

impl Askable {
    fn of(policies: &[&Policy], step_ups: &step_up::ByPolicy) -> Result<Self, Box<PolicySetError>> {
        let lasting = policies
            .iter()
            .filter(|policy| !step_ups.contains_key(policy.id()));
        Ok(Self {
            all: PolicySet::from_policies(policies.iter().copied().cloned())?,
            after_step_up: PolicySet::from_policies(lasting.copied().cloned())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_action_are_those_that_name_it_and_those_that_name_none() {
        let text = r#"
            permit (principal, action, resource);
            forbid (principal, action == Action::"read", resource);
            forbid (principal, action in [Action::"read", Action::"write", Action::"read"], resource);
            forbid (principal, action in Action::"write", resource);
            forbid (principal, action in [], resource);
        "#;
        let set: PolicySet = text.parse().unwrap();
        let by_action = ByAction::of(&set, &step_up::ByPolicy::new()).unwrap();
        let about = |action: &str| {
            let askable = by_action.about(&format!("Action::\"{action}\"").parse().unwrap());
            assert_eq!(askable.all, askable.after_step_up);
            let mut ids: Vec<String> = askable.all.policies().map(|one| one.id().to_string()).collect();
            ids.sort();
            ids.join(" ")
        };
        assert_eq!(about("read"), "policy0 policy1 policy2");
        assert_eq!(about("write"), "policy0 policy2 policy3");
        assert_eq!(about("delete"), "policy0");
    }
}
