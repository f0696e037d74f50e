//! Attribute policies, written in Cedar, as they are asked: with the translation in [`super::filter`], the texts in [`super::written`] and their
//! schema all that knows that language.
//!
//! Roles come first, by indexed look-up ([`super::judge`]); their result reaches the policies as `context.role_granted`,
//! which one built-in policy permits. What an organisation adds can permit more or forbid; forbid wins, and a policy that
//! cannot be evaluated denies. In a policy:
//!
//! | name | what |
//! | --- | --- |
//! | `principal` | `Person::"id"` or `ServiceAccount::"id"`, in `Group::"region:emea"`, with its own attributes and `id`, `roles`, `groups`, `organisation` |
//! | `action` | `Action::"feedback:read"` |
//! | `resource` | `Resource::"id"`, in the groups that its `region`, `department`, `team` name, with its own attributes and `type`, `id` |
//! | `context` | what the application sent, `subject_id` (the name by which it knows the subject), and `role_granted`, `roles` (those that grant), `now` (seconds since 1970), `clock` (by zone: `minute` of the day, `weekday` from 1, Monday), `authentication` (`level`, `age`: see [`super::step_up`]) |

use std::collections::{BTreeSet, HashMap, HashSet};
use std::str::FromStr as _;

use cedar_policy::{
    Authorizer, Context, Effect, Entities, Entity, EntityId, EntityTypeName, EntityUid, Policy, PolicyId,
    PolicySet, Request, Response, RestrictedExpression,
};
use serde_json::{Map, Value as Json};

use super::by_action::{Askable, ByAction};
use super::clock::{CLOCK, Clock};
use super::entity::PolicyRow;
use super::holdings::Record;
use super::rulebook::{Group, Rulebook};
use super::step_up::{self, AUTHENTICATION, StepUp};
use super::written::parse;
use crate::domain::{OrganisationId, Subject, Timestamp};
use crate::op::OpError;

const BY_ROLE: &str = "doorward:role";
const BY_ROLE_TEXT: &str = "permit (principal, action, resource) when { context.role_granted };";

const BUILT_IN: OpError = OpError::Broken("Cedar refuses the built-in policy");

/// Deepest nesting of an attribute's value.
const DEPTH: usize = 8;

/// The attribute or part of a request that Cedar cannot hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unusable(pub(super) String);

/// The policies of one organisation for one application, ready to be asked.
#[derive(Debug)]
pub(super) struct Policies {
    set: PolicySet,
    words: Words,
    by_role: PolicyId,
    /// The name of each policy's row.
    names: HashMap<PolicyId, String>,
    /// Rows that are no policies (any more): everything is denied until they are mended.
    broken: Vec<String>,
    /// The zones whose time of day they ask for.
    clock: Clock,
    /// Those that a step-up turns.
    step_ups: step_up::ByPolicy,
    by_action: ByAction,
    empty: bool,
}

/// Names of types, parsed once: parsing one costs as much as a decision.
#[derive(Debug)]
struct Words {
    action: EntityTypeName,
    resource: EntityTypeName,
    group: EntityTypeName,
}

impl Policies {
    pub(super) fn compile(rows: &[PolicyRow], organisation: OrganisationId) -> Result<Self, OpError> {
        let by_role = PolicyId::new(BY_ROLE);
        let policy = Policy::parse(Some(by_role.clone()), BY_ROLE_TEXT).map_err(|_| BUILT_IN)?;
        let mut compiled = Self {
            set: PolicySet::from_policies([policy]).map_err(|_| BUILT_IN)?,
            words: Words {
                action: type_name("Action")?,
                resource: type_name("Resource")?,
                group: type_name("Group")?,
            },
            by_role,
            names: HashMap::new(),
            broken: Vec::new(),
            clock: Clock::default(),
            step_ups: step_up::ByPolicy::new(),
            by_action: ByAction::default(),
            empty: rows.is_empty(),
        };
        for row in rows {
            if let Err(fault) = compiled.add(row) {
                tracing::error!(policy = row.name, %organisation, fault, "a stored policy cannot be read");
                compiled.broken.push(row.name.clone());
            }
        }
        compiled.by_action = ByAction::of(&compiled.set, &compiled.step_ups).map_err(|_| BUILT_IN)?;
        Ok(compiled)
    }

    fn add(&mut self, row: &PolicyRow) -> Result<(), String> {
        let policies = parse(&row.cedar).map_err(|fault| fault.to_string())?;
        self.clock
            .learn(&policies)
            .map_err(|zone| format!("there is no time zone called {zone}"))?;
        for (index, policy) in policies.into_iter().enumerate() {
            let id = PolicyId::new(format!("{}#{index}", row.name));
            let mut policy = policy.new_id(id.clone());
            if let Some(asked) = step_up::Asked::of(&policy)? {
                policy = turned_by(asked, &policy)?;
                self.step_ups.insert(id.clone(), asked);
            }
            self.set.add(policy).map_err(|error| error.to_string())?;
            self.names.insert(id, row.name.clone());
        }
        Ok(())
    }

    /// Whether the organisation has written none: then the roles alone decide.
    pub(super) fn is_empty(&self) -> bool {
        self.empty
    }

    /// Puts the moment and what was proven into the context. They are ours alone: what the application sends under these names is not
    /// believed.
    pub(super) fn tell_own(&self, context: &mut Map<String, Json>, now: Timestamp) {
        let proven = step_up::proven(context, now);
        context.insert(AUTHENTICATION.to_owned(), proven);
        context.insert("now".to_owned(), Json::from(now.as_seconds()));
        match self.clock.at(now) {
            Some(shown) => context.insert(CLOCK.to_owned(), shown),
            None => context.remove(CLOCK),
        };
    }

    /// Whether one of them can permit what no role gives. One that cannot be read denies everything.
    pub(super) fn can_permit(&self) -> bool {
        let effects = self.names.keys().filter_map(|id| self.set.policy(id));
        effects.map(Policy::effect).any(|effect| effect == Effect::Permit)
    }

    /// Whether one of them cannot be read, so that nothing is allowed.
    pub(super) fn has_broken(&self) -> bool {
        !self.broken.is_empty()
    }

    /// Their names, in alphabetical order.
    pub(super) fn names(&self) -> BTreeSet<&str> {
        let broken = self.broken.iter();
        self.names.values().chain(broken).map(String::as_str).collect()
    }

    /// Each with the name under which it was written, what it does, and Cedar's JSON form of it (none if it has none), in the order of
    /// names; the built-in one is left out.
    pub(super) fn each(&self) -> Vec<(&str, Effect, Option<Json>)> {
        let policies = self.set.policies().filter_map(|policy| {
            let name = self.names.get(policy.id())?;
            Some((name.as_str(), policy))
        });
        let mut policies: Vec<(&str, &Policy)> = policies.collect();
        policies.sort_by(|(name, one), (other_name, other)| (name, one.id()).cmp(&(other_name, other.id())));
        let told = |(name, policy): (_, &Policy)| (name, policy.effect(), policy.to_json().ok());
        policies.into_iter().map(told).collect()
    }

    fn name(&self, id: &PolicyId) -> String {
        self.names.get(id).cloned().unwrap_or_else(|| id.to_string())
    }
}

/// A subject as Cedar sees it.
#[derive(Debug)]
pub(super) struct Principal {
    uid: EntityUid,
    entity: Entity,
}

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
        let mut attributes = attributes.clone();
        attributes.insert("id".to_owned(), Json::from(id));
        attributes.insert("roles".to_owned(), roles.iter().copied().collect());
        attributes.insert("groups".to_owned(), groups.iter().cloned().collect());
        attributes.insert("organisation".to_owned(), Json::from(rulebook.slug.clone()));
        let kind = EntityTypeName::from_str(kind).map_err(|_| Unusable(kind.to_owned()))?;
        let group = EntityTypeName::from_str("Group").map_err(|_| Unusable("groups".to_owned()))?;
        let uid = uid(&kind, id);
        let parents = groups.iter().map(|label| self::uid(&group, label)).collect();
        let entity = entity(&uid, &attributes, parents)?;
        Ok(Self { uid, entity })
    }

    pub(super) fn entity(&self) -> &Entity {
        &self.entity
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
    /// By these policies, the built-in one for roles left out.
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
        Ok(evaluated) => {
            report(policies, &evaluated.response, rulebook.organisation_id);
            evaluated.verdict(policies)
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
        Ok(evaluated) => {
            let first = errors(&evaluated.response).next();
            let cause = first.map(|error| error.inner().to_string());
            (evaluated.verdict(policies), cause)
        }
        Err(Unusable(name)) => (Verdict::Unusable(name), None),
    }
}

/// What Cedar answered, with what it was asked.
struct Evaluated<'a> {
    askable: &'a Askable,
    request: Request,
    entities: Entities,
    response: Response,
}

impl Evaluated<'_> {
    fn verdict(&self, policies: &Policies) -> Verdict {
        let verdict = read(policies, &self.response);
        let Verdict::Forbidden(names) = verdict else {
            return verdict;
        };
        let forbidding = forbidding(policies, &self.response);
        let asked: Option<Vec<_>> = forbidding.map(|id| policies.step_ups.get(id).copied()).collect();
        let Some(step_up) = asked.and_then(StepUp::for_all) else {
            return Verdict::Forbidden(names);
        };
        // Whether it would be a yes then: a proof does not give what nobody gave.
        let then =
            Authorizer::new().is_authorized(&self.request, &self.askable.after_step_up, &self.entities);
        match read(policies, &then) {
            Verdict::Permitted(_) => Verdict::StepUp(names, step_up),
            other => other,
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
) -> Result<Evaluated<'a>, Unusable> {
    let mut attributes = asked.resource.clone();
    attributes.insert("type".to_owned(), Json::from(asked.resource_type));
    attributes.insert("id".to_owned(), Json::from(asked.resource_id));
    let above = asked.places.iter().flat_map(|group| group.lineage.iter());
    let parents = above
        .filter_map(|id| rulebook.group(*id))
        .map(|group| uid(&policies.words.group, &group.label))
        .collect();
    let resource_uid = uid(&policies.words.resource, asked.resource_id);
    let resource = entity(&resource_uid, &attributes, parents)?;
    let mut context = asked.context.clone();
    context.insert("role_granted".to_owned(), Json::from(!asked.roles.is_empty()));
    context.insert("roles".to_owned(), asked.roles.iter().copied().collect());
    policies.tell_own(&mut context, asked.now);
    let context = Context::from_pairs(pairs(&context)?).map_err(|_| Unusable("context".to_owned()))?;
    let entities = Entities::from_entities([asked.principal.entity.clone(), resource], None)
        .map_err(|_| Unusable("resource".to_owned()))?;
    let action = uid(&policies.words.action, asked.action);
    let askable = policies.by_action.about(&action);
    let request = Request::new(asked.principal.uid.clone(), action, resource_uid, context, None)
        .map_err(|_| Unusable("request".to_owned()))?;
    let response = Authorizer::new().is_authorized(&request, &askable.all, &entities);
    Ok(Evaluated {
        askable,
        request,
        entities,
        response,
    })
}

/// The policies that forbid it.
fn forbidding<'a>(policies: &'a Policies, response: &'a Response) -> impl Iterator<Item = &'a PolicyId> {
    let forbids = |id: &PolicyId| policies.set.policy(id).map(Policy::effect) != Some(Effect::Permit);
    response.diagnostics().reason().filter(move |id| forbids(id))
}

fn errors(
    response: &Response,
) -> impl Iterator<Item = &cedar_policy::authorization_errors::PolicyEvaluationError> {
    response.diagnostics().errors().map(|error| {
        let cedar_policy::AuthorizationError::PolicyEvaluationError(error) = error;
        error
    })
}

fn report(policies: &Policies, response: &Response, organisation: OrganisationId) {
    for error in errors(response) {
        let name = policies.name(error.policy_id());
        tracing::warn!(policy = name, %organisation, fault = %error.inner(), "a policy could not be evaluated");
    }
}

fn read(policies: &Policies, response: &Response) -> Verdict {
    let failed: BTreeSet<String> = errors(response)
        .map(|error| policies.name(error.policy_id()))
        .collect();
    let diagnostics = response.diagnostics();
    let (mut forbidding, mut permitting) = (BTreeSet::new(), BTreeSet::new());
    for id in diagnostics.reason().filter(|id| *id != &policies.by_role) {
        match policies.set.policy(id).map(Policy::effect) {
            Some(Effect::Forbid) | None => forbidding.insert(policies.name(id)),
            Some(Effect::Permit) => permitting.insert(policies.name(id)),
        };
    }
    let names = |set: BTreeSet<String>| set.into_iter().collect();
    if !forbidding.is_empty() {
        return Verdict::Forbidden(names(forbidding));
    }
    if !failed.is_empty() {
        return Verdict::Failed(names(failed));
    }
    match response.decision() {
        cedar_policy::Decision::Allow => Verdict::Permitted(names(permitting)),
        cedar_policy::Decision::Deny => Verdict::NotPermitted,
    }
}

fn type_name(name: &str) -> Result<EntityTypeName, OpError> {
    EntityTypeName::from_str(name).map_err(|_| BUILT_IN)
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

pub(super) fn entity(
    uid: &EntityUid,
    attributes: &Map<String, Json>,
    parents: HashSet<EntityUid>,
) -> Result<Entity, Unusable> {
    let attributes = pairs(attributes)?.into_iter().collect();
    Entity::new(uid.clone(), attributes, parents).map_err(|_| Unusable(uid.type_name().to_string()))
}

pub(super) fn pairs(attributes: &Map<String, Json>) -> Result<Vec<(String, RestrictedExpression)>, Unusable> {
    attributes
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| {
            let expression = expression(value, DEPTH).ok_or_else(|| Unusable(name.clone()))?;
            Ok((name.clone(), expression))
        })
        .collect()
}

/// JSON as Cedar holds it; null is absence. Fractions become `decimal`, which has four places.
fn expression(value: &Json, depth: usize) -> Option<RestrictedExpression> {
    let depth = depth.checked_sub(1)?;
    Some(match value {
        Json::Null => return None,
        Json::Bool(value) => RestrictedExpression::new_bool(*value),
        Json::Number(value) => match value.as_i64() {
            Some(whole) => RestrictedExpression::new_long(whole),
            None => RestrictedExpression::new_decimal(value.to_string()),
        },
        Json::String(value) => RestrictedExpression::new_string(value.clone()),
        Json::Array(values) => RestrictedExpression::new_set(
            values
                .iter()
                .map(|value| expression(value, depth))
                .collect::<Option<Vec<_>>>()?,
        ),
        Json::Object(values) => RestrictedExpression::new_record(
            values
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| Some((name.clone(), expression(value, depth)?)))
                .collect::<Option<Vec<_>>>()?,
        )
        .ok()?,
    })
}
