//! What a client may have beyond the plain: most have none of it. Stored as one JSON value; a member that is not there has
//! its default, so that settings can be added without a migration.

use serde::{Deserialize, Serialize};

use crate::domain::ClientId;

/// Settings of a client, named as the registered metadata are (RFC 7591 section 2 and the specifications that add to it).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientSettings {
    /// Whose tokens it may exchange (RFC 8693); nobody's where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_exchange: Option<TokenExchange>,
    /// Who alone may act by its tokens: goes into them as the claim of that name (RFC 8693 section 4.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub may_act: Option<MayAct>,
    /// It may prove itself (`private_key_jwt`) by assertions of issuers that its organisation trusts.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub outside_assertion: bool,
}

/// What a client may do with tokens of others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenExchange {
    /// The clients to which the tokens were issued. Its own are not among them unless it names itself.
    pub subject_clients: Vec<ClientId>,
    /// The issuers outside, among those that its organisation trusts, whose assertions it may exchange.
    pub subject_issuers: Vec<String>,
    /// It may act for the subject, and the token says so (`act`).
    pub delegation: bool,
    /// It may act as the subject.
    pub impersonation: bool,
}

/// Who may act by a token: both where both are said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MayAct {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
}
