//! What an authorization was given for, beside its scopes.

use serde::{Deserialize, Serialize};

use super::asked_claims::AskedClaims;
use crate::access::Detail;
use crate::domain::Confirmation;

/// Kept with a code and with the family that grows out of it, as JSON: a member that is not there has its default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Terms {
    /// The key that the client must prove whenever it uses what it was given: announced with the request (`dpop_jkt`, RFC
    /// 9449 section 10), or bound when a public client redeemed its code (section 5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) confirmation: Option<Confirmation>,
    /// Claims that were asked for by name (OpenID Connect Core section 5.5).
    #[serde(skip_serializing_if = "AskedClaims::is_empty")]
    pub(super) claims: AskedClaims,
    /// The resources that tokens may be for, by audience, in the order in which they were named (RFC 8707); none named: the
    /// default one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) resources: Vec<String>,
    /// What was asked for in detail (RFC 9396), each as it was sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) authorization_details: Vec<Detail>,
}
