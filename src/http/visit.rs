//! One visit of a browser to a page.

use axum::response::Response;
use http::StatusCode;

use super::{Form, Frame, Text};
use crate::domain::{Digest32, Seen};

/// What a page's handler needs to know of the request: extractor for pages. The browser's own cookie (made if absent) binds
/// continuations and form tokens to it.
#[derive(Debug, Clone)]
pub struct Visit {
    pub seen: Seen,
    pub text: Text,
    /// Digest of the browser cookie: stored with continuations.
    pub browser: Digest32,
}

impl Visit {
    /// The frame of a page, by the key of its title.
    #[must_use]
    pub fn frame(&self, _title_key: &str) -> Frame {
        todo!()
    }

    /// Whether a form was made for this browser. Every POST of a page asks.
    #[must_use]
    pub fn owns(&self, _form: &Form) -> bool {
        todo!()
    }

    /// A plain page in the house style that says what happened and what to do next, with the correlation id.
    #[must_use]
    pub fn error_page(&self, _status: StatusCode, _sentence_key: &str) -> Response {
        todo!()
    }
}
