//! One roll-out: how far it is, who is left, whom it passes over, and reminders.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use super::exceptions::{self, Exceptions, Typed};
use super::names::Names;
use super::right::{May, MayNow, RulesManage, RulesRead};
use super::roll_outs::{self, HERE};
use super::rule_words as words;
use super::{people, rules};
use crate::domain::{OrganisationId, Right, RuleId, RuleMode};
use crate::factor;
use crate::http::{Form, Frame, Inquiry, Submission, Text, Visit, day, minute, page, see_other};
use crate::op::{Op, OpError};
use crate::roll_out::{self, Coverage, Left, NotCalled, RollOut, Share};
use crate::rule::{self, Change};

pub(super) const ONE: &str = "/admin/roll-outs/{id}";

/// People who are left on one page.
const SHOWN: usize = 50;

#[derive(Debug, askama::Template)]
#[template(path = "admin/roll_out.html")]
struct RollOutPage {
    frame: Frame,
    done: String,
    wrong: String,
    here: String,
    rule: String,
    replay: String,
    revision: i64,
    name: String,
    mode: String,
    sentence: String,
    facts: Vec<(String, String)>,
    /// Word, label and kind of the button that switches it.
    switch: (&'static str, String, &'static str),
    may_change: bool,
    may_remind: bool,
    all: Share,
    /// Departments and regions.
    groups: Vec<(String, Share)>,
    /// Whether the reader may see who people are.
    named: bool,
    /// Address, name, what stands there.
    left: Vec<(String, String, String)>,
    next: String,
    exceptions: Exceptions,
}

/// What a page says besides what is so.
#[derive(Default)]
struct Said {
    done: String,
    wrong: String,
    typed: Typed,
    /// The last user name of the page before.
    after: String,
}

/// `GET /admin/roll-outs/{id}`, with `after` the last user name of the page before.
pub(super) async fn show(
    may: May<RulesRead>,
    Path(id): Path<String>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let done = match query.get("done") {
        Some("added") => "admin-rule-done-added",
        Some("on") => "admin-rule-done-on",
        Some("draft") => "admin-rule-done-draft",
        Some("excepted") => "admin-exception-done-given",
        Some("readmitted") => "admin-exception-done-ended",
        Some("reminded") => "admin-roll-out-done-reminded",
        _ => "",
    };
    let said = Said {
        done: if done.is_empty() {
            String::new()
        } else {
            visit.text.get(done)
        },
        after: query.get("after").unwrap_or_default().to_owned(),
        ..Said::default()
    };
    render(&visit, &may, &id, said).await
}

async fn render<R>(visit: &Visit, may: &May<R>, id: &str, said: Said) -> Response {
    let mut op = may.op(visit);
    let status = if said.wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    match template(&mut op, visit, may, (id, said)).await {
        Ok(Some(template)) => page(status, &template),
        Ok(None) => visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template<R>(
    op: &mut Op,
    visit: &Visit,
    may: &May<R>,
    (id, said): (&str, Said),
) -> Result<Option<RollOutPage>, OpError> {
    let set = rule::current(op, may.organisation_id()).await?;
    let Some(one) = roll_out::of_id(&set, id) else {
        return Ok(None);
    };
    let may_change = may.powers().has(Right::RulesManage);
    let sees_people = may.powers().has(Right::PeopleRead);
    let coverage = roll_out::coverage(op, &set, &one).await?;
    let (text, names) = (&visit.text, Names::of(op, may.organisation_id()).await?);
    let here = format!("{HERE}/{id}");
    let (left, next) = if sees_people {
        left((text, &names), &here, &coverage.left, &said.after)
    } else {
        (Vec::new(), String::new())
    };
    Ok(Some(RollOutPage {
        frame: may.frame(op, visit, "admin-roll-out-title").await?,
        done: said.done,
        wrong: said.wrong,
        rule: format!("{}/{id}", rules::HERE),
        replay: format!("{}/{id}/replay", rules::HERE),
        revision: set.revision,
        name: one.rule.definition.name.clone(),
        mode: words::mode(text, one.rule.mode),
        sentence: words::sentence(text, &names, &one.rule.definition),
        facts: facts(op, text, &one, &coverage).await?,
        switch: switch(text, one.rule.mode),
        may_remind: may_change && one.begun_at(op.now).is_some() && coverage.all.left() > 0,
        may_change,
        all: coverage.all,
        groups: names.shares(text, coverage.groups),
        named: sees_people,
        left,
        next,
        exceptions: exceptions::show(op, text, &one.rule, (said.typed, may_change)).await?,
        here,
    }))
}

fn switch(text: &Text, mode: RuleMode) -> (&'static str, String, &'static str) {
    match mode {
        RuleMode::On => ("draft", text.get("admin-roll-out-pause"), "quiet"),
        RuleMode::Draft | RuleMode::Report => ("on", text.get("admin-rule-switch-on"), "primary"),
    }
}

async fn facts(
    op: &mut Op,
    text: &Text,
    one: &RollOut,
    coverage: &Coverage,
) -> Result<Vec<(String, String)>, OpError> {
    let mut facts = vec![(
        text.get("admin-roll-out-fact-progress"),
        roll_outs::progress(text, coverage.all),
    )];
    let time = roll_outs::time_left(text, one, op.now);
    if !time.is_empty() {
        facts.push((text.get("admin-roll-out-fact-time"), time));
    }
    if let Some(ends) = one.ends_at() {
        facts.push((text.get("admin-roll-out-fact-ends"), minute(ends)));
    }
    if let Some(called) = roll_out::called_at(op, one).await? {
        facts.push((text.get("admin-roll-out-fact-called"), minute(called)));
    }
    Ok(facts)
}

/// A page of those who are left, and the address of the next one.
fn left(
    (text, names): (&Text, &Names),
    here: &str,
    left: &[Left],
    after: &str,
) -> (Vec<(String, String, String)>, String) {
    let mut rest = left.iter().filter(|one| one.username.as_str() > after);
    let shown: Vec<&Left> = rest.by_ref().take(SHOWN).collect();
    let next = match (rest.next(), shown.last()) {
        (Some(_), Some(last)) => url::form_urlencoded::Serializer::new(format!("{here}?"))
            .append_pair("after", last.username.as_str())
            .finish(),
        _ => String::new(),
    };
    let row = |one: &&Left| {
        let name = format!("{} ({})", one.name, one.username);
        (
            format!("{}/{}", people::HERE, one.id),
            name,
            state(text, names, one),
        )
    };
    (shown.iter().map(row).collect(), next)
}

/// Where somebody works, until when they have time, and when they were reminded.
fn state(text: &Text, names: &Names, one: &Left) -> String {
    let mut parts = names.groups(text, &one.places);
    parts.push(text.get_with("admin-roll-out-due", "date", &day(one.due)));
    parts.push(match (one.reminded_at, one.reachable) {
        (Some(at), _) => text.get_with("admin-roll-out-reminded", "date", &day(at)),
        (None, true) => text.get("admin-roll-out-not-reminded"),
        (None, false) => text.get("admin-roll-out-unreachable"),
    });
    parts.join(" · ")
}

/// `POST /admin/roll-outs/{id}`, field `act`: `on`, `draft`, `except`, `readmit` (with the `revision` of the rules as they were seen), `remind`.
pub(super) async fn act(
    may: MayNow<RulesManage>,
    Path(id): Path<String>,
    Submission { visit, form }: Submission,
) -> Response {
    let Ok(rule) = id.parse::<RuleId>() else {
        return visit.status_page(StatusCode::NOT_FOUND);
    };
    let asked = form.get("act").unwrap_or_default();
    if asked == "remind" {
        return remind(&visit, &may, &id).await;
    }
    let wrong = |wrong: String| Said {
        wrong,
        typed: Typed::of_form(&form),
        ..Said::default()
    };
    let (change, word) = match meant(rule, asked, &form) {
        Ok(Some(meant)) => meant,
        Ok(None) => return visit.status_page(StatusCode::BAD_REQUEST),
        Err(key) => return render(&visit, &may, &id, wrong(visit.text.get(key))).await,
    };
    let mut op = may.op(&visit);
    let revision = super::rule::revision(&form);
    let changed = factor::rules::change(&mut op, may.organisation_id(), Some(revision), change).await;
    match op.conclude(changed).await {
        Ok(Ok(_)) => see_other(&format!("{HERE}/{id}?done={word}")),
        Ok(Err(rule::Refusal::Unknown)) => visit.status_page(StatusCode::NOT_FOUND),
        Ok(Err(refusal)) => {
            let sentence = words::refusal(&visit.text, &refusal);
            render(&visit, &may, &id, wrong(sentence)).await
        }
        Err(fault) => visit.fault_page(&fault),
    }
}

fn meant(rule: RuleId, act: &str, form: &Form) -> Result<Option<(Change, &'static str)>, &'static str> {
    Ok(match act {
        "on" => Some((Change::Switch(rule, RuleMode::On), "on")),
        "draft" => Some((Change::Switch(rule, RuleMode::Draft), "draft")),
        other => exceptions::meant(rule, other, form)?,
    })
}

async fn remind(visit: &Visit, may: &May<RulesManage>, id: &str) -> Response {
    let mut op = may.op(visit);
    let called = remind_left(&mut op, may.organisation_id(), id).await;
    match op.conclude(called).await {
        Ok(Some(Ok(()))) => see_other(&format!("{HERE}/{id}?done=reminded")),
        Ok(Some(Err(why))) => {
            let said = Said {
                wrong: not_called(&visit.text, why),
                ..Said::default()
            };
            render(visit, may, id, said).await
        }
        Ok(None) => visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// Asks for a reminder to everybody who is left; none if there is no such roll-out.
pub(super) async fn remind_left(
    op: &mut Op,
    organisation: OrganisationId,
    id: &str,
) -> Result<Option<Result<(), NotCalled>>, OpError> {
    let set = rule::current(op, organisation).await?;
    let Some(one) = roll_out::of_id(&set, id) else {
        return Ok(None);
    };
    roll_out::call(op, &set, &one).await.map(Some)
}

fn not_called(text: &Text, why: NotCalled) -> String {
    match why {
        NotCalled::NotRunning => text.get("admin-roll-out-wrong-not-running"),
        NotCalled::NoMail => text.get("admin-roll-out-wrong-no-mail"),
        NotCalled::TooSoon(until) => text.get_with("admin-roll-out-wrong-too-soon", "date", &minute(until)),
    }
}
