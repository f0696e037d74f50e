//! The policies of an organisation.

use axum::response::Response;

use super::super::right::{AccessRead, May};
use super::{shown, words};
use crate::domain::Right;
use crate::http::{Frame, Inquiry, Visit};
use crate::op::OpError;
use crate::policy::{self, Listed};

pub(in crate::admin) const HERE: &str = "/admin/policies";

#[derive(Debug, askama::Template)]
#[template(path = "admin/policies.html")]
struct ListPage {
    frame: Frame,
    may_add: bool,
    /// Address, title, which versions stand.
    policies: Vec<(String, String, String)>,
}

/// `GET /admin/policies`.
pub(in crate::admin) async fn list(may: May<AccessRead>, Inquiry { visit, .. }: Inquiry) -> Response {
    match listed(&visit, &may).await {
        Ok(template) => shown(&template, false),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn listed(visit: &Visit, may: &May<AccessRead>) -> Result<ListPage, OpError> {
    let op = &mut may.op(visit);
    let all = policy::list(op, may.organisation_id()).await?;
    let row = |one: Listed| {
        let standing = words::standing(&visit.text, &one);
        (format!("{HERE}/{}", one.name), one.title, standing)
    };
    Ok(ListPage {
        frame: may.frame(op, visit, "admin-policies-title").await?,
        may_add: may.powers().has(Right::AccessManage),
        policies: all.into_iter().map(row).collect(),
    })
}
