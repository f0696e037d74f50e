//! What things are: identifiers, time, secrets and the rules of the values that the house works with.
//!
//! Storey 0: no I/O, no async, no clock, no chance. Everything here can be tested with plain values.

mod aaguid;
mod acr;
mod certificate;
mod client;
mod column;
mod confirmation;
mod event;
mod group;
mod id;
mod job;
mod limit;
mod notice;
mod organisation;
mod person;
mod plain;
mod scope;
mod secret;
mod text;
mod time;
mod token_format;

pub use aaguid::Aaguid;
pub use acr::{Acr, Amr, Strength};
pub use certificate::ClientCertificate;
pub use client::{
    ClientAuthMethod, ClientId, ClientIdError, ClientProfile, ClientStatus, Endpoint, GrantType, RedirectUri,
    RedirectUriError, ResponseMode, ResponseType,
};
pub use column::{Column, ColumnError, Value};
pub use confirmation::Confirmation;
pub use event::{Actor, Event, EventKind, Outcome, Seen, Target};
pub use group::{GroupKind, Sensitivity, Subject, SubjectKind};
pub use id::{
    AccessGrantId, ApplicationId, AuthorizationId, ContinuationId, CorrelationId, GroupId, Id, IdError,
    JobId, OrganisationId, PasskeyId, PersonId, PolledRequestId, RegistrationTokenId, RoleId,
    ServiceAccountId, SessionId, TotpId,
};
pub use job::JobState;
pub use limit::Limit;
pub use notice::Notice;
pub use organisation::OrganisationStatus;
pub use person::{PersonStatus, Username, UsernameError};
pub use plain::{is_plain, plain};
pub use scope::{Scope, ScopeError, Scopes};
pub use secret::{Digest32, Secret, Token};
pub use time::Timestamp;
pub use token_format::TokenFormat;
