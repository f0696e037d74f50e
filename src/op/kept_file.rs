//! A file of the operator's in memory: read at the start, and again when it has changed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use crate::domain::Timestamp;

/// By which a change of a file is seen.
type Stamp = Option<(SystemTime, u64)>;

type Reader<T> =
    Box<dyn Fn(&Path, Timestamp) -> Result<T, Box<dyn std::error::Error + Send + Sync>> + Send + Sync>;

/// A file as it was when it was read last.
pub struct KeptFile<T> {
    path: Option<PathBuf>,
    /// Another file without which it says nothing.
    beside: Option<PathBuf>,
    read: Reader<T>,
    seen: Mutex<Option<[Stamp; 2]>>,
    content: RwLock<Option<Arc<T>>>,
}

impl<T> std::fmt::Debug for KeptFile<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.path.fmt(f)
    }
}

impl<T> KeptFile<T> {
    /// Reads it, if there is one.
    pub fn new<E>(
        path: Option<PathBuf>,
        now: Timestamp,
        read: impl Fn(&Path, Timestamp) -> Result<T, E> + Send + Sync + 'static,
    ) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let kept = Self {
            path,
            beside: None,
            read: Box::new(move |path, now| read(path, now).map_err(Into::into)),
            seen: Mutex::default(),
            content: RwLock::default(),
        };
        kept.refresh(now);
        kept
    }

    /// With another file, whose change counts as one of this.
    #[must_use]
    pub fn beside(mut self, other: Option<PathBuf>, now: Timestamp) -> Self {
        self.beside = other;
        self.refresh(now);
        self
    }

    /// What it says; nothing if there is none, or none that could be used yet.
    #[must_use]
    pub fn get(&self) -> Option<Arc<T>> {
        self.content
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Reads the file if it is another one than before. Of one that cannot be used the log tells each time, and what was
    /// read before it stays.
    pub fn refresh(&self, now: Timestamp) {
        let Some(path) = &self.path else { return };
        let (own, other) = (stamp(path), self.beside.as_deref().and_then(stamp));
        let current = [own, other];
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // One that is not there is being replaced.
        if own.is_none() || *seen == Some(current) {
            return;
        }
        match (self.read)(path, now) {
            Ok(content) => {
                *seen = Some(current);
                *self.content.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(content));
            }
            Err(fault) => {
                let error: &dyn std::error::Error = fault.as_ref();
                tracing::error!(
                    error,
                    file = %path.display(),
                    "a file of the configuration cannot be used: what was read before it counts on"
                );
            }
        }
    }
}

fn stamp(path: &Path) -> Stamp {
    let found = std::fs::metadata(path).ok()?;
    Some((found.modified().ok()?, found.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    fn number(path: &Path, _: Timestamp) -> Result<u64, std::io::Error> {
        let text = std::fs::read_to_string(path)?;
        text.trim().parse().map_err(std::io::Error::other)
    }

    #[test]
    fn a_file_is_read_again_when_it_has_changed_and_stays_when_it_is_spoilt_or_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("number.txt");
        std::fs::write(&path, "7").unwrap();
        let kept = KeptFile::new(Some(path.clone()), NOW, number);
        let says = |expected: u64| kept.get().is_some_and(|found| *found == expected);
        assert!(says(7));
        std::fs::write(&path, "77").unwrap();
        kept.refresh(NOW);
        assert!(says(77));
        std::fs::write(&path, "nonsense, and more of it").unwrap();
        kept.refresh(NOW);
        assert!(says(77), "what was read before stays");
        std::fs::remove_file(&path).unwrap();
        kept.refresh(NOW);
        assert!(says(77));
        std::fs::write(&path, "7777").unwrap();
        kept.refresh(NOW);
        assert!(says(7777));
        assert!(KeptFile::new(None, NOW, number).get().is_none());
    }
}
