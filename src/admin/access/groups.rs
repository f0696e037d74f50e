//! The groups of an organisation, each below the one that it belongs to.

use axum::response::Response;

use super::super::right::{AccessManage, LooksAfterGroups, May, MayNow};
use super::group_form as form;
use super::{FormPage, Said, Step, change, shown};
use crate::access::{self, AccessError, Group, NewGroup};
use crate::domain::{GroupId, Right};
use crate::http::{Form, Frame, Inquiry, Submission, Visit, minute};
use crate::op::{Op, OpError};

pub(in crate::admin) const HERE: &str = "/admin/groups";
pub(in crate::admin) const NEW: &str = "/admin/groups/new";

#[derive(Debug, askama::Template)]
#[template(path = "admin/groups.html")]
struct GroupsPage {
    frame: Frame,
    may_add: bool,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    href: String,
    title: String,
    detail: String,
    /// How many groups stand above it; a class of the stylesheet for each up to six.
    depth: usize,
}

/// `GET /admin/groups`: all, or those that the reader owns.
pub(in crate::admin) async fn list(may: May<LooksAfterGroups>, Inquiry { visit, .. }: Inquiry) -> Response {
    let mut op = may.op(&visit);
    let made = listed(&mut op, &visit, &may).await.map(Some);
    shown(&visit, made, false)
}

async fn listed(op: &mut Op, visit: &Visit, may: &May<LooksAfterGroups>) -> Result<GroupsPage, OpError> {
    let groups = access::groups(op, may.organisation_id()).await?;
    let tree = access::as_tree(&groups);
    let sees = access::sees(may.powers(), &groups);
    let rows = tree
        .into_iter()
        .filter(|(group, _, _)| sees(group))
        .map(|(group, members, depth)| row(visit, (group, members), depth));
    let rows = rows.collect();
    Ok(GroupsPage {
        frame: may.frame(op, visit, "admin-groups-title").await?,
        may_add: may.powers().has(Right::AccessManage),
        rows,
    })
}

fn row(visit: &Visit, (group, members): (&Group, i64), depth: usize) -> Row {
    let text = &visit.text;
    let ends = group.about.ends_at;
    let ends = ends.map(|end| text.get_with("admin-group-ends", "date", &minute(end)));
    let parts = [
        Some(text.get(&format!("admin-group-{}", group.kind))),
        Some(text.get_count("admin-group-members", "count", members)),
        ends,
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    Row {
        href: format!("{HERE}/{}", group.id),
        title: group.about.title.clone(),
        detail: parts.join(" · "),
        depth: depth.min(6),
    }
}

/// `GET /admin/groups/new`.
pub(in crate::admin) async fn begin(may: MayNow<AccessManage>, Inquiry { visit, .. }: Inquiry) -> Response {
    render(&visit, &may, Said::default(), None).await
}

async fn render(visit: &Visit, may: &May<AccessManage>, said: Said, form: Option<&Form>) -> Response {
    let mut op = may.op(visit);
    let wrong = !said.wrong.is_empty();
    let made = may.frame(&mut op, visit, "admin-group-new").await.map(|frame| {
        Some(FormPage {
            lead: visit.text.get("admin-group-new-what"),
            facts: Vec::new(),
            here: NEW.to_owned(),
            back: HERE.to_owned(),
            groups: form::groups(&visit.text, None, form),
            may_remove: false,
            said,
            frame,
        })
    });
    shown(visit, made, wrong)
}

/// `POST /admin/groups/new`: `act` is `look` or `apply`.
pub(in crate::admin) async fn add(
    may: MayNow<AccessManage>,
    Submission { visit, form }: Submission,
) -> Response {
    let Some(step) = Step::of(&form) else {
        return visit.status_page(http::StatusCode::BAD_REQUEST);
    };
    let organisation_id = may.organisation_id();
    let act = async |op: &mut Op| {
        let (kind, name) = form::named(&form).ok_or(AccessError::NameShape)?;
        let document = form::document(&form)?;
        let about = access::group_about(op, organisation_id, (kind, document)).await?;
        let new = NewGroup {
            organisation_id,
            kind,
            name,
            about,
        };
        access::create_group(op, new).await
    };
    let done = |id: GroupId| format!("{HERE}/{id}?done=added");
    match change((&visit, &may), step, |op| op.now, act, done).await {
        Ok(said) => render(&visit, &may, said, Some(&form)).await,
        Err(answer) => answer,
    }
}
