//! The file in the data folder that keeps the sample's secrets.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::SampleError;
use crate::demo::Sample;

#[derive(Serialize, Deserialize)]
struct Kept {
    application: String,
    #[serde(flatten)]
    sample: Sample,
}

fn file(folder: &Path) -> PathBuf {
    folder.join("demo.json")
}

/// Reads the sample of this folder, which must have been made for the same application address: redirect addresses are
/// registered exactly.
pub(super) fn load(folder: &Path, application: &str) -> Result<Sample, SampleError> {
    let path = file(folder);
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(source) => return Err(SampleError::Read { path, source }),
    };
    let kept: Kept = match serde_json::from_slice(&text) {
        Ok(kept) => kept,
        Err(source) => return Err(SampleError::Format { path, source }),
    };
    if kept.application == application {
        Ok(kept.sample)
    } else {
        Err(SampleError::Elsewhere {
            made_for: kept.application,
        })
    }
}

/// Writes the file, for its owner only; it is on disk when this answers.
pub(super) fn store(folder: &Path, application: &str, sample: &Sample) -> Result<(), SampleError> {
    let path = file(folder);
    let kept = Kept {
        application: application.to_owned(),
        sample: sample.clone(),
    };
    let text = match serde_json::to_vec_pretty(&kept) {
        Ok(text) => text,
        Err(source) => return Err(SampleError::Format { path, source }),
    };
    write(folder, &path, &text).map_err(|source| SampleError::Write { path, source })
}

fn write(folder: &Path, path: &Path, text: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    // A file that is there already keeps the mode it has: it goes first.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text)?;
    file.sync_all()
}
