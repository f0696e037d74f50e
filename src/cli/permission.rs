//! `doorward permission`: what an application lets be done.

use clap::{Args, Subcommand};

use super::application::{find, named};
use super::changing::{change, changed};
use super::client::on;
use super::command::Place;
use super::error::CommandError;
use super::output;
use crate::access::{self, AccessError, Application, PermissionAbout, PermissionDocument};
use crate::domain::Sensitivity;
use crate::op::Op;

#[derive(Debug, Subcommand)]
pub(super) enum PermissionCommand {
    /// Add a permission to an application. Nobody has it until a role gives it.
    #[command(
        after_help = "Example:\n  doorward permission add https://ledger.example ledger:close --title \"Close a month\" \\\n      --purpose \"Nothing of the month changes any more. For whoever answers for the books.\" --sensitivity critical"
    )]
    Add(Add),
    /// Change what is said of a permission: its title, its purpose, how much harm it can do. What is not said stays.
    #[command(
        after_help = "Example:\n  doorward permission change https://ledger.example ledger:close --sensitivity sensitive"
    )]
    Change(Change),
    /// Remove a permission that no role gives, and of which no policy and no type of authorization details speaks.
    ///
    /// Clients may go on asking for it; they get it no more.
    #[command(
        after_help = "Example:\n  doorward permission remove https://ledger.example ledger:close --preview"
    )]
    Remove(Remove),
}

/// Which permission of which application.
#[derive(Debug, Args)]
struct Meant {
    /// The application's id or its audience.
    #[arg(value_name = "APPLICATION")]
    application: String,
    /// Its name, which is a scope too: an area and a verb with a colon between, such as feedback:read.
    #[arg(value_name = "PERMISSION")]
    name: String,
}

#[derive(Debug, Args)]
pub(super) struct Add {
    #[command(flatten)]
    meant: Meant,
    /// What people call it.
    #[arg(long, value_name = "TEXT")]
    title: String,
    /// What it lets a person do, and why one would need it.
    #[arg(long, value_name = "TEXT")]
    purpose: String,
    /// How much harm it can do: `normal`, `sensitive` or `critical`.
    #[arg(long, value_name = "WORD", value_parser = sensitivity, default_value = "normal")]
    sensitivity: Sensitivity,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Change {
    #[command(flatten)]
    meant: Meant,
    /// What people call it.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// What it lets a person do, and why one would need it.
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,
    /// How much harm it can do: `normal`, `sensitive` or `critical`.
    #[arg(long, value_name = "WORD", value_parser = sensitivity)]
    sensitivity: Option<Sensitivity>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Remove {
    #[command(flatten)]
    meant: Meant,
    /// Remove nothing: say whether it could be removed.
    #[arg(long)]
    preview: bool,
    #[command(flatten)]
    place: Place,
}

fn sensitivity(word: &str) -> Result<Sensitivity, &'static str> {
    Sensitivity::parse(word).ok_or("say normal, sensitive or critical")
}

/// Runs one of them.
pub(super) async fn run(command: PermissionCommand) -> Result<(), CommandError> {
    match command {
        PermissionCommand::Add(arguments) => add(arguments).await,
        PermissionCommand::Change(arguments) => alter(arguments).await,
        PermissionCommand::Remove(arguments) => remove(arguments).await,
    }
}

async fn add(arguments: Add) -> Result<(), CommandError> {
    let document = PermissionDocument {
        name: arguments.meant.name,
        title: arguments.title,
        purpose: arguments.purpose,
        sensitivity: arguments.sensitivity,
    };
    on(arguments.place, async |op| {
        let found = find(op, &arguments.meant.application).await?;
        let new = document.meant()?;
        Ok(access::add_permission(op, found.organisation_id, found.id, new).await?)
    })
    .await?;
    output::line("added");
    Ok(())
}

async fn alter(arguments: Change) -> Result<(), CommandError> {
    let name = arguments.meant.name;
    let done = on(arguments.place, async |op| {
        let found = find(op, &arguments.meant.application).await?;
        let before = present(op, &found, &name).await?;
        let about = PermissionAbout {
            title: arguments.title.unwrap_or(before.title),
            purpose: arguments.purpose.unwrap_or(before.purpose),
            sensitivity: arguments.sensitivity.unwrap_or(before.sensitivity),
        };
        let (of, meant) = (found.organisation_id, (found.id, name.as_str()));
        Ok(access::change_permission(op, of, meant, about).await?)
    });
    output::line(changed(done.await?));
    Ok(())
}

async fn present(op: &mut Op, of: &Application, name: &str) -> Result<PermissionAbout, CommandError> {
    let all = access::permissions(op, of.id).await?;
    let found = all.iter().find(|one| one.name == name);
    let found = found.ok_or_else(|| AccessError::PermissionUnknown(name.to_owned()))?;
    Ok(found.about())
}

async fn remove(arguments: Remove) -> Result<(), CommandError> {
    let Meant { application, name } = arguments.meant;
    let whose = async |op: &mut Op| Ok((find(op, &application).await?.organisation_id, op.now));
    let act = async |op: &mut Op, organisation| {
        let found = named(op, &application)
            .await?
            .ok_or(AccessError::ApplicationUnknown)?;
        access::remove_permission(op, organisation, (found.id, &name)).await
    };
    let told = |()| "removed".to_owned();
    change((arguments.place, arguments.preview), whose, act, told).await
}
