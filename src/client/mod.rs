//! OAuth clients: their registry, and their authentication.
//!
//! Stands on storey 3 because `oauth` and `authzen` both authenticate clients. Owns the tables `client` and
//! `client_secret`. Calls `person`, `access` and lower storeys.

mod act;
mod authenticate;
mod credential;
mod model;
mod registration;
mod registry;
mod setting_rules;
mod settings;
mod store;
mod subject;

pub use act::{AuthenticatedClient, ClientAct};
pub use authenticate::{ByClient, ClientAuthError, ClientRefusal, TOKEN_PATH, authenticate};
pub use model::{ClaimRule, Client, NewClient};
pub use registration::{RegistrationError, post_logout_redirect_uris, redirect_uris};
pub use registry::{create, disable, find, find_active, list, set_secret};
pub use settings::{ClientSettings, Encrypted, EncryptionSettings, LogoutSettings, SubjectType};
pub use subject::{person_for, person_of_signed, subject_for};
