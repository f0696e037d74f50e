//! The rules of an organisation in their order, and a new one.

use axum::response::Response;
use http::StatusCode;

use super::fields::Group;
use super::right::{May, MayNow, RulesManage, RulesRead};
use super::rule_form::{self, Written};
use super::rule_words as words;
use crate::decision;
use crate::http::{Frame, Inquiry, Submission, Visit, page, see_other};
use crate::op::{Op, OpError};
use crate::rule::{self, Change};

pub(super) const HERE: &str = "/admin/rules";
pub(super) const NEW: &str = "/admin/rules/new";

#[derive(Debug, askama::Template)]
#[template(path = "admin/rules.html")]
struct RulesPage {
    frame: Frame,
    done: String,
    rules: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    href: String,
    name: String,
    mode: String,
    /// For its colour.
    mode_word: &'static str,
    sentence: String,
    /// Whom it passes over, and until when.
    excepted: String,
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
    let now = op.now;
    let rows = set.rules.iter().map(|rule| Row {
        href: format!("{HERE}/{}", rule.id),
        name: rule.definition.name.clone(),
        mode: words::mode(&visit.text, rule.mode),
        mode_word: rule.mode.as_str(),
        sentence: words::sentence(&visit.text, &rule.definition),
        excepted: words::excepted(&visit.text, rule, now),
    });
    Ok(RulesPage {
        frame: may.frame(op, visit, "admin-rules-title").await?,
        done,
        rules: rows.collect(),
    })
}

#[derive(Debug, askama::Template)]
#[template(path = "admin/rule_new.html")]
struct NewPage {
    frame: Frame,
    wrong: String,
    groups: Vec<Group>,
}

/// `GET /admin/rules/new`.
pub(super) async fn begin(may: MayNow<RulesManage>, visit: Visit) -> Response {
    form(&visit, &may, &Written::new(), String::new()).await
}

async fn form(visit: &Visit, may: &May<RulesManage>, written: &Written, wrong: String) -> Response {
    let mut op = may.op(visit);
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let template = async {
        let vocabulary = decision::vocabulary(&mut op, may.organisation_id()).await?;
        Ok(NewPage {
            frame: may.frame(&mut op, visit, "admin-rule-new-title").await?,
            wrong,
            groups: rule_form::groups(&visit.text, &vocabulary.unwrap_or_default(), written),
        })
    };
    match template.await {
        Ok(template) => page(status, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// `POST /admin/rules/new`: a draft, as the last rule.
pub(super) async fn add(
    may: MayNow<RulesManage>,
    Submission {
        visit,
        form: submitted,
    }: Submission,
) -> Response {
    let written = rule_form::of_form(&submitted);
    let definition = match rule_form::read(&written) {
        Ok(definition) => definition,
        Err(key) => return form(&visit, &may, &written, visit.text.get(key)).await,
    };
    let mut op = may.op(&visit);
    let change = Change::Add(definition, None);
    let changed = rule::change(&mut op, may.organisation_id(), None, change).await;
    match op.conclude(changed).await {
        Ok(Ok(set)) => {
            let id = set
                .rules
                .last()
                .map(|rule| rule.id.to_string())
                .unwrap_or_default();
            see_other(&format!("{HERE}/{id}?done=added"))
        }
        Ok(Err(refusal)) => form(&visit, &may, &written, words::refusal(&visit.text, &refusal)).await,
        Err(fault) => visit.fault_page(&fault),
    }
}
