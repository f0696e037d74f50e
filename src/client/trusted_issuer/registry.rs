//! The trusted issuers of organisations: added, listed, removed, each with an event.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Identity, IssuerKeys, Named, Rule, TrustedIssuer, rule, spiffe, store};
use crate::client::{keys, registry};
use crate::domain::{EventKind, Notice, OrganisationId};
use crate::jose::{self, Jwk, JwkSet, PublicKey};
use crate::op::{Copies, EventDraft, House, Op, OpError, Part};
use crate::person;
use crate::storage::StorageError;

/// How many are kept in memory, and for how long at most.
const MOST_KEPT: u64 = 1_000;
const KEPT_FOR: Duration = Duration::from_mins(1);

/// The longest age that an assertion may be given.
const LONGEST_AGE: u64 = 24 * 60 * 60;

/// Why an issuer cannot be trusted, or a fault on the way.
#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    #[error("there is no such organisation")]
    OrganisationUnknown,
    #[error("an issuer is a text of 1 to 512 visible characters, and not this server itself")]
    Issuer,
    #[error(
        "a SPIFFE trust domain is spiffe:// and a name of a-z, 0-9, dots, dashes and underscores, and nothing behind it"
    )]
    TrustDomain,
    #[error(
        "the rules of a trust domain name workloads of it: spiffe:// and its name, a slash, and something behind that"
    )]
    Workload,
    #[error(
        "the bundle of a trust domain needs a key of use jwt-svid with kid, and such keys each verify an algorithm"
    )]
    Bundle,
    #[error("an issuer needs algorithms, and public keys of which each verifies one of them")]
    Keys,
    #[error("jwks_uri is no https address that may be called")]
    Address,
    #[error("an issuer needs 1 to 100 rules")]
    Rules,
    #[error("the subject of a rule is a text with at most one * at its end, and something before it")]
    Subject,
    #[error("a rule names a service account or client that is not of this organisation")]
    Identity,
    #[error("longest_age is from 60 seconds to a day")]
    Age,
    #[error(transparent)]
    Fault(#[from] OpError),
}

impl From<StorageError> for IssuerError {
    fn from(fault: StorageError) -> Self {
        Self::Fault(fault.into())
    }
}

/// An issuer with the keys that are known by value, ready to verify.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) trusted: TrustedIssuer,
    keys: Vec<PublicKey>,
}

impl Known {
    /// The verifiers of one of its assertions. Those that it publishes are fetched anew when the assertion names a key that is
    /// not among them. Empty if there are none to be had.
    pub(super) async fn verifiers(&self, op: &mut Op, assertion: &str) -> Vec<PublicKey> {
        match &self.trusted.keys {
            IssuerKeys::Known(_) => self.keys.clone(),
            IssuerKeys::Published(address) => {
                let key_id = jose::claimed_key_id(assertion);
                let set = (self.trusted.whose(), address.as_str());
                let mut keys = keys::of_issuer(op, set, key_id.as_deref()).await;
                keys.retain(|key| self.trusted.algorithms.contains(&key.algorithm()));
                keys
            }
        }
    }
}

#[derive(Debug)]
struct Issuers(Copies<Named, Option<Arc<Known>>>);

impl Part for Issuers {
    fn new(_: &House) -> Self {
        Self(Copies::new(MOST_KEPT, KEPT_FOR).of_key(|(organisation, _): &Named| (*organisation).into()))
    }
}

/// The issuer of this name, if the organisation trusts it.
pub(super) async fn known(
    op: &mut Op,
    organisation: OrganisationId,
    issuer: &str,
) -> Result<Option<Arc<Known>>, OpError> {
    let issuers = op.house.part::<Issuers>();
    let key = (organisation, issuer.to_owned());
    let known = issuers
        .0
        .get(op, &key, async |op| {
            let found = store::find(op.reading().await?, organisation, issuer).await?;
            Ok(Some(found.map(|trusted| {
                let keys = match &trusted.keys {
                    IssuerKeys::Known(set) => usable_keys(set, &trusted),
                    IssuerKeys::Published(_) => Vec::new(),
                };
                Arc::new(Known { trusted, keys })
            })))
        })
        .await?;
    Ok(known.flatten())
}

/// The verifiers of an issuer. A key without `alg` verifies each accepted algorithm that it fits, since such key sets are
/// common, and the algorithms are named beside.
fn usable_keys(set: &JwkSet, trusted: &TrustedIssuer) -> Vec<PublicKey> {
    set.keys.iter().flat_map(|jwk| verifiers(jwk, trusted)).collect()
}

fn verifiers(jwk: &Jwk, trusted: &TrustedIssuer) -> impl Iterator<Item = PublicKey> {
    let make = trusted.whose().maker();
    let algorithms = trusted.algorithms.iter();
    algorithms.filter_map(move |algorithm| make(jwk, *algorithm).ok())
}

/// Lets an organisation trust an issuer, in the place of an earlier one of the same name.
pub async fn add(op: &mut Op, organisation: OrganisationId, new: &TrustedIssuer) -> Result<(), IssuerError> {
    check(op, new)?;
    if person::find_organisation(op, organisation).await?.is_none() {
        return Err(IssuerError::OrganisationUnknown);
    }
    for one in &new.rules {
        if !is_of(op, organisation, &one.identity).await? {
            return Err(IssuerError::Identity);
        }
    }
    let now = op.now;
    let tx = op.writing().await?;
    let before = store::find(tx, organisation, &new.issuer).await?;
    store::put(tx, organisation, new, now).await?;
    record(
        op,
        EventKind::IssuerTrusted,
        (organisation, &new.issuer),
        (before.as_ref(), Some(new)),
    );
    Ok(())
}

/// The rules that need nothing but the issuer itself.
fn check(op: &Op, new: &TrustedIssuer) -> Result<(), IssuerError> {
    let name = &new.issuer;
    let visible = name.chars().all(|c| !c.is_control() && !c.is_whitespace());
    let ourselves = name.trim_end_matches('/') == op.house.config.server.issuer_text();
    if !(1..=512).contains(&name.len()) || !visible || ourselves {
        return Err(IssuerError::Issuer);
    }
    if spiffe::is_of_spiffe(name) && !new.is_trust_domain() {
        return Err(IssuerError::TrustDomain);
    }
    check_keys(op, new)?;
    if !(1..=100).contains(&new.rules.len()) {
        return Err(IssuerError::Rules);
    }
    if !new.rules.iter().all(|one| rule::is_pattern(&one.subject)) {
        return Err(IssuerError::Subject);
    }
    let is_within = |one: &Rule| {
        let path = one
            .subject
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('/'));
        path.is_some_and(|path| !path.is_empty())
    };
    if new.is_trust_domain() && !new.rules.iter().all(is_within) {
        return Err(IssuerError::Workload);
    }
    if !(60..=LONGEST_AGE).contains(&new.longest_age) {
        return Err(IssuerError::Age);
    }
    Ok(())
}

/// Of the bundle of a trust domain, the keys of another use stand aside: it has those for X.509-SVIDs too.
fn check_keys(op: &Op, new: &TrustedIssuer) -> Result<(), IssuerError> {
    let is_bundle = new.is_trust_domain();
    let verifies = |jwk: &&Jwk| verifiers(jwk, new).next().is_some();
    match &new.keys {
        IssuerKeys::Known(set) => {
            let is_meant = |jwk: &&Jwk| !is_bundle || jwk.use_.as_deref() == Some("jwt-svid");
            let meant: Vec<&Jwk> = set.keys.iter().filter(is_meant).collect();
            if !meant.is_empty() && meant.iter().all(verifies) {
                Ok(())
            } else if is_bundle {
                Err(IssuerError::Bundle)
            } else {
                Err(IssuerError::Keys)
            }
        }
        IssuerKeys::Published(_) if new.algorithms.is_empty() => Err(IssuerError::Keys),
        IssuerKeys::Published(address) if op.house.outbound.check(address).is_err() => {
            Err(IssuerError::Address)
        }
        IssuerKeys::Published(_) => Ok(()),
    }
}

async fn is_of(op: &mut Op, organisation: OrganisationId, identity: &Identity) -> Result<bool, OpError> {
    let whose = match identity {
        Identity::ServiceAccount(id) => person::find_service_account(op, *id)
            .await?
            .map(|account| account.organisation_id),
        Identity::Client(id) => registry::find(op, id).await?.map(|client| client.organisation_id),
    };
    Ok(whose == Some(organisation))
}

/// All that an organisation trusts, by name.
pub async fn list(op: &mut Op, organisation: OrganisationId) -> Result<Vec<TrustedIssuer>, OpError> {
    Ok(store::list(op.reading().await?, organisation).await?)
}

/// Trusts an issuer no more. False if it was not trusted.
pub async fn remove(op: &mut Op, organisation: OrganisationId, issuer: &str) -> Result<bool, OpError> {
    let tx = op.writing().await?;
    let Some(before) = store::find(tx, organisation, issuer).await? else {
        return Ok(false);
    };
    store::remove(tx, organisation, issuer).await?;
    record(
        op,
        EventKind::IssuerRemoved,
        (organisation, issuer),
        (Some(&before), None),
    );
    Ok(true)
}

fn record(
    op: &mut Op,
    kind: EventKind,
    (organisation, issuer): (OrganisationId, &str),
    (before, after): (Option<&TrustedIssuer>, Option<&TrustedIssuer>),
) {
    op.record(
        EventDraft::success(kind)
            .organisation(organisation)
            .target_named("issuer", issuer)
            .change(told(before), told(after)),
    );
    op.tell(Notice::Organisation(organisation));
}

/// What the event says of an issuer: keys by their ids.
fn told(issuer: Option<&TrustedIssuer>) -> Value {
    let Some(issuer) = issuer else { return Value::Null };
    let keys = match &issuer.keys {
        IssuerKeys::Known(set) => set.keys.iter().map(Jwk::thumbprint).collect(),
        IssuerKeys::Published(address) => json!(address),
    };
    json!({
        "keys": keys,
        "algorithms": issuer.algorithms,
        "audiences": issuer.audiences,
        "rules": issuer.rules,
        "longest_age": issuer.longest_age,
        "reusable": issuer.reusable,
    })
}
