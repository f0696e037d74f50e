//! When a client, and each of its secrets, was last used.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::store;
use crate::domain::{ClientId, Digest32, Timestamp};
use crate::op::{House, Op, OpError, Part};

/// The time of a use is kept to the minute: more often nothing is written.
const PRECISION: Duration = Duration::from_mins(1);

/// A client, or one of its secrets.
type Used = (ClientId, Option<[u8; 32]>);

/// Uses that have yet to be written, of a client as such and of its secrets: a request only notes its own here, in memory.
#[derive(Debug, Default)]
struct Uses(Mutex<BTreeMap<Used, Timestamp>>);

impl Part for Uses {
    fn new(_: &House) -> Self {
        Self::default()
    }
}

/// Notes that a client was here. Only of one that has proven who it is, or was given tokens: anybody can name one that proves nothing.
pub fn note_use(house: &House, id: &ClientId, now: Timestamp) {
    note(house, (id.clone(), None), now);
}

/// Notes that a secret was used.
pub(super) fn note_secret(house: &House, id: &ClientId, hash: &Digest32, now: Timestamp) {
    note(house, (id.clone(), Some(hash.0)), now);
}

fn note(house: &House, what: Used, now: Timestamp) {
    let uses = house.part::<Uses>();
    let mut uses = uses.0.lock().unwrap_or_else(PoisonError::into_inner);
    uses.insert(what, now);
}

/// Writes what was noted since the last time. The server does it once a minute; of a process that ends in between, uses
/// of the last minute may be missing.
pub async fn write_uses(op: &mut Op) -> Result<(), OpError> {
    let noted = {
        let uses = op.house.part::<Uses>();
        let mut uses = uses.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *uses)
    };
    if noted.is_empty() {
        return Ok(());
    }
    let tx = op.writing().await?;
    for ((id, hash), at) in noted {
        match hash {
            Some(hash) => store::touch_secret(tx, &id, &Digest32(hash), at, PRECISION).await?,
            None => store::touch_client(tx, &id, at, PRECISION).await?,
        }
    }
    Ok(())
}
