//! What a rule would have done, before it is switched on.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use super::names::Names;
use super::right::{May, RulesRead};
use super::rules;
use crate::domain::{OrganisationId, Right, RuleId};
use crate::factor::second;
use crate::http::{Frame, Text, Visit, page};
use crate::op::{Op, OpError};
use crate::rule::{self, Counts, NoReport, Refusal, Replay, Report, RuleSet};

pub(super) const HERE: &str = "/admin/rules/{id}/replay";

/// People whose names are shown; the command line tells all.
const SHOWN: usize = 100;

#[derive(Debug, askama::Template)]
#[template(path = "admin/replay.html")]
struct ReplayPage {
    frame: Frame,
    back: String,
    name: String,
    what: String,
    nothing: bool,
    all: Counts,
    departments: Vec<(String, Counts)>,
    /// Whether the reader may see who people are.
    named: bool,
    people: Vec<(String, Counts)>,
    more: String,
    /// How many came to applications by a session that was there already, what would have become of them, and of whom it
    /// would have been otherwise.
    passages_what: String,
    passages: Counts,
    passages_by_department: Vec<(String, Counts)>,
    passers: Vec<(String, Counts)>,
}

/// `GET /admin/rules/{id}/replay`.
pub(super) async fn show(may: May<RulesRead>, Path(id): Path<String>, visit: Visit) -> Response {
    let mut op = may.op(&visit);
    let replayed = async {
        let named = may.powers().has(Right::PeopleRead);
        run(&mut op, may.organisation_id(), (&id, named)).await
    };
    let replayed = replayed.await;
    let (name, replay) = match op.conclude(replayed).await {
        Ok(Some(replayed)) => replayed,
        Ok(None) => return visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => return visit.fault_page(&fault),
    };
    let mut op = may.op(&visit);
    let drawn = async {
        let names = Names::of(&mut op, may.organisation_id()).await?;
        let frame = may.frame(&mut op, &visit, "admin-replay-title").await?;
        Ok::<_, OpError>(template(frame, (&visit.text, &names), (id, name), &replay))
    };
    match drawn.await {
        Ok(template) => page(StatusCode::OK, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// The name of a rule, and what would have become of sign-ins with it, told by name or not; none if there is no such rule.
pub(super) async fn run(
    op: &mut Op,
    organisation: OrganisationId,
    (id, named): (&str, bool),
) -> Result<Option<(String, Replay)>, OpError> {
    let set = rule::current(op, organisation).await?;
    let Some(rule) = set.of_id(id) else {
        return Ok(None);
    };
    let Some(candidate) = rule::draft(&set, rule.id) else {
        return Ok(None);
    };
    let factors = second::of_organisation(op, organisation).await?;
    let replay = rule::replay(op, (&candidate, rule.id), &factors).await?;
    let replay = replay
        .map_err(Refusal::from)
        .map_err(|_| OpError::Broken("a stored rule cannot be used"))?;
    let replay = if named { replay } else { replay.without_names() };
    Ok(Some((rule.definition.name.clone(), replay)))
}

/// What a rule of the organisation has added up that only reports.
pub(super) async fn report(
    op: &mut Op,
    set: &RuleSet,
    rule: RuleId,
) -> Result<Result<Report, NoReport>, OpError> {
    let factors = second::of_organisation(op, set.organisation_id).await?;
    rule::report(op, set, rule, &factors).await
}

fn template(
    frame: Frame,
    (text, names): (&Text, &Names),
    (id, name): (String, String),
    replay: &Replay,
) -> ReplayPage {
    let total = i64::try_from(replay.all.total()).unwrap_or(i64::MAX);
    let titled = |(name, counts): (&String, &Counts)| {
        let name = if name.is_empty() {
            text.get("admin-no-department")
        } else {
            names.department(name).to_owned()
        };
        (name, *counts)
    };
    let (mut people, mut passers) = (rows(replay, |one| one.counts), rows(replay, |one| one.passages));
    let hidden = people.len().max(passers.len()).saturating_sub(SHOWN);
    people.truncate(SHOWN);
    passers.truncate(SHOWN);
    let count = |key: &str, number: i64| {
        if number == 0 {
            String::new()
        } else {
            text.get_count(key, "count", number)
        }
    };
    let passages = i64::try_from(replay.passages.total()).unwrap_or(i64::MAX);
    ReplayPage {
        frame,
        back: format!("{}/{id}", rules::HERE),
        name,
        what: text.get_count("admin-replay-count", "count", total),
        nothing: total == 0,
        all: replay.all,
        departments: replay.departments.iter().map(titled).collect(),
        named: replay.people.is_some(),
        people,
        more: count("admin-replay-more", i64::try_from(hidden).unwrap_or(i64::MAX)),
        passages_what: count("admin-replay-passages", passages),
        passages: replay.passages,
        passages_by_department: replay.passages_by_department.iter().map(titled).collect(),
        passers,
    }
}

/// Those for whom something would have been otherwise, by name.
fn rows(replay: &Replay, counts: fn(&rule::Person) -> Counts) -> Vec<(String, Counts)> {
    let named = |one: &rule::Person| (format!("{} ({})", one.name, one.username), counts(one));
    let people = replay.people.iter().flatten().map(named);
    people.filter(|(_, counts)| counts.is_otherwise()).collect()
}
