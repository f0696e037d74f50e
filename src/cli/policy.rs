//! `doorward policy`: write policies, try them, put them in force, retire them.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Map, Value};

use super::asked::property;
use super::client::on;
use super::command::Whose;
use super::error::CommandError;
use super::person::organisation;
use super::{input, output, policy_told as told};
use crate::domain::{OrganisationId, Timestamp, rfc3339};
use crate::op::Op;
use crate::policy::{self, Case, Content, NewPolicy, Policy, PolicyError};

#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// List the policies of an organisation, or those that were in force at a moment.
    #[command(after_help = "Example:\n  doorward policy list --organisation northbeam")]
    List(List),
    /// Show a policy: what is in force, and what is being written.
    #[command(after_help = "Example:\n  doorward policy show --organisation northbeam own-product-line")]
    Show(Show),
    /// Write a policy, or its next version. It decides nothing until it is tested and activated.
    #[command(
        after_help = "Example:\n  doorward policy draft --organisation northbeam no-secrets no-secrets.cedar --cases no-secrets.json \\\n      --title \"No secrets\" --purpose \"What is secret stays so.\" --reason \"Asked for by the works council\""
    )]
    Draft(Draft),
    /// Try the version that is being written with its test cases, and say what it would change.
    ///
    /// If all come out as they should, the version may be activated.
    #[command(after_help = "Example:\n  doorward policy test --organisation northbeam no-secrets")]
    Test(Test),
    /// Put the tested version of a policy in force, in place of the one that is.
    #[command(
        after_help = "Example:\n  doorward policy activate --organisation northbeam no-secrets --reason \"From today on\""
    )]
    Activate(Act),
    /// Take a policy out of force, or give up its draft where nothing is in force.
    #[command(
        after_help = "Example:\n  doorward policy retire --organisation northbeam no-secrets --reason \"Nothing is secret any more\""
    )]
    Retire(Act),
    /// Show what was done with a policy, by whom and why.
    #[command(after_help = "Example:\n  doorward policy history --organisation northbeam own-product-line")]
    History(Show),
    /// List the ready-made policies that a form fills in.
    #[command(after_help = "Example:\n  doorward policy templates")]
    Templates(Templates),
    /// Write a policy, or its next version, by a ready-made one.
    #[command(
        after_help = "Example:\n  doorward policy from-template --organisation northbeam refunds four-eyes \\\n      --with 'actions=[\"tickets:edit\"]' --reason \"Asked for by the auditors\""
    )]
    FromTemplate(FromTemplate),
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    whose: Whose,
    /// Those that were in force then: a moment (RFC 3339).
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    at: Option<Timestamp>,
    /// The application's id or audience, of those that were in force.
    #[arg(long, value_name = "APPLICATION", requires = "at")]
    application: Option<String>,
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    whose: Whose,
    /// The name of the policy.
    #[arg(value_name = "POLICY")]
    name: String,
    /// Print JSON with all that is known.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Words {
    #[command(flatten)]
    whose: Whose,
    /// The application's id or audience, where several are open to the organisation.
    #[arg(long, value_name = "APPLICATION")]
    application: Option<String>,
    /// What people call it. Left out: as it was before.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Why there is such a policy. Left out: as it was before.
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,
    /// Why it is written.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Debug, Args)]
pub(super) struct Draft {
    #[command(flatten)]
    words: Words,
    /// The name of the policy.
    #[arg(value_name = "POLICY")]
    name: String,
    /// Its text in Cedar; `-` reads standard input.
    #[arg(value_name = "FILE")]
    cedar: PathBuf,
    /// Its test cases, as a JSON array; `-` reads standard input. Left out: as they were before.
    #[arg(long, value_name = "FILE")]
    cases: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Test {
    #[command(flatten)]
    show: Show,
    /// Change nothing: only say what would come of it.
    #[arg(long)]
    preview: bool,
}

#[derive(Debug, Args)]
pub(super) struct Act {
    #[command(flatten)]
    whose: Whose,
    /// The name of the policy.
    #[arg(value_name = "POLICY")]
    name: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Debug, Args)]
pub(super) struct Templates {
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct FromTemplate {
    #[command(flatten)]
    words: Words,
    /// The name of the policy.
    #[arg(value_name = "POLICY")]
    name: String,
    /// The name of the ready-made one.
    #[arg(value_name = "TEMPLATE")]
    template: String,
    /// A field of its form, such as `actions=["feedback:read"]`: text, or JSON. May be said several times.
    #[arg(long = "with", value_name = "NAME=VALUE", value_parser = property)]
    values: Vec<(String, Value)>,
    /// All fields, as a JSON object; `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    values_file: Option<PathBuf>,
}

fn moment(text: &str) -> Result<Timestamp, &'static str> {
    rfc3339::moment(text).ok_or("write a moment, such as 2026-12-31T18:00:00Z")
}

/// Runs one of them.
pub(super) async fn run(command: PolicyCommand) -> Result<(), CommandError> {
    let line = match command {
        PolicyCommand::List(arguments) => list(arguments).await?,
        PolicyCommand::Show(arguments) => show(arguments).await?,
        PolicyCommand::Draft(arguments) => draft(arguments).await?,
        PolicyCommand::Test(arguments) => return test(arguments).await,
        PolicyCommand::Activate(arguments) => activate(arguments).await?,
        PolicyCommand::Retire(arguments) => retire(arguments).await?,
        PolicyCommand::History(arguments) => history(arguments).await?,
        PolicyCommand::Templates(arguments) if arguments.json => serde_json::to_string(&policy::templates())?,
        PolicyCommand::Templates(_) => told::templates(&policy::templates()),
        PolicyCommand::FromTemplate(arguments) => from_template(arguments).await?,
    };
    output::line(line);
    Ok(())
}

/// Acts for an organisation.
async fn of<T>(
    whose: Whose,
    act: impl AsyncFnOnce(&mut Op, OrganisationId) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    on(whose.place, async |op| {
        let organisation = organisation(op, &whose.organisation).await?;
        act(op, organisation).await
    })
    .await
}

async fn list(arguments: List) -> Result<String, CommandError> {
    let (at, application, json) = (arguments.at, arguments.application, arguments.json);
    of(arguments.whose, async |op, organisation| {
        let Some(at) = at else {
            let listed = policy::list(op, organisation).await?;
            return Ok(if json {
                serde_json::to_string(&listed)?
            } else {
                told::list(&listed)
            });
        };
        let application = policy::application_meant(op, organisation, application.as_deref()).await?;
        let found = policy::in_force_at(op, organisation, application, at).await?;
        Ok(if json {
            serde_json::to_string(&found)?
        } else {
            told::in_force(&found)
        })
    })
    .await
}

async fn show(arguments: Show) -> Result<String, CommandError> {
    let (name, json) = (arguments.name, arguments.json);
    of(arguments.whose, async |op, organisation| {
        let found = policy::show(op, organisation, &name).await?;
        let found = found.ok_or(PolicyError::Unknown)?;
        Ok(if json {
            serde_json::to_string(&found)?
        } else {
            told::policy(&found)
        })
    })
    .await
}

async fn history(arguments: Show) -> Result<String, CommandError> {
    let (name, json) = (arguments.name, arguments.json);
    of(arguments.whose, async |op, organisation| {
        let found = policy::history(op, organisation, &name).await?;
        let found = found.ok_or(PolicyError::Unknown)?;
        Ok(if json {
            serde_json::to_string(&found)?
        } else {
            told::history(&found)
        })
    })
    .await
}

async fn draft(arguments: Draft) -> Result<String, CommandError> {
    let cedar = input::text(&arguments.cedar)?;
    let cases = arguments
        .cases
        .as_deref()
        .map(input::json::<Vec<Case>>)
        .transpose()?;
    write(arguments.words, &arguments.name, |before| Content {
        title: before.map(|one| one.title.clone()).unwrap_or_default(),
        purpose: before.map(|one| one.purpose.clone()).unwrap_or_default(),
        cedar,
        cases: cases
            .or_else(|| before.map(|one| one.cases.clone()))
            .unwrap_or_default(),
        template: None,
    })
    .await
}

async fn from_template(arguments: FromTemplate) -> Result<String, CommandError> {
    let mut values: Map<String, Value> = match &arguments.values_file {
        Some(file) => input::json(file)?,
        None => Map::new(),
    };
    values.extend(arguments.values);
    let content = policy::fill(&arguments.template, &values)?;
    write(arguments.words, &arguments.name, |_| content).await
}

/// Writes the first version of a policy, or the one that comes after what is there.
async fn write(
    words: Words,
    name: &str,
    content: impl FnOnce(Option<&Content>) -> Content,
) -> Result<String, CommandError> {
    let (title, purpose, why) = (words.title, words.purpose, words.reason);
    let application = words.application;
    of(words.whose, async |op, organisation_id| {
        let found = policy::show(op, organisation_id, name).await?;
        let before = found.as_ref().and_then(|found| found.versions.first());
        let mut content = content(before.map(|one| &one.content));
        content.title = title.unwrap_or(content.title);
        content.purpose = purpose.unwrap_or(content.purpose);
        let written = if let Some(found) = found {
            let seen = Some(found.revision);
            policy::change(op, (organisation_id, name), seen, content, &why).await?
        } else {
            let said = application.as_deref();
            let new = NewPolicy {
                organisation_id,
                application: policy::application_meant(op, organisation_id, said).await?,
                name: name.to_owned(),
                content,
            };
            policy::draft(op, new, &why).await?
        };
        Ok(told::policy(&written))
    })
    .await
}

async fn test(arguments: Test) -> Result<(), CommandError> {
    let (name, json) = (arguments.show.name, arguments.show.json);
    let (line, passed) = of(arguments.show.whose, async |op, organisation| {
        let (examined, effect) = if arguments.preview {
            policy::preview(op, (organisation, &name)).await?
        } else {
            let tested = policy::test(op, (organisation, &name), None).await?;
            (tested.examined, tested.effect)
        };
        let line = if json {
            serde_json::json!({ "examined": examined, "effect": effect }).to_string()
        } else {
            told::tested(&examined, &effect)
        };
        Ok((line, examined.passed))
    })
    .await?;
    output::line(line);
    if passed {
        Ok(())
    } else {
        Err(CommandError::NotPassed)
    }
}

async fn activate(arguments: Act) -> Result<String, CommandError> {
    let (name, why) = (arguments.name, arguments.reason);
    of(arguments.whose, async |op, organisation| {
        let policy: Policy = policy::activate(op, (organisation, &name), None, &why).await?;
        Ok(told::policy(&policy))
    })
    .await
}

async fn retire(arguments: Act) -> Result<String, CommandError> {
    let (name, why) = (arguments.name, arguments.reason);
    of(arguments.whose, async |op, organisation| {
        let policy: Policy = policy::retire(op, (organisation, &name), None, &why).await?;
        Ok(told::policy(&policy))
    })
    .await
}
