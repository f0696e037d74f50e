//! OAuth clients: their registry, and their authentication.
//!
//! Stands on storey 3 because `oauth` and `authzen` both authenticate clients. Owns the tables `client` and
//! `client_secret`. Calls lower storeys only.

mod authenticate;
mod credential;
mod model;
mod registry;
mod store;

pub use authenticate::{
    AuthenticatedClient, ByClient, ClientAct, ClientAuthError, ClientRefusal, TOKEN_PATH, authenticate,
};
pub use model::{ClaimRule, Client, NewClient};
pub use registry::{create, disable, find, list, set_secret};
