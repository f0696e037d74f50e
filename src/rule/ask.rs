//! The rules of a person's organisation, asked for one sign-in.

use std::sync::Arc;
use std::time::Duration;

use super::book::{Book, Verdict};
use super::facts::Facts;
use super::recorded::Recorded;
use super::situation::{Aim, Situation};
use super::store;
use crate::decision::{self, Everybody, Holdings};
use crate::domain::{
    ClientId, DeviceStanding, OrganisationId, PersonId, Right, RiskLevel, Scopes, Subject, Timestamp,
};
use crate::op::{Copies, House, Op, OpError, Part};
use crate::person::{self, Person};

/// How old a copy of the rules may be: changes by another replica may not be told.
const AGE: Duration = Duration::from_secs(10);

/// The rules that are in force, ready to be asked.
struct Books(Copies<OrganisationId, Arc<Book>>);

impl Part for Books {
    fn new(_: &House) -> Self {
        Self(Copies::new(1_000, AGE).of_key(|id: &OrganisationId| (*id).into()))
    }
}

/// The rules of an organisation.
pub(super) async fn book(op: &mut Op, organisation: OrganisationId) -> Result<Arc<Book>, OpError> {
    let books = op.house.part::<Books>();
    let book = books
        .0
        .get(op, &organisation, async |op| {
            let set = store::newest(op.reading().await?, organisation).await?;
            let book = Book::new(&set.rules).map_err(|_| OpError::Broken("a stored rule cannot be used"))?;
            Ok(Some(Arc::new(book)))
        })
        .await?;
    book.ok_or(OpError::Broken("rules were read and not found"))
}

/// Somebody with what they hold.
pub(super) struct Known {
    pub(super) person: Person,
    holdings: Arc<Holdings>,
}

impl Known {
    pub(super) async fn of(op: &mut Op, person: PersonId) -> Result<Option<Self>, OpError> {
        let Some(holdings) = decision::holdings(op, Subject::Person(person)).await? else {
            return Ok(None);
        };
        let found = person::find(op, person).await?;
        Ok(found.map(|person| Self { person, holdings }))
    }

    /// The same of a person who was read before, with everybody of their organisation.
    pub(super) fn among(everybody: &Everybody, person: Person) -> Self {
        let holdings = everybody.holdings(person.id, person.status, &person.attributes);
        Self {
            person,
            holdings: Arc::new(holdings),
        }
    }

    /// Labels of the groups of the person, those above their own included.
    pub(super) fn groups(&self) -> impl Iterator<Item = &str> {
        self.holdings.groups()
    }

    /// What the person is and holds at a moment, in no situation.
    pub(super) fn at(&self, at: Timestamp) -> Facts<'_> {
        Facts { at, ..self.alone() }
    }

    pub(super) fn has_right(&self, right: Right) -> bool {
        self.holdings.has_right(right)
    }

    /// The department of the person; empty if they are in none.
    pub(super) fn department(&self) -> &str {
        let named = self.person.attributes.get("department");
        let named = named.and_then(serde_json::Value::as_str);
        let group = || {
            let mut groups = self.holdings.groups();
            groups.find_map(|label| label.strip_prefix("department:"))
        };
        named.or_else(group).unwrap_or_default()
    }

    /// What the person is and holds, in no situation.
    fn alone(&self) -> Facts<'_> {
        let created_at = self.person.id.made_at();
        Facts {
            username: self.person.username.as_str(),
            roles: self.holdings.roles().into_iter().collect(),
            groups: self.holdings.groups().collect(),
            attributes: &self.person.attributes,
            created_at,
            break_glass: self.person.break_glass_since.is_some(),
            client: None,
            scopes: Vec::new(),
            address: None,
            country: None,
            device: DeviceStanding::New,
            trusted_since: None,
            risk: RiskLevel::Low,
            at: created_at,
        }
    }

    /// The facts of a sign-in.
    pub(super) fn facts<'a>(&'a self, aim: Aim<'a>, situation: &Situation) -> Facts<'a> {
        Facts {
            client: aim.client.map(ClientId::as_str),
            scopes: names(aim.scopes),
            address: situation.address,
            country: situation.country,
            device: situation.device,
            trusted_since: situation.trusted_since,
            risk: situation.risk.level(),
            at: situation.at,
            ..self.alone()
        }
    }

    /// The facts of a sign-in that was recorded, of a person as they are now.
    pub(super) fn recorded<'a>(&'a self, recorded: &'a Recorded) -> Facts<'a> {
        Facts {
            client: recorded.client_id.as_ref().map(ClientId::as_str),
            scopes: names(&recorded.scopes),
            address: recorded.address,
            country: recorded.country,
            device: recorded.device,
            trusted_since: recorded.trusted_since,
            risk: recorded.risk,
            at: recorded.at,
            ..self.alone()
        }
    }
}

fn names(scopes: &Scopes) -> Vec<&str> {
    scopes.iter().map(crate::domain::Scope::as_str).collect()
}

/// What the rules ask of a person who comes for this, and what they would ask if those that only report were on.
pub async fn ask(op: &mut Op, person: PersonId, aim: Aim<'_>) -> Result<(Verdict, Option<Verdict>), OpError> {
    let Some(holdings) = decision::holdings(op, Subject::Person(person)).await? else {
        return Ok((Verdict::default(), None));
    };
    let book = book(op, holdings.organisation_id()).await?;
    if book.is_idle() {
        return Ok((Verdict::default(), None));
    }
    let Some(known) = Known::of(op, person).await? else {
        return Ok((Verdict::default(), None));
    };
    // What no rule asks is not read: applications send people often.
    let situation = if book.asks_past() {
        Situation::of(op, person).await?
    } else {
        Situation::ordinary(&op.house, op.seen.address, op.now)
    };
    let facts = known.facts(aim, &situation);
    Ok((book.decide(&facts), book.report(&facts)))
}

/// The rule that lets a person of this organisation not in wherever they are, for an application that uses what they gave it. Where
/// no rule refuses anybody, nothing is read that is not at hand.
pub async fn refusing(
    op: &mut Op,
    (organisation, person): (OrganisationId, PersonId),
    aim: Aim<'_>,
) -> Result<Option<String>, OpError> {
    let book = book(op, organisation).await?;
    if !book.may_refuse() {
        return Ok(None);
    }
    let Some(known) = Known::of(op, person).await? else {
        return Ok(None);
    };
    let facts = Facts {
        client: aim.client.map(ClientId::as_str),
        scopes: names(aim.scopes),
        at: op.now,
        ..known.alone()
    };
    Ok(book.refuses_anywhere(&facts).map(str::to_owned))
}

/// Whether a rule may ask this person for a second factor in some situation, so that the last one must not go.
pub async fn demands_second_factor(op: &mut Op, person: PersonId) -> Result<bool, OpError> {
    let Some(known) = Known::of(op, person).await? else {
        return Ok(false);
    };
    let book = book(op, known.person.organisation_id).await?;
    let facts = known.at(op.now);
    Ok(book.may_ask_second_factor(&facts))
}
