//! The table that the demonstration prints: for people, and as JSON for scripts.

use super::Sample;
use super::certificate::Certificates;

/// What is where.
pub(super) struct Addresses<'a> {
    pub(super) issuer: &'a str,
    pub(super) application: &'a str,
    /// For clients with certificates.
    pub(super) mtls: &'a str,
    pub(super) certificates: &'a Certificates,
}

/// One JSON object on one line.
pub(super) fn json(addresses: &Addresses<'_>, sample: &Sample) -> Result<String, serde_json::Error> {
    let certificates = addresses.certificates;
    let table = serde_json::json!({
        "issuer": addresses.issuer,
        "application": addresses.application,
        "mtls": {
            "address": addresses.mtls,
            "authority_file": certificates.authority,
            "certificate_file": certificates.client.certificate_file,
            "key_file": certificates.client.key_file,
            "localhost_certificate_file": certificates.server.certificate_file,
            "localhost_key_file": certificates.server.key_file,
        },
        "people": sample.people,
        "clients": sample.clients,
        "registration_token": sample.registration_token,
    });
    serde_json::to_string(&table)
}

/// A short table with one line on what to try first.
pub(super) fn text(addresses: &Addresses<'_>, sample: &Sample) -> String {
    let (issuer, application) = (addresses.issuer, addresses.application);
    let mut text = String::new();
    let width = sample
        .people
        .iter()
        .map(|person| person.username.len())
        .max()
        .unwrap_or_default();
    let mut line = |words: std::fmt::Arguments<'_>| {
        text.push_str(&words.to_string());
        text.push('\n');
    };
    line(format_args!("Feedback desk (sample application)  {application}"));
    line(format_args!("Doorward (identity provider)        {issuer}"));
    line(format_args!(
        "Mails that it would send            {issuer}/demo/mail"
    ));
    line(format_args!(
        "For clients with certificates       {}  (authority {})",
        addresses.mtls,
        addresses.certificates.authority.display()
    ));
    line(format_args!(""));
    line(format_args!(
        "{:width$}  {:16}  {:32}  what for",
        "username", "password", "TOTP secret"
    ));
    for person in &sample.people {
        let secret = person.totp_secret.as_deref().unwrap_or("–");
        line(format_args!(
            "{:width$}  {:16}  {secret:32}  {}",
            person.username, person.password, person.purpose
        ));
    }
    line(format_args!(""));
    for client in &sample.clients {
        let secret = client.client_secret.as_deref().unwrap_or("–");
        line(format_args!(
            "client {}  secret {secret}  {}",
            client.client_id, client.purpose
        ));
    }
    line(format_args!(""));
    line(format_args!(
        "Try first: open {application}, sign in as the regional manager with a code from any authenticator app, and see EMEA only."
    ));
    text
}
