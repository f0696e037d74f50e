//! Help for people who have lost what they sign in with: a pass by mail, and the agreement of a second administrator.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use super::helping::{self, Wrong};
use super::passes::{self, Shown};
use super::people::HERE as PEOPLE;
use super::right::{May, MayNow, PeopleManage};
use crate::domain::Subject;
use crate::enrolment::{self, Asked, Refusal};
use crate::http::{Frame, Inquiry, Submission, Text, Visit, page, see_other};
use crate::op::OpError;

pub(super) const ONE: &str = "/admin/people/{id}/help";

#[derive(Debug, askama::Template)]
#[template(path = "admin/help.html")]
struct HelpPage {
    frame: Frame,
    name: String,
    here: String,
    back: String,
    done: String,
    wrong: String,
    reason: String,
    /// A pass that is good, or waits for a second administrator.
    open: Option<Shown>,
    /// Whether the reader has asked for it, so that somebody else has to agree.
    own: bool,
    /// Whether a second administrator has to agree to what is asked for.
    needs_two: bool,
}

impl HelpPage {
    /// What the button says by which help is asked for.
    fn asks(&self) -> &'static str {
        if self.needs_two {
            "admin-help-ask-two"
        } else {
            "admin-help-ask"
        }
    }

    /// Whether the pass waits for a second administrator.
    fn waits(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.waits)
    }
}

/// `GET /admin/people/{id}/help`.
pub(super) async fn show(
    may: MayNow<PeopleManage>,
    Path(id): Path<String>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let done = match query.get("done") {
        Some("issued") => visit.text.get("admin-help-done-issued"),
        Some("waits") => visit.text.get("admin-help-done-waits"),
        _ => String::new(),
    };
    render(&visit, &may, &id, (done, None, String::new())).await
}

async fn render(
    visit: &Visit,
    may: &May<PeopleManage>,
    id: &str,
    (done, wrong, reason): (String, Option<Wrong>, String),
) -> Response {
    let mut op = may.op(visit);
    let status = if wrong.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let template = async {
        let Some(person) = helping::person(&mut op, may.organisation_id(), id).await? else {
            return Ok(None);
        };
        let pass = helping::recovery(&mut op, &person).await?;
        let reader = may.person_id().to_string();
        let own = pass.as_ref().is_some_and(|pass| pass.asked_by == reader);
        let open = match pass {
            Some(pass) => {
                let by = Subject::Person(may.person_id());
                let may_end = helping::is_below(&mut op, by, &person).await?;
                Some(passes::shown(&mut op, &visit.text, &pass, may_end).await?)
            }
            None => None,
        };
        Ok::<_, OpError>(Some(HelpPage {
            frame: may.frame(&mut op, visit, "admin-help-title").await?,
            here: format!("{PEOPLE}/{id}/help"),
            back: format!("{PEOPLE}/{id}"),
            name: person.called(),
            done,
            wrong: wrong
                .map(|wrong| sentence(&visit.text, wrong))
                .unwrap_or_default(),
            reason,
            open,
            own,
            needs_two: enrolment::needs_two(&mut op, &person).await?,
        }))
    };
    match template.await {
        Ok(Some(template)) => page(status, &template),
        Ok(None) => visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// `POST /admin/people/{id}/help`, field `act`: `ask` (with `reason`) or `agree` (with `pass`, as it was seen).
pub(super) async fn act(
    may: MayNow<PeopleManage>,
    Path(id): Path<String>,
    Submission { visit, form }: Submission,
) -> Response {
    let reason = form.get("reason").unwrap_or_default();
    let (mut op, by) = (may.op(&visit), Subject::Person(may.person_id()));
    let done = match helping::person(&mut op, may.organisation_id(), &id).await {
        Ok(None) => return visit.status_page(StatusCode::NOT_FOUND),
        Ok(Some(person)) => match form.get("act") {
            Some("ask") => helping::ask(&mut op, by, &person, reason)
                .await
                .map(|asked| asked.map(|asked| word(&asked))),
            Some("agree") => helping::agree(&mut op, by, &person, Some(form.get("pass").unwrap_or_default()))
                .await
                .map(|agreed| agreed.map(|_| "issued")),
            _ => return visit.status_page(StatusCode::BAD_REQUEST),
        },
        Err(fault) => Err(fault),
    };
    match op.conclude(done).await {
        Ok(Ok(word)) => see_other(&format!("{PEOPLE}/{id}/help?done={word}")),
        Ok(Err(wrong)) => render(&visit, &may, &id, (String::new(), Some(wrong), reason.to_owned())).await,
        Err(fault) => visit.fault_page(&fault),
    }
}

fn word(asked: &Asked) -> &'static str {
    match asked {
        Asked::Issued(_) => "issued",
        Asked::Waits(_) => "waits",
    }
}

fn sentence(text: &Text, wrong: Wrong) -> String {
    text.get(match wrong {
        Wrong::Above => "admin-help-wrong-above",
        Wrong::Stays(_) => "admin-factor-last",
        Wrong::Locked(_) => "admin-lock-none",
        Wrong::NoDevice => "admin-device-gone",
        Wrong::Unswitched(_) => "admin-account-wrong-already",
        Wrong::Refused(Refusal::Account) => "admin-help-wrong-account",
        Wrong::Refused(Refusal::NoMail) => "admin-help-wrong-mail",
        Wrong::Refused(Refusal::NoAddress) => "admin-help-wrong-address",
        Wrong::Refused(Refusal::Reason) => "admin-help-wrong-reason",
        Wrong::Refused(Refusal::Same) => "admin-help-wrong-same",
        Wrong::Refused(Refusal::Gone) => "admin-help-wrong-gone",
    })
}
