//! `doorward grant`: give roles, look at what was given, end it.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::client::on;
use super::command::Place;
use super::error::CommandError;
use super::output;
use super::person::{named, organisation};
use super::why;
use crate::access::{self, AccessError, Holder, NewGrant, Period};
use crate::decision;
use crate::domain::{
    AccessGrantId, GrantSource, GroupId, GroupKind, OrganisationId, Subject, Timestamp, rfc3339,
};
use crate::op::Op;

const DAY: Duration = Duration::from_hours(24);

#[derive(Debug, Subcommand)]
pub(super) enum GrantCommand {
    /// Give a role to a person or a group, everywhere or within departments, regions and teams. The id of the grant is printed.
    ///
    /// It begins and ends by itself, to the second, in every running server. Of several places of one kind any is enough; of different kinds all
    /// are needed.
    #[command(
        after_help = "Example:\n  doorward grant give maria.keller@northbeam.example support_agent --within region:turkiye \\\n      --until 2026-12-31 --reason \"Stands in for Deniz\"\n  doorward grant give --organisation northbeam team:care support_agent --reason \"Their work\""
    )]
    Give(Give),
    /// List what a person was given and has not ended: by itself, or through groups.
    #[command(after_help = "Example:\n  doorward grant list maria.keller@northbeam.example --json")]
    List(List),
    /// End a grant now, before its time.
    #[command(
        after_help = "Example:\n  doorward grant end --organisation northbeam 01a21d28-ba5e-72e9-9dac-75679cd09ece --reason \"Is back\""
    )]
    End(End),
}

#[derive(Debug, Args)]
pub(super) struct Give {
    /// A person's username, or a group as its kind and name, such as team:care.
    #[arg(value_name = "HOLDER")]
    holder: String,
    /// The name of the role.
    #[arg(value_name = "ROLE")]
    role: String,
    /// The short name of the organisation, which a group needs; a person has theirs.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// A department, region or team in which it counts, with those below, such as region:emea. May be said several times; without it: everywhere.
    #[arg(long, value_name = "KIND:NAME")]
    within: Vec<String>,
    /// From when on: a day (from its beginning, UTC) or a moment (RFC 3339). Without it: now.
    #[arg(long, value_name = "WHEN", value_parser = beginning)]
    from: Option<Timestamp>,
    /// Until when: a day (to its end, UTC) or a moment (RFC 3339). Without it: without end.
    #[arg(long, value_name = "WHEN", value_parser = end_of)]
    until: Option<Timestamp>,
    /// Why, for whoever reviews it.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// The person's username.
    #[arg(value_name = "PERSON")]
    username: String,
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct End {
    /// The id of the grant, as `doorward grant list` shows it.
    #[arg(value_name = "ID")]
    id: AccessGrantId,
    /// The short name of the organisation.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    place: Place,
}

const WHEN: &str = "write a day, such as 2026-12-31, or a moment, such as 2026-12-31T18:00:00Z";

fn beginning(text: &str) -> Result<Timestamp, &'static str> {
    rfc3339::day(text).or_else(|| rfc3339::moment(text)).ok_or(WHEN)
}

fn end_of(text: &str) -> Result<Timestamp, &'static str> {
    let day = rfc3339::day(text).map(|day| day.plus(DAY));
    day.or_else(|| rfc3339::moment(text)).ok_or(WHEN)
}

/// Runs one of them.
pub(super) async fn run(command: GrantCommand) -> Result<(), CommandError> {
    match command {
        GrantCommand::Give(arguments) => {
            let place = arguments.place.clone();
            let id = on(place, async |op| give(op, &arguments).await).await?;
            output::line(id);
        }
        GrantCommand::List(arguments) => {
            let place = arguments.place.clone();
            let listed = on(place, async |op| list(op, &arguments).await).await?;
            output::line(listed);
        }
        GrantCommand::End(arguments) => {
            let place = arguments.place.clone();
            on(place, async |op| {
                let organisation = organisation(op, &arguments.organisation).await?;
                Ok(access::end_grant(op, organisation, arguments.id, &arguments.reason).await?)
            })
            .await?;
            output::line("the grant is ended");
        }
    }
    Ok(())
}

async fn give(op: &mut Op, arguments: &Give) -> Result<AccessGrantId, CommandError> {
    let (organisation_id, holder) = holder(op, arguments).await?;
    let role = access::role_named(op, organisation_id, &arguments.role).await?;
    let role = role.ok_or(AccessError::RoleUnknown)?;
    let mut within = Vec::new();
    for label in &arguments.within {
        within.push(group(op, organisation_id, label).await?);
    }
    let period = Period {
        from: arguments.from.unwrap_or(op.now),
        until: arguments.until,
    };
    let grant = NewGrant {
        organisation_id,
        holder,
        role,
        within,
        period,
        reason: arguments.reason.trim().to_owned(),
        source: GrantSource::Direct,
    };
    Ok(access::give(op, grant).await?)
}

/// Whoever is to hold it, and their organisation.
async fn holder(op: &mut Op, arguments: &Give) -> Result<(OrganisationId, Holder), CommandError> {
    let slug = arguments.organisation.as_deref();
    if parted(&arguments.holder).is_some() {
        let organisation = organisation(op, slug.unwrap_or_default()).await?;
        let group = group(op, organisation, &arguments.holder).await?;
        return Ok((organisation, Holder::Group(group)));
    }
    let person = named(op, &arguments.holder).await?;
    if let Some(slug) = slug
        && organisation(op, slug).await? != person.organisation_id
    {
        return Err(CommandError::NoPerson);
    }
    Ok((
        person.organisation_id,
        Holder::Subject(Subject::Person(person.id)),
    ))
}

fn parted(label: &str) -> Option<(GroupKind, &str)> {
    let (kind, name) = label.split_once(':')?;
    Some((GroupKind::parse(kind)?, name))
}

async fn group(op: &mut Op, organisation: OrganisationId, label: &str) -> Result<GroupId, CommandError> {
    let found = match parted(label) {
        Some((kind, name)) => access::group_named(op, organisation, kind, name).await?,
        None => None,
    };
    Ok(found.ok_or(AccessError::GroupUnknown)?)
}

async fn list(op: &mut Op, arguments: &List) -> Result<String, CommandError> {
    let person = named(op, &arguments.username).await?;
    let grants = decision::grants(op, Subject::Person(person.id)).await?;
    if arguments.json {
        return Ok(serde_json::to_string(&grants)?);
    }
    if grants.is_empty() {
        return Ok(format!("nothing is given to {}", person.username));
    }
    let lines: Vec<String> = grants.iter().map(why::grant).collect();
    Ok(lines.join("\n"))
}
