//! Hashes that were made elsewhere, as they are imported: read, bounded, compared once, and replaced by one of ours.

use argon2::{Algorithm, Argon2, Params as Argon2Params, Version};
use aws_lc_rs::pbkdf2;
use data_encoding::{BASE64, BASE64_NOPAD};
use sha_crypt::ShaCrypt;

use crate::domain::Secret;

/// Why a hash is not imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unimportable {
    #[error(
        "is no hash of a kind that is known: bcrypt, PBKDF2 (SHA-1, SHA-256, SHA-512), scrypt, Argon2, SHA-crypt"
    )]
    Unknown,
    #[error("costs more than one sign-in may")]
    TooCostly,
    #[error("is too weak to be taken over")]
    TooWeak,
}

/// A hash and how it was made.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Foreign {
    Bcrypt(String),
    Pbkdf2 {
        digest: Digest,
        iterations: u32,
        salt: Vec<u8>,
        hash: Vec<u8>,
    },
    Scrypt {
        log_n: u8,
        r: u32,
        p: u32,
        salt: Vec<u8>,
        hash: Vec<u8>,
    },
    Argon2 {
        algorithm: Algorithm,
        version: Version,
        costs: [u32; 3],
        salt: Vec<u8>,
        hash: Vec<u8>,
    },
    ShaCrypt(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digest {
    /// Of old installations. What broke SHA-1, two texts of one hash, does not break HMAC: such a hash is as good as its rounds.
    Sha1,
    Sha256,
    Sha512,
}

// What one comparison may cost: some seconds at most on one core, and some hundred MiB. Beyond the defaults of every product
// that is known, so that only what was made to hurt is refused.
const MOST_BCRYPT: u32 = 14;
const MOST_PBKDF2: u32 = 3_000_000;
const MOST_SCRYPT_BYTES: u64 = 256 * 1_024 * 1_024;
const MOST_SCRYPT_WORK: u64 = 512 * 1_024 * 1_024;
const MOST_ARGON2_KIB: u32 = 256 * 1_024;
const MOST_ARGON2_WORK: u64 = 1_024 * 1_024;
const MOST_SHA_CRYPT: u32 = 1_000_000;
/// SHA-crypt works through the password in each round: longer ones are taken for wrong.
const LONGEST_SHA_CRYPT: usize = 256;

/// Fewer rounds, shorter salts and hashes are guessed offline as fast as no hash at all.
const LEAST_PBKDF2: u32 = 1_000;
const LEAST_BYTES: usize = 16;
const LEAST_SALT: usize = 4;
const MOST_BYTES: usize = 128;

impl Foreign {
    /// The word for its kind.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Bcrypt(_) => "bcrypt",
            Self::Pbkdf2 { .. } => "pbkdf2",
            Self::Scrypt { .. } => "scrypt",
            Self::Argon2 { .. } => "argon2",
            Self::ShaCrypt(_) => "sha-crypt",
        }
    }

    /// Reads a PHC string, a crypt string, or one as Django and passlib write them.
    pub(super) fn parse(text: &str) -> Result<Self, Unimportable> {
        let parts: Vec<&str> = text.trim().split('$').collect();
        match parts.as_slice() {
            ["", "2a" | "2b" | "2x" | "2y", cost, rest] => bcrypt(text.trim(), (cost, rest)),
            // Where passlib names no digest it is SHA-1.
            ["", "pbkdf2" | "pbkdf2-sha1", rest @ ..] => pbkdf2_of(Digest::Sha1, rest),
            ["", "pbkdf2-sha256", rest @ ..] => pbkdf2_of(Digest::Sha256, rest),
            ["", "pbkdf2-sha512", rest @ ..] => pbkdf2_of(Digest::Sha512, rest),
            ["pbkdf2_sha1", iterations, salt, hash] => django(Digest::Sha1, iterations, (salt, hash)),
            ["pbkdf2_sha256", iterations, salt, hash] => django(Digest::Sha256, iterations, (salt, hash)),
            ["", "scrypt", costs, salt, hash] => scrypt(costs, salt, hash),
            ["", "argon2d", rest @ ..] => argon2(Algorithm::Argon2d, rest),
            ["", "argon2i", rest @ ..] => argon2(Algorithm::Argon2i, rest),
            ["", "argon2id", rest @ ..] => argon2(Algorithm::Argon2id, rest),
            ["", "5" | "6", rest @ ..] => sha_crypt(text.trim(), rest),
            _ => Err(Unimportable::Unknown),
        }
    }

    /// Whether it is the hash of this password, as it was typed. Slow: to be run in the pool.
    pub(super) fn fits(&self, password: &Secret) -> bool {
        use argon2::password_hash::PasswordVerifier as _;
        let typed = password.expose().as_bytes();
        match self {
            Self::Bcrypt(text) => bcrypt::verify(typed, text).unwrap_or(false),
            Self::Pbkdf2 {
                digest,
                iterations,
                salt,
                hash,
            } => {
                let algorithm = match digest {
                    Digest::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
                    Digest::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
                    Digest::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
                };
                std::num::NonZeroU32::new(*iterations).is_some_and(|iterations| {
                    pbkdf2::verify(algorithm, iterations, salt, typed, hash).is_ok()
                })
            }
            Self::Scrypt {
                log_n,
                r,
                p,
                salt,
                hash,
            } => {
                let mut made = vec![0; hash.len()];
                scrypt::Params::new(*log_n, *r, *p).is_ok_and(|params| {
                    scrypt::scrypt(typed, salt, &params, &mut made).is_ok() && equal(&made, hash)
                })
            }
            Self::Argon2 {
                algorithm,
                version,
                costs: [memory, passes, lanes],
                salt,
                hash,
            } => {
                let mut made = vec![0; hash.len()];
                Argon2Params::new(*memory, *passes, *lanes, Some(hash.len())).is_ok_and(|params| {
                    let argon2 = Argon2::new(*algorithm, *version, params);
                    argon2.hash_password_into(typed, salt, &mut made).is_ok() && equal(&made, hash)
                })
            }
            Self::ShaCrypt(text) => {
                typed.len() <= LONGEST_SHA_CRYPT
                    && ShaCrypt::default().verify_password(typed, text.as_str()).is_ok()
            }
        }
    }
}

fn equal(one: &[u8], other: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(one, other).is_ok()
}

fn bcrypt(text: &str, (cost, rest): (&str, &str)) -> Result<Foreign, Unimportable> {
    let cost: u32 = cost.parse().map_err(|_| Unimportable::Unknown)?;
    if cost > MOST_BCRYPT {
        return Err(Unimportable::TooCostly);
    }
    if rest.len() != 53 || text.parse::<bcrypt::HashParts>().is_err() {
        return Err(Unimportable::Unknown);
    }
    Ok(Foreign::Bcrypt(text.to_owned()))
}

/// In base64 with or without padding; passlib writes a dot for the plus.
fn bytes(text: &str) -> Result<Vec<u8>, Unimportable> {
    let text = text.replace('.', "+");
    let decoded = if text.ends_with('=') {
        BASE64.decode(text.as_bytes())
    } else {
        BASE64_NOPAD.decode(text.as_bytes())
    };
    decoded
        .ok()
        .filter(|bytes| bytes.len() <= MOST_BYTES)
        .ok_or(Unimportable::Unknown)
}

fn salt_and_hash(salt: &str, hash: &str) -> Result<(Vec<u8>, Vec<u8>), Unimportable> {
    long_enough(bytes(salt)?, bytes(hash)?)
}

fn long_enough(salt: Vec<u8>, hash: Vec<u8>) -> Result<(Vec<u8>, Vec<u8>), Unimportable> {
    if salt.len() < LEAST_SALT || hash.len() < LEAST_BYTES {
        return Err(Unimportable::TooWeak);
    }
    Ok((salt, hash))
}

/// The number behind `name=` in a list with commas.
fn number<T: std::str::FromStr>(list: &str, name: &str) -> Result<T, Unimportable> {
    let mut values = list.split(',').filter_map(|one| one.split_once('='));
    let value = values.find(|(key, _)| *key == name).map(|(_, value)| value);
    value
        .and_then(|value| value.parse().ok())
        .ok_or(Unimportable::Unknown)
}

fn pbkdf2_of(digest: Digest, rest: &[&str]) -> Result<Foreign, Unimportable> {
    let [costs, salt, hash] = rest else {
        return Err(Unimportable::Unknown);
    };
    let iterations = match costs.parse::<u32>() {
        Ok(iterations) => iterations,
        Err(_) => number(costs, "i")?,
    };
    let (salt, hash) = salt_and_hash(salt, hash)?;
    pbkdf2(digest, iterations, (salt, hash))
}

/// Django keeps its salt as it is.
fn django(digest: Digest, iterations: &str, (salt, hash): (&str, &str)) -> Result<Foreign, Unimportable> {
    let iterations = iterations.parse().map_err(|_| Unimportable::Unknown)?;
    let salt_and_hash = long_enough(salt.as_bytes().to_vec(), bytes(hash)?)?;
    pbkdf2(digest, iterations, salt_and_hash)
}

fn pbkdf2(
    digest: Digest,
    iterations: u32,
    (salt, hash): (Vec<u8>, Vec<u8>),
) -> Result<Foreign, Unimportable> {
    match iterations {
        0..LEAST_PBKDF2 => Err(Unimportable::TooWeak),
        LEAST_PBKDF2..=MOST_PBKDF2 => Ok(Foreign::Pbkdf2 {
            digest,
            iterations,
            salt,
            hash,
        }),
        _ => Err(Unimportable::TooCostly),
    }
}

fn scrypt(costs: &str, salt: &str, hash: &str) -> Result<Foreign, Unimportable> {
    let log_n: u8 = number(costs, "ln")?;
    let (r, p): (u32, u32) = (number(costs, "r")?, number(costs, "p")?);
    let (salt, hash) = salt_and_hash(salt, hash)?;
    let blocks = 1_u64.checked_shl(u32::from(log_n)).unwrap_or(u64::MAX);
    let size = blocks.saturating_mul(u64::from(r)).saturating_mul(128);
    let work = size.saturating_mul(u64::from(p));
    if log_n > 30 || size > MOST_SCRYPT_BYTES || work > MOST_SCRYPT_WORK {
        return Err(Unimportable::TooCostly);
    }
    scrypt::Params::new(log_n, r, p).map_err(|_| Unimportable::Unknown)?;
    Ok(Foreign::Scrypt {
        log_n,
        r,
        p,
        salt,
        hash,
    })
}

fn argon2(algorithm: Algorithm, rest: &[&str]) -> Result<Foreign, Unimportable> {
    let (version, costs, salt, hash) = match rest {
        ["v=19", costs, salt, hash] => (Version::V0x13, costs, salt, hash),
        ["v=16", costs, salt, hash] | [costs, salt, hash] => (Version::V0x10, costs, salt, hash),
        _ => return Err(Unimportable::Unknown),
    };
    let (memory, passes): (u32, u32) = (number(costs, "m")?, number(costs, "t")?);
    let lanes: u32 = number(costs, "p")?;
    let (salt, hash) = salt_and_hash(salt, hash)?;
    let work = u64::from(memory).saturating_mul(u64::from(passes));
    if memory > MOST_ARGON2_KIB || work > MOST_ARGON2_WORK {
        return Err(Unimportable::TooCostly);
    }
    Argon2Params::new(memory, passes, lanes, Some(hash.len())).map_err(|_| Unimportable::Unknown)?;
    Ok(Foreign::Argon2 {
        algorithm,
        version,
        costs: [memory, passes, lanes],
        salt,
        hash,
    })
}

fn sha_crypt(text: &str, rest: &[&str]) -> Result<Foreign, Unimportable> {
    let (rounds, salt, hash) = match rest {
        [rounds, salt, hash] => {
            let rounds = rounds.strip_prefix("rounds=").ok_or(Unimportable::Unknown)?;
            let rounds: u32 = rounds.parse().map_err(|_| Unimportable::Unknown)?;
            (rounds, salt, hash)
        }
        [salt, hash] => (5_000, salt, hash),
        _ => return Err(Unimportable::Unknown),
    };
    let digits = if text.starts_with("$5$") { 43 } else { 86 };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"./".contains(&byte);
    if hash.len() != digits || !hash.bytes().all(plain) || salt.len() > 16 {
        return Err(Unimportable::Unknown);
    }
    match rounds {
        0..1_000 => Err(Unimportable::TooWeak),
        1_000..=MOST_SHA_CRYPT if salt.len() >= LEAST_SALT => Ok(Foreign::ShaCrypt(text.to_owned())),
        1_000..=MOST_SHA_CRYPT => Err(Unimportable::TooWeak),
        _ => Err(Unimportable::TooCostly),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(hash: &str, password: &str) -> bool {
        Foreign::parse(hash)
            .unwrap_or_else(|why| panic!("{hash} {why}"))
            .fits(&Secret::new(password.to_owned()))
    }

    // Made by hashlib, bcrypt, argon2-cffi and passlib for Python; two as Django writes them.
    const HASHES: &[&str] = &[
        "$2b$04$LP9hDcqdO7F7dGsnOqH4req2SRoKXLr7Ln1miT/OTfzcERr5hcefW",
        "$pbkdf2-sha256$i=10000,l=32$e9wA9dxEyd0riQodQDC84Q$Nnjua7OQKsquCiniJ/wwQUFi/LZM/LFFytr2R+eYYak",
        "$pbkdf2-sha512$10000$e9wA9dxEyd0riQodQDC84Q$qoC3zsFLQSbOVbRM5HyTKkj32fhvncDzncfKZSKzZ/4/qC/xugYG88f/0m9OXLlwYn9UzTfRA1Q306EX3hRfyw",
        "pbkdf2_sha256$10000$AbCdEfGh1234$WnCg9MyBVOMBz+XnGLe4jFKgulFCYbUVs3lENUJ7zIE=",
        "pbkdf2_sha1$10000$AbCdEfGh1234$p3yjcxGmeYGdU07eAqECvn2YJT8=",
        "$pbkdf2-sha1$i=1000,l=32$AAECAwQFBgcICQoLDA0ODw$KZWMSxgZInaIOt9/siDs5tSgGo8+tryQGlhDUme486Q",
        "$scrypt$ln=10,r=8,p=1$e9wA9dxEyd0riQodQDC84Q$ssDL7b5+p5IdsBCxv++xRIg3to65eVSW+gfj2ogQC4M",
        "$argon2d$v=19$m=64,t=2,p=1$e9wA9dxEyd0riQodQDC84Q$+cKEDgAdIQGpqUmxUBgEEIz53dyCgifkg0Zy0V1opqo",
        "$argon2i$v=19$m=64,t=2,p=1$e9wA9dxEyd0riQodQDC84Q$LdPW4J5cbpnyq11WlJJ6+rIudaq25wkX4D3b1ohfTfA",
        "$argon2id$v=19$m=64,t=2,p=1$e9wA9dxEyd0riQodQDC84Q$dzXtuplNJ4djUfFgFBEOC9A/V6G1zbPedFTvzcPU0kw",
        "$5$L2STqsgBr9K7WhSo$hBhFqs.JcSRJ85ABL1cP3Eo.cDnFJYJMyituNb92Io5",
        "$6$FVF1QndyX75GYSUz$E4822F7TwV9bEdez.kXriZ1QDte/rpc0n40tBT3rEmVdweP0sPjQfWDxk4WWn9Y09BGRKZSau6S6JLrEUtMdB1",
        "$6$rounds=2000$/KmFv1/.Ohn7L51q$noTYhUZmHsE6b.zoWicyJTW5LO1DSYzMShqy0gdjsKGDbER1X6SzT5wFNbtvVNNzYY7ssThV.bm.JUyTm8ItZ/",
    ];

    #[test]
    fn hashes_of_other_programs_fit_their_password_and_no_other() {
        for hash in HASHES {
            assert!(fits(hash, "seven green windows"), "{hash}");
            assert!(!fits(hash, "seven green window"), "{hash}");
        }
    }

    #[test]
    fn what_would_take_minutes_is_refused_before_it_is_computed() {
        for hostile in [
            "$2b$31$abcdefghijklmnopqrstuuN9qo8uLOickgx2ZMRZoMyeIjZAgcfl7",
            "$pbkdf2-sha256$i=4000000000$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$pbkdf2-sha1$i=3000001$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=30,r=8,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=10,r=8,p=100000$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=65536,t=1000000,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAA",
            &format!("$6$rounds=999999999$saltsalt${}", "a".repeat(86)),
        ] {
            assert_eq!(
                Foreign::parse(hostile).err(),
                Some(Unimportable::TooCostly),
                "{hostile}"
            );
        }
    }

    #[test]
    fn what_is_no_hash_or_hardly_one_is_refused() {
        for (text, why) in [
            ("", Unimportable::Unknown),
            ("5f4dcc3b5aa765d61d8327deb882cf99", Unimportable::Unknown),
            ("$1$salt$hash", Unimportable::Unknown),
            ("$2b$10$short", Unimportable::Unknown),
            (
                "$pbkdf2-sha256$i=10$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAA",
                Unimportable::TooWeak,
            ),
            ("$pbkdf2-sha256$i=10000$c29tZXNhbHQ$AAAA", Unimportable::TooWeak),
            (
                "$pbkdf2$999$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAA",
                Unimportable::TooWeak,
            ),
            (
                "$pbkdf2-md5$10000$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAA",
                Unimportable::Unknown,
            ),
            (
                "$argon2id$v=18$m=64,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAA",
                Unimportable::Unknown,
            ),
            (
                "$argon2id$v=19$m=1,t=0,p=0$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAA",
                Unimportable::Unknown,
            ),
            ("$5$rounds=10$saltsalt$abc", Unimportable::Unknown),
        ] {
            assert_eq!(Foreign::parse(text).err(), Some(why), "{text}");
        }
    }
}
