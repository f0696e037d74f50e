//! Who cannot get in: people whose accounts are held, and whom wrong guesses lock out.

use super::error::CommandError;
use super::output;
use crate::domain::{OrganisationId, Timestamp, Username, rfc3339};
use crate::enrolment::{self, Held};
use crate::factor::lockout::{self, Lock};
use crate::op::Op;

pub(super) async fn list_held(
    op: &mut Op,
    organisation: OrganisationId,
    json: bool,
) -> Result<(), CommandError> {
    let (mut told, mut after) = (Vec::new(), None);
    loop {
        let found = enrolment::held(op, organisation, "", after.as_ref()).await?;
        let Some(last) = found.last() else { break };
        after = Some(last.person.username.clone());
        told.extend(found.into_iter().map(Waiting::of));
    }
    if json {
        output::line(serde_json::to_string(&told)?);
        return Ok(());
    }
    if told.is_empty() {
        output::line("nobody's account is held");
    }
    for one in &told {
        let state = if one.waits { "waits" } else { "helped" };
        let about = one.held_about.as_deref().unwrap_or("–");
        let (since, username) = (rfc3339::second(one.held_since), &one.username);
        output::line(format_args!(
            "{state:<6}  {since}  {about:<18}  {username}  {}",
            one.name
        ));
    }
    Ok(())
}

/// Somebody whose account is held.
#[derive(Debug, serde::Serialize)]
struct Waiting {
    username: Username,
    name: String,
    #[serde(with = "rfc3339")]
    held_since: Timestamp,
    /// The notice that the owner has answered "this was not me" to.
    held_about: Option<String>,
    /// Nobody has helped yet.
    waits: bool,
}

impl Waiting {
    fn of(held: Held) -> Self {
        Self {
            waits: held.waits(),
            username: held.person.username,
            name: held.person.name,
            held_since: held.hold.since,
            held_about: held.hold.about,
        }
    }
}

/// Somebody who is locked out.
#[derive(Debug, serde::Serialize)]
struct LockedOut {
    username: Username,
    name: String,
    locks: Vec<Lock>,
}

pub(super) async fn list_locked(
    op: &mut Op,
    organisation: OrganisationId,
    json: bool,
) -> Result<(), CommandError> {
    let found = lockout::of_organisation(op, organisation).await?;
    let told = found.into_iter().map(|(person, locks)| LockedOut {
        username: person.username,
        name: person.name,
        locks,
    });
    let told: Vec<LockedOut> = told.collect();
    if json {
        output::line(serde_json::to_string(&told)?);
        return Ok(());
    }
    if told.is_empty() {
        output::line("nobody is locked out");
    }
    for one in &told {
        let locks: Vec<String> = one.locks.iter().map(locked).collect();
        output::line(format_args!(
            "{}  {}  {}",
            one.username,
            one.name,
            locks.join(", ")
        ));
    }
    Ok(())
}

/// What is locked, for whom, and until when.
pub(super) fn locked(lock: &Lock) -> String {
    let whose = if lock.known_browsers {
        "known browsers"
    } else {
        "all other browsers"
    };
    match lock.until {
        Some(until) => {
            let until = rfc3339::second(until);
            format!("{} for {whose} until {until}", lock.factor)
        }
        None => format!("{} for {whose}", lock.factor),
    }
}
