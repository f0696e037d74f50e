//! What is bound to which key.

use http::HeaderMap;

use super::proof::{Endpoint, proven_key};
use crate::client::{Client, Rules};
use crate::domain::{ClientAuthMethod, Confirmation};
use crate::oauth::error::{ErrorCode, Refusal};
use crate::op::{Op, OpError};

pub(in crate::oauth) const NO_PROOF: Refusal =
    Refusal::new(ErrorCode::InvalidDpopProof, "a DPoP proof is needed");
const NO_CERTIFICATE: Refusal = Refusal::new(ErrorCode::InvalidRequest, "a client certificate is needed");
const TWO_KEYS: Refusal = Refusal::new(
    ErrorCode::InvalidRequest,
    "the tokens of this client are bound to its certificate, not to a DPoP key",
);
const OTHER_KEY: Refusal = Refusal::new(
    ErrorCode::InvalidGrant,
    "what was given is bound to another key than the one proven",
);

/// The key that a token request proves beside its client, to which its tokens will be bound.
pub(in crate::oauth) async fn confirmation(
    op: &mut Op,
    client: &Client,
    headers: &HeaderMap,
    endpoint: Endpoint<'_>,
) -> Result<Result<Option<Confirmation>, Refusal>, OpError> {
    let key = match thumbprint(op, client, headers, endpoint).await? {
        Ok(key) => key,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let by_certificate = client.settings.tls_client_certificate_bound_access_tokens;
    Ok(match key {
        Some(_) if by_certificate => Err(TWO_KEYS),
        Some(thumbprint) => Ok(Some(Confirmation::Key(thumbprint))),
        None if client.settings.dpop_bound_access_tokens => Err(NO_PROOF),
        None if by_certificate => shown(op).map(Some).ok_or(NO_CERTIFICATE),
        None => Ok(None),
    })
}

/// The thumbprint of the key that a client proves by a DPoP header where no token is shown, by an algorithm that its
/// profile allows.
pub(in crate::oauth) async fn thumbprint(
    op: &mut Op,
    client: &Client,
    headers: &HeaderMap,
    endpoint: Endpoint<'_>,
) -> Result<Result<Option<String>, Refusal>, OpError> {
    let rules = Rules::from(client);
    let is_unproven = client.auth_method == ClientAuthMethod::None;
    Ok(
        match proven_key(op, headers, endpoint, None, is_unproven).await? {
            Ok(Some(key)) => match rules.algorithm(key.algorithm) {
                Ok(()) => Ok(Some(key.thumbprint)),
                Err(broken) => Err(Refusal::new(ErrorCode::InvalidDpopProof, broken.text())),
            },
            Ok(None) => Ok(None),
            Err(refusal) => Err(refusal),
        },
    )
}

/// The certificate that a request comes with (RFC 8705 section 3).
pub(in crate::oauth) fn shown(op: &Op) -> Option<Confirmation> {
    let certificate = op.seen.certificate.as_ref()?;
    Some(Confirmation::Certificate(certificate.thumbprint()))
}

/// Holds what was given to a key against the key that is proven now.
pub(in crate::oauth) fn holds(
    bound: Option<&Confirmation>,
    proven: Option<&Confirmation>,
) -> Result<(), Refusal> {
    match (bound, proven) {
        (None, _) => Ok(()),
        (Some(bound), Some(proven)) if bound == proven => Ok(()),
        (Some(Confirmation::Key(_)), None) => Err(NO_PROOF),
        (Some(_), _) => Err(OTHER_KEY),
    }
}

/// The key to which the refresh tokens of a client are bound. Those of a client that authenticates are bound by that
/// already, and it may change its keys (RFC 9449 section 5, RFC 8705 section 4).
pub(in crate::oauth) fn kept(client: &Client, proven: Option<&Confirmation>) -> Option<Confirmation> {
    let is_public = client.auth_method == ClientAuthMethod::None;
    proven.filter(|_| is_public).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_bound_needs_its_own_key() {
        let key = |text: &str| Some(Confirmation::Key(text.to_owned()));
        let certificate = Some(Confirmation::Certificate("a".to_owned()));
        let code = |bound: &Option<Confirmation>, proven: &Option<Confirmation>| {
            holds(bound.as_ref(), proven.as_ref()).err().map(|told| told.code)
        };
        assert_eq!(code(&None, &None), None);
        assert_eq!(code(&None, &key("a")), None);
        assert_eq!(code(&key("a"), &key("a")), None);
        assert_eq!(code(&key("a"), &key("b")), Some(ErrorCode::InvalidGrant));
        assert_eq!(code(&key("a"), &certificate), Some(ErrorCode::InvalidGrant));
        assert_eq!(code(&key("a"), &None), Some(ErrorCode::InvalidDpopProof));
        assert_eq!(code(&certificate, &certificate), None);
        assert_eq!(code(&certificate, &None), Some(ErrorCode::InvalidGrant));
    }
}
