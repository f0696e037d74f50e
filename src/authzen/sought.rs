//! Searches as they are on the wire (AuthZEN section 8), and the step from there to what is meant.

use serde::Deserialize;
use serde_json::{Map, Value as Json, json as value};

use super::page::Wanted;
use super::wire::{ActionMember, Named};
use crate::decision::{Access, Action, Question, Resource, SUBJECT_ID, UnfitWord, check_word};
use crate::domain::{ApplicationId, Subject};

/// A subject or resource that is named by its id, or looked for by its type.
#[derive(Debug, Deserialize)]
struct Entity {
    #[serde(rename = "type")]
    kind: String,
    id: Option<String>,
    properties: Option<Map<String, Json>>,
}

/// A search of any kind. The name of what is looked for is ignored, if there is one.
#[derive(Debug, Deserialize)]
pub(super) struct Search {
    subject: Option<Entity>,
    action: Option<ActionMember>,
    resource: Option<Entity>,
    context: Option<Map<String, Json>>,
    page: Option<Wanted>,
}

/// Why something is not a search; told to whoever asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Malformed {
    #[error("subject is missing")]
    Subject,
    #[error("subject has no id")]
    SubjectId,
    #[error("action is missing")]
    Action,
    #[error("resource is missing")]
    Resource,
    #[error("resource has no id")]
    ResourceId,
    #[error(transparent)]
    Length(#[from] UnfitWord),
    #[error("page.token is not one that was given for this search with this limit")]
    Page,
}

/// Why nothing can be found, whatever is given to anybody. In the words of decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Nameless {
    #[error("Subjects are of the type person or service_account.")]
    SubjectType,
    #[error("The subject must be a person or service_account, with its id.")]
    Subject,
    #[error(
        "The application is shared between organisations, so the resource must name its organisation, and there is no such one."
    )]
    Organisation,
    #[error("People of this organisation cannot use the client that asks.")]
    OtherOrganisation,
}

impl Nameless {
    /// A fixed word.
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::SubjectType | Self::Subject => "subject_unknown",
            Self::Organisation => "organisation_missing",
            Self::OtherOrganisation => "other_organisation",
        }
    }
}

/// Who is looked for. `told` is the search without its page.
#[derive(Debug)]
pub(super) struct SubjectSought {
    pub(super) told: Json,
    pub(super) kind: String,
    pub(super) access: Access,
}

/// With what somebody may do something.
#[derive(Debug)]
pub(super) struct ResourceSought {
    pub(super) told: Json,
    pub(super) subject: Named,
    pub(super) question: Pattern,
}

/// What somebody may do.
#[derive(Debug)]
pub(super) struct ActionSought {
    pub(super) told: Json,
    pub(super) subject: Named,
    pub(super) question: Pattern,
}

/// A question without its subject, and without what is looked for, which is empty.
#[derive(Debug)]
pub(super) struct Pattern {
    application: ApplicationId,
    action: String,
    resource_type: String,
    resource_id: String,
    properties: Map<String, Json>,
    context: Map<String, Json>,
}

impl Pattern {
    /// Of a subject, with what the application calls it.
    pub(super) fn of(mut self, subject: Subject, name: String) -> Question {
        self.context.insert(SUBJECT_ID.to_owned(), Json::from(name));
        Question {
            subject,
            action: self.action,
            application: self.application,
            resource_type: self.resource_type,
            resource_id: self.resource_id,
            resource: self.properties,
            context: self.context,
        }
    }
}

impl Search {
    pub(super) fn of_subjects(
        self,
        application: ApplicationId,
    ) -> Result<(SubjectSought, Wanted), Malformed> {
        let kind = self.subject.ok_or(Malformed::Subject)?.kind;
        check_word(&kind)?;
        let action = Action::new(self.action.ok_or(Malformed::Action)?.name)?;
        let resource = self.resource.ok_or(Malformed::Resource)?;
        let id = resource.id.ok_or(Malformed::ResourceId)?;
        let (properties, context) = (
            resource.properties.unwrap_or_default(),
            self.context.unwrap_or_default(),
        );
        let told = value!([
            "subject",
            kind,
            action.as_str(),
            resource.kind,
            id,
            properties,
            context
        ]);
        let resource = Resource::new(resource.kind, id, properties)?;
        let sought = SubjectSought {
            told,
            kind,
            access: Access::new(application, action, resource, context),
        };
        Ok((sought, self.page.unwrap_or_default()))
    }

    pub(super) fn of_resources(
        self,
        application: ApplicationId,
    ) -> Result<(ResourceSought, Wanted), Malformed> {
        let (subject, who) = self.subject.ok_or(Malformed::Subject)?.named()?;
        let action = Action::new(self.action.ok_or(Malformed::Action)?.name)?;
        let resource = self.resource.ok_or(Malformed::Resource)?;
        check_word(&resource.kind)?;
        let question = Pattern {
            application,
            action: action.as_str().to_owned(),
            resource_type: resource.kind,
            resource_id: String::new(),
            properties: resource.properties.unwrap_or_default(),
            context: self.context.unwrap_or_default(),
        };
        let told = value!([
            "resource",
            who,
            question.action,
            question.resource_type,
            question.properties,
            question.context
        ]);
        let sought = ResourceSought {
            told,
            subject,
            question,
        };
        Ok((sought, self.page.unwrap_or_default()))
    }

    pub(super) fn of_actions(self, application: ApplicationId) -> Result<(ActionSought, Wanted), Malformed> {
        let (subject, who) = self.subject.ok_or(Malformed::Subject)?.named()?;
        let resource = self.resource.ok_or(Malformed::Resource)?;
        let id = resource.id.ok_or(Malformed::ResourceId)?;
        check_word(&resource.kind)?;
        check_word(&id)?;
        let question = Pattern {
            application,
            action: String::new(),
            resource_type: resource.kind,
            resource_id: id,
            properties: resource.properties.unwrap_or_default(),
            context: self.context.unwrap_or_default(),
        };
        let told = value!([
            "action",
            who,
            question.resource_type,
            question.resource_id,
            question.properties,
            question.context
        ]);
        let sought = ActionSought {
            told,
            subject,
            question,
        };
        Ok((sought, self.page.unwrap_or_default()))
    }
}

impl Entity {
    /// A subject that is named, and the same in one text.
    fn named(self) -> Result<(Named, String), Malformed> {
        let id = self.id.ok_or(Malformed::SubjectId)?;
        let text = format!("{}:{id}", self.kind);
        Ok((Named::new(self.kind, id)?, text))
    }
}
