//! The one place that writes to standard output and standard error.
//!
//! A reader that has gone away (`doorward config show | head -1`) is no reason to fail: what cannot be written is dropped.

use std::error::Error;
use std::fmt::Display;
use std::io::{Write as _, stderr, stdout};

use super::error::CommandError;

/// Writes a line to standard output, at once.
pub(super) fn line(text: impl Display) {
    let mut output = stdout().lock();
    let _ = writeln!(output, "{text}").and_then(|()| output.flush());
}

/// So many of a thing whose plural takes an s.
pub(super) fn count(many: impl Display, thing: &str) -> String {
    let many = many.to_string();
    let end = if many == "1" { "" } else { "s" };
    format!("{many} {thing}{end}")
}

/// Words in a row, or what is said where there are none.
pub(super) fn words(words: &[String], otherwise: &str) -> String {
    if words.is_empty() {
        return otherwise.to_owned();
    }
    words.join(", ")
}

/// Writes a line to standard error: how far a long command has come.
pub(super) fn note(text: impl Display) {
    let _ = writeln!(stderr().lock(), "{text}");
}

/// Writes an error, its causes and what to do about it to standard error.
pub(super) fn fault(error: &CommandError) {
    let mut output = stderr().lock();
    let _ = writeln!(output, "error: {error}");
    let mut cause = error.source();
    while let Some(source) = cause {
        let _ = writeln!(output, "  caused by: {source}");
        cause = source.source();
    }
    if let Some(hint) = error.hint() {
        let _ = writeln!(output, "  hint: {hint}");
    }
}
