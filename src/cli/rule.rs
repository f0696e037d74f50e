//! `doorward rule`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::command::Whose;
use super::error::CommandError;
use super::rule_told as told;
use super::{house, input, output};
use crate::domain::{
    ClientId, Country, DeviceStanding, OrganisationId, RuleId, RuleMode, Scopes, Timestamp, rfc3339,
};
use crate::factor::{rules, second};
use crate::op::Op;
use crate::person;
use crate::rule::{self, Aim, Change, Definition, NewException, RuleSet, Situation};

#[derive(Debug, Subcommand)]
pub(super) enum RuleCommand {
    /// List the rules of an organisation in their order: who must use what at sign-in, and when.
    #[command(after_help = "Example:\n  doorward rule list --organisation northbeam")]
    List(List),
    /// List the changes of the rules, the newest first; or the rules as they were at one revision.
    #[command(
        after_help = "Example:\n  doorward rule history --organisation northbeam\n  doorward rule history --organisation northbeam --revision 3"
    )]
    History(History),
    /// Draft a rule out of a file of JSON, as docs/rules.md tells. It does nothing until it is switched on.
    #[command(after_help = "Example:\n  doorward rule add --organisation northbeam ./rule.json")]
    Add(Add),
    /// Give a rule another definition. It counts at once, if the rule is on.
    #[command(
        after_help = "Example:\n  doorward rule change --organisation northbeam \"Passkey for export\" ./rule.json"
    )]
    Change(Define),
    /// Move a rule to another place; 1 is the first.
    #[command(
        after_help = "Example:\n  doorward rule move --organisation northbeam \"Passkey for export\" 1"
    )]
    Move(Move),
    /// Switch a rule: `draft` does nothing, `report` says in the log what it would have asked, `on` asks it.
    ///
    /// Refused if nobody, or no administrator, would get in any more.
    #[command(
        after_help = "Example:\n  doorward rule switch --organisation northbeam \"Passkey for export\" on"
    )]
    Switch(Switch),
    /// Let a rule pass over a person until the end of a day, a year ahead at most. It ends by itself; `rule list` shows it.
    #[command(
        after_help = "Example:\n  doorward rule except --organisation northbeam \"Passkey for export\" ada@northbeam.example \\\n      --until 2026-12-31 --reason \"Waits for the new key\""
    )]
    Except(Except),
    /// End the exception of a person from a rule before its day.
    #[command(
        after_help = "Example:\n  doorward rule readmit --organisation northbeam \"Passkey for export\" ada@northbeam.example"
    )]
    Readmit(Readmit),
    /// Remove a rule.
    #[command(
        after_help = "Example:\n  doorward rule remove --organisation northbeam \"Passkey for export\""
    )]
    Remove(Name),
    /// Say what would have become of the sign-ins of the last 30 days if a rule were on.
    #[command(
        after_help = "Example:\n  doorward rule replay --organisation northbeam \"Passkey for export\""
    )]
    Replay(Replay),
    /// Add up what a rule that only reports would have asked since it was switched to that, of the last 30 days at most.
    #[command(
        after_help = "Example:\n  doorward rule report --organisation northbeam \"Passkey for export\""
    )]
    Report(Replay),
    /// Say what the rules ask of a person, and why each applies or not.
    #[command(
        after_help = "Example:\n  doorward rule check --organisation northbeam ada@northbeam.example --client feedback-desk"
    )]
    Check(Check),
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    whose: Whose,
    /// Print one JSON object with all that is known of them.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct History {
    #[command(flatten)]
    whose: Whose,
    /// Print the rules as they were at this revision.
    #[arg(long, value_name = "NUMBER")]
    revision: Option<i64>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Add {
    #[command(flatten)]
    whose: Whose,
    /// The place in the list; 1 is the first. Without it the rule becomes the last.
    #[arg(long, value_name = "PLACE")]
    at: Option<usize>,
    /// The definition, as JSON; `-` reads standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Name {
    #[command(flatten)]
    whose: Whose,
    /// The name or the id of the rule.
    #[arg(value_name = "RULE")]
    rule: String,
}

#[derive(Debug, Args)]
pub(super) struct Define {
    #[command(flatten)]
    name: Name,
    /// The definition, as JSON; `-` reads standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Move {
    #[command(flatten)]
    name: Name,
    #[arg(value_name = "PLACE")]
    place: usize,
}

#[derive(Debug, Args)]
pub(super) struct Switch {
    #[command(flatten)]
    name: Name,
    /// `draft`, `report` or `on`.
    #[arg(value_name = "MODE", value_parser = mode)]
    mode: RuleMode,
}

#[derive(Debug, Args)]
pub(super) struct Except {
    #[command(flatten)]
    readmit: Readmit,
    /// The last day on which it holds, in UTC.
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Timestamp,
    /// Why; it is kept, and everybody who may see rules sees it.
    #[arg(long, value_name = "REASON")]
    reason: String,
}

#[derive(Debug, Args)]
pub(super) struct Readmit {
    #[command(flatten)]
    name: Name,
    /// The user name of the person.
    #[arg(value_name = "USERNAME")]
    username: String,
}

#[derive(Debug, Args)]
pub(super) struct Replay {
    #[command(flatten)]
    name: Name,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    whose: Whose,
    /// The user name of the person.
    #[arg(value_name = "USERNAME")]
    username: String,
    /// The client for which they sign in.
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    /// The scopes that it asks for.
    #[arg(long, value_name = "SCOPES", default_value = "")]
    scope: String,
    /// From where.
    #[arg(long, value_name = "ADDRESS")]
    address: Option<std::net::IpAddr>,
    /// From which country, by its two letters; without it, from that of the address.
    #[arg(long, value_name = "COUNTRY", value_parser = country)]
    country: Option<Country>,
    /// On which device: `new`, `known` or `trusted`.
    #[arg(long, value_name = "DEVICE", value_parser = device, default_value = "known")]
    device: DeviceStanding,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

fn mode(word: &str) -> Result<RuleMode, String> {
    RuleMode::parse(word).ok_or_else(|| "say draft, report or on".to_owned())
}

fn day(text: &str) -> Result<Timestamp, String> {
    rfc3339::day(text).ok_or_else(|| "write a day like 2026-12-31".to_owned())
}

fn country(code: &str) -> Result<Country, String> {
    Country::parse(code).ok_or_else(|| "say its two letters in capitals, like DE".to_owned())
}

fn device(word: &str) -> Result<DeviceStanding, String> {
    DeviceStanding::parse(word).ok_or_else(|| "say new, known or trusted".to_owned())
}

impl RuleCommand {
    fn whose(&self) -> &Whose {
        match self {
            Self::List(arguments) => &arguments.whose,
            Self::History(arguments) => &arguments.whose,
            Self::Add(arguments) => &arguments.whose,
            Self::Change(arguments) => &arguments.name.whose,
            Self::Move(arguments) => &arguments.name.whose,
            Self::Switch(arguments) => &arguments.name.whose,
            Self::Except(arguments) => &arguments.readmit.name.whose,
            Self::Readmit(arguments) => &arguments.name.whose,
            Self::Remove(arguments) => &arguments.whose,
            Self::Replay(arguments) | Self::Report(arguments) => &arguments.name.whose,
            Self::Check(arguments) => &arguments.whose,
        }
    }
}

/// Runs one of them.
pub(super) async fn run(command: RuleCommand) -> Result<(), CommandError> {
    let house = house::open(command.whose().place.load()?).await?;
    let mut op = house::act(&house);
    let done = match act(&mut op, &command).await {
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

async fn act(op: &mut Op, command: &RuleCommand) -> Result<String, CommandError> {
    let slug = &command.whose().organisation;
    let found = person::find_organisation_by_slug(op, slug).await?;
    let organisation = found.map(|found| found.id).ok_or(CommandError::NoOrganisation)?;
    let set = rule::current(op, organisation).await?;
    let change = match command {
        RuleCommand::List(arguments) => {
            return Ok(if arguments.json {
                told::list_as_json(&set)
            } else {
                told::list(&set, op.now)
            });
        }
        RuleCommand::History(arguments) => return history(op, organisation, arguments).await,
        RuleCommand::Replay(arguments) => return replay(op, &set, arguments).await,
        RuleCommand::Report(arguments) => return report(op, &set, arguments).await,
        RuleCommand::Check(arguments) => return check(op, organisation, arguments).await,
        RuleCommand::Add(arguments) => {
            let at = arguments.at.map(|place| place.saturating_sub(1));
            Change::Add(input::json::<Definition>(&arguments.file)?, at)
        }
        RuleCommand::Change(arguments) => Change::Define(
            find(&set, &arguments.name)?,
            input::json::<Definition>(&arguments.file)?,
        ),
        RuleCommand::Move(arguments) => {
            Change::Move(find(&set, &arguments.name)?, arguments.place.saturating_sub(1))
        }
        RuleCommand::Switch(arguments) => Change::Switch(find(&set, &arguments.name)?, arguments.mode),
        RuleCommand::Except(arguments) => {
            let new = NewException {
                person: arguments.readmit.username.clone(),
                last_day: arguments.until,
                reason: arguments.reason.clone(),
            };
            Change::Except(find(&set, &arguments.readmit.name)?, new)
        }
        RuleCommand::Readmit(arguments) => {
            Change::Readmit(find(&set, &arguments.name)?, arguments.username.clone())
        }
        RuleCommand::Remove(arguments) => Change::Remove(find(&set, arguments)?),
    };
    let changed = rules::change(op, organisation, Some(set.revision), change).await??;
    Ok(told::list(&changed, op.now))
}

fn find(set: &RuleSet, name: &Name) -> Result<RuleId, CommandError> {
    let found = set.find(&name.rule);
    found
        .map(|rule| rule.id)
        .ok_or(CommandError::Rule(rule::Refusal::Unknown))
}

async fn history(
    op: &mut Op,
    organisation: OrganisationId,
    arguments: &History,
) -> Result<String, CommandError> {
    let Some(revision) = arguments.revision else {
        let found = rule::history(op, organisation, None).await?;
        return Ok(if arguments.json {
            serde_json::to_string(&found)?
        } else {
            told::history(&found)
        });
    };
    let found = rule::at_revision(op, organisation, revision).await?;
    let stored = found.ok_or(CommandError::NoRevision)?;
    Ok(if arguments.json {
        told::list_as_json(&stored.set)
    } else {
        told::list(&stored.set, stored.changed_at)
    })
}

async fn replay(op: &mut Op, set: &RuleSet, arguments: &Replay) -> Result<String, CommandError> {
    let rule = find(set, &arguments.name)?;
    let candidate = rule::draft(set, rule).ok_or(CommandError::Rule(rule::Refusal::Unknown))?;
    let factors = second::of_organisation(op, set.organisation_id).await?;
    let replay = rule::replay(op, (&candidate, rule), &factors)
        .await?
        .map_err(rule::Refusal::from)?;
    if arguments.json {
        return Ok(serde_json::to_string(&replay)?);
    }
    Ok(told::replay(&replay))
}

async fn report(op: &mut Op, set: &RuleSet, arguments: &Replay) -> Result<String, CommandError> {
    let rule = find(set, &arguments.name)?;
    let factors = second::of_organisation(op, set.organisation_id).await?;
    let report = rule::report(op, set, rule, &factors).await??;
    if arguments.json {
        return Ok(serde_json::to_string(&report)?);
    }
    Ok(told::report(&report))
}

async fn check(op: &mut Op, organisation: OrganisationId, arguments: &Check) -> Result<String, CommandError> {
    let person = person::find_named_within(op, organisation, &arguments.username).await?;
    let person = person.ok_or(CommandError::NoPerson)?;
    let client = arguments.client.as_deref().map(ClientId::parse).transpose();
    let client = client.map_err(|_| CommandError::NoClient)?;
    let scopes = Scopes::parse(&arguments.scope).map_err(CommandError::Scope)?;
    let aim = Aim {
        client: client.as_ref(),
        scopes: &scopes,
    };
    let from = (arguments.address, arguments.country);
    let situation = Situation::supposed(&op.house, from, arguments.device, op.now);
    let checked = rule::check(op, person.id, aim, &situation)
        .await?
        .ok_or(CommandError::NoPerson)?;
    if arguments.json {
        return Ok(checked.told().to_string());
    }
    Ok(told::check(&checked))
}
