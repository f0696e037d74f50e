//! OAuth clients: their registry, and their authentication.
//!
//! Stands on storey 3 because `oauth` and `authzen` both authenticate clients. Owns the tables `client` and
//! `client_secret`. Calls lower storeys only.

mod authenticate;
mod model;

pub use authenticate::{AuthenticatedClient, ByClient, ClientAuthError, authenticate};
pub use model::{ClaimRule, Client, NewClient};

use std::sync::Arc;

use crate::domain::{ClientId, Secret};
use crate::op::{Op, OpError};

/// A client by its id, from a bounded cache.
pub async fn find(_op: &mut Op, _id: &ClientId) -> Result<Option<Arc<Client>>, OpError> {
    todo!()
}

/// Stores a client; answers its secret (256 bits, shown this once) if its authentication method uses one.
pub async fn create(_op: &mut Op, _new: NewClient) -> Result<Option<Secret>, OpError> {
    todo!()
}
