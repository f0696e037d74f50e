//! How a client came here.

use super::registration_store as store;
use crate::domain::ClientId;
use crate::op::{Op, OpError};

/// Whether all that is known of a client is what it says of itself: it registered over HTTP, or its id is the address of its
/// metadata.
pub async fn registered_itself(op: &mut Op, id: &ClientId) -> Result<bool, OpError> {
    if id.is_document() {
        return Ok(true);
    }
    Ok(store::find(op.reading().await?, id).await?.is_some())
}
