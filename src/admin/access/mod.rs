//! Applications with their permissions, groups, roles and grants on pages: looked at, changed with a look ahead at whom a change gives or takes what.

pub(super) mod application;
pub(super) mod application_form;
pub(super) mod give;
pub(super) mod given;
pub(super) mod group;
pub(super) mod group_form;
pub(super) mod groups;
pub(super) mod holding;
pub(super) mod permission;
mod retirement;
pub(super) mod role;
pub(super) mod role_form;
pub(super) mod roles;
mod words;

use axum::response::Response;
use http::StatusCode;

use super::right::May;
use crate::access::{self, AccessError};
use crate::domain::Timestamp;
use crate::http::fields::Group;
use crate::http::{Form, Frame, Visit, page, see_other};
use crate::op::{Op, OpError};

/// A page with one form: what is to be made or changed, and what that comes to.
#[derive(Debug, askama::Template)]
#[template(path = "admin/access_form.html")]
pub(super) struct FormPage {
    pub(super) frame: Frame,
    pub(super) said: Said,
    /// What it is about.
    pub(super) lead: String,
    pub(super) facts: Vec<(String, String)>,
    /// Where the form goes.
    pub(super) here: String,
    pub(super) back: String,
    /// None where the reader may change nothing.
    pub(super) groups: Vec<Group>,
    /// Whether it can be removed here.
    pub(super) may_remove: bool,
}

/// What a page says besides what is so.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) done: String,
    pub(super) wrong: String,
    /// What the change would come to, one line for each permission; none: it was not looked at.
    pub(super) effect: Option<Vec<String>>,
}

/// What was asked to be done with a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// To see what it would come to.
    Look,
    Apply,
}

impl Step {
    /// Field `act`: `look` or `apply`.
    fn of(form: &Form) -> Option<Self> {
        match form.get("act") {
            Some("look") => Some(Self::Look),
            Some("apply") => Some(Self::Apply),
            _ => None,
        }
    }
}

/// Looks at a change, or makes it; then the browser goes to where `done` says. Otherwise answers what the page is to say.
pub(super) async fn change<R, T>(
    (visit, may): (&Visit, &May<R>),
    step: Step,
    at: impl FnOnce(&Op) -> Timestamp,
    act: impl AsyncFnOnce(&mut Op) -> Result<T, AccessError>,
    done: impl FnOnce(T) -> String,
) -> Result<Said, Response> {
    let mut op = may.op(visit);
    let outcome = match step {
        // Nothing of it is kept: the act is dropped.
        Step::Look => {
            let whose = (may.organisation_id(), at(&op));
            let effects = access::preview(&mut op, whose, act).await;
            effects.map(|effects| Said {
                effect: Some(words::effect(&visit.text, &effects)),
                ..Said::default()
            })
        }
        Step::Apply => match act(&mut op).await {
            Ok(made) => {
                return Err(match op.commit().await {
                    Ok(()) => see_other(&done(made)),
                    Err(fault) => visit.fault_page(&fault),
                });
            }
            Err(error) => Err(error),
        },
    };
    match outcome {
        Ok(said) => Ok(said),
        Err(AccessError::Fault(fault)) => Err(visit.fault_page(&fault)),
        Err(refusal) => Ok(Said {
            wrong: words::refusal(&visit.text, &refusal),
            ..Said::default()
        }),
    }
}

/// Shows a page, with the status that what it says asks for.
fn shown(visit: &Visit, made: Result<Option<impl askama::Template>, OpError>, wrong: bool) -> Response {
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    match made {
        Ok(Some(template)) => page(status, &template),
        Ok(None) => visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// The lines of a field that are not empty.
fn lines<'a>(form: &'a Form, name: &str) -> impl Iterator<Item = &'a str> {
    let all = form.get(name).unwrap_or_default().lines();
    all.map(str::trim).filter(|line| !line.is_empty())
}

/// The text of a field; none if it is empty.
fn written<'a>(form: &'a Form, name: &str) -> Option<&'a str> {
    Some(form.get(name)?.trim()).filter(|text| !text.is_empty())
}
