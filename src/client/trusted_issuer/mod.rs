//! Workload identity: issuers outside whose assertions an organisation trusts (RFC 7523), and whom their subjects are here.
//!
//! Kubernetes clusters, CI systems and SPIFFE trust domains give their workloads signed assertions. A rule of the issuer
//! maps the subject and claims of one to a service account (for the JWT bearer grant and token exchange) or to a client
//! (for its authentication). What fits no rule is nobody.
//!
//! Most issuers are found by the `iss` of an assertion. A SPIFFE trust domain is one by the form of its name; what its
//! workloads show may leave `iss` out, and then the trust domain of `sub` finds it. The two kinds have keys of different
//! `use`, so that no key of the one ever speaks for the other.

mod assertion;
mod registry;
mod rule;
mod spiffe;
mod store;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::client::keys::Whose;
use crate::domain::{ClientId, OrganisationId, ServiceAccountId};
use crate::jose::{Algorithm, JwkSet};

pub(super) use assertion::of_assertion;
pub use assertion::{Believed, believe, is_first};
pub use registry::{IssuerError, add, list, remove};

/// An issuer as an organisation trusts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedIssuer {
    /// The `iss` of its assertions, or `spiffe://` and a trust domain.
    pub issuer: String,
    /// Its public keys, or where it publishes them; of a trust domain, its bundle.
    #[serde(flatten)]
    pub keys: IssuerKeys,
    /// The algorithms that are accepted of it.
    pub algorithms: Vec<Algorithm>,
    /// What may stand in `aud` beside our issuer and token endpoint.
    #[serde(default)]
    pub audiences: Vec<String>,
    /// The first rule that fits decides.
    pub rules: Vec<Rule>,
    /// How old an assertion may be, in seconds.
    #[serde(default = "longest_age")]
    pub longest_age: u64,
    /// An assertion may come more than once, as those do that Kubernetes leaves in a file for an hour.
    #[serde(default)]
    pub reusable: bool,
}

/// An hour: what Kubernetes gives by default.
const fn longest_age() -> u64 {
    60 * 60
}

/// The public keys of an issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum IssuerKeys {
    /// By value.
    #[serde(rename = "jwks")]
    Known(JwkSet),
    /// By the address from which they are fetched, as those of clients are.
    #[serde(rename = "jwks_uri")]
    Published(String),
}

/// Whom a subject is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The `sub`, exactly, or with one `*` at its end for whatever follows.
    pub subject: String,
    /// Claims that must be there with exactly these values.
    #[serde(default)]
    pub claims: serde_json::Map<String, serde_json::Value>,
    #[serde(flatten)]
    pub identity: Identity,
}

/// Who is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    ServiceAccount(ServiceAccountId),
    Client(ClientId),
}

impl TrustedIssuer {
    fn age(&self) -> Duration {
        Duration::from_secs(self.longest_age)
    }

    /// Of which kind its keys are.
    fn whose(&self) -> Whose {
        if self.is_trust_domain() {
            Whose::TrustDomain
        } else {
            Whose::Issuer
        }
    }

    fn is_trust_domain(&self) -> bool {
        spiffe::is_trust_domain(&self.issuer)
    }
}

/// The key of a copy: whose issuer, and its name.
type Named = (OrganisationId, String);
