//! Events of the audit log: who did what, on whose behalf, to what, with which outcome.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json};

use super::text::words;
use super::{ClientId, CorrelationId, OrganisationId, PersonId, ServiceAccountId, SessionId, Timestamp};

words! {
    /// What happened. The word is stored for ever: never reuse or rename one.
    EventKind {
        SignInIdentified = "signin.identified",
        SignInPassword = "signin.password",
        SignInTotp = "signin.totp",
        SignInRecoveryCode = "signin.recovery_code",
        SignInPasskey = "signin.passkey",
        SignInCompleted = "signin.completed",
        SignInRefused = "signin.refused",
        SignInThrottled = "signin.throttled",
        SessionEnded = "session.ended",
        TotpEnrolled = "factor.totp.enrolled",
        TotpRenamed = "factor.totp.renamed",
        TotpRemoved = "factor.totp.removed",
        PasskeyEnrolled = "factor.passkey.enrolled",
        PasskeyRenamed = "factor.passkey.renamed",
        PasskeyRemoved = "factor.passkey.removed",
        PasskeyCounterFell = "factor.passkey.counter_fell",
        PasskeyPolicyChanged = "factor.passkey.policy.changed",
        RecoveryCodesMade = "factor.recovery_codes.made",
        PasswordSet = "factor.password.set",
        PasswordRemoved = "factor.password.removed",
        PasswordReset = "factor.password.reset",
        FactorLocked = "factor.locked",
        FactorUnlocked = "factor.unlocked",
        NotMe = "account.not_me",
        RecoveryRuleChanged = "recovery.rule.changed",
        PassAsked = "pass.asked",
        PassIssued = "pass.issued",
        PassUsed = "pass.used",
        PassEnded = "pass.ended",
        AddressCodeSent = "address.code.sent",
        AddressProven = "address.proven",
        ConsentGiven = "consent.given",
        ConsentRefused = "consent.refused",
        ConsentWithdrawn = "consent.withdrawn",
        AuthorizationRequested = "oauth.authorization",
        AuthorizationPushed = "oauth.authorization.pushed",
        CodeIssued = "oauth.code.issued",
        TokenIssued = "oauth.token.issued",
        TokenRefreshed = "oauth.token.refreshed",
        TokenRefused = "oauth.token.refused",
        TokenRevoked = "oauth.token.revoked",
        PersonTokensRevoked = "oauth.person.revoked",
        ClientTokensRevoked = "oauth.client.revoked",
        ClientAuthenticationFailed = "oauth.client.refused",
        DecisionMade = "access.decision",
        DecisionExplained = "access.explained",
        SubjectsSearched = "access.subjects.searched",
        ActionsSearched = "access.actions.searched",
        ResourcesSearched = "access.resources.searched",
        ResourceRegistered = "access.resource.registered",
        ResourceRemoved = "access.resource.removed",
        FilterMade = "access.filter",
        OrganisationCreated = "organisation.created",
        OrganisationChanged = "organisation.changed",
        PersonCreated = "person.created",
        PersonChanged = "person.changed",
        ServiceAccountCreated = "service_account.created",
        ServiceAccountChanged = "service_account.changed",
        GroupCreated = "group.created",
        GroupChanged = "group.changed",
        MembershipChanged = "group.membership.changed",
        RoleCreated = "role.created",
        RoleChanged = "role.changed",
        RoleRemoved = "role.removed",
        GrantCreated = "grant.created",
        GrantEnded = "grant.ended",
        ApplicationCreated = "application.created",
        ApplicationChanged = "application.changed",
        ApplicationRetired = "application.retired",
        ApplicationRestored = "application.restored",
        PolicyDrafted = "policy.drafted",
        PolicyChanged = "policy.changed",
        PolicyTested = "policy.tested",
        PolicyActivated = "policy.activated",
        PolicyRetired = "policy.retired",
        AttributeDeclared = "attribute.declared",
        AdministrationRefused = "administration.refused",
        RuleAdded = "rule.added",
        RuleChanged = "rule.changed",
        RuleRemoved = "rule.removed",
        RulesReplayed = "rule.replayed",
        BreakGlassMarked = "break_glass.marked",
        BreakGlassUnmarked = "break_glass.unmarked",
        BreakGlassUsed = "break_glass.used",
        BreakGlassReviewed = "break_glass.reviewed",
        RuleExceptionGiven = "rule.exception.given",
        RuleExceptionEnded = "rule.exception.ended",
        RollOutCalled = "roll_out.called",
        RollOutReminded = "roll_out.reminded",
        DeviceTrusted = "device.trusted",
        DevicesDistrusted = "device.distrusted",
        ClientCreated = "client.created",
        ClientChanged = "client.changed",
        ClientRegistration = "client.registration",
        RegistrationTokenCreated = "registration_token.created",
        RegistrationTokenRevoked = "registration_token.revoked",
        IssuerTrusted = "issuer.trusted",
        IssuerRemoved = "issuer.removed",
        KeyCreated = "key.created",
        KeyRotated = "key.rotated",
        KeyRevoked = "key.revoked",
        SetUpLinkMade = "setup.link.made",
        SetUpCompleted = "setup.completed",
        LogoutTold = "oauth.logout.told",
        RequestTold = "oauth.request.told",
        UserCodeChanged = "oauth.user_code.changed",
        JobGivenUp = "job.given_up",
        JobRetried = "job.retried",
        MailSent = "mail.sent",
        DataTaken = "account.data.taken",
        ServerStarted = "server.started",
    }
}

words! {
    /// How it ended.
    Outcome { Success = "success", Refused = "refused" }
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum Actor {
    /// Nobody is known yet: a request before sign-in.
    Anonymous,
    Person(PersonId),
    ServiceAccount(ServiceAccountId),
    Client(ClientId),
    /// The command line on the server's own machine.
    Operator,
    /// The house itself: schedules, first start.
    System,
}

impl Actor {
    /// Whether it acts for nobody but itself: a program is no second pair of eyes, since whoever asked may have written it.
    #[must_use]
    pub const fn is_program(&self) -> bool {
        matches!(self, Self::ServiceAccount(_) | Self::Client(_))
    }

    /// Whoever it is as kept with what they did: a kind, or an id.
    #[must_use]
    pub fn word(&self) -> String {
        match self {
            Self::Person(id) => id.to_string(),
            Self::Operator => "operator".to_owned(),
            Self::ServiceAccount(id) => id.to_string(),
            Self::Client(id) => id.as_str().to_owned(),
            Self::Anonymous | Self::System => "system".to_owned(),
        }
    }
}

/// From where an act was seen to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    pub correlation_id: CorrelationId,
    /// The client's address as told by the connection or a listed proxy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<std::net::IpAddr>,
    /// At most 256 characters of the `User-Agent` header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The client's certificate, told like the address. Not part of an event: what rests on it says so itself.
    #[serde(skip)]
    pub certificate: Option<std::sync::Arc<super::ClientCertificate>>,
    /// The browser, where a page was asked for. Not part of an event: it would tie together what one browser does.
    #[serde(skip)]
    pub device: Option<super::DeviceId>,
}

/// What was acted upon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Target {
    /// The kind of thing: `person`, `client`, `session`, `role`, …
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub id: String,
}

/// One event as it is stored: complete, without any secret. Made by `op`, which adds who, when and from where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Version of this encoding.
    #[serde(rename = "v")]
    pub version: u8,
    pub kind: EventKind,
    pub outcome: Outcome,
    pub at: Timestamp,
    pub actor: Actor,
    /// The person for whom the actor (a client, say) acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PersonId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrganisationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// Why it was refused, or why it was done; a fixed word or a sentence without personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    #[serde(flatten)]
    pub seen: Seen,
    /// For changes: the values before and after, by field.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "sorted_value")]
    pub before: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "sorted_value")]
    pub after: Option<Json>,
    /// More facts of this kind of event.
    #[serde(skip_serializing_if = "Map::is_empty", serialize_with = "sorted_map")]
    pub details: Map<String, Json>,
}

/// A JSON value whose objects are written with their keys in order, so that one event has one text: this build keeps the
/// order in which keys were put in (`serde_json/preserve_order`), which says nothing.
struct Sorted<'value>(&'value Json);

impl Serialize for Sorted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Json::Object(map) => sorted_map(map, serializer),
            Json::Array(items) => serializer.collect_seq(items.iter().map(Sorted)),
            plain => plain.serialize(serializer),
        }
    }
}

fn sorted_map<S: Serializer>(map: &Map<String, Json>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    let mut out = serializer.serialize_map(Some(entries.len()))?;
    for (key, value) in entries {
        out.serialize_entry(key, &Sorted(value))?;
    }
    out.end()
}

#[expect(clippy::ref_option, reason = "serde hands the field by reference")]
fn sorted_value<S: Serializer>(value: &Option<Json>, serializer: S) -> Result<S::Ok, S::Error> {
    value.as_ref().map(Sorted).serialize(serializer)
}
