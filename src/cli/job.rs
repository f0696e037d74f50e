//! `doorward job`: what is left to do.

use std::sync::Arc;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

use super::command::Place;
use super::error::CommandError;
use super::{house, output};
use crate::domain::{JobState, Timestamp};
use crate::job::{self, JobSummary};
use crate::op::House;

#[derive(Debug, Subcommand)]
pub(super) enum JobCommand {
    /// List jobs: calls to applications that are waiting, done, or given up.
    ///
    /// The newest first, at most 500. What is done or was given up stays for a week.
    #[command(after_help = "Example:\n  doorward job list --state dead --json")]
    List(List),
    /// Try a job that was given up again, from the beginning.
    #[command(after_help = "Example:\n  doorward job retry 01980a6e-3c52-7d4f-8a53-0f1c2d3e4f50")]
    Retry(Retry),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Only jobs of this state.
    #[arg(long, value_parser = states())]
    state: Option<String>,
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Retry {
    /// The job's id, as `doorward job list` shows it.
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    place: Place,
}

fn states() -> PossibleValuesParser {
    PossibleValuesParser::new(JobState::ALL.iter().map(|one| one.as_str()))
}

/// Runs one of them.
pub(super) async fn run(command: JobCommand) -> Result<(), CommandError> {
    match command {
        JobCommand::List(arguments) => {
            let house = house::open(arguments.place.load()?).await?;
            let listed = list(&house, &arguments).await;
            house::close(&house).await;
            listed
        }
        JobCommand::Retry(arguments) => {
            let house = house::open(arguments.place.load()?).await?;
            let retried = retry(&house, &arguments.id).await;
            house::close(&house).await;
            retried
        }
    }
}

async fn list(house: &Arc<House>, arguments: &List) -> Result<(), CommandError> {
    let state = arguments.state.as_deref().and_then(JobState::parse);
    let jobs = job::list(&mut house::act(house), state).await?;
    if arguments.json {
        output::line(serde_json::to_string(&jobs)?);
        return Ok(());
    }
    if jobs.is_empty() {
        output::line("there are no such jobs");
        return Ok(());
    }
    output::line(row(["state", "attempts", "next or ended", "name", "id"], ""));
    for one in &jobs {
        let reason = one.reason.as_deref().unwrap_or_default();
        output::line(row(
            [
                one.state.as_str(),
                &one.attempts.to_string(),
                &moment(one),
                &one.name,
                &one.id.to_string(),
            ],
            reason,
        ));
    }
    Ok(())
}

async fn retry(house: &Arc<House>, id: &str) -> Result<(), CommandError> {
    let id = id.parse().map_err(|_| CommandError::NoJob)?;
    let mut op = house::act(house);
    let found = job::retry(&mut op, id).await;
    if op.conclude(found).await? {
        output::line(format_args!("{id} is tried again"));
        Ok(())
    } else {
        Err(CommandError::NoJob)
    }
}

fn row([state, attempts, moment, name, id]: [&str; 5], reason: &str) -> String {
    let line = format!("{state:<7}  {attempts:<8}  {moment:<20}  {name:<26}  {id}  {reason}");
    line.trim_end().to_owned()
}

/// To the second.
fn moment(job: &JobSummary) -> String {
    let at: Timestamp = job.finished_at.unwrap_or(job.next_at);
    let text = at.to_string();
    match text.split_once('.') {
        Some((seconds, _)) => format!("{seconds}Z"),
        None => text,
    }
}
