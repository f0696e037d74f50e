//! The permissions of an application, as its organisation defines them.

use serde_json::{Value, json};

use super::application_change::of;
use super::model::{NewPermission, Permission, PermissionAbout};
use super::{AccessError, permission_store as store, permission_use};
use crate::domain::{ApplicationId, EventKind, Notice, OrganisationId, Scope, own_scopes};
use crate::op::{EventDraft, Op};
use crate::storage::taken;

/// Most permissions of one application: forms of roles show them all.
pub const MOST_PERMISSIONS: usize = 500;

/// What came of defining a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defined {
    Added,
    Changed,
    /// It was just so already.
    Unchanged,
}

/// Checks a permission that is to be.
pub(super) fn check(new: &NewPermission) -> Result<(), AccessError> {
    // One without a colon could be taken for a scope that OpenID Connect defines.
    let parts = new.name.as_str().split_once(':');
    if !parts.is_some_and(|(area, verb)| !area.is_empty() && !verb.is_empty()) {
        return Err(AccessError::PermissionShape);
    }
    // One word of two meanings would open to whoever may read people in an application the interface of administrators.
    if own_scopes().any(|own| own == new.name.as_str()) {
        return Err(AccessError::PermissionIsRight);
    }
    check_about(&new.title, &new.purpose)
}

/// A page of consent and the form of a role show both to people who do not know the application.
fn check_about(title: &str, purpose: &str) -> Result<(), AccessError> {
    let fits = |text: &str, longest| !text.trim().is_empty() && text.chars().count() <= longest;
    let fit = fits(title, 200) && fits(purpose, 2_000);
    fit.then_some(()).ok_or(AccessError::PermissionWords)
}

/// Adds a permission to an application of the organisation. Nobody has it until a role gives it.
pub async fn add_permission(
    op: &mut Op,
    organisation: OrganisationId,
    application: ApplicationId,
    new: NewPermission,
) -> Result<(), AccessError> {
    check(&new)?;
    let before = of(op, organisation, application).await?;
    if before.permissions.len() >= MOST_PERMISSIONS {
        return Err(AccessError::TooManyPermissions);
    }
    store::insert(op.writing().await?, application, &new)
        .await
        .map_err(taken(AccessError::PermissionTaken))?;
    let about = PermissionAbout {
        title: new.title,
        purpose: new.purpose,
        sensitivity: new.sensitivity,
    };
    let after = told(new.name.as_str(), &about);
    tell(op, (organisation, application), &Value::Null, &after);
    Ok(())
}

/// Changes what is said of a permission; its name stays: roles, policies and tokens have it. Answers whether anything is different now.
pub async fn change_permission(
    op: &mut Op,
    organisation: OrganisationId,
    (application, name): (ApplicationId, &str),
    about: PermissionAbout,
) -> Result<bool, AccessError> {
    let before = found(op, organisation, (application, name)).await?.about();
    if before == about {
        return Ok(false);
    }
    check_about(&about.title, &about.purpose)?;
    store::change(op.writing().await?, (application, name), &about).await?;
    let (was, is) = (told(name, &before), told(name, &about));
    tell(op, (organisation, application), &was, &is);
    Ok(true)
}

/// Adds a permission, or changes the one of this name.
pub async fn define_permission(
    op: &mut Op,
    organisation: OrganisationId,
    (application, name): (ApplicationId, &str),
    about: PermissionAbout,
) -> Result<Defined, AccessError> {
    match found(op, organisation, (application, name)).await {
        Ok(_) => {
            let changed = change_permission(op, organisation, (application, name), about).await?;
            Ok(if changed {
                Defined::Changed
            } else {
                Defined::Unchanged
            })
        }
        Err(AccessError::PermissionUnknown(_)) => {
            let new = NewPermission {
                name: Scope::parse(name).map_err(|_| AccessError::PermissionShape)?,
                title: about.title,
                purpose: about.purpose,
                sensitivity: about.sensitivity,
            };
            add_permission(op, organisation, application, new).await?;
            Ok(Defined::Added)
        }
        Err(other) => Err(other),
    }
}

/// Removes a permission that nothing uses. A decision about it is a no from now on.
pub async fn remove_permission(
    op: &mut Op,
    organisation: OrganisationId,
    (application, name): (ApplicationId, &str),
) -> Result<(), AccessError> {
    let before = found(op, organisation, (application, name)).await?;
    let used = permission_use(op, organisation, (application, name)).await?;
    if !used.is_none() {
        return Err(AccessError::PermissionUsed(Box::new(used)));
    }
    store::delete(op.writing().await?, application, name).await?;
    let was = told(name, &before.about());
    tell(op, (organisation, application), &was, &Value::Null);
    Ok(())
}

async fn found(
    op: &mut Op,
    organisation: OrganisationId,
    (application, name): (ApplicationId, &str),
) -> Result<Permission, AccessError> {
    of(op, organisation, application).await?;
    let all = store::permissions(op.writing().await?, application).await?;
    let found = all.into_iter().find(|one| one.name == name);
    found.ok_or_else(|| AccessError::PermissionUnknown(name.to_owned()))
}

fn told(name: &str, about: &PermissionAbout) -> Value {
    json!({
        "name": name, "title": about.title, "purpose": about.purpose, "sensitivity": about.sensitivity,
    })
}

/// Copies of an application hang on the organisation whose it is, whoever asks: those that share it are told with it.
fn tell(
    op: &mut Op,
    (organisation, application): (OrganisationId, ApplicationId),
    before: &Value,
    after: &Value,
) {
    op.record(
        EventDraft::success(EventKind::ApplicationChanged)
            .organisation(organisation)
            .target("application", application)
            .change(json!({ "permission": before }), json!({ "permission": after })),
    );
    op.tell(Notice::Organisation(organisation));
}
