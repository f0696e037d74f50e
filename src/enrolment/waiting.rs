//! Who waits for help: people whose accounts are held, because they said that it was not they, or because a link was begun and never finished;
//! and people whose link waits for a second administrator.
//!
//! Nothing is kept for it: who is held is known of the account, who is being helped of its passes. So it begins with the word of the owner,
//! ends with the link by which they come back, and begins again if the link runs out.

use std::collections::{HashMap, HashSet};

use super::pass::Pass;
use super::store;
use crate::domain::{OrganisationId, PassState, PersonId, PersonStatus, Timestamp, Username};
use crate::op::{Op, OpError};
use crate::person::{self, Hold, Person};

/// Most passes that are looked through at once.
const MANY: i64 = 1_000;

type Passes = HashMap<PersonId, Pass>;

/// Somebody whose account is held.
#[derive(Debug, Clone)]
pub struct Held {
    pub person: Person,
    pub hold: Hold,
    /// The link by which they come back, and until when it is good.
    pub pass: Option<(PassState, Timestamp)>,
}

impl Held {
    fn with(passes: &Passes, (person, hold): (Person, Hold)) -> Self {
        let pass = passes.get(&person.id).map(|pass| (pass.state(), pass.expires_at));
        Self { person, hold, pass }
    }

    /// Whether nobody has helped yet: a link that a second administrator has to agree to is no help.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.pass.is_none_or(|(state, _)| state == PassState::Waits)
    }
}

/// A page of people of an organisation whose accounts are held and whose user names begin so, by user name, those after `after`.
pub async fn held(
    op: &mut Op,
    organisation: OrganisationId,
    beginning: &str,
    after: Option<&Username>,
) -> Result<Vec<Held>, OpError> {
    let found = person::list_held(op, organisation, beginning, after).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let passes = open_passes(op, organisation).await?;
    let held = found.into_iter().map(|one| Held::with(&passes, one));
    Ok(held.collect())
}

/// Whose way back waits for a second administrator to agree, the newest first; held or not.
pub async fn unagreed(op: &mut Op, organisation: OrganisationId) -> Result<Vec<(Person, Pass)>, OpError> {
    let passes = open_passes(op, organisation).await?;
    unagreed_of(op, organisation, &passes).await
}

async fn unagreed_of(
    op: &mut Op,
    organisation: OrganisationId,
    passes: &Passes,
) -> Result<Vec<(Person, Pass)>, OpError> {
    let waiting = passes.values().filter(|pass| pass.state() == PassState::Waits);
    let mut waiting: Vec<Pass> = waiting.cloned().collect();
    waiting.sort_by_key(|pass| std::cmp::Reverse(pass.id));
    let mut people = Vec::with_capacity(waiting.len());
    for pass in waiting {
        let person = person::find_within(op, organisation, pass.person).await?;
        // Whoever may not sign in waits for nothing.
        if let Some(person) = person.filter(|person| person.status == PersonStatus::Active) {
            people.push((person, pass));
        }
    }
    Ok(people)
}

/// How many wait for help: held without any, or for a second administrator to agree to it.
pub async fn count_waiting(op: &mut Op, organisation: OrganisationId) -> Result<i64, OpError> {
    let passes = open_passes(op, organisation).await?;
    let unagreed = unagreed_of(op, organisation, &passes).await?.into_iter();
    let mut people: HashSet<PersonId> = unagreed.map(|(person, _)| person.id).collect();
    let mut after = None;
    loop {
        let found = person::list_held(op, organisation, "", after.as_ref()).await?;
        let Some((last, _)) = found.last() else { break };
        after = Some(last.username.clone());
        let held = found.into_iter().map(|one| Held::with(&passes, one));
        people.extend(held.filter(Held::waits).map(|one| one.person.id));
    }
    Ok(i64::try_from(people.len()).unwrap_or(i64::MAX))
}

/// The newest pass of each person that is good, or waits.
async fn open_passes(op: &mut Op, organisation: OrganisationId) -> Result<Passes, OpError> {
    let now = op.now;
    let (mut newest, mut after) = (HashMap::new(), None);
    loop {
        let found = store::open(op.reading().await?, organisation, now, (after, MANY)).await?;
        let Some(last) = found.last() else { break };
        after = Some(last.id);
        for pass in found {
            newest.entry(pass.person).or_insert(pass);
        }
    }
    Ok(newest)
}
