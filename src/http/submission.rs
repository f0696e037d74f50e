//! What a browser sends to one of our pages: a query, a form of ours, or a form of another site.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::Response;
use http::request::Parts;

use super::cookie::Fresh;
use super::{Form, Query, Visit};
use crate::op::House;

/// Extractor for the GET of a page that reads its query: one that cannot be read is answered with a page.
#[derive(Debug)]
pub struct Inquiry {
    pub visit: Visit,
    pub query: Query,
}

impl FromRequestParts<Arc<House>> for Inquiry {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Response> {
        let visit = Visit::from_request_parts(parts, house).await?;
        match Query::from_request_parts(parts, house).await {
            Ok(query) => Ok(Self { visit, query }),
            Err(refusal) => Err(visit.form_page(refusal)),
        }
    }
}

/// Extractor for the GET at which an application sends a browser: repeated parameters are for the handler to tell of.
#[derive(Debug)]
pub struct ForeignInquiry {
    pub visit: Visit,
    pub query: Query,
}

impl FromRequestParts<Arc<House>> for ForeignInquiry {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Response> {
        let visit = Visit::from_request_parts(parts, house).await?;
        match Query::with_repeated(parts.uri.query().unwrap_or_default()) {
            Ok(query) => Ok(Self { visit, query }),
            Err(refusal) => Err(visit.form_page(refusal)),
        }
    }
}

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

/// Extractor for a form that another site may send to a page of ours, as the protocols of sign-in and sign-out allow. One
/// that cannot be read is answered with a page. Parameters may be repeated in it: what follows is a query, which tells.
#[derive(Debug)]
pub struct ForeignForm {
    pub visit: Visit,
    pub form: Form,
}

impl FromRequest<Arc<House>> for ForeignForm {
    type Rejection = Response;

    async fn from_request(request: Request, house: &Arc<House>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        // The browser withholds its `SameSite=Lax` cookies here. New ones in their place would end what its other tabs are
        // doing, so those of this visit are put where nobody takes them from.
        parts.extensions.insert(Fresh::default());
        let visit = Visit::from_request_parts(&mut parts, house).await?;
        match Form::with_repeated(Request::from_parts(parts, body), house).await {
            Ok(form) => Ok(Self { visit, form }),
            Err(refusal) => Err(visit.form_page(refusal)),
        }
    }
}
