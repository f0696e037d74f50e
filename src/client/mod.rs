//! OAuth clients: their registry, and their authentication.
//!
//! Stands on storey 3 because `oauth` and `authzen` both authenticate clients. Owns the tables `client`,
//! `client_secret` and `trusted_issuer`. Calls `person`, `access` and lower storeys.

mod act;
mod authenticate;
mod credential;
mod model;
mod registration;
mod registry;
mod settings;
mod store;
pub mod trusted_issuer;

pub use act::{AuthenticatedClient, ClientAct};
pub use authenticate::{ByClient, ClientAuthError, ClientRefusal, TOKEN_PATH, authenticate};
pub use model::{ClaimRule, Client, NewClient};
pub use registration::{RegistrationError, post_logout_redirect_uris, redirect_uris};
pub use registry::{create, disable, find, find_active, list, set_secret};
pub use settings::{ClientSettings, MayAct, TokenExchange};
