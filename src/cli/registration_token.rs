//! `doorward client registration-token`.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::client::{decide, on};
use super::command::Place;
use super::error::CommandError;
use super::output;
use crate::client::{self, NewRegistrationToken, Policy, TokenExchange};
use crate::domain::{
    ApplicationId, ClientAuthMethod, ClientId, GrantType, RegistrationTokenId, Scopes, ServiceAccountId,
};
use crate::op::Op;
use crate::person;

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Make a token, printed once. Without further words its clients may sign people in, and wait for approval.
    #[command(
        after_help = "Example:\n  doorward client registration-token add --organisation northbeam --name \"Partner portal\" \\\n      --redirect-host portal.example --uses 1 --days 7"
    )]
    Add(Box<Add>),
    /// List the tokens, without their values.
    #[command(after_help = "Example:\n  doorward client registration-token list")]
    List(List),
    /// End a token at once. Clients that were registered by it stay.
    #[command(
        after_help = "Example:\n  doorward client registration-token revoke 0190a0b0-0000-7000-8000-000000000000"
    )]
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The slug of the organisation whose clients they become.
    #[arg(long, value_name = "SLUG")]
    organisation: String,
    /// What the token is for.
    #[arg(long)]
    name: String,
    /// All scopes that its clients may ask for, with spaces between.
    #[arg(long, value_name = "SCOPES", value_parser = scopes)]
    scope: Option<Scopes>,
    /// A grant type that its clients may use; may be said several times.
    #[arg(long = "grant-type", value_name = "TYPE", value_parser = grant_type)]
    grant_types: Vec<GrantType>,
    /// A way in which its clients may authenticate; may be said several times. [default: all]
    #[arg(long = "auth-method", value_name = "METHOD", value_parser = auth_method)]
    auth_methods: Vec<ClientAuthMethod>,
    /// A host that redirect addresses may have; may be said several times. [default: any]
    #[arg(long = "redirect-host", value_name = "HOST")]
    redirect_hosts: Vec<String>,
    /// The id of the application whose permissions its clients ask for.
    #[arg(long, value_name = "ID")]
    application: Option<ApplicationId>,
    /// The id of the service account as which its clients act by `client_credentials`.
    #[arg(long, value_name = "ID")]
    service_account: Option<ServiceAccountId>,
    /// A client whose tokens its clients may exchange, acting for the subject; may be said several times.
    #[arg(long = "exchange-of", value_name = "CLIENT", value_parser = super::client::client_id)]
    exchange_of: Vec<ClientId>,
    /// A type of authorization details that its clients may ask for; may be said several times.
    #[arg(long = "details-type", value_name = "TYPE")]
    details_types: Vec<String>,
    /// People of all organisations may sign in at its clients.
    #[arg(long)]
    shared: bool,
    /// Its clients begin at once, without approval.
    #[arg(long)]
    approved: bool,
    /// How many clients can be registered by it. [default: any number]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    uses: Option<u32>,
    /// It ends after so many days. [default: never]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3_650))]
    days: Option<u32>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The token's id, as `doorward client registration-token list` shows it.
    #[arg(value_name = "ID")]
    id: RegistrationTokenId,
    #[command(flatten)]
    place: Place,
}

fn scopes(text: &str) -> Result<Scopes, String> {
    Scopes::parse(text).map_err(|error| error.to_string())
}

fn grant_type(text: &str) -> Result<GrantType, String> {
    GrantType::parse(text).ok_or_else(|| "no such grant type".to_owned())
}

fn auth_method(text: &str) -> Result<ClientAuthMethod, String> {
    ClientAuthMethod::parse(text).ok_or_else(|| "no such method of client authentication".to_owned())
}

/// So many days.
pub(super) fn days(count: u32) -> Duration {
    Duration::from_hours(24) * count
}

/// Runs one of them.
pub(super) async fn run(command: TokenCommand) -> Result<(), CommandError> {
    match command {
        TokenCommand::Add(arguments) => {
            let place = Place::clone(&arguments.place);
            let token = on(place, async |op| add(op, *arguments).await).await?;
            output::line(token);
            Ok(())
        }
        TokenCommand::List(arguments) => {
            let json = arguments.json;
            on(arguments.place, async |op| list(op, json).await).await
        }
        TokenCommand::Revoke(arguments) => {
            let revoke = async |op: &mut Op| Ok(client::revoke_registration_token(op, arguments.id).await?);
            decide(arguments.place, revoke, CommandError::NoToken).await
        }
    }
}

async fn add(op: &mut Op, arguments: Add) -> Result<String, CommandError> {
    let organisation = person::find_organisation_by_slug(op, &arguments.organisation).await?;
    let plain = Policy::plain(organisation.ok_or(CommandError::NoOrganisation)?.id);
    let policy = Policy {
        scopes: arguments.scope.unwrap_or_else(|| plain.scopes.clone()),
        grant_types: if arguments.grant_types.is_empty() {
            plain.grant_types.clone()
        } else {
            arguments.grant_types
        },
        auth_methods: if arguments.auth_methods.is_empty() {
            ClientAuthMethod::ALL.to_vec()
        } else {
            arguments.auth_methods
        },
        redirect_hosts: arguments.redirect_hosts,
        application_id: arguments.application,
        shared: arguments.shared,
        approval: !arguments.approved,
        service_account_id: arguments.service_account,
        token_exchange: (!arguments.exchange_of.is_empty()).then(|| TokenExchange {
            subject_clients: arguments.exchange_of,
            delegation: true,
            ..TokenExchange::default()
        }),
        authorization_details_types: arguments.details_types,
        ..plain
    };
    if let Some(id) = policy.service_account_id {
        person::find_service_account(op, id)
            .await?
            .filter(|found| found.organisation_id == policy.organisation_id)
            .ok_or(CommandError::NoServiceAccount)?;
    }
    let new = NewRegistrationToken {
        name: arguments.name,
        policy,
        uses: arguments.uses,
        life: arguments.days.map(days),
    };
    let (_, token) = client::create_registration_token(op, new).await?;
    Ok(token.expose().to_owned())
}

async fn list(op: &mut Op, json: bool) -> Result<(), CommandError> {
    let found = client::list_registration_tokens(op).await?;
    if json {
        output::line(serde_json::to_string(&found)?);
        return Ok(());
    }
    output::line(format_args!(
        "{:<36}  {:<9}  {:<27}  name",
        "id", "uses left", "ends"
    ));
    for one in found {
        let uses = one.uses_left.map_or("any".to_owned(), |left| left.to_string());
        let end = one.expires_at.map_or("–".to_owned(), |end| end.to_string());
        output::line(format_args!("{:<36}  {uses:<9}  {end:<27}  {}", one.id, one.name));
    }
    Ok(())
}
