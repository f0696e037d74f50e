//! People and with what they sign in.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use super::helping::{self, Wrong};
use super::names::Names;
use super::right::{May, MayNow, PeopleManage, PeopleRead};
use crate::access;
use crate::domain::{PersonId, PersonStatus, Subject, Username};
use crate::factor::{authenticators, passkey, password, recovery, second};
use crate::http::{Frame, Inquiry, Submission, Text, Visit, day, page, see_other};
use crate::op::{Op, OpError};
use crate::person::{self, Person};
use crate::session;

pub(super) const HERE: &str = "/admin/people";
pub(super) const ONE: &str = "/admin/people/{id}";

#[derive(Debug, askama::Template)]
#[template(path = "admin/people.html")]
struct PeoplePage {
    frame: Frame,
    done: String,
    /// What was looked for.
    name: String,
    /// Address, name, what stands there.
    people: Vec<(String, String, String)>,
    next: String,
}

/// `GET /admin/people`, with `after` the last user name of the page before, or `name` the beginning of a user name.
pub(super) async fn list(may: May<PeopleRead>, Inquiry { visit, query }: Inquiry) -> Response {
    let mut op = may.op(&visit);
    let asked = (query.get("name").unwrap_or_default().trim(), query.get("after"));
    match people(&mut op, &visit, &may, asked).await {
        Ok(mut template) => {
            if query.get("done") == Some("invited") {
                template.done = visit.text.get("admin-invite-done");
            }
            page(StatusCode::OK, &template)
        }
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn people(
    op: &mut Op,
    visit: &Visit,
    may: &May<PeopleRead>,
    (name, after): (&str, Option<&str>),
) -> Result<PeoplePage, OpError> {
    let organisation = may.organisation_id();
    let beginning = name.to_lowercase();
    let after = after.and_then(|text| Username::parse(text).ok());
    let found = person::beginning(op, organisation, &beginning, after.as_ref()).await?;
    let factors = second::of_organisation(op, organisation).await?;
    let next = match found.last().filter(|_| found.len() >= person::PAGE_LENGTH) {
        None => String::new(),
        Some(last) => url::form_urlencoded::Serializer::new(format!("{HERE}?"))
            .append_pair("name", name)
            .append_pair("after", last.username.as_str())
            .finish(),
    };
    let rows = found.iter().map(|person| {
        let factors = factors.get(&person.id).copied().unwrap_or_default();
        let key = match (factors.passkey, factors.second) {
            (true, _) => "admin-person-passkey",
            (false, true) => "admin-person-second",
            (false, false) => "admin-person-alone",
        };
        let state = [Some(visit.text.get(key)), status(&visit.text, person.status)];
        let state: Vec<String> = state.into_iter().flatten().collect();
        let shown = format!("{} ({})", person.name, person.username);
        (format!("{HERE}/{}", person.id), shown, state.join(" · "))
    });
    Ok(PeoplePage {
        done: String::new(),
        name: name.to_owned(),
        people: rows.collect(),
        next,
        frame: may.frame(op, visit, "admin-people-title").await?,
    })
}

fn status(text: &Text, status: PersonStatus) -> Option<String> {
    match status {
        PersonStatus::Active => None,
        PersonStatus::Disabled => Some(text.get("admin-person-disabled")),
        PersonStatus::Left => Some(text.get("admin-person-left")),
    }
}

#[derive(Debug, askama::Template)]
#[template(path = "admin/person.html")]
struct PersonPage {
    frame: Frame,
    done: String,
    wrong: String,
    name: String,
    here: String,
    help: String,
    about: Vec<(String, String)>,
    factors: Vec<(String, String)>,
}

/// `GET /admin/people/{id}`.
pub(super) async fn show(
    may: May<PeopleRead>,
    Path(id): Path<String>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let told = match query.get("done") {
        Some("ended") => (visit.text.get("admin-person-ended"), String::new()),
        Some("above") => (String::new(), visit.text.get("admin-help-wrong-above")),
        _ => (String::new(), String::new()),
    };
    let mut op = may.op(&visit);
    match one(&mut op, &visit, &may, (&id, told)).await {
        Ok(Some(template)) => page(StatusCode::OK, &template),
        Ok(None) => visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn one(
    op: &mut Op,
    visit: &Visit,
    may: &May<PeopleRead>,
    (id, (done, wrong)): (&str, (String, String)),
) -> Result<Option<PersonPage>, OpError> {
    let Some(person) = helping::person(op, may.organisation_id(), id).await? else {
        return Ok(None);
    };
    Ok(Some(PersonPage {
        frame: may.frame(op, visit, "admin-person-title").await?,
        done,
        wrong,
        name: person.name.clone(),
        here: format!("{HERE}/{id}"),
        help: format!("{HERE}/{id}/help"),
        about: about(op, &visit.text, &person).await?,
        factors: factors(op, &visit.text, person.id).await?,
    }))
}

/// `POST /admin/people/{id}`: ends all that the person has, sessions and what applications were given.
pub(super) async fn end(
    may: MayNow<PeopleManage>,
    Path(id): Path<String>,
    Submission { visit, form }: Submission,
) -> Response {
    if form.get("act") != Some("end") {
        return visit.status_page(StatusCode::BAD_REQUEST);
    }
    let mut op = may.op(&visit);
    let by = Subject::Person(may.person_id());
    let ended = match helping::person(&mut op, may.organisation_id(), &id).await {
        Ok(Some(person)) => helping::end_sessions(&mut op, by, &person).await,
        Ok(None) => return visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => Err(fault),
    };
    match op.conclude(ended).await {
        Ok(Ok(_)) => see_other(&format!("{HERE}/{id}?done=ended")),
        Ok(Err(Wrong::Above | Wrong::Refused(_))) => see_other(&format!("{HERE}/{id}?done=above")),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// Names with commas between, or that there are none.
fn or_none(text: &Text, names: &[String]) -> String {
    if names.is_empty() {
        text.get("admin-none")
    } else {
        names.join(", ")
    }
}

async fn about(op: &mut Op, text: &Text, person: &Person) -> Result<Vec<(String, String)>, OpError> {
    let profile = access::profile(op, Subject::Person(person.id), None).await?;
    let names = Names::of(op, person.organisation_id).await?;
    let email = person.email.clone().unwrap_or_else(|| text.get("admin-none"));
    let mut facts = vec![
        (text.get("admin-person-username"), person.username.to_string()),
        (text.get("admin-person-email"), email),
        (
            text.get("admin-person-roles"),
            or_none(text, &names.roles(&profile.roles)),
        ),
        (
            text.get("admin-person-groups"),
            or_none(text, &names.groups(text, &profile.groups)),
        ),
    ];
    if let Some(status) = status(text, person.status) {
        facts.push((text.get("admin-person-status"), status));
    }
    Ok(facts)
}

async fn factors(op: &mut Op, text: &Text, id: PersonId) -> Result<Vec<(String, String)>, OpError> {
    let set = password::changed_at(op, id).await?;
    let set = set.map(day);
    let authenticators: Vec<String> = authenticators::list(op, id)
        .await?
        .into_iter()
        .map(|one| one.name)
        .collect();
    let passkeys: Vec<String> = passkey::list(op, id)
        .await?
        .into_iter()
        .map(|one| one.name)
        .collect();
    let sessions = session::of_person(op, id).await?.len();
    Ok(vec![
        (
            text.get("admin-factor-password"),
            set.unwrap_or_else(|| text.get("admin-none")),
        ),
        (
            text.get("admin-factor-authenticators"),
            or_none(text, &authenticators),
        ),
        (text.get("admin-factor-passkeys"), or_none(text, &passkeys)),
        (
            text.get("admin-factor-codes"),
            recovery::left(op, id).await?.to_string(),
        ),
        (text.get("admin-factor-sessions"), sessions.to_string()),
    ])
}
