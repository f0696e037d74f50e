//! Policies on pages: written by a form or by hand, tried with their test cases, put in force, retired.

pub(super) mod draft;
mod form;
pub(super) mod list;
pub(super) mod new;
pub(super) mod one;
mod words;

use axum::response::Response;
use http::StatusCode;

use super::right::{AccessManage, May};
use crate::http::fields::Group;
use crate::http::{Frame, Visit, page, see_other};
use crate::op::Op;
use crate::policy::PolicyError;

/// A page with one form.
#[derive(Debug, askama::Template)]
#[template(path = "admin/policy_form.html")]
pub(super) struct FormPage {
    pub(super) frame: Frame,
    pub(super) lead: String,
    pub(super) wrong: String,
    pub(super) here: String,
    pub(super) back: String,
    pub(super) groups: Vec<Group>,
    /// What the form sends along: the template, the revision that was seen.
    pub(super) kept: Vec<(&'static str, String)>,
    /// Where the same is written by hand; empty where it is.
    pub(super) by_hand: String,
}

/// Does something with policies and goes on to where `done` says; what is refused is told, and nothing of it is kept.
async fn act<T>(
    (visit, may): (&Visit, &May<AccessManage>),
    act: impl AsyncFnOnce(&mut Op) -> Result<T, PolicyError>,
    done: impl FnOnce(T) -> String,
) -> Result<String, Response> {
    let mut op = may.op(visit);
    match act(&mut op).await {
        Ok(made) => Err(match op.commit().await {
            Ok(()) => see_other(&done(made)),
            Err(fault) => visit.fault_page(&fault),
        }),
        Err(PolicyError::Fault(fault)) => Err(visit.fault_page(&fault)),
        Err(PolicyError::Unknown) => Err(visit.status_page(StatusCode::NOT_FOUND)),
        Err(refusal) => Ok(words::refusal(&visit.text, &refusal)),
    }
}

/// A page as it is, or with what is wrong.
fn shown(template: &impl askama::Template, wrong: bool) -> Response {
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    page(status, template)
}
