//! What is in the way of removing an application.

use std::fmt;

use super::{AccessError, store};
use crate::domain::{ApplicationId, OrganisationId};
use crate::op::Op;

/// What belongs to an application, by the names that people know. All of it goes first, so that nobody loses by one click what many rely on.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ApplicationUse {
    /// Names of its permissions.
    pub permissions: Vec<String>,
    /// Its types of authorization details.
    pub authorization_details_types: Vec<String>,
    /// Names of the organisation's own clients that belong to it.
    pub clients: Vec<String>,
    /// Whether clients of other organisations do. Which ones is theirs to know.
    pub elsewhere: bool,
}

impl ApplicationUse {
    /// Whether nothing is in the way.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for ApplicationUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            ("its permissions", &self.permissions),
            (
                "its types of authorization details",
                &self.authorization_details_types,
            ),
            ("its clients", &self.clients),
        ];
        let parts = parts.into_iter().filter(|(_, names)| !names.is_empty());
        let mut parts: Vec<String> = parts
            .map(|(what, names)| format!("{what} {}", names.join(", ")))
            .collect();
        if self.elsewhere {
            parts.push("clients of other organisations".to_owned());
        }
        f.write_str(&parts.join("; "))
    }
}

/// What belongs to an application of this organisation.
pub async fn application_use(
    op: &mut Op,
    organisation: OrganisationId,
    application: ApplicationId,
) -> Result<ApplicationUse, AccessError> {
    let permissions = super::permissions(op, application).await?;
    let tx = op.reading().await?;
    let types = store::detail_types(tx).await?;
    let types = types.into_iter().filter(|one| one.application == application);
    let clients = store::clients_of(tx, application).await?;
    let elsewhere = clients.iter().any(|(of, _)| *of != organisation);
    let clients = clients.into_iter().filter(|(of, _)| *of == organisation);
    Ok(ApplicationUse {
        permissions: permissions.into_iter().map(|one| one.name).collect(),
        authorization_details_types: types.map(|one| one.name).collect(),
        clients: clients.map(|(_, name)| name).collect(),
        elsewhere,
    })
}

#[cfg(test)]
mod tests {
    use super::ApplicationUse;

    #[test]
    fn it_is_told_in_one_sentence() {
        assert!(ApplicationUse::default().is_none());
        let used = ApplicationUse {
            permissions: vec!["ledger:read".to_owned(), "ledger:close".to_owned()],
            clients: vec!["Ledger desk".to_owned()],
            elsewhere: true,
            ..ApplicationUse::default()
        };
        let told = "its permissions ledger:read, ledger:close; its clients Ledger desk; clients of other organisations";
        assert_eq!(used.to_string(), told);
    }
}
