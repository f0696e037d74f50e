//! The code that a person copies from a device to a page (RFC 8628 section 6.1).

use crate::domain::Digest32;
use crate::keys::Purpose;
use crate::op::{House, Op};

/// Twenty letters without vowels, so that no word comes of them, and none that looks like a digit.
const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// 34.5 bits of chance.
const LENGTH: usize = 8;

/// Bytes from here on would make some letters likelier than others.
const FAIR: u8 = 240;

/// A new code as it is shown, and what is stored of it.
pub(super) fn make(op: &Op) -> (String, Digest32) {
    let mut letters = String::with_capacity(LENGTH);
    while letters.len() < LENGTH {
        let bytes = op.house.chance.bytes::<16>();
        let fair = bytes.iter().filter(|byte| **byte < FAIR);
        let some = fair.filter_map(|byte| ALPHABET.get(usize::from(byte % 20)));
        letters.extend(
            some.take(LENGTH - letters.len())
                .map(|letter| char::from(*letter)),
        );
    }
    let hash = hash(&op.house, &letters);
    (shown(&letters), hash)
}

/// What is stored of the letters of a code.
pub(super) fn hash(house: &House, letters: &str) -> Digest32 {
    house.master_key.mac(Purpose::UserCode, &[letters.as_bytes()])
}

/// The letters of a code as somebody typed it, in whatever case and groups; `None` if it cannot be one.
pub(super) fn read(typed: &str) -> Option<String> {
    if typed.len() > 64 {
        return None;
    }
    let letters: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '‑' | '–' | '.'))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let is_code = letters.len() == LENGTH && letters.bytes().all(|byte| ALPHABET.contains(&byte));
    is_code.then_some(letters)
}

/// Two groups of four, as people read them best.
pub(super) fn shown(letters: &str) -> String {
    match letters.split_at_checked(LENGTH / 2) {
        Some((first, second)) => format!("{first}-{second}"),
        None => letters.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_in_any_case_and_with_any_grouping() {
        for typed in [
            "WDJB-MJHT",
            "wdjbmjht",
            " wdjb mjht ",
            "WDJB–MJHT",
            "W D J B M J H T",
        ] {
            assert_eq!(read(typed).as_deref(), Some("WDJBMJHT"), "{typed}");
        }
        for typed in [
            "",
            "WDJB-MJH",
            "WDJB-MJHTT",
            "WDJB-MJHA",
            "WDJB-MJH1",
            "ẞDJB-MJHT",
        ] {
            assert_eq!(read(typed), None, "{typed}");
        }
        assert_eq!(read(&"W".repeat(65)), None);
        assert_eq!(shown("WDJBMJHT"), "WDJB-MJHT");
    }

    #[test]
    fn every_letter_is_as_likely_as_another() {
        let mut counts = [0; 20];
        for byte in 0..FAIR {
            counts[usize::from(byte % 20)] += 1;
        }
        assert_eq!(counts, [12; 20]);
    }
}
