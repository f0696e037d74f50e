//! What keeps a rule from locking everybody out.

use std::time::Duration;

use super::ask::Known;
use super::book::{Book, Facts};
use super::recorded::{self, Recorded};
use super::situation::{Aim, Situation};
use super::store;
use crate::domain::{OrganisationId, PersonStatus, Right, Subject};
use crate::op::{Op, OpError};
use crate::person::{self, Person};

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
    for moment in book.turns(op.now) {
        book = book.frozen(moment);
        let open = check_now(op, organisation, &book).await?;
        if open.is_err() {
            return Ok(open);
        }
    }
    Ok(Ok(()))
}

async fn check_now(
    op: &mut Op,
    organisation: OrganisationId,
    book: &Book,
) -> Result<Result<(), LockedOut>, OpError> {
    let mut seen = Seen::default();
    let mut after = None;
    loop {
        let people = person::list(op, organisation, after.as_ref()).await?;
        let Some(last) = people.last() else { break };
        after = Some(last.username.clone());
        for person in people
            .iter()
            .filter(|person| person.status == PersonStatus::Active)
        {
            seen.add(op, book, person).await?;
            if seen.is_enough() {
                return Ok(Ok(()));
            }
        }
    }
    Ok(seen.judge())
}

/// Whether one of those seen so far gets in; none if nobody was seen yet.
#[derive(Debug, Default)]
struct Seen {
    anybody: Option<bool>,
    administrator: Option<bool>,
}

impl Seen {
    async fn add(&mut self, op: &mut Op, book: &Book, person: &Person) -> Result<(), OpError> {
        let Some(known) = Known::of(op, person.id).await? else {
            return Ok(());
        };
        let is_administrator = known.has_right(Right::RulesManage);
        // Once somebody gets in, only administrators matter.
        if self.anybody == Some(true) && !is_administrator {
            return Ok(());
        }
        // Whoever could not sign in anyway keeps no door open.
        if person::may_sign_in(op, Subject::Person(person.id))
            .await?
            .is_err()
        {
            return Ok(());
        }
        let gets_in = gets_in(op, book, &known).await?;
        self.anybody = Some(self.anybody.unwrap_or_default() || gets_in);
        if is_administrator {
            self.administrator = Some(self.administrator.unwrap_or_default() || gets_in);
        }
        Ok(())
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

async fn gets_in(op: &mut Op, book: &Book, known: &Known) -> Result<bool, OpError> {
    let here = Situation::ordinary(&op.house, op.seen.address, op.now);
    if book
        .decide(&known.facts(Aim::own_pages(), &here))
        .refused
        .is_none()
    {
        return Ok(true);
    }
    let since = op.now.minus(BACK);
    let mut before = store::recorded_of(op.reading().await?, known.person.id, since, SIGN_INS).await?;
    recorded::complete(op, &mut before);
    // From where they came and when, but to the pages of the house: a door to one application mends no rule.
    let admits = |recorded: &Recorded| {
        let facts = Facts {
            client: None,
            scopes: Vec::new(),
            ..known.recorded(recorded)
        };
        book.decide(&facts).refused.is_none()
    };
    Ok(before.iter().any(admits))
}
