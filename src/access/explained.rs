//! Why somebody may do something, or may not, in the words of pages.

use super::told::grant_facts;
use crate::decision::{Cure, Explained, GrantTold, State, StepUp, Vocabulary};
use crate::domain::{Acr, OrganisationId};
use crate::http::{Text, minute};
use crate::op::{Op, OpError};

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Whoever may see what gives access in the organisation.
    Administrator,
    /// The person themselves, who may not see by their names which policies there are.
    Themselves,
}

/// What is told.
#[derive(Debug)]
pub struct InWords {
    pub allowed: bool,
    /// The moment in the past that it is about.
    pub as_of: Option<String>,
    pub sentence: String,
    /// Grants that have to do with it, by whether they count: a heading, and each with its reason and facts.
    pub grants: Vec<(String, Vec<GrantInWords>)>,
    /// What would turn it.
    pub cures: Vec<String>,
}

#[derive(Debug)]
pub struct GrantInWords {
    pub role: String,
    pub reason: String,
    pub facts: Vec<(String, String)>,
}

/// Tells an explanation to somebody of an organisation.
pub async fn explained(
    op: &mut Op,
    (text, words): (&Text, &Vocabulary),
    (organisation, reader): (OrganisationId, Reader),
    told: Explained,
) -> Result<InWords, OpError> {
    let cures = told.cures.iter();
    Ok(InWords {
        allowed: told.decision.allowed,
        as_of: told
            .as_of
            .map(|moment| text.get_with("admin-why-was", "date", &minute(moment))),
        sentence: sentence((text, words), reader, &told),
        cures: cures.map(|one| cure((text, words), reader, one)).collect(),
        grants: grants(op, (text, words), organisation, told.grants).await?,
    })
}

/// The decision in a sentence.
fn sentence((text, words): (&Text, &Vocabulary), reader: Reader, told: &Explained) -> String {
    let decision = &told.decision;
    match (decision.reason, reader) {
        (
            "no_grant" | "granted_by_policy" | "forbidden_by_policy" | "step_up_required" | "policy_error",
            Reader::Themselves,
        ) => text.get(&format!("account-why-{}", decision.reason.replace('_', "-"))),
        (
            "granted"
            | "granted_by_policy"
            | "no_grant"
            | "outside_scope"
            | "forbidden_by_policy"
            | "step_up_required"
            | "policy_error"
            | "subject_inactive"
            | "other_organisation"
            | "application_retired"
            | "unusable_attribute",
            _,
        ) => {
            let by = decision.because.iter();
            let by = by.filter(|one| reader == Reader::Administrator || !one.starts_with(POLICY));
            let by: Vec<String> = by.cloned().collect();
            let key = format!("admin-why-{}", decision.reason.replace('_', "-"));
            text.get_with(&key, "by", &because(words, &by))
        }
        // Not to be had by a form, and told as applications are.
        _ => decision.explanation.clone(),
    }
}

/// What stands before the name of a policy.
const POLICY: &str = "policy:";

/// Roles by their titles, and policies by their names.
#[must_use]
pub fn because(words: &Vocabulary, because: &[String]) -> String {
    let one = |word: &String| match word.split_once(':') {
        Some(("role", role)) => words.role(role).to_owned(),
        Some((_, policy)) => policy.to_owned(),
        None => word.clone(),
    };
    because.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn cure((text, words): (&Text, &Vocabulary), reader: Reader, one: &Cure) -> String {
    match one {
        Cure::Wait { until, .. } => text.get_with("admin-why-cure-wait", "date", &minute(*until)),
        Cure::Give { roles, within } => {
            let roles: Vec<&str> = roles.iter().map(|role| words.role(role)).collect();
            let places: Vec<String> = within.iter().map(|label| words.group(text, label)).collect();
            let (roles, places) = (roles.join(", "), places.join(", "));
            let arguments = [("roles", roles.as_str()), ("places", places.as_str())];
            let key = if within.is_empty() {
                "admin-why-cure-give"
            } else {
                "admin-why-cure-give-in"
            };
            text.get_args(key, &arguments)
        }
        Cure::Policy { .. } if reader == Reader::Themselves => text.get("account-why-cure-policy"),
        Cure::Policy { policies } => text.get_with("admin-why-cure-policy", "policies", &policies.join(", ")),
        Cure::StepUp(step_up) => proof(text, step_up),
        Cure::Activate => text.get("admin-why-cure-activate"),
        Cure::Restore => text.get("admin-why-cure-restore"),
    }
}

/// What has to be proven. Of several classes that are enough, the weakest is told.
fn proof(text: &Text, step_up: &StepUp) -> String {
    let class = step_up.acr_values.split(' ').next().and_then(Acr::parse);
    let key = match class {
        Some(Acr::PhishingResistant) | None => "admin-why-cure-phishing-resistant",
        Some(Acr::Two) => "admin-why-cure-two",
        Some(Acr::One) => "admin-why-cure-one",
    };
    let proof = text.get(key);
    match step_up.max_age {
        Some(age) => {
            let minutes = text.get_count("admin-why-cure-fresh", "count", age.saturating_add(59) / 60);
            format!("{proof} {minutes}")
        }
        None => proof,
    }
}

/// The grants that have to do with it, those that count first.
async fn grants(
    op: &mut Op,
    (text, words): (&Text, &Vocabulary),
    organisation: OrganisationId,
    told: Vec<GrantTold>,
) -> Result<Vec<(String, Vec<GrantInWords>)>, OpError> {
    let mut by_state = [
        (State::Counts, "admin-why-counts", Vec::new()),
        (State::Elsewhere, "admin-why-elsewhere", Vec::new()),
        (State::Later, "admin-why-later", Vec::new()),
    ];
    for grant in told {
        let facts = grant_facts(op, (text, words), organisation, &grant).await?;
        let shown = GrantInWords {
            role: grant.role_title,
            reason: grant.reason,
            facts,
        };
        for (state, _, list) in &mut by_state {
            if *state == grant.state {
                list.push(shown);
                break;
            }
        }
    }
    let filled = by_state.into_iter().filter(|(_, _, list)| !list.is_empty());
    Ok(filled.map(|(_, key, list)| (text.get(key), list)).collect())
}
