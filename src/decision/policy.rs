//! Attribute policies, written in Cedar, as they are asked: with the translation in [`super::filter`], the texts in [`super::written`] and their
//! schema all that knows that language.
//!
//! Roles come first, by indexed look-up ([`super::judge`]): what they give is permitted, and reaches the policies as `context.role_granted`.
//! What an organisation adds can permit more or forbid; forbid wins, and a policy that cannot be evaluated denies.
//!
//! Cedar's own authorizer would make the condition of each policy anew for each question, and reckon again which groups are above which. Its
//! evaluator is asked directly: each policy holds, holds not, or fails ([decision 026](../../docs/decisions/026-cedar-evaluator.md)). A test
//! holds the answers against those of the authorizer. In a policy:
//!
//! | name | what |
//! | --- | --- |
//! | `principal` | `Person::"id"` or `ServiceAccount::"id"`, in `Group::"region:emea"`, with its own attributes and `id`, `roles`, `groups`, `organisation` |
//! | `action` | `Action::"feedback:read"` |
//! | `resource` | `Resource::"id"`, in the groups that its `region`, `department`, `team` name, with its own attributes and `type`, `id` |
//! | `context` | what the application sent, `subject_id` (the name by which it knows the subject), and `role_granted`, `roles` (those that grant), `now` (seconds since 1970), `clock` (by zone: `minute` of the day, `weekday` from 1, Monday), `authentication` (`level`, `age`: see [`super::step_up`]) |

use std::collections::{BTreeSet, HashSet};

use cedar_policy::{Effect, Entity, Policy, PolicyId};
use cedar_policy_core::ast::{
    EntityType, EntityUID, Expr, Literal, Request, RequestSchemaAllPass, Value, ValueKind,
};
use cedar_policy_core::entities::{Entities, NoEntitiesSchema, TCComputation};
use cedar_policy_core::evaluator::{EvaluationError, Evaluator};
use cedar_policy_core::extensions::Extensions;
use serde_json::{Map, Value as Json};

use super::by_action::ByAction;
use super::clock::{CLOCK, Clock};
use super::entity::PolicyRow;
use super::holdings::Record;
use super::rulebook::{Group, Rulebook};
use super::step_up::{self, AUTHENTICATION, StepUp};
pub(super) use super::value::Unusable;
use super::value::{self, entity_type, uid};
use super::written::parse;
use crate::domain::{OrganisationId, Subject, Timestamp};
use crate::op::OpError;

const BUILT_IN: OpError = OpError::Broken("Cedar refuses a built-in type");

/// The policies of one organisation for one application, ready to be asked.
#[derive(Debug)]
pub(super) struct Policies {
    rules: Vec<Rule>,
    words: Words,
    /// Rows that are no policies (any more): everything is denied until they are mended.
    broken: Vec<String>,
    /// The zones whose time of day they ask for.
    clock: Clock,
    by_action: ByAction,
}

/// One policy, of which a row can have several.
#[derive(Debug)]
struct Rule {
    /// Of its row.
    name: String,
    policy: Policy,
    /// A step-up that turns it.
    step_up: Option<step_up::Asked>,
}

/// Names of types, parsed once: parsing one costs as much as a decision.
#[derive(Debug)]
struct Words {
    action: EntityType,
    resource: EntityType,
    group: EntityType,
}

impl Policies {
    pub(super) fn compile(rows: &[PolicyRow], organisation: OrganisationId) -> Result<Self, OpError> {
        let word = |name| entity_type(name).map_err(|_| BUILT_IN);
        let mut compiled = Self {
            rules: Vec::new(),
            words: Words {
                action: word("Action")?,
                resource: word("Resource")?,
                group: word("Group")?,
            },
            broken: Vec::new(),
            clock: Clock::default(),
            by_action: ByAction::default(),
        };
        for row in rows {
            if let Err(fault) = compiled.add(row) {
                tracing::error!(policy = row.name, %organisation, fault, "a stored policy cannot be read");
                compiled.broken.push(row.name.clone());
            }
        }
        let rules = compiled.rules.iter();
        let about = rules.map(|rule| (rule.policy.as_ref().action_constraint(), condition(&rule.policy)));
        compiled.by_action = ByAction::of(&about.collect::<Vec<_>>());
        Ok(compiled)
    }

    fn add(&mut self, row: &PolicyRow) -> Result<(), String> {
        let policies = parse(&row.cedar).map_err(|fault| fault.to_string())?;
        self.clock
            .learn(&policies)
            .map_err(|zone| format!("there is no time zone called {zone}"))?;
        let mut rules = Vec::new();
        for (index, policy) in policies.into_iter().enumerate() {
            let mut policy = policy.new_id(PolicyId::new(format!("{}#{index}", row.name)));
            let step_up = step_up::Asked::of(&policy)?;
            if let Some(asked) = step_up {
                policy = turned_by(asked, &policy)?;
            }
            rules.push(Rule {
                name: row.name.clone(),
                policy,
                step_up,
            });
        }
        self.rules.append(&mut rules);
        Ok(())
    }

    /// Whether the organisation has written none: then the roles alone decide.
    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.broken.is_empty()
    }

    /// Puts the moment and what was proven into the context. They are ours alone: what the application sends under these names is not
    /// believed.
    pub(super) fn tell_own(&self, context: &mut Map<String, Json>, now: Timestamp) {
        for (name, value) in self.own(context, now) {
            match value {
                Json::Null => context.remove(name),
                value => context.insert(name.to_owned(), value),
            };
        }
    }

    fn own(&self, context: &Map<String, Json>, now: Timestamp) -> [(&'static str, Json); 3] {
        [
            (AUTHENTICATION, step_up::proven(context, now)),
            ("now", Json::from(now.as_seconds())),
            (CLOCK, self.clock.at(now).unwrap_or(Json::Null)),
        ]
    }

    /// Whether one of them can permit what no role gives. One that cannot be read denies everything.
    pub(super) fn can_permit(&self) -> bool {
        let mut rules = self.rules.iter();
        rules.any(|rule| rule.policy.effect() == Effect::Permit)
    }

    /// Whether one of them cannot be read, so that nothing is allowed.
    pub(super) fn has_broken(&self) -> bool {
        !self.broken.is_empty()
    }

    /// Their names, in alphabetical order.
    pub(super) fn names(&self) -> BTreeSet<&str> {
        let broken = self.broken.iter().map(String::as_str);
        self.rules
            .iter()
            .map(|rule| rule.name.as_str())
            .chain(broken)
            .collect()
    }

    /// Each with the name under which it was written, what it does, and Cedar's JSON form of it (none if it has none), in the order of
    /// names.
    pub(super) fn each(&self) -> Vec<(&str, Effect, Option<Json>)> {
        let mut rules: Vec<&Rule> = self.rules.iter().collect();
        rules.sort_by(|one, other| (&one.name, one.policy.id()).cmp(&(&other.name, other.policy.id())));
        let rules = rules.into_iter();
        rules
            .map(|rule| {
                (
                    rule.name.as_str(),
                    rule.policy.effect(),
                    rule.policy.to_json().ok(),
                )
            })
            .collect()
    }
}

/// When a policy holds. Which actions it is about is asked by the index.
fn condition(policy: &Policy) -> Expr {
    let policy: &cedar_policy_core::ast::Policy = policy.as_ref();
    let always = || Expr::val(true);
    let scope = Expr::and(
        policy.principal_constraint().as_expr(),
        policy.resource_constraint().as_expr(),
    );
    // As the right side of an "and" it has to be a truth value, as it has in a policy.
    Expr::and(
        scope,
        policy.non_scope_constraints().cloned().unwrap_or_else(always),
    )
}

/// A subject as Cedar sees it.
#[derive(Debug)]
pub(super) struct Principal(Entity);

impl Principal {
    pub(super) fn new(
        record: &Record,
        rulebook: &Rulebook,
        groups: &BTreeSet<String>,
        roles: &BTreeSet<&str>,
    ) -> Result<Self, Unusable> {
        let named = match record.subject {
            Subject::Person(id) => ("Person", id.to_string()),
            Subject::ServiceAccount(id) => ("ServiceAccount", id.to_string()),
        };
        Self::named((named.0, &named.1), &record.attributes, rulebook, groups, roles)
    }

    /// A subject by its type and id, which may be supposed.
    pub(super) fn named(
        (kind, id): (&str, &str),
        attributes: &Map<String, Json>,
        rulebook: &Rulebook,
        groups: &BTreeSet<String>,
        roles: &BTreeSet<&str>,
    ) -> Result<Self, Unusable> {
        // Ours last: an attribute of the account cannot pretend to be a role.
        let own = [
            ("id", Json::from(id)),
            ("roles", roles.iter().copied().collect()),
            ("groups", groups.iter().cloned().collect()),
            ("organisation", Json::from(rulebook.slug.as_str())),
        ];
        let given = value::each(attributes).filter(|(name, _)| own.iter().all(|(ours, _)| ours != name));
        let own = own.iter().map(|(name, value)| (*name, value));
        let attributes: Vec<(&str, &Json)> = given.chain(own).collect();
        let group = entity_type("Group")?;
        let groups = groups.iter().map(|label| uid(&group, label)).collect();
        let entity = value::entity(uid(&entity_type(kind)?, id), &attributes, groups)?;
        Ok(Self(entity.into()))
    }

    pub(super) fn entity(&self) -> &Entity {
        &self.0
    }
}

/// One question to the policies.
pub(super) struct Asked<'a> {
    pub(super) principal: &'a Principal,
    pub(super) action: &'a str,
    pub(super) resource_type: &'a str,
    pub(super) resource_id: &'a str,
    pub(super) resource: &'a Map<String, Json>,
    /// The groups that the resource's attributes name.
    pub(super) places: &'a [&'a Group],
    pub(super) context: &'a Map<String, Json>,
    /// The roles that grant it; none if no role does.
    pub(super) roles: &'a [&'a str],
    pub(super) now: Timestamp,
}

/// What the policies say.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// By these policies, or by roles alone.
    Permitted(Vec<String>),
    /// No policy permits it.
    NotPermitted,
    Forbidden(Vec<String>),
    /// These policies forbid it, and would not after this.
    StepUp(Vec<String>, StepUp),
    /// These policies could not be evaluated.
    Failed(Vec<String>),
    /// This attribute cannot be given to policies.
    Unusable(String),
}

/// Asks the policies.
pub(super) fn ask(policies: &Policies, asked: &Asked<'_>, rulebook: &Rulebook) -> Verdict {
    if !policies.broken.is_empty() {
        return Verdict::Failed(policies.broken.clone());
    }
    match evaluate(policies, asked, rulebook) {
        Ok(held) => {
            for (rule, fault) in &held.failed {
                let organisation = rulebook.organisation_id;
                tracing::warn!(policy = rule.name, %organisation, %fault, "a policy could not be evaluated");
            }
            held.verdict()
        }
        Err(Unusable(name)) => Verdict::Unusable(name),
    }
}

/// The same for a trial: what could not be evaluated is told with its cause, and not reported.
pub(super) fn try_out(
    policies: &Policies,
    asked: &Asked<'_>,
    rulebook: &Rulebook,
) -> (Verdict, Option<String>) {
    if !policies.broken.is_empty() {
        return (Verdict::Failed(policies.broken.clone()), None);
    }
    match evaluate(policies, asked, rulebook) {
        Ok(held) => {
            let cause = held.failed.first().map(|(_, fault)| fault.to_string());
            (held.verdict(), cause)
        }
        Err(Unusable(name)) => (Verdict::Unusable(name), None),
    }
}

/// The policies that hold, and those that could not be evaluated.
#[derive(Debug, Default)]
struct Held<'a> {
    by_role: bool,
    forbidding: Vec<&'a Rule>,
    permitting: Vec<&'a Rule>,
    failed: Vec<(&'a Rule, EvaluationError)>,
}

impl<'a> Held<'a> {
    fn take(&mut self, rule: &'a Rule, answer: &Result<Value, EvaluationError>) {
        match answer {
            Ok(value) if value.value_kind() == &ValueKind::Lit(Literal::Bool(true)) => {
                match rule.policy.effect() {
                    Effect::Forbid => self.forbidding.push(rule),
                    Effect::Permit => self.permitting.push(rule),
                }
            }
            Ok(_) => {}
            Err(fault) => self.failed.push((rule, fault.clone())),
        }
    }

    fn verdict(&self) -> Verdict {
        let names = |rules: &[&Rule]| {
            let names: BTreeSet<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
            names.into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        if self.forbidding.is_empty() {
            return self.unhindered(names);
        }
        let asked: Option<Vec<_>> = self.forbidding.iter().map(|rule| rule.step_up).collect();
        let forbidden = names(&self.forbidding);
        let Some(step_up) = asked.and_then(StepUp::for_all) else {
            return Verdict::Forbidden(forbidden);
        };
        // Whether it would be a yes then: a proof does not give what nobody gave.
        match self.unhindered(names) {
            Verdict::Permitted(_) => Verdict::StepUp(forbidden, step_up),
            other => other,
        }
    }

    /// What they come to where those that forbid do not.
    fn unhindered(&self, names: impl Fn(&[&Rule]) -> Vec<String>) -> Verdict {
        if !self.failed.is_empty() {
            let failed: Vec<&Rule> = self.failed.iter().map(|(rule, _)| *rule).collect();
            Verdict::Failed(names(&failed))
        } else if self.by_role || !self.permitting.is_empty() {
            Verdict::Permitted(names(&self.permitting))
        } else {
            Verdict::NotPermitted
        }
    }
}

/// The same policy, which does not hold once enough was proven.
fn turned_by(asked: step_up::Asked, policy: &Policy) -> Result<Policy, String> {
    let parts = policy.to_json().map_err(|error| error.to_string())?;
    let parts = asked
        .put_into(parts)
        .ok_or("the policy has no conditions to add to")?;
    Policy::from_json(Some(policy.id().clone()), parts).map_err(|error| error.to_string())
}

fn evaluate<'a>(
    policies: &'a Policies,
    asked: &Asked<'_>,
    rulebook: &Rulebook,
) -> Result<Held<'a>, Unusable> {
    let extensions = Extensions::all_available();
    let entities = [
        asked.principal.0.as_ref().clone(),
        resource(policies, asked, rulebook)?,
    ];
    // Each has all groups above its own among its own.
    let reckoned = TCComputation::AssumeAlreadyComputed;
    let entities = Entities::from_entities(entities, None::<&NoEntitiesSchema>, reckoned, extensions)
        .map_err(|_| Unusable("resource".to_owned()))?;
    let action = uid(&policies.words.action, asked.action);
    let about = policies.by_action.about(&action);
    let evaluator = Evaluator::new(request(policies, asked, action)?, &entities, extensions);
    let mut held = Held {
        by_role: !asked.roles.is_empty(),
        ..Held::default()
    };
    let slots = std::collections::HashMap::new();
    for alike in about {
        let answer = evaluator.interpret(&alike.condition, &slots);
        for rule in alike.places.iter().filter_map(|place| policies.rules.get(*place)) {
            held.take(rule, &answer);
        }
    }
    Ok(held)
}

fn resource(
    policies: &Policies,
    asked: &Asked<'_>,
    rulebook: &Rulebook,
) -> Result<cedar_policy_core::ast::Entity, Unusable> {
    let own = [
        ("type", Json::from(asked.resource_type)),
        ("id", Json::from(asked.resource_id)),
    ];
    let given = value::each(asked.resource).filter(|(name, _)| own.iter().all(|(ours, _)| ours != name));
    let own = own.iter().map(|(name, value)| (*name, value));
    let attributes: Vec<(&str, &Json)> = given.chain(own).collect();
    let above = asked.places.iter().flat_map(|group| group.lineage.iter());
    let groups: HashSet<EntityUID> = above
        .filter_map(|id| rulebook.group(*id))
        .map(|group| uid(&policies.words.group, &group.label))
        .collect();
    value::entity(
        uid(&policies.words.resource, asked.resource_id),
        &attributes,
        groups,
    )
}

fn request(policies: &Policies, asked: &Asked<'_>, action: EntityUID) -> Result<Request, Unusable> {
    let of_roles = [
        ("role_granted", Json::from(!asked.roles.is_empty())),
        ("roles", asked.roles.iter().copied().collect()),
    ];
    let own = policies.own(asked.context, asked.now);
    let own = of_roles.iter().chain(&own).map(|(name, value)| (*name, value));
    let context = value::context(value::each(asked.context).chain(own))?;
    Request::new(
        (asked.principal.0.as_ref().uid().clone(), None),
        (action, None),
        (uid(&policies.words.resource, asked.resource_id), None),
        context,
        None::<&RequestSchemaAllPass>,
        Extensions::all_available(),
    )
    .map_err(|_| Unusable("request".to_owned()))
}

#[cfg(test)]
mod tests {
    use cedar_policy::{Authorizer, Context, Entities, EntityUid, PolicySet, Request};
    use serde_json::json;

    use super::super::rulebook::{self, Roles};
    use super::*;

    /// Of all kinds of scopes and conditions, and some that fail.
    const TEXTS: [&str; 21] = [
        "permit (principal, action, resource);",
        r#"permit (principal == Person::"ada", action, resource);"#,
        "forbid (principal is Person, action, resource) when { context.flag };",
        r#"forbid (principal is ServiceAccount in Group::"team:care", action, resource);"#,
        r#"forbid (principal in Group::"region:emea", action == Action::"read", resource) unless { context has flag };"#,
        r#"permit (principal, action in [Action::"read", Action::"write"], resource in Group::"region:emea");"#,
        "forbid (principal, action in [], resource);",
        r#"forbid (principal, action == Action::"write", resource == Resource::"r-1");"#,
        "forbid (principal, action, resource is Resource) when { resource.share > 3 };",
        r#"forbid (principal, action, resource) when { resource.share.lessThan(decimal("0.5")) };"#,
        r#"forbid (principal, action, resource) when { context has ip && ip(context.ip).isInRange(ip("10.0.0.0/8")) };"#,
        "forbid (principal, action, resource) when { context.flag } unless { principal.level >= 3 };",
        "permit (principal, action, resource) when { principal.line == resource.line };",
        r#"permit (principal, action, resource) when { principal.roles.contains("analyst") };"#,
        r#"forbid (principal, action, resource) when { principal.groups.containsAny(["team:care"]) && context.flag };"#,
        "forbid (principal, action, resource) when { 1 };",
        r#"forbid (principal, action, resource) when { context.flag } when { "text" };"#,
        r#"permit (principal, action, resource) when { context.role_granted && context.roles == ["analyst"] };"#,
        "forbid (principal, action, resource) when { context.now < 0 || resource.nested.deep == [1, 2] };",
        r#"forbid (principal, action, resource) when { if context.flag then resource.type == "record" else resource.absent };"#,
        r#"forbid (principal, action == Action::"read", resource is Resource) when { resource.share > 3 };"#,
    ];

    fn policies() -> Policies {
        let row = |(place, text): (usize, &&str)| PolicyRow {
            name: format!("p{place:02}"),
            cedar: (*text).to_owned(),
        };
        let rows: Vec<PolicyRow> = TEXTS.iter().enumerate().map(row).collect();
        let policies = Policies::compile(&rows, id()).unwrap();
        assert!(policies.broken.is_empty(), "{:?}", policies.broken);
        policies
    }

    fn id() -> OrganisationId {
        OrganisationId::new(Timestamp::from_micros(1), [1; 10])
    }

    /// What Cedar's own authorizer says: which hold, and which fail.
    fn authorized(
        policies: &Policies,
        asked: &Asked<'_>,
        rulebook: &Rulebook,
    ) -> (BTreeSet<String>, BTreeSet<String>) {
        let all = policies.rules.iter().map(|rule| rule.policy.clone());
        let set = PolicySet::from_policies(all).unwrap();
        let action = uid(&policies.words.action, asked.action);
        let resource: Entity = resource(policies, asked, rulebook).unwrap().into();
        let made = request(policies, asked, action).unwrap();
        let named = |uid: &EntityUID| uid.to_string().parse::<EntityUid>().unwrap();
        let request = Request::new(
            asked.principal.entity().uid(),
            named(made.action().uid().unwrap()),
            resource.uid(),
            Context::from(made.context().unwrap().clone()),
            None,
        );
        let entities = Entities::from_entities([asked.principal.entity().clone(), resource], None).unwrap();
        let response = Authorizer::new().is_authorized(&request.unwrap(), &set, &entities);
        // Of those that hold, the response tells the ones that decide: all that forbid, else all that permit.
        let diagnostics = response.diagnostics();
        let name = |id: &PolicyId| {
            policies
                .rules
                .iter()
                .find(|rule| rule.policy.id() == id)
                .unwrap()
                .name
                .clone()
        };
        let deciding = diagnostics.reason().map(name).collect();
        let failed = errors(&response).iter().map(name).collect();
        (deciding, failed)
    }

    fn errors(response: &cedar_policy::Response) -> Vec<PolicyId> {
        let errors = response.diagnostics().errors();
        let ids = errors
            .map(|cedar_policy::AuthorizationError::PolicyEvaluationError(error)| error.policy_id().clone());
        ids.collect()
    }

    /// One of the things, by a digit of the number of the case.
    fn digit<T: Clone>(case: &mut usize, things: &[T]) -> T {
        let thing = things[*case % things.len()].clone();
        *case /= things.len();
        thing
    }

    /// What is known of a subject, a resource and the circumstances.
    fn circumstances(case: &mut usize) -> [Json; 3] {
        let attributes = [
            json!({}),
            json!({ "level": 3, "line": "a" }),
            json!({ "level": "three", "line": ["a"] }),
        ];
        let properties = [
            json!({ "share": 4 }),
            json!({ "share": 0.25, "line": "a" }),
            json!({ "line": ["a"], "nested": { "deep": [2, 1] } }),
        ];
        let context = [
            json!({}),
            json!({ "flag": true, "ip": "10.1.1.1" }),
            json!({ "flag": false, "ip": "here" }),
        ];
        [attributes, properties, context].map(|all| digit(case, &all))
    }

    #[test]
    fn what_holds_and_what_fails_is_what_cedars_authorizer_says() {
        let policies = policies();
        let rulebook = rulebook::of((id(), "north".to_owned(), true), Vec::new(), Roles::default());
        let mut seen = BTreeSet::new();
        for case in 0..648 {
            let rest = &mut case.clone();
            let subject = digit(rest, &[("Person", "ada"), ("ServiceAccount", "bo")]);
            let [attributes, properties, context] = circumstances(rest);
            let groups = digit(
                rest,
                &[Vec::new(), vec!["region:emea".to_owned(), "team:care".to_owned()]],
            );
            let roles: &[&str] = digit(rest, &[&[][..], &["analyst"][..]]);
            let (groups, held) = (groups.into_iter().collect(), roles.iter().copied().collect());
            let attributes = attributes.as_object().unwrap();
            let asked = Asked {
                principal: &Principal::named(subject, attributes, &rulebook, &groups, &held).unwrap(),
                action: digit(rest, &["read", "write", "delete"]),
                resource_type: "record",
                resource_id: if case % 7 == 0 { "r-1" } else { "r-2" },
                resource: properties.as_object().unwrap(),
                places: &[],
                context: context.as_object().unwrap(),
                roles,
                now: Timestamp::from_seconds(10),
            };
            let ours = evaluate(&policies, &asked, &rulebook).unwrap();
            let names = |rules: &[&Rule]| {
                rules
                    .iter()
                    .map(|rule| rule.name.clone())
                    .collect::<BTreeSet<_>>()
            };
            let failed: Vec<&Rule> = ours.failed.iter().map(|(rule, _)| *rule).collect();
            let kinds = [&ours.forbidding, &ours.permitting];
            let deciding = kinds.into_iter().find(|rules| !rules.is_empty());
            let found = (
                deciding.map(|rules| names(rules)).unwrap_or_default(),
                names(&failed),
            );
            assert_eq!(found, authorized(&policies, &asked, &rulebook), "case {case}");
            seen.extend(names(&ours.forbidding).into_iter().chain(names(&ours.permitting)));
            seen.extend(names(&failed));
        }
        let never = policies.rules.iter().filter(|rule| !seen.contains(&rule.name));
        // Nothing is in no action, and no resource is in a region here.
        assert_eq!(
            never.map(|rule| rule.name.as_str()).collect::<Vec<_>>(),
            ["p05", "p06"]
        );
    }
}
