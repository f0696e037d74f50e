//! Who may do something, and by which roles and policies.

use axum::response::Response;
use http::StatusCode;

use super::names::Names;
use super::right::{AccessRead, May};
use super::why;
use crate::access::reach_form::Typed;
use crate::access::{self, Able};
use crate::decision::{Found, Part, Who};
use crate::domain::SubjectKind;
use crate::http::fields::{Field, Group, Kind};
use crate::http::{Frame, Inquiry, Query, Text, Visit, page};
use crate::op::{Op, OpError};

pub(super) const HERE: &str = "/admin/access/who";

/// Those that are shown on one page.
const SHOWN: usize = 50;

#[derive(Debug, askama::Template)]
#[template(path = "admin/who.html")]
struct WhoPage {
    frame: Frame,
    wrong: String,
    answer: Option<Answer>,
    groups: Vec<Group>,
}

#[derive(Debug)]
struct Answer {
    /// What, and to what.
    about: String,
    /// People with the address that tells why, who they are, and by what.
    people: Vec<(String, String, String)>,
    /// Service accounts: what they are called, and by what.
    accounts: Vec<(String, String)>,
    /// The address of what follows; empty if there is nothing.
    next: String,
}

/// `GET /admin/access/who`, with `action` (an application's id and a permission), `type`, `id`, and perhaps `properties`, `context`, `subjects`
/// (`person`, `service_account`) and `after`, the id with which the page before has ended.
pub(super) async fn show(may: May<AccessRead>, Inquiry { visit, query }: Inquiry) -> Response {
    let mut op = may.op(&visit);
    let drawn = template(&mut op, &visit, (&may, &query)).await;
    match op.conclude(drawn).await {
        Ok(template) if template.wrong.is_empty() => page(StatusCode::OK, &template),
        Ok(template) => page(StatusCode::UNPROCESSABLE_ENTITY, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template(
    op: &mut Op,
    visit: &Visit,
    (may, query): (&May<AccessRead>, &Query),
) -> Result<WhoPage, OpError> {
    let typed = Typed::of(query);
    let kind = match query.get("subjects").and_then(SubjectKind::parse) {
        Some(SubjectKind::ServiceAccount) => SubjectKind::ServiceAccount,
        _ => SubjectKind::Person,
    };
    let after = query.get("after").map(str::to_owned);
    let (answer, wrong) = match answer(op, &visit.text, may, (&typed, kind, after)).await? {
        Ok(answer) => (answer, String::new()),
        Err(wrong) => (None, wrong),
    };
    let text = &visit.text;
    let form = typed.form(op, text, may.organisation_id(), (None, subjects(text, kind)));
    let group = form.await?;
    Ok(WhoPage {
        frame: may.frame(op, visit, "admin-who-title").await?,
        wrong,
        answer,
        groups: vec![group],
    })
}

/// Whom to look for.
fn subjects(text: &Text, chosen: SubjectKind) -> Field {
    let choice = |kind: SubjectKind, key: &str| (kind.to_string(), text.get(key), kind == chosen);
    let choices = vec![
        choice(SubjectKind::Person, "admin-who-people"),
        choice(SubjectKind::ServiceAccount, "admin-who-service-accounts"),
    ];
    Field::of(
        text,
        "subjects",
        ("admin-who-subjects", ""),
        Kind::Choice(choices),
    )
}

/// None if nothing is asked yet; else what is told, or what is wrong with what is typed.
async fn answer(
    op: &mut Op,
    text: &Text,
    may: &May<AccessRead>,
    (typed, kind, after): (&Typed, SubjectKind, Option<String>),
) -> Result<Result<Option<Answer>, String>, OpError> {
    if !typed.is_asked() {
        return Ok(Ok(None));
    }
    let organisation = may.organisation_id();
    let access = match typed.access(op, text, organisation).await? {
        Ok(access) => access,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let who = Who {
        organisation,
        kind,
        access,
        part: Part { after, limit: SHOWN },
    };
    let found = access::who(op, who).await?;
    let names = Names::of(op, organisation).await?;
    let (action, resource) = (typed.called(op, text, organisation).await?, typed.resource());
    let arguments = [("action", action.as_str()), ("resource", resource.as_str())];
    let about = text.get_args("admin-who-about", &arguments);
    Ok(Ok(Some(told(about, &names, (typed, kind), found))))
}

fn told(about: String, names: &Names, (typed, kind): (&Typed, SubjectKind), found: Found<Able>) -> Answer {
    let (mut people, mut accounts) = (Vec::new(), Vec::new());
    for one in found.results {
        let by = access::because(names.words(), &one.because);
        match one.username {
            Some(username) => {
                let why = typed.address(why::HERE, &[("person", &username)]);
                people.push((why, format!("{} ({username})", one.name), by));
            }
            None => accounts.push((one.name, by)),
        }
    }
    let more = |next: String| typed.address(HERE, &[("subjects", kind.as_str()), ("after", &next)]);
    Answer {
        about,
        people,
        accounts,
        next: found.next.map(more).unwrap_or_default(),
    }
}
