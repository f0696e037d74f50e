//! The public keys of a client: registered by value, or fetched from its `jwks_uri` (RFC 7591 section 2).
//!
//! A fetched set is kept as long as its answer says, within bounds, with its keys ready to verify. It is fetched anew before
//! that when a token names a key that is not in it (the client has rotated), but not more often than once a minute, so that
//! nobody makes us knock at a client's door by inventing names of keys. While it cannot be fetched, the last one is used for
//! a day beyond its time; that of an issuer whom others trust, for an hour.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use moka::sync::Cache;
use tokio::sync::Mutex;

use super::{Client, registry};
use crate::config::Config;
use crate::domain::Timestamp;
use crate::jose::{self, Algorithm, Jwk, JwkError, JwkSet, PublicKey};
use crate::op::{House, Op, Part};
use crate::outbound::{Outbound, OutboundError};

/// How long a set is kept: at least, if its answer says nothing, and at most.
const SHORTEST: Duration = Duration::from_mins(5);
const USUAL: Duration = Duration::from_mins(15);
const LONGEST: Duration = Duration::from_hours(24);

/// How long the last set is used beyond its time while there is no newer one to be had: of a client for itself, and of an
/// issuer whose word stands for others.
const STALE: Duration = Duration::from_hours(24);
const STALE_OF_ISSUER: Duration = Duration::from_hours(1);

/// Bounds of a set, in bytes and keys.
const LARGEST: usize = 64 * 1_024;
const MOST_KEYS: usize = 50;

/// How many sets are kept.
const MOST_SETS: u64 = 10_000;

/// The calls to the addresses that a client names: of one that has registered itself, to public ones only.
#[must_use]
pub fn outbound<'h>(house: &'h House, client: &Client) -> &'h Outbound {
    Whose::of(client).outbound(house)
}

/// Who has named the address of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Whose {
    /// An administrator, for a client.
    Client,
    /// A client that has registered itself.
    Stranger,
    /// An operator or administrator, for an issuer that is trusted.
    Issuer,
    /// The same for a SPIFFE trust domain, of whose bundle other keys count than of a key set.
    TrustDomain,
}

/// How a verifier is made of a key.
pub(super) type Maker = fn(&Jwk, Algorithm) -> Result<PublicKey, JwkError>;

impl Whose {
    fn of(client: &Client) -> Self {
        Self::by(client.registered_itself())
    }

    pub(super) const fn by(registered_itself: bool) -> Self {
        if registered_itself {
            Self::Stranger
        } else {
            Self::Client
        }
    }

    pub(super) fn outbound(self, house: &House) -> &Outbound {
        match self {
            Self::Client | Self::Issuer | Self::TrustDomain => &house.outbound,
            Self::Stranger => &house.outbound_to_strangers,
        }
    }

    const fn stale(self) -> Duration {
        match self {
            Self::Client | Self::Stranger => STALE,
            Self::Issuer | Self::TrustDomain => STALE_OF_ISSUER,
        }
    }

    pub(super) const fn maker(self) -> Maker {
        match self {
            Self::Client | Self::Stranger | Self::Issuer => PublicKey::from_jwk,
            Self::TrustDomain => PublicKey::from_bundle,
        }
    }
}

/// Fetched sets by address, apart by whose they are. Each has a lock of its own, so that many who need one fetch it once.
struct Fetched(Cache<(Whose, String), Arc<Place>>);

#[derive(Debug, Default)]
struct Place {
    kept: Mutex<Kept>,
    /// The same set and its time, for those who cannot wait for one that is under way.
    at_hand: RwLock<Option<(Arc<Ready>, Timestamp)>>,
}

impl Part for Fetched {
    fn new(_: &House) -> Self {
        Self(Cache::new(MOST_SETS))
    }
}

/// A set with those of its keys that verify something, parsed once.
#[derive(Debug)]
struct Ready {
    set: Arc<JwkSet>,
    keys: Vec<PublicKey>,
}

#[derive(Debug, Default)]
struct Kept {
    ready: Option<Arc<Ready>>,
    /// Good until then without asking again.
    until: Option<Timestamp>,
    asked_at: Option<Timestamp>,
}

impl Kept {
    fn is_fresh(&self, key_id: Option<&str>, now: Timestamp) -> bool {
        let Some(ready) = &self.ready else {
            return false;
        };
        let keys = &ready.set.keys;
        let has_key = key_id.is_none_or(|wanted| keys.iter().any(|key| key.kid.as_deref() == Some(wanted)));
        has_key && self.until.is_some_and(|until| now < until)
    }

    /// Not too soon after the last call, which has failed, or found no such key.
    fn may_ask(&self, now: Timestamp, pause: Duration) -> bool {
        self.asked_at.is_none_or(|at| now < at || now.since(at) >= pause)
    }

    /// The set, while it is not too old to be believed.
    fn usable(&self, stale: Duration, now: Timestamp) -> Option<Arc<Ready>> {
        let until = self.until?;
        self.ready.clone().filter(|_| now < until.plus(stale))
    }
}

/// The keys that verify what a client has signed: an assertion, a request object. Of a token, its `kid` decides whether a
/// fetched set is fetched anew; `only` is the one algorithm that the client has registered for it. Empty if there are none to
/// be had. Call it before the write transaction is open.
pub async fn keys(op: &mut Op, client: &Client, token: &str, only: Option<Algorithm>) -> Vec<PublicKey> {
    if client.jwks.is_some() {
        let known = registry::known(op, &client.id).await.ok().flatten();
        return known.map_or_else(Vec::new, |known| allowed(&op.house.config, &known.all_keys, only));
    }
    let Some(address) = client.settings.jwks_uri.as_deref() else {
        return Vec::new();
    };
    let key_id = jose::claimed_key_id(token);
    let ready = ready(op, (Whose::of(client), address), key_id.as_deref()).await;
    ready.map_or_else(Vec::new, |ready| allowed(&op.house.config, &ready.keys, only))
}

/// The registered or fetched set as it is, for those who need its keys for something else (encryption, certificates).
pub async fn jwk_set(op: &mut Op, client: &Client, key_id: Option<&str>) -> Option<Arc<JwkSet>> {
    if let Some(set) = &client.jwks {
        return Some(Arc::new(set.clone()));
    }
    let address = client.settings.jwks_uri.as_deref()?;
    let ready = ready(op, (Whose::of(client), address), key_id).await?;
    Some(Arc::clone(&ready.set))
}

/// Sees to it that what is signed for a client can be encrypted without waiting for its key set.
pub async fn prepare(op: &mut Op, client: &Client) {
    if client.jwks.is_none() && client.settings.encryption.is_wanted() {
        jwk_set(op, client, None).await;
    }
}

/// The registered set, or the one that was fetched last (see [`prepare`]), while it is not too old to be believed.
#[must_use]
pub fn jwk_set_at_hand(house: &House, client: &Client, now: Timestamp) -> Option<Arc<JwkSet>> {
    if let Some(set) = &client.jwks {
        return Some(Arc::new(set.clone()));
    }
    let whose = Whose::of(client);
    let place = house
        .part::<Fetched>()
        .0
        .get(&(whose, client.settings.jwks_uri.clone()?))?;
    let at_hand = place.at_hand.read().unwrap_or_else(PoisonError::into_inner);
    let (ready, until) = at_hand.as_ref()?;
    (now < until.plus(whose.stale())).then(|| Arc::clone(&ready.set))
}

/// The keys of an issuer that an operator or administrator trusts, by the address of its set or bundle.
pub(super) async fn of_issuer(
    op: &mut Op,
    (whose, address): (Whose, &str),
    key_id: Option<&str>,
) -> Vec<PublicKey> {
    let ready = ready(op, (whose, address), key_id).await;
    ready.map_or_else(Vec::new, |ready| ready.keys.clone())
}

/// A set by its address, from the copies or from the other end.
async fn ready(op: &mut Op, (whose, address): (Whose, &str), key_id: Option<&str>) -> Option<Arc<Ready>> {
    let all = op.house.part::<Fetched>();
    let one = all.0.get_with((whose, address.to_owned()), Arc::default);
    // No connection to the database waits for a stranger's answer.
    op.rest();
    let now = op.now;
    let mut kept = one.kept.lock().await;
    if kept.is_fresh(key_id, now) || !kept.may_ask(now, op.house.config.outbound.fetch_pause) {
        return kept.usable(whose.stale(), now);
    }
    kept.asked_at = Some(now);
    match fetch(whose.outbound(&op.house), address).await {
        Ok((set, life)) => {
            let keys = verifiers(&set, whose.maker());
            let set = Arc::new(set);
            let (ready, until) = (Arc::new(Ready { set, keys }), now.plus(life));
            let mut at_hand = one.at_hand.write().unwrap_or_else(PoisonError::into_inner);
            *at_hand = Some((Arc::clone(&ready), until));
            (kept.ready, kept.until) = (Some(ready), Some(until));
        }
        Err(error) => tracing::warn!(error = %error, "a key set of a client could not be fetched"),
    }
    kept.usable(whose.stale(), now)
}

/// Why a fetched set is of no use.
#[derive(Debug, thiserror::Error)]
enum SetError {
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    #[error("the answer is not a key set")]
    Shape,
}

async fn fetch(outbound: &Outbound, address: &str) -> Result<(JwkSet, Duration), SetError> {
    let accept = "application/jwk-set+json, application/json";
    let answer = outbound.get(address, accept, LARGEST).await?;
    if answer.status != http::StatusCode::OK {
        return Err(SetError::Shape);
    }
    let set = read_set(&answer.body).ok_or(SetError::Shape)?;
    let life = answer.max_age.unwrap_or(USUAL).clamp(SHORTEST, LONGEST);
    Ok((set, life))
}

/// A set whose keys we cannot read keeps the others (RFC 7517 section 5). It is a text in UTF-8 (RFC 8259 section 8.1), also in
/// members that are passed over.
fn read_set(body: &[u8]) -> Option<JwkSet> {
    #[derive(serde::Deserialize)]
    struct Loose {
        keys: Vec<serde_json::Value>,
    }
    let loose: Loose = serde_json::from_str(std::str::from_utf8(body).ok()?).ok()?;
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
    of_algorithm(verifiers(set, PublicKey::from_jwk), only)
}

fn verifiers(set: &JwkSet, make: Maker) -> Vec<PublicKey> {
    set.keys.iter().flat_map(|jwk| public_keys(jwk, make)).collect()
}

/// Those by which clients may sign here, and of the only algorithm that is registered, if one is.
pub(super) fn allowed(config: &Config, keys: &[PublicKey], only: Option<Algorithm>) -> Vec<PublicKey> {
    let on = &config.oauth.client_signing_algorithms;
    let is_on = |key: &&PublicKey| on.contains(&key.algorithm());
    of_algorithm(keys.iter().filter(is_on).cloned().collect(), only)
}

fn of_algorithm(mut keys: Vec<PublicKey>, only: Option<Algorithm>) -> Vec<PublicKey> {
    keys.retain(|key| only.is_none_or(|only| key.algorithm() == only));
    keys
}

/// An RSA key that does not say its `alg` verifies either of its two: which one the client uses, it alone knows, and its
/// tokens say.
fn public_keys(jwk: &Jwk, make: Maker) -> Vec<PublicKey> {
    let algorithms: &[Algorithm] = match (jwk.algorithm(), jwk.kty.as_str()) {
        (Some(one), _) => &[one],
        (None, "RSA") if jwk.alg.is_none() => &[Algorithm::Ps256, Algorithm::Rs256],
        (None, _) => &[],
    };
    algorithms
        .iter()
        .filter_map(|algorithm| make(jwk, *algorithm).ok())
        .collect()
}

/// Whether a set can be registered: not too large. Keys of which we can make nothing stay in it unused (RFC 7517 section 5);
/// who needs a key looks for one that fits.
pub(super) fn is_registrable(set: &JwkSet) -> bool {
    set.keys.len() <= MOST_KEYS
}
