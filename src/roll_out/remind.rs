//! The job that reminds people: it goes through an organisation a page at a time, each page an act of its own.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{RollOut, all, letter, schedule, store};
use crate::domain::{
    EventKind, FactorAsked, OrganisationId, PersonId, PersonStatus, ReminderKind, RuleId, Subject, Timestamp,
    Username,
};
use crate::factor::{passkey, second};
use crate::job::{self, Kind, Task, Verdict, Working};
use crate::mail::{self, Recipient};
use crate::op::{EventDraft, Op, OpError};
use crate::person::{self, Person};
use crate::rule::{self, Bearing, Census, RuleSet};

/// The job of one page of people.
pub(super) const REMIND: &str = "roll_out.remind";

/// How often people are looked for.
const PERIOD: Duration = Duration::from_hours(1);

/// How long after one reminder the next is sent by itself.
const BETWEEN: Duration = Duration::from_hours(20);

/// How long a reminder is worth sending whose grace is over.
const LATE: Duration = Duration::from_hours(24);

/// The work of this room.
#[must_use]
pub fn jobs() -> Vec<Kind> {
    vec![Kind { name: REMIND, run }]
}

/// What is to be done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Round {
    organisation: OrganisationId,
    rule: RuleId,
    begun_at: Timestamp,
    /// When an administrator has asked for it; none for reminders that are sent by themselves.
    called_at: Option<Timestamp>,
    /// The last user name of the page before.
    after: Option<String>,
}

impl Round {
    pub(super) fn new(
        organisation: OrganisationId,
        (rule, begun_at): (RuleId, Timestamp),
        called_at: Option<Timestamp>,
    ) -> Self {
        Self {
            organisation,
            rule,
            begun_at,
            called_at,
            after: None,
        }
    }

    pub(super) fn payload(&self) -> Result<serde_json::Value, OpError> {
        serde_json::to_value(self).map_err(|_| OpError::Broken("a job cannot be written"))
    }
}

/// Looks which roll-outs run, and queues the work of those for which nobody has looked within the hour. Of several processes one does.
pub async fn look(op: &mut Op) -> Result<(), OpError> {
    if !mail::is_on(&op.house) {
        return Ok(());
    }
    let (now, before) = (op.now, op.now.minus(PERIOD));
    let mut due = Vec::new();
    for organisation in rule::organisations(op).await? {
        let set = rule::current(op, organisation).await?;
        for roll_out in all(&set) {
            let Some(begun_at) = roll_out.begun_at(now) else {
                continue;
            };
            let round = store::round(op.reading().await?, roll_out.id()).await?;
            if round.is_none_or(|round| round.begun != begun_at || round.looked <= before) {
                due.push(Round::new(organisation, (roll_out.id(), begun_at), None));
            }
        }
    }
    for round in due {
        let key = (round.rule, round.begun_at);
        if store::take_look(op.writing().await?, key, (now, before)).await? {
            job::queue(op, REMIND, &round.payload()?).await?;
        }
    }
    Ok(())
}

fn run<'a>(op: &'a mut Op, task: &'a Task) -> Working<'a> {
    Box::pin(async move {
        let Ok(round) = serde_json::from_value::<Round>(task.payload.clone()) else {
            return Ok(Verdict::Never("the job cannot be read"));
        };
        work(op, round).await?;
        Ok(Verdict::Done)
    })
}

/// One page of people, and the next job if there are more.
async fn work(op: &mut Op, mut round: Round) -> Result<(), OpError> {
    let set = rule::current(op, round.organisation).await?;
    let running = all(&set).into_iter();
    let mut running = running.filter(|one| one.begun_at(op.now) == Some(round.begun_at));
    // Switched off meanwhile, or off and on: then another round goes.
    let Some(roll_out) = running.find(|one| one.id() == round.rule) else {
        return Ok(());
    };
    let after = round.after.as_deref().map(Username::parse).transpose();
    let after = after.map_err(|_| OpError::Broken("a job names no user name"))?;
    let people = person::list(op, round.organisation, after.as_ref()).await?;
    let more = people.len() >= person::PAGE_LENGTH;
    round.after = people.last().map(|last| last.username.to_string());
    // All that is read is read before the write transaction opens.
    let wanted = wanted(op, &set, &roll_out, &round, people).await?;
    let mut reached = 0_i64;
    for one in &wanted {
        reached += i64::from(send(op, &roll_out, &round, one).await?);
    }
    if more {
        job::queue(op, REMIND, &round.payload()?).await?;
    }
    if reached > 0 {
        op.record(
            EventDraft::success(EventKind::RollOutReminded)
                .organisation(round.organisation)
                .target("rule", round.rule)
                .detail("name", roll_out.rule.definition.name.clone())
                .detail("asked", round.called_at.is_some())
                .detail("people", reached),
        );
    }
    Ok(())
}

/// Somebody who is to be reminded.
struct Wanted {
    person: Person,
    kind: ReminderKind,
    /// The one whose place it takes, where an administrator has asked for it: nobody gets both.
    instead: Option<ReminderKind>,
    due: Timestamp,
}

async fn wanted(
    op: &mut Op,
    set: &RuleSet,
    roll_out: &RollOut,
    round: &Round,
    people: Vec<Person>,
) -> Result<Vec<Wanted>, OpError> {
    let reachable = |person: &Person| person.status == PersonStatus::Active && person.email_verified;
    let people = people.into_iter().filter(reachable);
    let mut wanted = Vec::new();
    let rules = [roll_out.id()];
    let census = Census::of(op, set, &rules).await?;
    for person in people {
        let Some(meant) = census.ask(person, op.now) else {
            continue;
        };
        let Some(Some(Bearing::Asked { since, due })) = meant.bearings.first().copied() else {
            continue;
        };
        let at_hand = schedule::at_hand(since, due, op.now);
        let (kind, instead) = match round.called_at {
            Some(_) => (Some(ReminderKind::Asked), at_hand),
            None => (at_hand, None),
        };
        let Some(kind) = kind else { continue };
        let one = Wanted {
            person: meant.person,
            kind,
            instead,
            due,
        };
        if is_too_soon(op, round, one.person.id).await? || has_had(op, round, &one).await? {
            continue;
        }
        if is_left(op, roll_out, &one.person).await? {
            wanted.push(one);
        }
    }
    Ok(wanted)
}

/// Whether a person has had one lately, of whichever roll-out: several of them, or one that is switched off and on, are no reason for
/// a mail each. What an administrator asks for is held back by its own pause.
async fn is_too_soon(op: &mut Op, round: &Round, person: PersonId) -> Result<bool, OpError> {
    let since = op.now.minus(BETWEEN);
    Ok(round.called_at.is_none() && store::has_had_any(op.reading().await?, person, since).await?)
}

/// Whether a person has had this reminder; the note of it decides, this spares the work.
async fn has_had(op: &mut Op, round: &Round, one: &Wanted) -> Result<bool, OpError> {
    let key = (round.rule, round.begun_at);
    let had = store::of_person(op.reading().await?, key, one.person.id).await?;
    let at = round.called_at;
    Ok(had
        .iter()
        .any(|had| had.kind == one.kind && at.is_none_or(|called| had.at >= called)))
}

/// Whether a person may sign in and lacks the factor.
async fn is_left(op: &mut Op, roll_out: &RollOut, person: &Person) -> Result<bool, OpError> {
    let has = match roll_out.factor {
        FactorAsked::Any => second::is_enrolled(op, person.id).await?,
        FactorAsked::Passkey => passkey::is_enrolled(op, person.id).await?,
    };
    let standing = person::may_sign_in(op, Subject::Person(person.id)).await?;
    Ok(!has && standing.is_ok())
}

/// Notes the reminder and puts its mail into the outbox; false if somebody else has.
async fn send(op: &mut Op, roll_out: &RollOut, round: &Round, one: &Wanted) -> Result<bool, OpError> {
    let Some(to) = Recipient::of(op, &one.person) else {
        return Ok(false);
    };
    let organisation = person::find_organisation(op, round.organisation).await?;
    let organisation = organisation.map(|found| found.name.clone()).unwrap_or_default();
    let note = store::Reminder {
        person: one.person.id,
        kind: one.kind,
        at: round.called_at.unwrap_or(op.now),
    };
    let key = (round.rule, round.begun_at);
    if !store::note(op.writing().await?, key, &note).await? {
        return Ok(false);
    }
    if let Some(kind) = one.instead {
        store::note(op.writing().await?, key, &store::Reminder { kind, ..note }).await?;
    }
    let letter = letter::letter(op, &to, roll_out, (one.kind, one.due), &organisation);
    let life = one.due.since(op.now).max(LATE);
    mail::queue(op, &to, &letter, Some(life)).await
}
