//! `doorward issuer`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::command::Place;
use super::error::CommandError;
use super::{house, output};
use crate::client::trusted_issuer::{self, IssuerKeys, TrustedIssuer};
use crate::domain::OrganisationId;
use crate::op::Op;
use crate::person;

#[derive(Debug, Subcommand)]
pub(super) enum IssuerCommand {
    /// Let an organisation trust an issuer of assertions: a Kubernetes cluster, a CI system, a SPIFFE trust domain.
    ///
    /// The file is JSON: issuer, jwks or `jwks_uri`, algorithms, rules, and if need be audiences, `longest_age` and reusable, as
    /// docs/oauth/grants.md tells. The issuer of a SPIFFE trust domain is `spiffe://` and its name, its keys are its bundle. An
    /// issuer of the same name is replaced.
    #[command(after_help = "Example:\n  doorward issuer add --organisation northbeam ./issuer.json")]
    Add(Add),
    /// List the issuers that an organisation trusts.
    #[command(after_help = "Example:\n  doorward issuer list --organisation northbeam --json")]
    List(List),
    /// Trust an issuer no more. Tokens that came of its assertions live on until they expire.
    #[command(
        after_help = "Example:\n  doorward issuer remove --organisation northbeam https://kubernetes.default.svc"
    )]
    Remove(Remove),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The short name of the organisation.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// The issuer, as JSON.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// The short name of the organisation.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// Print one JSON array, with keys and rules.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Remove {
    /// The short name of the organisation.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// The issuer, as `doorward issuer list` shows it.
    #[arg(value_name = "ISSUER")]
    issuer: String,
    #[command(flatten)]
    place: Place,
}

/// Runs one of them.
pub(super) async fn run(command: IssuerCommand) -> Result<(), CommandError> {
    let place = match &command {
        IssuerCommand::Add(arguments) => &arguments.place,
        IssuerCommand::List(arguments) => &arguments.place,
        IssuerCommand::Remove(arguments) => &arguments.place,
    };
    let house = house::open(place.load()?).await?;
    let mut op = house::act(&house);
    let done = match command {
        IssuerCommand::Add(arguments) => add(&mut op, &arguments).await,
        IssuerCommand::List(arguments) => list(&mut op, &arguments).await,
        IssuerCommand::Remove(arguments) => remove(&mut op, &arguments).await,
    };
    let done = match done {
        Ok(line) => op.commit().await.map(|()| line).map_err(CommandError::from),
        Err(error) => {
            // A connection that it holds would keep the database open.
            drop(op);
            Err(error)
        }
    };
    house::close(&house).await;
    done.map(output::line)
}

async fn organisation(op: &mut Op, slug: &str) -> Result<OrganisationId, CommandError> {
    let found = person::find_organisation_by_slug(op, slug).await?;
    found.map(|found| found.id).ok_or(CommandError::NoOrganisation)
}

async fn add(op: &mut Op, arguments: &Add) -> Result<String, CommandError> {
    let path = &arguments.file;
    let text = std::fs::read_to_string(path).map_err(|source| CommandError::File {
        path: path.clone(),
        source,
    })?;
    let new: TrustedIssuer = serde_json::from_str(&text).map_err(CommandError::IssuerFile)?;
    let organisation = organisation(op, &arguments.organisation).await?;
    trusted_issuer::add(op, organisation, &new).await?;
    Ok(format!("trusts {}", new.issuer))
}

async fn list(op: &mut Op, arguments: &List) -> Result<String, CommandError> {
    let organisation = organisation(op, &arguments.organisation).await?;
    let trusted = trusted_issuer::list(op, organisation).await?;
    if arguments.json {
        return Ok(serde_json::to_string(&trusted)?);
    }
    if trusted.is_empty() {
        return Ok("the organisation trusts no issuer".to_owned());
    }
    let mut lines = vec!["rules  keys  issuer".to_owned()];
    lines.extend(trusted.iter().map(|one| {
        let keys = match &one.keys {
            IssuerKeys::Known(set) => set.keys.len().to_string(),
            IssuerKeys::Published(_) => "uri".to_owned(),
        };
        format!("{:>5}  {keys:>4}  {}", one.rules.len(), one.issuer)
    }));
    Ok(lines.join("\n"))
}

async fn remove(op: &mut Op, arguments: &Remove) -> Result<String, CommandError> {
    let organisation = organisation(op, &arguments.organisation).await?;
    if trusted_issuer::remove(op, organisation, &arguments.issuer).await? {
        Ok(format!("trusts {} no more", arguments.issuer))
    } else {
        Err(CommandError::NoIssuer)
    }
}
