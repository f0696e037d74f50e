//! The client's certificate as a listed proxy tells it (RFC 9440).

use data_encoding::BASE64;
use http::{HeaderMap, HeaderName};

use crate::domain::ClientCertificate;

const CERTIFICATE: HeaderName = HeaderName::from_static("client-cert");
const CHAIN: HeaderName = HeaderName::from_static("client-cert-chain");

/// The longest certificate and the most beside it that are looked at.
const LONGEST: usize = 16 * 1024;
const MOST: usize = 10;

/// A listed proxy told a certificate that cannot be read: refused, since it speaks for whoever stands behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a proxy sent a Client-Cert or Client-Cert-Chain header that is not as in RFC 9440")]
pub struct CertificateError;

/// The certificate that a proxy has told, if the client has shown one to it. Only for requests of listed proxies.
pub fn told_certificate(headers: &HeaderMap) -> Result<Option<ClientCertificate>, CertificateError> {
    let mut values = headers.get_all(CERTIFICATE).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(CertificateError);
    }
    let certificate = byte_sequence(value.to_str().map_err(|_| CertificateError)?)?;
    let mut chain = Vec::new();
    // Several headers are one list (RFC 8941 section 4.2).
    for value in headers.get_all(CHAIN) {
        for item in value.to_str().map_err(|_| CertificateError)?.split(',') {
            if chain.len() >= MOST {
                return Err(CertificateError);
            }
            chain.push(byte_sequence(item)?);
        }
    }
    Ok(Some(ClientCertificate { certificate, chain }))
}

/// A byte sequence (RFC 8941 section 3.3.5) without parameters.
fn byte_sequence(text: &str) -> Result<Vec<u8>, CertificateError> {
    let inner = text
        .trim_matches([' ', '\t'])
        .strip_prefix(':')
        .and_then(|rest| rest.strip_suffix(':'))
        .filter(|inner| (1..=LONGEST).contains(&inner.len()))
        .ok_or(CertificateError)?;
    BASE64.decode(inner.as_bytes()).map_err(|_| CertificateError)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(values: &[(HeaderName, &str)]) -> Result<Option<ClientCertificate>, CertificateError> {
        let mut headers = HeaderMap::new();
        for (name, value) in values {
            let value = http::HeaderValue::from_bytes(value.as_bytes()).unwrap();
            headers.append(name.clone(), value);
        }
        told_certificate(&headers)
    }

    #[test]
    fn a_certificate_comes_alone_or_with_its_chain() {
        assert_eq!(told(&[]), Ok(None));
        let one = ClientCertificate {
            certificate: vec![0],
            chain: Vec::new(),
        };
        assert_eq!(told(&[(CERTIFICATE, ":AA==:")]), Ok(Some(one.clone())));
        let with_chain = ClientCertificate {
            chain: vec![vec![1], vec![2], vec![3]],
            ..one
        };
        let found = told(&[
            (CERTIFICATE, " :AA==: "),
            (CHAIN, ":AQ==:, :Ag==:"),
            (CHAIN, ":Aw==:"),
        ]);
        assert_eq!(found, Ok(Some(with_chain)));
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        for value in [
            "",
            ":",
            "::",
            "AA==",
            ":AA==",
            ":A:",
            ":AA==:;a=1",
            ":é:",
            "-----BEGIN",
        ] {
            assert_eq!(told(&[(CERTIFICATE, value)]), Err(CertificateError), "{value}");
        }
        let twice = [(CERTIFICATE, ":AA==:"), (CERTIFICATE, ":AA==:")];
        assert_eq!(told(&twice), Err(CertificateError));
        let long = [":AA==:"; 11].join(",");
        let chained = [(CERTIFICATE, ":AA==:"), (CHAIN, long.as_str())];
        assert_eq!(told(&chained), Err(CertificateError));
        let broken = [(CERTIFICATE, ":AA==:"), (CHAIN, ":AA==:,")];
        assert_eq!(told(&broken), Err(CertificateError));
    }
}
