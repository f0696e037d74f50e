//! A new policy: what kind first, then its form.

use axum::response::Response;
use http::StatusCode;

use super::super::names::Names;
use super::super::right::{AccessManage, May, MayNow};
use super::form::{self, Filled};
use super::{FormPage, act, list, shown, words};
use crate::access::{self, Application};
use crate::domain::OrganisationId;
use crate::http::fields::{Field, Group, Kind};
use crate::http::{Form, Frame, Inquiry, Submission, Visit};
use crate::op::{Op, OpError};
use crate::policy::{self, NewPolicy, Policy};

pub(in crate::admin) const HERE: &str = "/admin/policies/new";

/// The word that stands for no template.
const BY_HAND: &str = "by-hand";

/// Which kind of policy, for which application.
#[derive(Debug, askama::Template)]
#[template(path = "admin/policy_new.html")]
struct ChoicePage {
    frame: Frame,
    /// None where there is one only.
    application: Vec<Group>,
    /// Value, title, what it does.
    kinds: Vec<(String, String, String)>,
}

/// `GET /admin/policies/new`, with `template` (`by-hand`: none) and `application`.
pub(in crate::admin) async fn begin(
    may: MayNow<AccessManage>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let Some(template) = query.get("template") else {
        return match choice(&visit, &may).await {
            Ok(template) => shown(&template, false),
            Err(fault) => visit.fault_page(&fault),
        };
    };
    let asked = (template, query.get("application").unwrap_or_default());
    render(&visit, &may, asked, (String::new(), None)).await
}

async fn choice(visit: &Visit, may: &May<AccessManage>) -> Result<ChoicePage, OpError> {
    let (op, text) = (&mut may.op(visit), &visit.text);
    let open = open(op, may.organisation_id()).await?;
    let choices = open
        .iter()
        .map(|one| (one.id.to_string(), one.name.clone(), false));
    let choices: Vec<_> = choices.collect();
    let keys = ("admin-policy-application", "");
    let field = Field::of(text, "application", keys, Kind::Choice(choices));
    let group = Group {
        legend: text.get("admin-policy-application"),
        hint: String::new(),
        fields: vec![field],
        folded: false,
    };
    let templates = policy::templates();
    let templates = templates.iter().map(|one| {
        let what = text.get(&format!("admin-template-{}-what", one.name));
        (one.name.to_owned(), words::template(text, one.name), what)
    });
    let by_hand = (
        BY_HAND.to_owned(),
        text.get("admin-policy-by-hand"),
        text.get("admin-policy-by-hand-what"),
    );
    Ok(ChoicePage {
        frame: may.frame(op, visit, "admin-policy-new").await?,
        application: (open.len() > 1).then_some(group).into_iter().collect(),
        kinds: templates.chain([by_hand]).collect(),
    })
}

/// The applications with permissions that people of the organisation may use.
async fn open(op: &mut Op, organisation: OrganisationId) -> Result<Vec<Application>, OpError> {
    let mut open = access::applications(op).await?;
    open.retain(|one| one.is_offered_to(organisation) && !one.permissions.is_empty());
    Ok(open)
}

async fn render(
    visit: &Visit,
    may: &May<AccessManage>,
    (template, application): (&str, &str),
    (wrong, sent): (String, Option<&Form>),
) -> Response {
    let op = &mut may.op(visit);
    let made = async {
        let names = Names::of(op, may.organisation_id()).await?;
        let open = open(op, may.organisation_id()).await?;
        let meant = |one: &&Application| application.is_empty() || one.id.to_string() == application;
        let Some(application) = open.iter().find(meant) else {
            return Ok(None);
        };
        let filled = Filled {
            text: &visit.text,
            names: &names,
            application,
            sent,
            present: None,
        };
        let Some((group, word)) = of(&filled, template) else {
            return Ok(None);
        };
        Ok(Some(FormPage {
            frame: may.frame(op, visit, "admin-policy-new").await?,
            lead: visit
                .text
                .get_with("admin-policy-new-for", "application", &application.name),
            wrong,
            here: HERE.to_owned(),
            back: HERE.to_owned(),
            groups: vec![naming(&filled), group],
            kept: vec![("template", word), ("application", application.id.to_string())],
            by_hand: String::new(),
        }))
    };
    match made.await {
        Ok(Some(template)) => shown(&template, !template.wrong.is_empty()),
        Ok(None) => visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// The fields of a template with its name, or of a text with none; nothing if there is no such template.
fn of(filled: &Filled<'_>, template: &str) -> Option<(Group, String)> {
    if template == BY_HAND || template.is_empty() {
        return Some((filled.by_hand(), String::new()));
    }
    let all = policy::templates();
    let found = all.iter().find(|one| one.name == template)?;
    Some((filled.of_template(found), found.name.to_owned()))
}

fn naming(filled: &Filled<'_>) -> Group {
    let name = filled.sent.and_then(|form| form.get("name")).unwrap_or_default();
    let keys = ("admin-group-field-name", "admin-policy-name-hint");
    let name = Field::of(filled.text, "name", keys, Kind::Line(name.to_owned()));
    Group {
        legend: filled.text.get("admin-policy-about"),
        hint: String::new(),
        fields: vec![name, filled.reason()],
        folded: false,
    }
}

/// `POST /admin/policies/new`: a draft.
pub(in crate::admin) async fn add(
    may: MayNow<AccessManage>,
    Submission { visit, form }: Submission,
) -> Response {
    let organisation_id = may.organisation_id();
    let said = form.get("application").unwrap_or_default();
    let draft = async |op: &mut Op| {
        let application = policy::application_meant(op, organisation_id, Some(said)).await?;
        let new = NewPolicy {
            organisation_id,
            application,
            name: form.get("name").unwrap_or_default().trim().to_owned(),
            content: form::content(&form)?,
        };
        policy::draft(op, new, form.get("reason").unwrap_or_default()).await
    };
    let done = |made: Policy| format!("{}/{}?done=drafted", list::HERE, made.name);
    match act((&visit, &may), draft, done).await {
        Ok(wrong) => {
            let template = form.get("template").unwrap_or_default();
            render(&visit, &may, (template, said), (wrong, Some(&form))).await
        }
        Err(answer) => answer,
    }
}
