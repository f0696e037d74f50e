//! The sections of the configuration and their defaults.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::domain::{
    ClientAuthMethod, EmailAddress, Endpoint, GrantType, Limit, RecoveryNeedsTwo, ResponseType, Secret,
    TotpForm,
};
use crate::jose::{Algorithm, ContentEncryption, KeyManagement};

/// The whole configuration, checked.
#[derive(Debug, Clone)]
pub struct Config {
    pub server: Server,
    pub database: Database,
    pub redis: Redis,
    pub keys: Keys,
    pub signin: SignIn,
    pub passkeys: Passkeys,
    pub passwords: Passwords,
    /// Of new authenticators; those that stand keep their own.
    pub totp: TotpForm,
    pub risk: Risk,
    pub oauth: OAuth,
    pub tokens: Tokens,
    pub limits: Limits,
    pub decisions: Decisions,
    pub logs: Logs,
    pub metrics: Metrics,
    pub outbound: Outbound,
    pub mail: Mail,
}

impl Server {
    /// The path of the issuer, below which everything is served: `/tenant`, without a slash at the end; mostly empty.
    #[must_use]
    pub fn path(&self) -> &str {
        self.issuer.path().trim_end_matches('/')
    }

    /// The issuer as it is written in tokens and metadata (RFC 8414 section 2): without a slash at the end.
    #[must_use]
    pub fn issuer_text(&self) -> &str {
        self.issuer.as_str().trim_end_matches('/')
    }
}

/// Where the server listens and what it is called from outside.
#[derive(Debug, Clone)]
pub struct Server {
    /// The address that people and applications see; https unless the host is loopback. Without a slash at the end.
    pub issuer: url::Url,
    pub listen: SocketAddr,
    pub tls: Option<Tls>,
    pub client_certificates: ClientCertificates,
    /// A listener beside, which alone asks for certificates.
    pub mtls: Option<Mtls>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<ipnet::IpNet>,
    /// Open connections at once, in all and from one address (of IPv6: from one network of 64 bits).
    pub connections: usize,
    pub connections_per_address: usize,
    /// How long a connection may be silent before a request has its headers.
    pub header_timeout: Duration,
    /// Largest request body in bytes.
    pub body_limit: usize,
    pub request_timeout: Duration,
    /// How long a stop waits for requests under way.
    pub stop_timeout: Duration,
}

/// Where the certificates of clients come from (RFC 8705).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientCertificates {
    Off,
    /// The TLS listener of this server asks for one: the one beside, where there is one.
    Listener,
    /// A listed proxy tells it (RFC 9440).
    Proxy,
}

/// The listener for clients with certificates: people, whose browsers may have some too, are asked for none at the other.
#[derive(Debug, Clone)]
pub struct Mtls {
    pub listen: SocketAddr,
    pub tls: Tls,
}

#[derive(Debug, Clone)]
pub struct Tls {
    pub certificate_file: PathBuf,
    pub key_file: PathBuf,
}

#[derive(Debug, Clone)]
pub struct Database {
    pub url: Secret,
    pub connections: u32,
    pub wait: Duration,
}

#[derive(Debug, Clone)]
pub struct Redis {
    pub url: Option<Secret>,
}

#[derive(Debug, Clone)]
pub struct Keys {
    /// The master key itself (base64 of 32 bytes) …
    pub master_key: Option<Secret>,
    /// … or the file that holds it, made at first start.
    pub master_key_file: Option<PathBuf>,
    pub algorithms: Vec<Algorithm>,
    pub rotate_after: Duration,
    /// How long a new key is published before it signs, and an old one verifies after it has signed.
    pub overlap: Duration,
}

#[derive(Debug, Clone)]
pub struct SignIn {
    pub session_idle: Duration,
    pub session_life: Duration,
    /// How long a sign-in may take from its first page to its last.
    pub attempt_life: Duration,
    /// How old an authentication may be for a change of what guards the account.
    pub fresh_for: Duration,
    /// Memory of a password hash in KiB, passes, lanes (argon2id).
    pub argon2_memory: u32,
    pub argon2_passes: u32,
    /// Hashes at once (0: as many as cores), and how many may wait.
    pub hashing_workers: usize,
    pub hashing_queue: usize,
    /// Failures in a row before the first delay, and before the account's factor is locked.
    pub failures_before_delay: u32,
    pub failures_before_lock: u32,
    pub lock_time: Duration,
    /// Attempts from one address a minute.
    pub attempts_per_address: u32,
    /// Wrong passwords and codes of all accounts of one organisation, by browsers that their person has not used before.
    pub failures_per_organisation: Limit,
    /// How much of it one network may add.
    pub failures_per_organisation_and_address: Limit,
    /// Codes that prove a mail address, sent for one person.
    pub address_codes_per_person: Limit,
    /// Whether people who have forgotten their password set a new one by a code of a mail and their second factor.
    pub password_reset: bool,
    /// So many codes for that are sent for one name.
    pub password_resets_per_person: Limit,
    /// Whether people may make accounts for themselves, in the organisation of the application that they come from.
    pub account_creation: bool,
    /// How long an invitation is good for, and a pass to recover an account.
    pub invitation_life: Duration,
    pub recovery_life: Duration,
    /// Before whose account is recovered two administrators must agree.
    pub recovery_needs_two: RecoveryNeedsTwo,
}

/// Passkeys belong to the host of the issuer.
#[derive(Debug, Clone, Default)]
pub struct Passkeys {
    /// Origins besides the issuer's at which they are used too (WebAuthn Level 3 section 5.11).
    pub related_origins: Vec<String>,
    /// The metadata BLOB of the FIDO Alliance, and the roots of those who may sign it (PEM).
    pub metadata_file: Option<PathBuf>,
    pub metadata_roots_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Default)]
pub struct Passwords {
    /// Hashes of passwords that are known to others, in place of the list that comes with the program.
    pub breached_file: Option<PathBuf>,
    /// Words that no password is made of: names of the company, its products, its places.
    pub barred_words: Vec<String>,
    /// Files of secrets that go into each hash, the newest first; without them one that comes from the master key.
    pub pepper_files: Vec<PathBuf>,
}

/// What an operator gives by which sign-ins are weighed; nothing outside is asked.
#[derive(Debug, Clone, Default)]
pub struct Risk {
    /// Countries, perhaps cities, of addresses, in the format `.mmdb`.
    pub geoip_file: Option<PathBuf>,
    /// Addresses and networks from which nothing good is expected.
    pub bad_addresses_file: Option<PathBuf>,
}

/// What applications may use at all; what one of them may use of it, its registration says.
#[derive(Debug, Clone)]
pub struct OAuth {
    pub grant_types: Vec<GrantType>,
    pub endpoints: Vec<Endpoint>,
    pub client_authentication: Vec<ClientAuthMethod>,
    /// By which clients may sign: assertions, request objects, proofs.
    pub client_signing_algorithms: Vec<Algorithm>,
    /// How what is told to a client may be encrypted for it: the key (`alg`), and the content (`enc`). Without either nothing is.
    pub encryption_algorithms: Vec<KeyManagement>,
    pub content_encryption_algorithms: Vec<ContentEncryption>,
    /// Whether a client assertion may name the endpoint that it is sent to as its audience, instead of the issuer.
    pub endpoints_as_audience: bool,
    pub dpop_nonce: DpopNonce,
    pub response_types: Vec<ResponseType>,
    /// How long a pushed authorization request waits for its browser.
    pub par_life: Duration,
    /// Whether every authorization request must have been pushed.
    pub require_pushed_authorization_requests: bool,
    pub registration: Registration,
    /// The slug of the organisation whose clients those become for which nobody speaks.
    pub registration_organisation: String,
    /// The applications, by the audience of each, whose permissions those may ask for, and which permissions.
    pub registration_applications: Vec<String>,
    pub registration_scopes: Vec<String>,
    pub software_statement_issuers: Vec<StatementIssuer>,
    pub client_id_metadata: ClientIdMetadata,
    /// Hosts whose metadata documents are believed without approval.
    pub client_id_metadata_hosts: Vec<String>,
    /// Whether applications may ask by a frame whether the session still lives.
    pub session_management: bool,
    /// Issuers of client certificates, in PEM.
    pub mtls_trust_anchors_file: Option<PathBuf>,
    /// Where clients with certificates find the endpoints, if elsewhere than others.
    pub mtls_address: Option<url::Url>,
    /// How long a person has to answer what a device asks (RFC 8628), or a client without a browser (CIBA).
    pub device_code_life: Duration,
    pub backchannel_request_life: Duration,
    /// How long a client waits between two questions whether the person has answered.
    pub poll_interval: Duration,
}

impl OAuth {
    /// Whether something may be encrypted so.
    #[must_use]
    pub fn encrypts(&self, management: KeyManagement, content: ContentEncryption) -> bool {
        let (managements, contents) = self.encryption();
        managements.contains(&management) && contents.contains(&content)
    }

    /// How something may be encrypted for a client: nothing is, without either half.
    #[must_use]
    pub fn encryption(&self) -> (&[KeyManagement], &[ContentEncryption]) {
        if self.encryption_algorithms.is_empty() || self.content_encryption_algorithms.is_empty() {
            return (&[], &[]);
        }
        (&self.encryption_algorithms, &self.content_encryption_algorithms)
    }

    /// Whether an authorization request may ask for this: a code is of no use where none is redeemed.
    #[must_use]
    pub fn answers(&self, asked: ResponseType) -> bool {
        let redeems = self.grant_types.contains(&GrantType::AuthorizationCode);
        self.response_types.contains(&asked) && (redeems || !asked.has_code())
    }
}

/// Whether a DPoP proof must contain a nonce of ours (RFC 9449 section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DpopNonce {
    Off,
    Required,
}

/// Whether the address of a metadata document is a client id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientIdMetadata {
    Off,
    /// Of listed hosts.
    Listed,
    /// Of any host; those that are not listed wait for approval.
    Approval,
}

impl ClientIdMetadata {
    /// The word for it in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Listed => "listed",
            Self::Approval => "approval",
        }
    }
}

/// Who may register clients over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    Off,
    /// Whoever has an initial access token.
    Token,
    /// Anybody; such clients wait for approval.
    Open,
}

impl Registration {
    /// The word for it in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Token => "token",
            Self::Open => "open",
        }
    }
}

/// Somebody whose software statements are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementIssuer {
    pub issuer: String,
    pub jwks_uri: String,
}

impl std::fmt::Display for StatementIssuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.issuer, self.jwks_uri)
    }
}

#[derive(Debug, Clone)]
pub struct Tokens {
    pub access_token_life: Duration,
    pub id_token_life: Duration,
    pub code_life: Duration,
    /// From first issue, whatever is refreshed (absolute).
    pub refresh_token_life: Duration,
    /// How long the predecessor of a refresh token is answered once more (lost answer).
    pub refresh_grace: Duration,
}

/// How often something may be tried. Those by address count networks, as [`Server::connections_per_address`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Failed authentications of one client from one address, and of one address whatever client it names.
    pub client_failures: Limit,
    pub client_failures_per_address: Limit,
    /// Codes of devices that were entered in vain: from one address, by one person, and by all who are not signed in.
    pub user_codes_per_address: Limit,
    pub user_codes_per_person: Limit,
    pub user_codes_of_strangers: Limit,
    /// Questions (CIBA) of one client to one person, and of all clients to one person.
    /// Questions of one application that wait for one person.
    pub backchannel_waiting: u32,
    pub backchannel_requests: Limit,
    pub backchannel_requests_per_person: Limit,
    /// How long a client may not ask a person who has refused.
    pub backchannel_pause: Duration,
    /// Wrong codes of one person that one client may send.
    pub backchannel_user_codes: Limit,
    /// Registrations from one address where anybody may.
    pub registrations_per_address: Limit,
    /// Requests of one address that leave something behind though nobody has proven anything: authorization requests whose
    /// browser must sign in, requests that a client without a secret pushes or opens for a device.
    pub unproven_requests_per_address: Limit,
    pub unproven_proofs_per_address: Limit,
    pub unproven_proofs: Limit,
    /// Refused registrations of one address that are put on record.
    pub registration_refusals: Limit,
    /// Refused requests of one address, of clients that have proven nothing, that are put on record.
    pub request_refusals: Limit,
    /// Request objects of one client that one address may make the server fetch.
    pub request_objects_per_address: Limit,
    /// Metadata documents of clients that one address may make the server fetch.
    pub client_documents_per_address: Limit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Pretty,
    Json,
}

#[derive(Debug, Clone)]
pub struct Logs {
    pub format: LogFormat,
    /// A filter such as `info,doorward=debug`.
    pub filter: String,
}

/// How much decisions keep in memory of what they rest on.
#[derive(Debug, Clone, Copy)]
pub struct Decisions {
    /// People and service accounts, with what they hold.
    pub subjects: u64,
    /// Organisations with their groups, roles and policies, and as many applications.
    pub organisations: u64,
}

#[derive(Debug, Clone)]
pub struct Metrics {
    /// Its own listener, never the public one; `None` turns it off.
    pub listen: Option<SocketAddr>,
}

/// Calls from the server to the outside: key sets, metadata documents, logout endpoints of clients.
#[derive(Debug, Clone)]
pub struct Outbound {
    /// Networks that may be called although they are not public.
    pub allowed_networks: Vec<ipnet::IpNet>,
    /// Whether those may be called too where a client that has registered itself names the address.
    pub strangers_use_allowed_networks: bool,
    pub ca_file: Option<PathBuf>,
    /// The certificates of that file (DER): believed beside those of the system.
    pub extra_roots: Vec<Vec<u8>>,
    /// For a whole call.
    pub timeout: Duration,
    /// Calls under way at once, in all and to one host.
    pub calls: usize,
    pub calls_per_host: usize,
    /// The least time from one call for the keys or the metadata of a client to the next.
    pub fetch_pause: Duration,
}

/// Mail to people.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The host that takes mail; none: no mail is sent.
    pub server: Option<String>,
    pub port: u16,
    pub security: MailSecurity,
    /// With it the server signs in to the mail server; empty: it does not.
    pub username: String,
    pub password: Option<Secret>,
    pub from: Option<EmailAddress>,
    pub from_name: String,
    /// The tag of the language of mails to people of whom none is known.
    pub language: String,
    /// For handing over one mail.
    pub timeout: Duration,
    /// Instead of being sent, mails are kept where they can be looked at. No setting: the demonstration and tests say so.
    pub kept: bool,
    /// The least time from one reminder to all who are left of a roll-out to the next that somebody asks for.
    pub reminder_pause: Duration,
}

impl Config {
    /// Whether people who have forgotten their password can set a new one by themselves: the code goes by mail.
    #[must_use]
    pub fn resets_passwords(&self) -> bool {
        self.signin.password_reset && self.mail.is_on()
    }
}

impl Mail {
    /// Whether mail goes anywhere.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.kept || self.server.is_some()
    }
}

/// How a connection to the mail server is guarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS from the first byte (RFC 8314 section 3).
    Tls,
    /// TLS after a command, without which nothing is sent (RFC 3207).
    StartTls,
    /// None: on loopback only.
    Plain,
}

impl MailSecurity {
    /// The word for it in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::StartTls => "starttls",
            Self::Plain => "plain",
        }
    }
}
