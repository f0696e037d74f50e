//! What the applications of the organisation let be done: each permission with what it is for, how sensitive it is, and which roles give it.

use axum::response::Response;
use http::StatusCode;

use super::access::application_form::address;
use super::right::{AccessRead, May};
use crate::access::{self, Permission, Role};
use crate::domain::Right;
use crate::http::{Frame, Visit, page};
use crate::op::OpError;

pub(super) const HERE: &str = "/admin/permissions";

#[derive(Debug, askama::Template)]
#[template(path = "admin/permissions.html")]
struct PermissionsPage {
    frame: Frame,
    may_add: bool,
    applications: Vec<OfApplication>,
}

/// An application that people of the organisation may use.
#[derive(Debug)]
struct OfApplication {
    address: String,
    name: String,
    permissions: Vec<Shown>,
}

#[derive(Debug)]
struct Shown {
    title: String,
    purpose: String,
    facts: Vec<(String, String)>,
}

/// `GET /admin/permissions`.
pub(super) async fn show(may: May<AccessRead>, visit: Visit) -> Response {
    match template(&visit, &may).await {
        Ok(template) => page(StatusCode::OK, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template(visit: &Visit, may: &May<AccessRead>) -> Result<PermissionsPage, OpError> {
    let (op, organisation) = (&mut may.op(visit), may.organisation_id());
    let roles = access::roles(op, organisation).await?;
    let mut applications = Vec::new();
    for application in access::applications(op).await? {
        if !application.is_open_to(organisation) {
            continue;
        }
        let permissions = access::permissions(op, application.id).await?;
        let shown = permissions.into_iter().map(|one| {
            let given_by = roles.iter().filter(|role| gives(role, &application, &one));
            let given_by: Vec<&str> = given_by.map(|role| role.about.title.as_str()).collect();
            shown(visit, one, &given_by)
        });
        let permissions = shown.collect();
        applications.push(OfApplication {
            address: address(application.id),
            name: application.called(&visit.text),
            permissions,
        });
    }
    Ok(PermissionsPage {
        frame: may.frame(op, visit, "admin-permissions-title").await?,
        may_add: may.powers().has(Right::AccessManage),
        applications,
    })
}

/// Whether a role has a permission itself.
fn gives(role: &Role, application: &access::Application, permission: &Permission) -> bool {
    let mut all = role.about.permissions.iter();
    all.any(|one| one.application == application.id && one.name == permission.name)
}

fn shown(visit: &Visit, one: Permission, given_by: &[&str]) -> Shown {
    let text = &visit.text;
    let given_by = if given_by.is_empty() {
        text.get("admin-permission-by-none")
    } else {
        given_by.join(", ")
    };
    let sensitivity = text.get(&format!("admin-permission-{}", one.sensitivity));
    Shown {
        title: one.title,
        purpose: one.purpose,
        facts: vec![
            (text.get("admin-group-field-name"), one.name),
            (text.get("admin-permission-sensitivity"), sensitivity),
            (text.get("admin-permission-by"), given_by),
        ],
    }
}
