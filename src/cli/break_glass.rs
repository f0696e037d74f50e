//! `doorward break-glass`: mark accounts for emergencies, and review what was done with them.

use std::sync::Arc;

use clap::{Args, Subcommand};

use super::command::Place;
use super::error::CommandError;
use super::person::{named, organisation};
use super::{house, output};
use crate::break_glass::{self, Use};
use crate::domain::{BreakGlassUseId, OrganisationId};
use crate::op::{House, Op};
use crate::person;

#[derive(Debug, Subcommand)]
pub(super) enum BreakGlassCommand {
    /// List the accounts for emergencies of an organisation, and what was done with them.
    #[command(after_help = "Example:\n  doorward break-glass list --organisation northbeam --json")]
    List(List),
    /// Mark an account as one for emergencies.
    ///
    /// Rules can leave it out (`"when": { "break_glass": false }`). Whatever is done with it is told to every administrator.
    #[command(
        after_help = "Example:\n  doorward break-glass mark glass@northbeam.example --reason \"passkey in the safe of the board room\""
    )]
    Mark(Mark),
    /// Take the mark from an account.
    #[command(
        after_help = "Example:\n  doorward break-glass unmark glass@northbeam.example --reason \"replaced\""
    )]
    Unmark(Mark),
    /// Note what was found of a use.
    #[command(
        after_help = "Example:\n  doorward break-glass review --organisation northbeam 01980a6e-3c52-7d4f-8a53-0f1c2d3e4f50 \\\n      --note \"the half-yearly try, by Ada\""
    )]
    Review(Review),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// The short name of the organisation.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Mark {
    /// The person's username.
    #[arg(value_name = "NAME")]
    username: String,
    /// Why; kept in the audit log.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Review {
    /// The short name of the organisation.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// The id of the use, as `doorward break-glass list` shows it.
    #[arg(value_name = "ID")]
    id: String,
    /// What you found; kept in the audit log.
    #[arg(long, value_name = "TEXT")]
    note: String,
    #[command(flatten)]
    place: Place,
}

/// Runs one of them.
pub(super) async fn run(command: BreakGlassCommand) -> Result<(), CommandError> {
    let place = match &command {
        BreakGlassCommand::List(arguments) => &arguments.place,
        BreakGlassCommand::Mark(arguments) | BreakGlassCommand::Unmark(arguments) => &arguments.place,
        BreakGlassCommand::Review(arguments) => &arguments.place,
    };
    let house = house::open(place.load()?).await?;
    let done = match &command {
        BreakGlassCommand::List(arguments) => list(&house, arguments).await,
        BreakGlassCommand::Mark(arguments) => mark(&house, arguments).await,
        BreakGlassCommand::Unmark(arguments) => unmark(&house, arguments).await,
        BreakGlassCommand::Review(arguments) => review(&house, arguments).await,
    };
    house::close(&house).await;
    done
}

async fn mark(house: &Arc<House>, arguments: &Mark) -> Result<(), CommandError> {
    let mut op = house::act(house);
    let person = named(&mut op, &arguments.username).await?;
    person::mark_break_glass(&mut op, &person, &arguments.reason).await?;
    op.commit().await?;
    output::line(format_args!("{} is an account for emergencies", person.username));
    Ok(())
}

async fn unmark(house: &Arc<House>, arguments: &Mark) -> Result<(), CommandError> {
    let mut op = house::act(house);
    let person = named(&mut op, &arguments.username).await?;
    break_glass::unmark(&mut op, &person, &arguments.reason).await?;
    op.commit().await?;
    output::line(format_args!("{} is an account like any other", person.username));
    Ok(())
}

async fn review(house: &Arc<House>, arguments: &Review) -> Result<(), CommandError> {
    let mut op = house::act(house);
    let organisation = organisation(&mut op, &arguments.organisation).await?;
    let id: BreakGlassUseId = arguments.id.parse().map_err(|_| break_glass::Refusal::Gone)?;
    let reviewed = break_glass::review(&mut op, organisation, id, &arguments.note).await;
    op.conclude(reviewed).await??;
    output::line("reviewed");
    Ok(())
}

/// An account as a list has it.
#[derive(Debug, serde::Serialize)]
struct Account {
    username: String,
    name: String,
    since: Option<String>,
    reason: String,
}

/// A use as a list has it.
#[derive(Debug, serde::Serialize)]
struct Row {
    id: String,
    username: String,
    act: &'static str,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// What was found; none while it waits for a review.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

impl Row {
    async fn of(op: &mut Op, organisation: OrganisationId, noted: Use) -> Result<Self, CommandError> {
        let person = person::find_within(op, organisation, noted.person).await?;
        Ok(Self {
            id: noted.id.to_string(),
            username: person
                .map(|person| person.username.to_string())
                .unwrap_or_default(),
            act: noted.act.as_str(),
            at: noted.used_at.to_string(),
            client: noted.client.map(|client| client.as_str().to_owned()),
            address: noted.address,
            note: noted.reviewed.map(|reviewed| reviewed.note),
        })
    }
}

#[derive(Debug, serde::Serialize)]
struct Told {
    accounts: Vec<Account>,
    uses: Vec<Row>,
}

async fn list(house: &Arc<House>, arguments: &List) -> Result<(), CommandError> {
    let mut op = house::act(house);
    let organisation = organisation(&mut op, &arguments.organisation).await?;
    let marked = person::list_break_glass(&mut op, organisation).await?;
    let accounts = marked.into_iter().map(|(person, reason)| Account {
        username: person.username.to_string(),
        name: person.name,
        since: person.break_glass_since.map(|since| since.to_string()),
        reason,
    });
    let mut told = Told {
        accounts: accounts.collect(),
        uses: Vec::new(),
    };
    for noted in break_glass::uses(&mut op, organisation).await? {
        told.uses.push(Row::of(&mut op, organisation, noted).await?);
    }
    if arguments.json {
        output::line(serde_json::to_string(&told)?);
        return Ok(());
    }
    if told.accounts.is_empty() && told.uses.is_empty() {
        output::line("no account is for emergencies, and none was used");
    }
    for account in &told.accounts {
        output::line(format_args!("account  {}  {}", account.username, account.reason));
    }
    for row in &told.uses {
        let state = if row.note.is_some() { "reviewed" } else { "waits" };
        let (id, at, act) = (&row.id, &row.at, row.act);
        output::line(format_args!("{state:<8}  {id}  {at}  {act:<7}  {}", row.username));
    }
    Ok(())
}
