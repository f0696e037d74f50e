//! `doorward application`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::changing::{change, changed};
use super::client::{decide, on};
use super::command::Place;
use super::error::CommandError;
use super::person::organisation;
use super::{input, output};
use crate::access::{
    self, AccessError, Application, ApplicationAbout, ApplicationDocument, Ask, DetailRules, Member,
    NewDetailType, Titles,
};
use crate::domain::{ApplicationId, OrganisationId, TokenFormat, rfc3339};
use crate::op::{Op, OpError};

#[derive(Debug, Subcommand)]
pub(super) enum ApplicationCommand {
    /// Add an application: an API whose permissions clients ask for. Its id is printed.
    ///
    /// The file is JSON: name, audience (its address, by which `resource` means it), and if need be shared, `token_format` (jwt or
    /// opaque) and permissions, each with name, title, purpose and sensitivity, as docs/oauth/resources-and-details.md tells.
    #[command(after_help = "Example:\n  doorward application add --organisation northbeam ./ledger.json")]
    Add(Add),
    /// List the applications.
    #[command(after_help = "Example:\n  doorward application list --json")]
    List(List),
    /// Show an application with its permissions and its types of authorization details.
    #[command(after_help = "Example:\n  doorward application show https://ledger.example")]
    Show(Named),
    /// Change an application: its name, whether other organisations may use it, what its access tokens look like.
    ///
    /// What is not said stays. Questions about the resources of a shared application name the organisation of each. It stays shared while
    /// roles of other organisations give its permissions.
    #[command(
        after_help = "Example:\n  doorward application change https://ledger.example --name \"General ledger\" --shared true"
    )]
    Change(Change),
    /// Retire an application: from now on it gives nothing. Nothing of it is erased, and its audience stays its own.
    ///
    /// No token gets a scope of it, no question about it is answered with yes, and nothing new is made of it. Roles keep its permissions, so
    /// that all is as it was when it is brought back. It is refused while roles of other organisations give its permissions.
    #[command(
        after_help = "Example:\n  doorward application retire https://ledger.example --reason \"Replaced by the new ledger\" --preview"
    )]
    Retire(Turn),
    /// Bring a retired application back: it gives again what roles and policies give of it.
    #[command(
        after_help = "Example:\n  doorward application restore https://ledger.example --reason \"Needed for the audit\""
    )]
    Restore(Turn),
    /// Choose what the access tokens of an application look like from now on.
    #[command(after_help = "Example:\n  doorward application token-format https://ledger.example opaque")]
    TokenFormat(Format),
    /// Add, list or remove types of authorization details (RFC 9396).
    #[command(subcommand)]
    DetailType(DetailTypeCommand),
}

#[derive(Debug, Subcommand)]
pub(super) enum DetailTypeCommand {
    /// Add a type of authorization details to an application.
    ///
    /// The file is JSON: type, titles, members, and if need be purposes, permission and ask, as
    /// docs/oauth/resources-and-details.md tells.
    #[command(
        after_help = "Example:\n  doorward application detail-type add https://ledger.example ./payment.json"
    )]
    Add(AddType),
    /// List the types.
    #[command(after_help = "Example:\n  doorward application detail-type list --json")]
    List(List),
    /// Remove a type: nobody can ask for it any more, and tokens do not carry it any more.
    #[command(after_help = "Example:\n  doorward application detail-type remove payment")]
    Remove(RemoveType),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The slug of the organisation that it belongs to.
    #[arg(long, value_name = "SLUG")]
    organisation: String,
    /// The application, as JSON; `-` reads standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Print one JSON array, with all that is known.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Named {
    /// The application's id or its audience.
    #[arg(value_name = "APPLICATION")]
    name: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Change {
    /// The application's id or its audience.
    #[arg(value_name = "APPLICATION")]
    application: String,
    /// What people call it.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Whether other organisations may use it: `true` or `false`.
    #[arg(long, value_name = "BOOLEAN")]
    shared: Option<bool>,
    /// What its access tokens look like from now on: `jwt` or `opaque`.
    #[arg(long, value_name = "FORMAT", value_parser = token_format)]
    token_format: Option<TokenFormat>,
    /// Change nothing: say whether it could be done, and who would get and lose what.
    #[arg(long)]
    preview: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Turn {
    /// The application's id or its audience.
    #[arg(value_name = "APPLICATION")]
    application: String,
    /// Why; it is kept on record.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Change nothing: say whether it could be done, and who would get and lose what.
    #[arg(long)]
    preview: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Format {
    /// The application's id or its audience.
    #[arg(value_name = "APPLICATION")]
    name: String,
    /// `jwt` (signed claims, which it reads itself) or `opaque` (it asks what they stand for).
    #[arg(value_name = "FORMAT", value_parser = token_format)]
    chosen: TokenFormat,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct AddType {
    /// The application's id or its audience.
    #[arg(value_name = "APPLICATION")]
    name: String,
    /// The type, as JSON; `-` reads standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct RemoveType {
    /// The type's name.
    #[arg(value_name = "TYPE")]
    name: String,
    #[command(flatten)]
    place: Place,
}

/// A type of authorization details as a file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypeFile {
    #[serde(rename = "type")]
    name: String,
    titles: Titles,
    #[serde(default)]
    purposes: Titles,
    #[serde(default)]
    permission: Option<String>,
    #[serde(default)]
    ask: Ask,
    #[serde(default)]
    members: Vec<Map<String, Value>>,
}

fn token_format(text: &str) -> Result<TokenFormat, String> {
    TokenFormat::parse(text).ok_or_else(|| "jwt or opaque".to_owned())
}

/// Runs one of them.
pub(super) async fn run(command: ApplicationCommand) -> Result<(), CommandError> {
    match command {
        ApplicationCommand::Add(arguments) => {
            let document: ApplicationDocument = input::json(&arguments.file)?;
            let slug = arguments.organisation;
            let id = on(arguments.place, async |op| add(op, &slug, document).await).await?;
            output::line(id);
            Ok(())
        }
        ApplicationCommand::List(arguments) => {
            let json = arguments.json;
            on(arguments.place, async |op| list(op, json).await).await
        }
        ApplicationCommand::Show(named) => on(named.place, async |op| show(op, &named.name).await).await,
        ApplicationCommand::Change(arguments) => alter(arguments).await,
        ApplicationCommand::Retire(arguments) => {
            let act = async |op: &mut Op, organisation, id, why: &str| {
                access::retire_application(op, organisation, id, why).await
            };
            turn(arguments, "retired", act).await
        }
        ApplicationCommand::Restore(arguments) => {
            let act = async |op: &mut Op, organisation, id, why: &str| {
                access::restore_application(op, organisation, id, why).await
            };
            turn(arguments, "brought back", act).await
        }
        ApplicationCommand::TokenFormat(arguments) => {
            let set = async |op: &mut Op| {
                let found = find(op, &arguments.name).await?;
                access::set_token_format(op, found.organisation_id, found.id, arguments.chosen).await?;
                Ok(())
            };
            on(arguments.place, set).await
        }
        ApplicationCommand::DetailType(DetailTypeCommand::Add(arguments)) => {
            let file: TypeFile = input::json(&arguments.file)?;
            on(arguments.place, async |op| {
                add_type(op, &arguments.name, file).await
            })
            .await
        }
        ApplicationCommand::DetailType(DetailTypeCommand::List(arguments)) => {
            let json = arguments.json;
            on(arguments.place, async |op| list_types(op, json).await).await
        }
        ApplicationCommand::DetailType(DetailTypeCommand::Remove(arguments)) => {
            let remove = async |op: &mut Op| Ok(access::remove_detail_type(op, &arguments.name).await?);
            decide(arguments.place, remove, CommandError::NoDetailType).await
        }
    }
}

/// By its id or its audience.
pub(super) async fn named(op: &mut Op, name: &str) -> Result<Option<Arc<Application>>, OpError> {
    match name.parse::<ApplicationId>() {
        Ok(id) => access::application(op, id).await,
        Err(_) => access::application_of(op, name).await,
    }
}

pub(super) async fn find(op: &mut Op, name: &str) -> Result<Arc<Application>, CommandError> {
    named(op, name).await?.ok_or(CommandError::NoApplication)
}

async fn add(op: &mut Op, slug: &str, document: ApplicationDocument) -> Result<ApplicationId, CommandError> {
    let organisation = organisation(op, slug).await?;
    Ok(access::create_application(op, document.meant(organisation)?).await?)
}

async fn alter(arguments: Change) -> Result<(), CommandError> {
    let application = arguments.application;
    let whose = async |op: &mut Op| Ok((find(op, &application).await?.organisation_id, op.now));
    let act = async |op: &mut Op, organisation| {
        let found = named(op, &application)
            .await?
            .ok_or(AccessError::ApplicationUnknown)?;
        let before = found.about();
        let about = ApplicationAbout {
            name: arguments.name.unwrap_or(before.name),
            shared: arguments.shared.unwrap_or(before.shared),
            token_format: arguments.token_format.unwrap_or(before.token_format),
        };
        access::change_application(op, organisation, found.id, about).await
    };
    change((arguments.place, arguments.preview), whose, act, changed).await
}

/// Retires an application, or brings it back; `done` says what it is then.
async fn turn(
    arguments: Turn,
    done: &str,
    turn: impl AsyncFnOnce(&mut Op, OrganisationId, ApplicationId, &str) -> Result<bool, AccessError>,
) -> Result<(), CommandError> {
    let (application, why) = (arguments.application, arguments.reason);
    let whose = async |op: &mut Op| Ok((find(op, &application).await?.organisation_id, op.now));
    let act = async |op: &mut Op, organisation| {
        let found = named(op, &application).await?;
        let found = found.ok_or(AccessError::ApplicationUnknown)?;
        turn(op, organisation, found.id, &why).await
    };
    let tell = |is_new: bool| {
        if is_new { done.to_owned() } else { changed(false) }
    };
    change((arguments.place, arguments.preview), whose, act, tell).await
}

async fn add_type(op: &mut Op, application: &str, file: TypeFile) -> Result<(), CommandError> {
    let members: Result<_, _> = file.members.iter().map(member).collect();
    let new = NewDetailType {
        name: file.name,
        application: find(op, application).await?.id,
        rules: DetailRules {
            titles: file.titles,
            purposes: file.purposes,
            permission: file.permission,
            ask: file.ask,
            members: members?,
        },
    };
    Ok(access::register_detail_type(op, new).await?)
}

/// A member of a type, in which nothing is misspelled: a rule that nobody reads is none.
fn member(said: &Map<String, Value>) -> Result<Member, CommandError> {
    let name = said.get("name").and_then(Value::as_str).unwrap_or("without name");
    let wrong = CommandError::DetailMember(name.to_owned());
    let Ok(read) = serde_json::from_value::<Member>(Value::Object(said.clone())) else {
        return Err(wrong);
    };
    let written = serde_json::to_value(&read)?;
    if said.keys().all(|key| written.get(key).is_some()) {
        Ok(read)
    } else {
        Err(wrong)
    }
}

/// All that is known of an application.
async fn told(op: &mut Op, application: &Application) -> Result<Value, CommandError> {
    let types = access::detail_types(op).await?;
    let types = types.values().filter(|one| one.application == application.id);
    let types: Vec<String> = types.map(|one| one.name.clone()).collect();
    Ok(json!({
        "id": application.id,
        "organisation_id": application.organisation_id,
        "name": application.name,
        "audience": application.audience,
        "shared": application.shared,
        "retired_at": application.retired_at.map(rfc3339::written),
        "token_format": application.token_format,
        "permissions": access::permissions(op, application.id).await?,
        "authorization_details_types": types,
    }))
}

async fn list(op: &mut Op, as_json: bool) -> Result<(), CommandError> {
    let found = access::applications(op).await?;
    if as_json {
        let mut all = Vec::new();
        for one in &found {
            all.push(told(op, one).await?);
        }
        output::line(serde_json::to_string(&all)?);
        return Ok(());
    }
    if found.is_empty() {
        output::line("there are no applications");
        return Ok(());
    }
    output::line(format_args!(
        "{:<36}  {:<6}  {:<40}  name",
        "id", "tokens", "audience"
    ));
    for one in &found {
        let retired = if one.is_retired() { " (retired)" } else { "" };
        output::line(format_args!(
            "{:<36}  {:<6}  {:<40}  {}{retired}",
            one.id, one.token_format, one.audience, one.name
        ));
    }
    Ok(())
}

async fn show(op: &mut Op, name: &str) -> Result<(), CommandError> {
    let found = find(op, name).await?;
    let told = told(op, &found).await?;
    output::line(serde_json::to_string_pretty(&told)?);
    Ok(())
}

async fn list_types(op: &mut Op, as_json: bool) -> Result<(), CommandError> {
    let found = access::detail_types(op).await?;
    if as_json {
        let mut all = Vec::new();
        for one in found.values() {
            let mut told = serde_json::to_value(&one.rules)?;
            if let Some(members) = told.as_object_mut() {
                members.insert("type".to_owned(), json!(one.name));
                members.insert("application_id".to_owned(), json!(one.application));
            }
            all.push(told);
        }
        output::line(serde_json::to_string(&all)?);
        return Ok(());
    }
    if found.is_empty() {
        output::line("there are no types of authorization details");
        return Ok(());
    }
    output::line(format_args!("{:<36}  {:<30}  title", "application", "type"));
    for one in found.values() {
        output::line(format_args!(
            "{:<36}  {:<30}  {}",
            one.application,
            one.name,
            one.title("en")
        ));
    }
    Ok(())
}
