//! What holds where nothing is said. `config/doorward.toml` says the same with the reasons; a test compares them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::{
    ClientCertificates, ClientIdMetadata, Config, Database, Decisions, DpopNonce, Keys, Limits, LogFormat,
    Logs, Mail, MailSecurity, Metrics, OAuth, Outbound, Passkeys, Passwords, Redis, Registration, Risk,
    Server, SignIn, Tokens,
};
use crate::domain::{
    ClientAuthMethod, Endpoint, GrantType, Limit, RecoveryNeedsTwo, ResponseType, Secret, TotpForm,
};
use crate::jose::{Algorithm, ContentEncryption, KeyManagement};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Where the issuer is by default: https is asked of every host but loopback.
const ISSUER: &str = "http://localhost:8080";

impl Default for Config {
    fn default() -> Self {
        Self {
            server: Server::default(),
            database: Database {
                url: Secret::new("sqlite:./data/doorward.db".to_owned()),
                connections: 10,
                wait: 5 * SECOND,
            },
            redis: Redis { url: None },
            keys: Keys {
                master_key: None,
                master_key_file: Some(PathBuf::from("./data/master.key")),
                // Two only: an RSA key takes long to make, and each algorithm more makes the first start longer.
                algorithms: vec![Algorithm::Es256, Algorithm::Rs256],
                rotate_after: 90 * DAY,
                overlap: DAY,
            },
            signin: SignIn::default(),
            passkeys: Passkeys::default(),
            passwords: Passwords::default(),
            totp: TotpForm::COMMON,
            risk: Risk::default(),
            oauth: OAuth::default(),
            tokens: Tokens {
                access_token_life: 5 * MINUTE,
                id_token_life: 5 * MINUTE,
                code_life: 60 * SECOND,
                refresh_token_life: 30 * DAY,
                refresh_grace: 30 * SECOND,
            },
            limits: Limits::default(),
            decisions: Decisions {
                subjects: 20_000,
                organisations: 1_000,
            },
            logs: Logs {
                format: LogFormat::Pretty,
                filter: "info".to_owned(),
            },
            metrics: Metrics {
                listen: Some(SocketAddr::from(([127, 0, 0, 1], 9_464))),
            },
            outbound: Outbound {
                allowed_networks: Vec::new(),
                strangers_use_allowed_networks: false,
                ca_file: None,
                calls: 64,
                calls_per_host: 4,
                fetch_pause: MINUTE,
                extra_roots: Vec::new(),
                timeout: 5 * SECOND,
            },
            mail: Mail::default(),
        }
    }
}

impl Default for Server {
    #[expect(clippy::expect_used, reason = "a constant, parsed by every test")]
    fn default() -> Self {
        Self {
            issuer: url::Url::parse(ISSUER).expect("the default issuer is a URL"),
            listen: SocketAddr::from(([127, 0, 0, 1], 8_080)),
            tls: None,
            client_certificates: ClientCertificates::Off,
            mtls: None,
            trusted_proxies: Vec::new(),
            connections: 10_000,
            connections_per_address: 256,
            header_timeout: 10 * SECOND,
            body_limit: 65_536,
            request_timeout: 30 * SECOND,
            stop_timeout: 10 * SECOND,
        }
    }
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            server: None,
            port: 465,
            security: MailSecurity::Tls,
            username: String::new(),
            password: None,
            from: None,
            from_name: "Doorward".to_owned(),
            language: "en".to_owned(),
            timeout: 30 * SECOND,
            reminder_pause: DAY,
            kept: false,
        }
    }
}

impl Default for OAuth {
    fn default() -> Self {
        Self {
            grant_types: GrantType::ALL.to_vec(),
            endpoints: Endpoint::ALL.to_vec(),
            client_authentication: ClientAuthMethod::ALL.to_vec(),
            client_signing_algorithms: Algorithm::ALL.to_vec(),
            encryption_algorithms: KeyManagement::ALL.to_vec(),
            content_encryption_algorithms: ContentEncryption::ALL.to_vec(),
            endpoints_as_audience: false,
            dpop_nonce: DpopNonce::Off,
            response_types: vec![ResponseType::Code],
            par_life: 60 * SECOND,
            require_pushed_authorization_requests: false,
            registration: Registration::Off,
            registration_organisation: String::new(),
            registration_applications: Vec::new(),
            registration_scopes: Vec::new(),
            software_statement_issuers: Vec::new(),
            client_id_metadata: ClientIdMetadata::Off,
            client_id_metadata_hosts: Vec::new(),
            session_management: false,
            mtls_trust_anchors_file: None,
            mtls_address: None,
            device_code_life: 10 * MINUTE,
            backchannel_request_life: 5 * MINUTE,
            poll_interval: 5 * SECOND,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            client_failures: limit(10, 6 * SECOND),
            client_failures_per_address: limit(60, SECOND),
            user_codes_per_address: limit(10, 30 * SECOND),
            user_codes_per_person: limit(10, 30 * SECOND),
            user_codes_of_strangers: limit(100, SECOND),
            backchannel_waiting: 1,
            backchannel_requests: limit(3, MINUTE),
            backchannel_requests_per_person: limit(10, MINUTE),
            backchannel_pause: 5 * MINUTE,
            backchannel_user_codes: limit(5, 5 * MINUTE),
            registrations_per_address: limit(20, MINUTE),
            unproven_requests_per_address: limit(1_000, SECOND),
            unproven_proofs_per_address: limit(1_000, SECOND / 10),
            unproven_proofs: limit(60_000, SECOND / 1_000),
            registration_refusals: limit(60, SECOND),
            request_refusals: limit(60, SECOND),
            request_objects_per_address: limit(60, SECOND),
            client_documents_per_address: limit(20, 10 * SECOND),
        }
    }
}

impl Default for SignIn {
    fn default() -> Self {
        Self {
            session_idle: HOUR,
            session_life: 12 * HOUR,
            attempt_life: 30 * MINUTE,
            fresh_for: 5 * MINUTE,
            argon2_memory: 19_456,
            argon2_passes: 2,
            hashing_workers: 0,
            hashing_queue: 64,
            failures_before_delay: 3,
            failures_before_lock: 10,
            lock_time: 15 * MINUTE,
            attempts_per_address: 30,
            failures_per_organisation: limit(200, 3 * SECOND),
            failures_per_organisation_and_address: limit(5, MINUTE),
            address_codes_per_person: limit(5, 10 * MINUTE),
            password_reset: true,
            password_resets_per_person: limit(3, HOUR),
            account_creation: false,
            invitation_life: 7 * DAY,
            recovery_life: 4 * HOUR,
            recovery_needs_two: RecoveryNeedsTwo::Nobody,
        }
    }
}

const fn limit(burst: u32, refill: Duration) -> Limit {
    Limit { burst, refill }
}
