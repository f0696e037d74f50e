//! The configuration: file, environment, errors with their place.

use std::path::{Path, PathBuf};

use doorward::config::{Config, ConfigError, Loaded, settings};

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/config/doorward.toml");

/// A master key.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// A file in a folder of its own, gone at the test's end.
struct File {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn file(text: &str) -> File {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("doorward.toml");
    std::fs::write(&path, text).unwrap();
    File {
        _folder: folder,
        path,
    }
}

fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    load_path(Some(&file(text).path), environment)
}

fn load_path(path: Option<&Path>, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::load(path, owned(environment))
}

fn owned(environment: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
    environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect::<Vec<_>>()
        .into_iter()
}

/// The message of what is refused, without the folder of the file.
fn message(text: &str, environment: &[(&str, &str)]) -> String {
    let file = file(text);
    let folder = format!("{}/", file.path.parent().unwrap().display());
    let error = load_path(Some(&file.path), environment).unwrap_err();
    error.to_string().replace(&folder, "")
}

/// Everything of a configuration that can be compared: `Debug`, and the one secret that has a default.
fn content(config: &Config) -> (String, String) {
    (format!("{config:#?}"), config.database.url.expose().to_owned())
}

#[test]
fn the_shipped_file_equals_the_defaults() {
    let config = load_path(Some(Path::new(SHIPPED)), &[]).unwrap();
    assert_eq!(content(&config), content(&Config::default()));
    let nothing = load_path(None, &[]).unwrap();
    assert_eq!(content(&nothing), content(&Config::default()));
}

#[test]
fn every_setting_is_in_the_shipped_file() {
    let text = std::fs::read_to_string(SHIPPED).unwrap();
    let shipped: toml::Table = text.parse().unwrap();
    let mut said: Vec<String> = Vec::new();
    for (section, keys) in &shipped {
        said.extend(
            keys.as_table()
                .unwrap()
                .keys()
                .map(|key| format!("{section}.{key}")),
        );
    }
    let mut known: Vec<String> = settings().map(|(name, _)| name.to_owned()).collect();
    said.sort();
    known.sort();
    assert_eq!(said, known);
}

/// What a listener for clients with certificates needs.
const BESIDE: &[(&str, &str)] = &[
    ("DOORWARD_SERVER__CLIENT_CERTIFICATES", "listener"),
    ("DOORWARD_SERVER__MTLS_LISTEN", "127.0.0.1:9443"),
    ("DOORWARD_SERVER__MTLS_CERTIFICATE_FILE", "cert.pem"),
    ("DOORWARD_SERVER__MTLS_KEY_FILE", "key.pem"),
    ("DOORWARD_OAUTH__MTLS_ADDRESS", "https://mtls.example.org"),
];

/// Another value than the default for a setting, and what has to be said beside it.
fn another(name: &str) -> (&'static str, &'static [(&'static str, &'static str)]) {
    match name {
        "server.issuer" => ("https://id.example.org", &[]),
        "server.listen" => ("127.0.0.1:9000", &[]),
        "server.tls_certificate_file" => (
            "cert.pem",
            &[
                ("DOORWARD_SERVER__TLS_KEY_FILE", "key.pem"),
                ("DOORWARD_SERVER__ISSUER", "https://localhost"),
            ],
        ),
        "server.tls_key_file" => (
            "key.pem",
            &[
                ("DOORWARD_SERVER__TLS_CERTIFICATE_FILE", "cert.pem"),
                ("DOORWARD_SERVER__ISSUER", "https://localhost"),
            ],
        ),
        "server.mtls_listen" => ("127.0.0.1:9443", BESIDE),
        "server.mtls_certificate_file" | "server.mtls_key_file" => ("other.pem", BESIDE),
        "server.trusted_proxies" | "outbound.allowed_networks" => ("10.0.0.0/8, 192.0.2.7", &[]),
        "database.url" => ("sqlite:other.db", &[]),
        "redis.url" => ("rediss://cache:6380", &[]),
        "keys.master_key" => (KEY, &[]),
        "keys.master_key_file" => ("other.key", &[]),
        "keys.algorithms" => ("PS256,Ed25519", &[]),
        "server.client_certificates" => ("proxy", &[("DOORWARD_SERVER__TRUSTED_PROXIES", "10.0.0.0/8")]),
        "outbound.strangers_use_allowed_networks" => ("true", &[]),
        "keys.overlap" | "tokens.refresh_token_life" => ("7d", &[]),
        "keys.rotate_after" => ("30d", &[]),
        "logs.format" => ("json", &[]),
        "logs.filter" => ("warn,doorward=trace", &[]),
        "metrics.listen" => ("[::1]:9000", &[]),
        "server.connections" | "server.connections_per_address" => ("1000", &[]),
        "server.body_limit" => ("1048576", &[]),
        "decisions.subjects" | "decisions.organisations" => ("500", &[]),
        "limits.backchannel_waiting" => ("4", &[]),
        name if name.starts_with("limits.") && name != "limits.backchannel_pause" => {
            ("7, then one every 2m", &[])
        }
        "passkeys.related_origins" => ("https://login.example", &[]),
        "passkeys.metadata_file"
        | "passkeys.metadata_roots_file"
        | "passwords.breached_file"
        | "risk.geoip_file"
        | "risk.bad_addresses_file"
        | "passwords.pepper_files" => ("other.txt", &[]),
        "passwords.barred_words" => ("northbeam", &[]),
        "totp.algorithm" => ("SHA256", &[]),
        "totp.digits" | "outbound.calls_per_host" => ("8", &[]),
        "database.connections" => ("4", &[]),
        "outbound.calls" => ("50", &[]),
        name if name.starts_with("signin.") => another_of_signin(name),
        name if name.starts_with("oauth.") => another_of_oauth(name),
        name if name.starts_with("mail.") => another_of_mail(name),
        _ => ("45s", &[]),
    }
}

fn another_of_signin(name: &str) -> (&'static str, &'static [(&'static str, &'static str)]) {
    match name {
        "signin.account_creation" => ("true", &[]),
        "signin.password_reset" => ("false", &[]),
        "signin.recovery_needs_two" => ("administrators", &[]),
        "signin.argon2_memory" => ("65536", &[]),
        "signin.session_idle" | "signin.session_life" | "signin.invitation_life" | "signin.recovery_life" => {
            ("2h", &[])
        }
        "signin.attempt_life" | "signin.fresh_for" | "signin.lock_time" => ("20m", &[]),
        "signin.argon2_passes" | "signin.hashing_workers" => ("4", &[]),
        "signin.hashing_queue" | "signin.attempts_per_address" => ("50", &[]),
        "signin.failures_per_organisation"
        | "signin.failures_per_organisation_and_address"
        | "signin.password_resets_per_person"
        | "signin.address_codes_per_person" => ("7, then one every 2m", &[]),
        "signin.failures_before_delay" | "signin.failures_before_lock" => ("5", &[]),
        _ => ("45s", &[]),
    }
}

fn another_of_mail(name: &str) -> (&'static str, &'static [(&'static str, &'static str)]) {
    match name {
        "mail.server" => (
            "mail.example.org",
            &[("DOORWARD_MAIL__FROM", "no-reply@example.org")],
        ),
        "mail.port" => ("587", &[]),
        "mail.security" => ("starttls", &[]),
        "mail.username" => ("doorward", &[("DOORWARD_MAIL__PASSWORD", "hidden")]),
        "mail.password" => ("hidden", &[("DOORWARD_MAIL__USERNAME", "doorward")]),
        "mail.from" => ("no-reply@example.org", &[]),
        "mail.from_name" => ("Northbeam", &[]),
        "mail.language" => ("de", &[]),
        "mail.reminder_pause" => ("48h", &[]),
        _ => ("45s", &[]),
    }
}

fn another_of_oauth(name: &str) -> (&'static str, &'static [(&'static str, &'static str)]) {
    match name {
        "oauth.client_id_metadata" => (
            "listed",
            &[("DOORWARD_OAUTH__REGISTRATION_ORGANISATION", "northbeam")],
        ),
        "oauth.client_id_metadata_hosts" => ("app.example", &[]),
        "oauth.registration" => ("token", &[]),
        "oauth.registration_organisation" => ("northbeam", &[]),
        "oauth.software_statement_issuers" => ("https://trust.example https://trust.example/jwks", &[]),
        "oauth.grant_types" => ("client_credentials", &[]),
        "oauth.endpoints" => ("userinfo", &[]),
        "oauth.mtls_trust_anchors_file" => ("anchors.pem", &[]),
        "oauth.mtls_address" => ("https://mtls.example.org", &[]),
        "oauth.dpop_nonce" => ("required", &[]),
        "oauth.client_signing_algorithms" => ("PS256, Ed25519", &[]),
        "oauth.encryption_algorithms" => ("ECDH-ES", &[]),
        "oauth.content_encryption_algorithms" => ("A256GCM", &[]),
        "oauth.client_authentication" => ("private_key_jwt, none", &[]),
        "oauth.response_types" => ("code, id_token", &[]),
        "oauth.require_pushed_authorization_requests"
        | "oauth.session_management"
        | "oauth.endpoints_as_audience" => ("true", &[]),
        "oauth.registration_applications" => ("https://feedback.example", &[]),
        "oauth.registration_scopes" => ("feedback:read", &[]),
        "oauth.device_code_life" => ("20m", &[]),
        _ => ("45s", &[]),
    }
}

#[test]
fn every_setting_can_be_said_by_the_environment() {
    let database = file("postgres://me:hidden@db/doorward\n");
    let redis = file("redis://:hidden@cache");
    let password = file("hidden");
    let authority = rcgen::generate_simple_self_signed(vec!["ca.example".to_owned()]).unwrap();
    let authority = file(&authority.cert.pem());
    let default = Loaded::read(None, owned(&[])).unwrap().show();
    for (name, variable) in settings() {
        let (value, others) = match name {
            "database.url_file" => (database.path.to_str().unwrap(), &[][..]),
            "redis.url_file" => (redis.path.to_str().unwrap(), &[][..]),
            "mail.password_file" => (
                password.path.to_str().unwrap(),
                &[("DOORWARD_MAIL__USERNAME", "doorward")][..],
            ),
            "outbound.ca_file" => (authority.path.to_str().unwrap(), &[][..]),
            _ => another(name),
        };
        let mut variables = others.to_vec();
        variables.push((&variable, value));
        let loaded = Loaded::read(None, owned(&variables)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let (section, key) = name.split_once('.').unwrap();
        let shown = loaded.show();
        let line = shown
            .lines()
            .find(|line| line.starts_with(&format!("{key} = ")) && line.ends_with(&format!("# {variable}")))
            .unwrap_or_else(|| panic!("{name} is not shown as set by {variable}:\n{shown}"));
        let plain = line.replace(&format!("# {variable}"), "# default");
        let section = format!("[{section}]");
        let of_section = default.split(&section).nth(1).unwrap();
        let of_section = of_section.split("\n[").next().unwrap();
        assert!(!of_section.contains(&plain), "{name} did not change: {line}");
    }
}

#[test]
fn unknown_names_are_refused_with_their_place_and_the_nearest_name() {
    insta::assert_snapshot!(
        message(
            "[server]\nissuer = 'http://localhost'\n  lisen = '127.0.0.1:1'\n\n[tokens]\nsession_idle = '1h'\n\n[databse]\nurl = ''\n",
            &[("DOORWARD_SIGNIN__SESION_LIFE", "1h"), ("DOORWARD_PORT", "tcp://10.0.0.1:80"), ("DOORWARD_ZZ__QQ", "1")],
        ),
        @r"
    the configuration is not valid
      doorward.toml:8:2: there is no section `databse`; did you mean `database`?
      doorward.toml:3:3: there is no setting `server.lisen`; did you mean `server.listen`?
      doorward.toml:6:1: there is no setting `tokens.session_idle`; did you mean `signin.session_idle`?
      DOORWARD_SIGNIN__SESION_LIFE: there is no setting `DOORWARD_SIGNIN__SESION_LIFE`; did you mean `DOORWARD_SIGNIN__SESSION_LIFE`?
      DOORWARD_ZZ__QQ: there is no setting `DOORWARD_ZZ__QQ`
    "
    );
}

#[test]
fn ill_typed_values_are_refused_together() {
    insta::assert_snapshot!(
        message(
            "[server]\nlisten = 8080\nbody_limit = '64k'\nrequest_timeout = 30\ntrusted_proxies = 'all'\n\
             [keys]\nalgorithms = ['HS256']\n[logs]\nformat = true\n[database]\nconnections = 0\n",
            &[("DOORWARD_TOKENS__CODE_LIFE", "1h"), ("DOORWARD_SERVER__ISSUER", "http://id.example.org")],
        ),
        @r#"
    the configuration is not valid
      doorward.toml:11:1: `database.connections` must be from 1 to 1000
      doorward.toml:7:1: `keys.algorithms` must list algorithms out of ES256, ES384, RS256, PS256, Ed25519; "HS256" is none of them
      doorward.toml:9:1: `logs.format` must be a text, not true or false
      doorward.toml:3:1: `server.body_limit` must be a whole number, not a text
      doorward.toml:2:1: `server.listen` must be a text, not a number
      doorward.toml:4:1: `server.request_timeout` must be a while such as "30s", "15m", "1h" or "30d"
      doorward.toml:5:1: `server.trusted_proxies` must be a list, not a text
      DOORWARD_TOKENS__CODE_LIFE: `tokens.code_life` must be from 10s to 10m
      DOORWARD_SERVER__ISSUER: `server.issuer` must start with https://; http is for localhost and loopback addresses only
    "#
    );
}

#[test]
fn a_limit_is_a_number_at_once_and_a_while() {
    let config = load("[limits]\nuser_codes_per_address = '3, then one every 90s'", &[]).unwrap();
    let limit = config.limits.user_codes_per_address;
    assert_eq!((limit.burst, limit.refill.as_secs()), (3, 90));
    for wrong in [
        "3",
        "3, then one every",
        "3, then one every 0ms",
        "0, then one every 1s",
        "x, then one every 1s",
    ] {
        let said = message(&format!("[limits]\nuser_codes_per_address = '{wrong}'"), &[]);
        assert!(
            said.contains("`limits.user_codes_per_address` must"),
            "{wrong}: {said}"
        );
    }
}

#[test]
fn a_file_that_is_not_toml_is_refused_with_its_place() {
    let message = message("[server]\nlisten = \n", &[]);
    assert!(message.contains("doorward.toml:2:"), "{message}");
    assert!(message.contains("not valid TOML"), "{message}");
    let missing = load_path(Some(Path::new("/nowhere/doorward.toml")), &[]).unwrap_err();
    assert!(
        missing
            .to_string()
            .contains("/nowhere/doorward.toml: the file cannot be read")
    );
}

#[test]
fn a_listener_for_certificates_needs_what_belongs_to_it() {
    for (text, blamed) in [
        (
            "[server]\nmtls_listen = '127.0.0.1:8443'",
            "`server.mtls_listen` needs `server.mtls_certificate_file` and `server.mtls_key_file`",
        ),
        (
            "[server]\nmtls_listen = '127.0.0.1:8443'\nmtls_certificate_file = 'c'",
            "`server.mtls_certificate_file` needs `server.mtls_key_file` beside it",
        ),
        (
            "[server]\nmtls_certificate_file = 'c'\nmtls_key_file = 'k'",
            "`server.mtls_certificate_file` needs `server.mtls_listen` beside it",
        ),
        (
            "[server]\nmtls_listen = '127.0.0.1:8443'\nmtls_certificate_file = 'c'\nmtls_key_file = 'k'",
            "`server.mtls_listen` needs `server.client_certificates` to be \"listener\"",
        ),
        (
            "[server]\nmtls_listen = '127.0.0.1:8443'\nmtls_certificate_file = 'c'\nmtls_key_file = 'k'\n\
             client_certificates = 'listener'",
            "`server.mtls_listen` needs `oauth.mtls_address`",
        ),
        (
            "[server]\nmtls_listen = '127.0.0.1:8080'\nmtls_certificate_file = 'c'\nmtls_key_file = 'k'",
            "`server.mtls_listen` must differ from `server.listen`",
        ),
    ] {
        let message = message(text, &[]);
        assert!(message.contains(blamed), "{message}");
    }
}

#[test]
fn what_does_not_fit_together_is_refused() {
    for (text, blamed) in [
        (
            "[server]\nlisten = '0.0.0.0:80'",
            "doorward.toml:2:1: `server.listen` would serve plain http",
        ),
        (
            "[server]\ntls_key_file = 'k'",
            "`server.tls_key_file` needs `server.tls_certificate_file`",
        ),
        (
            "[server]\ntls_key_file = 'k'\ntls_certificate_file = 'c'",
            "`server.issuer` must start with https:// when TLS files are given",
        ),
        (
            "[server]\nconnections = 100",
            "`server.connections_per_address` must not be more than `server.connections`",
        ),
        (
            "[server]\nclient_certificates = 'listener'",
            "`server.client_certificates` needs TLS files",
        ),
        (
            "[server]\nclient_certificates = 'proxy'",
            "`server.client_certificates` needs a listed proxy",
        ),
        ("[keys]\nmaster_key_file = ''", "`keys.master_key` is needed"),
        ("[keys]\nalgorithms = []", "`keys.algorithms` must list one"),
        (
            "[keys]\nalgorithms = ['ES256', 'ES256']",
            "`keys.algorithms` lists an algorithm twice",
        ),
        (
            "[keys]\noverlap = '1m'",
            "`keys.overlap` must be at least as long as tokens live",
        ),
        (
            "[signin]\nsession_idle = '13h'",
            "`signin.session_idle` must not be longer",
        ),
        (
            "[metrics]\nlisten = '127.0.0.1:8080'",
            "`metrics.listen` must not be the address",
        ),
    ] {
        let message = message(text, &[]);
        assert!(message.contains(blamed), "{message}");
    }
}

#[test]
fn a_secret_is_given_once_and_the_environment_wins() {
    let both = format!("[keys]\nmaster_key = '{KEY}'\nmaster_key_file = 'x'");
    assert!(message(&both, &[]).contains("`keys.master_key` and `keys.master_key_file` are both given"));

    let config = load(
        "[keys]\nmaster_key_file = 'x'",
        &[("DOORWARD_KEYS__MASTER_KEY", KEY)],
    )
    .unwrap();
    assert_eq!(config.keys.master_key.unwrap().expose(), KEY);
    assert_eq!(config.keys.master_key_file, None);

    let secret = file("postgres://me:hidden@db/doorward\n");
    let path = secret.path.display().to_string();
    let config = load(
        "[database]\nurl = 'sqlite:x'",
        &[("DOORWARD_DATABASE__URL_FILE", &path)],
    )
    .unwrap();
    assert_eq!(config.database.url.expose(), "postgres://me:hidden@db/doorward");
    let missing = message("[database]\nurl_file = '/nowhere/secret'", &[]);
    assert!(
        missing.contains("`database.url_file` names a file that cannot be read: /nowhere/secret"),
        "{missing}"
    );
}

#[test]
fn nothing_shows_a_secret() {
    let variables = [
        ("DOORWARD_DATABASE__URL", "postgres://me:hidden@db/doorward"),
        ("DOORWARD_REDIS__URL", "redis://:hidden@cache"),
        ("DOORWARD_KEYS__MASTER_KEY", KEY),
    ];
    let loaded = Loaded::read(None, owned(&variables)).unwrap();
    let shown = format!("{} {:?}", loaded.show(), loaded.config);
    assert!(!shown.contains("hidden") && !shown.contains(KEY), "{shown}");
    assert!(
        shown.contains("url = \"(set)\" # DOORWARD_DATABASE__URL"),
        "{shown}"
    );
    let bad = [
        ("DOORWARD_DATABASE__URL", "mysql://me:hidden@db"),
        ("DOORWARD_KEYS__MASTER_KEY", "hidden"),
    ];
    assert!(!load("", &bad).unwrap_err().to_string().contains("hidden"));
}

#[test]
fn what_is_shown_can_be_read_again() {
    let shown = Loaded::read(Some(Path::new(SHIPPED)), owned(&[])).unwrap().show();
    let again = load(&shown, &[]).unwrap();
    assert_eq!(content(&again), content(&Config::default()));
    assert!(shown.contains(&format!("# {SHIPPED}:17:1")), "{shown}");
}
