//! `doorward grant`: give roles, look at what was given, end it.

use clap::{Args, Subcommand};

use super::changing::change;
use super::client::on;
use super::command::Place;
use super::error::CommandError;
use super::output;
use super::person::{named, organisation};
use super::when::{When, beginning, end_of};
use super::why;
use crate::access::{self, AccessError, NewGrant, Period};
use crate::client;
use crate::decision;
use crate::domain::{AccessGrantId, GrantSource, OrganisationId};
use crate::op::Op;

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
    /// List what a person, a service account or a client was given and has not ended: by itself, or through groups.
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
    /// A person's username, a group as its kind and name, such as team:care, `service_account:NAME`, or `client:ID`: a client holds what its service account holds, and is given one if it has none.
    #[arg(value_name = "HOLDER")]
    holder: String,
    /// The name of the role.
    #[arg(value_name = "ROLE")]
    role: String,
    /// The short name of the organisation, which a group or service account needs; a person or client has theirs.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// A department, region, team or project in which it counts, with those below, such as region:emea. May be said several times; without it: everywhere.
    #[arg(long, value_name = "KIND:NAME")]
    within: Vec<String>,
    /// From when on: a day (from its beginning, UTC), a moment (RFC 3339), or +2m, +8h, +30d from now. Without it: now.
    #[arg(long, value_name = "WHEN", value_parser = beginning)]
    from: Option<When>,
    /// Until when: a day (to its end, UTC), a moment (RFC 3339), or +2m, +8h, +30d from now. Without it: without end.
    #[arg(long, value_name = "WHEN", value_parser = end_of)]
    until: Option<When>,
    /// Why, for whoever reviews it.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Change nothing: print who would get and lose which permission.
    #[arg(long)]
    preview: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// A person's username, `service_account:NAME`, or `client:ID`.
    #[arg(value_name = "HOLDER")]
    holder: String,
    /// The short name of the organisation, which a service account needs; a person or client has theirs.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
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

/// Runs one of them.
pub(super) async fn run(command: GrantCommand) -> Result<(), CommandError> {
    match command {
        GrantCommand::Give(arguments) => {
            let (place, preview) = (arguments.place.clone(), arguments.preview);
            let at = |op: &Op| {
                arguments
                    .from
                    .map_or(op.now, |from| from.moment(op.now).max(op.now))
            };
            let whose = async |op: &mut Op| {
                let said = arguments.organisation.as_deref();
                Ok((home(op, said, &arguments.holder).await?, at(op)))
            };
            let act = async |op: &mut Op, organisation| give(op, organisation, &arguments).await;
            change((place, preview), whose, act, |id| id.to_string()).await?;
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

async fn give(
    op: &mut Op,
    organisation_id: OrganisationId,
    arguments: &Give,
) -> Result<AccessGrantId, AccessError> {
    let role = access::role_named(op, organisation_id, &arguments.role).await?;
    let role = role.ok_or_else(|| AccessError::Unnamed("role", arguments.role.clone()))?;
    let mut within = Vec::new();
    for label in &arguments.within {
        within.push(access::group_labelled(op, organisation_id, label).await?);
    }
    let grant = NewGrant {
        organisation_id,
        holder: client::holder(op, organisation_id, &arguments.holder).await?,
        role,
        within,
        period: Period {
            from: arguments.from.map_or(op.now, |from| from.moment(op.now)),
            until: arguments.until.map(|until| until.moment(op.now)),
        },
        reason: arguments.reason.trim().to_owned(),
        source: GrantSource::Direct,
    };
    access::give(op, grant).await
}

/// The organisation that is said, or that of the person or client that is named.
async fn home(op: &mut Op, said: Option<&str>, holder: &str) -> Result<OrganisationId, CommandError> {
    if let Some(slug) = said {
        return organisation(op, slug).await;
    }
    if client::names_client(holder) {
        return client::organisation_of(op, holder)
            .await?
            .ok_or(CommandError::NoClient);
    }
    if access::group_label(holder).is_some() || holder.starts_with(SERVICE_ACCOUNT) {
        return Err(CommandError::NoOrganisation);
    }
    Ok(named(op, holder).await?.organisation_id)
}

/// Names of service accounts are their organisation's own.
const SERVICE_ACCOUNT: &str = "service_account:";

async fn list(op: &mut Op, arguments: &List) -> Result<String, CommandError> {
    let organisation = home(op, arguments.organisation.as_deref(), &arguments.holder).await?;
    let subject = client::subject(op, organisation, &arguments.holder).await?;
    let grants = decision::grants(op, subject).await?;
    if arguments.json {
        return Ok(serde_json::to_string(&grants)?);
    }
    if grants.is_empty() {
        return Ok(format!("nothing is given to {}", arguments.holder));
    }
    let lines: Vec<String> = grants.iter().map(why::grant).collect();
    Ok(lines.join("\n"))
}
