//! What a request says of its client: pure reading of header and form, nothing is believed yet.

use std::borrow::Cow;

use data_encoding::BASE64;
use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::{ClientAuthError, trusted_issuer};
use crate::domain::{ClientAuthMethod, Secret};
use crate::http::Form;
use crate::jose;

/// The one type of assertion (RFC 7523 section 2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The longest secret or header value that is looked at, in bytes.
const LONGEST: usize = 1_024;

/// A client's name and what it offers as proof.
#[derive(Debug)]
pub(super) struct Presented<'a> {
    pub(super) client_id: Cow<'a, str>,
    pub(super) proof: Offered<'a>,
}

/// A proof that is offered.
#[derive(Debug)]
pub(super) enum Offered<'a> {
    Basic(Secret),
    Post(Secret),
    Assertion(&'a str),
    Nothing,
}

impl Offered<'_> {
    /// Whether such a proof is one of a registered method. A certificate is shown with the connection, and the request
    /// itself offers nothing then. Which kind of assertion it is, its verification tells.
    pub(super) fn fits(&self, method: ClientAuthMethod) -> bool {
        match method {
            ClientAuthMethod::ClientSecretBasic => matches!(self, Self::Basic(_)),
            ClientAuthMethod::ClientSecretPost => matches!(self, Self::Post(_)),
            ClientAuthMethod::PrivateKeyJwt | ClientAuthMethod::ClientSecretJwt => {
                matches!(self, Self::Assertion(_))
            }
            ClientAuthMethod::None
            | ClientAuthMethod::TlsClientAuth
            | ClientAuthMethod::SelfSignedTlsClientAuth => matches!(self, Self::Nothing),
        }
    }
}

/// Reads the one client authentication of a request (RFC 6749 section 2.3: a client must not use more than one).
pub(super) fn presented<'a>(headers: &HeaderMap, form: &'a Form) -> Result<Presented<'a>, ClientAuthError> {
    let basic = basic(headers)?;
    let secret = form.get("client_secret");
    let assertion = assertion(form)?;
    let named = form.get("client_id");
    match (basic, secret, assertion) {
        (Some((client_id, secret)), None, None) => {
            // The name in the form may repeat that of the header, not contradict it.
            if named.is_some_and(|named| named != client_id) {
                return Err(ClientAuthError::Malformed);
            }
            Ok(Presented {
                client_id: Cow::Owned(client_id),
                proof: Offered::Basic(secret),
            })
        }
        (None, Some(secret), None) if secret.len() <= LONGEST => Ok(Presented {
            client_id: named.ok_or(ClientAuthError::Malformed)?.into(),
            proof: Offered::Post(Secret::new(secret.to_owned())),
        }),
        (None, Some(_), None) => Err(ClientAuthError::Malformed),
        (None, None, Some(assertion)) => {
            let subject = jose::claimed_subject(assertion).ok_or(ClientAuthError::Malformed)?;
            // An issuer outside has names of its own for our clients; whoever speaks for itself has one.
            let own = trusted_issuer::of_assertion(assertion).is_none_or(|issuer| issuer == subject);
            if own && named.is_some_and(|named| named != subject) {
                return Err(ClientAuthError::Malformed);
            }
            Ok(Presented {
                client_id: named.map_or(Cow::Owned(subject), Cow::Borrowed),
                proof: Offered::Assertion(assertion),
            })
        }
        (None, None, None) => Ok(Presented {
            client_id: named.ok_or(ClientAuthError::Missing)?.into(),
            proof: Offered::Nothing,
        }),
        _ => Err(ClientAuthError::Several),
    }
}

fn assertion(form: &Form) -> Result<Option<&str>, ClientAuthError> {
    match (form.get("client_assertion"), form.get("client_assertion_type")) {
        (None, None) => Ok(None),
        (Some(assertion), Some(JWT_BEARER)) => Ok(Some(assertion)),
        _ => Err(ClientAuthError::Malformed),
    }
}

/// Name and secret of the `Authorization` header. Each is form-encoded inside the base64 (RFC 6749 section 2.3.1).
fn basic(headers: &HeaderMap) -> Result<Option<(String, Secret)>, ClientAuthError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(ClientAuthError::Several);
    }
    read_basic(value.as_bytes())
        .map(Some)
        .ok_or(ClientAuthError::Malformed)
}

fn read_basic(value: &[u8]) -> Option<(String, Secret)> {
    if value.len() > 2 * LONGEST {
        return None;
    }
    let text = std::str::from_utf8(value).ok()?;
    let (scheme, encoded) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let pair = BASE64.decode(encoded.trim_matches(' ').as_bytes()).ok()?;
    let colon = pair.iter().position(|byte| *byte == b':')?;
    let (client_id, secret) = pair.split_at_checked(colon)?;
    Some((decode(client_id)?, Secret::new(decode(secret.get(1..)?)?)))
}

/// Strict form decoding: what is broken is refused, never repaired.
fn decode(encoded: &[u8]) -> Option<String> {
    let digit = |byte: Option<u8>| {
        char::from(byte?)
            .to_digit(16)
            .and_then(|value| u8::try_from(value).ok())
    };
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.iter().copied();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => digit(rest.next())? << 4 | digit(rest.next())?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn basic_of(pair: &str) -> String {
        format!("Basic {}", BASE64.encode(pair.as_bytes()))
    }

    fn read(values: &[&str], form: &str) -> Result<String, ClientAuthError> {
        let form = Form::parse(form).unwrap();
        let found = presented(&headers(values), &form)?;
        let proof = match found.proof {
            Offered::Basic(secret) => format!("basic {}", secret.expose()),
            Offered::Post(secret) => format!("post {}", secret.expose()),
            Offered::Assertion(_) => "assertion".to_owned(),
            Offered::Nothing => "nothing".to_owned(),
        };
        Ok(format!("{} {proof}", found.client_id))
    }

    #[test]
    fn each_way_is_read() {
        assert_eq!(read(&[&basic_of("app:s3cret")], "").unwrap(), "app basic s3cret");
        assert_eq!(
            read(&[&basic_of("app:s")], "client_id=app").unwrap(),
            "app basic s"
        );
        assert_eq!(read(&[], "client_id=app&client_secret=s").unwrap(), "app post s");
        assert_eq!(read(&[], "client_id=app").unwrap(), "app nothing");
        assert_eq!(read(&[], "client_id=app&client_secret=").unwrap(), "app nothing");
    }

    #[test]
    fn name_and_secret_are_form_decoded_inside_the_header() {
        let odd = basic_of("my%2Dapp:a%3Ab+c%2B:d");
        assert_eq!(read(&[&odd], "").unwrap(), "my-app basic a:b c+:d");
        let lower = basic_of("app:s").replace("Basic", "bAsIc");
        assert_eq!(read(&[&lower], "").unwrap(), "app basic s");
    }

    #[test]
    fn two_ways_at_once_are_refused() {
        let basic = basic_of("app:s");
        let assertion = format!("client_assertion=a.b.c&client_assertion_type={JWT_BEARER}");
        for (values, form) in [
            (vec![basic.as_str()], "client_id=app&client_secret=s".to_owned()),
            (vec![basic.as_str()], assertion.clone()),
            (vec![], format!("{assertion}&client_id=app&client_secret=s")),
            (vec![basic.as_str(), basic.as_str()], String::new()),
        ] {
            let refused = read(&values, &form);
            assert!(
                matches!(refused, Err(ClientAuthError::Several)),
                "{form}: {refused:?}"
            );
        }
    }

    #[test]
    fn broken_ways_are_refused() {
        let long = basic_of(&format!("app:{}", "s".repeat(3_000)));
        let long_post = format!("client_id=app&client_secret={}", "s".repeat(3_000));
        for (value, form) in [
            (Some("Basic"), ""),
            (Some("Basic ###"), ""),
            (Some("Basic YXBw"), ""),
            (Some("Bearer YXBwOnM="), ""),
            (Some(&*basic_of("app:%zz")), ""),
            (Some(&*basic_of("app:%0")), ""),
            (Some(&*basic_of("app:%00")), ""),
            (Some(&*basic_of("app:%ff")), ""),
            (Some(&*basic_of("app:s")), "client_id=other"),
            (Some(&*long), ""),
            (None, &*long_post),
            (None, "client_secret=s"),
            (None, "client_id=app&client_assertion=a.b.c"),
            (
                None,
                "client_id=app&client_assertion_type=urn:x&client_assertion=a.b.c",
            ),
            (None, "client_id=app&client_assertion_type=urn:x"),
        ] {
            let values: Vec<&str> = value.into_iter().collect();
            let refused = read(&values, form);
            assert!(
                matches!(refused, Err(ClientAuthError::Malformed)),
                "{value:?} {form}: {refused:?}"
            );
        }
        assert!(matches!(read(&[], ""), Err(ClientAuthError::Missing)));
    }

    proptest! {
        #[test]
        fn no_header_makes_reading_panic(bytes in any::<Vec<u8>>()) {
            let _ = read_basic(&bytes);
            let _ = read_basic(format!("Basic {}", BASE64.encode(&bytes)).as_bytes());
        }
    }
}
