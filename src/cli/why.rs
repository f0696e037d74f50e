//! `doorward why`: may somebody do something, why, and what would turn it.

use clap::Args;
use serde_json::Value;

use super::client::on;
use super::command::Place;
use super::error::CommandError;
use super::output;
use super::person::named;
use crate::access;
use crate::decision::{self, Cure, Explained, GrantTold, Question, State};
use crate::domain::{Subject, rfc3339};
use crate::op::Op;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The person's username.
    #[arg(value_name = "PERSON")]
    username: String,
    /// What is to be done: a permission of an application, such as feedback:read.
    #[arg(value_name = "ACTION")]
    action: String,
    /// To what: its type and id, such as feedback/f-101.
    #[arg(value_name = "RESOURCE", value_parser = resource)]
    resource: (String, String),
    /// The application's id or its audience, where several have this permission.
    #[arg(long, value_name = "APPLICATION")]
    application: Option<String>,
    /// What is known of the resource, such as region=emea: text, or JSON. May be said several times. The organisation is the person's own unless
    /// it is said.
    #[arg(long = "with", value_name = "NAME=VALUE", value_parser = property)]
    properties: Vec<(String, Value)>,
    /// What the application would tell besides, for policies. May be said several times.
    #[arg(long = "context", value_name = "NAME=VALUE", value_parser = property)]
    context: Vec<(String, Value)>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

fn resource(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('/') {
        Some((kind, id)) if !kind.is_empty() && !id.is_empty() => Ok((kind.to_owned(), id.to_owned())),
        _ => Err("write a type and an id, such as feedback/f-101"),
    }
}

fn property(text: &str) -> Result<(String, Value), &'static str> {
    let (name, value) = text
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or("write a name and a value, such as region=emea")?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
    Ok((name.to_owned(), value))
}

/// Decides, and prints why.
pub(super) async fn run(mut arguments: Arguments) -> Result<(), CommandError> {
    let (place, json) = (arguments.place.clone(), arguments.json);
    let told = on(place, async |op| explained(op, &mut arguments).await).await?;
    output::line(if json {
        serde_json::to_string(&told)?
    } else {
        as_text(&told)
    });
    Ok(())
}

async fn explained(op: &mut Op, arguments: &mut Arguments) -> Result<Explained, CommandError> {
    let person = named(op, &arguments.username).await?;
    let meant = (arguments.action.as_str(), arguments.application.as_deref());
    let application = access::application_with(op, person.organisation_id, meant).await??;
    let (resource_type, resource_id) = arguments.resource.clone();
    let question = Question {
        subject: Subject::Person(person.id),
        action: arguments.action.clone(),
        application,
        resource_type,
        resource_id,
        resource: arguments.properties.drain(..).collect(),
        context: arguments.context.drain(..).collect(),
    };
    Ok(decision::explain(op, question).await?)
}

fn as_text(told: &Explained) -> String {
    let decision = &told.decision;
    let answer = if decision.allowed { "yes" } else { "no" };
    let mut lines = vec![format!("{answer}: {}", decision.explanation)];
    lines.extend(told.grants.iter().map(grant));
    lines.extend(told.cures.iter().map(cure));
    lines.join("\n")
}

/// One grant in one line.
pub(super) fn grant(one: &GrantTold) -> String {
    let state = match one.state {
        State::Counts => "counts",
        State::Elsewhere => "counts elsewhere",
        State::Later => "has not begun",
    };
    let within = output::words(&one.within, "everywhere");
    let through = one.through.as_deref().unwrap_or("themselves");
    let until = one.until.map_or_else(
        || "without end".to_owned(),
        |until| format!("until {}", rfc3339::second(until)),
    );
    let from = rfc3339::second(one.from);
    format!(
        "grant {}  {}  {state}: in {within}, through {through}, from {from}, {until}; given by {}: {}",
        one.id, one.role, one.given_by, one.reason
    )
}

fn cure(one: &Cure) -> String {
    match one {
        Cure::Wait { grant, until } => {
            format!(
                "would turn it: to wait until {}, when the grant {grant} begins",
                rfc3339::second(*until)
            )
        }
        Cure::Give { roles, within } => {
            let within = output::words(within, "everywhere");
            format!(
                "would turn it: one of the roles {}, given in {within}",
                roles.join(", ")
            )
        }
        Cure::Policy { policies } => format!("would turn it: another policy than {}", policies.join(", ")),
        Cure::Activate => "would turn it: an account and an organisation that are active".to_owned(),
    }
}
