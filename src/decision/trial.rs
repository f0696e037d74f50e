//! What policies would say to somebody who is supposed, with the evaluation by which decisions are made.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::copies::rulebook;
use super::entity::PolicyRow;
use super::judge;
use super::policy::{self, Asked, Policies, Principal, Unusable, Verdict};
use super::rulebook::Rulebook;
use crate::domain::{GroupKind, OrganisationId, Timestamp};
use crate::op::{Op, OpError};

/// A question about somebody who need not exist. The roles that give the permission are said, not looked up: so what a policy is tried
/// with stays the same whatever roles become.
#[derive(Debug, Clone, Copy)]
pub struct Supposed<'a> {
    pub service_account: bool,
    pub id: &'a str,
    pub attributes: &'a Map<String, Json>,
    /// Names of the roles that they hold.
    pub roles: &'a [String],
    /// Labels (`region:emea`) of the groups that they are in; those above count too.
    pub groups: &'a [String],
    /// Names of the roles held that give the permission where the resource is; empty: none does.
    pub granted_by: &'a [String],
    pub action: &'a str,
    pub resource_type: &'a str,
    pub resource_id: &'a str,
    pub resource: &'a Map<String, Json>,
    pub context: &'a Map<String, Json>,
    pub now: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// By these policies; none: by roles alone.
    Allowed(Vec<String>),
    /// These policies forbid it; none: nothing permits it.
    Denied(Vec<String>),
    /// It is denied because something could not be evaluated: what, and why.
    Failed(String),
}

/// Some policies of an organisation, by name, to be tried.
#[derive(Debug)]
pub struct Trial {
    rulebook: Arc<Rulebook>,
    policies: Policies,
}

impl Trial {
    /// Of these policies (name and text); nothing if there is no such organisation.
    pub async fn of(
        op: &mut Op,
        organisation: OrganisationId,
        texts: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Option<Self>, OpError> {
        let Some(rulebook) = rulebook(op, organisation).await? else {
            return Ok(None);
        };
        let rows: Vec<PolicyRow> = texts
            .into_iter()
            .map(|(name, cedar)| PolicyRow { name, cedar })
            .collect();
        let policies = Policies::compile(&rows, organisation)?;
        Ok(Some(Self { rulebook, policies }))
    }

    /// Asks them.
    #[must_use]
    pub fn ask(&self, supposed: &Supposed<'_>) -> Tried {
        let roles: BTreeSet<&str> = supposed
            .roles
            .iter()
            .chain(supposed.granted_by)
            .map(String::as_str)
            .collect();
        let kind = if supposed.service_account {
            "ServiceAccount"
        } else {
            "Person"
        };
        let groups = self.with_those_above(supposed.groups);
        let subject = (kind, supposed.id);
        let principal = match Principal::named(subject, supposed.attributes, &self.rulebook, &groups, &roles)
        {
            Ok(principal) => principal,
            Err(Unusable(name)) => return unusable(&name),
        };
        let granting: Vec<&str> = supposed.granted_by.iter().map(String::as_str).collect();
        let asked = Asked {
            principal: &principal,
            action: supposed.action,
            resource_type: supposed.resource_type,
            resource_id: supposed.resource_id,
            resource: supposed.resource,
            places: &judge::places(&self.rulebook, supposed.resource),
            context: supposed.context,
            roles: &granting,
            now: supposed.now,
        };
        match policy::try_out(&self.policies, &asked, &self.rulebook) {
            (Verdict::Permitted(by), _) => Tried::Allowed(by),
            (Verdict::Forbidden(by) | Verdict::StepUp(by, _), _) => Tried::Denied(by),
            (Verdict::NotPermitted, _) => Tried::Denied(Vec::new()),
            (Verdict::Unusable(name), _) => unusable(&name),
            (Verdict::Failed(policies), cause) => {
                let failed = policies.join(", ");
                let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
                Tried::Failed(format!("{failed} could not be evaluated{cause}"))
            }
        }
    }

    fn with_those_above(&self, labels: &[String]) -> BTreeSet<String> {
        let mut all: BTreeSet<String> = labels.iter().cloned().collect();
        for label in labels {
            let Some((kind, name)) = label.split_once(':') else {
                continue;
            };
            let found = GroupKind::parse(kind).and_then(|kind| self.rulebook.group_named(kind, name));
            let lineage = found.into_iter().flat_map(|group| group.lineage.iter());
            let above = lineage.filter_map(|id| self.rulebook.group(*id));
            all.extend(above.map(|group| group.label.clone()));
        }
        all
    }
}

fn unusable(name: &str) -> Tried {
    Tried::Failed(format!("the value of {name} cannot be used in policies"))
}
