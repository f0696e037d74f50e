//! The one who puts committed events in order: positions, tree, checkpoints.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

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
/// Most events of one transaction: on SQLite, others wait for it.
const BATCH: i64 = 1_000;

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
        if !store::waiting(&mut self.storage.read().await?).await? {
            return Ok(0);
        }
        let (now, keys) = moment();
        self.sequence(now, keys.checkpoint(now)?).await
    }

    /// Orders all events committed by now, in as many transactions as it takes; answers how many. None if another process
    /// leads.
    pub async fn sequence(&self, now: Timestamp, signer: &dyn Signer) -> Result<u64, AuditError> {
        let mut total = 0;
        loop {
            let ordered = self.batch(now, signer).await?;
            total += ordered;
            if ordered < BATCH.unsigned_abs() {
                return Ok(total);
            }
        }
    }

    async fn batch(&self, now: Timestamp, signer: &dyn Signer) -> Result<u64, AuditError> {
        let mut tx = self.storage.write().await?;
        let fence = store::lead(&mut tx, &self.holder, now.plus(LEASE), now).await?;
        if fence.is_none() {
            return Ok(0);
        }
        // Whoever led before may have gone further than this process remembers: nothing is kept between batches.
        let mut edge = read_edge(&mut tx).await?;
        let hashes = store::sequence(&mut tx, edge.size(), BATCH).await?;
        if hashes.is_empty() {
            return Ok(0);
        }
        for tile in edge.extend(hashes.iter().map(super::tree::leaf)) {
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
        Ok(u64::try_from(hashes.len()).unwrap_or(u64::MAX))
    }
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
