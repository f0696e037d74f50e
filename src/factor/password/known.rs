//! Passwords that others know: those tried first, which come with the program, or a file of hashes in their place. Nobody outside
//! is asked.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use data_encoding::HEXUPPER;
use md4::{Digest as _, Md4};

use super::rule::Unfit;
use crate::config::Passwords;
use crate::op::{House, OpError, Part};

/// The first six bytes of SHA-256 of each common password in small letters, sorted. Two lists are in it: docs/passwords.md says
/// whose, and how it is made.
static COMMON: &[u8] = include_bytes!("common.bin");
const COMMON_BYTES: usize = 6;

/// Where passwords are looked up.
#[derive(Debug)]
pub(super) struct Known(Option<Listed>);

impl Part for Known {
    fn new(house: &House) -> Self {
        let file = house.config.passwords.breached_file.as_deref();
        Self(file.and_then(|path| match Listed::open(path) {
            Ok(listed) => Some(listed),
            Err(fault) => {
                tracing::error!(%fault, "the file of breached passwords cannot be read: the built-in list is used");
                None
            }
        }))
    }
}

/// Whether the file of the configuration is one; asked before the server starts.
pub(super) fn check_file(config: &Passwords) -> Result<(), ListError> {
    match config.breached_file.as_deref() {
        Some(path) => Listed::open(path).map(|_| ()),
        None => Ok(()),
    }
}

/// Why a file of hashes cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    #[error("{} cannot be read", .0.display())]
    Read(PathBuf, #[source] io::Error),
    #[error("{} does not begin with a hash: SHA-1 (40 digits) or NTLM (32 digits) in hexadecimal, one a line, sorted", .0.display())]
    Shape(PathBuf),
}

impl Known {
    /// Whether a password in its normal form is known to others. Reads the disk where a file is given.
    pub(super) fn check(&self, normal: &str) -> Result<Result<(), Unfit>, OpError> {
        let Some(listed) = &self.0 else {
            return Ok(if is_common(normal) {
                Err(Unfit::Common)
            } else {
                Ok(())
            });
        };
        match listed.contains(normal) {
            Ok(true) => Ok(Err(Unfit::Breached)),
            Ok(false) => Ok(Ok(())),
            Err(fault) => {
                tracing::error!(%fault, "the file of breached passwords cannot be read");
                Err(OpError::Broken("the file of breached passwords cannot be read"))
            }
        }
    }

    /// Whether asking needs the disk.
    pub(super) fn is_on_disk(&self) -> bool {
        self.0.is_some()
    }
}

fn is_common(normal: &str) -> bool {
    let hash = digest(&SHA256, normal.to_lowercase().as_bytes());
    let sought = hash.as_ref().get(..COMMON_BYTES).unwrap_or_default();
    let (entries, _) = COMMON.as_chunks::<COMMON_BYTES>();
    entries
        .binary_search_by(|entry| entry.as_slice().cmp(sought))
        .is_ok()
}

/// Which hash a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sha1,
    Ntlm,
}

impl Kind {
    fn of(line: &[u8]) -> Option<Self> {
        let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let ends = line
            .get(digits)
            .is_none_or(|byte| matches!(byte, b':' | b'\r' | b'\n'));
        match digits {
            40 if ends => Some(Self::Sha1),
            32 if ends => Some(Self::Ntlm),
            _ => None,
        }
    }

    fn hash(self, normal: &str) -> String {
        match self {
            Self::Sha1 => HEXUPPER.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, normal.as_bytes()).as_ref()),
            Self::Ntlm => {
                let utf16: Vec<u8> = normal.encode_utf16().flat_map(u16::to_le_bytes).collect();
                HEXUPPER.encode(&Md4::digest(utf16))
            }
        }
    }
}

/// A sorted file of hashes.
#[derive(Debug)]
struct Listed {
    path: PathBuf,
    kind: Kind,
}

/// More than any line has.
const LONGEST_LINE: usize = 128;

impl Listed {
    fn open(path: &Path) -> Result<Self, ListError> {
        let fault = |fault| ListError::Read(path.to_owned(), fault);
        let mut start = Vec::new();
        let file = File::open(path).map_err(fault)?;
        file.take(64).read_to_end(&mut start).map_err(fault)?;
        let kind = Kind::of(&start).ok_or_else(|| ListError::Shape(path.to_owned()))?;
        Ok(Self {
            path: path.to_owned(),
            kind,
        })
    }

    fn contains(&self, normal: &str) -> io::Result<bool> {
        let mut file = File::open(&self.path)?;
        let length = file.seek(SeekFrom::End(0))?;
        find(&mut file, length, self.kind.hash(normal).as_bytes())
    }
}

/// Whether a line of a sorted file begins with this hash: some thirty short reads for a thousand million lines.
fn find(file: &mut (impl io::Read + io::Seek), length: u64, sought: &[u8]) -> io::Result<bool> {
    // The line sought begins at or behind `from` and before `to`.
    let (mut from, mut to) = (0, length);
    while from < to {
        let middle = from + (to - from) / 2;
        let Some((start, hash, next)) = line_at(file, middle, sought.len())? else {
            to = middle;
            continue;
        };
        if start >= to {
            to = middle;
            continue;
        }
        match hash.as_slice().cmp(sought) {
            std::cmp::Ordering::Equal => return Ok(true),
            std::cmp::Ordering::Less => from = next,
            std::cmp::Ordering::Greater => to = middle,
        }
    }
    Ok(false)
}

/// The first line that begins at or behind a place: where, its hash in capitals, and where the next one begins.
fn line_at(
    file: &mut (impl io::Read + io::Seek),
    place: u64,
    digits: usize,
) -> io::Result<Option<(u64, Vec<u8>, u64)>> {
    // A line begins at `place` exactly if one ends before it.
    let begin = place.saturating_sub(1);
    file.seek(SeekFrom::Start(begin))?;
    let mut read = Vec::with_capacity(2 * LONGEST_LINE);
    let most = u64::try_from(2 * LONGEST_LINE).unwrap_or(u64::MAX);
    io::Read::take(&mut *file, most).read_to_end(&mut read)?;
    let skipped = if place == 0 {
        0
    } else {
        match read.iter().position(|byte| *byte == b'\n') {
            Some(end) => end + 1,
            None => return Ok(None),
        }
    };
    let line = read.get(skipped..).unwrap_or_default();
    let Some(hash) = line.get(..digits) else {
        return Ok(None);
    };
    let ends = line.iter().position(|byte| *byte == b'\n').unwrap_or(line.len());
    let at = |offset: usize| begin.saturating_add(u64::try_from(offset).unwrap_or(u64::MAX));
    Ok(Some((
        at(skipped),
        hash.to_ascii_uppercase(),
        at(skipped + ends + 1),
    )))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn the_built_in_list_is_sorted_and_knows_what_is_tried_first() {
        let (entries, rest) = COMMON.as_chunks::<COMMON_BYTES>();
        assert!(rest.is_empty() && entries.len() > 20_000);
        assert!(entries.is_sorted_by(|one, other| one < other));
        for common in ["password1", "Sunshine", "QWERTYuiop", "1q2w3e4r5t", "iloveyou"] {
            assert!(is_common(common), "{common}");
        }
        for rare in ["seven green windows", "a ship in port is safe", "tangents"] {
            assert!(!is_common(rare), "{rare}");
        }
    }

    fn listed(hashes: &[String], ending: &str) -> (tempfile::NamedTempFile, Listed) {
        let mut sorted = hashes.to_vec();
        sorted.sort();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        for (number, hash) in sorted.iter().enumerate() {
            // As many digits as a count has, so that lines differ in length.
            write!(
                file,
                "{hash}:{}{ending}",
                7_usize.pow(u32::try_from(number % 9).unwrap())
            )
            .unwrap();
        }
        file.flush().unwrap();
        let listed = Listed::open(file.path()).unwrap();
        (file, listed)
    }

    #[test]
    fn every_password_of_a_sorted_file_is_found_and_no_other() {
        for (kind, ending) in [(Kind::Sha1, "\r\n"), (Kind::Ntlm, "\n")] {
            for size in [1_usize, 2, 3, 50, 777] {
                let words: Vec<String> = (0..size).map(|number| format!("password {number}")).collect();
                let hashes: Vec<String> = words.iter().map(|word| kind.hash(word)).collect();
                let (_file, listed) = listed(&hashes, ending);
                assert_eq!(listed.kind, kind);
                for word in &words {
                    assert!(listed.contains(word).unwrap(), "{word} of {size}");
                }
                for number in 0..100 {
                    assert!(!listed.contains(&format!("other {number}")).unwrap());
                }
            }
        }
    }

    #[test]
    fn the_hashes_are_those_of_the_public_collections() {
        // FIPS 180 and MS-NLMP section 4.2.2.1.2 have these.
        assert_eq!(Kind::Sha1.hash("abc"), "A9993E364706816ABA3E25717850C26C9CD0D89D");
        assert_eq!(Kind::Ntlm.hash("Password"), "A4F49C406510BDCAB6824EE7C30FD852");
    }

    #[test]
    fn a_file_of_something_else_is_refused() {
        for text in [
            "",
            "password\n",
            "A9993E36:4\n",
            "A9993E364706816ABA3E25717850C26C9CD0D89D77\n",
        ] {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(text.as_bytes()).unwrap();
            assert!(
                matches!(Listed::open(file.path()), Err(ListError::Shape(_))),
                "{text}"
            );
        }
    }
}
