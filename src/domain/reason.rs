//! Why somebody does something, as it is kept in the audit log and shown.

/// The longest, in characters.
const LONGEST: usize = 1_000;

/// A reason without the blanks around it; none if nothing is said, or more than 1,000 characters.
#[must_use]
pub fn reason(text: &str) -> Option<&str> {
    let text = text.trim();
    (1..=LONGEST).contains(&text.chars().count()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_something_and_not_too_much() {
        assert_eq!(reason(" lost the phone\n"), Some("lost the phone"));
        let longest = "ü".repeat(1_000);
        assert_eq!(reason(&longest), Some(longest.as_str()));
        for text in ["", " \t\n", &format!("{longest}ü")] {
            assert_eq!(reason(text), None);
        }
    }
}
