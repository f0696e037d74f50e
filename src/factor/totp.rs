//! Time-based one-time passwords (RFC 6238): thirty seconds a step, hash and digits as configured when the authenticator was added.
//! Each step is taken once; a clock may be one step off.

use qrcode::{Color, QrCode};
use totp_rs::{Algorithm, Builder, Totp};
use zeroize::Zeroizing;

use super::lockout::{self, Factor};
use super::second;
use super::store::{self, StoredTotp};
use crate::domain::{EventKind, PersonId, Secret, Timestamp, TotpAlgorithm, TotpForm, TotpId};
use crate::op::{EventDraft, Op, OpError};

/// A secret as bytes, wiped when dropped.
type SecretBytes = Zeroizing<Vec<u8>>;

/// What an authenticator computes its codes from.
pub struct Seed {
    secret: SecretBytes,
    form: TotpForm,
}

impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seed(..)")
    }
}

impl Seed {
    /// A new one, for codes as the configuration asks for them.
    #[must_use]
    pub fn new(op: &Op) -> Self {
        Self::of_form(op, op.house.config.totp)
    }

    fn of_form(op: &Op, form: TotpForm) -> Self {
        let most = Zeroizing::new(op.house.chance.bytes::<64>());
        let secret = most.iter().copied().take(form.algorithm.secret_bytes()).collect();
        Self {
            secret: Zeroizing::new(secret),
            form,
        }
    }

    /// Both as bytes, to be sealed until the first code is here: a setting that changes meanwhile changes nothing of what waits.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let form = format!("{}:", self.form);
        Zeroizing::new([form.as_bytes(), self.secret.as_slice()].concat())
    }

    /// What `to_bytes` has written.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OpError> {
        let seed = || {
            let colon = bytes.iter().position(|&byte| byte == b':')?;
            let (form, rest) = bytes.split_at_checked(colon)?;
            Some(Self {
                secret: Zeroizing::new(rest.get(1..)?.to_vec()),
                form: TotpForm::parse(std::str::from_utf8(form).ok()?)?,
            })
        };
        // Until half an hour after the upgrade there are some of before there was a form.
        let bare = || {
            (bytes.len() == TotpAlgorithm::Sha1.secret_bytes()).then(|| Self {
                secret: Zeroizing::new(bytes.to_vec()),
                form: TotpForm::COMMON,
            })
        };
        seed().or_else(bare).ok_or(OpError::Broken(
            "the secret of a new authenticator cannot be read",
        ))
    }

    /// How it is shown to its owner.
    pub fn show(&self, issuer: &str, account: &str) -> Result<Enrolment, OpError> {
        const FAULT: OpError = OpError::Broken("an enrolment cannot be shown");
        // A colon separates issuer and account in the address.
        let totp = self
            .builder()
            .with_issuer(Some(issuer.replace(':', " ")))
            .with_account_name(account.replace(':', " "))
            .build()
            .map_err(|_| FAULT)?;
        let address = Zeroizing::new(totp.to_url().map_err(|_| FAULT)?);
        let code = QrCode::new(address.as_bytes()).map_err(|_| FAULT)?;
        Ok(Enrolment {
            qr: picture(&code),
            key: groups_of_four(&data_encoding::BASE32_NOPAD.encode(&self.secret)),
            uncommon: (self.form != TotpForm::COMMON).then_some(self.form),
        })
    }

    /// The time step in which a code is right, one step of drift allowed.
    #[must_use]
    pub fn matching_step(&self, typed: &str, now: Timestamp) -> Option<i64> {
        let code: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let seconds = u64::try_from(now.as_seconds()).ok()?;
        let totp: Totp = self.builder().build().ok()?;
        i64::try_from(totp.check(&code, seconds)?).ok()
    }

    fn builder(&self) -> Builder {
        let algorithm = match self.form.algorithm {
            TotpAlgorithm::Sha1 => Algorithm::SHA1,
            TotpAlgorithm::Sha256 => Algorithm::SHA256,
            TotpAlgorithm::Sha512 => Algorithm::SHA512,
        };
        Builder::new()
            .with_algorithm(algorithm)
            .with_digits(self.form.digits)
            .with_secret(self.secret.to_vec())
    }
}

/// A new secret in base32 for codes of the common form, for sample data and the first administrator: whoever types a key into an app
/// is mostly not asked for more.
#[must_use]
pub fn new_secret(op: &Op) -> Secret {
    let seed = Seed::of_form(op, TotpForm::COMMON);
    Secret::new(data_encoding::BASE32_NOPAD.encode(&seed.secret))
}

/// Modules that stay light around the code (ISO/IEC 18004 section 6.3.8).
const QUIET: usize = 4;

/// The code as an SVG element. Dark modules that stand side by side are one stroke: the page of a sign-in stays small.
fn picture(code: &QrCode) -> String {
    use std::fmt::Write as _;
    let (width, colors) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (row, line) in colors.chunks(width.max(1)).enumerate() {
        let mut at = 0;
        for run in line.chunk_by(PartialEq::eq) {
            if run.first() == Some(&Color::Dark) {
                // Writing to a text cannot fail.
                let _written = write!(path, "M{} {}.5h{}", at + QUIET, row + QUIET, run.len());
            }
            at += run.len();
        }
    }
    let side = width + 2 * QUIET;
    format!(
        "<svg viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\
         <path stroke=\"#000\" d=\"{path}\"/></svg>"
    )
}

/// What an authenticator app needs to know.
pub struct Enrolment {
    /// An SVG element that shows the `otpauth` address; made by us from a secret of ours.
    pub qr: String,
    /// The secret in groups of four, to be typed.
    pub key: String,
    /// What is set in the app besides, where that is not what apps take a key for.
    pub uncommon: Option<TotpForm>,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(..)")
    }
}

fn groups_of_four(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

fn context(id: TotpId) -> String {
    format!("totp.sealed_secret:{id}")
}

/// Whether a person has an authenticator.
pub async fn is_enrolled(op: &mut Op, person: PersonId) -> Result<bool, OpError> {
    Ok(second::enrolled(op, person).await?.totp)
}

/// Binds an authenticator to a person. The step of the code that confirmed it is used with it.
pub async fn enrol(
    op: &mut Op,
    person: PersonId,
    seed: &Seed,
    confirmed_step: Option<i64>,
) -> Result<(), OpError> {
    enrol_named(op, person, "authenticator", (seed, confirmed_step)).await
}

/// The same under a name that its owner has chosen.
pub(super) async fn enrol_named(
    op: &mut Op,
    person: PersonId,
    name: &str,
    (seed, confirmed_step): (&Seed, Option<i64>),
) -> Result<(), OpError> {
    let now = op.now;
    let id = op.id();
    let totp = StoredTotp {
        id,
        sealed_secret: op.house.master_key.seal(&context(id), &seed.secret)?,
        form: seed.form,
    };
    store::insert_totp(op.writing().await?, &totp, (person, name), confirmed_step, now).await?;
    lockout::reset(op, person, Factor::Totp).await?;
    let draft = EventDraft::success(EventKind::TotpEnrolled)
        .target("person", person)
        .detail("authenticator", id.to_string());
    op.record(draft);
    Ok(())
}

/// Binds an authenticator of the common form whose secret (base32) its owner has already, for sample data.
pub async fn enrol_directly(op: &mut Op, person: PersonId, secret: &Secret) -> Result<(), OpError> {
    let bytes = data_encoding::BASE32_NOPAD.decode(secret.expose().as_bytes());
    let bytes = bytes.map_err(|_| OpError::Broken("the secret of an authenticator is base32"))?;
    let seed = Seed {
        secret: Zeroizing::new(bytes),
        form: TotpForm::COMMON,
    };
    enrol(op, person, &seed, None).await
}

/// The authenticator and time step that a code fits; not used up yet.
pub async fn find_match(
    op: &mut Op,
    person: PersonId,
    typed: &str,
) -> Result<Option<(TotpId, i64)>, OpError> {
    let now = op.now;
    for totp in store::totps(op.reading().await?, person).await? {
        let context = context(totp.id);
        let seed = Seed {
            secret: Zeroizing::new(op.house.master_key.open(&context, &totp.sealed_secret)?),
            form: totp.form,
        };
        if let Some(step) = seed.matching_step(typed, now) {
            return Ok(Some((totp.id, step)));
        }
    }
    Ok(None)
}

/// Uses a time step up: false if it, or a later one, was used before.
pub async fn take(op: &mut Op, id: TotpId, step: i64) -> Result<bool, OpError> {
    let now = op.now;
    Ok(store::use_step(op.writing().await?, id, step, now).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secrets of RFC 6238, appendix B.
    fn seed(algorithm: TotpAlgorithm, digits: u8) -> Seed {
        let secret = b"1234567890".iter().copied().cycle();
        Seed {
            secret: Zeroizing::new(secret.take(algorithm.secret_bytes()).collect()),
            form: TotpForm { algorithm, digits },
        }
    }

    fn common() -> Seed {
        seed(TotpAlgorithm::Sha1, 6)
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (seconds, codes) in [
            (59, ["94287082", "46119246", "90693936"]),
            (1_111_111_109, ["07081804", "68084774", "25091201"]),
            (1_234_567_890, ["89005924", "91819424", "93441116"]),
            (20_000_000_000, ["65353130", "77737706", "47863826"]),
        ] {
            for (&algorithm, code) in TotpAlgorithm::ALL.iter().zip(codes) {
                let at = |digits, code: &str| {
                    seed(algorithm, digits).matching_step(code, Timestamp::from_seconds(seconds))
                };
                assert_eq!(at(8, code), Some(seconds / 30), "{algorithm} {code}");
                assert_eq!(at(7, &code[1..]), Some(seconds / 30), "{algorithm} {code}");
                assert_eq!(at(6, &code[2..]), Some(seconds / 30), "{algorithm} {code}");
                assert_eq!(at(6, code), None, "{algorithm} {code}");
            }
        }
        let spaced = common().matching_step("287 082", Timestamp::from_seconds(59));
        assert_eq!(spaced, Some(1));
    }

    #[test]
    fn a_clock_may_be_one_step_off_and_no_more() {
        let at = |seconds| common().matching_step("287082", Timestamp::from_seconds(seconds));
        assert_eq!(at(0), Some(1));
        assert_eq!(at(89), Some(1));
        assert_eq!(at(90), None);
    }

    #[test]
    fn what_is_not_six_digits_is_wrong() {
        for typed in ["", "28708", "2870822", "+28708", "２８７０８２", "28708a"] {
            let step = common().matching_step(typed, Timestamp::from_seconds(59));
            assert_eq!(step, None, "{typed}");
        }
    }

    #[test]
    fn what_waits_is_read_as_it_was_written() {
        for &algorithm in TotpAlgorithm::ALL {
            let waits = seed(algorithm, 8);
            let read = Seed::from_bytes(&waits.to_bytes()).unwrap();
            assert_eq!((&read.secret, read.form), (&waits.secret, waits.form));
        }
        let bare = Seed::from_bytes(b"12345678901234567890").unwrap();
        assert_eq!((&bare.secret, bare.form), (&common().secret, TotpForm::COMMON));
        assert!(Seed::from_bytes(b"1234567890").is_err());
    }

    #[test]
    fn the_picture_has_no_style_and_no_script() {
        let shown = common().show("Doorward: x", "a:b@c").unwrap();
        assert!(shown.qr.starts_with("<svg"));
        // 33 modules with four light ones around; the finder's first row is seven dark ones.
        assert!(shown.qr.contains("viewBox=\"0 0 "), "{}", shown.qr);
        assert!(shown.qr.contains("d=\"M4 4.5h7M"), "{}", shown.qr);
        assert!(!shown.qr.contains("style") && !shown.qr.contains("script"));
        assert_eq!(shown.key, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(shown.uncommon, None);
        let other = seed(TotpAlgorithm::Sha256, 8);
        let shown = other.show("Doorward", "a").unwrap();
        assert_eq!(shown.uncommon, Some(other.form));
    }
}
