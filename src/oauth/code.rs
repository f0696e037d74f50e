//! Authorization codes: what is kept behind one.

use serde::{Deserialize, Serialize};

use super::approval::Approval;
use crate::client::{Client, Rules};
use crate::domain::{EventKind, RedirectUri, Token};
use crate::one_time::{self, Kind};
use crate::op::{EventDraft, Op, OpError};

/// Everything that a code stands for, compared again when it is redeemed: what the person has given, and what proves that the
/// code came back to the right client.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct CodeGrant {
    #[serde(flatten)]
    pub(super) approval: Approval,
    pub(super) redirect_uri: RedirectUri,
    /// The authorization request did not name it, so that the token request need not either.
    #[serde(default)]
    pub(super) redirect_implied: bool,
    /// PKCE, always S256; none of a client that is let off it.
    #[serde(default)]
    pub(super) code_challenge: Option<String>,
}

/// Stores a code, whose text was drawn before.
pub(super) async fn issue(
    op: &mut Op,
    client: &Client,
    grant: &CodeGrant,
    code: &Token,
) -> Result<(), OpError> {
    let approval = &grant.approval;
    let payload = serde_json::to_value(grant).map_err(|_| OpError::Broken("a code cannot be written"))?;
    let life = Rules::from(client).code_life(op.house.config.tokens.code_life);
    let this = (Kind::AuthorizationCode, code);
    one_time::issue_this(op, this, Some(&approval.client_id), payload, life).await?;
    op.record(
        EventDraft::success(EventKind::CodeIssued)
            .client(&approval.client_id)
            .on_behalf_of(approval.person_id)
            .organisation(approval.organisation_id)
            .session(approval.session_id)
            .target("authorization", approval.authorization_id)
            .detail("scope", approval.scopes.to_string()),
    );
    Ok(())
}

/// What stands behind a stored code.
pub(super) fn read(payload: serde_json::Value) -> Result<CodeGrant, OpError> {
    serde_json::from_value(payload).map_err(|_| OpError::Broken("a code cannot be read"))
}
