//! Who has a second factor: by department and region, and who is left.

use axum::response::Response;
use http::StatusCode;

use super::names::Names;
use super::people;
use super::right::{May, PeopleRead};
use crate::domain::Right;
use crate::http::{Frame, Text, Visit, page};
use crate::op::{Op, OpError};
use crate::roll_out::{self, Having, Without};

pub(super) const HERE: &str = "/admin/coverage";

/// People who are left whose names are shown.
const SHOWN: usize = 200;

#[derive(Debug, askama::Template)]
#[template(path = "admin/coverage.html")]
struct CoveragePage {
    frame: Frame,
    all: Having,
    /// Departments and regions by their title.
    groups: Vec<(String, Having)>,
    /// Address, name, department.
    left: Vec<(String, String, String)>,
    more: String,
    /// Whether the reader may see roll-outs.
    roll_outs: bool,
}

/// `GET /admin/coverage`.
pub(super) async fn show(may: May<PeopleRead>, visit: Visit) -> Response {
    let mut op = may.op(&visit);
    match template(&mut op, &visit, &may).await {
        Ok(template) => page(StatusCode::OK, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template(op: &mut Op, visit: &Visit, may: &May<PeopleRead>) -> Result<CoveragePage, OpError> {
    let counted = roll_out::everybody(op, may.organisation_id()).await?;
    let names = Names::of(op, may.organisation_id()).await?;
    let hidden = counted.left.len().saturating_sub(SHOWN);
    let groups = counted.groups.iter();
    let left = counted.left.iter().take(SHOWN);
    let nowhere = Some(counted.no_department).filter(|share| share.people > 0);
    let nowhere = nowhere.map(|share| (visit.text.get("admin-no-department"), share));
    Ok(CoveragePage {
        frame: may.frame(op, visit, "admin-coverage-title").await?,
        all: counted.all,
        groups: groups
            .map(|one| (names.group(&visit.text, &one.group), one.share))
            .chain(nowhere)
            .collect(),
        left: left.map(|one| shown(&visit.text, &names, one)).collect(),
        roll_outs: may.powers().has(Right::RulesRead),
        more: if hidden == 0 {
            String::new()
        } else {
            let hidden = i64::try_from(hidden).unwrap_or(i64::MAX);
            visit.text.get_count("admin-replay-more", "count", hidden)
        },
    })
}

fn shown(text: &Text, names: &Names, one: &Without) -> (String, String, String) {
    (
        format!("{}/{}", people::HERE, one.id),
        format!("{} ({})", one.name, one.username),
        names.groups(text, &one.groups).join(", "),
    )
}
