//! What keeps a rule from locking everybody out.

use std::time::Duration;

use super::ask::Known;
use super::book::{Book, Facts};
use super::recorded::{self, Recorded};
use super::situation::{Aim, Situation};
use super::store;
use crate::decision::Everybody;
use crate::domain::{OrganisationId, PersonStatus, Right, Subject, Timestamp};
use crate::op::{Op, OpError};
use crate::person;

/// How far back the sign-ins lie that show in what circumstances somebody comes, and how many of one person are looked at.
const BACK: Duration = Duration::from_hours(24 * 30);
const SIGN_INS: i64 = 50;

/// Whom the rules would lock out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LockedOut {
    #[error(
        "with this rule no administrator of the organisation would get in any more, now or when an exception ends: name one under `unless` first"
    )]
    Administrators,
    #[error("with this rule nobody of the organisation would get in any more, now or when an exception ends")]
    Everyone,
}

/// Whether somebody, and some administrator if there is any, still gets in: in the circumstances of whoever makes the change, or
/// in those of a sign-in of their own in the last thirty days. Asked for now and for every moment at which a rule starts or an exception
/// ends, since nobody makes a change then that could be refused.
pub(super) async fn check(
    op: &mut Op,
    organisation: OrganisationId,
    mut book: Book,
) -> Result<Result<(), LockedOut>, OpError> {
    if !book.may_refuse() {
        return Ok(Ok(()));
    }
    // Everybody is looked at once, for all of these moments.
    let mut turns: Vec<(Timestamp, Seen)> = book
        .turns(op.now)
        .into_iter()
        .map(|turn| (turn, Seen::default()))
        .collect();
    let Some(everybody) = Everybody::of(op, organisation).await? else {
        return Err(OpError::Broken("rules are of an organisation"));
    };
    let mut after = None;
    loop {
        let people = person::list(op, organisation, after.as_ref()).await?;
        let Some(last) = people.last() else { break };
        after = Some(last.username.clone());
        let active = people
            .into_iter()
            .filter(|person| person.status == PersonStatus::Active);
        for person in active {
            let Some(candidate) = Candidate::of(op, Known::among(&everybody, person), &turns).await? else {
                continue;
            };
            for (turn, seen) in &mut turns {
                book = book.frozen(*turn);
                seen.add(&book, &candidate);
            }
        }
        if turns.iter().all(|(_, seen)| seen.is_enough()) {
            return Ok(Ok(()));
        }
    }
    let judged = turns.iter().map(|(_, seen)| seen.judge());
    Ok(judged.collect::<Result<Vec<()>, _>>().map(|_| ()))
}

/// Somebody who may sign in, with the circumstances in which they come.
struct Candidate {
    known: Known,
    is_administrator: bool,
    here: Situation,
    before: Vec<Recorded>,
}

impl Candidate {
    /// None of whom it does not matter whether they get in: they cannot sign in anyway, or somebody else does already.
    async fn of(op: &mut Op, known: Known, turns: &[(Timestamp, Seen)]) -> Result<Option<Self>, OpError> {
        let id = known.person.id;
        let is_administrator = known.has_right(Right::RulesManage);
        // Once somebody gets in, only administrators matter.
        if !is_administrator && turns.iter().all(|(_, seen)| seen.anybody == Some(true)) {
            return Ok(None);
        }
        if person::may_sign_in(op, Subject::Person(id)).await?.is_err() {
            return Ok(None);
        }
        let since = op.now.minus(BACK);
        let mut before = store::recorded_of(op.reading().await?, id, since, SIGN_INS).await?;
        recorded::complete(op, &mut before);
        Ok(Some(Self {
            known,
            is_administrator,
            here: Situation::ordinary(&op.house, op.seen.address, op.now),
            before,
        }))
    }

    /// From here, or from where they came and when, to the pages of the house: a door to one application mends no rule.
    fn gets_in(&self, book: &Book) -> bool {
        let admits = |facts: &Facts<'_>| book.decide(facts).refused.is_none();
        let of_before = |recorded: &Recorded| {
            admits(&Facts {
                client: None,
                scopes: Vec::new(),
                ..self.known.recorded(recorded)
            })
        };
        admits(&self.known.facts(Aim::own_pages(), &self.here)) || self.before.iter().any(of_before)
    }
}

/// Whether one of those seen so far gets in; none if nobody was seen yet.
#[derive(Debug, Default)]
struct Seen {
    anybody: Option<bool>,
    administrator: Option<bool>,
}

impl Seen {
    fn add(&mut self, book: &Book, candidate: &Candidate) {
        if self.is_enough() {
            return;
        }
        let gets_in = candidate.gets_in(book);
        self.anybody = Some(self.anybody.unwrap_or_default() || gets_in);
        if candidate.is_administrator {
            self.administrator = Some(self.administrator.unwrap_or_default() || gets_in);
        }
    }

    fn is_enough(&self) -> bool {
        self.administrator == Some(true)
    }

    fn judge(&self) -> Result<(), LockedOut> {
        if self.anybody == Some(false) {
            Err(LockedOut::Everyone)
        } else if self.administrator == Some(false) {
            Err(LockedOut::Administrators)
        } else {
            Ok(())
        }
    }
}
