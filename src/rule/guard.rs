//! What keeps a rule, or a list of products beside it, from locking everybody out.

use std::collections::BTreeSet;
use std::time::Duration;

use super::ask::Known;
use super::book::Book;
use super::facts::Facts;
use super::recorded::{self, Recorded};
use super::situation::{Aim, Situation};
use super::store;
use crate::decision::Everybody;
use crate::domain::{Acr, OrganisationId, PersonId, PersonStatus, Right, Subject, Timestamp};
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
    #[error(
        "the rules ask every administrator of the organisation for a passkey, none of them has one, and a list limits which they may add: have one of them add a passkey first"
    )]
    AdministratorsWithoutPasskey,
    #[error(
        "the rules ask everybody of the organisation for a passkey, nobody has one, and a list limits which may be added: have an administrator add a passkey first"
    )]
    EveryoneWithoutPasskey,
}

/// How passkeys stand in an organisation. The room that keeps them tells it, since it stands above this one.
#[derive(Debug, Clone, Default)]
pub struct Passkeys {
    /// Whether the installation takes any.
    pub possible: bool,
    pub held_by: BTreeSet<PersonId>,
    /// Of whom products are listed: of a role, or of everybody (none).
    pub listed: Vec<Option<String>>,
}

impl Passkeys {
    /// Whether somebody may be unable to add one.
    fn are_limited(&self) -> bool {
        !self.possible || !self.listed.is_empty()
    }

    /// Whether somebody can do less than before: a list was added, or a passkey is gone.
    #[must_use]
    pub fn is_less_than(&self, before: &Self) -> bool {
        let is_new = |role: &Option<String>| !before.listed.contains(role);
        self.listed.iter().any(is_new) || !before.held_by.is_subset(&self.held_by)
    }

    /// Whether a person can prove themselves by one.
    ///
    /// A list holds for what is added: a passkey that is there opens the door whichever product it is. Who has none makes one on the way in,
    /// which every phone can where nothing is listed. Under a list it takes one of certain products, and that they have it at hand is known to
    /// nobody here; there may even be none that is on all lists which apply, or the makers' metadata may have lost it. So under a list only a
    /// passkey that is there counts: one administrator adds theirs before the rule is switched on.
    fn are_within_reach(&self, person: PersonId, roles: &[&str]) -> bool {
        let listed = |role: &Option<String>| role.as_deref().is_none_or(|role| roles.contains(&role));
        self.possible && (self.held_by.contains(&person) || !self.listed.iter().any(listed))
    }
}

/// Whether somebody, and some administrator if there is any, still gets in: in the circumstances of whoever makes the change, or
/// in those of a sign-in of their own in the last thirty days. Asked for now and for every moment at which a rule starts or an exception
/// ends, since nobody makes a change then that could be refused; for the same reason all grace is taken to be over. Somebody who is
/// about to leave is not counted.
pub(super) async fn check(
    op: &mut Op,
    organisation: OrganisationId,
    book: Book,
    (passkeys, leaving): (&Passkeys, Option<PersonId>),
) -> Result<Result<(), LockedOut>, OpError> {
    // Who lacks a passkey is asked to make one, and is locked out by nothing but a limit to that.
    let may_lack = passkeys.are_limited() && book.may_ask_passkey();
    if !book.may_refuse() && !may_lack {
        return Ok(Ok(()));
    }
    let mut book = book.without_grace();
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
            .filter(|person| person.status == PersonStatus::Active && Some(person.id) != leaving);
        for person in active {
            let Some(candidate) = Candidate::of(op, Known::among(&everybody, person), &turns).await? else {
                continue;
            };
            for (turn, seen) in &mut turns {
                book = book.frozen(*turn);
                seen.add(&book, &candidate, passkeys);
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
        if !is_administrator && turns.iter().all(|(_, seen)| seen.anybody == Some(Entry::Open)) {
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

    /// How far they get, from here or from where they came and when, to the pages of the house: a door to one application mends no rule.
    fn entry(&self, book: &Book, passkeys: &Passkeys) -> Entry {
        let entry = |facts: &Facts<'_>| {
            let verdict = book.decide(facts);
            if verdict.refused.is_some() {
                Entry::Refused
            } else if verdict.acr < Some(Acr::PhishingResistant)
                || passkeys.are_within_reach(self.known.person.id, &facts.roles)
            {
                Entry::Open
            } else {
                Entry::WithoutPasskey
            }
        };
        let of_before = |recorded: &Recorded| {
            entry(&Facts {
                client: None,
                scopes: Vec::new(),
                ..self.known.recorded(recorded)
            })
        };
        let here = entry(&self.known.facts(Aim::own_pages(), &self.here));
        self.before.iter().map(of_before).fold(here, Entry::max)
    }
}

/// How far somebody gets, the farthest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Entry {
    Refused,
    /// To the request for a passkey, which they have not and may be unable to add.
    WithoutPasskey,
    Open,
}

/// How far those get who were seen so far; none if nobody was seen yet.
#[derive(Debug, Default)]
struct Seen {
    anybody: Option<Entry>,
    administrator: Option<Entry>,
}

impl Seen {
    fn add(&mut self, book: &Book, candidate: &Candidate, passkeys: &Passkeys) {
        if self.is_enough() {
            return;
        }
        let entry = Some(candidate.entry(book, passkeys));
        self.anybody = self.anybody.max(entry);
        if candidate.is_administrator {
            self.administrator = self.administrator.max(entry);
        }
    }

    fn is_enough(&self) -> bool {
        self.administrator == Some(Entry::Open)
    }

    fn judge(&self) -> Result<(), LockedOut> {
        match (self.anybody, self.administrator) {
            (Some(Entry::Refused), _) => Err(LockedOut::Everyone),
            (Some(Entry::WithoutPasskey), _) => Err(LockedOut::EveryoneWithoutPasskey),
            (_, Some(Entry::Refused)) => Err(LockedOut::Administrators),
            (_, Some(Entry::WithoutPasskey)) => Err(LockedOut::AdministratorsWithoutPasskey),
            (None | Some(Entry::Open), None | Some(Entry::Open)) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passkey_is_within_reach_of_whoever_has_one_or_may_make_any() {
        let person = |byte| PersonId::from_bytes([byte; 16]);
        let (holder, other) = (person(1), person(2));
        let standing = |possible, listed: &[Option<&str>]| Passkeys {
            possible,
            held_by: BTreeSet::from([holder]),
            listed: listed.iter().map(|role| role.map(str::to_owned)).collect(),
        };
        for (possible, listed, of_holder, of_other) in [
            (true, [].as_slice(), true, true),
            (true, &[None], true, false),
            (true, &[Some("keeper")], true, false),
            (true, &[Some("reader")], true, true),
            (false, &[], false, false),
        ] {
            let passkeys = standing(possible, listed);
            let reach = |person| passkeys.are_within_reach(person, &["keeper"]);
            assert_eq!(
                (reach(holder), reach(other)),
                (of_holder, of_other),
                "{passkeys:?}"
            );
        }
    }

    #[test]
    fn it_is_told_who_gets_how_far() {
        for (anybody, administrator, expected) in [
            (None, None, Ok(())),
            (Some(Entry::Refused), None, Err(LockedOut::Everyone)),
            (
                Some(Entry::WithoutPasskey),
                Some(Entry::Refused),
                Err(LockedOut::EveryoneWithoutPasskey),
            ),
            (
                Some(Entry::Open),
                Some(Entry::Refused),
                Err(LockedOut::Administrators),
            ),
            (
                Some(Entry::Open),
                Some(Entry::WithoutPasskey),
                Err(LockedOut::AdministratorsWithoutPasskey),
            ),
            (Some(Entry::Open), None, Ok(())),
        ] {
            let seen = Seen {
                anybody,
                administrator,
            };
            assert_eq!(seen.judge(), expected);
        }
    }
}
