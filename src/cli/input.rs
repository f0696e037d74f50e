//! What commands read: files of JSON, or standard input.

use std::io::Read as _;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::error::CommandError;

/// Reads the text of a file; `-` is standard input.
pub(super) fn text(path: &Path) -> Result<String, CommandError> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).map(|_| ())
    } else {
        std::fs::read_to_string(path).map(|read| text = read)
    };
    read.map_err(|source| CommandError::File {
        path: path.to_owned(),
        source,
    })?;
    Ok(text)
}

/// Reads a JSON document of a file; `-` is standard input.
pub(super) fn json<T: DeserializeOwned>(path: &Path) -> Result<T, CommandError> {
    serde_json::from_str(&text(path)?).map_err(|source| CommandError::JsonFile {
        path: path.to_owned(),
        source,
    })
}
