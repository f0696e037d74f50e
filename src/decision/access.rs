//! What is asked for: an action on a resource, in what is known of the circumstances.

use serde_json::{Map, Value as Json};

use super::Question;
use crate::domain::{ApplicationId, Subject};

/// Longest name of an action, and longest type and id of a resource or subject, in characters: they go into the audit log.
pub const LONGEST: usize = 256;

/// The member of the context that has the name by which the application knows the subject.
pub const SUBJECT_ID: &str = "subject_id";

/// A word of a question is empty or too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an action, type or id is empty or longer than {LONGEST} characters")]
pub struct UnfitWord;

/// Checks an action's name, or a type or an id: 1 to [`LONGEST`] characters. Whoever asks by whichever door is held to it.
pub fn check_word(word: &str) -> Result<(), UnfitWord> {
    if (1..=LONGEST).contains(&word.chars().count()) {
        Ok(())
    } else {
        Err(UnfitWord)
    }
}

/// What is to be done: the name of a permission, `feedback:read`, of a length that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action(String);

impl Action {
    pub fn new(name: String) -> Result<Self, UnfitWord> {
        check_word(&name)?;
        Ok(Self(name))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What something is done to: its words are of a length that fits.
#[derive(Debug, Clone)]
pub struct Resource {
    kind: String,
    id: String,
    /// Attributes on which the decision may depend: `region`, `department`, `product_line`, …
    pub properties: Map<String, Json>,
}

impl Resource {
    /// A resource of this type and id.
    pub fn new(kind: String, id: String, properties: Map<String, Json>) -> Result<Self, UnfitWord> {
        check_word(&kind)?;
        check_word(&id)?;
        Ok(Self { kind, id, properties })
    }

    /// `feedback`
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// `feedback/f-101`
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}/{}", self.kind, self.id)
    }
}

/// A question without whom it is about: an action of an application, on a resource, in a context.
#[derive(Debug, Clone)]
pub struct Access {
    application: ApplicationId,
    action: Action,
    resource: Resource,
    context: Map<String, Json>,
}

impl Access {
    /// This action of an application on a resource.
    #[must_use]
    pub fn new(
        application: ApplicationId,
        action: Action,
        resource: Resource,
        context: Map<String, Json>,
    ) -> Self {
        Self {
            application,
            action,
            resource,
            context,
        }
    }

    /// By the name by which the application knows the subject: what it tells of resources (who made them) has this name too.
    #[must_use]
    pub fn called(mut self, subject: impl Into<Json>) -> Self {
        self.context.insert(SUBJECT_ID.to_owned(), subject.into());
        self
    }

    /// The question whether a subject may.
    #[must_use]
    pub fn of(self, subject: Subject) -> Question {
        Question {
            subject,
            action: self.action.0,
            application: self.application,
            resource_type: self.resource.kind,
            resource_id: self.resource.id,
            resource: self.resource.properties,
            context: self.context,
        }
    }

    pub(super) fn application(&self) -> ApplicationId {
        self.application
    }

    pub(super) fn action(&self) -> &str {
        self.action.as_str()
    }

    pub(super) fn resource(&self) -> &Resource {
        &self.resource
    }

    pub(super) fn resource_mut(&mut self) -> &mut Resource {
        &mut self.resource
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_a_length_that_fits_in_characters() {
        for fits in ["a", &"ü".repeat(256)] {
            assert_eq!(check_word(fits), Ok(()));
        }
        for unfit in ["", &"ü".repeat(257)] {
            assert_eq!(check_word(unfit), Err(UnfitWord));
        }
        let long = "x".repeat(257);
        assert!(Resource::new("report".to_owned(), long, Map::new()).is_err());
    }
}
