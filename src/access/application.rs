//! Applications and their permissions, as they are asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::copies::Known;
use super::model::{Application, Permission};
use super::{own, permission_store, store};
use crate::domain::{ApplicationId, OWN_APPLICATION, OrganisationId};
use crate::op::{Op, OpError};

/// An application by its id, from a bounded cache.
pub async fn application(op: &mut Op, id: ApplicationId) -> Result<Option<Arc<Application>>, OpError> {
    if id == OWN_APPLICATION {
        return Ok(Some(own::application(&op.house)));
    }
    let known = op.house.part::<Known>();
    known
        .applications
        .get(op, &id, async |op| {
            Ok(store::application(op.reading().await?, id).await?.map(Arc::new))
        })
        .await
}

/// An application by the name by which tokens mean it.
pub async fn application_of(op: &mut Op, audience: &str) -> Result<Option<Arc<Application>>, OpError> {
    match store::application_of(op.reading().await?, audience).await? {
        Some(id) => application(op, id).await,
        None => Ok(None),
    }
}

/// All applications, by name.
pub async fn applications(op: &mut Op) -> Result<Vec<Application>, OpError> {
    Ok(store::applications(op.reading().await?).await?)
}

/// Why no application is meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoApplication {
    #[error("there is no such application, or the organisation may not use it")]
    Unknown,
    #[error("no application that the organisation may use has a permission {0}")]
    Permission(String),
    #[error("several applications have a permission {0}: say which one is meant")]
    Several(String),
}

/// The application with this permission that an organisation may use: the one that is named (by its id or audience), or the only one. One
/// that is retired is meant where it is named, or where no other has the permission: what is asked about it is answered.
pub async fn application_with(
    op: &mut Op,
    organisation: OrganisationId,
    (permission, named): (&str, Option<&str>),
) -> Result<Result<ApplicationId, NoApplication>, OpError> {
    let all = store::applications(op.reading().await?).await?;
    let mut open = all.into_iter().filter(|one| one.is_open_to(organisation));
    if let Some(named) = named {
        let found = open.find(|one| one.audience == named || one.id.to_string() == named);
        return Ok(found.map(|one| one.id).ok_or(NoApplication::Unknown));
    }
    let has = |one: &Application| one.permissions.iter().any(|(name, _, _)| name == permission);
    let (retired, alive): (Vec<_>, Vec<_>) = open.filter(has).partition(Application::is_retired);
    let mut fitting = if alive.is_empty() { retired } else { alive }.into_iter();
    Ok(match (fitting.next(), fitting.next()) {
        (Some(one), None) => Ok(one.id),
        (None, _) => Err(NoApplication::Permission(permission.to_owned())),
        (Some(_), Some(_)) => Err(NoApplication::Several(permission.to_owned())),
    })
}

/// The scopes by which permissions are asked for that people of an organisation can have, each with its title: those of its own
/// applications, of applications for all organisations, and of this house. Those of retired ones are among them: what was said about them,
/// such as rules, counts again when these are brought back.
pub async fn scopes(op: &mut Op, organisation: OrganisationId) -> Result<BTreeMap<String, String>, OpError> {
    let all = store::applications(op.reading().await?).await?;
    let open = all.iter().filter(|one| one.is_open_to(organisation));
    let house = own::application(&op.house);
    let permissions = open.flat_map(|one| &one.permissions).chain(&house.permissions);
    Ok(permissions
        .map(|(name, title, _)| (name.clone(), title.clone()))
        .collect())
}

/// The permissions of an application, by name.
pub async fn permissions(op: &mut Op, application: ApplicationId) -> Result<Vec<Permission>, OpError> {
    Ok(permission_store::permissions(op.reading().await?, application).await?)
}
