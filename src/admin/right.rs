//! The access rules of the console.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;

use crate::decision;
use crate::domain::{Actor, EventKind, OrganisationId, PersonId, Right, Subject};
use crate::http::{Access, Frame, Proof, Visit};
use crate::op::{EventDraft, House, Op, OpError};
use crate::person;
use crate::rule::Aim;
use crate::session::requirement::{self, Required};
use crate::session::{Fresh, Session, SignedIn};

/// Which right.
pub(super) trait Named {
    const RIGHT: Right;
}

macro_rules! named {
    ($($name:ident),+) => {$(
        #[derive(Debug)]
        pub(super) struct $name;
        impl Named for $name {
            const RIGHT: Right = Right::$name;
        }
    )+};
}

named! { RulesRead, RulesManage, PeopleRead, PeopleManage, ClientsRead, ClientsManage, AccessRead, AccessManage }

/// Somebody who has a right over their own organisation. Made here only.
#[derive(Debug)]
pub(super) struct May<R> {
    session: Session,
    right: PhantomData<R>,
}

/// The same, who has proven who they are a moment ago.
#[derive(Debug)]
pub(super) struct MayNow<R>(May<R>);

impl<R> May<R> {
    pub(super) fn organisation_id(&self) -> OrganisationId {
        self.session.organisation_id
    }

    pub(super) fn person_id(&self) -> PersonId {
        self.session.person_id
    }

    /// Whether they have another right too: for what a page shows beside what was asked for.
    pub(super) async fn also_has(&self, op: &mut Op, right: Right) -> Result<bool, OpError> {
        let rights = decision::rights(op, Subject::Person(self.session.person_id)).await?;
        Ok(rights.contains(&right))
    }

    /// An act of theirs.
    pub(super) fn op(&self, visit: &Visit) -> Op {
        Op::new(
            visit.house(),
            Actor::Person(self.session.person_id),
            visit.seen.clone(),
        )
    }

    /// The frame of a page about their organisation.
    pub(super) async fn frame(&self, op: &mut Op, visit: &Visit, title: &str) -> Result<Frame, OpError> {
        let found = person::find_organisation(op, self.session.organisation_id).await?;
        let name = found.map(|organisation| organisation.name.clone());
        Ok(visit.frame(title).at(name.unwrap_or_default()))
    }
}

impl<R> std::ops::Deref for MayNow<R> {
    type Target = May<R>;

    fn deref(&self) -> &May<R> {
        &self.0
    }
}

impl<R: Named> FromRequestParts<Arc<House>> for May<R> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Response> {
        let Entered(session) = Entered::from_request_parts(parts, house).await?;
        admit(parts, house, session).await
    }
}

/// Somebody whose session proves what is asked of them now, by their roles and by the rules: what was enough when it began may
/// not be any more.
#[derive(Debug)]
pub(super) struct Entered(pub(super) Session);

impl FromRequestParts<Arc<House>> for Entered {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Response> {
        let SignedIn(session) = SignedIn::from_request_parts(parts, house).await?;
        let visit = Visit::from_request_parts(parts, house).await?;
        let mut op = Op::new(house, Actor::Person(session.person_id), visit.seen.clone());
        let (person, nothing) = (session.person_id, Required::default());
        let required = requirement::for_person(&mut op, person, &nothing, Aim::own_pages()).await;
        let required = required.map_err(|fault| visit.fault_page(&fault))?;
        if requirement::met(&session, &required, op.now) {
            return Ok(Self(session));
        }
        // The rule of fresh pages knows the way to a stronger proof and back.
        let fresh = Fresh::from_request_parts(parts, house).await?;
        Ok(Self(fresh.session().clone()))
    }
}

impl Proof for Entered {
    const ACCESS: Access = Access::Session;
}

impl<R: Named> FromRequestParts<Arc<House>> for MayNow<R> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Response> {
        let fresh = Fresh::from_request_parts(parts, house).await?;
        admit(parts, house, fresh.session().clone()).await.map(Self)
    }
}

/// Somebody who may see something. Whoever may change it too has proven who they are a moment ago, since their page of it has its forms:
/// what is typed into one would be lost on the way to a proof.
#[derive(Debug)]
pub(super) struct Sees<R, M> {
    pub(super) may: May<R>,
    pub(super) may_change: bool,
    changing: PhantomData<M>,
}

/// Of rules of sign-in.
pub(super) type SeesRule = Sees<RulesRead, RulesManage>;

/// Of groups, roles and grants.
pub(super) type SeesAccess = Sees<AccessRead, AccessManage>;

impl<R: Named + Send + Sync, M: Named> FromRequestParts<Arc<House>> for Sees<R, M> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Response> {
        let may = May::<R>::from_request_parts(parts, house).await?;
        let visit = Visit::from_request_parts(parts, house).await?;
        let mut op = may.op(&visit);
        let may_change = may.also_has(&mut op, M::RIGHT).await;
        let may_change = may_change.map_err(|fault| visit.fault_page(&fault))?;
        drop(op);
        if may_change {
            Fresh::from_request_parts(parts, house).await?;
        }
        Ok(Self {
            may,
            may_change,
            changing: PhantomData,
        })
    }
}

impl<R: Named + Send + Sync, M: Named + Send> Proof for Sees<R, M> {
    const ACCESS: Access = Access::Right(R::RIGHT);
}

impl<R: Named + Send> Proof for May<R> {
    const ACCESS: Access = Access::Right(R::RIGHT);
}

impl<R: Named + Send> Proof for MayNow<R> {
    const ACCESS: Access = Access::FreshRight(R::RIGHT);
}

async fn admit<R: Named>(
    parts: &mut Parts,
    house: &Arc<House>,
    session: Session,
) -> Result<May<R>, Response> {
    let visit = Visit::from_request_parts(parts, house).await?;
    let mut op = Op::new(house, Actor::Person(session.person_id), visit.seen.clone());
    match has(&mut op, &session, R::RIGHT).await {
        Ok(true) => Ok(May {
            session,
            right: PhantomData,
        }),
        Ok(false) => match op.commit().await {
            Ok(()) => Err(visit.error_page(StatusCode::FORBIDDEN, "admin-may-not")),
            Err(fault) => Err(visit.fault_page(&fault)),
        },
        Err(fault) => Err(visit.fault_page(&fault)),
    }
}

async fn has(op: &mut Op, session: &Session, right: Right) -> Result<bool, OpError> {
    let holdings = decision::holdings(op, Subject::Person(session.person_id)).await?;
    let has = holdings.is_some_and(|holdings| holdings.has_right(right));
    if !has {
        op.record(
            EventDraft::refused(EventKind::AdministrationRefused, "no role gives the right")
                .organisation(session.organisation_id)
                .session(session.id)
                .detail("right", right.as_str()),
        );
    }
    Ok(has)
}
