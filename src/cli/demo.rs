//! `doorward demo`.

use std::path::PathBuf;

use clap::Args;

use super::command::Place;
use super::error::CommandError;
use super::output;
use crate::demo::{self, Options};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where the demonstration keeps all its data.
    #[arg(long, value_name = "FOLDER", default_value = "./data/demo")]
    data_dir: PathBuf,
    /// The server's port; the application has the next one, metrics the one after, clients with certificates the one after that. [default:
    /// those that the folder was made for, or 8080, 8081, 9464 and 8083]
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Begin anew: removes what the folder holds.
    #[arg(long)]
    reset: bool,
    /// Print the table as one JSON object on the first line.
    #[arg(long)]
    json: bool,
    /// A configuration file for everything but addresses and data.
    #[arg(long, value_name = "FILE", env = "DOORWARD_CONFIG")]
    config: Option<PathBuf>,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), CommandError> {
    let config = Place::of(arguments.config).load()?;
    let options = Options {
        data_dir: arguments.data_dir,
        port: arguments.port,
        reset: arguments.reset,
        json: arguments.json,
    };
    Ok(Box::pin(demo::run(options, config, |table| output::line(table))).await?)
}
