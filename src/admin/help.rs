//! Help for people who have lost what they sign in with: a pass by mail, and the agreement of a second administrator.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use super::people::HERE as PEOPLE;
use super::right::{May, MayNow, PeopleManage};
use crate::decision;
use crate::domain::{PersonId, Right};
use crate::enrolment::{self, Asked, Delivery, Pass, Refusal};
use crate::http::{Frame, Inquiry, Submission, Text, Visit, page, see_other};
use crate::op::{Op, OpError};
use crate::person::{self, Person};

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
    /// Somebody else has asked for a pass, which waits for a second administrator.
    waits: String,
    may_agree: bool,
}

/// Why somebody is not helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    /// Whoever has more rights, or is oneself, is helped by somebody else.
    Above,
    Refused(Refusal),
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
        let Some(person) = find(&mut op, may, id).await? else {
            return Ok(None);
        };
        let waiting = waiting(&mut op, may, person.id).await?;
        Ok::<_, OpError>(Some(HelpPage {
            frame: may.frame(&mut op, visit, "admin-help-title").await?,
            here: format!("{PEOPLE}/{id}/help"),
            back: format!("{PEOPLE}/{id}"),
            name: format!("{} ({})", person.name, person.username),
            done,
            wrong: wrong
                .map(|wrong| sentence(&visit.text, wrong))
                .unwrap_or_default(),
            reason,
            may_agree: waiting.is_some(),
            waits: match &waiting {
                Some(_) => visit.text.get("admin-help-waits"),
                None => String::new(),
            },
        }))
    };
    match template.await {
        Ok(Some(template)) => page(status, &template),
        Ok(None) => visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn find(op: &mut Op, may: &May<PeopleManage>, id: &str) -> Result<Option<Person>, OpError> {
    match id.parse::<PersonId>() {
        Ok(id) => person::find_within(op, may.organisation_id(), id).await,
        Err(_) => Ok(None),
    }
}

async fn waiting(op: &mut Op, may: &May<PeopleManage>, person: PersonId) -> Result<Option<Pass>, OpError> {
    let open = enrolment::open_passes(op, may.organisation_id()).await?;
    Ok(open
        .into_iter()
        .find(|pass| pass.person == person && !pass.issued))
}

/// `POST /admin/people/{id}/help`, field `act`: `ask` (with `reason`) or `agree`.
pub(super) async fn act(
    may: MayNow<PeopleManage>,
    Path(id): Path<String>,
    Submission { visit, form }: Submission,
) -> Response {
    let reason = form.get("reason").unwrap_or_default();
    let mut op = may.op(&visit);
    let done = match find(&mut op, &may, &id).await {
        Ok(None) => return visit.status_page(StatusCode::NOT_FOUND),
        Ok(Some(person)) => match form.get("act") {
            Some("ask") => ask(&mut op, &may, &person, reason).await,
            Some("agree") => agree(&mut op, &may, &person).await,
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

async fn ask(
    op: &mut Op,
    may: &May<PeopleManage>,
    person: &Person,
    reason: &str,
) -> Result<Result<&'static str, Wrong>, OpError> {
    if !is_below(op, may, person.id).await? {
        return Ok(Err(Wrong::Above));
    }
    let asked = enrolment::help(op, person, reason, Delivery::Mail).await?;
    Ok(match asked {
        Ok(Asked::Issued(_)) => Ok("issued"),
        Ok(Asked::Waits(_)) => Ok("waits"),
        Err(refusal) => Err(Wrong::Refused(refusal)),
    })
}

async fn agree(
    op: &mut Op,
    may: &May<PeopleManage>,
    person: &Person,
) -> Result<Result<&'static str, Wrong>, OpError> {
    if !is_below(op, may, person.id).await? {
        return Ok(Err(Wrong::Above));
    }
    let Some(waiting) = waiting(op, may, person.id).await? else {
        return Ok(Err(Wrong::Refused(Refusal::Gone)));
    };
    let agreed = enrolment::agree(op, may.organisation_id(), waiting.id, Delivery::Mail).await?;
    Ok(agreed.map(|_| "issued").map_err(Wrong::Refused))
}

/// Whether the administrator has every right that the person has, and is another one: nobody gets at more than they have by
/// helping somebody.
async fn is_below(op: &mut Op, may: &May<PeopleManage>, person: PersonId) -> Result<bool, OpError> {
    let own = decision::rights(op, may.person_id()).await?;
    let theirs = decision::rights(op, person).await?;
    let has = |right: &Right| own.contains(right);
    Ok(person != may.person_id() && theirs.iter().all(has))
}

fn sentence(text: &Text, wrong: Wrong) -> String {
    text.get(match wrong {
        Wrong::Above => "admin-help-wrong-above",
        Wrong::Refused(Refusal::Account) => "admin-help-wrong-account",
        Wrong::Refused(Refusal::NoMail) => "admin-help-wrong-mail",
        Wrong::Refused(Refusal::NoAddress) => "admin-help-wrong-address",
        Wrong::Refused(Refusal::Reason) => "admin-help-wrong-reason",
        Wrong::Refused(Refusal::Same) => "admin-help-wrong-same",
        Wrong::Refused(Refusal::Gone) => "admin-help-wrong-gone",
    })
}
