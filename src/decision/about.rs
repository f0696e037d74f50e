//! Which policies in force speak of a permission.

use super::{entity, written};
use crate::domain::{ApplicationId, OrganisationId};
use crate::op::{Op, OpError};

/// The policies of all organisations for an application that name this permission, each with its organisation.
pub async fn policies_about(
    op: &mut Op,
    application: ApplicationId,
    permission: &str,
) -> Result<Vec<(OrganisationId, String)>, OpError> {
    let all = entity::policies_of(op.reading().await?, application).await?;
    let about = all
        .into_iter()
        .filter(|(_, row)| written::speaks_of(&row.cedar, permission));
    Ok(about.map(|(of, row)| (of, row.name)).collect())
}
