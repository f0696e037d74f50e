//! Policies that a form fills in, so that whoever writes no Cedar has them too. Each narrows what roles give, and brings its test cases.

mod circumstance;
mod clearance;
mod expression;
mod matching;
mod own;
mod proof;
mod value;

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use self::value::Values;
pub use self::value::{Kind, Parameter, Unfit};
use super::PolicyError;
use super::model::{Case, CaseResource, CaseSubject, Content, Expected, Origin};
use crate::decision;

/// A ready-made policy with fields to be filled.
#[derive(Debug, Clone, Serialize)]
pub struct Template {
    pub name: &'static str,
    pub title: &'static str,
    /// What it does, for people.
    pub sentence: &'static str,
    pub parameters: Vec<Parameter>,
    #[serde(skip)]
    fill: fn(&Values<'_>) -> Result<Filled, Unfit>,
}

/// What becomes of a form: the policy in parts, and its test cases.
#[derive(Debug, Clone)]
pub struct Filled {
    parts: Json,
    cases: Vec<Case>,
}

/// All templates.
#[must_use]
pub fn templates() -> Vec<Template> {
    [
        matching::templates(),
        clearance::templates(),
        circumstance::templates(),
        own::templates(),
        proof::templates(),
    ]
    .concat()
}

/// The policy that a template becomes with these values; its title and purpose are those of the template.
pub fn fill(name: &str, values: &Map<String, Json>) -> Result<Content, PolicyError> {
    let mut all = templates().into_iter();
    let template = all.find(|one| one.name == name);
    let template = template.ok_or_else(|| Unfit::Template(name.to_owned()))?;
    let filled = (template.fill)(&Values::new(&template.parameters, values)?)?;
    Ok(Content {
        title: template.title.to_owned(),
        purpose: template.sentence.to_owned(),
        cedar: decision::policy_of_parts(&filled.parts)?,
        cases: filled.cases,
        template: Some(Origin {
            name: name.to_owned(),
            values: values.clone(),
        }),
    })
}

fn actions() -> Parameter {
    Parameter {
        name: "actions",
        kind: Kind::Actions,
        title: "The permissions that it narrows",
        default: None,
    }
}

fn roles() -> Parameter {
    Parameter {
        name: "roles",
        kind: Kind::Roles,
        title: "The roles that it narrows: whoever has the permission by another role too is not held to it. None: all roles",
        default: Some(json!([])),
    }
}

fn attribute(name: &'static str, title: &'static str, default: &str) -> Parameter {
    Parameter {
        name,
        kind: Kind::Attribute,
        title,
        default: Some(Json::from(default)),
    }
}

/// A test case in the making: of the first action, given by the first role.
struct Sketch<'a> {
    actions: &'a [String],
    roles: &'a [String],
}

impl Sketch<'_> {
    fn case(&self, name: &str, expect: Expected) -> Case {
        let role = self.roles.first().cloned();
        Case {
            name: name.to_owned(),
            subject: CaseSubject::default(),
            granted_by: vec![role.unwrap_or_else(|| "any_role".to_owned())],
            action: self.actions.first().cloned().unwrap_or_default(),
            resource: CaseResource::default(),
            context: Map::new(),
            at: None,
            expect,
        }
    }
}

fn member(name: &str, value: impl Into<Json>) -> Map<String, Json> {
    Map::from_iter([(name.to_owned(), value.into())])
}

#[cfg(test)]
mod tests;
