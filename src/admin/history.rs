//! What the rules were, and who has changed them.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use super::names::Names;
use super::right::{May, RulesRead};
use super::rule_words as words;
use super::rules::Row;
use crate::domain::OrganisationId;
use crate::http::{Frame, Inquiry, Text, Visit, minute, page};
use crate::op::{Op, OpError};
use crate::person;
use crate::rule::{self, Revision, What};

pub(super) const HERE: &str = "/admin/rules/history";
pub(super) const ONE: &str = "/admin/rules/history/{revision}";

#[derive(Debug, askama::Template)]
#[template(path = "admin/history.html")]
struct HistoryPage {
    frame: Frame,
    /// Address, what was done, and when and by whom.
    changes: Vec<(String, String, String)>,
    /// Where older ones are; empty if there are none.
    older: String,
}

#[derive(Debug, askama::Template)]
#[template(path = "admin/revision.html")]
struct RevisionPage {
    frame: Frame,
    when: String,
    rules: Vec<Row>,
}

/// `GET /admin/rules/history`, with `before` a revision.
pub(super) async fn list(may: May<RulesRead>, Inquiry { visit, query }: Inquiry) -> Response {
    let before = query.get("before").and_then(|text| text.parse().ok());
    let mut op = may.op(&visit);
    match template(&mut op, &visit, &may, before).await {
        Ok(template) => page(StatusCode::OK, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template(
    op: &mut Op,
    visit: &Visit,
    may: &May<RulesRead>,
    before: Option<i64>,
) -> Result<HistoryPage, OpError> {
    let organisation = may.organisation_id();
    let found = rule::history(op, organisation, before).await?;
    let mut changes = Vec::new();
    for one in &found {
        let when = (minute(one.changed_at), one.changed_by.as_deref());
        let detail = when_and_who(op, &visit.text, organisation, when).await?;
        let address = format!("{HERE}/{}", one.revision);
        changes.push((address, done(&visit.text, one), detail));
    }
    Ok(HistoryPage {
        frame: may.frame(op, visit, "admin-history-title").await?,
        changes,
        older: rule::older(&found)
            .map(|before| format!("{HERE}?before={before}"))
            .unwrap_or_default(),
    })
}

/// `“Passkey for export”: switched on`.
fn done(text: &Text, one: &Revision) -> String {
    let what = match one.what {
        What::Added => text.get("admin-history-added"),
        What::Removed => text.get("admin-history-removed"),
        What::Defined => text.get("admin-history-defined"),
        What::Moved => text.get("admin-history-moved"),
        What::Excepted => text.get("admin-history-excepted"),
        What::Switched(mode) => {
            let mode = words::mode(text, mode);
            text.get_with("admin-history-switched", "mode", &mode)
        }
    };
    format!("{}: {what}", one.rule)
}

/// When something was changed, and by whom as far as that is known.
async fn when_and_who(
    op: &mut Op,
    text: &Text,
    organisation: OrganisationId,
    (when, word): (String, Option<&str>),
) -> Result<String, OpError> {
    Ok(match word {
        Some(word) => format!("{when} · {}", person::doer(op, text, organisation, word).await?),
        None => when,
    })
}

/// `GET /admin/rules/history/{revision}`: the rules as they were then.
pub(super) async fn show(may: May<RulesRead>, Path(revision): Path<String>, visit: Visit) -> Response {
    let mut op = may.op(&visit);
    match revision_page(&mut op, &visit, &may, &revision).await {
        Ok(Some(template)) => page(StatusCode::OK, &template),
        Ok(None) => visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn revision_page(
    op: &mut Op,
    visit: &Visit,
    may: &May<RulesRead>,
    revision: &str,
) -> Result<Option<RevisionPage>, OpError> {
    let (organisation, text) = (may.organisation_id(), &visit.text);
    let Ok(revision) = revision.parse() else {
        return Ok(None);
    };
    let Some(stored) = rule::at_revision(op, organisation, revision).await? else {
        return Ok(None);
    };
    let names = Names::of(op, organisation).await?;
    let since = text.get_with("admin-history-since", "date", &minute(stored.changed_at));
    let when = (since, stored.changed_by.as_deref());
    let when = when_and_who(op, text, organisation, when).await?;
    // Whom a rule passed over then; one that is not there any more leads nowhere.
    let rows = stored
        .set
        .rules
        .iter()
        .map(|rule| Row::of(text, &names, rule, stored.changed_at));
    Ok(Some(RevisionPage {
        frame: may.frame(op, visit, "admin-history-revision-title").await?,
        when,
        rules: rows.collect(),
    }))
}
