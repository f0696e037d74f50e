//! What one person was given, and the end of it.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use super::super::helping;
use super::super::names::Names;
use super::super::right::{AccessManage, MayNow, SeesAccess};
use super::{Said, Step, change, shown};
use crate::access;
use crate::decision::{self, GrantTold, State};
use crate::domain::{AccessGrantId, OrganisationId, Subject};
use crate::http::{Frame, Inquiry, Submission, Text, Visit, minute};
use crate::op::{Op, OpError};

pub(in crate::admin) const ONE: &str = "/admin/people/{id}/access";

#[derive(Debug, askama::Template)]
#[template(path = "admin/holding.html")]
struct HoldingPage {
    frame: Frame,
    said: Said,
    name: String,
    here: String,
    back: String,
    /// Where a role is given to them; empty where the reader may not.
    give: String,
    grants: Vec<Shown>,
}

/// A grant on a page.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) facts: Vec<(String, String)>,
    /// Whether it is ended here: one that is held by a group ends with the membership, or for all.
    pub(super) own: bool,
}

/// `GET /admin/people/{id}/access`.
pub(in crate::admin) async fn show(
    sees: SeesAccess,
    Path(id): Path<String>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let done = match query.get("done") {
        Some("ended") => visit.text.get("admin-holding-done"),
        _ => String::new(),
    };
    let said = Said {
        done,
        ..Said::default()
    };
    let mut op = sees.may.op(&visit);
    let made = match sees.may.frame(&mut op, &visit, "admin-holding-title").await {
        Ok(frame) => {
            let whose = (sees.may.organisation_id(), id.as_str());
            made(&mut op, &visit, whose, (frame, said, sees.may_change)).await
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
) -> Result<Option<HoldingPage>, OpError> {
    let Some(person) = helping::person(op, organisation, id).await? else {
        return Ok(None);
    };
    let names = Names::of(op, organisation).await?;
    let grants = decision::grants(op, Subject::Person(person.id)).await?;
    let give = url::form_urlencoded::Serializer::new(format!("{}?", super::give::HERE))
        .append_pair("holder", person.username.as_str())
        .finish();
    Ok(Some(HoldingPage {
        frame,
        said,
        name: person.called(),
        here: format!("/admin/people/{}/access", person.id),
        back: format!("/admin/people/{}", person.id),
        give: if may_change { give } else { String::new() },
        grants: grants
            .into_iter()
            .map(|one| Shown {
                id: one.id.to_string(),
                facts: facts(&visit.text, &names, &one),
                own: one.through.is_none(),
                title: one.role_title,
            })
            .collect(),
    }))
}

/// What a page tells of a grant: where it counts, through which group, from when, until when, and why.
pub(super) fn facts(text: &Text, names: &Names, one: &GrantTold) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut say = |key: &str, value: String| {
        if !value.is_empty() {
            facts.push((text.get(key), value));
        }
    };
    let within = if one.within.is_empty() {
        text.get("admin-holding-everywhere")
    } else {
        names.groups(text, &one.within).join(", ")
    };
    say("admin-give-within", within);
    let through = one.through.as_ref().map(|label| names.group(text, label));
    say("admin-holding-through", through.unwrap_or_default());
    if one.state == State::Later {
        say("admin-holding-begins", minute(one.from));
    } else {
        say("admin-holding-since", minute(one.from));
    }
    say(
        "admin-access-field-until",
        one.until.map(minute).unwrap_or_default(),
    );
    say("admin-help-reason", one.reason.clone());
    facts.extend(access::need_facts(text, one));
    facts
}

/// `POST /admin/people/{id}/access`: `act` is `apply`, `grant`, `reason`: ends a grant now.
pub(in crate::admin) async fn act(
    may: MayNow<AccessManage>,
    Path(id): Path<String>,
    Submission { visit, form }: Submission,
) -> Response {
    let organisation = may.organisation_id();
    let grant = form.get("grant").unwrap_or_default().parse::<AccessGrantId>();
    let (Ok(grant), Some(step)) = (grant, Step::of(&form)) else {
        return visit.status_page(StatusCode::BAD_REQUEST);
    };
    let reason = form.get("reason").unwrap_or_default();
    let act = async |op: &mut Op| access::end_grant(op, organisation, grant, reason).await;
    let done = |()| format!("/admin/people/{id}/access?done=ended");
    let said = match change((&visit, &may), step, |op| op.now, act, done).await {
        Ok(said) => said,
        Err(answer) => return answer,
    };
    let wrong = !said.wrong.is_empty();
    let mut op = may.op(&visit);
    let made = match may.frame(&mut op, &visit, "admin-holding-title").await {
        Ok(frame) => made(&mut op, &visit, (organisation, &id), (frame, said, true)).await,
        Err(fault) => Err(fault),
    };
    shown(&visit, made, wrong)
}
