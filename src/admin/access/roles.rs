//! The roles of an organisation.

use axum::response::Response;

use super::super::right::{AccessManage, AccessRead, May, MayNow};
use super::{FormPage, Said, Step, change, role_form as form, shown, written};
use crate::access::{self, NewRole, Role};
use crate::domain::{Right, RoleId};
use crate::http::{Form, Frame, Inquiry, Submission, Visit};
use crate::op::{Op, OpError};

pub(in crate::admin) const HERE: &str = "/admin/roles";
pub(in crate::admin) const NEW: &str = "/admin/roles/new";

#[derive(Debug, askama::Template)]
#[template(path = "admin/roles.html")]
struct RolesPage {
    frame: Frame,
    done: String,
    may_add: bool,
    /// Address, title, what it is for.
    roles: Vec<(String, String, String)>,
}

/// `GET /admin/roles`.
pub(in crate::admin) async fn list(may: May<AccessRead>, Inquiry { visit, query }: Inquiry) -> Response {
    let mut op = may.op(&visit);
    let done = match query.get("done") {
        Some("removed") => visit.text.get("admin-role-done-removed"),
        _ => String::new(),
    };
    let made = listed(&mut op, (&visit, &may), done).await.map(Some);
    shown(&visit, made, false)
}

async fn listed(
    op: &mut Op,
    (visit, may): (&Visit, &May<AccessRead>),
    done: String,
) -> Result<RolesPage, OpError> {
    let roles = access::roles(op, may.organisation_id()).await?;
    let row = |role: Role| {
        let risk = visit.text.get(&format!("admin-role-risk-{}", role.about.risk));
        let detail = [role.about.purpose, risk];
        let detail: Vec<String> = detail.into_iter().filter(|part| !part.is_empty()).collect();
        (
            format!("{HERE}/{}", role.id),
            role.about.title,
            detail.join(" · "),
        )
    };
    Ok(RolesPage {
        frame: may.frame(op, visit, "admin-roles-title").await?,
        done,
        may_add: may.powers().has(Right::AccessManage),
        roles: roles.into_iter().map(row).collect(),
    })
}

/// `GET /admin/roles/new`.
pub(in crate::admin) async fn begin(may: MayNow<AccessManage>, Inquiry { visit, .. }: Inquiry) -> Response {
    render(&visit, &may, Said::default(), None).await
}

async fn render(visit: &Visit, may: &May<AccessManage>, said: Said, written: Option<&Form>) -> Response {
    let mut op = may.op(visit);
    let wrong = !said.wrong.is_empty();
    let made = async {
        let there = form::There::read(&mut op, may.organisation_id()).await?;
        Ok(Some(FormPage {
            frame: may.frame(&mut op, visit, "admin-role-new").await?,
            lead: visit.text.get("admin-role-new-what"),
            facts: Vec::new(),
            here: NEW.to_owned(),
            back: HERE.to_owned(),
            groups: form::groups(&visit.text, &there, None, written),
            may_remove: false,
            said,
        }))
    };
    let made = made.await;
    shown(visit, made, wrong)
}

/// `POST /admin/roles/new`: `act` is `look` or `apply`.
pub(in crate::admin) async fn add(
    may: MayNow<AccessManage>,
    Submission { visit, form }: Submission,
) -> Response {
    let Some(step) = Step::of(&form) else {
        return visit.status_page(http::StatusCode::BAD_REQUEST);
    };
    let organisation_id = may.organisation_id();
    let act = async |op: &mut Op| {
        let there = form::There::read(op, organisation_id).await?;
        let document = form::document(&form, &there)?;
        let about = access::role_about(op, organisation_id, document).await?;
        let name = written(&form, "name").unwrap_or_default().to_owned();
        let new = NewRole {
            organisation_id,
            name,
            about,
        };
        access::create_role(op, new).await
    };
    let done = |id: RoleId| format!("{HERE}/{id}?done=added");
    match change((&visit, &may), step, |op| op.now, act, done).await {
        Ok(said) => render(&visit, &may, said, Some(&form)).await,
        Err(answer) => answer,
    }
}
