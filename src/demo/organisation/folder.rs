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

/// The address of the sample application that the folder was made for, if it was made at all.
pub(in crate::demo) fn made_for(folder: &Path) -> Option<url::Url> {
    let kept: Kept = serde_json::from_slice(&std::fs::read(file(folder)).ok()?).ok()?;
    kept.application.parse().ok()
}

/// Reads the sample of this folder.
pub(super) fn load(folder: &Path) -> Result<Sample, SampleError> {
    let path = file(folder);
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(source) => return Err(SampleError::Read { path, source }),
    };
    match serde_json::from_slice::<Kept>(&text) {
        Ok(kept) => Ok(kept.sample),
        Err(source) => Err(SampleError::Format { path, source }),
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
