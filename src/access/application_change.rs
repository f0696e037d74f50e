//! Applications, as their organisation makes and changes them.

use serde_json::{Value, json};

use super::closure::judged;
use super::model::{Application, ApplicationAbout, NewApplication};
use super::{AccessError, MOST_PERMISSIONS, check_organisation, own, permission, permission_store, store};
use crate::domain::{ApplicationId, EventKind, Notice, OrganisationId, TokenFormat};
use crate::op::{EventDraft, Op};
use crate::storage::taken;

/// Longest name, in characters, and audience, in bytes.
const LONGEST_NAME: usize = 200;
const LONGEST_AUDIENCE: usize = 512;

fn check_name(name: &str) -> Result<(), AccessError> {
    let fits = !name.trim().is_empty() && name.chars().count() <= LONGEST_NAME;
    fits.then_some(()).ok_or(AccessError::ApplicationName)
}

/// The audience goes into tokens, and can be what requests mean by `resource` (RFC 8707 section 2: without a fragment). The issuer is
/// the audience of our own interfaces.
fn check_audience(op: &Op, audience: &str) -> Result<(), AccessError> {
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

/// What is shared stands in the console of every organisation, in the words of the one that shares it; and a permission whose name another
/// application has too can be meant by its name alone no more. So nobody shares who answers for one organisation only, as with clients.
fn may_share(op: &Op) -> Result<(), AccessError> {
    match judged(&op.actor) {
        Some(_) => Err(AccessError::ShareIsOperators),
        None => Ok(()),
    }
}

/// Makes an application with its permissions.
pub async fn create_application(op: &mut Op, new: NewApplication) -> Result<ApplicationId, AccessError> {
    check_name(&new.name)?;
    check_audience(op, &new.audience)?;
    if new.permissions.len() > MOST_PERMISSIONS {
        return Err(AccessError::TooManyPermissions);
    }
    new.permissions.iter().try_for_each(permission::check)?;
    if new.shared {
        may_share(op)?;
    }
    check_organisation(op, new.organisation_id).await?;
    let (id, now) = (op.id(), op.now);
    let tx = op.writing().await?;
    store::insert_application(tx, id, &new, now)
        .await
        .map_err(taken(AccessError::AudienceTaken))?;
    for permission in &new.permissions {
        permission_store::insert(tx, id, permission)
            .await
            .map_err(taken(AccessError::PermissionTaken))?;
    }
    let permissions: Vec<&str> = new.permissions.iter().map(|one| one.name.as_str()).collect();
    op.record(
        EventDraft::success(EventKind::ApplicationCreated)
            .organisation(new.organisation_id)
            .target("application", id)
            .change(
                Value::Null,
                json!({
                    "name": new.name, "audience": new.audience, "shared": new.shared,
                    "token_format": new.token_format, "permissions": permissions,
                }),
            ),
    );
    op.tell(Notice::Organisation(new.organisation_id));
    Ok(id)
}

/// Changes an application of the organisation. Answers whether anything is different now.
///
/// Tokens that were given out live to their end. It stays shared while roles of others give what it has.
pub async fn change_application(
    op: &mut Op,
    organisation: OrganisationId,
    id: ApplicationId,
    about: ApplicationAbout,
) -> Result<bool, AccessError> {
    let before = of(op, organisation, id).await?.about();
    if before == about {
        return Ok(false);
    }
    check_name(&about.name)?;
    if about.shared && !before.shared {
        may_share(op)?;
    }
    let tx = op.writing().await?;
    if before.shared && !about.shared && permission_store::is_given_elsewhere(tx, id, organisation).await? {
        return Err(AccessError::SharedUsed);
    }
    store::change_application(tx, organisation, id, &about).await?;
    op.record(
        EventDraft::success(EventKind::ApplicationChanged)
            .organisation(organisation)
            .target("application", id)
            .change(json!(before), json!(about)),
    );
    op.tell(Notice::Organisation(organisation));
    Ok(true)
}

/// Chooses what the access tokens of an application look like from now on; those that were given out live to their end.
pub async fn set_token_format(
    op: &mut Op,
    organisation: OrganisationId,
    id: ApplicationId,
    format: TokenFormat,
) -> Result<bool, AccessError> {
    let about = ApplicationAbout {
        token_format: format,
        ..of(op, organisation, id).await?.about()
    };
    change_application(op, organisation, id, about).await
}

/// An application of the organisation itself, as it is within a change: one that is only open to it is for others to change.
pub(super) async fn of(
    op: &mut Op,
    organisation: OrganisationId,
    id: ApplicationId,
) -> Result<Application, AccessError> {
    let found = store::application(op.writing().await?, id).await?;
    let found = found.filter(|found| found.organisation_id == organisation);
    found.ok_or(AccessError::ApplicationUnknown)
}
