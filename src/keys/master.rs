//! The master key and what is made with it.

use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use aws_lc_rs::hmac;
use data_encoding::{BASE64, HEXLOWER};
use zeroize::Zeroizing;

use super::{KeyError, Purpose};
use crate::domain::Digest32;

/// The first byte of a sealed value: how it was sealed.
const SEALED_AES_256_GCM: u8 = 1;

/// A file larger than this is not one of ours.
const LARGEST_FILE: u64 = 1_024;

/// The one key that is not in the database. It is used only to derive others (HKDF, RFC 5869) when it is loaded, and
/// wiped then; the derived keys are wiped by aws-lc when dropped.
pub struct MasterKey {
    seal: RandomizedNonceKey,
    macs: Box<Macs>,
}

/// The keys of keyed hashes, beside the master key rather than in it: it is carried about by value when it is loaded.
struct Macs {
    pepper: hmac::Key,
    client_secret: hmac::Key,
    recovery_code: hmac::Key,
    refresh_token: hmac::Key,
    user_code: hmac::Key,
    form_token: hmac::Key,
    pairwise_subject: hmac::Key,
    pairwise_mask: hmac::Key,
    link: hmac::Key,
    proof_nonce: hmac::Key,
    name_of_nobody: hmac::Key,
    passkey_challenge: hmac::Key,
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

/// The length of the key that seals.
struct SealingKey;

impl KeyType for SealingKey {
    fn len(&self) -> usize {
        32
    }
}

impl MasterKey {
    /// From base64 of 32 bytes. White space around it is ignored.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let bytes = BASE64
            .decode(text.trim().as_bytes())
            .map(Zeroizing::new)
            .map_err(|_| KeyError::MasterKey)?;
        let secret: &[u8; 32] = bytes.as_slice().try_into().map_err(|_| KeyError::MasterKey)?;
        Self::derive(secret).map_err(|_| KeyError::MasterKey)
    }

    /// From a file; made with fresh chance and mode 0600 if `create` and it does not exist. Of two processes that make it
    /// at once, both end up with the same key.
    pub fn from_file(path: &Path, create: bool) -> Result<Self, KeyError> {
        match read(path) {
            Ok(text) => Self::parse(&text),
            Err(fault) if create && fault.kind() == ErrorKind::NotFound => {
                make(path).map_err(KeyError::MasterKeyFile)?;
                Self::parse(&read(path).map_err(KeyError::MasterKeyFile)?)
            }
            Err(fault) => Err(KeyError::MasterKeyFile(fault)),
        }
    }

    fn derive(secret: &[u8; 32]) -> Result<Self, aws_lc_rs::error::Unspecified> {
        let root = Salt::new(HKDF_SHA256, b"doorward master key, version 1").extract(secret);
        let mut sealing = Zeroizing::new([0; 32]);
        root.expand(&[b"seal"], SealingKey)?.fill(&mut *sealing)?;
        Ok(Self {
            seal: RandomizedNonceKey::new(&AES_256_GCM, &*sealing)?,
            macs: Box::new(Macs {
                pepper: mac_key(&root, b"pepper")?,
                client_secret: mac_key(&root, b"client secret")?,
                recovery_code: mac_key(&root, b"recovery code")?,
                refresh_token: mac_key(&root, b"refresh token")?,
                user_code: mac_key(&root, b"user code")?,
                form_token: mac_key(&root, b"form token")?,
                pairwise_subject: mac_key(&root, b"pairwise subject")?,
                pairwise_mask: mac_key(&root, b"pairwise mask")?,
                link: mac_key(&root, b"link")?,
                proof_nonce: mac_key(&root, b"proof nonce")?,
                passkey_challenge: mac_key(&root, b"passkey challenge")?,
                name_of_nobody: mac_key(&root, b"name of nobody")?,
            }),
        })
    }

    /// Keyed hash (HMAC-SHA-256) of parts, which are length-prefixed so that no two lists of parts collide.
    #[must_use]
    pub fn mac(&self, purpose: Purpose, parts: &[&[u8]]) -> Digest32 {
        let key = match purpose {
            Purpose::Pepper => &self.macs.pepper,
            Purpose::ClientSecret => &self.macs.client_secret,
            Purpose::RecoveryCode => &self.macs.recovery_code,
            Purpose::RefreshToken => &self.macs.refresh_token,
            Purpose::UserCode => &self.macs.user_code,
            Purpose::FormToken => &self.macs.form_token,
            Purpose::PairwiseSubject => &self.macs.pairwise_subject,
            Purpose::PairwiseMask => &self.macs.pairwise_mask,
            Purpose::Link => &self.macs.link,
            Purpose::ProofNonce => &self.macs.proof_nonce,
            Purpose::PasskeyChallenge => &self.macs.passkey_challenge,
            Purpose::NameOfNobody => &self.macs.name_of_nobody,
        };
        let mut context = hmac::Context::with_key(key);
        for part in parts {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            context.update(&length.to_be_bytes());
            context.update(part);
        }
        let mut digest = [0; 32];
        // Both are 32 bytes long: the tag of HMAC-SHA-256 is never cut.
        for (to, from) in digest.iter_mut().zip(context.sign().as_ref()) {
            *to = *from;
        }
        Digest32(digest)
    }

    /// Encrypts (AES-256-GCM, fresh nonce); `context` (which table, column and row) is authenticated with it.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, KeyError> {
        // Its room is complete from the start, so that no copy of the plain text stays behind in freed memory.
        let mut hidden = Vec::with_capacity(plain.len() + AES_256_GCM.tag_len());
        hidden.extend_from_slice(plain);
        let nonce = self
            .seal
            .seal_in_place_append_tag(Aad::from(context.as_bytes()), &mut hidden)
            .map_err(|_| KeyError::Seal)?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + hidden.len());
        sealed.push(SEALED_AES_256_GCM);
        sealed.extend_from_slice(nonce.as_ref());
        sealed.append(&mut hidden);
        Ok(sealed)
    }

    /// Decrypts what [`MasterKey::seal`] made for the same context.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        let (nonce, hidden) = match sealed {
            [SEALED_AES_256_GCM, rest @ ..] => {
                rest.split_first_chunk::<NONCE_LEN>().ok_or(KeyError::Unseal)?
            }
            _ => return Err(KeyError::Unseal),
        };
        let mut buffer = hidden.to_vec();
        let length = self
            .seal
            .open_in_place(Nonce::from(nonce), Aad::from(context.as_bytes()), &mut buffer)
            .map_err(|_| KeyError::Unseal)?
            .len();
        buffer.truncate(length);
        Ok(buffer)
    }
}

fn mac_key(root: &Prk, name: &[u8]) -> Result<hmac::Key, aws_lc_rs::error::Unspecified> {
    let info = [b"mac ".as_slice(), name];
    Ok(hmac::Key::from(root.expand(&info, hmac::HMAC_SHA256)?))
}

fn read(path: &Path) -> Result<Zeroizing<String>, std::io::Error> {
    let mut text = Zeroizing::new(String::new());
    std::fs::File::open(path)?
        .take(LARGEST_FILE)
        .read_to_string(&mut text)?;
    Ok(text)
}

/// Writes a new key beside the path and links it there, which fails if another process was faster: then the key of that
/// one stands. A half-written key is never seen under the path.
fn make(path: &Path) -> Result<(), std::io::Error> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)?;
    let mut chance = Zeroizing::new([0; 40]);
    aws_lc_rs::rand::fill(chance.as_mut_slice()).map_err(|_| std::io::Error::other("no chance to be had"))?;
    let (secret, mark) = chance.split_at(32);
    let mut text = Zeroizing::new(BASE64.encode(secret));
    text.push('\n');
    let beside = PathBuf::from(format!("{}.{}", path.display(), HEXLOWER.encode(mark)));
    let written = write(&beside, text.as_bytes()).and_then(|()| std::fs::hard_link(&beside, path));
    std::fs::remove_file(&beside)?;
    match written {
        Err(fault) if fault.kind() != ErrorKind::AlreadyExists => Err(fault),
        // The name itself must last, or a crash leaves a database sealed with a lost key.
        _ => std::fs::File::open(folder)?.sync_all(),
    }
}

fn write(path: &Path, text: &[u8]) -> Result<(), std::io::Error> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn key(byte: u8) -> MasterKey {
        MasterKey::parse(&BASE64.encode(&[byte; 32])).unwrap()
    }

    #[test]
    fn a_master_key_is_32_bytes_in_base64() {
        assert!(MasterKey::parse(&format!(" {}\n", BASE64.encode(&[1; 32]))).is_ok());
        for text in [
            "",
            "secret",
            &BASE64.encode(&[1; 31]),
            &BASE64.encode(&[1; 33]),
            &"=".repeat(44),
        ] {
            assert!(
                matches!(MasterKey::parse(text), Err(KeyError::MasterKey)),
                "{text}"
            );
        }
    }

    #[test]
    fn a_hash_differs_by_key_purpose_and_division_into_parts() {
        let hash = key(1).mac(Purpose::ClientSecret, &[b"ab", b"c"]);
        assert!(hash.matches(&key(1).mac(Purpose::ClientSecret, &[b"ab", b"c"])));
        for other in [
            key(2).mac(Purpose::ClientSecret, &[b"ab", b"c"]),
            key(1).mac(Purpose::RefreshToken, &[b"ab", b"c"]),
            key(1).mac(Purpose::ClientSecret, &[b"a", b"bc"]),
            key(1).mac(Purpose::ClientSecret, &[b"abc"]),
            key(1).mac(Purpose::ClientSecret, &[b"ab", b"c", b""]),
        ] {
            assert!(!hash.matches(&other));
        }
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_and_context_only() {
        let sealed = key(1).seal("totp.secret:1", b"plain").unwrap();
        assert_eq!(key(1).open("totp.secret:1", &sealed).unwrap(), b"plain");
        assert!(key(1).open("totp.secret:2", &sealed).is_err());
        assert!(key(2).open("totp.secret:1", &sealed).is_err());
        assert!(!sealed.windows(5).any(|window| window == b"plain"));
    }

    #[test]
    fn a_sealed_value_that_was_touched_or_cut_does_not_open() {
        let sealed = key(1).seal("context", b"plain").unwrap();
        for place in 0..sealed.len() {
            let mut touched = sealed.clone();
            touched[place] ^= 1;
            assert!(key(1).open("context", &touched).is_err(), "byte {place}");
            assert!(
                key(1).open("context", &sealed[..place]).is_err(),
                "cut at {place}"
            );
        }
    }

    #[test]
    fn sealing_twice_gives_two_texts() {
        let key = key(1);
        assert_ne!(key.seal("c", b"plain").unwrap(), key.seal("c", b"plain").unwrap());
    }

    #[test]
    fn the_file_is_made_once_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deeper").join("master.key");
        assert!(matches!(
            MasterKey::from_file(&path, false),
            Err(KeyError::MasterKeyFile(_))
        ));
        let made = MasterKey::from_file(&path, true).unwrap();
        let again = MasterKey::from_file(&path, false).unwrap();
        let hash = |key: &MasterKey| key.mac(Purpose::Link, &[b"x"]);
        assert!(hash(&made).matches(&hash(&again)));
        let permitted = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(permitted & 0o777, 0o600);
        let names = std::fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(names, 1, "nothing but the key stays");
    }

    #[test]
    fn two_that_make_the_file_at_once_share_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let hashes: Vec<Digest32> = std::thread::scope(|scope| {
            let makers: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| MasterKey::from_file(&path, true).unwrap()))
                .collect();
            makers
                .into_iter()
                .map(|maker| maker.join().unwrap().mac(Purpose::Link, &[]))
                .collect()
        });
        assert!(hashes.iter().all(|hash| hash.matches(&hashes[0])));
    }

    #[test]
    fn a_broken_file_is_refused_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        std::fs::write(&path, "half a k").unwrap();
        assert!(matches!(
            MasterKey::from_file(&path, true),
            Err(KeyError::MasterKey)
        ));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "half a k");
    }
}
