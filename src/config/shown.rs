//! How the value of a setting is shown: as TOML that could be read again, and never a secret.

use std::path::Path;
use std::time::Duration;

use super::said::duration_text;
use crate::domain::{Limit, Secret};

/// A path of SQLite holds no secret and helps whoever looks for the file; any other address may hold a password.
pub(super) fn shown_url(url: &Secret) -> Option<toml::Value> {
    if url.expose().starts_with("sqlite:") {
        return text(url.expose());
    }
    text("(set)")
}

pub(super) fn hidden(secret: Option<&Secret>) -> Option<toml::Value> {
    secret.and_then(|_| text("(set)"))
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of all entries of the table")]
pub(super) fn text<T: ToString + ?Sized>(value: &T) -> Option<toml::Value> {
    Some(toml::Value::String(value.to_string()))
}

pub(super) fn path(path: Option<&Path>) -> Option<toml::Value> {
    path.and_then(|path| text(&path.display()))
}

pub(super) fn number<T: TryInto<i64>>(number: T) -> Option<toml::Value> {
    number.try_into().ok().map(toml::Value::Integer)
}

pub(super) fn duration(duration: Duration) -> Option<toml::Value> {
    text(&duration_text(duration))
}

pub(super) fn limit(limit: Limit) -> Option<toml::Value> {
    text(&format!(
        "{}, then one every {}",
        limit.burst,
        duration_text(limit.refill)
    ))
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of all entries of the table")]
pub(super) fn list<T: ToString>(items: &[T]) -> Option<toml::Value> {
    let items = items
        .iter()
        .map(|item| toml::Value::String(item.to_string()))
        .collect();
    Some(toml::Value::Array(items))
}
