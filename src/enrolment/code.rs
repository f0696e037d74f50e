//! Codes of six digits that go by mail: good for ten minutes (NIST SP 800-63B-4 section 3.1.3.1) and five tries.

use std::time::Duration;

use crate::domain::Digest32;
use crate::keys::Purpose;
use crate::op::House;

pub(super) const LIFE: Duration = Duration::from_mins(10);
pub(super) const TRIES: i64 = 5;

/// A new one.
pub(super) fn draw(house: &House) -> String {
    let number = u64::from_be_bytes(house.chance.bytes());
    format!("{:06}", number % 1_000_000)
}

/// What is kept of a code, made or typed: so few digits are hashed with a key, or a copy of the database would tell them. `of` says what
/// the code is for.
pub(super) fn hash(house: &House, of: [&[u8]; 3], code: &str) -> Digest32 {
    let [what, whose, of] = of;
    let typed: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    house
        .master_key
        .mac(Purpose::Link, &[what, whose, of, typed.as_bytes()])
}
