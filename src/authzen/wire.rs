//! Questions and answers as they are on the wire (AuthZEN sections 5 and 6), and the step from there to what is meant.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::decision::{Access, Action, Decision, Resource, StepUp, UnfitWord, check_word};
use crate::domain::{AccessGrantId, ApplicationId, PersonId, Subject, SubjectKind};

/// Who asks for access.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct SubjectMember {
    #[serde(rename = "type")]
    kind: String,
    id: String,
}

/// What is to be done.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ActionMember {
    pub(super) name: String,
}

/// What it is to be done to.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ResourceMember {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) id: String,
    #[serde(default)]
    pub(super) properties: Option<Map<String, Json>>,
}

/// One evaluation, or the defaults of many: each member may be left to the defaults.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Evaluation {
    pub(super) subject: Option<SubjectMember>,
    pub(super) action: Option<ActionMember>,
    pub(super) resource: Option<ResourceMember>,
    pub(super) context: Option<Map<String, Json>>,
}

/// Why something is not a question; told to whoever asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Malformed {
    #[error("subject is missing")]
    Subject,
    #[error("action is missing")]
    Action,
    #[error("resource is missing")]
    Resource,
    #[error(transparent)]
    Length(#[from] UnfitWord),
}

/// A question as it was meant.
#[derive(Debug)]
pub(super) struct Meant {
    subject: Named,
    action: Action,
    resource: Resource,
    context: Map<String, Json>,
}

/// Whom a question names, as a client names them.
#[derive(Debug)]
pub(super) struct Named {
    kind: String,
    id: String,
}

impl Named {
    pub(super) fn new(kind: String, id: String) -> Result<Self, UnfitWord> {
        check_word(&kind)?;
        check_word(&id)?;
        Ok(Self { kind, id })
    }

    /// Who is meant by a client, which may see people under names of their own.
    pub(super) fn subject(&self, people: impl Fn(&str) -> Option<PersonId>) -> Option<Subject> {
        match SubjectKind::parse(&self.kind)? {
            SubjectKind::Person => people(&self.id).map(Subject::Person),
            SubjectKind::ServiceAccount => self.id.parse().ok().map(Subject::ServiceAccount),
            SubjectKind::Group => None,
        }
    }
}

impl Evaluation {
    /// What is missing here is taken from the defaults, member by member (section 6.1.1).
    pub(super) fn or(self, defaults: &Self) -> Self {
        Self {
            subject: self.subject.or_else(|| defaults.subject.clone()),
            action: self.action.or_else(|| defaults.action.clone()),
            resource: self.resource.or_else(|| defaults.resource.clone()),
            context: self.context.or_else(|| defaults.context.clone()),
        }
    }

    pub(super) fn meant(self) -> Result<Meant, Malformed> {
        let subject = self.subject.ok_or(Malformed::Subject)?;
        let action = self.action.ok_or(Malformed::Action)?;
        let resource = self.resource.ok_or(Malformed::Resource)?;
        Ok(Meant {
            subject: Named::new(subject.kind, subject.id)?,
            action: Action::new(action.name)?,
            resource: Resource::new(
                resource.kind,
                resource.id,
                resource.properties.unwrap_or_default(),
            )?,
            context: self.context.unwrap_or_default(),
        })
    }
}

impl Meant {
    pub(super) fn subject(&self) -> &Named {
        &self.subject
    }

    /// `person:ID`
    pub(super) fn subject_text(&self) -> String {
        format!("{}:{}", self.subject.kind, self.subject.id)
    }

    pub(super) fn action(&self) -> &str {
        self.action.as_str()
    }

    pub(super) fn resource_type(&self) -> &str {
        self.resource.kind()
    }

    /// `feedback/f-101`
    pub(super) fn resource_text(&self) -> String {
        self.resource.label()
    }

    pub(super) fn access(self, application: ApplicationId) -> Access {
        let asked = Access::new(application, self.action, self.resource, self.context);
        asked.called(self.subject.id)
    }
}

/// An answer (section 5.2).
#[derive(Debug, Serialize)]
pub(super) struct Answer {
    pub(super) decision: bool,
    pub(super) context: AnswerContext,
}

/// Why it was answered so.
#[derive(Debug, Serialize)]
pub(super) struct AnswerContext {
    pub(super) reason: &'static str,
    pub(super) explanation: String,
    pub(super) because: Vec<String>,
    /// The grants by which it is a yes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) grants: Vec<AccessGrantId>,
    /// What would make it a yes (RFC 9470 section 3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) step_up: Option<StepUp>,
}

impl From<Decision> for Answer {
    fn from(decision: Decision) -> Self {
        Self {
            decision: decision.allowed,
            context: AnswerContext {
                reason: decision.reason,
                explanation: decision.explanation,
                because: decision.because,
                grants: decision.grants,
                step_up: decision.step_up,
            },
        }
    }
}

impl Answer {
    /// A denial that no decision led to.
    pub(super) fn denied(reason: &'static str, explanation: impl Into<String>) -> Self {
        Self {
            decision: false,
            context: AnswerContext {
                reason,
                explanation: explanation.into(),
                because: Vec::new(),
                grants: Vec::new(),
                step_up: None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Json) -> Evaluation {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_is_missing_comes_from_the_defaults_member_by_member() {
        let defaults = read(json!({
            "subject": { "type": "person", "id": "one" },
            "resource": { "type": "feedback", "id": "default", "properties": { "region": "emea" } },
        }));
        let own = read(json!({
            "action": { "name": "feedback:read" }, "resource": { "type": "feedback", "id": "own" },
        }));
        let meant = own.or(&defaults).meant().unwrap();
        assert_eq!(meant.subject_text(), "person:one");
        assert_eq!(meant.resource_text(), "feedback/own");
        assert!(
            meant.resource.properties.is_empty(),
            "a resource replaces the default as a whole"
        );
        assert_eq!(
            read(json!({})).or(&defaults).meant().unwrap_err(),
            Malformed::Action
        );
    }

    #[test]
    fn a_subject_that_cannot_be_ours_is_nobody() {
        for (kind, id) in [
            ("person", "maria"),
            ("group", "0190a0b0-0000-7000-8000-000000000000"),
            ("robot", "0190a0b0-0000-7000-8000-000000000000"),
        ] {
            let one = read(json!({
                "subject": { "type": kind, "id": id }, "action": { "name": "a:b" },
                "resource": { "type": "r", "id": "1" },
            }));
            let subject = one.meant().unwrap().subject().subject(|told| told.parse().ok());
            assert!(subject.is_none(), "{kind} {id}");
        }
    }

    #[test]
    fn texts_that_are_empty_or_endless_are_no_question() {
        for id in [String::new(), "x".repeat(257)] {
            let one = read(json!({
                "subject": { "type": "person", "id": id }, "action": { "name": "a:b" },
                "resource": { "type": "r", "id": "1" },
            }));
            assert_eq!(one.meant().unwrap_err(), Malformed::Length(UnfitWord));
        }
    }
}
