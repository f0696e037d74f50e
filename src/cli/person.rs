//! `doorward person`: invite people, look at them, help those who have lost what they sign in with.

use std::sync::Arc;

use clap::{Args, Subcommand};

use super::command::Place;
use super::error::CommandError;
use super::waiting::locked;
use super::{house, output, pass, waiting};
use crate::access;
use crate::domain::{
    DeviceId, EmailAddress, OrganisationId, PersonId, PersonStatus, Subject, Username, rfc3339,
};
use crate::enrolment::{self, Invitation};
use crate::factor::lockout::{self, Lock};
use crate::factor::removal::{self, Factor, Which};
use crate::factor::{password, recovery};
use crate::op::{House, Op};
use crate::person::{self, NewPerson, Person};
use crate::rule::{self, TrustedDevice};

#[derive(Debug, Subcommand)]
pub(super) enum PersonCommand {
    /// Make an account for a new person, and invite them to set up how they sign in.
    ///
    /// The invitation is a link that is good once. It goes to their address by mail, or is printed with --show.
    #[command(
        after_help = "Example:\n  doorward person invite --organisation northbeam --username kim@northbeam.example \\\n      --name \"Kim Aydin\" --email kim@northbeam.example --department support --role analyst"
    )]
    Invite(Invite),
    /// List the people of an organisation, by username.
    ///
    /// With --locked those whom wrong guesses lock out. With --held those whose accounts are held: since when, whether somebody has helped, and about which notice they have said that it
    /// was not they.
    #[command(
        after_help = "Example:\n  doorward person list --organisation northbeam --json\n  doorward person list --organisation northbeam --held\n  doorward person list --organisation northbeam --locked"
    )]
    List(List),
    /// Show one person: state, address, what they sign in with, roles and groups.
    #[command(after_help = "Example:\n  doorward person show kim@northbeam.example")]
    Show(Show),
    /// Remove one factor of a person: an authenticator, a passkey or a security key.
    ///
    /// The owner is told by mail. Their last second factor stays: for somebody who has lost it there is `doorward person recover`,
    /// which ends all that the account had and asks for as much again.
    #[command(
        after_help = "Example:\n  doorward person remove-factor kim@northbeam.example 01980a6e-3c52-7d4f-8a53-0f1c2d3e4f50 \\\n      --reason \"sold the phone\""
    )]
    RemoveFactor(RemoveFactor),
    /// End the locks that wrong guesses have brought on a person: their password or codes are taken again at once.
    ///
    /// `doorward person show` tells what is locked. Browsers by which they have signed in before count apart from all others.
    #[command(
        after_help = "Example:\n  doorward person unlock kim@northbeam.example --reason \"known by voice, had the caps lock on\""
    )]
    Unlock(Unlock),
    /// Switch the account of a person off: nobody gets in by it, and sessions, tokens and links end at once.
    ///
    /// What the person holds stays, and is there again once the account is on.
    #[command(
        after_help = "Example:\n  doorward person disable kim@northbeam.example --reason \"left the company\""
    )]
    Disable(Switch),
    /// Switch the account of a person on again. They sign in anew.
    #[command(
        after_help = "Example:\n  doorward person enable kim@northbeam.example --reason \"back from parental leave\""
    )]
    Enable(Switch),
    /// End the trust of a person in a device, or in all of them: they are asked for a second factor there again.
    #[command(after_help = "Example:\n  doorward person distrust kim@northbeam.example")]
    Distrust(Distrust),
    /// Help a person who has lost what they sign in with: issue a link that is good once, by which they set it anew.
    ///
    /// The owner is told by mail at once. With the use of the link all ends that the account had: sessions, password,
    /// passkeys, authenticators, recovery codes. Where `doorward person recovery-rule` says so, an administrator has to agree.
    #[command(
        after_help = "Example:\n  doorward person recover kim@northbeam.example --reason \"lost the phone, known by voice\""
    )]
    Recover(pass::Recover),
    /// Agree to a link that an administrator has asked for.
    #[command(
        after_help = "Example:\n  doorward person agree --organisation northbeam 01980a6e-3c52-7d4f-8a53-0f1c2d3e4f50"
    )]
    Agree(pass::Agree),
    /// Show before whose recovery two administrators have to agree in an organisation, or change it.
    ///
    /// An organisation can ask for more than `signin.recovery_needs_two`, never for less. All who keep its rules are told by mail.
    #[command(
        after_help = "Example:\n  doorward person recovery-rule --organisation northbeam --needs-two administrators"
    )]
    RecoveryRule(pass::RecoveryRule),
    /// List the links of an organisation that are good, or wait for a second administrator.
    #[command(after_help = "Example:\n  doorward person passes --organisation northbeam --json")]
    Passes(pass::Passes),
    /// Take back a link that was issued, or waits for a second administrator.
    ///
    /// Whoever has begun with it stays out until another one is issued: what the account had before has ended.
    #[command(
        after_help = "Example:\n  doorward person take-back --organisation northbeam 01980a6e-3c52-7d4f-8a53-0f1c2d3e4f50"
    )]
    TakeBack(pass::TakeBack),
}

#[derive(Debug, Args)]
pub(super) struct Invite {
    /// The short name of the organisation.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// The name that the person signs in with.
    #[arg(long, value_name = "NAME")]
    username: String,
    /// The person's full name.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Where mails go.
    #[arg(long, value_name = "ADDRESS")]
    email: EmailAddress,
    /// The language that the person reads, such as de.
    #[arg(long, value_name = "TAG")]
    locale: Option<String>,
    /// The name of a department of the organisation.
    #[arg(long, value_name = "NAME")]
    department: Option<String>,
    /// The name of a role; may be said several times.
    #[arg(long = "role", value_name = "NAME")]
    roles: Vec<String>,
    /// Print the link instead of sending it, to be handed over.
    #[arg(long)]
    show: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// The short name of the organisation.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// Only those whose accounts are held: nobody gets in until they are helped.
    #[arg(long)]
    held: bool,
    /// Only those whom many wrong guesses lock out for a while: what is locked, for whom, and until when.
    #[arg(long, conflicts_with = "held")]
    locked: bool,
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// The person's username.
    #[arg(value_name = "NAME")]
    username: String,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct RemoveFactor {
    /// The person's username.
    #[arg(value_name = "NAME")]
    username: String,
    /// The id of the factor, as `doorward person show` shows it.
    #[arg(value_name = "ID")]
    id: String,
    /// Why; kept in the audit log.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Unlock {
    /// The person's username.
    #[arg(value_name = "NAME")]
    username: String,
    /// Why; kept in the audit log.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Switch {
    /// The person's username.
    #[arg(value_name = "NAME")]
    username: String,
    /// Why; kept in the audit log.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Distrust {
    /// The person's username.
    #[arg(value_name = "NAME")]
    username: String,
    /// The device, as `doorward person show` shows it; without it, all.
    #[arg(long, value_name = "ID")]
    device: Option<String>,
    #[command(flatten)]
    place: Place,
}

/// Runs one of them.
pub(super) async fn run(command: PersonCommand) -> Result<(), CommandError> {
    let place = match &command {
        PersonCommand::Invite(arguments) => &arguments.place,
        PersonCommand::List(arguments) => &arguments.place,
        PersonCommand::Show(arguments) => &arguments.place,
        PersonCommand::RemoveFactor(arguments) => &arguments.place,
        PersonCommand::Unlock(arguments) => &arguments.place,
        PersonCommand::Disable(arguments) | PersonCommand::Enable(arguments) => &arguments.place,
        PersonCommand::Distrust(arguments) => &arguments.place,
        PersonCommand::Recover(arguments) => &arguments.place,
        PersonCommand::Agree(arguments) => &arguments.place,
        PersonCommand::RecoveryRule(arguments) => &arguments.place,
        PersonCommand::Passes(arguments) => &arguments.place,
        PersonCommand::TakeBack(arguments) => &arguments.place,
    };
    let house = house::open(place.load()?).await?;
    let done = match &command {
        PersonCommand::Invite(arguments) => invite(&house, arguments).await,
        PersonCommand::List(arguments) => list(&house, arguments).await,
        PersonCommand::Show(arguments) => show(&house, arguments).await,
        PersonCommand::RemoveFactor(arguments) => remove_factor(&house, arguments).await,
        PersonCommand::Unlock(arguments) => unlock(&house, arguments).await,
        PersonCommand::Disable(arguments) => switch(&house, arguments, PersonStatus::Disabled).await,
        PersonCommand::Enable(arguments) => switch(&house, arguments, PersonStatus::Active).await,
        PersonCommand::Distrust(arguments) => distrust(&house, arguments).await,
        PersonCommand::Recover(arguments) => pass::recover(&house, arguments).await,
        PersonCommand::Agree(arguments) => pass::agree(&house, arguments).await,
        PersonCommand::RecoveryRule(arguments) => pass::recovery_rule(&house, arguments).await,
        PersonCommand::Passes(arguments) => pass::list(&house, arguments).await,
        PersonCommand::TakeBack(arguments) => pass::take_back(&house, arguments).await,
    };
    house::close(&house).await;
    done
}

pub(super) async fn organisation(op: &mut Op, slug: &str) -> Result<OrganisationId, CommandError> {
    let found = person::find_organisation_by_slug(op, slug).await?;
    Ok(found.ok_or(CommandError::NoOrganisation)?.id)
}

pub(super) async fn named(op: &mut Op, username: &str) -> Result<Person, CommandError> {
    let username = Username::parse(username).map_err(|_| CommandError::NoPerson)?;
    let found = person::find_by_username(op, &username).await?;
    found.ok_or(CommandError::NoPerson)
}

async fn invite(house: &Arc<House>, arguments: &Invite) -> Result<(), CommandError> {
    let username = Username::parse(&arguments.username)?;
    let mut op = house::act(house);
    let organisation = organisation(&mut op, &arguments.organisation).await?;
    let mut person = NewPerson::named(organisation, username.clone(), arguments.name.trim());
    person.email = Some(arguments.email.to_string());
    person.locale.clone_from(&arguments.locale);
    let invitation = Invitation {
        person,
        department: arguments.department.clone(),
        roles: arguments.roles.clone(),
    };
    let (_, issued) = enrolment::invite(&mut op, invitation, pass::delivery(arguments.show)).await?;
    op.commit().await?;
    pass::tell(&username, &issued);
    Ok(())
}

async fn remove_factor(house: &Arc<House>, arguments: &RemoveFactor) -> Result<(), CommandError> {
    let mut op = house::act(house);
    let person = named(&mut op, &arguments.username).await?;
    let removed = removal::remove(&mut op, person.id, &arguments.id, &arguments.reason).await;
    op.conclude(removed).await??;
    output::line(format_args!("the factor of {} is removed", person.username));
    Ok(())
}

async fn list(house: &Arc<House>, arguments: &List) -> Result<(), CommandError> {
    let mut op = house::act(house);
    let organisation = organisation(&mut op, &arguments.organisation).await?;
    if arguments.held {
        return waiting::list_held(&mut op, organisation, arguments.json).await;
    }
    if arguments.locked {
        return waiting::list_locked(&mut op, organisation, arguments.json).await;
    }
    let mut told = Vec::new();
    let mut after = None;
    loop {
        let people = person::list(&mut op, organisation, after.as_ref()).await?;
        let Some(last) = people.last() else { break };
        after = Some(last.username.clone());
        for one in &people {
            told.push(Row::of(&mut op, one).await?);
        }
    }
    if arguments.json {
        output::line(serde_json::to_string(&told)?);
        return Ok(());
    }
    if told.is_empty() {
        output::line("the organisation has no people");
    }
    for one in &told {
        let (state, name) = (one.state(), &one.name);
        output::line(format_args!("{state:<8}  {}  {name}", one.username));
    }
    Ok(())
}

/// A person as a list has them.
#[derive(Debug, serde::Serialize)]
struct Row {
    id: PersonId,
    username: String,
    name: String,
    email: Option<String>,
    email_verified: bool,
    status: PersonStatus,
    /// Nobody gets in until the account is recovered.
    held: bool,
}

impl Row {
    async fn of(op: &mut Op, person: &Person) -> Result<Self, CommandError> {
        Ok(Self {
            id: person.id,
            username: person.username.to_string(),
            name: person.name.clone(),
            email: person.email.clone(),
            email_verified: person.email_verified,
            status: person.status,
            held: person::is_held(op, person).await?,
        })
    }

    fn state(&self) -> &'static str {
        if self.held {
            return "held";
        }
        self.status.as_str()
    }
}

async fn unlock(house: &Arc<House>, arguments: &Unlock) -> Result<(), CommandError> {
    let mut op = house::act(house);
    let person = named(&mut op, &arguments.username).await?;
    let unlocked = lockout::unlock(&mut op, &person, &arguments.reason).await;
    op.conclude(unlocked).await??;
    output::line("the lock is ended");
    Ok(())
}

async fn switch(house: &Arc<House>, arguments: &Switch, to: PersonStatus) -> Result<(), CommandError> {
    let mut op = house::act(house);
    let person = named(&mut op, &arguments.username).await?;
    let switched = enrolment::switch(&mut op, &person, to, &arguments.reason).await;
    op.conclude(switched).await??;
    output::line(match to {
        PersonStatus::Active => "the account is on",
        _ => "the account is off",
    });
    Ok(())
}

async fn distrust(house: &Arc<House>, arguments: &Distrust) -> Result<(), CommandError> {
    let mut op = house::act(house);
    let person = named(&mut op, &arguments.username).await?;
    let ended = match &arguments.device {
        None => rule::distrust_all(&mut op, person.id).await,
        Some(id) => match DeviceId::parse(id) {
            Some(device) => rule::distrust(&mut op, person.id, &device).await.map(u64::from),
            None => Ok(0),
        },
    };
    match op.conclude(ended).await? {
        0 => Err(CommandError::NoDevice),
        ended => {
            let devices = if ended == 1 { "device is" } else { "devices are" };
            output::line(format_args!("{ended} {devices} not trusted any more"));
            Ok(())
        }
    }
}

/// What is shown of one person.
#[derive(Debug, serde::Serialize)]
struct Shown {
    #[serde(flatten)]
    row: Row,
    password: bool,
    passkeys: usize,
    authenticators: usize,
    /// Passkeys and authenticators with their ids, by which one is removed.
    factors: Vec<Factor>,
    recovery_codes: i64,
    /// Devices on which no second factor is asked for.
    trusted_devices: Vec<TrustedDevice>,
    /// What wrong guesses have locked.
    locks: Vec<Lock>,
    roles: Vec<String>,
    groups: Vec<String>,
}

async fn show(house: &Arc<House>, arguments: &Show) -> Result<(), CommandError> {
    let mut op = house::act(house);
    let person = named(&mut op, &arguments.username).await?;
    let kept = access::kept(&mut op, Subject::Person(person.id)).await?;
    let factors = removal::list(&mut op, person.id).await?;
    let is_passkey = |one: &&Factor| matches!(one.which, Which::Passkey(_));
    let passkeys = factors.iter().filter(is_passkey).count();
    let shown = Shown {
        row: Row::of(&mut op, &person).await?,
        password: password::changed_at(&mut op, person.id).await?.is_some(),
        passkeys,
        authenticators: factors.len() - passkeys,
        factors,
        recovery_codes: recovery::left(&mut op, person.id).await?,
        trusted_devices: rule::trusted(&mut op, person.id).await?,
        locks: lockout::locks(&mut op, person.id).await?,
        roles: kept.roles,
        groups: kept.groups,
    };
    if arguments.json {
        output::line(serde_json::to_string(&shown)?);
        return Ok(());
    }
    print(&shown);
    Ok(())
}

fn print(shown: &Shown) {
    let row = &shown.row;
    let proven = if row.email_verified { "" } else { " (not proven)" };
    let email = row.email.as_deref().unwrap_or("–");
    let password = if shown.password { "set" } else { "none" };
    let lines = [
        ("username", row.username.clone()),
        ("name", row.name.clone()),
        ("state", row.state().to_owned()),
        ("e-mail", format!("{email}{proven}")),
        ("password", password.to_owned()),
        ("passkeys", shown.passkeys.to_string()),
        ("authenticators", shown.authenticators.to_string()),
        ("recovery codes", shown.recovery_codes.to_string()),
        ("trusted devices", shown.trusted_devices.len().to_string()),
        (
            "locked",
            output::words(&shown.locks.iter().map(locked).collect::<Vec<_>>(), "no"),
        ),
        ("roles", output::words(&shown.roles, "none")),
        ("groups", output::words(&shown.groups, "none")),
    ];
    for (name, value) in lines {
        output::line(format_args!("{name:<15} {value}"));
    }
    for one in &shown.factors {
        let (kind, id) = (one.which.kind(), one.which.id());
        output::line(format_args!("{kind:<15} {id}  {}", one.name));
    }
    for one in &shown.trusted_devices {
        let agent = one.user_agent.as_deref().unwrap_or("–");
        output::line(format_args!(
            "trusted device  {}  since {}  {agent}",
            one.id,
            rfc3339::second(one.since)
        ));
    }
}
