//! The DPoP header of a request (RFC 9449 section 4): which key it proves.

use data_encoding::BASE64URL_NOPAD;
use http::{HeaderMap, HeaderName};

use super::nonce;
use crate::config::Config;
use crate::domain::Token;
use crate::jose::{
    Algorithm, JwtError, PROOF_LIFE, ProofExpectations, ProofKeys, VerifiedProof, verify_proof,
};
use crate::oauth::client_request::is_beyond_proofs;
use crate::oauth::error::{ErrorCode, Refusal};
use crate::op::{House, Op, OpError, Part};

const HEADER: HeaderName = HeaderName::from_static("dpop");

const SEVERAL: Refusal = refusal("there is more than one DPoP header");
const MALFORMED: Refusal = refusal("the DPoP proof is malformed");
const REPLAYED: Refusal = refusal("the DPoP proof has been used before");

/// Whoever has proven nothing else makes the server remember too many of them.
pub(in crate::oauth) const TOO_MANY_PROOFS: Refusal = Refusal::new(
    ErrorCode::TemporarilyUnavailable,
    "there are too many DPoP proofs of clients without a secret",
);
const USE_NONCE: Refusal = Refusal::new(
    ErrorCode::UseDpopNonce,
    "the DPoP proof needs the nonce of the DPoP-Nonce header",
);

const fn refusal(description: &'static str) -> Refusal {
    Refusal::new(ErrorCode::InvalidDpopProof, description)
}

/// An endpoint of ours as a request has named it.
#[derive(Debug, Clone, Copy)]
pub(in crate::oauth) struct Endpoint<'a> {
    pub(in crate::oauth) method: &'a str,
    /// Below the issuer, with a slash at its beginning.
    pub(in crate::oauth) path: &'a str,
}

/// The names of the algorithms that may sign proofs, as a challenge lists them.
pub(in crate::oauth) fn algorithms(config: &Config) -> String {
    let on = config.oauth.client_signing_algorithms.iter();
    on.map(|one| one.as_str()).collect::<Vec<_>>().join(" ")
}

/// The keys of clients that come again.
#[derive(Debug, Default)]
struct Known(ProofKeys);

impl Part for Known {
    fn new(_: &House) -> Self {
        Self::default()
    }
}

/// A key that a request has proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::oauth) struct ProvenKey {
    /// Its RFC 7638 thumbprint.
    pub(in crate::oauth) thumbprint: String,
    pub(in crate::oauth) algorithm: Algorithm,
}

/// The key that the DPoP header of a request proves; `None` without such a header.
///
/// With `access_token` the proof must be one for that token. `is_unproven`: nothing but the proof speaks for the client, so that
/// it is counted before it is remembered. A proof serves once: its `jti` is remembered as long as the
/// proof would be believed, for all replicas. Where that cannot be remembered the request fails with a fault that passes,
/// since a proof that may have been used before proves nothing.
pub(in crate::oauth) async fn proven_key(
    op: &mut Op,
    headers: &HeaderMap,
    endpoint: Endpoint<'_>,
    access_token: Option<&Token>,
    is_unproven: bool,
) -> Result<Result<Option<ProvenKey>, Refusal>, OpError> {
    let text = match header(headers) {
        Ok(Some(text)) => text,
        Ok(None) => return Ok(Ok(None)),
        Err(refusal) => return Ok(Err(refusal)),
    };
    let config = &op.house.config;
    let alias = config
        .oauth
        .mtls_address
        .as_ref()
        .map(|url| url.as_str().trim_end_matches('/'));
    let issuer = config.server.issuer_text();
    let urls = [issuer, alias.unwrap_or(issuer)].map(|base| format!("{base}{}", endpoint.path));
    let expectations = ProofExpectations {
        method: endpoint.method,
        urls: &urls.each_ref().map(String::as_str),
        access_token: access_token.map(Token::expose),
        algorithms: &config.oauth.client_signing_algorithms,
    };
    let known = op.house.part::<Known>();
    let proof = match verify_proof(text, &known.0, &expectations, op.now) {
        Ok(proof) => proof,
        Err(error) => return Ok(Err(why(&error))),
    };
    let fresh = |shown: &str| nonce::is_fresh(&op.house.master_key, shown, op.now);
    if nonce::is_required(&op.house) && !proof.nonce.as_deref().is_some_and(fresh) {
        return Ok(Err(USE_NONCE));
    }
    if is_unproven && is_beyond_proofs(op).await {
        return Ok(Err(TOO_MANY_PROOFS));
    }
    if is_first(op, &proof, endpoint).await? {
        Ok(Ok(Some(ProvenKey {
            thumbprint: proof.thumbprint,
            algorithm: proof.algorithm,
        })))
    } else {
        Ok(Err(REPLAYED))
    }
}

/// The one DPoP header (RFC 9449 section 4.3, item 1).
fn header(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut values = headers.get_all(HEADER).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(SEVERAL);
    }
    value.to_str().map(Some).map_err(|_| MALFORMED)
}

/// Whether a proof comes for the first time. Hashed, so that what a client has chosen takes the same room for everybody.
async fn is_first(op: &mut Op, proof: &VerifiedProof, endpoint: Endpoint<'_>) -> Result<bool, OpError> {
    let VerifiedProof { thumbprint, id, .. } = proof;
    let whole = Token::presented(&format!("{thumbprint} {} {id}", endpoint.path));
    let key = format!("dpop:{}", BASE64URL_NOPAD.encode(&whole.digest().0));
    // One second more than the proof is believed, so that none is forgotten while it still serves.
    let until = proof
        .issued_at
        .plus(PROOF_LIFE + std::time::Duration::from_secs(1));
    op.rest();
    let (house, now) = (op.house.clone(), op.now);
    house
        .ephemeral
        .put_once(&key, until.since(now), now)
        .await
        .map_err(|_| OpError::Overloaded("replay guards"))
}

/// A fixed sentence for each reason.
fn why(error: &JwtError) -> Refusal {
    refusal(match error {
        JwtError::Malformed => return MALFORMED,
        JwtError::Type => "the typ of the DPoP proof is not dpop+jwt",
        JwtError::Key => "the DPoP proof needs an accepted alg and a public key that fits it as jwk",
        JwtError::Signature => "the signature of the DPoP proof is wrong",
        JwtError::Expired => "the DPoP proof is too old",
        JwtError::Early => "the DPoP proof lies in the future",
        JwtError::Claim("htm") => "htm of the DPoP proof is not the method of this request",
        JwtError::Claim("htu") => "htu of the DPoP proof is not the address of this request",
        JwtError::Claim("ath") => "ath of the DPoP proof is not the hash of the access token",
        JwtError::Claim("jti") => "jti of the DPoP proof is missing or too long",
        JwtError::Claim("iat") => "iat of the DPoP proof is missing or no time",
        JwtError::Claim(_) => "a claim of the DPoP proof is malformed",
    })
}
