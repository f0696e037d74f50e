//! What the pages "Why" and "Who can" are asked about, as it is typed: an action on a resource.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::{Application, application};
use crate::decision::{Access, Action, Resource, Then};
use crate::domain::{ApplicationId, OrganisationId, Timestamp, rfc3339};
use crate::http::fields::{Field, Group, Kind};
use crate::http::{Query, Text};
use crate::op::{Op, OpError};

/// What is typed. An action is chosen with its application: its id, a space, the permission.
#[derive(Debug, Default, Clone)]
pub struct Typed {
    pub person: String,
    action: String,
    kind: String,
    id: String,
    properties: String,
    context: String,
    /// A day or moment in the past; empty: now.
    as_of: String,
}

impl Typed {
    #[must_use]
    pub fn of(query: &Query) -> Self {
        let typed = |name: &str| query.get(name).unwrap_or_default().trim().to_owned();
        Self {
            person: typed("person"),
            action: typed("action"),
            kind: typed("type"),
            id: typed("id"),
            properties: typed("properties"),
            context: typed("context"),
            as_of: typed("as_of"),
        }
    }

    /// Whether anything is asked yet.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        !self.action.is_empty()
    }

    /// The moment that is asked about; none: now. The error is the sentence that says what is wrong with it.
    pub fn then(&self, text: &Text, now: Timestamp) -> Result<Option<Then>, String> {
        if self.as_of.is_empty() {
            return Ok(None);
        }
        let moment = rfc3339::day(&self.as_of).or_else(|| rfc3339::moment(&self.as_of));
        let then = moment.and_then(|moment| Then::new(moment, now).ok());
        then.map(Some).ok_or_else(|| text.get("admin-why-wrong-as-of"))
    }

    /// What the action is called in the form.
    pub async fn called(
        &self,
        op: &mut Op,
        text: &Text,
        organisation: OrganisationId,
    ) -> Result<String, OpError> {
        let actions = self.actions(op, text, organisation).await?;
        let mut chosen = actions.into_iter().filter(|(_, _, chosen)| *chosen);
        let called = chosen.next().map(|(_, label, _)| label);
        Ok(called.unwrap_or_else(|| self.action().to_owned()))
    }

    /// The name of the action alone.
    fn action(&self) -> &str {
        self.action.split_once(' ').map_or("", |(_, name)| name)
    }

    /// `feedback/f-101`
    #[must_use]
    pub fn resource(&self) -> String {
        format!("{}/{}", self.kind, self.id)
    }

    /// The address of a page that asks the same, of somebody or of nobody, with more besides.
    #[must_use]
    pub fn address(&self, page: &str, more: &[(&str, &str)]) -> String {
        let fields = [
            ("action", &self.action),
            ("type", &self.kind),
            ("id", &self.id),
            ("properties", &self.properties),
            ("context", &self.context),
        ];
        let fields = fields.map(|(name, value)| (name, value.as_str()));
        address(page, fields.iter().chain(more))
    }

    /// What is asked for, or the sentence that says what is wrong with it.
    pub async fn access(
        &self,
        op: &mut Op,
        text: &Text,
        organisation: OrganisationId,
    ) -> Result<Result<Access, String>, OpError> {
        let application = self.application(op, organisation).await?;
        let read = || {
            let unfit = |_| text.get("admin-reach-wrong-word");
            let application = application.ok_or_else(|| text.get("admin-reach-wrong-action"))?;
            let properties = members(text, &self.properties)?;
            let resource = Resource::new(self.kind.clone(), self.id.clone(), properties).map_err(unfit)?;
            let action = Action::new(self.action().to_owned()).map_err(unfit)?;
            let context = members(text, &self.context)?;
            Ok(Access::new(application, action, resource, context))
        };
        Ok(read())
    }

    /// The application that is chosen, if people of the organisation may use it and it has the action.
    async fn application(
        &self,
        op: &mut Op,
        organisation: OrganisationId,
    ) -> Result<Option<ApplicationId>, OpError> {
        let Some((id, name)) = self.action.split_once(' ') else {
            return Ok(None);
        };
        let Ok(id) = id.parse() else {
            return Ok(None);
        };
        let found = application::application(op, id).await?;
        let fits = |one: &Arc<Application>| {
            one.is_open_to(organisation) && one.permissions.iter().any(|(known, _, _)| known == name)
        };
        Ok(found.filter(fits).map(|one| one.id))
    }

    /// The form of a question, with what is asked before and after it.
    pub async fn form(
        &self,
        op: &mut Op,
        text: &Text,
        organisation: OrganisationId,
        (before, after): (Option<Field>, Field),
    ) -> Result<Group, OpError> {
        let question = self.fields(op, text, organisation).await?;
        Ok(Group {
            legend: text.get("admin-reach-form"),
            hint: String::new(),
            fields: before.into_iter().chain(question).chain([after]).collect(),
            folded: false,
        })
    }

    /// The field for a moment in the past.
    #[must_use]
    pub fn past(&self, text: &Text) -> Field {
        let label = ("admin-why-as-of", "admin-why-as-of-hint");
        Field::of(text, "as_of", label, Kind::Line(self.as_of.clone()))
    }

    /// The fields of a question, but for whom it is about.
    async fn fields(
        &self,
        op: &mut Op,
        text: &Text,
        organisation: OrganisationId,
    ) -> Result<Vec<Field>, OpError> {
        let line = |name: &str, label: &str, hint: &str, value: &str| {
            Field::of(text, name, (label, hint), Kind::Line(value.to_owned()))
        };
        let lines = |name: &str, hint: &str, value: &str| {
            let label = format!("admin-reach-{name}");
            Field::of(text, name, (&label, hint), Kind::Lines(value.to_owned()))
        };
        let actions = self.actions(op, text, organisation).await?;
        let action = ("admin-reach-action", "");
        Ok(vec![
            Field::of(text, "action", action, Kind::Choice(actions)),
            line("type", "admin-reach-type", "admin-reach-type-hint", &self.kind),
            line("id", "admin-reach-id", "admin-reach-id-hint", &self.id),
            lines("properties", "admin-reach-properties-hint", &self.properties),
            lines("context", "admin-reach-context-hint", &self.context),
        ])
    }

    /// All permissions of the applications that people of the organisation may use, those of retired ones too: why these give nothing can be asked.
    async fn actions(
        &self,
        op: &mut Op,
        text: &Text,
        organisation: OrganisationId,
    ) -> Result<Vec<(String, String, bool)>, OpError> {
        let all = application::applications(op).await?;
        let open: Vec<_> = all.iter().filter(|one| one.is_open_to(organisation)).collect();
        let is_one = open.len() == 1;
        let choices = open.into_iter().flat_map(|one| {
            let permissions = one.permissions.iter();
            let of = one.called(text);
            permissions.map(move |(name, title, _)| {
                let value = format!("{} {name}", one.id);
                let label = if is_one && !one.is_retired() {
                    format!("{title} ({name})")
                } else {
                    format!("{of}: {title} ({name})")
                };
                let chosen = value == self.action;
                (value, label, chosen)
            })
        });
        Ok(choices.collect())
    }
}

/// An address with these fields filled in.
pub fn address<'a>(page: &str, fields: impl Iterator<Item = &'a (&'a str, &'a str)>) -> String {
    let mut query = url::form_urlencoded::Serializer::for_suffix(format!("{page}?"), page.len() + 1);
    query.extend_pairs(fields).finish()
}

/// One `name = value` a line: text, or JSON.
fn members(text: &Text, typed: &str) -> Result<Map<String, Json>, String> {
    let lines = typed.lines().map(str::trim).filter(|line| !line.is_empty());
    let read = |line: &str| {
        let (name, value) = line.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let value = serde_json::from_str(value).unwrap_or_else(|_| Json::from(value));
        (!name.is_empty()).then(|| (name.to_owned(), value))
    };
    lines
        .map(|line| read(line).ok_or_else(|| text.get_with("admin-reach-wrong-line", "what", line)))
        .collect()
}
