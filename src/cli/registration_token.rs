//! `doorward client registration-token`.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::client::{decide, on};
use super::command::Place;
use super::error::CommandError;
use super::output;
use super::policy_options::PolicyOptions;
use crate::client::{self, NewRegistrationToken, Policy};
use crate::domain::RegistrationTokenId;
use crate::op::Op;

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Make a token, printed once. Without further words its clients may sign people in, and wait for approval.
    #[command(
        after_help = "Example:\n  doorward client registration-token add --organisation northbeam --name \"Partner portal\" \\\n      --redirect-host portal.example --uses 1 --days 7"
    )]
    Add(Box<Add>),
    /// List the tokens, without their values.
    #[command(after_help = "Example:\n  doorward client registration-token list")]
    List(List),
    /// End a token at once. Clients that were registered by it stay.
    #[command(
        after_help = "Example:\n  doorward client registration-token revoke 0190a0b0-0000-7000-8000-000000000000"
    )]
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// What the token is for.
    #[arg(long)]
    name: String,
    #[command(flatten)]
    policy: PolicyOptions,
    /// Its clients begin at once, without approval.
    #[arg(long)]
    approved: bool,
    /// How many clients can be registered by it. [default: any number]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    uses: Option<u32>,
    /// It ends after so many days. [default: never]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3_650))]
    days: Option<u32>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The token's id, as `doorward client registration-token list` shows it.
    #[arg(value_name = "ID")]
    id: RegistrationTokenId,
    #[command(flatten)]
    place: Place,
}

/// So many days.
pub(super) fn days(count: u32) -> Duration {
    Duration::from_hours(24) * count
}

/// Runs one of them.
pub(super) async fn run(command: TokenCommand) -> Result<(), CommandError> {
    match command {
        TokenCommand::Add(arguments) => {
            let place = Place::clone(&arguments.place);
            let token = on(place, async |op| add(op, *arguments).await).await?;
            output::line(token);
            Ok(())
        }
        TokenCommand::List(arguments) => {
            let json = arguments.json;
            on(arguments.place, async |op| list(op, json).await).await
        }
        TokenCommand::Revoke(arguments) => {
            let revoke = async |op: &mut Op| Ok(client::revoke_registration_token(op, arguments.id).await?);
            decide(arguments.place, revoke, CommandError::NoToken).await
        }
    }
}

async fn add(op: &mut Op, arguments: Add) -> Result<String, CommandError> {
    let policy = arguments.policy.policy(op, Policy::plain).await?;
    let policy = Policy {
        approval: !arguments.approved,
        ..policy
    };
    let new = NewRegistrationToken {
        name: arguments.name,
        policy,
        uses: arguments.uses,
        life: arguments.days.map(days),
    };
    let (_, token) = client::create_registration_token(op, new).await?;
    Ok(token.expose().to_owned())
}

async fn list(op: &mut Op, json: bool) -> Result<(), CommandError> {
    let found = client::list_registration_tokens(op).await?;
    if json {
        output::line(serde_json::to_string(&found)?);
        return Ok(());
    }
    if found.is_empty() {
        output::line("there are no registration tokens");
        return Ok(());
    }
    output::line(format_args!(
        "{:<36}  {:<9}  {:<27}  name",
        "id", "uses left", "ends"
    ));
    for one in found {
        let uses = one.uses_left.map_or("any".to_owned(), |left| left.to_string());
        let end = one.expires_at.map_or("–".to_owned(), |end| end.to_string());
        output::line(format_args!("{:<36}  {uses:<9}  {end:<27}  {}", one.id, one.name));
    }
    Ok(())
}
