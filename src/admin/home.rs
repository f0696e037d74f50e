//! The first page of the console: what there is, and what wants looking at.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::right::Entered;
use crate::break_glass;
use crate::decision;
use crate::domain::{Actor, Right, RuleMode, Subject};
use crate::factor::second;
use crate::http::{Frame, Visit, page};
use crate::op::{House, Op, OpError};
use crate::person;
use crate::roll_out;
use crate::rule;
use crate::session::Session;

#[derive(Debug, askama::Template)]
#[template(path = "admin/home.html")]
struct HomePage {
    frame: Frame,
    /// Address, name, what stands there.
    links: Vec<(String, String, String)>,
}

/// `GET /admin`: for whoever has any right.
pub(super) async fn show(
    Entered(session): Entered,
    State(house): State<Arc<House>>,
    visit: Visit,
) -> Response {
    let mut op = Op::new(&house, Actor::Person(session.person_id), visit.seen.clone());
    match template(&mut op, &visit, &session).await {
        Ok(Some(template)) => page(StatusCode::OK, &template),
        Ok(None) => visit.error_page(StatusCode::FORBIDDEN, "admin-may-not"),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template(op: &mut Op, visit: &Visit, session: &Session) -> Result<Option<HomePage>, OpError> {
    let rights = decision::rights(op, Subject::Person(session.person_id)).await?;
    if rights.is_empty() {
        return Ok(None);
    }
    let (text, organisation) = (&visit.text, session.organisation_id);
    let mut links = Vec::new();
    let mut link = |href: &str, name: &str, state: String| {
        links.push((href.to_owned(), text.get(name), state));
    };
    if rights.contains(&Right::PeopleRead) {
        let people = person::count(op, organisation).await?;
        link(
            "/admin/people",
            "admin-nav-people",
            text.get_count("admin-people-count", "count", people),
        );
        let strong = second::of_organisation(op, organisation).await?.len();
        let left = people - i64::try_from(strong).unwrap_or(people);
        link(
            "/admin/coverage",
            "admin-nav-coverage",
            text.get_count("admin-coverage-left", "count", left),
        );
    }
    if rights.contains(&Right::RulesRead) {
        let set = rule::current(op, organisation).await?;
        let on = set.rules.iter().filter(|rule| rule.mode == RuleMode::On).count();
        let on = i64::try_from(on).unwrap_or(i64::MAX);
        let running = roll_out::all(&set)
            .iter()
            .filter(|one| one.begins_at().is_some())
            .count();
        let running = i64::try_from(running).unwrap_or(i64::MAX);
        link(
            "/admin/roll-outs",
            "admin-nav-roll-outs",
            text.get_count("admin-roll-outs-on", "count", running),
        );
        link(
            "/admin/rules",
            "admin-nav-rules",
            text.get_count("admin-rules-on", "count", on),
        );
    }
    if rights.contains(&Right::RulesManage) {
        let open = break_glass::open(op, organisation).await?;
        link(
            "/admin/break-glass",
            "admin-nav-break-glass",
            text.get_count("admin-break-glass-open", "count", open),
        );
    }
    let found = person::find_organisation(op, organisation).await?;
    let name = found
        .map(|organisation| organisation.name.clone())
        .unwrap_or_default();
    Ok(Some(HomePage {
        frame: visit.frame("admin-title").at(name),
        links,
    }))
}
