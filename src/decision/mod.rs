//! Who may do what: roles with their scope of departments and regions, and attribute policies (Cedar).
//!
//! May read the tables of `person` and `access` (`entity.rs`, `candidate.rs`, `giver.rs`), writes none. Storey 3: calls lower storeys only.

mod access;
mod candidate;
mod copies;
mod decide;
mod difference;
mod entity;
mod everybody;
mod explain;
mod giver;
mod giving;
mod holdings;
mod judge;
mod policy;
mod reach;
mod rulebook;
mod search;
mod who;

pub use access::{Access, Action, LONGEST, Resource, UnfitWord, check_word};
pub use copies::{holdings, may_give, rights, vocabulary};
pub use decide::decide;
pub use difference::{Difference, Standing, differences, standing};
pub use everybody::Everybody;
pub use explain::{Cure, Explained, GrantTold, State, explain, grants};
pub use giving::{CannotGive, Giving, closure, giving, holds_everywhere};
pub use holdings::Holdings;
pub use policy::{PolicyFault, check_policy};
pub use reach::{Reached, actions, resources};
pub use rulebook::Vocabulary;
pub use search::{Found, Part};
pub use who::{Allowed, Who, organisation_of, who, who_within};

use crate::domain::{ApplicationId, Subject};

/// May this subject do this action on this resource?
#[derive(Debug, Clone)]
pub struct Question {
    pub subject: Subject,
    /// A permission's name: `feedback:read`.
    pub action: String,
    pub application: ApplicationId,
    pub resource_type: String,
    pub resource_id: String,
    /// Attributes of the resource: `region`, `department`, `product_line`, …
    pub resource: serde_json::Map<String, serde_json::Value>,
    pub context: serde_json::Map<String, serde_json::Value>,
}

/// The answer, with what led to it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Decision {
    #[serde(rename = "decision")]
    pub allowed: bool,
    /// A fixed word: `granted`, `granted_by_policy`, `no_grant`, `outside_scope`, `forbidden_by_policy`, `policy_error`,
    /// `unusable_attribute`, `subject_unknown`, `subject_inactive`, `application_unknown`, `action_unknown`,
    /// `other_organisation`, `organisation_missing`.
    pub reason: &'static str,
    /// The sentence for people.
    pub explanation: String,
    /// Roles and policies that led to it.
    pub because: Vec<String>,
}
