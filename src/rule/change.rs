//! Changes of the rules: one at a time, each a new revision of the list.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::book::{Book, asks_passkey};
use super::condition::Unfit;
use super::definition::{Conditions, Definition, Rule, RuleSet};
use super::exception::{self, NewException, NoException};
use super::files::Files;
use super::guard::{self, LockedOut, Passkeys};
use super::store;
use crate::access;
use crate::client;
use crate::decision;
use crate::domain::{
    Actor, ClientId, EventKind, Notice, OPENID_SCOPES, OrganisationId, PersonId, RuleId, RuleMode, Timestamp,
};
use crate::op::{EventDraft, Op, OpError};
use crate::person;

/// Most rules of an organisation.
const MOST: usize = 500;

/// How far ahead a rule may start: a slip in the year would guard nothing for ever.
const AHEAD: Duration = Duration::from_hours(24 * 366);

/// What is to be changed.
#[derive(Debug, Clone)]
pub enum Change {
    /// A new rule, as a draft; at this place (0: first), else as the last.
    Add(Definition, Option<usize>),
    Define(RuleId, Definition),
    Remove(RuleId),
    /// To this place, 0 being the first.
    Move(RuleId, usize),
    Switch(RuleId, RuleMode),
    /// Passes over a person for a while, in place of an exception that they have.
    Except(RuleId, NewException),
    /// Ends the exception of the person with this user name before its time.
    Readmit(RuleId, String),
}

/// Why nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no such organisation")]
    OrganisationUnknown,
    #[error("there is no such rule")]
    Unknown,
    #[error("another rule has this name")]
    NameTaken,
    #[error("there are {MOST} rules already", MOST = MOST)]
    TooMany,
    #[error("{0}")]
    Unfit(#[from] Unfit),
    /// At an issuer whose host is an address browsers make none.
    #[error("nobody can have a passkey here: the issuer has no host name")]
    NoPasskeys,
    #[error("no countries of addresses are known here: give a database of them, `risk.geoip_file`, first")]
    NoCountries,
    #[error("the organisation has no {0} called {1}")]
    NotThere(&'static str, String),
    #[error("no application has a permission {0} that could be asked for as a scope")]
    ScopeUnknown(String),
    #[error("nobody of the organisation has an attribute called {0}")]
    AttributeUnknown(String),
    #[error("the start lies more than a year ahead")]
    StartTooFar,
    #[error(transparent)]
    Exception(#[from] NoException),
    #[error("somebody else has changed the rules meanwhile: look at them and try again")]
    ChangedMeanwhile,
    #[error(transparent)]
    LockedOut(#[from] LockedOut),
}

/// The rules of an organisation as they are.
pub async fn current(op: &mut Op, organisation: OrganisationId) -> Result<RuleSet, OpError> {
    Ok(store::newest(op.reading().await?, organisation).await?)
}

/// The rules as they would be with this one on and started, for replay; none if there is no such rule.
#[must_use]
pub fn draft(set: &RuleSet, rule: RuleId) -> Option<RuleSet> {
    let mut set = set.clone();
    let one = set.rules.iter_mut().find(|one| one.id == rule)?;
    one.mode = RuleMode::On;
    one.definition.starts = None;
    Some(set)
}

/// A change that may be made, not yet made.
#[derive(Debug)]
pub struct Prepared {
    kind: EventKind,
    id: RuleId,
    before: RuleSet,
    after: RuleSet,
}

/// Looks whether the rules of an organisation may be changed as they were seen at a revision (none: as they are). What would lock out the
/// last administrator or everyone is refused, also where they would need a passkey that they have not and may not be able to add. Reads only.
pub async fn prepare(
    op: &mut Op,
    organisation: OrganisationId,
    seen: Option<i64>,
    change: Change,
    passkeys: &Passkeys,
) -> Result<Result<Prepared, Refusal>, OpError> {
    let before = current(op, organisation).await?;
    if seen.is_some_and(|seen| seen != before.revision) {
        return Ok(Err(Refusal::ChangedMeanwhile));
    }
    if let Some(definition) = defined(&change) {
        if asks_passkey(&definition.then) && op.house.config.server.issuer.domain().is_none() {
            return Ok(Err(Refusal::NoPasskeys));
        }
        if definition
            .starts
            .is_some_and(|starts| starts > op.now.plus(AHEAD))
        {
            return Ok(Err(Refusal::StartTooFar));
        }
        if let Err(refusal) = check_names(op, organisation, definition).await? {
            return Ok(Err(refusal));
        }
    }
    if asks_countries(&before, &change) && !op.house.part::<Files>().know_countries() {
        return Ok(Err(Refusal::NoCountries));
    }
    if let Change::Except(_, new) = &change
        && !is_here(op, organisation, &new.person).await?
    {
        return Ok(Err(Refusal::NotThere("person", new.person.clone())));
    }
    let kind = kind(&change);
    let id = changed(&change).unwrap_or_else(|| op.id());
    let after = match apply(&before, change, id, (&op.actor, op.now)) {
        Ok(after) => after,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let book = match Book::new(&after.rules) {
        Ok(book) => book,
        Err((_, unfit)) => return Ok(Err(unfit.into())),
    };
    if let Err(locked_out) = guard::check(op, organisation, book, (passkeys, None)).await?
        && is_open(op, &before, passkeys).await?
    {
        return Ok(Err(locked_out.into()));
    }
    Ok(Ok(Prepared {
        kind,
        id,
        before,
        after,
    }))
}

impl Prepared {
    /// Makes the change, unless somebody else has changed the rules since it was looked at. The organisation is held
    /// ([`person::hold_organisation`]), so that nobody does from here on.
    pub async fn make(self, op: &mut Op) -> Result<Result<RuleSet, Refusal>, OpError> {
        if current(op, self.after.organisation_id).await?.revision != self.before.revision {
            return Ok(Err(Refusal::ChangedMeanwhile));
        }
        let now = op.now;
        let by = op.actor.word();
        store::insert(op.writing().await?, &self.after, (now, &by)).await?;
        put_on_record(op, (self.kind, self.id), &self.before, &self.after);
        Ok(Ok(self.after))
    }
}

/// Whether rules let in whom they must. Where they do not as they are, any change is better than none.
async fn is_open(op: &mut Op, set: &RuleSet, passkeys: &Passkeys) -> Result<bool, OpError> {
    let judged = guard::check(op, set.organisation_id, stored_book(set)?, (passkeys, None)).await?;
    Ok(judged.is_ok())
}

fn stored_book(set: &RuleSet) -> Result<Book, OpError> {
    Book::new(&set.rules).map_err(|_| OpError::Broken("a stored rule cannot be used"))
}

/// Whether rules still let in whom they must, once passkeys stand otherwise than before.
pub async fn allow_standing(
    op: &mut Op,
    set: &RuleSet,
    (before, after): (&Passkeys, &Passkeys),
) -> Result<Result<(), LockedOut>, OpError> {
    let book = stored_book(set)?;
    if !book.may_ask_passkey() {
        return Ok(Ok(()));
    }
    let judged = guard::check(op, set.organisation_id, book, (after, None)).await?;
    unless_closed(op, set, before, judged).await
}

/// Whether rules still let in whom they must once somebody's account is switched off.
pub async fn allow_without(
    op: &mut Op,
    set: &RuleSet,
    passkeys: &Passkeys,
    leaving: PersonId,
) -> Result<Result<(), LockedOut>, OpError> {
    let standing = (passkeys, Some(leaving));
    let judged = guard::check(op, set.organisation_id, stored_book(set)?, standing).await?;
    unless_closed(op, set, passkeys, judged).await
}

/// Where the rules let nobody in as they are, nothing makes it worse.
async fn unless_closed(
    op: &mut Op,
    set: &RuleSet,
    passkeys: &Passkeys,
    judged: Result<(), LockedOut>,
) -> Result<Result<(), LockedOut>, OpError> {
    if judged.is_err() && !is_open(op, set, passkeys).await? {
        return Ok(Ok(()));
    }
    Ok(judged)
}

fn changed(change: &Change) -> Option<RuleId> {
    match change {
        Change::Add(..) => None,
        Change::Define(id, _)
        | Change::Remove(id)
        | Change::Move(id, _)
        | Change::Switch(id, _)
        | Change::Except(id, _)
        | Change::Readmit(id, _) => Some(*id),
    }
}

const fn kind(change: &Change) -> EventKind {
    match change {
        Change::Add(..) => EventKind::RuleAdded,
        Change::Remove(_) => EventKind::RuleRemoved,
        Change::Define(..) | Change::Move(..) | Change::Switch(..) => EventKind::RuleChanged,
        Change::Except(..) => EventKind::RuleExceptionGiven,
        Change::Readmit(..) => EventKind::RuleExceptionEnded,
    }
}

fn defined(change: &Change) -> Option<&Definition> {
    match change {
        Change::Add(definition, _) | Change::Define(_, definition) => Some(definition),
        Change::Remove(_)
        | Change::Move(..)
        | Change::Switch(..)
        | Change::Except(..)
        | Change::Readmit(..) => None,
    }
}

/// Whether a rule is written, or switched from doing nothing, that asks for countries.
fn asks_countries(before: &RuleSet, change: &Change) -> bool {
    let written = match change {
        Change::Switch(id, RuleMode::On | RuleMode::Report) => {
            let found = before.rules.iter().find(|rule| rule.id == *id);
            found.map(|rule| &rule.definition)
        }
        other => defined(other),
    };
    let asks = |told: &Conditions| !told.countries.is_empty();
    written.is_some_and(|rule| asks(&rule.when) || asks(&rule.unless))
}

/// The list after a change, without I/O.
fn apply(
    before: &RuleSet,
    change: Change,
    id: RuleId,
    (actor, now): (&Actor, Timestamp),
) -> Result<RuleSet, Refusal> {
    let mut after = before.clone();
    after.revision += 1;
    let rules = &mut after.rules;
    let place = before.rules.iter().position(|rule| rule.id == id);
    let place = place.ok_or(Refusal::Unknown);
    match change {
        Change::Add(definition, at) => {
            if rules.len() >= MOST {
                return Err(Refusal::TooMany);
            }
            let rule = Rule {
                id,
                mode: RuleMode::Draft,
                on_since: None,
                report_since: None,
                exceptions: Vec::new(),
                definition,
            };
            let at = at.unwrap_or(rules.len()).min(rules.len());
            rules.insert(at, rule);
        }
        Change::Define(_, definition) => {
            one(rules, id)?.definition = definition;
        }
        Change::Remove(_) => {
            rules.remove(place?);
        }
        Change::Move(_, to) => {
            let rule = rules.remove(place?);
            rules.insert(to.min(rules.len()), rule);
        }
        Change::Switch(_, mode) => {
            let rule = one(rules, id)?;
            rule.on_since = match mode {
                RuleMode::On => rule.on_since.or(Some(now)),
                RuleMode::Draft | RuleMode::Report => None,
            };
            rule.report_since = match mode {
                RuleMode::Report => rule.report_since.or(Some(now)),
                RuleMode::Draft | RuleMode::On => None,
            };
            rule.mode = mode;
        }
        Change::Except(_, new) => exception::give(one(rules, id)?, new, actor, now)?,
        Change::Readmit(_, person) => exception::end(one(rules, id)?, &person, now)?,
    }
    let mut names: Vec<&str> = rules.iter().map(|rule| rule.definition.name.as_str()).collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| pair.first() == pair.last()) {
        return Err(Refusal::NameTaken);
    }
    Ok(after)
}

fn one(rules: &mut [Rule], id: RuleId) -> Result<&mut Rule, Refusal> {
    rules
        .iter_mut()
        .find(|rule| rule.id == id)
        .ok_or(Refusal::Unknown)
}

/// A rule that means nobody by a slip of the pen would guard nothing, so that every name must be there.
async fn check_names(
    op: &mut Op,
    organisation: OrganisationId,
    definition: &Definition,
) -> Result<Result<(), Refusal>, OpError> {
    let Some(words) = decision::vocabulary(op, organisation).await? else {
        return Ok(Err(Refusal::OrganisationUnknown));
    };
    for conditions in [&definition.when, &definition.unless] {
        let missing = |list: &[String], known: &BTreeMap<String, String>| {
            list.iter().find(|name| !known.contains_key(*name)).cloned()
        };
        if let Some(name) = missing(&conditions.roles, &words.roles) {
            return Ok(Err(Refusal::NotThere("role", name)));
        }
        if let Some(name) = missing(&conditions.groups, &words.groups) {
            return Ok(Err(Refusal::NotThere("group", name)));
        }
        if let Err(refusal) = check_wanted(op, organisation, conditions).await? {
            return Ok(Err(refusal));
        }
        if let Err(refusal) = check_identities(op, organisation, conditions).await? {
            return Ok(Err(refusal));
        }
    }
    Ok(Ok(()))
}

/// Scopes and the names of attributes. A value that nobody has yet is no slip: somebody may come who has it.
async fn check_wanted(
    op: &mut Op,
    organisation: OrganisationId,
    conditions: &Conditions,
) -> Result<Result<(), Refusal>, OpError> {
    if !conditions.scopes.is_empty() {
        let known = access::scopes(op, organisation).await?;
        let is_there = |name: &String| OPENID_SCOPES.contains(&name.as_str()) || known.contains_key(name);
        if let Some(name) = conditions.scopes.iter().find(|name| !is_there(name)) {
            return Ok(Err(Refusal::ScopeUnknown(name.clone())));
        }
    }
    for name in conditions.attributes.keys() {
        if !person::knows_attribute(op, organisation, name).await? {
            return Ok(Err(Refusal::AttributeUnknown(name.clone())));
        }
    }
    Ok(Ok(()))
}

async fn check_identities(
    op: &mut Op,
    organisation: OrganisationId,
    conditions: &Conditions,
) -> Result<Result<(), Refusal>, OpError> {
    for name in &conditions.people {
        if !is_here(op, organisation, name).await? {
            return Ok(Err(Refusal::NotThere("person", name.clone())));
        }
    }
    for name in &conditions.clients {
        let found = match ClientId::parse(name) {
            Ok(id) => client::find(op, &id).await?,
            Err(_) => None,
        };
        if !found.is_some_and(|client| client.is_open_to(organisation)) {
            return Ok(Err(Refusal::NotThere("client", name.clone())));
        }
    }
    Ok(Ok(()))
}

/// Whether the organisation has a person with exactly this user name.
async fn is_here(op: &mut Op, organisation: OrganisationId, name: &str) -> Result<bool, OpError> {
    let found = person::find_named_within(op, organisation, name).await?;
    Ok(found.is_some_and(|person| person.username.as_str() == name))
}

fn put_on_record(op: &mut Op, (kind, id): (EventKind, RuleId), before: &RuleSet, after: &RuleSet) {
    let (old, new) = (told(before, id), told(after, id));
    op.record(
        EventDraft::success(kind)
            .organisation(after.organisation_id)
            .target("rule", id)
            .change(old, new)
            .detail("revision", after.revision),
    );
    op.tell(Notice::Organisation(after.organisation_id));
}

/// A rule with its place, counted from 1.
fn told(set: &RuleSet, id: RuleId) -> Value {
    let found = set.rules.iter().zip(1..).find(|(rule, _)| rule.id == id);
    found.map_or(
        Value::Null,
        |(rule, place)| json!({ "place": place, "rule": rule }),
    )
}
