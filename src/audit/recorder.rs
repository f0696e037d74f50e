//! Writing events.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::encoding::Encoded;
use super::lane::{Chain, Lanes};
use super::sequence_store::Unsequenced;
use super::{AuditError, store};
use crate::domain::{Event, Timestamp};
use crate::storage::{Storage, Tx};

/// Most acts whose events wait for the shared commit; beyond it an act is refused and may be tried again.
const QUEUE: usize = 4_096;
/// Most acts whose events share a commit.
const GROUP: usize = 256;

/// The one writer of events of this process.
#[derive(Debug)]
pub struct Recorder {
    lanes: Arc<Lanes>,
    committed: Arc<Notify>,
    waiting: mpsc::Sender<Waiting>,
    stopping: Arc<Notify>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// The events of one act that wait for the shared commit.
#[derive(Debug)]
struct Waiting {
    at: Timestamp,
    events: Vec<Encoded>,
    answer: oneshot::Sender<Result<(), AuditError>>,
}

/// A chain leased by one transaction. Dropped without [`Lane::settle`] after something was written, the chain ends where it
/// was last settled and is not continued: whether that commit came through is not known for sure (the connection may have
/// broken before the answer), and an ended chain is right in both cases.
#[derive(Debug)]
#[must_use = "a lane is settled after the commit"]
pub struct Lane {
    lanes: Arc<Lanes>,
    committed: Arc<Notify>,
    /// Taken out by `settle`, and when something has been written.
    untouched: Option<Chain>,
    written: Option<Chain>,
}

impl Recorder {
    /// Starts the task that writes the events of acts without changes; it ends when the recorder is dropped. `chance` makes
    /// the ids of the chains: 32 bytes, fresh at every start. To be called within the asynchronous runtime.
    #[must_use]
    pub fn start(storage: Storage, chance: [u8; 32]) -> Self {
        let (waiting, queue) = mpsc::channel(QUEUE);
        let lanes = Arc::new(Lanes::new(chance));
        let committed = Arc::new(Notify::new());
        let group = Group {
            storage,
            lanes: Arc::clone(&lanes),
            committed: Arc::clone(&committed),
        };
        let stopping = Arc::new(Notify::new());
        let task = tokio::spawn(group.run(queue, Arc::clone(&stopping)));
        Self {
            lanes,
            committed,
            waiting,
            stopping,
            task: Mutex::new(Some(task)),
        }
    }

    /// Writes what still waits and takes no more. To be called when no request is left.
    pub async fn stop(&self) {
        self.stopping.notify_one();
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(fault) = task.await
        {
            tracing::error!(%fault, "the task that writes events has failed");
        }
    }

    /// Leases a chain for one transaction that ends soon.
    pub fn lease(&self, now: Timestamp) -> Lane {
        Lane::take(&self.lanes, &self.committed, now)
    }

    /// Writes events of an act that changes nothing else; the events of many requests share one commit. Answers when they
    /// are on disk.
    pub async fn record_alone(&self, events: Vec<Event>) -> Result<(), AuditError> {
        let Some(at) = events.first().map(|event| event.at) else {
            return Ok(());
        };
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting {
            at,
            events: encode(&events)?,
            answer,
        };
        drop(events);
        self.waiting.try_send(waiting).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => AuditError::Full,
            mpsc::error::TrySendError::Closed(_) => AuditError::Stopped,
        })?;
        answered.await.unwrap_or(Err(AuditError::Stopped))
    }

    /// How many acts wait for the shared commit.
    #[must_use]
    pub fn backlog(&self) -> usize {
        self.waiting
            .max_capacity()
            .saturating_sub(self.waiting.capacity())
    }

    /// A name for this life of this process.
    #[must_use]
    pub fn life(&self) -> String {
        self.lanes.life()
    }

    /// Told whenever events were committed here, so that the sequencer sleeps while there is nothing to do.
    pub(super) fn committed(&self) -> Arc<Notify> {
        Arc::clone(&self.committed)
    }
}

impl Lane {
    fn take(lanes: &Arc<Lanes>, committed: &Arc<Notify>, now: Timestamp) -> Self {
        Self {
            lanes: Arc::clone(lanes),
            committed: Arc::clone(committed),
            untouched: Some(lanes.take(now)),
            written: None,
        }
    }

    /// Writes events in the transaction of the act that they tell of.
    pub async fn record(&mut self, tx: &mut Tx, events: &[Event]) -> Result<(), AuditError> {
        let encoded = encode(events)?;
        self.write(tx, encoded).await
    }

    async fn write(&mut self, tx: &mut Tx, events: Vec<Encoded>) -> Result<(), AuditError> {
        let chain = self.untouched.take().or_else(|| self.written.take());
        let Some(mut chain) = chain else {
            return Err(AuditError::Stopped);
        };
        let counter = chain.counter().saturating_add(1);
        let mut hashes = Vec::with_capacity(events.len());
        let mut rows = Vec::with_capacity(events.len());
        for event in events {
            rows.push(chain.extend(event).collect());
            hashes.push(chain.last());
        }
        // From here on the chain is either settled or ended; a fault leaves it taken out.
        let writer = chain.writer().to_string();
        let unsequenced = Unsequenced {
            writer,
            counter,
            hashes,
        };
        store::insert(tx, rows, unsequenced).await?;
        self.written = Some(chain);
        Ok(())
    }

    /// The transaction has been committed: its events are part of the chain.
    pub fn settle(mut self) {
        if let Some(chain) = self.written.take() {
            self.lanes.give_back(chain);
            self.committed.notify_one();
        }
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        if let Some(chain) = self.untouched.take() {
            self.lanes.give_back(chain);
        }
    }
}

fn encode(events: &[Event]) -> Result<Vec<Encoded>, AuditError> {
    let encoded: Result<_, serde_json::Error> = events.iter().map(Encoded::new).collect();
    Ok(encoded?)
}

/// The task behind [`Recorder::record_alone`].
#[derive(Debug)]
struct Group {
    storage: Storage,
    lanes: Arc<Lanes>,
    committed: Arc<Notify>,
}

impl Group {
    async fn run(self, mut queue: mpsc::Receiver<Waiting>, stopping: Arc<Notify>) {
        let mut group = Vec::with_capacity(GROUP);
        loop {
            let received = tokio::select! {
                received = queue.recv_many(&mut group, GROUP) => received,
                () = stopping.notified() => {
                    queue.close();
                    continue;
                }
            };
            if received == 0 {
                return;
            }
            // Requests that are ready to go on come first: what they record shares this commit. It costs no waiting, since a
            // processor that has nothing else to do is back at once.
            tokio::task::yield_now().await;
            match self.write(&mut queue, &mut group).await {
                Ok(()) => group.drain(..).for_each(|one| answer(one, Ok(()))),
                Err(fault) => {
                    let fault = Arc::new(fault);
                    group
                        .drain(..)
                        .for_each(|one| answer(one, Err(AuditError::Shared(Arc::clone(&fault)))));
                }
            }
        }
    }

    async fn write(
        &self,
        queue: &mut mpsc::Receiver<Waiting>,
        group: &mut Vec<Waiting>,
    ) -> Result<(), AuditError> {
        let mut tx = self.storage.write().await?;
        // While the transaction was waited for, more may have come.
        while group.len() < GROUP {
            match queue.try_recv() {
                Ok(one) => group.push(one),
                Err(_) => break,
            }
        }
        let Some(at) = group.first().map(|one| one.at) else {
            return Ok(());
        };
        let mut lane = Lane::take(&self.lanes, &self.committed, at);
        let events = group.iter_mut().flat_map(|one| std::mem::take(&mut one.events));
        lane.write(&mut tx, events.collect()).await?;
        tx.commit().await?;
        lane.settle();
        Ok(())
    }
}

/// Whoever no longer waits has given up its request; the event stays true.
fn answer(one: Waiting, result: Result<(), AuditError>) {
    one.answer.send(result).unwrap_or_default();
}
