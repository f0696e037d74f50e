//! Peppers: secrets that go into each hash and are not in the database, so that a copy of it cannot be guessed at.
//!
//! Each comes from the master key; with files of their own (`[passwords] pepper_files`) from a file as well, so that they can be
//! replaced without it: a stored hash names its file by a mark, and is made anew at the next sign-in.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::config::Passwords;
use crate::domain::Digest32;
use crate::keys::{MasterKey, Purpose};
use crate::op::{House, OpError};

/// Fewer bytes than this can be guessed.
const SHORTEST: usize = 16;

/// Why a file is no pepper.
#[derive(Debug, thiserror::Error)]
pub enum PepperError {
    #[error("{} cannot be read", .0.display())]
    Read(PathBuf, #[source] std::io::Error),
    #[error("{} holds fewer than 16 bytes", .0.display())]
    Short(PathBuf),
}

/// One of them, with the mark by which stored hashes name it; none: that of the master key alone.
struct Pepper {
    mark: Option<String>,
    secret: Zeroizing<[u8; 32]>,
}

/// All of them, the newest first.
pub(super) struct Peppers(Vec<Pepper>);

impl Peppers {
    pub(super) fn new(house: &House) -> Self {
        let files = &house.config.passwords.pepper_files;
        let own = files
            .iter()
            .filter_map(|path| match of_file(&house.master_key, path) {
                Ok(pepper) => Some(pepper),
                Err(fault) => {
                    tracing::error!(%fault, "a pepper is missing: hashes made with it are not known");
                    None
                }
            });
        Self(own.chain([of_master_key(&house.master_key)]).collect())
    }

    #[cfg(test)]
    pub(super) fn of(secrets: &[(Option<&str>, [u8; 32])]) -> Self {
        let pepper = |(mark, secret): &(Option<&str>, [u8; 32])| Pepper {
            mark: mark.map(str::to_owned),
            secret: Zeroizing::new(*secret),
        };
        Self(secrets.iter().map(pepper).collect())
    }

    /// The mark of the one that new hashes are made with.
    pub(super) fn newest(&self) -> Option<&str> {
        self.0.first().and_then(|pepper| pepper.mark.as_deref())
    }

    /// The secret behind a mark.
    pub(super) fn secret(&self, mark: Option<&str>) -> Result<Zeroizing<[u8; 32]>, OpError> {
        let mut all = self.0.iter();
        all.find(|pepper| pepper.mark.as_deref() == mark)
            .map(|pepper| pepper.secret.clone())
            .ok_or(OpError::Broken(
                "the pepper of a stored password hash is not given any more",
            ))
    }
}

fn of_master_key(key: &MasterKey) -> Pepper {
    let Digest32(secret) = key.mac(Purpose::Pepper, &[b"argon2id"]);
    Pepper {
        mark: None,
        secret: Zeroizing::new(secret),
    }
}

fn of_file(key: &MasterKey, path: &Path) -> Result<Pepper, PepperError> {
    let content = read(path)?;
    let Digest32(secret) = key.mac(Purpose::Pepper, &[b"argon2id", content.as_slice()]);
    let Digest32(mark) = key.mac(Purpose::Pepper, &[b"mark", content.as_slice()]);
    Ok(Pepper {
        mark: Some(data_encoding::HEXLOWER.encode(mark.get(..4).unwrap_or_default())),
        secret: Zeroizing::new(secret),
    })
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, PepperError> {
    let content = std::fs::read(path).map(Zeroizing::new);
    let content = content.map_err(|fault| PepperError::Read(path.to_owned(), fault))?;
    let trimmed = Zeroizing::new(content.trim_ascii().to_vec());
    if trimmed.len() < SHORTEST {
        return Err(PepperError::Short(path.to_owned()));
    }
    Ok(trimmed)
}

/// Whether the files of the configuration are there; asked before the server starts.
pub(super) fn check_files(config: &Passwords) -> Result<(), PepperError> {
    config
        .pepper_files
        .iter()
        .try_for_each(|path| read(path).map(|_| ()))
}
