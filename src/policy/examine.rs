//! What there is to be said of a version: how its test cases come out, and what it reads that is not there.

use std::collections::BTreeSet;

use serde::Serialize;

use super::PolicyError;
use super::model::{Case, Content, Expected, SubjectType};
use crate::access;
use crate::decision::{self, Known, OWN_ATTRIBUTES, Remark, Supposed, Trial, Tried};
use crate::domain::{ApplicationId, OrganisationId, Timestamp};
use crate::op::{Op, OpError};
use crate::person;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Examined {
    /// Whether it may come into force: there is a test case, all pass, and no remark stands in the way.
    pub passed: bool,
    pub cases: Vec<Outcome>,
    pub remarks: Vec<Remark>,
}

/// How a test case came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    pub name: String,
    pub passed: bool,
    pub expected: Expected,
    /// What it should be, and what it is.
    pub sentence: String,
}

impl Examined {
    /// The first thing that stands in the way.
    pub(super) fn refusal(&self) -> Option<PolicyError> {
        if let Some(remark) = self.remarks.iter().find(|remark| remark.refuses) {
            return Some(PolicyError::Remark(remark.clone()));
        }
        if self.cases.is_empty() {
            return Some(PolicyError::NoCase);
        }
        let failing = self.cases.iter().find(|one| !one.passed)?;
        Some(PolicyError::CaseFails {
            name: failing.name.clone(),
            sentence: failing.sentence.clone(),
        })
    }
}

/// Tries a version by itself, beside what roles give.
pub(super) async fn examine(
    op: &mut Op,
    (organisation, application): (OrganisationId, ApplicationId),
    (name, content): (&str, &Content),
) -> Result<Examined, PolicyError> {
    let remarks = remarks(op, organisation, application, content).await?;
    let text = [(name.to_owned(), content.cedar.clone())];
    let trial = Trial::of(op, organisation, text)
        .await?
        .ok_or(PolicyError::OrganisationUnknown)?;
    let cases: Vec<Outcome> = content
        .cases
        .iter()
        .map(|case| outcome(case, &ask(&trial, case, op.now)))
        .collect();
    let mut examined = Examined {
        passed: false,
        cases,
        remarks,
    };
    examined.passed = examined.refusal().is_none();
    Ok(examined)
}

/// Puts a case to some policies.
pub(super) fn ask(trial: &Trial, case: &Case, now: Timestamp) -> Tried {
    trial.ask(&Supposed {
        service_account: case.subject.kind == SubjectType::ServiceAccount,
        id: &case.subject.id,
        attributes: &case.subject.attributes,
        roles: &case.subject.roles,
        groups: &case.subject.groups,
        granted_by: &case.granted_by,
        action: &case.action,
        resource_type: &case.resource.kind,
        resource_id: &case.resource.id,
        resource: &case.resource.properties,
        context: &case.context,
        now: case.at.unwrap_or(now),
    })
}

fn outcome(case: &Case, tried: &Tried) -> Outcome {
    let passed = matches!(
        (case.expect, tried),
        (Expected::Allow, Tried::Allowed(_)) | (Expected::Deny, Tried::Denied(_))
    );
    let due = match case.expect {
        Expected::Allow => "allowed",
        Expected::Deny => "denied",
    };
    let sentence = match tried {
        // What could not be evaluated denies, but not for the reason for which it should.
        Tried::Failed(why) => format!("it should be {due}, and cannot be decided: {why}"),
        _ if passed => format!("it is {due}, as it should be"),
        Tried::Allowed(_) => format!("it should be {due}, and is allowed"),
        Tried::Denied(_) => format!("it should be {due}, and is denied"),
    };
    Outcome {
        name: case.name.clone(),
        passed,
        expected: case.expect,
        sentence,
    }
}

async fn remarks(
    op: &mut Op,
    organisation: OrganisationId,
    application: ApplicationId,
    content: &Content,
) -> Result<Vec<Remark>, PolicyError> {
    let found = access::application(op, application).await?;
    let found = found.ok_or(PolicyError::ApplicationUnknown)?;
    let actions: Vec<String> = found.permissions.iter().map(|one| one.0.clone()).collect();
    let declared = person::attribute_kinds(op, organisation).await?;
    let mut held = BTreeSet::new();
    for name in decision::attributes_read(&content.cedar)? {
        let known = declared.contains_key(&name) || OWN_ATTRIBUTES.contains(&name.as_str());
        if !known && somebody_has(op, organisation, &name).await? {
            held.insert(name);
        }
    }
    let vocabulary = decision::vocabulary(op, organisation).await?;
    let known = Known {
        vocabulary: &vocabulary.ok_or(PolicyError::OrganisationUnknown)?,
        actions: &actions,
        declared: &declared,
        held: &held,
        resources: content
            .cases
            .iter()
            .map(|case| &case.resource.properties)
            .collect(),
        contexts: content.cases.iter().map(|case| &case.context).collect(),
    };
    let mut remarks = decision::remarks(&content.cedar, &known)?;
    // Asked of the policy's own application only, an action that it does not know never comes.
    let unknown = content
        .cases
        .iter()
        .filter(|case| !actions.contains(&case.action));
    remarks.extend(unknown.map(|case| Remark {
        line: 1,
        column: 1,
        refuses: true,
        sentence: format!(
            "the test case {} asks for {}, which is no permission of the application",
            case.name, case.action
        ),
    }));
    Ok(remarks)
}

async fn somebody_has(op: &mut Op, organisation: OrganisationId, name: &str) -> Result<bool, OpError> {
    person::knows_attribute(op, organisation, name).await
}
