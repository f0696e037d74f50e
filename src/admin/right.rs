//! The access rules of the console.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;

use super::rooms;
use crate::access::{self, Powers};
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

/// Who is let in.
pub(super) trait Door {
    /// As the table of routes has it.
    const ACCESS: Access;
    /// The same, for whoever has proven who they are a moment ago.
    const FRESH: Access;
    /// The same, for whoever shows a token.
    const TOKEN: Access;
    /// The right that whoever is turned away lacks.
    const RIGHT: Right;
    /// Whether what was delegated can be enough.
    const DELEGATED: bool;

    fn opens(powers: &Powers) -> bool;
}

impl<R: Named> Door for R {
    const ACCESS: Access = Access::Right(R::RIGHT);
    const FRESH: Access = Access::FreshRight(R::RIGHT);
    const TOKEN: Access = Access::TokenRight(R::RIGHT);
    const DELEGATED: bool = false;
    const RIGHT: Right = R::RIGHT;

    fn opens(powers: &Powers) -> bool {
        powers.has(R::RIGHT)
    }
}

/// Whoever may give a role: by the right to manage access, or by a role of theirs that lets others be given.
#[derive(Debug)]
pub(super) struct GivesRoles;

impl Door for GivesRoles {
    const ACCESS: Access = Access::Delegated(Right::AccessManage);
    const FRESH: Access = Access::FreshDelegated(Right::AccessManage);
    const TOKEN: Access = Access::TokenDelegated(Right::AccessManage);
    const DELEGATED: bool = true;
    const RIGHT: Right = Right::AccessManage;

    fn opens(powers: &Powers) -> bool {
        powers.gives
    }
}

/// Whoever may say who is in groups: by the right to manage access, or as the owner of some.
#[derive(Debug)]
pub(super) struct KeepsGroups;

impl Door for KeepsGroups {
    const ACCESS: Access = Access::Delegated(Right::AccessManage);
    const FRESH: Access = Access::FreshDelegated(Right::AccessManage);
    const TOKEN: Access = Access::TokenDelegated(Right::AccessManage);
    const DELEGATED: bool = true;
    const RIGHT: Right = Right::AccessManage;

    fn opens(powers: &Powers) -> bool {
        powers.has(Right::AccessManage) || !powers.owns.is_empty()
    }
}

/// Whoever may see groups: by the right to see access, or as the owner of some.
#[derive(Debug)]
pub(super) struct LooksAfterGroups;

impl Door for LooksAfterGroups {
    const ACCESS: Access = Access::Delegated(Right::AccessRead);
    const FRESH: Access = Access::FreshDelegated(Right::AccessRead);
    const TOKEN: Access = Access::TokenDelegated(Right::AccessRead);
    const DELEGATED: bool = true;
    const RIGHT: Right = Right::AccessRead;

    fn opens(powers: &Powers) -> bool {
        powers.has(Right::AccessRead) || !powers.owns.is_empty()
    }
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

/// Somebody who is let in at a door of their own organisation's console. Made here only.
#[derive(Debug)]
pub(super) struct May<R> {
    session: Session,
    powers: Powers,
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

    /// What else is open to them: for what a page shows beside what was asked for.
    pub(super) fn powers(&self) -> &Powers {
        &self.powers
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
        let frame = visit.frame(title).with_rooms(rooms::open_to(&self.powers));
        Ok(frame.at(name.unwrap_or_default()))
    }
}

impl<R> std::ops::Deref for MayNow<R> {
    type Target = May<R>;

    fn deref(&self) -> &May<R> {
        &self.0
    }
}

impl<R: Door> FromRequestParts<Arc<House>> for May<R> {
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

impl<R: Door> FromRequestParts<Arc<House>> for MayNow<R> {
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

/// Of groups: whoever owns some sees them and those below.
pub(super) type SeesGroups = Sees<LooksAfterGroups, KeepsGroups>;

/// Of roles and grants.
pub(super) type SeesAccess = Sees<AccessRead, AccessManage>;

impl<R: Door + Send + Sync, M: Door> FromRequestParts<Arc<House>> for Sees<R, M> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Response> {
        let may = May::<R>::from_request_parts(parts, house).await?;
        let may_change = M::opens(&may.powers);
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

impl<R: Door + Send + Sync, M: Door + Send> Proof for Sees<R, M> {
    const ACCESS: Access = R::ACCESS;
}

impl<R: Door + Send> Proof for May<R> {
    const ACCESS: Access = R::ACCESS;
}

impl<R: Door + Send> Proof for MayNow<R> {
    const ACCESS: Access = R::FRESH;
}

async fn admit<R: Door>(parts: &mut Parts, house: &Arc<House>, session: Session) -> Result<May<R>, Response> {
    let visit = Visit::from_request_parts(parts, house).await?;
    let mut op = Op::new(house, Actor::Person(session.person_id), visit.seen.clone());
    let powers = match access::powers(&mut op, Subject::Person(session.person_id)).await {
        Ok(powers) => powers,
        Err(fault) => return Err(visit.fault_page(&fault)),
    };
    if R::opens(&powers) {
        let noted = decision::note_right(&mut op, Subject::Person(session.person_id), R::RIGHT).await;
        noted.map_err(|fault| visit.fault_page(&fault))?;
        return Ok(May {
            session,
            powers,
            right: PhantomData,
        });
    }
    op.record(
        EventDraft::refused(EventKind::AdministrationRefused, "no role gives the right")
            .organisation(session.organisation_id)
            .session(session.id)
            .detail("right", R::RIGHT.as_str()),
    );
    match op.commit().await {
        Ok(()) => Err(visit.error_page(StatusCode::FORBIDDEN, "admin-may-not")),
        Err(fault) => Err(visit.fault_page(&fault)),
    }
}
