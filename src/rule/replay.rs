//! Rules that are not in force yet, over the sign-ins of the last thirty days.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use serde::Serialize;

use super::ask::Known;
use super::book::{Book, Verdict};
use super::condition::Unfit;
use super::definition::RuleSet;
use super::recorded::{self, Recorded};
use super::store;
use crate::decision::Everybody;
use crate::domain::{Acr, EventKind, FactorAsked, OrganisationId, PersonId, RuleId, Timestamp};
use crate::op::{EventDraft, Op, OpError};
use crate::person;

/// How far a replay looks back.
pub(super) const BACK: Duration = Duration::from_hours(24 * 30);

/// Sign-ins that are read at once.
const PAGE: i64 = 5_000;

/// What a person has set up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Factors {
    pub second: bool,
    pub passkey: bool,
}

/// How many sign-ins would have ended in which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// As they were.
    pub let_in: u64,
    /// Asked for a factor that the person has and did not prove.
    pub stepped_up: u64,
    /// Asked to set up a factor first, or soon.
    pub enrol: u64,
    pub refused: u64,
}

/// What would have become of one person's sign-ins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    pub username: String,
    pub name: String,
    pub department: String,
    #[serde(flatten)]
    pub counts: Counts,
    /// On the way to applications, by sessions that were there already.
    pub passages: Counts,
}

/// What would have become of all sign-ins of thirty days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replay {
    pub from: Timestamp,
    pub until: Timestamp,
    pub all: Counts,
    /// What would have become of those who came to an application by a session that was there already: counted apart, since it is
    /// recorded once a day for each session, client and list of scopes. Whoever would have been asked to sign in again is stepped up.
    pub passages: Counts,
    /// By the department of the person; empty for those in none.
    pub departments: BTreeMap<String, Counts>,
    /// The passages of those who had any, in the same way.
    pub passages_by_department: BTreeMap<String, Counts>,
    /// Those for whom something would have been otherwise, the most refused first; none where it is told how many, not who.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<Vec<Person>>,
}

impl Replay {
    /// How many, not who: for readers who may see rules and not people.
    #[must_use]
    pub fn without_names(self) -> Self {
        Self { people: None, ..self }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    LetIn,
    SteppedUp,
    Enrol,
    Refused,
}

impl Counts {
    fn add(&mut self, ending: Ending) {
        let count = match ending {
            Ending::LetIn => &mut self.let_in,
            Ending::SteppedUp => &mut self.stepped_up,
            Ending::Enrol => &mut self.enrol,
            Ending::Refused => &mut self.refused,
        };
        *count += 1;
    }

    /// How many there are.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.let_in + self.stepped_up + self.enrol + self.refused
    }
}

/// Asks the rules of a set (those that are on) for each sign-in of the last thirty days. Roles, groups and factors are those that people have
/// now, and so are starts and exceptions. Who looked, and for the sake of which rule, is on record, since the answer tells what people did.
pub async fn replay(
    op: &mut Op,
    (set, of): (&RuleSet, RuleId),
    factors: &BTreeMap<PersonId, Factors>,
) -> Result<Result<Replay, Unfit>, OpError> {
    let book = match Book::new(&set.rules) {
        // Starts and exceptions are those of now, like roles and groups.
        Ok(book) => book.frozen(op.now),
        Err((_, unfit)) => return Ok(Err(unfit)),
    };
    let (from, until) = (op.now.minus(BACK), op.now);
    let tally = tally(op, (set.organisation_id, from), &book, factors).await?;
    let name = set.rules.iter().find(|rule| rule.id == of);
    let name = name.map_or("", |rule| rule.definition.name.as_str());
    op.record(
        EventDraft::success(EventKind::RulesReplayed)
            .organisation(set.organisation_id)
            .detail("revision", set.revision)
            .target("rule", of)
            .detail("name", name),
    );
    Ok(Ok(tally.into_replay(from, until)))
}

/// Asks a book for each sign-in of an organisation since a moment.
pub(super) async fn tally(
    op: &mut Op,
    (organisation, from): (OrganisationId, Timestamp),
    book: &Book,
    factors: &BTreeMap<PersonId, Factors>,
) -> Result<Tally, OpError> {
    let mut tally = Tally {
        everybody: Everybody::of(op, organisation).await?,
        people: HashMap::new(),
    };
    let mut after = (from, String::new());
    loop {
        let tx = op.reading().await?;
        let mut page = store::recorded(tx, organisation, (after.0, &after.1), PAGE).await?;
        recorded::complete(op, &mut page);
        let Some(last) = page.last() else { break };
        after = (last.at, last.id.to_string());
        for recorded in &page {
            tally.add(op, book, recorded, factors).await?;
        }
    }
    Ok(tally)
}

pub(super) struct Tally {
    everybody: Option<Everybody>,
    people: HashMap<PersonId, Option<(Known, Counts, Counts)>>,
}

impl Tally {
    async fn add(
        &mut self,
        op: &mut Op,
        book: &Book,
        recorded: &Recorded,
        factors: &BTreeMap<PersonId, Factors>,
    ) -> Result<(), OpError> {
        let id = recorded.person_id;
        let known = match self.people.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let found = person::find(op, id).await?;
                let known = found.zip(self.everybody.as_ref());
                let known = known.map(|(person, everybody)| Known::among(everybody, person));
                place.insert(known.map(|known| (known, Counts::default(), Counts::default())))
            }
        };
        if let Some((known, counts, passages)) = known {
            let verdict = book.decide(&known.recorded(recorded));
            let has = factors.get(&id).copied().unwrap_or_default();
            let ending = ending(&verdict, recorded.acr, has);
            match recorded.authenticated_at {
                None => counts.add(ending),
                Some(then) => passages.add(or_again(ending, verdict.max_age, recorded.at.since(then))),
            }
        }
        Ok(())
    }

    /// Of everybody: sign-ins, and passages.
    pub(super) fn totals(&self) -> (Counts, Counts) {
        let (mut sign_ins, mut all_passages) = (Counts::default(), Counts::default());
        for (_, counts, passages) in self.people.values().flatten() {
            sign_ins.merge(*counts);
            all_passages.merge(*passages);
        }
        (sign_ins, all_passages)
    }

    fn into_replay(self, from: Timestamp, until: Timestamp) -> Replay {
        let (all, all_passages) = self.totals();
        let mut departments: BTreeMap<String, Counts> = BTreeMap::new();
        let mut passages_by_department: BTreeMap<String, Counts> = BTreeMap::new();
        let mut people = Vec::new();
        for (known, counts, passages) in self.people.into_values().flatten() {
            let department = known.department().to_owned();
            departments.entry(department.clone()).or_default().merge(counts);
            if passages.total() > 0 {
                let of_department = passages_by_department.entry(department.clone()).or_default();
                of_department.merge(passages);
            }
            if counts.is_otherwise() || passages.is_otherwise() {
                people.push(Person {
                    username: known.person.username.to_string(),
                    name: known.person.name.clone(),
                    department,
                    counts,
                    passages,
                });
            }
        }
        let rank = |person: &Person| {
            let mut counts = person.counts;
            counts.merge(person.passages);
            std::cmp::Reverse((counts.refused, counts.enrol, counts.stepped_up))
        };
        people.sort_by(|one, other| {
            rank(one)
                .cmp(&rank(other))
                .then_with(|| one.username.cmp(&other.username))
        });
        Replay {
            from,
            until,
            all,
            passages: all_passages,
            departments,
            passages_by_department,
            people: Some(people),
        }
    }
}

impl Counts {
    /// Whether somebody would not have been let in as they were.
    #[must_use]
    pub const fn is_otherwise(&self) -> bool {
        self.total() > self.let_in
    }

    fn merge(&mut self, other: Self) {
        self.let_in += other.let_in;
        self.stepped_up += other.stepped_up;
        self.enrol += other.enrol;
        self.refused += other.refused;
    }
}

/// How a sign-in would have ended that proved so much, of somebody who has these factors.
fn ending(verdict: &Verdict, proven: Acr, has: Factors) -> Ending {
    let can = |acr: Acr| match acr {
        Acr::One => true,
        Acr::Two => has.second,
        Acr::PhishingResistant => has.passkey,
    };
    if verdict.refused.is_some() {
        return Ending::Refused;
    }
    if let Some(asked) = verdict.acr.filter(|asked| *asked > proven) {
        return if can(asked) {
            Ending::SteppedUp
        } else {
            Ending::Enrol
        };
    }
    let soon = verdict.enrol.map(|enrol| match enrol.factor {
        FactorAsked::Any => Acr::Two,
        FactorAsked::Passkey => Acr::PhishingResistant,
    });
    match soon {
        Some(asked) if !can(asked) => Ending::Enrol,
        _ => Ending::LetIn,
    }
}

/// A session that is older than the rules allow lets nobody in as they are.
fn or_again(ending: Ending, max_age: Option<Duration>, age: Duration) -> Ending {
    let too_old = max_age.is_some_and(|most| age > most);
    if ending == Ending::LetIn && too_old {
        Ending::SteppedUp
    } else {
        ending
    }
}
