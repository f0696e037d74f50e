//! `doorward key`.

use std::sync::Arc;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

use super::command::Place;
use super::error::CommandError;
use super::{house, output};
use crate::domain::Actor;
use crate::jose::Algorithm;
use crate::keys::{self, KeySummary, KeyUse, Revocation, Rotation};
use crate::op::House;

#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// List the signing keys, the newest first.
    ///
    /// A key is published before it signs, then signs, then verifies what it has signed until that has expired.
    #[command(after_help = "Example:\n  doorward key list --json")]
    List(List),
    /// Make a new signing key that follows the present one.
    ///
    /// The new key is published for `keys.overlap` before it signs, so that applications know it in time. A running server
    /// takes it up within a minute.
    #[command(after_help = "Example:\n  doorward key rotate --algorithm ES256")]
    Rotate(Rotate),
    /// Revoke a signing key that has leaked.
    ///
    /// Nothing that it has signed is believed any more: access tokens and ID tokens of its time end at once, while sessions
    /// and refresh tokens live on. If it signed, a successor signs from now on. Running servers take it up at once through
    /// Redis, else within a minute; applications when they fetch the key set again, after five minutes at most.
    #[command(after_help = "Example:\n  doorward key revoke pJ0v3mYzYk8CwFv0pS1cE1hVx1m0d3b5bq7u8w9x0yz")]
    Revoke(Revoke),
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
pub(super) struct Rotate {
    /// The algorithm whose key is rotated; without it, all that `keys.algorithms` lists.
    #[arg(long, value_parser = algorithms())]
    algorithm: Option<String>,
    /// Sign with the new key at once: for a key that may have leaked. Applications that keep the key set refuse tokens until
    /// they fetch it again.
    #[arg(long)]
    immediately: bool,
    /// Rotate the key that signs the audit log's checkpoints instead. What the old one has signed stays proven by it.
    #[arg(long, conflicts_with = "algorithm")]
    log: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The key's id, as `doorward key list` shows it.
    // An id is chance in base64url: it may begin with a hyphen.
    #[arg(value_name = "ID", allow_hyphen_values = true)]
    id: String,
    #[command(flatten)]
    place: Place,
}

fn algorithms() -> PossibleValuesParser {
    PossibleValuesParser::new(Algorithm::ALL.iter().map(|one| one.as_str()))
}

/// Runs one of them.
pub(super) async fn run(command: KeyCommand) -> Result<(), CommandError> {
    match command {
        KeyCommand::List(arguments) => {
            let house = house::open(arguments.place.load()?).await?;
            let listed = list(&house, arguments.json).await;
            house::close(&house).await;
            listed
        }
        KeyCommand::Rotate(arguments) => {
            let house = house::open(arguments.place.load()?).await?;
            let rotated = rotate(&house, &arguments).await;
            house::close(&house).await;
            rotated
        }
        KeyCommand::Revoke(arguments) => {
            let house = house::open(arguments.place.load()?).await?;
            let revoked = revoke(&house, &arguments.id).await;
            house::close(&house).await;
            revoked
        }
    }
}

async fn list(house: &Arc<House>, json: bool) -> Result<(), CommandError> {
    let keys = keys::list(&mut house::act(house)).await?;
    if json {
        output::line(serde_json::to_string(&keys)?);
        return Ok(());
    }
    output::line(row([
        "algorithm",
        "use",
        "state",
        "signs from",
        "signs until",
        "id",
    ]));
    for key in &keys {
        output::line(row([
            key.algorithm.as_str(),
            &word(&key.key_use)?,
            &word(&key.state)?,
            &moment(key, |key| key.signs_from),
            &moment(key, |key| key.signs_until),
            &key.id,
        ]));
    }
    Ok(())
}

async fn rotate(house: &Arc<House>, arguments: &Rotate) -> Result<(), CommandError> {
    let (key_use, algorithms) = match &arguments.algorithm {
        _ if arguments.log => (KeyUse::Checkpoint, vec![Algorithm::Ed25519]),
        Some(name) => (KeyUse::Token, Algorithm::parse(name).into_iter().collect()),
        None => (KeyUse::Token, house.config.keys.algorithms.clone()),
    };
    for algorithm in algorithms {
        let rotation =
            keys::rotate(house, Actor::Operator, key_use, algorithm, arguments.immediately).await?;
        match rotation {
            Rotation::Successor { id, signs_from } => {
                output::line(format_args!(
                    "{algorithm}: the new key {id} signs from {signs_from} on"
                ));
            }
            Rotation::Unchanged => {
                output::line(format_args!(
                    "{algorithm}: a successor is published already; nothing was changed"
                ));
            }
        }
    }
    Ok(())
}

async fn revoke(house: &Arc<House>, id: &str) -> Result<(), CommandError> {
    match keys::revoke(house, &Actor::Operator, id).await? {
        Revocation::Revoked { successor } => {
            output::line(format_args!("{id} is revoked"));
            if let Some((successor, from)) = successor {
                output::line(format_args!("the new key {successor} signs from {from} on"));
            }
            Ok(())
        }
        Revocation::Unchanged => {
            output::line(format_args!("{id} was revoked before; nothing was changed"));
            Ok(())
        }
        Revocation::Unknown => Err(CommandError::NoKey),
        Revocation::OfTheLog => Err(CommandError::KeyOfTheLog),
    }
}

fn row([algorithm, key_use, state, from, until, id]: [&str; 6]) -> String {
    format!("{algorithm:<9}  {key_use:<10}  {state:<9}  {from:<20}  {until:<20}  {id}")
}

/// The word that a plain enum is written as.
fn word<T: serde::Serialize>(value: &T) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string(value)?.trim_matches('"').to_owned())
}

/// To the second: nobody compares keys by microseconds.
fn moment(key: &KeySummary, of: impl Fn(&KeySummary) -> crate::domain::Timestamp) -> String {
    let text = of(key).to_string();
    match text.split_once('.') {
        // Beyond all dates: it signs until another takes its place.
        None if !text.contains('T') => "–".to_owned(),
        Some((seconds, _)) => format!("{seconds}Z"),
        None => text,
    }
}
