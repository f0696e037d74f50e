//! `doorward person recover`, `agree`, `recovery-rule`, `passes` and `take-back`: links by which people set up how they sign in.

use std::sync::Arc;

use clap::Args;

use super::command::Place;
use super::error::CommandError;
use super::person::{named, organisation};
use super::{house, output};
use crate::domain::{PassId, RecoveryNeedsTwo, Username};
use crate::enrolment::{self, Asked, Delivery, Issued};
use crate::op::House;
use crate::person;

#[derive(Debug, Args)]
pub(super) struct Recover {
    /// The person's username.
    #[arg(value_name = "NAME")]
    username: String,
    /// Why, and how you know that it is they; kept in the audit log.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Print the link instead of sending it, to be handed over. Where an administrator has to agree first there is none to print.
    #[arg(long)]
    show: bool,
    #[command(flatten)]
    pub(super) place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Agree {
    /// The short name of the organisation.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// The id of what was asked for, as `doorward person passes` shows it.
    #[arg(value_name = "ID")]
    id: String,
    /// Print the link instead of sending it, to be handed over.
    #[arg(long)]
    show: bool,
    #[command(flatten)]
    pub(super) place: Place,
}

#[derive(Debug, Args)]
pub(super) struct RecoveryRule {
    /// The short name of the organisation.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// Whose recovery needs two from now on: `nobody`, `administrators` (whoever holds a right over Doorward) or `everybody`.
    #[arg(long, value_name = "WHOSE", value_parser = needs_two)]
    needs_two: Option<RecoveryNeedsTwo>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    pub(super) place: Place,
}

fn needs_two(text: &str) -> Result<RecoveryNeedsTwo, String> {
    let words = RecoveryNeedsTwo::ALL.iter().map(|one| one.as_str());
    let words = words.collect::<Vec<_>>().join(", ");
    RecoveryNeedsTwo::parse(text).ok_or_else(|| format!("it is one of {words}"))
}

#[derive(Debug, Args)]
pub(super) struct Passes {
    /// The short name of the organisation.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    pub(super) place: Place,
}

#[derive(Debug, Args)]
pub(super) struct TakeBack {
    /// The short name of the organisation.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// The id of the link, as `doorward person passes` shows it.
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    pub(super) place: Place,
}

/// How a link comes to its person.
pub(super) const fn delivery(show: bool) -> Delivery {
    if show { Delivery::Shown } else { Delivery::Mail }
}

/// Says where the link is, or that it is on its way.
pub(super) fn tell(username: &Username, issued: &Issued) {
    let until = issued.expires_at;
    match &issued.link {
        Some(link) => {
            output::line(format_args!(
                "{username} sets up how they sign in, until {until}, at"
            ));
            output::line(link.expose());
        }
        None => output::line(format_args!("{username} gets a link by mail, good until {until}")),
    }
}

/// Asks for help for somebody.
pub(super) async fn recover(house: &Arc<House>, arguments: &Recover) -> Result<(), CommandError> {
    let mut op = house::act(house);
    let person = named(&mut op, &arguments.username).await?;
    let asked = enrolment::help(&mut op, &person, &arguments.reason, delivery(arguments.show)).await;
    match op.conclude(asked).await?? {
        Asked::Issued(issued) => tell(&person.username, &issued),
        Asked::Waits(id) => {
            output::line(format_args!("{id} waits for an administrator to agree"));
            output::line(
                "there is no link before they do, in the console (then it goes to the person by mail) or by `doorward person agree`, which prints it with --show",
            );
        }
    }
    Ok(())
}

/// Agrees to what an administrator has asked for.
pub(super) async fn agree(house: &Arc<House>, arguments: &Agree) -> Result<(), CommandError> {
    let id: PassId = arguments.id.parse().map_err(|_| CommandError::NoPass)?;
    let mut op = house::act(house);
    let organisation = organisation(&mut op, &arguments.organisation).await?;
    let asked = enrolment::find_open(&mut op, organisation, id).await?;
    let asked = asked.ok_or(CommandError::NoPass)?;
    let found = person::find(&mut op, asked.person).await?;
    let person = found.ok_or(CommandError::NoPerson)?;
    let agreed = enrolment::agree(&mut op, organisation, id, delivery(arguments.show)).await;
    let issued = op.conclude(agreed).await??;
    tell(&person.username, &issued);
    Ok(())
}

/// Changes before whose recovery two have to agree, if that is asked, and shows it.
pub(super) async fn recovery_rule(house: &Arc<House>, arguments: &RecoveryRule) -> Result<(), CommandError> {
    let mut op = house::act(house);
    let organisation = organisation(&mut op, &arguments.organisation).await?;
    if let Some(needs_two) = arguments.needs_two {
        let done = enrolment::set_recovery_rule(&mut op, organisation, needs_two).await;
        op.conclude(done).await??;
        op = house::act(house);
    }
    let rule = enrolment::recovery_rule(&mut op, organisation).await?;
    if arguments.json {
        output::line(serde_json::to_string(&rule)?);
        return Ok(());
    }
    output::line(format_args!(
        "two have to agree before the recovery of: {}",
        rule.needs_two
    ));
    if let (Some(asked), Some(at)) = (rule.asked, rule.lowered_at) {
        output::line(format_args!("from {at} on: {asked}"));
    }
    output::line(format_args!("the installation asks it of: {}", rule.least));
    Ok(())
}

/// Lists those that are good, or wait.
pub(super) async fn list(house: &Arc<House>, arguments: &Passes) -> Result<(), CommandError> {
    let mut op = house::act(house);
    let organisation = organisation(&mut op, &arguments.organisation).await?;
    let (mut told, mut after) = (Vec::new(), None);
    loop {
        let (passes, next) = enrolment::list(&mut op, organisation, after).await?;
        told.extend(passes);
        if next.is_none() {
            break;
        }
        after = next;
    }
    if arguments.json {
        output::line(serde_json::to_string(&told)?);
        return Ok(());
    }
    if told.is_empty() {
        output::line("no link is good, and none waits");
    }
    for one in &told {
        let (id, state, purpose, until) = (one.id, one.state.as_str(), one.purpose.as_str(), one.expires_at);
        let name = &one.username;
        output::line(format_args!("{id}  {state:<6}  {purpose:<10}  {until}  {name}"));
    }
    Ok(())
}

/// Takes one back.
pub(super) async fn take_back(house: &Arc<House>, arguments: &TakeBack) -> Result<(), CommandError> {
    let id: PassId = arguments.id.parse().map_err(|_| CommandError::NoOpenPass)?;
    let mut op = house::act(house);
    let organisation = organisation(&mut op, &arguments.organisation).await?;
    let ended = enrolment::take_back(&mut op, organisation, id).await;
    if !op.conclude(ended).await? {
        return Err(CommandError::NoOpenPass);
    }
    output::line("the link is taken back");
    Ok(())
}
