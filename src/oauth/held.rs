//! What applications hold of a person at this moment: consents, and the authorizations that live.

use super::consent::Consent;
use super::family::{self, Family};
use super::store;
use crate::access::Detail;
use crate::domain::{ClientId, PersonId, Scopes, Timestamp};
use crate::op::{Op, OpError};

/// An authorization as it was given.
#[derive(Debug)]
pub(super) struct Authorization {
    pub(super) family: Family,
    pub(super) given_at: Timestamp,
}

impl Authorization {
    /// When the application came back for new tokens, if it ever did: what it does with a token elsewhere is not seen here.
    pub(super) fn last_used(&self) -> Option<Timestamp> {
        (self.family.generation > 1).then_some(self.family.rotated_at)
    }
}

/// All that one client holds.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) client_id: ClientId,
    /// What the person was asked about and allowed; else what was given without a question.
    pub(super) scopes: Scopes,
    pub(super) details: Vec<Detail>,
    pub(super) since: Timestamp,
    /// The newest first.
    pub(super) authorizations: Vec<Authorization>,
}

/// What each client holds: those that were asked about first. An authorization that gives nothing any more (its session has
/// ended, say) is left out.
pub(super) async fn by_clients(op: &mut Op, person: PersonId) -> Result<Vec<Held>, OpError> {
    let now = op.now;
    let tx = op.reading().await?;
    let consents = store::consents_of(tx, person).await?;
    let mut living = Vec::new();
    for authorization in store::authorizations_of(tx, person, now).await? {
        if family::alive(op, &authorization.family).await?.is_ok() {
            living.push(authorization);
        }
    }
    Ok(gather(consents, living))
}

/// Pure: each authorization to its client.
fn gather(consents: Vec<Consent>, living: Vec<Authorization>) -> Vec<Held> {
    let mut held: Vec<Held> = consents.into_iter().map(of_consent).collect();
    let asked = held.len();
    for authorization in living {
        let client = &authorization.family.client_id;
        match held.iter_mut().position(|one| one.client_id == *client) {
            Some(place) => {
                let was_asked = place < asked;
                if let Some(one) = held.get_mut(place) {
                    add(one, authorization, was_asked);
                }
            }
            None => held.push(Held {
                client_id: client.clone(),
                scopes: authorization.family.scopes.clone(),
                details: authorization.family.terms.authorization_details.clone(),
                since: authorization.given_at,
                authorizations: vec![authorization],
            }),
        }
    }
    held
}

fn of_consent(consent: Consent) -> Held {
    Held {
        client_id: consent.client_id,
        scopes: consent.scopes,
        details: consent.details,
        since: consent.given_at,
        authorizations: Vec::new(),
    }
}

fn add(held: &mut Held, authorization: Authorization, was_asked: bool) {
    if !was_asked {
        held.scopes = held.scopes.union(&authorization.family.scopes);
        for detail in &authorization.family.terms.authorization_details {
            if !held.details.contains(detail) {
                held.details.push(detail.clone());
            }
        }
        held.since = held.since.min(authorization.given_at);
    }
    held.authorizations.push(authorization);
}
