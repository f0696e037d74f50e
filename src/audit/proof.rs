//! Evidence for one event: it is in the log, as shown by hashes and a signed checkpoint alone (C2SP tlog-proof).

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use super::encoding::{self, Hash, WriterId};
use super::tree::{Tiles, leaf, proof_tiles, root_of_inclusion};
use super::{AuditError, Checkpoint, NoteFault, Trust, store};
use crate::storage::Storage;

/// The first line of every proof.
const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// More hashes than a tree can be deep.
const DEEPEST: usize = 64;

/// The event that a proof is about, carried in its `extra` line: all that its hash is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    writer: WriterId,
    counter: i64,
    /// Base64 of the hash of the event before it.
    previous: String,
    body: String,
}

/// What a good proof proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    pub position: u64,
    pub writer: WriterId,
    pub counter: i64,
    /// The event as it was written (JSON).
    pub body: String,
    pub checkpoint: Checkpoint,
}

/// Why a text proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofFault {
    #[error("it is not a proof")]
    Form,
    #[error("its checkpoint is not good: {0}")]
    Checkpoint(#[from] NoteFault),
    #[error("the event is not in the log of its checkpoint")]
    NotIncluded,
}

/// The proof that the event at a position is in the log: a text to be kept as `NAME.tlog-proof`. None if the position is not
/// covered by a checkpoint.
pub async fn prove(storage: &Storage, position: u64) -> Result<Option<String>, AuditError> {
    let mut tx = storage.read().await?;
    let Some(last) = store::last_checkpoint(&mut tx)
        .await?
        .filter(|last| position < last.size)
    else {
        return Ok(None);
    };
    let Some(row) = store::event_at(&mut tx, position).await? else {
        return Ok(None);
    };
    let mut tiles = std::collections::BTreeMap::new();
    for place in proof_tiles(position, last.size) {
        let (level, tile) = place;
        let hashes = store::tile(&mut tx, place).await?;
        tiles.insert(place, hashes.ok_or(AuditError::Tree { level, tile })?);
    }
    let siblings = Tiles::new(last.size, tiles).inclusion(position)?;
    let sealed = Sealed {
        writer: row.writer.parse().map_err(|_| AuditError::Position)?,
        counter: row.counter,
        previous: BASE64.encode(&row.previous),
        body: row.body,
    };
    let extra = BASE64.encode(&serde_json::to_vec(&sealed)?);
    let hashes: String = siblings.iter().map(|hash| BASE64.encode(hash) + "\n").collect();
    Ok(Some(format!(
        "{HEADER}\nextra {extra}\nindex {position}\n{hashes}\n{}",
        last.note
    )))
}

/// The last checkpoint as a note, to be kept where nobody who can write to this database can write.
pub async fn last_note(storage: &Storage) -> Result<Option<String>, AuditError> {
    let last = store::last_checkpoint(&mut storage.read().await?).await?;
    Ok(last.map(|last| last.note))
}

/// Checks a proof without any database.
pub fn check_proof(text: &str, trust: &Trust) -> Result<Proven, ProofFault> {
    let (proof, note) = text.split_once("\n\n").ok_or(ProofFault::Form)?;
    let (sealed, position, siblings) = parse(proof).ok_or(ProofFault::Form)?;
    let checkpoint = Checkpoint::open(note, trust)?;
    let previous = BASE64.decode(sealed.previous.as_bytes()).ok();
    let previous: Hash = previous
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(ProofFault::Form)?;
    let hash = encoding::hash(&sealed.writer, sealed.counter, &previous, &sealed.body);
    let root = root_of_inclusion(leaf(&hash), position, checkpoint.size, &siblings);
    if root != Some(checkpoint.root) {
        return Err(ProofFault::NotIncluded);
    }
    Ok(Proven {
        position,
        writer: sealed.writer,
        counter: sealed.counter,
        body: sealed.body,
        checkpoint,
    })
}

fn parse(proof: &str) -> Option<(Sealed, u64, Vec<Hash>)> {
    let mut lines = proof.split('\n');
    lines.next().filter(|line| *line == HEADER)?;
    let extra = BASE64
        .decode(lines.next()?.strip_prefix("extra ")?.as_bytes())
        .ok()?;
    let index = lines.next()?.strip_prefix("index ")?;
    let position: u64 = index
        .parse()
        .ok()
        .filter(|number: &u64| number.to_string() == index)?;
    let hashes = lines
        .take(DEEPEST)
        .map(|line| BASE64.decode(line.as_bytes()).ok()?.try_into().ok());
    Some((
        serde_json::from_slice(&extra).ok()?,
        position,
        hashes.collect::<Option<_>>()?,
    ))
}
