//! An event as an operation tells it; `Op` adds who, when and from where.

use crate::domain::{ClientId, EventKind, Id, OrganisationId, Outcome, PersonId, SessionId, Target};

/// What happened, in the words of the operation.
#[derive(Debug, Clone)]
#[must_use = "an event is recorded by Op::record"]
pub struct EventDraft {
    pub(super) kind: EventKind,
    pub(super) outcome: Outcome,
    pub(super) on_behalf_of: Option<PersonId>,
    pub(super) organisation: Option<OrganisationId>,
    pub(super) target: Option<Target>,
    pub(super) reason: Option<String>,
    pub(super) client: Option<ClientId>,
    pub(super) session: Option<SessionId>,
    pub(super) before: Option<serde_json::Value>,
    pub(super) after: Option<serde_json::Value>,
    pub(super) details: serde_json::Map<String, serde_json::Value>,
}

impl EventDraft {
    /// Something that succeeded.
    pub fn success(kind: EventKind) -> Self {
        Self::new(kind, Outcome::Success)
    }

    /// Something that was refused, and why: a fixed word or sentence.
    pub fn refused(kind: EventKind, reason: impl Into<String>) -> Self {
        Self::new(kind, Outcome::Refused).because(reason)
    }

    fn new(kind: EventKind, outcome: Outcome) -> Self {
        Self {
            kind,
            outcome,
            on_behalf_of: None,
            organisation: None,
            target: None,
            reason: None,
            client: None,
            session: None,
            before: None,
            after: None,
            details: serde_json::Map::new(),
        }
    }

    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    pub fn on_behalf_of(mut self, person: PersonId) -> Self {
        self.on_behalf_of = Some(person);
        self
    }

    pub fn organisation(mut self, organisation: OrganisationId) -> Self {
        self.organisation = Some(organisation);
        self
    }

    pub fn client(mut self, client: &ClientId) -> Self {
        self.client = Some(client.clone());
        self
    }

    pub fn session(mut self, session: SessionId) -> Self {
        self.session = Some(session);
        self
    }

    /// What was acted upon: `("person", person.id)`.
    pub fn target<K>(mut self, kind: &'static str, id: Id<K>) -> Self {
        self.target = Some(Target {
            kind,
            id: id.to_string(),
        });
        self
    }

    /// What was acted upon, where its id is a text.
    pub fn target_named(mut self, kind: &'static str, id: impl Into<String>) -> Self {
        self.target = Some(Target { kind, id: id.into() });
        self
    }

    /// The values before and after a change.
    pub fn change(mut self, before: serde_json::Value, after: serde_json::Value) -> Self {
        self.before = Some(before);
        self.after = Some(after);
        self
    }

    /// One more fact. Never a secret.
    pub fn detail(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }
}
