//! An application: what it is, and what it lets be done.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use super::super::permissions::HERE as ALL;
use super::super::right::{AccessManage, May, MayNow, SeesAccess};
use super::application_form::{self as form, ApplicationPage, address, address_of, word};
use super::retirement::{self, Retirement, Turn};
use super::{Said, Step, change, shown};
use crate::access::{self, Application, NewApplication};
use crate::domain::{ApplicationId, OrganisationId};
use crate::http::{Form, Inquiry, Submission, Text, Visit, minute};
use crate::op::{Op, OpError};

pub(in crate::admin) const NEW: &str = "/admin/applications/new";
pub(in crate::admin) const ONE: &str = "/admin/applications/{id}";

/// An application that people of the organisation may use.
pub(super) async fn open_to(
    op: &mut Op,
    organisation: OrganisationId,
    id: &str,
) -> Result<Option<Application>, OpError> {
    let all = access::applications(op).await?;
    let open = all.into_iter().filter(|one| one.is_open_to(organisation));
    Ok(open.into_iter().find(|one| one.id.to_string() == id))
}

/// One that they may change, since it is their own; otherwise the answer that there is none.
pub(super) async fn own(visit: &Visit, may: &May<AccessManage>, id: &str) -> Result<Application, Response> {
    let organisation = may.organisation_id();
    match open_to(&mut may.op(visit), organisation, id).await {
        Ok(Some(found)) if found.organisation_id == organisation => Ok(found),
        Ok(_) => Err(visit.status_page(StatusCode::NOT_FOUND)),
        Err(fault) => Err(visit.fault_page(&fault)),
    }
}

/// `GET /admin/applications/new`.
pub(in crate::admin) async fn begin(may: MayNow<AccessManage>, Inquiry { visit, .. }: Inquiry) -> Response {
    fresh(&visit, &may, Said::default(), None).await
}

async fn fresh(visit: &Visit, may: &May<AccessManage>, said: Said, sent: Option<&Form>) -> Response {
    let wrong = !said.wrong.is_empty();
    let frame = may
        .frame(&mut may.op(visit), visit, "admin-application-new")
        .await;
    let made = frame.map(|frame| {
        Some(ApplicationPage {
            lead: visit.text.get("admin-application-new-what"),
            groups: form::of_application(&visit.text, None, sent),
            ..ApplicationPage::plain(frame, said, (NEW.to_owned(), ALL.to_owned()))
        })
    });
    shown(visit, made, wrong)
}

/// `POST /admin/applications/new`. It belongs to the organisation alone.
pub(in crate::admin) async fn add(
    may: MayNow<AccessManage>,
    Submission { visit, form: sent }: Submission,
) -> Response {
    let organisation_id = may.organisation_id();
    let act = async |op: &mut Op| {
        let about = form::application(&sent, false);
        let new = NewApplication {
            organisation_id,
            name: about.name,
            audience: word(&sent, "audience"),
            shared: about.shared,
            token_format: about.token_format,
            permissions: Vec::new(),
        };
        access::create_application(op, new).await
    };
    let done = |id: ApplicationId| format!("{}?done=added", address(id));
    match change((&visit, &may), Step::Apply, |op| op.now, act, done).await {
        Ok(said) => fresh(&visit, &may, said, Some(&sent)).await,
        Err(answer) => answer,
    }
}

/// `GET /admin/applications/{id}`.
pub(in crate::admin) async fn show(
    sees: SeesAccess,
    Path(id): Path<String>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let done = match query.get("done") {
        Some("added") => visit.text.get("admin-application-done-added"),
        Some("changed") => visit.text.get("admin-access-done"),
        Some("removed") => visit.text.get("admin-permission-done-removed"),
        Some("retire") => visit.text.get("admin-application-done-retire"),
        Some("restore") => visit.text.get("admin-application-done-restore"),
        _ => String::new(),
    };
    let said = Said {
        done,
        ..Said::default()
    };
    let made = made(&visit, (&sees.may, sees.may_change), &id, (said, None)).await;
    shown(&visit, made, false)
}

async fn made<R>(
    visit: &Visit,
    (may, may_change): (&May<R>, bool),
    id: &str,
    (said, sent): (Said, Option<&Form>),
) -> Result<Option<ApplicationPage>, OpError> {
    let (op, text) = (&mut may.op(visit), &visit.text);
    let organisation = may.organisation_id();
    let Some(one) = open_to(op, organisation, id).await? else {
        return Ok(None);
    };
    let permissions = access::permissions(op, one.id).await?;
    let permissions = permissions.into_iter().map(|permission| {
        let sensitivity = text.get(&format!("admin-permission-{}", permission.sensitivity));
        let told = format!("{} · {sensitivity}", permission.name);
        (address_of(one.id, &permission.name), permission.title, told)
    });
    let may_change = may_change && one.organisation_id == organisation;
    let frame = may.frame(op, visit, "admin-application-title").await?;
    let groups = may_change.then(|| form::of_application(text, Some(&one.about()), sent));
    Ok(Some(ApplicationPage {
        lead: one.name.clone(),
        retirement: may_change.then(|| Retirement {
            is_retired: one.is_retired(),
            asked: None,
            reason: String::new(),
        }),
        facts: facts(text, organisation, &one),
        groups: groups.unwrap_or_default(),
        permissions: Some(permissions.collect()),
        add: format!("{}/permissions/new", address(one.id)),
        ..ApplicationPage::plain(frame, said, (address(one.id), ALL.to_owned()))
    }))
}

fn facts(text: &Text, organisation: OrganisationId, one: &Application) -> Vec<(String, String)> {
    let shared = match (one.organisation_id == organisation, one.shared) {
        (false, _) => "admin-application-shared-by-other",
        (true, true) => "admin-application-shared-yes",
        (true, false) => "admin-application-shared-no",
    };
    let tokens = format!("admin-application-tokens-{}", one.token_format);
    let retired = one.retired_at.map(|since| {
        let since = text.get_with("admin-application-retired-since", "date", &minute(since));
        ("admin-application-retired", since)
    });
    let facts = [
        ("admin-application-audience", one.audience.clone()),
        ("admin-application-shared", text.get(shared)),
        ("admin-application-tokens", text.get(&tokens)),
    ];
    let facts = retired.into_iter().chain(facts);
    facts.map(|(key, value)| (text.get(key), value)).collect()
}

/// `POST /admin/applications/{id}`, field `act`: `save`; or what [`Turn`] reads.
pub(in crate::admin) async fn act(
    may: MayNow<AccessManage>,
    Path(id): Path<String>,
    Submission { visit, form: sent }: Submission,
) -> Response {
    let before = match own(&visit, &may, &id).await {
        Ok(before) => before,
        Err(answer) => return answer,
    };
    if let Some(turn) = Turn::of(&sent) {
        return turned((&visit, &may), before.id, turn, &sent).await;
    }
    let about = form::application(&sent, before.shared);
    let organisation = may.organisation_id();
    let act = async |op: &mut Op| access::change_application(op, organisation, before.id, about).await;
    let done = |_| format!("{}?done=changed", address(before.id));
    match change((&visit, &may), Step::Apply, |op| op.now, act, done).await {
        Ok(said) => {
            let wrong = !said.wrong.is_empty();
            let made = made(&visit, (&*may, true), &id, (said, Some(&sent))).await;
            shown(&visit, made, wrong)
        }
        Err(answer) => answer,
    }
}

/// The page with the question whether it is to be retired, or brought back; without it where that is refused.
async fn turned(
    (visit, may): (&Visit, &May<AccessManage>),
    id: ApplicationId,
    (turn, step): (Turn, Step),
    sent: &Form,
) -> Response {
    let said = match retirement::turn((visit, may), id, (turn, step), sent).await {
        Ok(said) => said,
        Err(answer) => return answer,
    };
    let wrong = !said.wrong.is_empty();
    let asked = said.effect.is_some().then_some(turn);
    let made = made(visit, (may, true), &id.to_string(), (said, None)).await;
    let made = made.map(|page| {
        page.map(|page| ApplicationPage {
            retirement: page.retirement.map(|one| Retirement {
                asked,
                reason: word(sent, "reason"),
                ..one
            }),
            ..page
        })
    });
    shown(visit, made, wrong)
}
