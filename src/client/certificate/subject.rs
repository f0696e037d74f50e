//! What a certificate must name for a client (RFC 8705 section 2.1.2).

use std::net::IpAddr;

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;

use super::Name;
use crate::client::ClientSettings;

/// The one thing that the certificate of a client names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::client) enum Subject {
    Name(Name),
    Dns(String),
    Uri(String),
    Address(IpAddr),
    Email(String),
}

/// What a client has registered; `None` unless it is exactly one thing that can be read.
pub(in crate::client) fn one_subject(settings: &ClientSettings) -> Option<Subject> {
    let text = |value: &Option<String>| {
        value
            .clone()
            .filter(|text| !text.is_empty() && text.len() <= 2_000)
    };
    let ClientSettings {
        tls_client_auth_subject_dn: name,
        tls_client_auth_san_dns: dns,
        tls_client_auth_san_uri: uri,
        tls_client_auth_san_ip: address,
        tls_client_auth_san_email: email,
        ..
    } = settings;
    match (name, dns, uri, address, email) {
        (Some(_), None, None, None, None) => Name::parse(&text(name)?).map(Subject::Name),
        (None, Some(_), None, None, None) => text(dns).map(Subject::Dns),
        (None, None, Some(_), None, None) => text(uri).map(Subject::Uri),
        (None, None, None, Some(_), None) => text(address)?.parse().ok().map(Subject::Address),
        (None, None, None, None, Some(_)) => text(email).map(Subject::Email),
        _ => None,
    }
}

/// Whether a client has registered any such thing.
pub(in crate::client) fn has_subject(settings: &ClientSettings) -> bool {
    [
        &settings.tls_client_auth_subject_dn,
        &settings.tls_client_auth_san_dns,
        &settings.tls_client_auth_san_uri,
        &settings.tls_client_auth_san_ip,
        &settings.tls_client_auth_san_email,
    ]
    .into_iter()
    .any(Option::is_some)
}

impl Subject {
    /// Whether a certificate names it: its subject, or one of its alternative names. Nothing is a pattern.
    pub(in crate::client) fn names(&self, certificate: &X509Certificate<'_>) -> bool {
        if let Self::Name(expected) = self {
            return Name::of(certificate.subject()).as_ref() == Some(expected);
        }
        let Ok(Some(extension)) = certificate.subject_alternative_name() else {
            return false;
        };
        extension.value.general_names.iter().any(|name| self.is(name))
    }

    fn is(&self, name: &GeneralName<'_>) -> bool {
        match (self, name) {
            (Self::Dns(expected), GeneralName::DNSName(found)) => expected.eq_ignore_ascii_case(found),
            (Self::Uri(expected), GeneralName::URI(found))
            | (Self::Email(expected), GeneralName::RFC822Name(found)) => expected == found,
            (Self::Address(IpAddr::V4(expected)), GeneralName::IPAddress(found)) => {
                expected.octets().as_slice() == *found
            }
            (Self::Address(IpAddr::V6(expected)), GeneralName::IPAddress(found)) => {
                expected.octets().as_slice() == *found
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_subject_is_registered() {
        let of = |change: &dyn Fn(&mut ClientSettings)| {
            let mut settings = ClientSettings::default();
            change(&mut settings);
            one_subject(&settings)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(of(&|_| {}), None);
        let dns = of(&|settings| settings.tls_client_auth_san_dns = some("a.example"));
        assert_eq!(dns, Some(Subject::Dns("a.example".to_owned())));
        let empty = of(&|settings| settings.tls_client_auth_san_dns = some(""));
        assert_eq!(empty, None);
        let address = of(&|settings| settings.tls_client_auth_san_ip = some("2001:DB8::0:1"));
        assert_eq!(address, Some(Subject::Address("2001:db8::1".parse().unwrap())));
        assert_eq!(
            of(&|settings| settings.tls_client_auth_san_ip = some("host")),
            None
        );
        assert_eq!(
            of(&|settings| settings.tls_client_auth_subject_dn = some("x")),
            None
        );
        let two = of(&|settings| {
            settings.tls_client_auth_san_dns = some("a.example");
            settings.tls_client_auth_san_uri = some("https://a.example");
        });
        assert_eq!(two, None);
    }
}
