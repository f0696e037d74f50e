//! The pages on which a rule is drafted: one for any rule, one for a roll-out.

use axum::response::Response;
use http::StatusCode;

use super::names::Names;
use super::right::{May, RulesManage};
use super::rule_form::{self, Written};
use super::rule_words as words;

use crate::factor::rules;
use crate::http::fields::Group;
use crate::http::{Frame, Text, Visit, page, see_other};
use crate::rule::Change;

/// What is different about such a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drafting {
    /// Its address.
    pub(super) here: &'static str,
    /// The list to which it leads; the new rule stands below it.
    pub(super) list: &'static str,
    pub(super) title: &'static str,
    pub(super) what: &'static str,
    pub(super) groups: fn(&Text, &Names, &Written) -> Vec<Group>,
}

#[derive(Debug, askama::Template)]
#[template(path = "admin/rule_new.html")]
struct NewPage {
    frame: Frame,
    wrong: String,
    what: String,
    here: &'static str,
    list: &'static str,
    groups: Vec<Group>,
}

impl Drafting {
    /// The form, with what is wrong with what is written in it.
    pub(super) async fn show(
        &self,
        visit: &Visit,
        may: &May<RulesManage>,
        written: &Written,
        wrong: String,
    ) -> Response {
        let mut op = may.op(visit);
        let status = if wrong.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        };
        let template = async {
            let names = Names::with_scopes(&mut op, may.organisation_id()).await?;
            Ok(NewPage {
                frame: may.frame(&mut op, visit, self.title).await?,
                wrong,
                what: visit.text.get(self.what),
                here: self.here,
                list: self.list,
                groups: (self.groups)(&visit.text, &names, written),
            })
        };
        match template.await {
            Ok(template) => page(status, &template),
            Err(fault) => visit.fault_page(&fault),
        }
    }

    /// Makes a draft of what is written, as the last rule.
    pub(super) async fn add(&self, visit: &Visit, may: &May<RulesManage>, written: &Written) -> Response {
        let definition = match rule_form::read(written) {
            Ok(definition) => definition,
            Err(key) => return self.show(visit, may, written, visit.text.get(key)).await,
        };
        let mut op = may.op(visit);
        let change = Change::Add(definition, None);
        let changed = rules::change(&mut op, may.organisation_id(), None, change).await;
        match op.conclude(changed).await {
            Ok(Ok(set)) => {
                let last = set.rules.last().map(|rule| rule.id.to_string());
                see_other(&format!("{}/{}?done=added", self.list, last.unwrap_or_default()))
            }
            Ok(Err(refusal)) => {
                let wrong = words::refusal(&visit.text, &refusal);
                self.show(visit, may, written, wrong).await
            }
            Err(fault) => visit.fault_page(&fault),
        }
    }
}
