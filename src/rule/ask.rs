//! The rules of a person's organisation, asked for one sign-in.

use std::sync::Arc;
use std::time::Duration;

use super::book::{Book, Facts, Verdict};
use super::store;
use crate::decision::{self, Holdings};
use crate::domain::{
    ClientId, DeviceStanding, OrganisationId, PersonId, RiskLevel, Scopes, Subject, Timestamp,
};
use crate::op::{Copies, House, Op, OpError, Part};
use crate::person::{self, Person};

/// How old a copy of the rules may be: changes by another replica may not be told.
const AGE: Duration = Duration::from_secs(10);

/// In what circumstances somebody signs in, beside from where and when.
#[derive(Debug, Clone)]
pub struct Circumstances<'a> {
    pub client: Option<&'a ClientId>,
    pub scopes: &'a Scopes,
    pub device: DeviceStanding,
    pub trusted_since: Option<Timestamp>,
    pub risk: RiskLevel,
}

/// The rules that are in force, ready to be asked.
pub(super) struct Books(Copies<OrganisationId, Arc<Book>>);

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

    /// The department of the person by its label; empty if they are in none.
    pub(super) fn department(&self) -> &str {
        let named = self.person.attributes.get("department");
        named.and_then(serde_json::Value::as_str).unwrap_or_default()
    }

    pub(super) fn roles(&self) -> std::collections::BTreeSet<&str> {
        self.holdings.roles()
    }

    /// What the person is, in no circumstances.
    pub(super) fn person_facts(&self) -> Facts<'_> {
        Facts {
            username: self.person.username.as_str(),
            roles: self.holdings.roles().into_iter().collect(),
            groups: self.holdings.groups().collect(),
            attributes: &self.person.attributes,
            created_at: self.person.id.made_at(),
            client: None,
            scopes: Vec::new(),
            address: None,
            device: DeviceStanding::New,
            trusted_since: None,
            risk: RiskLevel::Low,
            at: self.person.id.made_at(),
        }
    }

    pub(super) fn facts<'a>(&'a self, op: &Op, asked: &Circumstances<'a>) -> Facts<'a> {
        Facts {
            client: asked.client.map(ClientId::as_str),
            scopes: asked.scopes.iter().map(|scope| scope.as_str()).collect(),
            address: op.seen.address,
            device: asked.device,
            trusted_since: asked.trusted_since,
            risk: asked.risk,
            at: op.now,
            ..self.person_facts()
        }
    }
}

/// What the rules ask of a person in these circumstances, and what they would ask if those that only report were on.
pub async fn ask(
    op: &mut Op,
    person: PersonId,
    asked: &Circumstances<'_>,
) -> Result<(Verdict, Option<Verdict>), OpError> {
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
    let facts = known.facts(op, asked);
    Ok((book.decide(&facts), book.report(&facts)))
}

/// Whether a rule may ask this person for a second factor, so that the last one must not go.
pub async fn demands_second_factor(op: &mut Op, person: PersonId) -> Result<bool, OpError> {
    let Some(known) = Known::of(op, person).await? else {
        return Ok(false);
    };
    let book = book(op, known.person.organisation_id).await?;
    let scopes = Scopes::default();
    let anyhow = Circumstances {
        client: None,
        scopes: &scopes,
        device: DeviceStanding::New,
        trusted_since: None,
        risk: RiskLevel::Low,
    };
    Ok(book.may_ask_second_factor(&known.facts(op, &anyhow)))
}
