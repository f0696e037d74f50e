//! `doorward client`.

use std::sync::Arc;

use clap::{Args, Subcommand};

use super::command::Place;
use super::error::CommandError;
use super::{client_file, house, output, registration_token};
use crate::client::{self, Approval};
use crate::domain::{ClientId, ClientStatus};
use crate::op::{House, Op, OpError};
use crate::person;

#[derive(Debug, Subcommand)]
pub(super) enum ClientCommand {
    /// Add a client, active at once: its id and its secret are printed once.
    ///
    /// The file holds the metadata that clients register themselves with, and what an administrator alone decides, as
    /// docs/oauth/registration.md tells. The options fill in and bound what it says.
    #[command(
        after_help = "Example:\n  doorward client add ./ledger.json --organisation northbeam --id ledger"
    )]
    Add(Box<client_file::Add>),
    /// Change a client: the members that the file names, and no others.
    #[command(after_help = "Example:\n  echo '{\"require_pkce\": false}' | doorward client change ledger -")]
    Change(client_file::Alter),
    /// List clients.
    #[command(after_help = "Example:\n  doorward client list --pending")]
    List(List),
    /// Show a client: what it has registered, and what it may.
    #[command(after_help = "Example:\n  doorward client show feedback-desk")]
    Show(Named),
    /// Let a client begin that has registered itself and waits.
    #[command(
        after_help = "Example:\n  doorward client approve c_Yb0aJx2m0d3b5bq7u8w9x0\n  doorward client approve c_Yb0aJx2m0d3b5bq7u8w9x0 --digest 5f0c…"
    )]
    Approve(Approve),
    /// Refuse a client that waits, for good.
    #[command(after_help = "Example:\n  doorward client refuse c_Yb0aJx2m0d3b5bq7u8w9x0")]
    Refuse(Named),
    /// Disable a client: it authenticates no more, and gets no more tokens.
    #[command(after_help = "Example:\n  doorward client disable feedback-desk")]
    Disable(Named),
    /// Add, list or remove the secrets of a client.
    #[command(subcommand)]
    Secret(SecretCommand),
    /// Make, list or revoke initial access tokens, with which clients register themselves.
    #[command(subcommand)]
    RegistrationToken(registration_token::TokenCommand),
}

#[derive(Debug, Subcommand)]
pub(super) enum SecretCommand {
    /// Give a client one more secret, printed once. Two live at once.
    #[command(after_help = "Example:\n  doorward client secret add feedback-desk --days 90")]
    Add(Add),
    /// List the secrets of a client, without their values.
    #[command(after_help = "Example:\n  doorward client secret list feedback-desk")]
    List(Named),
    /// End a secret at once.
    #[command(after_help = "Example:\n  doorward client secret remove feedback-desk 1f0a2b3c4d5e")]
    Remove(Remove),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Those only that wait for approval.
    #[arg(long)]
    pending: bool,
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Named {
    /// The client's id.
    #[arg(value_name = "ID", value_parser = client_id)]
    id: ClientId,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Approve {
    /// The client's id.
    #[arg(value_name = "ID", value_parser = client_id)]
    id: ClientId,
    /// The digest of what you have seen: a client that has changed meanwhile is not approved. Without it, the client is
    /// printed with its digest, and nothing is approved.
    #[arg(long)]
    digest: Option<String>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The client's id.
    #[arg(value_name = "ID", value_parser = client_id)]
    id: ClientId,
    /// It ends after so many days; without, never.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3_650))]
    days: Option<u32>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Remove {
    /// The client's id.
    #[arg(value_name = "ID", value_parser = client_id)]
    id: ClientId,
    /// The secret's id, as `doorward client secret list` shows it.
    #[arg(value_name = "SECRET")]
    secret: String,
    #[command(flatten)]
    place: Place,
}

pub(super) fn client_id(text: &str) -> Result<ClientId, String> {
    ClientId::parse(text).map_err(|error| error.to_string())
}

/// Runs one of them.
pub(super) async fn run(command: ClientCommand) -> Result<(), CommandError> {
    match command {
        ClientCommand::Add(arguments) => Box::pin(client_file::add(*arguments)).await,
        ClientCommand::Change(arguments) => Box::pin(client_file::change(arguments)).await,
        ClientCommand::List(arguments) => {
            let house = house::open(arguments.place.load()?).await?;
            let listed = list(&house, &arguments).await;
            house::close(&house).await;
            listed
        }
        ClientCommand::Show(named) => on(named.place, async |op| show(op, &named.id).await).await,
        ClientCommand::Approve(arguments) => approve(arguments).await,
        ClientCommand::Refuse(named) => {
            let refuse = async |op: &mut Op| Ok(client::refuse(op, &named.id).await?);
            decide(named.place, refuse, CommandError::NotWaiting).await
        }
        ClientCommand::Disable(named) => {
            let disable = async |op: &mut Op| Ok(client::disable(op, &named.id).await?);
            decide(named.place, disable, CommandError::NoClient).await
        }
        ClientCommand::Secret(SecretCommand::Add(add)) => {
            let life = add.days.map(super::registration_token::days);
            let add_secret = async |op: &mut Op| Ok(client::add_secret(op, &add.id, life).await?);
            let secret = on(add.place, add_secret).await?;
            output::line(secret.expose());
            Ok(())
        }
        ClientCommand::Secret(SecretCommand::List(named)) => {
            on(named.place, async |op| secrets(op, &named.id).await).await
        }
        ClientCommand::Secret(SecretCommand::Remove(remove)) => {
            let end = async |op: &mut Op| Ok(client::remove_secret(op, &remove.id, &remove.secret).await?);
            decide(remove.place, end, CommandError::NoSecret).await
        }
        ClientCommand::RegistrationToken(command) => Box::pin(registration_token::run(command)).await,
    }
}

/// One act of the operator.
pub(super) async fn on<T>(
    place: Place,
    act: impl AsyncFnOnce(&mut Op) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let house = house::open(place.load()?).await?;
    let outcome = acted(&house, act).await;
    house::close(&house).await;
    outcome
}

async fn acted<T>(
    house: &Arc<House>,
    act: impl AsyncFnOnce(&mut Op) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let mut op = house::act(house);
    let outcome = act(&mut op).await?;
    op.commit().await?;
    Ok(outcome)
}

/// An act that finds nothing to be done on says so.
pub(super) async fn decide(
    place: Place,
    act: impl AsyncFnOnce(&mut Op) -> Result<bool, CommandError>,
    nothing: CommandError,
) -> Result<(), CommandError> {
    if on(place, act).await? {
        Ok(())
    } else {
        Err(nothing)
    }
}

async fn list(house: &Arc<House>, arguments: &List) -> Result<(), CommandError> {
    let mut op = house::act(house);
    let mut found = Vec::new();
    if arguments.pending {
        found = client::pending(&mut op).await?;
    } else {
        for organisation in person::list_organisations(&mut op).await? {
            found.extend(client::list(&mut op, organisation.id).await?);
        }
    }
    if arguments.json {
        let all: Vec<_> = found.iter().map(client::shown).collect();
        output::line(serde_json::to_string(&all)?);
        return Ok(());
    }
    if found.is_empty() {
        output::line(if arguments.pending {
            "no client waits for approval"
        } else {
            "there are no clients"
        });
        return Ok(());
    }
    output::line(format_args!(
        "{:<9}  {:<20}  {:<32}  name",
        "status", "method", "id"
    ));
    for one in &found {
        output::line(format_args!(
            "{:<9}  {:<20}  {:<32}  {}",
            one.status, one.auth_method, one.id, one.name
        ));
    }
    Ok(())
}

async fn show(op: &mut Op, id: &ClientId) -> Result<(), CommandError> {
    let found = client::find(op, id).await?.ok_or(CommandError::NoClient)?;
    output::line(serde_json::to_string_pretty(&client::shown(&found))?);
    Ok(())
}

/// Approves what was seen, and nothing else: both times, the client is printed.
async fn approve(arguments: Approve) -> Result<(), CommandError> {
    let (id, seen) = (arguments.id, arguments.digest);
    let act = async |op: &mut Op| {
        let found = client::find(op, &id).await?.ok_or(CommandError::NotWaiting)?;
        if found.status != ClientStatus::Pending {
            return Err(CommandError::NotWaiting);
        }
        output::line(serde_json::to_string_pretty(&client::shown(&found))?);
        let Some(seen) = &seen else {
            return Err(CommandError::NotSeen(client::digest(&found)));
        };
        match client::approve(op, &id, seen).await? {
            Approval::Approved => Ok(()),
            Approval::Changed => Err(CommandError::ChangedMeanwhile),
            Approval::NotWaiting => Err(CommandError::NotWaiting),
        }
    };
    on(arguments.place, act).await
}

async fn secrets(op: &mut Op, id: &ClientId) -> Result<(), CommandError> {
    let moment = |at: Option<crate::domain::Timestamp>| at.map_or("–".to_owned(), |at| at.to_string());
    let found: Result<_, OpError> = client::list_secrets(op, id).await;
    let found = found?;
    if found.is_empty() {
        output::line("the client has no secret");
        return Ok(());
    }
    output::line(format_args!(
        "{:<12}  {:<27}  {:<27}  last used",
        "id", "made", "ends"
    ));
    for one in found {
        output::line(format_args!(
            "{:<12}  {:<27}  {:<27}  {}",
            one.id,
            one.created_at,
            moment(one.expires_at),
            moment(one.last_used_at)
        ));
    }
    Ok(())
}
