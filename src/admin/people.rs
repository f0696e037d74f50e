//! People, and whether they have more than a password.

use axum::response::Response;
use http::StatusCode;

use super::right::{May, PeopleRead};
use crate::domain::{PersonStatus, Username};
use crate::factor::{password, second};
use crate::http::{Frame, Inquiry, Text, Visit, page};
use crate::op::{Op, OpError};
use crate::person;

pub(super) const HERE: &str = "/admin/people";

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
    let passwords = password::owners(op, &found.iter().collect::<Vec<_>>()).await?;
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
            (false, false) if passwords.contains(&person.id) => "admin-person-alone",
            (false, false) => "admin-person-nothing",
        };
        let state = [Some(visit.text.get(key)), status(&visit.text, person.status)];
        let state: Vec<String> = state.into_iter().flatten().collect();
        let shown = person.called();
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

pub(super) fn status(text: &Text, status: PersonStatus) -> Option<String> {
    match status {
        PersonStatus::Active => None,
        PersonStatus::Disabled => Some(text.get("admin-person-disabled")),
        PersonStatus::Left => Some(text.get("admin-person-left")),
    }
}
