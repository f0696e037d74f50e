//! One role: what it gives, and who answers for it.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use super::super::names::Names;
use super::super::right::{AccessManage, MayNow, SeesAccess};
use super::role_form::There;
use super::{FormPage, Said, Step, change, role_form as form, roles, shown};
use crate::access::{self, Role, RoleDocument};
use crate::domain::{OrganisationId, RoleId};
use crate::http::{Form, Frame, Inquiry, Submission, Text, Visit};
use crate::op::{Op, OpError};

pub(in crate::admin) const ONE: &str = "/admin/roles/{id}";

/// `GET /admin/roles/{id}`.
pub(in crate::admin) async fn show(
    sees: SeesAccess,
    Path(id): Path<String>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let done = match query.get("done") {
        Some("added") => visit.text.get("admin-role-done-added"),
        Some("changed") => visit.text.get("admin-access-done"),
        _ => String::new(),
    };
    let said = Said {
        done,
        ..Said::default()
    };
    let mut op = sees.may.op(&visit);
    let made = match sees.may.frame(&mut op, &visit, "admin-role-title").await {
        Ok(frame) => {
            let whose = (sees.may.organisation_id(), id.as_str());
            made(&mut op, &visit, whose, (frame, said, sees.may_change), None).await
        }
        Err(fault) => Err(fault),
    };
    shown(&visit, made, false)
}

async fn made(
    op: &mut Op,
    visit: &Visit,
    (organisation, id): (OrganisationId, &str),
    (frame, said, may_change): (Frame, Said, bool),
    written: Option<&Form>,
) -> Result<Option<FormPage>, OpError> {
    let Some((role, document)) = found(op, organisation, id).await? else {
        return Ok(None);
    };
    let text = &visit.text;
    let names = Names::of(op, organisation).await?;
    let there = form::There::read(op, organisation).await?;
    let present = (role.name.as_str(), &document);
    Ok(Some(FormPage {
        lead: document.title.clone(),
        facts: facts(text, (&names, &there), &role, &document),
        here: format!("{}/{}", roles::HERE, role.id),
        back: roles::HERE.to_owned(),
        groups: if may_change {
            form::groups(text, &there, Some(present), written)
        } else {
            Vec::new()
        },
        may_remove: may_change,
        said,
        frame,
    }))
}

async fn found(
    op: &mut Op,
    organisation: OrganisationId,
    id: &str,
) -> Result<Option<(Role, RoleDocument)>, OpError> {
    let Ok(id) = id.parse::<RoleId>() else {
        return Ok(None);
    };
    let all = access::roles(op, organisation).await?;
    let Some(role) = all.iter().find(|role| role.id == id) else {
        return Ok(None);
    };
    let document = access::role_document(op, &all, role).await?;
    Ok(Some((role.clone(), document)))
}

fn facts(
    text: &Text,
    (names, there): (&Names, &There),
    role: &Role,
    document: &RoleDocument,
) -> Vec<(String, String)> {
    let mut facts = vec![(text.get("admin-group-field-name"), role.name.clone())];
    let mut say = |key: &str, value: String| {
        if !value.is_empty() {
            facts.push((text.get(key), value));
        }
    };
    let days = |days: i64| text.get_count("admin-role-days", "count", days);
    say("admin-group-field-purpose", document.purpose.clone());
    let permissions = document.permissions.iter().map(|one| there.called(text, one));
    let permissions: Vec<String> = permissions.collect();
    say("admin-role-gives", permissions.join(", "));
    let rights: Vec<&str> = document.rights.iter().map(|right| right.as_str()).collect();
    say("admin-role-field-rights", rights.join(", "));
    let includes: Vec<&str> = document.includes.iter().map(|name| names.role(name)).collect();
    say("admin-role-field-includes", includes.join(", "));
    let may_give = document.may_give.iter().map(|one| match one.longest_days {
        Some(longest) => format!("{} ({})", names.role(&one.role), days(longest)),
        None => names.role(&one.role).to_owned(),
    });
    say(
        "admin-role-field-may-give",
        may_give.collect::<Vec<_>>().join(", "),
    );
    say(
        "admin-role-field-owner",
        document.owner.clone().unwrap_or_default(),
    );
    say(
        "admin-role-field-risk",
        text.get(&format!("admin-role-risk-{}", document.risk)),
    );
    say(
        "admin-role-field-longest",
        document.longest_days.map(days).unwrap_or_default(),
    );
    say(
        "admin-role-field-review",
        document.review_days.map(days).unwrap_or_default(),
    );
    facts
}

/// `POST /admin/roles/{id}`, field `act`: `look` or `apply`; `remove`.
pub(in crate::admin) async fn act(
    may: MayNow<AccessManage>,
    Path(id): Path<String>,
    Submission { visit, form }: Submission,
) -> Response {
    let organisation = may.organisation_id();
    let found = found(&mut may.op(&visit), organisation, &id).await;
    let role = match found {
        Ok(Some((role, _))) => role.id,
        Ok(None) => return visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => return visit.fault_page(&fault),
    };
    let whose = (&visit, &*may);
    let said = match (form.get("act"), Step::of(&form)) {
        (_, Some(step)) => {
            let act = async |op: &mut Op| {
                let there = form::There::read(op, organisation).await?;
                let document = form::document(&form, &there)?;
                let about = access::role_about(op, organisation, document).await?;
                access::change_role(op, organisation, role, about).await
            };
            let done = |_| format!("{}/{role}?done=changed", roles::HERE);
            change(whose, step, |op| op.now, act, done).await
        }
        (Some("remove"), None) => {
            let act = async |op: &mut Op| access::remove_role(op, organisation, role).await;
            let done = |()| format!("{}?done=removed", roles::HERE);
            change(whose, Step::Apply, |op| op.now, act, done).await
        }
        _ => return visit.status_page(StatusCode::BAD_REQUEST),
    };
    let said = match said {
        Ok(said) => said,
        Err(answer) => return answer,
    };
    let wrong = !said.wrong.is_empty();
    let mut op = may.op(&visit);
    // What was to be removed has no form that was filled in.
    let written = Step::of(&form).map(|_| &form);
    let made = match may.frame(&mut op, &visit, "admin-role-title").await {
        Ok(frame) => made(&mut op, &visit, (organisation, &id), (frame, said, true), written).await,
        Err(fault) => Err(fault),
    };
    shown(&visit, made, wrong)
}
