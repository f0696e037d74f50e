//! `doorward init`: the set-up of an installation without a browser.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::command::Place;
use super::error::CommandError;
use super::{house, output};
use crate::domain::{Secret, Username};
use crate::factor::totp;
use crate::op::House;
use crate::signin::setup::{self, NewHouse};

/// More than any password that is taken; a file that is larger is some other file.
const LARGEST_FILE: u64 = 4_096;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The organisation's name as shown.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// Its short name, in lower-case letters, digits and hyphens; made from the name if left out.
    #[arg(long, value_name = "WORD")]
    slug: Option<String>,
    /// The administrator's username, often an e-mail address.
    #[arg(long)]
    username: String,
    /// The administrator's name as shown.
    #[arg(long)]
    name: String,
    /// The file that holds the administrator's password; `-` reads standard input. One line end after it is left out.
    #[arg(long, value_name = "FILE")]
    password_file: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// Sets the installation up.
pub(super) async fn run(arguments: Arguments) -> Result<(), CommandError> {
    let password = read_password(&arguments.password_file)?;
    let new = NewHouse {
        slug: arguments.slug.unwrap_or_else(|| slug_of(&arguments.organisation)),
        organisation: arguments.organisation,
        name: arguments.name,
        username: arguments.username,
        password,
    };
    let slug = new.slug.clone();
    let house = house::open_or_make(arguments.place.load()?).await?;
    let set_up = set_up(&house, new).await;
    house::close(&house).await;
    let (username, totp_secret) = set_up?;
    if arguments.json {
        let answer = serde_json::json!({
            "organization": slug,
            "username": username.as_str(),
            "totp_secret": totp_secret.expose(),
        });
        output::line(answer);
        return Ok(());
    }
    output::line(format_args!("{slug} is set up; {username} is its administrator."));
    output::line(format_args!(
        "key for an authenticator app: {}",
        totp_secret.expose()
    ));
    output::line("It is shown this once. Enter it in the app, then sign in with the password and a code.");
    Ok(())
}

/// One act, on record as a whole. Answers the administrator's username and the key of the authenticator.
async fn set_up(house: &Arc<House>, new: NewHouse) -> Result<(Username, Secret), CommandError> {
    let mut op = house::act(house);
    let administrator = setup::create(&mut op, new).await??;
    let totp_secret = totp::new_secret(&op);
    totp::enrol_directly(&mut op, administrator.id, &totp_secret).await?;
    op.commit().await?;
    Ok((administrator.username, totp_secret))
}

fn read_password(file: &Path) -> Result<Secret, CommandError> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(LARGEST_FILE)
            .read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|open| open.take(LARGEST_FILE).read_to_string(&mut text))
    };
    read.map_err(|source| CommandError::PasswordFile {
        from: file.to_owned(),
        source,
    })?;
    // Only the line end that editors add: spaces can belong to a password.
    let password = text.strip_suffix('\n').unwrap_or(&text);
    let password = password.strip_suffix('\r').unwrap_or(password);
    Ok(Secret::new(password.to_owned()))
}

/// A short name out of a name: its letters and digits, words joined by hyphens.
fn slug_of(name: &str) -> String {
    name.to_lowercase()
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}
