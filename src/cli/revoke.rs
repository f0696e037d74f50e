//! `doorward revoke`.

use std::sync::Arc;

use clap::{Args, Subcommand};

use super::command::Place;
use super::error::CommandError;
use super::{house, output};
use crate::domain::{ClientId, Username};
use crate::oauth::revocation;
use crate::op::House;
use crate::{client, person};

/// Why it ended, for the log.
const REASON: &str = "revoked on the command line";

#[derive(Debug, Subcommand)]
pub(super) enum RevokeCommand {
    /// End all sessions of a person, and all that the person has given to applications.
    ///
    /// For an account that somebody else may have used. Refresh tokens, access tokens and codes are worth nothing any more, and
    /// consents are withdrawn; the person signs in and is asked anew. Password and authenticator stay as they are. Running
    /// servers heed it at once through Redis, else within a second.
    #[command(after_help = "Example:\n  doorward revoke person ada@northbeam.example")]
    Person(Person),
    /// End all tokens that were given to a client.
    ///
    /// For a client whose tokens may have leaked. Its codes, access tokens and refresh tokens are worth nothing any more;
    /// consents stay, and so does the client. Running servers heed it at once through Redis, else within a second.
    #[command(after_help = "Example:\n  doorward revoke client feedback-desk")]
    Client(Client),
}

#[derive(Debug, Args)]
pub(super) struct Person {
    /// The person's username.
    #[arg(value_name = "NAME")]
    username: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Client {
    /// The client's id.
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    place: Place,
}

/// Runs one of them.
pub(super) async fn run(command: RevokeCommand) -> Result<(), CommandError> {
    match command {
        RevokeCommand::Person(arguments) => {
            let house = house::open(arguments.place.load()?).await?;
            let revoked = of_person(&house, &arguments.username).await;
            house::close(&house).await;
            revoked
        }
        RevokeCommand::Client(arguments) => {
            let house = house::open(arguments.place.load()?).await?;
            let revoked = of_client(&house, &arguments.id).await;
            house::close(&house).await;
            revoked
        }
    }
}

async fn of_person(house: &Arc<House>, username: &str) -> Result<(), CommandError> {
    let username = Username::parse(username).map_err(|_| CommandError::NoPerson)?;
    let mut op = house::act(house);
    let found = person::find_by_username(&mut op, &username).await?;
    let found = found.ok_or(CommandError::NoPerson)?;
    let ending = revocation::end_all_of_person(&mut op, &found, REASON).await?;
    op.commit().await?;
    output::line(format_args!(
        "{username}: {}, {} and {} have ended",
        output::count(ending.sessions, "session"),
        output::count(ending.authorizations, "authorization"),
        output::count(ending.consents, "consent")
    ));
    Ok(())
}

async fn of_client(house: &Arc<House>, id: &str) -> Result<(), CommandError> {
    let id = ClientId::parse(id).map_err(|_| CommandError::NoClient)?;
    let mut op = house::act(house);
    let found = client::find(&mut op, &id).await?;
    let found = found.ok_or(CommandError::NoClient)?;
    let authorizations = revocation::end_all_of_client(&mut op, &found, REASON).await?;
    op.commit().await?;
    output::line(format_args!(
        "{id}: {} and all access tokens have ended",
        output::count(authorizations, "authorization")
    ));
    Ok(())
}
