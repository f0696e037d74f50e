//! Checkpoints: the size and root of the tree in a signed note (C2SP tlog-checkpoint, signed-note; Ed25519).

use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

use super::AuditError;
use crate::keys::{CheckpointKey, KeyError, verify_checkpoint};

/// The kind of signature: Ed25519 (C2SP signed-note, "Signature types").
const ED25519: u8 = 1;

/// What signs checkpoints: the ring's key today, a security module one day.
pub trait Signer: Sync {
    /// The 32 bytes of the Ed25519 public key.
    fn public_key(&self) -> &[u8; 32];

    /// Signs bytes as they are.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError>;
}

impl Signer for CheckpointKey {
    fn public_key(&self) -> &[u8; 32] {
        self.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        self.sign(message)
    }
}

/// Whose checkpoints are believed: the name of the log and the public keys that ever signed for it. Not from the database
/// that is to be verified.
#[derive(Debug, Clone)]
pub struct Trust {
    pub origin: String,
    pub keys: Vec<[u8; 32]>,
}

impl Trust {
    /// The trust that verifier keys of one log give (C2SP signed-note, "Verifier keys"); none if a text is not one, or they
    /// are of several logs.
    #[must_use]
    pub fn of_verifier_keys(texts: &[String]) -> Option<Self> {
        let mut trust: Option<Self> = None;
        for text in texts {
            let (origin, key) = parse_verifier_key(text.trim())?;
            let trust = trust.get_or_insert_with(|| Self {
                origin: origin.to_owned(),
                keys: Vec::new(),
            });
            if trust.origin != origin {
                return None;
            }
            trust.keys.push(key);
        }
        trust
    }
}

fn parse_verifier_key(text: &str) -> Option<(&str, [u8; 32])> {
    // The key, in base64, may have plus signs of its own; a name has none.
    let mut parts = text.splitn(3, '+');
    let (origin, _id, key) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = BASE64.decode(key.as_bytes()).ok()?;
    let (kind, key) = bytes.split_first()?;
    let key: [u8; 32] = key.try_into().ok().filter(|_| *kind == ED25519)?;
    // The id follows from the rest; a wrong one is a slip of the pen.
    (verifier_key(origin, &key) == text).then_some((origin, key))
}

/// A signed statement of what the log was: so many leaves, this root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub size: u64,
    pub root: [u8; 32],
}

/// Why a note is not a checkpoint of this log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteFault {
    #[error("it is not a checkpoint note")]
    Form,
    #[error("it is of another log")]
    Origin,
    #[error("its signature is not by a key of this log")]
    Signature,
}

/// The name of the log of an issuer: its host (and port), its path if it has one, and `/audit`.
#[must_use]
pub fn origin(issuer: &url::Url) -> String {
    let host = issuer.host_str().unwrap_or("localhost");
    let path = issuer.path().trim_end_matches('/');
    match issuer.port() {
        Some(port) => format!("{host}:{port}{path}/audit"),
        None => format!("{host}{path}/audit"),
    }
}

/// A log's key in the form in which it is handed to others (C2SP signed-note, "Verifier keys").
#[must_use]
pub fn verifier_key(origin: &str, public_key: &[u8; 32]) -> String {
    let id = data_encoding::HEXLOWER.encode(&key_id(origin, public_key));
    let mut bytes = vec![ED25519];
    bytes.extend_from_slice(public_key);
    format!("{origin}+{id}+{}", BASE64.encode(&bytes))
}

fn key_id(origin: &str, public_key: &[u8; 32]) -> [u8; 4] {
    let digest = Sha256::new()
        .chain_update(origin)
        .chain_update([b'\n', ED25519])
        .chain_update(public_key)
        .finalize();
    let mut id = [0; 4];
    id.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    id
}

impl Checkpoint {
    /// The signed note.
    pub(super) fn sign(&self, origin: &str, signer: &dyn Signer) -> Result<String, AuditError> {
        let text = format!("{origin}\n{}\n{}\n", self.size, BASE64.encode(&self.root));
        let mut signature = key_id(origin, signer.public_key()).to_vec();
        signature.extend_from_slice(&signer.sign(text.as_bytes())?);
        Ok(format!(
            "{text}\n\u{2014} {origin} {}\n",
            BASE64.encode(&signature)
        ))
    }

    /// Reads a note and verifies that a key of the log has signed it; signatures of others (witnesses) may stand beside.
    pub fn open(note: &str, trust: &Trust) -> Result<Self, NoteFault> {
        let (text, signatures) = note.split_once("\n\n").ok_or(NoteFault::Form)?;
        let mut lines = text.split('\n');
        let origin = lines.next().ok_or(NoteFault::Form)?;
        let checkpoint = Self::parse(&mut lines).ok_or(NoteFault::Form)?;
        if origin != trust.origin {
            return Err(NoteFault::Origin);
        }
        let message = format!("{text}\n");
        let signed = signatures.split_terminator('\n').any(|line| {
            signature_of(line, origin)
                .is_some_and(|signature| signed_by(&signature, message.as_bytes(), trust))
        });
        if signed {
            Ok(checkpoint)
        } else {
            Err(NoteFault::Signature)
        }
    }

    fn parse<'note>(lines: &mut impl Iterator<Item = &'note str>) -> Option<Self> {
        let size = lines.next()?;
        // One number has one spelling.
        let number: u64 = size
            .parse()
            .ok()
            .filter(|number: &u64| number.to_string() == size)?;
        let root = BASE64.decode(lines.next()?.as_bytes()).ok()?.try_into().ok()?;
        Some(Self { size: number, root })
    }
}

/// The bytes of a signature line in the name of this log.
fn signature_of(line: &str, origin: &str) -> Option<Vec<u8>> {
    let (name, signature) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    BASE64
        .decode(signature.as_bytes())
        .ok()
        .filter(|_| name == origin)
}

fn signed_by(bytes: &[u8], message: &[u8], trust: &Trust) -> bool {
    let Some((id, signature)) = bytes.split_first_chunk::<4>() else {
        return false;
    };
    trust
        .keys
        .iter()
        .filter(|key| key_id(&trust.origin, key) == *id)
        .any(|key| verify_checkpoint(key, message, signature))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_key_reads_back_and_a_slip_of_the_pen_does_not() {
        // In base64, this key has plus signs.
        let text = verifier_key("log.example/audit", &[0xfb; 32]);
        assert!(text.matches('+').count() > 2);
        let trust = Trust::of_verifier_keys(std::slice::from_ref(&text)).unwrap();
        assert_eq!(
            (trust.origin.as_str(), trust.keys),
            ("log.example/audit", vec![[0xfb; 32]])
        );
        for wrong in [
            "",
            "log.example/audit",
            &text.replace("log", "lug"),
            &text[1..],
            &text[..text.len() - 4],
        ] {
            assert!(
                Trust::of_verifier_keys(&[text.clone(), wrong.to_owned()]).is_none(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_log_is_named_after_its_issuer() {
        for (issuer, name) in [
            ("https://id.example.com", "id.example.com/audit"),
            ("http://localhost:8080", "localhost:8080/audit"),
            ("https://id.example.com/tenant", "id.example.com/tenant/audit"),
        ] {
            assert_eq!(origin(&issuer.parse().unwrap()), name);
        }
    }
}
