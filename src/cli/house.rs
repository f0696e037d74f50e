//! A house for one command: the same as the server's, without a listener.

use std::path::Path;
use std::sync::Arc;

use super::error::CommandError;
use crate::config::Config;
use crate::domain::Actor;
use crate::op::{Clock, House, Op};
use crate::server;
use crate::storage::{Options, Storage};

/// Connections of a command that only reads.
const CONNECTIONS: u32 = 2;

/// Opens a database that is there, and loads its keys. A command that reads or changes makes neither: somebody who forgot to say where
/// their data is would be told of an empty installation, and have one more.
pub(super) async fn open(config: Config) -> Result<Arc<House>, CommandError> {
    open_database(&config).await?.close().await;
    check_master_key(&config)?;
    open_or_make(config).await
}

/// The same for the first set-up, which makes what is missing.
pub(super) async fn open_or_make(config: Config) -> Result<Arc<House>, CommandError> {
    // On the heap: what it puts together is large.
    Ok(Box::pin(server::assemble(config, Clock::system())).await?)
}

/// The database by itself, if there is one.
pub(super) async fn open_database(config: &Config) -> Result<Storage, CommandError> {
    let options = Options {
        url: config.database.url.clone(),
        connections: CONNECTIONS,
        wait: config.database.wait,
    };
    if let Some(file) = options.file().filter(|file| !file.exists()) {
        return Err(CommandError::NoDatabase(file));
    }
    let storage = Storage::open(&options).await?;
    if storage.migration_status().await?.applied == 0 {
        storage.close().await;
        return Err(CommandError::EmptyDatabase);
    }
    Ok(storage)
}

fn check_master_key(config: &Config) -> Result<(), CommandError> {
    match (&config.keys.master_key, &config.keys.master_key_file) {
        (None, Some(file)) if !Path::exists(file) => Err(CommandError::NoMasterKey(file.clone())),
        _ => Ok(()),
    }
}

/// Waits for what is under way, and closes the database.
pub(super) async fn close(house: &House) {
    house.recorder.stop().await;
    house.storage.close().await;
}

/// An act of the operator on the server's own machine.
pub(super) fn act(house: &Arc<House>) -> Op {
    Op::inside(house, Actor::Operator)
}
