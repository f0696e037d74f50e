//! Access rules: each route declares one, by the type of its handler's first argument.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, on};
use http::Method;
use http::request::Parts;

use crate::domain::Right;
use crate::op::House;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody: the handler itself asks for nothing, or gives nothing that is not public.
    Public,
    /// A browser that holds the cookie to which a stored continuation is bound.
    Browser,
    /// A browser with a living session.
    Session,
    /// A browser with a living session whose person has proven who they are a moment ago, with a second factor if they have one.
    Fresh,
    /// A browser with a living session whose person has this right over their organisation.
    Right(Right),
    /// The same, and the person has proven who they are a moment ago.
    FreshRight(Right),
    /// The same as `Right`, or a part of what the right is about is theirs: a role that lets them give others, groups that they own.
    Delegated(Right),
    /// The same, and the person has proven who they are a moment ago.
    FreshDelegated(Right),
    /// A bearer of an access token that is meant for the interface of administrators and has this right.
    TokenRight(Right),
    /// The same, or a part of what the right is about is theirs, and the token is for that.
    TokenDelegated(Right),
    /// A client that authenticates itself in the request.
    Client,
    /// A bearer of an access token.
    Bearer,
}

/// Evidence that an access rule was met (or, for rules that need the body, that the handler has declared to meet it by a
/// typed value such as `AuthenticatedClient`).
pub trait Proof: FromRequestParts<Arc<House>> {
    const ACCESS: Access;
}

/// The rule of a public route.
#[derive(Debug, Clone, Copy)]
pub struct Public;

impl<S: Sync> FromRequestParts<S> for Public {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl Proof for Public {
    const ACCESS: Access = Access::Public;
}

/// A handler's argument list that begins with a [`Proof`].
pub trait Declares {
    const ACCESS: Access;
}

macro_rules! declares {
    ($(($($argument:ident),*)),+ $(,)?) => {$(
        impl<M, P: Proof, $($argument),*> Declares for (M, P, $($argument),*) {
            const ACCESS: Access = P::ACCESS;
        }
    )+};
}

declares! { (), (A), (A, B), (A, B, C), (A, B, C, D), (A, B, C, D, E) }

/// One row of the table of routes.
#[derive(Debug, Clone)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    pub handler: MethodRouter<Arc<House>>,
}

/// Makes a row of the table of routes. `GET` answers `HEAD` too.
pub fn route<H, T>(method: Method, path: &'static str, handler: H) -> Route
where
    H: Handler<T, Arc<House>>,
    T: Declares + 'static,
{
    let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
    Route {
        method,
        path,
        access: T::ACCESS,
        handler: on(filter, handler),
    }
}
