//! A permission of an application: added, changed, removed.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use super::super::right::{AccessManage, May, MayNow, SeesAccess};
use super::application::{open_to, own};
use super::application_form::{self as form, ApplicationPage, address, address_of, word};
use super::{Said, Step, change, shown, words};
use crate::access::{self, AccessError, Application, Permission, PermissionDocument, PermissionUse};
use crate::domain::OrganisationId;
use crate::http::{Form, Inquiry, Submission, Text, Visit};
use crate::op::{Op, OpError};

pub(in crate::admin) const NEW: &str = "/admin/applications/{id}/permissions/new";
pub(in crate::admin) const ONE: &str = "/admin/applications/{id}/permissions/{name}";

/// `GET /admin/applications/{id}/permissions/new`.
pub(in crate::admin) async fn begin(
    may: MayNow<AccessManage>,
    Path(id): Path<String>,
    Inquiry { visit, .. }: Inquiry,
) -> Response {
    match own(&visit, &may, &id).await {
        Ok(application) => fresh(&visit, &may, &application, (Said::default(), None)).await,
        Err(answer) => answer,
    }
}

async fn fresh(
    visit: &Visit,
    may: &May<AccessManage>,
    of: &Application,
    (said, sent): (Said, Option<&Form>),
) -> Response {
    let wrong = !said.wrong.is_empty();
    let here = format!("{}/permissions/new", address(of.id));
    let frame = may.frame(&mut may.op(visit), visit, "admin-permission-new").await;
    let made = frame.map(|frame| {
        Some(ApplicationPage {
            lead: visit
                .text
                .get_with("admin-permission-new-what", "application", &of.name),
            groups: form::of_permission(&visit.text, None, sent),
            ..ApplicationPage::plain(frame, said, (here, address(of.id)))
        })
    });
    shown(visit, made, wrong)
}

/// `POST /admin/applications/{id}/permissions/new`.
pub(in crate::admin) async fn add(
    may: MayNow<AccessManage>,
    Path(id): Path<String>,
    Submission { visit, form: sent }: Submission,
) -> Response {
    let application = match own(&visit, &may, &id).await {
        Ok(application) => application,
        Err(answer) => return answer,
    };
    let (organisation, name) = (may.organisation_id(), word(&sent, "name"));
    let act = async |op: &mut Op| {
        let about = form::permission(&sent);
        let document = PermissionDocument {
            name: name.clone(),
            title: about.title,
            purpose: about.purpose,
            sensitivity: about.sensitivity,
        };
        access::add_permission(op, organisation, application.id, document.meant()?).await
    };
    let done = |()| format!("{}?done=added", address_of(application.id, &name));
    match change((&visit, &may), Step::Apply, |op| op.now, act, done).await {
        Ok(said) => fresh(&visit, &may, &application, (said, Some(&sent))).await,
        Err(answer) => answer,
    }
}

/// `GET /admin/applications/{id}/permissions/{name}`.
pub(in crate::admin) async fn show(
    sees: SeesAccess,
    Path(meant): Path<(String, String)>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let done = match query.get("done") {
        Some("added") => visit.text.get("admin-permission-done-added"),
        Some("changed") => visit.text.get("admin-access-done"),
        _ => String::new(),
    };
    let said = Said {
        done,
        ..Said::default()
    };
    let made = made(&visit, (&sees.may, sees.may_change), &meant, (said, None)).await;
    shown(&visit, made, false)
}

async fn found(
    op: &mut Op,
    organisation: OrganisationId,
    (id, name): &(String, String),
) -> Result<Option<(Application, Permission)>, OpError> {
    let Some(application) = open_to(op, organisation, id).await? else {
        return Ok(None);
    };
    let all = access::permissions(op, application.id).await?;
    let found = all.into_iter().find(|one| one.name == *name);
    Ok(found.map(|permission| (application, permission)))
}

async fn made<R>(
    visit: &Visit,
    (may, may_change): (&May<R>, bool),
    meant: &(String, String),
    (said, sent): (Said, Option<&Form>),
) -> Result<Option<ApplicationPage>, OpError> {
    let (op, text) = (&mut may.op(visit), &visit.text);
    let organisation = may.organisation_id();
    let Some((application, permission)) = found(op, organisation, meant).await? else {
        return Ok(None);
    };
    let is_own = application.organisation_id == organisation;
    let mut used = used(op, organisation, (&application, &permission)).await?;
    // How others use what is shared with them and us is for its own organisation to know.
    used.elsewhere = used.elsewhere && is_own;
    let may_change = may_change && is_own;
    let frame = may.frame(op, visit, "admin-permission-title").await?;
    let here = address_of(application.id, &permission.name);
    let groups = may_change.then(|| form::of_permission(text, Some(&permission.about()), sent));
    Ok(Some(ApplicationPage {
        lead: permission.title.clone(),
        facts: facts(text, (&application, &permission), &used),
        groups: groups.unwrap_or_default(),
        may_remove: may_change,
        ..ApplicationPage::plain(frame, said, (here, address(application.id)))
    }))
}

async fn used(
    op: &mut Op,
    organisation: OrganisationId,
    (of, one): (&Application, &Permission),
) -> Result<PermissionUse, OpError> {
    match access::permission_use(op, organisation, (of.id, &one.name)).await {
        Ok(used) => Ok(used),
        Err(AccessError::Fault(fault)) => Err(fault),
        Err(_) => Ok(PermissionUse::default()),
    }
}

fn facts(text: &Text, (of, one): (&Application, &Permission), used: &PermissionUse) -> Vec<(String, String)> {
    let sensitivity = text.get(&format!("admin-permission-{}", one.sensitivity));
    let mut facts = vec![
        ("admin-application-title", of.name.clone()),
        ("admin-group-field-name", one.name.clone()),
        ("admin-group-field-purpose", one.purpose.clone()),
        ("admin-permission-sensitivity", sensitivity),
    ];
    let used = words::used(text, used);
    let used = if used.is_empty() {
        text.get("admin-permission-used-by-none")
    } else {
        used
    };
    facts.push(("admin-permission-used-by", used));
    let facts = facts.into_iter();
    facts.map(|(key, value)| (text.get(key), value)).collect()
}

/// `POST /admin/applications/{id}/permissions/{name}`, field `act`: `save`; `remove`, which asks once more, and `confirm`, which does it.
pub(in crate::admin) async fn act(
    may: MayNow<AccessManage>,
    Path(meant): Path<(String, String)>,
    Submission { visit, form: sent }: Submission,
) -> Response {
    let application = match own(&visit, &may, &meant.0).await {
        Ok(application) => application,
        Err(answer) => return answer,
    };
    let organisation = may.organisation_id();
    let permission = (application.id, meant.1.as_str());
    let whose = (&visit, &*may);
    match sent.get("act") {
        Some("save") => {
            let about = form::permission(&sent);
            let act =
                async |op: &mut Op| access::change_permission(op, organisation, permission, about).await;
            let done = |_| format!("{}?done=changed", address_of(application.id, &meant.1));
            let said = change(whose, Step::Apply, |op| op.now, act, done).await;
            again(whose, &meant, said, Some(&sent)).await
        }
        Some("remove") => ask(whose, &meant).await,
        Some("confirm") => {
            let act = async |op: &mut Op| access::remove_permission(op, organisation, permission).await;
            let done = |()| format!("{}?done=removed", address(application.id));
            let said = change(whose, Step::Apply, |op| op.now, act, done).await;
            again(whose, &meant, said, None).await
        }
        _ => visit.status_page(StatusCode::BAD_REQUEST),
    }
}

/// The page once more, with why nothing was changed.
async fn again(
    (visit, may): (&Visit, &May<AccessManage>),
    meant: &(String, String),
    said: Result<Said, Response>,
    sent: Option<&Form>,
) -> Response {
    match said {
        Ok(said) => {
            let wrong = !said.wrong.is_empty();
            let made = made(visit, (may, true), meant, (said, sent)).await;
            shown(visit, made, wrong)
        }
        Err(answer) => answer,
    }
}

/// Asks whether the permission is really to be removed, if it can be.
async fn ask((visit, may): (&Visit, &May<AccessManage>), meant: &(String, String)) -> Response {
    let (op, organisation) = (&mut may.op(visit), may.organisation_id());
    let used = match found(op, organisation, meant).await {
        Ok(Some((of, one))) => used(op, organisation, (&of, &one)).await,
        Ok(None) => return visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => Err(fault),
    };
    let (asks_removal, wrong) = match used {
        Ok(used) if used.is_none() => (true, String::new()),
        Ok(used) => {
            let refusal = AccessError::PermissionUsed(Box::new(used));
            (false, words::refusal(&visit.text, &refusal))
        }
        Err(fault) => return visit.fault_page(&fault),
    };
    let is_wrong = !wrong.is_empty();
    let said = Said {
        wrong,
        ..Said::default()
    };
    let made = made(visit, (may, true), meant, (said, None)).await;
    let made = made.map(|page| {
        page.map(|page| ApplicationPage {
            asks_removal,
            may_remove: !asks_removal,
            ..page
        })
    });
    shown(visit, made, is_wrong)
}
