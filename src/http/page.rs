//! Pages and redirects.

use axum::response::Response;
use http::StatusCode;

use super::Text;

/// What every page has: language, title, form token, correlation id. Templates extend `layout/signin.html` and have a
/// field `frame`.
#[derive(Debug, Clone)]
pub struct Frame {
    pub text: Text,
    /// Already translated.
    pub title: String,
    /// The hidden field `form_token` of every form.
    pub form_token: String,
    pub correlation_id: String,
}

/// Renders a page: HTML, not cached, with the policy headers of pages.
pub fn page(_status: StatusCode, _template: &impl askama::Template) -> Response {
    todo!()
}

/// 303 to a path of ours or to a proven address.
pub fn see_other(_to: &str) -> Response {
    todo!()
}
