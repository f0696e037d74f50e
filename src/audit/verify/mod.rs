//! Verifying the whole log: every chain, every hash, every column, the tree and every kept checkpoint.
//!
//! The log is read in pages; what is kept in memory does not grow with it. What is found is named: which event, which tile,
//! which checkpoint. Not found from inside is a log that was cut back, with its tree and checkpoints, to what an older
//! checkpoint says: for that, hand in a checkpoint that was kept elsewhere.

mod chain;
mod finding;
mod order;
mod said;

pub use finding::{EventName, Finding, Progress, Report};

use chain::verify_chains;
use order::verify_order;

use super::store;
use super::{AuditError, Checkpoint, Trust};
use crate::storage::Storage;

/// Verifies the whole log. `elsewhere` are checkpoint notes that were kept outside this database; `progress` is told after
/// every page.
pub async fn verify(
    storage: &Storage,
    trust: &Trust,
    elsewhere: &[String],
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Report, AuditError> {
    let extent = store::extent(&mut storage.read().await?).await?;
    let mut report = Report::new(extent.size);
    let mut seen = Seen {
        storage,
        progress,
        done: 0,
        total: extent.events + extent.size,
    };
    verify_chains(&mut seen, extent.size, &mut report).await?;
    verify_order(&mut seen, trust, &extent, elsewhere, &mut report).await?;
    Ok(report)
}

/// What both passes share.
struct Seen<'run> {
    storage: &'run Storage,
    progress: &'run mut (dyn FnMut(Progress) + Send),
    done: u64,
    total: u64,
}

impl Seen<'_> {
    fn advance(&mut self, rows: usize) {
        self.done += u64::try_from(rows).unwrap_or_default();
        let total = self.total.max(self.done);
        (self.progress)(Progress {
            done: self.done,
            total,
        });
    }
}

/// Checkpoints from outside, opened; those that do not open are findings.
fn open_elsewhere(notes: &[String], trust: &Trust, report: &mut Report) -> Vec<Checkpoint> {
    let mut opened = Vec::new();
    for note in notes {
        match Checkpoint::open(note, trust) {
            Ok(checkpoint) => opened.push(checkpoint),
            Err(fault) => report.find(Finding::ElsewhereNote { fault }),
        }
    }
    opened.sort_unstable_by_key(|checkpoint| checkpoint.size);
    opened
}
