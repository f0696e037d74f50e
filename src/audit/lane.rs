//! Chains that are leased by one transaction at a time.
//!
//! A chain may advance only by what is committed, and no transaction should wait for another one's commit. So a process
//! has as many chains (lanes) as it has writing transactions at once: a transaction leases a free one, or starts a new one.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use super::encoding::{self, Encoded, GENESIS, Hash, WriterId};
use crate::domain::{Timestamp, Value};

/// The free chains of this process.
#[derive(Debug)]
pub(super) struct Lanes {
    /// Last in, first out: a quiet process keeps to one chain.
    free: Mutex<Vec<Chain>>,
    /// 32 bytes of chance; the ids of new chains come from it and their number.
    chance: [u8; 32],
    made: AtomicU64,
}

/// How far a chain has come.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    writer: WriterId,
    counter: i64,
    last: Hash,
}

impl Lanes {
    pub(super) fn new(chance: [u8; 32]) -> Self {
        Self {
            free: Mutex::default(),
            chance,
            made: AtomicU64::new(0),
        }
    }

    /// Takes a chain out; nobody else can continue it until it is given back.
    pub(super) fn take(&self, now: Timestamp) -> Chain {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        free.unwrap_or_else(|| self.start(now))
    }

    /// Gives a chain back, with what has been committed.
    pub(super) fn give_back(&self, chain: Chain) {
        self.free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(chain);
    }

    /// A name for this life of this process.
    pub(super) fn life(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.derive(b"life"))
    }

    fn derive(&self, what: &[u8]) -> Hash {
        let digest = Sha256::new().chain_update(self.chance).chain_update(what);
        digest.finalize().into()
    }

    fn start(&self, now: Timestamp) -> Chain {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let digest = self.derive(&number.to_be_bytes());
        let mut chance = [0; 10];
        chance.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        Chain {
            writer: WriterId::new(now, chance),
            counter: 0,
            last: GENESIS,
        }
    }
}

impl Chain {
    pub(super) fn writer(&self) -> &WriterId {
        &self.writer
    }

    /// Of the last event.
    pub(super) fn counter(&self) -> i64 {
        self.counter
    }

    /// The hash of the last event.
    pub(super) fn last(&self) -> Hash {
        self.last
    }

    /// Adds an event; answers the values of its row.
    pub(super) fn extend(&mut self, event: Encoded) -> impl Iterator<Item = Value> + use<> {
        let previous = self.last;
        self.counter = self.counter.saturating_add(1);
        self.last = encoding::hash(&self.writer, self.counter, &previous, event.body());
        let place = [
            Value::Text(Some(self.writer.to_string())),
            Value::Int(Some(self.counter)),
            Value::Bytes(Some(previous.to_vec())),
            Value::Bytes(Some(self.last.to_vec())),
        ];
        place.into_iter().chain(event.into_values())
    }
}
