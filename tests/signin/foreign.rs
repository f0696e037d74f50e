//! Hashes of other systems, one of each kind, from the import to the second sign-in.

use std::io::Write as _;

use doorward::factor::password;

use super::password::stored_hash;
use super::{Town, enter_password, is_signed_in};

/// A hash and its password, none of them made by what reads it here. Where nothing else is said, made by hashlib, argon2-cffi, passlib or the C
/// library.
const HASHES: &[(&str, &str, &str)] = &[
    // The tests of crypt_blowfish, and those of the bcrypt package of Python; `$2y$` is what PHP calls it.
    (
        "bcrypt",
        "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "U*U",
    ),
    (
        "bcrypt",
        "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "U*U",
    ),
    (
        "bcrypt",
        "$2b$04$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm",
        "Kk4DQuMMfZL9o",
    ),
    // RFC 6070.
    (
        "pbkdf2",
        "$pbkdf2-sha1$i=4096$c2FsdA$SwB5AbdlSJq+rUnZJvch0GWkKcE",
        "password",
    ),
    (
        "pbkdf2",
        "$pbkdf2$4096$c2FsdFNBTFRzYWx0U0FMVHNhbHRTQUxUc2FsdFNBTFRzYWx0$PS7sT.QchJuAyNg2YsDkSospGpZM8vBwOA",
        "passwordPASSWORDpassword",
    ),
    (
        "pbkdf2",
        "pbkdf2_sha1$10000$AbCdEfGh1234$p3yjcxGmeYGdU07eAqECvn2YJT8=",
        "seven green windows",
    ),
    // RFC 7914 section 11.
    (
        "pbkdf2",
        "$pbkdf2-sha256$i=80000$TmFDbA$TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1ah1CWhIlgzVJrbhBtRybMXaicr3ruh0HhHj2Kzl/M8jQ",
        "Password",
    ),
    (
        "pbkdf2",
        "pbkdf2_sha256$10000$AbCdEfGh1234$WnCg9MyBVOMBz+XnGLe4jFKgulFCYbUVs3lENUJ7zIE=",
        "seven green windows",
    ),
    (
        "pbkdf2",
        "$pbkdf2-sha512$4096$c2FsdA$0Zexsz2wFD4BixLz0dFHnmzevcyXxcD4f2kC4HL0V7UUPzBgJkGz1VzTNZiMs2uEN2Bg7NUy4Dm3QqI5Q0ry1Q",
        "password",
    ),
    // RFC 7914 section 12.
    (
        "scrypt",
        "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw",
        "pleaseletmein",
    ),
    // The tests of the reference implementation; the first is of version 1.0, which names none.
    (
        "argon2",
        "$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY",
        "password",
    ),
    (
        "argon2",
        "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8",
        "password",
    ),
    (
        "argon2",
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "password",
    ),
    (
        "argon2",
        "$argon2d$v=19$m=64,t=2,p=1$e9wA9dxEyd0riQodQDC84Q$+cKEDgAdIQGpqUmxUBgEEIz53dyCgifkg0Zy0V1opqo",
        "seven green windows",
    ),
    // The specification of SHA-crypt has the salts and passwords; the C library made them anew.
    (
        "sha-crypt",
        "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
        "Hello world!",
    ),
    (
        "sha-crypt",
        "$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA",
        "Hello world!",
    ),
    (
        "sha-crypt",
        "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
        "Hello world!",
    ),
    (
        "sha-crypt",
        "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.",
        "Hello world!",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_hash_of_each_kind_signs_in_and_is_ours_from_then_on() {
    let mut pepper = tempfile::NamedTempFile::new().unwrap();
    pepper.write_all(b"thirty-two bytes of good chance.").unwrap();
    let path = pepper.path().to_owned();
    let town = Town::with(|config| {
        config.passwords.pepper_files = vec![path];
        config.signin.attempts_per_address = 1_000;
    })
    .await;
    for (at, (kind, hash, typed)) in HASHES.iter().enumerate() {
        let name = format!("rosa-{at}");
        let id = town.person(&name).await;
        let mut op = town.op();
        password::import(&mut op, id, hash).await.unwrap().unwrap();
        op.commit().await.unwrap();
        assert_eq!(
            town.details("factor.password.set").await["imported"],
            *kind,
            "{hash}"
        );
        let foreign = stored_hash(&town, id).await;
        assert!(foreign.starts_with("imported="), "{hash}: {foreign}");
        let enter = async |typed: &str| is_signed_in(&enter_password(&town.browser(), &name, typed).await);

        assert!(!enter(&format!("{typed}!")).await, "{hash}");
        assert_eq!(
            stored_hash(&town, id).await,
            foreign,
            "a wrong one replaces nothing: {hash}"
        );
        assert!(enter(typed).await, "{hash}");
        let ours = stored_hash(&town, id).await;
        let (mark, phc) = ours.split_once('$').unwrap();
        assert!(
            mark.starts_with("pepper=") && phc.starts_with("argon2id$v=19$"),
            "{hash}: {ours}"
        );
        assert!(enter(typed).await && !enter(&format!("{typed}!")).await, "{hash}");
        assert_eq!(stored_hash(&town, id).await, ours, "{hash}");
    }
}
