//! Texts of others on our pages: what cannot be seen, or turns the direction of what follows, would make one thing look like
//! another.

/// A text as a page shows it: without characters that are hidden.
#[must_use]
pub fn plain(text: &str) -> String {
    let shown: String = text.chars().filter(|c| !is_hidden(*c)).collect();
    shown.trim().to_owned()
}

/// Whether a text looks as it is: something in it can be seen, and nothing in it is hidden.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(is_hidden)
}

/// Controls, spaces of no width, marks of direction, fillers, and the invisible twins of ASCII.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_left_out_and_all_else_stays() {
        for (text, expected) in [
            ("Überweisung 100 €", "Überweisung 100 €"),
            ("  Feedback desk ", "Feedback desk"),
            ("Bank\u{202e}knaB", "BankknaB"),
            ("Ba\u{200b}nk\u{ad}", "Bank"),
            ("a\nb\u{0}", "ab"),
            ("\u{e0041}\u{3164}", ""),
            ("日本語 ✓", "日本語 ✓"),
        ] {
            assert_eq!(plain(text), expected, "{text:?}");
        }
        assert!(is_plain("Überweisung 100 €"));
        for text in ["", " ", "a\u{202e}b", "a\nb", "a\u{61c}b"] {
            assert!(!is_plain(text), "{text:?}");
        }
    }
}
