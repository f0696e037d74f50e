//! The files of `[risk]` in memory: read at the start, and again when they have changed.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use super::atlas::{Atlas, Place};
use super::bad_address::BadAddresses;
use crate::config::Risk;
use crate::op::{House, KeptFile, Part};

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
    let (files, now) = (house.part::<Files>(), house.clock.now());
    // Reading may take a while.
    let read = tokio::task::spawn_blocking(move || {
        files.atlas.refresh(now);
        files.bad_addresses.refresh(now);
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
    atlas: KeptFile<Atlas>,
    bad_addresses: KeptFile<BadAddresses>,
}

impl Part for Files {
    fn new(house: &House) -> Self {
        let (config, now) = (&house.config.risk, house.clock.now());
        Self {
            atlas: KeptFile::new(config.geoip_file.clone(), now, |path, _| Atlas::read(path)),
            bad_addresses: KeptFile::new(config.bad_addresses_file.clone(), now, |path, _| {
                BadAddresses::read(path)
            }),
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
