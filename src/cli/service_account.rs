//! `doorward service-account`: accounts as which clients act when nobody lets them.

use clap::{Args, Subcommand};
use serde_json::json;

use super::client::on;
use super::command::Whose;
use super::error::CommandError;
use super::output;
use super::person::organisation;
use crate::domain::PersonStatus;
use crate::op::Op;
use crate::person::{self, NewServiceAccount, ServiceAccount};

#[derive(Debug, Subcommand)]
pub(super) enum ServiceAccountCommand {
    /// Make a service account. Its id is printed: the `service_account_id` of a client that acts by `client_credentials`.
    ///
    /// It holds nothing until it is given a role: `doorward grant give service_account:NAME`.
    #[command(
        after_help = "Example:\n  doorward service-account add --organisation northbeam ledger --purpose \"Books what was sold\""
    )]
    Add(Add),
    /// List the service accounts of an organisation, by name.
    #[command(after_help = "Example:\n  doorward service-account list --organisation northbeam")]
    List(List),
    /// Switch a service account off: what was given out to it is worthless at once.
    #[command(
        after_help = "Example:\n  doorward service-account disable --organisation northbeam ledger --reason \"not used any more\""
    )]
    Disable(Switch),
    /// Switch a service account on again. What it holds is there again; tokens are asked for anew.
    #[command(
        after_help = "Example:\n  doorward service-account enable --organisation northbeam ledger --reason \"needed for the audit\""
    )]
    Enable(Switch),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// Its name, without blanks.
    #[arg(value_name = "NAME")]
    name: String,
    /// What it is for, in plain words.
    #[arg(long, value_name = "TEXT")]
    purpose: String,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    whose: Whose,
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Switch {
    /// Its name.
    #[arg(value_name = "NAME")]
    name: String,
    /// Why; kept in the audit log.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    whose: Whose,
}

/// Runs one of them.
pub(super) async fn run(command: ServiceAccountCommand) -> Result<(), CommandError> {
    let line = match command {
        ServiceAccountCommand::Add(arguments) => add(arguments).await?,
        ServiceAccountCommand::List(arguments) => list(arguments).await?,
        ServiceAccountCommand::Disable(arguments) => switch(arguments, PersonStatus::Disabled).await?,
        ServiceAccountCommand::Enable(arguments) => switch(arguments, PersonStatus::Active).await?,
    };
    output::line(line);
    Ok(())
}

async fn add(arguments: Add) -> Result<String, CommandError> {
    let whose = arguments.whose;
    let id = on(whose.place, async |op| {
        let new = NewServiceAccount {
            organisation_id: organisation(op, &whose.organisation).await?,
            name: arguments.name,
            purpose: arguments.purpose,
            attributes: serde_json::Map::new(),
        };
        Ok(person::create_service_account(op, new).await?)
    });
    Ok(id.await?.to_string())
}

async fn list(arguments: List) -> Result<String, CommandError> {
    let whose = arguments.whose;
    let all = on(whose.place, async |op| {
        let organisation = organisation(op, &whose.organisation).await?;
        let mut all: Vec<ServiceAccount> = Vec::new();
        loop {
            let after = all.last().map(|last| last.name.clone());
            let page = person::list_service_accounts(op, organisation, after.as_deref()).await?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
    })
    .await?;
    if arguments.json {
        let told = |one: &ServiceAccount| json!({ "id": one.id, "name": one.name, "purpose": one.purpose, "status": one.status });
        return Ok(serde_json::to_string(&all.iter().map(told).collect::<Vec<_>>())?);
    }
    if all.is_empty() {
        return Ok("there are no service accounts".to_owned());
    }
    let told = |one: &ServiceAccount| {
        let state = match one.status {
            PersonStatus::Active => String::new(),
            other => format!(" ({other})"),
        };
        format!("{}  {}{state}: {}", one.id, one.name, one.purpose)
    };
    Ok(all.iter().map(told).collect::<Vec<_>>().join("\n"))
}

async fn switch(arguments: Switch, to: PersonStatus) -> Result<String, CommandError> {
    let whose = arguments.whose;
    on(whose.place, async |op: &mut Op| {
        let organisation = organisation(op, &whose.organisation).await?;
        let found = person::service_account_called(op, organisation, &arguments.name).await?;
        let found = found.ok_or(CommandError::NoServiceAccount)?;
        Ok(person::switch_service_account(op, &found, to, &arguments.reason).await?)
    })
    .await?;
    Ok(match to {
        PersonStatus::Active => "the service account is on",
        _ => "the service account is off",
    }
    .to_owned())
}
