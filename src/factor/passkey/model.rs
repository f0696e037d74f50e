//! The products behind AAGUIDs (WebAuthn section 6.5.1), for people to recognise what they have. It is what an authenticator says
//! of itself: nothing rests on it unless its maker's certificate proves it.

use crate::domain::Aaguid;

/// The name that people know.
pub(super) fn name(aaguid: Aaguid) -> Option<&'static str> {
    let text = aaguid.to_string();
    let mut names = NAMES.iter();
    names.find(|(known, _)| *known == text).map(|(_, name)| *name)
}

/// All that are known by name.
pub(super) fn all() -> impl Iterator<Item = (Aaguid, &'static str)> {
    let names = NAMES.iter();
    names.filter_map(|(text, name)| Some((Aaguid::parse(text)?, *name)))
}

const NAMES: &[(&str, &str)] = &[
    ("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4", "Google Password Manager"),
    ("adce0002-35bc-c60a-648b-0b25f1f05503", "Chrome on Mac"),
    ("fbfc3007-154e-4ecc-8c0b-6e020557d7bd", "Apple Passwords"),
    (
        "dd4ec289-e01d-41c9-bb89-70fa845d4bf2",
        "Apple Passwords (managed)",
    ),
    ("08987058-cadc-4b81-b6e1-30de50dcbe96", "Windows Hello"),
    ("9ddd1817-af5a-4672-a2b9-3e3dd95000a9", "Windows Hello"),
    ("6028b017-b1d4-4c02-b4b3-afcdafc96bb2", "Windows Hello"),
    ("53414d53-554e-4700-0000-000000000000", "Samsung Pass"),
    ("bada5566-a7aa-401f-bd96-45619a55120d", "1Password"),
    ("d548826e-79b4-db40-a3d8-11116f7e8349", "Bitwarden"),
    ("531126d6-e717-415c-9320-3d9aa6981239", "Dashlane"),
    ("0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6", "Keeper"),
    ("b84e4048-15dc-4dd0-8640-f4f60813c8af", "NordPass"),
    ("50726f74-6f6e-5061-7373-50726f746f6e", "Proton Pass"),
    ("fdb141b2-5d84-443e-8a35-4698c205a502", "KeePassXC"),
    ("cb69481e-8ff7-4039-93ec-0a2729a154a8", "YubiKey 5"),
    ("2fc0579f-8113-47ea-b116-bb5a8db9202a", "YubiKey 5 with NFC"),
    ("fa2b99dc-9e39-4257-8f92-4a30d23c4118", "YubiKey 5 with NFC"),
    ("f8a011f3-8c0a-4d15-8006-17111f9edc7d", "Security Key by Yubico"),
    ("b92c3f9a-c014-4056-887f-140a2501163b", "Security Key by Yubico"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_product_is_found_by_its_aaguid() {
        for (text, product) in NAMES {
            let aaguid = Aaguid::parse(text).unwrap();
            assert_eq!(name(aaguid), Some(*product));
        }
        assert_eq!(
            name(Aaguid::parse("00000000-0000-0000-0000-000000000001").unwrap()),
            None
        );
    }
}
