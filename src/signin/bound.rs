//! The rule of the routes of a sign-in: the browser holds the cookie to which the continuation is bound.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;

use super::page;
use crate::domain::{Actor, ContinuationId};
use crate::factor::password;
use crate::http::{Access, Proof, Visit};
use crate::op::{House, Op, OpError};
use crate::session::continuation::{self, Continuation};

/// A continuation of this very browser that has neither finished nor expired.
#[derive(Debug)]
pub(super) struct Bound(pub(super) Continuation);

impl FromRequestParts<Arc<House>> for Bound {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Response> {
        let visit = Visit::from_request_parts(parts, house).await?;
        let id = Path::<String>::from_request_parts(parts, house)
            .await
            .ok()
            .and_then(|Path(text)| text.parse().ok());
        let mut op = Op::new(house, Actor::Anonymous, visit.seen.clone());
        let now = op.now;
        match find(&mut op, id, &visit).await {
            Ok(None) => Err(visit.error_page(StatusCode::BAD_REQUEST, "signin-gone")),
            Ok(Some(found)) if found.finished_at.is_some() => Err(page::finished(&visit)),
            Ok(Some(found)) if found.expires_at <= now => {
                Err(visit.error_page(StatusCode::GONE, "signin-expired"))
            }
            Ok(Some(found)) => Ok(Self(found)),
            Err(fault) => Err(visit.fault_page(&fault)),
        }
    }
}

/// The same of a form with a password, asked only while there is a place for one more to wait. Turning somebody away comes before
/// anything is read, and so costs little: those who wait are served the sooner. The place itself is taken once the form is here, since
/// whoever sends one slowly must keep nobody from signing in.
#[derive(Debug)]
pub(super) struct BoundInTurn(pub(super) Continuation);

impl FromRequestParts<Arc<House>> for BoundInTurn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Response> {
        if let Err(fault) = password::place(house) {
            let visit = Visit::from_request_parts(parts, house).await?;
            return Err(visit.fault_page(&fault));
        }
        let Bound(found) = Bound::from_request_parts(parts, house).await?;
        Ok(Self(found))
    }
}

impl Proof for BoundInTurn {
    const ACCESS: Access = Bound::ACCESS;
}

async fn find(
    op: &mut Op,
    id: Option<ContinuationId>,
    visit: &Visit,
) -> Result<Option<Continuation>, OpError> {
    match id {
        Some(id) => continuation::find(op, id, &visit.browser).await,
        None => Ok(None),
    }
}

impl Proof for Bound {
    const ACCESS: Access = Access::Browser;
}
