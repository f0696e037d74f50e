//! Recovery codes: ten of 80 bits, shown once, stored as keyed hashes, each good for one sign-in.

use super::lockout::{self, Factor};
use super::{password, second, store};
use crate::domain::{Digest32, EventKind, PersonId};
use crate::keys::Purpose;
use crate::mail::{self, Happened};
use crate::op::{EventDraft, House, Op, OpError};

/// Codes in a set.
const CODES: usize = 10;

/// Bytes of chance in a code: sixteen letters of base32.
const CODE_BYTES: usize = 10;

/// Makes a new set, which replaces an earlier one; answers the codes as they are shown.
pub async fn make(op: &mut Op, person: PersonId) -> Result<Vec<String>, OpError> {
    let now = op.now;
    let codes: Vec<String> = (0..CODES)
        .map(|_| data_encoding::BASE32_NOPAD.encode(&op.house.chance.bytes::<CODE_BYTES>()))
        .collect();
    let hashes: Vec<Digest32> = codes.iter().map(|code| hash(&op.house, person, code)).collect();
    store::replace_recovery_codes(op.writing().await?, person, &hashes, now).await?;
    lockout::reset(op, person, Factor::RecoveryCode).await?;
    op.record(EventDraft::success(EventKind::RecoveryCodesMade).target("person", person));
    Ok(codes.iter().map(|code| in_groups(code)).collect())
}

/// Why a code would be of no use: it stands in for a second factor, after the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Useless {
    NoSecondFactor,
    /// Passkeys are all there is.
    NoPassword,
}

/// Why codes would be of no use to a person; none if they would be.
pub async fn useless(op: &mut Op, person: PersonId) -> Result<Option<Useless>, OpError> {
    Ok(if !second::is_enrolled(op, person).await? {
        Some(Useless::NoSecondFactor)
    } else if password::changed_at(op, person).await?.is_none() {
        Some(Useless::NoPassword)
    } else {
        None
    })
}

/// Makes a new set for a person who looks after their account, if codes are of use to them.
pub async fn renew(op: &mut Op, person: PersonId) -> Result<Result<Vec<String>, Useless>, OpError> {
    if let Some(useless) = useless(op, person).await? {
        return Ok(Err(useless));
    }
    let codes = make(op, person).await?;
    mail::tell(op, person, &Happened::RecoveryCodesMade).await?;
    Ok(Ok(codes))
}

/// Makes the first set for whoever has a second factor now; none where codes are left or of no use. Answers them to be shown
/// once.
pub async fn make_first(op: &mut Op, person: PersonId) -> Result<Vec<String>, OpError> {
    if left(op, person).await? > 0 || useless(op, person).await?.is_some() {
        return Ok(Vec::new());
    }
    make(op, person).await
}

/// Ends all codes: what they stood in for is gone.
pub(super) async fn forget(op: &mut Op, person: PersonId) -> Result<(), OpError> {
    Ok(store::forget_recovery_codes(op.writing().await?, person).await?)
}

/// Uses a code up; false if there is none like it, or it was used before.
pub async fn take(op: &mut Op, person: PersonId, typed: &str) -> Result<bool, OpError> {
    let now = op.now;
    let hash = hash(&op.house, person, &as_made(typed));
    let taken = store::use_recovery_code(op.writing().await?, person, &hash, now).await?;
    if taken {
        let left = left(op, person).await?;
        mail::tell(op, person, &Happened::RecoveryCodeUsed(left)).await?;
    }
    Ok(taken)
}

/// How many codes are left.
pub async fn left(op: &mut Op, person: PersonId) -> Result<i64, OpError> {
    Ok(store::recovery_codes_left(op.reading().await?, person).await?)
}

fn hash(house: &House, person: PersonId, code: &str) -> Digest32 {
    let parts: [&[u8]; 2] = [person.as_bytes(), code.as_bytes()];
    house.master_key.mac(Purpose::RecoveryCode, &parts)
}

fn in_groups(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// A code as it was made, whatever its owner made of case, groups and digits that base32 does not have.
fn as_made(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            '0' => 'O',
            '1' => 'I',
            '8' => 'B',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        let code = "ABCDEFGHIJKO2345";
        assert_eq!(in_groups(code), "ABCD-EFGH-IJKO-2345");
        for typed in [
            "abcd-efgh-ijko-2345",
            " ABCD EFGH IJKO 2345 ",
            "abcdefgh1jk02345",
            "A8CD-EFGH-IJKO-2345",
        ] {
            assert_eq!(as_made(typed), code, "{typed}");
        }
    }
}
