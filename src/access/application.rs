//! Applications and their permissions.

use std::sync::Arc;

use serde_json::{Value, json};

use super::copies::Known;
use super::model::{Application, NewApplication};
use super::{AccessError, check_organisation, store};
use crate::domain::{ApplicationId, EventKind, Notice, OrganisationId, TokenFormat};
use crate::op::{EventDraft, Op, OpError};
use crate::storage::taken;

/// An application by its id, from a bounded cache.
pub async fn application(op: &mut Op, id: ApplicationId) -> Result<Option<Arc<Application>>, OpError> {
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

/// Makes an application with its permissions.
pub async fn create_application(op: &mut Op, new: NewApplication) -> Result<ApplicationId, AccessError> {
    // A permission without a colon could be taken for one of the scopes that OpenID Connect defines.
    if !new.permissions.iter().all(|one| one.name.as_str().contains(':')) {
        return Err(AccessError::PermissionShape);
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
