//! `doorward audit`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::command::Place;
use super::error::CommandError;
use super::{house, output};
use crate::audit::{
    self, Cursor, Entry, Filter, NameBook, Order, Progress, Report, Trust, Which, check_proof, describe,
};
use crate::config::Config;
use crate::domain::{CorrelationId, EventKind, OrganisationId, Outcome, SessionId, Timestamp};
use crate::keys::{KeyError, KeyRing, MasterKey};
use crate::op::Clock;
use crate::storage::{Storage, Tx};

/// Rows between two words on how far verification has come.
const NOTE_EVERY: u64 = 100_000;

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// List events as sentences, the newest first.
    ///
    /// Times are UTC. The number before a sentence is the event's position, `-` if the next checkpoint will give it one.
    #[command(
        after_help = "Example:\n  doorward audit list --kind signin.completed --from 2026-01-01T00:00:00Z"
    )]
    List(List),
    /// Show one event whole, as JSON.
    #[command(after_help = "Example:\n  doorward audit show 17")]
    Show(Show),
    /// Verify every event, chain, tile and checkpoint; fails and names what is wrong if anything is.
    #[command(after_help = "Example:\n  doorward audit verify --checkpoint kept/2026-01.note")]
    Verify(Verify),
    /// Print the proof that one event is in the log, for someone without access to it.
    #[command(after_help = "Example:\n  doorward audit prove 17 > sign-in.tlog-proof")]
    Prove(Prove),
    /// Check a proof; needs no database if the log's key is given.
    #[command(
        after_help = "Example:\n  doorward audit check sign-in.tlog-proof --key id.example.com/audit+1a2b3c4d+AT…"
    )]
    Check(Check),
    /// Print the keys by which others verify checkpoints and proofs.
    #[command(after_help = "Example:\n  doorward audit key > log.keys")]
    Key(Place),
    /// Print the last checkpoint, to be kept elsewhere.
    #[command(after_help = "Example:\n  doorward audit checkpoint > kept/2026-01.note")]
    Checkpoint(Place),
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    place: Place,
    /// By its short name or its id.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// Who acted: a username, or the id of a person, a service account or a client.
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,
    /// What was acted upon: a username, or an id.
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    #[arg(long, value_name = "ID")]
    session: Option<SessionId>,
    /// All events of one request.
    #[arg(long, value_name = "ID")]
    correlation: Option<CorrelationId>,
    /// What happened, as in `signin.completed`.
    #[arg(long, value_name = "WORD", value_parser = kind)]
    kind: Option<EventKind>,
    /// `success` or `refused`.
    #[arg(long, value_name = "WORD", value_parser = outcome)]
    outcome: Option<Outcome>,
    /// Not before this time (RFC 3339).
    #[arg(long, value_name = "TIME", value_parser = time)]
    from: Option<Timestamp>,
    /// Before this time (RFC 3339).
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Timestamp>,
    #[arg(long)]
    oldest_first: bool,
    /// At most so many.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=i64::from(audit::LARGEST_PAGE)))]
    limit: u32,
    /// Go on where the last page ended.
    #[arg(long, value_name = "PLACE")]
    after: Option<Cursor>,
    /// One JSON object a line, instead of sentences.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    place: Place,
    /// A position, or WRITER#COUNTER.
    event: Which,
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    #[command(flatten)]
    place: Place,
    /// A checkpoint that was kept elsewhere; may be given more than once.
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Prove {
    #[command(flatten)]
    place: Place,
    position: u64,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    place: Place,
    #[arg(value_name = "FILE")]
    proof: PathBuf,
    /// A key of the log, as `doorward audit key` prints it; may be given more than once. Without it, the keys of this
    /// installation are taken.
    #[arg(long, value_name = "KEY")]
    key: Vec<String>,
}

fn kind(text: &str) -> Result<EventKind, String> {
    EventKind::parse(text).ok_or_else(|| {
        let all = || EventKind::ALL.iter().map(|kind| kind.as_str());
        let (begin, _) = text.split_once('.').unwrap_or((text, ""));
        let near: Vec<&str> = all()
            .filter(|word| word.split('.').next() == Some(begin))
            .collect();
        if near.is_empty() {
            let mut begins: Vec<&str> = all().filter_map(|word| word.split('.').next()).collect();
            begins.dedup();
            return format!(
                "no event is called that; their words begin with {}",
                begins.join(", ")
            );
        }
        format!("no event is called that; there are {}", near.join(", "))
    })
}

fn outcome(text: &str) -> Result<Outcome, &'static str> {
    Outcome::parse(text).ok_or("it is success or refused")
}

fn time(text: &str) -> Result<Timestamp, &'static str> {
    let time: jiff::Timestamp = text.parse().map_err(|_| "write it like 2026-01-31T08:00:00Z")?;
    Ok(Timestamp::from_micros(time.as_microsecond()))
}

/// Runs one of the commands.
pub(super) async fn run(command: AuditCommand) -> Result<(), CommandError> {
    match command {
        AuditCommand::List(arguments) => list(arguments).await,
        AuditCommand::Show(arguments) => show(arguments).await,
        AuditCommand::Verify(arguments) => Box::pin(verify(arguments)).await,
        AuditCommand::Prove(arguments) => prove(arguments).await,
        AuditCommand::Check(arguments) => Box::pin(check(arguments)).await,
        AuditCommand::Key(place) => Box::pin(key(&place)).await,
        AuditCommand::Checkpoint(place) => checkpoint(&place).await,
    }
}

/// The keys of this installation: taken from private keys that open with the master key, so that nobody who can only write to
/// the database can add one.
async fn trust(config: &Config, storage: &Storage) -> Result<Trust, CommandError> {
    let master = match (&config.keys.master_key, &config.keys.master_key_file) {
        (Some(key), _) => MasterKey::parse(key.expose())?,
        (None, Some(file)) => MasterKey::from_file(file, false)?,
        (None, None) => return Err(KeyError::MasterKey.into()),
    };
    let ring = KeyRing::load(storage, &master, &config.keys, Clock::system().now()).await?;
    Ok(Trust {
        origin: audit::origin(&config.server.issuer),
        keys: ring.checkpoint_verifiers().to_vec(),
    })
}

async fn list(arguments: List) -> Result<(), CommandError> {
    let storage = house::open_database(&arguments.place.load()?).await?;
    let mut tx = storage.read().await?;
    let filter = Filter {
        organisation: organisation(&mut tx, arguments.organisation).await?,
        actor: id_of(&mut tx, arguments.actor).await?,
        target: id_of(&mut tx, arguments.target).await?,
        client: arguments.client,
        session: arguments.session,
        kind: arguments.kind,
        outcome: arguments.outcome,
        correlation: arguments.correlation,
        from: arguments.from,
        until: arguments.until,
        order: if arguments.oldest_first {
            Order::OldestFirst
        } else {
            Order::NewestFirst
        },
        limit: arguments.limit,
        after: arguments.after,
    };
    let entries = audit::list(&mut tx, &filter).await?;
    if arguments.json {
        for entry in &entries {
            output::line(serde_json::to_string(entry).map_err(audit::AuditError::from)?);
        }
        return Ok(());
    }
    if entries.is_empty() {
        output::line("no event is like that");
        return Ok(());
    }
    let names = NameBook::of(&mut tx, &entries).await?;
    print_sentences(&entries, &names);
    if u32::try_from(entries.len()) == Ok(filter.limit)
        && let Some(last) = entries.last()
    {
        output::note(format_args!("there may be more: --after {}", last.cursor()));
    }
    Ok(())
}

/// An organisation by its short name, or by its id.
async fn organisation(tx: &mut Tx, said: Option<String>) -> Result<Option<OrganisationId>, CommandError> {
    let Some(said) = said else { return Ok(None) };
    let found = audit::organisation_called(tx, &said).await?;
    let id = found.as_ref().unwrap_or(&said).parse();
    id.map(Some).map_err(|_| CommandError::NoOrganisation)
}

/// The id of whoever is called so; what nobody is called is an id itself.
async fn id_of(tx: &mut Tx, said: Option<String>) -> Result<Option<String>, CommandError> {
    let Some(said) = said else { return Ok(None) };
    let person = audit::person_called(tx, &said).await?;
    Ok(Some(person.unwrap_or(said)))
}

/// One line an event, under a heading for each day.
fn print_sentences(entries: &[Entry], names: &NameBook) {
    let mut day = String::new();
    for entry in entries {
        let at = entry.event.at.to_string();
        let date = at.split('T').next().unwrap_or_default();
        if date != day {
            date.clone_into(&mut day);
            output::line(&day);
        }
        let position = entry
            .position
            .map_or_else(|| "-".to_owned(), |position| position.to_string());
        let sentence = describe(entry, &|kind, id| names.get(kind, id));
        output::line(format_args!("{position:>8}  {sentence}"));
    }
}

async fn show(arguments: Show) -> Result<(), CommandError> {
    let storage = house::open_database(&arguments.place.load()?).await?;
    let mut tx = storage.read().await?;
    let entry = audit::show(&mut tx, arguments.event)
        .await?
        .ok_or(CommandError::NoEvent)?;
    output::line(serde_json::to_string_pretty(&entry).map_err(audit::AuditError::from)?);
    Ok(())
}

async fn verify(arguments: Verify) -> Result<(), CommandError> {
    let config = arguments.place.load()?;
    let elsewhere: Vec<String> = arguments
        .checkpoint
        .iter()
        .map(|path| read(path))
        .collect::<Result<_, _>>()?;
    let storage = house::open_database(&config).await?;
    let trust = trust(&config, &storage).await?;
    let mut noted = 0;
    let mut tell = |progress: Progress| {
        if progress.done / NOTE_EVERY > noted {
            noted = progress.done / NOTE_EVERY;
            output::note(format_args!("{} of {} rows", progress.done, progress.total));
        }
    };
    let report = audit::verify(&storage, &trust, &elsewhere, &mut tell).await?;
    for finding in &report.findings {
        output::line(finding);
    }
    if report.more > 0 {
        output::line(format_args!("and {} more", report.more));
    }
    print_summary(&report);
    let found = u64::try_from(report.findings.len()).unwrap_or(u64::MAX);
    if report.is_good() {
        Ok(())
    } else {
        Err(CommandError::Findings(found.saturating_add(report.more)))
    }
}

fn print_summary(report: &Report) {
    output::line(format_args!(
        "{} in {}, {} of them under {}, {} waiting for the next one",
        output::count(report.events, "event"),
        output::count(report.chains, "chain"),
        report.size,
        output::count(report.checkpoints, "checkpoint"),
        report.unsequenced
    ));
    if let Some(root) = report.root.filter(|_| report.is_good()) {
        let root = data_encoding::BASE64.encode(&root);
        output::line(format_args!("the log is as it was written; root {root}"));
    } else if report.is_good() {
        output::line("the log is as it was written; it has no checkpoint yet");
    }
}

async fn prove(arguments: Prove) -> Result<(), CommandError> {
    let storage = house::open_database(&arguments.place.load()?).await?;
    let proof = audit::prove(&storage, arguments.position)
        .await?
        .ok_or(CommandError::NoEvent)?;
    output::line(proof.trim_end());
    Ok(())
}

async fn check(arguments: Check) -> Result<(), CommandError> {
    let text = read(&arguments.proof)?;
    let trust = if arguments.key.is_empty() {
        let config = arguments.place.load()?;
        trust(&config, &house::open_database(&config).await?).await?
    } else {
        Trust::of_verifier_keys(&arguments.key).ok_or(CommandError::VerifierKey)?
    };
    let proven = check_proof(&text, &trust)?;
    output::line(format_args!(
        "event {}#{} is at position {} of the log {}, under its checkpoint over {}:",
        proven.writer,
        proven.counter,
        proven.position,
        trust.origin,
        output::count(proven.checkpoint.size, "event")
    ));
    output::line(proven.body);
    Ok(())
}

async fn key(place: &Place) -> Result<(), CommandError> {
    let config = place.load()?;
    let trust = trust(&config, &house::open_database(&config).await?).await?;
    for key in &trust.keys {
        output::line(audit::verifier_key(&trust.origin, key));
    }
    Ok(())
}

async fn checkpoint(place: &Place) -> Result<(), CommandError> {
    let storage = house::open_database(&place.load()?).await?;
    let note = audit::last_note(&storage).await?.ok_or(CommandError::NoEvent)?;
    output::line(note.trim_end());
    Ok(())
}

fn read(path: &Path) -> Result<String, CommandError> {
    std::fs::read_to_string(path).map_err(|source| CommandError::File {
        path: path.to_owned(),
        source,
    })
}
