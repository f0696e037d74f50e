//! How large files and functions may grow. `clippy` holds the functions (60 lines); this holds the files.

use super::source::sources;

#[test]
fn no_file_has_more_than_500_lines_without_its_tests() {
    let large: Vec<String> = sources()
        .iter()
        .map(|source| {
            (
                source
                    .text
                    .lines()
                    .take_while(|line| *line != "#[cfg(test)]")
                    .count(),
                source,
            )
        })
        .filter(|(lines, _)| *lines > 500)
        .map(|(lines, source)| format!("{} has {lines} lines", source.path))
        .collect();
    assert!(large.is_empty(), "{large:#?}");
}

#[test]
fn every_file_says_at_its_head_what_it_is_for() {
    let silent: Vec<String> = sources()
        .into_iter()
        .filter(|source| !source.text.starts_with("//!"))
        .map(|source| source.path)
        .collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn nothing_is_left_to_be_done() {
    let marks = [
        ["to", "do!("].concat(),
        ["unimple", "mented!("].concat(),
        ["TO", "DO"].concat(),
        ["FIX", "ME"].concat(),
    ];
    let left: Vec<String> = sources()
        .into_iter()
        .filter(|source| marks.iter().any(|mark| source.text.contains(mark)))
        .map(|source| source.path)
        .collect();
    assert!(left.is_empty(), "{left:#?}");
}
