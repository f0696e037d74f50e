//! What a new password must be like: rules of values alone (NIST SP 800-63B-4 section 3.1.1.2). Length, and what it is not made
//! of; nothing about which kinds of characters it has.

use unicode_normalization::UnicodeNormalization as _;

/// Characters at least where the password stands alone, and where there is a second factor beside it.
pub(super) const ALONE: usize = 15;
const BESIDE_A_FACTOR: usize = 8;

/// Characters at most: nobody hashes a book.
pub(super) const LONGEST: usize = 1_024;

/// Why a new password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("a password has at least 8 characters beside a second factor")]
    TooShort,
    #[error("a password has at least 15 characters where it stands alone")]
    TooShortAlone,
    #[error("a password has at most 1,024 characters")]
    TooLong,
    #[error("a password is not made of the names of its person, their organisation or the house")]
    AboutThePerson,
    #[error("this password is among the first that are tried")]
    Common,
    #[error("this password is known to others")]
    Breached,
    #[error("this is the present password")]
    Present,
}

impl Unfit {
    /// The sentence for whoever has chosen it.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::TooShort => "setup-wrong-password-short",
            Self::TooShortAlone => "password-wrong-short-alone",
            Self::TooLong => "setup-wrong-password-long",
            Self::AboutThePerson => "setup-wrong-password-name",
            Self::Common => "password-wrong-common",
            Self::Breached => "password-wrong-breached",
            Self::Present => "password-wrong-present",
        }
    }
}

/// The one form in which a password is hashed, whichever keyboard it comes from (RFC 8265 section 4.2.2: NFC).
pub(super) fn normal(text: &str) -> String {
    text.nfc().collect()
}

/// How many characters a password has at least.
#[must_use]
pub const fn shortest(alone: bool) -> usize {
    if alone { ALONE } else { BESIDE_A_FACTOR }
}

/// Whether a password in its normal form may be taken, as far as that needs no list.
pub(super) fn check(normal: &str, alone: bool, about: &[&str]) -> Result<(), Unfit> {
    let length = normal.chars().count();
    if length > LONGEST {
        return Err(Unfit::TooLong);
    }
    if length < shortest(alone) {
        let why = if length < BESIDE_A_FACTOR && !alone {
            Unfit::TooShort
        } else {
            Unfit::TooShortAlone
        };
        return Err(why);
    }
    if is_made_of(normal, about) {
        return Err(Unfit::AboutThePerson);
    }
    if is_pattern(normal) {
        return Err(Unfit::Common);
    }
    Ok(())
}

/// The least letters of a word that bars a password, and the most letters and digits that may stand beside such words.
const SHORTEST_WORD: usize = 4;
const TOO_LITTLE: usize = 5;

/// Whether hardly anything is left of a password without these words.
fn is_made_of(normal: &str, about: &[&str]) -> bool {
    let mut words: Vec<String> = about
        .iter()
        .flat_map(|about| {
            let parts = about.split(|c: char| !c.is_alphanumeric()).map(bare);
            parts.chain([bare(about)]).collect::<Vec<_>>()
        })
        .filter(|word| word.chars().count() >= SHORTEST_WORD)
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let whole = bare(normal);
    let left = words
        .iter()
        .fold(whole.clone(), |left, word| left.replace(word, ""));
    left != whole && left.chars().count() <= TOO_LITTLE
}

/// Letters and digits only, small.
fn bare(text: &str) -> String {
    let small = text.to_lowercase();
    small.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The longest piece whose repetition is a pattern.
const LONGEST_PIECE: usize = 4;

/// Whether it is one short piece again and again, or a row as keyboards and alphabets have it.
fn is_pattern(normal: &str) -> bool {
    let letters: Vec<char> = normal.to_lowercase().chars().collect();
    let repeats = |piece: usize| {
        let after = letters.iter().skip(piece);
        letters.len() > piece && letters.iter().zip(after).all(|(one, other)| one == other)
    };
    let row = |step: i64| {
        let after = letters.iter().skip(1);
        letters
            .iter()
            .zip(after)
            .all(|(one, next)| i64::from(u32::from(*next)) - i64::from(u32::from(*one)) == step)
    };
    (1..=LONGEST_PIECE).any(repeats) || row(1) || row(-1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ABOUT: &[&str] = &[
        "rosa.winter@northbeam.example",
        "Rosa Winter",
        "Northbeam",
        "Doorward",
    ];

    fn judge(password: &str, alone: bool) -> Result<(), Unfit> {
        check(&normal(password), alone, ABOUT)
    }

    #[test]
    fn a_password_has_fifteen_characters_alone_and_eight_beside_a_second_factor() {
        assert_eq!(shortest(true), 15);
        assert_eq!(shortest(false), 8);
        assert_eq!(judge("tangent", false), Err(Unfit::TooShort));
        assert_eq!(judge("tangents", false), Ok(()));
        assert_eq!(judge("tangents", true), Err(Unfit::TooShortAlone));
        assert_eq!(judge("blue tangents 7", true), Ok(()));
        // A code point counts as one, also where it is typed as two.
        assert_eq!(judge("ångstrøm", false), Ok(()));
        assert_eq!(judge("a\u{30a}ngstrø", false), Err(Unfit::TooShort));
        assert_eq!(judge(&"löwe ".repeat(204), true), Ok(()));
        assert_eq!(judge(&"löwe ".repeat(205), true), Err(Unfit::TooLong));
    }

    #[test]
    fn what_is_made_of_names_is_refused_and_what_has_more_is_not() {
        for named in [
            "Rosa@Northbeam.example",
            "rosa winter",
            "RosaWinter1!",
            "northbeam2026!",
            "doorward doorward",
            "Winter-Rosa-99",
        ] {
            assert_eq!(judge(named, false), Err(Unfit::AboutThePerson), "{named}");
        }
        for more in ["northbeam is my ship", "winter morning 5", "rose garden"] {
            assert_eq!(judge(more, false), Ok(()), "{more}");
        }
    }

    #[test]
    fn rows_and_repetitions_are_refused() {
        for pattern in [
            "aaaaaaaa",
            "        ",
            "12345678",
            "hgfedcba",
            "abcabcabc",
            "Xy9!Xy9!Xy9!",
        ] {
            assert_eq!(judge(pattern, false), Err(Unfit::Common), "{pattern}");
        }
    }

    #[test]
    fn one_password_has_one_form() {
        assert_eq!(normal("a\u{30a}"), normal("å"));
        // Compatibility is not equality: nothing is lost.
        assert_ne!(normal("x²"), normal("x2"));
    }

    proptest! {
        #[test]
        fn what_is_taken_alone_is_taken_beside_a_factor(password in ".{0,40}") {
            if judge(&password, true).is_ok() {
                prop_assert_eq!(judge(&password, false), Ok(()));
            }
        }

        #[test]
        fn the_form_of_a_form_is_itself(password in ".{0,40}") {
            prop_assert_eq!(normal(&normal(&password)), normal(&password));
        }
    }
}
