//! What stands in the way of removing a permission.

use std::fmt;

use serde::Serialize;

use super::{AccessError, permission_store, store};
use crate::decision;
use crate::domain::{ApplicationId, OrganisationId};
use crate::op::Op;

/// All that would lose its meaning with a permission. What clients may ask for is not of it: a scope behind which there is no permission
/// gives nothing, and they go on without it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PermissionUse {
    /// Names of the organisation's own roles that give it.
    pub roles: Vec<String>,
    /// Names of its policies in force that speak of it.
    pub policies: Vec<String>,
    /// Types of authorization details that only whoever has it may ask for.
    pub authorization_details_types: Vec<String>,
    /// Whether roles or policies of other organisations do. Which ones is theirs to know.
    pub elsewhere: bool,
}

impl PermissionUse {
    /// Whether nothing is in the way.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for PermissionUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |what: &str, names: &[String]| match names {
            [] => None,
            names => Some(format!("{what} {}", names.join(", "))),
        };
        let others = "roles or policies of other organisations".to_owned();
        let parts = [
            named("the roles", &self.roles),
            named("the policies", &self.policies),
            named(
                "the types of authorization details",
                &self.authorization_details_types,
            ),
            self.elsewhere.then_some(others),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        f.write_str(&parts.join("; "))
    }
}

/// Who uses a permission of an application of this organisation.
pub async fn permission_use(
    op: &mut Op,
    organisation: OrganisationId,
    (application, name): (ApplicationId, &str),
) -> Result<PermissionUse, AccessError> {
    let tx = op.reading().await?;
    let roles = permission_store::giving(tx, application, name).await?;
    let types = store::detail_types(tx).await?;
    let policies = decision::policies_about(op, application, name).await?;
    let elsewhere = roles.iter().chain(&policies).any(|(of, _)| *of != organisation);
    let own = |all: Vec<(OrganisationId, String)>| {
        let own = all.into_iter().filter(|(of, _)| *of == organisation);
        own.map(|(_, name)| name).collect()
    };
    let needs = |one: &super::DetailType| {
        one.application == application && one.rules.permission.as_deref() == Some(name)
    };
    let types = types.into_iter().filter(needs);
    Ok(PermissionUse {
        roles: own(roles),
        policies: own(policies),
        authorization_details_types: types.map(|one| one.name).collect(),
        elsewhere,
    })
}

#[cfg(test)]
mod tests {
    use super::PermissionUse;

    #[test]
    fn it_is_told_in_one_sentence() {
        assert!(PermissionUse::default().is_none());
        let used = PermissionUse {
            roles: vec!["reader".to_owned(), "lead".to_owned()],
            policies: Vec::new(),
            authorization_details_types: vec!["payment".to_owned()],
            elsewhere: true,
        };
        let told = "the roles reader, lead; the types of authorization details payment; \
             roles or policies of other organisations";
        assert_eq!(used.to_string(), told);
    }
}
