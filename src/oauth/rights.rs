//! What a subject may do for a client at this moment: the one place where the scopes of all grants are bounded.

use std::sync::Arc;

use super::claims::Sources;
use super::scope::{BoundSubject, Bounds, overlap, without};
use crate::access::{self, Application, Profile};
use crate::client::Client;
use crate::domain::{GrantType, Scopes};
use crate::op::{Op, OpError};
use crate::person::Standing;

/// What bounds and fills the tokens of one subject for one client.
#[derive(Debug)]
pub(super) struct Rights {
    pub(super) application: Option<Arc<Application>>,
    pub(super) profile: Arc<Profile>,
    /// The overlap of what was asked with all bounds; may be empty.
    pub(super) scopes: Scopes,
}

impl Rights {
    /// The rights of this moment.
    pub(super) async fn now(
        op: &mut Op,
        client: &Client,
        standing: &Standing,
        asked: Option<&Scopes>,
    ) -> Result<Self, OpError> {
        let application = application(op, client).await?;
        let profile = access::profile(op, standing.subject(), client.application_id).await?;
        let bounds = Bounds {
            client: &client.scopes,
            application: application.as_deref(),
            subject: BoundSubject::Holder(standing.subject(), &profile.permissions),
        };
        let scopes = refreshable(client, overlap(asked, &bounds));
        Ok(Self {
            application,
            profile,
            scopes,
        })
    }

    /// What the client's claim rules draw on.
    pub(super) async fn sources(
        &self,
        op: &mut Op,
        client: &Client,
        standing: &Standing,
    ) -> Result<Sources, OpError> {
        let whose = (standing.subject(), standing.organisation_id());
        Sources::gather(op, client, whose, Arc::clone(&self.profile)).await
    }
}

/// What anybody might get of what was asked: told before it is known who signs in.
pub(super) async fn possible(op: &mut Op, client: &Client, asked: &Scopes) -> Result<Scopes, OpError> {
    let application = application(op, client).await?;
    let bounds = Bounds {
        client: &client.scopes,
        application: application.as_deref(),
        subject: BoundSubject::Anybody,
    };
    Ok(refreshable(client, overlap(Some(asked), &bounds)))
}

/// The API whose permissions the client's scopes are.
pub(super) async fn application(op: &mut Op, client: &Client) -> Result<Option<Arc<Application>>, OpError> {
    match client.application_id {
        Some(id) => access::application(op, id).await,
        None => Ok(None),
    }
}

/// `offline_access` is a refresh token that outlives the session: nothing for a client that may not refresh.
fn refreshable(client: &Client, scopes: Scopes) -> Scopes {
    if client.grant_types.contains(&GrantType::RefreshToken) || !scopes.contains("offline_access") {
        scopes
    } else {
        without(&scopes, "offline_access")
    }
}
