//! Attributes that the organisation declares: what they are called, what they hold, whose word counts, who may see them.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use super::right::{AccessManage, AccessRead, May, MayNow, SeesAccess};
use crate::domain::{AttributeKind, AttributeSight, AttributeSource, Right};
use crate::http::fields::{Field, Group, Kind};
use crate::http::{Form, Frame, Inquiry, Submission, Text, Visit, page, see_other};
use crate::op::{Op, OpError};
use crate::person::{self, AttributeFault, Declaration, PersonError};

pub(super) const HERE: &str = "/admin/attributes";
pub(super) const NEW: &str = "/admin/attributes/new";
pub(super) const ONE: &str = "/admin/attributes/{name}";

#[derive(Debug, askama::Template)]
#[template(path = "admin/attributes.html")]
struct ListPage {
    frame: Frame,
    done: String,
    may_add: bool,
    /// Address, title, what it holds and whose word counts.
    attributes: Vec<(String, String, String)>,
}

#[derive(Debug, askama::Template)]
#[template(path = "admin/attribute.html")]
struct FormPage {
    frame: Frame,
    done: String,
    wrong: String,
    here: String,
    facts: Vec<(String, String)>,
    /// None where the reader may change nothing.
    groups: Vec<Group>,
    may_remove: bool,
}

/// `GET /admin/attributes`.
pub(super) async fn list(may: May<AccessRead>, Inquiry { visit, query }: Inquiry) -> Response {
    let done = match query.get("done") {
        Some("removed") => visit.text.get("admin-attribute-done-removed"),
        _ => String::new(),
    };
    match listed(&visit, &may, done).await {
        Ok(template) => page(StatusCode::OK, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn listed(visit: &Visit, may: &May<AccessRead>, done: String) -> Result<ListPage, OpError> {
    let (op, text) = (&mut may.op(visit), &visit.text);
    let all = person::attributes(op, may.organisation_id()).await?;
    let row = |one: Declaration| {
        let detail = [
            one.name.clone(),
            text.get(&format!("admin-attribute-kind-{}", one.kind)),
            text.get(&format!("admin-attribute-source-{}", one.source)),
        ];
        (format!("{HERE}/{}", one.name), one.title, detail.join(" · "))
    };
    Ok(ListPage {
        frame: may.frame(op, visit, "admin-attributes-title").await?,
        done,
        may_add: may.powers().has(Right::AccessManage),
        attributes: all.into_iter().map(row).collect(),
    })
}

/// `GET /admin/attributes/new`.
pub(super) async fn begin(may: MayNow<AccessManage>, Inquiry { visit, .. }: Inquiry) -> Response {
    let groups = groups(&visit.text, None, None);
    render(
        &visit,
        &may,
        (NEW, "admin-attribute-new"),
        Said::default(),
        groups,
    )
    .await
}

/// What a page says besides its fields.
#[derive(Debug, Default)]
struct Said {
    done: String,
    wrong: String,
    facts: Vec<(String, String)>,
    may_remove: bool,
}

async fn render<R>(
    visit: &Visit,
    may: &May<R>,
    (here, title): (&str, &str),
    said: Said,
    groups: Vec<Group>,
) -> Response {
    let status = if said.wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut op = may.op(visit);
    match may.frame(&mut op, visit, title).await {
        Ok(frame) => {
            let template = FormPage {
                frame,
                done: said.done,
                wrong: said.wrong,
                here: here.to_owned(),
                facts: said.facts,
                groups,
                may_remove: said.may_remove,
            };
            page(status, &template)
        }
        Err(fault) => visit.fault_page(&fault),
    }
}

/// The fields, filled in with what was sent or with what is declared.
fn groups(text: &Text, present: Option<&Declaration>, sent: Option<&Form>) -> Vec<Group> {
    let value = |name: &str, of: &dyn Fn(&Declaration) -> String| match sent {
        Some(form) => form.get(name).unwrap_or_default().to_owned(),
        None => present.map(of).unwrap_or_default(),
    };
    let choice = |name: &str, words: Vec<&'static str>, chosen: String| {
        let choices = words.into_iter().map(|word| {
            let label = text.get(&format!("admin-attribute-{name}-{word}"));
            (word.to_owned(), label, word == chosen)
        });
        let label = format!("admin-attribute-{name}");
        Field::of(text, name, (&label, ""), Kind::Choice(choices.collect()))
    };
    let kinds = AttributeKind::ALL.iter().map(|one| one.as_str()).collect();
    let sources = AttributeSource::ALL.iter().map(|one| one.as_str()).collect();
    let sights = AttributeSight::ALL.iter().map(|one| one.as_str()).collect();
    let title = value("title", &|one| one.title.clone());
    let choices = value("choices", &|one| one.choices.join("\n"));
    let mut fields = Vec::new();
    if present.is_none() {
        let keys = ("admin-group-field-name", "admin-attribute-name-hint");
        let name = value("name", &|one| one.name.clone());
        fields.push(Field::of(text, "name", keys, Kind::Line(name)));
    }
    let keys = ("admin-attribute-choices", "admin-attribute-choices-hint");
    fields.extend([
        Field::of(text, "title", ("admin-group-field-title", ""), Kind::Line(title)),
        choice("kind", kinds, value("kind", &|one| one.kind.to_string())),
        Field::of(text, "choices", keys, Kind::Lines(choices)),
        choice("source", sources, value("source", &|one| one.source.to_string())),
        choice(
            "seen-by",
            sights,
            value("seen-by", &|one| one.seen_by.to_string()),
        ),
    ]);
    vec![Group {
        legend: text.get("admin-attribute-about"),
        hint: String::new(),
        fields,
        folded: false,
    }]
}

/// What a form declares of the attribute of this name.
fn declaration(form: &Form, name: &str) -> Declaration {
    let word = |name: &str| form.get(name).unwrap_or_default().trim();
    let choices = form.get("choices").unwrap_or_default().lines();
    let choices = choices.map(str::trim).filter(|line| !line.is_empty());
    Declaration {
        name: name.to_owned(),
        title: word("title").to_owned(),
        kind: AttributeKind::parse(word("kind")).unwrap_or(AttributeKind::Text),
        choices: choices.map(str::to_owned).collect(),
        source: AttributeSource::parse(word("source")).unwrap_or(AttributeSource::Administrator),
        seen_by: AttributeSight::parse(word("seen-by")).unwrap_or(AttributeSight::Own),
    }
}

/// `POST /admin/attributes/new`.
pub(super) async fn add(may: MayNow<AccessManage>, Submission { visit, form }: Submission) -> Response {
    let name = form.get("name").unwrap_or_default().trim().to_owned();
    let organisation = may.organisation_id();
    let declare = async |op: &mut Op| {
        let known = person::attributes(op, organisation).await?;
        if known.iter().any(|one| one.name == name) {
            return Ok(Err("admin-attribute-wrong-taken"));
        }
        let done = person::declare_attribute(op, organisation, declaration(&form, &name)).await;
        done.map(Ok)
    };
    match act(&visit, &may, declare, &format!("{HERE}/{name}?done=added")).await {
        Ok(wrong) => {
            let groups = groups(&visit.text, None, Some(&form));
            let said = Said {
                wrong,
                ..Said::default()
            };
            render(&visit, &may, (NEW, "admin-attribute-new"), said, groups).await
        }
        Err(answer) => answer,
    }
}

/// Does something and goes on to an address; what is refused is told, and nothing of it is kept.
async fn act(
    visit: &Visit,
    may: &May<AccessManage>,
    act: impl AsyncFnOnce(&mut Op) -> Result<Result<(), &'static str>, PersonError>,
    to: &str,
) -> Result<String, Response> {
    let mut op = may.op(visit);
    match act(&mut op).await {
        Ok(Ok(())) => Err(match op.commit().await {
            Ok(()) => see_other(to),
            Err(fault) => visit.fault_page(&fault),
        }),
        Ok(Err(key)) => Ok(visit.text.get(key)),
        Err(PersonError::Fault(fault)) => Err(visit.fault_page(&fault)),
        Err(refusal) => Ok(wrong(&visit.text, &refusal)),
    }
}

fn wrong(text: &Text, refusal: &PersonError) -> String {
    let key = match refusal {
        PersonError::Attribute(AttributeFault::Name) => "admin-attribute-wrong-name",
        PersonError::Attribute(AttributeFault::Own(_)) => "admin-attribute-wrong-own",
        PersonError::Attribute(AttributeFault::Title) => "admin-policy-wrong-title",
        PersonError::Attribute(AttributeFault::Choices) => "admin-attribute-wrong-choices",
        PersonError::Attribute(AttributeFault::InUse(_)) => "admin-attribute-wrong-in-use",
        other => return text.get_with("admin-policy-wrong", "why", &other.to_string()),
    };
    text.get(key)
}

async fn found<R>(op: &mut Op, may: &May<R>, name: &str) -> Result<Option<Declaration>, OpError> {
    let all = person::attributes(op, may.organisation_id()).await?;
    Ok(all.into_iter().find(|one| one.name == name))
}

fn facts(text: &Text, one: &Declaration) -> Vec<(String, String)> {
    let word = |name: &str, word: &str| text.get(&format!("admin-attribute-{name}-{word}"));
    let facts = [
        ("admin-group-field-name", one.name.clone()),
        ("admin-group-field-title", one.title.clone()),
        ("admin-attribute-kind", word("kind", one.kind.as_str())),
        ("admin-attribute-choices", one.choices.join(", ")),
        ("admin-attribute-source", word("source", one.source.as_str())),
        ("admin-attribute-seen-by", word("seen-by", one.seen_by.as_str())),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    facts.map(|(key, value)| (text.get(key), value)).collect()
}

/// `GET /admin/attributes/{name}`.
pub(super) async fn show(
    sees: SeesAccess,
    Path(name): Path<String>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let done = match query.get("done") {
        Some("added" | "changed") => visit.text.get("admin-attribute-done"),
        _ => String::new(),
    };
    let said = Said {
        done,
        ..Said::default()
    };
    of_one(&visit, (&sees.may, sees.may_change), &name, (said, None)).await
}

async fn of_one<R>(
    visit: &Visit,
    (may, may_change): (&May<R>, bool),
    name: &str,
    (mut said, sent): (Said, Option<&Form>),
) -> Response {
    let one = match found(&mut may.op(visit), may, name).await {
        Ok(Some(one)) => one,
        Ok(None) => return visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => return visit.fault_page(&fault),
    };
    said.facts = facts(&visit.text, &one);
    said.may_remove = may_change;
    let groups = may_change.then(|| groups(&visit.text, Some(&one), sent));
    let here = format!("{HERE}/{}", one.name);
    render(
        visit,
        may,
        (&here, "admin-attribute-title"),
        said,
        groups.unwrap_or_default(),
    )
    .await
}

/// `POST /admin/attributes/{name}`, field `act`: `save` or `remove`.
pub(super) async fn change(
    may: MayNow<AccessManage>,
    Path(name): Path<String>,
    Submission { visit, form }: Submission,
) -> Response {
    match found(&mut may.op(&visit), &may, &name).await {
        Ok(Some(_)) => {}
        Ok(None) => return visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => return visit.fault_page(&fault),
    }
    let organisation = may.organisation_id();
    let refused = match form.get("act") {
        Some("save") => {
            let declare = async |op: &mut Op| {
                let done = person::declare_attribute(op, organisation, declaration(&form, &name)).await;
                done.map(Ok)
            };
            act(&visit, &may, declare, &format!("{HERE}/{name}?done=changed")).await
        }
        Some("remove") => {
            let withdraw =
                async |op: &mut Op| person::withdraw_attribute(op, organisation, &name).await.map(Ok);
            act(&visit, &may, withdraw, &format!("{HERE}?done=removed")).await
        }
        _ => return visit.status_page(StatusCode::BAD_REQUEST),
    };
    match refused {
        Ok(wrong) => {
            let said = Said {
                wrong,
                ..Said::default()
            };
            of_one(&visit, (&may, true), &name, (said, Some(&form))).await
        }
        Err(answer) => answer,
    }
}
