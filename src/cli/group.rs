//! `doorward group`: departments, regions, teams, projects and other groups, and who is in them.

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::changing::change;
use super::client::on;
use super::command::Whose;
use super::error::CommandError;
use super::output;
use super::person::organisation;
use super::when::{When, beginning, end_of};
use crate::access::{self, AccessError, Group, GroupDocument, NewGroup, Period};
use crate::client;
use crate::domain::{GroupId, GroupKind, OrganisationId, Subject, Timestamp, rfc3339};
use crate::op::Op;
use crate::person;

#[derive(Debug, Subcommand)]
pub(super) enum GroupCommand {
    /// List the groups of an organisation, each below the one that it belongs to, with how many are in it.
    #[command(after_help = "Example:\n  doorward group list --organisation northbeam")]
    List(List),
    /// Show a group: what it is for, its end, its owners, and who is in it.
    #[command(after_help = "Example:\n  doorward group show --organisation northbeam region:emea")]
    Show(Show),
    /// Add a group. Its id is printed.
    ///
    /// Kinds are department, region, team, project and custom; groups of one kind stand below one another. What is given to a group, all in it and
    /// below it hold; with its end all of that ends.
    #[command(
        after_help = "Example:\n  doorward group add --organisation northbeam project:spring-launch --title \"Spring launch\" \\\n      --ends 2099-06-30 --owner maria.keller@northbeam.example"
    )]
    Add(Add),
    /// Change what is said of a group. What is not said stays as it is.
    #[command(
        after_help = "Example:\n  doorward group change --organisation northbeam project:spring-launch --ends 2099-07-31 --preview"
    )]
    Change(Change),
    /// Make a person or a service account a member of a group, for a time if need be.
    #[command(
        after_help = "Example:\n  doorward group join --organisation northbeam project:spring-launch maria.keller@northbeam.example --until 2099-06-15"
    )]
    Join(Join),
    /// Take somebody out of a group.
    #[command(
        after_help = "Example:\n  doorward group leave --organisation northbeam project:spring-launch maria.keller@northbeam.example"
    )]
    Leave(Leave),
}

#[derive(Debug, Args)]
struct Preview {
    /// Change nothing: print who would get and lose which permission.
    #[arg(long)]
    preview: bool,
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
    /// The kind and name of the group, such as region:emea.
    #[arg(value_name = "KIND:NAME")]
    group: String,
    #[command(flatten)]
    whose: Whose,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct About {
    /// What it is for, in plain words.
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,
    /// The name of the group of the same kind above it.
    #[arg(long, value_name = "NAME")]
    parent: Option<String>,
    /// When it ends, and all that is held through it: a day (to its end, UTC), a moment (RFC 3339), or +2m, +8h, +30d from now.
    #[arg(long, value_name = "WHEN", value_parser = end_of)]
    ends: Option<When>,
    /// The username of somebody who answers for it, and may say who is in it. May be said several times.
    #[arg(long = "owner", value_name = "PERSON")]
    owners: Vec<String>,
}

impl About {
    /// The members of a document that are said.
    fn members(&self, now: Timestamp) -> Map<String, Value> {
        let mut members = Map::new();
        let mut say = |name: &str, value: Value| members.insert(name.to_owned(), value);
        if let Some(purpose) = &self.purpose {
            say("purpose", json!(purpose));
        }
        if let Some(parent) = &self.parent {
            say(
                "parent",
                if parent.is_empty() {
                    Value::Null
                } else {
                    json!(parent)
                },
            );
        }
        if let Some(ends) = self.ends {
            say("ends_at", json!(rfc3339::written(ends.moment(now))));
        }
        if !self.owners.is_empty() {
            say("owners", json!(self.owners));
        }
        members
    }
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The kind and name of the group, such as project:spring-launch.
    #[arg(value_name = "KIND:NAME")]
    group: String,
    /// For people: Spring launch.
    #[arg(long, value_name = "TEXT")]
    title: String,
    #[command(flatten)]
    about: About,
    #[command(flatten)]
    preview: Preview,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(super) struct Change {
    /// The kind and name of the group.
    #[arg(value_name = "KIND:NAME")]
    group: String,
    /// For people: Spring launch.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    #[command(flatten)]
    about: About,
    /// It has no end any more.
    #[arg(long, conflicts_with = "ends")]
    endless: bool,
    #[command(flatten)]
    preview: Preview,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(super) struct Join {
    /// The kind and name of the group.
    #[arg(value_name = "KIND:NAME")]
    group: String,
    /// A person's username, or `service_account:NAME`.
    #[arg(value_name = "MEMBER")]
    member: String,
    /// From when on: a day (from its beginning, UTC), a moment (RFC 3339), or +2m, +8h, +30d from now. Without it: now.
    #[arg(long, value_name = "WHEN", value_parser = beginning)]
    from: Option<When>,
    /// Until when: a day (to its end, UTC), a moment (RFC 3339), or +2m, +8h, +30d from now. Without it: without end.
    #[arg(long, value_name = "WHEN", value_parser = end_of)]
    until: Option<When>,
    #[command(flatten)]
    preview: Preview,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(super) struct Leave {
    /// The kind and name of the group.
    #[arg(value_name = "KIND:NAME")]
    group: String,
    /// A person's username, or `service_account:NAME`.
    #[arg(value_name = "MEMBER")]
    member: String,
    #[command(flatten)]
    preview: Preview,
    #[command(flatten)]
    whose: Whose,
}

/// Runs one of them.
pub(super) async fn run(command: GroupCommand) -> Result<(), CommandError> {
    match command {
        GroupCommand::List(arguments) => list(arguments).await,
        GroupCommand::Show(arguments) => show(arguments).await,
        GroupCommand::Add(arguments) => add(arguments).await,
        GroupCommand::Change(arguments) => alter(arguments).await,
        GroupCommand::Join(arguments) => join(arguments).await,
        GroupCommand::Leave(arguments) => leave(arguments).await,
    }
}

async fn list(arguments: List) -> Result<(), CommandError> {
    let Whose {
        organisation: name,
        place,
    } = arguments.whose;
    let told = on(place, async |op| {
        let organisation = organisation(op, &name).await?;
        let groups = access::groups(op, organisation).await?;
        if !arguments.json {
            return Ok(tree(&groups));
        }
        let mut all = Vec::new();
        for (group, members) in &groups {
            let document = access::group_document(op, organisation, group).await?;
            all.push(json!({
                "id": group.id, "kind": group.kind, "name": group.name, "about": document, "members": members,
            }));
        }
        Ok(serde_json::to_string(&all)?)
    });
    output::line(told.await?);
    Ok(())
}

/// Each below the one above it.
fn tree(groups: &[(Group, i64)]) -> String {
    if groups.is_empty() {
        return "there are no groups".to_owned();
    }
    let line = |(group, members, depth): &(&Group, i64, usize)| {
        let end = group.about.ends_at;
        let end = end.map(|end| format!(", ends {}", rfc3339::second(end)));
        format!(
            "{}{}  {}  {}{}",
            "  ".repeat(*depth),
            group.label(),
            group.about.title,
            output::count(members, "member"),
            end.unwrap_or_default()
        )
    };
    let lines: Vec<String> = access::as_tree(groups).iter().map(line).collect();
    lines.join("\n")
}

async fn show(arguments: Show) -> Result<(), CommandError> {
    let Whose {
        organisation: name,
        place,
    } = arguments.whose;
    let told = on(place, async |op| {
        let organisation = organisation(op, &name).await?;
        let (group, document) = found(op, organisation, &arguments.group).await?;
        let members = members(op, organisation, group.id).await?;
        Ok(if arguments.json {
            let about = json!({
                "id": group.id, "kind": group.kind, "name": group.name, "about": document, "members": members,
            });
            serde_json::to_string(&about)?
        } else {
            shown(&group, &document, &members)
        })
    });
    output::line(told.await?);
    Ok(())
}

fn shown(group: &Group, document: &GroupDocument, members: &[Value]) -> String {
    let owners: Vec<String> = document.owners.iter().cloned().collect();
    let end = document
        .ends_at
        .map_or_else(|| "none".to_owned(), rfc3339::second);
    let mut lines = vec![
        format!("{}  {}  {}", group.label(), document.title, group.id),
        format!("for: {}", document.purpose),
        format!("above: {}", document.parent.as_deref().unwrap_or("none")),
        format!("ends: {end}"),
        format!("owners: {}", output::words(&owners, "none")),
        format!("members: {}", members.len()),
    ];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for member in members {
        let until = text(&member["until"]);
        let until = if until.is_empty() {
            "without end".to_owned()
        } else {
            format!("until {until}")
        };
        let (who, from) = (text(&member["member"]), text(&member["from"]));
        lines.push(format!("  {who}  from {from}, {until}"));
    }
    lines.join("\n")
}

async fn members(op: &mut Op, organisation: OrganisationId, id: GroupId) -> Result<Vec<Value>, CommandError> {
    let mut members = Vec::new();
    for (subject, period) in access::members(op, organisation, id).await? {
        let member = match subject {
            Subject::Person(id) => person::find(op, id).await?.map(|one| one.username.to_string()),
            Subject::ServiceAccount(id) => person::find_service_account(op, id)
                .await?
                .map(|one| format!("service_account:{}", one.name)),
        };
        members.push(json!({
            "member": member, "from": rfc3339::written(period.from), "until": period.until.map(rfc3339::written),
        }));
    }
    Ok(members)
}

async fn found(
    op: &mut Op,
    organisation: OrganisationId,
    label: &str,
) -> Result<(Group, GroupDocument), AccessError> {
    let id = access::group_labelled(op, organisation, label).await?;
    let group = access::group(op, organisation, id).await?;
    let group = group.ok_or(AccessError::GroupUnknown)?;
    let document = access::group_document(op, organisation, &group).await?;
    Ok((group, document))
}

async fn add(arguments: Add) -> Result<(), CommandError> {
    let Whose {
        organisation: slug,
        place,
    } = arguments.whose;
    let label = access::group_label(&arguments.group).map(|(kind, name)| (kind, name.to_owned()));
    let (kind, name): (GroupKind, String) = label.ok_or(CommandError::GroupLabel)?;
    let act = async |op: &mut Op, organisation_id| {
        let mut members = arguments.about.members(op.now);
        members.insert("title".to_owned(), json!(arguments.title));
        let document = serde_json::from_value(Value::Object(members)).map_err(AccessError::Document)?;
        let about = access::group_about(op, organisation_id, (kind, document)).await?;
        access::create_group(
            op,
            NewGroup {
                organisation_id,
                kind,
                name,
                about,
            },
        )
        .await
    };
    let whose = async |op: &mut Op| Ok((organisation(op, &slug).await?, op.now));
    change((place, arguments.preview.preview), whose, act, |id| {
        id.to_string()
    })
    .await
}

async fn alter(arguments: Change) -> Result<(), CommandError> {
    let Whose {
        organisation: slug,
        place,
    } = arguments.whose;
    let act = async |op: &mut Op, organisation| {
        let mut members = arguments.about.members(op.now);
        if let Some(title) = &arguments.title {
            members.insert("title".to_owned(), json!(title));
        }
        if arguments.endless {
            members.insert("ends_at".to_owned(), Value::Null);
        }
        let (group, document) = found(op, organisation, &arguments.group).await?;
        let document = access::patched(&document, members).map_err(AccessError::Document)?;
        let about = access::group_about(op, organisation, (group.kind, document)).await?;
        access::change_group(op, organisation, group.id, about).await
    };
    let whose = async |op: &mut Op| Ok((organisation(op, &slug).await?, op.now));
    change((place, arguments.preview.preview), whose, act, told).await
}

fn told(changed: bool) -> String {
    if changed {
        "changed".to_owned()
    } else {
        "nothing is different".to_owned()
    }
}

async fn join(arguments: Join) -> Result<(), CommandError> {
    let Whose {
        organisation: slug,
        place,
    } = arguments.whose;
    let act = async |op: &mut Op, organisation| {
        let group = access::group_labelled(op, organisation, &arguments.group).await?;
        let subject = client::subject(op, organisation, &arguments.member).await?;
        let period = Period {
            from: arguments.from.map_or(op.now, |from| from.moment(op.now)),
            until: arguments.until.map(|until| until.moment(op.now)),
        };
        access::add_member(op, organisation, group, subject, period).await
    };
    let whose = async |op: &mut Op| {
        let at = arguments
            .from
            .map_or(op.now, |from| from.moment(op.now).max(op.now));
        Ok((organisation(op, &slug).await?, at))
    };
    let tell = |()| format!("{} is in {}", arguments.member, arguments.group);
    change((place, arguments.preview.preview), whose, act, tell).await
}

async fn leave(arguments: Leave) -> Result<(), CommandError> {
    let Whose {
        organisation: slug,
        place,
    } = arguments.whose;
    let act = async |op: &mut Op, organisation| {
        let group = access::group_labelled(op, organisation, &arguments.group).await?;
        let subject = client::subject(op, organisation, &arguments.member).await?;
        access::remove_member(op, organisation, group, subject).await
    };
    let whose = async |op: &mut Op| Ok((organisation(op, &slug).await?, op.now));
    let tell = |()| format!("{} is not in {}", arguments.member, arguments.group);
    change((place, arguments.preview.preview), whose, act, tell).await
}
