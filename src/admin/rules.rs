//! The rules of an organisation in their order, and a new one.

use axum::response::Response;
use http::StatusCode;

use super::drafting::Drafting;
use super::names::Names;
use super::right::{May, MayNow, RulesManage, RulesRead};
use super::rule_form::{self, Written};
use super::rule_words as words;
use crate::domain::{Right, Timestamp};
use crate::http::{Frame, Inquiry, Submission, Text, Visit, page};
use crate::op::{Op, OpError};
use crate::rule::{self, Rule};

pub(super) const HERE: &str = "/admin/rules";
pub(super) const NEW: &str = "/admin/rules/new";

#[derive(Debug, askama::Template)]
#[template(path = "admin/rules.html")]
struct RulesPage {
    frame: Frame,
    done: String,
    /// Whether the reader may draft one.
    may_change: bool,
    rules: Vec<Row>,
}

/// A rule in a list.
#[derive(Debug)]
pub(super) struct Row {
    href: String,
    pub(super) name: String,
    pub(super) mode: String,
    /// For its colour.
    pub(super) mode_word: &'static str,
    pub(super) sentence: String,
    /// Whom it passes over, and until when.
    pub(super) excepted: String,
}

impl Row {
    /// As it is at a moment.
    pub(super) fn of(text: &Text, names: &Names, rule: &Rule, now: Timestamp) -> Self {
        Self {
            href: format!("{HERE}/{}", rule.id),
            name: rule.definition.name.clone(),
            mode: words::mode(text, rule.mode),
            mode_word: rule.mode.as_str(),
            sentence: words::sentence(text, names, &rule.definition),
            excepted: words::excepted(text, rule, now),
        }
    }
}

/// `GET /admin/rules`.
pub(super) async fn list(may: May<RulesRead>, Inquiry { visit, query }: Inquiry) -> Response {
    let mut op = may.op(&visit);
    let done = match query.get("done") {
        Some("removed") => visit.text.get("admin-rule-done-removed"),
        Some("moved") => visit.text.get("admin-rule-done-moved"),
        _ => String::new(),
    };
    match rules(&mut op, &visit, &may, done).await {
        Ok(template) => page(StatusCode::OK, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn rules(op: &mut Op, visit: &Visit, may: &May<RulesRead>, done: String) -> Result<RulesPage, OpError> {
    let set = rule::current(op, may.organisation_id()).await?;
    let names = Names::of(op, may.organisation_id()).await?;
    let now = op.now;
    let rows = set
        .rules
        .iter()
        .map(|rule| Row::of(&visit.text, &names, rule, now));
    Ok(RulesPage {
        frame: may.frame(op, visit, "admin-rules-title").await?,
        done,
        may_change: may.powers().has(Right::RulesManage),
        rules: rows.collect(),
    })
}

const DRAFTING: Drafting = Drafting {
    here: NEW,
    list: HERE,
    title: "admin-rule-new-title",
    what: "admin-rule-new-what",
    groups: rule_form::groups,
};

/// `GET /admin/rules/new`.
pub(super) async fn begin(may: MayNow<RulesManage>, visit: Visit) -> Response {
    DRAFTING.show(&visit, &may, &Written::new(), String::new()).await
}

/// `POST /admin/rules/new`: a draft, as the last rule.
pub(super) async fn add(may: MayNow<RulesManage>, Submission { visit, form }: Submission) -> Response {
    DRAFTING.add(&visit, &may, &rule_form::of_form(&form)).await
}
