//! What the reader has given to others, and the end of it.

use axum::response::Response;
use http::StatusCode;

use super::super::names::Names;
use super::super::right::{GivesRoles, May, MayNow};
use super::holding::{self, Shown};
use super::{Said, Step, change, give, shown};
use crate::access;
use crate::decision::{self, Given};
use crate::domain::{AccessGrantId, Subject};
use crate::http::{Frame, Inquiry, Submission, Text, Visit};
use crate::op::{Op, OpError};
use crate::person;

pub(in crate::admin) const HERE: &str = "/admin/grants";

#[derive(Debug, askama::Template)]
#[template(path = "admin/given.html")]
struct GivenPage {
    frame: Frame,
    said: Said,
    here: &'static str,
    give: &'static str,
    /// Each with who holds it.
    grants: Vec<(String, Shown)>,
    /// The address of the next page; empty if there is none.
    next: String,
}

/// Grants that are shown on one page.
const SHOWN: usize = 50;

/// `GET /admin/grants`, with `before` the last grant of the page before.
pub(in crate::admin) async fn show(may: MayNow<GivesRoles>, Inquiry { visit, query }: Inquiry) -> Response {
    let done = match query.get("done") {
        Some("given") => visit.text.get("admin-give-done"),
        Some("ended") => visit.text.get("admin-holding-done"),
        _ => String::new(),
    };
    let said = Said {
        done,
        ..Said::default()
    };
    let before = query.get("before").and_then(|id| id.parse().ok());
    shown(&visit, made(&visit, &may, (before, said)).await.map(Some), false)
}

async fn made(
    visit: &Visit,
    may: &May<GivesRoles>,
    (before, said): (Option<AccessGrantId>, Said),
) -> Result<GivenPage, OpError> {
    let (op, text) = (&mut may.op(visit), &visit.text);
    let names = Names::of(op, may.organisation_id()).await?;
    let mut grants = Vec::new();
    let by = Subject::Person(may.person_id());
    let page = decision::given(op, by, (before, SHOWN)).await?;
    for one in page.given {
        let holder = holder(op, (text, &names), &one).await?;
        let facts = holding::facts(text, &names, &one.grant);
        let shown = Shown {
            id: one.grant.id.to_string(),
            title: one.grant.role_title,
            facts,
            own: true,
        };
        grants.push((holder, shown));
    }
    Ok(GivenPage {
        frame: may.frame(op, visit, "admin-given-title").await?,
        said,
        here: HERE,
        give: give::HERE,
        grants,
        next: page
            .next
            .map(|id| format!("{HERE}?before={id}"))
            .unwrap_or_default(),
    })
}

/// What whoever holds it is called.
async fn holder(op: &mut Op, (text, names): (&Text, &Names), one: &Given) -> Result<String, OpError> {
    let name = match one.holder {
        Some(Subject::Person(id)) => person::find(op, id).await?.map(|found| found.called()),
        Some(Subject::ServiceAccount(id)) => {
            let found = person::find_service_account(op, id).await?;
            found.map(|found| found.name.clone())
        }
        None => one.grant.through.as_ref().map(|label| names.group(text, label)),
    };
    Ok(name.unwrap_or_default())
}

/// `POST /admin/grants`: `act` is `look` or `apply`, with `grant` and `reason`: ends one now.
pub(in crate::admin) async fn act(
    may: MayNow<GivesRoles>,
    Submission { visit, form }: Submission,
) -> Response {
    let grant = form.get("grant").unwrap_or_default().parse::<AccessGrantId>();
    let (Ok(grant), Some(step)) = (grant, Step::of(&form)) else {
        return visit.status_page(StatusCode::BAD_REQUEST);
    };
    let organisation = may.organisation_id();
    let reason = form.get("reason").unwrap_or_default();
    let act = async |op: &mut Op| access::end_grant(op, organisation, grant, reason).await;
    let done = |()| format!("{HERE}?done=ended");
    match change((&visit, &may), step, |op| op.now, act, done).await {
        Ok(said) => {
            let wrong = !said.wrong.is_empty();
            shown(&visit, made(&visit, &may, (None, said)).await.map(Some), wrong)
        }
        Err(answer) => answer,
    }
}
