//! Why somebody may do something, or may not, and what would turn it.

use axum::response::Response;
use http::StatusCode;

use super::names::Names;
use super::right::{AccessRead, May};
use super::{people, who};
use crate::access::reach_form::{self, Typed};
use crate::access::{self, InWords, Reader};
use crate::decision;
use crate::domain::{Right, Subject};
use crate::http::fields::{Field, Group, Kind};
use crate::http::{Frame, Inquiry, Text, Visit, page};
use crate::op::{Op, OpError};
use crate::person::{self, Person};

pub(super) const HERE: &str = "/admin/access/why";

#[derive(Debug, askama::Template)]
#[template(path = "admin/why.html")]
struct WhyPage {
    frame: Frame,
    wrong: String,
    answer: Option<Answer>,
    groups: Vec<Group>,
}

/// What is told.
#[derive(Debug)]
struct Answer {
    /// Who, what, and to what.
    about: String,
    told: InWords,
    /// Who else may: the address of the page that tells it.
    others: String,
    /// The page of the person, for whoever may see it.
    person: String,
}

/// The address of the page, filled in with somebody.
pub(super) fn of_person(person: &Person) -> String {
    reach_form::address(HERE, [("person", person.username.as_str())].iter())
}

/// `GET /admin/access/why`, with `person` (a user name), `action` (an application's id and a permission), `type`, `id`, and perhaps `properties`,
/// `context` and `as_of`.
pub(super) async fn show(may: May<AccessRead>, Inquiry { visit, query }: Inquiry) -> Response {
    let mut op = may.op(&visit);
    let typed = Typed::of(&query);
    let drawn = template(&mut op, &visit, (&may, &typed)).await;
    match op.conclude(drawn).await {
        Ok(template) if template.wrong.is_empty() => page(StatusCode::OK, &template),
        Ok(template) => page(StatusCode::UNPROCESSABLE_ENTITY, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template(
    op: &mut Op,
    visit: &Visit,
    (may, typed): (&May<AccessRead>, &Typed),
) -> Result<WhyPage, OpError> {
    let (answer, wrong) = match answer(op, &visit.text, (may, typed)).await? {
        Ok(answer) => (answer, String::new()),
        Err(wrong) => (None, wrong),
    };
    let person = Kind::Line(typed.person.clone());
    let person = Field::of(&visit.text, "person", ("admin-check-person", ""), person);
    let beside = (Some(person), typed.past(&visit.text));
    let group = typed.form(op, &visit.text, may.organisation_id(), beside).await?;
    Ok(WhyPage {
        frame: may.frame(op, visit, "admin-why-title").await?,
        wrong,
        answer,
        groups: vec![group],
    })
}

/// None if nothing is asked yet; else what is told, or what is wrong with what is typed.
async fn answer(
    op: &mut Op,
    text: &Text,
    (may, typed): (&May<AccessRead>, &Typed),
) -> Result<Result<Option<Answer>, String>, OpError> {
    if !typed.is_asked() {
        return Ok(Ok(None));
    }
    let organisation = may.organisation_id();
    let Some(person) = person::find_named_within(op, organisation, &typed.person).await? else {
        return Ok(Err(text.get("admin-break-glass-wrong-nobody")));
    };
    let access = match typed.access(op, text, organisation).await? {
        Ok(access) => access,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let then = match typed.then(text, op.now) {
        Ok(then) => then,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let told = decision::explain(op, access.of(Subject::Person(person.id)), then).await?;
    let sees_people = may.powers().has(Right::PeopleRead);
    let names = Names::of(op, organisation).await?;
    Ok(Ok(Some(Answer {
        about: about(
            text,
            &typed.called(op, text, organisation).await?,
            (typed, &person),
        ),
        others: typed.address(who::HERE, &[]),
        person: if sees_people {
            format!("{}/{}", people::HERE, person.id)
        } else {
            String::new()
        },
        told: access::explained(
            op,
            (text, names.words()),
            (organisation, Reader::Administrator),
            told,
        )
        .await?,
    })))
}

fn about(text: &Text, action: &str, (typed, person): (&Typed, &Person)) -> String {
    let (called, resource) = (person.called(), typed.resource());
    let arguments = [
        ("person", called.as_str()),
        ("action", action),
        ("resource", resource.as_str()),
    ];
    text.get_args("admin-why-about", &arguments)
}
