//! `doorward password`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::command::Place;
use super::error::CommandError;
use super::{house, input, output};
use crate::domain::Username;
use crate::factor::password;
use crate::op::Op;
use crate::person;

#[derive(Debug, Subcommand)]
pub(super) enum PasswordCommand {
    /// Take over password hashes of another system, so that people keep their passwords.
    ///
    /// Each line of the file is a username and a hash, with a space between: bcrypt, PBKDF2 (SHA-1, SHA-256, SHA-512), scrypt, Argon2 or
    /// SHA-crypt, as PHC or crypt strings, or as Django writes them. They are kept sealed, and replaced by hashes of our own at the
    /// next sign-in of each person. If a line cannot be taken, none is.
    #[command(after_help = "Example:\n  doorward password import ./hashes.txt")]
    Import(Import),
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The file; `-` reads standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Runs it.
pub(super) async fn run(PasswordCommand::Import(arguments): PasswordCommand) -> Result<(), CommandError> {
    let text = input::text(&arguments.file)?;
    let house = house::open(arguments.place.load()?).await?;
    let mut op = house::act(&house);
    let done = match import(&mut op, &text).await {
        Ok(count) => op.commit().await.map(|()| count).map_err(CommandError::from),
        Err(error) => {
            // A connection that it holds would keep the database open.
            drop(op);
            Err(error)
        }
    };
    house::close(&house).await;
    done.map(|count| {
        output::line(match count {
            1 => "took over the password of 1 person".to_owned(),
            count => format!("took over the passwords of {count} people"),
        });
    })
}

/// Takes all lines, or none and says what is wrong with each.
async fn import(op: &mut Op, text: &str) -> Result<usize, CommandError> {
    let (mut taken, mut faults) = (0, Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        match one(op, line).await? {
            Ok(()) => taken += 1,
            Err(why) => faults.push(format!("line {number} {why}")),
        }
    }
    if faults.is_empty() {
        Ok(taken)
    } else {
        Err(CommandError::Hashes(faults.join("\n  ")))
    }
}

async fn one(op: &mut Op, line: &str) -> Result<Result<(), String>, CommandError> {
    let Some((username, hash)) = line.trim().split_once(char::is_whitespace) else {
        return Ok(Err("is no username and hash".to_owned()));
    };
    let found = match Username::parse(username) {
        Ok(username) => person::find_by_username(op, &username).await?,
        Err(_) => None,
    };
    let Some(person) = found else {
        return Ok(Err("names nobody who is there".to_owned()));
    };
    let imported = password::import(op, person.id, hash).await?;
    Ok(imported.map_err(|why| why.to_string()))
}
