//! Second pass: the order, the tree over it, and every checkpoint.

use std::collections::VecDeque;

use super::super::encoding::Hash;
use super::super::store::{self, Extent, KeptCheckpoint, OrderRow};
use super::super::tree::{Edge, Tile, WIDTH, leaf};
use super::super::{AuditError, Checkpoint, Trust, sequence_store};
use super::{EventName, Finding, Report, Seen, open_elsewhere};

/// Checkpoints read at once.
const PAGE: i64 = 500;

/// Most events in doubt that are remembered until the next checkpoint.
const DOUBTFUL: usize = 1_000;

/// The tree as recomputed, and what is still to be compared with it.
struct Walk<'trust> {
    trust: &'trust Trust,
    /// From the events; where one is missing, from the stored tile.
    from_events: Edge,
    /// From the stored tiles, since the two differ: which of them is right, the next checkpoint tells.
    from_tiles: Option<Edge>,
    /// What is to be found if the tiles are right, and the tiles that are wrong if the events are.
    doubtful: Vec<EventName>,
    doubtful_tiles: Vec<u64>,
    /// The tile of level 0 that was found last, not to be found again at its next checkpoint.
    found_tile: Option<u64>,
    kept: VecDeque<KeptCheckpoint>,
    kept_read: u64,
    elsewhere: VecDeque<Checkpoint>,
}

pub(super) async fn verify_order(
    seen: &mut Seen<'_>,
    trust: &Trust,
    extent: &Extent,
    elsewhere: &[String],
    report: &mut Report,
) -> Result<(), AuditError> {
    if let Some(last) = extent.last_position.filter(|last| *last >= extent.size) {
        report.find(Finding::Beyond {
            size: extent.size,
            last,
        });
    }
    if extent.leaves != extent.size {
        report.find(Finding::TreeSize {
            size: extent.size,
            leaves: extent.leaves,
        });
    }
    verify_runs(seen, extent.size, report).await?;
    let mut walk = Walk {
        trust,
        from_events: Edge::default(),
        from_tiles: None,
        doubtful: Vec::new(),
        doubtful_tiles: Vec::new(),
        found_tile: None,
        kept: VecDeque::new(),
        kept_read: 0,
        elsewhere: open_elsewhere(elsewhere, trust, report).into(),
    };
    // A forged size must not send us on a walk without end: there are no more leaves than rows that could hold them.
    let end = extent
        .size
        .min(extent.events.max(extent.tiles.saturating_mul(WIDTH)));
    let mut first = 0;
    while first < end {
        walk.tile(seen, first, end, report).await?;
        first += WIDTH;
    }
    if end < extent.size {
        report.find(Finding::MissingPositions {
            from: end,
            to: extent.size - 1,
        });
    }
    walk.finish(seen, end, extent, report).await
}

/// Runs follow one another without gap or overlap: what a run says that no event answers to would be seen by nobody else.
async fn verify_runs(seen: &Seen<'_>, size: u64, report: &mut Report) -> Result<(), AuditError> {
    let size = store::number(size)?;
    let (mut after, mut expected) = (i64::MIN, 0);
    loop {
        let page = sequence_store::runs(&mut seen.storage.read().await?, after, PAGE).await?;
        for run in &page {
            if run.first >= size {
                return Ok(());
            }
            if run.first != expected || run.length <= 0 {
                report.find(Finding::Run { position: expected });
            }
            after = run.first;
            expected = expected.max(run.first.saturating_add(run.length.max(0)));
        }
        if i64::try_from(page.len()) != Ok(PAGE) {
            return Ok(());
        }
    }
}

impl Walk<'_> {
    /// The events of one tile of level 0 and the tile itself.
    async fn tile(
        &mut self,
        seen: &mut Seen<'_>,
        first: u64,
        end: u64,
        report: &mut Report,
    ) -> Result<(), AuditError> {
        let number = first / WIDTH;
        let after = end.min(first + WIDTH);
        let mut tx = seen.storage.read().await?;
        let events = store::order_page(&mut tx, first, after).await?;
        let stored = store::tile(&mut tx, (0, number)).await?.unwrap_or_default();
        drop(tx);
        let rows = events.len();
        let mut events = events.into_iter().peekable();
        let mut stored = stored.into_iter();
        let mut full = Vec::new();
        for position in first..after {
            let claims = |event: &OrderRow| event.position.unsigned_abs() == position;
            let event = events.next_if(claims);
            if event.is_none() {
                report.find(Finding::MissingPosition { position });
            }
            if events.next_if(claims).is_some() {
                report.find(Finding::Claimed { position });
                while events.next_if(claims).is_some() {}
            }
            self.leaf(event, stored.next(), number, &mut full);
            self.checkpoints(seen, report).await?;
        }
        seen.advance(rows);
        for tile in full.iter().filter(|tile| tile.place.0 > 0) {
            verify_tile(seen, tile, report).await?;
        }
        Ok(())
    }

    fn leaf(&mut self, event: Option<OrderRow>, stored: Option<Hash>, number: u64, full: &mut Vec<Tile>) {
        let told = event.as_ref().map(|event| leaf(&event.hash));
        // Of a missing event nothing is in doubt: the tile is all there is.
        let differ = told.is_some() && told != stored;
        if differ && self.from_tiles.is_none() {
            self.from_tiles = Some(self.from_events.clone());
        }
        if differ && self.doubtful_tiles.last() != Some(&number) {
            self.doubtful_tiles.push(number);
        }
        if let Some(event) = event.filter(|_| differ && self.doubtful.len() < DOUBTFUL) {
            self.doubtful.push(EventName {
                writer: event.writer,
                counter: event.counter,
                position: Some(event.position),
            });
        }
        if let Some(edge) = &mut self.from_tiles {
            edge.push(stored.or(told).unwrap_or_default(), &mut Vec::new());
        }
        self.from_events.push(told.or(stored).unwrap_or_default(), full);
    }

    /// Compares all checkpoints over as many leaves as there are now.
    async fn checkpoints(&mut self, seen: &Seen<'_>, report: &mut Report) -> Result<(), AuditError> {
        let size = self.from_events.size();
        while let Some(checkpoint) = self.next_kept(seen, size).await? {
            report.checkpoints += 1;
            // Only what is signed may tell whether events or tiles are right.
            match Checkpoint::open(&checkpoint.note, self.trust) {
                Ok(told) if told.size != size || told.root[..] != checkpoint.root[..] => {
                    report.find(Finding::CheckpointRow { size });
                }
                Ok(told) if self.settle(&told.root, report) => (),
                Ok(_) => report.find(Finding::CheckpointRoot { size }),
                Err(fault) => report.find(Finding::CheckpointNote { size, fault }),
            }
        }
        while let Some(checkpoint) = self.elsewhere.pop_front_if(|checkpoint| checkpoint.size == size) {
            if !self.settle(&checkpoint.root, report) {
                report.find(Finding::Elsewhere { size });
            }
        }
        Ok(())
    }

    /// The next checkpoint if it covers `size` leaves.
    async fn next_kept(&mut self, seen: &Seen<'_>, size: u64) -> Result<Option<KeptCheckpoint>, AuditError> {
        if self.kept.is_empty() && self.kept_read < size {
            let page = store::checkpoints(&mut seen.storage.read().await?, self.kept_read, PAGE).await?;
            // After the last page there is nothing more to read.
            self.kept_read = page.last().map_or(u64::MAX, |last| last.size);
            self.kept = page.into();
        }
        Ok(self.kept.pop_front_if(|checkpoint| checkpoint.size == size))
    }

    /// Holds a root against the tree. Where events and tiles differ, it tells which of them is right, and both go on from
    /// there.
    fn settle(&mut self, root: &Hash, report: &mut Report) -> bool {
        let fits_events = self.from_events.root() == *root;
        let fits_tiles = self
            .from_tiles
            .as_ref()
            .map_or(fits_events, |edge| edge.root() == *root);
        if fits_events {
            self.doubtful.clear();
            self.find_doubtful(report);
            self.from_tiles = None;
        } else if fits_tiles && let Some(edge) = self.from_tiles.take() {
            self.doubtful_tiles.clear();
            self.find_doubtful(report);
            self.from_events = edge;
        }
        fits_events || fits_tiles
    }

    fn find_doubtful(&mut self, report: &mut Report) {
        for event in self.doubtful.drain(..) {
            report.find(Finding::Exchanged { event });
        }
        for tile in self.doubtful_tiles.drain(..) {
            if self.found_tile.replace(tile) != Some(tile) {
                report.find(Finding::Tile { level: 0, tile });
            }
        }
    }

    /// `end`: so many leaves were seen of those that the last checkpoint covers.
    async fn finish(
        mut self,
        seen: &mut Seen<'_>,
        end: u64,
        extent: &Extent,
        report: &mut Report,
    ) -> Result<(), AuditError> {
        self.find_doubtful(report);
        for tile in self.from_events.tiles().filter(|tile| tile.place.0 > 0) {
            verify_tile(seen, &tile, report).await?;
        }
        let mut after = end;
        while after < extent.size {
            let page = store::checkpoints(&mut seen.storage.read().await?, after, PAGE).await?;
            after = page.last().map_or(u64::MAX, |last| last.size);
            for checkpoint in page.iter().filter(|checkpoint| checkpoint.size <= extent.size) {
                let size = checkpoint.size;
                report.find(match Checkpoint::open(&checkpoint.note, self.trust) {
                    Ok(_) => Finding::CheckpointRoot { size },
                    Err(fault) => Finding::CheckpointNote { size, fault },
                });
            }
        }
        for checkpoint in self.elsewhere {
            report.find(Finding::Elsewhere {
                size: checkpoint.size,
            });
        }
        report.root = (end == extent.size && end > 0).then(|| self.from_events.root());
        Ok(())
    }
}

/// Compares a tile above the leaves; the stored one may have grown meanwhile.
async fn verify_tile(seen: &Seen<'_>, tile: &Tile, report: &mut Report) -> Result<(), AuditError> {
    let stored = store::tile(&mut seen.storage.read().await?, tile.place).await?;
    if !stored.is_some_and(|stored| stored.starts_with(&tile.hashes)) {
        let (level, tile) = tile.place;
        report.find(Finding::Tile { level, tile });
    }
    Ok(())
}
