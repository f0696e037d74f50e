//! Hashes of other systems, one of each kind, from the import to the second sign-in.

use std::io::Write as _;

use doorward::domain::Secret;
use doorward::factor::password::{self, Against, Verdict};
use doorward::op::OpError;
use doorward::storage::Sql;

use super::password::stored_hash;
use super::{PASSWORD, Town, enter_password, is_signed_in};

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

/// Puts another text in the place of every stored hash.
async fn store_for_all(town: &Town, text: &str) {
    const ALL: Sql = Sql::new("UPDATE password SET hash = $1");
    let mut tx = town.server.house.storage.write().await.unwrap();
    tx.query(ALL).bind(&text).execute().await.unwrap();
    tx.commit().await.unwrap();
}

/// Compares a password with that of somebody or nobody.
async fn compare(town: &Town, against: Against<'_>, typed: &str) -> Result<Verdict, OpError> {
    let mut op = town.op();
    let place = password::place(&town.server.house).unwrap();
    password::verify(&mut op, &place, against, &Secret::new(typed.to_owned())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_nobody_has_costs_what_the_hash_of_somebody_costs_and_is_never_right() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    let nobody = Against::Nobody("rose");
    let locked = Against::Locked(rosa);
    for against in [nobody, locked] {
        // There is one password, so that it is the one that is compared.
        let verdict = compare(&town, against, PASSWORD).await.unwrap();
        assert!(matches!(verdict, Verdict::Wrong), "{against:?}");
    }
    let (kind, hash, typed) = HASHES.first().unwrap();
    let mut op = town.op();
    password::import(&mut op, rosa, hash).await.unwrap().unwrap();
    op.commit().await.unwrap();
    for against in [nobody, locked] {
        let verdict = compare(&town, against, typed).await.unwrap();
        assert!(matches!(verdict, Verdict::Wrong), "{kind} {against:?}");
    }
    let verdict = compare(&town, Against::Person(rosa), typed).await.unwrap();
    assert!(matches!(verdict, Verdict::Right(_)));

    // That it is compared at all shows where it cannot be read.
    store_for_all(&town, "unreadable").await;
    for against in [nobody, locked, Against::Nobody(""), Against::Person(rosa)] {
        let fault = compare(&town, against, typed).await.unwrap_err();
        assert!(matches!(fault, OpError::Broken(_)), "{against:?}: {fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_password_one_is_hashed_all_the_same() {
    let town = Town::new().await;
    let verdict = compare(&town, Against::Nobody("rose"), PASSWORD).await.unwrap();
    assert!(matches!(verdict, Verdict::Wrong));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_takes_the_time_of_the_same_hash_each_time_and_names_those_of_many() {
    const LOTS: Sql = Sql::new("SELECT lot FROM password ORDER BY lot");
    let town = Town::new().await;
    for at in 0..8 {
        town.person(&format!("rosa-{at}")).await;
    }
    let mut tx = town.server.house.storage.read().await.unwrap();
    let lots: Vec<i64> = tx.query(LOTS).all(|row| row.get("lot")).await.unwrap();
    drop(tx);
    assert!(lots.iter().all(|lot| (0..1 << 56).contains(lot)), "{lots:?}");
    assert!(lots.windows(2).all(|pair| pair[0] < pair[1]), "{lots:?}");
    // Whose hash it is shows by which one cannot be read.
    let picked = async |name: &str| {
        let readable = compare(&town, Against::Nobody(name), PASSWORD).await.is_ok();
        assert_eq!(
            compare(&town, Against::Nobody(name), PASSWORD).await.is_ok(),
            readable,
            "{name}"
        );
        readable
    };
    break_half(&town, &lots).await;
    let mut readable = 0;
    for number in 0..32 {
        readable += usize::from(picked(&format!("nobody-{number}")).await);
    }
    assert!((1..32).contains(&readable), "{readable} of 32");
}

async fn break_half(town: &Town, lots: &[i64]) {
    const ONE: Sql = Sql::new("UPDATE password SET hash = 'unreadable' WHERE lot = $1");
    let mut tx = town.server.house.storage.write().await.unwrap();
    for lot in lots.iter().step_by(2) {
        tx.query(ONE).bind(lot).execute().await.unwrap();
    }
    tx.commit().await.unwrap();
}
