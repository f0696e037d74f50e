//! The forms of policies: the fields of a template, or the text itself with its test cases.

use serde_json::{Map, Value as Json, json};

use super::super::names::Names;
use crate::access::Application;
use crate::domain::{Acr, Weekday};
use crate::http::fields::{Field, Group, Kind};
use crate::http::{Form, Text};
use crate::policy::{self, Case, Content, Parameter, PolicyError, Template};

/// What a form is filled in with: what was sent, or what there is.
pub(super) struct Filled<'a> {
    pub(super) text: &'a Text,
    pub(super) names: &'a Names,
    pub(super) application: &'a Application,
    pub(super) sent: Option<&'a Form>,
    pub(super) present: Option<&'a Content>,
}

impl Filled<'_> {
    /// The fields of a template, in the order in which it has them.
    pub(super) fn of_template(&self, template: &Template) -> Group {
        let parameters = template.parameters.iter();
        Group {
            legend: super::words::template(self.text, template.name),
            hint: self.text.get(&format!("admin-template-{}-what", template.name)),
            fields: parameters.map(|one| self.parameter(template, one)).collect(),
            folded: false,
        }
    }

    fn parameter(&self, template: &Template, one: &Parameter) -> Field {
        // What an attribute is for is another thing in each template.
        let key = match one.kind {
            policy::Kind::Attribute => {
                format!("admin-template-{}-{}", template.name, one.name.replace('_', "-"))
            }
            _ => format!("admin-template-field-{}", one.name),
        };
        let kind = self.kind(one);
        Field {
            name: one.name.to_owned(),
            label: self.text.get(&key),
            hint: String::new(),
            kind,
        }
    }

    fn kind(&self, one: &Parameter) -> Kind {
        match one.kind {
            policy::Kind::Actions => {
                let all = self.application.permissions.iter();
                let all = all.map(|(name, title, _)| (name.clone(), format!("{title} ({name})")));
                self.boxes(one, all.collect())
            }
            policy::Kind::Roles => {
                let all = self.names.role_words();
                self.boxes(
                    one,
                    all.map(|(word, title)| (word.to_owned(), title.to_owned()))
                        .collect(),
                )
            }
            policy::Kind::Days => {
                let all = Weekday::ALL.iter();
                let named = |day: &Weekday| (day.to_string(), self.text.get(&format!("admin-day-{day}")));
                self.boxes(one, all.map(named).collect())
            }
            policy::Kind::Truth => {
                let is = self.value(one).as_bool().unwrap_or_default();
                let choice = |value: bool, key: &str| (value.to_string(), self.text.get(key), value == is);
                Kind::Choice(vec![
                    choice(false, "admin-template-no"),
                    choice(true, "admin-template-yes"),
                ])
            }
            policy::Kind::Strength => {
                let is = self.value(one);
                let choice = |class: &Acr| {
                    let label = self
                        .text
                        .get(&format!("admin-template-strength-{}", place(*class)));
                    (class.to_string(), label, is == class.as_str())
                };
                Kind::Choice(Acr::ALL.iter().map(choice).collect())
            }
            policy::Kind::Minutes => {
                let minutes = self.value(one).as_i64();
                Kind::Number(minutes.map(|minutes| minutes.to_string()).unwrap_or_default())
            }
            policy::Kind::Texts | policy::Kind::Networks => {
                let values = self.value(one);
                let lines = values.as_array().into_iter().flatten().filter_map(Json::as_str);
                Kind::Lines(lines.collect::<Vec<_>>().join("\n"))
            }
            policy::Kind::Attribute | policy::Kind::Time | policy::Kind::Zone => {
                Kind::Line(self.value(one).as_str().unwrap_or_default().to_owned())
            }
        }
    }

    /// What a parameter has: as it was sent, as it is, or as the template has it.
    fn value(&self, one: &Parameter) -> Json {
        if let Some(form) = self.sent {
            return value(form, one);
        }
        let origin = self.present.and_then(|content| content.template.as_ref());
        let present = origin.and_then(|origin| origin.values.get(one.name));
        present.or(one.default.as_ref()).cloned().unwrap_or_default()
    }

    fn boxes(&self, one: &Parameter, all: Vec<(String, String)>) -> Kind {
        let values = self.value(one);
        let is = |word: &str| {
            values
                .as_array()
                .is_some_and(|all| all.iter().any(|value| value == word))
        };
        let boxes = all.into_iter().map(|(word, label)| {
            let ticked = is(&word);
            (box_of(one.name, &word), label, ticked)
        });
        Kind::Boxes(boxes.collect())
    }

    /// The fields of a policy that is written by hand.
    pub(super) fn by_hand(&self) -> Group {
        let value = |name: &str, of: fn(&Content) -> String| match self.sent {
            Some(form) => form.get(name).unwrap_or_default().to_owned(),
            None => self.present.map(of).unwrap_or_default(),
        };
        let title = value("title", |one| one.title.clone());
        let purpose = value("purpose", |one| one.purpose.clone());
        let cedar = value("cedar", |one| one.cedar.clone());
        let cases = value("cases", |one| {
            serde_json::to_string_pretty(&one.cases).unwrap_or_default()
        });
        let field = |name: &str, keys, kind| Field::of(self.text, name, keys, kind);
        Group {
            legend: self.text.get("admin-policy-by-hand"),
            hint: self.text.get("admin-policy-by-hand-hint"),
            fields: vec![
                field("title", ("admin-group-field-title", ""), Kind::Line(title)),
                field("purpose", ("admin-policy-purpose", ""), Kind::Lines(purpose)),
                field(
                    "cedar",
                    ("admin-policy-cedar", "admin-policy-cedar-hint"),
                    Kind::Code(cedar),
                ),
                field(
                    "cases",
                    ("admin-policy-cases", "admin-policy-cases-hint"),
                    Kind::Code(cases),
                ),
            ],
            folded: false,
        }
    }

    /// Why it is done.
    pub(super) fn reason(&self) -> Field {
        let written = self.sent.and_then(|form| form.get("reason")).unwrap_or_default();
        let keys = ("admin-help-reason", "admin-give-reason-hint");
        Field::of(self.text, "reason", keys, Kind::Line(written.to_owned()))
    }
}

/// The last word of a class.
fn place(class: Acr) -> &'static str {
    match class {
        Acr::One => "1",
        Acr::Two => "2",
        Acr::PhishingResistant => "3",
    }
}

fn box_of(parameter: &str, word: &str) -> String {
    format!("{parameter}_{word}")
}

/// What a form has for a parameter.
fn value(form: &Form, one: &Parameter) -> Json {
    let written = form.get(one.name).unwrap_or_default().trim();
    match one.kind {
        policy::Kind::Days => {
            let ticked = |day: &&Weekday| form.get(&box_of(one.name, day.as_str())).is_some();
            let days = Weekday::ALL.iter().filter(ticked).map(|day| day.as_str());
            json!(days.collect::<Vec<_>>())
        }
        policy::Kind::Actions | policy::Kind::Roles => {
            let before = box_of(one.name, "");
            let ticked = form
                .pairs()
                .filter_map(|(name, _)| name.strip_prefix(before.as_str()));
            json!(ticked.collect::<Vec<_>>())
        }
        policy::Kind::Texts | policy::Kind::Networks => {
            let lines = written.lines().map(str::trim).filter(|line| !line.is_empty());
            json!(lines.collect::<Vec<_>>())
        }
        policy::Kind::Truth => json!(written == "true"),
        policy::Kind::Minutes => json!(written.parse::<i64>().ok()),
        policy::Kind::Strength | policy::Kind::Attribute | policy::Kind::Time | policy::Kind::Zone => {
            json!(written)
        }
    }
}

/// What a form says: a template filled in (its name is sent along), or a text.
pub(super) fn content(form: &Form) -> Result<Content, PolicyError> {
    let text = |name: &str| form.get(name).unwrap_or_default().trim().to_owned();
    let name = text("template");
    if !name.is_empty() {
        let all = policy::templates();
        let template = all.iter().find(|one| one.name == name);
        let parameters = template.into_iter().flat_map(|one| &one.parameters);
        let values: Map<String, Json> = parameters
            .map(|one| (one.name.to_owned(), value(form, one)))
            .collect();
        return policy::fill(&name, &values);
    }
    let cases: Vec<Case> = match text("cases").as_str() {
        "" => Vec::new(),
        cases => serde_json::from_str(cases).map_err(|fault| PolicyError::Cases(fault.to_string()))?,
    };
    Ok(Content {
        title: text("title"),
        purpose: text("purpose"),
        cedar: text("cedar"),
        cases,
        template: None,
    })
}
