//! `doorward attribute`: declare what is known of people, and set it.

use clap::{Args, Subcommand};
use serde_json::Value;

use super::asked::property;
use super::client::on;
use super::command::{Place, Whose};
use super::error::CommandError;
use super::output;
use super::person::{named, organisation};
use crate::domain::{AttributeKind, AttributeSight, AttributeSource};
use crate::person::{self, Declaration};

#[derive(Debug, Subcommand)]
pub(super) enum AttributeCommand {
    /// List the attributes that an organisation declares.
    #[command(after_help = "Example:\n  doorward attribute list --organisation northbeam")]
    List(List),
    /// Declare an attribute, or change what is declared of it.
    ///
    /// From the first declaration on, an organisation takes declared attributes only. What people have already stays.
    #[command(
        after_help = "Example:\n  doorward attribute declare --organisation northbeam clearance --title Clearance --kind choice \\\n      --choice internal --choice secret"
    )]
    Declare(Declare),
    /// End the declaration of an attribute. What people have stays.
    #[command(after_help = "Example:\n  doorward attribute withdraw --organisation northbeam shoe_size")]
    Withdraw(Withdraw),
    /// Set attributes of a person.
    #[command(
        after_help = "Example:\n  doorward attribute set maria.keller@northbeam.example clearance=secret --reason \"New post\""
    )]
    Set(Set),
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
pub(super) struct Declare {
    #[command(flatten)]
    whose: Whose,
    /// The word by which policies and claims read it.
    #[arg(value_name = "ATTRIBUTE")]
    name: String,
    /// What people call it.
    #[arg(long, value_name = "TEXT")]
    title: String,
    /// `text`, `number` (a whole one), `truth` (true or false), `choice` (one of a list) or `texts` (a list of texts).
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: AttributeKind,
    /// One of the texts of a choice; may be said several times.
    #[arg(long = "choice", value_name = "TEXT")]
    choices: Vec<String>,
    /// Who has the say about it: `administrator`, `directory`, `scim`, `upstream` or `self`.
    #[arg(long, value_name = "SOURCE", value_parser = source, default_value = "administrator")]
    source: AttributeSource,
    /// Who may see it: `self` (people their own, administrators everybody's) or `administrators`.
    #[arg(long, value_name = "WHO", value_parser = sight, default_value = "self")]
    seen_by: AttributeSight,
}

#[derive(Debug, Args)]
pub(super) struct Withdraw {
    #[command(flatten)]
    whose: Whose,
    /// Its name.
    #[arg(value_name = "ATTRIBUTE")]
    name: String,
}

#[derive(Debug, Args)]
pub(super) struct Set {
    /// The person's username.
    #[arg(value_name = "PERSON")]
    username: String,
    /// A name and a value, text or JSON; null takes it away. May be said several times.
    #[arg(value_name = "NAME=VALUE", value_parser = property, required = true)]
    values: Vec<(String, Value)>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    place: Place,
}

fn kind(word: &str) -> Result<AttributeKind, &'static str> {
    AttributeKind::parse(word).ok_or("say text, number, truth, choice or texts")
}

fn source(word: &str) -> Result<AttributeSource, &'static str> {
    AttributeSource::parse(word).ok_or("say administrator, directory, scim, upstream or self")
}

fn sight(word: &str) -> Result<AttributeSight, &'static str> {
    AttributeSight::parse(word).ok_or("say self or administrators")
}

/// Runs one of them.
pub(super) async fn run(command: AttributeCommand) -> Result<(), CommandError> {
    let line = match command {
        AttributeCommand::List(arguments) => list(arguments).await?,
        AttributeCommand::Declare(arguments) => declare(arguments).await?,
        AttributeCommand::Withdraw(arguments) => {
            let (whose, name) = (arguments.whose, arguments.name);
            on(whose.place, async |op| {
                let organisation = organisation(op, &whose.organisation).await?;
                Ok(person::withdraw_attribute(op, organisation, &name).await?)
            })
            .await?;
            "it is declared no more".to_owned()
        }
        AttributeCommand::Set(arguments) => set(arguments).await?,
    };
    output::line(line);
    Ok(())
}

async fn list(arguments: List) -> Result<String, CommandError> {
    let whose = arguments.whose;
    let declared = on(whose.place, async |op| {
        let organisation = organisation(op, &whose.organisation).await?;
        Ok(person::attributes(op, organisation).await?)
    })
    .await?;
    if arguments.json {
        return Ok(serde_json::to_string(&declared)?);
    }
    if declared.is_empty() {
        return Ok("no attribute is declared, so that every one is taken".to_owned());
    }
    let lines: Vec<String> = declared.iter().map(told).collect();
    Ok(lines.join("\n"))
}

fn told(one: &Declaration) -> String {
    let choices = match one.choices.as_slice() {
        [] => String::new(),
        choices => format!(" of {}", choices.join(", ")),
    };
    format!(
        "{}  {}{choices}: {}; told by {}, seen by {}",
        one.name, one.kind, one.title, one.source, one.seen_by
    )
}

async fn declare(arguments: Declare) -> Result<String, CommandError> {
    let whose = arguments.whose;
    let declaration = Declaration {
        name: arguments.name,
        title: arguments.title,
        kind: arguments.kind,
        choices: arguments.choices,
        source: arguments.source,
        seen_by: arguments.seen_by,
    };
    let line = told(&declaration);
    on(whose.place, async |op| {
        let organisation = organisation(op, &whose.organisation).await?;
        Ok(person::declare_attribute(op, organisation, declaration).await?)
    })
    .await?;
    Ok(line)
}

async fn set(arguments: Set) -> Result<String, CommandError> {
    let (username, why) = (arguments.username, arguments.reason);
    let changes = arguments.values.into_iter().collect();
    let after = on(arguments.place, async |op| {
        let person = named(op, &username).await?;
        let of = (person.organisation_id, person.id);
        let by = AttributeSource::Administrator;
        Ok(person::set_attributes(op, of, &changes, by, &why).await?)
    })
    .await?;
    Ok(serde_json::to_string(&after)?)
}
