//! A policy is changed: its draft, or the next version.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use super::super::names::Names;
use super::super::right::{AccessManage, May, MayNow};
use super::form::{self, Filled};
use super::{FormPage, act, list, shown};
use crate::access;
use crate::http::fields::Group;
use crate::http::{Form, Inquiry, Submission, Visit};
use crate::op::{Op, OpError};
use crate::policy::{self, Policy};

pub(in crate::admin) const ONE: &str = "/admin/policies/{name}/draft";

/// `GET /admin/policies/{name}/draft`, with `by` (`hand`) for whoever leaves the form of a template.
pub(in crate::admin) async fn begin(
    may: MayNow<AccessManage>,
    Path(name): Path<String>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let by_hand = query.get("by") == Some("hand");
    render(&visit, &may, (&name, by_hand), (String::new(), None)).await
}

async fn render(
    visit: &Visit,
    may: &May<AccessManage>,
    (name, by_hand): (&str, bool),
    (wrong, sent): (String, Option<&Form>),
) -> Response {
    match made(visit, may, (name, by_hand), (wrong, sent)).await {
        Ok(Some(template)) => shown(&template, !template.wrong.is_empty()),
        Ok(None) => visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn made(
    visit: &Visit,
    may: &May<AccessManage>,
    (name, by_hand): (&str, bool),
    (wrong, sent): (String, Option<&Form>),
) -> Result<Option<FormPage>, OpError> {
    let (op, organisation) = (&mut may.op(visit), may.organisation_id());
    let Some(policy) = policy::show(op, organisation, name).await? else {
        return Ok(None);
    };
    let Some(application) = access::application(op, policy.application).await? else {
        return Ok(None);
    };
    let names = Names::of(op, organisation).await?;
    let newest = policy
        .open()
        .or_else(|| policy.active())
        .or_else(|| policy.versions.first());
    let present = newest.map(|version| &version.content);
    let filled = Filled {
        text: &visit.text,
        names: &names,
        application: &application,
        sent,
        present,
    };
    let origin = present.and_then(|content| content.template.as_ref());
    let templates = policy::templates();
    let template = origin.and_then(|origin| templates.iter().find(|one| one.name == origin.name));
    let template = template.filter(|_| !by_hand);
    let here = format!("{}/{}/draft", list::HERE, policy.name);
    let reason = Group {
        legend: visit.text.get("admin-policy-why"),
        hint: String::new(),
        fields: vec![filled.reason()],
        folded: false,
    };
    let revision = match sent.and_then(|form| form.get("revision")) {
        Some(seen) => seen.to_owned(),
        None => policy.revision.to_string(),
    };
    let said = template.map(|one| one.name.to_owned()).unwrap_or_default();
    Ok(Some(FormPage {
        frame: may.frame(op, visit, "admin-policy-change").await?,
        lead: present.map(|content| content.title.clone()).unwrap_or_default(),
        wrong,
        back: format!("{}/{}", list::HERE, policy.name),
        groups: vec![
            template.map_or_else(|| filled.by_hand(), |one| filled.of_template(one)),
            reason,
        ],
        kept: vec![("template", said), ("revision", revision)],
        by_hand: template.map(|_| format!("{here}?by=hand")).unwrap_or_default(),
        here,
    }))
}

/// `POST /admin/policies/{name}/draft`, with the `revision` that was seen.
pub(in crate::admin) async fn change(
    may: MayNow<AccessManage>,
    Path(name): Path<String>,
    Submission { visit, form }: Submission,
) -> Response {
    let organisation = may.organisation_id();
    let seen = form.get("revision").and_then(|seen| seen.parse::<i64>().ok());
    let change = async |op: &mut Op| {
        let why = form.get("reason").unwrap_or_default();
        policy::change(op, (organisation, &name), seen, form::content(&form)?, why).await
    };
    let done = |made: Policy| format!("{}/{}?done=changed", list::HERE, made.name);
    match act((&visit, &may), change, done).await {
        Ok(wrong) => {
            let by_hand = form.get("template").is_none_or(str::is_empty);
            render(&visit, &may, (&name, by_hand), (wrong, Some(&form))).await
        }
        Err(answer) => answer,
    }
}
