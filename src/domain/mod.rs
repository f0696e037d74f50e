//! What things are: identifiers, time, secrets and the rules of the values that the house works with.
//!
//! Storey 0: no I/O, no async, no clock, no chance. Everything here can be tested with plain values.

mod aaguid;
mod acr;
mod break_glass;
mod certificate;
mod client;
mod column;
mod confirmation;
mod country;
mod event;
mod grant;
mod group;
mod id;
mod job;
mod limit;
mod mail;
mod notice;
mod organisation;
mod pass;
mod person;
mod plain;
mod policy;
mod reason;
mod reset;
pub mod rfc3339;
mod rule;
mod scope;
mod secret;
mod text;
mod time;
mod token_format;
mod totp;

pub use aaguid::{Aaguid, ProductProof};
pub use acr::{Acr, Amr, Strength};
pub use break_glass::BreakGlassAct;
pub use certificate::ClientCertificate;
pub use client::{
    ClientAuthMethod, ClientId, ClientIdError, ClientProfile, ClientStatus, Endpoint, RedirectUri,
    RedirectUriError, ResponseMode, ResponseType,
};
pub use column::{Column, ColumnError, Value};
pub use confirmation::Confirmation;
pub use country::Country;
pub use event::{Actor, Event, EventKind, Outcome, Seen, Target};
pub use grant::GrantType;
pub(crate) use grant::grants;
pub use group::{
    DELEGATED, GrantSource, GroupKind, OWN_APPLICATION, Right, Risk, Sensitivity, Subject, SubjectKind,
    own_scopes,
};
pub use id::{
    AccessGrantId, ApplicationId, AuthorizationId, BreakGlassUseId, ContinuationId, CorrelationId, GroupId,
    Id, IdError, JobId, MailId, OrganisationId, PassId, PasskeyId, PasswordResetId, PersonId,
    PolledRequestId, RecordedSignInId, RegistrationTokenId, RoleId, RuleId, ServiceAccountId, SessionId,
    TotpId,
};
pub use job::JobState;
pub use limit::Limit;
pub use mail::{EmailAddress, EmailAddressError, MailState};
pub use notice::Notice;
pub use organisation::OrganisationStatus;
pub use pass::{PassPurpose, PassState, RecoveryNeedsTwo};
pub use person::{PersonStatus, Username, UsernameError};
pub use plain::{is_plain, plain};
pub use policy::{AttributeKind, AttributeSight, AttributeSource, PolicyState, PolicyStep};
pub use reason::reason;
pub use reset::ResetStage;
pub use rule::{DeviceId, DeviceStanding, FactorAsked, ReminderKind, RiskLevel, RuleMode, Weekday};
pub use scope::{OFFLINE_ACCESS, OPENID_SCOPES, Scope, ScopeError, Scopes};
pub use secret::{Digest32, Secret, Token};
pub use time::Timestamp;
pub use token_format::TokenFormat;
pub use totp::{TotpAlgorithm, TotpForm};
