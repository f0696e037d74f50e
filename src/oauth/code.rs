//! Authorization codes: what is kept behind one.

use serde::{Deserialize, Serialize};

use super::approval::Approval;
use super::terms::Terms;
use crate::client::{Client, Rules};
use crate::domain::{
    AuthorizationId, ClientId, EventKind, GrantType, OrganisationId, PersonId, RedirectUri, Scopes,
    SessionId, Strength, Token,
};
use crate::one_time::{self, Kind};
use crate::op::{EventDraft, Op, OpError};

/// Everything that a code stands for, compared again when it is redeemed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct CodeGrant {
    /// The family that its tokens will belong to; known before, so that a second use can revoke it.
    pub(super) authorization_id: AuthorizationId,
    pub(super) client_id: ClientId,
    pub(super) redirect_uri: RedirectUri,
    /// PKCE, always S256.
    pub(super) code_challenge: String,
    pub(super) scopes: Scopes,
    pub(super) nonce: Option<String>,
    pub(super) person_id: PersonId,
    pub(super) organisation_id: OrganisationId,
    pub(super) session_id: SessionId,
    pub(super) epoch: i64,
    pub(super) strength: Strength,
    #[serde(default)]
    pub(super) terms: Terms,
}

impl CodeGrant {
    /// What the person has given, without what proves that the code came back to the right client.
    pub(super) fn approval(&self) -> Approval {
        Approval {
            authorization_id: self.authorization_id,
            client_id: self.client_id.clone(),
            grant_type: GrantType::AuthorizationCode,
            scopes: self.scopes.clone(),
            nonce: self.nonce.clone(),
            person_id: self.person_id,
            organisation_id: self.organisation_id,
            session_id: self.session_id,
            epoch: self.epoch,
            strength: self.strength.clone(),
            terms: self.terms.clone(),
        }
    }
}

/// Stores a code, whose text was drawn before.
pub(super) async fn issue(
    op: &mut Op,
    client: &Client,
    grant: &CodeGrant,
    code: &Token,
) -> Result<(), OpError> {
    let payload = serde_json::to_value(grant).map_err(|_| OpError::Broken("a code cannot be written"))?;
    let life = Rules::from(client).code_life(op.house.config.tokens.code_life);
    let this = (Kind::AuthorizationCode, code);
    one_time::issue_this(op, this, Some(&grant.client_id), payload, life).await?;
    op.record(
        EventDraft::success(EventKind::CodeIssued)
            .client(&grant.client_id)
            .on_behalf_of(grant.person_id)
            .organisation(grant.organisation_id)
            .session(grant.session_id)
            .target("authorization", grant.authorization_id)
            .detail("scope", grant.scopes.to_string()),
    );
    Ok(())
}

/// What stands behind a stored code.
pub(super) fn read(payload: serde_json::Value) -> Result<CodeGrant, OpError> {
    serde_json::from_value(payload).map_err(|_| OpError::Broken("a code cannot be read"))
}
