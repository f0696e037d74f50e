//! Accounts for emergencies: which they are, what was done with them, and what was found of it.

use axum::response::Response;
use http::StatusCode;

use super::helping;
use super::right::{May, MayNow, RulesManage};
use crate::break_glass::{self, Refusal, Use};
use crate::domain::{OrganisationId, PersonId};
use crate::http::{Form, Frame, Inquiry, Submission, Text, Visit, day, minute, page, see_other};
use crate::op::{Op, OpError};
use crate::person::{self, PersonError};

pub(super) const HERE: &str = "/admin/break-glass";

#[derive(Debug, askama::Template)]
#[template(path = "admin/break_glass.html")]
struct BreakGlassPage {
    frame: Frame,
    done: String,
    wrong: String,
    accounts: Vec<Account>,
    waiting: Vec<Shown>,
    reviewed: Vec<Shown>,
    username: String,
    reason: String,
}

#[derive(Debug)]
struct Account {
    id: String,
    name: String,
    detail: String,
}

#[derive(Debug)]
struct Shown {
    id: String,
    name: String,
    facts: Vec<(String, String)>,
}

/// Why nothing was done.
#[derive(Debug)]
enum Wrong {
    Nobody,
    Person(PersonError),
    Review(Refusal),
}

/// `GET /admin/break-glass`.
pub(super) async fn show(may: MayNow<RulesManage>, Inquiry { visit, query }: Inquiry) -> Response {
    let done = match query.get("done") {
        Some("marked") => visit.text.get("admin-break-glass-done-marked"),
        Some("unmarked") => visit.text.get("admin-break-glass-done-unmarked"),
        Some("reviewed") => visit.text.get("admin-break-glass-done-reviewed"),
        _ => String::new(),
    };
    render(&visit, &may, (done, None), &Form::default()).await
}

async fn render(
    visit: &Visit,
    may: &May<RulesManage>,
    (done, wrong): (String, Option<Wrong>),
    written: &Form,
) -> Response {
    let mut op = may.op(visit);
    let status = if wrong.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let template = async {
        let organisation = may.organisation_id();
        let marked = person::list_break_glass(&mut op, organisation).await?;
        let accounts = marked.iter().map(|(person, reason)| Account {
            id: person.id.to_string(),
            name: person.called(),
            detail: format!(
                "{} · {reason}",
                person.break_glass_since.map(day).unwrap_or_default()
            ),
        });
        let mut page = BreakGlassPage {
            frame: may.frame(&mut op, visit, "admin-break-glass-title").await?,
            done,
            wrong: wrong
                .map(|wrong| sentence(&visit.text, &wrong))
                .unwrap_or_default(),
            accounts: accounts.collect(),
            waiting: Vec::new(),
            reviewed: Vec::new(),
            username: written.get("username").unwrap_or_default().to_owned(),
            reason: written.get("reason").unwrap_or_default().to_owned(),
        };
        for one in break_glass::uses(&mut op, organisation).await? {
            let shown = shown(&mut op, &visit.text, organisation, &one).await?;
            match one.reviewed {
                None => page.waiting.push(shown),
                Some(_) => page.reviewed.push(shown),
            }
        }
        Ok::<_, OpError>(page)
    };
    match template.await {
        Ok(template) => page(status, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn name_of(op: &mut Op, organisation: OrganisationId, id: PersonId) -> Result<String, OpError> {
    let found = person::find_within(op, organisation, id).await?;
    Ok(found.map_or_else(|| id.to_string(), |one| one.called()))
}

async fn shown(
    op: &mut Op,
    text: &Text,
    organisation: OrganisationId,
    noted: &Use,
) -> Result<Shown, OpError> {
    let act = format!("admin-break-glass-act-{}", noted.act.as_str().replace('_', "-"));
    let mut facts = vec![
        (text.get("admin-break-glass-act"), text.get(&act)),
        (text.get("notice-when"), minute(noted.used_at)),
    ];
    if let Some(client) = &noted.client {
        facts.push((text.get("break-glass-client"), client.as_str().to_owned()));
    }
    if let Some(address) = &noted.address {
        facts.push((text.get("notice-address-of"), address.clone()));
    }
    if let Some(reviewed) = &noted.reviewed {
        let by = person::doer(op, text, organisation, &reviewed.by).await?;
        let who = format!("{by}, {}", minute(reviewed.at));
        facts.push((text.get("admin-break-glass-reviewed-by"), who));
        facts.push((text.get("admin-break-glass-note"), reviewed.note.clone()));
    }
    Ok(Shown {
        id: noted.id.to_string(),
        name: name_of(op, organisation, noted.person).await?,
        facts,
    })
}

/// `POST /admin/break-glass`, field `act`: `mark` (with `username`, `reason`), `unmark` (with `person`, `why`), `review` (with
/// `use`, `note`).
pub(super) async fn act(may: MayNow<RulesManage>, Submission { visit, form }: Submission) -> Response {
    let mut op = may.op(&visit);
    let organisation = may.organisation_id();
    let done = match form.get("act") {
        Some("mark") => mark(&mut op, organisation, &form).await,
        Some("unmark") => unmark(&mut op, organisation, &form).await,
        Some("review") => review(&mut op, organisation, &form).await,
        _ => return visit.status_page(StatusCode::BAD_REQUEST),
    };
    match op.conclude(done).await {
        Ok(Ok(word)) => see_other(&format!("{HERE}?done={word}")),
        Ok(Err(wrong)) => render(&visit, &may, (String::new(), Some(wrong)), &form).await,
        Err(fault) => visit.fault_page(&fault),
    }
}

type Done = Result<Result<&'static str, Wrong>, OpError>;

async fn mark(op: &mut Op, organisation: OrganisationId, form: &Form) -> Done {
    let name = form.get("username").unwrap_or_default();
    let Some(person) = person::find_named_within(op, organisation, name).await? else {
        return Ok(Err(Wrong::Nobody));
    };
    let reason = form.get("reason").unwrap_or_default();
    told(person::mark_break_glass(op, &person, reason).await, "marked")
}

async fn unmark(op: &mut Op, organisation: OrganisationId, form: &Form) -> Done {
    let id = form.get("person").unwrap_or_default();
    let Some(person) = helping::person(op, organisation, id).await? else {
        return Ok(Err(Wrong::Nobody));
    };
    let reason = form.get("why").unwrap_or_default();
    told(break_glass::unmark(op, &person, reason).await, "unmarked")
}

fn told(done: Result<(), PersonError>, word: &'static str) -> Done {
    match done {
        Ok(()) => Ok(Ok(word)),
        Err(PersonError::Fault(fault)) => Err(fault),
        Err(refusal) => Ok(Err(Wrong::Person(refusal))),
    }
}

async fn review(op: &mut Op, organisation: OrganisationId, form: &Form) -> Done {
    let Ok(id) = form.get("use").unwrap_or_default().parse() else {
        return Ok(Err(Wrong::Review(Refusal::Gone)));
    };
    let note = form.get("note").unwrap_or_default();
    let reviewed = break_glass::review(op, organisation, id, note).await?;
    Ok(reviewed.map(|()| "reviewed").map_err(Wrong::Review))
}

fn sentence(text: &Text, wrong: &Wrong) -> String {
    text.get(match wrong {
        Wrong::Nobody | Wrong::Person(PersonError::Unknown) => "admin-break-glass-wrong-nobody",
        Wrong::Person(PersonError::MarkedAlready) => "admin-break-glass-wrong-marked",
        Wrong::Person(PersonError::NotMarked) => "admin-break-glass-wrong-unmarked",
        Wrong::Person(_) => "admin-help-wrong-reason",
        Wrong::Review(Refusal::Gone) => "admin-break-glass-wrong-gone",
        Wrong::Review(Refusal::Note) => "admin-break-glass-wrong-note",
        Wrong::Review(Refusal::Own) => "admin-break-glass-wrong-own",
    })
}
