//! What a person has given to a client: the beginning of a family of tokens, by whatever grant it is redeemed.

use serde::{Deserialize, Serialize};

use super::terms::Terms;
use crate::domain::{
    AuthorizationId, ClientId, GrantType, OrganisationId, PersonId, Scopes, SessionId, Strength,
};
use crate::session::Session;

/// Who has given what to whom, and how they were authenticated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Approval {
    /// The family that its tokens will belong to; known before, so that a second use can revoke it.
    pub(super) authorization_id: AuthorizationId,
    pub(super) client_id: ClientId,
    /// The grant that redeems it.
    pub(super) grant_type: GrantType,
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

impl Approval {
    /// What a person gives within a session, to be redeemed by this client with this grant.
    pub(super) fn within(
        session: &Session,
        authorization_id: AuthorizationId,
        (client_id, grant_type): (&ClientId, GrantType),
        (scopes, terms): (&Scopes, &Terms),
    ) -> Self {
        Self {
            authorization_id,
            client_id: client_id.clone(),
            grant_type,
            scopes: scopes.clone(),
            nonce: None,
            person_id: session.person_id,
            organisation_id: session.organisation_id,
            session_id: session.id,
            epoch: session.epoch,
            strength: session.strength.clone(),
            terms: terms.clone(),
        }
    }
}
