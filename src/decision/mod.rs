//! Who may do what: roles with their scope of departments and regions, and attribute policies (Cedar).
//!
//! May read the tables of `person` and `access` (`entity.rs`, `application.rs`, `candidate.rs`, `giver.rs`), writes none. Storey 3: calls lower storeys only.

mod about;
mod access;
mod application;
mod by_action;
mod candidate;
mod clock;
mod copies;
mod decide;
mod difference;
#[cfg(test)]
mod differential;
mod entity;
mod everybody;
mod explain;
pub mod filter;
mod given;
mod giver;
mod giving;
mod holdings;
mod judge;
mod past;
mod past_entity;
mod policy;
mod reach;
mod rulebook;
mod schema;
mod search;
mod step_up;
mod trial;
mod usage;
mod value;
mod who;
mod written;

pub use about::policies_about;
pub use access::{Access, Action, LONGEST, Resource, SUBJECT_ID, UnfitWord, check_word};
pub use candidate::Registered;
pub use copies::{holdings, may_give, rights, vocabulary};
pub use decide::decide;
pub use difference::{Difference, Standing, differences, standing};
pub use everybody::Everybody;
pub use explain::{Cure, Explained, GrantTold, State, explain, grants};
pub use given::{Given, GivenPage, count_given, given};
pub use giving::{CannotGive, Givable, Giving, Terms, closure, givable, gives, giving, holds_everywhere};
pub use holdings::Holdings;
pub use past::{NotPast, Then};
pub use reach::{Reached, actions, registered, resources};
pub use rulebook::Vocabulary;
pub use schema::{Known, OWN as OWN_ATTRIBUTES, Remark, attributes_read, remarks};
pub use search::{Found, Part};
pub use step_up::StepUp;
pub use trial::{Supposed, Trial, Tried};
pub use usage::{note_right, note_scopes, take_uses};
pub use who::{Allowed, Naming, Who, organisation_of, who, who_within};
pub use written::{LONGEST as LONGEST_POLICY, PolicyFault, check_policy, parts_of_policies, policy_of_parts};

use crate::domain::{AccessGrantId, ApplicationId, Subject};

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
    /// A fixed word: `granted`, `granted_by_policy`, `no_grant`, `outside_scope`, `forbidden_by_policy`, `step_up_required`, `policy_error`,
    /// `unusable_attribute`, `subject_unknown`, `subject_inactive`, `application_unknown`, `application_retired`, `action_unknown`,
    /// `other_organisation`, `organisation_missing`.
    pub reason: &'static str,
    /// The sentence for people.
    pub explanation: String,
    /// Roles and policies that led to it.
    pub because: Vec<String>,
    /// The grants by which it is a yes; none where policies alone permit it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<AccessGrantId>,
    /// What would make a no with the word `step_up_required` a yes: a stronger or fresher proof of who the person is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_up: Option<StepUp>,
}
