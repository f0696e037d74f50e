//! Sessions that were read a moment ago, by the digest of their cookie.
//!
//! A copy is used for at most one second, and not after its session has ended. The person's standing and epoch are not
//! kept here: they are asked for at every use.

use std::time::Duration;

use super::store::Stored;
use crate::op::{Copies, House, Kind, Part};

/// Most copies; each has about 300 bytes.
const COPIES: u64 = 10_000;

/// How old a copy may be.
const AGE: Duration = Duration::from_secs(1);

/// The sessions of the last second.
#[derive(Debug)]
pub(super) struct Sessions(pub(super) Copies<[u8; 32], Stored>);

impl Part for Sessions {
    fn new(_: &House) -> Self {
        Self(Copies::new(COPIES, AGE).of_owner(Kind::Sessions, |stored: &Stored| stored.session.id.into()))
    }
}
