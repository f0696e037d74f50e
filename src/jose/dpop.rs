//! Proofs that a client holds a key (DPoP, RFC 9449 section 4).

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;
use moka::sync::Cache;
use serde_json::{Map, Value};
use url::Url;

use super::jwt::{CLOCK_DIFFERENCE, check_type, decode, moment, split};
use super::{Algorithm, Jwk, JwtError, PublicKey};
use crate::domain::Timestamp;

/// The `typ` of a proof.
const TYPE: &str = "dpop+jwt";

/// The longest proof that is looked at, in bytes: one with an RSA key of 8192 bits has about 3,000.
const LONGEST_PROOF: usize = 8 * 1024;

/// The longest `jti` and nonce, in bytes (RFC 9449 section 11.1 lets a server bound them).
const LONGEST_TEXT: usize = 512;

/// Members of private and symmetric keys (RFC 7518 section 6.2.2, 6.3.2 and 6.4.1, RFC 8037 section 2).
const PRIVATE: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/// How many keys are kept, and the longest encoded header that is kept with one: some 5 MB, 10 at most. An RSA key of 4096
/// bits fits.
const KEYS: u64 = 4_096;
const LONGEST_KEPT: usize = 1_024;

/// How old a proof may be. The server's clock decides, and a client's may be a little slow.
pub const PROOF_LIFE: Duration = Duration::from_mins(1);

/// The request that a proof must have been made for.
#[derive(Debug, Clone, Copy)]
pub struct ProofExpectations<'a> {
    pub method: &'a str,
    /// Where the request went, as the client sees it: one of these.
    pub urls: &'a [&'a str],
    /// The access token that is shown with it; none at an endpoint that gives tokens.
    pub access_token: Option<&'a str>,
    /// By which it may be signed.
    pub algorithms: &'a [Algorithm],
}

impl ProofExpectations<'_> {
    /// Whether a request to this address is the expected one. Most are spelled as ours are.
    fn is_for(&self, target: &str) -> bool {
        self.urls.contains(&target)
            || normalised(target).is_some_and(|target| {
                self.urls
                    .iter()
                    .any(|url| normalised(url).as_ref() == Some(&target))
            })
    }
}

/// A proof whose signature, type, request and time have been checked. Its nonce, and whether it comes for the first time,
/// have not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedProof {
    /// The RFC 7638 thumbprint of the key.
    pub thumbprint: String,
    pub algorithm: Algorithm,
    /// Its `jti`.
    pub id: String,
    pub issued_at: Timestamp,
    pub nonce: Option<String>,
}

/// The header of a proof. Nothing but the embedded key verifies it, so `kid` and the like are not even read.
#[derive(serde::Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    typ: Option<String>,
    jwk: Map<String, Value>,
    #[serde(default)]
    crit: Option<Value>,
}

/// The key that the header of a proof brings along, ready to verify.
#[derive(Debug)]
struct ProofKey {
    key: PublicKey,
    /// Its RFC 7638 thumbprint.
    thumbprint: String,
}

impl ProofKey {
    /// Reads an encoded header, whose algorithm must be one of these.
    fn read(header: &str, algorithms: &[Algorithm]) -> Result<Self, JwtError> {
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| JwtError::Malformed)?;
        check_type(header.typ.as_deref(), Some(TYPE))?;
        if header.crit.is_some() {
            return Err(JwtError::Malformed);
        }
        // Only asymmetric algorithms have a name here: `none` and `HS256` have none.
        let algorithm = Algorithm::named(&header.alg)
            .filter(|named| algorithms.contains(named))
            .ok_or(JwtError::Key)?;
        if PRIVATE.iter().any(|member| header.jwk.contains_key(*member)) {
            return Err(JwtError::Key);
        }
        let jwk: Jwk = serde_json::from_value(Value::Object(header.jwk)).map_err(|_| JwtError::Key)?;
        Ok(Self {
            key: PublicKey::from_jwk(&jwk, algorithm).map_err(|_| JwtError::Key)?,
            thumbprint: jwk.thumbprint().ok_or(JwtError::Key)?,
        })
    }
}

/// The keys of proofs that were believed, by the encoded header that brought each.
///
/// A client sends the same header with each of its proofs, and what it says hangs on nothing but its text. What is kept is
/// what was read: the signature is verified each time.
#[derive(Debug)]
pub struct ProofKeys(Cache<Box<str>, Arc<ProofKey>>);

impl Default for ProofKeys {
    fn default() -> Self {
        Self(Cache::new(KEYS))
    }
}

impl ProofKeys {
    fn known(&self, header: &str, algorithms: &[Algorithm]) -> Option<Arc<ProofKey>> {
        self.0
            .get(header)
            .filter(|known| algorithms.contains(&known.key.algorithm()))
    }

    /// Only for a key that somebody has shown to hold: others would take its room.
    fn keep(&self, header: &str, key: Arc<ProofKey>) {
        if header.len() <= LONGEST_KEPT {
            self.0.insert(header.into(), key);
        }
    }
}

/// Verifies a proof as RFC 9449 section 4.3 lists it, items 2 to 9, 11 and 12a.
pub fn verify_proof(
    proof: &str,
    keys: &ProofKeys,
    expectations: &ProofExpectations<'_>,
    now: Timestamp,
) -> Result<VerifiedProof, JwtError> {
    if proof.len() > LONGEST_PROOF {
        return Err(JwtError::Malformed);
    }
    let parts = split(proof)?;
    let known = keys.known(parts.header, expectations.algorithms);
    let is_new = known.is_none();
    let key = match known {
        Some(known) => known,
        None => Arc::new(ProofKey::read(parts.header, expectations.algorithms)?),
    };
    let (payload, signature) = (decode(parts.payload)?, decode(parts.signature)?);
    let claims: Map<String, Value> = serde_json::from_slice(&payload).map_err(|_| JwtError::Malformed)?;
    // What costs least comes first: the signature is checked of a proof that would do.
    let read = read(&claims, &key, expectations, now)?;
    if !key.key.verifies(parts.signed.as_bytes(), &signature) {
        return Err(JwtError::Signature);
    }
    if is_new {
        keys.keep(parts.header, key);
    }
    Ok(read)
}

/// What a proof with this key says, if it is for the expected request and of this moment.
fn read(
    claims: &Map<String, Value>,
    key: &ProofKey,
    expectations: &ProofExpectations<'_>,
    now: Timestamp,
) -> Result<VerifiedProof, JwtError> {
    let text = |name: &'static str| {
        let value = claims.get(name)?.as_str()?;
        (1..=LONGEST_TEXT).contains(&value.len()).then_some(value)
    };
    let id = text("jti").ok_or(JwtError::Claim("jti"))?;
    if claims.get("htm").and_then(Value::as_str) != Some(expectations.method) {
        return Err(JwtError::Claim("htm"));
    }
    let target = claims.get("htu").and_then(Value::as_str);
    if !target.is_some_and(|target| expectations.is_for(target)) {
        return Err(JwtError::Claim("htu"));
    }
    if let Some(token) = expectations.access_token {
        let hash = BASE64URL_NOPAD.encode(digest(&SHA256, token.as_bytes()).as_ref());
        if claims.get("ath").and_then(Value::as_str) != Some(hash.as_str()) {
            return Err(JwtError::Claim("ath"));
        }
    }
    let nonce = match claims.get("nonce") {
        None => None,
        Some(_) => Some(text("nonce").ok_or(JwtError::Claim("nonce"))?.to_owned()),
    };
    Ok(VerifiedProof {
        thumbprint: key.thumbprint.clone(),
        algorithm: key.key.algorithm(),
        id: id.to_owned(),
        issued_at: check_times(claims, now)?,
        nonce,
    })
}

/// `iat` lies within the window; `exp` and `nbf`, which a proof need not have, hold if they are there.
fn check_times(claims: &Map<String, Value>, now: Timestamp) -> Result<Timestamp, JwtError> {
    let issued_at = moment(claims, "iat")?.ok_or(JwtError::Claim("iat"))?;
    let ahead = now.plus(CLOCK_DIFFERENCE);
    if issued_at > ahead || moment(claims, "nbf")?.is_some_and(|at| at > ahead) {
        return Err(JwtError::Early);
    }
    let is_old = now.since(issued_at) > PROOF_LIFE;
    if is_old || moment(claims, "exp")?.is_some_and(|at| at <= now) {
        return Err(JwtError::Expired);
    }
    Ok(issued_at)
}

/// An address without query and fragment, in one spelling (RFC 3986 sections 6.2.2 and 6.2.3, as RFC 9449 section 4.3
/// advises): scheme and host in small letters, no default port, no dot segments, nothing escaped that need not be.
fn normalised(text: &str) -> Option<String> {
    let mut url = Url::parse(text).ok()?;
    if !matches!(url.scheme(), "https" | "http") || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    url.set_query(None);
    url.set_fragment(None);
    let mut whole = String::with_capacity(url.as_str().len());
    let mut pieces = url.as_str().split('%');
    whole.push_str(pieces.next()?);
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let byte = is_hex.then(|| u8::from_str_radix(digits, 16).ok()).flatten()?;
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            whole.push(char::from(byte));
        } else {
            whole.push('%');
            whole.push_str(&digits.to_ascii_uppercase());
        }
        whole.push_str(rest);
    }
    Some(whole)
}

#[cfg(test)]
mod tests;
