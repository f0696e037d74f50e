//! `doorward client add` and `doorward client change`: clients as JSON documents.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::client::{client_id, on};
use super::command::Place;
use super::error::CommandError;
use super::policy_options::PolicyOptions;
use super::{input, output};
use crate::client::{self, Administered, Change, Document, Policy};
use crate::domain::{ClientId, Secret};
use crate::op::Op;

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The client's metadata (RFC 7591) as JSON, and what administrators alone decide; `-` reads standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The id that the client gets. [default: one of chance]
    #[arg(long, value_name = "ID", value_parser = client_id)]
    id: Option<ClientId>,
    #[command(flatten)]
    policy: PolicyOptions,
    /// Print one JSON object: the client, with its secret.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Alter {
    /// The client's id.
    #[arg(value_name = "ID", value_parser = client_id)]
    id: ClientId,
    /// The members that change, as JSON; `null` takes one back. `-` reads standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print one JSON object: the client as it is now.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// Registers a client.
pub(super) async fn add(arguments: Add) -> Result<(), CommandError> {
    let document: Document = input::json(&arguments.file)?;
    let policy = arguments.policy;
    let act = async |op: &mut Op| {
        let usual = |organisation| Policy::of_administrator(organisation, &document);
        let policy = policy.policy(op, usual).await?;
        let added = client::add(op, &policy, arguments.id.clone(), document.clone()).await?;
        added.map_err(CommandError::Metadata)
    };
    let added = on(arguments.place, act).await?;
    if !arguments.json {
        output::line(format_args!("client_id      {}", added.client.id));
    }
    tell(&added, arguments.json)
}

/// Changes a client.
pub(super) async fn change(arguments: Alter) -> Result<(), CommandError> {
    let document: Document = input::json(&arguments.file)?;
    let act = async |op: &mut Op| match client::change(op, &arguments.id, document).await? {
        Change::Done(done) => Ok(done),
        Change::Refused(refusal) => Err(CommandError::Metadata(refusal)),
        Change::Meanwhile => Err(CommandError::ChangedMeanwhile),
        Change::Unknown => Err(CommandError::NoClient),
    };
    let done = on(arguments.place, act).await?;
    tell(&done, arguments.json)
}

fn tell(done: &Administered, as_json: bool) -> Result<(), CommandError> {
    for name in &done.ignored {
        output::note(format_args!("note: {name} means nothing here and was left out"));
    }
    let secret = done.secret.as_ref().map(Secret::expose);
    if as_json {
        let mut shown = client::shown(&done.client);
        shown.extend(secret.map(|secret| ("client_secret".to_owned(), json!(secret))));
        output::line(serde_json::to_string(&shown)?);
    } else if let Some(secret) = secret {
        output::line(format_args!("client_secret  {secret}"));
    }
    Ok(())
}
