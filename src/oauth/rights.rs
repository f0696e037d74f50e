//! What a subject may do for a client at this moment: the one place where the scopes of all grants are bounded.

use std::sync::Arc;

use super::claims::Sources;
use super::client_request::may_use;
use super::resource;
use super::scope::{BoundSubject, Bounds, overlap, without};
use crate::access::{self, Application, Profile};
use crate::client::Client;
use crate::decision;
use crate::domain::{GrantType, Scopes, Subject};
use crate::op::{Op, OpError};
use crate::person::Standing;

/// What bounds and fills the tokens of one subject for one client.
#[derive(Debug)]
pub(super) struct Rights {
    /// The APIs that the tokens are for, the client's own one or the first that was named before others.
    pub(super) applications: Vec<Arc<Application>>,
    pub(super) profile: Arc<Profile>,
    /// The overlap of what was asked with all bounds; may be empty.
    pub(super) scopes: Scopes,
}

impl Rights {
    /// The rights of this moment in the named resources; none named: in the default one.
    pub(super) async fn now(
        op: &mut Op,
        client: &Client,
        standing: &Standing,
        asked: Option<&Scopes>,
        resources: &[String],
    ) -> Result<Self, OpError> {
        let applications = resource::aimed_at(op, client, resources).await?;
        let subject = standing.subject();
        let first = applications.first().map(|api| api.id);
        let profile = access::profile(op, subject, first).await?;
        let mut scopes = Scopes::default();
        for application in whether_any(&applications) {
            let of = access::profile(op, subject, application.map(|api| api.id)).await?;
            let bounds = Bounds {
                client: &client.scopes,
                application,
                subject: BoundSubject::Holder(subject, &of.permissions),
            };
            scopes = scopes.union(&overlap(asked, &bounds));
        }
        Ok(Self {
            applications,
            profile,
            scopes: refreshable(op, client, scopes),
        })
    }

    /// Notes that tokens are made of them.
    pub(super) async fn note_use(&self, op: &mut Op, subject: Subject) -> Result<(), OpError> {
        for api in &self.applications {
            decision::note_scopes(op, subject, (api.id, &self.scopes)).await?;
        }
        Ok(())
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
pub(super) async fn possible(
    op: &mut Op,
    client: &Client,
    asked: &Scopes,
    resources: &[String],
) -> Result<Scopes, OpError> {
    let applications = resource::aimed_at(op, client, resources).await?;
    let mut scopes = Scopes::default();
    for application in whether_any(&applications) {
        let bounds = Bounds {
            client: &client.scopes,
            application,
            subject: BoundSubject::Anybody,
        };
        scopes = scopes.union(&overlap(Some(asked), &bounds));
    }
    Ok(refreshable(op, client, scopes))
}

/// Each API, or once none: the scopes of OpenID Connect need none.
fn whether_any(applications: &[Arc<Application>]) -> Vec<Option<&Application>> {
    if applications.is_empty() {
        return vec![None];
    }
    applications.iter().map(|api| Some(&**api)).collect()
}

/// `offline_access` is a refresh token that outlives the session: nothing for a client that may not refresh.
fn refreshable(op: &Op, client: &Client, scopes: Scopes) -> Scopes {
    if may_use(&op.house, client, GrantType::RefreshToken).is_ok() || !scopes.contains("offline_access") {
        scopes
    } else {
        without(&scopes, "offline_access")
    }
}
