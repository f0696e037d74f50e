//! The edge: access rules of routes, forms, cookies, pages, problems.
//!
//! A route is made by [`route`] only, and a handler's first argument is a [`Proof`], whose type declares the access rule:
//! a handler without one does not compile. Storey 2: calls `op` and lower storeys.

mod access;
mod form;
mod page;
mod text;
mod visit;

pub use access::{Access, Declares, Proof, Public, Route, route};
pub use form::{Form, Query};
pub use page::{Frame, page, see_other};
pub use text::Text;
pub use visit::Visit;
