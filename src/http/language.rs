//! The languages that we speak, and how one is chosen.

use std::cmp::Reverse;

use fluent_langneg::{LanguageIdentifier, NegotiationStrategy, negotiate_languages};

/// More wishes than that are not read.
const MOST_WISHES: usize = 20;

/// A language of our pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    English,
    German,
    Turkish,
}

impl Language {
    /// All of them; the first one is spoken when nothing fits.
    pub const ALL: [Self; 3] = [Self::English, Self::German, Self::Turkish];

    /// The tag (RFC 5646), for `lang` attributes and folders of sentences.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Turkish => "tr",
        }
    }

    /// Its own name for itself.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::Turkish => "Türkçe",
        }
    }

    /// The first language of a list as in `ui_locales` (OpenID Connect Core section 3.1.2.1) that we speak.
    #[must_use]
    pub fn from_ui_locales(list: &str) -> Option<Self> {
        best(list.split(' ').take(MOST_WISHES))
    }

    /// The best language for an `Accept-Language` header (RFC 9110 section 12.5.4).
    #[must_use]
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut wishes: Vec<(&str, u16)> = header.split(',').take(MOST_WISHES).filter_map(weighed).collect();
        wishes.sort_by_key(|(_, weight)| Reverse(*weight));
        best(wishes.into_iter().map(|(tag, _)| tag))
    }
}

/// A tag and its weight in thousandths; what is excluded (`q=0`) or broken is no wish. `fluent-langneg` reads the order
/// only.
fn weighed(entry: &str) -> Option<(&str, u16)> {
    let (tag, parameter) = match entry.split_once(';') {
        None => return Some((entry.trim(), 1000)),
        Some((tag, parameter)) => (tag.trim(), parameter.trim()),
    };
    let weight = parameter
        .strip_prefix("q=")
        .or_else(|| parameter.strip_prefix("Q="))?;
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    if part.len() > 3 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{part:0<3}").parse().ok()?;
    let weight = whole
        .parse::<u16>()
        .ok()?
        .checked_mul(1000)?
        .checked_add(thousandths)?;
    (1..=1000).contains(&weight).then_some((tag, weight))
}

fn best<'a>(wishes: impl Iterator<Item = &'a str>) -> Option<Language> {
    let wishes: Vec<LanguageIdentifier> = wishes.filter_map(|wish| wish.trim().parse().ok()).collect();
    let spoken: Vec<LanguageIdentifier> = Language::ALL
        .iter()
        .filter_map(|language| language.tag().parse().ok())
        .collect();
    let chosen = negotiate_languages(&wishes, &spoken, None, NegotiationStrategy::Filtering);
    let tag = chosen.first()?.language;
    Language::ALL
        .into_iter()
        .find(|language| language.tag() == tag.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weight_of_a_wish_counts_not_its_place() {
        let chosen = Language::from_accept_language;
        assert_eq!(chosen("en;q=0.3, de-AT;q=0.9, tr;q=0.5"), Some(Language::German));
        assert_eq!(chosen("tr-TR,tr;q=0.9,en-US;q=0.8"), Some(Language::Turkish));
        assert_eq!(chosen("fr, de;q=0.1"), Some(Language::German));
        assert_eq!(chosen("de;q=0, fr"), None);
    }

    #[test]
    fn what_cannot_be_read_is_no_wish() {
        for header in ["", "*", ";;;", "de;q=2", "de;q=0.1234", "de;q=x", "\u{7f}", "xx-"] {
            assert_eq!(Language::from_accept_language(header), None, "{header:?}");
        }
    }

    #[test]
    fn ui_locales_are_taken_in_their_order() {
        assert_eq!(Language::from_ui_locales("fr-CA de en"), Some(Language::German));
        assert_eq!(Language::from_ui_locales("tr"), Some(Language::Turkish));
        assert_eq!(Language::from_ui_locales("fr"), None);
    }
}
