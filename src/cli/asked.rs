//! What `doorward why` and `doorward who` are asked about: an action on a resource.

use clap::Args;
use serde_json::Value;

use super::error::CommandError;
use crate::access;
use crate::decision::{Access, Action, Resource, UnfitWord};
use crate::domain::OrganisationId;
use crate::op::Op;

#[derive(Debug, Args)]
pub(super) struct Asked {
    /// What is to be done: a permission of an application, such as feedback:read.
    #[arg(value_name = "ACTION", value_parser = action)]
    action: Action,
    /// To what: its type and id, such as feedback/f-101.
    #[arg(value_name = "RESOURCE", value_parser = resource)]
    resource: Resource,
    /// The application's id or its audience, where several have this permission.
    #[arg(long, value_name = "APPLICATION")]
    application: Option<String>,
    /// What is known of the resource, such as region=emea: text, or JSON. May be said several times. The organisation is the own one unless it
    /// is said.
    #[arg(long = "with", value_name = "NAME=VALUE", value_parser = property)]
    properties: Vec<(String, Value)>,
    /// What the application would tell besides, for policies. May be said several times.
    #[arg(long = "context", value_name = "NAME=VALUE", value_parser = property)]
    context: Vec<(String, Value)>,
}

fn action(text: &str) -> Result<Action, UnfitWord> {
    Action::new(text.to_owned())
}

fn resource(text: &str) -> Result<Resource, String> {
    let (kind, id) = text.split_once('/').unwrap_or_default();
    Resource::new(kind.to_owned(), id.to_owned(), serde_json::Map::new())
        .map_err(|wrong| format!("write a type and an id, such as feedback/f-101: {wrong}"))
}

pub(super) fn property(text: &str) -> Result<(String, Value), &'static str> {
    let (name, value) = text
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or("write a name and a value, such as region=emea")?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
    Ok((name.to_owned(), value))
}

impl Asked {
    /// What is asked for, of an application that people of the organisation may use.
    pub(super) async fn meant(
        self,
        op: &mut Op,
        organisation: OrganisationId,
    ) -> Result<Access, CommandError> {
        let meant = (self.action.as_str(), self.application.as_deref());
        let application = access::application_with(op, organisation, meant).await??;
        let mut resource = self.resource;
        resource.properties = self.properties.into_iter().collect();
        let context = self.context.into_iter().collect();
        Ok(Access::new(application, self.action, resource, context))
    }
}
