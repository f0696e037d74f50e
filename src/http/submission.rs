//! A form that a person has sent from one of our pages.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::Response;

use super::{Form, Visit};
use crate::op::House;

/// Extractor for the POST of a page: the visit and its form, which was made by us for this very browser. Anything else is
/// answered with a page that says what to do, so that no handler can forget to ask.
#[derive(Debug)]
pub struct Submission {
    pub visit: Visit,
    pub form: Form,
}

impl FromRequest<Arc<House>> for Submission {
    type Rejection = Response;

    async fn from_request(request: Request, house: &Arc<House>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, house).await?;
        let request = Request::from_parts(parts, body);
        let form = Form::from_request(request, house)
            .await
            .map_err(|refusal| visit.form_page(refusal))?;
        if !visit.owns(&form) {
            return Err(visit.stale_page());
        }
        Ok(Self { visit, form })
    }
}
