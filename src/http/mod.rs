//! The edge: access rules of routes, forms, cookies, pages, problems.
//!
//! A route is made by [`route`] only, and a handler's first argument is a [`Proof`], whose type declares the access rule:
//! a handler without one does not compile. Storey 2: calls `op` and lower storeys.
//!
//! A page's handler takes a [`Visit`], with its query an [`Inquiry`], or for a POST a [`Submission`], which is refused unless the form came from a page
//! that we made for this browser. Protocol endpoints take `Result<Form, FormError>` and say the refusal in their own words.

mod access;
mod address;
mod asset;
mod bearer;
mod below;
mod certificate;
pub mod cookie;
mod cors;
mod decode;
mod device;
mod fallback;
pub mod fields;
mod form;
pub mod headers;
mod json;
mod language;
mod page;
mod problem;
mod submission;
mod text;
mod visit;
mod words;

pub use access::{Access, Declares, Proof, Public, Route, route};
pub use address::{AddressError, client_address, network, network_name};
pub use asset::asset_url;
pub use bearer::{BearerError, Scheme, bearer_token, sent_token};
pub use below::below;
pub use certificate::{CertificateError, told_certificate};
pub use device::device;
pub use fallback::dress;
pub use form::{Form, FormError, Query};
pub use json::{Json, json};
pub use language::Language;
pub use page::{
    Frame, LanguageLink, framed_page, page, page_with_form_sent, page_with_form_targets, page_with_frames,
    page_with_script, see_other,
};
pub use problem::{PASSING, Problem, log_fault, retry_after};
pub use submission::{ForeignForm, ForeignInquiry, Inquiry, Submission};
pub use text::{Sentences, Text};
pub use visit::Visit;
pub use words::{day, day_in_words, minute};

/// The routes of this room: static files.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![route(
        http::Method::GET,
        "/static/{fingerprint}/{*path}",
        asset::serve,
    )]
}
