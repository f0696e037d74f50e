//! Who may do what: roles with their scope of departments and regions, and attribute policies (Cedar).
//!
//! May read the tables of `person` and `access` (`entity.rs`), writes none. Storey 3: calls lower storeys only.

use crate::domain::{ApplicationId, Subject};
use crate::op::{Op, OpError};

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
#[derive(Debug, Clone)]
pub struct Decision {
    pub allowed: bool,
    /// A fixed word: `granted`, `no_grant`, `outside_scope`, `forbidden_by_policy`, `subject_unknown`, …
    pub reason: &'static str,
    /// The sentence for people.
    pub explanation: String,
    /// Roles and policies that led to it.
    pub because: Vec<String>,
}

/// Decides: deny by default; forbid wins; a policy that errs denies and is reported.
pub async fn decide(_op: &mut Op, _question: &Question) -> Result<Decision, OpError> {
    todo!()
}
