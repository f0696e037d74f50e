//! What single values mean: words of a table, addresses, networks. Each errs with a sentence that goes on after the name of
//! the setting.

use super::{ClientIdMetadata, MailSecurity, Registration, StatementIssuer};
use crate::domain::{
    ClientAuthMethod, EmailAddress, Endpoint, GrantType, RecoveryNeedsTwo, ResponseType, Scope, Secret,
    TotpAlgorithm, is_plain,
};
use crate::jose::{Algorithm, ContentEncryption, KeyManagement};

/// A network, or a single address as the network of itself.
pub(super) fn network(text: &str) -> Result<ipnet::IpNet, String> {
    text.parse()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(ipnet::IpNet::from))
        .map_err(|_| format!("must list addresses or networks such as \"10.0.0.0/8\"; {text:?} is neither"))
}

pub(super) fn algorithm(text: &str) -> Result<Algorithm, String> {
    word("algorithms", text, Algorithm::ALL, Algorithm::as_str)
}

pub(super) fn key_management(text: &str) -> Result<KeyManagement, String> {
    word("algorithms", text, KeyManagement::ALL, KeyManagement::as_str)
}

pub(super) fn content_encryption(text: &str) -> Result<ContentEncryption, String> {
    word(
        "algorithms",
        text,
        ContentEncryption::ALL,
        ContentEncryption::as_str,
    )
}

pub(super) fn grant_type(text: &str) -> Result<GrantType, String> {
    word("grant types", text, GrantType::ALL, GrantType::as_str)
}

pub(super) fn client_authentication(text: &str) -> Result<ClientAuthMethod, String> {
    word("methods", text, ClientAuthMethod::ALL, ClientAuthMethod::as_str)
}

pub(super) fn endpoint(text: &str) -> Result<Endpoint, String> {
    word("endpoints", text, Endpoint::ALL, Endpoint::as_str)
}

pub(super) fn response_type(text: &str) -> Result<ResponseType, String> {
    word("response types", text, ResponseType::ALL, ResponseType::as_str)
}

pub(super) fn registration(text: &str) -> Result<Registration, String> {
    let all = [Registration::Off, Registration::Token, Registration::Open];
    let found = all.into_iter().find(|one| one.as_str() == text);
    found.ok_or_else(|| "must be \"off\", \"token\" or \"open\"".to_owned())
}

pub(super) fn recovery_needs_two(text: &str) -> Result<RecoveryNeedsTwo, String> {
    let found = RecoveryNeedsTwo::parse(text);
    found.ok_or_else(|| "must be \"nobody\", \"administrators\" or \"everybody\"".to_owned())
}

pub(super) fn client_id_metadata(text: &str) -> Result<ClientIdMetadata, String> {
    let all = [
        ClientIdMetadata::Off,
        ClientIdMetadata::Listed,
        ClientIdMetadata::Approval,
    ];
    let found = all.into_iter().find(|one| one.as_str() == text);
    found.ok_or_else(|| "must be \"off\", \"listed\" or \"approval\"".to_owned())
}

pub(super) fn totp_algorithm(text: &str) -> Result<TotpAlgorithm, String> {
    let found = TotpAlgorithm::parse(text);
    found.ok_or_else(|| "must be \"SHA1\", \"SHA256\" or \"SHA512\"".to_owned())
}

pub(super) fn host(text: &str) -> Result<String, String> {
    match url::Host::parse(text) {
        Ok(host) if host.to_string() == text => Ok(text.to_owned()),
        _ => Err(format!(
            "must list hosts such as \"app.example\"; {text:?} is none"
        )),
    }
}

/// The host of a mail server.
pub(super) fn mail_host(text: &str) -> Result<String, String> {
    match url::Host::parse(text) {
        Ok(host) if host.to_string() == text => Ok(text.to_owned()),
        _ => Err(format!(
            "must be a host such as \"mail.example.org\"; {text:?} is none"
        )),
    }
}

/// An origin as browsers write it: scheme, host, and port where it is not the usual one.
pub(super) fn origin(text: &str) -> Result<String, String> {
    let origin = url::Url::parse(text)
        .ok()
        .filter(|url| url.domain().is_some() && matches!(url.scheme(), "https" | "http"))
        .map(|url| url.origin().ascii_serialization());
    match origin {
        Some(origin) if origin == text => Ok(origin),
        _ => Err(format!(
            "must list origins such as \"https://login.example\"; {text:?} is none"
        )),
    }
}

pub(super) fn mail_security(text: &str) -> Result<MailSecurity, String> {
    let all = [MailSecurity::Tls, MailSecurity::StartTls, MailSecurity::Plain];
    let found = all.into_iter().find(|one| one.as_str() == text);
    found.ok_or_else(|| "must be \"tls\", \"starttls\" or \"plain\"".to_owned())
}

pub(super) fn mail_address(text: &str) -> Result<EmailAddress, String> {
    let parsed = EmailAddress::parse(text);
    parsed.map_err(|_| "must be an address such as \"no-reply@example.org\"".to_owned())
}

/// A name as readers of mail see it.
pub(super) fn mail_name(text: &str) -> Result<String, String> {
    if is_plain(text) && text.chars().count() <= 100 {
        return Ok(text.to_owned());
    }
    Err("must be a name of at most 100 visible characters".to_owned())
}

/// The tag of a language that pages and mails are written in.
pub(super) fn language(text: &str) -> Result<String, String> {
    if ["en", "de", "tr"].contains(&text) {
        return Ok(text.to_owned());
    }
    Err("must be \"en\", \"de\" or \"tr\"".to_owned())
}

/// Three letters are in too many words.
pub(super) fn barred_word(text: &str) -> Result<String, String> {
    if text.trim().chars().count() < 4 {
        return Err(format!(
            "must list words of four letters at least; {text:?} is none"
        ));
    }
    Ok(text.trim().to_owned())
}

pub(super) fn audience(text: &str) -> Result<String, String> {
    if text.is_empty() || text.contains(char::is_whitespace) {
        return Err(format!("must list audiences of applications; {text:?} is none"));
    }
    Ok(text.to_owned())
}

pub(super) fn permission(text: &str) -> Result<String, String> {
    if !text.contains(':') || Scope::parse(text).is_err() {
        return Err(format!(
            "must list permissions such as \"feedback:read\"; {text:?} is none"
        ));
    }
    Ok(text.to_owned())
}

pub(super) fn statement_issuer(text: &str) -> Result<StatementIssuer, String> {
    let form = || {
        format!(
            "must list issuers, each with a space and the address of its keys behind it; {text:?} is not so"
        )
    };
    let (issuer, jwks_uri) = text.split_once(' ').ok_or_else(form)?;
    let address = url::Url::parse(jwks_uri).map_err(|_| form())?;
    if issuer.is_empty() || address.cannot_be_a_base() {
        return Err(form());
    }
    Ok(StatementIssuer {
        issuer: issuer.to_owned(),
        jwks_uri: jwks_uri.to_owned(),
    })
}

/// One of a table of words.
fn word<T: Copy>(what: &str, text: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T, String> {
    all.iter().copied().find(|one| name(*one) == text).ok_or_else(|| {
        let names: Vec<_> = all.iter().map(|one| name(*one)).collect();
        format!(
            "must list {what} out of {}; {text:?} is none of them",
            names.join(", ")
        )
    })
}

pub(super) fn database_url(url: Secret) -> Result<Secret, String> {
    let known = ["sqlite:", "postgres://", "postgresql://"];
    if known.iter().any(|scheme| url.expose().starts_with(scheme)) {
        return Ok(url);
    }
    Err("must start with sqlite: or postgres://".to_owned())
}

pub(super) fn redis_url(url: Secret) -> Result<Secret, String> {
    let known = ["redis://", "rediss://"];
    if known.iter().any(|scheme| url.expose().starts_with(scheme)) && url::Url::parse(url.expose()).is_ok() {
        return Ok(url);
    }
    Err("must be a URL that starts with redis:// or rediss://".to_owned())
}
