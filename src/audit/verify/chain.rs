//! First pass: every chain from its beginning, every event from its bytes.

use super::super::encoding::{self, GENESIS, WriterId};
use super::super::store::{self, ChainRow};
use super::super::{AuditError, encoding::Hash};
use super::said::{NotAnEvent, differing};
use super::{EventName, Finding, Report, Seen};

/// Rows of one page.
const PAGE: i64 = 1_000;

/// How far a chain has been followed.
struct Followed {
    writer: String,
    /// None if the writer's name is not one that a process gives.
    id: Option<WriterId>,
    counter: i64,
    last: Hash,
    /// Of its last event; before the first one stands -1.
    position: Option<i64>,
}

/// `size`: what the last checkpoint covered when verification began; positions given later count as not given.
pub(super) async fn verify_chains(
    seen: &mut Seen<'_>,
    size: u64,
    report: &mut Report,
) -> Result<(), AuditError> {
    let mut followed: Option<Followed> = None;
    loop {
        let (writer, counter) = followed
            .as_ref()
            .map_or(("", 0), |chain| (chain.writer.as_str(), chain.counter));
        let page = store::chain_page(&mut seen.storage.read().await?, writer, counter, PAGE).await?;
        let rows = page.len();
        for (mut row, waits) in page {
            let is_lost = row.position.is_none() && !waits;
            if row
                .position
                .is_some_and(|position| position.unsigned_abs() >= size && position >= 0)
            {
                row.position = None;
            }
            let chain = match followed.take() {
                Some(chain) if chain.writer == row.writer => chain,
                _ => begin(&row, report),
            };
            followed = Some(follow(chain, row, is_lost, report));
        }
        seen.advance(rows);
        if i64::try_from(rows) != Ok(PAGE) {
            return Ok(());
        }
    }
}

fn begin(row: &ChainRow, report: &mut Report) -> Followed {
    report.chains += 1;
    Followed {
        writer: row.writer.clone(),
        id: row.writer.parse().ok(),
        counter: 0,
        last: GENESIS,
        position: Some(-1),
    }
}

/// `is_lost`: it has no position and waits for none.
fn follow(chain: Followed, row: ChainRow, is_lost: bool, report: &mut Report) -> Followed {
    let event = EventName {
        writer: chain.writer,
        counter: row.counter,
        position: row.position,
    };
    report.events += 1;
    report.unsequenced += u64::from(row.position.is_none());
    if is_lost {
        report.find(Finding::Unplaced { event: event.clone() });
    }
    let expected = chain.counter.saturating_add(1);
    if row.counter != expected {
        report.find(Finding::Missing {
            writer: event.writer.clone(),
            from: expected,
            to: row.counter.saturating_sub(1),
        });
    } else if row.previous[..] != chain.last[..] {
        report.find(Finding::Broken { event: event.clone() });
    }
    verify_event(chain.id.as_ref(), &event, &row, report);
    if row.position.is_some() && (chain.position.is_none() || row.position <= chain.position) {
        report.find(Finding::OutOfOrder { event: event.clone() });
    }
    Followed {
        writer: event.writer,
        id: chain.id,
        counter: row.counter,
        last: row.hash.try_into().unwrap_or(GENESIS),
        position: row.position,
    }
}

/// The event alone: its hash over its bytes, its columns against its body.
fn verify_event(writer: Option<&WriterId>, event: &EventName, row: &ChainRow, report: &mut Report) {
    let previous: Option<&Hash> = row.previous.as_slice().try_into().ok();
    let hash = writer
        .zip(previous)
        .map(|(writer, previous)| encoding::hash(writer, row.counter, previous, &row.body));
    if hash.is_none_or(|hash| hash[..] != row.hash[..]) {
        report.find(Finding::Altered { event: event.clone() });
    }
    match differing(row) {
        Ok(columns) => {
            for column in columns {
                report.find(Finding::Column {
                    event: event.clone(),
                    column,
                });
            }
        }
        Err(NotAnEvent) => report.find(Finding::NotAnEvent { event: event.clone() }),
    }
}
