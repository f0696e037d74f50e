//! `doorward roll-out`.

use clap::{Args, Subcommand};
use serde_json::json;

use super::command::Whose;
use super::error::CommandError;
use super::{house, output};
use crate::domain::rfc3339;
use crate::op::Op;
use crate::person;
use crate::roll_out::{self, Coverage, RollOut, Share, Told};
use crate::rule::{self, RuleSet};

#[derive(Debug, Subcommand)]
pub(super) enum RollOutCommand {
    /// List the roll-outs of an organisation: its rules that ask people to set up a factor, and how many have it.
    ///
    /// `doorward rule add` drafts one (`then` is `enrol`), `rule switch` switches it on, `rule except` makes exceptions.
    #[command(after_help = "Example:\n  doorward roll-out list --organisation northbeam")]
    List(List),
    /// Say how far one is, by department and region, and who is left.
    #[command(
        after_help = "Example:\n  doorward roll-out show --organisation northbeam \"Passkey for everybody\""
    )]
    Show(Show),
    /// Remind everybody who is left by mail, at most once a day. A server that runs sends the mails.
    #[command(
        after_help = "Example:\n  doorward roll-out remind --organisation northbeam \"Passkey for everybody\""
    )]
    Remind(Name),
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
pub(super) struct Name {
    #[command(flatten)]
    whose: Whose,
    /// The name or the id of the rule.
    #[arg(value_name = "RULE")]
    rule: String,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    name: Name,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl RollOutCommand {
    fn whose(&self) -> &Whose {
        match self {
            Self::List(arguments) => &arguments.whose,
            Self::Show(arguments) => &arguments.name.whose,
            Self::Remind(arguments) => &arguments.whose,
        }
    }
}

/// Runs one of them.
pub(super) async fn run(command: RollOutCommand) -> Result<(), CommandError> {
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

async fn act(op: &mut Op, command: &RollOutCommand) -> Result<String, CommandError> {
    let slug = &command.whose().organisation;
    let found = person::find_organisation_by_slug(op, slug).await?;
    let organisation = found.map(|found| found.id).ok_or(CommandError::NoOrganisation)?;
    let set = rule::current(op, organisation).await?;
    match command {
        RollOutCommand::List(arguments) => list(op, &set, arguments.json).await,
        RollOutCommand::Show(arguments) => {
            let one = find(&set, &arguments.name)?;
            let coverage = roll_out::coverage(op, &set, &one).await?;
            Ok(if arguments.json {
                json!(Told::new(&one, coverage, op.now)).to_string()
            } else {
                told(&one, &coverage)
            })
        }
        RollOutCommand::Remind(arguments) => {
            let one = find(&set, arguments)?;
            roll_out::call(op, &set, &one).await??;
            Ok("everybody who is left will be reminded".to_owned())
        }
    }
}

fn find(set: &RuleSet, name: &Name) -> Result<RollOut, CommandError> {
    roll_out::find(set, &name.rule).ok_or(CommandError::NoRollOut)
}

async fn list(op: &mut Op, set: &RuleSet, json: bool) -> Result<String, CommandError> {
    let all = roll_out::all(set);
    let counted = roll_out::coverage_of_all(op, set, &all).await?;
    let told = all.iter().zip(counted);
    // The list says how many, not who.
    let told = told.map(|(one, coverage)| Told::new(one, coverage, op.now).without_names());
    let told: Vec<Told> = told.collect();
    if json {
        return Ok(json!(told).to_string());
    }
    if told.is_empty() {
        return Ok("no rule asks people to set up a factor".to_owned());
    }
    let mut lines = vec!["mode    have it  of     grace ends            roll-out".to_owned()];
    lines.extend(told.iter().map(|one| {
        let ends = one.ends_at.map(rfc3339::written).unwrap_or_default();
        let Share { people, has, .. } = one.all;
        let mode = one.mode.as_str();
        format!("{mode:<6}  {has:>7}  {people:<5}  {ends:<20}  {}", one.name)
    }));
    Ok(lines.join("\n"))
}

fn told(one: &RollOut, coverage: &Coverage) -> String {
    let ends = one.ends_at().map(rfc3339::written);
    let mut lines = vec![
        format!("{} ({})", one.rule.definition.name, one.rule.mode),
        match ends {
            Some(ends) => format!("the grace ends {ends}"),
            None => "it is not on".to_owned(),
        },
        "people  have it  excepted  left  where".to_owned(),
        row(coverage.all, "everybody"),
    ];
    lines.extend(coverage.groups.iter().map(|(group, share)| row(*share, group)));
    lines.extend(coverage.left.iter().map(|left| {
        let reminded = match (left.reminded_at, left.reachable) {
            (Some(at), _) => format!("reminded {}", rfc3339::written(at)),
            (None, true) => "not reminded".to_owned(),
            (None, false) => "no proven address".to_owned(),
        };
        let due = rfc3339::written(left.due);
        format!("left: {} ({}), until {due}, {reminded}", left.username, left.name)
    }));
    lines.join("\n")
}

fn row(share: Share, place: &str) -> String {
    let Share {
        people,
        has,
        excepted,
    } = share;
    format!(
        "{people:>6}  {has:>7}  {excepted:>8}  {:>4}  {place}",
        share.left()
    )
}
