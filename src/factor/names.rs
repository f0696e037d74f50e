//! The names that people give to their factors: one rule for all of them.

/// Characters of a name at most.
const LONGEST: usize = 60;

/// A name as it is kept: one line, not too long. Where nothing is left of it, the other one. Nothing is refused: a factor is
/// made already by the time its name arrives.
pub(super) fn fit(name: &str, otherwise: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let line: String = words
        .join(" ")
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST)
        .collect();
    if line.is_empty() {
        otherwise.to_owned()
    } else {
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_that_can_be_seen() {
        assert_eq!(fit("  My\n phone\u{7} ", "Key"), "My phone");
        assert_eq!(fit(&"ü".repeat(61), "Key"), "ü".repeat(60));
        for empty in ["", "   ", "\n\u{7}"] {
            assert_eq!(fit(empty, "Key"), "Key", "{empty:?}");
        }
    }
}
