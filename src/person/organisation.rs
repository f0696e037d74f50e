//! Organisations: made, found, suspended.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::organisation_store as store;
use super::{NewOrganisation, Organisation, PersonError};
use crate::domain::{EventKind, Notice, OrganisationId, OrganisationStatus};
use crate::keys::Purpose;
use crate::op::{Affected, Copies, EventDraft, House, Kind, Op, OpError, Part, Watched};
use crate::storage::taken;

/// How old a copy may be: changes by another replica may not be told.
const AGE: Duration = Duration::from_secs(10);

/// Copies of organisations: tokens name theirs.
struct Known(Copies<OrganisationId, Arc<Organisation>>);

impl Part for Known {
    fn new(_: &House) -> Self {
        Self(Copies::new(1_000, AGE).of_key(|id: &OrganisationId| (*id).into()))
    }
}

/// A copy of the ids of all organisations, in their order.
struct All(Copies<(), Arc<[OrganisationId]>>);

impl Part for All {
    fn new(_: &House) -> Self {
        Self(Copies::new(1, AGE).of_key(|()| Watched::all(Kind::Organisations)))
    }
}

/// An organisation by its id, from a bounded cache.
pub async fn find_organisation(
    op: &mut Op,
    id: OrganisationId,
) -> Result<Option<Arc<Organisation>>, OpError> {
    let known = op.house.part::<Known>();
    known
        .0
        .get(op, &id, async |op| {
            Ok(store::organisation(op.reading().await?, id).await?.map(Arc::new))
        })
        .await
}

/// An organisation by its slug.
pub async fn find_organisation_by_slug(op: &mut Op, slug: &str) -> Result<Option<Organisation>, OpError> {
    Ok(store::organisation_by_slug(op.reading().await?, slug).await?)
}

/// Lets no other act that does the same come between, until this one ends: for what is looked at over the whole organisation.
pub async fn hold_organisation(op: &mut Op, id: OrganisationId) -> Result<(), OpError> {
    Ok(store::hold_organisation(op.writing().await?, id).await?)
}

/// Some organisation, the same for the same name as long as none comes or goes; none if there is none. Which one nobody outside can
/// compute: else a name that belongs to another would tell that somebody has it.
pub async fn pick_organisation(op: &mut Op, name: &str) -> Result<Option<OrganisationId>, OpError> {
    let digest = op.house.master_key.mac(Purpose::NameOfNobody, &[name.as_bytes()]);
    let all = op.house.part::<All>();
    let read = async |op: &mut Op| Ok(Some(store::organisation_ids(op.reading().await?).await?.into()));
    let ids = all.0.get(op, &(), read).await?.unwrap_or_default();
    let number = usize::try_from(digest.number()).unwrap_or_default();
    Ok(number
        .checked_rem(ids.len())
        .and_then(|index| ids.get(index))
        .copied())
}

/// All organisations of the installation, by slug: for the operator and the first start only.
pub async fn list_organisations(op: &mut Op) -> Result<Vec<Organisation>, OpError> {
    Ok(store::organisations(op.reading().await?).await?)
}

/// Makes an organisation.
pub async fn create_organisation(op: &mut Op, new: NewOrganisation) -> Result<OrganisationId, PersonError> {
    if !is_slug(&new.slug) {
        return Err(PersonError::SlugShape);
    }
    let organisation = Organisation {
        id: op.id(),
        slug: new.slug,
        name: new.name,
        status: OrganisationStatus::Active,
    };
    let now = op.now;
    store::insert_organisation(op.writing().await?, &organisation, now)
        .await
        .map_err(taken(PersonError::SlugTaken))?;
    op.record(
        EventDraft::success(EventKind::OrganisationCreated)
            .organisation(organisation.id)
            .target("organisation", organisation.id)
            .change(
                serde_json::Value::Null,
                json!({ "slug": organisation.slug, "name": organisation.name, "status": organisation.status }),
            ),
    );
    op.tell(Notice::Organisation(organisation.id));
    Ok(organisation.id)
}

/// Suspends an organisation, or lets it act again. While it is suspended none of its accounts may act.
pub async fn set_organisation_status(
    op: &mut Op,
    id: OrganisationId,
    status: OrganisationStatus,
) -> Result<(), PersonError> {
    let now = op.now;
    let tx = op.writing().await?;
    let before = store::organisation(tx, id)
        .await?
        .ok_or(PersonError::OrganisationUnknown)?;
    if !store::set_organisation_status(tx, id, status, now).await? {
        return Err(PersonError::OrganisationUnknown);
    }
    op.record(
        EventDraft::success(EventKind::OrganisationChanged)
            .organisation(id)
            .target("organisation", id)
            .change(json!({ "status": before.status }), json!({ "status": status })),
    );
    op.change_access(Affected::Everybody(id));
    Ok(())
}

/// Never shaped like an id, so that a slug and an id can stand in the same place.
fn is_slug(text: &str) -> bool {
    let shaped = (1..=60).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && text.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
    shaped && text.parse::<OrganisationId>().is_err()
}

#[cfg(test)]
mod tests {
    use super::is_slug;

    #[test]
    fn a_slug_is_short_plain_and_no_id() {
        assert!(is_slug("northbeam"));
        assert!(is_slug("north-beam-2"));
        for wrong in [
            "",
            "North",
            "2north",
            "north beam",
            "a190a0b0-0000-7000-8000-000000000000",
        ] {
            assert!(!is_slug(wrong), "{wrong}");
        }
    }
}
