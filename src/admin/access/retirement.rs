//! An application is retired on its page, or brought back: asked once more, with what it comes to, and with a reason.

use axum::response::Response;

use super::super::right::{AccessManage, May};
use super::application_form::{address, word};
use super::{Said, Step, change};
use crate::access;
use crate::domain::ApplicationId;
use crate::http::{Form, Visit};
use crate::op::Op;

/// What a page says of it.
#[derive(Debug)]
pub(super) struct Retirement {
    pub(super) is_retired: bool,
    /// Which of both is asked about once more.
    pub(super) asked: Option<Turn>,
    /// What was typed as a reason.
    pub(super) reason: String,
}

/// One of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Retire,
    Restore,
}

impl Turn {
    /// Field `act`: `retire` or `restore`, which ask once more, and `retire_now` and `restore_now`, which do it.
    pub(super) fn of(form: &Form) -> Option<(Self, Step)> {
        match form.get("act") {
            Some("retire") => Some((Self::Retire, Step::Look)),
            Some("retire_now") => Some((Self::Retire, Step::Apply)),
            Some("restore") => Some((Self::Restore, Step::Look)),
            Some("restore_now") => Some((Self::Restore, Step::Apply)),
            _ => None,
        }
    }

    /// What it is called, where it has been done.
    fn word(self) -> &'static str {
        match self {
            Self::Retire => "retire",
            Self::Restore => "restore",
        }
    }

    /// What does it.
    pub(super) fn now(self) -> &'static str {
        match self {
            Self::Retire => "retire_now",
            Self::Restore => "restore_now",
        }
    }

    /// The key of what is done.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Retire => "admin-application-retire",
            Self::Restore => "admin-application-restore",
        }
    }

    /// The key of the question whether it is to be done.
    pub(super) fn question(self) -> &'static str {
        match self {
            Self::Retire => "admin-application-retire-ask",
            Self::Restore => "admin-application-restore-ask",
        }
    }

    /// The key of what it means.
    pub(super) fn explanation(self) -> &'static str {
        match self {
            Self::Retire => "admin-application-retire-what",
            Self::Restore => "admin-application-restore-what",
        }
    }
}

/// Does it, or asks about it: then the page says what it comes to. Where the reason was left out it is asked for once more.
pub(super) async fn turn(
    (visit, may): (&Visit, &May<AccessManage>),
    id: ApplicationId,
    (turn, step): (Turn, Step),
    form: &Form,
) -> Result<Said, Response> {
    let wrong = match step {
        Step::Look => String::new(),
        Step::Apply => {
            act((visit, may), id, (turn, step), &word(form, "reason"))
                .await?
                .wrong
        }
    };
    // Nothing of what is looked at is kept, nor is this reason.
    let said = act((visit, may), id, (turn, Step::Look), turn.word()).await?;
    Ok(if wrong.is_empty() {
        said
    } else {
        Said { wrong, ..said }
    })
}

async fn act(
    (visit, may): (&Visit, &May<AccessManage>),
    id: ApplicationId,
    (turn, step): (Turn, Step),
    why: &str,
) -> Result<Said, Response> {
    let organisation = may.organisation_id();
    let act = async |op: &mut Op| match turn {
        Turn::Retire => access::retire_application(op, organisation, id, why).await,
        Turn::Restore => access::restore_application(op, organisation, id, why).await,
    };
    let done = |_| format!("{}?done={}", address(id), turn.word());
    change((visit, may), step, |op| op.now, act, done).await
}
