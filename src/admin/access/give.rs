//! Giving a role to somebody.

use axum::response::Response;
use http::StatusCode;

use super::super::fields::{Field, Group as Fields, Kind};
use super::super::names::Names;
use super::super::right::{AccessManage, May, MayNow};
use super::{FormPage, Said, Step, change, group_form, lines, shown, written};
use crate::access::{self, AccessError, NewGrant, Period};
use crate::domain::{AccessGrantId, GrantSource, OrganisationId};
use crate::http::{Form, Inquiry, Submission, Text, Visit};
use crate::op::Op;

pub(in crate::admin) const HERE: &str = "/admin/grants/new";

/// `GET /admin/grants/new`, with `holder`.
pub(in crate::admin) async fn begin(
    may: MayNow<AccessManage>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let done = match query.get("done") {
        Some("given") => visit.text.get("admin-give-done"),
        _ => String::new(),
    };
    let said = Said {
        done,
        ..Said::default()
    };
    render(&visit, &may, said, &|name| {
        query.get(name).unwrap_or_default().to_owned()
    })
    .await
}

async fn render(
    visit: &Visit,
    may: &May<AccessManage>,
    said: Said,
    value: &(dyn Fn(&str) -> String + Sync),
) -> Response {
    let mut op = may.op(visit);
    let wrong = !said.wrong.is_empty();
    let made = async {
        let names = Names::of(&mut op, may.organisation_id()).await?;
        Ok(Some(FormPage {
            frame: may.frame(&mut op, visit, "admin-give-title").await?,
            lead: visit.text.get("admin-give-what"),
            facts: Vec::new(),
            here: HERE.to_owned(),
            back: "/admin/people".to_owned(),
            groups: fields(&visit.text, &names, value),
            may_remove: false,
            said,
        }))
    };
    let made = made.await;
    shown(visit, made, wrong)
}

fn fields(text: &Text, names: &Names, value: &dyn Fn(&str) -> String) -> Vec<Fields> {
    let chosen = value("role");
    let roles = names.role_words().map(|(word, title)| {
        let is = word == chosen;
        (word.to_owned(), title.to_owned(), is)
    });
    let line = |name: &str| Kind::Line(value(name));
    let holder = ("admin-give-holder", "admin-access-holder-hint");
    let within = ("admin-give-within", "admin-give-within-hint");
    let until = ("admin-access-field-until", "admin-group-field-ends-hint");
    let reason = ("admin-help-reason", "admin-give-reason-hint");
    vec![Fields {
        legend: text.get("admin-give-title"),
        hint: String::new(),
        fields: vec![
            Field::of(text, "holder", holder, line("holder")),
            Field::of(
                text,
                "role",
                ("admin-give-role", ""),
                Kind::Choice(roles.collect()),
            ),
            Field::of(text, "within", within, Kind::Lines(value("within"))),
            Field::of(text, "until", until, line("until")),
            Field::of(text, "reason", reason, line("reason")),
        ],
        folded: false,
    }]
}

/// `POST /admin/grants/new`: `act` is `look` or `apply`.
pub(in crate::admin) async fn add(
    may: MayNow<AccessManage>,
    Submission { visit, form }: Submission,
) -> Response {
    let Some(step) = Step::of(&form) else {
        return visit.status_page(StatusCode::BAD_REQUEST);
    };
    let organisation = may.organisation_id();
    let act = async |op: &mut Op| {
        let new = grant(op, organisation, &form).await?;
        access::give(op, new).await
    };
    let done = |_: AccessGrantId| format!("{HERE}?done=given");
    match change((&visit, &may), step, |op| op.now, act, done).await {
        Ok(said) => {
            let value = |name: &str| form.get(name).unwrap_or_default().to_owned();
            render(&visit, &may, said, &value).await
        }
        Err(answer) => answer,
    }
}

async fn grant(op: &mut Op, organisation_id: OrganisationId, form: &Form) -> Result<NewGrant, AccessError> {
    let role = form.get("role").unwrap_or_default();
    let found = access::role_named(op, organisation_id, role).await?;
    let mut within = Vec::new();
    for label in lines(form, "within") {
        within.push(access::group_labelled(op, organisation_id, label).await?);
    }
    let holder = written(form, "holder").unwrap_or_default();
    Ok(NewGrant {
        organisation_id,
        holder: access::holder(op, organisation_id, holder).await?,
        role: found.ok_or_else(|| AccessError::Unnamed("role", role.to_owned()))?,
        within,
        period: Period {
            from: op.now,
            until: group_form::end(form, "until")?,
        },
        reason: written(form, "reason").unwrap_or_default().to_owned(),
        source: GrantSource::Direct,
    })
}
