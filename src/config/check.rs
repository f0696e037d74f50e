//! Rules over single values that need more than a range, and over the configuration as a whole.

use std::path::{Path, PathBuf};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use url::{Host, Url};

use super::setting::Draft;
use super::{ClientCertificates, ClientIdMetadata, Config, MailSecurity, Mtls, Registration, Tls};
use crate::domain::{Endpoint, Secret};

/// The issuer (RFC 8414 section 2): https, or http on loopback; after host and port a plain path at most.
pub(super) fn issuer(text: &str) -> Result<Url, String> {
    let url =
        Url::parse(text).map_err(|error| format!("must be a URL such as https://id.example.org: {error}"))?;
    let loopback = is_loopback(&url);
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        "http" => {
            return Err(
                "must start with https://; http is for localhost and loopback addresses only".to_owned(),
            );
        }
        _ => return Err("must start with https://".to_owned()),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user name or password".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must not contain `?` or `#`".to_owned());
    }
    if !is_plain(url.path()) || text.contains("/.") {
        return Err(
            "may have a path of words of letters, digits, `-`, `_`, `.` and `~`, such as /tenant, and not below /.well-known"
                .to_owned(),
        );
    }
    Ok(url)
}

/// Whether a path needs no encoding anywhere: it becomes part of routes, cookies and pages.
fn is_plain(path: &str) -> bool {
    let word = |word: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        !word.is_empty() && !word.starts_with('.') && word.bytes().all(plain)
    };
    let inner = path.trim_start_matches('/');
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    path.len() <= 200 && !path.starts_with("//") && (inner.is_empty() || inner.split('/').all(word))
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(is_loopback_host)
}

fn is_loopback_host(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Ok(Host::Ipv4(address)) => address.is_loopback(),
        Ok(Host::Ipv6(address)) => address.is_loopback(),
        Err(_) => false,
    }
}

/// The master key: 32 bytes in base64.
pub(super) fn master_key(secret: Secret) -> Result<Secret, String> {
    let text = secret.expose().as_bytes();
    if data_encoding::BASE64
        .decode(text)
        .is_ok_and(|bytes| bytes.len() == 32)
    {
        return Ok(secret);
    }
    Err("must be 32 bytes in base64; `openssl rand -base64 32` makes one".to_owned())
}

/// The certificates of authorities in a PEM file.
pub(super) fn certificates(path: &Path) -> Result<Vec<Vec<u8>>, String> {
    let shown = path.display();
    let text =
        std::fs::read(path).map_err(|error| format!("names a file that cannot be read: {shown}: {error}"))?;
    let found = CertificateDer::pem_slice_iter(&text)
        .map(|one| one.map(|certificate| certificate.to_vec()))
        .collect::<Result<Vec<_>, _>>()
        .ok()
        .filter(|found| !found.is_empty());
    found.ok_or_else(|| format!("names a file that holds no certificates in PEM: {shown}"))
}

/// A filter of log lines.
pub(super) fn log_filter(text: &str) -> Result<String, String> {
    tracing_subscriber::EnvFilter::builder()
        .parse(text)
        .map(|_| text.to_owned())
        .map_err(|error| format!("must be a filter such as \"info,doorward=debug\": {error}"))
}

/// Checks the draft as a whole. Answers the configuration, or what does not fit together: the setting to blame, and a
/// sentence that goes on after its name.
pub(super) fn whole(draft: &Draft) -> Result<Config, Vec<(&'static str, String)>> {
    let mut config = draft.config.clone();
    let mut faults = Vec::new();
    let own = (&draft.certificate_file, &draft.key_file);
    config.server.tls = files(own, OWN_FILES).unwrap_or_else(|fault| {
        faults.push(fault);
        None
    });
    let beside = (&draft.mtls_certificate_file, &draft.mtls_key_file);
    let beside = files(beside, MTLS_FILES).unwrap_or_else(|fault| {
        faults.push(fault);
        None
    });
    // The certificate of the other listener serves for this one too, where it has none of its own.
    let tls = beside.clone().or_else(|| config.server.tls.clone());
    config.server.mtls = match (draft.mtls_listen, tls) {
        (Some(listen), Some(tls)) => Some(Mtls { listen, tls }),
        (Some(_), None) => {
            let needs = "needs `server.mtls_certificate_file` and `server.mtls_key_file`, or the TLS files of the server";
            faults.push(("server.mtls_listen", needs.to_owned()));
            None
        }
        (None, _) => {
            if beside.is_some() {
                let needs = "needs `server.mtls_listen` beside it".to_owned();
                faults.push(("server.mtls_certificate_file", needs));
            }
            None
        }
    };
    let rules = RULES
        .iter()
        .filter(|rule| (rule.broken)(&config))
        .map(|rule| (rule.name, rule.sentence.to_owned()));
    faults.extend(rules);
    if faults.is_empty() {
        Ok(config)
    } else {
        Err(faults)
    }
}

/// The settings of a certificate and of its key.
type Names = (&'static str, &'static str);

const OWN_FILES: Names = ("server.tls_certificate_file", "server.tls_key_file");
const MTLS_FILES: Names = ("server.mtls_certificate_file", "server.mtls_key_file");

/// Both files, or none.
fn files(
    said: (&Option<PathBuf>, &Option<PathBuf>),
    (certificate, key): Names,
) -> Result<Option<Tls>, (&'static str, String)> {
    match said {
        (Some(certificate_file), Some(key_file)) => Ok(Some(Tls {
            certificate_file: certificate_file.clone(),
            key_file: key_file.clone(),
        })),
        (None, None) => Ok(None),
        (Some(_), None) => Err((certificate, format!("needs `{key}` beside it"))),
        (None, Some(_)) => Err((key, format!("needs `{certificate}` beside it"))),
    }
}

/// A rule over several settings.
struct Rule {
    /// The setting to blame.
    name: &'static str,
    broken: fn(&Config) -> bool,
    sentence: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        name: "server.client_certificates",
        broken: |config| {
            let server = &config.server;
            let is_plain = server.tls.is_none() && server.mtls.is_none();
            server.client_certificates == ClientCertificates::Listener && is_plain
        },
        sentence: "needs TLS files to ask for certificates: give `server.tls_certificate_file` and `server.tls_key_file`, or \
                   a listener beside by `server.mtls_listen`",
    },
    Rule {
        name: "server.mtls_listen",
        broken: |config| {
            let server = &config.server;
            server.mtls.is_some() && server.client_certificates != ClientCertificates::Listener
        },
        sentence: "needs `server.client_certificates` to be \"listener\": it is there to ask for certificates",
    },
    Rule {
        name: "server.mtls_listen",
        broken: |config| config.server.mtls.is_some() && config.oauth.mtls_address.is_none(),
        sentence: "needs `oauth.mtls_address`, by which applications find it",
    },
    Rule {
        name: "server.mtls_listen",
        broken: |config| {
            let server = &config.server;
            server
                .mtls
                .as_ref()
                .is_some_and(|mtls| mtls.listen == server.listen)
        },
        sentence: "must differ from `server.listen`",
    },
    Rule {
        name: "server.client_certificates",
        broken: |config| {
            let server = &config.server;
            server.client_certificates == ClientCertificates::Proxy && server.trusted_proxies.is_empty()
        },
        sentence: "needs a listed proxy that tells certificates: list it in `server.trusted_proxies`",
    },
    Rule {
        name: "server.listen",
        broken: |config| {
            let server = &config.server;
            server.tls.is_none() && !server.listen.ip().is_loopback() && server.trusted_proxies.is_empty()
        },
        sentence: "would serve plain http to the network: give `server.tls_certificate_file` and `server.tls_key_file`, or \
                   list the proxy that ends TLS in `server.trusted_proxies`",
    },
    Rule {
        name: "server.issuer",
        broken: |config| config.server.tls.is_some() && config.server.issuer.scheme() != "https",
        sentence: "must start with https:// when TLS files are given",
    },
    Rule {
        name: "server.connections_per_address",
        broken: |config| config.server.connections_per_address > config.server.connections,
        sentence: "must not be more than `server.connections`",
    },
    Rule {
        name: "keys.master_key",
        broken: |config| config.keys.master_key.is_none() && config.keys.master_key_file.is_none(),
        sentence: "is needed, or `keys.master_key_file`",
    },
    Rule {
        name: "oauth.client_signing_algorithms",
        broken: |config| config.oauth.client_signing_algorithms.is_empty(),
        sentence: "must list one algorithm at least",
    },
    Rule {
        name: "keys.algorithms",
        broken: |config| config.keys.algorithms.is_empty(),
        sentence: "must list one algorithm at least",
    },
    Rule {
        name: "keys.algorithms",
        broken: |config| {
            let mut seen = std::collections::BTreeSet::new();
            !config.keys.algorithms.iter().all(|one| seen.insert(one))
        },
        sentence: "lists an algorithm twice",
    },
    Rule {
        name: "keys.overlap",
        broken: |config| config.keys.overlap >= config.keys.rotate_after,
        sentence: "must be shorter than `keys.rotate_after`",
    },
    Rule {
        name: "keys.overlap",
        broken: |config| {
            let tokens = &config.tokens;
            config.keys.overlap < tokens.access_token_life.max(tokens.id_token_life)
        },
        sentence: "must be at least as long as tokens live, so that none outlives the key that verifies it",
    },
    Rule {
        name: "oauth.require_pushed_authorization_requests",
        broken: |config| {
            let oauth = &config.oauth;
            oauth.require_pushed_authorization_requests
                && !oauth.endpoints.contains(&Endpoint::PushedAuthorizationRequest)
        },
        sentence: "needs \"pushed_authorization_request\" in `oauth.endpoints`",
    },
    Rule {
        name: "signin.session_idle",
        broken: |config| config.signin.session_idle > config.signin.session_life,
        sentence: "must not be longer than `signin.session_life`",
    },
    Rule {
        name: "signin.failures_before_delay",
        broken: |config| config.signin.failures_before_delay > config.signin.failures_before_lock,
        sentence: "must not be more than `signin.failures_before_lock`",
    },
    Rule {
        name: "tokens.refresh_token_life",
        broken: |config| config.tokens.refresh_token_life < config.tokens.access_token_life,
        sentence: "must not be shorter than `tokens.access_token_life`",
    },
    Rule {
        name: "oauth.registration",
        broken: |config| {
            let oauth = &config.oauth;
            oauth.registration == Registration::Open && oauth.registration_organisation.is_empty()
        },
        sentence: "is open, so that `oauth.registration_organisation` must say whose clients those become",
    },
    Rule {
        name: "oauth.client_id_metadata",
        broken: |config| {
            let oauth = &config.oauth;
            oauth.client_id_metadata != ClientIdMetadata::Off && oauth.registration_organisation.is_empty()
        },
        sentence: "is on, so that `oauth.registration_organisation` must say whose clients those become",
    },
    Rule {
        name: "mail.from",
        broken: |config| config.mail.server.is_some() && config.mail.from.is_none(),
        sentence: "is needed where `mail.server` is given",
    },
    Rule {
        name: "mail.username",
        broken: |config| !config.mail.username.is_empty() && config.mail.password.is_none(),
        sentence: "needs `mail.password` or `mail.password_file` beside it",
    },
    Rule {
        name: "mail.password",
        broken: |config| config.mail.username.is_empty() && config.mail.password.is_some(),
        sentence: "needs `mail.username` beside it",
    },
    Rule {
        name: "mail.security",
        broken: |config| {
            let server = config.mail.server.as_deref();
            config.mail.security == MailSecurity::Plain && server.is_some_and(|host| !is_loopback_host(host))
        },
        sentence: "is plain, which is for a server on this machine only: mails hold links that open accounts",
    },
    Rule {
        name: "metrics.listen",
        broken: |config| {
            let port = config.server.listen.port();
            config
                .metrics
                .listen
                .is_some_and(|metrics| metrics == config.server.listen && port != 0)
        },
        sentence: "must not be the address of `server.listen`",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_https_unless_its_host_is_loopback() {
        for text in [
            "https://id.example.org",
            "https://id.example.org:8443/",
            "https://id.example.org/tenant",
            "https://id.example.org/a/B-1_~x.y/",
            "http://localhost:8080",
            "http://127.0.0.1",
            "http://[::1]:1",
        ] {
            assert!(issuer(text).is_ok(), "{text}");
        }
        for text in [
            "http://id.example.org",
            "http://localhost.example.org",
            "http://10.0.0.1",
            "ftp://localhost",
            "https://id.example.org/a//b",
            "https://id.example.org//a",
            "https://id.example.org/a%20b",
            "https://id.example.org/a;b",
            "https://id.example.org/.well-known",
            "https://id.example.org/a/../b",
            "https://id.example.org/ü",
            "https://id.example.org?x",
            "https://id.example.org/#x",
            "https://me@id.example.org",
            "https://me:pass@id.example.org",
            "id.example.org",
            "",
        ] {
            assert!(issuer(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_defaults_fit_together() {
        assert!(whole(&Draft::default()).is_ok());
    }

    #[test]
    fn plain_http_stays_on_loopback_or_behind_a_listed_proxy() {
        let mut draft = Draft::default();
        draft.config.server.listen = "0.0.0.0:8080".parse().unwrap();
        let faults = whole(&draft).unwrap_err();
        assert_eq!(faults[0].0, "server.listen");
        draft.config.server.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
        assert!(whole(&draft).is_ok());
    }
}
