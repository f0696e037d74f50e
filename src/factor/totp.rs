//! Time-based one-time passwords (RFC 6238): SHA-1, six digits, thirty seconds, the only form that all authenticator apps
//! know. Each step is taken once; a clock may be one step off.

use qrcode::QrCode;
use qrcode::render::svg;
use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

use super::lockout::{self, Factor};
use super::store::{self, StoredTotp};
use crate::domain::{EventKind, PersonId, Secret, Timestamp, TotpId};
use crate::op::{EventDraft, Op, OpError};

/// A secret of 160 bits (RFC 4226 section 4, R6).
const SECRET_BYTES: usize = 20;

/// A secret as bytes, wiped when dropped.
pub type SecretBytes = Zeroizing<Vec<u8>>;

/// A new secret.
#[must_use]
pub fn make_secret(op: &Op) -> SecretBytes {
    Zeroizing::new(op.house.chance.bytes::<SECRET_BYTES>().to_vec())
}

/// A new secret in base32, for sample data.
#[must_use]
pub fn new_secret(op: &Op) -> Secret {
    Secret::new(data_encoding::BASE32_NOPAD.encode(&make_secret(op)))
}

/// What an authenticator app needs to know.
pub struct Enrolment {
    /// An SVG element that shows the `otpauth` address.
    pub qr: String,
    /// The secret in groups of four, to be typed.
    pub key: String,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(..)")
    }
}

/// How a secret is shown to its owner.
pub fn show(secret: &[u8], issuer: &str, account: &str) -> Result<Enrolment, OpError> {
    const FAULT: OpError = OpError::Broken("an enrolment cannot be shown");
    // A colon separates issuer and account in the address.
    let totp = Builder::new()
        .with_secret(secret.to_vec())
        .with_issuer(Some(issuer.replace(':', " ")))
        .with_account_name(account.replace(':', " "))
        .build()
        .map_err(|_| FAULT)?;
    let address = Zeroizing::new(totp.to_url().map_err(|_| FAULT)?);
    let code = QrCode::new(address.as_bytes()).map_err(|_| FAULT)?;
    let image = code.render::<svg::Color<'_>>().min_dimensions(200, 200).build();
    let element = image
        .find("<svg")
        .and_then(|start| image.get(start..))
        .ok_or(FAULT)?;
    Ok(Enrolment {
        qr: element.to_owned(),
        key: groups_of_four(&data_encoding::BASE32_NOPAD.encode(secret)),
    })
}

fn groups_of_four(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

/// The time step in which a code is right, one step of drift allowed.
#[must_use]
pub fn matching_step(secret: &[u8], typed: &str, now: Timestamp) -> Option<i64> {
    let code: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let seconds = u64::try_from(now.as_seconds()).ok()?;
    let step = calculator(secret)?.check(&code, seconds)?;
    i64::try_from(step).ok()
}

fn calculator(secret: &[u8]) -> Option<Totp> {
    Builder::new().with_secret(secret.to_vec()).build().ok()
}

fn context(id: TotpId) -> String {
    format!("totp.sealed_secret:{id}")
}

/// Whether a person has an authenticator.
pub async fn is_enrolled(op: &mut Op, person: PersonId) -> Result<bool, OpError> {
    Ok(store::has_totp(op.reading().await?, person).await?)
}

/// Binds an authenticator to a person. The step of the code that confirmed it is used with it.
pub async fn enrol(
    op: &mut Op,
    person: PersonId,
    secret: &[u8],
    confirmed_step: Option<i64>,
) -> Result<(), OpError> {
    enrol_named(op, person, "authenticator", (secret, confirmed_step)).await
}

/// The same under a name that its owner has chosen.
pub(super) async fn enrol_named(
    op: &mut Op,
    person: PersonId,
    name: &str,
    (secret, confirmed_step): (&[u8], Option<i64>),
) -> Result<(), OpError> {
    let now = op.now;
    let id = op.id();
    let totp = StoredTotp {
        id,
        sealed_secret: op.house.master_key.seal(&context(id), secret)?,
    };
    store::insert_totp(op.writing().await?, &totp, (person, name), confirmed_step, now).await?;
    lockout::reset(op, person, Factor::Totp).await?;
    let draft = EventDraft::success(EventKind::TotpEnrolled)
        .target("person", person)
        .detail("authenticator", id.to_string());
    op.record(draft);
    Ok(())
}

/// Binds an authenticator whose secret (base32) its owner has already, for sample data.
pub async fn enrol_directly(op: &mut Op, person: PersonId, secret: &Secret) -> Result<(), OpError> {
    let bytes = data_encoding::BASE32_NOPAD
        .decode(secret.expose().as_bytes())
        .map(Zeroizing::new)
        .map_err(|_| OpError::Broken("the secret of an authenticator is base32"))?;
    enrol(op, person, &bytes, None).await
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
        let secret = Zeroizing::new(op.house.master_key.open(&context, &totp.sealed_secret)?);
        if let Some(step) = matching_step(&secret, typed, now) {
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

    /// The secret and codes of RFC 6238, appendix B, cut to six digits.
    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_rfc() {
        let at = |seconds, code| matching_step(SECRET, code, Timestamp::from_seconds(seconds));
        assert_eq!(at(59, "287082"), Some(1));
        assert_eq!(at(1_111_111_109, "081804"), Some(37_037_036));
        assert_eq!(at(1_234_567_890, "005924"), Some(41_152_263));
        assert_eq!(at(59, "287 082"), Some(1));
    }

    #[test]
    fn a_clock_may_be_one_step_off_and_no_more() {
        let at = |seconds| matching_step(SECRET, "287082", Timestamp::from_seconds(seconds));
        assert_eq!(at(0), Some(1));
        assert_eq!(at(89), Some(1));
        assert_eq!(at(90), None);
    }

    #[test]
    fn what_is_not_six_digits_is_wrong() {
        for typed in ["", "28708", "2870822", "+28708", "２８７０８２", "28708a"] {
            assert_eq!(
                matching_step(SECRET, typed, Timestamp::from_seconds(59)),
                None,
                "{typed}"
            );
        }
    }

    #[test]
    fn the_picture_has_no_style_and_no_script() {
        let shown = show(SECRET, "Doorward: x", "a:b@c").unwrap();
        assert!(shown.qr.starts_with("<svg"));
        assert!(!shown.qr.contains("style") && !shown.qr.contains("script"));
        assert_eq!(shown.key, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }
}
