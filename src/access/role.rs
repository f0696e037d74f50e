//! Roles: named sets of permissions.

use serde_json::{Value, json};

use super::model::NewRole;
use super::{AccessError, application, check_name, check_organisation, store};
use crate::domain::{EventKind, Notice, OrganisationId, RoleId};
use crate::op::{EventDraft, Op, OpError};
use crate::storage::taken;

/// Makes a role of an organisation out of permissions of its own applications or of shared ones.
pub async fn create_role(op: &mut Op, new: NewRole) -> Result<RoleId, AccessError> {
    check_name(&new.name)?;
    check_organisation(op, new.organisation_id).await?;
    for (application_id, permission) in &new.permissions {
        let found = application(op, *application_id)
            .await?
            .filter(|one| one.is_open_to(new.organisation_id))
            .ok_or(AccessError::ApplicationUnknown)?;
        if !found.permissions.iter().any(|(name, _, _)| name == permission) {
            return Err(AccessError::PermissionUnknown(permission.clone()));
        }
    }
    let (id, now) = (op.id(), op.now);
    store::insert_role(op.writing().await?, id, &new, now)
        .await
        .map_err(taken(AccessError::NameTaken))?;
    let permissions: Vec<Value> = new
        .permissions
        .iter()
        .map(|(application, name)| json!({ "application": application, "name": name }))
        .collect();
    op.record(
        EventDraft::success(EventKind::RoleCreated)
            .organisation(new.organisation_id)
            .target("role", id)
            .change(
                Value::Null,
                json!({
                    "name": new.name, "title": new.title, "purpose": new.purpose,
                    "second_factor": new.second_factor, "permissions": permissions, "rights": new.rights,
                }),
            ),
    );
    op.tell(Notice::Organisation(new.organisation_id));
    Ok(id)
}

/// The role of this name in an organisation.
pub async fn role_named(
    op: &mut Op,
    organisation: OrganisationId,
    name: &str,
) -> Result<Option<RoleId>, OpError> {
    Ok(store::role_named(op.reading().await?, organisation, name).await?)
}
