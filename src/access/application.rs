//! Applications and their permissions.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::copies::Known;
use super::model::{Application, NewApplication, Permission};
use super::{AccessError, check_organisation, own, store};
use crate::domain::{
    ApplicationId, DELEGATED, EventKind, Notice, OWN_APPLICATION, OrganisationId, Right, TokenFormat,
};
use crate::op::{EventDraft, Op, OpError};
use crate::storage::taken;

/// Longest name, in characters, and audience, in bytes.
const LONGEST_NAME: usize = 200;
const LONGEST_AUDIENCE: usize = 512;

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

/// The application with this permission that an organisation may use: the one that is named (by its id or audience), or the only one.
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
    let mut fitting = open.filter(has);
    Ok(match (fitting.next(), fitting.next()) {
        (Some(one), None) => Ok(one.id),
        (None, _) => Err(NoApplication::Permission(permission.to_owned())),
        (Some(_), Some(_)) => Err(NoApplication::Several(permission.to_owned())),
    })
}

/// The scopes by which permissions are asked for that people of an organisation can have, each with its title: those of its own
/// applications, of applications for all organisations, and of this house.
pub async fn scopes(op: &mut Op, organisation: OrganisationId) -> Result<BTreeMap<String, String>, OpError> {
    let all = store::applications(op.reading().await?).await?;
    let open = all.iter().filter(|one| one.is_open_to(organisation));
    let house = own::application(&op.house);
    let permissions = open.flat_map(|one| &one.permissions).chain(&house.permissions);
    Ok(permissions
        .map(|(name, title, _)| (name.clone(), title.clone()))
        .collect())
}

/// The name is shown on pages; the audience goes into tokens, and can be what requests mean by `resource` (RFC 8707
/// section 2: without a fragment). The issuer is the audience of our own interfaces.
fn check_words(op: &Op, new: &NewApplication) -> Result<(), AccessError> {
    if new.name.trim().is_empty() || new.name.chars().count() > LONGEST_NAME {
        return Err(AccessError::ApplicationName);
    }
    let audience = &new.audience;
    let allowed = |byte: u8| byte.is_ascii_graphic() && byte != b'#';
    if !(1..=LONGEST_AUDIENCE).contains(&audience.len()) || !audience.bytes().all(allowed) {
        return Err(AccessError::AudienceShape);
    }
    let meant = audience.trim_end_matches('/');
    if meant == op.house.config.server.issuer_text() || meant == own::audience(&op.house) {
        return Err(AccessError::AudienceTaken);
    }
    Ok(())
}

/// Makes an application with its permissions.
pub async fn create_application(op: &mut Op, new: NewApplication) -> Result<ApplicationId, AccessError> {
    check_words(op, &new)?;
    // A permission without a colon could be taken for one of the scopes that OpenID Connect defines.
    if !new.permissions.iter().all(|one| one.name.as_str().contains(':')) {
        return Err(AccessError::PermissionShape);
    }
    // One word of two meanings would open to whoever may read people in an application the interface of administrators.
    if new
        .permissions
        .iter()
        .any(|one| one.name.as_str() == DELEGATED || Right::parse(one.name.as_str()).is_some())
    {
        return Err(AccessError::PermissionIsRight);
    }
    check_organisation(op, new.organisation_id).await?;
    let (id, now) = (op.id(), op.now);
    let tx = op.writing().await?;
    store::insert_application(tx, id, &new, now)
        .await
        .map_err(taken(AccessError::AudienceTaken))?;
    for permission in &new.permissions {
        store::insert_permission(tx, id, permission)
            .await
            .map_err(taken(AccessError::NameTaken))?;
    }
    let permissions: Vec<&str> = new.permissions.iter().map(|one| one.name.as_str()).collect();
    op.record(
        EventDraft::success(EventKind::ApplicationCreated)
            .organisation(new.organisation_id)
            .target("application", id)
            .change(
                Value::Null,
                json!({
                    "name": new.name, "audience": new.audience, "shared": new.shared, "permissions": permissions,
                }),
            ),
    );
    op.tell(Notice::Organisation(new.organisation_id));
    Ok(id)
}

/// Chooses what the access tokens of an application look like from now on; those that were given out live to their end.
pub async fn set_token_format(
    op: &mut Op,
    organisation: OrganisationId,
    id: ApplicationId,
    format: TokenFormat,
) -> Result<(), AccessError> {
    let tx = op.writing().await?;
    let before = store::application(tx, id).await?;
    let before = before.filter(|found| found.organisation_id == organisation);
    let before = before.ok_or(AccessError::ApplicationUnknown)?.token_format;
    store::set_token_format(tx, organisation, id, format).await?;
    op.record(
        EventDraft::success(EventKind::ApplicationChanged)
            .organisation(organisation)
            .target("application", id)
            .change(
                json!({ "token_format": before }),
                json!({ "token_format": format }),
            ),
    );
    op.tell(Notice::Organisation(organisation));
    Ok(())
}

/// The permissions of an application, by name.
pub async fn permissions(op: &mut Op, application: ApplicationId) -> Result<Vec<Permission>, OpError> {
    Ok(store::permissions(op.reading().await?, application).await?)
}
