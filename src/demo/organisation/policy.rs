//! What the sample declares of people, and the policies that read it.

use serde_json::{Value, json};

use super::SampleError;
use crate::domain::{ApplicationId, AttributeKind, AttributeSight, AttributeSource, OrganisationId};
use crate::op::Op;
use crate::person::{self, Declaration};
use crate::policy::{self, Content, NewPolicy};

/// Name, title, kind, choices.
const ATTRIBUTES: &[(&str, &str, AttributeKind, &[&str])] = &[
    ("job_title", "Job title", AttributeKind::Text, &[]),
    ("department", "Department", AttributeKind::Text, &[]),
    ("region", "Region", AttributeKind::Text, &[]),
    ("product_line", "Product line", AttributeKind::Text, &[]),
    ("cost_centre", "Cost centre", AttributeKind::Text, &[]),
    (
        "employment_type",
        "Employment type",
        AttributeKind::Choice,
        &["permanent", "fixed_term", "contractor"],
    ),
    (
        "clearance",
        "Clearance",
        AttributeKind::Choice,
        &["public", "internal", "confidential", "secret"],
    ),
];

/// Declares the attributes of people.
pub(super) async fn declare(op: &mut Op, organisation: OrganisationId) -> Result<(), SampleError> {
    for (name, title, kind, choices) in ATTRIBUTES {
        let declaration = Declaration {
            name: (*name).to_owned(),
            title: (*title).to_owned(),
            kind: *kind,
            choices: choices.iter().map(|one| (*one).to_owned()).collect(),
            source: AttributeSource::Administrator,
            seen_by: AttributeSight::Own,
        };
        person::declare_attribute(op, organisation, declaration).await?;
    }
    Ok(())
}

/// What only the product manager's role gives is given for the own product line.
pub(super) async fn create(
    op: &mut Op,
    organisation: OrganisationId,
    application: ApplicationId,
) -> Result<(), SampleError> {
    let values = json!({
        "actions": ["feedback:read", "feedback:edit", "feedback:export"], "roles": ["product_manager"],
    });
    let Value::Object(values) = values else {
        return Err(SampleError::Sample("the values of a template are an object"));
    };
    let content = Content {
        purpose: "Product managers work with the feedback of their own product line.".to_owned(),
        ..policy::fill("own-product-line", &values)?
    };
    let name = "own-product-line";
    let new = NewPolicy {
        organisation_id: organisation,
        application,
        name: name.to_owned(),
        content,
    };
    let why = "A product line is the affair of those who look after it.";
    policy::draft(op, new, why).await?;
    policy::test(op, (organisation, name), None).await?;
    policy::activate(op, (organisation, name), None, why).await?;
    Ok(())
}
