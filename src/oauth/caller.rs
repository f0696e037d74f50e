//! Who calls our own interface ([`access::OWN_PATH`]): whoever shows an access token that is meant for it.

use std::sync::Arc;

use axum::extract::FromRequestParts as _;
use axum::response::{IntoResponse as _, Response};
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use http::request::Parts;

use super::binding;
use super::presented::{self, Living};
use super::protected::{ByToken, Shown, TokenRefusal};
use crate::access::{self, Powers};
use crate::decision;
use crate::domain::{
    Acr, Actor, ClientId, DELEGATED, EventKind, OrganisationId, Right, Scopes, Seen, Subject,
};
use crate::factor::second;
use crate::http::{Problem, Scheme};
use crate::op::{EventDraft, House, Op, OpError};
use crate::rule::Aim;
use crate::session::requirement::{self, Required};

/// Somebody who acts through a client: a person who let it, or a service account by itself.
#[derive(Debug, Clone)]
pub struct Caller {
    pub subject: Subject,
    pub organisation: OrganisationId,
    pub client: ClientId,
    /// Those of the token.
    pub scopes: Scopes,
    /// Whether it is the right that lets them in, and not what was delegated to them.
    pub by_right: bool,
}

/// What lets somebody in.
#[derive(Debug, Clone, Copy)]
pub struct Needed {
    pub right: Right,
    /// What of the delegated is enough in place of the right; nothing: the right alone.
    pub delegated: Option<fn(&Powers) -> bool>,
}

impl Caller {
    /// Who is on record.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self.subject {
            Subject::Person(id) => Actor::Person(id),
            Subject::ServiceAccount(id) => Actor::ServiceAccount(id),
        }
    }
}

/// Whoever shows a token with a right as its scope, if their roles give them that right at this moment too: a token lives on
/// for minutes, and what was taken from a role counts at once. Where a part of it can be delegated, a token for that ([`DELEGATED`]) will do. A client acts on the people of its own organisation only.
pub async fn caller(
    parts: &mut Parts,
    house: &Arc<House>,
    seen: &Seen,
    needed: Needed,
) -> Result<Caller, Response> {
    let Ok(ByToken(shown)) = ByToken::from_request_parts(parts, house).await;
    let shown = shown.map_err(|error| refused(house, error.into(), None, seen))?;
    let mut op = Op::new(house, Actor::Anonymous, seen.clone());
    let path = parts.uri.path().to_owned();
    let fault = |fault: OpError| Problem::from_fault(&fault, seen).into_response();
    match judge(&mut op, &shown, &path, needed).await.map_err(fault)? {
        Ok(caller) => Ok(caller),
        Err(refusal) => {
            op.commit().await.map_err(fault)?;
            Err(refused(house, refusal, Some(shown.scheme), seen))
        }
    }
}

async fn judge(
    op: &mut Op,
    shown: &Shown,
    path: &str,
    Needed { right, delegated }: Needed,
) -> Result<Result<Caller, TokenRefusal>, OpError> {
    let Some(living) = presented::living(op, &shown.token).await? else {
        return Ok(Err(TokenRefusal::InvalidToken));
    };
    let bound = living.token.confirmation.as_ref();
    if let Err(refusal) = shown.fits(op, bound, path).await? {
        return Ok(Err(refusal));
    }
    let organisation = living.standing.organisation_id();
    let is_meant = living.is_meant_for(&access::own_audience(&op.house));
    if !is_meant || living.client.organisation_id != organisation {
        return Ok(Err(TokenRefusal::InvalidToken));
    }
    let mut caller = Caller {
        subject: living.standing.subject(),
        organisation,
        client: living.client.id.clone(),
        scopes: living.token.scopes.clone(),
        by_right: true,
    };
    op.actor = caller.actor();
    let has = decision::rights(op, caller.subject).await?.contains(&right);
    let delegated = delegated.filter(|_| caller.scopes.contains(DELEGATED));
    let reason = match (has, caller.scopes.contains(right.as_str())) {
        (true, true) => None,
        _ if is_delegated(op, caller.subject, delegated).await? => {
            caller.by_right = false;
            None
        }
        (false, _) => Some("no role gives the right"),
        (true, false) => Some("the token has not the scope"),
    };
    if let Some(reason) = reason {
        let draft = EventDraft::refused(EventKind::AdministrationRefused, reason);
        op.record(
            draft
                .organisation(organisation)
                .client(&caller.client)
                .detail("right", right.as_str()),
        );
        return Ok(Err(TokenRefusal::InsufficientScope(right.as_str())));
    }
    if let Some(refusal) = weakness(op, &living, right).await? {
        return Ok(Err(refusal));
    }
    if caller.by_right {
        decision::note_right(op, caller.subject, right).await?;
    }
    Ok(Ok(caller))
}

async fn is_delegated(
    op: &mut Op,
    subject: Subject,
    enough: Option<fn(&Powers) -> bool>,
) -> Result<bool, OpError> {
    let Some(enough) = enough else {
        return Ok(false);
    };
    // The scope speaks of no right.
    let mut powers = access::powers(op, subject).await?;
    powers.rights.clear();
    Ok(enough(&powers))
}

/// What a person has proven too little for: the pages of administrators would ask it of them now, by roles, by rules, and for what
/// changes something by the second factor that they have. Machines prove themselves with each token.
async fn weakness(op: &mut Op, living: &Living, right: Right) -> Result<Option<TokenRefusal>, OpError> {
    let (Subject::Person(person), Some(family)) = (living.standing.subject(), &living.family) else {
        return Ok(None);
    };
    let (nothing, aim) = (Required::default(), Aim::own_pages());
    let required = requirement::for_person(op, person, &nothing, aim).await?;
    if required.refused().is_some() {
        return Ok(Some(TokenRefusal::Authentication(None)));
    }
    let by_factor = right.changes() && second::is_enrolled(op, person).await?;
    let needed = required.acr.max(by_factor.then_some(Acr::Two));
    let is_enough = needed.is_none_or(|needed| family.strength.acr >= needed);
    Ok((!is_enough).then_some(TokenRefusal::Authentication(needed)))
}

/// A problem document with the challenges of the schemes beside it.
fn refused(house: &Arc<House>, refusal: TokenRefusal, used: Option<Scheme>, seen: &Seen) -> Response {
    let plain = refusal.answer(&house.config, access::OWN_PATH, used);
    let (mut parts, _) = plain.into_parts();
    let problem = Problem::new(parts.status).detail(refusal.detail()).seen(seen);
    let (_, body) = problem.into_response().into_parts();
    let media = HeaderValue::from_static("application/problem+json");
    parts.headers.insert(CONTENT_TYPE, media);
    binding::with_nonce(house, Response::from_parts(parts, body))
}
