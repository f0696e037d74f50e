//! The files of `[risk]` in memory: read at the start, and again when they have changed.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use super::atlas::{Atlas, Place};
use super::bad_address::BadAddresses;
use crate::config::Risk;
use crate::op::{House, Part};

/// Why a file is of no use.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("{} cannot be read", .0.display())]
    Read(PathBuf, #[source] std::io::Error),
    #[error("{} is no database of countries or cities in MaxMind's format: {}", .0.display(), .1)]
    Atlas(PathBuf, String),
    #[error("{}:{}: {} is no address and no network: write it like 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32", .0.display(), .1, .2)]
    Line(PathBuf, usize, String),
}

/// Whether the files of the configuration can be used; asked before the server starts.
pub fn check_files(config: &Risk) -> Result<(), FileError> {
    if let Some(path) = &config.geoip_file {
        Atlas::read(path)?;
    }
    if let Some(path) = &config.bad_addresses_file {
        BadAddresses::read(path)?;
    }
    Ok(())
}

/// Reads the files anew that have changed. One that cannot be used is told of, and what was read before it stays.
pub async fn read_changed_files(house: &Arc<House>) {
    let files = house.part::<Files>();
    // Reading may take a while.
    let read = tokio::task::spawn_blocking(move || {
        files.atlas.refresh();
        files.bad_addresses.refresh();
    });
    if read.await.is_err() {
        tracing::error!("the files of `[risk]` were not read");
    }
}

/// Where an address is, in words: city and country in German or else in English, as far as they are known.
#[must_use]
pub fn place_name(house: &House, address: IpAddr, german: bool) -> Option<String> {
    house.part::<Files>().atlas.get()?.name(address, german)
}

/// Both files.
#[derive(Debug)]
pub(super) struct Files {
    atlas: Kept<Atlas>,
    bad_addresses: Kept<BadAddresses>,
}

impl Part for Files {
    fn new(house: &House) -> Self {
        let config = &house.config.risk;
        Self {
            atlas: Kept::new(config.geoip_file.clone(), Atlas::read),
            bad_addresses: Kept::new(config.bad_addresses_file.clone(), BadAddresses::read),
        }
    }
}

impl Files {
    /// Whether countries are known at all.
    pub(super) fn know_countries(&self) -> bool {
        self.atlas.get().is_some()
    }

    /// Nothing is known of an address that is not known.
    pub(super) fn place(&self, address: Option<IpAddr>) -> Place {
        let known = address.zip(self.atlas.get());
        known
            .map(|(address, atlas)| atlas.place(address))
            .unwrap_or_default()
    }

    pub(super) fn is_bad(&self, address: Option<IpAddr>) -> bool {
        let known = address.zip(self.bad_addresses.get());
        known.is_some_and(|(address, list)| list.contains(address))
    }
}

/// By which a change of a file is seen.
type Stamp = Option<(SystemTime, u64)>;

/// A file as it was when it was read last.
struct Kept<T> {
    path: Option<PathBuf>,
    read: fn(&Path) -> Result<T, FileError>,
    seen: Mutex<Stamp>,
    content: RwLock<Option<Arc<T>>>,
}

impl<T> std::fmt::Debug for Kept<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.path.fmt(f)
    }
}

impl<T> Kept<T> {
    fn new(path: Option<PathBuf>, read: fn(&Path) -> Result<T, FileError>) -> Self {
        let kept = Self {
            path,
            read,
            seen: Mutex::default(),
            content: RwLock::default(),
        };
        kept.refresh();
        kept
    }

    fn get(&self) -> Option<Arc<T>> {
        self.content
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Reads the file if it is another one than before.
    fn refresh(&self) {
        let Some(path) = &self.path else { return };
        let now = stamp(path);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // One that is not there is being replaced.
        if now.is_none() || *seen == now {
            return;
        }
        *seen = now;
        match (self.read)(path) {
            Ok(content) => {
                *self.content.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(content));
            }
            Err(fault) => {
                let error: &dyn std::error::Error = &fault;
                tracing::error!(
                    error,
                    "a file of `[risk]` cannot be used: what was read before it counts on"
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

    fn has(kept: &Kept<BadAddresses>, address: &str) -> bool {
        let list = kept.get();
        list.is_some_and(|list| list.contains(address.parse().unwrap()))
    }

    #[test]
    fn a_file_is_read_again_when_it_has_changed_and_stays_when_it_is_spoilt_or_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bad.txt");
        std::fs::write(&path, "192.0.2.7\n").unwrap();
        let kept = Kept::new(Some(path.clone()), BadAddresses::read);
        assert!(has(&kept, "192.0.2.7"));
        std::fs::write(&path, "192.0.2.7\n198.51.100.0/24\n").unwrap();
        kept.refresh();
        assert!(has(&kept, "198.51.100.9"));
        std::fs::write(&path, "nonsense, and more of it").unwrap();
        kept.refresh();
        assert!(has(&kept, "198.51.100.9"), "what was read before stays");
        std::fs::remove_file(&path).unwrap();
        kept.refresh();
        assert!(has(&kept, "198.51.100.9"));
        std::fs::write(&path, "203.0.113.1").unwrap();
        kept.refresh();
        assert!(has(&kept, "203.0.113.1") && !has(&kept, "198.51.100.9"));
        assert!(Kept::new(None, BadAddresses::read).get().is_none());
    }
}
