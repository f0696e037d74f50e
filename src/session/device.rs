//! Browsers by which people have signed in before: what a sign-in is measured by that comes from one that is new.
//!
//! A browser is known by the cookie that binds forms and sign-ins to it; the digest of it is stored, once for each person.

use std::time::Duration;

use super::store;
use crate::domain::{Digest32, PersonId};
use crate::op::{Op, OpError};

/// How long a browser is remembered after its last sign-in, as its cookie is.
pub(super) const KEEP: Duration = Duration::from_hours(400 * 24);

/// Whether a person has signed in by a browser before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sighting {
    Known,
    New,
    /// No browser of this person is known: there is nothing that it could differ from.
    First,
}

/// Notes a sign-in of a person by a browser, in the write transaction of the sign-in.
pub async fn see(op: &mut Op, person: PersonId, browser: &Digest32) -> Result<Sighting, OpError> {
    let now = op.now;
    let tx = op.writing().await?;
    if store::see_device(tx, person, browser, now).await? {
        return Ok(Sighting::Known);
    }
    let others = store::count_devices(tx, person).await?;
    store::insert_device(tx, person, browser, now).await?;
    Ok(if others == 0 {
        Sighting::First
    } else {
        Sighting::New
    })
}
