//! The table of settings: the name of each, what a value of it means, and how it is shown.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::said::Said;
use super::shown::{duration, hidden, limit, list, number, path, shown_url, text};
use super::word::{
    algorithm, barred_word, database_url, language, mail_address, mail_host, mail_name, mail_security,
    network, origin, recovery_needs_two, redis_url, totp_algorithm,
};
use super::{ClientCertificates, Config, LogFormat};
use crate::domain::EmailAddress;

/// A configuration while it is put together: the meaning, and what becomes meaning only at the end.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub config: Config,
    pub certificate_file: Option<PathBuf>,
    pub key_file: Option<PathBuf>,
    pub mtls_listen: Option<SocketAddr>,
    pub mtls_certificate_file: Option<PathBuf>,
    pub mtls_key_file: Option<PathBuf>,
    pub database_url_file: Option<PathBuf>,
    pub redis_url_file: Option<PathBuf>,
    pub mail_password_file: Option<PathBuf>,
}

/// One setting.
pub(super) struct Setting {
    /// Section and key, with a dot between.
    pub name: &'static str,
    /// Reads a value into the draft; errs with a sentence that goes on after the name of the setting.
    pub set: fn(&mut Draft, &Said) -> Result<(), String>,
    /// Its value in the draft; nothing if there is none.
    pub show: fn(&Draft) -> Option<toml::Value>,
}

impl std::fmt::Debug for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Setting {
    /// Section and key.
    pub(super) fn parts(&self) -> (&'static str, &'static str) {
        self.name.split_once('.').unwrap_or((self.name, ""))
    }

    /// The name of its variable in the environment.
    pub(super) fn variable(&self) -> String {
        let (section, key) = self.parts();
        format!("DOORWARD_{section}__{key}").to_ascii_uppercase()
    }
}

/// Two ways to say one thing: the value itself, or the file that holds it.
pub(super) const PAIRS: &[(&str, &str)] = &[
    ("database.url", "database.url_file"),
    ("redis.url", "redis.url_file"),
    ("keys.master_key", "keys.master_key_file"),
    ("mail.password", "mail.password_file"),
];

/// All settings, section by section.
pub(super) fn all() -> impl Iterator<Item = &'static Setting> + Clone {
    [
        SERVER, DATABASE, KEYS, SIGNIN, FACTORS, OAUTH, TOKENS, LIMITS, OUTBOUND, MAIL, OPERATIONS,
    ]
    .into_iter()
    .flatten()
}

/// The setting of that name.
pub(super) fn named(name: &str) -> Option<&'static Setting> {
    all().find(|setting| setting.name == name)
}

/// The row of a setting that is one field of the configuration, by its kind and what may stand there.
macro_rules! setting {
    ($section:ident.$key:ident: number($range:expr)) => {
        setting!($section.$key, said => said.number($range), config => number(config.$section.$key))
    };
    ($section:ident.$key:ident: duration($range:expr)) => {
        setting!($section.$key, said => said.duration($range), config => duration(config.$section.$key))
    };
    ($section:ident.$key:ident: list($parse:expr)) => {
        setting!($section.$key, said => said.list($parse), config => list(&config.$section.$key))
    };
    ($section:ident.$key:ident: limit()) => {
        setting!($section.$key, said => said.limit(), config => limit(config.$section.$key))
    };
    ($section:ident.$key:ident: file()) => {
        setting!($section.$key, said => said.path(), config => path(config.$section.$key.as_deref()))
    };
    ($section:ident.$key:ident: switch()) => {
        setting!($section.$key, said => said.switch(), config => Some(toml::Value::Boolean(config.$section.$key)))
    };
    ($section:ident.$key:ident, $said:ident => $read:expr, $config:ident => $show:expr) => {
        Setting {
            name: concat!(stringify!($section), ".", stringify!($key)),
            set: |draft, $said| store(&mut draft.config.$section.$key, $read),
            show: |draft| {
                let $config = &draft.config;
                $show
            },
        }
    };
}

mod oauth;

use self::oauth::{LIMITS, OAUTH, TOKENS};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const YEAR: Duration = Duration::from_hours(365 * 24);

const SERVER: &[Setting] = &[
    Setting {
        name: "server.issuer",
        set: |draft, said| {
            draft.config.server.issuer = super::check::issuer(said.text()?)?;
            Ok(())
        },
        show: |draft| text(draft.config.server.issuer_text()),
    },
    Setting {
        name: "server.listen",
        set: |draft, said| store(&mut draft.config.server.listen, said.address()),
        show: |draft| text(&draft.config.server.listen),
    },
    Setting {
        name: "server.tls_certificate_file",
        set: |draft, said| store(&mut draft.certificate_file, said.path()),
        show: |draft| path(draft.certificate_file.as_deref()),
    },
    Setting {
        name: "server.tls_key_file",
        set: |draft, said| store(&mut draft.key_file, said.path()),
        show: |draft| path(draft.key_file.as_deref()),
    },
    Setting {
        name: "server.client_certificates",
        set: |draft, said| {
            draft.config.server.client_certificates = match said.text()? {
                "off" => ClientCertificates::Off,
                "listener" => ClientCertificates::Listener,
                "proxy" => ClientCertificates::Proxy,
                _ => return Err("must be \"off\", \"listener\" or \"proxy\"".to_owned()),
            };
            Ok(())
        },
        show: |draft| match draft.config.server.client_certificates {
            ClientCertificates::Off => text("off"),
            ClientCertificates::Listener => text("listener"),
            ClientCertificates::Proxy => text("proxy"),
        },
    },
    Setting {
        name: "server.mtls_listen",
        set: |draft, said| {
            let address = (!said.is_empty()).then(|| said.address());
            store(&mut draft.mtls_listen, address.transpose())
        },
        show: |draft| text(&draft.mtls_listen.map(|one| one.to_string()).unwrap_or_default()),
    },
    Setting {
        name: "server.mtls_certificate_file",
        set: |draft, said| store(&mut draft.mtls_certificate_file, said.path()),
        show: |draft| path(draft.mtls_certificate_file.as_deref()),
    },
    Setting {
        name: "server.mtls_key_file",
        set: |draft, said| store(&mut draft.mtls_key_file, said.path()),
        show: |draft| path(draft.mtls_key_file.as_deref()),
    },
    setting!(server.trusted_proxies: list(network)),
    setting!(server.connections: number(1..=1_000_000)),
    setting!(server.connections_per_address: number(1..=1_000_000)),
    setting!(server.header_timeout: duration(SECOND..=10 * MINUTE)),
    setting!(server.body_limit: number(1_024..=16_777_216)),
    setting!(server.request_timeout: duration(SECOND..=10 * MINUTE)),
    setting!(server.stop_timeout: duration(Duration::ZERO..=10 * MINUTE)),
];

const DATABASE: &[Setting] = &[
    Setting {
        name: "database.url",
        set: |draft, said| {
            let url = said.secret()?.ok_or("must not be empty")?;
            store(&mut draft.config.database.url, database_url(url))
        },
        show: |draft| match draft.database_url_file {
            Some(_) => None,
            None => shown_url(&draft.config.database.url),
        },
    },
    Setting {
        name: "database.url_file",
        set: |draft, said| {
            let Some((file, url)) = said.secret_file()? else {
                return Ok(());
            };
            draft.database_url_file = Some(file);
            store(&mut draft.config.database.url, database_url(url))
        },
        show: |draft| path(draft.database_url_file.as_deref()),
    },
    setting!(database.connections: number(1..=1_000)),
    setting!(database.wait: duration(Duration::from_millis(10)..=MINUTE)),
    Setting {
        name: "redis.url",
        set: |draft, said| {
            draft.config.redis.url = said.secret()?.map(redis_url).transpose()?;
            Ok(())
        },
        show: |draft| match draft.redis_url_file {
            Some(_) => None,
            None => hidden(draft.config.redis.url.as_ref()),
        },
    },
    Setting {
        name: "redis.url_file",
        set: |draft, said| {
            let Some((file, url)) = said.secret_file()? else {
                return Ok(());
            };
            draft.redis_url_file = Some(file);
            draft.config.redis.url = Some(redis_url(url)?);
            Ok(())
        },
        show: |draft| path(draft.redis_url_file.as_deref()),
    },
];

const KEYS: &[Setting] = &[
    Setting {
        name: "keys.master_key",
        set: |draft, said| {
            draft.config.keys.master_key = said.secret()?.map(super::check::master_key).transpose()?;
            if draft.config.keys.master_key.is_some() {
                draft.config.keys.master_key_file = None;
            }
            Ok(())
        },
        show: |draft| hidden(draft.config.keys.master_key.as_ref()),
    },
    setting!(keys.master_key_file: file()),
    setting!(keys.algorithms: list(algorithm)),
    setting!(keys.rotate_after: duration(HOUR..=10 * YEAR)),
    setting!(keys.overlap: duration(MINUTE..=YEAR)),
];

const SIGNIN: &[Setting] = &[
    setting!(signin.session_idle: duration(MINUTE..=90 * DAY)),
    setting!(signin.session_life: duration(MINUTE..=YEAR)),
    setting!(signin.attempt_life: duration(MINUTE..=DAY)),
    setting!(signin.fresh_for: duration(MINUTE..=DAY)),
    // OWASP's least for argon2id: 19 MiB with two passes. 4 GiB at most.
    setting!(signin.argon2_memory: number(19_456..=4_194_304)),
    setting!(signin.argon2_passes: number(2..=100)),
    setting!(signin.hashing_workers: number(0..=1_024)),
    setting!(signin.hashing_queue: number(1..=100_000)),
    setting!(signin.failures_before_delay: number(1..=100)),
    // NIST SP 800-63B section 5.2.2: no more than 100.
    setting!(signin.failures_before_lock: number(1..=100)),
    setting!(signin.lock_time: duration(MINUTE..=30 * DAY)),
    setting!(signin.attempts_per_address: number(1..=100_000)),
    setting!(signin.failures_per_organisation: limit()),
    setting!(signin.failures_per_organisation_and_address: limit()),
    setting!(signin.address_codes_per_person: limit()),
    setting!(signin.password_reset: switch()),
    setting!(signin.password_resets_per_person: limit()),
    setting!(signin.account_creation: switch()),
    setting!(signin.invitation_life: duration(HOUR..=30 * DAY)),
    setting!(signin.recovery_life: duration(30 * MINUTE..=DAY)),
    setting!(signin.recovery_needs_two, said => recovery_needs_two(said.text()?), config => text(&config.signin.recovery_needs_two)),
];

const FACTORS: &[Setting] = &[
    setting!(passkeys.related_origins: list(origin)),
    setting!(passkeys.metadata_file: file()),
    setting!(passkeys.metadata_roots_file: file()),
    setting!(passwords.breached_file: file()),
    setting!(passwords.barred_words: list(barred_word)),
    setting!(passwords.pepper_files, said => said.list(|text| Ok(PathBuf::from(text))), config => {
        let files: Vec<String> = config.passwords.pepper_files.iter().map(|file| file.display().to_string()).collect();
        list(&files)
    }),
    setting!(totp.algorithm, said => totp_algorithm(said.text()?), config => text(&config.totp.algorithm)),
    setting!(totp.digits: number(6..=8)),
    setting!(risk.geoip_file: file()),
    setting!(risk.bad_addresses_file: file()),
];

const OUTBOUND: &[Setting] = &[
    setting!(outbound.allowed_networks: list(network)),
    setting!(outbound.strangers_use_allowed_networks: switch()),
    Setting {
        name: "outbound.ca_file",
        set: |draft, said| {
            let outbound = &mut draft.config.outbound;
            outbound.ca_file = said.path()?;
            let roots = outbound.ca_file.as_deref().map(super::check::certificates);
            store(&mut outbound.extra_roots, roots.unwrap_or_else(|| Ok(Vec::new())))
        },
        show: |draft| path(draft.config.outbound.ca_file.as_deref()),
    },
    setting!(outbound.calls: number(1..=10_000)),
    setting!(outbound.calls_per_host: number(1..=1_000)),
    setting!(outbound.fetch_pause: duration(SECOND..=HOUR)),
    setting!(outbound.timeout: duration(SECOND..=MINUTE)),
];

const MAIL: &[Setting] = &[
    Setting {
        name: "mail.server",
        set: |draft, said| {
            draft.config.mail.server = if said.is_empty() {
                None
            } else {
                Some(mail_host(said.text()?)?)
            };
            Ok(())
        },
        show: |draft| text(draft.config.mail.server.as_deref().unwrap_or_default()),
    },
    setting!(mail.port: number(1..=65_535)),
    setting!(mail.security, said => mail_security(said.text()?), config => text(config.mail.security.as_str())),
    setting!(mail.username, said => said.text().map(str::to_owned), config => text(&config.mail.username)),
    Setting {
        name: "mail.password",
        set: |draft, said| {
            draft.config.mail.password = said.secret()?;
            Ok(())
        },
        show: |draft| match draft.mail_password_file {
            Some(_) => None,
            None => hidden(draft.config.mail.password.as_ref()),
        },
    },
    Setting {
        name: "mail.password_file",
        set: |draft, said| {
            let Some((file, password)) = said.secret_file()? else {
                return Ok(());
            };
            draft.mail_password_file = Some(file);
            draft.config.mail.password = Some(password);
            Ok(())
        },
        show: |draft| path(draft.mail_password_file.as_deref()),
    },
    Setting {
        name: "mail.from",
        set: |draft, said| {
            draft.config.mail.from = if said.is_empty() {
                None
            } else {
                Some(mail_address(said.text()?)?)
            };
            Ok(())
        },
        show: |draft| text(draft.config.mail.from.as_ref().map_or("", EmailAddress::as_str)),
    },
    setting!(mail.from_name, said => mail_name(said.text()?), config => text(&config.mail.from_name)),
    setting!(mail.reminder_pause: duration(HOUR..=30 * DAY)),
    setting!(mail.language, said => language(said.text()?), config => text(&config.mail.language)),
    setting!(mail.timeout: duration(SECOND..=MINUTE)),
];

const OPERATIONS: &[Setting] = &[
    setting!(decisions.subjects: number(100..=10_000_000)),
    setting!(decisions.organisations: number(1..=1_000_000)),
    Setting {
        name: "logs.format",
        set: |draft, said| {
            draft.config.logs.format = match said.text()? {
                "pretty" => LogFormat::Pretty,
                "json" => LogFormat::Json,
                _ => return Err("must be \"pretty\" or \"json\"".to_owned()),
            };
            Ok(())
        },
        show: |draft| match draft.config.logs.format {
            LogFormat::Pretty => text("pretty"),
            LogFormat::Json => text("json"),
        },
    },
    Setting {
        name: "logs.filter",
        set: |draft, said| {
            draft.config.logs.filter = super::check::log_filter(said.text()?)?;
            Ok(())
        },
        show: |draft| text(&draft.config.logs.filter),
    },
    Setting {
        name: "metrics.listen",
        set: |draft, said| {
            draft.config.metrics.listen = if said.is_empty() {
                None
            } else {
                Some(said.address()?)
            };
            Ok(())
        },
        show: |draft| draft.config.metrics.listen.as_ref().and_then(text::<SocketAddr>),
    },
];

fn store<T>(place: &mut T, value: Result<T, String>) -> Result<(), String> {
    *place = value?;
    Ok(())
}
