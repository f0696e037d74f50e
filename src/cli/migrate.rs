//! `doorward migrate`.

use super::error::CommandError;
use super::output;
use crate::config::Config;
use crate::storage::{Options, Storage};

/// Brings the database to the shape that this version needs.
pub(super) async fn run(config: &Config) -> Result<(), CommandError> {
    let options = Options {
        url: config.database.url.clone(),
        connections: 1,
        wait: config.database.wait,
    };
    let storage = Storage::open(&options).await?;
    let migrated = storage.migrate().await;
    storage.close().await;
    migrated?;
    output::line("the database is up to date");
    Ok(())
}
