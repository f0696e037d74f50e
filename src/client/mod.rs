//! OAuth clients: their registry, and their authentication.
//!
//! Stands on storey 3 because `oauth` and `authzen` both authenticate clients. Owns the tables `client`,
//! `client_secret`, `client_use`, `registration_token`, `client_registration`, `client_document` and `trusted_issuer`. Calls `person`, `access` and lower storeys.

mod act;
mod administer;
mod approval;
mod authenticate;
mod certificate;
mod credential;
mod document;
mod dynamic;
mod encryption_settings;
#[cfg(fuzzing)]
pub mod fuzz;
mod given;
mod holder;
mod initial;
mod keys;
mod metadata;
mod methods;
mod model;
mod origin;
mod policy;
mod profile;
mod purpose;
mod redirects;
mod registration;
mod registration_store;
mod registry;
mod search;
mod search_store;
mod secret;
mod sector;
mod setting_rules;
mod settings;
mod statement;
mod store;
mod subject;
pub mod trusted_issuer;
mod usage;

pub use act::{AuthenticatedClient, ClientAct};
pub use administer::{Administered, Change, add, change, is_for_operators, unknown_member};
pub use approval::{Approval, approve, digest, pending, refuse, shown};
pub use authenticate::{ByClient, ClientAuthError, ClientRefusal, PAR_PATH, TOKEN_PATH, authenticate};
pub use certificate::{TrustAnchorsError, check_trust_anchors};
pub use dynamic::{
    Registered, Registrar, RegistrarError, register, registered, registrar, unregister, update,
};
pub use encryption_settings::{Encrypted, EncryptionSettings};
pub use holder::{holder, names_client, organisation_of, subject};
pub use initial::{
    NewRegistrationToken, RegistrationTokenSummary, create_registration_token, list_registration_tokens,
    revoke_registration_token,
};
pub use keys::{jwk_set, jwk_set_at_hand, keys, outbound, prepare};
pub use metadata::{Document, MetadataRefusal};
pub use methods::{methods, takes_certificates};
pub use model::{ClaimRule, Client, NewClient};
pub use origin::registered_itself;
pub use policy::Policy;
pub use profile::{Held, RuleBroken, Rules, RulesBroken, Standing, held};
pub use purpose::Purpose;
pub use registration::{AddSecretError, RegistrationError, post_logout_redirect_uris, redirect_uris};
pub use registry::{create, disable, find, find_active, known_active, list};
pub use search::{Listed, PAGE_LENGTH, Search, count, last_used_at, search};
pub use secret::{SecretSummary, add_secret, list_secrets, remove_secret, set_secret};
pub use settings::{
    ApplicationType, CibaSettings, ClientSettings, DeliveryMode, LogoutSettings, MayAct, SubjectType,
    TokenExchange,
};
pub use subject::{person_for, person_of_signed, subject_for};
pub use usage::{note_use, write_uses};
