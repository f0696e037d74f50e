//! `doorward who`: who may do something, and by what.

use clap::Args;
use serde_json::json;

use super::asked::Asked;
use super::client::on;
use super::command::Place;
use super::error::CommandError;
use super::output;
use super::person::organisation;
use crate::access::{self, Able};
use crate::decision::{Found, Part, Who};
use crate::domain::SubjectKind;
use crate::op::Op;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    asked: Asked,
    /// The short name of the organisation whose people are asked about.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// Service accounts instead of people.
    #[arg(long)]
    service_accounts: bool,
    /// How many are told at most, up to 1000.
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    limit: u16,
    /// Go on after this id, with which the part before has ended.
    #[arg(long, value_name = "ID")]
    after: Option<String>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// Decides about each who can be permitted it, and prints those who are.
pub(super) async fn run(arguments: Arguments) -> Result<(), CommandError> {
    let (place, json) = (arguments.place.clone(), arguments.json);
    let found = on(place, async |op| permitted(op, arguments).await).await?;
    output::line(if json {
        json!({ "results": found.results, "next": found.next }).to_string()
    } else {
        as_text(&found)
    });
    Ok(())
}

async fn permitted(op: &mut Op, arguments: Arguments) -> Result<Found<Able>, CommandError> {
    let organisation = organisation(op, &arguments.organisation).await?;
    let kind = if arguments.service_accounts {
        SubjectKind::ServiceAccount
    } else {
        SubjectKind::Person
    };
    let who = Who {
        organisation,
        kind,
        access: arguments.asked.meant(op, organisation).await?,
        part: Part {
            after: arguments.after,
            limit: usize::from(arguments.limit),
        },
    };
    Ok(access::who(op, who).await?)
}

fn as_text(found: &Found<Able>) -> String {
    let line = |one: &Able| {
        let name = one.username.as_ref().unwrap_or(&one.name);
        format!("{name}  {}", one.because.join(", "))
    };
    let mut lines: Vec<String> = found.results.iter().map(line).collect();
    match &found.next {
        Some(next) => lines.push(format!("there may be more: --after {next}")),
        None if lines.is_empty() => lines.push("nobody".to_owned()),
        None => {}
    }
    lines.join("\n")
}
