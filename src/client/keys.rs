//! The public keys of a client: registered by value, or fetched from its `jwks_uri` (RFC 7591 section 2).
//!
//! A fetched set is kept as long as its answer says, within bounds. It is fetched anew before that when a token names a key
//! that is not in it (the client has rotated), but not more often than once a minute, so that nobody makes us knock at a
//! client's door by inventing names of keys. While it cannot be fetched, the last one is used for a day.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use tokio::sync::Mutex;

use super::Client;
use crate::domain::Timestamp;
use crate::jose::{self, Algorithm, Jwk, JwkSet, PublicKey};
use crate::op::{House, Op, Part};
use crate::outbound::OutboundError;

/// How long a set is kept: at least, if its answer says nothing, and at most.
const SHORTEST: Duration = Duration::from_mins(5);
const USUAL: Duration = Duration::from_mins(15);
const LONGEST: Duration = Duration::from_hours(24);

/// The least time from one call to the next, after a failure or for a key that is not there.
const PAUSE: Duration = Duration::from_mins(1);

/// How long the last set is used while there is no newer one to be had.
const STALE: Duration = Duration::from_hours(24);

/// Bounds of a set, in bytes and keys.
const LARGEST: usize = 64 * 1_024;
const MOST_KEYS: usize = 50;

/// How many sets are kept.
const MOST_SETS: u64 = 10_000;

/// Fetched sets by address. Each has a lock of its own, so that many who need one fetch it once.
struct Fetched(Cache<String, Arc<Mutex<Kept>>>);

impl Part for Fetched {
    fn new(_: &House) -> Self {
        Self(Cache::new(MOST_SETS))
    }
}

#[derive(Debug, Default)]
struct Kept {
    set: Option<(Arc<JwkSet>, Timestamp)>,
    /// Good until then without asking again.
    until: Option<Timestamp>,
    asked_at: Option<Timestamp>,
}

impl Kept {
    fn is_fresh(&self, key_id: Option<&str>, now: Timestamp) -> bool {
        let Some((set, _)) = &self.set else {
            return false;
        };
        let has_key =
            key_id.is_none_or(|wanted| set.keys.iter().any(|key| key.kid.as_deref() == Some(wanted)));
        has_key && self.until.is_some_and(|until| now < until)
    }

    fn may_ask(&self, now: Timestamp) -> bool {
        self.asked_at.is_none_or(|at| now < at || now.since(at) >= PAUSE)
    }

    /// The set, while it is not too old to be believed.
    fn usable(&self, now: Timestamp) -> Option<Arc<JwkSet>> {
        let (set, at) = self.set.as_ref()?;
        (now < *at || now.since(*at) < LONGEST + STALE).then(|| Arc::clone(set))
    }
}

/// The keys that verify what a client has signed: an assertion, a request object. Of a token, its `kid` decides whether a
/// fetched set is fetched anew; `only` is the one algorithm that the client has registered for it. Empty if there are none to
/// be had. Call it before the write transaction is open.
pub async fn keys(op: &mut Op, client: &Client, token: &str, only: Option<Algorithm>) -> Vec<PublicKey> {
    let key_id = jose::claimed_key_id(token);
    jwk_set(op, client, key_id.as_deref())
        .await
        .map(|set| usable_keys(&set, only))
        .unwrap_or_default()
}

/// The registered or fetched set as it is, for those who need its keys for something else (encryption).
pub async fn jwk_set(op: &mut Op, client: &Client, key_id: Option<&str>) -> Option<Arc<JwkSet>> {
    if let Some(set) = &client.jwks {
        return Some(Arc::new(set.clone()));
    }
    let address = client.settings.jwks_uri.as_deref()?;
    fetched(op, address, key_id).await
}

/// A set by its address, from the copies or from the other end.
pub(super) async fn fetched(op: &mut Op, address: &str, key_id: Option<&str>) -> Option<Arc<JwkSet>> {
    let all = op.house.part::<Fetched>();
    let one = all.0.get_with(address.to_owned(), Arc::default);
    // No connection to the database waits for a stranger's answer.
    op.rest();
    let now = op.now;
    let mut kept = one.lock().await;
    if kept.is_fresh(key_id, now) || !kept.may_ask(now) {
        return kept.usable(now);
    }
    kept.asked_at = Some(now);
    match fetch(&op.house, address).await {
        Ok((set, life)) => {
            kept.set = Some((Arc::new(set), now));
            kept.until = Some(now.plus(life));
        }
        Err(error) => tracing::warn!(error = %error, "a key set of a client could not be fetched"),
    }
    kept.usable(now)
}

/// Why a fetched set is of no use.
#[derive(Debug, thiserror::Error)]
enum SetError {
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    #[error("the answer is not a key set")]
    Shape,
}

async fn fetch(house: &House, address: &str) -> Result<(JwkSet, Duration), SetError> {
    let accept = "application/jwk-set+json, application/json";
    let answer = house.outbound.get(address, accept, LARGEST).await?;
    if answer.status != http::StatusCode::OK {
        return Err(SetError::Shape);
    }
    let set = read_set(&answer.body).ok_or(SetError::Shape)?;
    let life = answer.max_age.unwrap_or(USUAL).clamp(SHORTEST, LONGEST);
    Ok((set, life))
}

/// A set whose keys we cannot read keeps the others (RFC 7517 section 5).
fn read_set(body: &[u8]) -> Option<JwkSet> {
    #[derive(serde::Deserialize)]
    struct Loose {
        keys: Vec<serde_json::Value>,
    }
    let loose: Loose = serde_json::from_slice(body).ok()?;
    if loose.keys.len() > MOST_KEYS {
        return None;
    }
    let keys = loose
        .keys
        .into_iter()
        .filter_map(|key| serde_json::from_value(key).ok());
    Some(JwkSet { keys: keys.collect() })
}

/// The keys of a set that verify an algorithm of ours, or only that one.
pub(super) fn usable_keys(set: &JwkSet, only: Option<Algorithm>) -> Vec<PublicKey> {
    let all = set.keys.iter().flat_map(public_keys);
    all.filter(|key| only.is_none_or(|only| key.algorithm() == only))
        .collect()
}

/// An RSA key that does not say its `alg` verifies either of its two: which one the client uses, it alone knows, and its
/// tokens say.
fn public_keys(jwk: &Jwk) -> Vec<PublicKey> {
    let algorithms: &[Algorithm] = match (jwk.algorithm(), jwk.kty.as_str()) {
        (Some(one), _) => &[one],
        (None, "RSA") if jwk.alg.is_none() => &[Algorithm::Ps256, Algorithm::Rs256],
        (None, _) => &[],
    };
    algorithms
        .iter()
        .filter_map(|algorithm| PublicKey::from_jwk(jwk, *algorithm).ok())
        .collect()
}

/// Whether a set can be registered: not too large, and each key is one of ours or for encryption.
pub(super) fn is_registrable(set: &JwkSet) -> bool {
    let for_encryption = |jwk: &Jwk| jwk.use_.as_deref() == Some("enc");
    let fits = |jwk: &Jwk| for_encryption(jwk) || !public_keys(jwk).is_empty();
    set.keys.len() <= MOST_KEYS && set.keys.iter().all(fits)
}
