//! Policies by the action that they are about: a question does not pass by those about other actions. Cedar has no index of its own.

use std::collections::{BTreeSet, HashMap};

use cedar_policy_core::ast::{ActionConstraint, EntityUID, Expr};

/// The places of policies among all.
#[derive(Debug, Default)]
pub(super) struct ByAction {
    /// For each action that a policy names, those that name it and those that name none.
    named: HashMap<EntityUID, Vec<Alike>>,
    /// Those that name none, for all other actions.
    any: Vec<Alike>,
}

/// Policies of one condition: of many that were made of one form, it is evaluated once.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Alike {
    pub(super) condition: Expr,
    pub(super) places: Vec<usize>,
}

impl ByAction {
    /// Of policies in this order: what each is about, and when it holds then.
    pub(super) fn of(policies: &[(&ActionConstraint, Expr)]) -> Self {
        let mut any = Vec::new();
        let mut named: HashMap<EntityUID, BTreeSet<usize>> = HashMap::new();
        for (place, (constraint, _)) in policies.iter().enumerate() {
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
            (action, alike(policies, places))
        });
        Self {
            named: named.collect(),
            any: alike(policies, any),
        }
    }

    pub(super) fn about(&self, action: &EntityUID) -> &[Alike] {
        self.named.get(action).unwrap_or(&self.any)
    }
}

fn alike(policies: &[(&ActionConstraint, Expr)], places: impl IntoIterator<Item = usize>) -> Vec<Alike> {
    let mut all: Vec<Alike> = Vec::new();
    for place in places {
        let Some((_, condition)) = policies.get(place) else {
            continue;
        };
        match all.iter_mut().find(|one| one.condition == *condition) {
            Some(one) => one.places.push(place),
            None => all.push(Alike {
                condition: condition.clone(),
                places: vec![place],
            }),
        }
    }
    all
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
            forbid (principal, action == Action::"both", resource);
            forbid (principal, action == Action::"both", resource);
        "#;
        let set: PolicySet = text.parse().unwrap();
        let mut policies: Vec<Policy> = set.policies().cloned().collect();
        policies.sort_by_key(|policy| policy.id().to_string());
        let about_what = |policy: &'_ Policy| policy.as_ref().action_constraint().clone();
        let constraints: Vec<ActionConstraint> = policies.iter().map(about_what).collect();
        let conditions = [
            "true",
            "context.a",
            "context.b",
            "context.a",
            "context.a",
            "context.a",
            "context.a",
        ];
        let conditions = conditions.map(|text| text.parse::<Expr>().unwrap());
        let by_action = ByAction::of(&constraints.iter().zip(conditions).collect::<Vec<_>>());
        let about = |action: &str| {
            let alike = by_action.about(&format!("Action::\"{action}\"").parse().unwrap());
            alike.iter().map(|one| one.places.clone()).collect::<Vec<_>>()
        };
        assert_eq!(about("read"), [vec![0], vec![1], vec![2]]);
        assert_eq!(about("write"), [vec![0], vec![2], vec![3]]);
        assert_eq!(about("delete"), [vec![0]]);
        assert_eq!(about("both"), [vec![0], vec![5, 6]], "of one condition");
    }
}
