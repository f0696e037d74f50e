//! The decision itself.

use std::sync::Arc;

use super::application::was_retired;
use super::copies::{self, Facts};
use super::holdings::{Holdings, Record};
use super::judge::{self, ByRole};
use super::past_entity;
use super::policy::{self, Asked, Policies, Verdict};
use super::rulebook::Rulebook;
use super::{Decision, Question, usage};
use crate::domain::Timestamp;
use crate::op::{Op, OpError};

/// The attribute of a resource that names the organisation to which it belongs, by slug or id.
pub(super) const ORGANISATION: &str = "organisation";

/// Decides: deny by default; forbid wins; a policy that errs denies and is reported.
///
/// The order is: application and action known, application not retired, subject known and active, resource of the subject's own organisation,
/// roles, policies. With warm caches no database is read. The grants by which it is a yes are noted as of use.
pub async fn decide(op: &mut Op, question: &Question) -> Result<Decision, OpError> {
    let (decision, holdings) = weigh(op, question).await?;
    if let Some(holdings) = holdings
        && decision.allowed
    {
        usage::note_grants(op, &holdings, &decision.grants);
    }
    Ok(decision)
}

/// The same for whoever only wants to know: nothing is of use by it.
pub(super) async fn supposed(op: &mut Op, question: &Question) -> Result<Decision, OpError> {
    Ok(weigh(op, question).await?.0)
}

async fn weigh(op: &mut Op, question: &Question) -> Result<(Decision, Option<Arc<Holdings>>), OpError> {
    let (application, holdings) = match parties(op, question).await? {
        Ok(parties) => parties,
        Err(denied) => return Ok((denied, None)),
    };
    let policies = copies::policies(op, holdings.organisation_id(), question.application).await?;
    let decision = decided(&application, &holdings, &policies, question, op.now);
    Ok((decision, Some(holdings)))
}

/// The decision when all that it rests on is there: a pure function.
pub(super) fn decided(
    application: &Facts,
    holdings: &Holdings,
    policies: &Policies,
    question: &Question,
    now: Timestamp,
) -> Decision {
    if let Some(refused) = barred(application, holdings, question) {
        return refused;
    }
    let places = judge::places(&holdings.rulebook, &question.resource);
    let by_role = judge::by_role(holdings, question.application, &question.action, &places);
    if policies.is_empty() {
        return told_by_role(&by_role, &question.action);
    }
    let principal = match &holdings.principal {
        Ok(principal) => principal,
        Err(policy::Unusable(name)) => return unusable(name),
    };
    let asked = Asked {
        principal,
        action: &question.action,
        resource_type: &question.resource_type,
        resource_id: &question.resource_id,
        resource: &question.resource,
        places: &places,
        context: &question.context,
        roles: match &by_role {
            ByRole::Granted(roles, _) => roles,
            ByRole::Elsewhere(_) | ByRole::Nothing => &[],
        },
        now,
    };
    let verdict = policy::ask(policies, &asked, &holdings.rulebook);
    told(verdict, &by_role, &question.action)
}

/// Who and what a question is about; the denial if one of them is not known.
pub(super) async fn parties(
    op: &mut Op,
    question: &Question,
) -> Result<Result<(Arc<Facts>, Arc<Holdings>), Decision>, OpError> {
    let application = match application(op, question).await? {
        Ok(application) if application.retired => return Ok(Err(retired())),
        Ok(application) => application,
        Err(denied) => return Ok(Err(denied)),
    };
    let holdings = copies::holdings(op, question.subject).await?;
    Ok(holdings
        .map(|holdings| (application, holdings))
        .ok_or_else(nobody))
}

/// The application of a question; the denial if it is not known, or has no such permission.
async fn application(op: &mut Op, question: &Question) -> Result<Result<Arc<Facts>, Decision>, OpError> {
    let Some(application) = copies::application(op, question.application).await? else {
        return Ok(Err(deny("application_unknown", "There is no such application.")));
    };
    if !application.defines(&question.action) {
        let explanation = format!("The application has no permission called {}.", question.action);
        return Ok(Err(deny("action_unknown", explanation)));
    }
    Ok(Ok(application))
}

fn retired() -> Decision {
    deny(
        "application_retired",
        "The application is retired: it gives nothing until it is brought back.",
    )
}

fn nobody() -> Decision {
    deny("subject_unknown", "There is no such person or service account.")
}

/// What would have been decided at a moment; nothing of `then` if the subject was not there. What the application is, is told as it is now,
/// but whether it was retired.
pub(super) async fn decide_then(
    op: &mut Op,
    question: &Question,
    (then, at): (Option<&(Arc<Rulebook>, Record)>, Timestamp),
) -> Result<Decision, OpError> {
    let application = match application(op, question).await? {
        Ok(application) => application,
        Err(denied) => return Ok(denied),
    };
    let meant = (application.organisation_id, question.application);
    if was_retired(op.reading().await?, meant, at).await? {
        return Ok(retired());
    }
    let Some((rulebook, record)) = then else {
        return Ok(nobody());
    };
    let holdings = Holdings::at(at, Arc::clone(rulebook), record);
    let organisation = rulebook.organisation_id;
    let rows = past_entity::policies(op.reading().await?, organisation, question.application, at).await?;
    let policies = Policies::compile(&rows, organisation)?;
    Ok(decided(&application, &holdings, &policies, question, at))
}

/// What roles and policies do not even come to: an application that is retired, a subject that is not active, and isolation: nobody reaches
/// what belongs to another organisation.
pub(super) fn barred(application: &Facts, holdings: &Holdings, question: &Question) -> Option<Decision> {
    // The rules of an organisation are as new as its epoch, whatever this process was told of the application.
    if holdings.rulebook.retires(question.application) {
        return Some(retired());
    }
    if !holdings.active {
        return Some(deny(
            "subject_inactive",
            "The account or its organisation is not active.",
        ));
    }
    let own = holdings.organisation_id() == application.organisation_id;
    if !own && !application.shared {
        return Some(deny(
            "other_organisation",
            "The application belongs to another organisation and is not shared.",
        ));
    }
    match question.resource.get(ORGANISATION) {
        Some(named)
            if named
                .as_str()
                .is_some_and(|text| holdings.rulebook.is_named(text)) =>
        {
            None
        }
        Some(_) => Some(deny(
            "other_organisation",
            "The resource belongs to another organisation.",
        )),
        None if application.shared => Some(deny(
            "organisation_missing",
            "The application is shared between organisations, so the resource must name its organisation.",
        )),
        None => None,
    }
}

fn told(verdict: Verdict, by_role: &ByRole<'_>, action: &str) -> Decision {
    match verdict {
        Verdict::Forbidden(policies) => Decision {
            allowed: false,
            reason: "forbidden_by_policy",
            explanation: format!("The policy {} forbids {action} here.", policies.join(", ")),
            because: named("policy", &policies),
            grants: Vec::new(),
            step_up: None,
        },
        Verdict::StepUp(policies, step_up) => Decision {
            allowed: false,
            reason: "step_up_required",
            explanation: format!(
                "The policy {} asks for a stronger or fresher proof of who this is.",
                policies.join(", ")
            ),
            because: named("policy", &policies),
            grants: Vec::new(),
            step_up: Some(step_up),
        },
        Verdict::Failed(policies) => Decision {
            allowed: false,
            reason: "policy_error",
            explanation: format!(
                "The policy {} could not be evaluated, so nothing is allowed.",
                policies.join(", ")
            ),
            because: named("policy", &policies),
            grants: Vec::new(),
            step_up: None,
        },
        Verdict::Unusable(name) => unusable(&name),
        Verdict::Permitted(policies) if !matches!(by_role, ByRole::Granted(..)) => Decision {
            allowed: true,
            reason: "granted_by_policy",
            explanation: format!("The policy {} permits {action} here.", policies.join(", ")),
            because: named("policy", &policies),
            grants: Vec::new(),
            step_up: None,
        },
        Verdict::Permitted(policies) => {
            let mut decision = told_by_role(by_role, action);
            decision.because.extend(named("policy", &policies));
            decision
        }
        Verdict::NotPermitted => told_by_role(by_role, action),
    }
}

fn told_by_role(by_role: &ByRole<'_>, action: &str) -> Decision {
    match by_role {
        ByRole::Granted(roles, grants) => Decision {
            grants: grants.clone(),
            allowed: true,
            reason: "granted",
            explanation: format!("The role {} gives {action} here.", roles.join(", ")),
            because: named("role", roles),
            step_up: None,
        },
        ByRole::Elsewhere(roles) => Decision {
            allowed: false,
            reason: "outside_scope",
            explanation: format!(
                "The role {} gives {action}, but not in the department or region of this resource.",
                roles.join(", ")
            ),
            because: named("role", roles),
            grants: Vec::new(),
            step_up: None,
        },
        ByRole::Nothing => deny("no_grant", format!("No role or policy gives {action}.")),
    }
}

fn unusable(name: &str) -> Decision {
    deny(
        "unusable_attribute",
        format!("The value of {name} cannot be used in policies."),
    )
}

fn deny(reason: &'static str, explanation: impl Into<String>) -> Decision {
    Decision {
        allowed: false,
        reason,
        explanation: explanation.into(),
        because: Vec::new(),
        grants: Vec::new(),
        step_up: None,
    }
}

fn named(kind: &str, names: &[impl std::fmt::Display]) -> Vec<String> {
    names.iter().map(|name| format!("{kind}:{name}")).collect()
}
