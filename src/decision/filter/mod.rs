//! Which records may somebody see? What is left of roles and policies when only the record is not known: a condition over its
//! attributes, which an application asks of its own data.
//!
//! The promise: of a record the condition says what [`super::decide()`] would. What cannot be said exactly is refused with the name of
//! the policy, never answered loosely. A policy that errs on a record denies that record, so the condition holds only where each policy
//! can be evaluated; null is absence.
//!
//! | file | what |
//! | --- | --- |
//! | `leaf`, `condition`, `simple` | the language, and saying the same more shortly |
//! | `facts`, `closed` | what is known before the record is; what depends on nothing else, Cedar evaluates |
//! | `form` | Cedar's JSON form, taken apart |
//! | `term`, `truth`, `translate` | what an expression comes to, with its condition; from a policy to when it is satisfied, is not, and errs |
//! | `sql` | the condition for a database |

mod closed;
mod condition;
mod facts;
mod form;
mod leaf;
mod simple;
mod sql;
mod term;
mod translate;
mod truth;

use std::collections::BTreeSet;

use cedar_policy::Effect;
use serde_json::{Map, Value as Json};

pub use condition::Condition;
pub use leaf::{Element, Kind, Leaf, Order, Scalar};
pub use sql::{Column, ColumnFault, Columns, Dialect, SqlCondition, SqlRefusal};

use super::copies::{self, Facts};
use super::decide::{self, ORGANISATION};
use super::holdings::Holdings;
use super::policy::{Policies, Principal, Unusable};
use super::{Decision, Question};
use crate::domain::Timestamp;
use crate::op::{Op, OpError};
use closed::Closed;
use condition::{FALSE, TRUE};
use facts::{Known, Places};
use term::{Granted, one_of};
use translate::{MOST, SPARE, Translator};

/// Most values that a condition may name.
const MOST_VALUES: usize = 10_000;

/// Which records may this subject do this to?
#[derive(Debug, Clone)]
pub struct Wanted {
    /// As of one record; its `resource` are the attributes that are the same for all records. The id is not looked at.
    pub question: Question,
    /// The attributes that the records have beside those; none if they can have any. Without it among them a record names no
    /// organisation, which is enough where the application is not shared.
    pub attributes: Option<BTreeSet<String>>,
}

/// The answer: the records for which the condition holds.
#[derive(Debug, Clone)]
pub struct Filter {
    pub condition: Condition,
    /// `everything`, `some`, `nothing`, or the word of [`Decision`] that says why nothing is.
    pub reason: &'static str,
    /// The roles and policies that were asked.
    pub because: Vec<String>,
}

/// Why there is no condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterRefusal {
    #[error("the policy {policy} {fault}: it can only be asked about one record at a time")]
    Policy {
        policy: String,
        #[source]
        fault: Untranslatable,
    },
    #[error("the condition would be too long: ask about fewer records, or about one record at a time")]
    Long,
}

/// Why a policy cannot be said as a condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untranslatable {
    #[error("has a form that cannot be turned into a condition")]
    Form,
    #[error("is nested too deeply to be turned into a condition")]
    Deep,
    #[error("would become too long a condition")]
    Long,
    #[error("uses {0} in a way that cannot be turned into a condition")]
    Expression(&'static str),
    #[error(
        "compares the attribute {0} with something that is neither a text nor a whole number nor a truth value"
    )]
    Comparison(String),
    #[error("reads a member of the attribute {0}, and conditions know whole attributes only")]
    Member(String),
    #[error("calls {0} on what only the record tells")]
    Function(String),
}

/// Finds the condition. With warm copies no database is read.
pub async fn filter(op: &mut Op, wanted: &Wanted) -> Result<Result<Filter, FilterRefusal>, OpError> {
    let question = &wanted.question;
    let (application, holdings) = match decide::parties(op, question).await? {
        Ok(parties) => parties,
        Err(denied) => return Ok(Ok(nothing(&denied))),
    };
    let own = match organisation(&application, &holdings, wanted) {
        Ok(own) => own,
        Err(denied) => return Ok(Ok(nothing(&denied))),
    };
    let policies = copies::policies(op, holdings.organisation_id(), question.application).await?;
    let asked = Asked {
        wanted,
        holdings: &holdings,
        policies: &policies,
        now: op.now,
    };
    Ok(asked.filter(own))
}

fn nothing(denied: &Decision) -> Filter {
    Filter {
        condition: FALSE,
        reason: denied.reason,
        because: denied.because.clone(),
    }
}

/// When a record is of the subject's organisation, so far as it must say so; the denial if no record is within reach: see [`decide::barred`].
fn organisation(
    application: &Facts,
    holdings: &Holdings,
    wanted: &Wanted,
) -> Result<Condition, Box<Decision>> {
    let mut probe = wanted.question.clone();
    if probe.resource.contains_key(ORGANISATION) || names_none(application, wanted) {
        return decide::barred(application, holdings, &probe)
            .map_or(Ok(TRUE), |denied| Err(Box::new(denied)));
    }
    let rulebook = &holdings.rulebook;
    let own = [rulebook.slug.clone(), rulebook.organisation_id.to_string()];
    // Whether the application is open to the subject at all, told of a record of its own organisation.
    probe
        .resource
        .insert(ORGANISATION.to_owned(), Json::from(rulebook.slug.as_str()));
    if let Some(denied) = decide::barred(application, holdings, &probe) {
        return Err(Box::new(denied));
    }
    let named = one_of(ORGANISATION, own.map(Scalar::Text));
    if application.shared {
        return Ok(named);
    }
    Ok(named.or(!Condition::from(Leaf::Has(ORGANISATION.to_owned()))))
}

/// Whether records are known to name no organisation.
fn names_none(application: &Facts, wanted: &Wanted) -> bool {
    let attributes = wanted.attributes.as_ref();
    !application.shared && attributes.is_some_and(|attributes| !attributes.contains(ORGANISATION))
}

/// All that the answer rests on.
struct Asked<'a> {
    wanted: &'a Wanted,
    holdings: &'a Holdings,
    policies: &'a Policies,
    /// Seconds since 1970.
    now: Timestamp,
}

impl Asked<'_> {
    fn filter(&self, own: Condition) -> Result<Filter, FilterRefusal> {
        let question = &self.wanted.question;
        let resource = self.resource();
        let mut known = facts::known(&resource);
        if let Some(attributes) = &self.wanted.attributes
            && !attributes.contains(ORGANISATION)
            && !resource.contains_key(ORGANISATION)
        {
            known.insert(ORGANISATION.to_owned(), None);
        }
        let places = Places::new(&self.holdings.rulebook, &known);
        let granted = places.granted(self.holdings, question.application, &question.action);
        let mut because: Vec<String> = granted.keys().map(|role| format!("role:{role}")).collect();
        let by_role = Condition::any(granted.values().cloned());
        let allowed = if self.policies.is_empty() {
            by_role
        } else {
            because.extend(
                self.policies
                    .names()
                    .into_iter()
                    .map(|name| format!("policy:{name}")),
            );
            match self.by_policies((&known, &places, &granted), &resource)? {
                Ok(allowed) => allowed,
                Err(reason) => {
                    return Ok(Filter {
                        condition: FALSE,
                        reason,
                        because,
                    });
                }
            }
        };
        answered(own.and(allowed).simplified(), because)
    }

    /// The attributes that are the same for all records, as policies see them.
    fn resource(&self) -> Map<String, Json> {
        let mut resource = self.wanted.question.resource.clone();
        resource.remove("id");
        let kind = self.wanted.question.resource_type.as_str();
        resource.insert("type".to_owned(), Json::from(kind));
        resource
    }

    /// When policies and roles together allow it; the reason if they never do.
    fn by_policies(
        &self,
        (known, places, granted): (&Known, &Places<'_>, &Granted),
        resource: &Map<String, Json>,
    ) -> Result<Result<Condition, &'static str>, FilterRefusal> {
        if self.policies.has_broken() {
            return Ok(Err("policy_error"));
        }
        let mut context = self.wanted.question.context.clone();
        self.policies.tell_own(&mut context, self.now);
        // What they are depends on the record; that they are there does not.
        context.insert("role_granted".to_owned(), Json::from(false));
        context.insert("roles".to_owned(), Json::Array(Vec::new()));
        let action = self.wanted.question.action.as_str();
        let ready = self.principal().and_then(|principal| {
            Ok((
                principal,
                Closed::new(principal, action, resource, &context, known)?,
            ))
        });
        let Ok((principal, closed)) = ready else {
            return Ok(Err("unusable_attribute"));
        };
        let translator = Translator {
            closed,
            principal: principal.entity(),
            action,
            known,
            context: &facts::known(&context),
            granted,
            places,
            spare: std::cell::Cell::new(SPARE),
        };
        let mut permitted = vec![Condition::any(granted.values().cloned())];
        let mut unhindered = Vec::new();
        for (policy, effect, json) in self.policies.each() {
            let fault = |fault| FilterRefusal::Policy {
                policy: policy.to_owned(),
                fault,
            };
            let json = json.ok_or_else(|| fault(Untranslatable::Form))?;
            let truth = translator.policy(&json).map_err(fault)?;
            match effect {
                Effect::Forbid => unhindered.push(truth.no),
                Effect::Permit => {
                    unhindered.push(truth.told().simplified());
                    permitted.push(truth.yes);
                }
            }
        }
        unhindered.push(Condition::any(permitted).simplified());
        Ok(Ok(Condition::all(unhindered)))
    }

    fn principal(&self) -> Result<&Principal, Unusable> {
        self.holdings.principal.as_ref().map_err(Clone::clone)
    }
}

fn answered(condition: Condition, because: Vec<String>) -> Result<Filter, FilterRefusal> {
    let values = |leaf: &&Leaf| match leaf {
        Leaf::OneOf(_, values) => values.len(),
        _ => 1,
    };
    let values: usize = condition.leaves().iter().map(values).sum();
    if condition.size() > MOST || values > MOST_VALUES {
        return Err(FilterRefusal::Long);
    }
    let reason = match condition {
        Condition::Always(true) => "everything",
        Condition::Always(false) => "nothing",
        _ => "some",
    };
    Ok(Filter {
        condition,
        reason,
        because,
    })
}
