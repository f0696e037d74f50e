//! `doorward role`: what roles give, and to whom their holders may give what.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::changing::{change, changed};
use super::client::on;
use super::command::Whose;
use super::error::CommandError;
use super::person::organisation;
use super::{input, output};
use crate::access::{self, AccessError, NewRole, Role, RoleDocument};
use crate::domain::OrganisationId;
use crate::op::Op;

#[derive(Debug, Subcommand)]
pub(super) enum RoleCommand {
    /// List the roles of an organisation.
    #[command(after_help = "Example:\n  doorward role list --organisation northbeam --json")]
    List(List),
    /// Show a role as the JSON document that `doorward role add` and `change` read.
    #[command(after_help = "Example:\n  doorward role show --organisation northbeam support_agent")]
    Show(Show),
    /// Add a role. Its id is printed.
    ///
    /// The file is JSON: title, and if need be purpose, permissions, rights, includes, `may_give`, owner, risk, requestable, `longest_days`,
    /// `review_days` and `second_factor`, as docs/access.md tells.
    #[command(
        after_help = "Example:\n  doorward role add --organisation northbeam team_lead ./team_lead.json --preview"
    )]
    Add(Define),
    /// Change a role for all who hold it. The file has the members that change; null takes one back.
    #[command(
        after_help = "Example:\n  doorward role change --organisation northbeam team_lead ./longer.json --preview"
    )]
    Change(Define),
    /// Remove a role that was never given, and that no other role speaks of.
    #[command(after_help = "Example:\n  doorward role remove --organisation northbeam team_lead")]
    Remove(Remove),
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
pub(super) struct Show {
    /// The name of the role.
    #[arg(value_name = "ROLE")]
    role: String,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(super) struct Define {
    /// The name of the role.
    #[arg(value_name = "ROLE")]
    role: String,
    /// What it is to be, as JSON; `-` reads standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Change nothing: print who would get and lose which permission.
    #[arg(long)]
    preview: bool,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(super) struct Remove {
    /// The name of the role.
    #[arg(value_name = "ROLE")]
    role: String,
    #[command(flatten)]
    whose: Whose,
}

/// Runs one of them.
pub(super) async fn run(command: RoleCommand) -> Result<(), CommandError> {
    match command {
        RoleCommand::List(arguments) => list(arguments).await,
        RoleCommand::Show(arguments) => show(arguments).await,
        RoleCommand::Add(arguments) => add(arguments).await,
        RoleCommand::Change(arguments) => alter(arguments).await,
        RoleCommand::Remove(arguments) => remove(arguments).await,
    }
}

async fn list(arguments: List) -> Result<(), CommandError> {
    let Whose {
        organisation: slug,
        place,
    } = arguments.whose;
    let told = on(place, async |op| {
        let organisation = organisation(op, &slug).await?;
        let all = access::roles(op, organisation).await?;
        let mut told = Vec::new();
        for role in &all {
            let document = access::role_document(op, &all, role).await?;
            told.push(json!({ "id": role.id, "name": role.name, "about": document }));
        }
        if arguments.json {
            return Ok(serde_json::to_string(&told)?);
        }
        let lines: Vec<String> = all.iter().map(line).collect();
        if lines.is_empty() {
            return Ok("there are no roles".to_owned());
        }
        Ok(lines.join("\n"))
    });
    output::line(told.await?);
    Ok(())
}

fn line(role: &Role) -> String {
    let about = &role.about;
    let given = about.permissions.len().saturating_add(about.rights.len());
    format!(
        "{}  {}  {} risk  {}{}",
        role.name,
        about.title,
        about.risk,
        output::count(given, "permission"),
        if about.includes.is_empty() {
            String::new()
        } else {
            format!(", with those of {}", output::count(about.includes.len(), "role"))
        }
    )
}

async fn show(arguments: Show) -> Result<(), CommandError> {
    let Whose {
        organisation: slug,
        place,
    } = arguments.whose;
    let told = on(place, async |op| {
        let organisation = organisation(op, &slug).await?;
        let (_, document) = found(op, organisation, &arguments.role).await?;
        Ok(serde_json::to_string_pretty(&document)?)
    });
    output::line(told.await?);
    Ok(())
}

async fn found(
    op: &mut Op,
    organisation: OrganisationId,
    name: &str,
) -> Result<(Role, RoleDocument), AccessError> {
    let all = access::roles(op, organisation).await?;
    let role = all.iter().find(|role| role.name == name);
    let role = role.ok_or_else(|| AccessError::Unnamed("role", name.to_owned()))?;
    let document = access::role_document(op, &all, role).await?;
    Ok((role.clone(), document))
}

async fn add(arguments: Define) -> Result<(), CommandError> {
    let Whose {
        organisation: slug,
        place,
    } = arguments.whose;
    let document: RoleDocument = input::json(&arguments.file)?;
    let act = async |op: &mut Op, organisation_id| {
        let about = access::role_about(op, organisation_id, document).await?;
        let name = arguments.role;
        access::create_role(
            op,
            NewRole {
                organisation_id,
                name,
                about,
            },
        )
        .await
    };
    let whose = async |op: &mut Op| Ok((organisation(op, &slug).await?, op.now));
    change((place, arguments.preview), whose, act, |id| id.to_string()).await
}

async fn alter(arguments: Define) -> Result<(), CommandError> {
    let Whose {
        organisation: slug,
        place,
    } = arguments.whose;
    let members: Map<String, Value> = input::json(&arguments.file)?;
    let act = async |op: &mut Op, organisation| {
        let (role, document) = found(op, organisation, &arguments.role).await?;
        let document = access::patched(&document, members).map_err(AccessError::Document)?;
        let about = access::role_about(op, organisation, document).await?;
        access::change_role(op, organisation, role.id, about).await
    };
    let whose = async |op: &mut Op| Ok((organisation(op, &slug).await?, op.now));
    change((place, arguments.preview), whose, act, changed).await
}

async fn remove(arguments: Remove) -> Result<(), CommandError> {
    let Whose {
        organisation: slug,
        place,
    } = arguments.whose;
    on(place, async |op| {
        let organisation = organisation(op, &slug).await?;
        let (role, _) = found(op, organisation, &arguments.role).await?;
        Ok(access::remove_role(op, organisation, role.id).await?)
    })
    .await?;
    output::line("removed");
    Ok(())
}
