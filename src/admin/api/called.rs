//! The access rule of the interface.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;

use super::super::right::Door;
use crate::access::{self, Powers};
use crate::decision;
use crate::domain::{OrganisationId, Right, Seen, Subject};
use crate::http::{Access, Proof};
use crate::oauth::{self, Caller, Needed};
use crate::op::{House, Op, OpError};

/// Somebody who has shown a token with this right, and has the right at this moment; or, at a door for what was delegated, a token for that.
/// Made here only.
#[derive(Debug)]
pub(super) struct Called<R> {
    caller: Caller,
    house: Arc<House>,
    seen: Seen,
    right: PhantomData<R>,
}

impl<R> Called<R> {
    pub(super) fn organisation_id(&self) -> OrganisationId {
        self.caller.organisation
    }

    pub(super) fn subject(&self) -> Subject {
        self.caller.subject
    }

    /// What is open to them by this token: where the right does not let them in, what was delegated to them alone.
    pub(super) async fn powers(&self, op: &mut Op) -> Result<Powers, OpError> {
        let mut powers = access::powers(op, self.caller.subject).await?;
        if !self.caller.by_right {
            powers.rights.clear();
        }
        Ok(powers)
    }

    /// Whether they have another right too, by token and by roles: for what an answer tells beside what was asked for.
    pub(super) async fn also_has(&self, op: &mut Op, right: Right) -> Result<bool, OpError> {
        if !self.caller.scopes.contains(right.as_str()) {
            return Ok(false);
        }
        Ok(decision::rights(op, self.caller.subject).await?.contains(&right))
    }

    /// An act of theirs.
    pub(super) fn op(&self) -> Op {
        let mut op = Op::new(&self.house, self.caller.actor(), self.seen.clone());
        op.through = Some(self.caller.client.clone());
        op
    }
}

impl<R: Door> FromRequestParts<Arc<House>> for Called<R> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Response> {
        let seen = Seen::from_request_parts(parts, house)
            .await
            .map_err(IntoResponse::into_response)?;
        let needed = Needed {
            right: R::RIGHT,
            delegated: R::DELEGATED.then_some(R::opens),
        };
        let caller = oauth::caller(parts, house, &seen, needed).await?;
        Ok(Self {
            caller,
            house: Arc::clone(house),
            seen,
            right: PhantomData,
        })
    }
}

impl<R: Door + Send> Proof for Called<R> {
    const ACCESS: Access = R::TOKEN;
}
