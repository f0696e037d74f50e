//! The act itself.

use std::sync::Arc;

use super::access_epoch::{self, Affected};
use super::{EventDraft, House, OpError, notice_store};
use crate::domain::{Actor, ClientId, Event, Id, Notice, Seen, Timestamp, Token};
use crate::storage::{Durability, Tx};

/// One act under way.
#[derive(Debug)]
pub struct Op {
    pub house: Arc<House>,
    pub actor: Actor,
    pub seen: Seen,
    pub now: Timestamp,
    /// The client through which somebody acts, where it is not them: on record with all that is done.
    pub through: Option<ClientId>,
    work: Work,
    durability: Durability,
    by_copies: bool,
    events: Vec<Event>,
    notices: Vec<Notice>,
    affected: Vec<Affected>,
}

#[derive(Debug)]
enum Work {
    Nothing,
    Reading(Tx),
    Writing(Tx),
}

impl Op {
    /// Starts an act. No connection is taken before the first statement.
    #[must_use]
    pub fn new(house: &Arc<House>, actor: Actor, seen: Seen) -> Self {
        Self::at(house, actor, seen, house.clock.now())
    }

    /// Starts an act that no request asked for (a schedule, a command on the server's own machine): seen from nowhere, in a
    /// story of its own.
    #[must_use]
    pub fn inside(house: &Arc<House>, actor: Actor) -> Self {
        let now = house.clock.now();
        let seen = Seen {
            correlation_id: house.chance.id(now),
            address: None,
            user_agent: None,
            certificate: None,
            device: None,
        };
        Self::at(house, actor, seen, now)
    }

    fn at(house: &Arc<House>, actor: Actor, seen: Seen, now: Timestamp) -> Self {
        Self {
            house: Arc::clone(house),
            actor,
            seen,
            now,
            through: None,
            work: Work::Nothing,
            durability: Durability::Flushed,
            by_copies: false,
            events: Vec::new(),
            notices: Vec::new(),
            affected: Vec::new(),
        }
    }

    /// A unit for reading: the write transaction if it is open (so that an act sees its own changes), else one without
    /// any lock.
    pub async fn reading(&mut self) -> Result<&mut Tx, OpError> {
        if matches!(self.work, Work::Nothing) {
            self.work = Work::Reading(self.house.storage.read().await?);
        }
        match &mut self.work {
            Work::Reading(tx) | Work::Writing(tx) => Ok(tx),
            Work::Nothing => Err(OpError::Broken("no unit of reading")),
        }
    }

    /// The write transaction, opened at the first call. Open it last: hash, sign and decide before.
    pub async fn writing(&mut self) -> Result<&mut Tx, OpError> {
        if !matches!(self.work, Work::Writing(_)) {
            // The reading connection goes back first, so that an act never holds two.
            self.work = Work::Nothing;
            if self.tells() {
                self.durability = Durability::Flushed;
            }
            self.work = Work::Writing(self.house.storage.write_as(self.durability).await?);
        }
        match &mut self.work {
            Work::Writing(tx) => Ok(tx),
            Work::Reading(_) | Work::Nothing => Err(OpError::Broken("no write transaction")),
        }
    }

    /// Says that what this act is about to write may be lost with the power, and that whoever it is for then begins again: its commit does
    /// not wait for the disk. That holds only if nothing is on record of it and nothing is told of it.
    pub fn relax(&mut self) {
        if !self.is_writing() {
            self.durability = Durability::Relaxed;
        }
    }

    /// Whether something goes with the changes that must not be lost.
    fn tells(&self) -> bool {
        !(self.events.is_empty() && self.notices.is_empty() && self.affected.is_empty())
    }

    /// Whether the write transaction is open. What is read then may never become true, so caches keep none of it.
    #[must_use]
    pub fn is_writing(&self) -> bool {
        matches!(self.work, Work::Writing(_))
    }

    /// Reads by copies, as an act may that has not begun to write, for decisions about what this act does not change: as good as if it
    /// had decided before, and others do not wait with their writing meanwhile. What it has told to have changed it reads all the same.
    pub async fn by_copies<T>(&mut self, read: impl AsyncFnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.by_copies, true);
        let found = read(self).await;
        self.by_copies = before;
        found
    }

    /// Whether a copy will do for what is read now.
    pub(super) fn asks_copies(&self) -> bool {
        !self.is_writing() || (self.by_copies && self.notices.is_empty())
    }

    /// Gives the reading connection back before slow work (hashing, signing).
    pub fn rest(&mut self) {
        if matches!(self.work, Work::Reading(_)) {
            self.work = Work::Nothing;
        }
    }

    /// Puts an event on record; it is written by [`Op::commit`], in the same transaction as the changes.
    pub fn record(&mut self, draft: EventDraft) {
        let event = Event {
            version: 1,
            kind: draft.kind,
            outcome: draft.outcome,
            at: self.now,
            actor: self.actor.clone(),
            on_behalf_of: draft.on_behalf_of,
            organisation: draft.organisation,
            target: draft.target,
            reason: draft.reason,
            client: draft.client.or_else(|| self.through.clone()),
            session: draft.session,
            seen: self.seen.clone(),
            before: draft.before,
            after: draft.after,
            details: draft.details,
        };
        self.events.push(event);
    }

    /// Tells caches of this and other processes, once the act is committed.
    pub fn tell(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    /// Says that what somebody may do has changed: caches are told, and the epoch of access rises in the same transaction.
    pub fn change_access(&mut self, affected: Affected) {
        self.tell(affected.notice());
        self.affected.push(affected);
    }

    /// A new id.
    #[must_use]
    pub fn id<K>(&self) -> Id<K> {
        self.house.chance.id(self.now)
    }

    /// A new opaque token.
    #[must_use]
    pub fn token(&self) -> Token {
        self.house.chance.token()
    }

    /// Ends the act with its outcome, which is told only once it is on record. After a fault nothing of it is kept.
    pub async fn conclude<T>(self, outcome: Result<T, OpError>) -> Result<T, OpError> {
        let outcome = outcome?;
        self.commit().await?;
        Ok(outcome)
    }

    /// Makes the act last: changes and events in one commit. An act without changes shares the commit of its events with
    /// other requests. Answers when all is on disk, unless the act is relaxed.
    pub async fn commit(mut self) -> Result<(), OpError> {
        let counted: Vec<_> = self
            .events
            .iter()
            .map(|event| (event.kind, event.outcome))
            .collect();
        match std::mem::replace(&mut self.work, Work::Nothing) {
            Work::Writing(_) if self.durability == Durability::Relaxed && self.tells() => {
                return Err(OpError::Broken("an act that may be lost tells nothing"));
            }
            Work::Writing(mut tx) => {
                for affected in &self.affected {
                    access_epoch::rise(&mut tx, *affected).await?;
                }
                if !self.notices.is_empty() && !self.house.ephemeral.is_shared() {
                    let life = self.house.recorder.life();
                    for notice in &self.notices {
                        notice_store::tell(&mut tx, &life, notice).await?;
                    }
                }
                if self.events.is_empty() {
                    tx.commit().await?;
                } else {
                    let mut lane = self.house.recorder.lease(self.now);
                    lane.record(&mut tx, &self.events).await?;
                    tx.commit().await?;
                    lane.settle();
                }
            }
            reading @ (Work::Reading(_) | Work::Nothing) => {
                drop(reading);
                if !self.events.is_empty() {
                    self.house
                        .recorder
                        .record_alone(std::mem::take(&mut self.events))
                        .await?;
                }
            }
        }
        for (kind, outcome) in counted {
            self.house.metrics.count_event(kind, outcome);
        }
        for notice in &self.notices {
            self.house.notice(notice);
            self.house.ephemeral.publish(notice).await;
        }
        Ok(())
    }
}
