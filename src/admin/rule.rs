//! One rule: what it says, whether it counts, its place.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::exceptions::{self, Exceptions, Typed};
use super::names::Names;
use super::replay;
use super::right::{May, MayNow, RulesManage, SeesRule};
use super::rule_form::{self, Written};
use super::rule_words as words;
use super::rules::HERE;
use crate::domain::{RuleId, RuleMode};
use crate::factor::rules;
use crate::http::fields::Group;
use crate::http::{Form, Frame, Inquiry, Submission, Text, Visit, minute, page, see_other};
use crate::op::{House, Op, OpError};
use crate::rule::{self, Change, Counts, Refusal, RuleSet};

pub(super) const ONE: &str = "/admin/rules/{id}";

#[derive(Debug, askama::Template)]
#[template(path = "admin/rule.html")]
struct RulePage {
    frame: Frame,
    done: String,
    wrong: String,
    may_change: bool,
    here: String,
    replay: String,
    revision: i64,
    name: String,
    mode: String,
    sentence: String,
    /// Counted from 1.
    place: usize,
    last: usize,
    /// Word, label, whether the rule is so now.
    modes: Vec<(&'static str, String, bool)>,
    /// What it would have asked, if it only reports.
    report: Option<Reported>,
    exceptions: Exceptions,
    groups: Vec<Group>,
}

/// What a rule that only reports has added up.
#[derive(Debug)]
struct Reported {
    what: String,
    /// Who, how many.
    rows: [(String, Counts); 2],
}

/// `GET /admin/rules/{id}`.
pub(super) async fn show(
    sees: SeesRule,
    State(_): State<Arc<House>>,
    Path(id): Path<String>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let done = match query.get("done") {
        Some("added") => "admin-rule-done-added",
        Some("saved") => "admin-rule-done-saved",
        Some("draft") => "admin-rule-done-draft",
        Some("report") => "admin-rule-done-report",
        Some("on") => "admin-rule-done-on",
        Some("excepted") => "admin-exception-done-given",
        Some("readmitted") => "admin-exception-done-ended",
        _ => "",
    };
    let done = if done.is_empty() {
        String::new()
    } else {
        visit.text.get(done)
    };
    let whose = (id.as_str(), sees.may_change);
    render(
        &visit,
        &sees.may,
        whose,
        (done, String::new(), None, Typed::default()),
    )
    .await
}

/// The page with what was done or what is wrong, and what is written if that is not the rule as it is.
async fn render<R>(
    visit: &Visit,
    may: &May<R>,
    (id, may_change): (&str, bool),
    (done, wrong, written, typed): (String, String, Option<Written>, Typed),
) -> Response {
    let mut op = may.op(visit);
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let drawn = template(&mut op, visit, may, (id, may_change, written, typed)).await;
    // Who looks at what a rule reports is on record.
    match op.conclude(drawn).await {
        Ok(Some(template)) => page(
            status,
            &RulePage {
                done,
                wrong,
                ..template
            },
        ),
        Ok(None) => visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template<R>(
    op: &mut Op,
    visit: &Visit,
    may: &May<R>,
    (id, may_change, written, typed): (&str, bool, Option<Written>, Typed),
) -> Result<Option<RulePage>, OpError> {
    let set = rule::current(op, may.organisation_id()).await?;
    let Some((place, rule)) = set
        .rules
        .iter()
        .enumerate()
        .find(|(_, rule)| rule.id.to_string() == id)
    else {
        return Ok(None);
    };
    let text = &visit.text;
    let names = Names::with_scopes(op, may.organisation_id()).await?;
    let written = written.unwrap_or_else(|| rule_form::of_definition(&rule.definition));
    let modes = RuleMode::ALL.iter().map(|mode| {
        let label = text.get(&format!("admin-rule-switch-{mode}"));
        (mode.as_str(), label, *mode == rule.mode)
    });
    Ok(Some(RulePage {
        frame: may.frame(op, visit, "admin-rule-title").await?,
        done: String::new(),
        wrong: String::new(),
        may_change,
        here: format!("{HERE}/{id}"),
        replay: format!("{HERE}/{id}/replay"),
        revision: set.revision,
        name: rule.definition.name.clone(),
        mode: words::mode(text, rule.mode),
        sentence: words::sentence(text, &names, &rule.definition),
        place: place + 1,
        last: set.rules.len(),
        modes: modes.collect(),
        report: reported(op, text, &set, rule.id).await?,
        exceptions: exceptions::show(op, text, rule, (typed, may_change)).await?,
        groups: rule_form::groups(text, &names, &written),
    }))
}

async fn reported(
    op: &mut Op,
    text: &Text,
    set: &RuleSet,
    rule: RuleId,
) -> Result<Option<Reported>, OpError> {
    let report = replay::report(op, set, rule).await?;
    Ok(report.ok().map(|report| Reported {
        what: text.get_with("admin-report-what", "date", &minute(report.from)),
        rows: [
            (text.get("admin-report-sign-ins"), report.sign_ins),
            (text.get("admin-report-passages"), report.passages),
        ],
    }))
}

/// `POST /admin/rules/{id}`, field `act`: `save` (with the fields of the rule), `draft`, `report`, `on`, `up`, `down`, `remove`, `except`,
/// `readmit`; `revision` is that of the list as it was seen.
pub(super) async fn change(
    may: MayNow<RulesManage>,
    State(_): State<Arc<House>>,
    Path(id): Path<String>,
    Submission { visit, form }: Submission,
) -> Response {
    let Ok(rule) = id.parse::<RuleId>() else {
        return visit.status_page(StatusCode::NOT_FOUND);
    };
    let mut op = may.op(&visit);
    let organisation = may.organisation_id();
    let set = match rule::current(&mut op, organisation).await {
        Ok(set) => set,
        Err(fault) => return visit.fault_page(&fault),
    };
    let act = form.get("act").unwrap_or_default();
    let written = (act == "save").then(|| rule_form::of_form(&form));
    let typed = Typed::of_form(&form);
    let (change, to) = match meant(&set, rule, (act, &form), written.as_ref()) {
        Ok(Some(meant)) => meant,
        Ok(None) => return visit.status_page(StatusCode::BAD_REQUEST),
        Err(key) => {
            let wrong = visit.text.get(key);
            return render(&visit, &may, (&id, true), (String::new(), wrong, written, typed)).await;
        }
    };
    let changed = rules::change(&mut op, organisation, Some(revision(&form)), change).await;
    match op.conclude(changed).await {
        Ok(Ok(_)) => see_other(&to),
        Ok(Err(Refusal::Unknown)) => visit.status_page(StatusCode::NOT_FOUND),
        Ok(Err(refusal)) => {
            let wrong = words::refusal(&visit.text, &refusal);
            render(&visit, &may, (&id, true), (String::new(), wrong, written, typed)).await
        }
        Err(fault) => visit.fault_page(&fault),
    }
}

/// The revision that the form was made of; one that is none fits no list.
pub(super) fn revision(form: &Form) -> i64 {
    form.get("revision")
        .and_then(|text| text.parse().ok())
        .unwrap_or(-1)
}

/// What a button means, and where its page is; none if there is no such button.
fn meant(
    set: &RuleSet,
    rule: RuleId,
    (act, form): (&str, &Form),
    written: Option<&Written>,
) -> Result<Option<(Change, String)>, &'static str> {
    let here = |word: &str| format!("{HERE}/{rule}?done={word}");
    let place = set
        .rules
        .iter()
        .position(|one| one.id == rule)
        .unwrap_or_default();
    let list = |word: &str| format!("{HERE}?done={word}");
    if let Some((change, word)) = exceptions::meant(rule, act, form)? {
        return Ok(Some((change, here(word))));
    }
    if let Some(mode) = RuleMode::parse(act) {
        return Ok(Some((Change::Switch(rule, mode), here(act))));
    }
    Ok(match (act, written) {
        ("save", Some(written)) => Some((Change::Define(rule, rule_form::read(written)?), here("saved"))),
        ("up", _) => Some((Change::Move(rule, place.saturating_sub(1)), list("moved"))),
        ("down", _) => Some((Change::Move(rule, place.saturating_add(1)), list("moved"))),
        ("remove", _) => Some((Change::Remove(rule), list("removed"))),
        _ => None,
    })
}
