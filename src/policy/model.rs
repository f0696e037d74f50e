//! What a policy is made of.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::PolicyError;
use crate::decision;
use crate::domain::{ApplicationId, OrganisationId, Timestamp, is_plain, rfc3339};

/// Most test cases of a policy.
const MOST_CASES: usize = 200;

/// Longest title, and longest name of a test case, in characters.
const TITLE: usize = 200;

/// Longest purpose, in characters.
const PURPOSE: usize = 2_000;

/// A policy that is not there yet.
#[derive(Debug, Clone)]
pub struct NewPolicy {
    pub organisation_id: OrganisationId,
    pub application: ApplicationId,
    /// A word by which it is called, and named in decisions.
    pub name: String,
    pub content: Content,
}

/// What a version of a policy says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// For people: Own product line only.
    pub title: String,
    /// Why there is such a policy.
    pub purpose: String,
    pub cedar: String,
    #[serde(default)]
    pub cases: Vec<Case>,
    /// The template by which it was made, if it was; it goes when the text is changed by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Origin>,
}

/// A template with what its form was filled with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    pub name: String,
    pub values: Map<String, Json>,
}

/// A question to a policy, and the answer that it should have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// A sentence that says what should be: Anna may not approve her own refund.
    pub name: String,
    #[serde(default)]
    pub subject: CaseSubject,
    /// Names of the roles held that give the permission where the resource is; empty: none does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub granted_by: Vec<String>,
    /// A permission of the application.
    pub action: String,
    #[serde(default)]
    pub resource: CaseResource,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub context: Map<String, Json>,
    /// When it is asked; left out: when it is tried.
    #[serde(default, with = "rfc3339::optional", skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    pub expect: Expected,
}

/// What a question should come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    Allow,
    Deny,
}

/// Who is supposed to ask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseSubject {
    #[serde(rename = "type", default)]
    pub kind: SubjectType,
    #[serde(default = "somebody")]
    pub id: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub attributes: Map<String, Json>,
    /// Names of roles held, beside those that give the permission.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Labels of groups: `region:emea`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

/// What a subject is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    #[default]
    Person,
    ServiceAccount,
}

/// What it is supposed to be about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseResource {
    #[serde(rename = "type", default = "record")]
    pub kind: String,
    #[serde(default = "record")]
    pub id: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub properties: Map<String, Json>,
}

fn somebody() -> String {
    "somebody".to_owned()
}

fn record() -> String {
    "record".to_owned()
}

impl Default for CaseSubject {
    fn default() -> Self {
        Self {
            kind: SubjectType::Person,
            id: somebody(),
            attributes: Map::new(),
            roles: Vec::new(),
            groups: Vec::new(),
        }
    }
}

impl Default for CaseResource {
    fn default() -> Self {
        Self {
            kind: record(),
            id: record(),
            properties: Map::new(),
        }
    }
}

/// Names of policies are words for tokens, decisions and the log.
pub(super) fn check_name(name: &str) -> Result<(), PolicyError> {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    let begins = name.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
    if begins && name.len() <= 60 && name.bytes().all(allowed) {
        Ok(())
    } else {
        Err(PolicyError::NameShape)
    }
}

impl Content {
    /// Checks what can be checked of it alone.
    pub(super) fn check(&self) -> Result<(), PolicyError> {
        if !fits(&self.title, TITLE) {
            return Err(PolicyError::Title);
        }
        let purpose = self.purpose.trim();
        if purpose.is_empty() || purpose.chars().count() > PURPOSE {
            return Err(PolicyError::Purpose);
        }
        decision::check_policy(&self.cedar)?;
        if self.cases.len() > MOST_CASES {
            return Err(PolicyError::ManyCases);
        }
        for (index, case) in self.cases.iter().enumerate() {
            let place = index.saturating_add(1);
            if !fits(&case.name, TITLE) {
                return Err(PolicyError::CaseName { place });
            }
            if self.cases.iter().take(index).any(|other| other.name == case.name) {
                return Err(PolicyError::CaseTwice { place });
            }
        }
        Ok(())
    }
}

fn fits(text: &str, longest: usize) -> bool {
    is_plain(text) && text.chars().count() <= longest
}
