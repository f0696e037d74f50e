//! The one who puts committed events in order: positions, tree, checkpoints.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::sequence_store::{self, Run, Unsequenced};
use super::tree::{Edge, Tile, edge_tiles};
use super::{AuditError, Checkpoint, Recorder, Signer, store};
use crate::domain::Timestamp;
use crate::keys::KeyRing;
use crate::storage::{Storage, Tx};

/// From one checkpoint to the next, while there is something new.
const PACE: Duration = Duration::from_millis(250);
/// How often to look for events that other processes have written.
const LOOK: Duration = Duration::from_secs(2);
/// How long a leader who is not heard of stays leader.
const LEASE: Duration = Duration::from_secs(5);
/// How long to wait after a fault.
const REST: Duration = Duration::from_secs(2);
/// The events of so many transactions are put in order in one: on SQLite, others wait for it.
const BATCH: usize = 256;

/// Orders the events of all processes on one database, one process at a time (a lease decides who).
#[derive(Debug)]
pub struct Sequencer {
    storage: Storage,
    committed: Arc<Notify>,
    holder: String,
    origin: String,
}

impl Sequencer {
    /// A candidate for the lead; `origin` is the name of the log ([`super::origin`]).
    #[must_use]
    pub fn new(storage: Storage, recorder: &Recorder, origin: String) -> Self {
        Self {
            storage,
            committed: recorder.committed(),
            holder: recorder.life(),
            origin,
        }
    }

    /// Works until `stopping` is ready, and then orders what is left. `moment` tells the time and the keys of each round.
    pub async fn run<M>(self, moment: M, stopping: impl Future<Output = ()>)
    where
        M: Fn() -> (Timestamp, Arc<KeyRing>),
    {
        let mut stopping = std::pin::pin!(stopping);
        loop {
            let stops = tokio::select! {
                () = &mut stopping => true,
                () = self.new_events() => false,
            };
            let rest = self.round_or_rest(&moment).await;
            if stops {
                return;
            }
            let stops = tokio::select! {
                () = &mut stopping => true,
                () = tokio::time::sleep(rest) => false,
            };
            if stops {
                self.round_or_rest(&moment).await;
                return;
            }
        }
    }

    /// One round; answers how long to wait before the next one.
    async fn round_or_rest<M>(&self, moment: &M) -> Duration
    where
        M: Fn() -> (Timestamp, Arc<KeyRing>),
    {
        match self.round(moment).await {
            Ok(_) => PACE,
            Err(fault) => {
                let passing = fault.is_passing();
                let fault: &dyn std::error::Error = &fault;
                if passing {
                    tracing::warn!(fault, "events wait to be put in order");
                } else {
                    tracing::error!(fault, "events could not be put in order");
                }
                REST
            }
        }
    }

    async fn new_events(&self) {
        tokio::select! {
            () = self.committed.notified() => (),
            () = tokio::time::sleep(LOOK) => (),
        }
    }

    async fn round<M>(&self, moment: &M) -> Result<u64, AuditError>
    where
        M: Fn() -> (Timestamp, Arc<KeyRing>),
    {
        // A look costs no write transaction; most rounds of a quiet server, and of those who do not lead, end here.
        if !sequence_store::waiting(&mut self.storage.read().await?).await? {
            return Ok(0);
        }
        let (now, keys) = moment();
        self.sequence(now, keys.checkpoint(now)?).await
    }

    /// Orders all events committed by now, in as many transactions as it takes; answers how many. None if another process
    /// leads.
    pub async fn sequence(&self, now: Timestamp, signer: &dyn Signer) -> Result<u64, AuditError> {
        let mut total = 0;
        while let Some(batch) = self.batch(now, signer).await? {
            total += batch.events;
            if !batch.full {
                break;
            }
        }
        Ok(total)
    }

    async fn batch(&self, now: Timestamp, signer: &dyn Signer) -> Result<Option<Batch>, AuditError> {
        let mut tx = self.storage.write().await?;
        let fence = sequence_store::lead(&mut tx, &self.holder, now.plus(LEASE), now).await?;
        if fence.is_none() {
            return Ok(None);
        }
        let taken =
            sequence_store::take_unsequenced(&mut tx, i64::try_from(BATCH).unwrap_or(i64::MAX)).await?;
        if taken.is_empty() {
            return Ok(None);
        }
        // Whoever led before may have gone further than this process remembers: nothing is kept between batches.
        let mut edge = read_edge(&mut tx).await?;
        for run in runs(edge.size(), &taken)? {
            sequence_store::put_run(&mut tx, &run).await?;
        }
        let before = edge.size();
        let leaves = taken.iter().flat_map(|one| &one.hashes).map(super::tree::leaf);
        for tile in edge.extend(leaves) {
            store::put_tile(&mut tx, &tile).await?;
        }
        let checkpoint = Checkpoint {
            size: edge.size(),
            root: edge.root(),
        };
        let note = checkpoint.sign(&self.origin, signer)?;
        // The size is the key: of two who extend the same tree, one fails here.
        store::put_checkpoint(&mut tx, &checkpoint, &note, now).await?;
        tx.commit().await?;
        Ok(Some(Batch {
            events: checkpoint.size.saturating_sub(before),
            full: taken.len() == BATCH,
        }))
    }
}

/// What one transaction put in order.
struct Batch {
    events: u64,
    /// There may be more.
    full: bool,
}

/// Positions from `first` on for events that are sorted by chain and counter.
fn runs(first: u64, taken: &[Unsequenced]) -> Result<Vec<Run>, AuditError> {
    let mut first = store::number(first)?;
    let mut runs: Vec<Run> = Vec::new();
    for one in taken {
        let length = i64::try_from(one.hashes.len()).map_err(|_| AuditError::Position)?;
        match runs.last_mut() {
            Some(run) if run.writer == one.writer && run.counter + run.length == one.counter => {
                run.length += length;
            }
            _ => runs.push(Run {
                first,
                writer: one.writer.clone(),
                counter: one.counter,
                length,
            }),
        }
        first = first.checked_add(length).ok_or(AuditError::Position)?;
    }
    Ok(runs)
}

/// The right edge of the stored tree, which must have the root that the last checkpoint tells: a tree that was tampered with
/// is not signed once more.
async fn read_edge(tx: &mut Tx) -> Result<Edge, AuditError> {
    let Some(last) = store::last_checkpoint(tx).await? else {
        return Ok(Edge::default());
    };
    let mut tiles = Vec::new();
    for (place, begun) in edge_tiles(last.size) {
        let hashes = store::tile(tx, place)
            .await?
            .filter(|hashes| hashes.len() == begun);
        let (level, tile) = place;
        let hashes = hashes.ok_or(AuditError::Tree { level, tile })?;
        tiles.push(Tile { place, hashes });
    }
    let edge = Edge::new(last.size, tiles);
    if edge.root()[..] == last.root[..] {
        Ok(edge)
    } else {
        Err(AuditError::Root)
    }
}
