//! What the operations of this room check and tell alike.

use super::AccessError;
use crate::domain::OrganisationId;
use crate::op::Op;
use crate::person;

/// Names of groups, roles and policies are words for tokens and policies.
pub(super) fn check_name(name: &str) -> Result<(), AccessError> {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    let begins = name.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
    if begins && name.len() <= 60 && name.bytes().all(allowed) {
        Ok(())
    } else {
        Err(AccessError::NameShape)
    }
}

/// The words for people about a group or role.
pub(super) fn check_words(title: &str, purpose: &str) -> Result<(), AccessError> {
    let fits = (1..=200).contains(&title.trim().chars().count()) && purpose.chars().count() <= 2_000;
    fits.then_some(()).ok_or(AccessError::Words)
}

pub(super) async fn check_organisation(op: &mut Op, id: OrganisationId) -> Result<(), AccessError> {
    match person::find_organisation(op, id).await? {
        Some(_) => Ok(()),
        None => Err(AccessError::OrganisationUnknown),
    }
}

#[cfg(test)]
mod tests {
    use super::check_name;

    #[test]
    fn a_name_is_a_plain_word() {
        assert!(check_name("regional_manager").is_ok());
        assert!(check_name("own-product-line").is_ok());
        for wrong in ["", "EMEA", "a b", "1a", "a:b", "ü"] {
            assert!(check_name(wrong).is_err(), "{wrong}");
        }
    }
}
