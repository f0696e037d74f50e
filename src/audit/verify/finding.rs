//! What verification finds, in words.

use std::fmt;

use super::super::NoteFault;

/// Most findings that are listed one by one; the rest is counted.
const LISTED: usize = 1_000;

/// An event as it can be found again: `writer#counter`, with its position if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventName {
    pub writer: String,
    pub counter: i64,
    pub position: Option<i64>,
}

impl fmt::Display for EventName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {}#{}", self.writer, self.counter)?;
        match self.position {
            Some(position) => write!(f, " (position {position})"),
            None => f.write_str(" (not yet in order)"),
        }
    }
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    #[error("{event} was altered: its body, name or predecessor does not fit its hash")]
    Altered { event: EventName },
    #[error("{event} was altered: the column {column} does not agree with its body")]
    Column { event: EventName, column: &'static str },
    #[error("{event} has a body that is not an event")]
    NotAnEvent { event: EventName },
    #[error("{event} names another predecessor: the event before it was altered or replaced")]
    Broken { event: EventName },
    #[error("events {writer}#{from} to #{to} are missing")]
    Missing { writer: String, from: i64, to: i64 },
    #[error("{event} stands before its own predecessor in the order")]
    OutOfOrder { event: EventName },
    #[error("the event at position {position} is missing")]
    MissingPosition { position: u64 },
    #[error("position {position} is claimed more than once: the order was altered")]
    Claimed { position: u64 },
    #[error("{event}, and waits for no place in it: the order was altered")]
    Unplaced { event: EventName },
    #[error("the order has a gap or an overlap at position {position}: it was altered")]
    Run { position: i64 },
    #[error("the events at positions {from} to {to} are missing, and so is the tree over them")]
    MissingPositions { from: u64, to: u64 },
    #[error("{event} is not the event that the tree holds at its position: it was replaced or moved")]
    Exchanged { event: EventName },
    #[error(
        "events have positions up to {last}, but the last checkpoint covers only {size}: checkpoints are missing"
    )]
    Beyond { size: u64, last: u64 },
    #[error(
        "the tree holds {leaves} leaves, but the last checkpoint covers {size}: events or checkpoints are missing"
    )]
    TreeSize { size: u64, leaves: u64 },
    #[error("tile {tile} of level {level} of the tree is missing or was altered")]
    Tile { level: u8, tile: u64 },
    #[error(
        "the checkpoint over {size} events does not fit the log: it was forged, or the log under it was altered"
    )]
    CheckpointRoot { size: u64 },
    #[error("the checkpoint over {size} events is not good: {fault}")]
    CheckpointNote { size: u64, fault: NoteFault },
    #[error("the checkpoint over {size} events tells another size or root in its note than in its row")]
    CheckpointRow { size: u64 },
    #[error(
        "the checkpoint over {size} events that was kept elsewhere does not fit: the log was rewritten or cut back"
    )]
    Elsewhere { size: u64 },
    #[error("a checkpoint that was kept elsewhere is not good: {fault}")]
    ElsewhereNote { fault: NoteFault },
}

/// How far verification has come, in rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub done: u64,
    pub total: u64,
}

/// What verification has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Events read, in order or not.
    pub events: u64,
    /// Events that the next checkpoint will cover: right, and only protected by their chains until then.
    pub unsequenced: u64,
    /// Chains read.
    pub chains: u64,
    /// Leaves under the last checkpoint.
    pub size: u64,
    /// The root of the tree over them, as recomputed from the events.
    pub root: Option<[u8; 32]>,
    /// Checkpoints verified.
    pub checkpoints: u64,
    /// The first thousand of what is wrong.
    pub findings: Vec<Finding>,
    /// How many more there are.
    pub more: u64,
}

impl Report {
    pub(super) fn new(size: u64) -> Self {
        Self {
            events: 0,
            unsequenced: 0,
            chains: 0,
            size,
            root: None,
            checkpoints: 0,
            findings: Vec::new(),
            more: 0,
        }
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.findings.is_empty()
    }

    pub(super) fn find(&mut self, finding: Finding) {
        if self.findings.len() < LISTED {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }
}
