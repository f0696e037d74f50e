//! The roll-outs of an organisation, and a new one.

use axum::response::Response;
use http::StatusCode;

use super::drafting::Drafting;
use super::names::Names;
use super::right::{May, MayNow, RulesManage, RulesRead};
use super::rule_form::{self, Written};
use super::rule_words as words;
use crate::domain::{Right, Timestamp};
use crate::http::fields::{Field, Group, Kind};
use crate::http::{Frame, Submission, Text, Visit, day, page};
use crate::op::{Op, OpError};
use crate::roll_out::{self, RollOut, Share};
use crate::rule;

pub(super) const HERE: &str = "/admin/roll-outs";
pub(super) const NEW: &str = "/admin/roll-outs/new";

const DAY: std::time::Duration = std::time::Duration::from_hours(24);

#[derive(Debug, askama::Template)]
#[template(path = "admin/roll_outs.html")]
struct RollOutsPage {
    frame: Frame,
    rows: Vec<Row>,
    may_make: bool,
}

#[derive(Debug)]
struct Row {
    href: String,
    name: String,
    mode: String,
    /// For its colour.
    mode_word: &'static str,
    state: String,
}

/// `GET /admin/roll-outs`.
pub(super) async fn list(may: May<RulesRead>, visit: Visit) -> Response {
    let mut op = may.op(&visit);
    match template(&mut op, &visit, &may).await {
        Ok(template) => page(StatusCode::OK, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template(op: &mut Op, visit: &Visit, may: &May<RulesRead>) -> Result<RollOutsPage, OpError> {
    let set = rule::current(op, may.organisation_id()).await?;
    let text = &visit.text;
    let mut rows = Vec::new();
    let all = roll_out::all(&set);
    let counted = roll_out::coverage_of_all(op, &set, &all).await?;
    for (one, coverage) in all.iter().zip(counted) {
        let state = [progress(text, coverage.all), time_left(text, one, op.now)];
        let state: Vec<String> = state.into_iter().filter(|part| !part.is_empty()).collect();
        rows.push(Row {
            href: format!("{HERE}/{}", one.id()),
            name: one.rule.definition.name.clone(),
            mode: words::mode(text, one.rule.mode),
            mode_word: one.rule.mode.as_str(),
            state: state.join(" · "),
        });
    }
    Ok(RollOutsPage {
        frame: may.frame(op, visit, "admin-roll-outs-title").await?,
        rows,
        may_make: may.powers().has(Right::RulesManage),
    })
}

/// How many of how many have the factor.
pub(super) fn progress(text: &Text, share: Share) -> String {
    let (has, people) = (share.has.to_string(), share.people.to_string());
    let percent = share.percent().to_string();
    let arguments = [("has", has.as_str()), ("people", &people), ("percent", &percent)];
    text.get_args("admin-roll-out-progress", &arguments)
}

/// When it begins, how long its grace still runs, or that it is over; nothing of a rule that is not on.
pub(super) fn time_left(text: &Text, one: &RollOut, now: Timestamp) -> String {
    let (Some(begins), Some(ends)) = (one.begins_at(), one.ends_at()) else {
        return String::new();
    };
    if begins > now {
        return text.get_with("admin-roll-out-begins", "date", &day(begins));
    }
    if ends <= now {
        return text.get("admin-roll-out-over");
    }
    // A day that has begun counts.
    let left = ends.since(now).as_secs().div_ceil(DAY.as_secs());
    text.get_count(
        "admin-roll-out-days",
        "count",
        i64::try_from(left).unwrap_or(i64::MAX),
    )
}

const DRAFTING: Drafting = Drafting {
    here: NEW,
    list: HERE,
    title: "admin-roll-out-new-title",
    what: "admin-roll-out-new-what",
    groups: fields,
};

/// `GET /admin/roll-outs/new`.
pub(super) async fn begin(may: MayNow<RulesManage>, visit: Visit) -> Response {
    let mut written = Written::new();
    written.insert("grace_days".to_owned(), "14".to_owned());
    DRAFTING.show(&visit, &may, &written, String::new()).await
}

/// `POST /admin/roll-outs/new`: a draft, as the last rule.
pub(super) async fn add(may: MayNow<RulesManage>, Submission { visit, form }: Submission) -> Response {
    let mut written = rule_form::of_form(&form);
    written.insert("do".to_owned(), "enrol".to_owned());
    DRAFTING.add(&visit, &may, &written).await
}

/// The fields of a rule that a roll-out needs.
fn fields(text: &Text, names: &Names, written: &Written) -> Vec<Group> {
    let group = |legend: &str, hint: &str, fields: Vec<Field>| Group {
        legend: text.get(legend),
        hint: text.get(hint),
        fields,
        folded: false,
    };
    let start = rule_form::line(
        text,
        written,
        "starts",
        ("admin-roll-out-start", "admin-roll-out-start-hint"),
    );
    let start = Field {
        kind: Kind::Date(rule_form::value(written, "starts")),
        ..start
    };
    let name = rule_form::line(text, written, "name", ("admin-rule-name", "admin-rule-name-hint"));
    let people = rule_form::condition_fields(text, names, written, "when");
    let people = people
        .into_iter()
        .filter(|field| ["when_roles", "when_groups", "when_people"].contains(&field.name.as_str()));
    let then = rule_form::then_fields(text, written);
    let mut then: Vec<Field> = then
        .into_iter()
        .filter(|field| ["factor", "grace_days"].contains(&field.name.as_str()))
        .collect();
    then.insert(1, start);
    vec![
        group("admin-rule-what", "admin-roll-out-name-hint", vec![name]),
        group(
            "admin-roll-out-whom",
            "admin-roll-out-whom-hint",
            people.collect(),
        ),
        group("admin-roll-out-what", "admin-roll-out-what-hint", then),
    ]
}
