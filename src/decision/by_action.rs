//! Policies by the action that they are about: a question does not pass by those about other actions. Cedar has no index of its own.

use std::collections::{BTreeSet, HashMap};

use cedar_policy_core::ast::{ActionConstraint, EntityUID};

/// The places of policies among all.
#[derive(Debug, Default)]
pub(super) struct ByAction {
    /// For each action that a policy names, those that name it and those that name none, in their order.
    named: HashMap<EntityUID, Vec<usize>>,
    /// Those that name none, for all other actions.
    any: Vec<usize>,
}

impl ByAction {
    /// Of the policies in this order.
    pub(super) fn of<'a>(constraints: impl IntoIterator<Item = &'a ActionConstraint>) -> Self {
        let mut any = Vec::new();
        let mut named: HashMap<EntityUID, BTreeSet<usize>> = HashMap::new();
        for (place, constraint) in constraints.into_iter().enumerate() {
            // Actions stand in no groups here, so that to be in one is to be that one.
            let actions = match constraint {
                ActionConstraint::Any => {
                    any.push(place);
                    continue;
                }
                ActionConstraint::Eq(action) => std::slice::from_ref(action),
                ActionConstraint::In(actions) => actions.as_slice(),
            };
            for action in actions {
                named.entry(EntityUID::clone(action)).or_default().insert(place);
            }
        }
        let named = named.into_iter().map(|(action, mut places)| {
            places.extend(&any);
            (action, places.into_iter().collect())
        });
        Self {
            named: named.collect(),
            any,
        }
    }

    pub(super) fn about(&self, action: &EntityUID) -> &[usize] {
        self.named.get(action).unwrap_or(&self.any)
    }
}

#[cfg(test)]
mod tests {
    use cedar_policy::{Policy, PolicySet};

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
        let mut policies: Vec<Policy> = set.policies().cloned().collect();
        policies.sort_by_key(|policy| policy.id().to_string());
        let constraints = policies.iter().map(|policy| policy.as_ref().action_constraint());
        let by_action = ByAction::of(constraints);
        let about = |action: &str| {
            by_action
                .about(&format!("Action::\"{action}\"").parse().unwrap())
                .to_vec()
        };
        assert_eq!(about("read"), [0, 1, 2]);
        assert_eq!(about("write"), [0, 2, 3]);
        assert_eq!(about("delete"), [0]);
    }
}
