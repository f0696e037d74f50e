//! Accounts of machines: as whom clients act when nobody lets them.

use serde_json::{Value, json};

use super::account::{PAGE, set_status};
use super::attribute;
use super::organisation_store;
use super::store::{self, FIRST_EPOCH};
use super::{NewServiceAccount, PersonError, ServiceAccount};
use crate::domain::{EventKind, Notice, OrganisationId, PersonStatus, ServiceAccountId, Subject, reason};
use crate::op::{EventDraft, Op, OpError};
use crate::storage::taken;

/// The longest, in characters. A client that is given access of its own has an account that is called like it.
const LONGEST_NAME: usize = 512;
const LONGEST_PURPOSE: usize = 1_000;

/// A service account by id.
pub async fn find_service_account(
    op: &mut Op,
    id: ServiceAccountId,
) -> Result<Option<ServiceAccount>, OpError> {
    Ok(store::service_account(op.reading().await?, id).await?)
}

/// The service account of this name in an organisation.
pub async fn service_account_called(
    op: &mut Op,
    organisation: OrganisationId,
    name: &str,
) -> Result<Option<ServiceAccount>, OpError> {
    Ok(store::service_account_called(op.reading().await?, organisation, name).await?)
}

/// Service accounts of one organisation by name, at most 200, those after `after` (the last name of the page before).
pub async fn list_service_accounts(
    op: &mut Op,
    organisation: OrganisationId,
    after: Option<&str>,
) -> Result<Vec<ServiceAccount>, OpError> {
    let tx = op.reading().await?;
    Ok(store::service_accounts(tx, organisation, after.unwrap_or_default(), PAGE).await?)
}

/// Makes the account of a machine.
pub async fn create_service_account(
    op: &mut Op,
    new: NewServiceAccount,
) -> Result<ServiceAccountId, PersonError> {
    let is_name = |name: &str| {
        (1..=LONGEST_NAME).contains(&name.chars().count())
            && !name.contains(|one: char| one.is_whitespace() || one.is_control())
    };
    if !is_name(&new.name) || new.purpose.chars().count() > LONGEST_PURPOSE {
        return Err(PersonError::ServiceAccountShape);
    }
    let (id, now) = (op.id(), op.now);
    let tx = op.writing().await?;
    if organisation_store::organisation(tx, new.organisation_id)
        .await?
        .is_none()
    {
        return Err(PersonError::OrganisationUnknown);
    }
    attribute::check(tx, new.organisation_id, &new.attributes).await?;
    store::insert_service_account(tx, id, &new, now)
        .await
        .map_err(taken(PersonError::NameTaken))?;
    let after = json!({
        "name": new.name, "purpose": new.purpose, "attributes": new.attributes, "status": PersonStatus::Active,
        "epoch": FIRST_EPOCH,
    });
    op.record(
        EventDraft::success(EventKind::ServiceAccountCreated)
            .organisation(new.organisation_id)
            .target("service_account", id)
            .change(Value::Null, after),
    );
    op.tell(Notice::ServiceAccount(id));
    Ok(id)
}

/// Switches a service account off, or on again. Either way what was given out to it is worthless from then on; what it holds stays.
pub async fn switch_service_account(
    op: &mut Op,
    account: &ServiceAccount,
    to: PersonStatus,
    why: &str,
) -> Result<(), PersonError> {
    let why = reason(why).ok_or(PersonError::ReasonMissing)?;
    if account.status == to {
        return Err(PersonError::Already(to));
    }
    let subject = Subject::ServiceAccount(account.id);
    set_status(op, account.organisation_id, subject, to, why).await?;
    Ok(())
}
