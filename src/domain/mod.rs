//! What things are: identifiers, time, secrets and the rules of the values that the house works with.
//!
//! Storey 0: no I/O, no async, no clock, no chance. Everything here can be tested with plain values.

mod acr;
mod client;
mod column;
mod confirmation;
mod event;
mod group;
mod id;
mod notice;
mod organisation;
mod person;
mod scope;
mod secret;
mod text;
mod time;

pub use acr::{Acr, Amr, Strength};
pub use client::{
    ClientAuthMethod, ClientId, ClientIdError, ClientStatus, GrantType, RedirectUri, RedirectUriError,
};
pub use column::{Column, ColumnError, Value};
pub use confirmation::Confirmation;
pub use event::{Actor, Event, EventKind, Outcome, Seen, Target};
pub use group::{GroupKind, Sensitivity, Subject, SubjectKind};
pub use id::{
    AccessGrantId, ApplicationId, AuthorizationId, ContinuationId, CorrelationId, GroupId, Id, IdError,
    OrganisationId, PersonId, PolledRequestId, RoleId, ServiceAccountId, SessionId, TotpId,
};
pub use notice::Notice;
pub use organisation::OrganisationStatus;
pub use person::{PersonStatus, Username, UsernameError};
pub use scope::{Scope, ScopeError, Scopes};
pub use secret::{Digest32, Secret, Token};
pub use time::Timestamp;
